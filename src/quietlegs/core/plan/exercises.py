"""Guided exercises: steps with their seconds, laid out as one line of time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from quietlegs.core.knowledge.evidence import Source, parse_source
from quietlegs.core.knowledge.reading import Reader
from quietlegs.core.plan.items import Sentence, parse_sentence


class StepKind(StrEnum):
    """What a step asks for; the timer gives each its own sign."""

    HOLD = "hold"
    REST = "rest"
    MOVE = "move"
    BREATHE_IN = "breathe-in"
    BREATHE_HOLD = "breathe-hold"
    BREATHE_OUT = "breathe-out"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do for some seconds. ``pose`` names the drawing."""

    do: str
    seconds: int
    pose: str
    kind: StepKind


@dataclass(frozen=True, slots=True)
class Exercise:
    """A guided exercise. ``rounds`` of its steps; with ``both_sides``, first one side and then the other.

    ``counted``: the rounds are counted aloud. ``easier`` is the exercise for those to whom this one is not safe.
    """

    id: str
    title: str
    summary: str
    minutes: int
    rounds: int
    both_sides: bool
    counted: bool
    in_bed: bool
    ready: tuple[str, ...]
    steps: tuple[Step, ...]
    finish: str
    evidence: tuple[str, ...]
    cautions: tuple[Sentence, ...]
    easier: str | None
    how_sources: tuple[Source, ...]
    reviewed_on: date
    review_due: date


@dataclass(frozen=True, slots=True)
class Phase:
    """One stretch of time of an exercise. ``side`` is 1 or 2, or 0 where there are no sides; both count from 1."""

    step: Step
    number: int
    of: int
    side: int


def parse_exercise(fields: Mapping[str, object]) -> Exercise:
    """Return the exercise that a data file describes. Raises KnowledgeError."""
    read = Reader(fields, str(fields.get("id")))
    made = Exercise(
        id=read.text("id"),
        title=read.text("title"),
        summary=read.text("summary"),
        minutes=int(read.number("minutes")),
        rounds=int(read.number("rounds")),
        both_sides=read.claim("both_sides"),
        counted=read.claim("counted"),
        in_bed=read.claim("in_bed"),
        ready=read.texts("ready"),
        steps=read.each("steps", _step, at_least=1),
        finish=read.text("finish"),
        evidence=read.texts("evidence"),
        cautions=read.each("cautions", parse_sentence, at_least=1),
        easier=read.text_or_none("easier"),
        how_sources=read.each("how_sources", parse_source, at_least=1),
        reviewed_on=read.day("reviewed_on"),
        review_due=read.day("review_due"),
    )
    read.finish()
    return made


def _step(fields: Mapping[str, object], where: str) -> Step:
    read = Reader(fields, where)
    made = Step(read.text("do"), int(read.number("seconds")), read.text("pose"), read.word("kind", StepKind))
    read.finish()
    return made


def timeline(exercise: Exercise) -> tuple[Phase, ...]:
    """Return every stretch of time in order: sides, then rounds, then steps. The last rest of a side is kept."""
    return tuple(_phases(exercise))


def _phases(exercise: Exercise) -> Iterator[Phase]:
    for side in (1, 2) if exercise.both_sides else (0,):
        for number in range(1, exercise.rounds + 1):
            for step in exercise.steps:
                yield Phase(step, number, exercise.rounds, side)


def seconds(exercise: Exercise) -> int:
    """Return how long the whole exercise takes, in seconds."""
    return sum(phase.step.seconds for phase in timeline(exercise))
