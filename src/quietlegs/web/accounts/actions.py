"""Writes: make a code, pair a device with it, revoke a device."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F

from quietlegs.web.accounts import secrets
from quietlegs.web.accounts.models import Device, PairingCode

CODE_LASTS = timedelta(minutes=10)
PRESSED_TWICE = timedelta(minutes=1)
MOST_WRONG_TRIES = 10  # over all codes that are open, so that trying from many places gains nothing


@transaction.atomic
def make_pairing_code(*, now: datetime) -> str:
    """Make a code that pairs one device within ten minutes; codes made before stop working."""
    PairingCode.objects.all().delete()
    code = secrets.new_code()
    PairingCode.objects.create(digest=secrets.digest(secrets.plain_code(code)), expires_at=now + CODE_LASTS)
    return code


@transaction.atomic
def pair_device(*, typed_code: str, name: str, now: datetime, form_id: UUID | None = None) -> str | None:
    """Use a code up and return the new device's token; None when no open code is that one.

    A code that comes a second time may have been read by somebody else, and nobody can tell who was first. So the
    device that it let in goes out again, and the person makes a new code. The same form that comes twice within a
    minute was pressed twice: it gets the same token. Nobody else knows its ``form_id``, which stands in its page alone.
    """
    digest = secrets.digest(secrets.plain_code(typed_code))
    in_time = PairingCode.objects.filter(expires_at__gt=now, wrong_tries__lt=MOST_WRONG_TRIES)
    code = in_time.filter(digest=digest).first()
    if code is None:
        in_time.filter(used_at=None).update(wrong_tries=F("wrong_tries") + 1)
        return None
    token = secrets.token_for(f"{digest}:{form_id}") if form_id else secrets.new_token()
    if code.used_at:
        device = code.device
        if device is None:
            return None
        is_same_form = device.token_digest == secrets.digest(token) and device.revoked_at is None
        if is_same_form and now - code.used_at < PRESSED_TWICE:
            return token
        revoke_device(device=device, now=now)
        return None
    code.device = Device.objects.create(
        name=name[:80], token_digest=secrets.digest(token), paired_at=now, seen_on=now.date()
    )
    code.used_at = now
    code.save(update_fields=["device", "used_at"])
    return token


@transaction.atomic
def revoke_device(*, device: Device, now: datetime) -> None:
    """Close a device out at its next request."""
    Device.objects.filter(pk=device.pk, revoked_at=None).update(revoked_at=now)
