"""Devices that may open the diary from elsewhere, the short-lived codes that pair them, and the app's lock."""

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
    device = models.ForeignKey(Device, null=True, blank=True, on_delete=models.CASCADE)

    def __str__(self) -> str:
        return f"pairing code {self.pk}"


class AppLock(models.Model):
    """The lock of the whole app; there is one or none. Its PIN or passphrase is kept as Django keeps passwords."""

    secret = models.CharField(max_length=128)
    set_at = models.DateTimeField()
    idle_minutes = models.PositiveSmallIntegerField()
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    wait_until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return "app lock"
