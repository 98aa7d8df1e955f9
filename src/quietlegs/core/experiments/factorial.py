"""Two remedies at once, fairly: a factorial design of two, each judged over the nights with and without the other.

Every block holds four conditions: none, one, the other, both. Their order is shuffled within each block. For the effect of one
remedy, the two conditions without the other make a pair and the two with it make another: given where the other remedy
fell, a fair coin decided within each. So both remedies are tested exactly, each at the price of one trial, and each test
holds whatever the other remedy does. With two tests, each is judged at half the error (Bonferroni).

The size comes from a model that holds both remedies and what they bring only together, so that neither is blurred by the
other. Nothing is looked at before the end: one of the two may be clear early, and stopping then would leave the other open.

Source: Fisher 1935, The Design of Experiments, chapter 6.
"""

from dataclasses import dataclass, replace

import numpy as np

from quietlegs.core.base.messages import message
from quietlegs.core.experiments.analysis import Analysis, Verdict, analyse
from quietlegs.core.experiments.monitoring import ALPHA
from quietlegs.core.experiments.nights import Bools, Ints, Randomised, TrialError, TrialNights
from quietlegs.core.experiments.sequences import SpaceKind

CONDITIONS_IN_BLOCK = 4
FEWEST_BLOCKS = 4  # 8 pairs for each remedy: p can reach 2/256


@dataclass(frozen=True, slots=True, eq=False)
class TwoRemedies:
    """The answers for both remedies; their verdicts hold the error of 0.05 over both together."""

    first: Analysis
    second: Analysis


def draw_blocks(blocks: int, nights_each: int, seed: int) -> tuple[Bools, Bools, Ints]:
    """Return for each night whether it has the first and the second remedy, and its block (from 1).

    Args:
        blocks: shuffled blocks of four conditions; at least 4.
        nights_each: nights under each condition in a block.
        seed: of the order.
    """
    if blocks < FEWEST_BLOCKS:
        raise TrialError(
            message(
                "{blocks} blocks are planned. Plan at least {fewest}, {conditions} conditions.",
                blocks=blocks,
                fewest=FEWEST_BLOCKS,
                conditions=FEWEST_BLOCKS * CONDITIONS_IN_BLOCK,
            )
        )
    generator = np.random.Generator(np.random.PCG64(seed))
    order = np.concatenate([generator.permutation(CONDITIONS_IN_BLOCK) for _ in range(blocks)]).repeat(
        nights_each
    )
    block = np.arange(1, blocks + 1).repeat(CONDITIONS_IN_BLOCK * nights_each)
    return (order & 1).astype(np.bool_), (order & 2).astype(np.bool_), block.astype(np.int64)


def pairs_of_one(nights: TrialNights, other: Bools, other_name: str) -> TrialNights:
    """Return the nights with blocks that pair this remedy with its absence at the same state of the other.

    ``nights.treated`` is the remedy that is asked about, ``other`` the other one, shape (nights,).
    """
    return replace(
        nights, block=2 * nights.block + other.astype(np.int64), other=other, other_name=other_name
    )


def analyse_one(nights: TrialNights, *, seed: int = 0) -> Analysis:
    """Return the answer for one remedy of two, at half the error, over the nights of :func:`pairs_of_one`."""
    found = analyse(nights, space_kind=SpaceKind.PAIRS, randomised=Randomised.YES, seed=seed)
    return replace(found, verdict=_at_half_the_error(found))


def analyse_two(first: TrialNights, second_treated: Bools, second_name: str, *, seed: int = 0) -> TwoRemedies:
    """Analyse a factorial of two.

    Args:
        first: the nights, ``treated`` by the first remedy, with shuffled blocks of four conditions as ``block``.
        second_treated: the second remedy on the same nights, shape (nights,).
        second_name: its name.
        seed: of drawn sequences.

    Raises:
        TrialError: when a block does not hold all four conditions.
    """
    _check_blocks(first.treated, second_treated, first.block)
    second = replace(first, treated=second_treated, treatment=second_name)
    return TwoRemedies(
        analyse_one(pairs_of_one(first, second_treated, second_name), seed=seed),
        analyse_one(pairs_of_one(second, first.treated, first.treatment), seed=seed),
    )


def _check_blocks(first: Bools, second: Bools, block: Ints) -> None:
    for label in np.unique(block):
        rows = block == label
        if len(np.unique(first[rows].astype(int) + 2 * second[rows].astype(int))) < CONDITIONS_IN_BLOCK:
            raise TrialError(
                message(
                    "Block {label} does not hold all four conditions (none, one, the other, both). "
                    "Complete it, or leave it out.",
                    label=label,
                )
            )


def _at_half_the_error(found: Analysis) -> Verdict:
    """Return the verdict of one remedy of two: clear only at half of the error, for there are two tests."""
    if found.verdict in (Verdict.HELPS, Verdict.HARMS) and (
        found.randomisation is None or found.randomisation.p > ALPHA / 2
    ):
        return Verdict.CANNOT_SAY_YET
    return found.verdict
