"""What is read of trials, as core values: the schedule, the nights that came back, the look that is due, the plan's prior."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.utils.translation import gettext as _

from quietlegs.core.diary.night import OUTCOMES, OutcomeKind
from quietlegs.core.experiments.analysis import Analysis, Monitoring, analyse
from quietlegs.core.experiments.design import Pause, PlannedNight, Schedule, is_no_remedy, lay_out
from quietlegs.core.experiments.effect import Beliefs, beliefs
from quietlegs.core.experiments.factorial import analyse_one
from quietlegs.core.experiments.monitoring import planned_looks, wealth
from quietlegs.core.experiments.nightmaker import NightModel, stated_baseline
from quietlegs.core.experiments.nights import Randomised, TrialError, TrialNights
from quietlegs.core.experiments.power import EXPERIMENTS
from quietlegs.core.experiments.safety import Advice, Circumstances
from quietlegs.core.experiments.seal import BrokenSealError, Sealed, open_sealed
from quietlegs.core.experiments.sequences import SpaceKind, sequence_space
from quietlegs.core.experiments.two_at_once import (
    NEITHER,
    OneOfTwo,
    SealedTwo,
    draw_two,
    one_of_two,
    open_any,
)
from quietlegs.core.inference import CannotFit, Settings, fit_latent, from_table
from quietlegs.core.knowledge import may_recommend
from quietlegs.core.knowledge.evidence import EvidenceEntry, Scale
from quietlegs.core.plan import OwnResult
from quietlegs.core.plan.items import Kind, PlanItem
from quietlegs.exchange.experiment_safety import advice_for, check_remedy
from quietlegs.exchange.plan_base import load_plan_book
from quietlegs.web.diary import queries as diary_queries
from quietlegs.web.diary.models import Diary, Night
from quietlegs.web.experiments.models import Rest, Trial
from quietlegs.web.plan.person import person_of

TRIED = ("cramps", "severity", "restless", "sleep_hours", "awakenings", "pain", "fatigue")
OWN_NIGHTS_ENOUGH = 14
USUAL_HOPE_COUNTS, USUAL_HOPE = 1 / 2, 1 / 3


def running(diary: Diary) -> list[Trial]:
    """Return the trials that run, the newest first. One query."""
    return list(Trial.objects.filter(diary=diary, ended="").prefetch_related("rests"))


def past(diary: Diary) -> list[Trial]:
    """Return the trials that have ended. One query."""
    return list(Trial.objects.filter(diary=diary).exclude(ended=""))


def opened(trial: Trial) -> Sealed | SealedTwo:
    """Return what was sealed. Raises BrokenSealError when it was changed."""
    return open_any(trial.sealed_text, trial.seal)


def schedule_of(trial: Trial, today: date) -> Schedule:
    """Return the schedule with the rests declared since. Raises BrokenSealError when the order was changed."""
    sealed = opened(trial)
    pauses = [_pause(rest, today) for rest in trial.rests.all()]
    if isinstance(sealed, SealedTwo):
        both = draw_two(sealed.schedule.design, sealed.seed, pauses)
        second = trial.part == Trial.Part.SECOND
        remedy = both.design.second if second else both.design.first
        nothing = _("nothing")
        clashes = remedy.strip().casefold() == nothing.casefold()  # no remedy can be called NEITHER
        return one_of_two(both, second=second, reference=NEITHER if clashes else nothing)
    return lay_out(sealed.schedule.design, sealed.schedule.treated_first, pauses)


def partner_of(trial: Trial) -> Trial | None:
    """Return the trial of the other remedy where two are tried at once. One query for such a trial, else none."""
    if not trial.part:
        return None
    return Trial.objects.filter(diary=trial.diary_id, seal=trial.seal).exclude(pk=trial.pk).first()


def _pause(rest: Rest, today: date) -> Pause:
    # A rest that lasts is laid out to tonight: tomorrow it may be longer.
    return Pause(rest.first, rest.last or max(today, rest.first), declared=rest.first)


def labels(trial: Trial) -> dict[str, str]:
    """Return how the conditions are shown to the person: by name, or as A and B in a trial that a clinician leads.

    Which letter is the remedy is a coin of the sealed seed, so that nobody can tell it from the letters.
    """
    sealed = opened(trial)
    if isinstance(sealed, SealedTwo):
        design = schedule_of(trial, date.min).design
        return {design.treatment: design.treatment, design.reference: _("without it")}
    design = sealed.schedule.design
    if not trial.clinician or trial.ended:
        return {design.treatment: design.treatment, design.reference: design.reference}
    letters = "AB" if (sealed.seed >> 64) & 1 else "BA"
    return dict(zip((design.treatment, design.reference), letters, strict=True))


def is_resting(trial: Trial) -> bool:
    """Return whether a rest lasts."""
    return any(rest.last is None for rest in trial.rests.all())


@dataclass(frozen=True, slots=True)
class Tonight:
    """What a trial plans for an evening; ``planned`` is None before, after and in a rest."""

    trial: Trial
    planned: PlannedNight | None
    done: bool | None
    condition: str = ""


def tonight(diary: Diary, evening: date) -> list[Tonight]:
    """Return what the running trials plan for an evening. One whose order was changed is left out: its own page says so."""
    found = []
    for trial in running(diary):
        try:
            schedule = schedule_of(trial, evening)
        except BrokenSealError:
            continue
        planned = None if is_resting(trial) else schedule.on(evening)
        shown = labels(trial)[planned.condition] if planned else ""
        found.append(Tonight(trial, planned, done_on(trial, evening), shown))
    return found


def done_on(trial: Trial, evening: date) -> bool | None:
    """Return whether a night was done as planned, None when it was not said. One query."""
    return trial.nights.filter(evening=evening).values_list("done", flat=True).first()


def last_counted(trial: Trial, schedule: Schedule, evening: date) -> int:
    """Return how many pairs are complete on an evening, or were when the trial ended."""
    return schedule.pairs_ended_before(min(evening, trial.ended_on) if trial.ended_on else evening)


def nights_of(trial: Trial, schedule: Schedule, pairs: int) -> TrialNights | None:
    """Return the nights of the first ``pairs`` pairs as they came back; None when there is nothing to compare. Two queries."""
    planned = [night for night in schedule.nights if night.pair <= pairs]
    label = dict(zip(schedule.nights, schedule.labels, strict=True))
    other = (
        dict(zip(schedule.nights, schedule.other, strict=True)) if isinstance(schedule, OneOfTwo) else None
    )
    if not planned:
        return None
    design = schedule.design
    stored = diary_queries.nights_between(trial.diary, planned[0].evening, planned[-1].evening)
    done = dict(trial.nights.values_list("evening", "done"))
    rests = [(rest.first, rest.last or planned[-1].evening) for rest in trial.rests.all()]
    rested = {n.evening for n in planned for first, last in rests if first <= n.evening <= last}
    known = OUTCOMES.get(trial.outcome)
    try:
        return TrialNights(
            evenings=np.array([night.evening.toordinal() for night in planned]),
            treated=np.array([night.condition == design.treatment for night in planned]),
            block=np.array([label[night] for night in planned]),
            outcome=np.array(
                [
                    _outcome(stored.get(n.evening), trial.outcome) if n.evening not in rested else np.nan
                    for n in planned
                ],
                dtype=float,
            ),
            is_washout=np.array([night.is_washout for night in planned]),
            adhered=np.array([_adhered(done.get(night.evening)) for night in planned]),
            reference=design.reference,
            treatment=design.treatment,
            outcome_name=trial.outcome,
            kind=known.kind if known else OutcomeKind.COUNT,
            lower_is_better=design.lower_is_better,
            other=None if other is None else np.array([other[night] for night in planned]),
            other_name=schedule.other_name if isinstance(schedule, OneOfTwo) else "",
        )
    except TrialError:
        return None


def conditions_of(trial: Trial, schedule: Schedule) -> dict[date, tuple[str, int]] | None:
    """Return for each evening the condition and the block as they were sealed, where two were tried at once; else None."""
    sealed = opened(trial)
    if not isinstance(sealed, SealedTwo):
        return None
    drawn = zip(
        schedule.nights, sealed.schedule.nights, strict=True
    )  # a rest moves nights, never their order
    return {night.evening: (one.condition, one.block) for night, one in drawn}


def _outcome(night: Night | None, name: str) -> float:
    if night is None:
        return np.nan
    value = getattr(night, name, None)
    if value is None and name == "severity" and night.cramps == 0:
        return 0.0  # a night known to be quiet has no pain of a cramp
    return np.nan if value is None else float(value)


def _adhered(done: bool | None) -> float:
    return np.nan if done is None else float(done)


def seed_of(trial: Trial) -> int:
    """Return the seed of drawn sequences: from the seal, so that a look never changes afterwards."""
    return int(trial.seal[:8], 16)


def is_clear(trial: Trial, nights: TrialNights | None, schedule: Schedule) -> bool:
    """Return whether the answer is clear by the rule that was fixed before the start. Nothing else is looked at."""
    if nights is None or trial.part:
        return False  # of two at once, no look is planned before the end
    strata = sequence_space(nights, SpaceKind.PAIRS).strata
    if not strata.are_pairs:
        return False
    if trial.looks == Trial.Looks.OPEN_END:
        return wealth(
            strata.difference, strata.sign, nights.kind, lower_is_better=nights.lower_is_better
        ).may_stop
    looks = planned_looks(strata.difference, strata.sign, schedule.design.pairs, seed=seed_of(trial))
    return bool(looks) and looks[-1].is_clear


def due_ending(trial: Trial, schedule: Schedule, evening: date) -> str:
    """Return why a running trial is over by the rule fixed before the start, though nobody has opened it yet; "" while it runs.

    Nothing is stored here: the ending is kept when the person opens the result (:func:`actions.settle`).
    """
    if trial.ended:
        return ""
    if evening > schedule.last:
        return Trial.Ended.COMPLETE
    nights = nights_of(trial, schedule, schedule.pairs_ended_before(evening))
    return Trial.Ended.CLEAR if is_clear(trial, nights, schedule) else ""


def ready(diary: Diary, evening: date) -> frozenset[int]:
    """Return the ids of running trials whose result may be opened. A few queries for each running trial."""
    found = set()
    for trial in running(diary):
        try:
            if due_ending(trial, schedule_of(trial, evening), evening):
                found.add(trial.pk)
        except BrokenSealError:
            continue  # its own page says what is wrong
    return frozenset(found)


def result_of(trial: Trial, nights: TrialNights) -> Analysis:
    """Return the result of an ended trial."""
    if trial.part:
        return analyse_one(nights, seed=seed_of(trial))
    schedule = open_sealed(trial.sealed_text, trial.seal).schedule
    return analyse(
        nights,
        space_kind=SpaceKind.PAIRS,
        randomised=Randomised.YES,
        monitoring=Monitoring(trial.looks),
        planned_pairs=schedule.design.pairs,
        seed=seed_of(trial),
    )


def logged_share(nights: TrialNights) -> tuple[int, int]:
    """Return logged nights and planned nights, both arms together: a hint of neither."""
    return int((~np.isnan(nights.outcome)).sum()), len(nights)


# The remedies ---------------------------------------------------------------------------------------------------


def offered() -> list[tuple[PlanItem, EvidenceEntry]]:
    """Return the remedies of the plan that may be tried, each with the entry it stands on, by title."""
    book = load_plan_book()
    found = []
    for item in book.items.values():
        if item.kind is Kind.ASK:
            continue
        entry = next(
            (book.evidence[r.evidence] for r in item.why if may_recommend(book.evidence[r.evidence])), None
        )
        if entry is not None:
            found.append((item, entry))
    return sorted(found, key=lambda one: one[0].title)


def prior_of(trial: Trial) -> tuple[float, float, EvidenceEntry] | None:
    """Return mean and sd of the literature's log ratio for a trial's remedy, with the entry; None when it gives none."""
    item = load_plan_book().items.get(trial.plan_item)
    if item is None or trial.outcome != "cramps":
        return None
    for reason in item.why:
        entry = load_plan_book().evidence[reason.evidence]
        given = entry.log_rate_ratio
        if given is not None and given.scale is Scale.CRAMPS_PER_NIGHT:
            return given.mean, given.sd, entry
    return None


def beliefs_of(trial: Trial, found: Analysis) -> tuple[Beliefs, EvidenceEntry] | None:
    """Return before, the nights, and now; None without a prior or a model, or where the trial does not speak of the same."""
    prior = prior_of(trial)
    if prior is None or found.effect is None or not _tells_of_the_remedy(found):
        return None
    return beliefs(found.effect.likelihood_grid(found.nights), prior[0], prior[1]), prior[2]


def _tells_of_the_remedy(found: Analysis) -> bool:
    """Return whether a result says what the remedy does by itself: it was not against another, and both were logged alike."""
    return is_no_remedy(found.nights.reference) and not found.logging.differs


def circumstances(diary: Diary, today: date) -> Circumstances:
    """Return what the safety gate needs to know of the person: just what the plan goes by. Five queries."""
    person, _facts = person_of(diary, today)
    return Circumstances(
        conditions=person.conditions | ({"pregnancy"} if person.pregnant else set()),
        groups=person.medicine_groups,
        medicines=person.medicines,
        age_years=person.age_years,
        disposition=person.disposition,
    )


def harmed(diary: Diary) -> frozenset[str]:
    """Return the plan's items whose trials were stopped because they did harm. One query."""
    ended = Trial.objects.filter(diary=diary, ended=Trial.Ended.HARM).exclude(plan_item="")
    return frozenset(ended.values_list("plan_item", flat=True))


def now_against(trial: Trial, today: date) -> tuple[str, ...]:
    """Return what speaks against a running trial by now: the profile or the medicines may have changed since the start."""
    gate = check_remedy(
        trial.remedy,
        plan_item=trial.plan_item or None,
        person=circumstances(trial.diary, today),
        has_agreement=trial.agreed_with,
        clinician=trial.clinician,
    )
    return tuple(ground.sentence for ground in gate.stopped_by)


def advice_of(trial: Trial) -> Advice:
    """Return what is said before anything is changed because of a trial: most of all, never to stop a prescribed medicine."""
    design = schedule_of(trial, date.min).design
    return advice_for(
        design.treatment, design.reference, plan_item=trial.plan_item, clinician=trial.clinician
    )


def planning_model(diary: Diary, outcome: str, weekly: float | None) -> tuple[NightModel | None, int]:
    """Return how the person's nights go, from their own diary or from what they said, and on how many nights it rests.

    None when neither is known.
    """
    table = diary_queries.night_table(diary)
    column = table.outcome(outcome) if table else None
    logged = 0 if column is None else int((~np.isnan(column.values)).sum())
    if table is not None and logged >= OWN_NIGHTS_ENOUGH:
        try:
            fit = fit_latent(from_table(table, outcome, factors=(), lags=(0,)), Settings())
        except CannotFit:
            fit = None
        if fit is not None and fit.data.family.is_count:
            return (
                NightModel(
                    kind=OutcomeKind.COUNT,
                    level=np.array(fit.baseline.mean),
                    correlation=np.array(fit.hyper["phi"].mean),
                    spread=np.array(fit.hyper["sigma"].mean),
                    size=np.array(fit.hyper["dispersion"].mean),
                ),
                logged,
            )
        if column is not None and column.kind is not OutcomeKind.COUNT:
            known = column.values[~np.isnan(column.values)]
            spread = float(known.std())
            return (
                NightModel(
                    kind=column.kind,
                    level=np.array(known.mean()),
                    correlation=np.array(0.5),
                    spread=np.array(0.5 * spread),
                    size=np.array(0.85 * spread),
                    drift=0.03 * spread,
                ),
                logged,
            )
    if weekly is None or OUTCOMES[outcome].kind is not OutcomeKind.COUNT:
        return None, logged
    return stated_baseline(weekly / 7, EXPERIMENTS, seed=1), 0


def hoped(model: NightModel, outcome: str, share: float | None = None) -> float:
    """Return the effect that planning hopes for: better by a share of the usual level.

    By default half as many of what is counted, or better by a third of the usual level.
    """
    if model.kind is OutcomeKind.COUNT:
        return float(np.log(1 - (USUAL_HOPE_COUNTS if share is None else share)))
    better = -1.0 if OUTCOMES[outcome].more_is_worse else 1.0
    return better * float(np.mean(model.level)) * (USUAL_HOPE if share is None else share)


def own_results(diary: Diary) -> Mapping[str, OwnResult]:
    """Return what ended trials on cramps found, by the factor's id in the library, for the plan: randomised results."""
    found: dict[str, OwnResult] = {}
    items = load_plan_book().items
    for trial in reversed(past(diary)):
        item = items.get(trial.plan_item)
        if item is None or item.factor is None or trial.outcome != "cramps":
            continue
        evening = trial.ended_on or date.max
        try:
            schedule = schedule_of(trial, evening)
        except BrokenSealError:
            continue  # its own page says so; nothing is learnt from it
        nights = nights_of(trial, schedule, last_counted(trial, schedule, evening))
        if nights is None:
            continue
        analysis = result_of(trial, nights)
        effect = analysis.effect
        if effect is not None and _tells_of_the_remedy(analysis):
            mean, sd = effect.data_only
            found[item.factor] = OwnResult(
                -mean if item.avoid else mean, sd, effect.treatment.nights, is_randomised=True
            )
    return found
