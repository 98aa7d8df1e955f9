"""How large the effect is, from the engine, in words a person can use: nights with, nights without, and the ratio.

The model is that of :mod:`quietlegs.core.inference` with one column, the remedy. It estimates the effect *as assigned*
(intention to treat): nights on which the plan was not followed are in it. The prior of the effect is N(0, 1.5^2) on the
log scale: wide enough that intervals of 95 in 100 hold the truth 95 times (with N(0, 1) they held it up to 97 times, for the
pull towards no effect; docs/explanation/experiments.md), narrow enough that three quiet nights do not become a miracle.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from quietlegs.core.diary.night import OutcomeKind
from quietlegs.core.experiments.contrast import COUNTED_KINDS
from quietlegs.core.experiments.levels import Levels
from quietlegs.core.experiments.nightmaker import NightModel, exposure
from quietlegs.core.experiments.nights import Bools, Floats, TrialNights
from quietlegs.core.inference import (
    GRID,
    CannotFit,
    Family,
    TreatmentEffect,
    log_likelihood_on,
    treatment_effect,
)

EFFECT_SD = 1.5
INTERVAL_MASS = 0.90  # read aloud as "9 in 10"
USUAL_HALF_LIFE_NIGHTS = 1.5
IMPORTANT_RATIO = 1.25  # a change by less than a quarter, either way, is not worth a nightly effort
IMPORTANT_POINTS = 1.0  # of 0 to 10: about what people call a small difference
SURE_TOGETHER = 0.975  # 1 in 20 pairs of remedies that simply add up is said to do more or less together
IMPORTANT_SHARE_OF_SD = 0.2  # for amounts: a small effect by Cohen's rule


@dataclass(frozen=True, slots=True)
class Span:
    """A number with its interval of mass 0.90."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Arm:
    """Nights under one condition: how many were counted, the outcome per night, and the share with an event.

    ``per_night`` and ``share`` come from the model (drift and weekdays allowed for); ``share`` is None for amounts.
    ``observed`` is the plain mean of the counted nights.
    """

    nights: int
    observed: float
    per_night: Span
    share: Span | None


@dataclass(frozen=True, slots=True)
class Together:
    """Nights with both remedies of a factorial against what each by itself leads to expect.

    ``value`` is a ratio or a difference as that of the effect: 1 or 0 where the two simply add up. ``probability_above`` is
    the chance that it lies above that. No coin decides on it, so it rests on the model alone.
    """

    value: Span
    probability_above: float

    @property
    def is_sure(self) -> bool:
        """Whether its direction is as good as certain."""
        return not 1 - SURE_TOGETHER < self.probability_above < SURE_TOGETHER


@dataclass(frozen=True, slots=True, eq=False)
class Effect:
    """One estimate of the effect.

    Attributes:
        is_ratio: whether ``value`` is a ratio (counts: of rates; yes/no: of odds) or a difference in the outcome's unit.
        value: treatment against reference.
        inner_mean, inner_sd: on the engine's scale: log ratio for counts, log odds ratio for yes/no and scales, the
            unit for amounts.
        probability_helps: that the effect lies on the side of benefit.
        probability_small: that it is smaller than is worth an effort, either way.
        treatment, reference: the two arms. In a factorial of two, as they are on average without and with the other remedy.
        together: in a factorial of two, what both bring on one night beyond each by itself.
    """

    is_ratio: bool
    value: Span
    inner_mean: float
    inner_sd: float
    probability_helps: float
    probability_small: float
    treatment: Arm
    reference: Arm
    fitted: TreatmentEffect
    to_value: Callable[[float], float]
    together: "Together | None" = None

    @property
    def data_only(self) -> tuple[float, float]:
        """Mean and standard deviation on the engine's scale with the prior divided out."""
        fit = self.fitted.fit
        prior = (fit.settings.effect_sd * fit.prepared.stretch) ** -2.0
        precision = max(self.inner_sd**-2.0 - prior, 1e-6)
        return self.inner_mean * self.inner_sd**-2.0 / precision, precision**-0.5

    def likelihood_grid(self, nights: TrialNights) -> NDArray[np.float32]:
        """Return the log-likelihood of this effect on the grid of :mod:`pool`; see :func:`likelihood_grid`."""
        spread = (
            float(np.nanstd(nights.outcome[nights.counted])) if nights.kind is OutcomeKind.AMOUNT else 1.0
        )
        return log_likelihood_on(self.fitted, GRID * spread)


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """An experiment on calendar nights, gaps included; arrays have shape (span,)."""

    outcome: Floats
    treated: Floats
    done: Floats
    other: Floats | None
    counted: Bools
    first_weekday: int


def on_calendar(nights: TrialNights) -> Calendar:
    """Return the experiment with a place for every calendar night. Between nights of the file nothing is assigned.

    ``done`` is what was really done: as assigned, unless the night says that it was not.
    """
    place = nights.evenings - nights.evenings[0]
    span = int(place[-1]) + 1
    outcome, treated, done = (np.full(span, np.nan) for _ in range(3))
    outcome[place] = nights.outcome
    treated[place] = nights.treated
    done[place] = np.where(nights.adhered == 0.0, 1.0 - nights.treated, nights.treated)
    counted = np.zeros(span, dtype=np.bool_)
    counted[place] = nights.counted
    other = None
    if nights.other is not None:
        other = np.full(span, np.nan)
        other[place] = nights.other
    return Calendar(
        outcome, treated, done, other, counted, date.fromordinal(int(nights.evenings[0])).weekday()
    )


def estimate(
    nights: TrialNights,
    *,
    as_done: bool = False,
    half_life_nights: float | None = None,
    effect_sd: float = EFFECT_SD,
    important: float | None = None,
) -> Effect:
    """Return the effect of the treatment.

    Args:
        nights: the experiment.
        as_done: by what was really done, not by what was assigned.
        half_life_nights: let the remedy build up and fade with this half-life, and count washout nights too.
        effect_sd: standard deviation of the effect's prior, on the engine's scale.
        important: the smallest change worth an effort: a ratio above 1, or a difference.

    Raises:
        CannotFit: when the nights cannot carry the model.
    """
    calendar = on_calendar(nights)
    column = calendar.done if as_done else calendar.treated
    other, used = calendar.other, calendar.counted
    if half_life_nights is not None:
        column = exposure(np.nan_to_num(column), half_life_nights)
        other = None if other is None else exposure(np.nan_to_num(other), half_life_nights)
        used = ~np.isnan(calendar.outcome)
    fitted = treatment_effect(
        calendar.outcome,
        column,
        other=other,
        kind=nights.kind,
        family=_family(nights.kind),
        used=used,
        first_weekday=calendar.first_weekday,
        effect_sd=effect_sd * (2.0 if nights.kind is OutcomeKind.AMOUNT else 1.0),  # in SDs of an amount
        mass=INTERVAL_MASS,
    )
    return _read(nights, fitted, important)


def _family(kind: OutcomeKind) -> Family | None:
    """Return the family: the engine's own, but amounts are Gaussian, for the difference of their means is wanted.

    A heavy-tailed family reads the difference of the middles, and halves that of skewed amounts. Over the nights of an
    experiment the mean of a skewed amount is near enough to normal.
    """
    return Family.GAUSSIAN if kind is OutcomeKind.AMOUNT else None


def likelihood_grid(nights: TrialNights) -> NDArray[np.float32]:
    """Return the log-likelihood of the effect on the grid of :mod:`pool`, 404 bytes; the prior is divided out.

    The grid is of log ratios (counts), log odds ratios (yes/no, scales), or standard deviations of the outcome (amounts).
    """
    return estimate(nights).likelihood_grid(nights)


def _read(nights: TrialNights, fitted: TreatmentEffect, important: float | None) -> Effect:
    """Turn the engine's effect into ratios or differences, arms and chances."""
    inner = Span(fitted.effect.mean, fitted.effect.low, fitted.effect.high)
    levels = Levels.of(fitted)
    is_ratio = nights.kind in COUNTED_KINDS
    to_value = _value_reader(nights.kind, levels)
    value = Span(*(to_value(v) for v in (inner.mean, inner.low, inner.high)))
    if is_ratio:
        small = float(np.log(important or IMPORTANT_RATIO))
    elif nights.kind is OutcomeKind.SCALE:
        small = (important or IMPORTANT_POINTS) / max(abs(levels.difference(0.5)) / 0.5, 1e-6)
    else:
        small = important or IMPORTANT_SHARE_OF_SD * float(np.nanstd(nights.outcome[nights.counted]))
    below = fitted.negative
    return Effect(
        is_ratio=is_ratio,
        value=value,
        inner_mean=inner.mean,
        inner_sd=fitted.sd,
        probability_helps=below if nights.lower_is_better else 1.0 - below,
        probability_small=_within(fitted, small),
        treatment=_arm(nights, nights.treated, levels, inner, 1.0),
        reference=_arm(nights, ~nights.treated, levels, inner, 0.0),
        fitted=fitted,
        to_value=to_value,
        together=_together(nights.kind, fitted, levels),
    )


def _together(kind: OutcomeKind, fitted: TreatmentEffect, levels: Levels) -> Together | None:
    inner = fitted.together
    if inner is None:
        return None
    to_value = levels.beyond if kind is OutcomeKind.SCALE else _value_reader(kind, levels)
    fit = fitted.fit
    above = float(fit.weights @ ndtr(fit.mode_means[:, 2] / np.sqrt(fit.mode_covariances[:, 2, 2])))
    return Together(Span(*(to_value(v) for v in (inner.mean, inner.low, inner.high))), above)


def _value_reader(kind: OutcomeKind, levels: Levels) -> Callable[[float], float]:
    """Return what turns the engine's scale into a ratio or a difference."""
    if kind in COUNTED_KINDS:
        return lambda inner: float(np.exp(inner))
    if kind is OutcomeKind.SCALE:
        return levels.difference
    return float


def _within(fitted: TreatmentEffect, bound: float) -> float:
    """Return the posterior probability that the effect lies within +-bound."""
    mean, sd = fitted.fit.mode_means[:, 0], np.sqrt(fitted.fit.mode_covariances[:, 0, 0])
    return float(fitted.fit.weights @ (ndtr((bound - mean) / sd) - ndtr((-bound - mean) / sd)))


def _arm(nights: TrialNights, arm: Bools, levels: Levels, effect: Span, treated: float) -> Arm:
    counted = nights.outcome[arm & nights.counted]
    observed = float(counted.mean())
    mean = levels.per_night(effect.mean, treated)
    spread = _standard_error(counted, nights.kind)
    share = levels.share(effect.mean, treated)
    return Arm(
        len(counted),
        observed,
        _around(mean, spread, 0.0 if nights.kind is not OutcomeKind.AMOUNT else -np.inf),
        None if share is None else _share_span(share, len(counted)),
    )


def _standard_error(values: Floats, kind: OutcomeKind) -> float:
    if len(values) < 2:
        return float(np.sqrt(values.mean() + 1)) if kind in COUNTED_KINDS else float("inf")
    return float(values.std(ddof=1) / np.sqrt(len(values)))


def _around(mean: float, error: float, least: float) -> Span:
    reach = float(ndtri((1 + INTERVAL_MASS) / 2)) * error
    return Span(mean, max(mean - reach, least), mean + reach)


def _share_span(share: float, nights: int) -> Span:
    """Return a share with Wilson's interval for as many nights (Wilson 1927, doi 10.1080/01621459.1927.10502953)."""
    z = float(ndtri((1 + INTERVAL_MASS) / 2))
    middle = (share + z * z / (2 * nights)) / (1 + z * z / nights)
    reach = z / (1 + z * z / nights) * np.sqrt(share * (1 - share) / nights + z * z / (4 * nights * nights))
    return Span(share, float(max(middle - reach, 0.0)), float(min(middle + reach, 1.0)))


@dataclass(frozen=True, slots=True, eq=False)
class Beliefs:
    """Before, your nights, now: three densities over the grid of log ratios, each with area 1, and their spans."""

    grid: Floats
    before: Floats
    nights: Floats
    now: Floats
    before_span: Span
    nights_span: Span
    now_span: Span


def beliefs(log_likelihood: NDArray[np.float32] | Floats, prior_mean: float, prior_sd: float) -> Beliefs:
    """Return what the literature says (a normal), what the nights say (their likelihood), and both together."""
    grid = GRID
    before = np.exp(-0.5 * ((grid - prior_mean) / prior_sd) ** 2)
    likely = np.exp(np.asarray(log_likelihood, dtype=np.float64))
    now = before * likely
    densities = [density / (density.sum() * (grid[1] - grid[0])) for density in (before, likely, now)]
    spans = [_span_of(grid, density) for density in densities]
    return Beliefs(grid, *densities, *spans)


def _span_of(grid: Floats, density: Floats) -> Span:
    share = density / density.sum()
    middle = np.cumsum(share) - share / 2
    low, high = np.interp([(1 - INTERVAL_MASS) / 2, (1 + INTERVAL_MASS) / 2], middle, grid)
    return Span(float(share @ grid), float(low), float(high))


def nights_model(nights: TrialNights, effect: Effect) -> NightModel:
    """Return how the person's nights go without the remedy, for planning: the fitted level, spread and correlation."""
    hyper = effect.fitted.fit.hyper
    one = np.array
    kind = nights.kind
    level = effect.reference.per_night.mean
    if kind is OutcomeKind.YES_NO:
        level = min(max(level, 0.02), 0.98)
    scaled = kind is OutcomeKind.SCALE
    # A scale's latent series is in logits; for made-up nights the plain spread of the scores serves.
    deviation = float(np.nanstd(nights.outcome[nights.counted]))
    stretch = effect.fitted.fit.prepared.stretch
    spread = 0.5 * deviation if scaled else hyper["sigma"].mean * stretch
    size = 0.85 * deviation if scaled else hyper["dispersion"].mean if "dispersion" in hyper else 1.0
    return NightModel(
        kind=kind,
        level=one(level),
        correlation=one(hyper["phi"].mean),
        spread=one(spread),
        size=one(size if kind is not OutcomeKind.AMOUNT else size * stretch),
        drift=0.03 if kind in COUNTED_KINDS else 0.03 * deviation,
    )


__all__ = [
    "Arm",
    "Beliefs",
    "Calendar",
    "CannotFit",
    "Effect",
    "Span",
    "Together",
    "beliefs",
    "estimate",
    "likelihood_grid",
]
