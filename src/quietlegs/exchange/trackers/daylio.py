"""Daylio's CSV, in both generations: one row is one entry with its activities, split by a bar.

An activity that is named was done. One that is not named was not asked, so it stays unknown: a Daylio diary has no
quiet nights, and we say so.
"""

from datetime import datetime, time

from quietlegs.core.base.errors import Problem
from quietlegs.core.base.messages import message
from quietlegs.core.diary.night import Factor, FactorKind
from quietlegs.exchange.diary_file import DiaryFile
from quietlegs.exchange.trackers.gather import Gathering, day_of, night_at
from quietlegs.exchange.trackers.symptoms import outcome_of, plain_name
from quietlegs.exchange.trackers.tables import clock, day, header_of, rows_of

NAME = "Daylio"


def recognises(raw: bytes) -> bool:
    """Return whether a file has Daylio's columns."""
    header = set(header_of(raw))
    return {"mood", "activities", "weekday"} <= header and bool(header & {"full_date", "year"})


def read(raw: bytes) -> DiaryFile:
    """Read a Daylio export."""
    found = Gathering(NAME)
    for line, row in rows_of(raw):
        on = day(row.get("full_date", "")) or day(f"{row.get('date', '')} {row.get('year', '')}")
        if on is None:
            found.problem(message("the date cannot be read."), message("Write it like 2026-01-31."), line)
            continue
        at = clock(row.get("time", ""))
        local = datetime.combine(on, time(*at) if at else time(20))
        for activity in filter(None, (part.strip() for part in row.get("activities", "").split("|"))):
            _activity(found, activity, local)
        text = " ".join(filter(None, (row.get("note_title"), row.get("note"))))
        if text:
            found.note(night_at(local), text)
    found.notices.append(Problem(message("Daylio does not ask about quiet nights, so none were read."), ""))
    return found.finish()


def _activity(found: Gathering, activity: str, local: datetime) -> None:
    if outcome_of(activity) == "cramps":
        found.outcome(night_at(local), "cramps", 1.0)
    elif plain_name(activity):
        found.factor(day_of(local), Factor(plain_name(activity), FactorKind.YES_NO), 1.0, max)
