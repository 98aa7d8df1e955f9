"""The safety gate: what may be tried on oneself, what must be asked first, what is for a clinician, what is never tried.

The rules and their sentences are data with sources. The gate errs to the safe side: the strictest rule that fits wins, an
unanswered question is not taken as "no", and a medicine that no rule names is for a trial led by a clinician.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from quietlegs.core.assessment.triage_flags import ADULT_FROM, Disposition
from quietlegs.core.base.errors import QuietlegsError
from quietlegs.core.knowledge.not_with import NotWith
from quietlegs.core.knowledge.reading import Reader

Fields = Mapping[str, object]


class Allows(StrEnum):
    """How far a remedy may be tried, from free to never."""

    FREE = "free"
    ASK_FIRST = "ask_first"
    CLINICIAN_LED = "clinician_led"
    NEVER = "never"


URGENT = frozenset({Disposition.EMERGENCY_NOW, Disposition.SAME_DAY})  # a doctor comes before any trial
_STRICTNESS = tuple(Allows)
_WORD = re.compile(r"[^\W_]+")


class NotToBeTriedError(QuietlegsError):
    """A remedy that may not be tried as asked; the message says why."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question before a trial. ``stops_if`` is the answer that stops it; ``sentence`` says why."""

    id: str
    question: str
    stops_if: bool
    conditions: tuple[str, ...]
    groups: tuple[str, ...]
    sentence: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """Which remedies a rule is for, and what it allows. ``on_change`` is said before a medicine is changed after a trial."""

    id: str
    title: str
    allows: Allows
    groups: tuple[str, ...]
    medicines: tuple[str, ...]
    phrases: tuple[str, ...]
    sentence: str
    evidence: tuple[str, ...]
    questions: tuple[Question, ...]
    on_change: "OnChange | None" = None


class Standing(StrEnum):
    """What is known of the things compared in a trial, where somebody might change them because of its result."""

    NO_MEDICINE = "no_medicine"
    UNKNOWN = "unknown"
    MEDICINE = "medicine"


@dataclass(frozen=True, slots=True)
class OnChange:
    """What is said before something is changed because of a trial: a medicine, or a thing that may be one."""

    medicine: str
    medicine_harmed: str
    unknown: str
    unknown_harmed: str


@dataclass(frozen=True, slots=True)
class Advice:
    """What stands with the result of a trial. Nobody is told to stop a prescribed medicine, whatever a trial found."""

    standing: Standing
    on_change: OnChange
    evidence: tuple[str, ...]

    def sentence(self, *, harmed: bool) -> str:
        """Return what is said before anything is changed; empty where no medicine is involved."""
        match self.standing:
            case Standing.NO_MEDICINE:
                return ""
            case Standing.UNKNOWN:
                return self.on_change.unknown_harmed if harmed else self.on_change.unknown
            case _:
                return self.on_change.medicine_harmed if harmed else self.on_change.medicine


@dataclass(frozen=True, slots=True)
class Remedy:
    """What is to be tried: its name in the person's words, and the medicines recognised in it."""

    name: str
    medicines: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    is_swallowed: bool | None = None


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known of the person: ids of conditions (``pregnancy`` too), groups and ids of medicines.

    ``disposition`` is that of the last check. None: not known.
    """

    conditions: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    medicines: frozenset[str] = frozenset()
    age_years: float | None = None
    disposition: str | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """A reason with the evidence behind it."""

    sentence: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Holds:
    """What speaks against any trial: that someone is under 18, and that a doctor comes first."""

    children: Ground
    doctor_first: Ground

    def of(self, person: Circumstances) -> tuple[Ground, ...]:
        """Return what holds for this person."""
        return (
            *((self.children,) if person.age_years is not None and person.age_years < ADULT_FROM else ()),
            *((self.doctor_first,) if person.disposition in URGENT else ()),
        )


@dataclass(frozen=True, slots=True)
class Gate:
    """The gate's answer.

    ``is_open``: the trial may start. ``stopped_by`` are the reasons against it; ``to_answer`` the questions still open;
    ``needs_agreement`` and ``needs_clinician`` what is missing. ``grounds`` are the rules' sentences, shown with any offer.
    """

    allows: Allows
    stopped_by: tuple[Ground, ...]
    to_answer: tuple[Question, ...]
    questions: tuple[Question, ...]
    grounds: tuple[Ground, ...]
    needs_agreement: bool
    needs_clinician: bool

    def joined(self, other: "Gate") -> "Gate":
        """Return the gate of a trial of two things: open only where both are, with the reasons and questions of both."""

        def both(name: str) -> tuple[Any, ...]:
            return tuple(dict.fromkeys((*getattr(self, name), *getattr(other, name))))

        return Gate(
            allows=max(self.allows, other.allows, key=_STRICTNESS.index),
            stopped_by=both("stopped_by"),
            to_answer=both("to_answer"),
            questions=both("questions"),
            grounds=both("grounds"),
            needs_agreement=self.needs_agreement or other.needs_agreement,
            needs_clinician=self.needs_clinician or other.needs_clinician,
        )

    @property
    def is_open(self) -> bool:
        """Whether the trial may start."""
        return not (self.stopped_by or self.to_answer or self.needs_agreement or self.needs_clinician)


def check(
    remedy: Remedy,
    rules: Iterable[Rule],
    *,
    person: Circumstances | None = None,
    against: Iterable[NotWith] = (),
    holds: Holds | None = None,
    answers: Mapping[str, bool] | None = None,
    has_agreement: bool = False,
    clinician: str = "",
) -> Gate:
    """Return whether a remedy may be tried.

    Args:
        remedy: what is to be tried.
        rules: all rules of the data.
        person: what is known of the person; an empty one takes nothing as ruled out.
        against: what speaks against this remedy (a plan item's ``not_with``).
        holds: what speaks against any trial.
        answers: answers to the rules' questions by id. A missing answer stays a question.
        has_agreement: a pharmacist, midwife or doctor has agreed.
        clinician: the name of the clinician who leads the trial.
    """
    person, answers = person or Circumstances(), answers or {}
    fitting = [rule for rule in rules if _fits(rule, remedy)]
    allows = max([rule.allows for rule in fitting] or [_unnamed(remedy)], key=_STRICTNESS.index)
    stopped = [*holds.of(person)] if holds else []
    stopped += [Ground(rule.sentence, rule.evidence) for rule in fitting if rule.allows is Allows.NEVER]
    stopped += [Ground(one.sentence, one.evidence) for one in against if _is_about(one, person)]
    questions = tuple({q.id: q for rule in fitting for q in rule.questions}.values())
    known = {**_known(questions, person), **answers}
    stopped += [Ground(q.sentence, q.evidence) for q in questions if known.get(q.id) is q.stops_if]
    return Gate(
        allows=allows,
        stopped_by=tuple(stopped),
        to_answer=tuple(q for q in questions if q.id not in known) if allows is not Allows.NEVER else (),
        questions=questions,
        grounds=tuple(Ground(rule.sentence, rule.evidence) for rule in fitting),
        needs_agreement=allows is Allows.ASK_FIRST and not has_agreement,
        needs_clinician=allows is Allows.CLINICIAN_LED and not clinician.strip(),
    )


def _unnamed(remedy: Remedy) -> Allows:
    if remedy.medicines:
        return Allows.CLINICIAN_LED
    return Allows.ASK_FIRST if remedy.is_swallowed else Allows.FREE


def _fits(rule: Rule, remedy: Remedy) -> bool:
    words = _WORD.findall(remedy.name.casefold())
    name = f" {' '.join(words)} "
    return (
        bool(set(rule.groups).intersection(remedy.groups))
        or bool(set(rule.medicines).intersection(remedy.medicines))
        or any(_holds(name, phrase) for phrase in rule.phrases)
    )


def _holds(name: str, phrase: str) -> bool:
    """Whether all words of a phrase stand in the name, in order, at the beginning of words."""
    place = 0
    for word in phrase.casefold().split():
        place = name.find(f" {word}", place)
        if place < 0:
            return False
        place += 1
    return True


def _is_about(one: NotWith, person: Circumstances) -> bool:
    return one.is_about(conditions=person.conditions, groups=person.groups, medicines=person.medicines)


def _known(questions: Collection[Question], person: Circumstances) -> dict[str, bool]:
    """Return the answers that the profile gives: only a "yes". What the profile does not hold is not a "no"."""
    return {
        q.id: True
        for q in questions
        if person.conditions.intersection(q.conditions) or person.groups.intersection(q.groups)
    }


def parse_rule(fields: Fields) -> Rule:
    """Return the rule that a data file describes. Raises KnowledgeError."""
    read = Reader(fields, str(fields.get("id")))
    made = Rule(
        id=read.text("id"),
        title=read.text("title"),
        allows=read.word("allows", Allows),
        groups=read.texts("groups"),
        medicines=read.texts("medicines"),
        phrases=read.texts("phrases"),
        sentence=read.text("sentence"),
        evidence=read.texts("evidence"),
        questions=read.each("questions", _question),
        on_change=read.part("on_change", _on_change),
    )
    read.day("reviewed_on")
    read.day("review_due")
    read.finish()
    return made


def _on_change(fields: Fields, where: str) -> OnChange:
    read = Reader(fields, where)
    made = OnChange(
        *(read.text(name) for name in ("medicine", "medicine_harmed", "unknown", "unknown_harmed"))
    )
    read.finish()
    return made


def parse_holds(fields: Fields) -> Holds:
    """Return what speaks against any trial, from the words of the data. Raises KnowledgeError."""
    read = Reader(fields, "trials/index.yaml")
    children, doctor_first = read.part("children", _ground), read.part("doctor_first", _ground)
    read.finish()
    if children is None or doctor_first is None:
        raise read.fail("words", "must say what holds for children and when a doctor comes first.")
    return Holds(children, doctor_first)


def _ground(fields: Fields, where: str) -> Ground:
    read = Reader(fields, where)
    made = Ground(read.text("sentence"), read.texts("evidence"))
    read.finish()
    return made


def _question(fields: Fields, where: str) -> Question:
    read = Reader(fields, where)
    made = Question(
        id=read.text("id"),
        question=read.text("question"),
        stops_if=read.claim("stops_if", default=True),
        conditions=read.texts("conditions"),
        groups=read.texts("groups"),
        sentence=read.text("sentence"),
        evidence=read.texts("evidence"),
    )
    read.finish()
    return made
