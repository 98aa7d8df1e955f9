"""What the model would have said of each night had it not seen it: leave-one-out predictions in closed form.

Taking one night out of the Gaussian approximation leaves a cavity: with W the night's curvature, g its gradient, m and
v its posterior mean and variance, v' = v / (1 - W v) and m' = m - v' g (Vehtari et al. 2016, section 3).
Predictions average the family over the cavity by 9-point Gauss-Hermite quadrature. O(n).
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import betainc, expit, gammaincc, ndtr, stdtr

from quietlegs.core.inference.families import T_FREEDOM, Family, FloatArray
from quietlegs.core.inference.fit import LatentFit

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(9)
WEIGHTS = WEIGHTS / WEIGHTS.sum()


@dataclass(frozen=True, slots=True, eq=False)
class Predictive:
    """Leave-one-out predictions on the logged nights, each (nights logged,).

    ``below`` = P(Y < y), ``upto`` = P(Y <= y), ``quiet`` = P(Y = 0) for families with a zero (else NaN),
    ``highest`` = P(Y < largest y seen), ``rows`` are the calendar rows.
    """

    rows: np.ndarray
    below: FloatArray
    upto: FloatArray
    quiet: FloatArray
    highest: FloatArray


def leave_one_out(fit: LatentFit) -> Predictive:
    """Return leave-one-out predictions at the heaviest setting of the hyper-parameters."""
    outcome = fit.prepared.field.outcome
    rows = np.flatnonzero(outcome.logged > 0)
    top = int(np.argmax(fit.lattice.weight))
    theta = fit.lattice.theta[top]
    dispersion = np.array([[theta[0]]]) if fit.data.family.has_dispersion else np.zeros((1, 1))
    q = fit.prepared.field.design.shape[0]
    cut = fit.lattice.b[top][None, q:]
    local = outcome.local(fit.eta[None], cut, dispersion)
    w, g, v = local.curvature[0][rows], local.gradient[0][rows], fit.eta_variance[rows]
    spread = v / np.clip(1.0 - w * v, 0.05, None)
    eta = (fit.eta[rows] - spread * g)[:, None] + np.sqrt(spread)[:, None] * NODES
    y = outcome.y[rows]
    below = _distribution(fit, eta, y, cut[0], dispersion[0, 0], strict=True)
    upto = _distribution(fit, eta, y, cut[0], dispersion[0, 0], strict=False)
    highest = _distribution(fit, eta, np.full_like(y, y.max()), cut[0], dispersion[0, 0], strict=True)
    counted = fit.data.family.is_count or fit.data.family is Family.LOGISTIC
    zero = np.zeros_like(y)
    quiet = (
        _distribution(fit, eta, zero, cut[0], dispersion[0, 0], strict=False)
        if counted
        else np.full_like(y, np.nan)
    )
    return Predictive(rows, below, upto, quiet, highest)


def _distribution(
    fit: LatentFit, eta: FloatArray, y: FloatArray, cut: FloatArray, dispersion: float, *, strict: bool
) -> FloatArray:
    """Return P(Y < y) or P(Y <= y) averaged over the quadrature nodes of eta (nights, nodes)."""
    family = fit.data.family
    at = (y - 1.0 if strict else y)[:, None]
    floor = np.maximum(at, 0.0)
    match family:
        case Family.NEGATIVE_BINOMIAL:
            r, mu = np.exp(dispersion), np.exp(np.minimum(eta, 15.0))
            p = betainc(r, floor + 1.0, r / (r + mu))
        case Family.POISSON:
            p = gammaincc(floor + 1.0, np.exp(np.minimum(eta, 15.0)))
        case Family.LOGISTIC:
            p = np.where(at >= 1.0, 1.0, expit(-eta))
        case Family.CUMULATIVE_LOGIT:
            edge = np.concatenate([cut, [np.inf]])[floor.astype(int)]
            p = expit(edge - eta)
        case Family.GAUSSIAN:
            return np.asarray(ndtr((y[:, None] - eta) / np.exp(dispersion)) @ WEIGHTS)
        case Family.STUDENT_T:
            return np.asarray(stdtr(T_FREEDOM, (y[:, None] - eta) / np.exp(dispersion)) @ WEIGHTS)
    return np.asarray(np.where(at >= 0.0, p, 0.0) @ WEIGHTS)


def pit_histogram(predictive: Predictive, bins: int = 10) -> FloatArray:
    """Return shares of probability integral transforms per bin, (bins,): flat where predictions are right.

    The non-randomised version for counts (Czado, Gneiting, Held 2009).
    """
    edges = np.linspace(0.0, 1.0, bins + 1)
    width = np.maximum(predictive.upto - predictive.below, 1e-12)
    reached = np.clip((edges[:, None] - predictive.below) / width, 0.0, 1.0)
    return np.asarray(np.diff(reached.mean(1)))


def residuals(predictive: Predictive) -> FloatArray:
    """Return mid-distribution residuals, standardised: 0 on average and SD 1 where predictions are right."""
    middle = 0.5 * (predictive.below + predictive.upto) - 0.5
    mass = predictive.upto - predictive.below
    # A uniform variable has variance 1/12; a lump of probability keeps less of it.
    return np.asarray(middle / np.sqrt(np.maximum((1.0 - mass**2) / 12.0, 1e-6)))
