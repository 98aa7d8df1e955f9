"""The arithmetic of the plan: literature first, then the person's own nights, then what an item costs."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from quietlegs.core.plan.benefit import (
    CONFOUNDING_SD,
    Belief,
    OwnResult,
    gain,
    update,
    weigh,
    without_prior,
)

means = st.floats(-1.2, 1.2)
sds = st.floats(0.05, 0.8)


@settings(deadline=None)
@given(means, sds)
def test_the_gain_agrees_with_numerical_integration(mean, sd):
    def saved(effect: float) -> float:
        return (1 - math.exp(effect)) * stats.norm.pdf(effect, mean, sd)

    low = mean - 12 * sd
    high = min(0.0, mean + 12 * sd)
    expected = integrate.quad(saved, low, high, points=[min(mean, high)], limit=200)[0] if low < 0 else 0.0
    assert gain(Belief(mean, sd)) == pytest.approx(expected, abs=1e-6)


def test_the_gain_agrees_with_simulation():
    effects = np.random.default_rng(7).normal(-0.1, 0.4, 400_000)
    assert gain(Belief(-0.1, 0.4)) == pytest.approx(np.maximum(0, 1 - np.exp(effects)).mean(), abs=0.002)


@settings(deadline=None)
@given(means, sds, means, sds)
def test_the_update_agrees_with_a_grid(prior_mean, prior_sd, own_mean, own_sd):
    grid = np.linspace(-6, 6, 40_001)
    log_weight = stats.norm.logpdf(grid, prior_mean, prior_sd) + stats.norm.logpdf(grid, own_mean, own_sd)
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    mean = float(weight @ grid)
    after = update(Belief(prior_mean, prior_sd), OwnResult(own_mean, own_sd, 30, is_randomised=True))
    assert after.mean == pytest.approx(mean, abs=1e-3)
    assert after.sd == pytest.approx(math.sqrt(float(weight @ (grid - mean) ** 2)), abs=1e-3)


@settings(deadline=None)
@given(means, sds, means, sds)
def test_nights_never_widen_the_belief_and_pull_it_towards_themselves(prior_mean, prior_sd, own_mean, own_sd):
    prior = Belief(prior_mean, prior_sd)
    after = update(prior, OwnResult(own_mean, own_sd, 30))
    assert after.sd < prior.sd
    low, high = sorted((prior_mean, own_mean))
    assert low - 1e-9 <= after.mean <= high + 1e-9


def test_a_diary_counts_for_less_than_an_experiment():
    prior = Belief(0.0, 0.4)
    diary = update(prior, OwnResult(-0.6, 0.1, 60))
    experiment = update(prior, OwnResult(-0.6, 0.1, 60, is_randomised=True))
    assert experiment.mean < diary.mean < 0
    assert diary.sd > experiment.sd
    endless = update(prior, OwnResult(-0.6, 1e-6, 10_000))
    assert endless.sd == pytest.approx(1 / math.sqrt(1 / 0.4**2 + 1 / CONFOUNDING_SD**2))


@settings(deadline=None)
@given(means, sds)
def test_the_prior_of_the_nightly_model_is_not_counted_twice(data_mean, data_sd):
    posterior = update(Belief(0.0, 0.5), OwnResult(data_mean, data_sd, nights=30, is_randomised=True))
    assert without_prior(posterior.mean, posterior.sd, data_sd) == pytest.approx(data_mean, abs=1e-9)


def worth(own: OwnResult | None = None, **more):
    return weigh(Belief(-0.1, 0.4), own, **{"minutes": 3, "risk": 0, "age_years": 50} | more)


def test_minutes_and_risk_cost_and_risk_more_from_65():
    assert worth().worth > worth(minutes=10).worth
    assert worth(risk=1).worth > worth(risk=2).worth
    assert worth(risk=2).worth > worth(risk=2, age_years=65).worth
    assert worth(risk=2, age_years=None).worth == worth(risk=2).worth


def test_a_remedy_the_nights_show_to_do_nothing_is_useless_and_not_before():
    nothing = OwnResult(0.02, 0.06, 60, is_randomised=True)
    assert worth(nothing).is_useless
    assert not worth(nothing).is_harmful
    assert not worth(OwnResult(0.02, 0.06, 13, is_randomised=True)).is_useless
    assert not worth(OwnResult(-0.5, 0.1, 60, is_randomised=True)).is_useless
    assert worth(OwnResult(0.6, 0.1, 60, is_randomised=True)).is_harmful


def test_calling_a_helpful_remedy_useless_is_rare_and_a_useless_one_is_found():
    # 400 people; the true effect is 30 % fewer in half of them and none in the other half; 60 randomised nights.
    random = np.random.default_rng(11)
    own_sd = 0.15
    called = {}
    for truth in (math.log(0.7), 0.0):
        seen = random.normal(truth, own_sd, 200)
        called[truth] = np.mean([worth(OwnResult(float(one), own_sd, 60, True)).is_useless for one in seen])
    assert called[math.log(0.7)] < 0.10
    assert called[0.0] > 0.25
