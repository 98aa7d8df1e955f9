"""Nomie's backup: events are notes with tags such as ``#cramps(2)``; each has an instant and an offset."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from quietlegs.core.diary.night import Factor, FactorKind
from quietlegs.exchange.diary_file import DiaryFile
from quietlegs.exchange.trackers.gather import Gathering, day_of, night_at, night_of_score
from quietlegs.exchange.trackers.json_files import items, load, seconds
from quietlegs.exchange.trackers.symptoms import outcome_of, plain_name

NAME = "Nomie"
_TAG = re.compile(r"#([\w-]{1,60})(?:\((-?\d{1,9}(?:\.\d{1,6})?)\))?")


def recognises(raw: bytes) -> bool:
    """Return whether a file is a Nomie backup."""
    head = raw[:262_144]
    return b'"nomie"' in head or (b'"trackers"' in head and b'"events"' in head)


def read(raw: bytes) -> DiaryFile:
    """Read a Nomie backup."""
    found = Gathering(NAME)
    document = load(raw)
    for one in items(document, "events", "records", "logs"):
        local = _local(one)
        if local is None:
            found.skipped += 1
            continue
        for name, amount in _TAG.findall(str(one.get("note", ""))[:5_000]):
            _tag(found, name.replace("_", " "), float(amount) if amount else None, local)
    return found.finish()


def _local(one: dict[str, Any]) -> datetime | None:
    at, offset = seconds(one.get("end") or one.get("start")), seconds(one.get("offset")) or 0.0
    if at is None or abs(offset) > 24 * 60:
        return None
    try:
        # JavaScript's offset: minutes from the wall to UTC, so it is taken away.
        return (datetime.fromtimestamp(at / 1000, UTC) - timedelta(minutes=offset)).replace(tzinfo=None)
    except (ValueError, OverflowError, OSError):
        return None


def _tag(found: Gathering, name: str, amount: float | None, local: datetime) -> None:
    outcome = outcome_of(name)
    if outcome == "cramps":
        found.outcome(night_at(local), "cramps", 1.0 if amount is None else amount, lambda a, b: a + b)
    elif outcome and amount is not None and 0 <= amount <= 10:
        found.outcome(night_of_score(outcome, local), outcome, amount)
    elif plain_name(name) and amount is None:
        found.factor(day_of(local), Factor(plain_name(name), FactorKind.YES_NO), 1.0, max)
    elif plain_name(name) and amount is not None:
        found.factor(day_of(local), Factor(plain_name(name), FactorKind.AMOUNT), amount)
