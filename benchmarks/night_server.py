"""How long until a night is on the disk, with 50 devices at once? 99 in 100, against SQLite alone.

``python -m benchmarks.night_server [DEVICES] [SECONDS]`` starts the app as people run it and lets every device send nights
through the interface that phones use: once a second each (a whole street in one morning), and then as fast as each
can. The peer is SQLite by itself, one synchronous transaction a night, from as many threads: what the disk alone costs.
"""

import itertools
import json
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from http.client import HTTPConnection
from pathlib import Path
from uuid import uuid4

from tests.web.server import serving

DEVICES, SECONDS = 50, 15
FIRST = date(1900, 1, 1)
Log = Callable[[int], None]


def in_parallel(make: Callable[[], Log], *, devices: int, seconds: float, pause: float) -> list[float]:
    """Return how long each logged night took, in seconds; every device logs one each ``pause`` seconds, or at once after the last."""
    numbers, took, lock = itertools.count(), [], threading.Lock()
    end = time.monotonic() + seconds

    def device(place: int) -> None:
        log = make()
        time.sleep(pause * place / devices)  # they do not all wake in the same instant
        while time.monotonic() < end:
            with lock:
                number = next(numbers)
            begun = time.perf_counter()
            log(number)
            lasted = time.perf_counter() - begun
            with lock:
                took.append(lasted)
            time.sleep(max(0.0, pause - lasted))

    threads = [threading.Thread(target=device, args=(place,)) for place in range(devices)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(took)


def over_http(port: int) -> Log:
    """Return a device: a connection of its own that is kept open."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)

    def log(number: int) -> None:
        body = {
            "what": "night",
            "at": "2026-03-01T08:00:00+01:00",
            "evening": (FIRST + timedelta(days=number % 40_000)).isoformat(),
            "answers": {"cramps": str(number % 5), "sleep_hours": "6.5"},
        }
        headers = {"Content-Type": "application/json"}
        connection.request("PUT", f"/api/v1/entries/{uuid4()}", json.dumps(body), headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 201, answer.status

    return log


def into_sqlite(path: Path) -> Log:
    """Return the peer: one row in one synchronous transaction."""
    database = sqlite3.connect(path, timeout=60, isolation_level=None)
    database.execute("PRAGMA synchronous=FULL")

    def log(number: int) -> None:
        database.execute("BEGIN IMMEDIATE")
        database.execute("INSERT INTO night VALUES (?, ?)", (str(uuid4()), number % 5))
        database.execute("COMMIT")

    return log


def told(name: str, took: list[float], seconds: float) -> str:
    """Return a line of figures."""
    at = {share: took[min(len(took) - 1, int(share * len(took)))] * 1000 for share in (0.5, 0.95, 0.99)}
    return (
        f"{name:44} {len(took):6} nights, {len(took) / seconds:5.0f}/s; "
        f"median {at[0.5]:4.0f} ms, 95 in 100 {at[0.95]:4.0f} ms, 99 in 100 {at[0.99]:4.0f} ms"
    )


def main() -> None:
    """Run and print."""
    given = [int(word) for word in sys.argv[1:]]
    devices, seconds = given[0] if given else DEVICES, given[1] if len(given) > 1 else SECONDS
    with tempfile.TemporaryDirectory(prefix="quietlegs-load-") as folder, serving(Path(folder)) as server:
        for name, pause in (("one night a second each", 1.0), ("as fast as each can", 0.0)):
            took = in_parallel(lambda: over_http(server.port), devices=devices, seconds=seconds, pause=pause)
            print(told(f"{devices} devices, {name}", took, seconds), flush=True)
    with tempfile.TemporaryDirectory(prefix="quietlegs-load-") as folder:
        path = Path(folder) / "peer.sqlite3"
        with closing(sqlite3.connect(path)) as database:
            database.execute("PRAGMA journal_mode=WAL")
            database.execute("CREATE TABLE night (id TEXT PRIMARY KEY, cramps INTEGER)")
        took = in_parallel(lambda: into_sqlite(path), devices=devices, seconds=seconds, pause=0.0)
        print(told("peer: SQLite alone, as fast as it can", took, seconds))


if __name__ == "__main__":
    main()
