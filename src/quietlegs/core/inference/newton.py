"""The inner Laplace approximation: the most likely latent field, and how sure it is, for K settings at once.

The latent field is (u, b): u over the calendar nights is a stationary AR(1), b holds the effects and, for ordered
scales, the cuts. With W the curvature of the likelihood, Q the precision of u, A = Q + W (tridiagonal) and
E = X - A^-1 W X, the precision of b alone is S = (W X)' E + P. One Newton step costs O(n q^2 + q^3) and needs O(n q)
memory. The K tridiagonal systems are laid end to end, joined by zeros, and solved by one call of LAPACK.
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg.lapack import dpttrf, dpttrs, dtbtrs

from quietlegs.core.inference.families import FloatArray, Local, Outcome

ENOUGH = 1e-3  # expected gain below which a Newton step is the last; it leaves about the square of this
MOST_STEPS = 60


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """A latent Gaussian field: what the outcome sees and what was believed before.

    ``design`` (q, n) with finite entries everywhere (nights not logged do not count), ``prior_mean`` and
    ``prior_precision`` (q + cuts,).
    """

    outcome: Outcome
    design: FloatArray
    prior_mean: FloatArray
    prior_precision: FloatArray
    offset: FloatArray | None = None  # (n,), added to eta: a known part of the log rate


@dataclass(frozen=True, slots=True, eq=False)
class Hyper:
    """K settings of the hyper-parameters: ``dispersion``, ``sigma``, ``phi``, each (K,)."""

    log_dispersion: FloatArray
    sigma: FloatArray
    phi: FloatArray

    def take(self, which: np.ndarray) -> "Hyper":
        """Return the settings picked by an index or mask."""
        return Hyper(self.log_dispersion[which], self.sigma[which], self.phi[which])


@dataclass(slots=True, eq=False)
class Modes:
    """The K modes: ``u`` (K, n), ``b`` (K, q + cuts), their log marginal likelihoods, and what the last step knew."""

    u: FloatArray
    b: FloatArray
    log_marginal: FloatArray
    precision: FloatArray  # S, (K, q + cuts, q + cuts)
    converged: np.ndarray
    steps: int


@dataclass(slots=True, eq=False)
class Step:
    """One factorisation at a point: enough for the next step and for everything read off at the mode."""

    local: Local
    eta: FloatArray
    prior_pull: FloatArray  # Q u, (K, n)
    pivots: FloatArray
    lower: FloatArray
    seen: FloatArray  # E, (q + cuts, K, n): the field an effect moves once u has answered
    precision: FloatArray
    chol: FloatArray
    value: FloatArray
    du: FloatArray
    db: FloatArray
    gain: FloatArray


def _ar1(hyper: Hyper, n: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return diagonal (K, n), off-diagonal (K, n; last is 0) and log determinant (K,) of the AR(1) precision."""
    phi = hyper.phi[:, None]
    innovation = hyper.sigma[:, None] ** 2 * (1.0 - phi**2)
    diagonal = np.repeat((1.0 + phi**2) / innovation, n, axis=1)
    diagonal[:, [0, -1]] = 1.0 / innovation
    off = np.repeat(-phi / innovation, n, axis=1)
    off[:, -1] = 0.0
    log_det = -n * np.log(innovation[:, 0]) + np.log1p(-(hyper.phi**2))
    return diagonal, off, log_det


def _multiply(diagonal: FloatArray, off: FloatArray, u: FloatArray) -> FloatArray:
    out = diagonal * u
    out[:, :-1] += off[:, :-1] * u[:, 1:]
    out[:, 1:] += off[:, :-1] * u[:, :-1]
    return out


def _evaluate(
    field: Field, hyper: Hyper, u: FloatArray, b: FloatArray
) -> tuple[FloatArray, Local, FloatArray, FloatArray]:
    """Return log posterior (K,), the local likelihood, eta and Q u."""
    q = field.design.shape[0]
    eta = b[:, :q] @ field.design + u + (0.0 if field.offset is None else field.offset)
    local = field.outcome.local(eta, b[:, q:], hyper.log_dispersion[:, None])
    diagonal, off, _ = _ar1(hyper, u.shape[1])
    pull = _multiply(diagonal, off, u)
    away = b - field.prior_mean
    value = local.value - 0.5 * (u * pull).sum(1) - 0.5 * (away * away * field.prior_precision).sum(1)
    return value, local, eta, pull


def log_density(field: Field, hyper: Hyper, u: FloatArray, b: FloatArray) -> FloatArray:
    """Return the log posterior density of u (K, n) and b (K, q + cuts), up to a constant of each setting, (K,)."""
    return _evaluate(field, hyper, u, b)[0]


def _factor(field: Field, hyper: Hyper, u: FloatArray, b: FloatArray, *, at_mode: bool = False) -> Step:
    """Factorise at a point; ``at_mode`` reads the true curvature where search steps use another."""
    value, local, eta, pull = _evaluate(field, hyper, u, b)
    diagonal, off, _ = _ar1(hyper, u.shape[1])
    k, n = u.shape
    q, m = field.design.shape[0], field.outcome.cuts
    curvature = local.curvature if at_mode or local.climbing is None else local.climbing
    pivots, lower, fault = dpttrf((diagonal + curvature).ravel(), off.ravel()[:-1])
    if fault:
        raise FloatingPointError("the latent precision is not positive definite")
    coupling = np.empty((q + m, k, n))
    np.multiply(field.design[:, None, :], curvature, out=coupling[:q])
    if local.cut_cross is not None:
        coupling[q:] = local.cut_cross
    right = np.empty((q + m + 1, k, n))
    right[:-1] = coupling
    right[-1] = local.gradient - pull
    solved, _ = dpttrs(pivots, lower, right.reshape(q + m + 1, k * n).T, overwrite_b=1)
    solved = solved.T.reshape(q + m + 1, k, n)
    v, seen = solved[-1], solved[:-1]
    np.negative(seen, out=seen)
    seen[:q] += field.design[:, None, :]
    by_setting = coupling.transpose(1, 0, 2)
    precision = by_setting @ seen.transpose(1, 2, 0)
    at = np.arange(q + m)
    precision[:, at, at] += field.prior_precision
    score = np.empty((k, q + m))
    score[:, :q] = local.gradient @ field.design.T
    if local.cut_gradient is not None and local.cut_curvature is not None:
        precision[:, q:, q:] += local.cut_curvature
        precision[:, :q, q:] = precision[:, q:, :q].transpose(0, 2, 1)
        score[:, q:] = local.cut_gradient
    score -= (b - field.prior_mean) * field.prior_precision
    score -= (by_setting @ v[:, :, None])[:, :, 0]
    chol = np.linalg.cholesky(precision)
    db = np.linalg.solve(precision, score[:, :, None])[:, :, 0]
    # u answers the effects: A du = g - Q u - C' db, and seen = X - A^-1 C.
    du = v + (db[:, None, :] @ seen.transpose(1, 0, 2))[:, 0, :] - db[:, :q] @ field.design
    gain = 0.5 * ((score * db).sum(1) + ((local.gradient - pull) * v).sum(1))
    return Step(local, eta, pull, pivots, lower, seen, precision, chol, value, du, db, gain)


def find_modes(field: Field, hyper: Hyper, u: FloatArray, b: FloatArray, *, enough: float = ENOUGH) -> Modes:
    """Climb from (u, b) to the K modes by damped Newton steps; u (K, n), b (K, q + cuts) are warm starts.

    Raises:
        FloatingPointError: a factorisation failed, which only unsound input can cause.
    """
    u, b = u.copy(), b.copy()
    k = u.shape[0]
    size = b.shape[1]
    marginal, precision = np.full(k, -np.inf), np.zeros((k, size, size))
    done = np.zeros(k, dtype=bool)
    steps = 0
    while not done.all() and steps < MOST_STEPS:
        steps += 1
        left = np.flatnonzero(~done)
        here = hyper.take(left)
        step = _factor(field, here, u[left], b[left])
        close = step.gain < enough
        length = _step_length(field, here, u[left], b[left], step, enough)
        u[left] += length[:, None] * step.du
        b[left] += length[:, None] * step.db
        marginal[left] = _log_marginal(field, here, step) + np.where(close, step.gain, 0.0)
        precision[left] = step.precision
        done[left[close]] = True
    if step.local.climbing is not None:  # Student-t: the search stopped on a stand-in for the curvature
        step = factor_at_mode(field, hyper, u, b)
        marginal, precision = _log_marginal(field, hyper, step), step.precision
    return Modes(u, b, marginal, precision, done, steps)


def _log_marginal(field: Field, hyper: Hyper, step: Step) -> FloatArray:
    """Return the Laplace approximation of log p(y | theta), (K,)."""
    k, n = step.eta.shape
    log_det = np.log(step.pivots).reshape(k, n).sum(1)
    log_det += 2.0 * np.log(np.diagonal(step.chol, axis1=1, axis2=2)).sum(1)
    _, _, prior_det = _ar1(hyper, n)
    return np.asarray(step.value + 0.5 * (prior_det + np.log(field.prior_precision).sum() - log_det))


def factor_at_mode(field: Field, hyper: Hyper, u: FloatArray, b: FloatArray) -> Step:
    """Factorise with the true curvature; where rounding keeps that from being positive definite, with the search's."""
    try:
        return _factor(field, hyper, u, b, at_mode=True)
    except (FloatingPointError, np.linalg.LinAlgError):
        return _factor(field, hyper, u, b)


def _step_length(
    field: Field, hyper: Hyper, u: FloatArray, b: FloatArray, step: Step, enough: float
) -> FloatArray:
    """Return 1 where the full step climbs, else the first halving that does."""
    length = np.ones(u.shape[0])
    trying = step.gain >= enough
    while trying.any():
        at = np.flatnonzero(trying)
        value, *_ = _evaluate(
            field,
            hyper.take(at),
            u[at] + length[at, None] * step.du[at],
            b[at] + length[at, None] * step.db[at],
        )
        worse = ~(value >= step.value[at] - 1e-9)
        length[at[worse]] *= 0.5
        trying[at[~worse]] = False
        trying &= length > 1e-6
    return length


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What is read off at K modes: means corrected for skewness, covariances, and the field's marginal spread.

    ``b`` (K, q + cuts), ``covariance`` (K, q + cuts, q + cuts); ``eta`` and ``level`` (eta without the effects of
    the factors) with their variances, each (K, n). ``correction`` (K,) is to be added to the log marginal likelihood.
    """

    b: FloatArray
    covariance: FloatArray
    eta: FloatArray
    eta_variance: FloatArray
    level: FloatArray
    level_variance: FloatArray
    correction: FloatArray


def read_modes(
    field: Field, hyper: Hyper, mode_u: FloatArray, mode_b: FloatArray, nuisance: int, factors: int
) -> Reading:
    """Return means, covariances and marginal variances at K modes, u (K, n) and b (K, q + cuts).

    The mean of a skewed posterior is not its mode. To first order it is off by half the third derivative times the
    marginal variance, carried through the posterior covariance (Rue, Martino, Chopin 2009, section 3.2.3).
    """
    k, n = mode_u.shape
    q = field.design.shape[0]
    step = factor_at_mode(field, hyper, mode_u, mode_b)
    covariance = np.asarray(np.linalg.inv(step.precision), dtype=float)
    inner = _inverse_diagonal(step.pivots, step.lower, k, n)
    seen = step.seen.transpose(1, 0, 2)
    reach = covariance @ seen
    variance = inner + (seen * reach).sum(1)
    push, push_cut = field.outcome.lean(
        step.eta, mode_b[:, q:], hyper.log_dispersion[:, None], variance, reach[:, q:], covariance[:, q:, q:]
    )
    shift_b = (reach @ push[:, :, None])[:, :, 0] + (covariance[:, :, q:] @ push_cut[:, :, None])[:, :, 0]
    solved, _ = dpttrs(step.pivots, step.lower, push.reshape(-1, 1))
    shift_u = solved.reshape(k, n) + (shift_b[:, None, :] @ seen)[:, 0, :] - shift_b[:, :q] @ field.design
    # The factorisation holds one more Newton step, of no further cost: it takes what the search left.
    b, u = mode_b + step.db + shift_b, mode_u + step.du + shift_u
    # The same expansion, one order on, corrects the marginal likelihood (Shun and McCullagh 1995); of the terms
    # between nights the one that falls with the cube of their correlation is left out.
    cut, dispersion = mode_b[:, q:], hyper.log_dispersion[:, None]
    third = field.outcome.third(step.eta, cut, dispersion)
    correction = (field.outcome.fourth(step.eta, cut, dispersion) * variance**2).sum(1) / 8.0
    moved = shift_b[:, :q] @ field.design + shift_u
    correction += 0.5 * (push * moved).sum(1) + (third**2 * variance**3).sum(1) / 12.0
    eta = b[:, :q] @ field.design + u + (0.0 if field.offset is None else field.offset)
    effect = slice(nuisance, nuisance + factors)
    x = field.design[effect]
    # Var(eta - x'b) = Var(eta) - 2 Cov(eta, x'b) + Var(x'b), all from the covariance of the effects.
    level_variance = (
        variance - 2.0 * (x * reach[:, effect]).sum(1) + (x * (covariance[:, effect, effect] @ x)).sum(1)
    )
    return Reading(
        b, covariance, eta, variance, eta - b[:, effect] @ x, np.maximum(level_variance, 0.0), correction
    )


def _inverse_diagonal(pivots: FloatArray, lower: FloatArray, k: int, n: int) -> FloatArray:
    """Return the diagonal of the inverse of K tridiagonal matrices from L D L': s_t = 1 / d_t + l_t^2 s_(t+1)."""
    band = np.ones((2, k * n))
    band[0, 1:] = -(lower**2)
    solved, _ = dtbtrs(band, (1.0 / pivots)[:, None], uplo="U")
    return np.asarray(solved).reshape(k, n)


def variance_of(
    field: Field, hyper: Hyper, mode_u: FloatArray, mode_b: FloatArray, weight: FloatArray, factors: slice
) -> float:
    """Return the posterior variance of weight' (eta - x' b over the factors' rows) at one mode; ``weight`` (n,)."""
    step = factor_at_mode(field, hyper, mode_u, mode_b)
    solved, _ = dpttrs(step.pivots, step.lower, weight[:, None])
    pull = step.seen[:, 0, :] @ weight
    pull[factors] -= field.design[factors] @ weight
    return float(weight @ solved[:, 0] + pull @ np.linalg.solve(step.precision[0], pull))
