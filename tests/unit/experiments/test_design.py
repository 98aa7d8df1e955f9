from datetime import date, timedelta

import pytest

from quietlegs.core.experiments.design import (
    Design,
    DesignError,
    Linger,
    Pause,
    design_for,
    draw,
    flip_coins,
    lay_out,
)
from quietlegs.core.experiments.seal import BrokenSealError, canonical, check_nights, open_sealed, seal
from tests.unit.experiments.trials import trial

START = date(2026, 3, 1)


def design(**change: object) -> Design:
    given = {"reference": "none", "treatment": "stretch", "outcome": "cramps", "pairs": 8, "start": START}
    return Design(**{**given, **change})  # type: ignore[arg-type]


def test_every_pair_holds_each_condition_once() -> None:
    schedule = draw(design(block_nights=7, washout_nights=2), seed=5)
    for pair in range(1, 9):
        conditions = [night.condition for night in schedule.nights if night.pair == pair]
        assert sorted(set(conditions)) == ["none", "stretch"] and conditions.count("stretch") == 7
    assert [night.is_washout for night in schedule.nights[:7]] == [True, True] + [False] * 5


def test_a_lingering_effect_gets_seven_night_blocks_with_the_first_two_dropped() -> None:
    made = design_for(
        Linger.UNKNOWN, reference="none", treatment="magnesium", outcome="cramps", nights=112, start=START
    )
    assert (made.block_nights, made.washout_nights, made.pairs) == (7, 2, 8)


def test_fewer_than_six_pairs_are_refused_with_the_nights_that_are_needed() -> None:
    with pytest.raises(DesignError, match="84 nights"):
        design_for(Linger.UNKNOWN, reference="none", treatment="x", outcome="cramps", nights=56, start=START)


def test_conditions_named_alike_are_refused() -> None:
    with pytest.raises(DesignError, match="differ"):
        design(reference=" Stretch ")


def test_a_pause_moves_pairs_and_cuts_none_that_has_not_begun() -> None:
    pause = Pause(START + timedelta(days=3), START + timedelta(days=9))
    schedule = draw(design(pauses=(pause,)), seed=1)
    assert not [n for n in schedule.nights if pause.first <= n.evening <= pause.last]
    evenings = [n.evening for n in schedule.nights if n.pair == 2]
    assert evenings == [START + timedelta(days=10), START + timedelta(days=11)]


def test_a_pair_in_progress_keeps_its_nights_when_a_flare_begins() -> None:
    made = design(block_nights=7)
    flare = Pause(START + timedelta(days=5), START + timedelta(days=8), declared=START + timedelta(days=5))
    before, after = lay_out(made, [True] * 8), lay_out(made, [True] * 8, [flare])
    assert [n.evening for n in before.nights if n.pair == 1] == [
        n.evening for n in after.nights if n.pair == 1
    ]
    assert after.treated_first == before.treated_first


def test_a_pause_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(DesignError, match="Swap"):
        Pause(START, START - timedelta(days=1))


def test_the_same_seed_draws_the_same_order_for_ever() -> None:

    # The order of this seed is pinned: a sealed experiment must open in ten years.
    assert [int(first) for first in flip_coins(12, 2026)] == [1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 1, 1]


def test_a_seal_opens_and_shows_any_change() -> None:
    sealed = seal(design(), seed=2**127 + 9)
    text = canonical(sealed.schedule.design, sealed.seed)
    assert open_sealed(text, sealed.seal).schedule == sealed.schedule
    swapped = text.replace('"TR', '"RT', 1) if '"TR' in text else text.replace('"RT', '"TR', 1)
    for changed in (swapped, text.replace('"cramps"', '"worry"'), text.replace('"pairs":8', '"pairs":9')):
        with pytest.raises(BrokenSealError, match="changed after it started"):
            open_sealed(changed, sealed.seal)


def test_nights_lived_in_another_order_are_refused_by_date() -> None:
    sealed = seal(design(pairs=6), seed=3)
    letters = "".join("S" if night.condition == "stretch" else "n" for night in sealed.schedule.nights)
    check_nights(sealed, trial([0.0] * 11 + [1.0], letters))
    wrong = letters[:-2] + letters[-1] + letters[-2]
    with pytest.raises(BrokenSealError, match="2026-03-11"):
        check_nights(sealed, trial([0.0] * 11 + [1.0], wrong))
