"""Numbers of the evidence in words."""

from django.utils.translation import gettext as _

from quietlegs.core.knowledge.evidence import Estimate, Measure
from quietlegs.core.knowledge.frequencies import FIGURES, Share, is_share
from quietlegs.web.shell.numbers import spoken


def _times(measure: Measure) -> str | None:
    """Return how a ratio of this measure is said, or None when it is no ratio."""
    return {
        Measure.RISK_RATIO: _("{value} times as many people"),
        Measure.ODDS_RATIO: _("{value} times the odds"),
        Measure.RATE_RATIO: _("{value} times as many"),
        Measure.HAZARD_RATIO: _("{value} times the rate"),
        Measure.SEQUENCE_RATIO: _("{value} times as common"),
    }.get(measure)


def number(value: float) -> str:
    """Return a number as the source gives it: no more digits, a true minus sign."""
    text = f"{value:.10g}"
    return spoken(text.replace("-", "\N{MINUS SIGN}"))


def say_share(share: Share) -> str:
    """Return a share of people as a sentence: "46 in 100. It could be 38 to 53."."""
    if share.count is None:
        return _("{low} to {high} in {of}, in different studies.").format(
            low=number(share.low or 0), high=number(share.high or 0), of=share.of
        )
    said = _("{count} in {of}.").format(count=number(share.count), of=share.of)
    if share.low is None or share.high is None:
        return said
    if share.is_range_of_reports:
        between = _("Studies found {low} to {high}.")
    else:
        between = _("It could be {low} to {high}.")
    return said + " " + between.format(low=number(share.low), high=number(share.high))


def say_size(estimate: Estimate) -> str:
    """Return the size of an estimate: "1.47 times the odds"."""
    if is_share(estimate):
        return _share_size(estimate)
    if estimate.value is None:
        return _("No single figure")
    times = _times(estimate.measure)
    if times is not None:
        return times.format(value=number(estimate.value))
    return _("{value} {unit}").format(value=signed(estimate.value), unit=estimate.unit or _("standard steps"))


def unit_of(estimate: Estimate) -> str:
    """Return the unit that the size of an estimate is said in; empty where it is a share or a ratio."""
    return "" if is_share(estimate) or _times(estimate.measure) is not None else estimate.unit or ""


def say_compared(estimate: Estimate) -> str:
    """Return in whom, or against what, a number was found. A difference says it with its unit."""
    if estimate.measure in (Measure.MEAN_DIFFERENCE, Measure.SMD):
        return ""
    return estimate.unit or ""


def say_range(estimate: Estimate) -> str:
    """Return what the number could be: "1.33 to 1.63". Empty when no range is known."""
    if estimate.low is None or estimate.high is None:
        return ""
    scale = FIGURES if is_share(estimate) else 1
    sign = signed if estimate.measure in (Measure.MEAN_DIFFERENCE, Measure.SMD) else number
    low, high = (
        round(value * scale + 1e-9, 2) if scale > 1 else value for value in (estimate.low, estimate.high)
    )
    said = _("{low} to {high}").format(low=sign(low), high=sign(high))
    return said if estimate.level is not None else _("{range} (range of reports)").format(range=said)


def signed(value: float) -> str:
    """Return a difference with its sign."""
    return f"+{number(value)}" if value > 0 else number(value)


def _share_size(estimate: Estimate) -> str:
    if estimate.value is None:
        return _("No single figure")
    return _("{count} in 100").format(count=number(round(estimate.value * FIGURES + 1e-9, 2)))
