"""The sequences that could have been drawn: the space over which a randomisation test counts.

Nights are fixed; the coin is not. Had another sequence been drawn, and had the remedy no effect, the same nights
would have come under other labels. So the *actual* space of sequences must be known, and what is given as a file
does not always say it. :func:`sequence_space` reads it from the order: see there.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import comb, prod

import numpy as np

from quietlegs.core.base.messages import message
from quietlegs.core.experiments.contrast import Strata, contrasts
from quietlegs.core.experiments.nights import Blocks, Bools, Ints, TrialError, TrialNights, blocks_of

ALTERNATION_PAIRS = 6  # a fair coin gives 6 equal orders in a row in 2 of 64 experiments


class SpaceKind(StrEnum):
    """How the order was drawn."""

    PAIRS = "pairs"  # a coin for each pair of neighbouring blocks
    BLOCKS = "blocks"  # all blocks shuffled, numbers of both kinds fixed
    WITHIN = "within"  # shuffled within each labelled block of the file


@dataclass(frozen=True, slots=True, eq=False)
class SequenceSpace:
    """The sequences that could have been drawn.

    ``strata`` holds the units that were shuffled among each other; ``size`` is the number of sequences.
    ``looks_alternating`` is whether every pair has the same order, which a coin seldom gives.
    """

    kind: SpaceKind
    strata: Strata
    size: int
    looks_alternating: bool


def sequence_space(nights: TrialNights, kind: SpaceKind | None = None) -> SequenceSpace:
    """Return the space of sequences of an experiment, read from its order unless ``kind`` says it.

    1. A labelled block that holds both conditions is a unit of randomisation. Two runs in it are a pair that a coin
       ordered; more runs mean that its nights were shuffled.
    2. Blocks of one condition whose first and second, third and fourth, ... differ are pairs.
    3. Any other order of blocks is a shuffle of all of them.

    An order of kind 2 may by chance come from a shuffle of all; the pairs are then the smaller space, and the test
    stays within its error rate when time matters, and asks more of the data.

    Raises:
        TrialError: when ``kind`` does not fit the order.
    """
    blocks = blocks_of(nights)
    groups = _groups(blocks, kind)
    found, numbers = groups
    strata = contrasts(nights, blocks, numbers, units_are_nights=found is SpaceKind.WITHIN)
    sizes = [comb(int(n), int(k)) for n, k in zip(strata.units, strata.treated_units, strict=True)]
    return SequenceSpace(found, strata, prod(sizes), _looks_alternating(strata))


def _groups(blocks: Blocks, kind: SpaceKind | None) -> tuple[SpaceKind, Ints]:
    """Return the kind, and for each block the number of its stratum (-1 for a block that has no partner)."""
    mixed = {
        int(label)
        for label in np.unique(blocks.label)
        if len(np.unique(blocks.treated[blocks.label == label])) > 1
    }
    if kind is None and mixed:
        runs = [int(np.sum(blocks.label == label)) for label in mixed]
        kind = SpaceKind.PAIRS if max(runs) == 2 else SpaceKind.WITHIN
        return kind, _by_label(blocks, mixed)
    if kind is SpaceKind.WITHIN or (kind is SpaceKind.PAIRS and mixed):
        if not mixed:
            raise TrialError(
                message(
                    "No block holds both conditions, so nothing was drawn within blocks. Give the pairs or shuffled "
                    "units as blocks, or choose another design."
                )
            )
        return kind, _by_label(blocks, mixed)
    if kind is SpaceKind.BLOCKS:
        return kind, np.zeros(len(blocks), dtype=np.int64)
    numbers = _pair_numbers(blocks)
    first, second = _halves(blocks, numbers)
    differ = first != second
    if kind is SpaceKind.PAIRS and not differ.all():
        raise TrialError(
            message(
                "The blocks of pair {pair} have the same condition, so they are no pair. Check the order, or say that all blocks were shuffled.",
                pair=int(np.argmin(differ)) + 1,
            )
        )
    if kind is SpaceKind.PAIRS or (len(differ) > 0 and bool(differ.all())):
        return SpaceKind.PAIRS, numbers
    return SpaceKind.BLOCKS, np.zeros(len(blocks), dtype=np.int64)


def _pair_numbers(blocks: Blocks) -> Ints:
    """Return the number of each block's pair: by its label 1, 2, 3, ..., so that a lost block shifts no other."""
    label = blocks.label
    counts_up = bool(np.all(np.diff(label) > 0)) and int(label[-1] - label[0]) < 1.5 * len(label)
    position = label - 1 if counts_up and label[0] >= 1 else np.arange(len(label))
    return np.unique(position // 2, return_inverse=True)[1].astype(np.int64)


def _halves(blocks: Blocks, numbers: Ints) -> tuple[Bools, Bools]:
    """Return the conditions of the two blocks of each whole pair."""
    whole = np.flatnonzero(np.diff(numbers) == 0)
    return blocks.treated[whole], blocks.treated[whole + 1]


def _by_label(blocks: Blocks, mixed: set[int]) -> Ints:
    numbers = {label: number for number, label in enumerate(sorted(mixed))}
    return np.array([numbers.get(int(label), -1) for label in blocks.label], dtype=np.int64)


def _looks_alternating(strata: Strata) -> bool:
    """Whether at least 6 pairs all have the same order, or all blocks simply take turns."""
    first = strata.treated_first
    return len(first) >= ALTERNATION_PAIRS and bool(first.all() or not first.any())
