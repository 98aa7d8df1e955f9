"""What changes my nights: the one function that turns a night table into findings."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np

from quietlegs.core.diary.night import OUTCOMES, OutcomeKind
from quietlegs.core.diary.table import FloatArray, NightTable, OutcomeColumn
from quietlegs.core.inference import CannotFit, EffectPrior, Family
from quietlegs.core.triggers.causes import Diagram
from quietlegs.core.triggers.columns import (
    LaggedFactor,
    lagged_factors,
    lags_to_ask,
    partners_of,
    persistent_factors,
    without_mirrored_lags,
)
from quietlegs.core.triggers.data_health import data_health
from quietlegs.core.triggers.estimates import (
    Answer,
    ask,
    estimate_of,
    joint_estimate,
    laplace_remark,
    rate_over_time,
)
from quietlegs.core.triggers.frequencies import baseline, counts_events
from quietlegs.core.triggers.known import with_and_without
from quietlegs.core.triggers.outcomes import choose_outcome, gate, gate_of
from quietlegs.core.triggers.settings import Settings
from quietlegs.core.triggers.settle import more_exposed_nights, more_nights
from quietlegs.core.triggers.values import (
    Estimate,
    Finding,
    Findings,
    Health,
    Known,
    Level,
    ModelCard,
    Nights,
    Reason,
    Strength,
    Verdict,
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
    worse = -1 if chosen.name in OUTCOMES and not OUTCOMES[chosen.name].more_is_worse else 1
    lags = lags_to_ask(chosen, len(table.factors), settings)
    columns = lagged_factors(table, chosen, lags=lags, diagram=diagram, settings=settings, worse=worse)
    columns = without_mirrored_lags(columns, settings)
    health = data_health(table, chosen, settings=settings, days_late=days_late)
    closed = gate(chosen, settings) or _too_many(columns, settings) or _nothing_to_compare(columns)
    answers: _Answers | None = None
    if closed is None or closed.id == "no_factors":
        try:
            answers = _ask(chosen, columns, table, diagram, priors, known, settings)
        except CannotFit as refusal:
            closed = Health(gate_of(refusal), Level.WARNING, {"outcome": chosen.name, "why": str(refusal)})
    if answers is not None:
        sampled = laplace_remark(answers.full, settings)
        health = (*_remarks(answers.full, chosen, settings), *((sampled,) if sampled else ()), *health)
    findings = tuple(_findings(columns, answers, closed, settings, table.span))
    used = _used(answers, known)
    if answers is not None and used:
        plain = _findings(columns, answers.without_known(), closed, settings, table.span)
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


class _Answers:
    """The fit with every column, and, for factors that act through others, the fit without those others."""

    def __init__(
        self,
        kind: OutcomeKind,
        full: Answer,
        total: Answer | None,
        through: Mapping[str, frozenset[str]],
        partners: Mapping[str, tuple[str, ...]],
    ) -> None:
        self.kind, self.full, self.total = kind, full, total
        self.through, self.partners = through, partners

    def to(self, column: LaggedFactor) -> Answer | None:
        """Return the fit that answers for a column; None when it is in neither."""
        if column.factor.name in self.through and self.total is not None and column.id in self.total.places:
            return self.total
        return self.full if column.id in self.full.places else None

    def without_known(self) -> "_Answers":
        """Return the same with every decision made without studies."""
        total = self.total and (self.total.plain or self.total)
        return _Answers(self.kind, self.full.plain or self.full, total, self.through, self.partners)


def _ask(
    outcome: OutcomeColumn,
    columns: Sequence[LaggedFactor],
    table: NightTable,
    diagram: Diagram,
    priors: Mapping[str, EffectPrior] | None,
    known: Mapping[str, Known] | None,
    settings: Settings,
) -> _Answers:
    asked = [column for column in columns if column.reason is None]
    weekday = table.first.weekday()
    full = ask(outcome, asked, first_weekday=weekday, priors=priors, known=known)
    through = diagram.between(list(dict.fromkeys(column.factor.name for column in asked)))
    hidden = frozenset().union(*through.values())
    total = None
    if hidden:
        left = [column for column in asked if column.factor.name not in hidden]
        total = ask(outcome, left, first_weekday=weekday, priors=priors, known=known)
    return _Answers(outcome.kind, full, total, through, partners_of(asked, settings))


def _used(answers: _Answers | None, known: Mapping[str, Known] | None) -> dict[str, Known]:
    if answers is None or known is None:
        return {}
    columns = answers.full.used | (answers.total.used if answers.total else frozenset())
    return {name: told for name, told in known.items() if name in columns}


def _findings(
    columns: Sequence[LaggedFactor],
    answers: _Answers | None,
    closed: Health | None,
    settings: Settings,
    span: int,
) -> list[Finding]:
    if answers is None or closed is not None:
        return [
            _without_estimate(column, column.reason or Reason.TOO_FEW_NIGHTS, settings, span)
            for column in columns
        ]
    asked = [column for column in columns if column.reason is None]
    persistent = persistent_factors(asked, settings)
    by_id: dict[str, Finding] = {}
    for column in asked:
        answer = answers.to(column)
        if answer is None:
            by_id[column.id] = _without_estimate(column, Reason.CHECK_FAILED, settings, span)
            continue
        lags = [asked[p] for p in persistent.get(column.factor.name, ())]
        lags = [c for c in lags if c.id in answer.places]
        joint = len({answer.places[c.id] for c in lags}) > 1
        estimate = joint_estimate(answer, lags, settings) if joint else estimate_of(answer, column, settings)
        by_id[column.id] = _judged(
            column, estimate, answer, answers, answers.partners.get(column.id, ()), settings, span
        )
    medicines = {column.factor.name for column in columns if column.is_medicine}
    by_id = {
        name: replace(f, is_medicine=f.is_medicine or bool(medicines.intersection(f.confounded_with)))
        for name, f in by_id.items()
    }
    return [
        by_id.get(column.id)
        or _without_estimate(column, column.reason or Reason.CHECK_FAILED, settings, span)
        for column in columns
    ]


def _judged(
    column: LaggedFactor,
    estimate: Estimate,
    answer: Answer,
    answers: _Answers,
    partners: tuple[str, ...],
    settings: Settings,
    span: int,
) -> Finding:
    """Put the word to an estimate."""
    if answer.failed is not None:
        return _without_estimate(column, Reason.CHECK_FAILED, settings, span)
    strength, verdict = _word(estimate, settings, answers.kind)
    cautions = column.cautions
    reason: Reason | None = None
    check = answer.held.get(column.id)
    if check is not None and strength in (Strength.CLEAR, Strength.POSSIBLE):
        # Held back: it stays on the list as possible, with what speaks against it, and no finding is made of it.
        verdict, strength, cautions = Verdict.NOT_ENOUGH_NIGHTS, Strength.POSSIBLE, (*cautions, check)
    through = tuple(sorted(answers.through.get(column.factor.name, ())))
    confounded: tuple[str, ...] = ()
    if partners and strength is not Strength.CLEAR:
        verdict, strength, reason, confounded = (
            Verdict.CANNOT_TELL_APART,
            Strength.OPEN,
            Reason.ALIKE,
            partners,
        )
    elif verdict is Verdict.RAISES and column.follows:
        verdict, strength, reason = Verdict.CANNOT_TELL_APART, Strength.OPEN, Reason.FOLLOWS_BAD_NIGHTS
    elif through and strength in (Strength.CLEAR, Strength.POSSIBLE):
        cautions = (*cautions, "acts_through")
        confounded = through
    return _finding(
        column,
        verdict=verdict,
        strength=strength,
        reason=reason,
        estimate=estimate,
        more=None if reason else more_nights(estimate, strength, span),
        confounded=confounded,
        cautions=cautions,
    )


def _word(estimate: Estimate, settings: Settings, kind: OutcomeKind) -> tuple[Strength, Verdict]:
    if estimate.lfsr < settings.changes_below:
        return Strength.CLEAR, Verdict.RAISES if estimate.effect > 0 else Verdict.LOWERS
    if estimate.lfsr < settings.possible_below:
        return Strength.POSSIBLE, Verdict.NOT_ENOUGH_NIGHTS
    reach = max(abs(estimate.low), abs(estimate.high))
    in_points = kind is OutcomeKind.SCALE and reach * estimate.swing < settings.small_points
    unlikely = estimate.small_chance > settings.small_chance and reach < settings.small_reach * estimate.least
    if in_points or unlikely:
        return Strength.SMALL, Verdict.NO_CLEAR_EFFECT
    return Strength.OPEN, Verdict.NOT_ENOUGH_NIGHTS


def _without_estimate(column: LaggedFactor, reason: Reason, settings: Settings, span: int) -> Finding:
    apart = (Reason.SAME_AS_OUTCOME, Reason.CONSEQUENCE, Reason.FOLLOWS_TIME, Reason.MIRRORED)
    more = None
    if reason in (Reason.TOO_FEW_WITH, Reason.TOO_FEW_WITHOUT) and column.comparison is not None:
        more = more_exposed_nights(column.comparison, reason, span, settings)
    return _finding(
        column,
        verdict=Verdict.CANNOT_TELL_APART if reason in apart else Verdict.NOT_ENOUGH_NIGHTS,
        strength=Strength.OPEN,
        reason=reason,
        estimate=None,
        more=more,
        confounded=(column.factor.name,) if reason is Reason.MIRRORED else (),
        cautions=(),
    )


def _finding(
    column: LaggedFactor,
    *,
    verdict: Verdict,
    strength: Strength,
    reason: Reason | None,
    estimate: Estimate | None,
    more: object,
    confounded: tuple[str, ...],
    cautions: tuple[str, ...],
) -> Finding:
    seen = column.comparison
    return Finding(
        factor=column.factor.name,
        lag=column.lag,
        kind=column.factor.kind,
        unit=column.factor.unit,
        nights_with=seen.with_it.nights if seen else 0,
        nights_without=seen.without.nights if seen else 0,
        verdict=verdict,
        strength=strength,
        reason=reason,
        estimate=estimate,
        comparison=seen,
        more_nights=more,  # type: ignore[arg-type]
        confounded_with=confounded,
        cautions=cautions,
        may_try=column.may_try,
        is_medicine=column.is_medicine,
    )


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
    return remarks


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
    answers: _Answers | None,
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
