"""How others judge an experiment, for many experiments at once: Welch's t, Mann-Whitney, Poisson; and our test and bet likewise."""

import warnings

import numpy as np
from scipy.stats import norm, rankdata
from scipy.stats import t as student

from quietlegs.core.diary.night import OutcomeKind
from quietlegs.core.experiments.monitoring import BENEFIT_STAKE, BETS, E_VALUE_BAR
from quietlegs.core.experiments.randomisation import drawn_flips

ALPHA = 0.05
DRAWS = 1000
OTHER_DRAWS = (
    7_000_000  # added to the seed: the sequences of the test share no draw with the coins of the experiments
)


def sums(outcome: np.ndarray, arm: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return running count, sum and sum of squares of the logged nights of an arm."""
    kept = arm & ~np.isnan(outcome)
    value = np.where(kept, np.nan_to_num(outcome), 0.0)
    return kept.cumsum(1), value.cumsum(1), (value**2).cumsum(1)


def welch(outcome: np.ndarray, treated: np.ndarray) -> np.ndarray:
    """Return Welch's p after each night, shape (replicates, nights): StudyU shows it from two values per arm on."""
    parts = [sums(outcome, arm) for arm in (treated, ~treated)]
    with np.errstate(all="ignore"):
        mean = [s / n for n, s, _ in parts]
        error = [(q - s * s / n) / (n - 1) / n for n, s, q in parts]
        both = error[0] + error[1]
        freedom = both**2 / (error[0] ** 2 / (parts[0][0] - 1) + error[1] ** 2 / (parts[1][0] - 1))
        p = 2 * student.sf(np.abs(mean[0] - mean[1]) / np.sqrt(both), freedom)
    enough = (parts[0][0] >= 2) & (parts[1][0] >= 2) & (both > 0)
    return np.where(enough, p, 1.0)


def poisson(outcome: np.ndarray, treated: np.ndarray) -> np.ndarray:
    """Return the Wald p of a Poisson regression on the treatment alone, after each night."""
    (n1, s1, _), (n2, s2, _) = (sums(outcome, arm) for arm in (treated, ~treated))
    with np.errstate(all="ignore"):
        z = (np.log(s1 / n1) - np.log(s2 / n2)) / np.sqrt(1 / s1 + 1 / s2)
    return np.where((s1 > 0) & (s2 > 0), 2 * norm.sf(np.abs(z)), 1.0)


def mann_whitney(outcome: np.ndarray, treated: np.ndarray) -> np.ndarray:
    """Return Mann-Whitney's p (normal, ties corrected) on all nights given; shape (replicates,)."""
    known = ~np.isnan(outcome)
    ranks = rankdata(outcome, axis=1, nan_policy="omit")
    one, two = treated & known, ~treated & known
    n1, n2 = one.sum(1), two.sum(1)
    n = n1 + n2
    u = np.where(one, np.nan_to_num(ranks), 0).sum(1) - n1 * (n1 + 1) / 2
    # variance of the ranks as they are takes care of ties
    spread = np.nanvar(ranks, axis=1) * n / np.maximum(n - 1, 1)
    with np.errstate(all="ignore"):
        z = (u - n1 * n2 / 2) / np.sqrt(n1 * n2 / np.maximum(n, 1) * spread)
    return np.where((n1 > 1) & (n2 > 1) & (spread > 0), 2 * norm.sf(np.abs(z)), 1.0)


def randomisation(difference: np.ndarray, sign: np.ndarray, seed: int) -> np.ndarray:
    flips = drawn_flips(difference.shape[1], DRAWS, seed)
    observed = np.abs((difference * sign).sum(1))
    extreme = np.zeros(len(difference))
    for rows in np.array_split(np.arange(len(difference)), max(1, len(difference) // 500)):
        extreme[rows] = (np.abs(difference[rows] @ flips.T) >= observed[rows, None] - 1e-9).sum(1)
    return (1 + extreme) / (1 + DRAWS)


def bet(difference: np.ndarray, sign: np.ndarray, kind: OutcomeKind) -> np.ndarray:
    """Return whether the wealth ever reaches 20, as ``monitoring.wealth`` has it, for many experiments at once."""
    size = difference
    if kind in (OutcomeKind.SCALE, OutcomeKind.AMOUNT):
        seen = np.where(np.abs(difference) > 0, np.abs(difference), np.nan)
        with warnings.catch_warnings(
            action="ignore", category=RuntimeWarning
        ):  # pairs without any gap so far
            median = np.stack([np.nanmedian(seen[:, : k + 1], axis=1) for k in range(seen.shape[1])], axis=1)
        size = difference / np.nan_to_num(median, nan=1.0)
    paths = []
    for direction in (-1.0, 1.0):
        logs = [np.cumsum(np.log(2) - np.logaddexp(0, -k * direction * sign * size), axis=1) for k in BETS]
        paths.append(np.mean([np.exp(path) for path in logs], axis=0))
    both = BENEFIT_STAKE * paths[0] + (1 - BENEFIT_STAKE) * paths[1]
    return (both >= E_VALUE_BAR).any(axis=1)
