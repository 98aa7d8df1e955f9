"""From factors to columns: what may enter the model at which lag, and why the rest may not."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from quietlegs.core.diary.night import FactorKind
from quietlegs.core.diary.table import FactorColumn, FloatArray, NightTable, OutcomeColumn
from quietlegs.core.triggers.causes import Diagram, Role
from quietlegs.core.triggers.data_health import HABIT_SWITCHES, correlation, correlations
from quietlegs.core.triggers.frequencies import compare, counts_events, has_event, high_cut
from quietlegs.core.triggers.settings import Settings
from quietlegs.core.triggers.timing import follows_bad_nights
from quietlegs.core.triggers.values import Comparison, Reason

FOLLOWS_TIME_ABOVE = 0.9  # |r| with the calendar: a slow change that anything else may have made too
SAME_AS_OUTCOME_ABOVE = 0.95  # |r|: nothing of a day goes with a night as closely as that
OFTEN_UNKNOWN = 0.2


@dataclass(frozen=True, slots=True, eq=False)
class LaggedFactor:
    """A factor as it stood ``lag`` days before the day that leads into each night.

    ``values`` has shape (nights,), NaN where not known. ``reason`` says why it may not enter the model, or is None.
    ``follows`` says whether it tends to come after bad nights.
    """

    factor: FactorColumn
    lag: int
    values: FloatArray
    comparison: Comparison | None
    reason: Reason | None
    follows: bool
    cautions: tuple[str, ...]
    may_try: bool
    is_medicine: bool

    @property
    def id(self) -> str:
        """The column's name in the model."""
        return self.factor.name if self.lag == 0 else f"{self.factor.name} (lag {self.lag})"


def lagged(values: FloatArray, lag: int) -> FloatArray:
    """Return the values moved ``lag`` nights later, NaN before the first. Shape as given."""
    moved = np.full(values.size, np.nan)
    if lag < values.size:
        moved[lag:] = values[: values.size - lag] if lag else values
    return moved


def lags_to_ask(outcome: OutcomeColumn, factors: int, settings: Settings) -> tuple[int, ...]:
    """Return the lags to analyse: as set, or the day itself and, with bad nights enough, the day before.

    A diary with so many factors that two lags of each are too many keeps to the day itself.
    """
    if settings.lags is not None:
        return tuple(sorted(settings.lags))
    known = outcome.values[np.isfinite(outcome.values)]
    telling = int((known > 0).sum()) if counts_events(outcome.kind) else int(known.size)
    bears_two = telling >= settings.nights_for_two_lags and 2 * factors <= settings.most_columns
    return (0, 1) if bears_two else (0,)


def lagged_factors(
    table: NightTable,
    outcome: OutcomeColumn,
    *,
    lags: Sequence[int],
    diagram: Diagram,
    settings: Settings,
    worse: int,
) -> tuple[LaggedFactor, ...]:
    """Return every factor of the diary but the outcome itself, at every lag, screened.

    ``worse`` is 1 where more of the outcome is worse, -1 where less is.
    """
    return tuple(
        _screened(factor, lag, outcome, diagram, settings, worse)
        for factor in table.factors
        if factor.name != outcome.name
        for lag in lags
    )


def _screened(
    factor: FactorColumn, lag: int, outcome: OutcomeColumn, diagram: Diagram, settings: Settings, worse: int
) -> LaggedFactor:
    values = np.where(np.isinf(factor.values), np.nan, factor.values)
    moved = lagged(values, lag)
    logged = np.isfinite(outcome.values)
    known = moved[logged & np.isfinite(moved)]
    role = diagram.role_of(factor.name)
    comparison = None
    if known.size:
        cut = high_cut(factor.kind, known, settings.nights_each_way)
        comparison = compare(outcome.values, outcome.kind, moved, cut, mass=settings.mass)
    reason = _reason(factor, lag, moved, known, outcome, comparison, role, settings)
    timed = settings.check_timing and reason is None and lag == 0
    follows = timed and follows_bad_nights(worse * outcome.values, values, factor.kind)
    return LaggedFactor(
        factor,
        lag,
        moved,
        comparison,
        reason,
        follows,
        _cautions(factor, known, logged, follows, role),
        diagram.may_try(factor.name),
        diagram.is_medicine(factor.name),
    )


def _reason(
    factor: FactorColumn,
    lag: int,
    moved: FloatArray,
    known: FloatArray,
    outcome: OutcomeColumn,
    comparison: Comparison | None,
    role: Role,
    settings: Settings,
) -> Reason | None:
    if comparison is None:
        return Reason.NEVER_LOGGED
    if role is Role.CONSEQUENCE and lag == 0:
        return Reason.CONSEQUENCE
    if np.ptp(known) <= 1e-9 * max(1.0, float(np.abs(known).max())):
        return Reason.NEVER_VARIES
    likeness = (correlation(outcome.values, moved), correlation(has_event(outcome.values), moved))
    if lag == 0 and max(map(abs, likeness)) > SAME_AS_OUTCOME_ABOVE:
        return Reason.SAME_AS_OUTCOME
    if abs(correlation(np.arange(moved.size, dtype=float), moved)) > FOLLOWS_TIME_ABOVE:
        return Reason.FOLLOWS_TIME
    apart = known.size - int(np.unique(known, return_counts=True)[1].max())
    if factor.kind is FactorKind.YES_NO or apart < settings.nights_each_way:
        if comparison.with_it.nights < settings.nights_each_way:
            return Reason.TOO_FEW_WITH
        if comparison.without.nights < settings.nights_each_way:
            return Reason.TOO_FEW_WITHOUT
    return None


def _cautions(
    factor: FactorColumn, known: FloatArray, logged: np.ndarray, follows: bool, role: Role
) -> tuple[str, ...]:
    cautions = []
    if factor.kind is FactorKind.YES_NO and known.size >= 28:
        on = known > 0.5
        if int((on[1:] != on[:-1]).sum()) <= HABIT_SWITCHES:
            cautions.append("habit_changed")
    if follows:
        cautions.append("follows_bad_nights")
    elif role is Role.RESPONSE:
        cautions.append("response")
    if known.size < (1 - OFTEN_UNKNOWN) * int(logged.sum()):
        cautions.append("often_unknown")
    return tuple(cautions)


def alike_groups(columns: Sequence[LaggedFactor], settings: Settings) -> tuple[tuple[int, ...], ...]:
    """Return groups of factors that fall on the same nights: |r| over the threshold, chained.

    Positions are of ``columns``; each group has at least two. Cost O(columns^2 nights), in one product.
    """
    parent = list(range(len(columns)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    alike = np.abs(correlations([column.values for column in columns])) > settings.alike_above
    for i, j in np.argwhere(np.triu(alike, 1)).tolist():
        if columns[i].factor.name != columns[j].factor.name:
            parent[root(j)] = root(i)
    groups: dict[int, list[int]] = {}
    for i in range(len(columns)):
        groups.setdefault(root(i), []).append(i)
    return tuple(tuple(members) for members in groups.values() if len(members) > 1)


def partners_of(asked: Sequence[LaggedFactor], settings: Settings) -> dict[str, tuple[str, ...]]:
    """Return, for each column of a group that falls on the same nights, the names of the others."""
    return {
        asked[place].id: tuple(asked[other].factor.name for other in group if other != place)
        for group in alike_groups(asked, settings)
        for place in group
    }


def without_mirrored_lags(columns: Sequence[LaggedFactor], settings: Settings) -> tuple[LaggedFactor, ...]:
    """Return the columns, a later lag set aside where a factor goes on and off in turn.

    Then each day is the opposite of the day before, and the two lags say the same thing with opposite signs.
    """
    first = {
        c.factor.name: c for c in reversed(columns) if c.reason is None
    }  # the smallest lag comes last, and stays
    return tuple(
        replace(c, reason=Reason.MIRRORED)
        if c.reason is None
        and c is not first[c.factor.name]
        and correlation(first[c.factor.name].values, c.values) < -settings.persistent_above
        else c
        for c in columns
    )


def persistent_factors(columns: Sequence[LaggedFactor], settings: Settings) -> dict[str, tuple[int, ...]]:
    """Return the factors of which each day is much like the day before, with the positions of their lags.

    Their lags cannot be told apart and are one claim: the sum of their effects.
    """
    places: dict[str, list[int]] = {}
    for position, column in enumerate(columns):
        places.setdefault(column.factor.name, []).append(position)
    return {
        name: tuple(positions)
        for name, positions in places.items()
        if len(positions) > 1
        and correlation(columns[positions[0]].values, columns[positions[1]].values)
        > settings.persistent_above
    }
