"""The short, seeded version of benchmarks/experiments.py: false alarms, power, intervals."""

import numpy as np
import pytest

from benchmarks.experiments import Cell, coverage, no_difference, rates, severity_power
from quietlegs.core.diary.night import OutcomeKind

REPLICATES = 600
WORST = 0.05 + 2.6 * np.sqrt(0.05 * 0.95 / REPLICATES)  # one in 200 honest runs would be above
OURS = ("randomisation once", "spending every pair", "open-ended bet")

NULL = (
    Cell("nightly, correlation 0.8, drift", 28, correlation=0.8, drift=0.1),
    Cell("7-night blocks, correlation 0.8", 8, 7, 2, correlation=0.8),
    Cell("zero-heavy counts, a third not logged", 28, weekly=1, missing=0.33),
    Cell("scale 0-10", 8, 7, 2, kind=OutcomeKind.SCALE, correlation=0.8),
    Cell("yes/no", 28, kind=OutcomeKind.YES_NO, correlation=0.8),
)


@pytest.mark.parametrize("cell", NULL, ids=lambda cell: cell.name)
def test_a_useless_remedy_is_seldom_called_a_success_however_often_one_looks(cell: Cell) -> None:
    found = rates(cell, REPLICATES, seed=21)
    assert {name: found[name] for name in OURS if found[name] > WORST} == {}


def test_looking_every_day_at_a_t_test_is_as_wrong_as_is_said() -> None:
    found = rates(Cell("7-night blocks", 8, 7, 2, correlation=0.8), REPLICATES, seed=22)
    assert found["t every day"] > 0.25 and found["before/after t"] > 0.1


def test_a_remedy_that_halves_cramps_is_found_as_often_as_the_table_says() -> None:
    found = rates(Cell("", 112, weekly=8, effect=np.log(0.5)), 300, seed=23)
    assert found["spending every pair"] == pytest.approx(0.774, abs=0.08)
    assert found["randomisation once"] - found["spending every pair"] < 0.08
    assert found["open-ended bet"] > 0.5


def test_severity_finds_what_counts_miss_when_cramps_get_milder() -> None:
    found = severity_power(300)
    assert found["severity, 0 on quiet nights"] > found["cramps"] + 0.1


def test_intervals_hold_the_truth() -> None:
    found = coverage(Cell("", 56, effect=np.log(0.5)), 60, seed=24)
    assert found["coverage"] >= 0.9 and found["mean"] == pytest.approx(np.log(0.5), abs=0.15)


def test_no_useful_difference_is_said_of_what_does_nothing_and_seldom_of_what_helps() -> None:
    useless = no_difference(Cell("", 56, kind=OutcomeKind.SCALE), 10, seed=25)
    helpful = no_difference(Cell("", 56, effect=-1.7, kind=OutcomeKind.SCALE), 10, seed=26)
    assert useless["no useful difference"] >= 0.4
    assert helpful["no useful difference"] <= 0.1 and helpful["harms"] == 0
