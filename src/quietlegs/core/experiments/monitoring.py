"""Looking is safe: a boundary that spends its error over the looks, and a bet that may be settled at any time.

**Planned looks.** After every pair, from the third on, the sequences that could have been drawn are compared with
the one that was. The error of 0.05 is spent as O'Brien and Fleming would, ``a(t) = 2 - 2 Phi(1.96 / sqrt t)`` at the
share ``t`` of pairs: almost nothing early, almost all at the end (Lan & DeMets 1983, doi 10.1093/biomet/70.3.659). At
each look, as many of the sequences not yet rejected are rejected as the error spent so far allows. The drawn sequence
is one of them, and under no effect no different from the others: it is rejected by chance at most 5 times in 100.

**Open end.** Each pair is a bet against the coin at fair odds: the stake times ``2 / (1 + exp(-k s D))``, which is 1 on
average over a fair coin given everything that happened. Wealth of 20 is reached by luck in at most 1 of 20 experiments,
however often one looks and however long one goes on (Ville 1939; Ramdas et al. 2023, doi 10.1214/23-STS894).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from quietlegs.core.diary.night import OutcomeKind
from quietlegs.core.experiments.contrast import COUNTED_KINDS
from quietlegs.core.experiments.nights import Floats
from quietlegs.core.experiments.randomisation import EXACT_PAIRS, all_flips, drawn_flips

ALPHA = 0.05
FIRST_LOOK = 3  # before, the error that may be spent is below one sequence in any design
SPENDING_DRAWS = 4_000
E_VALUE_BAR = 1 / ALPHA
BETS = (0.4, 1.0)  # large enough for strong remedies, small enough for weak ones
BENEFIT_STAKE = 0.9  # the declared direction gets most of the stake; harm is watched with the rest


@dataclass(frozen=True, slots=True)
class Look:
    """A planned look: after ``pair`` pairs, ``share_spent`` of the error 0.05 is spent. ``is_clear`` opens the seal."""

    pair: int
    error_spent: float
    is_clear: bool


def error_spent(share: float, alpha: float = ALPHA) -> float:
    """Return the O'Brien-Fleming-type error spent when ``share`` (0 to 1) of the pairs are complete.

    >>> round(error_spent(0.5), 4), round(error_spent(1.0), 4)
    (0.0056, 0.05)
    """
    return float(2 - 2 * ndtr(ndtri(1 - alpha / 2) / np.sqrt(share)))


def sequences_for(sign: Floats, planned_pairs: int, *, seed: int, draws: int = SPENDING_DRAWS) -> Floats:
    """Return sequences to compare with: all of them to 12 pairs, else the drawn one (row 0) among ``draws`` others.

    Pairs that are not complete yet are filled with the reference order: they are not looked at.
    """
    if planned_pairs <= EXACT_PAIRS:
        flips = all_flips(planned_pairs)
        own = np.concatenate([sign, np.ones(planned_pairs - len(sign))])
        row = int(np.flatnonzero((flips == own).all(axis=1))[0])
        flips[[0, row]] = flips[[row, 0]]
        return flips
    flips = drawn_flips(planned_pairs, draws, seed)
    flips[0, : len(sign)] = sign
    return flips


def planned_looks(
    difference: Floats,
    sign: Floats,
    planned_pairs: int,
    *,
    looks: Sequence[int] | None = None,
    seed: int = 0,
    draws: int = SPENDING_DRAWS,
    alpha: float = ALPHA,
) -> list[Look]:
    """Return every planned look so far, up to the first that is clear. O(draws x pairs).

    Args:
        difference: contrast first less second of each complete pair, shape (complete pairs,).
        sign: +1 where the treatment came first.
        planned_pairs: the number of pairs fixed before the start.
        looks: numbers of pairs after which one looks; by default every pair from the third.
        seed: of the sequences to compare with. The same seed at every look keeps earlier looks as they were.
        draws: sequences beyond 12 pairs.
        alpha: the error of all looks together.
    """
    complete = min(len(difference), planned_pairs)
    wanted = set(range(FIRST_LOOK, planned_pairs + 1) if looks is None else looks)
    flips = sequences_for(sign[:complete], planned_pairs, seed=seed, draws=draws)
    alive = np.ones(len(flips), dtype=np.bool_)
    sums = np.zeros(len(flips))
    rejected = 0
    done: list[Look] = []
    for pair in range(1, complete + 1):
        sums += flips[:, pair - 1] * difference[pair - 1]
        if pair not in wanted:
            continue
        spent = error_spent(pair / planned_pairs, alpha)
        out = _rejected(np.abs(sums), alive, int(spent * len(flips) + 1e-9) - rejected)
        rejected += int(out.sum())
        alive &= ~out
        done.append(Look(pair, spent, bool(out[0])))
        if out[0]:
            break
    return done


def _rejected(distance: Floats, alive: np.ndarray, budget: int) -> np.ndarray:
    """Return the at most ``budget`` living sequences that lie farthest out; a tie at the edge stays in."""
    if budget <= 0:
        return np.zeros(len(distance), dtype=np.bool_)
    living = np.where(alive, distance, -1.0)
    if budget >= len(living):
        return alive.copy()
    edge = np.partition(living, len(living) - budget - 1)[len(living) - budget - 1]
    return np.asarray(living > edge + 1e-9, dtype=np.bool_)


@dataclass(frozen=True, slots=True)
class Wealth:
    """The bet after the last complete pair.

    ``e_value`` is the wealth now, ``highest`` the highest so far, ``p`` = 1 / highest is valid at any time,
    ``may_stop`` says whether 20 was ever reached, and ``favours_benefit`` which side earned it.
    """

    e_value: float
    highest: float
    p: float
    may_stop: bool
    favours_benefit: bool


def wealth_path(
    difference: Floats, sign: Floats, kind: OutcomeKind, *, lower_is_better: bool = True
) -> tuple[Floats, Floats]:
    """Return the wealth after each pair of the bets on benefit and on harm, each from 1; shapes (pairs,).

    Scales and amounts are first divided by the median size of the contrasts so far, which the coin does not touch.
    """
    size = difference if kind in COUNTED_KINDS else difference / _running_median(np.abs(difference))
    toward_harm = (1.0 if lower_is_better else -1.0) * sign * size

    def path(direction: float) -> Floats:
        stakes = np.array(BETS)
        logs = np.log(2.0) - np.logaddexp(0.0, -np.outer(direction * toward_harm, stakes))
        return np.asarray(np.exp(np.cumsum(logs, axis=0)).mean(axis=1))

    return path(-1.0), path(1.0)


def _running_median(size: Floats) -> Floats:
    """Return the median of the non-zero sizes up to each place; 1 before the first."""
    medians = np.ones(len(size))
    for i in range(len(size)):
        seen = size[: i + 1][size[: i + 1] > 0]
        if len(seen):
            medians[i] = np.median(seen)
    return medians


def wealth(difference: Floats, sign: Floats, kind: OutcomeKind, *, lower_is_better: bool = True) -> Wealth:
    """Return where the open-ended bet stands."""
    if len(difference) == 0:
        return Wealth(1.0, 1.0, 1.0, False, True)
    benefit, harm = wealth_path(difference, sign, kind, lower_is_better=lower_is_better)
    both = BENEFIT_STAKE * benefit + (1 - BENEFIT_STAKE) * harm
    highest = float(max(1.0, both.max()))
    top = int(np.argmax(both))
    return Wealth(
        float(both[-1]), highest, 1 / highest, highest >= E_VALUE_BAR, bool(benefit[top] >= harm[top])
    )
