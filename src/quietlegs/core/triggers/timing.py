"""Which came first: does a factor follow bad nights?

A tablet that is taken *because* of a bad night goes with bad nights, and looks as if it caused them (indication
bias); so does anything that the first signs of a bad spell bring on (protopathic bias: Horwitz and Feinstein 1980,
doi 10.1016/0002-9343(80)90363-0). Where the diary has daily values the order in time can be seen: among days on
which the factor could begin, does it begin more often after a bad night than after a good one?

The test looks at starts and rises only, so that a factor's own persistence does not count as an answer to the night.
It is one-sided at 1 in 100 for each factor, a tenth of the usual care, because what it triggers is a caution.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, ndtr

from quietlegs.core.diary.night import FactorKind
from quietlegs.core.diary.table import FloatArray

CAUTION_BELOW = 0.01
LEAST_NIGHTS = 8  # bad and good nights each, before a day on which the factor could begin


def follows_bad_nights(outcome: FloatArray, factor: FloatArray, kind: FactorKind) -> bool:
    """Return whether the factor begins (or rises) more often on days after a bad night.

    Args:
        outcome: shape (nights,), NaN where not logged; more is worse.
        factor: shape (nights,), the factor on the day that leads into each night, NaN where not known.

    A bad night is one above the person's middle night: any event where most nights have none.
    """
    night_before, today, yesterday = outcome[:-1], factor[1:], factor[:-1]
    known = np.isfinite(night_before) & np.isfinite(today) & np.isfinite(yesterday)
    if kind is FactorKind.YES_NO:
        known &= yesterday <= 0.5
    if not known.any():
        return False
    middle = float(np.median(outcome[np.isfinite(outcome)]))
    bad = night_before > middle
    after_bad, after_good = known & bad, known & ~bad
    if min(after_bad.sum(), after_good.sum()) < LEAST_NIGHTS:
        return False
    if kind is FactorKind.YES_NO:
        began = today > 0.5
        return began_more_often(began[after_bad], began[after_good]) < CAUTION_BELOW
    rise = today - yesterday
    return rose_more(rise[after_bad], rise[after_good]) < CAUTION_BELOW


def began_more_often(after_bad: NDArray[np.bool_], after_good: NDArray[np.bool_]) -> float:
    """Return the one-sided p-value that starts are no likelier after bad nights: Fisher's exact test (1922).

    Both of shape (days,): whether the factor began on that day.
    """
    bad, good = after_bad.size, after_good.size
    began, began_bad = int(after_bad.sum() + after_good.sum()), int(after_bad.sum())
    count = np.arange(began_bad, min(bad, began) + 1)
    log_ways = _log_choose(bad, count) + _log_choose(good, began - count) - _log_choose(bad + good, began)
    return float(min(1.0, np.exp(log_ways).sum()))


def rose_more(after_bad: FloatArray, after_good: FloatArray) -> float:
    """Return the one-sided p-value that rises are no larger after bad nights: Mann and Whitney's test (1947).

    Both of shape (days,). Normal approximation with ties and a correction for continuity: good from 8 days each.
    """
    both = np.concatenate([after_bad, after_good])
    _, place, ties = np.unique(both, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(ties) - (ties - 1) / 2)[place]
    n, m = after_bad.size, after_good.size
    above = float(ranks[:n].sum()) - n * (n + 1) / 2
    size = n + m
    variance = n * m / 12 * (size + 1 - float((ties**3 - ties).sum()) / (size * (size - 1)))
    if variance <= 0:
        return 1.0
    return float(ndtr(-(above - n * m / 2 - 0.5) / np.sqrt(variance)))


def _log_choose(n: int, k: NDArray[np.int_] | int) -> FloatArray:
    k = np.asarray(k)
    with np.errstate(invalid="ignore"):
        ways = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    return np.asarray(np.where((k >= 0) & (k <= n), ways, -np.inf))
