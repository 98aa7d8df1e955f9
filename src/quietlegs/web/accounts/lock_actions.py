"""Writes of the app's lock: set, remove, try to open."""

from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F, Q

from quietlegs.web.accounts.models import AppLock

FREE_TRIES = 5  # typing errors are forgiven
FIRST_WAIT = timedelta(minutes=1)  # doubles with every wrong try after those
LONGEST_WAIT = timedelta(hours=1)


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
    """Return whether this opens the lock. Each try counts before it is judged, so that many at once gain nothing."""
    may_try = AppLock.objects.filter(pk=lock.pk).filter(Q(wait_until=None) | Q(wait_until__lte=now))
    if not may_try.update(wrong_tries=F("wrong_tries") + 1):
        return False
    if check_password(secret, lock.secret):
        AppLock.objects.filter(pk=lock.pk).update(wrong_tries=0, wait_until=None)
        return True
    lock.refresh_from_db(fields=["wrong_tries"])
    if lock.wrong_tries >= FREE_TRIES:
        wait = min(FIRST_WAIT * 2 ** (lock.wrong_tries - FREE_TRIES), LONGEST_WAIT)
        AppLock.objects.filter(pk=lock.pk).update(wait_until=now + wait)
    return False
