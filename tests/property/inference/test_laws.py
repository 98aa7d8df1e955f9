"""Laws that hold for every diary."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from quietlegs.core.diary.night import OutcomeKind
from quietlegs.core.inference import CannotFit, decide, diagnose, fit_latent, latent_data

FEW = settings(max_examples=25, deadline=None)
FEWER = settings(max_examples=10, deadline=None)

counts = st.lists(st.one_of(st.none(), st.integers(0, 500)), min_size=2, max_size=40)
values = st.one_of(st.none(), st.floats(-1e6, 1e6), st.sampled_from([0.0, 1.0]))


def array(items):
    return np.array([np.nan if item is None else item for item in items], dtype=float)


@FEW
@given(counts, st.data(), st.sampled_from(list(OutcomeKind)))
def test_any_diary_gives_finite_numbers_or_a_sentence(nights, data, kind):
    columns = data.draw(st.integers(0, 3))
    x = np.column_stack(
        [
            array(data.draw(st.lists(values, min_size=len(nights), max_size=len(nights))))
            for _ in range(columns)
        ]
        or [np.zeros((len(nights), 0))]
    )
    try:
        fit = fit_latent(latent_data(array(nights), x, kind=kind, first_weekday=3))
        decisions = decide(fit)
        diagnose(fit, decisions)
    except CannotFit as refused:
        assert str(refused).endswith(".")
        return
    assert np.isfinite(fit.mean).all() and (fit.sd > 0).all()
    total = decisions.positive + decisions.negative + decisions.zero
    assert np.allclose(total, 1.0, atol=1e-6)
    assert (fit.interval()[:, 0] < fit.interval()[:, 1]).all()


def small_diary(seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(70, 3)) / 2
    return rng.poisson(np.exp(-0.3 + 0.8 * x[:, 0])).astype(float), x


@FEWER
@given(st.integers(0, 10_000), st.permutations([0, 1, 2]))
def test_the_order_of_factors_is_irrelevant(seed, order):
    y, x = small_diary(seed)
    plain, shuffled = fit_latent(latent_data(y, x)), fit_latent(latent_data(y, x[:, order]))
    assert np.allclose(plain.mean[order], shuffled.mean, atol=2e-3)
    assert np.allclose(decide(plain).lfsr[order], decide(shuffled).lfsr, atol=5e-3)


@FEWER
@given(st.integers(0, 10_000))
def test_turning_a_factor_around_turns_its_effect_around(seed):
    y, x = small_diary(seed)
    plain, turned = fit_latent(latent_data(y, x)), fit_latent(latent_data(y, x * [-1, 1, 1]))
    assert np.allclose(plain.mean * [-1, 1, 1], turned.mean, atol=2e-3)
    assert np.allclose(decide(plain).positive[0], decide(turned).negative[0], atol=5e-3)


@FEWER
@given(st.integers(0, 10_000), st.integers(1, 30))
def test_nights_without_a_word_after_the_last_one_change_next_to_nothing(seed, empty):
    y, x = small_diary(seed)
    longer = np.concatenate([y, np.full(empty, np.nan)]), np.vstack([x, np.full((empty, 3), np.nan)])
    plain, padded = fit_latent(latent_data(y, x)), fit_latent(latent_data(*longer))
    # Only the trend's unit changes: it is counted over the whole diary.
    assert np.abs((plain.mean - padded.mean) / plain.sd).max() < 0.1
