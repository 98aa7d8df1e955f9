"""What is kept of a check: who answered, each step in order, and the result with the data it was made by."""

from django.db import models

from quietlegs.web.diary.models import Diary

REOPENED = "reopened"  # in a result: that its check was opened again, with how it was when it was finished


class CheckRun(models.Model):
    """One check. It is open until it reaches a result; open ones can be gone on with at any time.

    ``steps`` are what was answered, in order, so that *back* undoes exactly one: each has ``kind``, ``id`` and ``gave``
    (answers by question id; null is "not sure"). ``result`` is the document of ``quietlegs check --json``.
    A check that was finished and opened again keeps its result, with how it was under ``reopened``.
    """

    diary = models.ForeignKey(Diary, on_delete=models.CASCADE, related_name="checks")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    age_years = models.PositiveSmallIntegerField()
    sex = models.CharField(max_length=10, blank=True)
    steps = models.JSONField(default=list, blank=True)
    medicines = models.JSONField(null=True, blank=True)  # the list as it was then; null: no list was kept
    result = models.JSONField(null=True, blank=True)
    knowledge = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["-started_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(age_years__lte=120), name="check_age_is_of_a_person"),
        ]

    def __str__(self) -> str:
        return f"check {self.pk}"


class CheckSettings(models.Model):
    """Where the person is, so that the right number is shown. ``country`` is an ISO code; empty: not chosen."""

    diary = models.OneToOneField(Diary, on_delete=models.CASCADE, related_name="check_settings")
    country = models.CharField(max_length=2, blank=True)

    def __str__(self) -> str:
        return f"check settings {self.pk}"
