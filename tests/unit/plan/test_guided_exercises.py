"""Guided exercises: their time line is what their words promise, and each step has a drawing."""

import re
from pathlib import Path

import pytest

import quietlegs.web.plan
from quietlegs.core.plan.exercises import StepKind, seconds, timeline
from quietlegs.exchange.plan_base import load_exercises, load_plan_book

EXERCISES = load_exercises()
SPRITE = Path(quietlegs.web.plan.__file__).parent / "static" / "plan" / "exercises.svg"


def test_all_ten_exercises_are_there():
    assert set(EXERCISES) >= {
        "calf-stretch-wall",
        "toe-pull-seated",
        "heel-drop",
        "hamstring-stretch",
        "foot-stretch",
        "foam-roll",
        "self-massage",
        "paced-breathing",
        "breathing-478",
        "muscle-relaxation",
        "body-scan",
    }


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=lambda exercise: exercise.id)
def test_the_time_line_takes_the_minutes_that_are_promised(exercise):
    assert abs(seconds(exercise) / 60 - exercise.minutes) <= 1


def test_the_tested_stretch_is_10_seconds_three_times_on_each_leg():
    phases = timeline(EXERCISES["calf-stretch-wall"])
    holds = [phase for phase in phases if phase.step.kind is StepKind.HOLD]
    assert [(phase.side, phase.number, phase.step.seconds) for phase in holds] == [
        (side, number, 10) for side in (1, 2) for number in (1, 2, 3)
    ]


def test_the_breath_that_is_called_4_7_8_is_that():
    assert [step.seconds for step in EXERCISES["breathing-478"].steps] == [4, 7, 8]


def test_every_pose_has_a_drawing_and_every_drawing_a_pose():
    drawn = set(re.findall(r'<symbol id="([a-z0-9-]+)"', SPRITE.read_text(encoding="utf-8")))
    asked = {step.pose for exercise in EXERCISES.values() for step in exercise.steps}
    assert drawn == asked


def test_every_exercise_of_the_plan_exists():
    for item in load_plan_book().items.values():
        assert item.exercise is None or item.exercise in EXERCISES
