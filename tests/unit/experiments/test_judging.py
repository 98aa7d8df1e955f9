from itertools import product

import numpy as np
import pytest
from scipy.stats import permutation_test

from quietlegs.core.diary.night import OutcomeKind
from quietlegs.core.experiments.contrast import contrast
from quietlegs.core.experiments.monitoring import error_spent, planned_looks, wealth, wealth_path
from quietlegs.core.experiments.power import first_clear
from quietlegs.core.experiments.randomisation import randomisation_test
from quietlegs.core.experiments.sequences import SpaceKind, sequence_space
from tests.unit.experiments.trials import nightly, trial


def test_six_pairs_that_all_point_one_way_have_p_2_in_64() -> None:
    found = sequence_space(
        trial([1, 0, 0, 1, 1, 0, 1, 0, 0, 1, 1, 0], "nS Sn nS nS Sn nS", block=list(range(1, 13)))
    )
    test = randomisation_test(found)
    assert test is not None and test.is_exact and test.sequences == 64
    assert test.p == pytest.approx(2 / 64)


def test_the_pair_test_counts_over_every_sequence_as_brute_force_does() -> None:
    space = sequence_space(nightly(8, ratio=0.4, seed=3))
    difference, sign = space.strata.difference, space.strata.sign
    observed = abs(difference @ sign)
    brute = np.mean([abs(difference @ np.array(s)) >= observed - 1e-9 for s in product((1, -1), repeat=8)])
    test = randomisation_test(space)
    assert test is not None and test.p == pytest.approx(brute)


def test_shuffled_blocks_count_over_70_orders_as_scipy_does() -> None:
    """Eight blocks in an order that no pairs explain: 8 choose 4. Equal lengths: the statistic is that of the means."""
    letters = "nnnn SSSS SSSS nnnn nnnn nnnn SSSS SSSS".replace(" ", "")
    generator = np.random.default_rng(4)
    outcome = generator.normal(3.0, 1.0, 32) - 1.0 * np.array([letter == "S" for letter in letters])
    found = trial(list(outcome), letters, block=[i // 4 + 1 for i in range(32)], kind=OutcomeKind.AMOUNT)
    space = sequence_space(found, SpaceKind.BLOCKS)
    test = randomisation_test(space)
    means = outcome.reshape(8, 4).mean(1)
    arm = np.array([letters[4 * i] == "S" for i in range(8)])
    peer = permutation_test(
        (means[arm], means[~arm]), lambda a, b: abs(a.mean() - b.mean()), alternative="greater"
    )
    assert space.size == 70 and test is not None and test.sequences == 70
    assert test.p == pytest.approx(peer.pvalue)


def test_an_order_that_no_pairs_explain_is_read_as_shuffled() -> None:
    letters = "nnnnSSSSSSnnnnSS"
    found = sequence_space(
        trial([float(i % 3) for i in range(16)], letters, block=[i // 2 + 1 for i in range(16)])
    )
    assert found.kind is SpaceKind.BLOCKS and found.size == 70


def test_blocks_that_hold_both_conditions_are_pairs() -> None:
    found = sequence_space(trial([1, 0, 0, 1, 1, 0], "nSSnnS", block=[1, 1, 2, 2, 3, 3]))
    assert found.kind is SpaceKind.PAIRS and found.size == 8


def test_a_lost_block_does_not_shift_the_pairs_after_it() -> None:
    letters, block = "nS S nS Sn", [1, 2, 3, 5, 6, 7, 8]  # block 4 is gone
    found = sequence_space(trial([1, 0, 0, 1, 0, 0, 1], letters, block=block))
    assert found.kind is SpaceKind.PAIRS and len(found.strata.strata) == 3


def test_a_block_without_counted_nights_weighs_nothing() -> None:
    assert contrast(OutcomeKind.COUNT, np.array(0.0), np.array(0.0), np.array(9.0), np.array(3.0)) == 0


def test_all_error_is_spent_at_the_end_and_next_to_none_early() -> None:
    assert error_spent(1.0) == pytest.approx(0.05) and error_spent(0.25) < 0.0002


def test_the_last_look_is_no_harsher_than_the_single_test_by_much() -> None:
    """With looks after every pair, a gap with single p of 2 in 4096 is clear, and its looks stop there."""
    space = sequence_space(trial([2, 0] * 12, "nSSn" * 6, block=list(range(1, 25))))
    signed = np.abs(space.strata.difference)
    looks = planned_looks(signed, np.ones(12), 12)
    assert looks[-1].is_clear and looks[-1].pair < 12


def test_what_earlier_looks_said_does_not_change_later() -> None:
    space = sequence_space(nightly(40, ratio=0.5, rate=2, seed=8))
    difference, sign = space.strata.difference, space.strata.sign
    whole = planned_looks(difference, sign, 40, seed=5)
    part = planned_looks(difference[:20], sign[:20], 40, seed=5)
    assert part == whole[: len(part)]


def test_the_planning_rule_is_the_real_rule() -> None:
    """Planning judges many experiments at once; each must stop where the real monitoring stops it."""
    spaces = [sequence_space(nightly(8, ratio=0.1, rate=3, seed=seed)) for seed in range(40)]
    difference = np.array([space.strata.difference for space in spaces])
    sign = np.array([space.strata.sign for space in spaces])
    real = [planned_looks(d, s, 8)[-1] for d, s in zip(difference, sign, strict=True)]
    assert list(first_clear(difference, sign)) == [look.pair if look.is_clear else 0 for look in real]
    assert any(look.is_clear for look in real)


def test_the_bet_is_fair_over_every_order_of_the_coin() -> None:
    """The mean wealth over all sequences is exactly 1: the coin is the only chance there is."""
    difference = sequence_space(nightly(10, rate=2, seed=2)).strata.difference
    for kind in (OutcomeKind.COUNT, OutcomeKind.AMOUNT):
        ends = [
            [path[-1] for path in wealth_path(difference, np.array(signs, dtype=float), kind)]
            for signs in product((1, -1), repeat=10)
        ]
        assert np.mean(ends, axis=0) == pytest.approx([1.0, 1.0])


def test_the_bet_knows_which_way_is_benefit() -> None:
    space = sequence_space(nightly(60, ratio=0.2, rate=3, seed=1))
    better = wealth(space.strata.difference, space.strata.sign, OutcomeKind.COUNT)
    worse = wealth(space.strata.difference, space.strata.sign, OutcomeKind.COUNT, lower_is_better=False)
    assert better.may_stop and better.favours_benefit and worse.may_stop and not worse.favours_benefit
