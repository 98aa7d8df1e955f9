"""Each check fails when it should, and a diary from the model itself passes."""

import numpy as np

from quietlegs.core.inference import (
    Level,
    Logging,
    Scenario,
    decide,
    diagnose,
    fit_latent,
    from_table,
    latent_data,
    simulate_diary,
)
from quietlegs.core.inference.diagnostics import held_back
from quietlegs.core.inference.predictive import leave_one_out, pit_histogram

RNG = np.random.default_rng(1)


def checks_of(data):
    fit = fit_latent(data)
    decisions = decide(fit)
    return diagnose(fit, decisions), decisions


def ids(checks, level=None):
    return {check.id for check in checks if check.level is not Level.FINE and level in (None, check.level)}


def test_a_diary_from_the_model_passes_every_check_that_is_not_about_one_column():
    for seed in range(6):
        checks, _ = checks_of(from_table(simulate_diary(seed, Scenario(nights=200)).table, lags=(0,)))
        assert ids(checks) <= {"one_week", "prior", "logging", "collinear"}


def test_predictions_of_single_nights_are_uniform_when_the_model_is_right():
    fit = fit_latent(from_table(simulate_diary(3, Scenario(nights=700)).table, lags=(0,)))
    histogram = pit_histogram(leave_one_out(fit))
    assert histogram.sum() == 1.0 or abs(histogram.sum() - 1.0) < 1e-9
    assert np.abs(histogram - 0.1).max() < 0.03


def test_two_columns_that_move_together_are_reported_as_a_pair():
    x = RNG.normal(size=(100, 2)) / 2
    checks, _ = checks_of(
        latent_data(RNG.poisson(0.6, 100).astype(float), np.column_stack([x, x[:, 0] + 0.1 * x[:, 1]]))
    )
    assert [check.columns for check in checks if check.id == "collinear"] == [(0, 2)]


def test_a_claim_that_rests_on_one_week_is_held_back():
    # One week in which every night with the factor was violent and every night without it was quiet.
    x = (RNG.random((150, 1)) < 0.15).astype(float)
    y = RNG.poisson(0.4, 150).astype(float)
    x[70:77, 0] = [1, 0, 1, 0, 1, 0, 1]
    y[70:77] = [7, 0, 8, 0, 7, 0, 8]
    checks, decisions = checks_of(latent_data(y, x))
    assert decisions.lfsr[0] < 0.3
    assert "one_week" in ids(checks, Level.HOLD_BACK)
    assert held_back(checks, 1) == {0}


def test_a_steady_claim_does_not_rest_on_one_week():
    x = (RNG.random((300, 1)) < 0.5).astype(float)
    checks, decisions = checks_of(latent_data(RNG.poisson(np.exp(-0.5 + x[:, 0])).astype(float), x))
    assert decisions.lfsr[0] < 0.05
    assert "one_week" not in ids(checks)


def test_leaving_a_week_out_in_closed_form_agrees_with_fitting_without_it():
    from quietlegs.core.inference.influence import leave_week_out

    data = from_table(simulate_diary(11, Scenario(nights=126)).table, lags=(0,))
    fit = fit_latent(data)
    quick = leave_week_out(fit, decide(fit))
    worst = 0.0
    for block in range(0, 18, 3):
        y = data.y.copy()
        y[7 * block : 7 * block + 7] = np.nan
        again = fit_latent(latent_data(y, data.columns, labels=data.labels, first_weekday=data.first_weekday))
        worst = max(worst, float(np.abs(decide(again).lfsr - quick[block]).max()))
    assert worst < 0.15


def test_a_column_that_only_decides_whether_a_night_is_logged_is_seen_by_its_odds():
    # More cramps on nights with cramps, but not more nights with cramps: rates and odds disagree.
    x = (RNG.random((400, 1)) < 0.5).astype(float)
    y = np.where(RNG.random(400) < 0.3, RNG.poisson(1.0 + 6.0 * x[:, 0]) + 1.0, 0.0)
    checks, decisions = checks_of(latent_data(y, x))
    assert decisions.lfsr[0] < 0.3
    assert "logging" in ids(checks)


def test_only_bad_nights_logged_gives_no_claims_without_effects():
    claims = 0
    for seed in range(8):
        scenario = Scenario(nights=120, matter=0, logging=Logging.BAD_NIGHTS)
        claims += int(
            (
                decide(fit_latent(from_table(simulate_diary(seed, scenario).table, lags=(0,)))).lfsr < 0.05
            ).sum()
        )
    assert claims == 0
