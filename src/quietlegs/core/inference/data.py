"""What the engine reads: one outcome and factor columns over calendar nights, scaled so that effects compare.

A yes/no factor stays 0/1; any other is divided by 2 SD, so that one step means "from low to high"
(Gelman 2008, doi 10.1002/sim.3107). Columns are centred. Not known stays NaN.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from quietlegs.core.base.messages import message
from quietlegs.core.diary.night import FactorKind, OutcomeKind
from quietlegs.core.diary.table import NightTable
from quietlegs.core.inference.families import Family, FloatArray, usual_family
from quietlegs.core.inference.refusals import CannotFit, Refusal

FEWEST_NIGHTS = 3  # below this there is nothing to average
LONGEST_SPAN = 40_000  # nights: a long life
LARGEST_COUNT = 10_000
ALMOST_SAME = 0.9999  # |correlation| at which two columns are one


@dataclass(frozen=True, slots=True)
class Column:
    """What one column of the design is.

    One step of the column is ``scale`` natural units of the factor; ``centre`` is the factor's mean.
    ``lag`` is 0 for the same day, 1 for the day before.
    """

    name: str
    factor: str
    lag: int = 0
    scale: float = 1.0
    centre: float = 0.0
    unit: str | None = None


class LeftOutBecause(StrEnum):
    """Why a factor's column is not in the model."""

    NEVER_KNOWN = "never_known"
    NEVER_CHANGES = "never_changes"
    SAME_AS_ANOTHER = "same_as_another"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A column that is not in the model, why, and the column it repeats if it does."""

    column: Column
    because: LeftOutBecause
    same_as: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class LatentData:
    """One outcome over calendar nights with its factor columns.

    ``y`` (n,) with NaN on nights not logged: counts, 0/1, whole-numbered scale values, or amounts.
    ``columns`` (n, p), scaled and centred, NaN where not known; ``labels`` names them.
    ``first_weekday`` is 0 (Monday) to 6 of row 0, None to leave weekdays out. ``outcome`` is the outcome's name.
    Build it with :func:`latent_data` (arrays) or :func:`from_table` (a night table): both check it.
    """

    y: FloatArray
    family: Family
    columns: FloatArray
    labels: tuple[Column, ...]
    first_weekday: int | None = None
    outcome: str = "cramps"
    left_out: tuple[LeftOut, ...] = ()

    @property
    def nights(self) -> int:
        """Calendar nights from first to last."""
        return self.y.size

    @property
    def logged(self) -> np.ndarray:
        """True on nights whose outcome is known, (n,)."""
        return ~np.isnan(self.y)

    def index(self, name: str) -> int:
        """Return the position of the column of that name; KeyError if it is not in the model."""
        for position, label in enumerate(self.labels):
            if label.name == name:
                return position
        raise KeyError(name)

    def of_factor(self, factor: str) -> tuple[int, ...]:
        """Return the positions of all columns (lags) of a factor."""
        return tuple(i for i, label in enumerate(self.labels) if label.factor == factor)


def latent_data(
    y: FloatArray,
    columns: FloatArray,
    *,
    kind: OutcomeKind = OutcomeKind.COUNT,
    family: Family | None = None,
    labels: Sequence[Column] | None = None,
    first_weekday: int | None = None,
    outcome: str = "cramps",
) -> LatentData:
    """Check arrays and wrap them; columns are centred, not scaled, and useless ones are left out with their reason.

    Args:
        y: (n,), NaN where not logged.
        columns: (n, p), NaN where not known.
        kind: how the outcome is measured; decides the family unless ``family`` is given.
        labels: one per column; x0, x1, ... by default.

    Raises:
        CannotFit: wrong shapes, infinities, impossible values, too few nights, or an outcome that never changes.
    """
    y = np.array(y, dtype=float)
    columns = np.array(columns, dtype=float)
    if y.ndim != 1 or columns.ndim != 2 or columns.shape[0] != y.size:
        raise CannotFit(
            Refusal.WRONG_SHAPE,
            f"{y.shape} outcomes and {columns.shape} factor values do not fit.",
        )
    given = (
        tuple(labels)
        if labels is not None
        else tuple(Column(f"x{j}", f"x{j}") for j in range(columns.shape[1]))
    )
    if len(given) != columns.shape[1]:
        raise CannotFit(
            Refusal.WRONG_SHAPE,
            f"{len(given)} names for {columns.shape[1]} columns.",
        )
    chosen = family or usual_family(kind)
    check_outcome(y, chosen)
    if np.isinf(columns).any():
        where = given[int(np.flatnonzero(np.isinf(columns).any(0))[0])].name
        raise CannotFit(
            Refusal.NOT_A_NUMBER,
            message("{where} holds a value that is not a finite number. Correct it.", where=where),
        )
    kept, kept_labels, left_out = _sift(columns, given, ~np.isnan(y))
    return LatentData(y, chosen, kept, kept_labels, first_weekday, outcome, left_out)


def check_outcome(y: FloatArray, family: Family) -> None:
    """Refuse an outcome that no model can carry, with a sentence that says why."""
    known = y[~np.isnan(y)]
    if np.isinf(known).any():
        raise CannotFit(
            Refusal.NOT_A_NUMBER, message("A night holds a value that is not a finite number. Correct it.")
        )
    if known.size < FEWEST_NIGHTS:
        raise CannotFit(
            Refusal.TOO_FEW_NIGHTS,
            message(
                "{size} of the {fewest} nights needed at the least are logged. Log more nights.",
                size=known.size,
                fewest=FEWEST_NIGHTS,
            ),
        )
    if y.size > LONGEST_SPAN:
        raise CannotFit(
            Refusal.TOO_LONG,
            message("The diary spans {size} nights. Check its first and last date.", size=y.size),
        )
    if not family.is_amount:
        if (known < 0).any() or (known != np.floor(known)).any():
            raise CannotFit(
                Refusal.IMPOSSIBLE_VALUE, message("A night holds a value that is not a whole number from 0.")
            )
        if (known > LARGEST_COUNT).any():
            raise CannotFit(
                Refusal.IMPOSSIBLE_VALUE,
                message("A night holds more than {most}. Correct it.", most=LARGEST_COUNT),
            )
    same = (known > 0) if family is Family.LOGISTIC else known
    if (same == same[0]).all():
        raise CannotFit(
            Refusal.OUTCOME_NEVER_CHANGES,
            message("Every logged night is the same, so nothing can be compared yet."),
        )


def _sift(
    columns: FloatArray, labels: tuple[Column, ...], logged: np.ndarray
) -> tuple[FloatArray, tuple[Column, ...], tuple[LeftOut, ...]]:
    """Centre the columns on logged nights and set aside those that cannot carry an effect."""
    keep: list[int] = []
    left_out: list[LeftOut] = []
    centred = np.empty_like(columns)
    for j, label in enumerate(labels):
        column = columns[:, j]
        known = column[logged & ~np.isnan(column)]
        if known.size == 0:
            left_out.append(LeftOut(label, LeftOutBecause.NEVER_KNOWN))
            continue
        if np.ptp(known) <= 1e-9 * max(1.0, float(np.abs(known).max())):
            left_out.append(LeftOut(label, LeftOutBecause.NEVER_CHANGES))
            continue
        centred[:, j] = column - known.mean()
        keep.append(j)
    twin = _twins(centred, keep)
    left_out += [
        LeftOut(labels[j], LeftOutBecause.SAME_AS_ANOTHER, labels[twin[j]].name) for j in keep if j in twin
    ]
    keep = [j for j in keep if j not in twin]
    return centred[:, keep], tuple(labels[j] for j in keep), tuple(left_out)


def _twins(columns: FloatArray, keep: Sequence[int]) -> dict[int, int]:
    """Return {column: earlier column it repeats}, among columns known on the same nights."""
    if len(keep) < 2:
        return {}
    known = ~np.isnan(columns[:, keep])
    filled = np.where(known, columns[:, keep], 0.0)
    unit = filled / np.sqrt((filled**2).sum(0))
    close = np.abs(unit.T @ unit) > ALMOST_SAME
    twin: dict[int, int] = {}
    for b in range(1, len(keep)):
        for a in (int(i) for i in np.flatnonzero(close[b, :b])):
            if keep[a] not in twin and np.array_equal(known[:, a], known[:, b]):
                twin[keep[b]] = keep[a]
                break
    return twin


def from_table(
    table: NightTable,
    outcome: str = "cramps",
    *,
    factors: Sequence[str] | None = None,
    lags: Sequence[int] = (0, 1),
    family: Family | None = None,
) -> LatentData:
    """Build the engine's data from a night table: every factor at each lag, scaled; see :class:`LatentData`.

    Args:
        outcome: name of an outcome column.
        factors: names of the factors to use; all by default.
        lags: days before; lag 1 of the first night is not known.

    Raises:
        CannotFit: the table has no such outcome, or :func:`latent_data` refuses.
    """
    column = table.outcome(outcome)
    if column is None:
        raise CannotFit(
            Refusal.NO_OUTCOME, message("No night says anything about {outcome}.", outcome=outcome)
        )
    chosen = [f for f in table.factors if factors is None or f.name in factors]
    parts: list[FloatArray] = []
    labels: list[Column] = []
    for factor in chosen:
        known = factor.values[~np.isnan(factor.values)]
        if np.isinf(known).any():
            raise CannotFit(
                Refusal.NOT_A_NUMBER,
                message("{name} holds a value that is not a finite number. Correct it.", name=factor.name),
            )
        spread = 2.0 * float(known.std()) if known.size else 0.0
        scale = 1.0 if factor.kind is FactorKind.YES_NO or spread <= 0 else spread
        for lag in lags:
            values = np.full(table.span, np.nan)
            values[lag:] = factor.values[: table.span - lag] if lag else factor.values
            parts.append(values / scale)
            centre = float(known.mean()) if known.size else 0.0
            name = factor.name if lag == 0 else f"{factor.name} (lag {lag})"
            labels.append(Column(name, factor.name, lag, scale, centre, factor.unit))
    return latent_data(
        column.values,
        np.column_stack(parts) if parts else np.zeros((table.span, 0)),
        kind=column.kind,
        family=family,
        labels=labels,
        first_weekday=table.first.weekday(),
        outcome=outcome,
    )
