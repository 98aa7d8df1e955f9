"""Files written whole or not at all: what was there before stays until the new one is on the disk."""

import contextlib
import errno
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from quietlegs.core.base.errors import QuietlegsError


class FileError(QuietlegsError):
    """A file cannot be written; the message says why and how to mend it."""


def write_whole(path: Path, content: bytes, *, replace: bool = False) -> None:
    """Write a file for its owner's eyes alone, whole or not at all.

    Raises:
        FileError: when it cannot be written, or is there already and ``replace`` is not given.
    """
    with writing_whole(path, replace=replace) as file:
        file.write(content)


@contextlib.contextmanager
def writing_whole(path: Path, *, replace: bool = False) -> Iterator[BinaryIO]:
    """Give a file to write; it takes its name when all is written and on the disk.

    Raises:
        FileError: as ``write_whole``.
    """
    if path.is_dir():
        raise FileError(f"{path} is a folder. Give the name of a file.")
    if path.exists() and not replace:
        raise FileError(f"{path} is there already. Choose another name, or say --force to replace it.")
    temporary = None
    try:
        descriptor, name = tempfile.mkstemp(
            prefix=f".{path.name[:40]}.", dir=path.parent
        )  # readable by its owner
        temporary = Path(name)
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise _told(error, path) from error
    finally:
        if temporary:
            temporary.unlink(missing_ok=True)


def _told(error: OSError, path: Path) -> FileError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return FileError(
            f"The disk has no room for {path}. Nothing was left there. Make room, then try again."
        )
    return FileError(
        f"{path} cannot be written ({error.strerror}). Check the folder and who may write there."
    )
