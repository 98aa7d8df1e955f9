"""Fitting the latent diary model, and what a fit says."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, ndtr

from quietlegs.core.base.messages import message
from quietlegs.core.inference import hyper as hyper_parameters
from quietlegs.core.inference.data import LatentData
from quietlegs.core.inference.design import Prepared, prepare
from quietlegs.core.inference.families import Family, FloatArray
from quietlegs.core.inference.hyper import Lattice, integrate, to_hyper
from quietlegs.core.inference.missing import fill
from quietlegs.core.inference.newton import Hyper, Reading, read_modes, variance_of
from quietlegs.core.inference.refusals import CannotFit, Refusal

INTERVAL_MASS = 0.90  # read aloud as "9 in 10"
INTERVAL_Z = 1.6448536269514722  # a normal keeps that mass within this many SDs
EFFECT_SD = (
    0.5  # stage-1 prior of an effect: 95 % of rate ratios between 0.37 and 2.7; removed again to decide
)
LARGEST_CORRECTION = 1.5  # log units: beyond it the expansion behind the correction no longer holds
LIGHT = 2e-3  # lattice points with less weight than this share of the heaviest are not read


@dataclass(frozen=True, slots=True)
class Settings:
    """How to fit. ``season`` None means: from 300 nights on. ``refine`` halves the lattice step."""

    effect_sd: float = EFFECT_SD
    trend: bool = True
    season: bool | None = None
    refine: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """A number with its interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """A quantity over the calendar nights, each (n,)."""

    mean: FloatArray
    low: FloatArray
    high: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class LatentFit:
    """The posterior of a diary's model.

    ``mean`` (p,) and ``covariance`` (p, p) are of the effects on the scaled axis: log rate ratios for counts, log
    odds ratios for yes/no and scales, outcome units for amounts. Divide by ``labels[j].scale`` for one natural unit.
    ``peak`` (p,) is the same without the correction for skewness: the centre of the quadratic that the log-likelihood
    is closest to, on which decisions rest.
    ``baseline`` is the expected outcome of a night with all factors at their mean, averaged over the diary;
    ``latent`` the same night by night; ``fitted`` with the factors as they were. ``hyper`` holds the spans of
    dispersion, sigma and phi. ``mode_means`` (K, p), ``mode_covariances`` (K, p, p) and ``weights`` (K,) are the
    mixture behind mean and covariance.
    """

    data: LatentData
    settings: Settings
    mean: FloatArray
    covariance: FloatArray
    peak: FloatArray
    baseline: Span
    latent: Band
    fitted: Band
    hyper: dict[str, Span]
    weights: FloatArray
    mode_means: FloatArray
    mode_covariances: FloatArray
    lattice: Lattice
    prepared: Prepared
    eta: FloatArray
    eta_variance: FloatArray

    @property
    def sd(self) -> FloatArray:
        """Posterior SDs of the effects, (p,), scaled axis."""
        return np.asarray(np.sqrt(np.diag(self.covariance)))

    @property
    def natural_mean(self) -> FloatArray:
        """Effects per natural unit of each factor, (p,)."""
        return np.asarray(self.mean / np.array([label.scale for label in self.data.labels]))

    def interval(self, mass: float = INTERVAL_MASS) -> FloatArray:
        """Return equal-tailed intervals of the effects, (p, 2), scaled axis, from the normal-prior posterior."""
        return self.interval_of(np.eye(self.mean.size), mass)

    def natural_interval(self, mass: float = INTERVAL_MASS) -> FloatArray:
        """Return the same per natural unit of each factor, (p, 2)."""
        scale = np.array([label.scale for label in self.data.labels])
        return np.asarray(self.interval(mass) / scale[:, None])

    def interval_of(self, contrasts: FloatArray, mass: float = INTERVAL_MASS) -> FloatArray:
        """Return intervals (c, 2) of linear combinations of effects; ``contrasts`` is (c, p)."""
        means = self.mode_means @ contrasts.T
        used = np.flatnonzero(contrasts.any(0))  # mostly one or two of hundreds
        on, spread = contrasts[:, used], self.mode_covariances[:, used][:, :, used]
        variance = ((spread @ on.T) * on.T).sum(1)
        spread = np.sqrt(np.maximum(variance, 1e-30))
        tail = (1.0 - mass) / 2.0
        return np.stack([_quantile(self.weights, means, spread, at) for at in (tail, 1.0 - tail)], axis=1)


def _quantile(weights: FloatArray, means: FloatArray, spread: FloatArray, at: float) -> FloatArray:
    """Return the quantile of normal mixtures (K, c) by bisection, to 1e-6 of their spread."""
    low, high = (means - 9.0 * spread).min(0), (means + 9.0 * spread).max(0)
    for _ in range(40):
        middle = 0.5 * (low + high)
        below = weights @ ndtr((middle - means) / spread) < at
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.asarray(0.5 * (low + high))


def fit_latent(data: LatentData, settings: Settings | None = None) -> LatentFit:
    """Fit the latent Gaussian model by nested Laplace; see the package's docstring for the model.

    Cost O(points * n q^2), memory O(n q); q = factors + about 10.

    Raises:
        CannotFit: the search found no sound answer.
    """
    settings = settings or Settings()
    p = len(data.labels)
    sd = np.full(p, settings.effect_sd)
    return fit_filled(data, fill(data.columns, data.logged), settings, sd)


def fit_filled(data: LatentData, filled: FloatArray, settings: Settings, effect_sd: FloatArray) -> LatentFit:
    """Fit with gaps already filled and one prior SD per effect, (p,)."""
    return fit_prepared(
        data,
        settings,
        prepare(data, filled, effect_sd=effect_sd, trend=settings.trend, season=settings.season),
    )


def fit_prepared(data: LatentData, settings: Settings, prepared: Prepared) -> LatentFit:
    """Fit a field that is already laid out.

    Raises:
        CannotFit: the search found no sound answer.
    """
    try:
        step = hyper_parameters.STEP / 2 if settings.refine else hyper_parameters.STEP
        most = 4 * hyper_parameters.MOST_POINTS if settings.refine else hyper_parameters.MOST_POINTS
        lattice = integrate(prepared.field, step=step, most_points=most)
        return _summarise(data, settings, prepared, lattice)
    except (FloatingPointError, np.linalg.LinAlgError) as fault:
        raise CannotFit(
            Refusal.NUMERICAL, message("These nights give no stable answer. Check for very large values.")
        ) from fault


def _summarise(data: LatentData, settings: Settings, prepared: Prepared, lattice: Lattice) -> LatentFit:
    field, family = prepared.field, data.family
    q0, p, n = prepared.nuisance, len(data.labels), data.nights
    keep = np.flatnonzero(lattice.weight > LIGHT * lattice.weight.max())
    weights = lattice.weight[keep] / lattice.weight[keep].sum()
    theta = lattice.theta[keep]
    hyper = to_hyper(family, theta)
    batch = max(1, hyper_parameters.WORK // (n * (field.prior_mean.size + 1)))
    kept_u, kept_b = lattice.u[keep], lattice.b[keep]
    parts = []
    for start in range(0, keep.size, batch):
        at = np.arange(start, min(start + batch, keep.size))
        parts.append(read_modes(field, hyper.take(at), kept_u[at], kept_b[at], q0, p))
    correction = np.concatenate([part.correction for part in parts])
    correction -= correction[np.argmax(weights)]
    weights = weights * np.exp(np.clip(correction, -LARGEST_CORRECTION, LARGEST_CORRECTION))
    weights /= weights.sum()
    b = np.concatenate([part.b for part in parts])
    effect = slice(q0, q0 + p)
    means = b[:, effect] * prepared.stretch
    covariances = np.concatenate([part.covariance[:, effect, effect] for part in parts]) * prepared.stretch**2
    mean = weights @ means
    away = means - mean
    covariance = np.einsum("k,kij->ij", weights, covariances) + (weights[:, None] * away).T @ away
    eta, eta_variance = _mix(weights, parts, "eta", "eta_variance")
    level, level_variance = _mix(weights, parts, "level", "level_variance")
    cuts = weights @ b[:, q0 + p :]
    fitted = _band(prepared, family, eta, eta_variance, cuts)
    latent = _band(prepared, family, level, level_variance, cuts)
    return LatentFit(
        data=data, settings=settings, mean=mean, covariance=covariance, peak=weights @ kept_b[:, effect] * prepared.stretch,
        baseline=_baseline(prepared, family, latent, weights, hyper, kept_u, kept_b, parts), latent=latent, fitted=fitted,
        hyper=_hyper_spans(family, theta, weights),
        weights=weights, mode_means=means, mode_covariances=covariances,
        lattice=lattice, prepared=prepared, eta=eta, eta_variance=eta_variance,
    )  # fmt: skip


def _mix(
    weights: FloatArray, parts: Sequence[Reading], mean: str, variance: str
) -> tuple[FloatArray, FloatArray]:
    means = np.concatenate([getattr(part, mean) for part in parts])
    variances = np.concatenate([getattr(part, variance) for part in parts])
    centre = weights @ means
    return centre, weights @ (variances + (means - centre) ** 2)


def _expected(prepared: Prepared, family: Family, eta: FloatArray, cuts: FloatArray) -> FloatArray:
    """Return the expected outcome at eta in natural units."""
    if family.is_count:
        return np.asarray(np.exp(eta))
    if family is Family.LOGISTIC:
        return np.asarray(expit(eta))
    if family is Family.CUMULATIVE_LOGIT:
        above = expit(eta[:, None] - cuts)
        return np.asarray(prepared.levels[0] + above @ np.diff(prepared.levels))
    return prepared.shift + prepared.stretch * eta


def _band(
    prepared: Prepared, family: Family, eta: FloatArray, variance: FloatArray, cuts: FloatArray
) -> Band:
    reach = INTERVAL_Z * np.sqrt(variance)
    if family.is_count:
        mean = np.exp(eta + 0.5 * variance)  # the mean of a log-normal, not its median: rates are not too low
    elif family in (Family.LOGISTIC, Family.CUMULATIVE_LOGIT):
        # Logistic-normal mean: the slope shrinks by sqrt(1 + pi v / 8) (MacKay 1992); per cut for ordered scales.
        shrink = 1.0 / np.sqrt(1.0 + np.pi * variance / 8.0)
        if family is Family.LOGISTIC:
            mean = expit(eta * shrink)
        else:
            above = expit((eta[:, None] - cuts) * shrink[:, None])
            mean = prepared.levels[0] + above @ np.diff(prepared.levels)
    else:
        mean = _expected(prepared, family, eta, cuts)
    return Band(
        np.asarray(mean),
        _expected(prepared, family, eta - reach, cuts),
        _expected(prepared, family, eta + reach, cuts),
    )


def _baseline(
    prepared: Prepared,
    family: Family,
    latent: Band,
    weights: FloatArray,
    hyper: Hyper,
    mode_u: FloatArray,
    mode_b: FloatArray,
    parts: Sequence[Reading],
) -> Span:
    """Return the mean over nights of the latent outcome. Spread: within the heaviest setting, plus between settings."""
    mean = float(latent.mean.mean())
    levels = np.concatenate([part.level for part in parts])
    top = int(np.argmax(weights))
    factors = slice(prepared.nuisance, prepared.field.design.shape[0])
    if family.is_count:
        rates = np.exp(levels - levels.max())
        between = np.log(rates.mean(1))
        slope = rates[top] / rates[top].sum()
    elif family.is_amount:
        between = prepared.shift + prepared.stretch * levels.mean(1)
        slope = np.full(levels.shape[1], prepared.stretch / levels.shape[1])
    else:
        cuts = np.concatenate([part.b for part in parts])[:, factors.stop :]
        around = np.array(
            [
                _expected(prepared, family, level + h, cuts[top])
                for level in levels[[top]]
                for h in (1e-3, -1e-3)
            ]
        )
        slope = (around[0] - around[1]) / 2e-3 / levels.shape[1]
        between = np.array(
            [_expected(prepared, family, le, cut).mean() for le, cut in zip(levels, cuts, strict=True)]
        )
    at = hyper.take(np.array([top]))
    within = variance_of(prepared.field, at, mode_u[[top]], mode_b[[top]], slope, factors)
    spread = INTERVAL_Z * np.sqrt(within + weights @ (between - weights @ between) ** 2)
    if family.is_count:
        return Span(
            mean, mean * float(np.exp(-spread - 0.5 * within)), mean * float(np.exp(spread - 0.5 * within))
        )
    return Span(mean, mean - float(spread), mean + float(spread))


def _hyper_spans(family: Family, theta: FloatArray, weights: FloatArray) -> dict[str, Span]:
    spans = {}
    for axis, name in enumerate(hyper_parameters.names(family)):
        values = expit(theta[:, axis]) if name == "phi" else np.exp(theta[:, axis])
        order = np.argsort(values)
        below = np.cumsum(weights[order]) - 0.5 * weights[order]
        low, high = np.interp([0.05, 0.95], below, values[order])
        spans[name] = Span(float(weights @ values), float(low), float(high))
    return spans
