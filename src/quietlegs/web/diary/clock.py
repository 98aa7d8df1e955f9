"""The clock is read here, once a request, and handed on. Which night it is depends on where the person lives."""

import os
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from django.utils import timezone

from quietlegs.core.base.nights import night_of, wall_clock
from quietlegs.web.diary.models import Diary, Episode

ZONE_FOLDER = "zoneinfo/"


@cache
def system_time_zone() -> str:
    """Return this computer's time zone by its IANA name, or "UTC" where it does not say."""
    named = os.environ.get("TZ", "").lstrip(":")
    link = Path("/etc/localtime")
    linked = str(link.resolve()).partition(ZONE_FOLDER)[2] if link.exists() else ""
    return next((name for name in (named, linked) if name and is_time_zone(name)), "UTC")


@cache  # the whole zone folder is walked for each answer: 20 ms
def time_zones() -> frozenset[str]:
    """Return the names of all time zones."""
    return frozenset(available_timezones())


def is_time_zone(name: str) -> bool:
    """Return whether that is the name of a time zone."""
    return name in time_zones()


def zone_of(diary: Diary) -> ZoneInfo:
    """Return the time zone that a diary's nights are named in."""
    return ZoneInfo(diary.time_zone if is_time_zone(diary.time_zone) else system_time_zone())


def local(diary: Diary, instant: datetime) -> datetime:
    """Return an instant on the person's wall clock."""
    return instant.astimezone(zone_of(diary))


def offset_minutes(diary: Diary, instant: datetime) -> int:
    """Return how far the person's wall clock is from UTC at an instant, in minutes."""
    offset = local(diary, instant).utcoffset() or timedelta()
    return round(offset.total_seconds() / 60)


def evening_of(diary: Diary, instant: datetime) -> date:
    """Return the evening that names the night in which an instant lies."""
    return night_of(local(diary, instant), diary.cutoff_hour)


def tonight(diary: Diary, now: datetime | None = None) -> date:
    """Return the evening that names the night it is now, or will be next."""
    return evening_of(diary, now or timezone.now())


def last_night(diary: Diary, now: datetime | None = None) -> date:
    """Return the evening that names the night a person would call *last night*.

    In the morning that is the night that is ending; after the cut-off it is the one before tonight.
    """
    now = now or timezone.now()
    current = evening_of(diary, now)
    is_morning = local(diary, now).hour < diary.cutoff_hour
    return current if is_morning else current - timedelta(days=1)


def wall(episode: Episode) -> datetime:
    """Return what the person's clock showed when an episode began."""
    return wall_clock(episode.started_at, episode.utc_offset_minutes)
