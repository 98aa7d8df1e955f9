"""How good the nights are as evidence: said before any statistic, because no statistic mends a lopsided diary.

Each check returns a remark with an id, a level and the numbers of its sentence. Thresholds are judgements, each with
its reason beside it; ``only_bad_nights_logged`` has its error rates measured in tests/simulation.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from quietlegs.core.diary.night import OUTCOMES, FactorKind, OutcomeKind
from quietlegs.core.diary.table import FactorColumn, FloatArray, NightTable, OutcomeColumn
from quietlegs.core.triggers.frequencies import counts_events, has_event
from quietlegs.core.triggers.outcomes import LEAST_AMOUNT
from quietlegs.core.triggers.settings import Settings
from quietlegs.core.triggers.values import Health, Level

LATE_DAYS = 2  # a night remembered after two days or more has lost its details
LATE_SHARE = 0.3
BAD_SHARE_RATIO = 2.0  # nights logged by themselves are bad this much more often than nights asked for
BAD_SHARE_ALONE = 0.6  # without nights that were asked for: most of what is logged is bad
LEAST_NIGHTS_ASKED = 8
WEEKEND_EXCESS = 0.25  # weekends' share of unknown nights above their 2 in 7
LOGGING_CHANGE = 0.35  # share of nights logged in the first half against the second
HABIT_SWITCHES = 3  # a habit that changes this seldom cannot be told from the time of year
FACTOR_GAPS = 0.2  # a factor unknown on more than 1 in 5 logged nights


def data_health(
    table: NightTable,
    outcome: OutcomeColumn,
    *,
    settings: Settings | None = None,
    days_late: FloatArray | None = None,
) -> tuple[Health, ...]:
    """Return the remarks on a diary, worst first, at least one.

    Args:
        table: the calendar nights.
        outcome: the outcome that is asked about.
        days_late: shape (nights,), days from the morning after a night to when it was written down; NaN where not
            known. None when nothing is known of it (a file).
    """
    settings = settings or Settings()
    remarks = [
        *_answered(outcome.values, settings),
        *_only_bad_nights(outcome, days_late, settings),
        *_late(outcome.values, days_late),
        *_weekends(table, outcome.values),
        *_logging_changed(outcome.values),
        *_event_nights(outcome, settings),
        *_scores_read_as_counts(outcome),
        *_habits(table.factors, outcome.values),
        *_gaps(table.factors, outcome.values),
        *_twice(table.factors, settings),
    ]
    order = (Level.WARNING, Level.NOTICE, Level.GOOD)
    return tuple(sorted(remarks, key=lambda remark: order.index(remark.level)))


def _answered(values: FloatArray, settings: Settings) -> Iterator[Health]:
    logged, span = int(np.isfinite(values).sum()), values.size
    enough = span < 2 or logged >= settings.logged_share * span
    yield Health(
        "nights_answered" if enough else "few_nights_answered",
        Level.GOOD if enough else Level.WARNING,
        {"logged": logged, "span": span},
    )


def _only_bad_nights(
    outcome: OutcomeColumn, days_late: FloatArray | None, settings: Settings
) -> Iterator[Health]:
    """Look for a diary that is opened on bad nights and left shut on good ones.

    Nights written down late were mostly asked for (a reminder, the list of open nights), so they show what the
    other nights are like. Where there are none, a diary with gaps in which most nights are bad is only suspected.
    """
    if not counts_events(outcome.kind):
        return
    event = has_event(outcome.values)
    known = np.isfinite(event)
    if known.sum() < 2 * LEAST_NIGHTS_ASKED or known.sum() >= settings.logged_share * event.size:
        return
    if days_late is not None:
        asked = known & (days_late >= 1)
        by_themselves = known & (days_late < 1)
        if min(asked.sum(), by_themselves.sum()) >= LEAST_NIGHTS_ASKED:
            share, share_asked = float(event[by_themselves].mean()), float(event[asked].mean())
            if share > BAD_SHARE_RATIO * share_asked:
                values = {"tens": round(10 * share), "tens_asked": round(10 * share_asked)}
                yield Health("only_bad_nights_logged", Level.WARNING, values)
            return
    share = float(event[known].mean())
    if share > BAD_SHARE_ALONE:
        yield Health(
            "mostly_bad_nights_logged",
            Level.WARNING,
            {"event": int(event[known].sum()), "logged": int(known.sum()), "span": event.size},
        )


def _late(values: FloatArray, days_late: FloatArray | None) -> Iterator[Health]:
    if days_late is None:
        return
    known = np.isfinite(values) & np.isfinite(days_late)
    if not known.any():
        return
    late = int((days_late[known] >= LATE_DAYS).sum())
    numbers = {"late": late, "logged": int(known.sum())}
    if late > LATE_SHARE * known.sum():
        yield Health("late_entries", Level.NOTICE, numbers)
    else:
        yield Health("written_in_time", Level.GOOD, numbers)


def _weekends(table: NightTable, values: FloatArray) -> Iterator[Health]:
    unknown = np.isnan(values)
    if unknown.sum() < 10:
        return
    weekday = (np.arange(values.size) + table.first.weekday()) % 7
    weekend = weekday >= 4  # the evenings of Friday, Saturday and Sunday: what a week's end does to habits
    share, expected = float(weekend[unknown].mean()), float(weekend.mean())
    if share > expected + WEEKEND_EXCESS:
        yield Health(
            "weekends_missing",
            Level.NOTICE,
            {"weekend": int(weekend[unknown].sum()), "unknown": int(unknown.sum())},
        )


def _logging_changed(values: FloatArray) -> Iterator[Health]:
    if values.size < 28:
        return
    half = values.size // 2
    first, second = (float(np.isfinite(part).mean()) for part in (values[:half], values[half:]))
    if abs(first - second) > LOGGING_CHANGE:
        yield Health(
            "logging_changed",
            Level.NOTICE,
            {"tens_first": round(10 * first), "tens_second": round(10 * second)},
        )


def _event_nights(outcome: OutcomeColumn, settings: Settings) -> Iterator[Health]:
    if not counts_events(outcome.kind):
        return
    events = int((outcome.values > 0).sum())
    if 0 < events < settings.good_event_nights:
        yield Health("few_event_nights", Level.NOTICE, {"have": events, "about": settings.good_event_nights})


def _scores_read_as_counts(outcome: OutcomeColumn) -> Iterator[Health]:
    """Whole numbers of an outcome that Quietlegs does not know are read as counts; a score never at 0 is likely none."""
    known = outcome.values[np.isfinite(outcome.values)]
    if outcome.name in OUTCOMES or known.size < 20:
        return
    values: dict[str, str | int | float | tuple[str, ...]] = {
        "outcome": outcome.name,
        "low": int(known.min()),
    }
    if known.min() >= LEAST_AMOUNT and (known == np.floor(known)).all():
        if outcome.kind is OutcomeKind.AMOUNT:
            yield Health("read_as_an_amount", Level.NOTICE, values)
        elif outcome.kind is OutcomeKind.COUNT:
            yield Health("looks_like_an_amount", Level.NOTICE, values)
    elif outcome.kind is not OutcomeKind.COUNT:
        return
    elif known.min() >= 1 and known.max() <= 10 and known.var() < 0.6 * known.mean():
        yield Health(
            "looks_like_a_score",
            Level.WARNING,
            {"outcome": outcome.name, "low": int(known.min()), "high": int(known.max())},
        )


def _habits(factors: Sequence[FactorColumn], outcome: FloatArray) -> Iterator[Health]:
    """Find habits that began or ended once and stayed: they cannot be told from whatever else changed then."""
    for factor in factors:
        known = factor.values[np.isfinite(factor.values) & np.isfinite(outcome)]
        if factor.kind is not FactorKind.YES_NO or known.size < 28:
            continue
        on = known > 0.5
        switches = int((on[1:] != on[:-1]).sum())
        if 0.1 < on.mean() < 0.9 and switches <= HABIT_SWITCHES:
            yield Health("habit_changed", Level.WARNING, {"factor": factor.name, "switches": switches})


def _gaps(factors: Sequence[FactorColumn], outcome: FloatArray) -> Iterator[Health]:
    logged = np.isfinite(outcome)
    if not logged.any():
        return
    unknown = {factor.name: int(np.isnan(factor.values[logged]).sum()) for factor in factors}
    gappy = tuple(
        name for name, nights in unknown.items() if FACTOR_GAPS * logged.sum() < nights < logged.sum()
    )
    if gappy:
        yield Health("factor_often_unknown", Level.NOTICE, {"factors": gappy})


def _twice(factors: Sequence[FactorColumn], settings: Settings) -> Iterator[Health]:
    """Find amounts that two sources seem to have brought in twice. Yes/no habits may just go together."""
    amounts = [f for f in factors if f.kind is not FactorKind.YES_NO]
    alike = np.abs(correlations([f.values for f in amounts])) > settings.same_above
    for one, other in np.argwhere(np.triu(alike, 1)):
        names = {"factor": amounts[one].name, "other": amounts[other].name}
        yield Health("sources_overlap", Level.NOTICE, names)


def correlation(one: FloatArray, other: FloatArray) -> float:
    """Return Pearson's r over the nights on which both are known; 0 where it is not defined."""
    both = np.isfinite(one) & np.isfinite(other)
    if both.sum() < 5:
        return 0.0
    a, b = one[both], other[both]
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return 0.0
    a, b = a - a.mean(), b - b.mean()
    scale = float(np.sqrt(np.dot(a, a) * np.dot(b, b)))
    return float(np.dot(a, b)) / scale if scale > 0 else 0.0


def correlations(columns: Sequence[FloatArray]) -> FloatArray:
    """Return :func:`correlation` of every two columns, (columns, columns), all at once."""
    if not columns:
        return np.zeros((0, 0))
    values = np.array(columns, dtype=float)
    known = np.isfinite(values)
    nights = np.maximum(known.sum(1, keepdims=True), 1)
    values = np.where(known, values, 0.0)
    values = np.where(known, values - values.sum(1, keepdims=True) / nights, 0.0)
    size = np.sqrt((values**2).sum(1, keepdims=True) / nights)
    values /= np.where(size > 0, size, 1.0)
    on = known.astype(float)
    both, total, square = on @ on.T, values @ on.T, values**2 @ on.T
    shared = np.maximum(both, 1.0)
    spread = square - total**2 / shared  # of the row's column, over the nights that both know
    spread[spread <= 1e-9] = 0.0
    scale = np.sqrt(spread * spread.T)
    scale[both < 5] = 0.0
    product = values @ values.T - total * total.T / shared
    return np.asarray(np.divide(product, scale, out=np.zeros_like(scale), where=scale > 0))
