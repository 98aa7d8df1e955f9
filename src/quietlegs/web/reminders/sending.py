"""One round: what is due is claimed, sent, and its end recorded. Never twice.

For each reminder, instant and way there is one row at most, kept by the database. The row is written and on disk
*before* anything is sent:

- no row: nothing was sent. While the reminder is not late, a round may claim it.
- CLAIMED, lease running: some process sends it now. Nobody else touches it.
- CLAIMED, lease over: that process died between the claim and the record. Nobody can tell whether the message went out.
  It becomes UNSURE and is not sent again: a reminder that is missing does less harm than one that nags.
- WAITING: the far end was surely not reached. Tried twice more, a minute apart, while it is not late.
- SENT, FAILED, UNSURE: over.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import groupby

from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone, translation

from quietlegs.core import reminders as core
from quietlegs.web.diary import clock
from quietlegs.web.diary.models import Diary
from quietlegs.web.reminders import messages, queries, ways
from quietlegs.web.reminders.faults import named
from quietlegs.web.reminders.models import Reminder, Sending, Way, Wishes
from quietlegs.web.reminders.ways import Ended

LEASE = timedelta(minutes=2)  # longer than any message takes: each step ends after ways.TIMEOUT_SECONDS
MOST_TRIES = 3
AGAIN_AFTER = timedelta(minutes=1)
KEPT_FOR = timedelta(days=90)

_log = logging.getLogger(__name__)
_States = Sending.State
_STATE_OF = {Ended.SENT: _States.SENT, Ended.UNSURE: _States.UNSURE}


def send_what_is_due(clock_now: Callable[[], datetime] = timezone.now) -> int:
    """Do one round for every diary; return how many messages went out."""
    now = clock_now()
    count = 0
    for diary, group in groupby(queries.live_reminders(), key=lambda reminder: reminder.diary):
        zone = clock.zone_of(diary)
        fresh = [
            reminder
            for reminder in group
            if core.fresh_moments(queries.core_reminder(reminder), zone=zone, now=now)
        ]
        if fresh:
            count += _send_for(diary, fresh, now, clock_now)
    end_dead_claims(now)
    return count


def _send_for(diary: Diary, fresh: list[Reminder], now: datetime, clock_now: Callable[[], datetime]) -> int:
    wishes = queries.wishes_of(diary)
    decided = core.decide(
        [queries.core_reminder(reminder) for reminder in fresh],
        queries.rules_of(wishes),
        queries.known_for(diary, fresh, now),
        zone=clock.zone_of(diary),
        now=now,
    )
    Reminder.objects.filter(pk__in=decided.falls_silent).update(fell_silent_at=now)
    by_id = {reminder.pk: reminder for reminder in fresh}
    open_ways = [way for way in queries.ways_of(diary) if way.gone_at is None]
    count = 0
    for due in decided.due:
        for way in open_ways:
            sending = claim(by_id[due.reminder], way, due.due_at, now=clock_now())
            if sending is not None:
                ended = _send(sending, wishes, clock_now)
                record(sending, ended, now=clock_now())
                count += ended is Ended.SENT
    return count


def claim(reminder: Reminder, way: Way, due_at: datetime, *, now: datetime) -> Sending | None:
    """Claim a message; None when another has it, or it is over. What is returned is on disk."""
    try:
        with transaction.atomic():
            return Sending.objects.create(reminder=reminder, way=way, due_at=due_at, lease_until=now + LEASE)
    except IntegrityError:
        pass
    again = Sending.objects.filter(
        reminder=reminder, way=way, due_at=due_at, state=_States.WAITING, next_try_at__lte=now
    )
    claimed = again.update(state=_States.CLAIMED, lease_until=now + LEASE, tries=F("tries") + 1)
    return Sending.objects.get(reminder=reminder, way=way, due_at=due_at) if claimed else None


def _send(sending: Sending, wishes: Wishes, clock_now: Callable[[], datetime]) -> Ended:
    if clock_now() - sending.due_at > queries.LATE:  # the computer slept in between
        return Ended.LATE
    local = clock.local(sending.reminder.diary, sending.due_at)
    with translation.override(wishes.language or None):
        path = reverse("reminders:now", args=[sending.pk])
        message = messages.message_of(sending.reminder, local, path)
        return deliver(sending.way, message, wishes)


def deliver(way: Way, message: messages.Message, wishes: Wishes) -> Ended:
    """Send a message and return how that ended. A fault of ours ends neither the loop nor a page: it may have been sent."""
    try:
        return ways.deliver(way, message, app_address=wishes.address)
    except Exception as error:
        _log.error("way %s: %s", way.pk, named(error))
        return Ended.UNSURE


@transaction.atomic
def record(sending: Sending, ended: Ended, *, now: datetime) -> None:
    """Keep how a message ended, and what that says about its way."""
    may_again = ended in ways.MAY_TRY_AGAIN and sending.tries < MOST_TRIES
    Sending.objects.filter(pk=sending.pk).update(
        state=_States.WAITING if may_again else _STATE_OF.get(ended, _States.FAILED),
        next_try_at=now + AGAIN_AFTER if may_again else None,
        ended_at=None if may_again else now,
    )
    note_way(sending.way, ended, now=now)
    Sending.objects.filter(due_at__lt=now - KEPT_FOR).delete()


def note_way(way: Way, ended: Ended, *, now: datetime) -> None:
    """Keep whether a way works; a device that has left gets nothing more."""
    if ended is Ended.SENT:
        Way.objects.filter(pk=way.pk).update(problem="", worked_at=now)
    elif ended is not Ended.LATE:
        Way.objects.filter(pk=way.pk).update(problem=ended.value)
    if ended is Ended.GONE and way.kind == Way.Kind.PUSH:
        Way.objects.filter(pk=way.pk).update(gone_at=now)


def end_dead_claims(now: datetime) -> int:
    """Mark what a process left behind when it died: perhaps sent, and so never again. Return how many."""
    dead = Sending.objects.filter(state=_States.CLAIMED, lease_until__lt=now)
    if not dead.exists():  # a look takes no lock, a change does
        return 0
    return dead.update(state=_States.UNSURE, ended_at=now)
