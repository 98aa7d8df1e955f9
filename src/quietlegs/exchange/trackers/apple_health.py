"""Apple Health's export: one XML of up to several gigabytes, alone or in its zip, read as a stream in bounded memory.

A full XML parser spends nearly all its time on the heart rates and energies that we do not read (20 MB a second here),
so the stream is scanned for the start tags of the records that we do read, and the rest is passed over. A start tag holds
all we need. Nothing before ``<HealthData`` is looked at and no entity is ever resolved: the document type is broken in
some versions of iOS, and it is where hostile files hide.

Several devices record the same night and the same steps. Of each night the sleep of one source is kept: one that tells stages
before one that does not, then the longest. Of each hour the steps of the source with most of them are kept.
"""

import html
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import BinaryIO

from quietlegs.core.base.errors import Problem, QuietlegsError
from quietlegs.core.base.messages import message
from quietlegs.core.diary.night import Factor
from quietlegs.exchange.diary_file import DiaryFile
from quietlegs.exchange.trackers.gather import (
    CAFFEINE,
    RESTING_HEART_RATE,
    STEPS,
    WATER,
    Gathering,
    day_of,
    is_nap,
    last,
    night_of_sleep,
    union_hours,
)

NAME = "Apple Health"
CHUNK = 1 << 20
ROOT = b"<HealthData"
FARTHEST_ROOT = 4 * CHUNK  # the document type before it is some tens of kilobytes
_CONTROLS = bytes(set(range(32)) - {9, 10, 13})
SESSION_GAP = timedelta(hours=3)  # a longer break between stretches of sleep makes two sleeps
REMEMBERED = 4096  # exact doubles stand near each other
MOST_SOURCES = 200
LONGEST_TAG = 1 << 16

_SLEEP = "HKCategoryTypeIdentifierSleepAnalysis"
_ASLEEP = "HKCategoryValueSleepAnalysisAsleep"
_AMOUNTS: dict[str, tuple[Factor, dict[str, float]]] = {
    "HKQuantityTypeIdentifierDietaryWater": (
        WATER,
        {"mL": 1.0, "L": 1000.0, "fl_oz_us": 29.5735, "cup_us": 236.588, "dL": 100.0, "cL": 10.0},
    ),
    "HKQuantityTypeIdentifierDietaryCaffeine": (CAFFEINE, {"mg": 1.0, "g": 1000.0, "mcg": 0.001}),
}
_SYMPTOMS = {
    "HKCategoryTypeIdentifierGeneralizedBodyAche": "pain",
    "HKCategoryTypeIdentifierFatigue": "fatigue",
}
# Apple asks in words; we hold them on 0 to 10 at the middle of what each word usually means.
_SEVERITIES = {
    "HKCategoryValueSeverityNotPresent": 0.0,
    "HKCategoryValueSeverityMild": 3.0,
    "HKCategoryValueSeverityModerate": 5.0,
    "HKCategoryValueSeveritySevere": 8.0,
}


@dataclass(frozen=True, slots=True)
class _Stretch:
    start: datetime
    end: datetime
    has_stage: bool


@dataclass(slots=True)
class _Reading:
    """What the stream has given so far: bounded by nights, hours and sources, not by records."""

    found: Gathering = field(default_factory=lambda: Gathering(NAME))
    sleeps: dict[str, list[_Stretch]] = field(default_factory=dict)
    steps: dict[tuple[str, str], float] = field(default_factory=dict)
    seen: deque[int] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    seen_set: set[int] = field(default_factory=set)
    doubles: int = 0

    def record(self, kind: str, attributes: bytes) -> None:
        """Take one record from the attributes of its start tag."""
        mark = hash((kind, attributes))  # within this run alone
        if mark in self.seen_set:
            self.doubles += 1
            return
        if len(self.seen) == REMEMBERED:
            self.seen_set.discard(self.seen[0])
        self.seen.append(mark)
        self.seen_set.add(mark)
        record = dict(_ATTRIBUTE.findall(attributes.decode("utf-8", errors="replace")))
        if "&" in record.get("sourceName", ""):
            record["sourceName"] = html.unescape(record["sourceName"])
        try:
            _TAKERS[kind](self, kind, record)
        except (KeyError, ValueError, OverflowError):
            self.found.skipped += 1


def _instant(text: str) -> datetime:
    """Return an instant as Apple writes it, ``2026-03-29 02:10:00 +0100``, with its own offset."""
    return datetime.fromisoformat(text[:19] + text[20:])


def _take_sleep(reading: _Reading, _: str, record: dict[str, str]) -> None:
    value = record["value"]
    if not value.startswith(_ASLEEP):
        return
    start, end = _instant(record["startDate"]), _instant(record["endDate"])
    if not timedelta(0) < end - start <= timedelta(hours=24):
        raise ValueError("a stretch of sleep lasts between nothing and a day")
    source = record.get("sourceName", "")
    if source in reading.sleeps or len(reading.sleeps) < MOST_SOURCES:
        has_stage = value[len(_ASLEEP) :] in ("Core", "Deep", "REM")
        reading.sleeps.setdefault(source, []).append(_Stretch(start, end, has_stage))


def _take_steps(reading: _Reading, _: str, record: dict[str, str]) -> None:
    count = float(record["value"])
    if not 0 <= count <= 100_000:
        raise ValueError("no hour has so many steps")
    key = (record["startDate"][:13], record.get("sourceName", ""))
    reading.steps[key] = reading.steps.get(key, 0.0) + count


def _take_amount(reading: _Reading, kind: str, record: dict[str, str]) -> None:
    factor, units = _AMOUNTS[kind]
    local = _instant(record["startDate"]).replace(tzinfo=None)
    reading.found.factor(day_of(local), factor, float(record["value"]) * units[record["unit"]])


def _take_resting_heart_rate(reading: _Reading, _: str, record: dict[str, str]) -> None:
    local = _instant(record["startDate"]).replace(tzinfo=None)
    reading.found.factor(day_of(local), RESTING_HEART_RATE, float(record["value"]), last)


def _take_symptom(reading: _Reading, kind: str, record: dict[str, str]) -> None:
    severity = _SEVERITIES.get(record["value"])
    if severity is not None:
        local = _instant(record["startDate"]).replace(tzinfo=None)
        reading.found.outcome(day_of(local) - timedelta(days=1), _SYMPTOMS[kind], severity)


_TAKERS: dict[str, Callable[[_Reading, str, dict[str, str]], None]] = {
    _SLEEP: _take_sleep,
    "HKQuantityTypeIdentifierStepCount": _take_steps,
    "HKQuantityTypeIdentifierRestingHeartRate": _take_resting_heart_rate,
    **dict.fromkeys(_AMOUNTS, _take_amount),
    **dict.fromkeys(_SYMPTOMS, _take_symptom),
}


_WANTED = re.compile(rb'<Record type="(' + b"|".join(kind.encode() for kind in _TAKERS) + rb')"([^<>]*)>')
_ATTRIBUTE = re.compile(r' (sourceName|unit|startDate|endDate|value)="([^"<]*)"')  # what any of them reads


def read(stream: BinaryIO, *, on_bytes: Callable[[int], None] | None = None) -> DiaryFile:
    """Read an export as it streams in.

    Args:
        stream: the XML.
        on_bytes: told how many bytes have been read, now and then, for a progress bar.

    Raises:
        QuietlegsError: it is no Apple Health export.
    """
    reading = _Reading()
    done, rest = 0, b""
    for chunk in _from_root(stream):
        rest += chunk
        cut = rest.rfind(b"<")  # what follows may be half a tag
        for kind, attributes in _WANTED.findall(rest, 0, max(cut, 0)):
            reading.record(kind.decode(), attributes)
        rest = rest[max(cut, 0) :][-LONGEST_TAG:]
        done += len(chunk)
        if on_bytes:
            on_bytes(done)
    if not rest.startswith(b"</HealthData>"):
        reading.found.problem(
            message("the file breaks off before its end."),
            message("Export it again: Health, your picture, Export All Health Data."),
        )
    return _finish(reading)


def _from_root(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the XML from its root on, without control characters."""
    head = b""
    while ROOT not in head:
        chunk = stream.read(CHUNK)
        head += chunk
        if not chunk or len(head) > FARTHEST_ROOT:
            raise QuietlegsError(message("This is no Apple Health export: it has no HealthData in it."))
    yield head[head.index(ROOT) :].translate(None, _CONTROLS)
    while chunk := stream.read(CHUNK):
        yield chunk.translate(None, _CONTROLS)


def _finish(reading: _Reading) -> DiaryFile:
    found = reading.found
    for evening, hours in _nights(reading.sleeps.values(), found).items():
        found.outcome(evening, "sleep_hours", round(hours, 3))
    per_hour: dict[str, float] = {}
    for (hour, _), count in reading.steps.items():
        per_hour[hour] = max(per_hour.get(hour, 0.0), count)
    for hour, count in per_hour.items():
        try:
            found.factor(day_of(datetime.fromisoformat(f"{hour}:00")), STEPS, count)
        except ValueError:
            found.skipped += 1
    if reading.doubles:
        found.notices.append(
            Problem(message("{doubles} exact doubles were left out.", doubles=reading.doubles), "")
        )
    return found.finish()


def _nights(sources: Iterable[list[_Stretch]], found: Gathering) -> dict[date, float]:
    """Return the hours slept in each night, by the best source of that night."""
    best: dict[date, tuple[bool, float]] = {}
    for stretches in sources:
        nights: dict[date, tuple[bool, float]] = {}
        for session in _sessions(stretches):
            local = session[0].start.replace(tzinfo=None)
            hours = union_hours((one.start, one.end) for one in session)
            if is_nap(local, hours):
                found.naps += 1
                continue
            span = (session[-1].end - session[0].start).total_seconds() / 3600
            evening = night_of_sleep(local, span)
            staged, slept = nights.get(evening, (False, 0.0))
            nights[evening] = (staged or any(one.has_stage for one in session), min(slept + hours, 24.0))
        for evening, told in nights.items():
            best[evening] = max(best.get(evening, (False, 0.0)), told)
    return {evening: hours for evening, (_, hours) in best.items()}


def _sessions(stretches: list[_Stretch]) -> Iterator[list[_Stretch]]:
    """Cut one source's stretches of sleep where it was awake for long."""
    ordered = sorted(stretches, key=lambda one: (one.start, one.end))
    session = ordered[:1]
    for before, after in pairwise(ordered):
        if after.start - before.end > SESSION_GAP:
            yield session
            session = []
        session.append(after)
    if session:
        yield session
