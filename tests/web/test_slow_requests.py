"""Half a request, or one that comes byte by byte, must not keep everybody else out. Real server, real sockets."""

import contextlib
import http.client
import os
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from quietlegs.web.phone.certificates import ready_certificates
from tests.web.server import free_port
from tests.web.test_phone_doors import ADDRESS, needs_a_network

THREADS = 2
HALF = b"GET / HTTP/1.1\r\nHost: x"
WHOLE = HALF + b"\r\n\r\n"

# The worker and the doors as they are, with less patience, and an app that says how much it was sent.
SERVER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from gunicorn.app.base import BaseApplication
from quietlegs.web.phone import doors
from quietlegs.web.phone.certificates import ready_certificates

folder, plain, secure, threads, network = Path(sys.argv[1]), *map(int, sys.argv[2:6])
doors.REQUEST_SECONDS, doors.BYTES_A_SECOND, doors.ANSWER_SECONDS = 1, 100, 8
tls = ready_certificates(folder, addresses=["127.0.0.1"], names=["x.local"], owner="x", now=datetime.now(UTC))

def app(environ, start):
    if environ["PATH_INFO"] == "/large":
        start("200 OK", [("Content-Length", str(64 * 2**20))])
        return [bytes(2**20)] * 64
    said = str(len(environ["wsgi.input"].read())).encode()
    start("200 OK", [("Content-Length", str(len(said)))])
    return [said]

open_doors = [doors.Door("127.0.0.1", plain, app), doors.Door("127.0.0.1", secure, app, tls.tls_context())]
open_doors += [doors.Door(address, network, app) for address in sys.argv[6:]]

class Server(BaseApplication):
    def load_config(self):
        for name, value in {
            "bind": [door.bind for door in open_doors], "threads": threads, "loglevel": "error",
            "worker_class": doors.worker_for(open_doors), "control_socket_disable": True,
            "when_ready": lambda _: print("ready", flush=True),
        }.items():
            self.cfg.set(name, value)

    def load(self):
        return doors.app_behind(open_doors)

Server().run()
"""


@dataclass
class Running:
    plain: int
    secure: int
    network: int
    tls: ssl.SSLContext
    said: Path

    def open(self, door: str) -> socket.socket:
        host = ADDRESS if door == "network" else "127.0.0.1"
        raw = socket.create_connection((host, getattr(self, door)), 20)
        return self.tls.wrap_socket(raw, server_hostname="127.0.0.1") if door == "secure" else raw

    def answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.plain, timeout=30)
        connection.request("GET", "/")
        return connection.getresponse().read() == b"0"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("slow")
    certificates = ready_certificates(
        folder, addresses=["127.0.0.1"], names=["x.local"], owner="x", now=datetime.now(UTC)
    )
    tls = ssl.create_default_context()
    tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
    plain, secure, network = free_port(), free_port(), free_port()
    words = [str(folder), *map(str, (plain, secure, THREADS, network)), *([ADDRESS] if ADDRESS else [])]
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-c", SERVER, *words], stdout=subprocess.PIPE, stderr=said, env=dict(os.environ)
        )
    try:
        assert certificates and process.stdout and process.stdout.readline() == b"ready\n"
        yield Running(plain, secure, network, tls, folder / "said")
    finally:
        process.terminate()
        process.wait(30)


def half(connection: socket.socket) -> None:
    connection.sendall(HALF)


def half_after_a_whole_one(connection: socket.socket) -> None:
    connection.sendall(WHOLE)
    assert b"200 OK" in connection.recv(1000)
    connection.sendall(HALF)


def half_a_body(connection: socket.socket) -> None:
    connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\nhalf")


def answer_that_is_not_taken(connection: socket.socket) -> None:
    connection.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")


@pytest.mark.parametrize("door", ["plain", "secure"])
@pytest.mark.parametrize("say", [half, half_after_a_whole_one, half_a_body, answer_that_is_not_taken])
def test_whoever_stops_halfway_does_not_keep_others_out(
    server: Running, door: str, say: Callable[[socket.socket], None]
) -> None:
    with contextlib.ExitStack() as held:
        for _ in range(THREADS):
            say(held.enter_context(server.open(door)))
        assert server.answers()
    assert "Traceback" not in server.said.read_text()


@needs_a_network
def test_the_network_never_has_every_thread(server: Running) -> None:
    with contextlib.ExitStack() as held:
        slow = [held.enter_context(server.open("network")) for _ in range(THREADS + 1)]
        for one in slow:
            one.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9000\r\n\r\n" + b"x" * 4000)
        time.sleep(0.5)  # long enough for a thread to take it up
        assert server.answers()
        for one in slow:
            one.sendall(b"x" * 5000)
            assert b"200 OK" in one.recv(1000), "none was let go before, and each gets its turn"


def is_let_go(slow: socket.socket) -> bool:
    """Return whether the server ends a request of which a byte comes now and then."""
    slow.settimeout(0.1)
    for byte in HALF * 20:
        try:
            slow.sendall(bytes([byte]))
            if slow.recv(1) == b"":
                return True
        except TimeoutError:
            continue
        except OSError:
            return True
    return False


@pytest.mark.parametrize("door", ["plain", "secure"])
def test_a_byte_now_and_then_does_not_hold_a_thread(server: Running, door: str) -> None:
    with server.open(door) as slow:
        assert is_let_go(slow)


@pytest.mark.parametrize("door", ["plain", "secure"])
def test_a_large_file_over_a_slow_network_comes_in(server: Running, door: str) -> None:
    with server.open(door) as slow:
        slow.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4000\r\n\r\n" + b"x" * 3000)
        time.sleep(2)  # longer than a request without a file may take
        slow.sendall(b"x" * 1000)
        said = b""
        while not said.endswith(b"4000"):
            came = slow.recv(1000)
            assert came, said
            said += came
