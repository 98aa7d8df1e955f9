"""Every change to profile, medicines and blood tests: one function, one transaction each."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from quietlegs.core.assessment.labs import LabValue
from quietlegs.web.diary.models import Diary
from quietlegs.web.medicines.models import LabResult, MedicineList, Profile


@transaction.atomic
def save_profile(
    *,
    diary: Diary,
    born_in: int | None,
    sex: str,
    pregnant: bool | None,
    about: Sequence[str],
    conditions: Sequence[str],
    food_and_drink: Sequence[str],
) -> Profile:
    """Keep what the person says of themselves; what is not given is not known any more."""
    profile, _ = Profile.objects.update_or_create(
        diary=diary,
        defaults={
            "born_in": born_in,
            "sex": sex,
            "pregnant": pregnant,
            "about": list(about),
            "conditions": list(conditions),
            "food_and_drink": list(food_and_drink),
        },
    )
    return profile


@transaction.atomic
def save_medicines(*, diary: Diary, text: str) -> MedicineList:
    """Keep the list as it was written."""
    kept, _ = MedicineList.objects.update_or_create(diary=diary, defaults={"text": text})
    return kept


@transaction.atomic
def add_lab_result(*, diary: Diary, value: LabValue, taken_on: date) -> LabResult:
    """Keep a blood test. The same figure of the same day is kept once."""
    result, _ = LabResult.objects.get_or_create(
        diary=diary,
        test=value.test,
        taken_on=taken_on,
        value=value.value,
        defaults={"as_given": value.as_given, "unit": value.unit},
    )
    return result


@transaction.atomic
def delete_lab_result(*, result: LabResult) -> None:
    """Forget a blood test."""
    result.delete()
