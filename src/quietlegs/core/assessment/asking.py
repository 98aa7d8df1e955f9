"""Which question comes next: a few short "any of these?" screens, and single questions only behind a tick.

The order of asking follows danger. A screen is skipped when nothing on it could still matter for this person. "None of
these" is a clear no to every part that the screen's lines name; a tick leaves the parts of its line open, so that they
are asked one by one. What is left open keeps triage from committing, whatever happens here.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from quietlegs.core.assessment.person import Person
from quietlegs.core.assessment.triage import Answers, Tokens, Triage
from quietlegs.core.assessment.triage_flags import ADULT_FROM, UNDER_18, Disposition
from quietlegs.core.knowledge.reading import Reader


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a screen, and the parts that a no to it says no to."""

    id: str
    text: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Screen:
    """A short "any of these?" screen."""

    id: str
    order: int
    title: str
    applies_if: tuple[str, ...]
    age_from: int
    age_to: int | None
    lines: tuple[Line, ...]

    @property
    def parts(self) -> frozenset[str]:
        """Every part that its lines name."""
        return frozenset(part for line in self.lines for part in line.parts)


class StepKind(StrEnum):
    """What is shown next."""

    SCREEN = "screen"
    QUESTION = "question"
    RESULT = "result"


@dataclass(frozen=True, slots=True)
class Step:
    """What is shown next, and how far the person is: ``number`` of ``of`` screens."""

    kind: StepKind
    screen: Screen | None = None
    part: str | None = None
    number: int = 0
    of: int = 0


def parse_screen(fields: Mapping[str, object]) -> Screen:
    """Return the screen that a plain mapping describes. Raises KnowledgeError."""
    read = Reader(fields, str(fields.get("id")))
    ages = read.part("ages", _ages) or (ADULT_FROM, None)
    screen = Screen(
        id=read.text("id"),
        order=read.whole_or_none("order") or 0,
        title=read.text("title"),
        applies_if=read.texts("applies_if"),
        age_from=ages[0],
        age_to=ages[1],
        lines=read.each("items", _line, at_least=1),
    )
    read.finish()
    return screen


def _ages(fields: Mapping[str, object], where: str) -> tuple[int, int | None]:
    read = Reader(fields, where)
    ages = (read.whole_or_none("age_from") or 0, read.whole_or_none("age_to"))
    read.finish()
    return ages


def _line(fields: Mapping[str, object], where: str) -> Line:
    read = Reader(fields, where)
    line = Line(read.text("id"), read.text("text"), read.texts("parts"))
    read.finish()
    return line


def with_age(answers: Answers, person: Person) -> dict[str, bool | None]:
    """Return the answers with what the age says of the scope gate. Where both speak, under 18 is the safer answer."""
    full = dict(answers)
    if person.age_years is not None:
        is_child = person.age_years < ADULT_FROM
        full[UNDER_18] = is_child or full.get(UNDER_18) is True
    return full


def screens_for(screens: Iterable[Screen], person: Person, tokens: Tokens) -> tuple[Screen, ...]:
    """Return the screens that concern this person, the most serious first."""
    age = person.age_years if person.age_years is not None else ADULT_FROM
    return tuple(
        sorted(
            (
                screen
                for screen in screens
                if screen.age_from <= age
                and (screen.age_to is None or age <= screen.age_to)
                and (not screen.applies_if or any(tokens.get(token, True) for token in screen.applies_if))
            ),
            key=lambda screen: (screen.order, screen.id),
        )
    )


def next_step(screens: Sequence[Screen], triage: Triage, done: Collection[str]) -> Step:
    """Return what to show next.

    Args:
        screens: those that concern this person, in order (``screens_for``).
        triage: what the answers come to so far.
        done: ids of the screens that were answered.
    """
    waiting = [screen for screen in screens if screen.id not in done]
    wanted = _wanted(triage)
    number, of = len(screens) - len(waiting) + 1, len(screens)
    part = _next_part(wanted, screens, waiting)
    if part:
        return Step(StepKind.QUESTION, part=part, number=min(number, of), of=of)
    for screen in waiting:
        if screen.parts.intersection(wanted):
            return Step(StepKind.SCREEN, screen=screen, number=len(screens) - len(waiting) + 1, of=of)
    if wanted and triage.disposition is None:
        return Step(StepKind.QUESTION, part=wanted[0], number=of, of=of)
    return Step(StepKind.RESULT, number=of, of=of)


def _wanted(triage: Triage) -> tuple[str, ...]:
    """Return the questions worth asking: all that could change a flag, but once help is due today only what is worse."""
    if triage.at_least.urgency >= Disposition.SAME_DAY.urgency:
        return triage.ask
    return triage.open_parts


def _next_part(wanted: Sequence[str], screens: Sequence[Screen], waiting: Sequence[Screen]) -> str | None:
    """Return the first single question that a tick opened.

    A part that a later screen asks about waits for it. A part that no screen asks about waits for the screens of its
    flag.
    """
    later = {part for screen in waiting for part in screen.parts}
    on_screens = {part for screen in screens for part in screen.parts}
    flags_later = {flag_of(part) for part in later}
    for part in wanted:
        if part in later:
            continue
        if part in on_screens or flag_of(part) not in flags_later:
            return part
    return None


def flag_of(part: str) -> str:
    """Return the id of the flag that a part belongs to."""
    return part.partition(".")[0]


def answers_of_screen(screen: Screen, ticked: Collection[str], answers: Answers) -> dict[str, bool]:
    """Return the answers that a screen gives: no to every part of the lines that were not ticked.

    A part that was answered before keeps its answer, and a part of a ticked line stays open.
    """
    opened = {part for line in screen.lines if line.id in ticked for part in line.parts}
    return {
        part: False
        for line in screen.lines
        if line.id not in ticked
        for part in line.parts
        if part not in opened and part not in answers
    }


def same_questions(
    questions: Mapping[str, str], question: str, passed_over: Collection[str] = ()
) -> tuple[str, ...]:
    """Return the ids with the same question, so that nothing is asked twice.

    ``passed_over`` are the flags that do not concern the person (``flags_passed_over``): an answer must not reach them.
    """
    text = questions[question]
    return tuple(
        one
        for one, other in questions.items()
        if other == text and (one == question or flag_of(one) not in passed_over)
    )


def answer_question(
    questions: Mapping[str, str],
    question: str,
    answer: bool | None,
    answers: Answers,
    passed_over: Collection[str] = (),
) -> dict[str, bool | None]:
    """Return the answers with one more, given to every id with the same question that is not answered yet."""
    same = same_questions(questions, question, passed_over)
    return {**answers, **{one: answer for one in same if one not in answers}, question: answer}
