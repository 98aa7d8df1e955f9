"""What cannot carry a model is refused in a sentence; what can gives finite numbers. No numerical warning escapes."""

import numpy as np
import pytest

from quietlegs.core.diary.night import OutcomeKind
from quietlegs.core.inference import (
    CannotFit,
    Family,
    LeftOutBecause,
    Level,
    Refusal,
    decide,
    diagnose,
    fit_latent,
    latent_data,
    treatment_effect,
)

NIGHTS = 80
RNG = np.random.default_rng(0)
X = RNG.normal(size=(NIGHTS, 4)) / 2
CRAMPS = RNG.poisson(0.6, NIGHTS).astype(float)


def assert_sound(y, x, **how):
    fit = fit_latent(latent_data(y, x, first_weekday=0, **how))
    decisions = decide(fit)
    checks = diagnose(fit, decisions)
    for numbers in (fit.mean, fit.sd, fit.interval(), fit.latent.low, fit.latent.high, decisions.lfsr):
        assert np.isfinite(numbers).all()
    assert ((decisions.lfsr >= 0) & (decisions.lfsr <= 1)).all()
    assert np.isfinite([fit.baseline.low, fit.baseline.mean, fit.baseline.high]).all()
    return fit, decisions, checks


REFUSED = {
    "every night quiet": (np.zeros(NIGHTS), Refusal.OUTCOME_NEVER_CHANGES),
    "one cramp every night": (np.ones(NIGHTS), Refusal.OUTCOME_NEVER_CHANGES),
    "nothing logged": (np.full(NIGHTS, np.nan), Refusal.TOO_FEW_NIGHTS),
    "one night logged": (np.where(np.arange(NIGHTS) == 5, 2.0, np.nan), Refusal.TOO_FEW_NIGHTS),
    "an infinite count": (np.where(np.arange(NIGHTS) == 5, np.inf, CRAMPS), Refusal.NOT_A_NUMBER),
    "a negative count": (CRAMPS - 1, Refusal.IMPOSSIBLE_VALUE),
    "half a cramp": (CRAMPS / 2, Refusal.IMPOSSIBLE_VALUE),
    "a million cramps": (CRAMPS * 1e6, Refusal.IMPOSSIBLE_VALUE),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_diary_that_cannot_carry_the_model_is_refused_with_a_reason_and_a_sentence(name):
    y, reason = REFUSED[name]
    with pytest.raises(CannotFit) as caught:
        latent_data(y, X)
    assert caught.value.reason is reason
    assert str(caught.value).endswith(".")


def test_dates_longer_apart_than_a_life_are_refused():
    with pytest.raises(CannotFit) as caught:
        latent_data(np.tile(CRAMPS, 1000), np.tile(X, (1000, 1)))
    assert caught.value.reason is Refusal.TOO_LONG


SOUND = {
    "cramps on all nights": CRAMPS + 1,
    "one cramp ever": (np.arange(NIGHTS) == 40).astype(float),
    "three nights": np.where(np.arange(NIGHTS) < 3, np.arange(NIGHTS), np.nan),
    "one night of 500": np.where(np.arange(NIGHTS) == 40, 500.0, CRAMPS),
    "counts around 500": RNG.poisson(500, NIGHTS).astype(float),
    "nothing or 500": np.where(RNG.random(NIGHTS) < 0.5, 500.0, 0.0),
}


@pytest.mark.parametrize("name", SOUND)
def test_extreme_counts_give_sound_numbers(name):
    assert_sound(SOUND[name], X)


@pytest.mark.parametrize("kind", OutcomeKind)
def test_a_factor_that_is_the_outcome_is_held_back(kind):
    y = (CRAMPS > 0).astype(float) if kind is OutcomeKind.YES_NO else CRAMPS
    _, _, checks = assert_sound(y, np.column_stack([X, y / 2]), kind=kind)
    mirror = [check for check in checks if check.id == "mirror"]
    assert [check.columns for check in mirror] == [(4,)]
    assert mirror[0].level is Level.HOLD_BACK


def test_constant_unknown_and_repeated_factors_are_left_out_and_named():
    x = np.column_stack([X, np.ones(NIGHTS), np.full(NIGHTS, np.nan), -3 * X[:, 0] + 2])
    data = latent_data(CRAMPS, x)
    assert [(left.column.name, left.because, left.same_as) for left in data.left_out] == [
        ("x4", LeftOutBecause.NEVER_CHANGES, None),
        ("x5", LeftOutBecause.NEVER_KNOWN, None),
        ("x6", LeftOutBecause.SAME_AS_ANOTHER, "x0"),
    ]
    assert len(data.labels) == 4


def test_a_factor_that_others_add_up_to_is_fitted_and_nothing_breaks():
    assert_sound(CRAMPS, np.column_stack([X, X[:, 0] + X[:, 1]]))


def test_an_infinite_factor_value_is_refused_by_name():
    x = X.copy()
    x[3, 1] = np.inf
    with pytest.raises(CannotFit, match="x1"):
        latent_data(CRAMPS, x)


def test_more_factors_than_nights_are_carried():
    assert_sound(CRAMPS[:40], RNG.normal(size=(40, 60)) / 2)


def test_three_nights_thirty_years_apart_are_fitted():
    y = np.full(10_958, np.nan)
    y[[0, 1, 5_000, 10_956, 10_957]] = [0, 2, 0, 1, 0]
    assert_sound(y, np.zeros((10_958, 0)))


def test_one_absurd_amount_does_not_move_a_heavy_tailed_fit():
    calm = RNG.normal(30.0, 5.0, NIGHTS)
    absurd = np.where(np.arange(NIGHTS) == 40, 500.0, calm)
    fit, _, _ = assert_sound(absurd, X, kind=OutcomeKind.AMOUNT)
    assert fit.baseline.mean == pytest.approx(30.0, abs=5.0)
    plain, _, _ = assert_sound(absurd, X, family=Family.GAUSSIAN)
    assert plain.baseline.mean > fit.baseline.mean + 2.0


def test_an_exposure_that_never_changes_is_refused():
    with pytest.raises(CannotFit) as caught:
        treatment_effect(CRAMPS, np.ones(NIGHTS))
    assert caught.value.reason is Refusal.NOTHING_TO_COMPARE


def test_an_exposure_that_changes_only_on_nights_left_out_is_refused():
    exposure = (np.arange(NIGHTS) < 10).astype(float)
    with pytest.raises(CannotFit) as caught:
        treatment_effect(CRAMPS, exposure, used=np.arange(NIGHTS) >= 10)
    assert caught.value.reason is Refusal.NOTHING_TO_COMPARE
