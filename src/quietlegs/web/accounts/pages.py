"""What the page of devices shows."""

from dataclasses import dataclass

from quietlegs.web.accounts import queries
from quietlegs.web.accounts.models import Device
from quietlegs.web.phone import codes, site
from quietlegs.web.phone.site import PhoneSite


@dataclass(frozen=True, slots=True)
class DevicesPage:
    """The devices, and the way in for one more.

    ``code`` and ``qr`` are there once a code was made; ``phone`` when phones may come in from the home network;
    ``may_make_code`` on this computer; ``lacks_encryption`` where this device has no offline pages and no reminders.
    """

    devices: list[Device]
    phone: PhoneSite | None
    code: str | None
    qr: str | None
    may_make_code: bool
    lacks_encryption: bool
    has_lock: bool


def devices_page(*, code: str | None, is_this_computer: bool, is_encrypted: bool) -> DevicesPage:
    """Return the page, with a QR code when there is a code and a way in for phones."""
    phone = site.current()
    return DevicesPage(
        devices=queries.paired_devices(),
        phone=phone,
        code=code,
        qr=codes.qr_picture(phone.link_with(code)) if phone and code else None,
        may_make_code=is_this_computer,
        lacks_encryption=not is_this_computer and not is_encrypted,
        has_lock=queries.app_lock() is not None,
    )
