"""Simulated diaries: nights noted for a reason, and outcomes of every kind. The simulator does what it says."""

import numpy as np
import pytest

from quietlegs.core.diary.night import FactorKind
from quietlegs.core.inference import (
    Logging,
    Mechanism,
    Noted,
    Scenario,
    fit_latent,
    from_table,
    simulate_diary,
)


def test_quiet_nights_with_the_blamed_factor_go_unlogged() -> None:
    """The same seed logged at random has the factor's values on other nights: there it makes no difference."""
    shares = {}
    for logging in (Logging.AT_RANDOM, Logging.BLAMED_FACTOR):
        with_it, without = [], []
        for seed in range(8):
            made = simulate_diary(seed, Scenario(nights=400, logging=logging))
            true = {name for name, *_ in made.truth.effects}
            factor = next(column for column in made.table.factors if column.name not in true)
            cut = 0.5 if factor.kind is FactorKind.YES_NO else np.nanmedian(factor.values)
            logged = ~np.isnan(factor.values)
            with_it.append((made.truth.complete[logged & (factor.values > cut)] == 0).mean())
            without.append((made.truth.complete[logged & (factor.values <= cut)] == 0).mean())
        shares[logging] = np.mean(without) - np.mean(with_it)
    assert shares[Logging.BLAMED_FACTOR] > shares[Logging.AT_RANDOM] + 0.05


@pytest.mark.parametrize("noted", Noted)
def test_every_kind_of_outcome_carries_the_effects_that_were_put_in(noted: Noted) -> None:
    """Over a few long diaries: estimates lie around the truth, on the outcome's own scale."""
    off = []
    for seed in range(3):
        made = simulate_diary(seed, Scenario(nights=1500, factors=4, matter=2, noted=noted))
        data = from_table(made.table, made.table.outcomes[0].name, lags=(0,))
        fit = fit_latent(data)
        truth = np.array([made.truth.effect(label.factor) for label in data.labels])
        off += list((fit.mean - truth) / fit.sd)
    assert np.abs(np.mean(off)) < 1.0
    assert np.sqrt(np.mean(np.square(off))) < 1.8


@pytest.mark.parametrize("noted", Noted)
@pytest.mark.parametrize("mechanism", Mechanism)
def test_every_mechanism_makes_every_kind_of_outcome_within_its_bounds(
    noted: Noted, mechanism: Mechanism
) -> None:
    values = simulate_diary(5, Scenario(nights=400, noted=noted, mechanism=mechanism)).truth.complete
    top = {Noted.YES_NO: 1, Noted.SCORE_4: 4, Noted.SCORE_10: 10}.get(noted, 15)
    assert 0 <= values.min() < values.max() <= top
    if noted not in (Noted.HOURS, Noted.ROUGH_HOURS):
        assert (values == np.floor(values)).all()


def test_a_diary_of_another_outcome_is_written_out_and_holds_it() -> None:
    made = simulate_diary(2, Scenario(nights=60, noted=Noted.YES_NO))
    diary = made.diary()
    assert any(factor.name == "bad night" for factor in diary.factors)
    assert sum("bad night" in night.factors for night in diary.nights) == int(
        np.isfinite(made.table.outcomes[0].values).sum()
    )
