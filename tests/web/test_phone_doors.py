"""The doors to the network: real servers, real sockets, real certificates."""

import contextlib
import http.client
import json
import os
import pty
import re
import socket
import ssl
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from quietlegs.web.phone.addresses import home_addresses, local_name
from tests.web.server import Server, command, environment, free_port, serving, start

ADDRESS = next(iter(home_addresses()), "")
needs_a_network = pytest.mark.skipif(
    not ADDRESS and not os.environ.get("CI"), reason="this machine has no address beside its own loopback"
)
OPEN = ("/health", "/pair", "/shared/")


@dataclass
class Browser:
    """Just enough of a browser: one address, cookies, forms."""

    host: str
    port: int
    tls: ssl.SSLContext | None = None
    cookies: dict[str, str] = field(default_factory=dict)
    set_cookies: list[str] = field(default_factory=list)

    def ask(
        self, method: str, path: str, body: dict[str, str] | None = None, **headers: str
    ) -> tuple[int, str, http.client.HTTPMessage]:
        kind = http.client.HTTPSConnection if self.tls else http.client.HTTPConnection
        connection = kind(self.host, self.port, timeout=20, **({"context": self.tls} if self.tls else {}))
        sent = urllib.parse.urlencode(body) if body is not None else None
        own = f"{'https' if self.tls else 'http'}://{self.host}:{self.port}"
        given = {
            "Origin": own,
            "Referer": own,
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        try:
            connection.request(method, path, sent, given)
            answer = connection.getresponse()
            self.set_cookies = answer.headers.get_all("Set-Cookie") or []
            for cookie in self.set_cookies:
                name, _, value = cookie.split(";")[0].partition("=")
                self.cookies[name] = value
            return answer.status, answer.read().decode(), answer.headers
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> int:
        return self.ask("GET", path, **headers)[0]

    def send(self, page: str, to: str, **fields: str) -> tuple[int, str, http.client.HTTPMessage]:
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.ask("GET", page)[1])
        assert found, f"{page} has no form"
        return self.ask("POST", to, {**fields, "csrfmiddlewaretoken": found[1]})


@dataclass
class Phones:
    """A running `quietlegs serve --phone`."""

    server: Server
    secure_port: int
    context: ssl.SSLContext

    def phone(self) -> Browser:
        return Browser(ADDRESS, self.secure_port, self.context)

    def computer(self) -> Browser:
        return Browser("127.0.0.1", self.server.port)

    def new_code(self) -> str:
        page = self.computer().send("/devices", "/devices")[1]
        found = re.search(r"<strong>([A-Z0-9]{4}-[A-Z0-9]{4})</strong>", page)
        assert found and "data:image/svg+xml" in page, "no code, or no QR"
        return found[1]

    def paired_phone(self) -> Browser:
        phone = self.phone()
        assert phone.send("/pair", "/pair", code=self.new_code(), name="Phone")[0] == 302
        return phone


def two_free_ports() -> int:
    while True:
        port = free_port()
        with socket.socket() as first, socket.socket() as second:
            try:
                first.bind((ADDRESS, port))
                second.bind((ADDRESS, port + 1))
                return port
            except (OSError, OverflowError):
                continue


@contextmanager
def serving_phones(data: Path) -> Iterator[Phones]:
    port = two_free_ports()
    with serving(data, "--phone", "--phone-port", str(port)) as server:
        status, certificate, _ = ask_bytes(ADDRESS, port + 1, "/quietlegs.crt")
        assert status == 200
        context = ssl.create_default_context(cadata=certificate)
        yield Phones(server, port, context)


def ask_bytes(
    host: str, port: int, path: str, method: str = "GET"
) -> tuple[int, bytes, http.client.HTTPMessage]:
    connection = http.client.HTTPConnection(host, port, timeout=20)
    try:
        connection.request(method, path)
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.headers
    finally:
        connection.close()


def listens(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.settimeout(5)
        return probe.connect_ex((host, port)) == 0


@pytest.fixture(scope="module")
def phones(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Phones]:
    with serving_phones(tmp_path_factory.mktemp("phones")) as running:
        yield running


@needs_a_network
def test_nothing_is_open_to_the_network_unless_it_is_asked_for(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        assert listens("127.0.0.1", server.port)
        assert not any(listens(address, server.port) for address in home_addresses())


def every_address(patterns: list[URLPattern | URLResolver], before: str = "/") -> Iterator[str]:
    filled = {"int": "1", "str": "x", "slug": "x", "uuid": "00000000-0000-4000-8000-000000000000"}
    for pattern in patterns:
        route = before + re.sub(
            r"<(?:(\w+):)?\w+>", lambda part: filled.get(part[1] or "str", "x"), str(pattern.pattern)
        )
        if isinstance(pattern, URLResolver):
            yield from every_address(pattern.url_patterns, route)
        else:
            yield route


@needs_a_network
def test_an_unpaired_phone_gets_the_pairing_page_whatever_it_asks_for(phones: Phones) -> None:
    addresses = list(every_address(get_resolver().url_patterns))
    assert len(addresses) > 60
    stranger, wrong = phones.phone(), []
    for address in addresses:
        if address.startswith(OPEN):
            continue
        for method in ("GET", "POST"):
            status, _, headers = stranger.ask(method, address, {} if method == "POST" else None)
            led = status == 302 and headers["Location"] == "/pair"
            if not (led or (address.startswith("/api/") and status == 401)):
                wrong.append((method, address, status))
    assert wrong == []


@needs_a_network
def test_a_phone_is_paired_over_tls_and_out_at_once_when_it_is_revoked(phones: Phones) -> None:
    phone, computer = phones.paired_phone(), phones.computer()
    assert phone.get("/more") == 200
    listed = computer.ask("GET", "/devices")[1]
    revoke = re.findall(r'action="(/devices/\d+/revoke)"', listed)[0]
    computer.send("/devices", revoke)
    # Two workers answer in turn: both must know.
    assert {phone.get("/more") for _ in range(8)} == {302}


@needs_a_network
def test_cookies_are_bound_to_tls_for_the_phone_and_not_on_this_computer(phones: Phones) -> None:
    phone = phones.phone()
    phone.send("/pair", "/pair", code=phones.new_code(), name="Phone")
    assert [cookie.split("=")[0] for cookie in phone.set_cookies] == ["quietlegs_device"]
    phone.ask("GET", "/pair")
    assert phone.set_cookies and all("; Secure" in cookie for cookie in phone.set_cookies)
    assert "HttpOnly" in phone.set_cookies[0]
    computer = phones.computer()
    computer.ask("GET", "/devices")
    assert computer.set_cookies and not any("Secure" in cookie for cookie in computer.set_cookies)


@needs_a_network
def test_the_certificate_holds_for_the_name_of_the_computer_too(phones: Phones) -> None:
    named = socket.create_connection((ADDRESS, phones.secure_port), 10)
    with phones.context.wrap_socket(named, server_hostname=local_name()) as connection:
        connection.sendall(
            f"GET /health HTTP/1.1\r\nHost: {local_name()}\r\nConnection: close\r\n\r\n".encode()
        )
        assert b" 200 OK" in connection.recv(1000)


@needs_a_network
def test_a_name_of_a_page_elsewhere_is_refused(phones: Phones) -> None:
    for browser in (phones.phone(), phones.computer(), phones.paired_phone()):
        assert browser.get("/", Host="rebound.example") == 400
        assert browser.get("/pair", Host=f"rebound.example:{browser.port}") == 400


@needs_a_network
def test_no_header_makes_a_phone_this_computer(phones: Phones) -> None:
    claims = {
        "X_Forwarded_For": "127.0.0.1",
        "X_Real_IP": "127.0.0.1",
        "Forwarded": "for=127.0.0.1",
        "X_Forwarded_Host": "127.0.0.1",
        "X_Forwarded_Proto": "http",
    }
    for name, value in claims.items():
        assert phones.phone().get("/more", **{name: value}) == 302
    assert phones.phone().get("/more", **claims) == 302


@needs_a_network
def test_the_page_that_installs_trust_reaches_nothing_of_the_diary(phones: Phones) -> None:
    port = phones.secure_port + 1
    assert ask_bytes(ADDRESS, port, "/")[0] == 200
    for path in (
        "/pair",
        "/devices",
        "/health",
        "/static/shell/base.css",
        "/api/v1/nights",
        "/%2e%2e/secret.key",
    ):
        assert ask_bytes(ADDRESS, port, path)[0] == 404
    assert ask_bytes(ADDRESS, port, "/", "POST")[0] == 405
    _, _, headers = ask_bytes(ADDRESS, port, "/")
    assert "Set-Cookie" not in headers and "script-src 'self'" in headers["Content-Security-Policy"]
    fingerprint = ssl.DER_cert_to_PEM_cert(ask_bytes(ADDRESS, port, "/quietlegs.crt")[1])
    assert phones.context.get_ca_certs(binary_form=True) == [ssl.PEM_cert_to_DER_cert(fingerprint)]


@needs_a_network
def test_the_page_that_installs_trust_speaks_the_language_of_the_phone(phones: Phones) -> None:
    plain = Browser(ADDRESS, phones.secure_port + 1)
    for wish, spoken in (("es-MX,es;q=0.9,en;q=0.5", "es"), ("en", "en"), ("xx", "en"), ("", "en")):
        assert f'<html lang="{spoken}' in plain.ask("GET", "/", Accept_Language=wish)[1]


@needs_a_network
def test_an_iphone_gets_a_profile_with_that_certificate_alone(phones: Phones) -> None:
    import plistlib

    status, content, headers = ask_bytes(ADDRESS, phones.secure_port + 1, "/quietlegs.mobileconfig")
    assert (status, headers["Content-Type"]) == (200, "application/x-apple-aspen-config")
    (payload,) = plistlib.loads(content)["PayloadContent"]
    assert payload["PayloadType"] == "com.apple.security.root"
    assert payload["PayloadContent"] == ask_bytes(ADDRESS, phones.secure_port + 1, "/quietlegs.crt")[1]


@needs_a_network
def test_whoever_speaks_plainly_at_the_encrypted_door_is_let_go_and_the_rest_goes_on(phones: Phones) -> None:
    for _ in range(12):  # more than there are threads
        with socket.create_connection((ADDRESS, phones.secure_port), 10) as raw:
            raw.sendall(b"GET /more HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            with contextlib.suppress(ConnectionResetError):
                assert b"HTTP" not in raw.recv(100)
    assert phones.phone().get("/health") == 200


@needs_a_network
def test_one_key_ends_every_door(tmp_path: Path) -> None:
    port = two_free_ports()
    server = start(tmp_path, "--phone", "--phone-port", str(port))
    doors = [("127.0.0.1", server.port), (ADDRESS, port), (ADDRESS, port + 1)]
    assert all(listens(*door) for door in doors)
    said = server.stop()
    assert not any(listens(*door) for door in doors)
    assert server.process.returncode == 0 and "Traceback" not in said


@needs_a_network
def test_a_log_never_holds_a_code(tmp_path: Path) -> None:
    port = two_free_ports()
    server = start(tmp_path, "--phone", "--phone-port", str(port))
    said = server.stop()
    assert f"https://{ADDRESS}:{port}" in said and "#" not in said and "█" not in said


@needs_a_network
def test_the_terminal_shows_the_code_and_it_pairs(tmp_path: Path) -> None:
    port, ours = two_free_ports(), free_port()
    shown, terminal = pty.openpty()
    words = ["serve", "--phone", "--phone-port", str(port), "--port", str(ours)]
    process = subprocess.Popen(
        [sys.executable, "-m", "quietlegs", *words], env=environment(tmp_path), stderr=terminal
    )
    os.close(terminal)
    said, end = "", time.monotonic() + 60
    try:
        while "Fingerprint" not in said and time.monotonic() < end:
            said += os.read(shown, 65536).decode()
        found = re.search(r"The code is ([A-Z0-9]{4}-[A-Z0-9]{4})", said)
        assert found and "█" in said
        context = ssl.create_default_context(cadata=ask_bytes(ADDRESS, port + 1, "/quietlegs.crt")[1])
        assert Browser(ADDRESS, port, context).send("/pair", "/pair", code=found[1], name="")[0] == 302
    finally:
        process.terminate()
        process.wait(30)
        os.close(shown)


@needs_a_network
def test_over_plain_http_a_phone_is_paired_too_and_told_what_is_missing(tmp_path: Path) -> None:
    with serving(tmp_path, "--host", "0.0.0.0") as server:
        phone = Browser(ADDRESS, server.port)
        assert phone.get("/more") == 302
        code = json.loads(command("pair", "--json", data=tmp_path).stdout)["code"]
        assert phone.send("/pair", "/pair", code=code, name="Phone")[0] == 302
        status, page, _ = phone.ask("GET", "/devices")
        assert status == 200 and "What is missing on this device" in page and "serve --phone" in page
        assert "What is missing" not in Browser("127.0.0.1", server.port).ask("GET", "/devices")[1]


def test_the_command_takes_the_lock_off_for_every_browser_at_once(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        mine, other = Browser("127.0.0.1", server.port), Browser("127.0.0.1", server.port)
        mine.send("/lock", "/lock", secret="2580", again="2580", idle_minutes="5")
        assert {mine.get("/nights/") for _ in range(6)} == {200}
        assert {other.get("/nights/") for _ in range(6)} == {423}
        assert json.loads(command("unlock", "--json", data=tmp_path).stdout) == {"removed": True}
        assert {other.get("/nights/") for _ in range(6)} == {200}
        assert json.loads(command("unlock", "--json", data=tmp_path).stdout) == {"removed": False}


@needs_a_network
def test_connections_that_say_nothing_do_not_keep_others_out(phones: Phones) -> None:
    with contextlib.ExitStack() as held:
        for _ in range(20):  # more than both workers have threads
            held.enter_context(socket.create_connection((ADDRESS, phones.secure_port), 10))
        assert phones.phone().get("/health") == 200
        assert phones.computer().get("/health") == 200
