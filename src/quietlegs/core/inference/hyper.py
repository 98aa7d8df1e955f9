"""Integrating over what is not of interest: dispersion, and the size and memory of the latent AR(1).

Internal coordinates theta = (log dispersion, log sigma, logit phi), without the first where a family has none.
Priors: log r ~ N(log 2, 1) or log residual SD ~ N(log 0.7, 1); sigma ~ Exp(2), a penalised-complexity prior with
P(sigma > 1.5) = 0.05 (Simpson et al. 2017); phi ~ Beta(3, 1.5).

The mode is found by quadratic steps on a small star of points, evaluated together. The integral is a sum over a
lattice in the principal axes there, which for a near-Gaussian density is exact to a part in a thousand at steps of
1.4 SD; where points on the rim still carry weight the lattice grows outward, and where few points carry the weight
it is made finer. Where the latent field will be at a new setting is foreseen from the settings before (kriging), so that
most need the costly factorisation once.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from quietlegs.core.inference.families import Family, FloatArray
from quietlegs.core.inference.newton import Field, Hyper, find_modes

STEP = 1.6  # lattice step in posterior SDs
DROP = 3.0  # log units below the top at which a lattice point no longer matters (e^-3 = 0.05)
SURE = 1.0  # log units by which a point of the finer lattice must be foreseen below that to be left out
FORESEEN_MARGIN = 1.5  # log units by which a point may be foreseen too low
RIM = 2.5  # a rim point less than this below the top grows the lattice
COARSE = 0.6  # of a Gaussian's effective number of points: below it the lattice is too coarse
FINER = 0.6  # of the first step, at the least
NARROWER = 1.0  # SDs along an axis, of those that the curvature promised, below which the axis is made finer
RIM_LIMIT = 0.05
HALF = {"dispersion": 0.6, "sigma": 0.4, "phi": 0.7}  # half the width of the star; the unit of distances
REACH = 4.0  # of those units, over which the mode moves smoothly
MOST_SEEN, FEWEST_SEEN = 60, 8  # settings from which the next are foreseen
REMEMBERED = 2_000_000  # floats that they may take: 16 megabytes
MOST_POINTS = 220
WORK = 120_000  # floats per batch: about a megabyte, which stays in a processor's cache; bounds memory too
LOWER = {"dispersion": -4.0, "sigma": np.log(0.02), "phi": -3.5}
UPPER = {"dispersion": 7.0, "sigma": np.log(6.0), "phi": 6.5}


class Seen(NamedTuple):
    """A setting of the hyper-parameters, the mode there and the precision of the effects."""

    theta: FloatArray
    u: FloatArray
    b: FloatArray
    precision: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Lattice:
    """Weighted settings of the hyper-parameters with the modes there.

    ``theta`` (K, d), ``weight`` (K,) sums to 1, ``u`` (K, n), ``b`` (K, q + cuts), ``log_density`` (K,).
    ``rim_weight`` is the weight on points whose outer neighbours were not visited; ``evaluations`` counts all points.
    """

    theta: FloatArray
    weight: FloatArray
    log_density: FloatArray
    u: FloatArray
    b: FloatArray
    rim_weight: float
    evaluations: int
    converged: bool


def names(family: Family) -> tuple[str, ...]:
    """Return the names of the coordinates of theta for this family."""
    return ("dispersion", "sigma", "phi") if family.has_dispersion else ("sigma", "phi")


def to_hyper(family: Family, theta: FloatArray) -> Hyper:
    """Turn internal coordinates (K, d) into hyper-parameters."""
    dispersion = theta[:, 0] if family.has_dispersion else np.zeros(len(theta))
    return Hyper(dispersion, np.exp(theta[:, -2]), expit(theta[:, -1]))


def log_prior(family: Family, theta: FloatArray) -> FloatArray:
    """Return the log prior density of theta (K, d), up to a constant."""
    sigma, phi = theta[:, -2], theta[:, -1]
    value = (sigma - 2.0 * np.exp(sigma)) - 3.0 * np.logaddexp(0.0, -phi) - 1.5 * np.logaddexp(0.0, phi)
    if family.has_dispersion:
        usual = np.log(2.0) if family is Family.NEGATIVE_BINOMIAL else np.log(0.7)
        value = value - 0.5 * (theta[:, 0] - usual) ** 2
    return np.asarray(value)


class Explorer:
    """Evaluates the log posterior of theta, and foresees where the latent field will be from where it was before."""

    def __init__(self, field: Field) -> None:
        self.field = field
        self.family = field.outcome.family
        self.lower = np.array([LOWER[name] for name in names(self.family)])
        self.upper = np.array([UPPER[name] for name in names(self.family)])
        self.half = np.array([HALF[name] for name in names(self.family)])
        self.evaluations = 0
        self.all_converged = True
        self._seen: list[Seen] = []
        self._theta, self._density = np.empty((0, self.lower.size)), np.empty(0)

    def start(self) -> FloatArray:
        """Return the setting from which the search starts: the middle of the priors."""
        first = [np.log(2.0)] if self.family is Family.NEGATIVE_BINOMIAL else [np.log(0.7)]
        return np.array([*(first if self.family.has_dispersion else []), np.log(0.45), 1.2])

    def evaluate(self, theta: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return log density (K,) with modes u (K, n) and b (K, q + cuts)."""
        n, size = self.field.design.shape[1], self.field.prior_mean.size
        batch = max(1, WORK // (n * (size + 1)))
        parts = [self._evaluate(theta[i : i + batch]) for i in range(0, len(theta), batch)]
        density, u, b = (np.concatenate(column) for column in zip(*parts, strict=True))
        return density, u, b

    def _evaluate(self, theta: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        u, b, borrowed = self._foresee(theta)
        modes = find_modes(self.field, to_hyper(self.family, theta), u, b, borrowed=borrowed)
        self.evaluations += len(theta)
        self.all_converged &= bool(modes.converged.all())
        self._seen += [Seen(*of_one) for of_one in zip(theta, modes.u, modes.b, modes.precision, strict=True)]
        del self._seen[: -min(MOST_SEEN, max(FEWEST_SEEN, REMEMBERED // (u.shape[1] + b.shape[1] ** 2)))]
        density = modes.log_marginal + log_prior(self.family, theta)
        self._theta = np.concatenate([self._theta, theta])
        self._density = np.concatenate([self._density, density])
        return density, modes.u, modes.b

    def matters(self, theta: FloatArray) -> NDArray[np.bool_]:
        """Return where, among settings within those seen, the log density is not foreseen to be negligible."""
        seen = self._theta / self.half
        among = ((seen[:, None] - seen) ** 2).sum(-1)
        weight = _kriging(among, ((seen[:, None] - theta / self.half) ** 2).sum(-1))
        return np.asarray(weight.T @ self._density > self._density.max() - DROP - SURE)

    def _foresee(self, theta: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray | None]:
        """Return what u, b and the precision of b will be about, (K, ...), at settings not seen yet."""
        if not self._seen or self.family is Family.GAUSSIAN:  # whose first step arrives from anywhere
            nowhere = np.zeros((len(theta), self.field.design.shape[1]))
            return nowhere, np.repeat(first_guess(self.field)[None], len(theta), axis=0), None
        seen = np.array([one.theta for one in self._seen]) / self.half
        apart = ((seen[:, None] - theta / self.half) ** 2).sum(-1)
        weight = _kriging(((seen[:, None] - seen) ** 2).sum(-1), apart)
        u = weight.T @ np.array([one.u for one in self._seen])
        b = weight.T @ np.array([one.b for one in self._seen])
        nearest = [
            self._seen[i] for i in np.round(apart, 6).argmin(0)
        ]  # of equals the first, whatever rounding did
        if self.field.outcome.cuts > 1:  # a foreseen cut must not overtake its neighbour
            cuts = b[:, -self.field.outcome.cuts :]
            for i in np.flatnonzero((np.diff(cuts, axis=1) <= 0.0).any(1)):
                u[i], b[i] = nearest[i].u, nearest[i].b
        return u, b, np.array([one.precision for one in nearest])


def _kriging(among: FloatArray, apart: FloatArray) -> FloatArray:
    """Return weights (seen, new), each column summing to 1, that foresee a smooth function from where it was seen.

    Ordinary kriging (Cressie 1993, section 3.2) with a Gaussian covariance; ``among`` (seen, seen) and ``apart``
    (seen, new) are squared distances.
    """
    system = np.exp(-0.5 * among / REACH**2)
    system[np.diag_indices(len(system))] += 1e-8
    right = np.column_stack([np.exp(-0.5 * apart / REACH**2), np.ones(len(system))])
    solved = np.linalg.solve(system, right)
    weight, even = solved[:, :-1], solved[:, -1:]
    return np.asarray(weight + even * (1.0 - weight.sum(0)) / even.sum())


def first_guess(field: Field) -> FloatArray:
    """Return a start for (b, cuts): prior means, and cuts at the empirical cumulative logits."""
    guess = field.prior_mean.copy()
    m = field.outcome.cuts
    if m:
        level = field.outcome.y[field.outcome.logged > 0]
        below = np.array([(level <= j).mean() for j in range(m)])
        below = np.clip(below, 0.5 / level.size, 1.0 - 0.5 / level.size)
        guess[-m:] = np.log(below / (1.0 - below)) + 1e-3 * np.arange(m)
    return guess


def _climb(explorer: Explorer) -> tuple[FloatArray, FloatArray]:
    """Find the mode of theta; return it and the Hessian of minus the log density there."""
    centre, half = explorer.start(), explorer.half
    density, _, _ = explorer.evaluate(centre[None])
    top = float(density[0])
    d = centre.size
    star = np.concatenate([np.eye(d), -np.eye(d)]) * half
    for _ in range(12):
        points = np.clip(centre + star, explorer.lower, explorer.upper)
        values, _, _ = explorer.evaluate(points)
        slope = (values[:d] - values[d:]) / (2.0 * half)
        bend = -(values[:d] + values[d:] - 2.0 * top) / half**2
        move = np.where(bend > 0.05, slope / np.maximum(bend, 0.05), np.sign(slope) * 2.0 * half)
        move = np.clip(move, -2.0 * half, 2.0 * half)
        if np.all(np.abs(move) < 0.5 * half):
            break
        target = np.clip(centre + move, explorer.lower, explorer.upper)
        value, _, _ = explorer.evaluate(target[None])
        best = int(np.argmax(values))
        if value[0] >= max(top, values[best]):
            centre, top = target, float(value[0])
        elif values[best] > top:
            centre, top = points[best], float(values[best])
        else:
            break
    hessian = np.diag(bend)
    pairs = [(i, j) for i in range(d) for j in range(i)]
    corners = np.array([centre + star[i] + star[j] for i, j in pairs])
    crossed, _, _ = explorer.evaluate(np.clip(corners, explorer.lower, explorer.upper))
    for (i, j), value_ij in zip(pairs, crossed, strict=True):
        both = value_ij - values[i] - values[j] + top
        hessian[i, j] = hessian[j, i] = -both / (half[i] * half[j])
    return centre, hessian


def integrate(field: Field, *, step: float = STEP, most_points: int = MOST_POINTS) -> Lattice:
    """Integrate over theta: a lattice in the principal axes at the mode, grown where the rim still carries weight.

    Where fewer points carry the weight than a Gaussian's would, the curvature at the mode misled: once more, finer along
    the axes where the weight is narrower than it promised.
    """
    explorer = Explorer(field)
    centre, hessian = _climb(explorer)
    eigen, axes = np.linalg.eigh(hessian)
    # An SD beyond 1.5 is the prior's own; below 0.1 the finite differences no longer tell it.
    scale = axes / np.sqrt(np.clip(eigen, 1.0 / 1.5**2, 1.0 / 0.1**2))
    bend = np.maximum(((scale.T @ hessian) * scale.T).sum(1), 0.0)  # 1 but where the scale was clipped
    lattice = _lattice(explorer, centre, scale * step, bend * step**2, most_points)
    of_gaussian = (2.0 * np.sqrt(np.pi) / step) ** centre.size  # 1 / sum of squared weights
    if 1.0 / float((lattice.weight**2).sum()) < COARSE * of_gaussian:
        along = np.linalg.solve(scale, (lattice.theta - centre).T)
        spread = np.sqrt(np.maximum(along**2 @ lattice.weight - (along @ lattice.weight) ** 2, 0.0))
        narrower = np.clip(spread / NARROWER, FINER, 1.0)
        most_points = explorer.evaluations + 2 * most_points
        finer = _lattice(
            explorer,
            centre,
            scale * step * narrower,
            bend * (step * narrower) ** 2,
            most_points,
            around=True,
        )
        return finer if finer.rim_weight <= RIM_LIMIT else lattice
    return lattice


def _lattice(
    explorer: Explorer,
    centre: FloatArray,
    scale: FloatArray,
    bend: FloatArray,
    most_points: int,
    *,
    around: bool = False,
) -> Lattice:
    """Evaluate the lattice centre + scale @ integers, from the middle outwards, while points still matter.

    ``bend`` (d,) is the expected second difference of minus the log density along each axis of the lattice. ``around``: a
    coarser lattice has seen the surroundings, so that what is foreseen to be negligible can be left out.
    """
    d = centre.size
    ball = np.stack(np.meshgrid(*[[-1, 0, 1]] * d, indexing="ij"), axis=-1).reshape(-1, d)
    todo = [tuple(int(x) for x in point) for point in ball if (point**2).sum() <= 2]
    seen: dict[tuple[int, ...], int] = {}
    kept: list[tuple[FloatArray, FloatArray, FloatArray, FloatArray]] = []
    rim: list[int] = []
    density = np.empty(0)
    while todo:
        grid = np.array(todo)
        theta = centre + grid @ scale.T
        inside = ((theta >= explorer.lower) & (theta <= explorer.upper)).all(1)
        if around:
            inside &= explorer.matters(theta)
        seen.update({tuple(int(x) for x in point): -1 for point in grid[~inside]})
        grid, theta = grid[inside], theta[inside]
        if len(theta):
            values, u, b = explorer.evaluate(theta)
            for i, point in enumerate(grid):
                seen[tuple(int(x) for x in point)] = density.size + i
            density = np.concatenate([density, values])
            kept.append((theta, values, u, b))
        rim, todo = _grow(seen, density, bend)
        if explorer.evaluations + len(todo) > most_points:
            break
    theta, values, u, b = (np.concatenate(column) for column in zip(*kept, strict=True))
    top = float(values.max())
    rim_weight = float(np.exp(values[rim] - top).sum() / np.exp(values - top).sum()) if todo else 0.0
    keep = values > top - DROP
    weight = np.exp(values[keep] - top)
    return Lattice(
        theta[keep],
        weight / weight.sum(),
        values[keep],
        u[keep],
        b[keep],
        rim_weight,
        explorer.evaluations,
        explorer.all_converged,
    )


def _grow(
    seen: dict[tuple[int, ...], int], density: FloatArray, bend: FloatArray
) -> tuple[list[int], list[tuple[int, ...]]]:
    """Return the rim points that still matter and their unvisited neighbours, without those foreseen to be negligible.

    A neighbour straight ahead of two visited points is foreseen by the parabola through them.
    """
    top = density.max()
    rim: list[int] = []
    more: set[tuple[int, ...]] = set()
    for point, index in seen.items():
        if index < 0 or density[index] < top - RIM:
            continue
        fresh = []
        for axis, curve in enumerate(bend):
            for side in (-1, 1):
                ahead = (*point[:axis], point[axis] + side, *point[axis + 1 :])
                if ahead in seen:
                    continue
                before = seen.get((*point[:axis], point[axis] - side, *point[axis + 1 :]), -1)
                foreseen = 2.0 * density[index] - density[before] - curve if before >= 0 else top
                if foreseen > top - DROP - FORESEEN_MARGIN:
                    fresh.append(ahead)
        if fresh:
            rim.append(index)
            more.update(fresh)
    return rim, sorted(more)
