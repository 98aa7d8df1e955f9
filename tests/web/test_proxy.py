"""Behind a proxy: a real one in front of the real app. What it says counts, what others say does not."""

import http.client
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.web.server import START_SECONDS, Server, command, environment, free_port, serving
from tests.web.test_phone_doors import Browser

NAME = "diary.example"
NOT_PASSED_ON = {"connection", "keep-alive", "transfer-encoding", "content-length"}


@contextmanager
def proxy_before(port: int) -> Iterator[int]:
    """Run what Caddy and `tailscale serve` are: it passes requests on and says over what and for whom."""

    class Proxy(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            kept = {n: v for n, v in self.headers.items() if n.lower() not in NOT_PASSED_ON}
            # As Caddy does: what the client says of its own is replaced.
            kept |= {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https", "X-Forwarded-Host": NAME}
            upstream = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            try:
                upstream.request(self.command, self.path, body, kept)
                answer = upstream.getresponse()
                content = answer.read()
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    if name.lower() not in NOT_PASSED_ON:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
            finally:
                upstream.close()

        do_POST = do_GET  # noqa: N815 - the names that http.server calls

        def log_message(self, *words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def behind(data: Path, **settings: str) -> Iterator[Server]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "quietlegs", "serve", "--port", str(port)],
        env={**environment(data), **settings},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr and "Quietlegs is at" in process.stderr.readline()
    try:
        yield Server(process, port)
    finally:
        process.terminate()
        process.communicate(timeout=START_SECONDS)


class Visitor(Browser):
    """Somebody who opens https://diary.example in a browser; the proxy has the encryption."""

    def ask(self, method, path, body=None, **headers):
        own = {"Host": NAME, "Origin": f"https://{NAME}", "Referer": f"https://{NAME}/"}
        return super().ask(method, path, body, **{**own, **headers})


def test_behind_a_proxy_with_encryption_a_device_is_paired_and_nobody_else_comes_in(tmp_path: Path) -> None:
    told = {"QUIETLEGS_PROXY": "1", "QUIETLEGS_TLS": "1", "QUIETLEGS_HOSTS": NAME}
    with behind(tmp_path, **told) as server, proxy_before(server.port) as port:
        visitor = Visitor("127.0.0.1", port)
        status, _, headers = visitor.ask("GET", "/more")
        assert (status, headers["Location"]) == (302, "/pair")
        assert "max-age=31536000" in headers["Strict-Transport-Security"]
        assert visitor.get("/more", X_Forwarded_For="127.0.0.1") == 302
        assert visitor.get("/pair", Host="rebound.example") == 400
        code = json.loads(command("pair", "--json", data=tmp_path).stdout)["code"]
        assert visitor.send("/pair", "/pair", code=code, name="Phone")[0] == 302
        assert visitor.set_cookies and "; Secure" in visitor.set_cookies[0]
        assert visitor.get("/more") == 200
        # Past the proxy, without encryption: to the encrypted address, and in no case to the diary.
        direct = Browser("127.0.0.1", server.port)
        status, _, headers = direct.ask("GET", "/more", Host=NAME)
        assert (status, headers["Location"]) == (301, f"https://{NAME}/more")
        assert direct.get("/more", Host=NAME, X_Forwarded_Proto="https") == 302


def test_a_proxy_that_nobody_told_quietlegs_of_opens_nothing(tmp_path: Path) -> None:
    with behind(tmp_path, QUIETLEGS_HOSTS=NAME) as server, proxy_before(server.port) as port:
        visitor = Visitor("127.0.0.1", port)
        assert visitor.get("/more") == 302
        assert visitor.ask("POST", "/devices")[0] == 302
        assert Browser("127.0.0.1", server.port).get("/more") == 200, "this computer itself"


def test_without_a_proxy_nobody_can_claim_one(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        browser = Browser("127.0.0.1", server.port)
        browser.ask("GET", "/devices", X_Forwarded_Proto="https")
        assert not any("Secure" in cookie for cookie in browser.set_cookies)
