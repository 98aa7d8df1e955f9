"""How far two arms lie apart within a stratum, on a scale where luck has about the same size everywhere.

Counts and yes/no: with rates per night ``r`` and ``m`` the smaller number of counted nights,
``(m r1 - m r2) / sqrt(m r1 + m r2 + 1)``. A Poisson difference has variance equal to its sum, so a bad month does not
drown the quiet ones; the 1 keeps a pair without events at 0. Scales and amounts: the difference of means times
``sqrt(n1 n2 / (n1 + n2))``, which has the standard deviation of one night.

A contrast uses the outcomes and nothing but the outcomes: given the nights, only the coin is random.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quietlegs.core.diary.night import OutcomeKind
from quietlegs.core.experiments.nights import Blocks, Bools, Floats, Ints, TrialNights

COUNTED_KINDS = (OutcomeKind.COUNT, OutcomeKind.YES_NO)


def contrast(
    kind: OutcomeKind,
    total_1: NDArray[np.float64],
    nights_1: NDArray[np.float64],
    total_2: NDArray[np.float64],
    nights_2: NDArray[np.float64],
) -> Floats:
    """Return arm 1 less arm 2, elementwise over arrays that broadcast; 0 where an arm has no counted night."""
    empty = (nights_1 <= 0) | (nights_2 <= 0)
    safe_1, safe_2 = np.maximum(nights_1, 1.0), np.maximum(nights_2, 1.0)
    if kind in COUNTED_KINDS:
        shared = np.minimum(nights_1, nights_2)
        events_1, events_2 = shared * total_1 / safe_1, shared * total_2 / safe_2
        value = (events_1 - events_2) / np.sqrt(events_1 + events_2 + 1.0)
    else:
        value = (total_1 / safe_1 - total_2 / safe_2) * np.sqrt(
            nights_1 * nights_2 / np.maximum(nights_1 + nights_2, 1.0)
        )
    return np.asarray(np.where(empty, 0.0, value), dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Stratum:
    """Units that were shuffled among each other; arrays have shape (units,)."""

    treated: Bools
    total: Floats
    count: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Strata:
    """The strata of an experiment, in order of time.

    ``units`` and ``treated_units`` have shape (strata,). For strata that are pairs, ``difference`` is the contrast
    first less second and ``sign`` is +1 where the treatment came first; both are empty otherwise. ``last_night`` is the
    index of the last night of each stratum.
    """

    kind: OutcomeKind
    strata: tuple[Stratum, ...]
    units: Ints
    treated_units: Ints
    difference: Floats
    sign: Floats
    last_night: Ints

    @property
    def are_pairs(self) -> bool:
        """Whether every stratum is a pair."""
        return len(self.difference) == len(self.strata) > 0

    @property
    def treated_first(self) -> Bools:
        """For each stratum, whether its first unit is treated."""
        return np.array([stratum.treated[0] for stratum in self.strata], dtype=np.bool_)

    @property
    def statistic(self) -> float:
        """The sum over strata of treatment less reference."""
        sums = np.array(
            [
                [array[arm].sum() for arm in (s.treated, ~s.treated) for array in (s.total, s.count)]
                for s in self.strata
            ],
            dtype=np.float64,
        ).reshape(-1, 4)
        return float(contrast(self.kind, sums[:, 0], sums[:, 1], sums[:, 2], sums[:, 3]).sum())


def contrasts(nights: TrialNights, blocks: Blocks, groups: Ints, *, units_are_nights: bool = False) -> Strata:
    """Return the strata of an experiment.

    Args:
        nights: the experiment.
        blocks: its blocks.
        groups: for each block the number of its stratum; -1 leaves a block out.
        units_are_nights: single nights were shuffled, not blocks.
    """
    strata: list[Stratum] = []
    last: list[int] = []
    for group in range(int(groups.max(initial=-1)) + 1):
        members = np.flatnonzero(groups == group)
        if len(members) == 0 or len(np.unique(blocks.treated[members])) < 2:
            continue  # half a pair says nothing about the other half
        stratum = (
            _of_nights(nights, blocks, members)
            if units_are_nights
            else Stratum(blocks.treated[members], blocks.total[members], blocks.count[members].astype(float))
        )
        strata.append(stratum)
        last.append(int(blocks.end[members].max()) - 1)
    pairs = [s for s in strata if len(s.treated) == 2]
    difference, sign = _differences(nights.kind, pairs) if len(pairs) == len(strata) else (_NONE, _NONE)
    return Strata(
        kind=nights.kind,
        strata=tuple(strata),
        units=np.array([len(s.treated) for s in strata], dtype=np.int64),
        treated_units=np.array([int(s.treated.sum()) for s in strata], dtype=np.int64),
        difference=difference,
        sign=sign,
        last_night=np.array(last, dtype=np.int64),
    )


_NONE: Floats = np.empty(0)


def _of_nights(nights: TrialNights, blocks: Blocks, members: Ints) -> Stratum:
    rows = np.concatenate([np.arange(blocks.start[b], blocks.end[b]) for b in members])
    counted = nights.counted[rows]
    return Stratum(
        nights.treated[rows], np.where(counted, nights.outcome[rows], 0.0), counted.astype(np.float64)
    )


def _differences(kind: OutcomeKind, pairs: Sequence[Stratum]) -> tuple[Floats, Floats]:
    if not pairs:
        return _NONE, _NONE
    total = np.array([pair.total for pair in pairs])
    count = np.array([pair.count for pair in pairs])
    sign = np.array([1.0 if pair.treated[0] else -1.0 for pair in pairs])
    return contrast(kind, total[:, 0], count[:, 0], total[:, 1], count[:, 1]), sign
