"""The engine against published estimates for monthly US polio counts 1970-1983 (Zeger, Biometrika 1988).

Poisson with a stationary latent AR(1): log rate = b0 + b1 i/1000 + two harmonics. The reference is the Laplace maximum
likelihood fit published with AD Model Builder's random-effects examples, of the model of Kuk and Cheng (1999).
"""

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import expit

from quietlegs.core.inference.families import Family, Outcome
from quietlegs.core.inference.newton import Field, Hyper, find_modes

CASES = """
    0 1 0 0 1 3 9 2 3 5 3 5 2 2 0 1 0 1 3 3 2 1 1 5
    0 3 1 0 1 4 0 0 1 6 14 1 1 0 0 1 1 1 1 0 1 0 1 0
    1 0 1 0 1 0 1 0 1 0 0 2 0 1 0 1 0 0 1 2 0 0 1 2
    0 3 1 1 0 2 0 4 0 2 1 1 1 1 0 1 1 0 2 1 3 1 2 4
    0 0 0 1 0 1 0 2 2 4 2 3 3 0 0 2 7 8 2 4 1 1 2 4
    0 1 1 1 3 0 0 0 0 1 0 1 1 0 0 0 0 0 1 2 0 2 0 0
    0 1 0 1 0 1 0 2 0 0 1 2 0 1 0 0 0 1 2 1 0 1 3 6
"""
ADMB = (0.241572, -3.81430, 0.162091, -0.481715, 0.413095, -0.0109086)
ADMB_RHO, ADMB_LOG_SIGMA = 0.627366125345, -0.619824344724


def laplace_maximum_likelihood() -> tuple[np.ndarray, float, float]:
    """Maximise the Laplace-approximated likelihood over (b, rho, SD of the shocks), the latent AR(1) integrated out."""
    outcome = Outcome(np.array(CASES.split(), dtype=float), Family.POISSON)
    i = np.arange(1, outcome.n + 1)
    month = 2.0 * np.pi * i / 12.0
    x = np.vstack(
        [np.ones(i.size), i / 168.0, np.cos(month), np.sin(month), np.cos(2 * month), np.sin(2 * month)]
    )
    start = {"u": np.zeros((1, outcome.n))}

    def minus_log_likelihood(parameters: np.ndarray) -> float:
        b, rho, shock = parameters[:6], expit(parameters[6]), np.exp(parameters[7])
        field = Field(outcome, np.empty((0, outcome.n)), np.empty(0), np.empty(0), offset=b @ x)
        hyper = Hyper(np.zeros(1), np.array([shock / np.sqrt(1.0 - rho**2)]), np.array([rho]))
        modes = find_modes(field, hyper, start["u"], np.empty((1, 0)), enough=1e-12)
        start["u"] = modes.u
        return -float(modes.log_marginal[0])

    first = np.array([0.2, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, -0.7])
    found = minimize(minus_log_likelihood, first, method="BFGS", options={"gtol": 1e-5}, jac="3-point")
    assert found.success
    assert found.success
    found.x[1] *= 1000.0 / 168.0
    return found.x[:6], float(expit(found.x[6])), float(found.x[7])


def test_the_published_polio_estimates_are_reproduced_to_four_decimals():
    b, rho, log_sigma = laplace_maximum_likelihood()
    assert b == pytest.approx(ADMB, abs=1e-4)
    assert rho == pytest.approx(ADMB_RHO, abs=1e-4)
    assert log_sigma == pytest.approx(ADMB_LOG_SIGMA, abs=1e-4)
