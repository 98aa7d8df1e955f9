"""The effect of one exposure, for experiments: one treatment column, masked nights, any kind of outcome.

It is the effect *as done*: nights on which the plan was not followed dilute it (intention to treat).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from quietlegs.core.base.messages import message
from quietlegs.core.diary.night import OutcomeKind
from quietlegs.core.inference.data import Column, LatentData, check_outcome
from quietlegs.core.inference.families import Family, FloatArray, usual_family
from quietlegs.core.inference.fit import EFFECT_SD, INTERVAL_MASS, LatentFit, Settings, Span, fit_filled
from quietlegs.core.inference.refusals import CannotFit, Refusal

GRID = np.linspace(-2.5, 2.5, 101)  # log rate ratios from 1/12 to 12; 0 is point 50
COLUMNS = ("treatment", "other", "together")
GRID_PRIOR_SD = 1.5  # weak, and divided out again


@dataclass(frozen=True, slots=True, eq=False)
class TreatmentEffect:
    """The posterior of one effect: log rate ratio (counts), log odds ratio (yes/no, scales), outcome units (amounts).

    Per unit of the exposure, which is 1 for treated against not. ``negative`` is P(effect < 0).
    ``fit`` holds the rest: baseline, latent rate, hyper-parameters.
    """

    effect: Span
    sd: float
    negative: float
    mass: float
    fit: LatentFit

    @property
    def together(self) -> Span | None:
        """What both exposures bring beyond the sum of their effects, on the same scale; None where there is one exposure."""
        if self.fit.mean.size < len(COLUMNS):
            return None
        low, high = self.fit.interval(self.mass)[2]
        return Span(float(self.fit.mean[2]), float(low), float(high))

    @property
    def lfsr(self) -> float:
        """Probability of the wrong sign under the normal prior: valid for the one effect that an experiment asks of."""
        return min(self.negative, 1.0 - self.negative)

    def rate_ratio(self) -> Span:
        """Return the effect as a ratio of rates or odds; meaningless for amounts."""
        return Span(*(float(np.exp(v)) for v in (self.effect.mean, self.effect.low, self.effect.high)))


def treatment_effect(
    y: FloatArray,
    exposure: FloatArray,
    *,
    other: FloatArray | None = None,
    kind: OutcomeKind = OutcomeKind.COUNT,
    family: Family | None = None,
    used: NDArray[np.bool_] | None = None,
    first_weekday: int | None = None,
    effect_sd: float = EFFECT_SD,
    mass: float = INTERVAL_MASS,
    trend: bool = True,
) -> TreatmentEffect:
    """Return the effect of an exposure over calendar nights.

    Args:
        y: outcome (n,), NaN where not logged.
        exposure: (n,), 1 treated and 0 not, or a share in between (a carry-over kernel); NaN: night not used.
        other: (n,), a second exposure of the same nights. The model then has three columns: this effect as it is on
            average without and with the other, the other's likewise, and what both bring beyond their sum.
        used: False on nights to leave out of the likelihood (wash-out); time still passes through them.
        effect_sd: SD of the normal prior around 0; for amounts in SDs of the outcome.

    Raises:
        CannotFit: too few nights, an outcome or an exposure that never changes, impossible values, wrong shapes.
    """
    y, exposure = np.array(y, dtype=float), np.array(exposure, dtype=float)
    if y.ndim != 1 or exposure.shape != y.shape or (used is not None and np.shape(used) != y.shape):
        raise CannotFit(
            Refusal.WRONG_SHAPE, "The outcome, the exposure and the nights used differ in length."
        )
    if np.isinf(exposure).any():
        raise CannotFit(
            Refusal.NOT_A_NUMBER, message("The exposure holds a value that is not a finite number.")
        )
    columns = exposure[:, None] if other is None else _of_two(exposure, np.array(other, dtype=float))
    y[np.isnan(columns).any(1)] = np.nan
    if used is not None:
        y[~np.asarray(used, dtype=bool)] = np.nan
    chosen = family or usual_family(kind)
    check_outcome(y, chosen)
    on = exposure[~np.isnan(y)]
    if np.ptp(on) < 1e-9:
        raise CannotFit(
            Refusal.NOTHING_TO_COMPARE,
            message("Every logged night has the same exposure, so nothing can be compared."),
        )
    data = LatentData(
        y,
        chosen,
        columns - columns[~np.isnan(y)].mean(0),
        tuple(Column(name, name) for name in COLUMNS[: columns.shape[1]]),
        first_weekday,
        "outcome",
    )
    settings = Settings(effect_sd=effect_sd, trend=trend)
    fit = fit_filled(data, np.nan_to_num(data.columns), settings, np.full(len(data.labels), effect_sd))
    low, high = fit.interval(mass)[0]
    spread = np.sqrt(fit.mode_covariances[:, 0, 0])
    negative = float(fit.weights @ ndtr(-fit.mode_means[:, 0] / spread))
    return TreatmentEffect(
        Span(float(fit.mean[0]), float(low), float(high)), float(fit.sd[0]), negative, mass, fit
    )


def _of_two(exposure: FloatArray, other: FloatArray) -> FloatArray:
    """Return the columns of two exposures and of their product; coded by -1/2 and 1/2, each effect is an average."""
    return np.column_stack([exposure, other, (exposure - 0.5) * (other - 0.5)])


def effect_log_likelihood(
    y: FloatArray, exposure: FloatArray, *, grid: FloatArray = GRID, **how: Any
) -> NDArray[np.float32]:
    """Return the marginal log-likelihood of the effect on a grid (highest value 0), nuisances integrated out.

    The stage-1 prior is divided out, so that diaries may be pooled under any prior: for the same grid, add them.
    404 bytes a person at the usual 101 points. ``how`` as in :func:`treatment_effect`, without ``effect_sd``.

    Raises:
        CannotFit: as :func:`treatment_effect`.
    """
    return log_likelihood_on(treatment_effect(y, exposure, effect_sd=GRID_PRIOR_SD, **how), grid)


def log_likelihood_on(effect: TreatmentEffect, grid: FloatArray = GRID) -> NDArray[np.float32]:
    """Return the marginal log-likelihood of a fitted effect on a grid (highest value 0), its own prior divided out."""
    found = effect.fit
    mean, variance = found.mode_means[:, 0], found.mode_covariances[:, 0, 0]
    prior = (found.settings.effect_sd * found.prepared.stretch) ** -2.0
    # Each lattice point's normal with its own prior divided out, mixed by weight on the log scale.
    log_terms = np.log(found.weights)[:, None] - 0.5 * np.log(variance)[:, None]
    log_terms = log_terms - 0.5 * (grid - mean[:, None]) ** 2 / variance[:, None]
    top = log_terms.max(0)
    value = top + np.log(np.exp(log_terms - top).sum(0)) + 0.5 * prior * grid**2
    return np.asarray(value - value.max(), dtype=np.float32)
