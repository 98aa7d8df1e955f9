"""Number, severity and duration together: the bad nights say how bad they were, and so which nights were bad.

Companions are other measures of the same nights, taken as linear in the latent log rate eta of the number on nights that
have any: value = level + loading * eta + noise. Level, loading and noise are estimated from the diary by EM and plugged in;
a loading that is within its noise shrinks to 0, and then the fit is that of the number alone. Each companion then adds
Gaussian news of eta, at the cost of a few more fits.

It assumes that a factor which changes the number changes the companions by the same burden. Where a factor changes the
number only, its effect is pulled towards 0. So it is offered, and not the default; the docs have its measured gain and cost.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from quietlegs.core.base.messages import message
from quietlegs.core.inference.data import LatentData
from quietlegs.core.inference.design import prepare
from quietlegs.core.inference.families import Family, FloatArray, Local, Outcome
from quietlegs.core.inference.fit import LatentFit, Settings, fit_latent, fit_prepared
from quietlegs.core.inference.missing import fill
from quietlegs.core.inference.refusals import CannotFit, Refusal

ROUNDS = 3  # of EM; the loadings move by less than a tenth of their noise after the second
FEWEST = 8  # nights with a companion below which it is not used


class _JointOutcome(Outcome):
    """Counts with Gaussian news of eta: precision ``weight`` (n,) around ``place`` (n,)."""

    __slots__ = ("place", "weight")

    def __init__(self, y: FloatArray, family: Family, weight: FloatArray, place: FloatArray) -> None:
        super().__init__(y, family)
        self.weight, self.place = weight, place

    def local(self, eta: FloatArray, cut: FloatArray, dispersion: FloatArray) -> Local:
        """Add the news to the counts' own log-likelihood, gradient and curvature."""
        plain = super().local(eta, cut, dispersion)
        off = self.place - eta
        return replace(
            plain,
            value=plain.value - 0.5 * (self.weight * off * off).sum(1),
            gradient=plain.gradient + self.weight * off,
            curvature=plain.curvature + self.weight,
        )


def fit_joint(
    data: LatentData, companions: Sequence[FloatArray], settings: Settings | None = None
) -> LatentFit:
    """Fit counts together with companions of nights that had any, such as severity or log minutes.

    Args:
        data: counts (negative binomial or Poisson).
        companions: each (n,), NaN where not known; values on nights without any are not used.

    Raises:
        CannotFit: another family, a companion of another length or with infinities, or as :func:`fit_latent`.
    """
    settings = settings or Settings()
    if not data.family.is_count or any(np.shape(values) != data.y.shape for values in companions):
        raise CannotFit(
            Refusal.WRONG_SHAPE,
            "Only counts take companions, and those have one value for each night.",
        )
    if any(np.isinf(values).any() for values in companions):
        raise CannotFit(
            Refusal.NOT_A_NUMBER, message("A night holds a value that is not a finite number. Correct it.")
        )
    used = [np.where(data.y > 0, values, np.nan) for values in companions]
    fit = fit_latent(data, settings)
    filled = fill(data.columns, data.logged)
    sd = np.full(filled.shape[1], settings.effect_sd)
    ready = prepare(data, filled, effect_sd=sd, trend=settings.trend, season=settings.season)
    for _ in range(ROUNDS):
        weight, place = _news(fit, used)
        if not weight.any():
            break
        outcome = _JointOutcome(data.y, data.family, weight, place)
        fit = fit_prepared(data, settings, replace(ready, field=replace(ready.field, outcome=outcome)))
    return fit


def _news(fit: LatentFit, companions: Sequence[FloatArray]) -> tuple[FloatArray, FloatArray]:
    """Return precision and centre of what the companions say of eta, loadings read from the fit's own eta."""
    weight, pull = np.zeros(fit.eta.size), np.zeros(fit.eta.size)
    for values in companions:
        on = ~np.isnan(values)
        if on.sum() < FEWEST:
            continue
        mean, variance, value = fit.eta[on], fit.eta_variance[on], values[on]
        around = mean - mean.mean()
        spread = float((around**2).sum() + variance.sum())
        loading = float((value - value.mean()) @ around) / spread
        rest = value - value.mean() - loading * around
        noise = float((rest**2 + loading**2 * variance).sum()) / (on.sum() - 2)
        if noise <= 0.0:
            continue
        # Positive-part shrinkage: what a loading's own noise would give is taken off.
        loading *= max(0.0, 1.0 - noise / spread / max(loading**2, 1e-12))
        level = float(value.mean()) - loading * float(mean.mean())
        weight[on] += loading**2 / noise
        pull[on] += loading * (value - level) / noise
    return weight, np.where(weight > 0, pull / np.maximum(weight, 1e-12), 0.0)
