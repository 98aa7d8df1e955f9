"""A real server for tests: the command itself, on a free port and a folder of its own."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

START_SECONDS = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def command(*words: str, data: Path, **options) -> subprocess.CompletedProcess[str]:
    """Run ``quietlegs`` as a person would."""
    return subprocess.run(
        [sys.executable, "-m", "quietlegs", *words],
        env=environment(data),
        capture_output=True,
        text=True,
        timeout=120,
        **options,
    )


def environment(data: Path) -> dict[str, str]:
    env = {
        name: value for name, value in os.environ.items() if not name.startswith(("QUIETLEGS_", "DJANGO_"))
    }
    return {**env, "QUIETLEGS_DATA": str(data), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


@dataclass
class Server:
    process: subprocess.Popen
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def send(self, method: str, path: str, body: object = None, timeout: float = 20) -> tuple[int, str]:
        """Send a request and return status and text; a broken connection raises OSError."""
        request = urllib.request.Request(
            self.url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=timeout) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def press(self, path: str, **fields: str) -> tuple[int, str]:
        """Send a form of the first page, as a browser does; return status and page."""
        jar = urllib.request.HTTPCookieProcessor()
        browser = urllib.request.build_opener(jar)
        with browser.open(self.url + "/", timeout=20) as page:
            found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.read().decode())
        assert found, "the first page has no form"
        sent = urllib.parse.urlencode({**fields, "csrfmiddlewaretoken": found[1]}).encode()
        try:
            with browser.open(self.url + path, data=sent, timeout=20) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def kill(self) -> None:
        """SIGKILL the server with all its workers: what a power cut or the kernel does."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(30)
        self.process.stderr.close()

    def stop(self) -> str:
        """Stop it as Ctrl+C does, and return what it said."""
        self.process.send_signal(signal.SIGINT)
        return self.process.communicate(timeout=30)[1]


def start(data: Path, *options: str, port: int | None = None) -> Server:
    port = port or free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "quietlegs", "serve", "--port", str(port), *options],
        env=environment(data),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # so that its whole group can be killed, and nothing else
    )
    server = Server(process, port)
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            raise AssertionError(f"the server ended: {process.communicate()[1]}")
        try:
            if server.send("GET", "/health", timeout=2)[0] == 200:
                return server
        except OSError:
            time.sleep(0.05)
    server.kill()
    raise AssertionError("the server did not answer in time")


@contextmanager
def serving(data: Path, *options: str) -> Iterator[Server]:
    server = start(data, *options)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.stop()
