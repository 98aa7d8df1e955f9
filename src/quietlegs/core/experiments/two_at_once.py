"""Two remedies at once, before the start: blocks of four conditions, drawn, sealed and laid out on the calendar.

A block holds four runs of nights: neither remedy, the first, the second, both; a shuffle decides their order in each block.
The analysis is :mod:`factorial`. Design, seed and order are sealed as :mod:`seal` does it for one remedy.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from quietlegs.core.base.messages import message
from quietlegs.core.experiments.design import (
    BLOCKS_FOR,
    Design,
    DesignError,
    Frame,
    Linger,
    Pause,
    PlannedNight,
    Schedule,
    after_pauses,
)
from quietlegs.core.experiments.factorial import CONDITIONS_IN_BLOCK, FEWEST_BLOCKS, draw_blocks
from quietlegs.core.experiments.nights import Bools, TrialNights
from quietlegs.core.experiments.seal import (
    Sealed,
    canonical_json,
    check_planned,
    check_seed,
    checked_fields,
    frame_fields,
    open_sealed,
    read_frame,
    seal_of,
)

NEITHER = "none"
MOST_BLOCKS = 183
TWO_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoDesign(Frame):
    """A factorial of two as it is fixed before the first night.

    Attributes:
        first: one remedy. Must read differently from ``second``.
        second: the other.
        blocks: shuffled blocks of four conditions, 4 to 183.
    """

    first: str
    second: str
    blocks: int

    def __post_init__(self) -> None:
        names = {name.strip().casefold() for name in (self.first, self.second, NEITHER)}
        if len(names) < 3 or "" in names or any("+" in name for name in names):
            raise DesignError(
                message(
                    'The remedies are named "{first}" and "{second}". Give them two names that differ, without "+", and not "{neither}".',
                    first=self.first,
                    second=self.second,
                    neither=NEITHER,
                )
            )
        if not FEWEST_BLOCKS <= self.blocks <= MOST_BLOCKS:
            each = CONDITIONS_IN_BLOCK * self.block_nights
            raise DesignError(
                message(
                    "{blocks} blocks of {each} nights are planned. Plan {fewest} to {most}: at least {fewest_nights} nights.",
                    blocks=self.blocks,
                    each=each,
                    fewest=FEWEST_BLOCKS,
                    most=MOST_BLOCKS,
                    fewest_nights=FEWEST_BLOCKS * each,
                )
            )

    @property
    def nights(self) -> int:
        """Nights under the four conditions, pauses not counted."""
        return CONDITIONS_IN_BLOCK * self.blocks * self.block_nights

    @property
    def conditions(self) -> tuple[str, str, str, str]:
        """The four conditions, as they stand in a file of nights."""
        return NEITHER, self.first, self.second, f"{self.first}+{self.second}"


@dataclass(frozen=True, slots=True)
class TwoSchedule:
    """The order that was drawn, on the calendar. ``nights[i].pair`` and ``.block`` are both the shuffled block, from 1."""

    design: TwoDesign
    nights: tuple[PlannedNight, ...]

    def on(self, evening: date) -> PlannedNight | None:
        """Return what is planned for that evening; None before, after and in a pause."""
        return next((night for night in self.nights if night.evening == evening), None)

    @property
    def last(self) -> date:
        """The evening of the last night."""
        return self.nights[-1].evening


@dataclass(frozen=True, slots=True)
class SealedTwo:
    """A sealed factorial of two: the schedule, the seed that drew it, and the seal that was shown."""

    schedule: TwoSchedule
    seed: int
    seal: str

    @property
    def text(self) -> str:
        """The text that was sealed."""
        return canonical_two(self.schedule.design, self.seed)


def design_two(
    linger: Linger,
    *,
    first: str,
    second: str,
    outcome: str,
    nights: int,
    start: date,
    lower_is_better: bool = True,
    pauses: tuple[Pause, ...] = (),
) -> TwoDesign:
    """Return the design for two remedies whose effects linger so long, of at most ``nights`` nights.

    Raises:
        DesignError: when ``nights`` does not hold 4 blocks, or the names cannot be told apart.
    """
    each, washout = BLOCKS_FOR[linger]
    return TwoDesign(
        first=first,
        second=second,
        outcome=outcome,
        blocks=min(nights // (CONDITIONS_IN_BLOCK * each), MOST_BLOCKS),
        start=start,
        lower_is_better=lower_is_better,
        block_nights=each,
        washout_nights=washout,
        pauses=pauses,
    )


def draw_two(design: TwoDesign, seed: int, later_pauses: Sequence[Pause] = ()) -> TwoSchedule:
    """Return the schedule that ``seed`` draws. The same seed gives the same schedule. O(nights).

    ``later_pauses`` were declared since the start: they move blocks that have not begun, and never change the order.
    """
    first, second, block = draw_blocks(design.blocks, design.block_nights, seed)
    pauses = sorted((*design.pauses, *later_pauses), key=lambda pause: pause.first)
    span = CONDITIONS_IN_BLOCK * design.block_nights
    nights: list[PlannedNight] = []
    evening = design.start
    for i in range(design.nights):
        if i % span == 0:
            evening = after_pauses(evening, span, pauses)
        position = i % design.block_nights + 1
        nights.append(
            PlannedNight(
                evening=evening,
                condition=design.conditions[int(first[i]) + 2 * int(second[i])],
                pair=int(block[i]),
                block=int(block[i]),
                position=position,
                is_washout=position <= design.washout_nights,
            )
        )
        evening += timedelta(days=1)
    return TwoSchedule(design, tuple(nights))


@dataclass(frozen=True, slots=True)
class OneOfTwo(Schedule):
    """The schedule of one remedy of two: with it or without it each night; ``other`` is whether the other one is on too.

    ``nights[i].pair`` is the shuffled block of four conditions, and ``.block`` counts the runs of nights from 1.
    """

    other: tuple[bool, ...] = ()
    other_name: str = ""

    @property
    def labels(self) -> tuple[int, ...]:
        """Nights of a shuffled block at the same state of the other remedy: with and without this one, they are a pair."""
        return tuple(2 * night.pair + other for night, other in zip(self.nights, self.other, strict=True))


def one_of_two(both: TwoSchedule, *, second: bool, reference: str) -> OneOfTwo:
    """Return the schedule of the first or the second remedy by itself, compared with ``reference``."""
    design = both.design
    remedy, other = (design.second, design.first) if second else (design.first, design.second)
    has = {name: (remedy in name.split("+"), other in name.split("+")) for name in design.conditions}
    return OneOfTwo(
        Design(
            reference=reference,
            treatment=remedy,
            outcome=design.outcome,
            pairs=2 * design.blocks,
            start=design.start,
            lower_is_better=design.lower_is_better,
            block_nights=design.block_nights,
            washout_nights=design.washout_nights,
            pauses=design.pauses,
        ),
        (),
        tuple(
            replace(
                night,
                condition=remedy if has[night.condition][0] else reference,
                block=i // design.block_nights + 1,
            )
            for i, night in enumerate(both.nights)
        ),
        tuple(has[night.condition][1] for night in both.nights),
        other,
    )


def canonical_two(design: TwoDesign, seed: int) -> str:
    """Return the text that is sealed: JSON with sorted keys, no spaces, dates in ISO form, ASCII only."""
    runs = draw_two(design, seed).nights[:: design.block_nights]
    return canonical_json(
        {
            **frame_fields(design, seed),
            "blocks": design.blocks,
            "first": design.first,
            "second": design.second,
            "sequence": "".join(str(design.conditions.index(night.condition)) for night in runs),
            "two_version": TWO_VERSION,
        }
    )


def seal_two(design: TwoDesign, seed: int) -> SealedTwo:
    """Draw and seal a factorial of two. ``seed`` is 0 to 2^128 - 1."""
    check_seed(seed)
    return SealedTwo(draw_two(design, seed), seed, seal_of(canonical_two(design, seed)))


def is_two(text: str) -> bool:
    """Return whether a sealed text is of two remedies at once."""
    return '"two_version":' in text


def open_any(text: str, shown_seal: str) -> Sealed | SealedTwo:
    """Return the experiment of one remedy or of two in a sealed text, after checking it against the seal that was shown.

    Raises:
        BrokenSealError: when the text was changed after the start, in whatever part.
    """
    if not is_two(text):
        return open_sealed(text, shown_seal)
    fields = checked_fields(text, shown_seal)
    design = TwoDesign(
        first=fields["first"], second=fields["second"], blocks=fields["blocks"], **read_frame(fields)
    )
    return SealedTwo(draw_two(design, int(fields["seed"])), int(fields["seed"]), shown_seal)


def check_two(sealed: SealedTwo, nights: TrialNights, second_treated: Bools) -> None:
    """Check that nights were lived in the sealed order.

    Args:
        sealed: the sealed factorial.
        nights: treated by the first remedy.
        second_treated: the second remedy on the same nights, shape (nights,).

    Raises:
        BrokenSealError: when a night has another condition than was drawn, with its date.
    """
    lived = [
        sealed.schedule.design.conditions[int(nights.treated[i]) + 2 * int(second_treated[i])]
        for i in range(len(nights))
    ]
    check_planned(sealed.schedule.nights, [nights.evening(i) for i in range(len(nights))], lived)
