"""Before the start: the chance of a clear answer against the number of nights.

Many experiments are made up from the person's own nights, or from a stated baseline, and each is judged by the rule
that will judge the real one: a look after every pair, with the spending of :mod:`monitoring`. The share that comes
out clear, in the right direction, is the chance. 300 made-up experiments give it to within 6 in 100 (2 standard errors).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from quietlegs.core.experiments.contrast import contrast
from quietlegs.core.experiments.design import BLOCKS_FOR, MAX_PAIRS, MIN_PAIRS, Linger
from quietlegs.core.experiments.monitoring import ALPHA, FIRST_LOOK, error_spent
from quietlegs.core.experiments.nightmaker import NightModel, assignment, make_outcomes
from quietlegs.core.experiments.nights import Floats
from quietlegs.core.experiments.randomisation import all_flips, drawn_flips

EXPERIMENTS = 300
PLANNING_DRAWS = 400  # the share of 0.05 is 20 of them; twice as many change a chance by less than 1 in 100
LENGTHS_NIGHTS = (28, 56, 84, 112, 168, 224, 336)
GOOD_CHANCE = 0.8
FAIR_CHANCE = 0.5


@dataclass(frozen=True, slots=True)
class Chance:
    """The chance of a clear answer in the right direction, and how soon.

    ``nights`` is the planned length, ``chance`` the share of made-up experiments that are clear, ``standard_error`` its
    error of simulation, ``median_stop`` the nights after which half of the clear ones were clear (None if none was).
    """

    nights: int
    pairs: int
    chance: float
    standard_error: float
    median_stop: int | None


@dataclass(frozen=True, slots=True)
class Power:
    """Chances for several lengths; ``enough`` is the shortest length with a good chance, None when none has it."""

    chances: tuple[Chance, ...]
    block_nights: int
    washout_nights: int
    enough: Chance | None
    fair: Chance | None


def power(
    model: NightModel,
    effect: float | Floats,
    *,
    linger: Linger = Linger.GONE_NEXT_DAY,
    lengths_nights: Sequence[int] = LENGTHS_NIGHTS,
    lower_is_better: bool = True,
    adherence: float = 0.9,
    missing: float = 0.05,
    half_life_nights: float | None = None,
    two_at_once: bool = False,
    seed: int = 0,
    experiments: int = EXPERIMENTS,
    on_progress: Callable[[int, int], None] = lambda done, of: None,
) -> Power:
    """Return the chance of a clear answer for each length.

    Args:
        model: how the person's nights go; arrays of shape (experiments,) or ().
        effect: supposed true effect (log ratio or difference); one value, or one for each experiment drawn from what
            is believed.
        linger: decides the blocks.
        lengths_nights: planned lengths; those that hold fewer than 6 pairs are left out.
        lower_is_better: direction of benefit.
        adherence: share of treated nights on which the remedy is used.
        missing: share of nights not logged.
        half_life_nights: of the remedy; by default 0 for effects gone the next day, else 1.5.
        two_at_once: one remedy of a factorial of two: judged once, at the end, at half of the error.
        seed: of the made-up nights.
        experiments: made-up experiments.
        on_progress: called with lengths done and in all.
    """
    block, washout = BLOCKS_FOR[linger]
    half_life = (
        (0.0 if linger is Linger.GONE_NEXT_DAY else 1.5) if half_life_nights is None else half_life_nights
    )
    pairs = sorted({min(nights // (2 * block), MAX_PAIRS) for nights in lengths_nights})
    pairs = [k for k in pairs if k >= MIN_PAIRS]
    if not pairs:
        return Power((), block, washout, None, None)
    generator = np.random.Generator(np.random.PCG64(seed))
    treated = assignment(pairs[-1], block, experiments, generator)
    outcome = make_outcomes(
        model, treated, effect, generator, half_life_nights=half_life, adherence=adherence, missing=missing
    )
    difference, sign = pair_differences(model, outcome, treated, block, washout)
    wanted = np.sign(np.broadcast_to(np.asarray(effect, float), (experiments,)))
    chances = []
    for done, k in enumerate(pairs, start=1):
        chances.append(
            _chance(difference[:, :k], sign[:, :k], wanted, 2 * block, seed=seed, two_at_once=two_at_once)
        )
        on_progress(done, len(pairs))
    return Power(
        tuple(chances),
        block,
        washout,
        next((c for c in chances if c.chance >= GOOD_CHANCE), None),
        next((c for c in chances if c.chance >= FAIR_CHANCE), None),
    )


def _chance(
    difference: Floats, sign: Floats, wanted: Floats, pair_nights: int, *, seed: int, two_at_once: bool
) -> Chance:
    """Return the share of made-up experiments that come out clear in the ``wanted`` direction (0: in any)."""
    experiments, pairs = difference.shape
    if two_at_once:
        stop = first_clear(difference, sign, seed=seed, first_look=pairs, alpha=ALPHA / 2)
    else:
        stop = first_clear(difference, sign, seed=seed)
    so_far = np.cumsum(difference * sign, axis=1)[np.arange(experiments), np.maximum(stop, 1) - 1]
    right = (stop > 0) & ((np.sign(so_far) == wanted) | (wanted == 0))
    share = float(right.mean())
    stops = stop[right] * pair_nights
    return Chance(
        pairs * pair_nights,
        pairs,
        share,
        float(np.sqrt(share * (1 - share) / experiments)),
        int(np.median(stops)) if len(stops) else None,
    )


def pair_differences(
    model: NightModel, outcome: Floats, treated: np.ndarray, block_nights: int, washout_nights: int
) -> tuple[Floats, Floats]:
    """Return contrasts first less second and signs of made-up experiments, shapes (experiments, pairs)."""
    experiments, nights = outcome.shape
    shape = (experiments, nights // (2 * block_nights), 2, block_nights)
    kept = outcome.reshape(shape)[..., washout_nights:]
    count = np.sum(~np.isnan(kept), axis=-1).astype(float)
    total = np.nansum(kept, axis=-1)
    sign = np.where(treated.reshape(shape)[:, :, 0, 0], 1.0, -1.0)
    difference = contrast(model.kind, total[..., 0], count[..., 0], total[..., 1], count[..., 1])
    return difference, sign


def first_clear(
    difference: Floats,
    sign: Floats,
    *,
    seed: int = 0,
    draws: int = PLANNING_DRAWS,
    first_look: int = FIRST_LOOK,
    alpha: float = ALPHA,
) -> np.ndarray:
    """Return for each experiment the pair after which it is clear, 0 for never; shape (experiments,).

    The rule of :func:`monitoring.planned_looks` for many experiments at once: O(experiments x draws x pairs) time,
    O(experiments x draws) memory.
    """
    experiments, pairs = difference.shape
    flips = all_flips(pairs) if pairs <= 8 else drawn_flips(pairs, draws, seed)
    # Relative to the drawn sequence: row 0 keeps it, the others flip some pairs of it.
    relative = flips * flips[0] if pairs <= 8 else flips
    relative = relative.copy()
    relative[0] = 1.0
    signed = (difference * sign).astype(np.float32)
    sums = np.zeros((experiments, len(relative)), dtype=np.float32)
    alive = np.ones_like(sums, dtype=np.bool_)
    rejected = np.zeros(experiments, dtype=np.int64)
    stop = np.zeros(experiments, dtype=np.int64)
    for pair in range(1, pairs + 1):
        sums += signed[:, pair - 1, None] * relative[:, pair - 1].astype(np.float32)
        allowed = int(error_spent(pair / pairs, alpha) * len(relative) + 1e-9)
        if pair < first_look or allowed <= rejected.min():
            continue
        out = _farthest(np.where(alive, np.abs(sums), -1.0), allowed - rejected)
        stop = np.where((stop == 0) & out[:, 0], pair, stop)
        alive &= ~out
        rejected += out.sum(axis=1)
    return stop


def _farthest(distance: np.ndarray, budget: np.ndarray) -> np.ndarray:
    """Return for each row the at most ``budget`` entries strictly above the next one."""
    most = int(budget.max())
    width = distance.shape[1]
    cut = max(0, width - most - 1)
    top = np.sort(np.partition(distance, cut, axis=1)[:, cut:], axis=1)
    place = top.shape[1] - 1 - np.minimum(budget, top.shape[1] - 1)
    edge = top[np.arange(len(top)), place]
    return np.asarray((distance > edge[:, None] + 1e-6) & (distance >= 0))
