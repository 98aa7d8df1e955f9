"""What a fit says of a diary whose truth is known by construction."""

import numpy as np
import pytest

from quietlegs.core.diary.night import Diary, Factor, FactorKind, Night, OutcomeKind
from quietlegs.core.diary.table import night_table
from quietlegs.core.inference import (
    GRID,
    CannotFit,
    EffectPrior,
    Family,
    Refusal,
    Scenario,
    Settings,
    decide,
    effect_log_likelihood,
    fit_joint,
    fit_latent,
    from_table,
    latent_data,
    simulate_diary,
    treatment_effect,
)
from quietlegs.core.inference.hyper import to_hyper
from quietlegs.core.inference.missing import fill
from quietlegs.core.inference.newton import find_modes
from quietlegs.core.inference.shrink import strain


def diary(seed=0, nights=400, effect=0.9, level=-0.5, missing=0.0):
    """Cramp counts that a yes/no factor raises by exp(effect), with a second factor that does nothing."""
    rng = np.random.default_rng(seed)
    x = np.column_stack([(rng.random(nights) < 0.4).astype(float), rng.normal(size=nights) / 2])
    y = rng.poisson(np.exp(level + effect * x[:, 0])).astype(float)
    x[rng.random(x.shape) < missing] = np.nan
    y[rng.random(nights) < 0.1] = np.nan
    return y, x


def test_a_strong_factor_is_found_with_its_size_and_sign_and_an_idle_one_is_not():
    fit = fit_latent(latent_data(*diary()))
    decisions = decide(fit)
    low, high = fit.interval()[0]
    assert low < 0.9 < high
    assert decisions.lfsr[0] < 0.01 < 0.5 < decisions.lfsr[1]
    assert decisions.positive[0] > 0.99
    assert decisions.expected_wrong[0] == pytest.approx(decisions.lfsr[0])


def test_a_protective_factor_points_the_other_way():
    decisions = decide(fit_latent(latent_data(*diary(effect=-0.9))))
    assert decisions.negative[0] > 0.95


def test_the_same_diary_gives_the_same_answer_to_the_last_digit():
    first, second = (fit_latent(latent_data(*diary())) for _ in range(2))
    assert np.array_equal(first.mean, second.mean)
    assert np.array_equal(decide(first).lfsr, decide(second).lfsr)


def test_the_baseline_is_the_rate_of_an_average_night():
    y, x = diary(effect=0.0)
    fit = fit_latent(latent_data(y, x))
    assert fit.baseline.low < np.exp(-0.5) < fit.baseline.high
    assert fit.baseline.mean == pytest.approx(np.nanmean(y), rel=0.1)
    assert (fit.latent.low < fit.latent.mean).all() and (fit.latent.mean < fit.latent.high).all()


def test_nights_that_were_not_logged_have_wider_bands():
    y, x = diary()
    y[100:160] = np.nan
    fit = fit_latent(latent_data(y, x))
    width = np.log(fit.latent.high / fit.latent.low)
    assert width[130] > 1.1 * np.median(width[~np.isnan(y)])


@pytest.mark.parametrize("family", Family)
def test_every_family_finds_a_strong_effect_of_the_right_sign(family):
    rng = np.random.default_rng(3)
    x = rng.normal(size=(300, 2)) / 2
    eta = 1.5 * x[:, 0]
    y = {
        Family.NEGATIVE_BINOMIAL: rng.poisson(np.exp(eta)),
        Family.POISSON: rng.poisson(np.exp(eta)),
        Family.LOGISTIC: rng.random(300) < 1 / (1 + np.exp(-2 * eta)),
        Family.CUMULATIVE_LOGIT: np.clip(np.round(5 + 2 * eta + rng.normal(size=300)), 0, 10),
        Family.GAUSSIAN: 20 + 5 * (eta + rng.normal(size=300)),
        Family.STUDENT_T: 20 + 5 * (eta + rng.standard_t(3, 300)),
    }[family].astype(float)
    fit = fit_latent(latent_data(y, x, family=family))
    decisions = decide(fit)
    assert decisions.positive[0] > 0.95
    assert decisions.lfsr[1] > 0.3
    assert fit.fitted.mean.min() >= (0.0 if family not in (Family.GAUSSIAN, Family.STUDENT_T) else -np.inf)


def test_an_effect_on_an_amount_is_in_the_units_of_the_outcome():
    rng = np.random.default_rng(4)
    x = (rng.random((300, 1)) < 0.5).astype(float)
    minutes = 40.0 + 12.0 * x[:, 0] + rng.normal(0, 8.0, 300)
    fit = fit_latent(latent_data(minutes, x, kind=OutcomeKind.AMOUNT))
    low, high = fit.interval()[0]
    assert low < 12.0 < high
    assert high - low < 6.0


def test_amounts_whose_noise_is_not_the_familys_are_heard_more_softly():
    """White's (1982) ratio for Student's t of 4 degrees, worked out by hand: 1.00 on its own noise, 1.22 on two humps."""
    rng = np.random.default_rng(6)
    x = (rng.random((2000, 1)) < 0.5).astype(float)
    humps = np.where(rng.random(2000) < 0.4, 0.9, -0.6) + 0.6 * rng.normal(size=2000)
    for noise, ratio in ((rng.standard_t(4, 2000), 1.0), (humps, 1.22)):
        fit = fit_latent(latent_data(noise, x, kind=OutcomeKind.AMOUNT))
        assert strain(fit) == pytest.approx(ratio, abs=0.12)


def test_a_table_gives_lags_scale_and_weekday():
    table = simulate_diary(5, Scenario(nights=90, factors=3)).table
    data = from_table(table, "cramps")
    assert [(label.factor, label.lag) for label in data.labels][:2] == [("factor 1", 0), ("factor 1", 1)]
    assert data.first_weekday == table.first.weekday()
    for label in data.labels:
        column = table.factor(label.factor)
        expected = 1.0 if column.kind is FactorKind.YES_NO else 2.0 * np.nanstd(column.values)
        assert label.scale == pytest.approx(expected)
    assert np.isnan(data.columns[0, 1])  # the day before the first night is not known
    assert data.of_factor("factor 2") == (2, 3)


def test_natural_effects_are_per_unit_of_the_factor():
    table = simulate_diary(7, Scenario(nights=120, factors=6)).table
    fit = fit_latent(from_table(table, lags=(0,)))
    scales = np.array([label.scale for label in fit.data.labels])
    assert fit.natural_mean * scales == pytest.approx(fit.mean)
    assert fit.natural_interval() * scales[:, None] == pytest.approx(fit.interval())


def test_an_outcome_nobody_logged_is_refused():
    table = night_table(Diary(nights=(Night(evening=simulate_diary(1).table.first, outcomes={"cramps": 1}),)))
    with pytest.raises(CannotFit) as caught:
        from_table(table, "severity")
    assert caught.value.reason is Refusal.NO_OUTCOME


def test_a_prior_of_the_literature_helps_where_the_diary_is_unsure_and_yields_where_it_is_sure():
    y, x = diary(nights=60, effect=0.7)
    weak = fit_latent(latent_data(y, x))
    told = {"x0": EffectPrior(inclusion=0.8, mean=0.7, sd=0.2)}
    assert decide(weak, told).positive[0] > decide(weak).positive[0]
    sure = fit_latent(latent_data(*diary(nights=600, effect=-0.9)))
    assert decide(sure, told).negative[0] > 0.95


def test_a_wider_stage_one_prior_does_not_change_the_decision():
    data = latent_data(*diary(nights=200))
    usual, wide = fit_latent(data), fit_latent(data, Settings(effect_sd=1.0))
    assert decide(usual).lfsr == pytest.approx(decide(wide).lfsr, abs=0.05)


def test_a_finer_lattice_does_not_change_the_answer():
    data = latent_data(*diary(nights=150))
    usual, fine = fit_latent(data), fit_latent(data, Settings(refine=True))
    assert np.abs((usual.mean - fine.mean) / fine.sd).max() < 0.03
    assert usual.sd / fine.sd == pytest.approx(1.0, abs=0.02)


@pytest.mark.parametrize("kind", [OutcomeKind.COUNT, OutcomeKind.SCALE, OutcomeKind.AMOUNT])
def test_steps_that_borrow_from_a_setting_near_by_arrive_where_the_costly_ones_do(kind):
    rng = np.random.default_rng(3)
    x = rng.normal(size=(150, 4))
    y = {
        OutcomeKind.COUNT: lambda: rng.poisson(np.exp(0.4 * x[:, 0])),
        OutcomeKind.SCALE: lambda: np.clip(np.round(2 + x[:, 0] + rng.normal(size=150)), 0, 4),
        OutcomeKind.AMOUNT: lambda: 7 + x[:, 0] + rng.standard_t(2, 150),
    }[kind]()
    fit = fit_latent(latent_data(y.astype(float), x, kind=kind, first_weekday=0))
    field, lattice = fit.prepared.field, fit.lattice
    far = lattice.theta[:3] + 0.4
    hyper = to_hyper(fit.data.family, far)
    near = find_modes(field, to_hyper(fit.data.family, lattice.theta[:3]), lattice.u[:3], lattice.b[:3])
    costly = find_modes(field, hyper, near.u, near.b, enough=1e-10)
    cheap = find_modes(field, hyper, near.u, near.b, borrowed=near.precision)
    assert cheap.converged.all() and cheap.steps < costly.steps
    assert np.allclose(cheap.b, costly.b, atol=0.01)
    assert np.allclose(cheap.log_marginal, costly.log_marginal, atol=0.01)


def test_gaps_are_filled_from_the_other_factors_and_the_neighbouring_nights():
    rng = np.random.default_rng(8)
    common = rng.normal(size=500)
    full = np.column_stack([common, common + 0.3 * rng.normal(size=500), rng.normal(size=500)])
    holes = full.copy()
    gone = rng.random(500) < 0.3
    holes[gone, 0] = np.nan
    filled = fill(holes)
    assert np.corrcoef(filled[gone, 0], full[gone, 0])[0, 1] > 0.9
    assert filled[~gone] == pytest.approx(full[~gone])
    alone = full[:, [2]].copy()
    alone[gone] = np.nan
    assert np.abs(fill(alone)[gone]).max() < 0.8  # what cannot be guessed stays near the mean


def test_an_interval_widens_with_the_share_of_gaps_and_still_holds_the_truth():
    widths = []
    for missing in (0.0, 0.4):
        low, high = fit_latent(latent_data(*diary(missing=missing))).interval()[0]
        assert low < 0.9 < high
        widths.append(high - low)
    assert widths[1] > 1.15 * widths[0]


def test_a_treatment_effect_ignores_nights_left_out():
    y, x = diary(nights=200)
    exposure = x[:, 0]
    used = np.arange(200) % 7 > 1
    plain = treatment_effect(y, exposure, used=used)
    y[~used] = 99.0
    assert treatment_effect(y, exposure, used=used).effect == plain.effect
    assert plain.rate_ratio().mean == pytest.approx(np.exp(plain.effect.mean))


def test_the_likelihood_on_a_grid_is_the_posterior_with_its_prior_divided_out():
    y, x = diary(nights=200)
    log_likelihood = effect_log_likelihood(y, x[:, 0])
    assert log_likelihood.dtype == np.float32 and log_likelihood.shape == GRID.shape
    assert log_likelihood.max() == 0.0
    posterior = np.exp(log_likelihood - 0.5 * GRID**2 / 0.5**2)
    mean = (GRID * posterior).sum() / posterior.sum()
    found = treatment_effect(y, x[:, 0], effect_sd=0.5)
    assert mean == pytest.approx(found.effect.mean, abs=0.25 * found.sd)


def test_likelihoods_of_two_halves_pool_to_about_the_whole():
    y, x = diary(nights=800)
    whole = effect_log_likelihood(y, x[:, 0])
    pooled = effect_log_likelihood(y[:400], x[:400, 0]) + effect_log_likelihood(y[400:], x[400:, 0])
    assert GRID[pooled.argmax()] == pytest.approx(GRID[whole.argmax()], abs=0.11)


def test_factors_of_a_written_diary_reach_the_engine():
    simulated = simulate_diary(9, Scenario(nights=60, factors=4, missing_answers=0.2))
    table = night_table(simulated.diary())
    assert table is not None
    data = from_table(table)
    assert {label.factor for label in data.labels} == {f"factor {j}" for j in range(1, 5)}
    assert Factor("factor 1", table.factor("factor 1").kind).name == "factor 1"


def companion_world(loading):
    y, x = diary(seed=5, nights=300)
    rng = np.random.default_rng(6)
    log_rate = -0.5 + 0.9 * np.nan_to_num(x[:, 0])
    return latent_data(y, x), 4.0 + loading * log_rate + rng.normal(size=300)


def test_severity_that_follows_the_number_sharpens_its_effects():
    data, severity = companion_world(loading=2.0)
    alone, joint = fit_latent(data), fit_joint(data, [severity])
    assert joint.sd[0] < 0.95 * alone.sd[0]
    low, high = joint.interval()[0]
    assert low < 0.9 < high


def test_severity_that_has_nothing_to_do_with_the_number_changes_next_to_nothing():
    data, severity = companion_world(loading=0.0)
    alone, joint = fit_latent(data), fit_joint(data, [severity])
    assert np.abs((alone.mean - joint.mean) / alone.sd).max() < 0.4  # chance alone ties them a little


def test_severity_on_nights_without_cramps_is_not_read():
    data, severity = companion_world(loading=2.0)
    other = np.where(data.y > 0, severity, 99.0)
    assert np.array_equal(fit_joint(data, [severity]).mean, fit_joint(data, [other]).mean)


def test_only_counts_take_companions():
    y, x = diary()
    with pytest.raises(CannotFit):
        fit_joint(latent_data((y > 0).astype(float), x, kind=OutcomeKind.YES_NO), [y])
