"""What a message says: so little that anybody may read it over a shoulder, and no machine on its way learns of health."""

from dataclasses import dataclass
from datetime import datetime, time

from django.utils.translation import gettext as _

from quietlegs.web.reminders.models import Reminder

_NOON, _EVENING = time(12), time(17)


@dataclass(frozen=True, slots=True)
class Message:
    """A message. ``path`` is where it leads in the app; ``tag`` lets a newer one take the place of an older."""

    title: str
    text: str
    path: str
    tag: str


def message_of(reminder: Reminder, local: datetime, path: str) -> Message:
    """Return the message of a reminder that is due at a time of the wall clock, in the language that is on."""
    return Message(title_of(reminder.kind, local.time()), _("It is time."), path, f"reminder-{reminder.pk}")


def title_of(kind: str, at: time) -> str:
    """Return the title of a kind of reminder: a time of day, and nothing more."""
    if kind == Reminder.Kind.MISSED:
        return _("Something is still open")
    if kind == Reminder.Kind.CHECK_IN and at < _NOON:
        return _("Morning check-in")
    if kind == Reminder.Kind.CHECK_IN:
        return _("Daily check-in")
    if kind == Reminder.Kind.SINCE:
        return _("A short break")
    return _("Evening routine") if at >= _EVENING else _("Daily routine")


def first_message(path: str) -> Message:
    """Return the message of *Send me one now*."""
    return Message(_("A first message"), _("This way works."), path, "reminder-test")
