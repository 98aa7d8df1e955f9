"""Factor values that are not known: each gap is filled with what the rest of the diary leads one to expect.

The expected value of a factor given what is known that night (the other factors) and around it (its own values the
night before and after), under a Gaussian model with pairwise covariances. The outcome is not used. This is regression
calibration (Carroll et al. 2006, chapter 4): a night whose factor can be guessed from the others keeps part of its
weight for that factor, a night where it cannot be guessed sits at the factor's mean, where it says nothing about that
factor's effect and everything it did before about the other effects. So the effect's interval widens by itself with
the share of gaps. Where *whether* a factor is noted depends on how the night was, no method on the diary alone helps.
"""

import numpy as np
from numpy.typing import NDArray

from quietlegs.core.inference.families import FloatArray

MOST_PREDICTORS = 6
RIDGE = 0.05  # of the variance: pairwise covariances need not be positive definite
BATCH = 20_000  # nights solved at once
PRIOR_PAIRS = 10.0  # pairs of nights by which correlations are drawn towards 0


def fill(columns: FloatArray, needed: NDArray[np.bool_] | None = None) -> FloatArray:
    """Return the centred columns (n, p) with every gap filled by its expected value.

    ``needed`` (n,) are the nights whose values are used (those with a known outcome); gaps on others get 0, the mean.

    O(n p^2) for the correlations, and O(gaps) small solves. Values stay within the factor's known range.
    """
    known = ~np.isnan(columns)
    if known.all():
        return columns
    z = np.where(known, columns, 0.0)
    count = np.maximum(known.sum(0), 1)
    mean = z.sum(0) / count
    z = np.where(known, z - mean, 0.0)
    sd = np.sqrt((z**2).sum(0) / count)
    z /= np.where(sd > 0, sd, 1.0)
    same_night = _correlations(z, known, z, known)
    wanted = ~known if needed is None else ~known & needed[:, None]
    out = np.where(known, columns, 0.0)
    for j in np.flatnonzero(wanted.any(0)):
        gap = wanted[:, j]
        value = _expected(z, known, same_night[j], int(j), np.flatnonzero(gap))
        if known[:, j].any():
            low, high = z[known[:, j], j].min(), z[known[:, j], j].max()
            value = np.clip(value, low, high)
        out[gap, j] = mean[j] + sd[j] * value[gap]
    return out


def _correlations(a: FloatArray, a_known: np.ndarray, b: FloatArray, b_known: np.ndarray) -> FloatArray:
    """Return correlations (columns of a, columns of b) over nights on which both are known, drawn towards 0."""
    both = a_known.T.astype(float) @ b_known.astype(float)
    size = np.sqrt(np.maximum(((a**2).T @ b_known) * (a_known.T @ (b**2)), 1e-12))
    return np.asarray(np.clip((a.T @ b) / size, -1.0, 1.0) * both / (both + PRIOR_PAIRS))


def _expected(
    z: FloatArray, known: np.ndarray, same_night: FloatArray, j: int, gap: NDArray[np.intp]
) -> FloatArray:
    """Return the expected standardised value (n,) of column j on the nights in ``gap``, from its best predictors."""
    n = z.shape[0]
    others = np.argsort(-np.abs(same_night), kind="stable")
    others = others[(others != j)][:MOST_PREDICTORS]
    nothing = np.zeros((1, 1))
    before, after = np.vstack([nothing, z[:-1, [j]]]), np.vstack([z[1:, [j]], nothing])
    none = np.zeros((1, 1), dtype=bool)
    before_known, after_known = np.vstack([none, known[:-1, [j]]]), np.vstack([known[1:, [j]], none])
    x = np.hstack([before, after, z[:, others]])
    x_known = np.hstack([before_known, after_known, known[:, others]])
    link = _correlations(z[:, [j]], known[:, [j]], x, x_known)[0]
    among = _correlations(x, x_known, x, x_known)
    size = link.size
    among[np.arange(size), np.arange(size)] = 1.0 + RIDGE
    value, vector = np.linalg.eigh(0.5 * (among + among.T))
    among = (vector * np.maximum(value, RIDGE)) @ vector.T
    out = np.zeros(n)
    for start in range(0, gap.size, BATCH):
        rows = gap[start : start + BATCH]
        # A predictor that is not known on a night leaves that night's equations: its row becomes 1 = 0.
        on = x_known[rows].astype(float)
        system = among * on[:, :, None] * on[:, None, :]
        system[:, np.arange(size), np.arange(size)] += 1.0 - on
        weight = np.linalg.solve(system, (link * on)[:, :, None])[:, :, 0]
        out[rows] = (weight * x[rows]).sum(1)
    return out
