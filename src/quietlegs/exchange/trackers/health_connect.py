"""Android's Health Connect export: a SQLite database, alone or in its zip.

Times are milliseconds with the offset of each record in seconds; water is in litres, caffeine in grams; 5e-324 means
not recorded. Columns differ from version to version, so they are chosen by name.
"""

import sqlite3
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

from quietlegs.exchange.diary_file import DiaryFile
from quietlegs.exchange.trackers import sqlite_files
from quietlegs.exchange.trackers.gather import CAFFEINE, STEPS, WATER, Gathering, day_of, union_hours

NAME = "Health Connect"
SLEEPS, STAGES = "sleep_session_record_table", "sleep_stages_table"
ASLEEP = {2, 4, 5, 6}  # sleeping, light, deep, REM
LEAST = 1e-9  # below this an amount was not recorded


def recognises(path: Path) -> bool:
    """Return whether a SQLite file has Health Connect's tables."""
    with sqlite_files.opened(path) as connection:
        return bool({SLEEPS, "steps_record_table"} & set(sqlite_files.tables(connection)))


def read(path: Path) -> DiaryFile:
    """Read a Health Connect database."""
    found = Gathering(NAME)
    with sqlite_files.opened(path) as connection:
        there = sqlite_files.tables(connection)
        if {"row_id", "start_time", "end_time", "start_zone_offset"} <= there.get(SLEEPS, set()):
            _sleeps(found, connection, has_stages=STAGES in there)
        for table, column, factor, scale in (
            ("steps_record_table", "count", STEPS, 1.0),
            ("hydration_record_table", "volume", WATER, 1000.0),
            ("nutrition_record_table", "caffeine", CAFFEINE, 1000.0),
        ):
            if {column, "start_time", "start_zone_offset"} <= there.get(table, set()):
                for at, offset, amount in sqlite_files.rows(
                    connection, table, ("start_time", "start_zone_offset", column)
                ):
                    local = _local(at, offset)
                    if local and amount is not None and amount > LEAST:
                        found.factor(day_of(local), factor, amount * scale)
    return found.finish()


def _sleeps(found: Gathering, connection: sqlite3.Connection, *, has_stages: bool) -> None:
    stages: dict[float, list[tuple[datetime, datetime]]] = defaultdict(list)
    if has_stages:
        columns = ("parent_key", "stage_start_time", "stage_end_time", "stage_type")
        for parent, start, end, kind in sqlite_files.rows(connection, STAGES, columns):
            a, b = _local(start, 0.0), _local(end, 0.0)
            if parent is not None and kind in ASLEEP and a and b and a < b:
                stages[parent].append((a, b))
    for key, start, end, offset in sqlite_files.rows(
        connection, SLEEPS, ("row_id", "start_time", "end_time", "start_zone_offset")
    ):
        a, b, local = _local(start, 0.0), _local(end, 0.0), _local(start, offset)
        if key is None or a is None or b is None or local is None or b <= a:
            found.skipped += 1
            continue
        in_bed = (b - a).total_seconds() / 3600
        found.sleep(local, union_hours(stages[key]) if stages.get(key) else in_bed, in_bed)


def _local(at: float | None, offset: float | None) -> datetime | None:
    if at is None or abs(offset or 0.0) > 86_400:
        return None
    try:
        return (datetime.fromtimestamp(at / 1000, UTC) + timedelta(seconds=offset or 0.0)).replace(
            tzinfo=None
        )
    except (ValueError, OverflowError, OSError):
        return None
