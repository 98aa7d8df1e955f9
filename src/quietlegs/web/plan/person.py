"""What plans and trials need to know of the person: profile, medicines, blood tests and the last check."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.utils import timezone

from quietlegs.core.assessment.medicines import MedicineReview
from quietlegs.core.knowledge.evidence import About
from quietlegs.core.plan import Person
from quietlegs.exchange.plan_base import load_plan_book
from quietlegs.web.check.models import CheckRun
from quietlegs.web.check.queries import kept_checks
from quietlegs.web.diary.models import Diary
from quietlegs.web.medicines import queries as medicine_queries
from quietlegs.web.medicines.queries import ProfileFacts

_LINKED = {About.CRAMPS: "may-cause-cramps", About.RESTLESS_LEGS: "may-worsen-rls"}
CHECK_HOLDS = timedelta(days=30)  # after that a check is too old to hold a plan back
PREGNANCY_HOLDS = timedelta(weeks=46)  # 40 weeks, and the 6 after birth
YEAR = timedelta(days=365.25)


def person_of(diary: Diary, today: date) -> tuple[Person, ProfileFacts]:
    """Return what the plan needs to know of the person. Five queries. Without a complaint, cramps are taken."""
    facts = medicine_queries.profile_facts(diary, today)
    review = medicine_queries.medicine_review(diary, facts)
    values = medicine_queries.lab_values(diary)
    about = facts.about or (About.CRAMPS,)
    last = last_check(diary)
    aged = facts if facts.age_years is not None else replace(facts, age_years=last.age_years)
    kidneys = {"kidney-disease"} if medicine_queries.kidneys_are_weak(values, aged) else set()
    return Person(
        about=about,
        age_years=aged.age_years,
        pregnant=facts.pregnant,
        conditions=facts.conditions | kidneys | last.conditions,
        medicines=review.ids,
        medicine_groups=review.groups_named,
        linked_medicines=_linked(review, about),
        has_ferritin="ferritin" in values,
        disposition=last.disposition,
    ), facts


@dataclass(frozen=True, slots=True)
class LastCheck:
    """What the last kept check came to, the conditions that its answers speak of, and the age that it was made for."""

    disposition: str | None = None
    conditions: frozenset[str] = frozenset()
    age_years: int | None = None


def last_check(diary: Diary) -> LastCheck:
    """Return what the checks that were kept say. One query.

    The last one speaks for 30 days. Longer speak its age and what is lasting (``lasting`` of ``kb/plan/index.yaml``):
    diabetes that was ticked does not go away with the check.
    """
    kept = kept_checks(diary)
    if not kept:
        return LastCheck()
    last, now, book = kept[0], timezone.now(), load_plan_book()
    ended = last.finished_at or last.started_at
    age_years = last.age_years + int((now - last.started_at) / YEAR)
    of_last = book.conditions_of(_yes(last))
    if now - ended <= CHECK_HOLDS:
        return LastCheck((last.result or {}).get("disposition"), of_last, age_years)
    lasting = set(book.lasting)
    if now - ended > PREGNANCY_HOLDS:
        lasting.discard("pregnancy")
    return LastCheck(None, of_last & lasting, age_years)


def _yes(run: CheckRun) -> set[str]:
    """Return the ids of the flags and answers that were so, or that "not sure" leaves standing."""
    result = run.result or {}
    flags = [*result.get("red_flags", ()), *result.get("not_ruled_out", ())]
    gave: dict[str, object] = {}
    for step in run.steps:
        gave |= step.get("gave", {})
    return {flag["id"] for flag in flags} | {name for name, said in gave.items() if said is True}


def _linked(review: MedicineReview, about: tuple[About, ...]) -> tuple[str, ...]:
    found = [
        one.medicine.name.split(" (")[0].lower()
        for complaint in about
        if complaint in _LINKED
        for one in review.with_effect(_LINKED[complaint], checked=True)
    ]
    return tuple(dict.fromkeys(found))
