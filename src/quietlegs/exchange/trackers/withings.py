"""Withings' CSV files: sleep.csv, with its parts in seconds, and aggregates_steps.csv."""

from collections.abc import Mapping
from datetime import datetime

from quietlegs.core.base.messages import message
from quietlegs.exchange.diary_file import DiaryFile
from quietlegs.exchange.trackers.gather import STEPS, Gathering, last
from quietlegs.exchange.trackers.tables import day, header_of, number, rows_of, whole_number

NAME = "Withings"
PARTS = ("light (s)", "deep (s)", "rem (s)")


def recognises(raw: bytes) -> bool:
    """Return whether a file is Withings' sleep or daily steps."""
    header = header_of(raw)
    return {"from", "to", "light (s)", "deep (s)"} <= set(header) or (
        header == ("date", "value") and raw[:20].lower().startswith(b"date,value")
    )


def read(raw: bytes) -> DiaryFile:
    """Read a Withings file."""
    found = Gathering(NAME)
    for line, row in rows_of(raw):
        if "from" in row:
            _sleep(found, row, line)
            continue
        on, count = day(row.get("date", "")), whole_number(row.get("value", ""))
        if on is None or count is None:
            found.problem(
                message("the date or the number of steps cannot be read."),
                message("Mend the line or leave it out."),
                line,
            )
        else:
            found.factor(on, STEPS, count, last)
    return found.finish()


def _sleep(found: Gathering, row: Mapping[str, str], line: int) -> None:
    parts = [number(row.get(part, "")) for part in PARTS]
    try:
        start = datetime.fromisoformat(row.get("from", "")).replace(tzinfo=None)
    except ValueError:
        found.problem(
            message("the time {cell} cannot be read.", cell=repr(row.get("from", "")[:30])),
            message("Write it like 2026-03-01T23:10:00+01:00."),
            line,
        )
        return
    if all(part is None for part in parts):
        found.skipped += 1
        return
    asleep = sum(part for part in parts if part)
    found.sleep(start, asleep / 3600, (asleep + (number(row.get("awake (s)", "")) or 0.0)) / 3600)
