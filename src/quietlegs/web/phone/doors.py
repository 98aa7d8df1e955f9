"""The doors of one server: this computer's own, the encrypted one for phones, and the page that installs trust.

Gunicorn has one setting for all the addresses that it listens on. Here each address has its own: what answers there,
and whether the connection is encrypted.
"""

import errno
import selectors
import socket
import ssl
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from ipaddress import ip_address
from typing import Any

from gunicorn import http
from gunicorn.http.errors import NoMoreData
from gunicorn.http.unreader import SocketUnreader
from gunicorn.workers.gthread import TConn, ThreadWorker

FIRST_WORD_SECONDS = 5  # how long a connection may be open before anything is said
HANDSHAKE_SECONDS = 10  # how long somebody may take to agree on the encryption
REQUEST_SECONDS = 20  # how long a request may take to come in, from its first byte to its last ...
BYTES_A_SECOND = 8_000  # ... and a second more for each of these: a large file over a slow network
ANSWER_SECONDS = 60  # how long a piece of an answer may wait to be taken

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
        """Serves every door. The network never has all threads: one is left for whoever sits at this computer."""

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.from_network: set[Connection] = set()
            self.waits: deque[Connection] = deque()

        def enqueue_req(self, conn: Any) -> None:
            """Give a connection a thread, or let it wait for one. Called by the main thread alone, as the next."""
            if not conn.is_from_here:
                if len(self.from_network) >= self.cfg.threads - 1:
                    self.waits.append(conn)
                    return
                self.from_network.add(conn)
            super().enqueue_req(conn)

        def finish_request(self, conn: Any, fs: Any) -> None:
            """End a request, and give its thread to whoever waits for one."""
            self.from_network.discard(conn)
            super().finish_request(conn, fs)
            while self.waits and len(self.from_network) < self.cfg.threads - 1:
                self.enqueue_req(self.waits.popleft())

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
                connection: Connection = EncryptedConnection(settings, client, address, at, context)
            else:
                connection = Connection(self.cfg, client, address, at)
            # A thread is used only once something is said: browsers, and whoever means ill, open connections in advance.
            connection.timeout = time.monotonic() + FIRST_WORD_SECONDS
            self.pending_conns.append(connection)
            said = partial(self.on_pending_socket_readable, connection)
            self.poller.register(client, selectors.EVENT_READ, said)

        def handle_request(self, req: Any, conn: Any) -> Any:
            """Answer a request; whoever does not take the answer is let go."""
            try:
                return super().handle_request(req, conn)
            except TimeoutError as error:
                raise ConnectionResetError(errno.ECONNRESET, "the answer was not taken") from error

    return DoorWorker


class RequestReader(SocketUnreader):
    """Reads what a connection says, as long as its request comes in time.

    A time-out for each piece is not enough: one byte now and then would hold a thread for ever, and a few such
    connections would hold them all, for every door.
    """

    def __init__(self, sock: socket.socket) -> None:
        super().__init__(sock)
        self.until = 0.0
        self.gave_up = False

    def begin(self) -> None:
        """Begin to wait for a request, the first or the next."""
        self.until = time.monotonic() + REQUEST_SECONDS
        self.sock.settimeout(ANSWER_SECONDS)

    def chunk(self, size_hint: int | None = None) -> bytes:
        """Return what comes next.

        Raises:
            ConnectionResetError: when the request was too slow. The connection is as good as gone.
        """
        usual = self.sock.gettimeout()
        left = min(self.until - time.monotonic(), usual or REQUEST_SECONDS)
        try:
            if left <= 0:
                raise TimeoutError
            self.sock.settimeout(left)
            came: bytes = super().chunk(size_hint)
        except TimeoutError as error:
            self.gave_up = True
            raise ConnectionResetError(errno.ECONNRESET, "the request came too slowly") from error
        finally:
            self.sock.settimeout(usual)
        self.until += len(came) / BYTES_A_SECOND
        return came


class Connection(TConn):
    """A connection whose requests must come in time: the first, and the next ones of a connection that is kept."""

    @property
    def is_from_here(self) -> bool:
        """Whether it was made on this computer."""
        return ip_address(self.client[0]).is_loopback

    def init(self) -> None:
        """Get ready to read a request. The worker calls this before each of them."""
        if not self.initialized:
            self.open()
            self.parser.unreader = RequestReader(self.sock)
        self.parser.unreader.begin()

    def open(self) -> None:
        """Make ready what holds for the whole connection."""
        super().init()

    def close(self, graceful: bool = False) -> None:
        """Close it; at once when nothing is left to be said. To linger would keep the one thread that takes connections."""
        is_answered = self.parser is not None and not self.parser.unreader.gave_up
        super().close(graceful=graceful and is_answered)


class EncryptedConnection(Connection):
    """A connection over TLS. Whoever does not agree on the encryption, or not in time, is let go without a word."""

    def __init__(
        self, cfg: Any, sock: socket.socket, client: Address, server: Address, context: ssl.SSLContext
    ) -> None:
        super().__init__(cfg, sock, client, server)
        self._context = context

    def open(self) -> None:
        """Agree on the encryption."""
        self.initialized = True
        self.sock.settimeout(HANDSHAKE_SECONDS)
        try:
            self.sock = self._context.wrap_socket(self.sock, server_side=True)
        except OSError as error:
            # Also what ssl raises: a phone without trust, a scanner, a browser that speaks plainly.
            raise NoMoreData from error
        self.parser = http.get_parser(self.cfg, self.sock, self.client)


class EncryptedSettings:
    """Gunicorn's settings as they are for an encrypted connection: its scheme is https."""

    is_ssl = True

    def __init__(self, settings: Any) -> None:
        self._settings = settings

    def __getattr__(self, name: str) -> Any:
        return getattr(self._settings, name)
