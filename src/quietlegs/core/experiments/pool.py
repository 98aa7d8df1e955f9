"""Many people's results together: what the remedy does on average, how much people differ, and each person's share.

    y_i | b_i     each person's own model; its log-likelihood of b_i stands on a grid of 101 points (404 bytes)
    b_i | mu, tau ~ N(mu, tau^2)
    mu ~ N(0, 0.5^2),  p(tau) ~ tau exp(-2 tau)

No diary has to travel: the grids are all that is needed. (mu, tau) is integrated over a lattice, not plugged in, so
that intervals hold when people are few: a plug-in covers about 0.91 where 0.95 is said (Laird & Louis 1987,
doi 10.1080/01621459.1987.10478490). The prior of tau is a gamma(2, 2): it keeps off 0, where a half-normal gathered so
much mass that people were pulled together too hard (95 in 100 became 92 with 50 people; benchmarks/pool.py).
The family is that of Chung et al. 2013, doi 10.1007/s11336-013-9328-2.

The fit is a sum over people of a vector over the lattice. It can be added up in any order and in any place; sums are
made exactly reproducible by adding partitions in their order (:mod:`quietlegs.cohort`).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from quietlegs.core.base.errors import QuietlegsError
from quietlegs.core.experiments.nights import Floats
from quietlegs.core.inference import GRID

GRID_POINTS = len(GRID)
GRID_STEP = float(GRID[1] - GRID[0])
MU_SD = 0.5  # nobody expects the average remedy to halve or double
TAU_RATE = 2.0
INTERVAL_MASS = 0.90
FEWEST_PEOPLE = 3
COARSE_MU = np.linspace(-1.5, 1.5, 31)
COARSE_TAU = np.geomspace(0.02, 1.5, 14)
FINE_POINTS = (25, 17)
DROP = 12.0  # log units below the top that still belong to the lattice
LIGHT = 1e-5  # lattice points below this share are left out of what each person gets

Grids = NDArray[np.float32]


class PoolError(QuietlegsError):
    """Results that cannot be pooled; the message says why."""


@dataclass(frozen=True, slots=True, eq=False)
class Lattice:
    """Points (mu, tau) and for each the prior probability of every grid cell, shape (points, grid)."""

    mu: Floats
    tau: Floats
    cells: Floats


def lattice(mu: Floats, tau: Floats) -> Lattice:
    """Return the lattice of all pairs of ``mu`` and ``tau``. The edge cells hold the tails."""
    mus, taus = (axis.ravel() for axis in np.meshgrid(mu, tau, indexing="ij"))
    borders = np.concatenate(([-np.inf], GRID[:-1] + GRID_STEP / 2, [np.inf]))
    below = ndtr((borders[None, :] - mus[:, None]) / taus[:, None])
    return Lattice(mus, taus, np.diff(below, axis=1))


@cache
def coarse_lattice() -> Lattice:
    """Return the lattice that finds where the mass is."""
    return lattice(COARSE_MU, COARSE_TAU)


def fine_lattice(total: Floats) -> Lattice:
    """Return a finer lattice over what the coarse one found, from the sum of :func:`evidence` over people."""
    points = coarse_lattice()
    log = total + _log_prior(points)
    alive = log > log.max() - DROP
    step = COARSE_MU[1] - COARSE_MU[0]
    mu_low, mu_high = points.mu[alive].min() - step, points.mu[alive].max() + step
    mean, sd = _moments(log, points)
    mu_low, mu_high = max(mu_low, mean - 6 * sd - step / 2), min(mu_high, mean + 6 * sd + step / 2)
    ratio = COARSE_TAU[1] / COARSE_TAU[0]
    tau_low = max(points.tau[alive].min() / ratio, 0.005)
    tau_high = points.tau[alive].max() * ratio
    return lattice(
        np.linspace(mu_low, mu_high, FINE_POINTS[0]), np.geomspace(tau_low, tau_high, FINE_POINTS[1])
    )


def _moments(log: Floats, points: Lattice) -> tuple[float, float]:
    weight = np.exp(log - log.max()) * points.tau
    weight /= weight.sum()
    mean = float(weight @ points.mu)
    return mean, float(np.sqrt(weight @ (points.mu - mean) ** 2))


def evidence(grids: Grids | Floats, points: Lattice) -> Floats:
    """Return the sum over people of the log-likelihood of each lattice point; shape (points,). O(people x points x 101).

    ``grids`` holds log-likelihoods, shape (people, 101); a constant for each person does not matter.
    """
    return np.asarray(np.log(_likelihood(grids) @ points.cells.T).sum(axis=0))


def _likelihood(grids: Grids | Floats) -> Floats:
    """Return likelihoods with the top of each person at 1 and never 0, so that no person can rule out a point alone."""
    log = np.asarray(grids, dtype=np.float64)
    return np.asarray(np.exp(np.maximum(log - log.max(axis=1, keepdims=True), -600.0)))


def _log_prior(points: Lattice) -> Floats:
    """Return the log prior density of (mu, log tau): one log tau is the gamma's, one the log-spaced lattice's."""
    return np.asarray(-0.5 * (points.mu / MU_SD) ** 2 + 2 * np.log(points.tau) - TAU_RATE * points.tau)


@dataclass(frozen=True, slots=True)
class Span:
    """A number with its interval of mass 0.90."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """What many people's results say together, on the scale of the effects (log ratio or difference).

    Attributes:
        people: how many.
        mean: the average effect over people.
        spread: the standard deviation between people.
        new_person: what a further person can expect: both uncertainties and the spread.
        probability_mean_below_0, probability_new_below_0: that the average, or a further person's effect, is below 0.
        points, weights: the posterior of (mu, tau) on a lattice; weights sum to 1.
        new_density: probability of each grid cell for a further person, shape (101,).
    """

    people: int
    mean: Span
    spread: Span
    new_person: Span
    probability_mean_below_0: float
    probability_new_below_0: float
    points: Lattice
    weights: Floats
    new_density: Floats


def pool(grids: Grids | Floats) -> Pool:
    """Pool people's log-likelihood grids, shape (people, 101). Deterministic. O(people x points x 101), twice.

    Raises:
        PoolError: fewer than 3 people, or a grid that is not finite or has another length.
    """
    check_grids(grids)
    points = fine_lattice(evidence(grids, coarse_lattice()))
    return posterior(len(grids), evidence(grids, points), points)


def pool_in_parts(parts: Callable[[], Iterable[Grids]]) -> Pool:
    """Pool grids that do not fit in memory: ``parts`` yields them anew for each of two passes, in a fixed order."""
    people = 0
    total = np.zeros(len(coarse_lattice().mu))
    for part in parts():
        total += evidence(part, coarse_lattice())
        people += len(part)
    points = fine_lattice(total)
    return posterior(
        people, sum((evidence(part, points) for part in parts()), np.zeros(len(points.mu))), points
    )


def check_grids(grids: Grids | Floats) -> None:
    """Refuse grids that cannot be pooled."""
    if grids.ndim != 2 or grids.shape[1] != GRID_POINTS:
        raise PoolError(f"A result has {grids.shape[-1]} grid points; it must have {GRID_POINTS}.")
    if len(grids) < FEWEST_PEOPLE:
        raise PoolError(f"{len(grids)} people cannot be pooled; at least {FEWEST_PEOPLE} are needed.")
    if not np.isfinite(grids).all():
        raise PoolError("A result holds a number that is not finite. Work it out again from its diary.")


def posterior(people: int, total: Floats, points: Lattice) -> Pool:
    """Return the pool from the summed evidence of ``people`` over a lattice."""
    log = total + _log_prior(points)
    weights = np.exp(log - log.max())
    weights /= weights.sum()
    new = weights @ points.cells
    below = float(new[GRID < -1e-9].sum() + 0.5 * new[GRID_POINTS // 2])
    mean, spread = _weighted(points.mu, weights), _weighted(points.tau, weights)
    return Pool(
        people,
        mean,
        spread,
        _on_grid(new),
        _share_below_0(points.mu, weights),
        below,
        points,
        weights,
        new,
    )


def _marginal(values: Floats, weights: Floats) -> tuple[Floats, Floats]:
    axis, place = np.unique(values, return_inverse=True)
    return axis, np.asarray(np.bincount(place, weights=weights), dtype=np.float64)


def _weighted(values: Floats, weights: Floats, mass: float = INTERVAL_MASS) -> Span:
    axis, share = _marginal(values, weights)
    middle = np.cumsum(share) - 0.5 * share
    low, high = np.interp([(1 - mass) / 2, (1 + mass) / 2], middle, axis)
    return Span(float(share @ axis), float(low), float(high))


def _share_below_0(values: Floats, weights: Floats) -> float:
    axis, share = _marginal(values, weights)
    middle = np.cumsum(share) - 0.5 * share
    return float(np.interp(0.0, axis, middle, left=0.0, right=1.0))


def _on_grid(density: Floats, mass: float = INTERVAL_MASS) -> Span:
    """Return mean and equal-tailed interval of cell probabilities, shape (101,); mass lies evenly within a cell."""
    low, high = quantiles(density[None, :], np.array([(1 - mass) / 2, (1 + mass) / 2]))[0]
    return Span(float(density @ GRID), float(low), float(high))


def quantiles(density: Floats, at: Floats) -> Floats:
    """Return quantiles of cell probabilities (people, 101) at ``at`` (k,); shape (people, k)."""
    cumulative = np.concatenate([np.zeros((len(density), 1)), np.cumsum(density, axis=1)], axis=1)
    cumulative /= cumulative[:, -1:]
    borders = np.concatenate((GRID - GRID_STEP / 2, [GRID[-1] + GRID_STEP / 2]))
    out = np.empty((len(density), len(at)))
    for k, share in enumerate(at):
        right = np.clip((cumulative < share).sum(axis=1), 1, GRID_POINTS)
        rows = np.arange(len(density))
        low, high = cumulative[rows, right - 1], cumulative[rows, right]
        inside = np.where(high > low, (share - low) / np.maximum(high - low, 1e-300), 0.5)
        out[:, k] = borders[right - 1] + inside * GRID_STEP
    return out


@dataclass(frozen=True, slots=True, eq=False)
class Shrunk:
    """Each person's result in the light of all; arrays have shape (people,). ``lfsr`` is the local false sign rate."""

    mean: Floats
    low: Floats
    high: Floats
    lfsr: Floats
    below_0: Floats


def shrink(grids: Grids | Floats, pooled: Pool, mass: float = INTERVAL_MASS) -> Shrunk:
    """Return each person's effect given their own nights and the pool, (mu, tau) integrated out."""
    likely = _likelihood(grids)
    keep = pooled.weights > LIGHT * pooled.weights.max()
    cells, weights = pooled.points.cells[keep], pooled.weights[keep] / pooled.weights[keep].sum()
    # p(b | i) = L_i(b) sum_m w_m cells_m(b) / (L_i . cells_m): one matrix product instead of people x points x grid.
    density = likely * ((weights / (likely @ cells.T)) @ cells)
    density /= density.sum(axis=1, keepdims=True)
    half = density[:, GRID_POINTS // 2] / 2
    below = density[:, : GRID_POINTS // 2].sum(axis=1) + half
    low, high = quantiles(density, np.array([(1 - mass) / 2, (1 + mass) / 2])).T
    return Shrunk(density @ GRID, low, high, np.minimum(below, 1 - below), below)


def pool_strata(grids: Grids | Floats, strata: Mapping[str, NDArray[np.bool_]]) -> dict[str, Pool | None]:
    """Return a pool for each stratum, such as restless legs or pregnancy; None where fewer than 3 people are.

    ``strata`` maps a name to a mask of shape (people,). A person may belong to several.
    """
    return {
        name: pool(grids[mask]) if int(mask.sum()) >= FEWEST_PEOPLE else None for name, mask in strata.items()
    }


INCLUSION = np.linspace(0.02, 0.98, 25)
SLAB_MU = np.linspace(-1.2, 1.2, 13)
SLAB_TAU = np.array([0.15, 0.3, 0.6])  # narrower slabs could not be told from the spike
PEOPLE_AT_ONCE = 4096  # bounds memory at about 30 MB


def inclusion_rate(grids: Grids | Floats) -> Span:
    """Return the share of people for whom the factor does anything at all, for use as a prior of a new diary.

    Effects are 0 with probability 1 - share, else N(mu, tau^2): a spike and a slab. Uniform priors on the share and over
    a lattice of slabs, all integrated out. O(people x slabs x shares).
    """
    slabs = lattice(SLAB_MU, SLAB_TAU).cells
    total = np.zeros((len(slabs), len(INCLUSION)))
    for start in range(0, len(grids), PEOPLE_AT_ONCE):
        likely = _likelihood(grids[start : start + PEOPLE_AT_ONCE])
        on, off = likely @ slabs.T, likely[:, GRID_POINTS // 2, None]
        for k, share in enumerate(INCLUSION):
            total[:, k] += np.log(share * on + (1 - share) * off).sum(axis=0)
    weights = np.exp(total - total.max()).sum(axis=0)
    return _weighted(INCLUSION, weights / weights.sum())
