"""The plain pages that install trust on a phone: a table of files made at the start, and nothing else.

They are not encrypted, as a phone cannot check the encryption before it trusts. So nothing of the diary is within
their reach: no database, no session, no cookie, no form.
"""

import plistlib
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from quietlegs.web.phone.certificates import Certificates
from quietlegs.web.phone.site import PhoneSite

PROFILE_PATH, CERTIFICATE_PATH = "/quietlegs.mobileconfig", "/quietlegs.crt"
STATIC_FILES = {
    "/tokens.css": ("shell/tokens.css", "text/css; charset=utf-8"),
    "/base.css": ("shell/base.css", "text/css; charset=utf-8"),
    "/components.css": ("shell/components.css", "text/css; charset=utf-8"),
    "/pages.css": ("shell/pages.css", "text/css; charset=utf-8"),
    "/phone.css": ("phone/phone.css", "text/css; charset=utf-8"),
    "/trust.js": ("phone/trust.js", "text/javascript; charset=utf-8"),
    "/logo.svg": ("shell/logo.svg", "image/svg+xml"),
}


@dataclass(frozen=True, slots=True)
class TrustFile:
    """One file that is given to whoever asks."""

    content: bytes
    kind: str
    is_download: bool = False


def trust_app(site: PhoneSite, certificates: Certificates) -> Callable[..., Iterable[bytes]]:
    """Return the application behind the plain door."""
    files = {code: trust_files(site, certificates, code) for code, _name in settings.LANGUAGES}
    headers = _headers(site)

    def answer(environ: Mapping[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            start_response(
                "405 Method Not Allowed", [*headers, ("Allow", "GET, HEAD"), ("Content-Length", "0")]
            )
            return []
        path = environ["PATH_INFO"]
        file = files[_language(environ)].get(path)
        status = "200 OK" if file else "404 Not Found"
        file = file or TrustFile(b"There is no such page here.\n", "text/plain; charset=utf-8")
        more = [("Content-Type", file.kind), ("Content-Length", str(len(file.content)))]
        if file.is_download:
            more.append(("Content-Disposition", f'attachment; filename="{path.removeprefix("/")}"'))
        start_response(status, [*headers, *more])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [file.content]

    return answer


def trust_files(site: PhoneSite, certificates: Certificates, language: str) -> dict[str, TrustFile]:
    """Return every file of the plain door by path, with words in this language."""
    authority = certificates.authority
    # Android takes the bare certificate, an iPhone a profile around it, which shows what it is before it is installed.
    files = {
        CERTIFICATE_PATH: TrustFile(
            authority.public_bytes(serialization.Encoding.DER), "application/x-x509-ca-cert", is_download=True
        ),
        PROFILE_PATH: TrustFile(profile(authority, site.name, language), "application/x-apple-aspen-config"),
        "/": _page(site, language),
    }
    for path, (name, kind) in STATIC_FILES.items():
        found = finders.find(name)
        assert isinstance(found, str), name
        with open(found, "rb") as file:  # noqa: PTH123 - the finder gives a string
            files[path] = TrustFile(file.read(), kind)
    return files


def profile(authority: x509.Certificate, host: str, language: str) -> bytes:
    """Return an iPhone's configuration profile that holds this certificate and nothing else."""
    with translation.override(language):
        about = _(
            "Lets this device open Quietlegs on %(host)s. It is good for nothing outside your home network."
        )
    certificate = authority.public_bytes(serialization.Encoding.DER)
    shown = str(authority.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)
    # The same certificate gives the same identifiers, so that installing it again replaces it.
    own = uuid.uuid5(uuid.NAMESPACE_OID, certificate.hex())
    inner = uuid.uuid5(own, "certificate")
    return plistlib.dumps(
        {
            "PayloadType": "Configuration",
            "PayloadVersion": 1,
            "PayloadIdentifier": f"quietlegs.{own}",
            "PayloadUUID": str(own).upper(),
            "PayloadDisplayName": shown,
            "PayloadDescription": about % {"host": host},
            "PayloadContent": [
                {
                    "PayloadType": "com.apple.security.root",
                    "PayloadVersion": 1,
                    "PayloadIdentifier": f"quietlegs.{own}.certificate",
                    "PayloadUUID": str(inner).upper(),
                    "PayloadDisplayName": shown,
                    "PayloadCertificateFileName": "quietlegs.crt",
                    "PayloadContent": certificate,
                }
            ],
        }
    )


def _page(site: PhoneSite, language: str) -> TrustFile:
    with translation.override(language):
        page = render_to_string(
            "phone/trust.html",
            {"site": site, "profile_path": PROFILE_PATH, "certificate_path": CERTIFICATE_PATH},
        )
    return TrustFile(page.encode(), "text/html; charset=utf-8")


def _headers(site: PhoneSite) -> list[tuple[str, str]]:
    # The page may ask two addresses, both this app's own, whether the phone trusts them by now.
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        f"connect-src {site.secure_url} {site.named_url}; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )
    return [
        ("Content-Security-Policy", policy),
        ("Cache-Control", "no-store"),
        ("Referrer-Policy", "no-referrer"),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("X-Robots-Tag", "noindex, nofollow"),
    ]


def _language(environ: Mapping[str, Any]) -> str:
    request = HttpRequest()
    request.META["HTTP_ACCEPT_LANGUAGE"] = environ.get("HTTP_ACCEPT_LANGUAGE", "")
    return translation.get_language_from_request(request)
