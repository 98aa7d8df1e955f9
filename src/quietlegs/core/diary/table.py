"""The night table: what the statistics read.

One row per *calendar* night from the first night logged to the last, so that a gap is a row of not-known
values and time keeps its pace. Not known is NaN. Nothing is filled in.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from quietlegs.core.diary.night import OUTCOMES, Diary, FactorKind, OutcomeKind

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class FactorColumn:
    """A factor over the calendar nights: ``values`` has shape (nights,), NaN where not known."""

    name: str
    kind: FactorKind
    unit: str | None
    values: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class OutcomeColumn:
    """An outcome over the calendar nights: ``values`` has shape (nights,), NaN where not known."""

    name: str
    kind: OutcomeKind
    values: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class NightTable:
    """Calendar nights ``first``, ``first`` + 1 day, ...; every column has one value for each of them."""

    first: date
    span: int
    outcomes: tuple[OutcomeColumn, ...]
    factors: tuple[FactorColumn, ...]

    def evening(self, row: int) -> date:
        """Return the date that names the night in this row."""
        return self.first + timedelta(days=row)

    def outcome(self, name: str) -> OutcomeColumn | None:
        """Return the outcome column of that name, or None."""
        return next((column for column in self.outcomes if column.name == name), None)

    def factor(self, name: str) -> FactorColumn | None:
        """Return the factor column of that name, or None."""
        return next((column for column in self.factors if column.name == name), None)


def night_table(diary: Diary) -> NightTable | None:
    """Lay a diary out on the calendar; None for a diary without nights.

    Columns come in a fixed order: outcomes as Quietlegs lists them, factors as the diary does. O(nights x columns).
    """
    if not diary.nights:
        return None
    first = min(night.evening for night in diary.nights)
    span = (max(night.evening for night in diary.nights) - first).days + 1
    rows = np.array([(night.evening - first).days for night in diary.nights])

    def column(known: list[float | None]) -> FloatArray:
        values = np.full(span, np.nan)
        values[rows] = [np.nan if value is None else value for value in known]
        return values

    present = {name for night in diary.nights for name in night.outcomes}
    return NightTable(
        first=first,
        span=span,
        outcomes=tuple(
            OutcomeColumn(name, field.kind, column([night.outcomes.get(name) for night in diary.nights]))
            for name, field in OUTCOMES.items()
            if name in present
        ),
        factors=tuple(
            FactorColumn(
                factor.name,
                factor.kind,
                factor.unit,
                column([n.factors.get(factor.name) for n in diary.nights]),
            )
            for factor in diary.factors
        ),
    )
