"""Which came first: does a factor follow bad nights?

A tablet that is taken *because* of a bad night goes with bad nights, and looks as if it caused them (indication
bias); so does anything that the first signs of a bad spell bring on (protopathic bias: Horwitz and Feinstein 1980,
doi 10.1016/0002-9343(80)90363-0). Where the diary has daily values the order in time can be seen: among days on
which the factor could begin, does it begin more often after a bad night than after a good one?

The test looks at starts and rises only, so that a factor's own persistence does not count as an answer to the night.
It is one-sided at 1 in 100 for each factor, a tenth of the usual care, because what it triggers is a caution.
"""

import numpy as np
from scipy.stats import fisher_exact, mannwhitneyu

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
        counts = [
            [int((began & after_bad).sum()), int((~began & after_bad).sum())],
            [int((began & after_good).sum()), int((~began & after_good).sum())],
        ]
        return float(fisher_exact(counts, alternative="greater").pvalue) < CAUTION_BELOW
    rise = today - yesterday
    if np.ptp(rise[known]) == 0:
        return False
    test = mannwhitneyu(rise[after_bad], rise[after_good], alternative="greater")
    return float(test.pvalue) < CAUTION_BELOW
