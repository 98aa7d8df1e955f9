"""Does one week carry the answer? Each week is taken out of the Gaussian approximation, without fitting again.

With F the covariance of a week's eta, c its covariance with the effects, W and g its curvature and gradient: the
effects move by -c (I - W F)^-1 g and their covariance by c W (I - F W)^-1 c'. Decisions are read with the other
columns' approximation held. O(blocks (p^3 + q^2)) for at most 52 blocks.
"""

import numpy as np
from scipy.linalg.lapack import dtbtrs

from quietlegs.core.inference.families import FloatArray
from quietlegs.core.inference.fit import LatentFit
from quietlegs.core.inference.hyper import to_hyper
from quietlegs.core.inference.newton import factor_at_mode
from quietlegs.core.inference.shrink import Decisions, lfsr_near, voice

MOST_BLOCKS = 52
FEW_BLOCKS = 12  # with more than 60 columns each block costs much more


def leave_week_out(fit: LatentFit, decisions: Decisions) -> FloatArray:
    """Return lfsr per column without each block of nights, (blocks, p); a block is a week, or 1/52 of the diary."""
    n, p = fit.data.nights, fit.mean.size
    most = MOST_BLOCKS if p <= 60 else FEW_BLOCKS
    size = max(7, -(-n // most))
    effects = slice(fit.prepared.nuisance, fit.prepared.nuisance + p)
    top = int(np.argmax(fit.lattice.weight))
    step = factor_at_mode(
        fit.prepared.field,
        to_hyper(fit.data.family, fit.lattice.theta[[top]]),
        fit.lattice.u[[top]],
        fit.lattice.b[[top]],
    )
    covariance = np.linalg.inv(step.precision[0])
    seen = step.seen[:, 0, :]
    reach = covariance @ seen
    inner = _inverse_band(step.pivots, step.lower, size)
    w, g = step.local.curvature[0], step.local.gradient[0]
    stretch = fit.prepared.stretch
    moved, spread = [], []
    for start in range(0, n, size):
        at = np.arange(start, min(start + size, n))
        at = at[fit.prepared.field.outcome.logged[at] > 0]
        if at.size == 0:
            continue
        f = inner[np.minimum.outer(at, at), np.abs(np.subtract.outer(at, at))] + seen[:, at].T @ reach[:, at]
        c = reach[effects][:, at] * stretch
        solve = np.linalg.inv(np.eye(at.size) - w[at][:, None] * f)
        moved.append(-c @ (solve @ g[at]))
        spread.append(c @ (solve @ (w[at][:, None] * c.T)))
    means = fit.peak + np.array(moved)
    covariances = fit.covariance + np.array(spread)
    inverse = np.linalg.inv(covariances)
    # No floor on the eigenvalues as in precision_of: the approximation of the prior, added next, keeps them positive.
    precision = inverse - (fit.settings.effect_sd * stretch) ** -2.0 * np.eye(p)
    shift = (inverse @ means[:, :, None])[:, :, 0]
    weight = voice(fit)
    return lfsr_near(decisions, weight * precision, weight * shift)


def _inverse_band(pivots: FloatArray, lower: FloatArray, width: int) -> FloatArray:
    """Return (A^-1)[t, t + j] for j < width as (n, width), by the recursion of the L D L' factors."""
    n = pivots.size
    band = np.ones((2, n))
    band[0, 1:] = -(lower**2)
    diagonal, _ = dtbtrs(band, (1.0 / pivots)[:, None], uplo="U")
    out = np.zeros((n, width))
    out[:, 0] = diagonal[:, 0]
    for j in range(1, min(width, n)):
        out[: n - j, j] = -lower[: n - j] * out[1 : n - j + 1, j - 1]
    return out
