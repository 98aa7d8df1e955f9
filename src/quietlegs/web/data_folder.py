"""The one folder that holds all that belongs to the person: made, found, protected and locked here."""

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import platformdirs

from quietlegs.core.base.errors import QuietlegsError

try:
    import fcntl
except ImportError:  # Windows, where only one program at a time is expected
    fcntl = None  # type: ignore[assignment]

DATABASE_FILE = "quietlegs.sqlite3"
SECRET_FILE = "secret.key"
SECRET_BYTES = 50
PREPARING = "preparing.lock"  # held while the database is made or brought up to date
SERVING = "serving.lock"  # held as long as the app is served


class DataFolderError(QuietlegsError):
    """The data folder cannot be used; the message says why and how to mend it."""


def data_folder() -> Path:
    """Return the data folder that ``QUIETLEGS_DATA`` names, or the system's usual place."""
    named = os.environ.get("QUIETLEGS_DATA")
    return Path(named).expanduser().resolve() if named else Path(platformdirs.user_data_path("quietlegs"))


def make_folder(folder: Path) -> Path:
    """Make the folder, readable by its owner alone, and return it.

    Raises:
        DataFolderError: when it cannot be made or written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe = folder / f".write-test-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise DataFolderError(
                f"The disk that holds {folder} is full. Make room, then try again."
            ) from error
        raise DataFolderError(
            f"The data folder {folder} cannot be written ({error.strerror}). "
            "Choose another with --data FOLDER, or change who owns it."
        ) from error
    return folder


def read_secret(folder: Path) -> str:
    """Return the secret that signs cookies, made on first use and kept in the data folder.

    Raises:
        DataFolderError: when it cannot be read or written.
    """
    path = make_folder(folder) / SECRET_FILE
    try:
        secret = path.read_text(encoding="ascii").strip() if path.exists() else ""
        if not secret:  # not there, or cut off by a full disk while it was written
            write_private(path, secrets.token_urlsafe(SECRET_BYTES).encode("ascii"))
            secret = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise DataFolderError(
            f"The secret in {path} cannot be read or written ({error}). "
            "Check who owns it and whether the disk is full; a damaged one may be deleted."
        ) from error
    return secret


def write_private(path: Path, content: bytes) -> None:
    """Write a file that its owner alone can read, whole or not at all."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


@contextmanager
def held(folder: Path, name: str, *, wait: bool) -> Iterator[bool]:
    """Hold one of the folder's locks; yield whether it was got. It ends with the process, however that ends.

    Args:
        folder: the data folder.
        name: the file of the lock; each kind of work has its own.
        wait: wait for whoever holds it, rather than yield False.
    """
    if fcntl is None:
        yield True
        return
    with (folder / name).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        yield True  # closing the file lets go
