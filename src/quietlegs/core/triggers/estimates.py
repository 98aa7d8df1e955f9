"""The numbers behind the findings: asks the engine, and turns its answer into effects per natural unit."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from quietlegs.core.diary.night import FactorKind, OutcomeKind
from quietlegs.core.diary.table import FloatArray, OutcomeColumn
from quietlegs.core.inference import (
    IMPORTANT,
    Column,
    Decisions,
    Diagnostic,
    EffectPrior,
    Family,
    LatentFit,
    Level,
    check_laplace,
    decide,
    diagnose,
    diagnose_fit,
    fit_latent,
    latent_data,
)
from quietlegs.core.triggers.columns import LaggedFactor
from quietlegs.core.triggers.data_health import correlation
from quietlegs.core.triggers.frequencies import natural_step
from quietlegs.core.triggers.known import prior_of
from quietlegs.core.triggers.outcomes import model_kind
from quietlegs.core.triggers.settings import Settings
from quietlegs.core.triggers.values import Estimate, Health, Known, RateOverTime
from quietlegs.core.triggers.values import Level as Note

EARLIER_DAY_INCLUSION = 0.125  # half of the usual 1 in 4: an effect of the day itself is the likelier one


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """A fit and what it decides, for the columns that were asked about.

    ``places`` maps a column's id to its position in the fit; ``failed`` names the diagnostic that holds back
    everything, or is None; ``held`` names, by column id, the one that holds back a column; ``cautions`` are to be told.
    ``mirrored`` are ids of columns that repeat another upside down. ``to_outcome`` turns an effect of the fit into the outcome's unit (1 but for ordered scales).
    """

    fit: LatentFit
    decisions: Decisions
    places: Mapping[str, int]
    mirrored: frozenset[str]
    failed: str | None
    held: Mapping[str, str]
    cautions: tuple[str, ...]
    to_outcome: float
    used: frozenset[str]  # ids of columns whose prior came from studies
    plain: "Answer | None" = None  # the same fit, decided without studies; None where none was used


def ask(
    outcome: OutcomeColumn,
    columns: Sequence[LaggedFactor],
    *,
    first_weekday: int | None,
    priors: Mapping[str, EffectPrior] | None,
    known: Mapping[str, Known] | None = None,
    family: Family | None = None,
) -> Answer:
    """Fit all columns jointly and decide. Cost as :func:`quietlegs.core.inference.fit_latent`.

    Raises:
        CannotFit: the engine refuses; its message is for the person.
    """
    labels, parts = [], []
    for column in columns:
        logged = column.values[np.isfinite(column.values)]
        spread = 2.0 * float(logged.std())
        scale = 1.0 if column.factor.kind is FactorKind.YES_NO or spread <= 0 else spread
        labels.append(
            Column(column.id, column.factor.name, column.lag, scale, float(logged.mean()), column.factor.unit)
        )
        parts.append(column.values / scale)
    data = latent_data(
        outcome.values,
        np.column_stack(parts) if parts else np.zeros((outcome.values.size, 0)),
        kind=model_kind(outcome),
        family=family,
        labels=labels,
        first_weekday=first_weekday,
        outcome=outcome.name,
    )
    fit = fit_latent(data)
    places = {label.name: place for place, label in enumerate(data.labels)}
    by_id = {column.id: column for column in columns}
    mirrored = set()
    for (
        left
    ) in data.left_out:  # a column that repeats another has the other's answer, turned round if need be
        if left.same_as in places:
            places[left.column.name] = places[left.same_as]
            if correlation(by_id[left.column.name].values, by_id[left.same_as].values) < 0:
                mirrored.add(left.column.name)
    to_outcome = _to_outcome(outcome, data.family)

    of_fit = diagnose_fit(fit)

    def decided(told: Mapping[str, EffectPrior], used: frozenset[str], plain: Answer | None = None) -> Answer:
        decisions = decide(fit, told)
        failed, held, cautions = _failures(fit, decisions, of_fit)
        return Answer(
            fit, decisions, places, frozenset(mirrored), failed, held, cautions, to_outcome, used, plain
        )

    usual = _priors(columns, priors)
    studied = _studied(outcome, data.labels, known or {}, usual, to_outcome)
    plain = decided(usual, frozenset())
    return decided({**usual, **studied}, frozenset(studied), plain) if studied else plain


def _studied(
    outcome: OutcomeColumn,
    labels: Sequence[Column],
    known: Mapping[str, Known],
    given: Mapping[str, EffectPrior],
    to_outcome: float,
) -> dict[str, EffectPrior]:
    """Return priors from studies by column id, for the day itself; what the caller gave comes first."""
    studied = {}
    for label in labels:
        if label.lag == 0 and label.factor in known and label.factor not in given:
            prior = prior_of(known[label.factor], outcome, scale=label.scale, to_outcome=to_outcome)
            if prior is not None:
                studied[label.name] = prior
    return studied


def _priors(
    columns: Sequence[LaggedFactor], given: Mapping[str, EffectPrior] | None
) -> dict[str, EffectPrior]:
    priors = dict(given or {})
    for column in columns:
        if column.lag > 0 and column.id not in priors:
            priors[column.id] = EffectPrior(inclusion=EARLIER_DAY_INCLUSION)
    return priors


def _failures(
    fit: LatentFit, decisions: Decisions, of_fit: tuple[Diagnostic, ...]
) -> tuple[str | None, dict[str, str], tuple[str, ...]]:
    failed: str | None = None
    held: dict[str, str] = {}
    cautions: list[str] = []
    for check in diagnose(fit, decisions, of_fit=of_fit):
        if check.level is Level.CAUTION:
            cautions.append(check.id)
        elif check.level is Level.HOLD_BACK and check.columns is None:
            failed = check.id
        elif check.level is Level.HOLD_BACK:
            for place in check.columns or ():
                held.setdefault(fit.data.labels[place].name, check.id)
    return failed, held, tuple(cautions)


def _to_outcome(outcome: OutcomeColumn, family: Family) -> float:
    """Return the change of the expected score for one unit of log odds, at the person's own spread of scores.

    An ordered scale is fitted on log odds (McCullagh 1980). Where the share of nights above level k is F_k, the mean
    score moves by the sum of step_k F_k (1 - F_k) for each unit of log odds.
    """
    if family is not Family.CUMULATIVE_LOGIT:
        return 1.0
    known = outcome.values[np.isfinite(outcome.values)]
    levels = np.unique(known)
    above = np.array([(known > level).mean() for level in levels[:-1]])
    return float(np.sum(np.diff(levels) * above * (1 - above)))


def estimate_of(answer: Answer, column: LaggedFactor, settings: Settings) -> Estimate:
    """Return the effect of one natural unit of a column."""
    place = answer.places[column.id]
    decisions = answer.decisions
    contrast = np.zeros((1, answer.fit.mean.size))
    contrast[0, place] = -1.0 if column.id in answer.mirrored else 1.0
    return _estimate(
        answer,
        column,
        contrast,
        settings,
        lfsr=float(decisions.lfsr[place]),
        small=float(decisions.unimportant[place]),
    )


def joint_estimate(answer: Answer, columns: Sequence[LaggedFactor], settings: Settings) -> Estimate:
    """Return the effect of one unit of a factor at all its lags together: one claim about their sum."""
    places = [answer.places[column.id] for column in columns]
    contrast = np.zeros((1, answer.fit.mean.size))
    contrast[0, places] = -1.0 if columns[0].id in answer.mirrored else 1.0
    claim = answer.decisions.claim(places)
    small = float(np.min(answer.decisions.unimportant[places]))
    return _estimate(answer, columns[0], contrast, settings, lfsr=claim.lfsr, small=small)


def _estimate(
    answer: Answer,
    column: LaggedFactor,
    contrast: FloatArray,
    settings: Settings,
    *,
    lfsr: float,
    small: float,
) -> Estimate:
    fit = answer.fit
    swing = fit.data.labels[answer.places[column.id]].scale
    scale = swing / answer.to_outcome
    mean = float((contrast @ fit.mean)[0])
    sd = float(np.sqrt((contrast @ fit.covariance @ contrast.T)[0, 0]))
    low, high = (float(v) for v in fit.interval_of(contrast, settings.mass)[0])
    return Estimate(
        effect=mean / scale,
        sd=sd / scale,
        low=low / scale,
        high=high / scale,
        lfsr=lfsr,
        small_chance=small,
        least=_least(fit) / scale,
        data_sd=_data_sd(sd, _prior_sd(fit) * float(np.sqrt((contrast**2).sum()))) / scale,
        step=natural_step(column.factor.kind, column.factor.values),
        swing=swing,
    )


def _prior_sd(fit: LatentFit) -> float:
    return fit.settings.effect_sd * fit.prepared.stretch


def _least(fit: LatentFit) -> float:
    """Return the least change that matters, on the fit's scale: 1.25 times for ratios, 0.22 SD for amounts."""
    return IMPORTANT * fit.prepared.stretch


def _data_sd(sd: float, prior_sd: float) -> float:
    """Return the SD that the nights alone give: the stage-1 prior taken out of the posterior's precision."""
    precision = 1 / sd**2 - 1 / prior_sd**2
    return 1 / math.sqrt(max(precision, 1e-6))


def is_ratio(kind: OutcomeKind) -> bool:
    """Return whether effects are ratios (counts, yes/no) rather than differences."""
    return kind in (OutcomeKind.COUNT, OutcomeKind.YES_NO)


def laplace_remark(answer: Answer, settings: Settings) -> Health | None:
    """Return what the check of the approximation by sampling says; None unless it is asked for."""
    if not settings.check_laplace:
        return None
    check = check_laplace(answer.fit, seed=settings.seed)
    word, level = ("laplace_good", Note.GOOD) if check.is_good else ("laplace_doubtful", Note.NOTICE)
    return Health(word, level, {"share": round(100 * check.effective_share), "samples": check.samples})


def rate_over_time(answer: Answer) -> RateOverTime | None:
    """Return the level behind the nights; None where a check failed."""
    if answer.failed is not None:
        return None
    band = answer.fit.latent
    return RateOverTime(*(_by_week(series) for series in (band.mean, band.low, band.high)))


def _by_week(series: FloatArray) -> FloatArray:
    """Return the mean of the 7 nights around each night (fewer at the ends), so that weekdays do not show."""
    total = np.concatenate([[0.0], np.cumsum(series)])
    at = np.arange(series.size)
    first, last = np.maximum(at - 3, 0), np.minimum(at + 4, series.size)
    return np.asarray((total[last] - total[first]) / (last - first))
