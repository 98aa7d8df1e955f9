"""Simulation-based calibration (Talts et al. 2018): parameters drawn from the priors must fall evenly in their posteriors."""

import numpy as np
import pytest
from scipy.special import chdtrc, ndtr

from quietlegs.core.inference import CannotFit, Family, fit_latent, latent_data
from quietlegs.core.inference.simulate import ar1

NIGHTS, COLUMNS, DIARIES = 60, 4, 120


def draw_diary(rng, family):
    """Draw everything from the engine's own priors and return outcome, columns and effects."""
    x = rng.normal(size=(NIGHTS, COLUMNS)) / 2
    x -= x.mean(0)
    b = rng.normal(0.0, 0.5, COLUMNS)
    eta = (
        x @ b
        + rng.normal() * np.linspace(-0.5, 0.5, NIGHTS)
        + rng.exponential(0.5) * ar1(rng, NIGHTS, rng.beta(3.0, 1.5))
    )
    if family is Family.NEGATIVE_BINOMIAL:
        size = np.exp(rng.normal(np.log(2.0), 1.0))
        y = rng.negative_binomial(size, size / (size + np.exp(np.minimum(eta, 6.0)))).astype(float)
    elif family is Family.LOGISTIC:
        y = (rng.random(NIGHTS) < 1.0 / (1.0 + np.exp(-eta))).astype(float)
    else:
        y = (
            (eta[:, None] + rng.logistic(size=(NIGHTS, 1)) > np.array([-1.5, -0.5, 0.5, 1.5]))
            .sum(1)
            .astype(float)
        )
    return y, x, b


@pytest.mark.parametrize("family", [Family.NEGATIVE_BINOMIAL, Family.LOGISTIC, Family.CUMULATIVE_LOGIT])
def test_true_effects_fall_evenly_in_their_posteriors(family):
    rng = np.random.default_rng(17)
    ranks = []
    for _ in range(DIARIES):
        y, x, b = draw_diary(rng, family)
        try:
            fit = fit_latent(latent_data(y, x, family=family))
        except CannotFit:
            continue
        spread = np.sqrt(np.diagonal(fit.mode_covariances, axis1=1, axis2=2))
        ranks += (fit.weights @ ndtr((b - fit.mode_means) / spread)).tolist()
    counts = np.histogram(ranks, bins=10, range=(0.0, 1.0))[0]
    expected = len(ranks) / 10
    assert len(ranks) > 0.9 * DIARIES * COLUMNS
    assert chdtrc(9, ((counts - expected) ** 2).sum() / expected) > 0.005
