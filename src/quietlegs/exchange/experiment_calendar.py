"""A reminder for any calendar (iCalendar, RFC 5545): one event that comes back every evening of a trial."""

from datetime import UTC, date, datetime

REMINDER_HOUR = 19  # an hour of the wall clock, wherever the calendar is
LINE_BYTES = 75


def reminder(*, uid: str, first: date, last: date, summary: str, address: str, stamp: datetime) -> str:
    """Return an iCalendar file with a daily event from ``first`` to ``last``, at 19 o'clock of the wall clock.

    Times are floating (no zone), so that a change of the clock moves nothing. ``stamp`` is when it was made, with a zone.

    >>> text = reminder(uid="x", first=date(2026, 3, 1), last=date(2026, 4, 1), summary="Look; now", address="a",
    ...     stamp=datetime(2026, 3, 1, tzinfo=UTC))
    >>> "RRULE:FREQ=DAILY;UNTIL=20260401T235959" in text, r"SUMMARY:Look\\; now" in text
    (True, True)
    """
    last = max(first, last)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Quietlegs//trial//EN",
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"DTSTAMP:{stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART:{first:%Y%m%d}T{REMINDER_HOUR:02}0000",
        "DURATION:PT5M",
        f"RRULE:FREQ=DAILY;UNTIL={last:%Y%m%d}T235959",
        f"SUMMARY:{_escaped(summary)}",
        f"DESCRIPTION:{_escaped(address)}",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{_escaped(summary)}",
        "TRIGGER:PT0M",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _escaped(text: str) -> str:
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", "\\n")


def _folded(line: str) -> str:
    """Fold a line at 75 bytes, never within a character."""
    parts: list[str] = []
    part = ""
    for sign in line:
        if len((part + sign).encode()) > LINE_BYTES - bool(parts):
            parts.append(part)
            part = ""
        part += sign
    return "\r\n ".join([*parts, part])
