"""When to remind somebody of something: given what they set, their time zone, what was noted, and the time, what is due.

``moments`` turns times of the wall clock into instants, also where clocks change. ``due`` decides. Nothing here sends
anything or knows what time it is.
"""

from quietlegs.core.reminders.due import (
    IGNORED_ENOUGH,
    LATE_MINUTES,
    Decision,
    Due,
    Kind,
    Known,
    Reminder,
    Rules,
    decide,
    fresh_moments,
    is_quiet,
    unanswered_run,
)
from quietlegs.core.reminders.moments import moment_of, moments_between

__all__ = [
    "IGNORED_ENOUGH",
    "LATE_MINUTES",
    "Decision",
    "Due",
    "Kind",
    "Known",
    "Reminder",
    "Rules",
    "decide",
    "fresh_moments",
    "is_quiet",
    "moment_of",
    "moments_between",
    "unanswered_run",
]
