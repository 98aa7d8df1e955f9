"""What the plan reads: the person, their own results, and what they have chosen, as core values."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from quietlegs.core.diary.night import FactorKind
from quietlegs.core.plan import OwnResult, WeekPlan, plan_week
from quietlegs.core.plan.benefit import without_prior
from quietlegs.core.triggers import Finding
from quietlegs.exchange.plan_base import load_plan_book
from quietlegs.web.diary.models import Diary
from quietlegs.web.experiments import queries as trials
from quietlegs.web.insights.queries import analysis_of, known_factors, state_of
from quietlegs.web.medicines.queries import ProfileFacts
from quietlegs.web.plan.models import Choice, Done, Pause
from quietlegs.web.plan.person import person_of

MINUTES = "min"


def own_results(diary: Diary) -> Mapping[str, OwnResult]:
    """Return what the person's own nights say of the factors that plans know, by the factor's id in the library.

    A trial that has ended speaks before the diary. What is in a trial now stays sealed: its nights say nothing yet.
    """
    sealed = {load_plan_book().items[item].factor for item in in_trial(diary)}
    found = {name: result for name, result in _diary_results(diary).items() if name not in sealed}
    return found | dict(_trial_results(diary.pk, analysis_state(diary)))


@lru_cache(maxsize=16)
def _trial_results(diary_id: int, state: object) -> tuple[tuple[str, OwnResult], ...]:
    """Return what ended trials found, worked out once for each state of the diary."""
    return tuple(trials.own_results(Diary.objects.get(pk=diary_id)).items())


def in_trial(diary: Diary) -> dict[str, int]:
    """Return the running trials of plan items: their ids by item id. Two queries."""
    items = load_plan_book().items
    return {trial.plan_item: trial.pk for trial in trials.running(diary) if trial.plan_item in items}


def analysis_state(diary: Diary) -> tuple[object, ...]:
    """Return what changes whenever the diary or its trials do. Two queries."""
    return (*state_of(diary), tuple((trial.pk, trial.ended) for trial in trials.past(diary)))


def _diary_results(diary: Diary) -> Mapping[str, OwnResult]:
    """Return what the diary alone says.

    A factor in minutes counts for the minutes of its item. Findings of the day before are passed over: an item
    works, if it does, in the night that follows.
    """
    analysis = analysis_of(diary)
    if analysis is None:
        return {}
    ids = known_factors(diary)
    minutes = {item.factor: item.minutes for item in load_plan_book().items.values() if item.factor}
    found: dict[str, OwnResult] = {}
    for finding in analysis.findings.findings:
        name = ids.get(finding.factor)
        if name is None or finding.lag != 0 or finding.estimate is None or name not in minutes:
            continue
        result = own_result(finding, minutes[name])
        if result is not None:
            found[name] = result
    return found


def own_result(finding: Finding, minutes: int) -> OwnResult | None:
    """Return a finding as the data's own result for doing an item, or None where its unit is another."""
    estimate = finding.estimate
    if estimate is None or estimate.sd <= 0 or estimate.data_sd <= 0:
        return None
    if finding.kind is FactorKind.AMOUNT and finding.unit == MINUTES and minutes:
        size = float(minutes)
    elif finding.kind in (FactorKind.YES_NO, FactorKind.COUNT):
        size = 1.0
    else:
        return None
    mean = without_prior(estimate.effect, estimate.sd, estimate.data_sd)
    return OwnResult(mean * size, estimate.data_sd * size, finding.nights_with)


def choices(diary: Diary) -> dict[str, str]:
    """Return what was chosen of the items, by item id. One query."""
    return dict(Choice.objects.filter(diary=diary).values_list("item", "what"))


def pause(diary: Diary) -> Pause | None:
    """Return the pause that lasts, or None."""
    return Pause.objects.filter(diary=diary).first()


def done_on(diary: Diary, evening: date) -> dict[str, bool]:
    """Return what was done or not on a night, by item id. One query."""
    return dict(Done.objects.filter(diary=diary, evening=evening).values_list("item", "done"))


def week_plan(diary: Diary, today: date) -> tuple[WeekPlan, ProfileFacts]:
    """Return this week's plan, with what is known of the person."""
    person, facts = person_of(diary, today)
    chosen = choices(diary)
    plan = plan_week(
        load_plan_book(),
        person,
        own_results(diary),
        kept=[item for item, what in chosen.items() if what == Choice.What.KEPT],
        dropped=[item for item, what in chosen.items() if what == Choice.What.DROPPED],
        harmed=trials.harmed(diary),
    )
    return plan, facts
