"""Oura's sleep: API version 2, or the data export. Long sleeps are nights; the rest are naps."""

from datetime import datetime
from typing import Any

from quietlegs.exchange.diary_file import DiaryFile
from quietlegs.exchange.trackers.gather import Gathering
from quietlegs.exchange.trackers.json_files import items, load, seconds

NAME = "Oura"


def recognises(raw: bytes) -> bool:
    """Return whether a file is Oura's sleep."""
    head = raw[:65_536]
    return b'"bedtime_start"' in head and b'"total_sleep_duration"' in head


def read(raw: bytes) -> DiaryFile:
    """Read Oura's sleep."""
    found = Gathering(NAME)
    for one in items(load(raw), "data", "sleep"):
        _sleep(found, one)
    return found.finish()


def _sleep(found: Gathering, one: dict[str, Any]) -> None:
    asleep, in_bed = seconds(one.get("total_sleep_duration")), seconds(one.get("time_in_bed"))
    try:
        start = datetime.fromisoformat(str(one.get("bedtime_start"))).replace(tzinfo=None)
    except ValueError:
        found.skipped += 1
        return
    if asleep is None:
        found.skipped += 1
    elif one.get("type") in ("late_nap", "rest", "deleted"):
        found.naps += 1
    else:
        found.sleep(start, asleep / 3600, in_bed / 3600 if in_bed else None)
