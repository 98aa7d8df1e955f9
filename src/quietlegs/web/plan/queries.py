"""What the plan reads: the person, their own results, and what they have chosen, as core values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from django.utils import timezone

from quietlegs.core.assessment.medicines import MedicineReview
from quietlegs.core.diary.night import FactorKind
from quietlegs.core.knowledge.evidence import About
from quietlegs.core.plan import OwnResult, Person, WeekPlan, plan_week
from quietlegs.core.plan.benefit import without_prior
from quietlegs.core.triggers import Finding
from quietlegs.exchange.plan_base import load_plan_book
from quietlegs.web.check.models import CheckRun
from quietlegs.web.diary import library
from quietlegs.web.diary.models import Diary, Factor
from quietlegs.web.experiments import queries as trials
from quietlegs.web.insights.queries import analysis_of, state_of
from quietlegs.web.medicines import queries as medicine_queries
from quietlegs.web.medicines.queries import ProfileFacts
from quietlegs.web.plan.models import Choice, Done, Pause

_LINKED = {About.CRAMPS: "may-cause-cramps", About.RESTLESS_LEGS: "may-worsen-rls"}
MINUTES = "min"
CHECK_HOLDS = timedelta(days=30)  # after that a check is too old to hold a plan back


def person_of(diary: Diary, today: date) -> tuple[Person, ProfileFacts]:
    """Return what the plan needs to know of the person. Five queries. Without a complaint, cramps are taken."""
    facts = medicine_queries.profile_facts(diary, today)
    review = medicine_queries.medicine_review(diary, facts)
    values = medicine_queries.lab_values(diary)
    about = facts.about or (About.CRAMPS,)
    kidneys = {"kidney-disease"} if medicine_queries.kidneys_are_weak(values, facts) else set()
    last = last_check(diary)
    return Person(
        about=about,
        age_years=facts.age_years,
        pregnant=facts.pregnant,
        conditions=facts.conditions | kidneys | last.conditions,
        medicines=review.ids,
        medicine_groups=review.groups,
        linked_medicines=_linked(review, about),
        has_ferritin="ferritin" in values,
        disposition=last.disposition,
    ), facts


@dataclass(frozen=True, slots=True)
class LastCheck:
    """What the last finished check came to, and the conditions that its answers speak of."""

    disposition: str | None = None
    conditions: frozenset[str] = frozenset()


def last_check(diary: Diary) -> LastCheck:
    """Return what the last finished check says while it is fresh; nothing otherwise. One query."""
    since = timezone.now() - CHECK_HOLDS
    run = CheckRun.objects.filter(diary=diary, finished_at__gte=since).order_by("-finished_at").first()
    if run is None:
        return LastCheck()
    result = run.result or {}
    flags = [*result.get("red_flags", ()), *result.get("not_ruled_out", ())]
    gave: dict[str, object] = {}
    for step in run.steps:
        gave |= step.get("gave", {})
    yes = {flag["id"] for flag in flags} | {name for name, said in gave.items() if said is True}
    return LastCheck(result.get("disposition"), load_plan_book().conditions_of(yes))


def _linked(review: MedicineReview, about: tuple[About, ...]) -> tuple[str, ...]:
    found = [
        one.medicine.name.split(" (")[0].lower()
        for complaint in about
        if complaint in _LINKED
        for one in review.with_effect(_LINKED[complaint], checked=True)
    ]
    return tuple(dict.fromkeys(found))


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
    ids = _library_ids(diary)
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


def _library_ids(diary: Diary) -> dict[str, str]:
    """Return the library's id of each of the diary's factors that has one, by the factor's name. One query."""
    by_name = {choice.name.casefold(): choice.id for choice in library.choices().values()}
    return {
        name: library_id or by_name[name.casefold()]
        for name, library_id in Factor.objects.filter(diary=diary).values_list("name", "library_id")
        if library_id or name.casefold() in by_name
    }


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
    )
    return plan, facts
