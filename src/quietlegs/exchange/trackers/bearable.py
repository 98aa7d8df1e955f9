"""Bearable's CSV, in both generations: one row is one reading.

A symptom's rating is 1 to 4 (mild, moderate, severe, unbearable); we hold it as 2.5, 5, 7.5 and 10. A cramp that was rated was a
cramp: one is counted for each row, as Bearable does not ask how many.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from quietlegs.core.base.messages import message
from quietlegs.core.diary.night import Factor, FactorKind
from quietlegs.exchange.diary_file import DiaryFile
from quietlegs.exchange.trackers.gather import Gathering, day_of, night_at, night_of_score
from quietlegs.exchange.trackers.symptoms import outcome_of, plain_name
from quietlegs.exchange.trackers.tables import clock, day, header_of, number, rows_of

NAME = "Bearable"
_PARTS_OF_DAY = {
    "am": time(8),
    "morning": time(8),
    "pre": time(5),
    "mid": time(13),
    "midday": time(13),
    "afternoon": time(15),
    "pm": time(20),
    "evening": time(20),
    "night": time(23),
    "all day": time(13),
}
RATING_STEP = 2.5  # four ratings to our 0 to 10


def recognises(raw: bytes) -> bool:
    """Return whether a file has Bearable's columns."""
    return {"category", "rating/amount", "detail", "time of day"} <= set(header_of(raw))


def read(raw: bytes) -> DiaryFile:
    """Read a Bearable export."""
    found = Gathering(NAME)
    for line, row in rows_of(raw):
        on = day(row.get("date formatted", "")) or day(row.get("date", ""))
        if on is None:
            found.problem(
                message("the date {cell} cannot be read.", cell=repr(row.get("date", "")[:30])),
                message("Write it like 8th Dec 2025."),
                line,
            )
            continue
        _take(found, row, on)
    return found.finish()


def _take(found: Gathering, row: Mapping[str, str], on: date) -> None:
    part = row.get("time of day", "").casefold()
    at = clock(part)
    local = datetime.combine(on, time(*at) if at else _PARTS_OF_DAY.get(part, time(13)))
    category, detail = row.get("category", "").casefold(), row.get("detail", "")
    amount = row.get("rating/amount", "")
    if category == "sleep":
        _sleep(found, amount, on)
    elif category == "symptom":
        _symptom(found, detail, number(amount), local)
    elif category in ("medication", "factors", "nutrition", "supplements") and detail:
        found.factor(day_of(local), Factor(plain_name(detail), FactorKind.YES_NO), 1.0, max)
    if row.get("notes"):
        found.note(night_at(local), row["notes"])


def _sleep(found: Gathering, amount: str, on: date) -> None:
    length = clock(amount)
    if length:
        found.outcome(on - timedelta(days=1), "sleep_hours", length[0] + length[1] / 60)


def _symptom(found: Gathering, detail: str, rating: float | None, local: datetime) -> None:
    outcome = outcome_of(detail)
    evening = night_at(local)
    if rating is None or not 0 <= rating <= 4:
        found.skipped += 1
    elif outcome == "cramps":
        found.outcome(evening, "cramps", float(rating > 0), lambda a, b: a + b)
        if rating > 0:
            found.outcome(evening, "severity", rating * RATING_STEP)
    elif outcome:
        found.outcome(night_of_score(outcome, local), outcome, rating * RATING_STEP)
    else:
        found.factor(day_of(local), Factor(plain_name(detail), FactorKind.SCALE), rating * RATING_STEP, max)
