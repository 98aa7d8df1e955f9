"""The ways out of the house, against real far ends: what arrives, who can read it, and how each end is told."""

import base64
import json
import socket
import stat
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.utils import timezone

from quietlegs.web.data_folder import data_folder
from quietlegs.web.diary.access import household_diary
from quietlegs.web.reminders import actions, keys, ways
from quietlegs.web.reminders.messages import Message
from quietlegs.web.reminders.models import Way
from quietlegs.web.reminders.ways import Ended
from tests.web.far_ends import Certificates, MailEnd, WebEnd, mail_end, make_certificates, web_end

pytestmark = pytest.mark.django_db

HELLO = Message("Evening routine", "It is time. ñ", "/reminders/now/7", "reminder-3")
APP = "https://home.example:8000/"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def trusted(certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.authority))


@pytest.fixture
def web() -> Iterator[WebEnd]:
    with web_end() as end:
        yield end


@pytest.fixture
def push_service(certificates: Certificates, trusted: None) -> Iterator[WebEnd]:
    with web_end(certificates) as end:
        yield end


@pytest.fixture
def mail(certificates: Certificates, trusted: None) -> Iterator[MailEnd]:
    with mail_end(certificates) as end:
        end.users["ruth"] = "open sesame"
        yield end


def way_to(kind: str, address: str, secret: str = "", **details: object) -> Way:
    return actions.set_way(
        diary=household_diary(),
        kind=kind,
        address=address,
        details=details,
        secret=secret,
        now=timezone.now(),
    )


def send(way: Way) -> Ended:
    return ways.deliver(way, HELLO, app_address=APP)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# Push: read as a browser reads it, by RFC 8291 and 8188 and not by the library that wrote it --------------------------


def b64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Browser:
    """The half of a push subscription that never leaves a browser."""

    private: ec.EllipticCurvePrivateKey
    auth: bytes

    @property
    def public(self) -> bytes:
        return self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def given(self) -> dict[str, str]:
        def text(part: bytes) -> str:
            return base64.urlsafe_b64encode(part).rstrip(b"=").decode()

        return {"p256dh": text(self.public), "auth": text(self.auth)}

    def read(self, body: bytes) -> bytes:
        salt, record_size, id_length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        sender, sealed = body[21 : 21 + id_length], body[21 + id_length :]
        assert len(sealed) <= record_size
        shared = self.private.exchange(
            ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
        )
        secret = derive(self.auth, shared, b"WebPush: info\0" + self.public + sender, 32)
        key = derive(salt, secret, b"Content-Encoding: aes128gcm\0", 16)
        nonce = derive(salt, secret, b"Content-Encoding: nonce\0", 12)
        text = AESGCM(key).decrypt(nonce, sealed, None).rstrip(b"\0")
        assert text[-1] == 2  # the last record of a message ends so (RFC 8188, section 2)
        return text[:-1]


def derive(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)


@pytest.fixture
def browser() -> Browser:
    return Browser(ec.generate_private_key(ec.SECP256R1()), b"sixteen bytes ok")


def test_a_push_message_can_be_read_by_the_device_and_by_nobody_else(
    push_service: WebEnd, browser: Browser
) -> None:
    assert send(way_to("push", f"{push_service.url}/to/ruth", **browser.given())) is Ended.SENT
    (got,) = push_service.got
    assert got.path == "/to/ruth"
    assert got.headers["content-encoding"] == "aes128gcm"
    assert json.loads(browser.read(got.body)) == {
        "title": "Evening routine",
        "text": "It is time. ñ",
        "path": "/reminders/now/7",
        "tag": "reminder-3",
    }
    assert b"routine" not in got.body


def test_push_messages_all_have_one_length_and_are_dropped_when_a_phone_is_off(
    push_service: WebEnd, browser: Browser
) -> None:
    way = way_to("push", f"{push_service.url}/to/ruth", **browser.given())
    send(way)
    ways.deliver(way, Message("A", "", "/", ""), app_address=APP)
    first, second = push_service.got
    assert len(first.body) == len(second.body)
    assert 0 < int(first.headers["ttl"]) <= 20 * 60


def test_a_push_message_is_signed_with_the_key_that_the_browser_was_given(
    push_service: WebEnd, browser: Browser
) -> None:
    send(way_to("push", f"{push_service.url}/to/ruth", **browser.given()))
    scheme, _, rest = push_service.got[0].headers["authorization"].partition(" ")
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    assert scheme == "vapid"
    assert parts["k"] == keys.push_public_key()
    head, claims, signature = parts["t"].split(".")
    r, s = (int.from_bytes(half, "big") for half in (b64(signature)[:32], b64(signature)[32:]))
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b64(parts["k"]))
    public.verify(
        encode_dss_signature(r, s), f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256())
    )  # raises if not
    told = json.loads(b64(claims))
    assert told["aud"] == push_service.url
    assert told["sub"] == "mailto:nobody@example.com"
    assert 0 < told["exp"] - timezone.now().timestamp() <= 24 * 3600
    assert json.loads(b64(head))["alg"] == "ES256"


def test_push_goes_over_https_alone_and_to_trusted_certificates_alone(
    web: WebEnd, certificates: Certificates, browser: Browser
) -> None:
    assert send(way_to("push", f"{web.url}/to", **browser.given())) is Ended.UNSAFE
    with web_end(certificates) as untrusted:
        assert send(way_to("push", f"{untrusted.url}/to", **browser.given())) is Ended.UNSAFE
        assert (web.got, untrusted.got) == ([], [])


# ntfy and Gotify --------------------------------------------------------------------------------------------------


def test_ntfy_gets_the_topic_the_neutral_words_and_where_they_lead(web: WebEnd) -> None:
    assert send(way_to("ntfy", f"{web.url}/base/my-topic", secret="tk_1")) is Ended.SENT
    (got,) = web.got
    assert got.path == "/base"
    assert got.headers["authorization"] == "Bearer tk_1"
    assert got.json == {
        "topic": "my-topic",
        "title": "Evening routine",
        "message": "It is time. ñ",
        "click": "https://home.example:8000/reminders/now/7",
    }


def test_gotify_gets_the_token_in_a_header_and_not_in_the_address(web: WebEnd) -> None:
    assert send(way_to("gotify", web.url, secret="A.token")) is Ended.SENT
    (got,) = web.got
    assert (got.path, got.headers["x-gotify-key"]) == ("/message", "A.token")
    assert (got.json["title"], got.json["message"]) == ("Evening routine", "It is time. ñ")


@pytest.mark.parametrize(
    ("status", "ended"),
    [
        (200, Ended.SENT),
        (404, Ended.GONE),
        (410, Ended.GONE),
        (401, Ended.SIGN_IN),
        (403, Ended.SIGN_IN),
        (413, Ended.REFUSED),
        (429, Ended.BUSY),
        (503, Ended.BUSY),
        (500, Ended.UNSURE),
    ],
)
def test_each_answer_of_a_server_is_told_for_what_it_is(web: WebEnd, status: int, ended: Ended) -> None:
    web.status = status
    assert send(way_to("ntfy", f"{web.url}/topic")) is ended
    assert len(web.got) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(web: WebEnd, status: int) -> None:
    with web_end() as elsewhere:
        web.status, web.location = status, f"{elsewhere.url}/inside"
        assert send(way_to("ntfy", f"{web.url}/topic")) is Ended.MOVED
        assert elsewhere.got == []


def test_a_server_that_does_not_answer_is_left_after_a_while_and_the_message_counts_as_perhaps_sent(
    web: WebEnd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ways, "TIMEOUT_SECONDS", 0.3)
    web.holds = threading.Event()
    assert send(way_to("ntfy", f"{web.url}/topic")) is Ended.UNSURE


def test_where_nobody_listens_the_message_is_surely_not_sent() -> None:
    assert send(way_to("ntfy", f"http://127.0.0.1:{free_port()}/topic")) is Ended.UNREACHED
    assert send(way_to("gotify", "http://no-such-name.invalid", secret="x")) is Ended.UNREACHED


def test_no_other_scheme_is_spoken(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("secret")
    assert send(way_to("ntfy", f"file://{tmp_path}/file")) is Ended.UNSAFE


# E-mail -----------------------------------------------------------------------------------------------------------


def mail_way(end: MailEnd, *, lock: str = "starttls", user: str = "ruth", secret: str = "open sesame") -> Way:
    return way_to(
        "email",
        "ruth@example.org",
        secret=secret,
        host="127.0.0.1",
        port=end.port,
        lock=lock,
        user=user,
        sender="home@example.org",
    )


def test_a_mail_goes_encrypted_signed_in_and_says_only_the_neutral_words(mail: MailEnd) -> None:
    assert send(mail_way(mail)) is Ended.SENT
    (got,) = mail.mails
    assert mail.signed_in == ["ruth"]
    assert mail.plain_words == ["EHLO", "STARTTLS"]  # the password and all else came after
    assert (got["Subject"], got["To"], got["From"]) == (
        "Evening routine",
        "ruth@example.org",
        "home@example.org",
    )
    assert got["Auto-Submitted"] == "auto-generated"
    text = got.get_payload(decode=True).decode()
    assert text.split() == ["It", "is", "time.", "ñ", "https://home.example:8000/reminders/now/7"]


def test_tls_from_the_first_byte_works_too(certificates: Certificates, trusted: None) -> None:
    with mail_end(certificates, tls_from_start=True) as end:
        assert send(mail_way(end, lock="tls", user="", secret="")) is Ended.SENT
        assert len(end.mails) == 1


def test_no_mail_and_no_password_goes_unencrypted(mail: MailEnd) -> None:
    mail.offers_tls = False
    assert send(mail_way(mail)) is Ended.UNSAFE
    assert (mail.mails, "AUTH" in mail.plain_words) == ([], False)


def test_a_mail_server_with_a_certificate_that_nobody_vouches_for_gets_nothing(
    certificates: Certificates,
) -> None:
    with mail_end(certificates) as end:
        assert send(mail_way(end)) is Ended.UNSAFE
        assert end.mails == []


def test_what_a_mail_server_refuses_is_told_for_what_it_is(mail: MailEnd) -> None:
    assert send(mail_way(mail, secret="wrong")) is Ended.SIGN_IN
    assert send(mail_way(mail, secret="contraseña")) is Ended.SIGN_IN
    mail.recipient_answer = "550 nobody of that name"
    assert send(mail_way(mail)) is Ended.REFUSED
    mail.recipient_answer = "451 later"
    assert send(mail_way(mail)) is Ended.BUSY
    mail.recipient_answer, mail.drops_after_data = "250 ok", True
    assert send(mail_way(mail)) is Ended.UNSURE
    assert (
        send(
            way_to(
                "email",
                "a@example.org",
                host="127.0.0.1",
                port=free_port(),
                lock="tls",
                sender="a@example.org",
            )
        )
        is Ended.UNREACHED
    )


# Secrets ----------------------------------------------------------------------------------------------------------


def test_secrets_lie_in_files_of_their_owner_alone_and_not_in_the_database() -> None:
    way = way_to("gotify", "http://127.0.0.1:9/", secret="A.token")
    keys.push_public_key()
    for name in (keys.WAYS_FILE, keys.PUSH_KEY_FILE):
        assert stat.S_IMODE((data_folder() / name).stat().st_mode) == 0o600
    assert "A.token" not in json.dumps(list(Way.objects.values()), default=str)
    assert keys.secret_of(way) == "A.token"
    actions.remove_way(way=way)
    assert keys.secret_of(way) == ""


def test_a_secret_goes_nowhere_else_when_another_way_gets_its_number() -> None:
    way = way_to("gotify", "http://127.0.0.1:9/", secret="A.token")
    Way.objects.filter(pk=way.pk).update(
        address="http://127.0.0.1:10/"
    )  # as after a backup of another computer
    assert keys.secret_of(Way.objects.get()) == ""


def test_a_damaged_file_of_secrets_stops_nothing_and_is_put_aside() -> None:
    way = way_to("gotify", "http://127.0.0.1:9/", secret="A.token")
    before = keys.push_public_key()
    for name in (keys.WAYS_FILE, keys.PUSH_KEY_FILE):
        (data_folder() / name).write_bytes(b"\0\0")
    assert keys.secret_of(way) == ""
    assert keys.push_public_key() != before
    assert keys.push_public_key() == keys.push_public_key()


def test_deleting_everything_deletes_the_secrets_too() -> None:
    way = way_to("gotify", "http://127.0.0.1:9/", secret="A.token")
    before = keys.push_public_key()
    household_diary().delete()
    assert keys.secret_of(way) == ""
    assert keys.push_public_key() != before
