"""What a plan can hold: parsed from plain mappings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from quietlegs.core.knowledge.evidence import About
from quietlegs.core.knowledge.not_with import NotWith, parse_not_with
from quietlegs.core.knowledge.reading import Reader

Fields = Mapping[str, object]
LAST_RANK = 9


class Kind(StrEnum):
    """What sort of thing an item is. ``ask`` is a question for a doctor or pharmacist, and no remedy."""

    HABIT = "habit"
    EXERCISE = "exercise"
    ASK = "ask"


class Slot(StrEnum):
    """When an item has its place, in the order of the day."""

    DAY = "day"
    EVENING = "evening"
    BEDTIME = "bedtime"
    ONCE = "once"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an item is for someone with this complaint, and the evidence entry that it stands on."""

    about: About
    sentence: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with the evidence behind it."""

    sentence: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlanItem:
    """One thing to do.

    ``minutes`` a day. ``risk`` is 0 (none to speak of), 1 (some care) or 2 (not for many). ``rank`` puts questions in
    order, 1 first. ``family``: of one family only one is offered at a time. ``factor`` is the factor of the night that
    records it; with ``avoid`` doing the item means leaving that factor out.
    """

    id: str
    title: str
    icon: str
    kind: Kind
    slot: Slot
    minutes: int
    what: str
    when: str
    how_long: str
    why: tuple[Reason, ...]
    stop: Sentence
    risk: int
    rank: int
    family: str | None
    factor: str | None
    avoid: bool
    exercise: str | None
    question: str | None
    only_with: tuple[str, ...]
    not_with: tuple[NotWith, ...]
    reviewed_on: date
    review_due: date


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something often praised that is not offered. ``kind`` is ``unsafe`` or ``no-effect``."""

    id: str
    title: str
    about: tuple[About, ...]
    kind: str
    evidence: str
    not_with: tuple[str, ...]


def parse_sentence(fields: Fields, where: str) -> Sentence:
    """Return a sentence with its evidence. Raises KnowledgeError."""
    read = Reader(fields, where)
    made = Sentence(read.text("sentence"), read.texts("evidence"))
    read.finish()
    return made


def parse_item(fields: Fields) -> PlanItem:
    """Return the plan item that a data file describes. Raises KnowledgeError."""
    read = Reader(fields, str(fields.get("id")))
    stop = read.part("stop", parse_sentence)
    if stop is None:
        raise read.fail("stop", "must say when to stop.")
    made = PlanItem(
        id=read.text("id"),
        title=read.text("title"),
        icon=read.text("icon"),
        kind=read.word("kind", Kind),
        slot=read.word("slot", Slot),
        minutes=int(read.number("minutes")),
        what=read.text("what"),
        when=read.text("when"),
        how_long=read.text("how_long"),
        why=read.each("why", _reason, at_least=1),
        stop=stop,
        risk=int(read.number("risk")),
        rank=read.whole_or_none("rank") or LAST_RANK,
        family=read.text_or_none("family"),
        factor=read.text_or_none("factor"),
        avoid=read.claim("avoid", default=False),
        exercise=read.text_or_none("exercise"),
        question=read.text_or_none("question"),
        only_with=read.texts("only_with"),
        not_with=read.each("not_with", parse_not_with),
        reviewed_on=read.day("reviewed_on"),
        review_due=read.day("review_due"),
    )
    read.finish()
    return made


def parse_left_out(fields: Fields) -> LeftOut:
    """Return what is left out as a data file describes it. Raises KnowledgeError."""
    read = Reader(fields, str(fields.get("id")))
    made = LeftOut(
        id=read.text("id"),
        title=read.text("title"),
        about=read.words("about", About),
        kind=read.text("kind"),
        evidence=read.text("evidence"),
        not_with=read.texts("not_with"),
    )
    read.finish()
    return made


def _reason(fields: Fields, where: str) -> Reason:
    read = Reader(fields, where)
    made = Reason(read.word("about", About), read.text("sentence"), read.text("evidence"))
    read.finish()
    return made
