"""What a person is reminded of, by which ways, and what was sent.

Passwords and tokens are not here: they lie in a file of the data folder (``keys``), so that no backup carries them.
Nothing of a message is kept but when it was due and what became of it.
"""

from datetime import time

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from quietlegs.core import reminders as core
from quietlegs.web.diary.models import Diary

MOST_HOURS = 24
MOST_A_DAY = 6


class Wishes(models.Model):
    """What holds for all reminders of a diary.

    ``address`` and ``language`` are those of the browser in which reminders were last set: messages lead there, in
    that language. ``paused_until`` None in a pause means until the person says so.
    """

    class Why(models.TextChoices):
        """What a pause is for."""

        FLARE = "flare", _("a flare")
        HOLIDAY = "holiday", _("a holiday")
        OTHER = "other", _("a rest")

    diary = models.OneToOneField(Diary, on_delete=models.CASCADE, related_name="reminder_wishes")
    quiet_from = models.TimeField(default=time(22))
    quiet_until = models.TimeField(default=time(7))
    most_a_day = models.PositiveSmallIntegerField(default=3)
    is_paused = models.BooleanField(default=False)
    paused_until = models.DateField(null=True, blank=True)
    pause_why = models.CharField(max_length=10, choices=Why, blank=True)
    address = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(most_a_day__gte=1, most_a_day__lte=MOST_A_DAY), name="reminders_a_few_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"wishes for reminders {self.pk}"


class Reminder(models.Model):
    """One reminder. ``fell_silent_at``: five passed by, and it waits for an answer.

    ``counted_from``: only messages from then on are looked at for whether they passed by.
    """

    class Kind(models.TextChoices):
        """What it is for, as the core names it."""

        ITEM = core.Kind.ITEM.value
        CHECK_IN = core.Kind.CHECK_IN.value
        MISSED = core.Kind.MISSED.value
        TRIAL = core.Kind.TRIAL.value
        SINCE = core.Kind.SINCE.value

    diary = models.ForeignKey(Diary, on_delete=models.CASCADE, related_name="reminders")
    kind = models.CharField(max_length=10, choices=Kind)
    item = models.CharField(max_length=60, blank=True)
    own_words = models.CharField(max_length=80, blank=True)  # of SINCE; shown in the app alone
    at = models.TimeField(null=True, blank=True)
    hours = models.FloatField(null=True, blank=True)
    is_for_bedtime = models.BooleanField(default=False)
    is_on = models.BooleanField(default=True)
    snoozed_until = models.DateTimeField(null=True, blank=True)
    last_done_at = models.DateTimeField(null=True, blank=True)
    counted_from = models.DateTimeField()
    fell_silent_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["diary", "kind", "item", "at"],
                condition=Q(at__isnull=False),
                name="reminder_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(kind="since", at__isnull=True, hours__gt=0, hours__lte=MOST_HOURS)
                | (~Q(kind="since") & Q(at__isnull=False, hours__isnull=True)),
                name="reminder_has_a_time_or_hours",
            ),
        ]

    def __str__(self) -> str:
        return f"reminder {self.pk}"


class Way(models.Model):
    """A way by which reminders come. ``address`` is what it goes to: a push address, an e-mail address, or a web address.

    ``details`` is what else the way needs and is no secret; of push also the number of the paired ``device``. ``gone_at``: the far end said that it is there no more.
    """

    class Kind(models.TextChoices):
        """By what."""

        PUSH = "push", _("a message on this device")
        EMAIL = "email", _("e-mail")
        NTFY = "ntfy", _("ntfy")
        GOTIFY = "gotify", _("Gotify")

    diary = models.ForeignKey(Diary, on_delete=models.CASCADE, related_name="reminder_ways")
    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=80, blank=True)
    address = models.CharField(max_length=1000)
    details = models.JSONField(default=dict, blank=True)
    made_at = models.DateTimeField()
    worked_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=20, blank=True)  # of the last message; a name of ``ways.Ended``
    gone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["made_at", "id"]
        constraints = [models.UniqueConstraint(fields=["diary", "kind", "address"], name="reminder_way_once")]

    def __str__(self) -> str:
        return f"way {self.pk}"


class Sending(models.Model):
    """One message: a reminder, the instant at which it was due, and the way it goes.

    The row is written, and on disk, before anything is sent, and no second row can be: so a message goes out at most
    once, whatever happens. ``sending.py`` says what each state means after a crash.
    """

    class State(models.TextChoices):
        """What became of it."""

        CLAIMED = "claimed"  # being sent
        WAITING = "waiting"  # surely not sent; may be tried again
        SENT = "sent"
        FAILED = "failed"  # not sent
        UNSURE = "unsure"  # perhaps sent

    reminder = models.ForeignKey(Reminder, on_delete=models.CASCADE, related_name="sendings")
    way = models.ForeignKey(Way, on_delete=models.CASCADE, related_name="sendings")
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.CLAIMED)
    tries = models.PositiveSmallIntegerField(default=1)
    lease_until = models.DateTimeField()
    next_try_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-due_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["reminder", "due_at", "way"], name="message_once_a_moment_and_way"
            )
        ]

    def __str__(self) -> str:
        return f"message {self.pk}"


class CalendarLink(models.Model):
    """A link by which a calendar reads the reminders. Its token is kept as a digest alone."""

    diary = models.ForeignKey(Diary, on_delete=models.CASCADE, related_name="calendar_links")
    token_digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    read_on = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return f"calendar link {self.pk}"
