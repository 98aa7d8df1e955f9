"""Who may use the API: a program with a token; or a page of this app, on this computer or a paired device.

A page elsewhere can make a browser send requests here, with this person's cookies. So a request without a token may
write only where the browser says that it comes from this app's own pages, and only as JSON, which no foreign page can
send unasked. A program without a browser says nothing of the kind; on this computer it may write.
"""

from django.http import HttpRequest
from django.utils import timezone
from ninja.errors import HttpError
from ninja.security import HttpBearer
from ninja.security.base import AuthBase

from quietlegs.web.accounts.access import COOKIE, is_this_computer, own_device
from quietlegs.web.api import queries
from quietlegs.web.api.models import Token

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
BODY_METHODS = frozenset({"POST", "PUT", "PATCH"})


class TokenAuth(HttpBearer):
    """``Authorization: Bearer TOKEN``, with a token of ``quietlegs token``."""

    def authenticate(self, request: HttpRequest, token: str) -> Token | None:
        """Return the token, or None for one that is not known."""
        known = queries.token_of(token, today=timezone.now().date())
        if known:
            refuse_other_types(request)
        return known


class OwnPages(AuthBase):
    """The app's own pages and this computer's programs; nothing is sent but the paired device's cookie."""

    openapi_type = "apiKey"
    openapi_in = "cookie"
    openapi_name = COOKIE

    def __call__(self, request: HttpRequest) -> bool | None:
        """Return whether the request may pass.

        Raises:
            HttpError: 403 for a write that another site's page asks for.
        """
        if request.headers.get("Authorization"):
            return None  # a wrong token is not forgiven for where it comes from
        if not (is_this_computer(request) or own_device(request)):
            return None
        if request.method not in SAFE_METHODS:
            refuse_other_sites(request)
            refuse_other_types(request)
        return True


def refuse_other_sites(request: HttpRequest) -> None:
    """Refuse a write that a browser makes for another site.

    Raises:
        HttpError: 403, saying why.
    """
    origin = request.headers.get("Origin")
    own = f"{request.scheme}://{request.get_host()}"
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    if (origin is not None and origin != own) or site not in ("same-origin", "none"):
        raise HttpError(403, "Another site may not write here. Send a token: Authorization: Bearer TOKEN.")


def refuse_other_types(request: HttpRequest) -> None:
    """Refuse a body that is not JSON: what a form on a foreign page can send is no JSON.

    Raises:
        HttpError: 415, saying what to send.
    """
    if request.method in BODY_METHODS and request.content_type != "application/json":
        raise HttpError(415, "Send JSON: Content-Type: application/json.")
