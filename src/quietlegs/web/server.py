"""Prepares the data folder and serves the app. Starting again on the same folder changes nothing."""

import hashlib
import os
import socket
from pathlib import Path
from typing import Any

from quietlegs.version import __version__
from quietlegs.web.data_folder import DataFolderError, data_folder, make_folder

WORKERS = 2  # one a core on the small computers people run this on
THREADS = 4


class ServeError(Exception):
    """The app cannot be served; the message says why and how to mend it."""


def prepare() -> None:
    """Make the data folder, database and static files ready. Safe to run at every start.

    Raises:
        DataFolderError: when the folder cannot be written.
        ServeError: when the database was made by a newer version, or is damaged.
    """
    import django

    folder = make_folder(data_folder())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quietlegs.web.settings")
    django.setup()
    _migrate()
    _collect_static(folder)


def _migrate() -> None:
    from django.core.management import call_command
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        ahead = {key for key in executor.loader.applied_migrations if key not in executor.loader.graph.nodes}
        if ahead:
            app, name = sorted(ahead)[-1]
            raise ServeError(
                f"The diary in {data_folder()} was last opened by a newer Quietlegs ({app} {name}); "
                f"this is {__version__}. Install the newer version again, or choose another folder with --data."
            )
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", verbosity=0, interactive=False)
    except DatabaseError as error:
        raise ServeError(
            f"The diary in {data_folder()} cannot be opened ({error}). "
            "Nothing was changed. If the disk is full, make room; otherwise bring back a backup: "
            "quietlegs restore FILE."
        ) from error


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


def port_is_free(host: str, port: int) -> bool:
    """Return whether a server can listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def serve(*, host: str = "127.0.0.1", port: int = 8000, workers: int = WORKERS) -> None:
    """Prepare the data folder and serve until stopped.

    Raises:
        DataFolderError, ServeError: as ``prepare``; also when the port is taken.
    """
    if not port_is_free(host, port):
        raise ServeError(
            f"Port {port} on {host} is in use: perhaps Quietlegs is already running, see http://{host}:{port}. "
            f"Otherwise choose another port: --port {port + 1}."
        )
    prepare()
    from gunicorn.app.base import BaseApplication

    from quietlegs.web.wsgi import application

    class Server(BaseApplication):
        """Gunicorn, told here what to do instead of by a file."""

        def load_config(self) -> None:
            options: dict[str, Any] = {
                "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
                "workers": workers,
                "threads": THREADS,
                "worker_class": "gthread",
                "loglevel": "warning",
                "timeout": 120,
                "graceful_timeout": 10,
                "control_socket_disable": True,
            }
            for key, value in options.items():
                if key in self.cfg.settings:
                    self.cfg.set(key, value)

        def load(self) -> Any:
            return application

    from django.db import connections

    connections.close_all()  # each worker opens its own
    Server().run()


__all__ = ["DataFolderError", "ServeError", "port_is_free", "prepare", "serve"]
