"""Flaredown's CSV: one row is one answer of one day; symptoms are 0 to 4, which we hold as 0 to 10."""

from collections.abc import Mapping
from datetime import date, timedelta

from quietlegs.core.base.messages import message
from quietlegs.core.diary.night import Factor, FactorKind
from quietlegs.exchange.diary_file import DiaryFile
from quietlegs.exchange.trackers.gather import Gathering
from quietlegs.exchange.trackers.symptoms import outcome_of, plain_name
from quietlegs.exchange.trackers.tables import day, header_of, number, rows_of

NAME = "Flaredown"
STEP = 2.5


def recognises(raw: bytes) -> bool:
    """Return whether a file has Flaredown's columns."""
    return {"checkin_date", "trackable_type", "trackable_name", "trackable_value"} <= set(header_of(raw))


def read(raw: bytes) -> DiaryFile:
    """Read a Flaredown export of one person."""
    found, people = Gathering(NAME), set()
    for line, row in rows_of(raw):
        people.add(row.get("user_id", ""))
        if len(people) > 1:
            found.problem(
                message("the file holds the diaries of several people."),
                message("Keep the rows of one user_id."),
                line,
            )
            return DiaryFile(Gathering(NAME).finish().diary, tuple(found.problems))
        on = day(row.get("checkin_date", ""))
        if on is None:
            found.problem(
                message("the date {cell} cannot be read.", cell=repr(row.get("checkin_date", "")[:30])),
                message("Write it like 2026-03-01."),
                line,
            )
            continue
        _take(found, row, on)
    return found.finish()


def _take(found: Gathering, row: Mapping[str, str], on: date) -> None:
    kind, name, value = (
        row.get("trackable_type", ""),
        row.get("trackable_name", ""),
        number(row.get("trackable_value", "")),
    )
    before = on - timedelta(days=1)  # a check-in of the day tells of the night that went before it
    if kind == "Symptom" and value is not None and 0 <= value <= 4:
        outcome = outcome_of(name)
        if outcome == "cramps":
            found.outcome(before, "cramps", float(value > 0))
            found.outcome(before, "severity", value * STEP) if value else None
        elif outcome:
            found.outcome(before, outcome, value * STEP)
        elif plain_name(name):
            found.factor(on, Factor(plain_name(name), FactorKind.SCALE), value * STEP, max)
    elif kind in ("Treatment", "Tag", "Food") and plain_name(name):
        found.factor(on, Factor(plain_name(name), FactorKind.YES_NO), 1.0, max)
