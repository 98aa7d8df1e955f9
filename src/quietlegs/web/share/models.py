"""What is kept of sharing: how the doctor's page is wanted, and the links that show it to somebody else."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from quietlegs.core.report import SECTIONS
from quietlegs.web.diary.models import Diary


def all_sections() -> list[str]:
    """Return every section: what is shown until the person leaves something out."""
    return list(SECTIONS)


class DoctorPage(models.Model):
    """How a person wants their page. ``questions`` None: those that the data suggest. The name is left out unless wished."""

    diary = models.OneToOneField(Diary, on_delete=models.CASCADE, related_name="doctor_page")
    nights = models.PositiveSmallIntegerField(
        default=90, validators=[MinValueValidator(7), MaxValueValidator(3660)]
    )
    sections = models.JSONField(default=all_sections)
    with_appendix = models.BooleanField(default=False)
    paper = models.CharField(max_length=6, default="a4", choices=[("a4", "A4"), ("letter", "US Letter")])
    name = models.CharField(max_length=120, blank=True)
    questions = models.JSONField(null=True, blank=True)  # a list of lines; null: what the data suggest

    def __str__(self) -> str:
        return f"doctor's page {self.pk}"


class ShareLink(models.Model):
    """A link that shows the page, read-only, until it expires or is revoked. Its token is kept as a digest alone."""

    diary = models.ForeignKey(Diary, on_delete=models.CASCADE, related_name="share_links")
    label = models.CharField(max_length=80, blank=True)
    token_digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return f"share link {self.pk}"


class Opening(models.Model):
    """When a link was opened."""

    link = models.ForeignKey(ShareLink, on_delete=models.CASCADE, related_name="openings")
    opened_at = models.DateTimeField()

    class Meta:
        ordering = ["-opened_at"]

    def __str__(self) -> str:
        return f"opening {self.pk}"
