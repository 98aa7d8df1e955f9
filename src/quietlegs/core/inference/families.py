"""How an outcome is spread around its latent level: six families, one shape of code.

Every family gives, for K settings of the hyper-parameters at once, the log-likelihood of the logged nights and its
first three derivatives in the linear predictor ``eta`` (K, n). All but Student-t are log-concave in ``eta``.

- negative binomial: mean exp(eta), size r (variance mean + mean^2 / r)
- Poisson: mean exp(eta)
- logistic: P(y > 0) = 1 / (1 + exp(-eta)); a count read as "any cramp" is a hurdle
- cumulative logit: P(y <= level k) = logistic(cut_k - eta), cuts are part of the latent field (McCullagh 1980)
- Gaussian: mean eta, SD sigma, of the standardised outcome
- Student-t with 4 degrees of freedom: as Gaussian, heavy tails. It is not log-concave: an outlier's curvature is
  negative. Search steps put the weight of the scale mixture in its place (Lange, Little, Taylor 1989), which always
  climbs; at the mode, where the whole precision is positive definite by itself, the true curvature is read.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, gammaln

from quietlegs.core.diary.night import OutcomeKind

FloatArray = NDArray[np.float64]
T_FREEDOM = 4.0  # heavy enough for a night of 3 hours of cramp, light enough to have a variance
ETA_LIMIT = 15.0  # e^15 = 3 million cramps a night: beyond it a search step is lost, not a rate


class Family(StrEnum):
    """The distribution of one outcome given its latent level."""

    NEGATIVE_BINOMIAL = "negative_binomial"
    POISSON = "poisson"
    LOGISTIC = "logistic"
    CUMULATIVE_LOGIT = "cumulative_logit"
    GAUSSIAN = "gaussian"
    STUDENT_T = "student_t"

    @property
    def has_dispersion(self) -> bool:
        """True where a third hyper-parameter (log size, log SD) exists."""
        return self in (Family.NEGATIVE_BINOMIAL, Family.GAUSSIAN, Family.STUDENT_T)

    @property
    def is_count(self) -> bool:
        """True where effects are log rate ratios."""
        return self in (Family.NEGATIVE_BINOMIAL, Family.POISSON)

    @property
    def is_amount(self) -> bool:
        """True where the outcome is standardised and effects are in its own unit."""
        return self in (Family.GAUSSIAN, Family.STUDENT_T)


def usual_family(kind: OutcomeKind) -> Family:
    """Return the family that an outcome of this kind is fitted with unless told otherwise."""
    return {
        OutcomeKind.COUNT: Family.NEGATIVE_BINOMIAL,
        OutcomeKind.YES_NO: Family.LOGISTIC,
        OutcomeKind.SCALE: Family.CUMULATIVE_LOGIT,
        OutcomeKind.AMOUNT: Family.STUDENT_T,
    }[kind]


@dataclass(frozen=True, slots=True, eq=False)
class Local:
    """The log-likelihood at ``eta`` and its derivatives; nights that were not logged hold zeros.

    ``value`` (K,), ``gradient`` (K, n), ``curvature`` = minus the second derivative (K, n); ``climbing`` is what a
    search step uses in its place where that may be negative (Student-t), else None. With cuts:
    ``cut_gradient`` (K, m), ``cut_cross`` = minus the mixed derivatives (m, K, n), ``cut_curvature`` (K, m, m).
    """

    value: FloatArray
    gradient: FloatArray
    curvature: FloatArray
    climbing: FloatArray | None = None
    cut_gradient: FloatArray | None = None
    cut_cross: FloatArray | None = None
    cut_curvature: FloatArray | None = None


class Outcome:
    """An outcome with its family: ``y`` (n,) with NaN on nights not logged, on the scale the family reads.

    A cumulative logit reads the levels 0..m that occur in the diary, in order; ``cuts`` is m, else 0.
    """

    __slots__ = (
        "_at_level",
        "_constant",
        "_counts",
        "_hi",
        "_hi_on",
        "_lo",
        "_lo_on",
        "cuts",
        "family",
        "logged",
        "n",
        "y",
    )

    def __init__(self, y: FloatArray, family: Family) -> None:
        self.family = family
        known = ~np.isnan(y)
        self.logged = known.astype(float)
        self.n = y.size
        self.y = np.where(known, y, 0.0)
        self.cuts = 0
        self._constant = 0.0
        if family.is_count:
            self._constant = float(-(gammaln(self.y + 1.0) * self.logged).sum())
            self._counts = np.unique(
                y[known], return_counts=True
            )  # counts repeat: each needs its log-gamma once
        elif family is Family.LOGISTIC:
            self.y = (self.y > 0).astype(float)
        elif family is Family.CUMULATIVE_LOGIT:
            self._index_levels(known)

    def _index_levels(self, known: NDArray[np.bool_]) -> None:
        level = self.y.astype(int)
        m = self.cuts = int(level[known].max())
        self._hi, self._lo = np.minimum(level, m - 1), np.maximum(level - 1, 0)
        self._hi_on, self._lo_on = self.logged * (level < m), self.logged * (level > 0)
        self._at_level = np.zeros((m + 1, self.n))
        self._at_level[level, np.arange(self.n)] = self.logged

    def local(self, eta: FloatArray, cut: FloatArray, dispersion: FloatArray) -> Local:
        """Return value, gradient and curvature at ``eta`` (K, n), cuts (K, m), log dispersion (K, 1)."""
        y, on = self.y, self.logged
        climbing = None
        match self.family:
            case Family.NEGATIVE_BINOMIAL:
                r = np.exp(dispersion)
                mu = np.exp(np.minimum(eta, ETA_LIMIT))
                total = mu + r
                value = _size_terms(self._counts, r) + (on * (y * eta - (y + r) * np.log(total))).sum(1)
                ratio = (y + r) / total
                gradient, curvature = on * (y - ratio * mu), on * ratio * mu * (r / total)
            case Family.POISSON:
                mu = np.exp(np.minimum(eta, ETA_LIMIT))
                value = (on * (y * eta - mu)).sum(1)
                gradient, curvature = on * (y - mu), on * mu
            case Family.LOGISTIC:
                p = expit(eta)
                value = (on * (y * eta - np.logaddexp(0.0, eta))).sum(1)
                gradient, curvature = on * (y - p), on * p * (1.0 - p)
            case Family.GAUSSIAN:
                weight = np.exp(-2.0 * dispersion)
                off = y - eta
                value = (on * (-0.5 * off * off * weight - dispersion)).sum(1)
                gradient, curvature = on * off * weight, on * weight
            case Family.STUDENT_T:
                variance = np.exp(2.0 * dispersion)
                off = y - eta
                spread = T_FREEDOM * variance + off * off
                value = (on * (-0.5 * (T_FREEDOM + 1.0) * np.log(spread / variance) - dispersion)).sum(1)
                weight = on * (T_FREEDOM + 1.0) / spread
                gradient = weight * off
                curvature = weight * (T_FREEDOM * variance - off * off) / spread
                climbing = np.where(curvature > 0.0, curvature, weight)
            case Family.CUMULATIVE_LOGIT:
                return self._local_ordered(eta, cut)
        return Local(value + self._constant, gradient, curvature, climbing)

    def _local_ordered(self, eta: FloatArray, cut: FloatArray) -> Local:
        # F(hi) - F(lo) = F(hi) (1 - F(lo)) (1 - exp(lo - hi)): two logistic terms and one in the cuts alone.
        m = self.cuts
        hi, lo = cut[:, self._hi] - eta, cut[:, self._lo] - eta
        above, below = expit(-hi) * self._hi_on, expit(lo) * self._lo_on
        value = -(self._hi_on * np.logaddexp(0.0, -hi)).sum(1) - (self._lo_on * np.logaddexp(0.0, lo)).sum(1)
        w_hi, w_lo = above * (1.0 - above), below * (1.0 - below)
        at_hi, at_lo = self._at_level[:-1, None, :], self._at_level[1:, None, :]
        cross = -(w_hi * at_hi + w_lo * at_lo)
        cut_gradient = above @ self._at_level[:-1].T - below @ self._at_level[1:].T
        diagonal = w_hi @ self._at_level[:-1].T + w_lo @ self._at_level[1:].T
        curvature = np.zeros((eta.shape[0], m, m))
        at = np.arange(m)
        curvature[:, at, at] = diagonal
        if m > 1:
            gap = np.diff(cut, axis=1)
            nights = self._at_level[1:-1].sum(1)
            with np.errstate(all="ignore"):  # a step that crosses two cuts is refused by its value of -inf
                value = value + np.where(
                    gap > 0, nights * np.log(-np.expm1(-np.maximum(gap, 1e-300))), -np.inf
                ).sum(1)
                pull = nights / np.expm1(np.maximum(gap, 1e-12))
                stiff = pull * (1.0 + 1.0 / np.expm1(np.maximum(gap, 1e-12)))
            cut_gradient[:, 1:] += pull
            cut_gradient[:, :-1] -= pull
            curvature[:, at[1:], at[1:]] += stiff
            curvature[:, at[:-1], at[:-1]] += stiff
            curvature[:, at[1:], at[:-1]] -= stiff
            curvature[:, at[:-1], at[1:]] -= stiff
        return Local(value, below - above, w_hi + w_lo, None, cut_gradient, cross, curvature)

    def third(self, eta: FloatArray, cut: FloatArray, dispersion: FloatArray) -> FloatArray:
        """Return the third derivative of the log-likelihood in ``eta`` (K, n), cuts held."""
        y, on = self.y, self.logged
        match self.family:
            case Family.NEGATIVE_BINOMIAL:
                r = np.exp(dispersion)
                mu = np.exp(np.minimum(eta, ETA_LIMIT))
                return np.asarray(-on * (y + r) * r * mu * (r - mu) / (mu + r) ** 3)
            case Family.POISSON:
                return -on * np.exp(np.minimum(eta, ETA_LIMIT))
            case Family.LOGISTIC:
                p = expit(eta)
                return np.asarray(-on * p * (1.0 - p) * (1.0 - 2.0 * p))
            case Family.STUDENT_T:
                wide, off = T_FREEDOM * np.exp(2.0 * dispersion), y - eta
                slope = off * (3.0 * wide - off * off) / (wide + off * off) ** 3
                return np.asarray(-2.0 * (T_FREEDOM + 1.0) * on * slope)
            case Family.CUMULATIVE_LOGIT:
                above, below = expit(eta - cut[:, self._hi]), expit(cut[:, self._lo] - eta)
                hi = self._hi_on * above * (1.0 - above) * (1.0 - 2.0 * above)
                return np.asarray(self._lo_on * below * (1.0 - below) * (1.0 - 2.0 * below) - hi)
            case _:
                return np.zeros_like(eta)

    def fourth(self, eta: FloatArray, cut: FloatArray, dispersion: FloatArray) -> FloatArray:
        """Return the fourth derivative (K, n), by a central difference of the third (error below 1e-6)."""
        step = 1e-3
        up, down = self.third(eta + step, cut, dispersion), self.third(eta - step, cut, dispersion)
        return (up - down) / (2.0 * step)

    def lean(
        self, eta: FloatArray, cut: FloatArray, dispersion: FloatArray, variance: FloatArray, shared: FloatArray,
        cut_covariance: FloatArray,
    ) -> tuple[FloatArray, FloatArray]:  # fmt: skip
        """Return half the third derivatives times the marginal variances: the push from mode to mean.

        ``variance`` (K, n) of eta, ``shared`` (K, m, n) covariances of eta with the cuts, ``cut_covariance``
        (K, m, m). Returns the push on eta (K, n) and on the cuts (K, m).
        """
        if not self.cuts:
            return 0.5 * self.third(eta, cut, dispersion) * variance, np.zeros_like(cut)
        m, nights = self.cuts, np.arange(self.n)
        own = np.diagonal(cut_covariance, axis1=1, axis2=2)
        above, below = expit(eta - cut[:, self._hi]), expit(cut[:, self._lo] - eta)
        spread_hi = variance + own[:, self._hi] - 2.0 * shared[:, self._hi, nights]
        spread_lo = variance + own[:, self._lo] - 2.0 * shared[:, self._lo, nights]
        hi = 0.5 * self._hi_on * above * (1.0 - above) * (1.0 - 2.0 * above) * spread_hi
        lo = -0.5 * self._lo_on * below * (1.0 - below) * (1.0 - 2.0 * below) * spread_lo
        push = hi @ self._at_level[:-1].T + lo @ self._at_level[1:].T
        if m > 1:
            at = np.arange(m - 1)
            grown = np.expm1(np.diff(cut, axis=1))
            spread = own[:, 1:] + own[:, :-1] - 2.0 * cut_covariance[:, at, at + 1]
            gap = 0.5 * self._at_level[1:-1].sum(1) * (grown + 1.0) * (grown + 2.0) / grown**3 * spread
            push[:, 1:] += gap
            push[:, :-1] -= gap
        return -hi - lo, push


def _size_terms(counts: tuple[FloatArray, NDArray[np.intp]], r: FloatArray) -> FloatArray:
    """Return the terms of the negative binomial that hold the size only, (K,)."""
    value, nights = counts
    terms = gammaln(value + r) - gammaln(r) + r * np.log(r)
    return np.asarray((terms * nights).sum(1))
