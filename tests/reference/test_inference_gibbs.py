"""Deterministic sign probabilities against a long Gibbs run of the same spike-and-slab, written plainly."""

import numpy as np
import pytest
from scipy.special import ndtr

from quietlegs.core.inference.shrink import (
    NULL_WEIGHT,
    SLAB_MEAN,
    SLAB_SD,
    SLAB_WEIGHT,
    TRUE_WEIGHT,
    Mixture,
    decide_summary,
)

CHAINS, SWEEPS, BURN = 400, 160, 40


def usual_slab(p):
    rows = (p, 1)
    return Mixture(np.tile(SLAB_WEIGHT, rows), np.tile(SLAB_MEAN, rows), np.tile(SLAB_SD, rows), np.zeros(p))


def gibbs(precision, shift, seed):
    """Return P(> 0) and P(= 0) by Gibbs sampling with many chains side by side, Rao-Blackwellised."""
    rng = np.random.default_rng(seed)
    p = shift.size
    b = np.zeros((CHAINS, p))
    null = np.full(CHAINS, NULL_WEIGHT / (NULL_WEIGHT + TRUE_WEIGHT))
    positive, zero = np.zeros(p), np.zeros(p)
    for sweep in range(SWEEPS):
        for j in range(p):
            pull = shift[j] - b @ precision[j] + b[:, j] * precision[j, j]
            total = precision[j, j] + SLAB_SD**-2.0
            mean = (pull[:, None] + SLAB_MEAN / SLAB_SD**2) / total
            log_w = np.log(SLAB_WEIGHT) - np.log(SLAB_SD) - 0.5 * np.log(total)
            log_w = (
                log_w + 0.5 * mean**2 * total - 0.5 * (SLAB_MEAN / SLAB_SD) ** 2 + np.log1p(-null)[:, None]
            )
            log_w = np.column_stack([np.log(null), log_w])
            share = np.exp(log_w - log_w.max(1, keepdims=True))
            share /= share.sum(1, keepdims=True)
            if sweep >= BURN:
                zero[j] += share[:, 0].mean()
                positive[j] += (share[:, 1:] * ndtr(mean * np.sqrt(total))).sum(1).mean()
            pick = (rng.random(CHAINS)[:, None] > share.cumsum(1)).sum(1)
            slab = np.maximum(pick - 1, 0)
            draw = mean[np.arange(CHAINS), slab] + rng.normal(size=CHAINS) / np.sqrt(total[slab])
            b[:, j] = np.where(pick == 0, 0.0, draw)
        nulls = (b == 0).sum(1)
        null = rng.beta(NULL_WEIGHT + nulls, TRUE_WEIGHT + p - nulls)
    return positive / (SWEEPS - BURN), zero / (SWEEPS - BURN)


def summary(seed, p, nights, correlation):
    rng = np.random.default_rng(seed)
    common = rng.normal(size=(nights, 1))
    x = np.sqrt(correlation) * common + np.sqrt(1 - correlation) * rng.normal(size=(nights, p))
    x /= 2 * x.std(0)
    b = np.zeros(p)
    b[: max(1, p // 4)] = rng.choice([-0.6, 0.4, 0.8], max(1, p // 4))
    return x.T @ x, x.T @ (x @ b + rng.normal(size=nights))


@pytest.mark.parametrize(
    ("p", "nights", "correlation", "within"),
    # Eight columns that all correlate at 0.9 leave many near-equal explanations: the hardest case for the method.
    [(8, 60, 0.5, 0.02), (8, 400, 0.5, 0.02), (8, 400, 0.9, 0.06), (20, 200, 0.6, 0.02)],
)
def test_sign_probabilities_agree_with_a_long_gibbs_run(p, nights, correlation, within):
    precision, shift = summary(p + nights, p, nights, correlation)
    decided = decide_summary(precision, shift, usual_slab(p))
    positive, zero = gibbs(precision, shift, seed=1)
    assert decided.settled
    # Gibbs itself is known to about 0.005 here.
    assert np.abs(decided.positive - positive).max() < within
    assert np.abs(decided.zero - zero).max() < within


def test_a_group_claim_adds_what_collinear_columns_share():
    # Two columns that cannot be told apart: neither is claimed, their sum is.
    rng = np.random.default_rng(3)
    common = rng.normal(size=300)
    x = np.column_stack(
        [common + 0.1 * rng.normal(size=300), common + 0.1 * rng.normal(size=300), rng.normal(size=300)]
    )
    x /= 2 * x.std(0)
    shift = x.T @ (x @ np.array([0.8, 0.0, 0.0]) + rng.normal(size=300))
    decided = decide_summary(x.T @ x, shift, usual_slab(3))
    claim = decided.claim((0, 1))
    assert claim.lfsr < 0.05 < decided.lfsr[:2].min()
    assert claim.positive + claim.negative + claim.zero == pytest.approx(1.0, abs=1e-6)
    assert decided.claim((2,)).lfsr == pytest.approx(decided.lfsr[2], abs=1e-3)
