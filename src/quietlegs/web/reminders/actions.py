"""Every change to reminders: one function, one transaction each."""

from datetime import date, datetime, time, timedelta

from django.db import transaction

from quietlegs.web.accounts.secrets import digest, new_token
from quietlegs.web.diary.models import Diary
from quietlegs.web.reminders import keys
from quietlegs.web.reminders.models import CalendarLink, Reminder, Sending, Way, Wishes


@transaction.atomic
def set_reminder(
    *,
    diary: Diary,
    now: datetime,
    kind: str,
    item: str = "",
    own_words: str = "",
    at: time | None = None,
    hours: float | None = None,
    is_for_bedtime: bool = False,
    reminder: Reminder | None = None,
) -> Reminder:
    """Make a reminder, or change one. It is on afterwards; for hours since, the hours begin now.

    Two of the same are one: of one thing at one time, or of the same own words after as many hours.
    """
    when = {"at": at} if at else {"at": None, "own_words": own_words, "hours": hours}
    same = Reminder.objects.filter(diary=diary, kind=kind, item=item, **when).order_by("pk")
    found = reminder or same.first() or Reminder(diary=diary)
    same.exclude(pk=found.pk).delete()
    found.kind, found.item, found.own_words = kind, item, own_words
    found.at, found.hours, found.is_for_bedtime = at, hours, is_for_bedtime
    found.is_on, found.fell_silent_at, found.snoozed_until = True, None, None
    found.counted_from = found.changed_at = now
    if hours is not None:
        found.last_done_at = now
    found.save()
    return found


@transaction.atomic
def switch(*, reminder: Reminder, is_on: bool, now: datetime) -> None:
    """Turn a reminder on or off. On also answers the question of one that fell silent, and begins hours anew."""
    reminder.is_on, reminder.fell_silent_at, reminder.snoozed_until = is_on, None, None
    reminder.counted_from = reminder.changed_at = now
    if is_on and reminder.hours is not None:
        reminder.last_done_at = now
    reminder.save()


@transaction.atomic
def remove(*, reminder: Reminder) -> None:
    """Delete a reminder."""
    reminder.delete()


@transaction.atomic
def snooze(*, reminder: Reminder, minutes: int, now: datetime) -> None:
    """Let a reminder come again later, once."""
    again = (now + timedelta(minutes=minutes)).replace(second=0, microsecond=0)
    Reminder.objects.filter(pk=reminder.pk).update(snoozed_until=again)


@transaction.atomic
def mark_done(*, reminder: Reminder, now: datetime) -> None:
    """Note that what a reminder of hours is about was done: its hours begin anew, and a snooze has no more to say."""
    Reminder.objects.filter(pk=reminder.pk).update(
        last_done_at=now, counted_from=now, fell_silent_at=None, snoozed_until=None
    )


@transaction.atomic
def note_opened(*, sending: Sending, now: datetime) -> None:
    """Note that a message was opened, by whichever way it came."""
    Sending.objects.filter(reminder=sending.reminder_id, due_at=sending.due_at, opened_at=None).update(
        opened_at=now
    )


@transaction.atomic
def set_wishes(*, diary: Diary, **wishes: object) -> Wishes:
    """Keep what holds for all reminders."""
    found, _ = Wishes.objects.update_or_create(diary=diary, defaults=wishes)
    return found


def pause_all(*, diary: Diary, why: str, until: date | None) -> Wishes:
    """Let every reminder rest until a day begins, or until the person says so."""
    return set_wishes(diary=diary, is_paused=True, pause_why=why, paused_until=until)


def resume(*, diary: Diary) -> Wishes:
    """End the pause."""
    return set_wishes(diary=diary, is_paused=False, pause_why="", paused_until=None)


# The ways ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def set_way(
    *,
    diary: Diary,
    kind: str,
    address: str,
    now: datetime,
    name: str = "",
    details: dict[str, object] | None = None,
    secret: str = "",
) -> Way:
    """Add a way, or renew one with the same address. Its secret goes into the data folder, not into the database."""
    for old in Way.objects.filter(diary=diary, kind=kind, address=address):
        keys.keep_secret(old, "")  # it may have been for another server
    way, _ = Way.objects.update_or_create(
        diary=diary,
        kind=kind,
        address=address,
        defaults={
            "name": name[:80],
            "details": details or {},
            "made_at": now,
            "problem": "",
            "gone_at": None,
        },
    )
    keys.keep_secret(way, secret)
    return way


@transaction.atomic
def remove_way(*, way: Way) -> None:
    """Delete a way with its secret."""
    way.delete()


@transaction.atomic
def make_calendar_link(*, diary: Diary, now: datetime) -> str:
    """Make a link for calendars and return its token, which is not kept. Links made before stop working."""
    CalendarLink.objects.filter(diary=diary, revoked_at=None).update(revoked_at=now)
    token = new_token()
    CalendarLink.objects.create(diary=diary, token_digest=digest(token), made_at=now)
    return token


@transaction.atomic
def revoke_calendar_link(*, diary: Diary, now: datetime) -> None:
    """Close the link for calendars."""
    CalendarLink.objects.filter(diary=diary, revoked_at=None).update(revoked_at=now)


@transaction.atomic
def note_calendar_read(*, link: CalendarLink, today: date) -> None:
    """Note that a calendar has read the link, once a day."""
    CalendarLink.objects.filter(pk=link.pk).exclude(read_on=today).update(read_on=today)
