"""What a night is: from one noon to the next, named by the date of its evening.

Days flip at midnight, nights do not: a cramp at 3 in the morning of 4 March belongs to the night of 3 March.
The hour at which one night ends and the next begins is the *cut-off hour*, noon unless the person says otherwise.
It is an hour of the local clock, so the night in which clocks change has 23 or 25 hours and still one name.
"""

from datetime import date, datetime, timedelta

DEFAULT_CUTOFF_HOUR = 12  # noon: few people cramp at noon, and it halves the day


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
    if not 0 <= cutoff_hour <= 23:
        raise ValueError(f"cutoff_hour is {cutoff_hour}; it must be 0 to 23")
    before = local.hour < cutoff_hour
    # A cut-off in the morning hours still names the night by its evening, the calendar day before.
    return local.date() - timedelta(days=1) if before else local.date()
