"""The one folder that holds all that belongs to the person: made, found and protected here."""

import os
import secrets
from pathlib import Path

import platformdirs

SECRET_FILE = "secret.key"
SECRET_BYTES = 50


class DataFolderError(Exception):
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
        raise DataFolderError(
            f"The data folder {folder} cannot be written ({error.strerror}). "
            "Choose another with --data FOLDER, or change who owns it."
        ) from error
    return folder


def read_secret(folder: Path) -> str:
    """Return the secret that signs cookies, made on first use and kept in the data folder."""
    path = make_folder(folder) / SECRET_FILE
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(SECRET_BYTES))
    return path.read_text(encoding="ascii").strip()
