"""Which effects are real, and which way they point: joint spike-and-slab with local false sign rates.

The data's Gaussian summary is the posterior of the effects with the stage-1 prior divided out (precision form
``Lambda``, ``h``). On top of it every effect is 0 with probability pi0, else drawn from a slab; pi0 ~ Beta(a, 2).
The joint posterior is found by expectation propagation (Minka 2001; Hernandez-Lobato et al. 2013), one run per
quadrature node of pi0, all at once, weighted by their evidence: no random numbers. The local false sign rate
lfsr = 1 - max(P(effect > 0), P(effect < 0)) counts "no effect" as wrong (Stephens 2017, doi
10.1093/biostatistics/kxw041).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
from scipy.special import ndtr, roots_jacobi

from quietlegs.core.inference.families import FloatArray
from quietlegs.core.inference.fit import LatentFit
from quietlegs.core.inference.hyper import to_hyper
from quietlegs.core.inference.newton import factor_at_mode

NULL_WEIGHT, TRUE_WEIGHT = 6.0, 2.0  # pi0 ~ Beta(6, 2): about 1 in 4 columns matters
# The slab of an effect that matters: it is rarely tiny (rate ratios around 1.65 or 0.6), now and then strong.
# Chosen of six shapes by power at equal calibration over 1,500 simulated diaries; see the docs.
SLAB_WEIGHT = np.array([0.35, 0.35, 0.3])
SLAB_MEAN = np.array([-0.5, 0.5, 0.0])
SLAB_SD = np.array([0.25, 0.25, 0.7])
IMPORTANT = float(np.log(1.25))  # a quarter more or fewer cramps: the least a person would notice
# Nights that the unknown noise of an amount costs. Chosen on simulated diaries; see the docs.
NOISE_NIGHTS, NOISE_NIGHTS_PER_COLUMN = 10.0, 1.0
LEAST_SPARE = 0.2  # share of the nights that columns are taken to leave over for the noise, at the least
NODES = 6
SWEEPS = 60
SETTLED = 1e-4
LEAST_PRECISION = 1e-6


@dataclass(frozen=True, slots=True)
class EffectPrior:
    """What is believed of one factor before the diary speaks.

    ``inclusion``: probability that it matters at all, 0 to 1; None for the usual. ``mean`` and ``sd``: its effect per
    natural unit if it does (a log rate ratio); None for the usual slab. ``weight``, 0 to 1, is the share of the slab that
    they get; the usual slab keeps the rest, so that a literature that is wrong for this person can be overruled (robust
    mixture prior, Schmidli et al. 2014).
    """

    inclusion: float | None = None
    mean: float | None = None
    sd: float | None = None
    weight: float = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Mixture:
    """Slab components per column: ``weight`` (p, c) with rows summing to 1, ``mean`` and ``sd`` (p, c).

    ``log_odds`` (p,) is added to the log odds of mattering.
    """

    weight: FloatArray
    mean: FloatArray
    sd: FloatArray
    log_odds: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Claim:
    """A joint statement about the sum of the effects of some columns (lags of one factor, or a collinear group).

    ``zero`` is the probability that none of them matters.
    """

    columns: tuple[int, ...]
    positive: float
    negative: float
    zero: float

    @property
    def lfsr(self) -> float:
        """Local false sign rate of the sum."""
        return 1.0 - max(self.positive, self.negative)


@dataclass(frozen=True, slots=True, eq=False)
class Decisions:
    """Per column, (p,): probabilities of the effect's sign, its mean and SD, and P(|effect| < log 1.25).

    ``precision`` and ``shift`` are the data's Gaussian summary; ``settled`` is False where the search had to be cut.
    """

    positive: FloatArray
    negative: FloatArray
    zero: FloatArray
    mean: FloatArray
    sd: FloatArray
    unimportant: FloatArray
    mixture: Mixture
    precision: FloatArray
    shift: FloatArray
    settled: bool
    _sites: "Sites"

    @property
    def lfsr(self) -> FloatArray:
        """Local false sign rates, (p,)."""
        return np.asarray(1.0 - np.maximum(self.positive, self.negative))

    @property
    def expected_wrong(self) -> FloatArray:
        """Expected number of wrong entries in the list of columns up to and including each, by rising lfsr, (p,)."""
        order = np.argsort(self.lfsr, kind="stable")
        total = np.empty(order.size)
        total[order] = np.cumsum(self.lfsr[order])
        return total

    def claim(self, columns: Sequence[int]) -> Claim:
        """Return the joint claim about the sum of the effects of these columns (at most 6; scaled axis)."""
        return _claim(self, tuple(columns))


@dataclass(frozen=True, slots=True, eq=False)
class Sites:
    """The converged approximation at every node of pi0: ``tau``, ``nu`` (H, p), log odds and weights (H,)."""

    tau: FloatArray
    nu: FloatArray
    log_odds: FloatArray
    weight: FloatArray
    settled: bool


def precision_of(covariance: FloatArray, fit: LatentFit) -> FloatArray:
    """Return what the data alone say, as precisions (..., p, p): the stage-1 prior divided out of posteriors."""
    prior = (fit.settings.effect_sd * fit.prepared.stretch) ** -2.0
    precision = np.linalg.inv(covariance) - prior * np.eye(fit.mean.size)
    value, vector = np.linalg.eigh(precision)
    return np.asarray(
        (vector * np.maximum(value, LEAST_PRECISION)[..., None, :]) @ np.swapaxes(vector, -1, -2)
    )


def summary_of(fit: LatentFit) -> tuple[FloatArray, FloatArray]:
    """Return the data's Gaussian summary of the effects: precision (p, p) and shift (p,)."""
    shift = np.asarray(np.linalg.solve(fit.covariance, fit.peak), dtype=float)
    weight = voice(fit)
    return weight * precision_of(fit.covariance, fit), weight * shift


def voice(fit: LatentFit) -> float:
    """Return the power to which the likelihood of the effects is raised before deciding: 1, but less for amounts.

    Counts, yes/no and scores have a noise of a known size. That of an amount is guessed from the same nights, which a
    Gaussian summary forgets: where nights are few for the columns, its claims were up to four times as wrong as announced.
    Nor need it have the tails of the family: see :func:`strain`.
    """
    if not fit.data.family.is_amount:
        return 1.0
    logged = int(fit.data.logged.sum())
    own = NOISE_NIGHTS + NOISE_NIGHTS_PER_COLUMN * len(fit.data.labels)
    spare = max(LEAST_SPARE, 1.0 - len(fit.data.labels) / logged)
    return min(logged / (logged + own), spare) / max(1.0, strain(fit))


def strain(fit: LatentFit) -> float:
    """Return how much more the nights pull at the fit than its curvature says they would: 1 where the family is right.

    The sum of squared gradients over that of W - W^2 v, the variance of a gradient at a posterior mean of variance v, both at
    the heaviest setting: the middle of a sandwich estimator over its bread (White 1982), in one number. Student's t on
    noise that is normal or has two humps promises 1.12 to 1.25 times the precision there is. O(n q).
    """
    field = fit.prepared.field
    top = int(np.argmax(fit.lattice.weight))
    step = factor_at_mode(
        field,
        to_hyper(fit.data.family, fit.lattice.theta[[top]]),
        fit.lattice.u[[top]],
        fit.lattice.b[[top]],
    )
    on = field.outcome.logged > 0
    curvature, gradient = step.local.curvature[0][on], step.local.gradient[0][on]
    promised = float((curvature - curvature**2 * fit.eta_variance[on]).sum())
    return float((gradient**2).sum()) / promised if promised > 0.0 else 1.0


def usual_mixture(fit: LatentFit, priors: Mapping[str, EffectPrior] | None = None) -> Mixture:
    """Return the slab of every column; ``priors`` by column name, or by factor name for its lag 0."""
    labels, priors = fit.data.labels, priors or {}
    p, c = len(labels), SLAB_SD.size
    weight = np.zeros((p, c + 1))
    mean = np.zeros((p, c + 1))
    sd = np.ones((p, c + 1))
    log_odds = np.zeros(p)
    weight[:, :c], mean[:, :c], sd[:, :c] = (
        SLAB_WEIGHT,
        SLAB_MEAN * fit.prepared.stretch,
        SLAB_SD * fit.prepared.stretch,
    )
    usual = TRUE_WEIGHT / (_null_weight(p) + TRUE_WEIGHT)
    for j, label in enumerate(labels):
        prior = priors.get(label.name) or (priors.get(label.factor) if label.lag == 0 else None)
        if prior is None:
            continue
        if prior.inclusion is not None:
            share = min(max(prior.inclusion, 0.01), 0.99)
            log_odds[j] = np.log(share / (1 - share)) - np.log(usual / (1 - usual))
        if prior.mean is not None and prior.sd is not None:
            weight[j] = np.append((1.0 - prior.weight) * SLAB_WEIGHT, prior.weight)
            mean[j, c] = prior.mean * label.scale
            sd[j, c] = max(prior.sd * label.scale, 0.05 * fit.prepared.stretch)
    return Mixture(weight, mean, sd, log_odds)


def decide(fit: LatentFit, priors: Mapping[str, EffectPrior] | None = None) -> Decisions:
    """Return sign probabilities for every column of a fit, under the usual or the given priors."""
    precision, shift = summary_of(fit)
    scale = IMPORTANT * fit.prepared.stretch
    return decide_summary(precision, shift, usual_mixture(fit, priors), unimportant_below=scale)


def _null_weight(p: int) -> float:
    # With many columns the expected number that matter stays at 7.5, as with 30.
    return max(NULL_WEIGHT, TRUE_WEIGHT * (p / 7.5 - 1.0))


@lru_cache(maxsize=64)
def _nodes(p: int) -> tuple[FloatArray, FloatArray]:
    """Return log odds of mattering and log weights at the Gauss-Jacobi nodes of pi0 ~ Beta."""
    x, w = roots_jacobi(NODES, TRUE_WEIGHT - 1.0, _null_weight(p) - 1.0)
    null = 0.5 * (1.0 + x)
    return np.log1p(-null) - np.log(null), np.log(w / w.sum())


def decide_summary(
    precision: FloatArray, shift: FloatArray, mixture: Mixture, *, unimportant_below: float = IMPORTANT
) -> Decisions:
    """Return sign probabilities from a Gaussian summary exp(shift'b - b'precision b / 2); see :func:`decide`."""
    p = shift.size
    if p == 0:
        none = np.empty(0)
        sites = Sites(np.empty((1, 0)), np.empty((1, 0)), np.zeros(1), np.ones(1), True)
        return Decisions(none, none, none, none, none, none, mixture, precision, shift, True, sites)
    sites = _propagate(precision, shift, mixture)
    centre, variance = _cavities(precision, shift, sites.tau, sites.nu)[:2]
    _, share, at, spread = _tilt(centre, variance, mixture, sites.log_odds)
    below = ndtr(-at[..., 1:] / np.sqrt(spread[..., 1:]))
    near = ndtr((unimportant_below - at[..., 1:]) / np.sqrt(spread[..., 1:]))
    near -= ndtr((-unimportant_below - at[..., 1:]) / np.sqrt(spread[..., 1:]))
    w = sites.weight
    negative = w @ (share[..., 1:] * below).sum(-1)
    zero = w @ share[..., 0]
    mean = w @ (share * at).sum(-1)
    second = w @ (share * (spread + at**2)).sum(-1)
    return Decisions(
        positive=np.clip(1.0 - zero - negative, 0.0, 1.0), negative=negative, zero=zero, mean=mean,
        sd=np.sqrt(np.maximum(second - mean**2, 0.0)), unimportant=zero + w @ (share[..., 1:] * near).sum(-1),
        mixture=mixture, precision=precision, shift=shift, settled=sites.settled, _sites=sites,
    )  # fmt: skip


def _cavities(
    precision: FloatArray, shift: FloatArray, tau: FloatArray, nu: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return cavity means and variances (H, p) and the joint mean (H, p) and covariance (H, p, p)."""
    at = np.arange(shift.size)
    joint = np.repeat(precision[None], tau.shape[0], axis=0)
    joint[:, at, at] += tau
    covariance = np.asarray(np.linalg.inv(joint), dtype=float)
    mean = (covariance @ (shift + nu)[:, :, None])[:, :, 0]
    marginal = covariance[:, at, at]
    variance = 1.0 / np.maximum(1.0 / marginal - tau, 1e-8)
    return variance * (mean / marginal - nu), variance, mean, covariance


def _tilt(
    centre: FloatArray, variance: FloatArray, mixture: Mixture, log_odds: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Multiply cavities (H, p) by the spike-and-slab prior.

    Returns log evidence (H, p) and, per component (first the spike), share, mean and variance, each (H, p, c + 1).
    """
    odds = log_odds[:, None] + mixture.log_odds
    log_in, log_out = -np.logaddexp(0.0, -odds), -np.logaddexp(0.0, odds)
    slab = np.maximum(mixture.sd, 1e-12) ** 2
    v, c = variance[..., None], centre[..., None]
    total = v + slab
    h, p = centre.shape
    size = slab.shape[1] + 1
    log_share: FloatArray = np.empty((h, p, size))
    log_share[..., 0] = log_out - 0.5 * np.log(variance) - 0.5 * centre**2 / variance
    log_share[..., 1:] = log_in[..., None] + np.log(np.maximum(mixture.weight, 1e-300))
    log_share[..., 1:] -= 0.5 * np.log(total) + 0.5 * (c - mixture.mean) ** 2 / total
    top = log_share.max(-1, keepdims=True)
    share: FloatArray = np.exp(np.maximum(log_share - top, -700.0))
    norm = share.sum(-1, keepdims=True)
    share /= norm
    mean, spread = np.zeros((h, p, size)), np.zeros((h, p, size))
    mean[..., 1:] = (c * slab + mixture.mean * v) / total
    spread[..., 1:] = v * slab / total
    return np.asarray((top + np.log(norm))[..., 0]), share, mean, spread


def lfsr_near(decisions: Decisions, precision: FloatArray, shift: FloatArray) -> FloatArray:
    """Return lfsr (B, p) for B summaries close to the decided one, its approximation of the prior held."""
    sites = decisions._sites
    node = int(np.argmax(sites.weight))
    at = np.arange(shift.shape[1])
    joint = precision.copy()
    joint[:, at, at] += sites.tau[node]
    covariance = np.asarray(np.linalg.inv(joint), dtype=float)
    mean = (covariance @ (shift + sites.nu[node])[:, :, None])[:, :, 0]
    marginal = covariance[:, at, at]
    variance = 1.0 / np.maximum(1.0 / marginal - sites.tau[node], 1e-8)
    centre = variance * (mean / marginal - sites.nu[node])
    log_odds = np.full(shift.shape[0], sites.log_odds[node])
    _, share, means, spread = _tilt(centre, variance, decisions.mixture, log_odds)
    negative = (share[..., 1:] * ndtr(-means[..., 1:] / np.sqrt(spread[..., 1:]))).sum(-1)
    return np.asarray(1.0 - np.maximum(negative, 1.0 - share[..., 0] - negative))


def _propagate(precision: FloatArray, shift: FloatArray, mixture: Mixture) -> Sites:
    """Run parallel expectation propagation at every node of pi0."""
    log_odds, log_weight = _nodes(shift.size)
    inclusion = 1.0 / (1.0 + np.exp(-(log_odds[:, None] + mixture.log_odds)))
    prior_variance = inclusion * (mixture.weight * (mixture.sd**2 + mixture.mean**2)).sum(1)
    tau, nu = 1.0 / prior_variance, np.zeros_like(prior_variance)
    damp, settled = 0.8, False
    for sweep in range(SWEEPS):
        centre, variance, mean, covariance = _cavities(precision, shift, tau, nu)
        evidence, share, at, spread = _tilt(centre, variance, mixture, log_odds)
        first = (share * at).sum(-1)
        second = np.maximum((share * (spread + at**2)).sum(-1) - first**2, 1e-10)
        new_tau = np.clip(1.0 / second - 1.0 / variance, 1e-4, 1e8)
        # The mean is matched even where the site's precision had to be held positive.
        new_nu = first * (new_tau + 1.0 / variance) - centre / variance
        change = np.abs(first - mean) / np.sqrt(second)
        tau, nu = tau + damp * (new_tau - tau), nu + damp * (new_nu - nu)
        if change.max() < SETTLED and sweep > 2:
            settled = True
            break
        if sweep % 20 == 19:
            damp *= 0.5
    centre, variance, mean, covariance = _cavities(precision, shift, tau, nu)
    evidence, _, _, _ = _tilt(centre, variance, mixture, log_odds)
    site = -0.5 * np.log1p(tau * variance)
    site += 0.5 * ((centre / variance + nu) ** 2 / (1.0 / variance + tau) - centre**2 / variance)
    log_z = (evidence - site).sum(1) + 0.5 * ((shift + nu) * mean).sum(1)
    log_z += 0.5 * np.linalg.slogdet(covariance)[1] + log_weight
    weight = np.exp(log_z - log_z.max())
    return Sites(tau, nu, log_odds, weight / weight.sum(), settled)


def _claim(decisions: Decisions, columns: tuple[int, ...]) -> Claim:
    """Take the group out of the approximation and put its exact prior back: every combination of components."""
    if not 1 <= len(columns) <= 6:
        raise ValueError(f"A claim is about 1 to 6 columns, not {len(columns)}.")
    sites, mixture, at = decisions._sites, decisions.mixture, list(columns)
    g = len(at)
    tau, nu = sites.tau.copy(), sites.nu.copy()
    joint = np.repeat(decisions.precision[None], tau.shape[0], axis=0)
    diagonal = np.arange(tau.shape[1])
    joint[:, diagonal, diagonal] += tau
    covariance = np.asarray(np.linalg.inv(joint), dtype=float)
    mean = (covariance @ (decisions.shift + nu)[:, :, None])[:, :, 0]
    inverse = np.asarray(np.linalg.inv(covariance[:, at][:, :, at]), dtype=float)
    pull = (inverse @ mean[:, at, None])[:, :, 0] - nu[:, at]
    inverse[:, np.arange(g), np.arange(g)] -= tau[:, at]
    used = [[None, *np.flatnonzero(mixture.weight[j] > 0)] for j in at]
    odds = sites.log_odds[:, None] + mixture.log_odds[at]
    log_in, log_out = -np.logaddexp(0.0, -odds), -np.logaddexp(0.0, odds)
    logs, positives, nulls = [], [], []
    for combination in product(*used):
        log_p = sum(
            (log_out[:, i] if c is None else log_in[:, i] + np.log(mixture.weight[j, c]))
            for i, (j, c) in enumerate(zip(at, combination, strict=True))
        )
        on = [i for i, c in enumerate(combination) if c is not None]
        if on:
            m0 = np.array([mixture.mean[at[i], combination[i]] for i in on])
            v0 = np.array([mixture.sd[at[i], combination[i]] for i in on]) ** 2
            q = inverse[:, on][:, :, on].copy()
            r = pull[:, on] + m0 / v0
            q[:, np.arange(len(on)), np.arange(len(on))] += 1.0 / v0
            solved = np.linalg.solve(q, np.stack([r, np.ones_like(r)], axis=-1))
            log_p = log_p + 0.5 * (r * solved[..., 0]).sum(1) - 0.5 * np.linalg.slogdet(q)[1]
            log_p = log_p - 0.5 * (np.log(v0) + m0**2 / v0).sum()
            positives.append(ndtr(solved[..., 0].sum(1) / np.sqrt(solved[..., 1].sum(1))))
        else:
            positives.append(np.zeros(tau.shape[0]))
        nulls.append(not on)
        logs.append(log_p)
    log_all = np.array(logs)
    share = np.exp(log_all - log_all.max(0))
    share = share / share.sum(0) @ np.diag(sites.weight)
    zero = float(share[np.array(nulls)].sum())
    positive = float((share * np.array(positives)).sum())
    return Claim(columns, positive, max(0.0, 1.0 - zero - positive), zero)
