"""The store: opened, brought up to date, and its faults told in plain words."""

import errno
import os
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quietlegs.core.base.errors import QuietlegsError
from quietlegs.version import __version__
from quietlegs.web.data_folder import PREPARING, data_folder, held, make_folder


class StoreError(QuietlegsError):
    """The store cannot be used; the message says why and how to mend it."""


class FaultKind(StrEnum):
    """What is wrong with the store."""

    FULL = "full"
    READ_ONLY = "read_only"
    BUSY = "busy"
    DAMAGED = "damaged"
    DISK = "disk"


@dataclass(frozen=True, slots=True)
class StoreFault:
    """A fault of the store: the HTTP status that tells it, what it is, and how to mend it."""

    kind: FaultKind
    status: int
    what: str | Promise
    mend: str | Promise


_FAULTS = (
    # SQLite's words, and what they mean to a person. 507 is HTTP's "insufficient storage".
    (
        ("is full",),
        StoreFault(
            FaultKind.FULL,
            507,
            _("The disk is full. This last change was not saved. What was saved before is still there."),
            _("Make room on the disk, then save again."),
        ),
    ),
    (
        ("readonly", "read-only", "unable to open"),
        StoreFault(
            FaultKind.READ_ONLY,
            503,
            _("The diary cannot be written. This last change was not saved."),
            _("Check who owns the data folder and its files."),
        ),
    ),
    (
        ("locked", "busy"),
        StoreFault(
            FaultKind.BUSY,
            503,
            _("The diary is busy with something else. This last change was not saved."),
            _("Wait a little, then save again."),
        ),
    ),
    (
        ("malformed", "not a database", "encrypted"),
        StoreFault(
            FaultKind.DAMAGED,
            500,
            _("The diary's file is damaged."),
            _("Bring back a backup: quietlegs restore FILE. The damaged file is kept."),
        ),
    ),
    (
        ("disk i/o",),
        StoreFault(
            FaultKind.DISK,
            503,
            _("The disk does not take what is written. This last change was not saved."),
            _("Check the disk and whether it has room, then save again."),
        ),
    ),
)


def store_fault(error: BaseException) -> StoreFault | None:
    """Return what an error says about the store, or None when it is about something else."""
    from django.db import DatabaseError, IntegrityError

    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        said = "is full"
    elif isinstance(error, DatabaseError | sqlite3.Error) and not isinstance(error, IntegrityError):
        said = str(error).casefold()
    else:
        return None
    return next((fault for words, fault in _FAULTS if any(word in said for word in words)), None)


def open_store() -> None:
    """Make the data folder and the database ready, up to date with this version. Safe to run at every start.

    Raises:
        DataFolderError: when the folder cannot be written.
        StoreError: when the database was made by a newer version, or is damaged.
    """
    import django

    folder = make_folder(data_folder())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quietlegs.web.settings")
    django.setup()
    with held(folder, PREPARING, wait=True):
        _migrate()


def _migrate() -> None:
    from django.core.management import call_command
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        ahead = newer_migrations(executor.loader.applied_migrations)
        if ahead:
            raise StoreError(
                f"The diary in {data_folder()} was last opened by a newer Quietlegs ({ahead}); "
                f"this is {__version__}. Install the newer version again, or choose another folder with --data."
            )
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", verbosity=0, interactive=False)
    except DatabaseError as error:
        fault = store_fault(error)
        said = f"{fault.what} {fault.mend}" if fault else "Bring back a backup: quietlegs restore FILE."
        raise StoreError(f"The diary in {data_folder()} cannot be opened ({error}). {said}") from error


def newer_migrations(applied: Iterable[tuple[str, str]]) -> str | None:
    """Return the last of the applied migrations (app, name) that this version does not know, as words."""
    from django.db.migrations.loader import MigrationLoader

    known = MigrationLoader(None).disk_migrations or {}
    ours = {*known, *(key for migration in known.values() for key in migration.replaces)}
    ahead = sorted(set(applied) - ours)
    return " ".join(ahead[-1]) if ahead else None


class StoreFaults:
    """Answer with a page that says what is wrong when the store fails: 507 for a full disk."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return the page of a store fault; leave every other fault to Django."""
        fault = store_fault(exception)
        if fault is None:
            return None
        return render(request, "shell/store_fault.html", {"fault": fault}, status=fault.status)
