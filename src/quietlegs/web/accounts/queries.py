"""Reads: which device a token belongs to, which devices there are, whether the app has a lock."""

from datetime import date, datetime

from quietlegs.web.accounts import secrets
from quietlegs.web.accounts.models import AppLock, Device


def device_of(token: str, *, today: date) -> Device | None:
    """Return the paired device with this token, or None; notes the day on which it was seen, once a day."""
    device = Device.objects.filter(token_digest=secrets.digest(token), revoked_at=None).first()
    if device and device.seen_on != today:
        Device.objects.filter(pk=device.pk).update(seen_on=today)
    return device


def paired_devices() -> list[Device]:
    """Return the devices that may open the diary, newest first."""
    return list(Device.objects.filter(revoked_at=None))


def revoked_devices() -> dict[int | None, datetime | None]:
    """Return when each device was closed out that was, by its number. One query."""
    return dict(Device.objects.exclude(revoked_at=None).values_list("pk", "revoked_at"))


def app_lock() -> AppLock | None:
    """Return the app's lock, or None when it has none."""
    return AppLock.objects.first()
