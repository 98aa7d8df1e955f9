"""What a person does with their plan: what they keep or drop, which nights they did it, and pauses."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from quietlegs.web.diary.models import Diary

LONGEST_ID = 60


class Pause(models.Model):
    """A rest from the whole plan. A diary has one while it lasts, and none otherwise."""

    class Why(models.TextChoices):
        """What the rest is for."""

        FLARE = "flare", _("a flare")
        HOLIDAY = "holiday", _("a holiday")

    diary = models.OneToOneField(Diary, on_delete=models.CASCADE, related_name="plan_pause")
    why = models.CharField(max_length=10, choices=Why)
    since = models.DateField()

    def __str__(self) -> str:
        return f"pause {self.pk}"


class Choice(models.Model):
    """An item that the person goes on with, or does not want."""

    class What(models.TextChoices):
        """What was chosen."""

        KEPT = "kept", _("kept")
        DROPPED = "dropped", _("dropped")

    diary = models.ForeignKey(Diary, on_delete=models.CASCADE, related_name="plan_choices")
    item = models.CharField(max_length=LONGEST_ID)
    what = models.CharField(max_length=10, choices=What)
    chosen_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["diary", "item"], name="plan_choice_once_an_item")]

    def __str__(self) -> str:
        return f"plan choice {self.pk}"


class Done(models.Model):
    """Whether an item was done on one night. No row: left open."""

    diary = models.ForeignKey(Diary, on_delete=models.CASCADE, related_name="plan_done")
    item = models.CharField(max_length=LONGEST_ID)
    evening = models.DateField()
    done = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["diary", "item", "evening"], name="plan_done_once_a_night")
        ]

    def __str__(self) -> str:
        return f"plan done {self.pk}"
