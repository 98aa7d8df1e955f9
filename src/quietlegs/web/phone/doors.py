"""The doors of one server: this computer's own, the encrypted one for phones, and the page that installs trust.

Gunicorn has one setting for all the addresses that it listens on. Here each address has its own: what answers there,
and whether the connection is encrypted.
"""

import selectors
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from gunicorn import http
from gunicorn.http.errors import NoMoreData
from gunicorn.workers.gthread import TConn, ThreadWorker

FIRST_WORD_SECONDS = 5  # how long a connection may be open before anything is said
HANDSHAKE_SECONDS = 10  # how long somebody may take to agree on the encryption

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Address = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Door:
    """An address that is listened on: what answers there, encrypted when there is a context for it."""

    host: str
    port: int
    app: WsgiApp
    tls: ssl.SSLContext | None = None

    @property
    def bind(self) -> str:
        """The address as gunicorn is told it."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def app_behind(doors: Sequence[Door]) -> WsgiApp:
    """Return one application that answers with the app of the door through which a connection came.

    It goes by the connection itself, never by anything that the other side says.
    """
    by_port = {door.port: door.app for door in doors}

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        return by_port[environ["gunicorn.socket"].getsockname()[1]](environ, start_response)

    return answer


def worker_for(doors: Sequence[Door]) -> type[ThreadWorker]:
    """Return gunicorn's worker, which encrypts at the doors that have a TLS context."""
    encrypted = {door.port: door.tls for door in doors if door.tls}

    class DoorWorker(ThreadWorker):
        """Serves every door."""

        def accept(self, listener: Any) -> None:
            """Take a connection, encrypted or not as its door is."""
            try:
                client, address = listener.accept()
            except (BlockingIOError, ConnectionAbortedError):
                return  # the other worker was faster, or the client is gone
            self.nr_conns += 1
            at = listener.getsockname()
            context = encrypted.get(at[1])
            if context:
                settings = EncryptedSettings(self.cfg)
                connection: TConn = EncryptedConnection(settings, client, address, at, context)
            else:
                connection = TConn(self.cfg, client, address, at)
            # A thread is used only once something is said: browsers, and whoever means ill, open connections in advance.
            connection.timeout = time.monotonic() + FIRST_WORD_SECONDS
            self.pending_conns.append(connection)
            said = partial(self.on_pending_socket_readable, connection)
            self.poller.register(client, selectors.EVENT_READ, said)

    return DoorWorker


class EncryptedConnection(TConn):
    """A connection over TLS. Whoever does not agree on the encryption, or not in time, is let go without a word."""

    def __init__(
        self, cfg: Any, sock: socket.socket, client: Address, server: Address, context: ssl.SSLContext
    ) -> None:
        super().__init__(cfg, sock, client, server)
        self._context = context

    def init(self) -> None:
        """Agree on the encryption, then read requests."""
        if self.initialized:
            return
        self.initialized = True
        self.sock.settimeout(HANDSHAKE_SECONDS)
        try:
            self.sock = self._context.wrap_socket(self.sock, server_side=True)
        except OSError as error:
            # Also what ssl raises: a phone without trust, a scanner, a browser that speaks plainly.
            raise NoMoreData from error
        self.sock.setblocking(True)
        self.parser = http.get_parser(self.cfg, self.sock, self.client)


class EncryptedSettings:
    """Gunicorn's settings as they are for an encrypted connection: its scheme is https."""

    is_ssl = True

    def __init__(self, settings: Any) -> None:
        self._settings = settings

    def __getattr__(self, name: str) -> Any:
        return getattr(self._settings, name)
