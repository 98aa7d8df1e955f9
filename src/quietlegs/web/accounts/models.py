"""Devices that may open the diary from elsewhere, and the short-lived codes that pair them."""

from django.db import models


class Device(models.Model):
    """A phone or computer that was paired. Its token is kept as a digest alone."""

    name = models.CharField(max_length=80)
    token_digest = models.CharField(max_length=64, unique=True)
    paired_at = models.DateTimeField()
    seen_on = models.DateField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-paired_at"]

    def __str__(self) -> str:
        return f"device {self.pk}"


class PairingCode(models.Model):
    """A code that pairs one device, once, within minutes."""

    digest = models.CharField(max_length=64)
    expires_at = models.DateTimeField()
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"pairing code {self.pk}"
