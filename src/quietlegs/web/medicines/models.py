"""What the app knows of the person besides their nights: profile, medicines, blood tests.

Empty and null mean not said. Nothing here is ever taken as "no".
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from quietlegs.web.diary.models import Diary

LONGEST_LIST = 50_000  # characters; 500 medicines with their doses need about 20,000
LONGEST_UNIT = 20


class Profile(models.Model):
    """What changes what is safe and likely. ``about`` holds the complaints, ``conditions`` and ``food`` ids of data."""

    class Sex(models.TextChoices):
        """As the checks and equations know it."""

        FEMALE = "female", _("Female")
        MALE = "male", _("Male")
        OTHER = "other", _("Another answer")

    diary = models.OneToOneField(Diary, on_delete=models.CASCADE, related_name="profile")
    born_in = models.PositiveSmallIntegerField(null=True, blank=True)
    sex = models.CharField(max_length=10, choices=Sex, blank=True)
    pregnant = models.BooleanField(null=True, blank=True)
    about = models.JSONField(default=list, blank=True)
    conditions = models.JSONField(default=list, blank=True)
    food_and_drink = models.JSONField(default=list, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"profile {self.pk}"


class MedicineList(models.Model):
    """The list of medicines as the person wrote it. It is read anew each time, so that better data is used."""

    diary = models.OneToOneField(Diary, on_delete=models.CASCADE, related_name="medicine_list")
    text = models.TextField(max_length=LONGEST_LIST, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"medicine list {self.pk}"


class LabResult(models.Model):
    """One blood test. ``value`` is in the test's own unit; ``as_given`` and ``unit`` are as printed."""

    diary = models.ForeignKey(Diary, on_delete=models.CASCADE, related_name="lab_results")
    test = models.CharField(max_length=40)
    value = models.FloatField()
    as_given = models.FloatField()
    unit = models.CharField(max_length=LONGEST_UNIT)
    taken_on = models.DateField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["taken_on", "id"]

    def __str__(self) -> str:
        return f"lab result {self.pk}"
