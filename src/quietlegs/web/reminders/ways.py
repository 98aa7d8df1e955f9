"""The ways out: push, e-mail, ntfy, Gotify. Each sends one message and says how that ended.

The addresses of ntfy, Gotify and e-mail are the person's own, and a server at home on a private address is as good as
any. So none is refused for where it is. But only http and https are spoken, redirects are not followed, every step has a
time-out, and of an answer only the status is looked at: nothing that a server says is read or shown. Push goes to
https alone. Nothing is asked of any host unless the person has chosen that way.
"""

import errno
import json
import smtplib
import socket
import ssl
import urllib.error
import urllib.parse
import urllib.request
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from enum import StrEnum
from http.client import HTTPException, InvalidURL
from types import SimpleNamespace
from typing import Any

from quietlegs.version import __version__
from quietlegs.web.reminders import keys
from quietlegs.web.reminders.messages import Message
from quietlegs.web.reminders.models import Way

TIMEOUT_SECONDS = 10
PUSH_TTL_SECONDS = 20 * 60  # a phone that was off for longer gets no heap of old messages
PUSH_BYTES = 512  # every message has this length, so that its length says nothing
# RFC 8292 asks for somebody to write to. The person's own address is nobody's business; example.com is kept for this.
PUSH_CONTACT = "nobody@example.com"


class Ended(StrEnum):
    """How a message ended. Only UNREACHED and BUSY are surely not sent, and may be tried again."""

    SENT = "sent"
    UNREACHED = "unreached"  # no connection was made
    BUSY = "busy"  # the far end said: later
    GONE = "gone"  # the device or address is there no more
    REFUSED = "refused"  # the far end said no
    MOVED = "moved"  # it answered with another address, which is not followed
    UNSAFE = "unsafe"  # no encryption where some is needed
    SIGN_IN = "sign-in"  # the password or token was refused
    LATE = "late"  # it was dropped before it was sent
    UNSURE = "unsure"  # it may have arrived: the connection broke before the answer


MAY_TRY_AGAIN = frozenset({Ended.UNREACHED, Ended.BUSY})


def deliver(way: Way, message: Message, *, app_address: str) -> Ended:
    """Send one message by one way. Never raises for what a far end does."""
    link = app_address.rstrip("/") + message.path if app_address else ""
    match way.kind:
        case Way.Kind.PUSH:
            return send_push(way, message)
        case Way.Kind.EMAIL:
            return send_email(way, message, link)
        case Way.Kind.NTFY:
            return send_ntfy(way, message, link)
        case _:
            return send_gotify(way, message, link)


# Push -----------------------------------------------------------------------------------------------------------


def send_push(way: Way, message: Message) -> Ended:
    """Send an encrypted message to a browser's push service (RFC 8030, 8291, 8292)."""
    if not way.address.startswith("https://"):
        return Ended.UNSAFE
    try:
        body, headers = sealed_push(way, message)
    except ValueError:  # keys that are none: nothing can ever be sealed for this device
        return Ended.GONE
    return _post(way.address, body, {**headers, "Content-Type": "application/octet-stream"})


def sealed_push(way: Way, message: Message) -> tuple[bytes, dict[str, str]]:
    """Return the encrypted body of a push message and its headers."""
    from cryptography.hazmat.primitives import serialization
    from webpush import VAPID, WebPush, WebPushSubscription  # only here: it takes a while and some memory

    key = keys.push_key()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    push = WebPush(private, public, subscriber=PUSH_CONTACT, ttl=PUSH_TTL_SECONDS)
    push.vapid = _with_ports(VAPID)(private, public)
    subscription = WebPushSubscription(
        endpoint=way.address, keys={name: way.details[name] for name in ("p256dh", "auth")}
    )
    told = json.dumps(
        {"title": message.title, "text": message.text, "path": message.path, "tag": message.tag}
    ).encode()
    sealed = push.get(told.ljust(PUSH_BYTES), subscription)
    return sealed.encrypted, {**sealed.headers, "urgency": "normal"}


def _with_ports(vapid: type[Any]) -> type[Any]:
    """Return a signer that names the push service with its port (RFC 8292, section 2); the library leaves it out."""

    class Signer(vapid):  # type: ignore[misc]
        def get_authorization_header(self, endpoint: Any, subscriber: str, expiration: int) -> str:
            port = "" if endpoint.port in (None, 443) else f":{endpoint.port}"
            named = SimpleNamespace(scheme=endpoint.scheme, host=f"{endpoint.host}{port}")
            header: str = super().get_authorization_header(named, subscriber, expiration)
            return header

    return Signer


# ntfy and Gotify --------------------------------------------------------------------------------------------------


def send_ntfy(way: Way, message: Message, link: str) -> Ended:
    """Publish to an ntfy topic. ``way.address`` is the topic's own address, as ntfy shows it."""
    server, _, topic = way.address.rstrip("/").rpartition("/")
    told: dict[str, Any] = {"topic": topic, "title": message.title, "message": message.text}
    if link:
        told["click"] = link
    token = keys.secret_of(way)
    return _post_json(server, told, {"Authorization": f"Bearer {token}"} if token else {})


def send_gotify(way: Way, message: Message, link: str) -> Ended:
    """Publish to a Gotify server. ``way.address`` is the server's; the token is an application's."""
    told: dict[str, Any] = {"title": message.title, "message": message.text, "priority": 5}
    if link:
        told["extras"] = {"client::notification": {"click": {"url": link}}}
    return _post_json(f"{way.address.rstrip('/')}/message", told, {"X-Gotify-Key": keys.secret_of(way)})


def _post_json(address: str, told: dict[str, Any], headers: dict[str, str]) -> Ended:
    body = json.dumps(told).encode()
    return _post(address, body, {**headers, "Content-Type": "application/json; charset=utf-8"})


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Take a redirect as an answer: another address would be one that the person never gave."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def _post(address: str, body: bytes, headers: dict[str, str]) -> Ended:
    if urllib.parse.urlsplit(address).scheme not in ("http", "https"):
        return Ended.UNSAFE
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(context=ssl.create_default_context()),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        _NoRedirects(),
    ):
        opener.add_handler(handler)
    try:
        request = urllib.request.Request(  # noqa: S310 - http and https alone, see above
            address, data=body, method="POST", headers={**headers, "User-Agent": f"Quietlegs/{__version__}"}
        )
        with opener.open(request, timeout=TIMEOUT_SECONDS):
            return Ended.SENT
    except urllib.error.HTTPError as error:
        error.close()
        return _ended_by(error.code)
    except urllib.error.URLError as error:
        return _ended_without_answer(error.reason)
    except (ValueError, InvalidURL):  # an address that no connection can be made of
        return Ended.UNREACHED
    except (OSError, HTTPException):
        return Ended.UNSURE


def _ended_by(status: int) -> Ended:
    if status in (404, 410):  # how a push service says that a device has left (RFC 8030, section 7.3)
        return Ended.GONE
    if status in (401, 403):
        return Ended.SIGN_IN
    if status in (429, 503):
        return Ended.BUSY
    if 300 <= status < 400:
        return Ended.MOVED
    # A server that broke (500) may have passed the message on before: it is not sent twice.
    return Ended.UNSURE if status >= 500 else Ended.REFUSED


def _ended_without_answer(reason: object) -> Ended:
    if isinstance(reason, ssl.SSLError):
        return Ended.UNSAFE
    # urllib tells the same error for a connection that was never made and one that broke while sending. Only these
    # are surely the first.
    if isinstance(reason, ConnectionRefusedError | socket.gaierror):
        return Ended.UNREACHED
    return Ended.UNREACHED if isinstance(reason, OSError) and reason.errno in _NO_WAY_THERE else Ended.UNSURE


_NO_WAY_THERE = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH})


# E-mail -----------------------------------------------------------------------------------------------------------


class Lock(StrEnum):
    """How the connection to a mail server is protected."""

    TLS = "tls"  # from the first byte, usually port 465
    STARTTLS = "starttls"  # from the greeting on, usually port 587


def send_email(way: Way, message: Message, link: str) -> Ended:
    """Send an e-mail over TLS, by the person's own mail server. Certificates are checked."""
    host, port = str(way.details["host"]), int(way.details["port"])
    user, password = str(way.details.get("user", "")), keys.secret_of(way)
    mail = _mail(way, message, link)
    context = ssl.create_default_context()
    handed_over = taken = False
    cannot = Ended.UNREACHED  # what it means when a name or a password has letters that cannot be sent
    try:
        with _connected(host, port, str(way.details["lock"]), context) as server:
            cannot = Ended.SIGN_IN
            if user:
                server.login(user, password)
            handed_over, cannot = True, Ended.REFUSED
            server.send_message(mail)
            taken = True
        return Ended.SENT
    except ssl.SSLError:
        return Ended.UNSAFE
    except smtplib.SMTPNotSupportedError:  # no TLS, or no way to sign in
        return Ended.UNSAFE
    except smtplib.SMTPAuthenticationError:
        return Ended.SIGN_IN
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
        return Ended.BUSY if _says_later(error) else Ended.REFUSED
    except (smtplib.SMTPException, OSError):
        if taken:  # only the good-bye failed
            return Ended.SENT
        return Ended.UNSURE if handed_over else Ended.UNREACHED
    except ValueError:
        return cannot


def _connected(host: str, port: int, lock: str, context: ssl.SSLContext) -> smtplib.SMTP:
    if lock == Lock.TLS:
        return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=context)
    server = smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)
    try:
        server.starttls(context=context)
    except BaseException:
        server.close()
        raise
    return server


def _mail(way: Way, message: Message, link: str) -> EmailMessage:
    mail = EmailMessage()
    sender = str(way.details["sender"])
    mail["Subject"], mail["From"], mail["To"] = message.title, sender, way.address
    mail["Date"], mail["Message-ID"] = formatdate(), make_msgid(domain=sender.rpartition("@")[2])
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content("\n\n".join(part for part in (message.text, link) if part))
    return mail


def _says_later(error: smtplib.SMTPException) -> bool:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(400 <= code < 500 for code, _ in error.recipients.values())
    code = getattr(error, "smtp_code", 0)
    return 400 <= code < 500
