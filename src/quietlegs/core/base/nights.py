"""What a night is: from one noon to the next, named by the date of its evening.

Days flip at midnight, nights do not: a cramp at 3 in the morning of 4 March belongs to the night of 3 March.
The hour at which one night ends and the next begins is the *cut-off hour*, noon unless the person says otherwise.
It is an hour of the local clock, so the night in which clocks change has 23 or 25 hours and still one name.

Instants are kept in UTC, with the offset of the wall clock beside them: the offset says what the clock showed,
also after the person has moved or the rules of a time zone have changed.
"""

from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

DEFAULT_CUTOFF_HOUR = 12  # noon: few people cramp at noon, and it halves the day
MAX_OFFSET_MINUTES = 18 * 60  # the widest that ISO 8601 readers take; the widest in use is 14 hours


def night_of(local: datetime, cutoff_hour: int = DEFAULT_CUTOFF_HOUR) -> date:
    """Return the night that a local instant belongs to, named by the date of its evening.

    Args:
        local: the clock on the person's wall. Give the instant converted to the person's time zone.
        cutoff_hour: 0 to 23; at this hour of the local clock a new night begins.

    >>> night_of(datetime(2026, 3, 4, 3, 7))
    datetime.date(2026, 3, 3)
    >>> night_of(datetime(2026, 3, 4, 12, 0))
    datetime.date(2026, 3, 4)
    """
    _check_cutoff(cutoff_hour)
    before = local.hour < cutoff_hour
    # A cut-off in the morning hours still names the night by its evening, the calendar day before.
    return local.date() - timedelta(days=1) if before else local.date()


def night_bounds(
    evening: date, zone: tzinfo, cutoff_hour: int = DEFAULT_CUTOFF_HOUR
) -> tuple[datetime, datetime]:
    """Return the UTC instants at which a night begins and ends; the end belongs to the next night.

    >>> from zoneinfo import ZoneInfo
    >>> begin, end = night_bounds(date(2026, 3, 28), ZoneInfo("Europe/Berlin"))
    >>> (end - begin).total_seconds() / 3600  # the clocks go forward
    23.0
    """
    _check_cutoff(cutoff_hour)
    begin, end = (
        # fold=0: where a cut-off hour comes twice, the night changes at its first coming.
        datetime.combine(day, time(cutoff_hour), zone).astimezone(UTC)
        for day in (evening, evening + timedelta(days=1))
    )
    return begin, end


def split_instant(aware: datetime) -> tuple[datetime, int]:
    """Return an instant as UTC and the minutes that the wall clock was ahead of UTC.

    Raises:
        ValueError: when the instant has no time zone.

    >>> split_instant(datetime.fromisoformat("2026-03-04T03:07:00+01:00"))
    (datetime.datetime(2026, 3, 4, 2, 7, tzinfo=datetime.timezone.utc), 60)
    """
    offset = aware.utcoffset()
    if offset is None:
        raise ValueError("the instant has no time zone")
    # Offsets of the 19th century have seconds; nobody's wall clock does.
    return aware.astimezone(UTC), round(offset.total_seconds() / 60)


def wall_clock(at: datetime, utc_offset_minutes: int) -> datetime:
    """Return what the person's clock showed at a UTC instant, with its offset.

    >>> wall_clock(datetime(2026, 3, 4, 2, 7, tzinfo=UTC), 60).isoformat()
    '2026-03-04T03:07:00+01:00'
    """
    return at.astimezone(timezone(timedelta(minutes=utc_offset_minutes)))


def clock_exists(local: datetime, zone: tzinfo) -> bool:
    """Return whether a wall-clock time happens: 02:30 does not on the night when clocks go forward.

    >>> from zoneinfo import ZoneInfo
    >>> clock_exists(datetime(2026, 3, 29, 2, 30), ZoneInfo("Europe/Berlin"))
    False
    """
    naive = local.replace(tzinfo=None)
    return naive.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) == naive


def _check_cutoff(cutoff_hour: int) -> None:
    if not 0 <= cutoff_hour <= 23:
        raise ValueError(f"cutoff_hour is {cutoff_hour}; it must be 0 to 23")
