"""Counting nights: cuts, shares and their intervals; timing against scipy's own tests."""

import numpy as np
import pytest
from scipy import stats

from quietlegs.core.diary.night import FactorKind, OutcomeKind
from quietlegs.core.triggers.frequencies import (
    baseline,
    compare,
    high_cut,
    neighbour_correlation,
    share_interval,
)
from quietlegs.core.triggers.timing import began_more_often, follows_bad_nights, rose_more
from tests.unit.triggers.tables import BLANK, coin


def test_the_interval_of_a_share_is_wilsons_where_nights_are_independent() -> None:
    expected = stats.binomtest(7, 30).proportion_ci(0.90, method="wilson")
    assert share_interval(7, 30, 0.0, 0.90) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_nights_that_are_alike_count_for_less() -> None:
    narrow, wide = share_interval(10, 40, 0.0, 0.9), share_interval(10, 40, 0.5, 0.9)
    assert wide[0] < narrow[0] and wide[1] > narrow[1]


def test_unknown_nights_count_on_neither_side() -> None:
    seen = compare(
        np.array([1, 0, BLANK, 2, 0.0]), OutcomeKind.COUNT, np.array([1, 1, 1, BLANK, 0.0]), None, mass=0.9
    )
    assert (seen.with_it.nights, seen.with_it.events, seen.without.nights) == (2, 1, 1)


def test_an_amount_that_is_often_absent_is_compared_as_any_against_none() -> None:
    assert high_cut(FactorKind.AMOUNT, np.r_[np.zeros(40), np.full(20, 3.0)], 5) == 0.0


def test_an_amount_is_cut_at_a_round_number_with_nights_on_both_sides() -> None:
    hours = np.random.default_rng(1).normal(4, 2, 100)
    cut = high_cut(FactorKind.AMOUNT, hours, 5)
    assert cut is not None and cut == round(cut, 6)
    assert min((hours > cut).sum(), (hours <= cut).sum()) >= 5


def test_correlation_of_neighbours_skips_gaps() -> None:
    series = np.tile([1.0, BLANK], 40)
    assert neighbour_correlation(series) == 0.0


def test_a_diary_without_cramps_has_an_upper_end_to_its_rate() -> None:
    base = baseline(np.zeros(30), OutcomeKind.COUNT, mass=0.9)
    assert base is not None and base.per_night == 0
    assert base.high == pytest.approx(-np.log(0.1) / 30)


@pytest.mark.parametrize("seed", range(5))
def test_starts_after_bad_nights_are_tested_as_fisher_did(seed: int) -> None:
    rng = np.random.default_rng(seed)
    bad, good = rng.random(rng.integers(8, 40)) < 0.4, rng.random(rng.integers(8, 40)) < 0.2
    counts = [[bad.sum(), (~bad).sum()], [good.sum(), (~good).sum()]]
    expected = stats.fisher_exact(counts, alternative="greater").pvalue
    assert began_more_often(bad, good) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_rises_after_bad_nights_are_tested_as_mann_and_whitney_did(seed: int) -> None:
    rng = np.random.default_rng(seed)
    bad, good = np.round(rng.normal(0.5, 1, 25)), np.round(rng.normal(0, 1, 40))
    expected = stats.mannwhitneyu(bad, good, alternative="greater", method="asymptotic").pvalue
    assert rose_more(bad, good) == pytest.approx(expected, rel=1e-9)


def test_a_factor_that_answers_bad_nights_is_noticed_and_one_that_does_not_is_not() -> None:
    cramps, rng = coin(1, 200, 0.4), np.random.default_rng(2)
    answer = np.r_[0.0, ((cramps[:-1] > 0) & (rng.random(199) < 0.6)).astype(float)]
    assert follows_bad_nights(cramps, answer, FactorKind.YES_NO)
    assert not follows_bad_nights(cramps, coin(3, 200), FactorKind.YES_NO)
