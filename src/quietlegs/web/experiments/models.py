"""A trial on oneself: what was sealed, which nights were done as planned, rests, side effects, and how it ended.

``sealed_text`` is the canonical text of the design with its seed; ``seal`` is its SHA-256, shown from the start. Neither is ever
changed. The order of the trial is read from the text, after it was checked against the seal.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from quietlegs.web.diary.models import Diary

LONGEST_NAME = 80


class Trial(models.Model):
    """One experiment of one diary."""

    class Ended(models.TextChoices):
        """Why a trial ended."""

        CLEAR = "clear", _("The answer was clear.")
        COMPLETE = "complete", _("All nights were lived.")
        STOPPED = "stopped", _("You stopped it.")
        HARM = "harm", _("You stopped it because it did you harm.")

    class Looks(models.TextChoices):
        """When the result may be seen."""

        PLANNED = "planned_looks", _("after each pair")
        OPEN_END = "open_end", _("at any time, by a bet")

    class Part(models.IntegerChoices):
        """Which remedy of the sealed text this trial is of. Two tried at once are two trials with one sealed text."""

        WHOLE = 0
        FIRST = 1
        SECOND = 2

    diary = models.ForeignKey(Diary, on_delete=models.CASCADE, related_name="trials")
    part = models.PositiveSmallIntegerField(choices=Part, default=Part.WHOLE)
    remedy = models.CharField(max_length=LONGEST_NAME)
    plan_item = models.CharField(max_length=60, blank=True)
    outcome = models.CharField(max_length=40)
    sealed_text = models.TextField()
    seal = models.CharField(max_length=64)
    looks = models.CharField(max_length=20, choices=Looks, default=Looks.PLANNED)
    clinician = models.CharField(max_length=LONGEST_NAME, blank=True)
    agreed_with = models.BooleanField(default=False)
    belief = models.PositiveSmallIntegerField(
        null=True, blank=True
    )  # 0 no help .. 10 sure help, before the start
    guess = models.PositiveSmallIntegerField(null=True, blank=True)  # the same before the result was opened
    created_at = models.DateTimeField(auto_now_add=True)
    ended = models.CharField(max_length=10, choices=Ended, blank=True)
    ended_on = models.DateField(null=True, blank=True)  # the evening from which no night counts any more

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["diary", "outcome", "part"],
                condition=Q(ended=""),
                name="one_trial_at_a_time_on_an_outcome",
            )
        ]

    def __str__(self) -> str:
        return f"trial {self.pk}"


class TrialNight(models.Model):
    """Whether a night was done as planned. No row, or null: not said.

    ``said_at`` is when the last word on it was said, which may have come later; null where that is not known.
    """

    trial = models.ForeignKey(Trial, on_delete=models.CASCADE, related_name="nights")
    evening = models.DateField()
    done = models.BooleanField(null=True, blank=True)
    said_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["trial", "evening"], name="trial_night_once")]

    def __str__(self) -> str:
        return f"trial night {self.pk}"


class Rest(models.Model):
    """A rest of a running trial, declared on an evening. While it lasts, ``last`` is null."""

    trial = models.ForeignKey(Trial, on_delete=models.CASCADE, related_name="rests")
    first = models.DateField()
    last = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["first"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last__isnull=True) | Q(last__gte=models.F("first")),
                name="rest_ends_after_it_starts",
            )
        ]

    def __str__(self) -> str:
        return f"rest {self.pk}"


class SideEffect(models.Model):
    """Something unwelcome that was noticed in a trial."""

    trial = models.ForeignKey(Trial, on_delete=models.CASCADE, related_name="side_effects")
    evening = models.DateField()
    what = models.CharField(max_length=200)

    class Meta:
        ordering = ["evening", "id"]

    def __str__(self) -> str:
        return f"side effect {self.pk}"
