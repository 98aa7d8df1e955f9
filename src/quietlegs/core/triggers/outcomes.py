"""Which outcome is asked about, how it is measured, and whether there are nights enough to ask at all."""

import numpy as np

from quietlegs.core.base.errors import QuietlegsError
from quietlegs.core.base.messages import message
from quietlegs.core.diary.night import OUTCOMES, FactorKind, OutcomeKind
from quietlegs.core.diary.table import FloatArray, NightTable, OutcomeColumn
from quietlegs.core.inference import CannotFit, Refusal
from quietlegs.core.triggers.frequencies import counts_events
from quietlegs.core.triggers.settings import Settings
from quietlegs.core.triggers.values import Health, Level

LARGEST_COUNT = 10_000  # in one night; more is a slip of the keyboard
LEAST_AMOUNT = 20  # whole numbers that never fall below it are minutes or steps, hardly events
MOST_LEVELS = 15  # an ordered scale with more steps is an amount


class OutcomeError(QuietlegsError):
    """The diary has no such outcome, or its values do not fit the kind that was asked for."""


def choose_outcome(table: NightTable, name: str, kind: OutcomeKind | None) -> OutcomeColumn:
    """Return the column that is asked about: an outcome of the diary, or any factor of numbers.

    An outcome that Quietlegs does not know is taken for yes/no, a count (whole numbers from 0) or an amount,
    by its values, unless ``kind`` says otherwise.

    Raises:
        OutcomeError: no such column (the message names those there are), or values that the kind cannot have.
    """
    known = table.outcome(name)
    factor = table.factor(name)
    if known is not None:
        column = OutcomeColumn(name, kind or known.kind, known.values)
    elif factor is not None:
        guessed = OutcomeKind.YES_NO if factor.kind is FactorKind.YES_NO else guess_kind(factor.values)
        column = OutcomeColumn(name, kind or guessed, factor.values)
    elif name in OUTCOMES:
        # Known to Quietlegs, and not one night has it: an empty column, which the gates explain.
        column = OutcomeColumn(name, kind or OUTCOMES[name].kind, np.full(table.span, np.nan))
    else:
        there = [c.name for c in table.outcomes] + [c.name for c in table.factors]
        listed = ", ".join(there[:12]) + (", ..." if len(there) > 12 else "")
        raise OutcomeError(
            message("The diary has no column “{name}”. It has: {columns}.", name=name, columns=listed or "-")
        )
    _check(column)
    return column


def guess_kind(values: FloatArray) -> OutcomeKind:
    """Return COUNT for whole numbers from 0, else AMOUNT. ``values`` has shape (nights,), NaN where not known.

    Whole numbers that never fall below 20 are minutes or steps, hardly events: an amount.
    """
    known = values[np.isfinite(values)]
    whole = bool((known >= 0).all() and (known == np.floor(known)).all())
    large = known.size > 0 and known.min() >= LEAST_AMOUNT
    return OutcomeKind.COUNT if whole and not large else OutcomeKind.AMOUNT


def _check(column: OutcomeColumn) -> None:
    known = column.values[~np.isnan(column.values)]
    if np.isinf(known).any():
        raise OutcomeError(
            message("A value of {name} is not a finite number. Correct it in the diary.", name=column.name)
        )
    if column.kind is OutcomeKind.COUNT and known.size:
        if (known < 0).any() or (known != np.floor(known)).any():
            raise OutcomeError(
                message(
                    "{name} holds values that are no counts (whole numbers from 0). Try --outcome-kind amount.",
                    name=column.name,
                )
            )
        if known.max() > LARGEST_COUNT:
            raise OutcomeError(
                message(
                    "{name} holds more than {most} in one night. Correct it.",
                    name=column.name,
                    most=LARGEST_COUNT,
                )
            )


def model_kind(column: OutcomeColumn) -> OutcomeKind:
    """Return how the outcome is modelled: a scale with fractions or very many steps is modelled as an amount."""
    if column.kind is not OutcomeKind.SCALE:
        return column.kind
    known = column.values[np.isfinite(column.values)]
    fine = bool((known != np.floor(known)).any() or (known < 0).any())
    return OutcomeKind.AMOUNT if fine or np.unique(known).size > MOST_LEVELS else OutcomeKind.SCALE


def gate(column: OutcomeColumn, settings: Settings) -> Health | None:
    """Return why nothing can be said about any factor yet, or None when there are nights enough.

    Events are needed, and nights to compare them with. Where every night has an event, counts that differ serve:
    nights apart from the commonest value.
    """
    known = column.values[np.isfinite(column.values)]
    if known.size == 0:
        return Health("no_nights", Level.NOTICE, {"outcome": column.name.replace("_", " ")})
    values, counts = np.unique(known, return_counts=True)
    apart = int(known.size - counts.max())
    if not counts_events(column.kind):
        need = settings.event_nights + settings.other_nights
        if known.size < need:
            return Health("too_few_logged", Level.NOTICE, {"have": int(known.size), "need": need})
        need = settings.nights_each_way
        return (
            None if apart >= need else Health("hardly_changes", Level.NOTICE, {"have": apart, "need": need})
        )
    events = int((known > 0).sum())
    if events == 0 and known.size >= settings.other_nights:
        return Health("all_quiet", Level.GOOD, {})
    if values.size == 1 and known.size >= settings.event_nights:
        return Health("always_the_same", Level.NOTICE, {})
    if events < settings.event_nights:
        return Health("too_few_events", Level.NOTICE, {"have": events, "need": settings.event_nights})
    others = int(known.size) - events
    if max(others, apart) < settings.other_nights:
        return Health("too_few_others", Level.NOTICE, {"have": others, "need": settings.other_nights})
    return None


def gate_of(refusal: CannotFit) -> str:
    """Return the id of the gate that an engine's refusal closes."""
    return {
        Refusal.OUTCOME_NEVER_CHANGES: "always_the_same",
        Refusal.IMPOSSIBLE_VALUE: "out_of_range",
        Refusal.TOO_LONG: "too_long",
        Refusal.TOO_FEW_NIGHTS: "too_short",
    }.get(refusal.reason, "no_stable_answer")
