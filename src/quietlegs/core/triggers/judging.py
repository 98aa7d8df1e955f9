"""From estimates to verdicts: which word a factor gets, what is held back, and why."""

from collections.abc import Sequence
from dataclasses import replace

from quietlegs.core.diary.night import OutcomeKind
from quietlegs.core.triggers.answers import Answers
from quietlegs.core.triggers.columns import LaggedFactor, persistent_factors
from quietlegs.core.triggers.estimates import Answer, estimate_of, joint_estimate
from quietlegs.core.triggers.settings import Settings
from quietlegs.core.triggers.settle import more_exposed_nights, more_nights
from quietlegs.core.triggers.values import Estimate, Finding, Health, Reason, Strength, Verdict


def judge(
    columns: Sequence[LaggedFactor],
    answers: Answers | None,
    closed: Health | None,
    settings: Settings,
    span: int,
) -> list[Finding]:
    """Return one finding for every column, in their order; ``closed`` is the gate that holds all of them back."""
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
    answers: Answers,
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
