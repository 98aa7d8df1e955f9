"""Android's Health Connect export: a SQLite database, alone or in its zip.

Times are milliseconds with the offset of each record in seconds; water is in litres, caffeine in grams; 5e-324 means
not recorded. Columns differ from version to version, so they are chosen by name.

A phone and a watch record the same night and the same steps. Of each night the sleep of one app is kept: one that tells stages
before one that does not, then the longest. Of each hour the steps, drinks and meals of the app with most of them are kept.
"""

import sqlite3
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from quietlegs.exchange.diary_file import DiaryFile
from quietlegs.exchange.trackers import sqlite_files
from quietlegs.exchange.trackers.gather import (
    CAFFEINE,
    LONGEST_IN_BED_HOURS,
    STEPS,
    WATER,
    Gathering,
    day_of,
    is_nap,
    night_of_sleep,
    union_hours,
)

NAME = "Health Connect"
SLEEPS, STAGES = "sleep_session_record_table", "sleep_stages_table"
ASLEEP = {2, 4, 5, 6}  # sleeping, light, deep, REM
APP = "app_info_id"
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
            _sleeps(found, connection, has_stages=STAGES in there, has_app=APP in there[SLEEPS])
        for table, column, factor, scale in (
            ("steps_record_table", "count", STEPS, 1.0),
            ("hydration_record_table", "volume", WATER, 1000.0),
            ("nutrition_record_table", "caffeine", CAFFEINE, 1000.0),
        ):
            names = there.get(table, set())
            if {column, "start_time", "start_zone_offset"} <= names:
                for hour, amount in _by_hour(connection, table, column, has_app=APP in names).items():
                    found.factor(day_of(hour), factor, amount * scale)
    return found.finish()


def _by_hour(
    connection: sqlite3.Connection, table: str, column: str, *, has_app: bool
) -> dict[datetime, float]:
    """Return what was measured in each hour, by the app that measured most of it."""
    per_app: dict[tuple[datetime, float | None], float] = defaultdict(float)
    columns = ("start_time", "start_zone_offset", column, *([APP] if has_app else []))
    for at, offset, amount, *app in sqlite_files.rows(connection, table, columns):
        local = _local(at, offset)
        if local and amount is not None and amount > LEAST:
            hour = local.replace(minute=0, second=0, microsecond=0)
            per_app[hour, app[0] if app else None] += amount
    most: dict[datetime, float] = {}
    for (hour, _), amount in per_app.items():
        most[hour] = max(most.get(hour, 0.0), amount)
    return most


def _sleeps(found: Gathering, connection: sqlite3.Connection, *, has_stages: bool, has_app: bool) -> None:
    stages: dict[float, list[tuple[datetime, datetime]]] = defaultdict(list)
    if has_stages:
        parts = ("parent_key", "stage_start_time", "stage_end_time", "stage_type")
        for parent, start, end, kind in sqlite_files.rows(connection, STAGES, parts):
            a, b = _local(start, 0.0), _local(end, 0.0)
            if parent is not None and kind in ASLEEP and a and b and a < b:
                stages[parent].append((a, b))
    nights: dict[tuple[date, float | None], tuple[bool, float]] = {}
    columns = ("row_id", "start_time", "end_time", "start_zone_offset", *([APP] if has_app else []))
    for key, start, end, offset, *app in sqlite_files.rows(connection, SLEEPS, columns):
        a, b, local = _local(start, 0.0), _local(end, 0.0), _local(start, offset)
        if key is None or a is None or b is None or local is None or b <= a:
            found.skipped += 1
            continue
        in_bed = (b - a).total_seconds() / 3600
        has_stage = bool(stages.get(key))
        hours = union_hours(stages[key]) if has_stage else in_bed
        if not hours <= LONGEST_IN_BED_HOURS:
            found.skipped += 1
        elif is_nap(local, hours):
            found.naps += 1
        else:
            night = (night_of_sleep(local, in_bed), app[0] if app else None)
            staged, slept = nights.get(night, (False, 0.0))
            nights[night] = (staged or has_stage, slept + hours)
    best: dict[date, tuple[bool, float]] = {}
    for (evening, _), told in nights.items():
        best[evening] = max(best.get(evening, (False, 0.0)), told)
    for evening, (_, hours) in best.items():
        found.outcome(evening, "sleep_hours", round(min(hours, 24.0), 3))


def _local(at: float | None, offset: float | None) -> datetime | None:
    if at is None or abs(offset or 0.0) > 86_400:
        return None
    try:
        return (datetime.fromtimestamp(at / 1000, UTC) + timedelta(seconds=offset or 0.0)).replace(
            tzinfo=None
        )
    except (ValueError, OverflowError, OSError):
        return None
