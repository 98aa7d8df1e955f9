"""The check of the approximation on demand: right where the answer is known, and able to fail."""

from dataclasses import replace

import numpy as np
import pytest

from quietlegs.core.diary.night import OutcomeKind
from quietlegs.core.inference import (
    Family,
    LatentData,
    Scenario,
    check_laplace,
    fit_latent,
    from_table,
    latent_data,
    simulate_diary,
)


def amounts(family: Family, seed: int = 1) -> LatentData:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(80, 3))
    y = 1.0 + x[:, 0] + rng.normal(size=80)
    y[5:9] = np.nan
    return latent_data(y, x, kind=OutcomeKind.AMOUNT, family=family)


def test_where_the_field_is_gaussian_every_sample_weighs_the_same() -> None:
    """For Gaussian nights the approximation is exact, so any slip in drawing or weighing would show."""
    check = check_laplace(fit_latent(amounts(Family.GAUSSIAN)))
    assert check.effective_share > 0.999
    assert np.abs(check.moved).max() < 0.01


def test_an_ordinary_diary_passes_and_the_same_seed_gives_the_same_answer() -> None:
    fit = fit_latent(from_table(simulate_diary(1, Scenario(nights=120)).table, lags=(0,)))
    check = check_laplace(fit)
    assert check.is_good
    assert check.effective_share == check_laplace(fit).effective_share
    assert check.effective_share != check_laplace(fit, seed=2).effective_share


def test_a_wrong_mode_is_found_out() -> None:
    """Moving the modes of a sound fit by half a unit makes most samples worthless."""
    fit = fit_latent(from_table(simulate_diary(1, Scenario(nights=120)).table, lags=(0,)))
    wrong = replace(
        fit, lattice=replace(fit.lattice, u=fit.lattice.u + 2.0 * np.sin(np.arange(fit.data.nights)))
    )
    assert not check_laplace(wrong).is_good


def test_every_family_can_be_checked() -> None:
    table = simulate_diary(3, Scenario(nights=90)).table
    for outcome in ("severity", "woken"):
        assert 0.01 < check_laplace(fit_latent(from_table(table, outcome, lags=(0,)))).effective_share <= 1.0
    assert check_laplace(fit_latent(amounts(Family.STUDENT_T))).effective_share <= 1.0


def test_a_single_sample_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 2"):
        check_laplace(fit_latent(amounts(Family.GAUSSIAN)), samples=1)
