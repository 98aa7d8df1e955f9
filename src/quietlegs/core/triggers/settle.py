"""What would settle it: how many more nights, with an honest range.

The spread of an effect shrinks with the square root of the nights, so nights = n (sd / needed sd)^2. The needed
spread gives an 80 in 100 chance that lfsr falls under 0.05, which happens near |z| = 3.5 (measured; see the docs'
chapter on statistics). Forecasts from 120 nights are right within 4 in 10 either way, from 60 within 5 in 10 less
and 6 in 10 more.
"""

import math

from quietlegs.core.triggers.settings import Settings
from quietlegs.core.triggers.values import Comparison, Estimate, MoreNights, Reason, Strength

Z_CLEAR = 3.5  # where lfsr crosses 0.05
Z_POWER = 0.84  # 80 in 100
DOUBLE = math.log(2) / math.log(1.25)  # doubling or halving, in least changes that matter
HALF_MORE = math.log(1.5) / math.log(1.25)
LONG_DIARY = 120  # nights, from which a forecast is good to 40 in 100
LONGEST_FORECAST = 3650  # ten years: beyond it the number says no more


def more_nights(estimate: Estimate, strength: Strength, span: int) -> MoreNights | None:
    """Return how many more nights would make it clear; None when it is settled, or when no number is honest.

    For a possible effect: that it is as large as the best guess, but no less than half as much again. For an open
    one: that it doubles or halves, or, where that would have shown by now, that it adds half.
    """
    if strength in (Strength.CLEAR, Strength.SMALL):
        return None
    if strength is Strength.POSSIBLE:
        sizes = [max(abs(estimate.effect), HALF_MORE * estimate.least)]
    else:
        sizes = [DOUBLE * estimate.least, HALF_MORE * estimate.least]
    for size in sizes:
        needed = size / (Z_CLEAR + Z_POWER)
        more = math.ceil(span * (estimate.data_sd / needed) ** 2) - span
        if more > 0:
            down, up = (0.4, 0.4) if span >= LONG_DIARY else (0.5, 0.6)
            more = min(more, LONGEST_FORECAST)
            return MoreNights(more, math.ceil(more * (1 - down)), math.ceil(more * (1 + up)))
    return None


def more_exposed_nights(
    comparison: Comparison, reason: Reason, span: int, settings: Settings
) -> MoreNights | None:
    """Return how many more calendar nights would bring enough on the thin side, at the pace so far."""
    group = comparison.with_it if reason is Reason.TOO_FEW_WITH else comparison.without
    if group.nights == 0:
        return None
    more = math.ceil((settings.nights_each_way - group.nights) * span / group.nights)
    return MoreNights(more, math.ceil(more / 2), 2 * more) if 0 < more <= LONGEST_FORECAST else None
