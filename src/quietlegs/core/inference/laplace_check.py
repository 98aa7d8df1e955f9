"""Is the Gaussian approximation of the latent field good enough for this diary? A check on demand, by importance sampling.

Settings of the hyper-parameters are drawn from the lattice, latent field and effects from the Gaussian there (centred on
the mean corrected for skewness). Each draw weighs the model's density over the Gaussian's. Were the Gaussian exact, all
would weigh the same; the effective share of samples (Kish 1965) says how far from that it is. The share falls with the
number of nights, since a draw is right only if it is right on every night: so it is a strict check, and a low share is a
reason to look closer, not a proof that effects are off.
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg.lapack import dtbtrs

from quietlegs.core.inference import hyper as hyper_parameters
from quietlegs.core.inference.families import FloatArray
from quietlegs.core.inference.fit import LatentFit
from quietlegs.core.inference.hyper import to_hyper
from quietlegs.core.inference.newton import Step, factor_at_mode, log_density, read_modes

SAMPLES = 100
LEAST_SHARE = 0.30


@dataclass(frozen=True, slots=True, eq=False)
class LaplaceCheck:
    """What the samples say.

    ``effective_share``: effective samples over samples, 0 to 1. ``moved`` (p,): how far weighting moves each effect's mean
    against the unweighted samples, in posterior SDs; its own noise is about 1 / sqrt(effective samples).
    """

    effective_share: float
    samples: int
    moved: FloatArray

    @property
    def is_good(self) -> bool:
        """Whether at least 3 in 10 samples count."""
        return self.effective_share >= LEAST_SHARE


def check_laplace(fit: LatentFit, *, samples: int = SAMPLES, seed: int = 1) -> LaplaceCheck:
    """Weigh ``samples`` draws from the approximation by the model itself. O(samples n q); seeded, so reproducible.

    Raises:
        ValueError: fewer than 2 samples.
    """
    if samples < 2:
        raise ValueError(f"samples is {samples}; at least 2 are needed.")
    rng = np.random.default_rng(seed)
    drawn = np.sort(rng.choice(fit.lattice.weight.size, size=samples, p=fit.lattice.weight))
    n, size = fit.lattice.u.shape[1], fit.lattice.b.shape[1]
    batch = max(1, hyper_parameters.WORK // (n * (size + 1)))
    parts = [_weigh(fit, drawn[i : i + batch], rng) for i in range(0, samples, batch)]
    log_weight, effects = (np.concatenate(part) for part in zip(*parts, strict=True))
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    spread = np.sqrt(np.diag(fit.covariance)) / fit.prepared.stretch
    moved = (weight @ effects - effects.mean(0)) / spread
    return LaplaceCheck(float(1.0 / (weight**2).sum() / samples), samples, np.asarray(moved))


def _weigh(fit: LatentFit, drawn: np.ndarray, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """Return log weights (K,) and effects (K, p) of one draw at each of K lattice points."""
    field, q0, p = fit.prepared.field, fit.prepared.nuisance, len(fit.data.labels)
    q = field.design.shape[0]
    hyper = to_hyper(fit.data.family, fit.lattice.theta[drawn])
    mode_u, mode_b = fit.lattice.u[drawn], fit.lattice.b[drawn]
    step = factor_at_mode(field, hyper, mode_u, mode_b)
    centre = read_modes(field, hyper, mode_u, mode_b, q0, p)
    offset = 0.0 if field.offset is None else field.offset
    centre_u = centre.eta - centre.b[:, :q] @ field.design - offset
    z_b, z_u = rng.normal(size=mode_b.shape), rng.normal(size=mode_u.shape)
    away = np.linalg.solve(np.swapaxes(step.chol, 1, 2), z_b[:, :, None])[:, :, 0]
    b = centre.b + away
    # Given the effects, u answers them: A^-1 C' = X - seen, see the newton module.
    answer = (away[:, None, :] @ step.seen.transpose(1, 0, 2))[:, 0, :] - away[:, :q] @ field.design
    u = centre_u + answer + _draw_inner(step, z_u)
    at_top = log_density(field, hyper, mode_u, mode_b)
    distance = 0.5 * ((z_b**2).sum(1) + (z_u**2).sum(1))
    return log_density(field, hyper, u, b) - at_top + distance, b[:, q0 : q0 + p]


def _draw_inner(step: Step, z: FloatArray) -> FloatArray:
    """Return draws (K, n) with precision A = L D L', from standard normal z."""
    k, n = z.shape
    band = np.ones((2, k * n))
    band[0, 1:] = step.lower
    solved, _ = dtbtrs(band, (z.ravel() / np.sqrt(step.pivots))[:, None], uplo="U")
    return np.asarray(solved).reshape(k, n)
