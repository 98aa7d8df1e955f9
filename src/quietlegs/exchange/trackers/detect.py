"""Tells whose file it is from what it holds, also in a zip, and reads it."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo

from quietlegs.core.base.errors import QuietlegsError
from quietlegs.core.base.messages import message
from quietlegs.exchange import archive
from quietlegs.exchange.diary_file import DiaryFile
from quietlegs.exchange.trackers import (
    apple_health,
    bearable,
    daylio,
    fitbit,
    flaredown,
    gadgetbridge,
    garmin,
    health_connect,
    loop_habits,
    nomie,
    oura,
    sleep_as_android,
    sleep_cycle,
    withings,
)
from quietlegs.exchange.trackers.sqlite_files import MAGIC

MOST_IN_MEMORY = 200 * 2**20
HEAD = 65_536

# id -> the program's name. Those read from small files stand with how to tell and read them.
_SMALL = {
    "bearable": bearable,
    "flaredown": flaredown,
    "daylio": daylio,
    "sleep-cycle": sleep_cycle,
    "sleep-as-android": sleep_as_android,
    "withings": withings,
    "fitbit": fitbit,
    "oura": oura,
    "garmin": garmin,
    "nomie": nomie,
    "loop": loop_habits,
}
TRACKERS = {
    "apple-health": apple_health.NAME,
    "health-connect": health_connect.NAME,
    "gadgetbridge": gadgetbridge.NAME,
    **{name: module.NAME for name, module in _SMALL.items()},
}
_IN_ZIPS = (".xml", ".db", ".json", ".csv")


def detect(path: Path) -> str | None:
    """Return the id of the program that wrote a file, or None where we know none.

    Raises:
        QuietlegsError: the file cannot be opened, or is unsafe.
    """
    with _opened(path) as file:
        head = file.read(HEAD)
    if head.startswith(archive.MAGIC):
        return _detect_in_zip(path)
    return _detect_plain(path, head)


def _detect_plain(path: Path, head: bytes) -> str | None:
    if head.startswith(MAGIC):
        return (
            "health-connect"
            if health_connect.recognises(path)
            else "gadgetbridge"
            if gadgetbridge.recognises(path)
            else None
        )
    if apple_health.ROOT in head:
        return "apple-health"
    return next((name for name, module in _SMALL.items() if module.recognises(head)), None)


def read_tracker(
    path: Path, *, zone: ZoneInfo, tracker: str | None = None, on_bytes: Callable[[int], None] | None = None
) -> DiaryFile:
    """Read a tracker's file.

    Args:
        path: the file, or a zip with it.
        zone: the person's time zone, for programs that write instants without one.
        tracker: whose file it is; otherwise the file says.
        on_bytes: told how far a long file has been read.

    Raises:
        QuietlegsError: the file cannot be opened, is unsafe, or is no tracker's that we know.
    """
    tracker = tracker or detect(path)
    if tracker is None:
        raise QuietlegsError(
            message(
                "This is no file that we know. We read {programs}.", programs=", ".join(TRACKERS.values())
            )
        )
    if tracker not in TRACKERS:
        raise QuietlegsError(
            message(
                "We do not know {tracker}. We read {programs}.", tracker=tracker, programs=", ".join(TRACKERS)
            )
        )
    with _opened(path) as file:
        zipped = file.read(4) == archive.MAGIC
    if not zipped:
        return _read(path, tracker, zone, on_bytes)
    return _read_in_zip(path, tracker, zone, on_bytes)


def _read(path: Path, tracker: str, zone: ZoneInfo, on_bytes: Callable[[int], None] | None) -> DiaryFile:
    if tracker == "apple-health":
        with _opened(path) as file:
            return apple_health.read(file, on_bytes=on_bytes)
    if tracker == "health-connect":
        return health_connect.read(path)
    if tracker == "gadgetbridge":
        return gadgetbridge.read(path, zone=zone)
    with _opened(path) as file:
        return _read_small(file.read(MOST_IN_MEMORY + 1), tracker, zone)


def _read_small(raw: bytes, tracker: str, zone: ZoneInfo) -> DiaryFile:
    if len(raw) > MOST_IN_MEMORY:
        raise QuietlegsError(
            message("The file is larger than {most} MB. Export a shorter time.", most=MOST_IN_MEMORY // 2**20)
        )
    return garmin.read(raw, zone=zone) if tracker == "garmin" else _SMALL[tracker].read(raw)


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise QuietlegsError(
            message("The file cannot be read ({why}). Check its name.", why=error.strerror)
        ) from error


def _detect_in_zip(path: Path) -> str | None:
    for name in _candidates(path):
        with archive.opened_member(path, name) as stream:
            head = stream.read(HEAD)
        if head.startswith(MAGIC):
            return "health-connect"
        if apple_health.ROOT in head:
            return "apple-health"
        known = next((one for one, module in _SMALL.items() if module.recognises(head)), None)
        if known:
            return known
    return None


def _read_in_zip(
    path: Path, tracker: str, zone: ZoneInfo, on_bytes: Callable[[int], None] | None
) -> DiaryFile:
    for name in _candidates(path):
        with archive.opened_member(path, name) as stream:
            head = stream.read(HEAD)
        if tracker == "apple-health" and apple_health.ROOT in head:
            with archive.opened_member(path, name) as stream:
                return apple_health.read(stream, on_bytes=on_bytes)
        if tracker in ("health-connect", "gadgetbridge") and head.startswith(MAGIC):
            with (
                tempfile.TemporaryDirectory(prefix="quietlegs-") as folder,
                archive.opened_member(path, name) as stream,
            ):
                database = Path(folder) / "export.db"
                with database.open("wb") as out:
                    while chunk := stream.read(1 << 20):
                        out.write(chunk)
                return _read(database, tracker, zone, on_bytes)
        if tracker in _SMALL and _SMALL[tracker].recognises(head):
            with archive.opened_member(path, name) as stream:
                return _read_small(stream.read(MOST_IN_MEMORY + 1), tracker, zone)
    raise QuietlegsError(message("There is no {program} file in the zip.", program=TRACKERS[tracker]))


def _candidates(path: Path) -> list[str]:
    return [name for name in archive.member_names(path) if name.lower().endswith(_IN_ZIPS)]
