"""The inner Laplace approximation: the most likely latent field, and how sure it is, for K settings at once.

The latent field is (u, b): u over the calendar nights is a stationary AR(1), b holds the effects and, for ordered
scales, the cuts. With W the curvature of the likelihood, Q the precision of u, A = Q + W (tridiagonal) and
E = X - A^-1 W X, the precision of b alone is S = (W X)' E + P. One Newton step costs O(n q^2 + q^3) and needs O(n q)
memory. The K tridiagonal systems are laid end to end, joined by zeros, and solved by one call of LAPACK. Where S is
known of a setting near by, steps that borrow it cost O(n q) and go first.
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg.lapack import dpttrf, dpttrs, dtbtrs

from quietlegs.core.inference.families import Family, FloatArray, Local, Outcome

ENOUGH = 1e-3  # expected gain below which a Newton step is the last; it leaves about the square of this
MOST_STEPS = 60
NEAR = 1e-3  # expected gain below which cheap steps have done their part
MOST_CHEAP_STEPS = 8


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


@dataclass(frozen=True, slots=True, eq=False)
class Ar1:
    """K precisions of the AR(1): ``diagonal`` (K, n), ``off`` (K, n; last is 0) and ``log_det`` (K,)."""

    diagonal: FloatArray
    off: FloatArray
    log_det: FloatArray

    def take(self, which: np.ndarray) -> "Ar1":
        """Return the settings picked by an index or mask."""
        return Ar1(self.diagonal[which], self.off[which], self.log_det[which])


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """Where the K settings stand: u, b, the log posterior there, the local likelihood, eta and the prior's pull Q u."""

    u: FloatArray
    b: FloatArray
    value: FloatArray
    local: Local
    eta: FloatArray
    pull: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
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


def _ar1(hyper: Hyper, n: int) -> Ar1:
    phi = hyper.phi[:, None]
    innovation = hyper.sigma[:, None] ** 2 * (1.0 - phi**2)
    diagonal = np.repeat((1.0 + phi**2) / innovation, n, axis=1)
    diagonal[:, [0, -1]] = 1.0 / innovation
    off = np.repeat(-phi / innovation, n, axis=1)
    off[:, -1] = 0.0
    return Ar1(diagonal, off, -n * np.log(innovation[:, 0]) + np.log1p(-(hyper.phi**2)))


def _multiply(ar1: Ar1, u: FloatArray) -> FloatArray:
    out = ar1.diagonal * u
    out[:, :-1] += ar1.off[:, :-1] * u[:, 1:]
    out[:, 1:] += ar1.off[:, :-1] * u[:, :-1]
    return out


def _evaluate(field: Field, hyper: Hyper, ar1: Ar1, u: FloatArray, b: FloatArray) -> Point:
    q = field.design.shape[0]
    eta = b[:, :q] @ field.design + u + (0.0 if field.offset is None else field.offset)
    local = field.outcome.local(eta, b[:, q:], hyper.log_dispersion[:, None])
    pull = _multiply(ar1, u)
    away = b - field.prior_mean
    value = local.value - 0.5 * (u * pull).sum(1) - 0.5 * (away * away) @ field.prior_precision
    return Point(u, b, value, local, eta, pull)


def log_density(field: Field, hyper: Hyper, u: FloatArray, b: FloatArray) -> FloatArray:
    """Return the log posterior density of u (K, n) and b (K, q + cuts), up to a constant of each setting, (K,)."""
    return _evaluate(field, hyper, _ar1(hyper, u.shape[1]), u, b).value


def _factor(field: Field, ar1: Ar1, point: Point) -> Step:
    """Factorise with the true curvature; where that is not positive definite (Student-t), with the search's own."""
    try:
        return _solve(field, ar1, point, point.local.curvature)
    except (FloatingPointError, np.linalg.LinAlgError):
        if point.local.climbing is None:
            raise
        return _solve(field, ar1, point, point.local.climbing)


def _solve(field: Field, ar1: Ar1, point: Point, curvature: FloatArray) -> Step:
    """Factorise A and S at a point and solve for the Newton step."""
    local = point.local
    k, n = point.u.shape
    q, m = field.design.shape[0], field.outcome.cuts
    pivots, lower, fault = dpttrf((ar1.diagonal + curvature).ravel(), ar1.off.ravel()[:-1])
    if fault:
        raise FloatingPointError("the latent precision is not positive definite")
    coupling = np.empty((q + m, k, n))
    np.multiply(field.design[:, None, :], curvature, out=coupling[:q])
    if local.cut_cross is not None:
        coupling[q:] = local.cut_cross
    right = np.empty((q + m + 1, k, n))
    right[:-1] = coupling
    right[-1] = local.gradient - point.pull
    solved, _ = dpttrs(pivots, lower, right.reshape(q + m + 1, k * n).T, overwrite_b=1)
    solved = solved.T.reshape(q + m + 1, k, n)
    v, seen = solved[-1], solved[:-1]
    np.negative(seen, out=seen)
    seen[:q] += field.design[:, None, :]
    by_setting = coupling.transpose(1, 0, 2)
    precision, score = _of_effects(field, local, by_setting @ seen.transpose(1, 2, 0))
    score -= (point.b - field.prior_mean) * field.prior_precision
    score -= (by_setting @ v[:, :, None])[:, :, 0]
    chol = np.asarray(np.linalg.cholesky(precision), dtype=float)
    db = np.asarray(np.linalg.solve(precision, score[:, :, None])[:, :, 0], dtype=float)
    # u answers the effects: A du = g - Q u - C' db, and seen = X - A^-1 C.
    du = v + (db[:, None, :] @ seen.transpose(1, 0, 2))[:, 0, :] - db[:, :q] @ field.design
    gain = 0.5 * ((score * db).sum(1) + ((local.gradient - point.pull) * v).sum(1))
    return Step(local, point.eta, point.pull, pivots, lower, seen, precision, chol, point.value, du, db, gain)


def _of_effects(field: Field, local: Local, precision: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Complete S from (W X)' E, (K, q + cuts, q + cuts), and return it with the likelihood's pull on the effects."""
    q, size = field.design.shape[0], precision.shape[1]
    at = np.arange(size)
    precision[:, at, at] += field.prior_precision
    score = np.empty(precision.shape[:2])
    score[:, :q] = local.gradient @ field.design.T
    if local.cut_gradient is not None and local.cut_curvature is not None:
        precision[:, q:, q:] += local.cut_curvature
        precision[:, :q, q:] = precision[:, q:, :q].transpose(0, 2, 1)
        score[:, q:] = local.cut_gradient
    return precision, score


def find_modes(
    field: Field,
    hyper: Hyper,
    u: FloatArray,
    b: FloatArray,
    *,
    enough: float = ENOUGH,
    borrowed: FloatArray | None = None,
) -> Modes:
    """Climb from (u, b) to the K modes by damped Newton steps; u (K, n), b (K, q + cuts) are warm starts.

    ``borrowed`` (K, q + cuts, q + cuts) are the S of settings near by: with them, cheap steps go most of the way.
    A Gaussian likelihood is a parabola: its first step arrives.

    Raises:
        FloatingPointError: a factorisation failed, which only unsound input can cause.
    """
    u, b = u.copy(), b.copy()
    k, size = b.shape
    marginal, precision = np.full(k, -np.inf), np.zeros((k, size, size))
    left = np.arange(k)
    ar1 = _ar1(hyper, u.shape[1])
    point = _evaluate(field, hyper, ar1, u, b)
    if borrowed is not None:
        point = _approach(field, hyper, ar1, point, borrowed)
    steps = 0
    while left.size and steps < MOST_STEPS:
        steps += 1
        step = _factor(field, ar1, point)
        close = step.gain < enough
        if field.outcome.family is Family.GAUSSIAN:
            close[:] = True
        marginal[left] = _log_marginal(field, ar1, step) + np.where(close, step.gain, 0.0)
        precision[left] = step.precision
        at = left[close]
        u[at], b[at] = point.u[close] + step.du[close], point.b[close] + step.db[close]
        if close.all():
            left = left[:0]
            break
        going = ~close
        left, hyper, ar1 = left[going], hyper.take(going), ar1.take(going)
        start = point.u[going], point.b[going], point.value[going]
        point = _advance(field, hyper, ar1, start, step.du[going], step.db[going])
    converged = np.ones(k, dtype=bool)
    if left.size:
        u[left], b[left], converged[left] = point.u, point.b, False
    return Modes(u, b, marginal, precision, converged, steps)


def _log_marginal(field: Field, ar1: Ar1, step: Step) -> FloatArray:
    """Return the Laplace approximation of log p(y | theta), (K,)."""
    log_det = np.log(step.pivots).reshape(step.eta.shape).sum(1)
    log_det += 2.0 * np.log(np.diagonal(step.chol, axis1=1, axis2=2)).sum(1)
    return np.asarray(step.value + 0.5 * (ar1.log_det + np.log(field.prior_precision).sum() - log_det))


def factor_at_mode(field: Field, hyper: Hyper, u: FloatArray, b: FloatArray) -> Step:
    """Factorise at K modes, u (K, n) and b (K, q + cuts)."""
    ar1 = _ar1(hyper, u.shape[1])
    return _factor(field, ar1, _evaluate(field, hyper, ar1, u, b))


def _advance(
    field: Field,
    hyper: Hyper,
    ar1: Ar1,
    start: tuple[FloatArray, FloatArray, FloatArray],
    du: FloatArray,
    db: FloatArray,
) -> Point:
    """Return the point after a full step from ``start`` (u, b, value), or after the first halving that climbs."""
    u, b, value = start
    length = np.ones(value.size)
    while True:
        ahead = _evaluate(field, hyper, ar1, u + length[:, None] * du, b + length[:, None] * db)
        worse = ~(ahead.value >= value - 1e-9) & (length > 1e-6)
        if not worse.any():
            return ahead
        length[worse] *= 0.5


def _approach(field: Field, hyper: Hyper, ar1: Ar1, point: Point, borrowed: FloatArray) -> Point:
    """Come near the K modes by steps that borrow S and take all else as it is: O(n q + q^3) each, where S costs O(n q^2)."""
    q = field.design.shape[0]
    for _ in range(MOST_CHEAP_STEPS):
        local, curvature = point.local, point.local.curvature
        pivots, lower, fault = dpttrf((ar1.diagonal + curvature).ravel(), ar1.off.ravel()[:-1])
        if fault and local.climbing is not None:
            curvature = local.climbing
            pivots, lower, fault = dpttrf((ar1.diagonal + curvature).ravel(), ar1.off.ravel()[:-1])
        if fault:
            break
        uphill = local.gradient - point.pull
        v = dpttrs(pivots, lower, uphill.reshape(-1, 1))[0].reshape(uphill.shape)
        score = (field.prior_mean - point.b) * field.prior_precision
        score[:, :q] += (local.gradient - curvature * v) @ field.design.T
        if local.cut_gradient is not None and local.cut_cross is not None:
            score[:, q:] += local.cut_gradient - np.einsum("mkn,kn->km", local.cut_cross, v)
        db = np.asarray(np.linalg.solve(borrowed, score[:, :, None])[:, :, 0], dtype=float)
        gain = 0.5 * ((score * db).sum(1) + (uphill * v).sum(1))
        if gain.max() < NEAR:
            break
        answer = curvature * (db[:, :q] @ field.design)
        if local.cut_cross is not None:
            answer += np.einsum("km,mkn->kn", db[:, q:], local.cut_cross)
        du = v - dpttrs(pivots, lower, answer.reshape(-1, 1))[0].reshape(v.shape)
        point = _advance(field, hyper, ar1, (point.u, point.b, point.value), du, db)
    return point


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
