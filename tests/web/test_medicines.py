"""Medicines, blood tests and the profile, as a person meets them."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from quietlegs.core.assessment.labs import LabValue
from quietlegs.web.diary.access import household_diary
from quietlegs.web.medicines import actions, queries
from quietlegs.web.medicines.models import LabResult, MedicineList, Profile

pytestmark = pytest.mark.django_db
TODAY = date.today()


def text(response) -> str:
    return response.content.decode()


def test_a_pasted_list_is_kept_and_reviewed(client: Client):
    response = client.post(
        reverse("medicines:list"), {"medicines": "bendroflumethiazide 2.5mg\r\nsimvastain"}, follow=True
    )
    assert MedicineList.objects.get().text == "bendroflumethiazide 2.5mg\nsimvastain"
    assert "Lowers blood potassium" in text(response)
    assert "Read as Simvastatin" in text(response)
    assert "Do not stop a prescribed medicine on your own" in text(response)


def test_what_may_have_been_stopped_counts_as_taken_and_is_asked_about(client: Client):
    page = text(
        client.post(reverse("medicines:list"), {"medicines": "stopped ramipril, warfarin"}, follow=True)
    )
    asked = page.index("Do you take this now?")
    assert (
        asked
        < page.index("<li>warfarin</li>")
        < page.index("Not taken now")
        < page.index("stopped ramipril</li>")
    )
    assert "warfarin" in queries.medicine_review(household_diary(), queries.ProfileFacts()).ids


def test_what_was_not_recognised_is_named_and_one_tap_mends_it(client: Client):
    page = text(client.post(reverse("medicines:list"), {"medicines": "lasic 40mg\nfoobarium"}, follow=True))
    assert "Did you mean one of these?" in page
    assert "foobarium" in page
    mended = {"medicines": "lasic 40mg\nfoobarium", "mend": "lasic 40mg\nLasix"}
    client.post(reverse("medicines:list"), mended)
    assert MedicineList.objects.get().text == "Lasix\nfoobarium"


def test_a_list_too_long_to_be_one_is_refused_and_not_lost(client: Client):
    client.post(reverse("medicines:list"), {"medicines": "omeprazole"})
    response = client.post(reverse("medicines:list"), {"medicines": "x" * 60_000})
    assert response.status_code == 422
    assert "x" * 1000 in text(response)
    assert MedicineList.objects.get().text == "omeprazole"


def test_what_is_typed_is_never_markup(client: Client):
    page = text(
        client.post(reverse("medicines:list"), {"medicines": "<script>alert(1)</script>"}, follow=True)
    )
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_illnesses_and_age_change_which_pairs_matter(client: Client):
    client.post(reverse("medicines:list"), {"medicines": "magnesium citrate"})
    assert "kidney team" not in text(client.get(reverse("medicines:list")))
    client.post(reverse("medicines:profile"), {"age": "70", "conditions": ["kidney-disease"]})
    assert "kidney team" in text(client.get(reverse("medicines:list")))


def test_a_profile_is_kept_as_said_and_open_answers_stay_open(client: Client):
    said = {
        "age": "67",
        "sex": "female",
        "pregnant": "",
        "about": ["cramps"],
        "conditions": ["diabetes", "nonsense"],
    }
    client.post(reverse("medicines:profile"), said)
    profile = Profile.objects.get()
    assert (profile.sex, profile.pregnant, profile.about) == ("female", None, ["cramps"])
    assert profile.conditions == ["diabetes"]
    assert queries.profile_facts(household_diary(), TODAY).age_years == 67


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ({"age": "80", "pregnant": "yes"}, "Age 80 and pregnant"),
        ({"age": "30", "sex": "male", "pregnant": "yes"}, "Male and pregnant"),
        ({"age": "121"}, "0 to 120"),
        ({"age": "old"}, "0 to 120"),
        ({"age": "-3"}, "0 to 120"),
    ],
)
def test_a_contradiction_or_slip_is_asked_about_and_kept_on_the_page(client: Client, typed, asked):
    response = client.post(reverse("medicines:profile"), typed)
    assert response.status_code == 422
    assert asked in text(response)
    assert f'value="{typed["age"]}"' in text(response)
    assert not Profile.objects.exists()


@pytest.mark.parametrize("age", ["0", "12", "17", "120"])
def test_every_age_a_person_can_have_is_taken(client: Client, age):
    assert client.post(reverse("medicines:profile"), {"age": age}).status_code == 302
    assert client.get(reverse("plan:plan")).status_code == 200


def lab(client: Client, test: str, figure: str, unit: str, **more):
    return client.post(
        reverse("medicines:labs"),
        {"test": test, "figure": figure, "unit": unit, "taken_on": "2026-02-01"} | more,
    )


def test_a_blood_test_is_kept_in_one_unit_and_shown_as_printed(client: Client):
    assert lab(client, "vitamin-d", "12", "ng/mL").status_code == 302
    assert LabResult.objects.get().value == pytest.approx(29.95, abs=0.01)
    page = text(client.get(reverse("medicines:labs")))
    assert "12 ng/mL" in page
    assert "Below 50" in page


def test_ten_times_too_much_is_asked_again_and_one_tap_mends_it(client: Client):
    response = lab(client, "potassium", "42", "mmol/L")
    assert response.status_code == 422
    assert "4.2 mmol/L" in text(response)
    assert not LabResult.objects.exists()
    assert lab(client, "potassium", "42", "mmol/L", could_be="4.2|mmol/L").status_code == 302
    assert LabResult.objects.get().value == 4.2


def test_an_unusual_value_is_taken_when_the_person_says_so(client: Client):
    assert lab(client, "ferritin", "2000", "ng/mL").status_code == 422
    assert lab(client, "ferritin", "2000", "ng/mL", confirmed="yes").status_code == 302


@pytest.mark.parametrize(
    "typed",
    [
        {"figure": "lots", "unit": "mmol/L"},
        {"figure": "", "unit": "mmol/L"},
        {"figure": "4.2", "unit": "pints"},
        {"figure": "nan", "unit": "mmol/L"},
        {"figure": "4.2", "unit": "mmol/L", "taken_on": "yesterday"},
        {"figure": "4.2", "unit": "mmol/L", "taken_on": str(TODAY + timedelta(days=2))},
        {"figure": "4.2", "unit": "mmol/L", "taken_on": "2026-02-31"},
    ],
)
def test_a_slip_in_a_blood_test_is_said_and_nothing_is_saved(client: Client, typed):
    response = client.post(reverse("medicines:labs"), {"test": "potassium"} | typed)
    assert response.status_code == 422
    assert not LabResult.objects.exists()


def test_restless_legs_give_ferritin_its_own_threshold(client: Client):
    lab(client, "ferritin", "60", "ng/mL")
    assert "guidance speaks of iron" not in text(client.get(reverse("medicines:labs")))
    client.post(reverse("medicines:profile"), {"about": ["restless-legs"]})
    assert "guidance speaks of iron" in text(client.get(reverse("medicines:labs")))


def test_a_weak_kidney_test_counts_as_kidney_disease_for_the_plan(client: Client):
    diary = household_diary()
    facts = queries.profile_facts(diary, TODAY)
    assert not queries.kidneys_are_weak(queries.lab_values(diary), facts)
    actions.add_lab_result(diary=diary, value=LabValue("egfr", 48, 48, "mL/min"), taken_on=TODAY)
    assert queries.kidneys_are_weak(queries.lab_values(diary), facts)


def on(test: str, value: float, day: date | None) -> LabValue:
    return LabValue(test, value, value, "", day)


@pytest.mark.parametrize(
    ("tests", "sex", "weak"),
    [
        ([("egfr", 85, TODAY - timedelta(days=4000)), ("creatinine", 380, TODAY)], "female", True),
        ([("egfr", 48, TODAY - timedelta(days=4000)), ("creatinine", 60, TODAY)], "female", False),
        ([("creatinine", 380, TODAY - timedelta(days=9)), ("egfr", 85, TODAY)], "female", False),
        ([("creatinine", 380, TODAY), ("egfr", 85, TODAY)], "female", True),
        ([("egfr", 48, None), ("egfr", 85, TODAY)], "female", True),
        # At 60 years, 100 umol/l is a rate of 56 in a woman and 74 in a man; 85 is 68 in a woman.
        ([("creatinine", 100, TODAY)], "male", False),
        ([("creatinine", 100, TODAY)], "", True),
        ([("creatinine", 85, TODAY)], "", False),
        ([], "", False),
    ],
)
def test_the_newest_kidney_test_counts_and_an_unknown_sex_takes_the_lower_rate(tests, sex, weak):
    facts = queries.ProfileFacts(age_years=60, sex=sex)
    values: dict[str, tuple[LabValue, ...]] = {}
    for name, value, day in tests:
        values[name] = (*values.get(name, ()), on(name, value, day))
    assert queries.kidneys_are_weak(values, facts) is weak


def test_a_blood_test_can_be_deleted_by_post_only(client: Client):
    lab(client, "potassium", "4.2", "mmol/L")
    address = reverse("medicines:delete_lab", args=[LabResult.objects.get().pk])
    assert client.get(address).status_code == 405
    assert client.post(address).status_code == 302
    assert not LabResult.objects.exists()


def test_more_blood_tests_add_no_query(client: Client):
    lab(client, "potassium", "4.2", "mmol/L")
    counts = []
    for days in (range(2, 3), range(3, 12)):
        for day in days:
            lab(client, "potassium", "4.3", "mmol/L", taken_on=f"2026-03-{day:02}")
        client.get(reverse("medicines:labs"))  # messages shown once
        with CaptureQueriesContext(connection) as queries_made:
            client.get(reverse("medicines:labs"))
        counts.append(len(queries_made.captured_queries))
    assert counts[0] == counts[1] <= 8
