"""What to do when a cramp or restless legs come, one step at a time, and in which order.

The evidence decides the order. A person's own nights may bring one step to the front, when they are enough to tell it
from the step that evidence puts first. That orders steps and proves nothing: a later step meets only cramps that
outlasted the ones before it. The last step has no rival behind it: it stays on until the cramp stops by itself, so its
share says nothing and is never used.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import sqrt

from quietlegs.core.knowledge.evidence import Direction, EvidenceEntry, Source, parse_source
from quietlegs.core.knowledge.reading import Reader
from quietlegs.core.plan.items import Sentence, parse_sentence

ENOUGH_TIMES = 5  # fewer say too little to be told or used
Z = 1.96  # two-sided 95 %: with a few rivals of the first step, a wrong change of order stays below 1 in 10
_DIRECTIONS = (Direction.HELPS, Direction.LOWERS_RISK, Direction.MIXED, Direction.UNKNOWN)  # best first


class ReliefKind(StrEnum):
    """What it is for."""

    CRAMP = "cramp"
    RESTLESS = "restless"


@dataclass(frozen=True, slots=True)
class Pace:
    """How slowly to breathe, in seconds."""

    in_seconds: int
    out_seconds: int


@dataclass(frozen=True, slots=True)
class ReliefStep:
    """One thing to do, with its caution. ``pose`` names the drawing; ``order`` decides among equal evidence.

    ``pace`` is for a step that is done in time; None for the others.
    """

    id: str
    kind: ReliefKind
    order: int
    do: str
    pose: str
    caution: Sentence
    evidence: tuple[str, ...]
    how_sources: tuple[Source, ...]
    pace: Pace | None
    reviewed_on: date
    review_due: date


@dataclass(frozen=True, slots=True)
class WhenWrong:
    """When relief at home is not enough: after how many minutes which red flag, and the signs to look for."""

    after_minutes: int
    flag: str
    emergency: Sentence
    same_day: Sentence


@dataclass(frozen=True, slots=True)
class Tried:
    """In how many cramps a step was tried, and in how many of them the cramp stopped while it was on."""

    times: int
    stopped: int

    @property
    def is_enough(self) -> bool:
        """Whether it may be told."""
        return self.times >= ENOUGH_TIMES


def parse_relief_step(fields: Mapping[str, object]) -> ReliefStep:
    """Return the step that a data file describes. Raises KnowledgeError."""
    read = Reader(fields, str(fields.get("id")))
    caution = read.part("caution", parse_sentence)
    if caution is None:
        raise read.fail("caution", "it is missing")
    made = ReliefStep(
        id=read.text("id"),
        kind=read.word("kind", ReliefKind),
        order=int(read.number("order")),
        do=read.text("do"),
        pose=read.text("pose"),
        caution=caution,
        evidence=read.texts("evidence"),
        how_sources=read.each("how_sources", parse_source),
        pace=read.part("pace", _pace),
        reviewed_on=read.day("reviewed_on"),
        review_due=read.day("review_due"),
    )
    read.finish()
    return made


def parse_when_wrong(fields: Mapping[str, object]) -> WhenWrong:
    """Return when to get help, from its data file. Raises KnowledgeError."""
    read = Reader(fields, str(fields.get("id")))
    read.text("id")
    read.day("reviewed_on")
    read.day("review_due")
    long_cramp = read.part("long_cramp", _long_cramp)
    emergency, same_day = (read.part(name, parse_sentence) for name in ("emergency", "same_day"))
    if long_cramp is None or emergency is None or same_day is None:
        raise read.fail("long_cramp", "it, emergency and same_day must all be there")
    read.finish()
    return WhenWrong(*long_cramp, emergency, same_day)


def _pace(fields: Mapping[str, object], where: str) -> Pace:
    read = Reader(fields, where)
    made = Pace(int(read.number("in_seconds")), int(read.number("out_seconds")))
    read.finish()
    return made


def _long_cramp(fields: Mapping[str, object], where: str) -> tuple[int, str]:
    read = Reader(fields, where)
    made = int(read.number("after_minutes")), read.text("flag")
    read.finish()
    return made


def tried_before(tried: Iterable[Sequence[str]]) -> dict[str, Tried]:
    """Return what became of each step. Each cramp that stopped gives the ids tried in it, in order; the last was on."""
    times: Counter[str] = Counter()
    stopped: Counter[str] = Counter()
    for steps in tried:
        times.update(set(steps))
        stopped.update(steps[-1:])
    return {step: Tried(count, stopped[step]) for step, count in times.items()}


def by_evidence(
    steps: Collection[ReliefStep], evidence: Mapping[str, EvidenceEntry]
) -> tuple[ReliefStep, ...]:
    """Return the steps in the order of their first evidence entry: what helps, then how sure that is."""

    def place(step: ReliefStep) -> tuple[int, int, int, str]:
        entry = evidence[step.evidence[0]]
        known = entry.direction in _DIRECTIONS
        direction = _DIRECTIONS.index(entry.direction) if known else len(_DIRECTIONS)
        return direction, -entry.certainty.steps, step.order, step.id

    return tuple(sorted(steps, key=place))


def with_own_nights(steps: Sequence[ReliefStep], tried: Mapping[str, Tried]) -> tuple[ReliefStep, ...]:
    """Return the steps with the one in front that stopped this person's cramps clearly more often, if there is one."""
    if not steps:
        return ()
    first = tried.get(steps[0].id)
    rivals = [step for step in steps[1:-1] if (own := tried.get(step.id)) and own.is_enough]
    if first is None or not first.is_enough or not rivals:
        return tuple(steps)
    best = max(rivals, key=lambda step: least_difference(tried[step.id], first))
    if least_difference(tried[best.id], first) <= 0:
        return tuple(steps)
    return (best, *(step for step in steps if step is not best))


def least_difference(one: Tried, other: Tried) -> float:
    """Return the lower end of the 95 % interval of the difference of two shares, from -1 to 1.

    Newcombe's hybrid score interval (Newcombe 1998, doi 10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I,
    method 10), for two independent shares. ``times`` must be 1 or more.
    """
    share, other_share = one.stopped / one.times, other.stopped / other.times
    low, _high = share_interval(one)
    _low, high = share_interval(other)
    return share - other_share - sqrt((share - low) ** 2 + (high - other_share) ** 2)


def share_interval(tried: Tried) -> tuple[float, float]:
    """Return the 95 % score interval of a share, each end from 0 to 1 (Wilson 1927, doi 10.2307/2276774)."""
    n, share = tried.times, tried.stopped / tried.times
    middle = share + Z**2 / (2 * n)
    half = Z * sqrt(share * (1 - share) / n + Z**2 / (4 * n**2))
    whole = 1 + Z**2 / n
    return max(0.0, (middle - half) / whole), min(1.0, (middle + half) / whole)
