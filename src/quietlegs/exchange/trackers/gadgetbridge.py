"""Gadgetbridge's export: a SQLite database with a table of samples for each kind of band. Steps, and sleep where it is stored."""

import re
import sqlite3
from collections import defaultdict
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from quietlegs.exchange.diary_file import DiaryFile
from quietlegs.exchange.trackers import sqlite_files
from quietlegs.exchange.trackers.gather import STEPS, Gathering, day_of

NAME = "Gadgetbridge"
_SAMPLES = re.compile(r"_ACTIVITY_SAMPLE$")
_SLEEPS = re.compile(r"_SLEEP_TIME_SAMPLE$")


def recognises(path: Path) -> bool:
    """Return whether a SQLite file has Gadgetbridge's tables."""
    with sqlite_files.opened(path) as connection:
        names = {name.upper() for name in sqlite_files.tables(connection)}
    return {"DEVICE", "USER"} <= names and any(_SAMPLES.search(name) for name in names)


def read(path: Path, *, zone: ZoneInfo) -> DiaryFile:
    """Read a Gadgetbridge database. Its instants are UTC; the person's zone says on which night they are."""
    found = Gathering(NAME)
    with sqlite_files.opened(path) as connection:
        there = sqlite_files.tables(connection)
        per_device: dict[tuple[date, str, float], float] = defaultdict(float)
        for table, columns in there.items():
            if _SAMPLES.search(table.upper()) and {"TIMESTAMP", "STEPS", "DEVICE_ID"} <= columns:
                for at, steps, device in sqlite_files.rows(
                    connection, table, ("TIMESTAMP", "STEPS", "DEVICE_ID")
                ):
                    local = _local(at, zone, per_second=1.0)
                    if (
                        local and steps is not None and 0 < steps < 65_535
                    ):  # 255 and 65535 are "no reading" on some bands
                        per_device[day_of(local), table, device or 0.0] += steps
            if _SLEEPS.search(table.upper()) and {"TIMESTAMP", "TOTAL_DURATION"} <= columns:
                _sleeps(found, connection, table, zone)
    best: dict[date, float] = {}
    for (on, _, _), steps in per_device.items():  # two bands worn together count the same steps
        best[on] = max(best.get(on, 0.0), steps)
    for on, steps in best.items():
        found.factor(on, STEPS, steps)
    return found.finish()


def _sleeps(found: Gathering, connection: sqlite3.Connection, table: str, zone: ZoneInfo) -> None:
    for at, minutes in sqlite_files.rows(connection, table, ("TIMESTAMP", "TOTAL_DURATION")):
        local = _local(at, zone, per_second=1000.0)
        if local is None or minutes is None:
            found.skipped += 1
        else:
            found.sleep(local, minutes / 60)


def _local(at: float | None, zone: ZoneInfo, *, per_second: float) -> datetime | None:
    try:
        return (
            None
            if at is None
            else datetime.fromtimestamp(at / per_second, UTC).astimezone(zone).replace(tzinfo=None)
        )
    except (ValueError, OverflowError, OSError):
        return None
