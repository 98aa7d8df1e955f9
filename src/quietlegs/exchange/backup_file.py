"""The backup file: one line that says what it is and its SHA-256, then a zip with the database and what it is.

The line comes first so that a file that was cut off or changed anywhere is known at once, before anything of it is
believed. Zip programs skip the line, so a backup can be opened without Quietlegs too.
"""

import hashlib
import json
import re
import shutil
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from quietlegs.core.base.errors import QuietlegsError
from quietlegs.exchange.files import writing_whole

MAGIC = b"quietlegs-backup"
VERSION = 1
DATABASE = "quietlegs.sqlite3"
MANIFEST = "about.json"
MAX_LINE = 200
MAX_MANIFEST_BYTES = 64 * 2**10
CHUNK = 2**20


class BackupError(QuietlegsError):
    """A backup cannot be made or used; the message says why and how to mend it."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup whose every byte was checked: where it is, and what it says of itself."""

    path: Path
    about: Mapping[str, Any]


def pack(database: Path, about: Mapping[str, Any], target: Path, *, replace: bool = False) -> None:
    """Write a backup of a database file that nobody writes to.

    Raises:
        FileError: when the target cannot be written.
    """
    packed = database.with_suffix(".zip")
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(MANIFEST, json.dumps(about, indent=1))
        archive.write(database, DATABASE)
    with packed.open("rb") as content, writing_whole(target, replace=replace) as file:
        file.write(b"%s %d sha256=%s\n" % (MAGIC, VERSION, _sha256(content).encode()))
        content.seek(0)
        shutil.copyfileobj(content, file, CHUNK)
    packed.unlink()


def check(path: Path) -> Backup:
    """Read every byte of a backup and return it, or say what is wrong with it. Nothing is written.

    Raises:
        BackupError: when it is no backup, was cut off or changed, or was made by a newer version.
    """
    try:
        with path.open("rb") as file:
            _check_line(file, path)
            return Backup(path, _read_about(file, path))
    except OSError as error:
        raise BackupError(
            f"{path} cannot be read ({error.strerror}). Check the name and who may read it."
        ) from error


def unpack(backup: Backup, target: Path) -> None:
    """Write a checked backup's database to ``target``.

    Raises:
        BackupError: when it is larger or smaller than it says.
    """
    size = int(backup.about["database_bytes"])
    left = size
    with (
        backup.path.open("rb") as file,
        zipfile.ZipFile(file) as archive,
        archive.open(DATABASE) as content,
        target.open("wb") as out,
    ):
        # One byte more than it says is asked for, to see whether there is more.
        while left >= 0 and (chunk := content.read(min(CHUNK, left + 1))):
            left -= len(chunk)
            out.write(chunk)
    if left:
        raise BackupError(f"{backup.path} does not hold as much as it says. It was not made by Quietlegs.")


def _check_line(file: BinaryIO, path: Path) -> None:
    words = file.readline(MAX_LINE).split(b" ")
    if (
        len(words) != 3
        or words[0] != MAGIC
        or not words[2].startswith(b"sha256=")
        or not re.fullmatch(rb"[1-9][0-9]{0,5}", words[1])
    ):
        raise BackupError(f"{path} is not a Quietlegs backup. Nothing was changed.")
    if int(words[1]) > VERSION:
        raise BackupError(
            f"{path} was made by a newer Quietlegs. Install that version first. Nothing was changed."
        )
    if _sha256(file).encode() + b"\n" != words[2].removeprefix(b"sha256="):
        raise BackupError(
            f"{path} was changed or cut off since it was made. Nothing was changed. Use another backup, or copy it again."
        )


def _read_about(file: BinaryIO, path: Path) -> Mapping[str, Any]:
    try:
        with zipfile.ZipFile(file) as archive:
            if sorted(archive.namelist()) != sorted((MANIFEST, DATABASE)):
                raise BackupError(f"{path} holds other files than a backup does. Nothing was changed.")
            with archive.open(MANIFEST) as manifest:
                about = json.loads(manifest.read(MAX_MANIFEST_BYTES))
            if archive.getinfo(DATABASE).file_size != about["database_bytes"]:
                raise BackupError(f"{path} does not hold what it says. Nothing was changed.")
    except (zipfile.BadZipFile, ValueError, KeyError, TypeError, NotImplementedError, RuntimeError) as error:
        raise BackupError(f"{path} is not a whole Quietlegs backup. Nothing was changed.") from error
    return dict(about)


def _sha256(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    while chunk := file.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()
