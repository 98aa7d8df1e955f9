"""Sleep Cycle's CSV, in both generations: a row a sleep, split by semicolons, with the clock on the wall."""

from collections.abc import Mapping
from datetime import datetime

from quietlegs.core.base.messages import message
from quietlegs.exchange.diary_file import DiaryFile
from quietlegs.exchange.trackers.gather import STEPS, Gathering, last, night_at
from quietlegs.exchange.trackers.tables import clock, header_of, number, rows_of, whole_number

NAME = "Sleep Cycle"


def recognises(raw: bytes) -> bool:
    """Return whether a file has Sleep Cycle's columns."""
    header = set(header_of(raw))
    return {"start", "end", "sleep quality"} <= header and bool(
        header & {"time in bed", "time in bed (seconds)"}
    )


def read(raw: bytes) -> DiaryFile:
    """Read a Sleep Cycle export. The older generation has no time asleep: its time in bed is not taken for sleep."""
    found = Gathering(NAME)
    for line, row in rows_of(raw):
        try:
            start = datetime.fromisoformat(row.get("start", "")).replace(tzinfo=None)
            end = datetime.fromisoformat(row.get("end", "")).replace(tzinfo=None)
        except ValueError:
            found.problem(
                message("the start or end cannot be read."),
                message("Write it like 2026-03-01 23:10:00."),
                line,
            )
            continue
        _take(found, row, start, end)
    return found.finish()


def _take(found: Gathering, row: Mapping[str, str], start: datetime, end: datetime) -> None:
    asleep, in_bed = number(row.get("time asleep (seconds)", "")), (end - start).total_seconds() / 3600
    evening = night_at(start + (end - start) / 2)
    if asleep:
        found.sleep(start, asleep / 3600, in_bed)
    quality = number(row.get("sleep quality", ""))
    if quality is not None and clock(row.get("time in bed", "0:00")) is not None:
        found.outcome(evening, "sleep_quality", round(quality / 10), last)
    steps = whole_number(row.get("steps", "") or row.get("activity (steps)", ""))
    if steps:
        found.factor(evening, STEPS, steps, last)
    if row.get("notes") or row.get("sleep notes"):
        found.note(evening, row.get("notes") or row.get("sleep notes", ""))
