"""The nights of an experiment as they came back, in order of date, and the blocks they form."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from quietlegs.core.base.errors import QuietlegsError
from quietlegs.core.base.messages import message
from quietlegs.core.diary.night import OutcomeKind

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


class TrialError(QuietlegsError):
    """Nights that cannot be analysed; the message says what is missing and how to mend it."""


class Randomised(StrEnum):
    """Whether the order was drawn by lot: said by the file, denied by it, or judged from the order itself."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class TrialNights:
    """An experiment's nights. All arrays have shape (nights,), in order of date.

    Attributes:
        evenings: day numbers (``date.toordinal``), strictly rising; gaps are nights without a record.
        treated: assigned condition, 1 for the treatment and 0 for the reference.
        block: block labels as given.
        outcome: the outcome, NaN where not logged.
        is_washout: nights lived but not counted.
        adhered: 1 done as assigned, 0 not, NaN not known.
        reference, treatment: names of the conditions.
        outcome_name, kind, lower_is_better: what was measured, and which direction is benefit.
        other, other_name: in a factorial of two, the other remedy on the same nights; else None and "".
    """

    evenings: Ints
    treated: Bools
    block: Ints
    outcome: Floats
    is_washout: Bools
    adhered: Floats
    reference: str
    treatment: str
    outcome_name: str
    kind: OutcomeKind
    lower_is_better: bool = True
    other: Bools | None = None
    other_name: str = ""

    def __post_init__(self) -> None:
        _check(self)

    def __len__(self) -> int:
        return len(self.evenings)

    @property
    def counted(self) -> Bools:
        """Whether a night counts: logged, and no washout night."""
        return ~self.is_washout & ~np.isnan(self.outcome)

    def evening(self, index: int) -> date:
        """Return the date that names a night."""
        return date.fromordinal(int(self.evenings[index]))

    def first(self, nights: int) -> "TrialNights":
        """Return the experiment cut after its first ``nights`` nights."""
        cut = slice(0, nights)
        return self._with(cut)

    def _with(self, cut: slice) -> "TrialNights":
        names = ("evenings", "treated", "block", "outcome", "is_washout", "adhered")
        other = None if self.other is None else self.other[cut]
        return replace(self, other=other, **{name: getattr(self, name)[cut] for name in names})

    def with_outcome(self, outcome: Floats, kind: OutcomeKind | None = None) -> "TrialNights":
        """Return the same nights with another outcome column."""
        return replace(self, outcome=outcome, kind=kind or self.kind)

    def with_washout(self, is_washout: Bools) -> "TrialNights":
        """Return the same nights with other nights dropped."""
        return replace(self, is_washout=is_washout)


def _check(nights: TrialNights) -> None:
    if nights.reference.strip().casefold() == nights.treatment.strip().casefold():
        raise TrialError(
            message(
                'Both conditions are named "{treatment}". Give them names that differ, one for each thing done.',
                treatment=nights.treatment,
            )
        )
    if len(nights.evenings) == 0:
        raise TrialError(message("The experiment has no nights yet. Log a night first."))
    if len(nights.evenings) > 1 and np.any(np.diff(nights.evenings) <= 0):
        raise ValueError("evenings must rise strictly; sort the nights and join doubles first")
    for name, arm in ((nights.treatment, nights.treated), (nights.reference, ~nights.treated)):
        if not arm.any():
            raise TrialError(
                message(
                    'No night has the condition "{name}". Both conditions must have been lived.', name=name
                )
            )
        if not (arm & nights.counted).any():
            raise TrialError(
                message(
                    'On no night with "{name}" is {outcome_name} known and counted: all {count} are missing or washout. Without them there is nothing to compare. Log some of those nights, or start the experiment again.',
                    name=name,
                    outcome_name=nights.outcome_name,
                    count=int(arm.sum()),
                )
            )


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """Runs of nights under one condition, in order. Arrays have shape (blocks,).

    ``label`` is the block's label in the data. ``count`` is the number of nights that count; ``total`` and ``mean``
    are of the outcome over them (mean is NaN for a block without any).
    """

    start: Ints
    end: Ints
    treated: Bools
    label: Ints
    count: Ints
    total: Floats
    mean: Floats

    def __len__(self) -> int:
        return len(self.start)


def blocks_of(nights: TrialNights) -> Blocks:
    """Return the experiment's blocks: a block ends where the condition or the label changes. O(nights)."""
    change = (np.diff(nights.treated.astype(np.int64)) != 0) | (np.diff(nights.block) != 0)
    start = np.concatenate(([0], np.flatnonzero(change) + 1)).astype(np.int64)
    end = np.append(start[1:], len(nights)).astype(np.int64)
    counted = nights.counted
    values = np.where(counted, nights.outcome, 0.0)
    count = np.add.reduceat(counted.astype(np.int64), start)
    total = np.add.reduceat(values, start)
    mean = np.divide(total, count, out=np.full(len(start), np.nan), where=count > 0)
    return Blocks(start, end, nights.treated[start], nights.block[start], count, total, mean)


def as_arrays(
    evenings: Sequence[date], conditions: Sequence[bool], block: Sequence[int] | None = None
) -> tuple[Ints, Bools, Ints]:
    """Return day numbers, assignment and block labels as arrays; runs of one condition are blocks by default."""
    days = np.array([evening.toordinal() for evening in evenings], dtype=np.int64)
    treated = np.array(conditions, dtype=np.bool_)
    if block is not None:
        return days, treated, np.array(block, dtype=np.int64)
    runs = np.concatenate(([0], np.cumsum(np.diff(treated.astype(np.int64)) != 0))) + 1
    return days, treated, runs.astype(np.int64)
