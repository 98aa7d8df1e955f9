"""What the templates of the guided exercises get."""

import json
from dataclasses import dataclass

from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from quietlegs.core.plan import Exercise, Phase, timeline
from quietlegs.core.plan.exercises import StepKind
from quietlegs.exchange.plan_base import load_exercises, load_plan_book
from quietlegs.web.library.pages import Grade, grade
from quietlegs.web.medicines.references import Reference, ShownSource, references, sources


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step as it is read."""

    text: str
    seconds: int
    pose: str


@dataclass(frozen=True, slots=True)
class ExercisePage:
    """One guided exercise."""

    exercise: Exercise
    steps: tuple[StepLine, ...]
    poses: tuple[str, ...]
    rounds: str
    phases: str
    words: str
    sprite: str
    easier: Exercise | None
    grade: Grade
    statement: str
    safety: tuple[str, ...]
    references: tuple[Reference, ...]
    sources: tuple[ShownSource, ...]


@dataclass(frozen=True, slots=True)
class ExercisesPage:
    """All guided exercises."""

    exercises: tuple[Exercise, ...]
    poses: dict[str, str]


def exercises_page() -> ExercisesPage:
    """Return the list of exercises."""
    every = tuple(load_exercises().values())
    return ExercisesPage(every, {one.id: one.steps[0].pose for one in every})


def exercise_page(exercise: Exercise) -> ExercisePage:
    """Return the page of one exercise, with its time line for the timer."""
    entry = load_plan_book().evidence[exercise.evidence[0]]
    return ExercisePage(
        exercise=exercise,
        steps=tuple(StepLine(step.do, step.seconds, step.pose) for step in exercise.steps),
        poses=tuple(dict.fromkeys(step.pose for step in exercise.steps)),
        rounds=_rounds(exercise),
        phases=json.dumps([_phase(phase, exercise) for phase in timeline(exercise)]),
        words=json.dumps(
            {
                "pause": _("Pause"),
                "go_on": _("Go on"),
                "again": _("Start again"),
                "finish": exercise.finish,
                "seconds": _("seconds"),
                "ready": _("Get ready"),
            }
        ),
        sprite=static("plan/exercises.svg"),
        easier=load_exercises()[exercise.easier] if exercise.easier else None,
        grade=grade(entry),
        statement=entry.statement,
        safety=_safety(exercise),
        references=references(exercise.evidence),
        sources=sources(exercise.how_sources),
    )


def _safety(exercise: Exercise) -> tuple[str, ...]:
    """Return every caution once: those of its evidence, and its own where they stand on something else."""
    evidence = load_plan_book().evidence
    own = (one.sentence for one in exercise.cautions if not set(one.evidence) <= set(exercise.evidence))
    theirs = (caution for name in exercise.evidence for caution in evidence[name].safety)
    return tuple(dict.fromkeys((*theirs, *own)))


def _rounds(exercise: Exercise) -> str:
    if exercise.rounds == 1 and not exercise.both_sides:
        return ""
    times = ngettext("once", "%(count)s times", exercise.rounds) % {"count": exercise.rounds}
    if exercise.both_sides:
        return _("Do it %(times)s, then the same on the other side.") % {"times": times}
    return _("Do it %(times)s.") % {"times": times}


def _phase(phase: Phase, exercise: Exercise) -> dict[str, object]:
    step, number, of, side = phase.step, phase.number, phase.of, phase.side
    if exercise.rounds > 1:
        word = _("Breath") if step.kind.value.startswith("breathe") else _("Round")
        count = _("%(word)s %(number)s of %(of)s") % {"word": word, "number": number, "of": of}
    else:
        count = ""
    sides = {0: "", 1: _("First side"), 2: _("Other side")}
    return {
        "do": step.do,
        "seconds": step.seconds,
        "pose": step.pose,
        "kind": step.kind.value,
        "rest": step.kind is StepKind.REST,
        "label": ", ".join(part for part in (sides[side], count) if part),
        "number": number,
        "of": of if of > 1 else 0,
        "side": side,
    }
