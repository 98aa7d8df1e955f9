"""How fast Apple Health's export is read, against healthkit-to-sqlite in the same run, and in how much memory."""

import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

MEGABYTES = 100
WATCH = (
    "&lt;&lt;HKDevice: 0x1&gt;, name:Apple Watch, manufacturer:Apple Inc., model:Watch, hardware:Watch6,7&gt;"
)


def write_export(path: Path, megabytes: int) -> None:
    """Write an export as a watch and a phone make it: mostly heart rates, then steps, energy and sleep."""
    draw, at, written = random.Random(1), datetime(2016, 1, 1), 0
    with path.open("w", encoding="utf-8") as file:
        file.write(
            '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE HealthData [\n<!ELEMENT HealthData (Record)*>\n]>\n'
        )
        file.write('<HealthData locale="en_GB">\n <ExportDate value="2026-03-30 08:00:00 +0100"/>\n')
        while written < megabytes * 2**20:
            at += timedelta(minutes=draw.choice([1, 2, 5]))
            start, end = f"{at} +0000", f"{at + timedelta(minutes=5)} +0000"
            kind = draw.random()
            if kind < 0.7:
                record = (
                    f' <Record type="HKQuantityTypeIdentifierHeartRate" sourceName="Apple Watch" sourceVersion="11.2" device="{WATCH}" '
                    f'unit="count/min" creationDate="{end}" startDate="{start}" endDate="{start}" value="62">\n'
                    '  <MetadataEntry key="HKMetadataKeyHeartRateMotionContext" value="1"/>\n </Record>\n'
                )
            elif kind < 0.95:
                record = (
                    f' <Record type="HKQuantityTypeIdentifierStepCount" sourceName="iPhone" sourceVersion="11.2" device="{WATCH}" '
                    f'unit="count" creationDate="{end}" startDate="{start}" endDate="{end}" value="{draw.randrange(200)}"/>\n'
                )
            else:
                record = (
                    ' <Record type="HKCategoryTypeIdentifierSleepAnalysis" sourceName="Apple Watch" '
                    f'creationDate="{end}" startDate="{start}" endDate="{end}" value="HKCategoryValueSleepAnalysisAsleepCore"/>\n'
                )
            file.write(record)
            written += len(record)
        file.write("</HealthData>\n")


def main() -> None:
    """Print megabytes of XML a second for both, and our memory."""
    from quietlegs.exchange.trackers import apple_health

    with tempfile.TemporaryDirectory() as folder:
        export = Path(folder) / "export.xml"
        write_export(export, MEGABYTES)
        start = time.perf_counter()
        with export.open("rb") as stream:
            nights = len(apple_health.read(stream).diary.nights)
        ours = MEGABYTES / (time.perf_counter() - start)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        peer_database = Path(folder) / "peer.db"
        peer = [
            sys.executable,
            "-c",
            "from healthkit_to_sqlite.cli import cli; cli()",
            "--xml",
            str(export),
            str(peer_database),
        ]
        start = time.perf_counter()
        done = subprocess.run(peer, check=False, capture_output=True)
        peer_seconds = time.perf_counter() - start
        print(
            f"Apple Health, {MEGABYTES} MB of XML, {nights} nights: {ours:.0f} MB/s, peak memory {memory:.0f} MB"
        )
        if done.returncode or not peer_database.exists():
            print("healthkit-to-sqlite could not be run:", done.stderr.decode()[-200:])
            return
        theirs = MEGABYTES / peer_seconds
        print(f"healthkit-to-sqlite (which keeps every record): {theirs:.1f} MB/s; ratio {ours / theirs:.0f}")


if __name__ == "__main__":
    main()
