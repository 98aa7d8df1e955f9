"""Files that were uploaded and wait for the person's word: in the data folder, for a day at most."""

import os
import time
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID, uuid4

from django.conf import settings

KEPT_SECONDS = 24 * 3600


def _folder() -> Path:
    folder = Path(settings.DATA) / "waiting"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def keep(chunks: Iterable[bytes]) -> UUID:
    """Keep a file, piece by piece, and return the name by which it is found again. Older ones go.

    Raises:
        OSError: when the disk has no room.
    """
    for old in _folder().iterdir():
        if time.time() - old.stat().st_mtime > KEPT_SECONDS:
            old.unlink(missing_ok=True)
    name = uuid4()
    descriptor = os.open(_folder() / name.hex, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        for chunk in chunks:
            file.write(chunk)
    return name


def find(name: UUID) -> Path | None:
    """Return where a file waits, or None when it is gone."""
    path = _folder() / name.hex
    return path if path.is_file() else None


def drop(name: UUID) -> None:
    """Delete a file that waits no more."""
    (_folder() / name.hex).unlink(missing_ok=True)
