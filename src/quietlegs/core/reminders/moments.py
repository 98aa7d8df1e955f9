"""When a time of the wall clock happens: once on every day that there is, also on the days when clocks change.

Where clocks go forward over it, it happens as much later as the clocks jump; where it comes twice, at its first
coming. So says RFC 5545 (iCalendar), section 3.3.5, and so a calendar and these reminders agree.
"""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

_DAY = timedelta(days=1)


def moment_of(day: date, at: time, zone: tzinfo) -> datetime | None:
    """Return the UTC instant at which a day's clock shows ``at``; None for a day that a zone left out.

    >>> from zoneinfo import ZoneInfo
    >>> berlin = ZoneInfo("Europe/Berlin")
    >>> moment_of(date(2026, 3, 29), time(2, 30), berlin).astimezone(berlin).isoformat()  # is not there: an hour later
    '2026-03-29T03:30:00+02:00'
    >>> moment_of(date(2026, 10, 25), time(2, 30), berlin).isoformat()  # comes twice: the first
    '2026-10-25T00:30:00+00:00'
    >>> moment_of(date(2011, 12, 30), time(20), ZoneInfo("Pacific/Apia")) is None  # Samoa had no such day
    True
    """
    found = _instant(day, at, zone)
    if found.astimezone(zone).date() == day:
        return found
    # A time shortly before midnight may be moved past it, and is still this day's. A day that is left out is moved
    # by a whole day, onto the moment of the next.
    return None if found == _instant(day + _DAY, at, zone) else found


def moments_between(at: time, zone: tzinfo, *, after: datetime, until: datetime) -> tuple[datetime, ...]:
    """Return the UTC instants of ``at``, later than ``after`` and not later than ``until``, in order."""
    day, last = after.astimezone(zone).date() - _DAY, until.astimezone(zone).date() + _DAY
    found = []
    while day <= last:
        moment = moment_of(day, at, zone)
        if moment is not None and after < moment <= until:
            found.append(moment)
        day += _DAY
    return tuple(found)


def _instant(day: date, at: time, zone: tzinfo) -> datetime:
    # fold=0 is the first of two comings and, where there is none, the offset from before the jump.
    return datetime.combine(day, at.replace(fold=0), zone).astimezone(UTC)
