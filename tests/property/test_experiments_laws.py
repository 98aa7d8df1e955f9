"""Laws of experiments that hold for any numbers."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quietlegs.core.diary.night import OutcomeKind
from quietlegs.core.experiments.design import Design, Pause, draw
from quietlegs.core.experiments.monitoring import planned_looks, wealth_path
from quietlegs.core.experiments.randomisation import all_flips
from quietlegs.core.experiments.seal import BrokenSealError, canonical, open_sealed, seal

gaps = st.lists(st.floats(-5, 5).map(lambda x: round(x, 2)), min_size=8, max_size=8)
days = st.integers(0, 60).map(lambda n: date.fromordinal(date(2026, 3, 1).toordinal() + n))


@given(gaps)
@settings(max_examples=15, deadline=None)
def test_whatever_the_nights_looking_after_every_pair_errs_in_at_most_5_of_100_orders(
    difference: list[float],
) -> None:
    """The exact error over all 256 orders that the coin could have drawn, with a look after every pair."""
    pairs = np.array(difference)
    clear = [planned_looks(pairs, sign, 8)[-1].is_clear for sign in all_flips(8)]
    assert np.mean(clear) <= 0.05


@given(gaps, st.sampled_from(list(OutcomeKind)))
@settings(deadline=None)
def test_whatever_the_nights_the_bet_is_fair_after_every_pair(
    difference: list[float], kind: OutcomeKind
) -> None:
    pairs = np.array(difference)
    paths = np.array([wealth_path(pairs, sign, kind) for sign in all_flips(8)])
    assert paths.mean(axis=0) == pytest.approx(np.ones((2, 8)))


@given(
    st.integers(6, 40),
    st.integers(1, 7),
    st.integers(0, 2**128 - 1),
    st.lists(st.tuples(days, days), max_size=3),
)
@settings(deadline=None)
def test_every_schedule_is_fair_whole_and_opens_from_its_seal(
    pairs: int, block: int, seed: int, rests: list[tuple[date, date]]
) -> None:
    design = Design(
        reference="none", treatment="stretch", outcome="cramps", pairs=pairs, block_nights=block,
        start=date(2026, 3, 1), pauses=tuple(Pause(min(r), max(r)) for r in rests),
    )  # fmt: skip
    nights = draw(design, seed).nights
    assert len(nights) == design.nights == len({night.evening for night in nights})
    assert sum(night.condition == "stretch" for night in nights) == len(nights) / 2
    assert not any(p.first <= night.evening <= p.last for p in design.pauses for night in nights)
    for pair in range(1, pairs + 1):
        mine = [night.evening.toordinal() for night in nights if night.pair == pair]
        assert mine == list(range(mine[0], mine[0] + 2 * block))  # side by side
    sealed = seal(design, seed)
    assert open_sealed(canonical(design, seed), sealed.seal) == sealed


@given(st.integers(0, 2**128 - 1), st.data())
def test_any_change_of_a_sealed_text_breaks_the_seal(seed: int, data: st.DataObject) -> None:
    design = Design(reference="none", treatment="stretch", outcome="cramps", pairs=6, start=date(2026, 3, 1))
    sealed = seal(design, seed)
    text = canonical(design, seed)
    place = data.draw(st.integers(0, len(text) - 1))
    sign = data.draw(st.characters(min_codepoint=32, max_codepoint=126).filter(lambda c: c != text[place]))
    with pytest.raises(BrokenSealError):
        open_sealed(text[:place] + sign + text[place + 1 :], sealed.seal)
