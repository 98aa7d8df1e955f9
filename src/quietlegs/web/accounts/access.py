"""Who may come in: this computer as it is, any other only with the token of a paired device.

Behind a proxy every request seems to come from this computer, so there every request needs a token. That holds also
where a proxy was set up and nobody told Quietlegs: what a proxy adds to a request can only take trust away, never give it.
"""

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from quietlegs.web.accounts import queries
from quietlegs.web.accounts.models import Device

COOKIE = "quietlegs_device"
COOKIE_AGE_SECONDS = 400 * 24 * 3600  # the longest a browser keeps one
OPEN_PATHS = ("/health", "/pair")
# What a proxy adds to a request that it passes on. One of them is proof that the request was not made here.
PASSED_ON = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_X_FORWARDED_HOST", "HTTP_VIA")
OPEN_BELOW = "/shared/"  # a page that opens by an unguessable link of its own


def is_this_computer(request: HttpRequest) -> bool:
    """Return whether the request was made on the computer that runs Quietlegs."""
    if settings.BEHIND_PROXY or any(name in request.META for name in PASSED_ON):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def own_device(request: HttpRequest) -> Device | None:
    """Return the paired device that asks, or None for this computer and for a stranger."""
    token = request.COOKIES.get(COOKIE)
    return queries.device_of(token, today=timezone.now().date()) if token else None


class SecureCookies:
    """Let no cookie that was set over an encrypted connection be sent over another.

    One process serves this computer without encryption and phones with it, so each answer decides for itself.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Mark the cookies of an answer that goes out encrypted."""
        response = self.get_response(request)
        if request.is_secure():
            for cookie in response.cookies.values():
                cookie["secure"] = True
        return response


class PairedOnly:
    """Send everybody else to the pairing page. The API answers for its own tokens."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the request through, or lead it to the pairing page."""
        if self._may_pass(request):
            return self.get_response(request)
        if request.path.startswith("/api/"):
            return HttpResponse(
                "Pair this device first, or send a token.\n", status=401, content_type="text/plain"
            )
        return HttpResponseRedirect(reverse("accounts:pair"))

    def _may_pass(self, request: HttpRequest) -> bool:
        if is_this_computer(request) or request.path in OPEN_PATHS or request.path.startswith(OPEN_BELOW):
            return True
        if request.path.startswith("/api/") and request.headers.get("Authorization", "").startswith(
            "Bearer "
        ):
            return True
        return own_device(request) is not None
