"""Garmin's sleep from its data export: times in UTC without a sign; nights off the wrist are left out."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from quietlegs.exchange.diary_file import DiaryFile
from quietlegs.exchange.trackers.gather import FIRST_NIGHT, LAST_NIGHT, Gathering
from quietlegs.exchange.trackers.json_files import items, load, seconds

NAME = "Garmin"
PARTS = ("deepSleepSeconds", "lightSleepSeconds", "remSleepSeconds")


def recognises(raw: bytes) -> bool:
    """Return whether a file is Garmin's sleep."""
    head = raw[:65_536]
    return b'"sleepStartTimestampGMT"' in head or b'"dailySleepDTO"' in head


def read(raw: bytes, *, zone: ZoneInfo) -> DiaryFile:
    """Read Garmin's sleep; its times are UTC, so the person's zone says on which night they are."""
    found = Gathering(NAME)
    for one in items(load(raw), "dailySleepDTO", "sleep"):
        _sleep(found, one, zone)
    return found.finish()


def _sleep(found: Gathering, one: dict[str, Any], zone: ZoneInfo) -> None:
    parts = [seconds(one.get(part)) for part in PARTS]
    start = _instant(one.get("sleepStartTimestampGMT"))
    if start is None or all(part is None for part in parts):
        found.skipped += 1
        return
    asleep = sum(part for part in parts if part) / 3600
    awake = (seconds(one.get("awakeSleepSeconds")) or 0.0) / 3600
    found.sleep(start.astimezone(zone).replace(tzinfo=None), asleep, asleep + awake)


def _instant(value: Any) -> datetime | None:
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            at = datetime.fromtimestamp(value / 1000, UTC)
        else:
            at = datetime.fromisoformat(str(value)).replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        return None
    # At the calendar's ends no zone can be applied.
    return at if FIRST_NIGHT.year <= at.year <= LAST_NIGHT.year else None
