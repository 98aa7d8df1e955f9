"""Prepares the data folder and serves the app. Starting again on the same folder changes nothing."""

import errno
import hashlib
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from quietlegs.core.base.errors import QuietlegsError
from quietlegs.version import __version__
from quietlegs.web.data_folder import SERVING, DataFolderError, data_folder, held, make_folder
from quietlegs.web.store import StoreError, open_store

WORKERS = 2  # one a core on the small computers people run this on
THREADS = 4


class ServeError(QuietlegsError):
    """The app cannot be served; the message says why and how to mend it."""


def prepare() -> None:
    """Make the data folder, database and static files ready. Safe to run at every start.

    Raises:
        DataFolderError: when the folder cannot be written.
        StoreError: when the database was made by a newer version, or is damaged.
    """
    open_store()
    try:
        _collect_static(data_folder())
    except OSError as error:
        raise DataFolderError(
            f"The app's files cannot be put into {data_folder()} ({error.strerror}). Make room, then try again."
        ) from error
    _fill_example()


def _fill_example() -> None:
    from django.conf import settings
    from django.utils import timezone

    if settings.IS_DEMO:
        from quietlegs.web.diary.demo import fill_example

        fill_example(now=timezone.now())


def _collect_static(folder: Path) -> None:
    from django.conf import settings
    from django.contrib.staticfiles import finders
    from django.core.management import call_command

    digest = hashlib.sha256(__version__.encode())
    for finder in finders.get_finders():
        for name, storage in finder.list([]):
            stat = Path(storage.path(name)).stat()
            digest.update(f"{name}:{stat.st_size}:{stat.st_mtime_ns};".encode())
    stamp = folder / "static.stamp"
    if stamp.exists() and stamp.read_text() == digest.hexdigest() and Path(settings.STATIC_ROOT).exists():
        return
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(digest.hexdigest())


def check_address(host: str, port: int) -> None:
    """Check that a server can listen there.

    Raises:
        ServeError: saying why not, and what to do.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ServeError(_why_not(error, host, port)) from error


def _why_not(error: OSError, host: str, port: int) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return (
                f"Port {port} on {host} is in use: perhaps Quietlegs is already running, see "
                f"http://{host}:{port}. Otherwise choose another port: --port {port % 65535 + 1}."
            )
        case errno.EACCES:
            return f"Port {port} is kept for the system. Choose one above 1023: --port 8000."
        case _:
            return f"This computer has no address {host} ({error.strerror}). Use --host 127.0.0.1."


def serve(
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    workers: int = WORKERS,
    when_ready: Callable[[], None] = lambda: None,
) -> None:
    """Prepare the data folder and serve until stopped; ``when_ready`` is called once the app answers.

    Raises:
        DataFolderError, StoreError: as ``prepare``.
        ServeError: when the address cannot be had, or the same folder is served already.
    """
    check_address(host, port)
    folder = make_folder(data_folder())
    with held(folder, SERVING, wait=False) as free:
        if not free:
            raise ServeError(
                f"The diary in {folder} is being served already. Stop that Quietlegs first, "
                "or choose another folder with --data."
            )
        prepare()
        _run(host, port, workers, when_ready)


def _run(host: str, port: int, workers: int, when_ready: Callable[[], None]) -> None:
    from django.db import connections
    from django.urls import get_resolver
    from gunicorn.app.base import BaseApplication

    from quietlegs.web.wsgi import application

    options: dict[str, Any] = {
        "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "workers": workers,
        "threads": THREADS,
        "worker_class": "gthread",
        "loglevel": "warning",
        "timeout": 120,
        "graceful_timeout": 10,
        "control_socket_disable": True,
        "when_ready": lambda _arbiter: when_ready(),
    }

    class Server(BaseApplication):
        """Gunicorn, told here what to do instead of by a file."""

        def load_config(self) -> None:
            for key, value in options.items():
                if key in self.cfg.settings:
                    self.cfg.set(key, value)

        def load(self) -> Any:
            return application

    get_resolver().url_patterns  # noqa: B018 - imports every page once, here, and not in each worker at its first page
    connections.close_all()  # each worker opens its own
    Server().run()


__all__ = ["DataFolderError", "ServeError", "StoreError", "check_address", "prepare", "serve"]
