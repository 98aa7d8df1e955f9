"""What is tried, against what, and in which order: pairs of blocks whose order a fair coin decides.

A *block* is a run of nights under one condition. Two blocks, one of each condition, make a *pair*. Within each pair a
coin decides which condition comes first; the coins are independent. Slow changes (a better month, a warm week)
touch both halves of a pair alike, and no one can foretell the next pair.

The first nights of a block may be *washout* nights: they are lived and logged, but not counted, because what was
done before may linger.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from quietlegs.core.base.errors import QuietlegsError
from quietlegs.core.base.messages import message

MIN_PAIRS = 6  # with 5 pairs the smallest two-sided p-value is 2/32 = 0.06: no answer could ever be clear
MAX_PAIRS = 366  # two years of nightly pairs
MAX_BLOCK_NIGHTS = 56


class DesignError(QuietlegsError):
    """An experiment that cannot be run as described; the message says what to change."""


class Linger(StrEnum):
    """How long an effect is thought to last after the last use. It decides the length of the blocks."""

    GONE_NEXT_DAY = "gone_next_day"
    A_FEW_DAYS = "a_few_days"
    UNKNOWN = "unknown"


# block nights and washout nights. Seven-night blocks hold every weekday once; two dropped nights leave a quarter of
# an effect whose half-life is one day. Measured with a half-life of 1.5 nights (docs/explanation/experiments.md).
BLOCKS_FOR: dict[Linger, tuple[int, int]] = {
    Linger.GONE_NEXT_DAY: (1, 0),
    Linger.A_FEW_DAYS: (7, 2),
    Linger.UNKNOWN: (7, 2),
}


# What people and programs call the condition without a remedy.
NO_REMEDY = frozenset("none no nothing neither nada ninguno off without control placebo sham usual".split())


def is_no_remedy(condition: str) -> bool:
    """Return whether a condition's name plainly means that nothing was done that could help.

    >>> is_no_remedy("Nothing"), is_no_remedy("massage")
    (True, False)
    """
    return condition.strip().casefold() in NO_REMEDY


@dataclass(frozen=True, slots=True)
class Pause:
    """Nights on which the experiment rests: a holiday, a flare, an illness. Both ends belong to it.

    ``declared`` is the evening on which a later pause was declared; None for a pause known before the start.
    """

    first: date
    last: date
    declared: date | None = None

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise DesignError(
                message(
                    "The pause ends on {last}, before it starts on {first}. Swap the two dates.",
                    last=self.last,
                    first=self.first,
                )
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What every design fixes before the first night, of one remedy or of two.

    Attributes:
        outcome: the one outcome that decides, by name.
        start: the evening of the first night.
        lower_is_better: the declared direction of benefit.
        block_nights: nights in a run of one condition.
        washout_nights: nights dropped at the start of each run.
        pauses: rests known beforehand. Nights that are compared with each other and that a pause would cut start after it.
    """

    outcome: str
    start: date
    lower_is_better: bool = True
    block_nights: int = 1
    washout_nights: int = 0
    pauses: tuple[Pause, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Design(Frame):
    """An experiment of one remedy as it is fixed before the first night.

    Attributes:
        reference: what the remedy is compared with ("none", or a comparator).
        treatment: the remedy. Must read differently from ``reference``.
        pairs: planned pairs of blocks, 6 to 366. Fixed: an experiment may end early at a planned look, never late.
    """

    reference: str
    treatment: str
    pairs: int

    def __post_init__(self) -> None:
        _check(self)

    @property
    def nights(self) -> int:
        """Nights under either condition, pauses not counted."""
        return 2 * self.pairs * self.block_nights


def _check(design: Design) -> None:
    if design.reference.strip().casefold() == design.treatment.strip().casefold():
        raise DesignError(
            message(
                'Both conditions are named "{treatment}". Give them names that differ, or nobody can tell what was done.',
                treatment=design.treatment,
            )
        )
    if not design.reference.strip() or not design.treatment.strip():
        raise DesignError(
            message("A condition has no name. Say in a word or two what is done on those nights.")
        )
    if not MIN_PAIRS <= design.pairs <= MAX_PAIRS:
        raise DesignError(
            message(
                "{pairs} pairs are planned. Plan {fewest} to {most}: with fewer than {fewest} no result could be told from luck.",
                pairs=design.pairs,
                fewest=MIN_PAIRS,
                most=MAX_PAIRS,
            )
        )
    if not 1 <= design.block_nights <= MAX_BLOCK_NIGHTS:
        raise DesignError(
            message(
                "A block has {block_nights} nights. Choose 1 to {most}.",
                block_nights=design.block_nights,
                most=MAX_BLOCK_NIGHTS,
            )
        )
    if not 0 <= design.washout_nights < design.block_nights:
        raise DesignError(
            message(
                "{washout_nights} of {block_nights} nights of a block are dropped. At least one night must be left to count.",
                washout_nights=design.washout_nights,
                block_nights=design.block_nights,
            )
        )


def design_for(
    linger: Linger, *, reference: str, treatment: str, outcome: str, nights: int, start: date, **rest: object
) -> Design:
    """Return the design for a remedy whose effect lingers so long, of at most ``nights`` nights.

    Raises:
        DesignError: when ``nights`` does not hold 6 pairs.
    """
    block, washout = BLOCKS_FOR[linger]
    pairs = nights // (2 * block)
    if pairs < MIN_PAIRS:
        raise DesignError(
            message(
                "{nights} nights hold {pairs} pairs of {block}-night blocks. At least {fewest} pairs are needed: {fewest_nights} nights.",
                nights=nights,
                pairs=pairs,
                block=block,
                fewest=MIN_PAIRS,
                fewest_nights=MIN_PAIRS * 2 * block,
            )
        )
    return Design(
        reference=reference,
        treatment=treatment,
        outcome=outcome,
        pairs=min(pairs, MAX_PAIRS),
        start=start,
        block_nights=block,
        washout_nights=washout,
        **rest,  # type: ignore[arg-type]
    )


@dataclass(frozen=True, slots=True)
class PlannedNight:
    """One night of the schedule. ``block`` and ``pair`` count from 1; ``position`` is the night in its block."""

    evening: date
    condition: str
    pair: int
    block: int
    position: int
    is_washout: bool


@dataclass(frozen=True, slots=True)
class Schedule:
    """The order that the coin drew, on the calendar.

    ``treated_first`` holds one claim per pair: the remedy comes first. It is the whole secret of the experiment.
    """

    design: Design
    treated_first: tuple[bool, ...]
    nights: tuple[PlannedNight, ...]

    def on(self, evening: date) -> PlannedNight | None:
        """Return what is planned for that evening; None before, after and in a pause."""
        return next((night for night in self.nights if night.evening == evening), None)

    @property
    def last(self) -> date:
        """The evening of the last night."""
        return self.nights[-1].evening

    @property
    def labels(self) -> tuple[int, ...]:
        """The block label of each night, by which the analysis finds what a coin ordered."""
        return tuple(night.block for night in self.nights)

    def pairs_ended_before(self, evening: date) -> int:
        """Return how many pairs are complete on the morning of ``evening``."""
        ends: dict[int, date] = {night.pair: night.evening for night in self.nights}
        return sum(end < evening for end in ends.values())


def flip_coins(pairs: int, seed: int) -> tuple[bool, ...]:
    """Return for each pair whether the remedy comes first: independent fair coins.

    The generator is NumPy's PCG64, whose stream is part of NumPy's compatibility promise, so that a sealed seed
    gives the same order on any computer.

    >>> flip_coins(8, seed=2026)
    (True, False, False, True, False, False, False, False)
    """
    coins: NDArray[np.int64] = np.random.Generator(np.random.PCG64(seed)).integers(0, 2, pairs)
    return tuple(bool(coin) for coin in coins)


def draw(design: Design, seed: int) -> Schedule:
    """Return the schedule that ``seed`` draws for a design. The same seed gives the same schedule."""
    return lay_out(design, flip_coins(design.pairs, seed))


def lay_out(design: Design, treated_first: Sequence[bool], later_pauses: Sequence[Pause] = ()) -> Schedule:
    """Return a given order on the calendar, around the design's pauses. O(nights + pauses).

    A pair that has not begun is never cut: when a pause falls into it, the whole pair starts after the pause.
    Nights of a pair lie side by side, or what made the pause (a flare, a journey) would weigh on one condition
    alone. A pair that had begun when a later pause was declared stays where it is, and its nights in the pause are
    missed nights: were it drawn again, a bad half could be thrown away.

    Args:
        design: what was fixed at the start, with the pauses known then.
        treated_first: one claim per pair.
        later_pauses: pauses declared since. They move pairs; they never change the order.
    """
    if len(treated_first) != design.pairs:
        raise DesignError(
            message(
                "The order has {count} pairs, the design {pairs}.",
                count=len(treated_first),
                pairs=design.pairs,
            )
        )
    pauses = sorted((*design.pauses, *later_pauses), key=lambda pause: pause.first)
    nights: list[PlannedNight] = []
    evening = design.start
    for pair, first in enumerate(treated_first, start=1):
        evening = after_pauses(evening, 2 * design.block_nights, pauses)
        for half, treated in enumerate((first, not first)):
            for position in range(1, design.block_nights + 1):
                nights.append(
                    PlannedNight(
                        evening=evening,
                        condition=design.treatment if treated else design.reference,
                        pair=pair,
                        block=2 * pair - 1 + half,
                        position=position,
                        is_washout=position <= design.washout_nights,
                    )
                )
                evening += timedelta(days=1)
    return Schedule(design, tuple(treated_first), tuple(nights))


def after_pauses(evening: date, span: int, pauses: Sequence[Pause]) -> date:
    """Return the first evening, from one on, that has ``span`` nights in a row outside ``pauses``, which are in order."""
    for pause in pauses:
        had_begun = pause.declared is not None and evening < pause.declared
        if evening <= pause.last and evening + timedelta(days=span - 1) >= pause.first and not had_begun:
            evening = pause.last + timedelta(days=1)
    return evening
