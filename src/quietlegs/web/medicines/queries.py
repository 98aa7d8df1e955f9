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
    """Whether the newest kidney test is below the threshold. No test is no answer, and gives False.

    Two tests of one day both count, and so does one without a day, for it may be the newest.
    """
    rates = [(one.taken_on, one.value) for one in values.get("egfr", ())]
    for one in values.get("creatinine", ()):
        rate = _lowest_rate(one.value, facts)
        if rate is not None:
            rates.append((one.taken_on, rate))
    newest = max((day for day, _rate in rates if day), default=None)
    return any(rate < KIDNEY_LIMIT for day, rate in rates if day in (None, newest))


def _lowest_rate(creatinine: float, facts: ProfileFacts) -> float | None:
    """Return the filtration rate; where the sex is not known, the lower of the two, to be safe. None without an age."""
    if facts.age_years is None:
        return None
    sexes = (facts.sex,) if facts.sex in ("female", "male") else ("female", "male")
    found = [egfr(creatinine, age_years=facts.age_years, sex=sex) for sex in sexes]
    return min((rate for rate in found if rate is not None), default=None)
