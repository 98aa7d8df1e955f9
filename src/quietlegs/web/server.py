"""Prepares the data folder and serves the app. Starting again on the same folder changes nothing."""

import errno
import hashlib
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quietlegs.core.base.errors import QuietlegsError
from quietlegs.version import __version__
from quietlegs.web.data_folder import SERVING, DataFolderError, data_folder, held, make_folder
from quietlegs.web.store import StoreError, open_store

if TYPE_CHECKING:
    from quietlegs.web.phone.doors import Door
    from quietlegs.web.phone.site import PhoneSite

EVERY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104 - compared with, never a default
WORKERS = 2  # one a core on the small computers people run this on
THREADS = 4


class ServeError(QuietlegsError):
    """The app cannot be served; the message says why and how to mend it."""


@dataclass(frozen=True, slots=True)
class Served:
    """What is being served: where phones come in, with a code for one of them, and whether they must trust anew."""

    phone: "PhoneSite | None" = None
    code: str | None = None
    is_new_authority: bool = False


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
    from django.utils import timezone, translation

    if settings.IS_DEMO:
        from quietlegs.web.diary.demo import fill_example
        from quietlegs.web.shell.languages import of_this_computer

        with translation.override(of_this_computer()):
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


def check_address(host: str, port: int, *, option: str = "--port") -> None:
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
            raise ServeError(_why_not(error, host, port, option)) from error


def _why_not(error: OSError, host: str, port: int, option: str) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return (
                f"Port {port} on {host} is in use: perhaps Quietlegs is already running, see "
                f"http://{host}:{port}. Otherwise choose another port: {option} {port % 65535 + 1}."
            )
        case errno.EACCES:
            return f"Port {port} is kept for the system. Choose one above 1023, with {option}."
        case _:
            return f"This computer has no address {host} ({error.strerror}). Use --host 127.0.0.1."


def phone_addresses(port: int, phone_port: int) -> tuple[str, ...]:
    """Return the addresses at which phones can come in, once it is sure that a server can listen there.

    Raises:
        ServeError: saying why not, and what to do.
    """
    from quietlegs.web.phone.addresses import home_addresses

    if os.environ.get("QUIETLEGS_PROXY") == "1" or os.environ.get("QUIETLEGS_TLS") == "1":
        raise ServeError(
            "--phone brings its own encryption. Unset QUIETLEGS_PROXY and QUIETLEGS_TLS, or leave --phone to the proxy."
        )
    if port in (phone_port, phone_port + 1):
        raise ServeError(
            f"--phone needs the ports {phone_port} and {phone_port + 1} for itself. Choose another --port."
        )
    addresses = home_addresses()
    if not addresses:
        raise ServeError(
            "This computer is in no home network: it has no private address, such as 192.168.1.20. "
            "Connect it to the network of your phone, then start again."
        )
    for address in addresses:
        check_address(address, phone_port, option="--phone-port")
        check_address(address, phone_port + 1, option="--phone-port")
    return addresses


def serve(
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    phone_port: int | None = None,
    workers: int = WORKERS,
    when_ready: Callable[[Served], None] = lambda _served: None,
) -> None:
    """Prepare the data folder and serve until stopped; ``when_ready`` is called once the app answers.

    With a ``phone_port``, phones in the home network come in there, encrypted, and install trust at the port after it.

    Raises:
        DataFolderError, StoreError: as ``prepare``.
        CertificateError: when the certificates for phones cannot be read or made.
        ServeError: when the address cannot be had, or the same folder is served already.
    """
    check_address(host, port)
    addresses = () if phone_port is None else phone_addresses(port, phone_port)
    folder = make_folder(data_folder())
    with held(folder, SERVING, wait=False) as free:
        if not free:
            raise ServeError(
                f"The diary in {folder} is being served already. Stop that Quietlegs first, "
                "or choose another folder with --data."
            )
        prepare()
        doors, served = [_plain_door(host, port)], Served()
        if phone_port is not None:
            phone_doors, served = _phone_doors(folder, addresses, phone_port)
            doors += phone_doors
        _run(doors, workers, lambda: when_ready(served))


def _plain_door(host: str, port: int) -> "Door":
    from django.conf import settings

    from quietlegs.web.phone.addresses import home_addresses
    from quietlegs.web.phone.doors import Door
    from quietlegs.web.wsgi import application

    named = home_addresses() if host in EVERY_ADDRESS else (host,)
    settings.ALLOWED_HOSTS.extend(f"[{name}]" if ":" in name else name for name in named)
    return Door(host, port, application)


def _phone_doors(folder: Path, addresses: tuple[str, ...], port: int) -> "tuple[list[Door], Served]":
    from django.conf import settings
    from django.utils import timezone

    from quietlegs.web.accounts.actions import make_pairing_code
    from quietlegs.web.phone.addresses import local_name
    from quietlegs.web.phone.certificates import ready_certificates
    from quietlegs.web.phone.doors import Door
    from quietlegs.web.phone.site import PhoneSite
    from quietlegs.web.phone.trust import trust_app
    from quietlegs.web.wsgi import application

    now, name = timezone.now(), local_name()
    certificates = ready_certificates(
        folder, addresses=addresses, names=[name], owner=name.removesuffix(".local"), now=now
    )
    site = PhoneSite(
        address=addresses[0],
        name=name,
        trust_port=port + 1,
        secure_port=port,
        fingerprint=certificates.fingerprint,
    )
    settings.PHONE_SITE = site
    settings.ALLOWED_HOSTS.extend([*addresses, name])
    tls, trust = certificates.tls_context(), trust_app(site, certificates)
    doors = [Door(address, port, application, tls) for address in addresses]
    doors += [Door(address, port + 1, trust) for address in addresses]
    return doors, Served(site, make_pairing_code(now=now), certificates.is_new_authority)


def _run(doors: "list[Door]", workers: int, when_ready: Callable[[], None]) -> None:
    from django.conf import settings
    from django.db import connections
    from django.urls import get_resolver
    from gunicorn.app.base import BaseApplication

    from quietlegs.web.phone.doors import app_behind, worker_for
    from quietlegs.web.reminders import loop as reminders

    options: dict[str, Any] = {
        "bind": [door.bind for door in doors],
        "workers": workers,
        "threads": THREADS,
        "worker_class": worker_for(doors),
        # Only a proxy may say how a request was sent, and only where there is one.
        "forwarded_allow_ips": "127.0.0.1,::1" if settings.BEHIND_PROXY else "",
        "loglevel": "warning",
        "timeout": 120,
        "graceful_timeout": 10,
        "control_socket_disable": True,
        "when_ready": lambda _arbiter: when_ready(),
        "post_worker_init": lambda _worker: reminders.start(),
    }

    class Server(BaseApplication):
        """Gunicorn, told here what to do instead of by a file."""

        def load_config(self) -> None:
            for key, value in options.items():
                if key in self.cfg.settings:
                    self.cfg.set(key, value)

        def load(self) -> Any:
            return app_behind(doors)

    get_resolver().url_patterns  # noqa: B018 - imports every page once, here, and not in each worker at its first page
    connections.close_all()  # each worker opens its own
    Server().run()


__all__ = ["DataFolderError", "ServeError", "Served", "StoreError", "check_address", "prepare", "serve"]
