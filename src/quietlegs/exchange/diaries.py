"""A diary from a file of any format that Quietlegs writes. Which format it is, the file itself says.

Further formats join ``READERS``: a name for ``--from``, how to tell the format by a file's first bytes, how to read it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from os import PathLike
from pathlib import Path

from quietlegs.core.base.errors import Problem, QuietlegsError
from quietlegs.core.base.messages import message
from quietlegs.core.diary.night import Diary
from quietlegs.exchange.diary_csv import MAX_BYTES as MAX_CSV_BYTES
from quietlegs.exchange.diary_csv import read_diary_csv
from quietlegs.exchange.diary_file import DiaryFile
from quietlegs.exchange.diary_json import MAX_BYTES as MAX_JSON_BYTES
from quietlegs.exchange.diary_json import read_diary_json
from quietlegs.exchange.fhir_read import read_diary_fhir

PROBLEMS_SHOWN = 20
MAX_BYTES = max(MAX_CSV_BYTES, MAX_JSON_BYTES)  # no more of a file is ever read


class DiaryFileError(QuietlegsError):
    """A diary file has problems; ``problems`` lists them all."""

    def __init__(self, problems: Iterable[Problem], name: str = "") -> None:
        self.problems = tuple(problems)
        lines = [str(problem) for problem in self.problems[:PROBLEMS_SHOWN]]
        more = len(self.problems) - len(lines)
        lines += [message("and {more} more.", more=more)] if more else []
        super().__init__("\n".join([f"{name}:", *lines] if name else lines))


@dataclass(frozen=True, slots=True)
class Reader:
    """A format: its name, how to tell it by the first bytes of a file, and how to read it."""

    name: str
    recognises: Callable[[bytes], bool]
    read: Callable[..., DiaryFile]


READERS: tuple[Reader, ...] = (
    Reader("fhir", lambda head: b'"resourceType"' in head and b'"Bundle"' in head, read_diary_fhir),
    Reader(
        "json",
        lambda head: head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"),
        read_diary_json,
    ),
    # Last: what is nothing else is taken for CSV, whose reader says best what is wrong with it.
    Reader("csv", lambda head: True, read_diary_csv),
)


def format_of(raw: bytes) -> str:
    """Return the name of the format that a file's first bytes show."""
    return next(reader.name for reader in READERS if reader.recognises(raw[:4096]))


def read_diary(raw: bytes, *, format: str | None = None, today: date | None = None) -> DiaryFile:
    """Read a diary whole, in the format named or in the one that its first bytes show.

    Raises:
        QuietlegsError: for a format that Quietlegs does not read.
    """
    names = {reader.name: reader for reader in READERS}
    if format is not None and format not in names:
        raise QuietlegsError(
            message(
                "Quietlegs does not read the format {format}. It reads {formats}.",
                format=format,
                formats=", ".join(names),
            )
        )
    return names[format or format_of(raw)].read(raw, today=today)


def read_diary_file(
    path: str | PathLike[str], *, format: str | None = None, today: date | None = None
) -> DiaryFile:
    """Read a diary from a file, as ``read_diary`` does. No more is read than the limit of the largest format.

    Raises:
        QuietlegsError: when the file cannot be opened.
    """
    try:
        with Path(path).open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise QuietlegsError(
            message(
                "{path} cannot be read ({why}). Check the name and who may read it.",
                path=path,
                why=error.strerror,
            )
        ) from error
    return read_diary(raw, format=format, today=today)


def load_diary(path: str | PathLike[str], *, keep_good: bool = False) -> Diary:
    """Return the diary in a CSV or JSON file.

    Args:
        path: the file.
        keep_good: leave out nights with problems instead of refusing the file.

    Raises:
        DiaryFileError: when something in the file is wrong; ``problems`` says what, where, and how to mend it.
        QuietlegsError: when the file cannot be opened.
    """
    file = read_diary_file(path)
    if file.problems and not (keep_good and file.diary.nights):
        raise DiaryFileError(file.problems, Path(path).name)
    return file.diary
