"""The plan page: what is asked, kept, paused and noted for the nights."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from quietlegs.core.diary.night import Night
from quietlegs.exchange.plan_base import load_exercises, load_plan_book
from quietlegs.web.check.models import CheckRun
from quietlegs.web.diary import actions as diary_actions
from quietlegs.web.diary import clock
from quietlegs.web.diary.access import household_diary
from quietlegs.web.diary.models import FactorValue
from quietlegs.web.diary.models import Night as StoredNight
from quietlegs.web.experiments import actions as trial_actions
from quietlegs.web.experiments.models import Trial
from quietlegs.web.medicines.models import MedicineList, Profile
from quietlegs.web.plan import actions, queries
from quietlegs.web.plan.models import Choice, Done, Pause
from quietlegs.web.plan.person import last_check

pytestmark = pytest.mark.django_db
ITEMS = load_plan_book().items


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def tonight() -> str:
    return clock.tonight(household_diary()).isoformat()


def tap(client: Client, item: str, answer: str, evening: str):
    return client.post(reverse("plan:done"), {"item": item, "answer": answer, "evening": evening})


def test_a_plan_needs_nothing_to_begin_with(client: Client):
    page = text(client.get(reverse("plan:plan")))
    assert "Stretch both calves" in page
    assert "Not worth your time" in page


def test_done_is_one_tap_and_becomes_a_factor_of_the_night(client: Client, tonight: str):
    assert tap(client, "stretch-calves", "yes", tonight).status_code == 302
    assert Done.objects.get().done is True
    value = FactorValue.objects.get()
    assert (value.factor.library_id, value.value) == ("calf-stretch", 1.0)
    assert StoredNight.objects.get().cramps is None  # noting a stretch says nothing of the night


def test_leaving_something_out_is_noted_as_a_no(client: Client, tonight: str):
    tap(client, "late-caffeine", "yes", tonight)
    value = FactorValue.objects.get()
    assert (value.factor.library_id, value.value) == ("late-caffeine", 0.0)


def test_an_amount_is_never_made_up_from_a_tap(client: Client, tonight: str):
    tap(client, "walk-daily", "yes", tonight)
    assert Done.objects.get().done is True
    assert not FactorValue.objects.exists()


def test_leaving_open_again_takes_the_answer_back_and_nothing_else(client: Client, tonight: str):
    diary = household_diary()
    diary_actions.log_night(
        diary=diary, night=Night(evening=clock.tonight(diary), outcomes={"cramps": 2.0}, note="hot")
    )
    tap(client, "stretch-calves", "no", tonight)
    assert FactorValue.objects.get().value == 0.0
    tap(client, "stretch-calves", "", tonight)
    assert not Done.objects.exists()
    assert not FactorValue.objects.exists()
    night = StoredNight.objects.get()
    assert (night.cramps, night.note) == (2, "hot")


def test_a_factor_the_person_watches_already_is_used(client: Client, tonight: str):
    diary = household_diary()
    diary_actions.add_factor(diary=diary, name="calf stretch before bed")
    tap(client, "stretch-calves", "yes", tonight)
    assert diary.factors.count() == 1


def test_a_night_that_has_not_been_is_refused_with_words(client: Client, tonight: str):
    later = (datetime.now(UTC) + timedelta(days=5)).date().isoformat()
    response = client.post(
        reverse("plan:done"), {"item": "stretch-calves", "answer": "yes", "evening": later}, follow=True
    )
    assert response.status_code == 200
    assert not Done.objects.exists()


@pytest.mark.parametrize(
    "typed",
    [
        {"item": "nonsense", "answer": "yes", "evening": "2026-01-01"},
        {"item": "stretch-calves", "answer": "perhaps", "evening": "2026-01-01"},
        {"item": "stretch-calves", "answer": "yes", "evening": "tonight"},
    ],
)
def test_what_no_page_can_send_is_not_found(client: Client, typed):
    assert client.post(reverse("plan:done"), typed).status_code == 404


@pytest.mark.parametrize("name", ["plan:done", "plan:choose", "plan:pause"])
def test_changes_are_by_post_only(client: Client, name: str):
    assert client.get(reverse(name)).status_code == 405


def test_a_flare_or_holiday_pauses_everything_and_loses_nothing(client: Client):
    client.post(reverse("plan:choose"), {"item": "loose-covers", "what": "kept"})
    client.post(reverse("plan:pause"), {"why": "flare"})
    page = text(client.get(reverse("plan:plan")))
    assert "Done tonight?" not in page
    assert "Nothing is asked of you" in page
    client.post(reverse("plan:pause"), {"why": ""})
    assert not Pause.objects.exists()
    assert Choice.objects.get().what == "kept"


def test_dropped_items_go_and_kept_items_come_first(client: Client):
    client.post(reverse("plan:choose"), {"item": "stretch-calves", "what": "dropped"})
    client.post(reverse("plan:choose"), {"item": "shoes", "what": "kept"})
    week, _facts = queries.week_plan(household_diary(), clock.tonight(household_diary()))
    offered = [offer.item.id for offer in week.offers]
    assert offered[0] == "shoes"
    assert "stretch-calves" not in offered


def test_every_offer_shows_its_cautions_without_unfolding_anything(client: Client):
    client.post(reverse("medicines:profile"), {"about": ["cramps", "restless-legs", "fibromyalgia"]})
    page = text(client.get(reverse("plan:plan")))
    week, _facts = queries.week_plan(household_diary(), clock.tonight(household_diary()))
    for offer in week.offers:
        section = page.split(f'id="{offer.item.id}"')[1].split("</section>")[0]
        shown = section.split("<details>")[0]
        for caution in offer.entry.safety:
            assert caution.split(".")[0] in shown, offer.item.id


def test_a_child_gets_no_plan(client: Client):
    client.post(reverse("medicines:profile"), {"age": "9"})
    page = text(client.get(reverse("plan:plan")))
    assert "for adults" in page
    assert "Stretch both calves" not in page


def test_the_arithmetic_shows_every_number_of_every_item(client: Client):
    week, _facts = queries.week_plan(household_diary(), clock.tonight(household_diary()))
    page = text(client.get(reverse("plan:arithmetic")))
    for offer in (*week.offers, *week.waiting):
        if offer.worth:
            assert offer.item.title in page
            assert f"{100 * offer.worth.gain:.1f}" in page


def test_own_nights_reach_the_plan(client: Client):
    diary = household_diary()
    now = datetime.now(UTC)
    factor = diary_actions.add_factor(
        diary=diary, name="Loose blanket at the feet", library_id="loose-covers"
    )
    for back in range(1, 121):
        done = back % 2
        cramps = (
            float(back % 9 == 0) if done else float(back % 4)
        )  # not the very same nights: a factor is no outcome
        night = Night(
            evening=clock.tonight(diary, now) - timedelta(days=back),
            outcomes={"cramps": cramps},
            factors={factor.name: float(done)},
        )
        diary_actions.log_night(diary=diary, night=night, now=now)
    own = queries.own_results(diary)["loose-covers"]
    assert own.nights == 60
    assert own.mean < -0.5
    week, _facts = queries.week_plan(diary, clock.tonight(diary, now))
    assert week.offers[0].item.id == "loose-covers"
    assert "In your 60 nights with it" in text(client.get(reverse("plan:plan")))


def test_what_is_in_a_trial_stays_sealed(client: Client):
    diary = household_diary()
    trial = Trial.objects.create(
        diary=diary, remedy="Stretch", plan_item="stretch-calves", outcome="cramps", sealed_text="", seal=""
    )
    page = text(client.get(reverse("plan:plan")))
    section = page.split('id="stretch-calves"')[1].split("</section>")[0]
    assert "In your trial now" in section
    assert f"/{trial.pk}/" in section
    assert "Done tonight?" not in section


@pytest.mark.parametrize(
    ("disposition", "days_ago", "waits"),
    [("same_day", 1, True), ("emergency_now", 1, True), ("self_care", 1, False), ("same_day", 40, False)],
)
def test_a_fresh_urgent_check_holds_the_plan_back(
    client: Client, disposition: str, days_ago: int, waits: bool
):
    finished = datetime.now(UTC) - timedelta(days=days_ago)
    CheckRun.objects.create(
        diary=household_diary(),
        started_at=finished,
        finished_at=finished,
        age_years=60,
        result={"disposition": disposition},
    )
    page = text(client.get(reverse("plan:plan")))
    assert ("A doctor first" in page) is waits
    assert ("Stretch both calves" in page) is not waits


def test_what_the_last_check_found_takes_items_away(client: Client):
    now = datetime.now(UTC)
    CheckRun.objects.create(
        diary=household_diary(),
        started_at=now,
        finished_at=now,
        age_years=60,
        steps=[{"kind": "complaints", "id": "x", "gave": {"numbness_tingling": True, "swelling": False}}],
        result={"disposition": "routine_gp", "red_flags": [{"id": "rf-claudication"}]},
    )
    conditions = last_check(household_diary()).conditions
    assert {"numb-feet", "pad"} <= conditions
    assert "possible-clot" not in conditions
    assert "Heat on numb feet" in text(client.get(reverse("plan:plan")))


def checked(days_ago: int, ticked: dict[str, bool], *, age: int = 60) -> CheckRun:
    finished = datetime.now(UTC) - timedelta(days=days_ago)
    return CheckRun.objects.create(
        diary=household_diary(),
        started_at=finished,
        finished_at=finished,
        age_years=age,
        steps=[{"kind": "about", "id": "about", "gave": ticked}],
        result={"disposition": "self_care", "red_flags": [], "not_ruled_out": []},
    )


@pytest.mark.parametrize(
    ("ticked", "days_ago", "leaves_out"),
    [
        ("diabetes", 1, {"cool-legs", "warm-legs"}),
        ("diabetes", 400, {"cool-legs", "warm-legs"}),
        ("kidney_failure_or_dialysis", 400, {"food-minerals", "drink-by-day"}),
        ("cirrhosis", 1, {"drink-by-day"}),
        ("pregnant_or_postpartum", 1, {"warm-legs"}),
        ("pregnant_or_postpartum", 300, {"warm-legs"}),
        ("pregnant_or_postpartum", 330, set()),
    ],
)
def test_what_was_ticked_in_the_check_reaches_the_plan(ticked: str, days_ago: int, leaves_out: set[str]):
    checked(days_ago, {ticked: True})
    plan, _facts = queries.week_plan(household_diary(), date.today())
    assert {one.item.id for one in plan.removed} == leaves_out
    checked(0, {ticked: False})
    plan, _facts = queries.week_plan(household_diary(), date.today())
    assert not plan.removed


@pytest.mark.parametrize(
    ("age", "days_ago", "is_for"), [(17, 1, False), (18, 1, True), (14, 200, False), (17, 370, True)]
)
def test_a_check_for_a_child_leaves_the_plan_empty(age: int, days_ago: int, *, is_for: bool):
    checked(days_ago, {}, age=age)
    plan, _facts = queries.week_plan(household_diary(), date.today())
    assert plan.is_for_adults is is_for
    assert bool(plan.offers) is is_for


@pytest.mark.parametrize(
    ("medicines", "leaves_out", "keeps"),
    [
        (one, {"massage-calves", "foam-roll"}, {"stretch-calves"})
        for one in (
            "enoxaparin 40 mg", "Clexane 4000", "heparin injections", "phenprocoumon 3 mg", "Marcumar", "blood thinner",
            "anticoagulant", "ticagrelor", "clopidogrel 75 mg", "apixaban", "warfarin",
        )
    ]
    + [
        (one, {"food-minerals"}, {"massage-calves", "warm-legs"})
        for one in ("potassium chloride", "trimethoprim", "tacrolimus", "ciclosporin", "blood pressure tablet")
    ]
    + [("warfarin 3 mg", {"food-minerals"}, {"warm-legs"}), ("acenocoumarol", {"food-minerals"}, {"warm-legs"})]
    + [
        (one, {"warm-legs"}, {"massage-calves", "food-minerals"})
        for one in ("rotigotine patch", "buprenorphine patch", "GTN patch", "fentanyl patch")
    ]
    + [("paracetamol", set(), {"massage-calves", "food-minerals", "warm-legs", "foam-roll"})],
)  # fmt: skip
def test_medicines_take_away_what_they_speak_against(medicines: str, leaves_out: set[str], keeps: set[str]):
    diary = household_diary()
    Profile.objects.create(diary=diary, about=["cramps", "restless-legs"])
    MedicineList.objects.create(diary=diary, text=medicines)
    plan, _facts = queries.week_plan(diary, date.today())
    assert leaves_out <= {one.item.id for one in plan.removed}
    assert keeps <= {one.item.id for one in (*plan.offers, *plan.waiting)}


@pytest.mark.parametrize(
    ("item", "why", "leaves_out"),
    [
        ("stretch-calves", "harm", {"stretch-calves", "heel-drops"}),
        ("stretch-calves", "stopped", set()),
        ("drink-by-day", "harm", {"drink-by-day"}),
        ("", "harm", set()),
    ],
)
def test_what_did_harm_in_a_trial_is_left_out_until_it_is_taken_back(client: Client, item, why, leaves_out):
    diary = household_diary()
    actions.choose(diary=diary, item=ITEMS["stretch-calves"], what="kept")
    trial = Trial.objects.create(
        diary=diary, remedy="x", plan_item=item, outcome="cramps", sealed_text="{}", seal="s"
    )
    trial_actions.end_trial(trial=trial, evening=date.today(), why=why)
    plan, _facts = queries.week_plan(diary, date.today())
    assert {one.item.id for one in plan.removed} == leaves_out
    assert not leaves_out & {one.item.id for one in (*plan.offers, *plan.waiting)}
    for one in leaves_out:
        assert "did you harm" in text(client.get(reverse("plan:plan")))
        client.post(reverse("plan:choose"), {"item": one, "what": "kept"})
    plan, _facts = queries.week_plan(diary, date.today())
    assert not plan.removed and leaves_out <= {one.item.id for one in (*plan.offers, *plan.waiting)}


@pytest.mark.parametrize("exercise", sorted(load_exercises()))
def test_every_exercise_reads_as_plain_steps(client: Client, exercise: str):
    page = text(client.get(reverse("plan:exercise", args=[exercise])))
    for step in load_exercises()[exercise].steps:
        assert step.do.replace("'", "&#x27;") in page
    assert 'class="mark"' in page


def test_an_exercise_that_is_not_there_is_not_found(client: Client):
    assert client.get(reverse("plan:exercise", args=["headstand"])).status_code == 404


def test_the_plan_takes_a_fixed_number_of_queries(client: Client, django_assert_max_num_queries):
    diary = household_diary()
    for item in ITEMS.values():
        actions.choose(diary=diary, item=item, what="kept")
    client.get(reverse("plan:plan"))
    with django_assert_max_num_queries(24):
        client.get(reverse("plan:plan"))
