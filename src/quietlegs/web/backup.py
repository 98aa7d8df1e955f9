"""Backup and restore of the whole store.

A backup is taken through SQLite's own backup interface, so it is one moment of the diary also while the app writes.
A restore looks at every byte before it touches anything, and keeps what it replaces.
"""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from quietlegs.exchange import backup_file
from quietlegs.exchange.backup_file import BackupError
from quietlegs.version import __version__
from quietlegs.web.data_folder import DATABASE_FILE, PREPARING, SERVING, data_folder, held, make_folder
from quietlegs.web.store import newer_migrations, open_store

PAGES_AT_ONCE = 2_000  # 8 MB; between them the app may write
KEPT_FOLDER = "kept"

Progress = Callable[[int, int], None]  # pages done, pages in all


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A backup that was made and checked."""

    path: Path
    nights: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Restored:
    """A backup that is the diary now. ``kept`` is where the diary from before is; None where there was none."""

    nights: int
    made_at: str
    kept: Path | None


def back_up(
    target: Path, *, now: datetime, replace: bool = False, on_progress: Progress = lambda done, total: None
) -> BackedUp:
    """Write a checked backup of the store to one file. The app may run and write meanwhile.

    Raises:
        BackupError: when there is no diary yet, it is damaged, or there is no room.
        FileError: when the target is there already and ``replace`` is not given, or cannot be written.
    """
    source = data_folder() / DATABASE_FILE
    if not source.exists():
        raise BackupError(f"There is no diary in {data_folder()} yet, so there is nothing to back up.")
    _check_room(target.absolute().parent, source.stat().st_size)
    with tempfile.TemporaryDirectory(prefix="quietlegs-backup-", dir=target.absolute().parent) as folder:
        copy = Path(folder) / DATABASE_FILE
        with closing(_connect(source, read_only=True)) as live, closing(_connect(copy)) as to:
            live.backup(
                to,
                pages=PAGES_AT_ONCE,
                progress=lambda _status, left, total: on_progress(total - left, total),
            )
            to.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
        nights = _check_database(copy, "The diary")
        about = {
            "quietlegs": __version__,
            "made_at": now.isoformat(timespec="seconds"),
            "nights": nights,
            "database_bytes": copy.stat().st_size,
        }
        backup_file.pack(copy, about, target, replace=replace)
    return BackedUp(target, nights, target.stat().st_size)


def restore(path: Path, *, now: datetime) -> Restored:
    """Make a backup the diary, after looking at all of it; keep what was there.

    Raises:
        BackupError: when it is no sound backup of this or an older version, or the app is running.
            Nothing was changed then.
    """
    import django

    backup = backup_file.check(path)
    folder = make_folder(data_folder())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quietlegs.web.settings")
    django.setup()
    _check_room(folder, 2 * int(backup.about["database_bytes"]))
    with _nobody_serves(folder), tempfile.TemporaryDirectory(prefix="restoring-", dir=folder) as work:
        fresh = Path(work) / DATABASE_FILE
        backup_file.unpack(backup, fresh)
        nights = _check_database(fresh, str(path))
        _check_not_newer(fresh, path)
        _bring_up_to_date(fresh, path)
        with held(folder, PREPARING, wait=True):
            kept = _keep(folder, now)
            _replace(fresh, folder / DATABASE_FILE)
    open_store()
    return Restored(nights, str(backup.about.get("made_at", "")), kept)


@contextmanager
def _nobody_serves(folder: Path) -> Iterator[None]:
    with held(folder, SERVING, wait=False) as free:
        if not free:
            raise BackupError(
                "Quietlegs is running on this diary. Stop it (Ctrl+C), then restore. Nothing was changed."
            )
        yield


def _connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    return sqlite3.connect(
        f"{path.absolute().as_uri()}{'?mode=ro' if read_only else ''}", uri=True, timeout=20
    )


def _check_room(folder: Path, needed: int) -> None:
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise BackupError(
            f"The folder {folder} cannot be used ({error.strerror}). Choose another."
        ) from error
    if free < 2 * needed:  # the copy, and the file made of it
        raise BackupError(
            f"The disk that holds {folder} has {free // 2**20} MB left; {2 * needed // 2**20 + 1} MB are needed. "
            "Make room, then try again."
        )


def _check_database(path: Path, name: str) -> int:
    """Return how many nights a database holds.

    Raises:
        BackupError: when it is damaged, or no diary.
    """
    try:
        with closing(_connect(path, read_only=True)) as database:
            database.execute("PRAGMA trusted_schema=OFF")
            verdict = database.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if verdict != "ok":
                raise BackupError(f"{name} is damaged ({' '.join(verdict.split())}). Nothing was changed.")
            (nights,) = database.execute("SELECT count(*) FROM diary_night").fetchone()
            return int(nights)
    except sqlite3.DatabaseError as error:
        raise BackupError(
            f"{name} is damaged or no Quietlegs diary ({error}). Nothing was changed."
        ) from error


def _check_not_newer(database: Path, path: Path) -> None:
    with closing(_connect(database, read_only=True)) as opened:
        ahead = newer_migrations(opened.execute("SELECT app, name FROM django_migrations").fetchall())
    if ahead:
        raise BackupError(
            f"{path} was made by a newer Quietlegs ({ahead}); this is {__version__}. "
            "Install that version first. Nothing was changed."
        )


def _bring_up_to_date(database: Path, path: Path) -> None:
    """Bring a restored database to this version and read of every table, while the diary still stands untouched.

    Raises:
        BackupError: when that fails, so that nothing takes the diary's place that the app could not open.
    """
    from django.apps import apps
    from django.core.management import call_command
    from django.db import DatabaseError, connections

    name = "restoring"
    connections.databases[name] = {**connections.databases["default"], "NAME": database}
    try:
        call_command("migrate", database=name, verbosity=0, interactive=False)
        for model in apps.get_models():
            model._base_manager.using(name).first()
        with connections[name].cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=DELETE")
    except DatabaseError as error:
        raise BackupError(
            f"{path} holds no diary that this Quietlegs can open ({error}). Nothing was changed."
        ) from error
    finally:
        connections[name].close()
        del connections[name]
        del connections.databases[name]


def _keep(folder: Path, now: datetime) -> Path | None:
    """Keep the diary that is there: as a backup, or file by file where it is too damaged to be read."""
    live = folder / DATABASE_FILE
    if not live.exists():
        return None
    kept = folder / KEPT_FOLDER
    kept.mkdir(exist_ok=True, mode=0o700)
    name = f"before-restore-{now:%Y-%m-%d-%H%M%S}"
    target = kept / f"{name}.backup"
    try:
        back_up(target, now=now, replace=True)
    except (BackupError, sqlite3.DatabaseError):
        target = kept / name
        target.mkdir(mode=0o700, exist_ok=True)
        for file in (live, *_logs(live)):
            if file.exists():
                shutil.copy2(file, target / file.name)
        # A damaged file cannot be written through SQLite, so it makes way.
        for file in (*_logs(live), live):
            file.unlink(missing_ok=True)
    return target


def _logs(database: Path) -> tuple[Path, Path]:
    return database.with_name(f"{database.name}-wal"), database.with_name(f"{database.name}-shm")


def _replace(fresh: Path, live: Path) -> None:
    """Make the live database what the fresh one is, in one transaction: a power cut leaves the one or the other."""
    with closing(_connect(fresh, read_only=True)) as source, closing(_connect(live)) as target:
        target.execute("PRAGMA synchronous=FULL")
        source.backup(target)
