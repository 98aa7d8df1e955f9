"""The short, seeded version of benchmarks/experiments.py, experiments_size.py and factorial.py: false alarms, power, intervals."""

import numpy as np
import pytest

from benchmarks import factorial
from benchmarks.experiments import rates, severity_power
from benchmarks.experiments_size import coverage, no_difference
from benchmarks.trials import Cell
from quietlegs.core.diary.night import OutcomeKind
from quietlegs.core.experiments.factorial import pairs_of_one
from quietlegs.core.experiments.sequences import SpaceKind, sequence_space

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


@pytest.mark.parametrize(
    ("kind", "effect", "bias"),
    [
        (OutcomeKind.YES_NO, np.log(0.5), 0.2),
        (OutcomeKind.AMOUNT, -15.0, 3.0),
        (OutcomeKind.SCALE, -1.15, 0.2),
    ],
    ids=lambda value: getattr(value, "value", None),
)
def test_intervals_of_every_kind_of_outcome_hold_the_truth(
    kind: OutcomeKind, effect: float, bias: float
) -> None:
    found = coverage(Cell("", 28, effect=effect, kind=kind), 40, seed=27)
    assert found["coverage"] >= 0.85 and found["mean"] == pytest.approx(found["truth"], abs=bias)


def test_the_simulated_factorial_is_the_one_that_the_app_tests() -> None:
    cell = factorial.two("", 5, 3, 1, second=-0.7, missing=0.2)
    outcome, order = factorial.live(cell, 1, seed=31)
    nights, second = factorial.as_trial(cell, outcome[0], order[0])
    strata = sequence_space(pairs_of_one(nights, second, "second"), SpaceKind.PAIRS).strata
    difference, sign = factorial.pairs_of(cell, outcome, order, 1)
    assert strata.statistic == pytest.approx(float((difference * sign).sum()))
    assert sorted(strata.difference * strata.sign) == pytest.approx(sorted((difference * sign)[0]))


@pytest.mark.parametrize(
    "cell",
    [
        factorial.two("nightly, correlation 0.8, drift", 14, correlation=0.8, drift=0.1),
        factorial.two("7-night runs", 8, 7, 2, correlation=0.8),
        factorial.two("zero-heavy counts", 28, weekly=1, missing=0.33),
        factorial.two("scale 0-10", 14, kind=OutcomeKind.SCALE, correlation=0.8),
    ],
    ids=lambda cell: cell.nights.name,
)
def test_of_two_useless_remedies_at_once_hardly_either_is_called_a_success(cell: factorial.Two) -> None:
    found = factorial.rates(cell, 2 * REPLICATES, seed=32)
    each = 0.025 + 2.6 * np.sqrt(0.025 * 0.975 / (2 * REPLICATES))
    assert max(found["first"], found["second"]) <= each
    assert found["either"] <= WORST


def test_a_remedy_that_does_nothing_gets_no_credit_for_the_other() -> None:
    cell = factorial.two("", 28, weekly=8, second=np.log(0.3))
    found = factorial.rates(cell, 2 * REPLICATES, seed=33)
    assert found["first"] <= 0.025 + 2.6 * np.sqrt(0.025 * 0.975 / (2 * REPLICATES))
    assert found["second"] > 0.5


def test_two_at_once_find_what_helps_as_often_as_the_table_says_and_their_intervals_hold_it() -> None:
    halved = factorial.two("", 56, weekly=8, effect=np.log(0.5), second=np.log(0.5))
    assert factorial.rates(halved, 400, seed=34)["first"] == pytest.approx(0.61, abs=0.08)
    found = factorial.whole(factorial.two("", 28, effect=np.log(0.5)), 30, seed=35)
    assert min(found["first held"], found["second held"]) >= 0.85
    assert found["first mean"] == pytest.approx(np.log(0.5), abs=0.2)


def test_no_useful_difference_is_said_of_what_does_nothing_and_seldom_of_what_helps() -> None:
    useless = no_difference(Cell("", 56, kind=OutcomeKind.SCALE), 10, seed=25)
    helpful = no_difference(Cell("", 56, effect=-1.7, kind=OutcomeKind.SCALE), 10, seed=26)
    assert useless["no useful difference"] >= 0.4
    assert helpful["no useful difference"] <= 0.1 and helpful["harms"] == 0
