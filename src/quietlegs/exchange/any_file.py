"""A diary from any file that we read: our own formats, and those of other trackers. What the file holds says which."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from quietlegs.core.base.errors import QuietlegsError
from quietlegs.exchange.diaries import MAX_BYTES, READERS, format_of, read_diary
from quietlegs.exchange.diary_file import DiaryFile
from quietlegs.exchange.trackers import TRACKERS, detect, read_tracker

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
        today: nights after it are refused.
        on_bytes: told how far a long file has been read.

    Raises:
        QuietlegsError: it cannot be opened, is unsafe, or ``format`` is none that we read.
    """
    if format is not None and format not in FORMATS:
        raise QuietlegsError(f"Quietlegs does not read the format {format}. It reads {', '.join(FORMATS)}.")
    tracker = format if format in TRACKERS else None if format else detect(path)
    if tracker:
        return AnyFile(tracker, tracker, read_tracker(path, zone=zone, tracker=tracker, on_bytes=on_bytes))
    with path.open("rb") as stream:
        raw = stream.read(MAX_BYTES + 1)
    name = format or format_of(raw)
    return AnyFile(name, f"diary_{name}", read_diary(raw, format=name, today=today))
