"""What is due now, and what stays silent.

Reminders help a little, and annoy a lot when they nag (Morrison et al. 2017, doi:10.1371/journal.pone.0169162: a fixed
time did as well as a clever one). So: a few a day, none in quiet hours, none for what is noted already, none that is
late, and after five that passed by, silence and one question.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from quietlegs.core.reminders.moments import moments_between

LATE_MINUTES = 20  # a reminder later than this is dropped: a computer that wakes up sends no heap
IGNORED_ENOUGH = 5  # in a row
_DAY = timedelta(days=1)


class Kind(StrEnum):
    """What a reminder is for."""

    ITEM = "item"  # something of the plan
    CHECK_IN = "check-in"  # last night, in the morning
    MISSED = "missed"  # a night that was left open, once
    TRIAL = "trial"  # tonight's condition of a running trial
    SINCE = "since"  # some hours after it was last done


@dataclass(frozen=True, slots=True)
class Reminder:
    """One reminder that is on.

    ``at`` is a time of the wall clock, or None for SINCE, which has in its place ``hours`` and when its thing was
    last done. ``item`` is the plan item of an ITEM. ``is_for_bedtime``: the person set it into their quiet hours on
    purpose. ``snoozed_until`` is an instant that they chose. ``set_at``: when it was set or turned on; what lies
    before is not made up for.
    """

    id: int
    kind: Kind
    at: time | None = None
    hours: float | None = None
    last_done_at: datetime | None = None
    item: str = ""
    is_for_bedtime: bool = False
    snoozed_until: datetime | None = None
    set_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for all reminders of a person. Times are of the wall clock.

    Quiet hours that begin when they end are none. ``is_paused`` lasts until the day ``paused_until`` begins, or, when
    that is None, until the person says so.
    """

    quiet_from: time = time(22)
    quiet_until: time = time(7)
    most_a_day: int = 3
    is_paused: bool = False
    paused_until: date | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What was noted and sent, as far as it decides about reminders.

    ``nights``: evenings of known nights, the last few at least. ``done``: plan items that were answered tonight.
    ``resting``: plan items that are not to be spoken of now. ``is_trial_open``: a running trial plans something for
    tonight, and nothing is noted yet. ``passed_by``: how many of each reminder's last messages passed by.
    ``claimed``: reminder and instant of what was sent, or is being sent, lately. ``sent_today``: how many messages of
    today, by the wall clock.
    """

    nights: Collection[date] = ()
    done: Collection[str] = ()
    resting: Collection[str] = ()
    is_trial_open: bool = False
    passed_by: Mapping[int, int] = field(default_factory=dict)
    claimed: Collection[tuple[int, datetime]] = ()
    sent_today: int = 0


@dataclass(frozen=True, slots=True)
class Due:
    """One reminder that is due, and the UTC instant that it was due at: together they name the message."""

    reminder: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Decision:
    """What to send, in order, and the reminders that fall silent until the person has answered one question."""

    due: tuple[Due, ...] = ()
    falls_silent: tuple[int, ...] = ()


def decide(
    reminders: Sequence[Reminder], rules: Rules, known: Known, *, zone: tzinfo, now: datetime
) -> Decision:
    """Return what is due at an instant. What is in ``known.claimed`` stays due as long as it is not late.

    The order of ``reminders`` does not matter.
    """
    if _is_paused(rules, now.astimezone(zone).date()):
        return Decision()
    found: list[tuple[Due, bool]] = []
    silent: list[int] = []
    for reminder in reminders:
        for moment in fresh_moments(reminder, zone=zone, now=now):
            is_wish = moment == reminder.snoozed_until
            if not (is_wish or _may_sound(reminder, rules, moment.astimezone(zone))):
                continue
            if not _is_open(reminder, known, moment.astimezone(zone).date()):
                continue
            if not is_wish and known.passed_by.get(reminder.id, 0) >= IGNORED_ENOUGH:
                silent.append(reminder.id)
                continue
            found.append((Due(reminder.id, moment), is_wish))
    return Decision(_within_the_day(found, rules, known), tuple(sorted(set(silent))))


def _within_the_day(found: list[tuple[Due, bool]], rules: Rules, known: Known) -> tuple[Due, ...]:
    """Leave out what is more than the person wants in a day. What they asked for by a snooze is never too much."""
    left = rules.most_a_day - known.sent_today
    kept = []
    for one, is_wish in sorted(found, key=lambda pair: (pair[0].due_at, pair[0].reminder)):
        if is_wish or (one.reminder, one.due_at) in known.claimed:
            kept.append(one)
        elif left > 0:
            left -= 1
            kept.append(one)
    return tuple(kept)


def fresh_moments(reminder: Reminder, *, zone: tzinfo, now: datetime) -> tuple[datetime, ...]:
    """Return the instants of a reminder that have come and are not yet late, whatever else is known."""
    after = now - timedelta(minutes=LATE_MINUTES)
    if reminder.set_at is not None:
        after = max(after, reminder.set_at)
    found: set[datetime] = set()
    if reminder.at is not None:
        found.update(moments_between(reminder.at, zone, after=after, until=now))
    if reminder.hours is not None and reminder.last_done_at is not None:
        found.add((reminder.last_done_at + timedelta(hours=reminder.hours)).replace(second=0, microsecond=0))
    if reminder.snoozed_until is not None:
        found.add(reminder.snoozed_until)
    return tuple(sorted(moment for moment in found if after < moment <= now))


def _is_open(reminder: Reminder, known: Known, day: date) -> bool:
    """Whether there is still something to be reminded of on a day of the wall clock."""
    last_night = day - _DAY
    match reminder.kind:
        case Kind.ITEM:
            return reminder.item not in known.done and reminder.item not in known.resting
        case Kind.CHECK_IN:
            return last_night not in known.nights
        case Kind.MISSED:  # once for a run of open nights: its first
            return last_night not in known.nights and last_night - _DAY in known.nights
        case Kind.TRIAL:
            return known.is_trial_open
        case Kind.SINCE:
            return True


def _may_sound(reminder: Reminder, rules: Rules, local: datetime) -> bool:
    return reminder.is_for_bedtime or not is_quiet(local.time(), rules)


def is_quiet(at: time, rules: Rules) -> bool:
    """Return whether a time of the wall clock lies in the quiet hours; their end does not.

    >>> is_quiet(time(23), Rules()), is_quiet(time(6, 59), Rules()), is_quiet(time(7), Rules())
    (True, True, False)
    """
    begins, ends = rules.quiet_from, rules.quiet_until
    if begins <= ends:
        return begins <= at < ends
    return at >= begins or at < ends


def _is_paused(rules: Rules, day: date) -> bool:
    return rules.is_paused and (rules.paused_until is None or day < rules.paused_until)


def unanswered_run(answered: Sequence[bool]) -> int:
    """Return how many of the last messages, newest first, passed by before one that was answered.

    >>> unanswered_run([False, False, True, False])
    2
    """
    return next((count for count, one in enumerate(answered) if one), len(answered))
