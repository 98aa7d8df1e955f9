"""Real far ends for reminders: a web server and a mail server on this computer, with a certificate authority of the test.

What they got is kept, as it came over the wire. A test says beforehand how they answer.
"""

import base64
import json
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Certificates:
    authority: Path
    chain: Path


def make_certificates(folder: Path) -> Certificates:
    """Make an authority, and a certificate of this computer signed by it."""
    now = datetime.now(UTC)
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in ("Test CA", "127.0.0.1")]

    def build(subject: int, *extensions: tuple[x509.ExtensionType, bool]) -> x509.Certificate:
        builder = (
            x509.CertificateBuilder()
            .subject_name(names[subject])
            .issuer_name(names[0])
            .public_key(keys[subject].public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=2))
        )
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical)
        return builder.sign(keys[0], hashes.SHA256())

    authority = build(0, (x509.BasicConstraints(ca=True, path_length=None), True))
    here = build(1, (x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), False))
    pem = serialization.Encoding.PEM
    paths = Certificates(folder / "authority.pem", folder / "chain.pem")
    paths.authority.write_bytes(authority.public_bytes(pem))
    private = keys[1].private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    paths.chain.write_bytes(private + here.public_bytes(pem))
    return paths


# A web server -----------------------------------------------------------------------------------------------------


@dataclass
class Request:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, object]:
        return json.loads(self.body)


@dataclass
class WebEnd:
    """``status`` is how it answers; ``holds`` keeps every answer back until it is set."""

    port: int = 0
    scheme: str = "http"
    status: int = 201
    location: str = ""
    holds: threading.Event | None = None
    got: list[Request] = field(default_factory=list)
    has_got: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"


@contextmanager
def web_end(certificates: Certificates | None = None) -> Iterator[WebEnd]:
    end = WebEnd(scheme="https" if certificates else "http")

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            end.got.append(Request(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            end.has_got.set()
            if end.holds:
                end.holds.wait(30)
            try:
                self.send_response(end.status)
                if end.location:
                    self.send_header("Location", end.location)
                self.send_header("Content-Length", "6")
                self.end_headers()
                self.wfile.write(b"secret")
            except OSError:
                pass  # the app waited long enough

        do_POST = do_GET = answer  # noqa: N815 - the names that http.server looks for

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if certificates:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificates.chain)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    end.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield end
    finally:
        if end.holds:
            end.holds.set()
        server.shutdown()
        server.server_close()


# A mail server ----------------------------------------------------------------------------------------------------


@dataclass
class MailEnd:
    """``offers_tls`` and what it answers to a recipient; ``users`` may sign in."""

    port: int = 0
    offers_tls: bool = True
    recipient_answer: str = "250 ok"
    users: dict[str, str] = field(default_factory=dict)
    drops_after_data: bool = False
    mails: list[Message] = field(default_factory=list)
    signed_in: list[str] = field(default_factory=list)
    plain_words: list[str] = field(default_factory=list)  # commands that came without encryption


@contextmanager
def mail_end(certificates: Certificates, *, tls_from_start: bool = False) -> Iterator[MailEnd]:
    end = MailEnd()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.chain)

    class Talk(socketserver.StreamRequestHandler):
        is_secret = False

        def say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

        def wrap(self) -> None:
            self.connection = context.wrap_socket(self.connection, server_side=True)
            self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
            self.is_secret = True

        def handle(self) -> None:
            try:
                if tls_from_start:
                    self.wrap()
                self.say("220 far end")
                while line := self.rfile.readline():
                    if not self.answer(line.decode().strip()):
                        return
            except OSError:
                pass

        def answer(self, line: str) -> bool:
            word, _, rest = line.partition(" ")
            if not self.is_secret:
                end.plain_words.append(word.upper())
            match word.upper():
                case "EHLO":
                    offers = ["250-far end", "250-AUTH PLAIN"]
                    if end.offers_tls and not self.is_secret:
                        offers.append("250-STARTTLS")
                    self.say("\r\n".join([*offers, "250 SIZE 1000000"]))
                case "STARTTLS":
                    self.say("220 go on")
                    self.wrap()
                case "AUTH":
                    _, user, password = base64.b64decode(rest.split()[1]).decode().split("\0")
                    is_right = end.users.get(user) == password
                    end.signed_in += [user] if is_right else []
                    self.say("235 welcome" if is_right else "535 no")
                case "RCPT":
                    self.say(end.recipient_answer)
                case "DATA":
                    self.say("354 go on")
                    lines = []
                    while (text := self.rfile.readline()) != b".\r\n":
                        lines.append(text)
                    end.mails.append(message_from_bytes(b"".join(lines)))
                    if end.drops_after_data:
                        return False
                    self.say("250 taken")
                case "QUIT":
                    self.say("221 bye")
                    return False
                case _:
                    self.say("250 ok")
            return True

    socketserver.ThreadingTCPServer.allow_reuse_address = True
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk)
    server.daemon_threads = True
    end.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield end
    finally:
        server.shutdown()
        server.server_close()
