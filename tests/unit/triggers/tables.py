"""Diaries for tests, written as text: one row a night, a blank cell is not logged."""

from collections.abc import Callable
from datetime import date

import numpy as np

from quietlegs.core.diary.night import OUTCOMES, FactorKind, OutcomeKind
from quietlegs.core.diary.table import FactorColumn, NightTable, OutcomeColumn

FIRST = date(2026, 1, 5)  # a Monday
BLANK = float("nan")


def table_of(
    outcome: object, *, name: str = "cramps", kind: OutcomeKind | None = None, **factors: object
) -> NightTable:
    """Return a night table. Factors of 0 and 1 are yes/no; others are amounts."""
    values = np.asarray(outcome, dtype=float)
    kind = kind or (OUTCOMES[name].kind if name in OUTCOMES else OutcomeKind.COUNT)
    columns = []
    for factor, given in factors.items():
        column = np.asarray(given, dtype=float)
        known = column[~np.isnan(column)]
        yes_no = bool(np.isin(known, (0, 1)).all())
        columns.append(
            FactorColumn(
                factor, FactorKind.YES_NO if yes_no else FactorKind.AMOUNT, None if yes_no else "h", column
            )
        )
    return NightTable(FIRST, values.size, (OutcomeColumn(name, kind, values),), tuple(columns))


def coin(seed: int, nights: int, share: float = 0.5) -> np.ndarray:
    """Return 0 and 1 by chance, seeded."""
    return (np.random.default_rng(seed).random(nights) < share).astype(float)


def counts(seed: int, rate: Callable[[int], float], nights: int) -> np.ndarray:
    """Return Poisson counts with a rate for each night, seeded."""
    rng = np.random.default_rng(seed)
    return np.array([float(rng.poisson(rate(t))) for t in range(nights)])
