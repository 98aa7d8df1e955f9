"""Zip files opened with care: one that was made to do harm is refused before anything of it is unpacked."""

import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, BinaryIO, cast

from quietlegs.core.base.errors import QuietlegsError
from quietlegs.core.base.messages import message

MAGIC = b"PK\x03\x04"
MOST_MEMBERS = 200_000
MOST_UNPACKED = 20 * 2**30  # bytes really read from one member
MOST_RATIO = 300  # XML of one kind packs to about 1:40; a bomb to more than 1:1000
ALWAYS_FINE = 10 * 2**20  # a member that unpacks to less may pack as well as it likes
TOO_DENSE = message("The file would unpack to far more than it is. It was not opened.")

_ENCRYPTED = 1  # the bit of a member's flags
# Every way in which the library says that a zip is not as it should be.
_FAULTS = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, RuntimeError)


class UnsafeFileError(QuietlegsError):
    """A file was made to do harm, or looks like it."""


def member_names(path: Path, *, most_in_all: int | None = None) -> list[str]:
    """Return the names of the files in a zip, after a look that none of them is made to do harm.

    Args:
        path: the zip.
        most_in_all: bytes that all files in it may say they unpack to.

    Raises:
        UnsafeFileError: it holds too many files, unpacks to too much, or wants to write elsewhere.
        QuietlegsError: it is no whole zip, or has a password.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except _FAULTS as error:
        raise QuietlegsError(message("This is no whole zip file. Export it again.")) from error
    if len(members) > MOST_MEMBERS:
        raise UnsafeFileError(
            message(
                "The zip holds {count} files. No export has so many, so it was not opened.",
                count=f"{len(members):,}",
            )
        )
    for member in members:
        _check(member)
    if most_in_all is not None and sum(member.file_size for member in members) > most_in_all:
        raise UnsafeFileError(TOO_DENSE)
    return [member.filename for member in members]


def _check(member: zipfile.ZipInfo) -> None:
    name = member.filename.replace("\\", "/")
    if name.startswith("/") or ".." in Path(name).parts:
        raise UnsafeFileError(message("The zip wants to write outside its folder. It was not opened."))
    if member.file_size > max(ALWAYS_FINE, MOST_RATIO * member.compress_size):
        raise UnsafeFileError(TOO_DENSE)
    if member.flag_bits & _ENCRYPTED:
        raise QuietlegsError(message("The zip has a password. Unpack it first."))


@contextmanager
def opened_member(path: Path, name: str) -> Iterator[BinaryIO]:
    """Give a stream of one file in a zip. It stops when more comes out than any export holds.

    Raises:
        UnsafeFileError: while reading, when more than ``MOST_UNPACKED`` bytes come.
        QuietlegsError: the file in it is damaged, at the start or while reading.
    """
    with ExitStack() as closing:
        try:
            archive = closing.enter_context(zipfile.ZipFile(path))
            stream = closing.enter_context(archive.open(name))
        except (*_FAULTS, KeyError) as error:
            raise QuietlegsError(
                message("{name} in the zip cannot be read. Export it again.", name=name)
            ) from error
        yield cast(BinaryIO, _Bounded(stream, name))


class _Bounded:
    def __init__(self, stream: IO[bytes], name: str) -> None:
        self._stream, self._name, self._read = stream, name, 0

    def read(self, size: int = -1) -> bytes:
        """Read on, and count what was read: what a zip says of its sizes need not be true."""
        try:
            chunk = self._stream.read(size)
        except _FAULTS as error:
            raise QuietlegsError(
                message("{name} in the zip breaks off. Export it again.", name=self._name)
            ) from error
        self._read += len(chunk)
        if self._read > MOST_UNPACKED:
            raise UnsafeFileError(
                message("{name} unpacks to more than 20 GB. It was not read.", name=self._name)
            )
        return chunk
