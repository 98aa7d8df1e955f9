"""What is read of profile, medicines and blood tests, as core values."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from quietlegs.core.assessment.labs import LabValue, egfr
from quietlegs.core.assessment.medicines import MedicineReview, review
from quietlegs.core.knowledge.evidence import About
from quietlegs.exchange.medicine_base import load_recogniser
from quietlegs.web.diary.models import Diary
from quietlegs.web.medicines.models import LabResult, MedicineList, Profile

KIDNEY_LIMIT = (
    60  # mL/min/1.73 m2: the threshold of kb/labs/egfr.yaml; below it, plans take kidneys into account
)


@dataclass(frozen=True, slots=True)
class ProfileFacts:
    """What is known of the person. None and empty mean not said.

    ``conditions`` are ids of the data, with ``restless-legs`` where it is among the complaints.
    """

    age_years: int | None = None
    sex: str = ""
    pregnant: bool | None = None
    about: tuple[About, ...] = ()
    conditions: frozenset[str] = frozenset()
    food_and_drink: frozenset[str] = frozenset()


def profile_facts(diary: Diary, today: date) -> ProfileFacts:
    """Return what the person has said of themselves. One query."""
    profile = Profile.objects.filter(diary=diary).first()
    if profile is None:
        return ProfileFacts()
    about = tuple(About(one) for one in profile.about)
    restless = {"restless-legs"} if About.RESTLESS_LEGS in about else set()
    return ProfileFacts(
        age_years=None if profile.born_in is None else max(0, today.year - profile.born_in),
        sex=profile.sex,
        pregnant=profile.pregnant,
        about=about,
        conditions=frozenset(profile.conditions) | restless,
        food_and_drink=frozenset(profile.food_and_drink),
    )


def medicine_text(diary: Diary) -> str:
    """Return the list of medicines as it was written. One query."""
    return MedicineList.objects.filter(diary=diary).values_list("text", flat=True).first() or ""


def medicine_review(diary: Diary, facts: ProfileFacts, text: str | None = None) -> MedicineReview:
    """Return the review of the person's list, or of another text. One query at most."""
    return review(
        load_recogniser(),
        medicine_text(diary) if text is None else text,
        conditions=facts.conditions,
        food_and_drink=facts.food_and_drink,
        age_years=facts.age_years,
        pregnant=facts.pregnant,
    )


def lab_results(diary: Diary) -> dict[str, list[LabResult]]:
    """Return the blood tests by test, the oldest first. One query."""
    found: dict[str, list[LabResult]] = defaultdict(list)
    for result in LabResult.objects.filter(diary=diary):
        found[result.test].append(result)
    return dict(found)


def lab_values(diary: Diary) -> dict[str, tuple[LabValue, ...]]:
    """Return the blood tests as core values by test, the oldest first. One query."""
    return {
        test: tuple(LabValue(test, one.value, one.as_given, one.unit, one.taken_on) for one in results)
        for test, results in lab_results(diary).items()
    }


def kidneys_are_weak(values: dict[str, tuple[LabValue, ...]], facts: ProfileFacts) -> bool:
    """Whether the newest kidney test is below the threshold. No test is no answer, and gives False."""
    latest = values.get("egfr", ())
    if latest:
        return latest[-1].value < KIDNEY_LIMIT
    creatinine = values.get("creatinine", ())
    if not creatinine or facts.age_years is None:
        return False
    rate = egfr(creatinine[-1].value, age_years=facts.age_years, sex=facts.sex)
    return rate is not None and rate < KIDNEY_LIMIT
