"""Fitbit's sleep and steps from Google Takeout: JSON with the clock on the wall and no zone, so the wall's clock is kept."""

import re
from datetime import datetime
from typing import Any

from quietlegs.exchange.diary_file import DiaryFile
from quietlegs.exchange.trackers.gather import STEPS, Gathering, day_of
from quietlegs.exchange.trackers.json_files import items, load, seconds

NAME = "Fitbit"
_SLEEP = re.compile(rb'"dateOfSleep"|"minutesAsleep"')
_STEPS = re.compile(rb'\A\s*\[\s*\{\s*"dateTime"\s*:\s*"\d\d/\d\d/\d\d \d\d:\d\d:\d\d"\s*,\s*"value"\s*:\s*"')


def recognises(raw: bytes) -> bool:
    """Return whether a file is Fitbit's sleep or steps."""
    head = raw[:65_536]
    return bool((_SLEEP.search(head) and b'"logId"' in head) or _STEPS.match(head))


def read(raw: bytes) -> DiaryFile:
    """Read a Fitbit file."""
    found = Gathering(NAME)
    for one in items(load(raw), "sleep"):
        if "minutesAsleep" in one:
            _sleep(found, one)
        elif "value" in one:
            _steps(found, one)
    return found.finish()


def _sleep(found: Gathering, one: dict[str, Any]) -> None:
    minutes, in_bed = seconds(one.get("minutesAsleep")), seconds(one.get("timeInBed"))
    try:
        start = datetime.fromisoformat(str(one.get("startTime"))).replace(tzinfo=None)
    except ValueError:
        found.skipped += 1
        return
    if minutes is None:
        found.skipped += 1
    elif one.get("mainSleep") is False and minutes < 180:
        found.naps += 1
    else:
        found.sleep(start, minutes / 60, in_bed / 60 if in_bed else None)


def _steps(found: Gathering, one: dict[str, Any]) -> None:
    try:
        at = datetime.strptime(str(one.get("dateTime")), "%m/%d/%y %H:%M:%S")  # Fitbit writes no zone
        count = float(str(one.get("value")))
    except ValueError:
        found.skipped += 1
        return
    found.factor(day_of(at), STEPS, count)
