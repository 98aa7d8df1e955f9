"""Writes of the app's lock: set, remove, try to open."""

from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from quietlegs.web.accounts.models import AppLock

FREE_TRIES = 5  # typing errors are forgiven
FIRST_WAIT = timedelta(minutes=1)  # doubles with every wrong try after those
LONGEST_WAIT = timedelta(hours=1)
MOST_DOUBLINGS = 6  # the longest wait is reached by then


@transaction.atomic
def set_lock(*, secret: str, idle_minutes: int, now: datetime) -> AppLock:
    """Lock the app with a PIN or passphrase, in place of any before."""
    hashed = make_password(secret)
    AppLock.objects.all().delete()
    return AppLock.objects.create(secret=hashed, idle_minutes=idle_minutes, set_at=now)


@transaction.atomic
def remove_lock() -> bool:
    """Take the lock off; return whether there was one."""
    return bool(AppLock.objects.all().delete()[0])


def try_secret(*, lock: AppLock, secret: str, now: datetime) -> bool:
    """Return whether this opens the lock. Each try counts, and sets its wait, before it is judged: many at once gain nothing."""
    if not _may_try(lock, now):
        return False
    if not check_password(secret, lock.secret):
        return False
    AppLock.objects.filter(pk=lock.pk).update(wrong_tries=0, wait_until=None)
    return True


@transaction.atomic
def _may_try(lock: AppLock, now: datetime) -> bool:
    """Count a try as wrong until it is judged; return False for one that comes too early."""
    present = AppLock.objects.filter(pk=lock.pk).first()
    if present is None or (present.wait_until and present.wait_until > now):
        return False
    present.wrong_tries += 1
    if present.wrong_tries >= FREE_TRIES:
        doublings = min(present.wrong_tries - FREE_TRIES, MOST_DOUBLINGS)
        present.wait_until = now + min(FIRST_WAIT * 2**doublings, LONGEST_WAIT)
    present.save(update_fields=["wrong_tries", "wait_until"])
    return True
