"""A diary from any file that we read: our own formats, and those of other trackers. What the file holds says which."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from quietlegs.core.base.errors import QuietlegsError
from quietlegs.core.base.messages import message
from quietlegs.exchange.any_table import Table, read_table
from quietlegs.exchange.diaries import MAX_BYTES, READERS, format_of, read_diary
from quietlegs.exchange.diary_columns import NIGHT
from quietlegs.exchange.diary_file import DiaryFile
from quietlegs.exchange.mapping import Mapping, guess, read_mapped
from quietlegs.exchange.trackers import TRACKERS, detect, read_tracker

TABLE = "table"  # the format and the source of what came in by a mapping
FORMATS = (*(reader.name for reader in READERS), *TRACKERS)


@dataclass(frozen=True, slots=True)
class AnyFile:
    """What was read, and from what: ``format`` is its id, ``source`` what is noted beside each value it brings."""

    format: str
    source: str
    file: DiaryFile


def read_any(
    path: Path,
    *,
    zone: ZoneInfo,
    format: str | None = None,
    today: date | None = None,
    on_bytes: Callable[[int], None] | None = None,
) -> AnyFile:
    """Read a file whole, and list every problem in it.

    Args:
        zone: the person's time zone, for trackers that write instants without one.
        format: one of ``FORMATS``; otherwise the file says.
        today: nights after it are refused; a tracker's are left out, since its clock was wrong, not the person.
        on_bytes: told how far a long file has been read.

    Raises:
        QuietlegsError: it cannot be opened, is unsafe, or ``format`` is none that we read.
    """
    if format is not None and format not in FORMATS:
        raise QuietlegsError(
            message(
                "Quietlegs does not read the format {format}. It reads {formats}.",
                format=format,
                formats=", ".join(FORMATS),
            )
        )
    tracker = format if format in TRACKERS else None if format else detect(path)
    if tracker:
        file = read_tracker(path, zone=zone, tracker=tracker, on_bytes=on_bytes)
        return AnyFile(tracker, tracker, file.until(today) if today else file)
    with path.open("rb") as stream:
        raw = stream.read(MAX_BYTES + 1)
    name = format or format_of(raw)
    return AnyFile(name, f"diary_{name}", read_diary(raw, format=name, today=today))


def unknown_table(path: Path) -> tuple[Table, Mapping] | None:
    """Return a table with dates that is no format we know, and what its columns seem to be; None for any other file.

    Raises:
        QuietlegsError: the file cannot be opened, or is unsafe.
    """
    if detect(path):
        return None
    try:
        table = read_table(path)
    except QuietlegsError:
        return None  # the reader of our own format says best what is wrong
    if any(column.casefold() == NIGHT for column in table.columns) and not table.sheet:
        return None
    mapping = guess(table)
    return (table, mapping) if any(column.use == NIGHT for column in mapping.columns) else None


def read_with_mapping(path: Path, mapping: Mapping, *, today: date | None = None) -> AnyFile:
    """Read a table as a mapping says.

    Raises:
        QuietlegsError: the file cannot be opened, is unsafe, or is no table.
    """
    detect(path)  # refuses a zip that is made to do harm
    return AnyFile(TABLE, TABLE, read_mapped(read_table(path), mapping, today=today))
