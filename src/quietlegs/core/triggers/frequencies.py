"""How often: the logged nights with and without a factor, counted, with an interval that a person can trust.

Nights that follow each other are alike, so 30 nights say less than 30 coin tosses would. The interval is Wilson's,
at the effective number of nights: n (1 - r) / (1 + r), with r the correlation of neighbouring nights
(Bayley and Hammersley 1946, doi 10.2307/2983560, for an AR(1) series).
"""

import math

import numpy as np
from scipy.special import ndtri

from quietlegs.core.diary.night import FactorKind, OutcomeKind
from quietlegs.core.diary.table import FloatArray
from quietlegs.core.triggers.values import Baseline, Comparison, Group

HIGH_SHARE = 2 / 3  # "a lot" of an amount is its upper third
RARE_SHARE = 0.3  # an amount that is 0 on this share of nights is compared as any against none


def nice(number: float) -> float:
    """Return the nearest of 1, 2, 5, 10, 20, ... (on the log scale) to a positive number.

    >>> [nice(x) for x in (0.37, 1.3, 7, 230)]
    [0.5, 1.0, 5.0, 200.0]
    """
    power = 10.0 ** math.floor(math.log10(number))
    return min((power * lead for lead in (1.0, 2.0, 5.0, 10.0)), key=lambda c: abs(math.log(c / number)))


def natural_step(kind: FactorKind, values: FloatArray) -> float:
    """Return an amount of the factor that a person would name: about one standard deviation, rounded.

    1 for yes/no factors, and at least 1 for counts and scores. ``values`` has shape (nights,), NaN where not known.
    """
    known = values[np.isfinite(values)]
    if kind is FactorKind.YES_NO or known.size < 2:
        return 1.0
    spread = float(np.std(known))
    if spread <= 0:
        return 1.0
    return max(1.0, nice(spread)) if kind in (FactorKind.COUNT, FactorKind.SCALE) else nice(spread)


def neighbour_correlation(values: FloatArray) -> float:
    """Return the correlation of a night with the night before it, over pairs that are both known, 0 to 0.9.

    Negative values count as 0: a shorter interval is never earned that way.
    """
    both = np.isfinite(values[1:]) & np.isfinite(values[:-1])
    if both.sum() < 10:
        return 0.0
    now, before = values[1:][both], values[:-1][both]
    if now.std() == 0 or before.std() == 0:
        return 0.0
    return float(np.clip(np.corrcoef(now, before)[0, 1], 0.0, 0.9))


def share_interval(events: int, nights: int, correlation: float, mass: float) -> tuple[float, float]:
    """Return Wilson's interval for a share of nights, at the effective number of nights.

    Wilson 1927, doi 10.1080/01621459.1927.10502953.
    """
    if nights == 0:
        return 0.0, 1.0
    size = max(1.0, nights * (1 - correlation) / (1 + correlation))
    z = float(ndtri(0.5 + mass / 2))
    share = events / nights
    middle = (share + z * z / (2 * size)) / (1 + z * z / size)
    half = z / (1 + z * z / size) * math.sqrt(share * (1 - share) / size + z * z / (4 * size * size))
    return max(0.0, middle - half), min(1.0, middle + half)


def mean_interval(values: FloatArray, correlation: float, mass: float) -> tuple[float, float]:
    """Return the interval of a mean of nights (shape (nights,), all known), at the effective number of nights."""
    size = max(1.0, values.size * (1 - correlation) / (1 + correlation))
    if values.size < 2:
        return -math.inf, math.inf
    half = float(ndtri(0.5 + mass / 2)) * float(np.std(values, ddof=1)) / math.sqrt(size)
    mean = float(np.mean(values))
    return mean - half, mean + half


def counts_events(kind: OutcomeKind) -> bool:
    """Return whether nights of this outcome have or have not an event (counts, yes/no)."""
    return kind in (OutcomeKind.COUNT, OutcomeKind.YES_NO)


def has_event(values: FloatArray) -> FloatArray:
    """Return 1 for a night with an event, 0 without, NaN where not known. Shape as given."""
    return np.where(np.isfinite(values), (values > 0).astype(float), np.nan)


def high_cut(kind: FactorKind, values: FloatArray, nights_each_way: int) -> float | None:
    """Return the value over which a night counts as *with* the factor; None for yes/no.

    0 where the factor is often absent (any against none); otherwise a round number near the upper third that
    leaves enough nights on both sides.
    """
    if kind is FactorKind.YES_NO:
        return None
    known = values[np.isfinite(values)]
    if known.size == 0:
        return 0.0
    absent = float(np.mean(known <= 0))
    if RARE_SHARE <= absent < 1 and (known > 0).sum() >= nights_each_way:
        return 0.0
    raw = float(np.quantile(known, HIGH_SHARE))
    step = natural_step(kind, known) / (1 if kind in (FactorKind.COUNT, FactorKind.SCALE) else 2)
    rounded = round(raw / step) * step
    for cut in (rounded, rounded - step, raw, float(np.median(known))):
        if min((known > cut).sum(), (known <= cut).sum()) >= nights_each_way:
            return float(cut)
    # Few nights off one value: put the cut where it parts them.
    commonest = float(np.median(known))
    return commonest if (known > commonest).any() else float(known.min())


def _group(values: FloatArray, kind: OutcomeKind, correlation: float, mass: float) -> Group:
    events = int((values > 0).sum())
    mean = float(values.mean()) if values.size else math.nan
    if counts_events(kind):
        low, high = share_interval(events, values.size, correlation, mass)
        return Group(values.size, events, events / values.size if values.size else 0.0, low, high, mean)
    low, high = mean_interval(values, correlation, mass)
    return Group(values.size, events, mean, low, high, mean)


def compare(
    outcome: FloatArray, outcome_kind: OutcomeKind, factor: FloatArray, over: float | None, *, mass: float
) -> Comparison:
    """Count the logged nights with and without a factor, and how many of each had an event.

    Args:
        outcome: shape (nights,), NaN where not logged.
        factor: shape (nights,), NaN where not known.
        over: the cut for an amount; None for yes/no.
    """
    known = np.isfinite(outcome) & np.isfinite(factor)
    with_it = known & (factor > (0.5 if over is None else over))
    series = has_event(outcome) if counts_events(outcome_kind) else outcome
    correlation = neighbour_correlation(series)
    return Comparison(
        over,
        _group(outcome[with_it], outcome_kind, correlation, mass),
        _group(outcome[known & ~with_it], outcome_kind, correlation, mass),
    )


def baseline(outcome: FloatArray, kind: OutcomeKind, *, mass: float) -> Baseline | None:
    """Return the outcome per logged night with its interval; None when nothing is logged.

    For counts the interval is on the log scale, so that it stays above 0.
    """
    known = outcome[np.isfinite(outcome)]
    if known.size == 0:
        return None
    correlation = neighbour_correlation(outcome)
    mean = float(known.mean())
    if kind is OutcomeKind.YES_NO:
        low, high = share_interval(int((known > 0).sum()), known.size, correlation, mass)
    elif kind is OutcomeKind.COUNT:
        if mean == 0:  # exact for no event at all: (1 - mass) = exp(-n rate)
            return Baseline(0.0, 0.0, -math.log(1 - mass) / known.size)
        low, high = mean_interval(known, correlation, mass)
        factor = math.exp(min(10.0, (high - mean) / mean)) if math.isfinite(high) else math.inf
        low, high = mean / factor, mean * factor
        if not math.isfinite(high):  # one night: Poisson, roughly
            low, high = 0.0, mean + 3 * math.sqrt(mean)
    else:
        low, high = mean_interval(known, correlation, mass)
        if not math.isfinite(low):
            low, high = float(known.min()), float(known.max())
    return Baseline(mean, low, high)
