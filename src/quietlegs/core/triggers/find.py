"""What changes my nights: the one function that turns a night table into findings."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import numpy as np

from quietlegs.core.diary.night import OUTCOMES, OutcomeKind
from quietlegs.core.diary.table import FloatArray, NightTable, OutcomeColumn
from quietlegs.core.inference import CannotFit, EffectPrior, Family
from quietlegs.core.triggers.answers import Answers, ask_all, studies_used
from quietlegs.core.triggers.causes import Diagram
from quietlegs.core.triggers.columns import (
    LaggedFactor,
    lagged_factors,
    lags_to_ask,
    without_mirrored_lags,
)
from quietlegs.core.triggers.data_health import data_health
from quietlegs.core.triggers.estimates import (
    Answer,
    laplace_remark,
    rate_over_time,
)
from quietlegs.core.triggers.frequencies import baseline, counts_events
from quietlegs.core.triggers.judging import judge
from quietlegs.core.triggers.known import with_and_without
from quietlegs.core.triggers.outcomes import choose_outcome, gate, gate_of
from quietlegs.core.triggers.settings import Settings
from quietlegs.core.triggers.values import (
    Finding,
    Findings,
    Health,
    Known,
    Level,
    ModelCard,
    Nights,
    Strength,
)

MODEL_NAME = "latent AR(1) model, joint spike and slab"
MODEL_VERSION = "1"
FIT_CHECKS = frozenset({"shape", "quiet_nights", "largest", "memory_1", "memory_7"})


def find_triggers(
    table: NightTable,
    *,
    outcome: str = "cramps",
    outcome_kind: OutcomeKind | None = None,
    priors: Mapping[str, EffectPrior] | None = None,
    known: Mapping[str, Known] | None = None,
    diagram: Diagram | None = None,
    settings: Settings | None = None,
    days_late: FloatArray | None = None,
) -> Findings:
    """Return what changes an outcome from night to night, and how sure that is.

    Every factor comes back exactly once for each lag analysed. Numbers are associations, adjusted for the other
    factors, trend, weekday, season (from 300 nights) and the slow ups and downs behind the nights.

    Args:
        table: calendar nights; see :func:`quietlegs.core.diary.table.night_table`.
        outcome: an outcome of the diary, or any factor of numbers.
        outcome_kind: how it is measured, where the values do not tell.
        priors: what is known of factors beforehand, by name; none unless given.
        known: what studies found, by a factor's name (:func:`quietlegs.core.triggers.known.known_effects`); each finding
            says whether it used one, and what the answer would be without.
        diagram: what may act on what; without one every factor is taken for a habit.
        settings: gates and thresholds.
        days_late: shape (nights,), days from the morning after a night to when it was written down, if known.

    Raises:
        OutcomeError: no such outcome, or values that its kind cannot have. The message is for the person.

    Cost: two fits at most, each O(points nights q^2) with q = columns + about 10.
    """
    settings, diagram = settings or Settings(), diagram or Diagram()
    chosen = choose_outcome(table, outcome, OutcomeKind(outcome_kind) if outcome_kind else None)
    lags = lags_to_ask(chosen, len(table.factors), settings)
    columns = _columns(table, chosen, lags, diagram, settings)
    health = data_health(table, chosen, settings=settings, days_late=days_late)
    closed = gate(chosen, settings) or _too_many(columns, settings) or _nothing_to_compare(columns)
    answers: Answers | None = None
    if closed is None or closed.id == "no_factors":
        try:
            answers = ask_all(chosen, columns, table, diagram, priors, known, settings)
        except CannotFit as refusal:
            closed = Health(gate_of(refusal), Level.WARNING, {"outcome": chosen.name, "why": str(refusal)})
    if answers is not None:
        health = (*_remarks(answers.full, chosen, settings), *health)
    used = studies_used(answers, known)
    findings = tuple(judge(columns, answers, closed, settings, table.span))
    if answers is not None and used:
        plain = judge(columns, answers.without_known(), closed, settings, table.span)
        findings = with_and_without(findings, plain, used)
    return Findings(
        outcome=chosen.name,
        outcome_kind=chosen.kind,
        nights=_nights(table, chosen),
        baseline=baseline(chosen.values, chosen.kind, mass=settings.mass),
        findings=findings,
        health=health,
        expected_wrong=expected_wrong(findings),
        model=_card(settings, lags, chosen, sorted({*(priors or {}), *used}), answers),
        gate=closed,
        over_time=rate_over_time(answers.full) if answers is not None else None,
    )


def _columns(
    table: NightTable, outcome: OutcomeColumn, lags: Sequence[int], diagram: Diagram, settings: Settings
) -> Sequence[LaggedFactor]:
    """Return every factor at every lag, with what stands against asking about it."""
    worse = -1 if outcome.name in OUTCOMES and not OUTCOMES[outcome.name].more_is_worse else 1
    columns = lagged_factors(table, outcome, lags=lags, diagram=diagram, settings=settings, worse=worse)
    return without_mirrored_lags(columns, settings)


def _remarks(answer: Answer, outcome: OutcomeColumn, settings: Settings) -> list[Health]:
    """Return what the engine's checks say of the diary as a whole."""
    remarks = []
    if answer.failed is not None:
        remarks.append(Health("check_failed", Level.WARNING, {"check": answer.failed}))
    logged = float(np.isfinite(outcome.values).mean())
    if "logging" in answer.cautions and logged < settings.logged_share:
        # With most nights logged there is nothing that could have bent the picture so.
        remarks.append(Health("logging_bends_effects", Level.WARNING, {}))
    if FIT_CHECKS.intersection(answer.cautions):
        remarks.append(Health("fits_poorly", Level.NOTICE, {}))
    sampled = laplace_remark(answer, settings)
    return [*remarks, sampled] if sampled else remarks


def _too_many(columns: Sequence[LaggedFactor], settings: Settings) -> Health | None:
    asked = sum(column.reason is None for column in columns)
    if asked <= settings.most_columns:
        return None
    return Health("too_many_factors", Level.WARNING, {"have": asked, "need": settings.most_columns})


def _nothing_to_compare(columns: Sequence[LaggedFactor]) -> Health | None:
    return None if columns else Health("no_factors", Level.NOTICE, {})


def _nights(table: NightTable, outcome: OutcomeColumn) -> Nights:
    known = outcome.values[np.isfinite(outcome.values)]
    return Nights(
        first=table.first,
        last=table.first + timedelta(days=table.span - 1),
        span=table.span,
        logged=int(known.size),
        with_event=int((known > 0).sum()) if counts_events(outcome.kind) else int(known.size),
    )


def expected_wrong(findings: Sequence[Finding]) -> float:
    """Return the expected number of wrong entries on the list; a claim shared by two lags counts once."""
    listed = {
        (f.factor, round(f.estimate.lfsr, 12)): f.estimate.lfsr
        for f in findings
        if f.estimate is not None and f.strength in (Strength.CLEAR, Strength.POSSIBLE)
    }
    return float(sum(listed.values()))


def _card(
    settings: Settings,
    lags: tuple[int, ...],
    outcome: OutcomeColumn,
    priors: Sequence[str],
    answers: Answers | None,
) -> ModelCard:
    family: Family | None = answers.full.fit.data.family if answers else None
    return ModelCard(
        MODEL_NAME,
        MODEL_VERSION,
        {
            "family": family.value if family else None,
            "outcome_kind": outcome.kind.value,
            "lags": list(lags),
            "mass": settings.mass,
            "changes_below": settings.changes_below,
            "possible_below": settings.possible_below,
            "event_nights": settings.event_nights,
            "other_nights": settings.other_nights,
            "nights_each_way": settings.nights_each_way,
            "priors": list(priors),
        },
    )
