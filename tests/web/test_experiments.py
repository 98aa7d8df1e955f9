"""Trials on oneself in the app: planned, sealed, lived, opened when it is time and not before."""

import base64
import csv
import json
import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from quietlegs.core.diary.night import Night
from quietlegs.core.experiments.design import Design, Linger
from quietlegs.core.experiments.two_at_once import design_two
from quietlegs.exchange.experiment_safety import check_remedy
from quietlegs.web.check.models import CheckRun
from quietlegs.web.diary import actions as diary_actions
from quietlegs.web.diary import clock
from quietlegs.web.diary.access import household_diary
from quietlegs.web.diary.models import Diary
from quietlegs.web.experiments import actions, queries, records
from quietlegs.web.experiments.models import Trial
from quietlegs.web.experiments.next_tries import worth_trying

pytestmark = pytest.mark.django_db
FORM = {
    "item": "stretch-calves", "outcome": "cramps", "linger": "gone_next_day", "weeks": "8", "weekly": "6", "belief": "7",
}  # fmt: skip


def text(response) -> str:
    return response.content.decode()


def tonight() -> date:
    return clock.tonight(household_diary())


def start(client: Client, **change: str) -> Trial:
    answer = client.post(reverse("experiments:start"), {**FORM, **change})
    assert answer.status_code == 302, text(answer)
    return Trial.objects.latest("id")


def lived(
    pairs: int, *, of: int = 28, helps: bool = True, outcome: str = "cramps", reference: str = "nothing"
) -> Trial:
    """Return a trial that started so many pairs ago, with every night logged."""
    diary = household_diary()
    design = Design(
        reference=reference, treatment="Stretch both calves and thighs", outcome=outcome, pairs=of,
        start=tonight() - timedelta(days=2 * pairs),
    )  # fmt: skip
    about = actions.About(remedy="Stretch both calves and thighs", plan_item="stretch-calves")
    gate = check_remedy("", plan_item="stretch-calves")
    trial = actions.start_trial(diary=diary, design=design, about=about, gate=gate, seed=5)
    for i, night in enumerate(queries.schedule_of(trial, tonight()).nights):
        if night.evening >= tonight():
            break
        cramps = 0 if helps and night.condition != reference else 1 + i % 2
        diary_actions.log_night(
            diary=diary, night=Night(night.evening, {"cramps": cramps}), now=datetime.now(UTC)
        )
    return trial


def test_a_trial_is_planned_with_its_chances_before_it_starts(client: Client):
    page = text(client.get(reverse("experiments:design"), FORM))
    assert "The chance of a clear answer" in page and "Draw, seal and start" in page
    assert re.search(r"<tr><th scope=\"row\">56</th>.*in 10", page)


def checked(
    disposition: str, *, days_ago: int = 1, age: int = 60, ticked: dict[str, bool] | None = None
) -> None:
    finished = datetime.now(UTC) - timedelta(days=days_ago)
    CheckRun.objects.create(
        diary=household_diary(), started_at=finished, finished_at=finished, age_years=age,
        steps=[{"kind": "about", "id": "about", "gave": ticked or {}}],
        result={"disposition": disposition, "red_flags": [], "not_ruled_out": []},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("disposition", "days_ago", "age", "says"),
    [
        ("same_day", 29, 60, "a doctor should see you today"),
        ("same_day", 31, 60, None),
        ("routine_gp", 1, 60, None),
        ("self_care", 1, 17, "Trials are for adults"),
        ("self_care", 1, 18, None),
    ],
)
def test_no_trial_starts_before_the_doctor_or_under_18(client, disposition, days_ago, age, says):
    checked(disposition, days_ago=days_ago, age=age)
    answer = client.post(reverse("experiments:start"), FORM)
    next_tries = worth_trying(household_diary(), tonight()).queue
    assert Trial.objects.exists() is (says is None)
    assert bool(next_tries) is (says is None)
    assert says is None or says in text(answer)


def test_a_running_trial_says_when_a_doctor_comes_first(client: Client):
    trial = start(client)
    assert queries.now_against(trial, tonight()) == ()
    checked("same_day")
    assert "doctor should see you today" in queries.now_against(trial, tonight())[0]


def test_what_the_check_heard_closes_the_gate_as_it_takes_away_from_the_plan():
    diary = household_diary()
    assert check_remedy("", plan_item="warm-legs", person=queries.circumstances(diary, tonight())).is_open
    checked("self_care", ticked={"pregnant_or_postpartum": True})
    gate = check_remedy("", plan_item="warm-legs", person=queries.circumstances(diary, tonight()))
    assert "In pregnancy" in gate.stopped_by[0].sentence


def test_what_is_most_worth_trying_comes_first_and_nothing_unsafe_is_offered(client: Client):
    page = text(client.get(reverse("experiments:new")))
    assert page.count("Most worth trying first") == 1
    assert "quinine" not in page.casefold().split("<main")[1] and "potassium tablets" not in page.casefold()


def test_the_chance_goes_with_the_change_that_is_hoped_for(client: Client):
    def chance(hope: str) -> int:
        page = text(client.get(reverse("experiments:design"), {**FORM, "hope": hope}))
        found = re.search(
            r"<tr><th scope=\"row\">168</th>.*?(less than 1|more than 9|about (\d+)) in 10", page
        )
        assert found, page
        return int(found[2] or (10 if found[1].startswith("more") else 0))

    assert chance("quarter") < chance("half") <= chance("most")
    assert chance("") == chance("nonsense") == chance("half")  # as it is without an answer
    page = text(client.get(reverse("experiments:design"), {**FORM, "hope": "third"}))
    assert "better by a third." in page and 'value="third" checked' in page


def test_what_to_try_next_is_told_with_its_reason_and_leaves_out_what_was_tried_or_is_unsafe(client: Client):
    page = text(client.get(reverse("experiments:trials")))
    part = page.split("What to try next")[1].split("</section>")[0]
    assert "3 cramps a week, from a usual week" in part and "cramps in 6 months" in part
    first = re.findall(r"item=([\w-]+)", part)
    assert len(first) == 3
    start(client, item=first[0], outcome="pain", swallowed="no", agreed="yes")
    left = re.findall(r"item=([\w-]+)", text(client.get(reverse("experiments:trials"))))
    assert left[:2] == first[1:] and first[0] not in left


def test_the_order_is_sealed_and_the_page_shows_tonight_alone(client: Client):
    trial = start(client)
    page = text(client.get(reverse("experiments:trial", args=[trial.pk])))
    assert trial.seal[:16] in page and "The result is sealed" in page
    assert page.count('class="block later"') >= 26  # only tonight's block is open
    assert trial.belief == 7


def test_the_same_outcome_is_not_tried_twice_at_once(client: Client):
    start(client)
    answer = client.post(reverse("experiments:start"), FORM)
    assert answer.status_code == 422 and "could not be told apart" in text(answer)
    assert Trial.objects.count() == 1


@pytest.mark.parametrize("remedy", ["quinine", "potassium tablets", "tramadol"])
def test_what_is_never_tried_cannot_be_started(client: Client, remedy: str):
    own = {**FORM, "item": "", "remedy": remedy, "swallowed": "yes", "agreed": "yes", "clinician": "Dr Who"}
    assert "This is not tried here" in text(client.get(reverse("experiments:design"), own))
    assert client.post(reverse("experiments:start"), own).status_code == 422
    assert not Trial.objects.exists()


def test_a_supplement_starts_only_with_its_questions_answered_and_agreement(client: Client):
    own = {**FORM, "item": "", "remedy": "magnesium", "swallowed": "yes"}
    assert "Do you have kidney disease?" in text(client.get(reverse("experiments:design"), own))
    assert client.post(reverse("experiments:start"), own).status_code == 422
    answers = {"safety-kidney-disease": "no", "safety-heart-block-or-myasthenia": "no", "agreed": "yes"}
    assert client.post(reverse("experiments:start"), {**own, **answers}).status_code == 302


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"start": "yesterday"}, "is no date"),
        ({"start": "2020-01-01"}, "lies in the past"),
        ({"weekly": "many"}, "is no number of cramps"),
        ({"linger": "unknown", "weeks": "8"}, "84 nights"),
        ({"against": "Stretch both calves and thighs"}, "names that differ"),
        ({"item": "", "remedy": "", "swallowed": "no"}, "what you want to try"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(client: Client, change: dict[str, str], told: str):
    answer = client.post(reverse("experiments:start"), {**FORM, **change})
    assert answer.status_code == 422 and told in text(answer)
    for value in change.values():
        assert not value or value in text(answer)


def test_nobody_sees_a_result_before_it_is_time(client: Client):
    trial = lived(4)
    for name in ("result", "trial"):
        page = text(client.get(reverse(f"experiments:{name}", args=[trial.pk]), follow=True))
        assert "The result is sealed" in page and "nights in 20" not in page
    assert client.get(reverse("experiments:nights", args=[trial.pk])).status_code == 302


def test_a_clear_answer_opens_by_itself_after_a_guess(client: Client):
    trial = lived(20)
    page = text(client.get(reverse("experiments:trial", args=[trial.pk]), follow=True))
    assert (
        "What do you think it will say?" in page
        and "helps" not in page.split("<main")[1].split("does it help")[0]
    )
    page = text(client.post(reverse("experiments:guess", args=[trial.pk]), {"guess": "8"}, follow=True))
    trial.refresh_from_db()
    assert trial.ended == Trial.Ended.CLEAR
    assert "helps" in page and "you guessed 8 of 10" in page and "Now: both together" in page
    assert "nights in 20" in page


@pytest.mark.parametrize("of", [28, 20], ids=["clear early", "all nights lived"])
def test_looking_at_pages_stores_nothing(client: Client, of: int):
    trial = lived(20, of=of)
    pages = [reverse(f"experiments:{name}") for name in ("trials", "new", "design")]
    pages += [
        reverse(f"experiments:{name}", args=[trial.pk]) for name in ("trial", "result", "sealed", "nights")
    ]
    pages += [
        reverse("experiments:result", args=[trial.pk]) + "?open=1",
        reverse("experiments:reminder", args=[trial.pk]),
        "/",
    ]
    for page in pages:
        with CaptureQueriesContext(connection) as asked:
            client.get(page)
        written = [q["sql"] for q in asked if re.match(r"\s*(INSERT|UPDATE|DELETE|REPLACE)\b", q["sql"])]
        assert written == [], page
    trial.refresh_from_db()
    assert not trial.ended
    assert "the result is ready to open" in text(client.get(reverse("experiments:trials")))
    assert "nights in 20" not in text(
        client.get(pages[-3], follow=True)
    )  # still sealed, whatever the address says


def test_a_trial_that_is_over_makes_room_for_the_next_one(client: Client):
    over = lived(20, of=20)
    start(client)
    over.refresh_from_db()
    assert over.ended == Trial.Ended.COMPLETE


def test_a_trial_whose_answer_is_clear_ends_as_clear_when_it_is_stopped(client: Client):
    trial = lived(20)
    client.post(reverse("experiments:stop", args=[trial.pk]))
    trial.refresh_from_db()
    assert trial.ended == Trial.Ended.CLEAR


def test_a_guess_cannot_open_what_still_runs(client: Client):
    trial = lived(4)
    client.post(reverse("experiments:guess", args=[trial.pk]), {"guess": "8"})
    trial.refresh_from_db()
    assert not trial.ended and trial.guess is None


def test_a_remedy_that_does_nothing_stays_sealed(client: Client):
    trial = lived(20, helps=False)
    client.get(reverse("experiments:trial", args=[trial.pk]))
    trial.refresh_from_db()
    assert not trial.ended


def test_a_stop_for_harm_keeps_the_nights_and_tells_them(client: Client):
    trial = lived(8, helps=False)
    client.post(reverse("experiments:side_effect", args=[trial.pk]), {"what": "sore knee"})
    client.post(reverse("experiments:stop", args=[trial.pk]), {"why": "harm"})
    page = text(client.get(reverse("experiments:result", args=[trial.pk]), {"open": "1"}))
    assert "did you harm" in page and "sore knee" in page and "cannot say yet" in page
    assert Diary.objects.get().nights.count() == 16
    rows = text(client.get(reverse("experiments:nights", args=[trial.pk]))).splitlines()
    assert rows[0].startswith("night,condition,block,cramps") and len(rows) == 17


def test_an_order_that_was_changed_is_shown_and_not_worked_out(client: Client):
    trial = lived(10)
    Trial.objects.filter(pk=trial.pk).update(sealed_text=trial.sealed_text.replace("TR", "RT", 1))
    page = text(client.get(reverse("experiments:trial", args=[trial.pk])))
    assert "The seal is broken" in page and "changed after it started" in page
    assert client.get("/").status_code == 200  # the home page goes on without it
    for name in ("result", "sealed", "nights", "reminder", "pharmacy"):
        Trial.objects.filter(pk=trial.pk).update(clinician="Dr Who" if name == "pharmacy" else "")
        assert "The seal is broken" in text(client.get(reverse(f"experiments:{name}", args=[trial.pk]))), name
    beside = client.post(reverse("experiments:start"), {**FORM, "item": "warm-legs"})
    assert beside.status_code == 422 and "runs already" in text(beside)
    client.post(reverse("experiments:stop", args=[trial.pk]))
    ended = text(client.get(reverse("experiments:trial", args=[trial.pk]), follow=True))
    assert "The seal is broken" in ended and "End this trial" not in ended and "Delete this trial" in ended


def test_a_remedy_that_is_gone_from_the_plan_keeps_its_result(client: Client):
    trial = lived(28)
    Trial.objects.filter(pk=trial.pk).update(plan_item="gone-by-now")
    client.post(reverse("experiments:guess", args=[trial.pk]), {"guess": "5"})
    page = text(client.get(reverse("experiments:result", args=[trial.pk])))
    assert "helps" in page and "Keep it in my plan" not in page


def test_the_remedy_that_runs_is_not_offered_beside_itself(client: Client):
    start(client)
    again = client.post(reverse("experiments:start"), FORM)
    assert again.status_code == 422 and "Both, as one fair trial" not in text(again)


def test_done_is_one_tap_at_home_too(client: Client):
    trial = start(client)
    yesterday = Night(tonight() - timedelta(days=1), {"cramps": 1})
    diary_actions.log_night(diary=household_diary(), night=yesterday, now=datetime.now(UTC))
    assert "Your trial of: Stretch both calves" in text(client.get("/"))
    tap = {"evening": tonight().isoformat(), "answer": "yes", "from": "home"}
    assert client.post(reverse("experiments:done", args=[trial.pk]), tap)["Location"] == "/"
    assert trial.nights.get().done is True
    client.post(reverse("experiments:done", args=[trial.pk]), {**tap, "answer": ""})
    assert queries.done_on(trial, tonight()) is None
    assert records.records_of(household_diary())[0].done == ()


def test_only_a_night_of_the_trial_that_has_been_is_noted_as_done(client: Client):
    trial = lived(5)
    for days, said in (
        (1, "has not been yet"),
        (-11, "not one of this trial"),
        (-10, "Noted."),
        (0, "Noted."),
    ):
        tap = {"evening": (tonight() + timedelta(days=days)).isoformat(), "answer": "yes"}
        page = text(client.post(reverse("experiments:done", args=[trial.pk]), tap, follow=True))
        assert said in page, days
    assert trial.nights.count() == 2
    actions.end_trial(trial=trial, evening=tonight(), why=Trial.Ended.STOPPED)
    with pytest.raises(actions.TrialRefusedError, match="has ended"):
        actions.note_done(trial=trial, evening=tonight(), done=False)


def test_a_rest_moves_what_has_not_begun_and_keeps_the_order(client: Client):
    trial = lived(5)
    before = queries.schedule_of(trial, tonight())
    client.post(reverse("experiments:rest", args=[trial.pk]), {"what": "rest"})
    assert "The trial rests" in text(client.get(reverse("experiments:trial", args=[trial.pk])))
    trial.refresh_from_db()
    after = queries.schedule_of(trial, tonight() + timedelta(days=3))
    assert after.treated_first == before.treated_first and after.last > before.last
    assert [n for n in after.nights if n.evening < tonight()] == [
        n for n in before.nights if n.evening < tonight()
    ]


@pytest.mark.parametrize(
    "first", [date(2026, 10, 18), date(2026, 3, 22)], ids=["an hour more", "an hour less"]
)
def test_a_trial_lives_through_a_change_of_the_clock(client: Client, monkeypatch, first: date):
    """In Berlin the clock changes in the night that is named by the sixth evening after the first of the trial, a Saturday."""
    berlin, diary = ZoneInfo("Europe/Berlin"), household_diary()
    Diary.objects.filter(pk=diary.pk).update(time_zone="Europe/Berlin")
    diary.refresh_from_db()

    def at(day: date, clock_shows: str, fold: int = 0) -> None:
        shown = datetime.combine(day, time.fromisoformat(clock_shows), berlin).replace(fold=fold)
        monkeypatch.setattr("django.utils.timezone.now", lambda: shown.astimezone(UTC))

    at(first, "18:00")
    trial = start(client, weeks="4")
    planned = queries.schedule_of(trial, first).nights
    assert planned[0].evening == first
    assert [n.evening for n in planned] == [first + timedelta(days=i) for i in range(len(planned))]
    calendar = text(client.get(reverse("experiments:reminder", args=[trial.pk])))
    assert (
        f"DTSTART:{first:%Y%m%d}T190000\r\n" in calendar
    )  # no zone and no Z: 19 o'clock of the wall clock, before and after
    assert f"UNTIL={planned[-1].evening:%Y%m%d}T235959\r\n" in calendar

    for night in planned:
        morning = night.evening + timedelta(days=1)
        at(night.evening, "12:30")
        if client.get(reverse("experiments:trial", args=[trial.pk])).status_code == 302:
            break  # the answer is clear
        moments = [(morning, "11:30", 0)]
        if abs((night.evening - first).days - 6) <= 1:  # the night of the change, and its neighbours
            moments += [
                (night.evening, "23:30", 0),
                *((morning, "02:30", fold) for fold in (0, 1)),
                (morning, "03:30", 0),
            ]
        for moment in moments:
            at(*moment)
            page = text(client.get(reverse("experiments:trial", args=[trial.pk])))
            assert f"Tonight: {night.condition}" in page, moment
        tap = {"evening": night.evening.isoformat(), "answer": "yes"}
        client.post(reverse("experiments:done", args=[trial.pk]), tap)
        cramps = "2" if night.condition == "nothing" else "0"
        logged = client.post(reverse("diary:night", args=[night.evening.isoformat()]), {"cramps": cramps})
        assert logged.status_code == 302

    result = text(client.post(reverse("experiments:guess", args=[trial.pk]), follow=True))
    assert "In 20 nights" in result and "Keep it in my plan" in result  # it helps
    trial.refresh_from_db()
    assert trial.ended == Trial.Ended.CLEAR
    rows = list(csv.DictReader(text(client.get(reverse("experiments:nights", args=[trial.pk]))).splitlines()))
    lived_nights = [n for n in planned if n.evening < trial.ended_on]
    assert len(lived_nights) > 8  # beyond the change
    assert [(row["night"], row["condition"]) for row in rows] == [
        (n.evening.isoformat(), n.condition) for n in lived_nights
    ]
    assert all(row["cramps"] != "" for row in rows)


def test_what_a_trial_found_is_there_for_the_plan(client: Client):
    trial = lived(20)
    client.post(reverse("experiments:guess", args=[trial.pk]))
    found = queries.own_results(household_diary())["calf-stretch"]
    assert found.is_randomised and found.mean < -0.5


def test_a_trial_of_a_remedy_that_is_gone_from_the_data_still_opens(client: Client):
    trial = lived(20)
    Trial.objects.filter(pk=trial.pk).update(plan_item="no-longer-there")
    page = text(client.get(reverse("experiments:result", args=[trial.pk]) + "?open=1", follow=True))
    assert "Stretch both calves and thighs" in page


def test_more_nights_ask_no_more_of_the_database(client: Client):
    short = lived(4)
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("experiments:trial", args=[short.pk]))
    actions.end_trial(trial=short, evening=tonight(), why=Trial.Ended.STOPPED)
    household_diary().nights.all().delete()
    long = lived(12, helps=False)
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("experiments:trial", args=[long.pk]))
    assert len(many) <= len(few)


@pytest.mark.parametrize("name", ["trials", "new", "design"])
def test_pages_have_nothing_inline(client: Client, name: str):
    page = text(client.get(reverse(f"experiments:{name}"), FORM if name == "design" else {}))
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=|javascript:", page)
    assert len(re.findall(r"<h1[ >]", page)) == 1


def test_another_diarys_trial_is_not_there(client: Client):
    household_diary()
    trial = Trial.objects.create(
        diary=Diary.objects.create(), remedy="x", outcome="cramps", sealed_text="{}", seal="0" * 64
    )
    for name in ("trial", "result", "sealed", "nights"):
        assert client.get(reverse(f"experiments:{name}", args=[trial.pk])).status_code == 404
    assert client.get(reverse("experiments:delete", args=[trial.pk])).status_code == 404
    assert client.post(reverse("experiments:delete", args=[trial.pk])).status_code == 404
    for name in ("done", "rest", "side_effect", "stop", "guess"):
        assert client.post(reverse(f"experiments:{name}", args=[trial.pk])).status_code == 404
        assert client.get(reverse(f"experiments:{name}", args=[trial.pk])).status_code == 405


def test_the_plan_takes_up_what_a_trial_found(client: Client):
    from quietlegs.web.plan import queries as plan_queries

    trial = lived(20)
    client.post(reverse("experiments:guess", args=[trial.pk]))
    assert plan_queries.own_results(household_diary())["calf-stretch"].is_randomised


def test_a_trial_against_another_remedy_says_nothing_of_one_alone(client: Client):
    trial = lived(28, reference="Massage the calf")
    page = text(client.post(reverse("experiments:guess", args=[trial.pk]), follow=True))
    assert "did better than" in page
    assert "Before, your nights, and now" not in page
    assert queries.own_results(household_diary()) == {}


def test_the_factor_that_records_a_remedy_under_trial_is_sealed_whatever_its_name(client: Client):
    from quietlegs.web.insights.queries import remedies_on_trial

    start(client, item="late-caffeine")
    diary = household_diary()
    diary_actions.add_factor(diary=diary, name="Coffee after 3", library_id="late-caffeine")
    diary_actions.add_factor(diary=diary, name="Standing long")
    assert "Coffee after 3" in remedies_on_trial(diary)
    assert "Standing long" not in remedies_on_trial(diary)


def test_a_reminder_never_tells_the_order(client: Client):
    trial = start(client)
    calendar = text(client.get(reverse("experiments:reminder", args=[trial.pk])))
    assert calendar.startswith("BEGIN:VCALENDAR\r\n") and f"/try/{trial.pk}/" in calendar
    assert "Stretch" not in calendar and "nothing" not in calendar


def test_a_trial_led_by_a_clinician_shows_letters_and_the_pharmacy_the_order(client: Client):
    own = {
        **FORM,
        "item": "",
        "remedy": "verapamil",
        "swallowed": "yes",
        "against": "placebo",
        "clinician": "Dr Ada",
    }
    trial = start(client, **own)
    page = text(client.get(reverse("experiments:trial", args=[trial.pk])))
    assert re.search(r"Tonight: [AB]<", page) and "placebo" not in page
    order = text(client.get(reverse("experiments:pharmacy", args=[trial.pk])))
    assert order.count(",verapamil,") == order.count(",placebo,") == 28
    assert len(set(re.findall(r",([AB]),verapamil", order))) == 1
    assert (
        client.get(reverse("experiments:pharmacy", args=[start(client, outcome="pain").pk])).status_code
        == 404
    )


def test_nobody_is_told_to_stop_a_prescribed_medicine(client: Client):
    medicine = {
        **FORM,
        "item": "",
        "remedy": "verapamil",
        "swallowed": "yes",
        "against": "placebo",
        "clinician": "Dr Ada",
    }
    trial = start(client, **medicine)
    page = text(client.get(reverse("experiments:trial", args=[trial.pk])))
    assert "Talk to whoever prescribed it today, before you change anything." in page


def test_what_is_compared_with_passes_the_gate_too(client: Client):
    quinine = {**FORM, "against": "a quinine tablet"}
    assert (
        client.post(reverse("experiments:start"), quinine).status_code == 422 and not Trial.objects.exists()
    )


def test_what_becomes_unsafe_in_the_middle_is_said(client: Client):
    trial = lived(4)
    from quietlegs.web.medicines.models import Profile

    Profile.objects.create(diary=household_diary(), conditions=["possible-clot"])
    assert "must not be stretched" in text(client.get(reverse("experiments:trial", args=[trial.pk])))


def test_nights_of_a_rest_do_not_count(client: Client):
    trial = lived(6)
    trial.rests.create(first=tonight() - timedelta(days=3), last=tonight() - timedelta(days=2))
    nights = queries.nights_of(trial, queries.schedule_of(trial, tonight()), 6)
    assert nights is not None
    for i in range(len(nights)):
        if nights.evening(i) in (tonight() - timedelta(days=3), tonight() - timedelta(days=2)):
            assert nights.outcome[i] != nights.outcome[i]


def test_no_secret_of_the_session_stands_in_an_address(client: Client):
    page = text(client.get(reverse("experiments:design"), FORM))
    form = page.split('action="/try/new/design"')[1].split("</form>")[0]
    assert "csrf" not in form


TWO = {**FORM, "second_item": "warm-legs", "belief_second": "3"}


def lived_two(*, days_ago: int = 56) -> tuple[Trial, Trial]:
    """Return two trials of one sealed text, with every night so far logged: the first remedy helps, the second does nothing."""
    diary = household_diary()
    design = design_two(
        Linger.GONE_NEXT_DAY, first="Stretch", second="Bath", outcome="cramps", nights=56,
        start=tonight() - timedelta(days=days_ago),
    )  # fmt: skip
    about = (actions.About(remedy="Stretch"), actions.About(remedy="Bath"))
    gate = check_remedy("Stretch").joined(check_remedy("Bath"))
    first, second = actions.start_two(diary=diary, design=design, about=about, gate=gate, seed=5)
    for i, night in enumerate(queries.schedule_of(first, tonight()).nights):
        if night.evening >= tonight():
            break
        cramps = 0 if night.condition == "Stretch" else 1 + i % 2
        diary_actions.log_night(
            diary=diary, night=Night(night.evening, {"cramps": cramps}), now=datetime.now(UTC)
        )
    return first, second


def test_two_remedies_are_tried_at_once_under_one_seal(client: Client):
    page = text(client.get(reverse("experiments:design"), TWO))
    assert "neither, one, the other, and both" in page and "The chance of a clear answer" in page
    first = start(client, **TWO)
    partner = queries.partner_of(first)
    assert partner is not None and partner.seal == first.seal and {first.belief, partner.belief} == {7, 3}
    for one in (first, partner):
        page = text(client.get(reverse("experiments:trial", args=[one.pk])))
        assert "would leave the other without an answer" in page and "Next look" not in page
    client.post(reverse("experiments:rest", args=[first.pk]), {"what": "rest"})
    assert queries.is_resting(partner)
    client.post(reverse("experiments:rest", args=[partner.pk]), {"what": "go-on"})
    assert not queries.is_resting(first)


def test_of_two_at_once_each_gets_its_own_answer_at_the_end(client: Client):
    first, second = lived_two()
    client.post(reverse("experiments:guess", args=[first.pk]), {"guess": "5"})
    client.post(reverse("experiments:guess", args=[second.pk]), {"guess": "5"})
    helped, idle = (text(client.get(reverse("experiments:result", args=[one.pk]))) for one in (first, second))
    assert "Stretch helps" in helped and "twice as unlikely to be luck" in helped
    assert "Nights with both" in helped and "Nights with both" in idle
    assert "Bath helps" not in idle and "Its own result" in idle
    rows = text(client.get(reverse("experiments:nights", args=[first.pk]))).splitlines()
    assert {row.split(",")[1] for row in rows[1:]} == {"none", "Stretch", "Bath", "Stretch+Bath"}


def test_of_two_at_once_nothing_is_seen_before_the_end(client: Client):
    first, _second = lived_two(days_ago=40)
    page = text(client.get(reverse("experiments:result", args=[first.pk]), follow=True))
    assert "The result is sealed" in page and "nights in 20" not in page


def test_a_second_trial_on_the_same_outcome_becomes_one_trial_of_both_with_one_tap(client: Client):
    running = start(client)
    refused = client.post(reverse("experiments:start"), {**FORM, "item": "warm-legs"})
    assert refused.status_code == 422
    offer = text(refused).split("Both, as one fair trial")[0].rsplit("<form", 1)[1]
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', offer))
    assert client.post(reverse("experiments:start"), fields).status_code == 302
    running.refresh_from_db()
    assert running.ended == Trial.Ended.STOPPED
    assert {t.plan_item for t in queries.running(household_diary())} == {"stretch-calves", "warm-legs"}


def test_what_cannot_be_tried_as_one_leaves_the_running_trial_alone(client: Client):
    running = start(client)
    unsafe = {**FORM, "item": "", "remedy": "quinine", "swallowed": "yes", "agreed": "yes"}
    both = {**unsafe, "second_item": "stretch-calves", "instead_of": str(running.pk)}
    assert client.post(reverse("experiments:start"), both).status_code == 422
    short = {**FORM, "item": "warm-legs", "second_item": "stretch-calves", "linger": "unknown"}
    answer = client.post(reverse("experiments:start"), {**short, "instead_of": str(running.pk)})
    assert answer.status_code == 422 and "112 nights" in text(answer)
    running.refresh_from_db()
    assert not running.ended


def brought_in(client: Client, raw: bytes) -> str:
    """Return the page after a file was looked at and brought in."""
    shown = text(client.post(reverse("diary:import"), {"file": SimpleUploadedFile("diary.json", raw)}))
    name = re.search(r'name="file" value="([^"]+)"', shown)
    assert name, shown
    sent = {"file": name[1], "file_name": "diary.json", "answer": "yes"}
    return text(client.post(reverse("diary:confirm_import"), sent, follow=True))


def test_the_diarys_json_takes_trials_along_and_brings_them_back(client: Client):
    lived_two()
    trial = lived(20, outcome="restless")
    client.post(reverse("experiments:side_effect", args=[trial.pk]), {"what": "sore knee"})
    client.post(
        reverse("experiments:done", args=[trial.pk]), {"evening": tonight().isoformat(), "answer": "no"}
    )
    client.post(reverse("experiments:rest", args=[trial.pk]), {"what": "rest"})
    before = records.records_of(household_diary())
    raw = client.get(reverse("diary:export_json")).content
    assert trial.sealed_text.encode() not in raw and b'"sequence' not in raw and b'"condition' not in raw
    Trial.objects.all().delete()
    assert "Trials on yourself: 3." in brought_in(client, raw)
    assert records.records_of(household_diary()) == before
    again = brought_in(client, raw)  # the same file twice changes nothing
    assert "was in your diary already" in again and Trial.objects.count() == 3
    assert "The trial rests" in text(
        client.get(reverse("experiments:trial", args=[Trial.objects.latest("id").pk]))
    )


def test_a_trial_in_a_file_that_was_changed_is_refused(client: Client):
    trial = lived(4)
    document = json.loads(client.get(reverse("diary:export_json")).content)
    changed = trial.sealed_text.replace("TR", "RT", 1).encode()
    document["trials"][0]["sealed"] = base64.b64encode(changed).decode()
    Trial.objects.all().delete()
    shown = text(
        client.post(
            reverse("diary:import"), {"file": SimpleUploadedFile("diary.json", json.dumps(document).encode())}
        )
    )
    assert "was changed after it started" in shown


def test_a_running_trial_in_a_file_does_not_join_another_on_the_same_outcome(client: Client):
    lived(4)
    raw = client.get(reverse("diary:export_json")).content
    Trial.objects.all().delete()
    start(client)
    assert "another one runs on the same thing" in brought_in(client, raw)
    assert Trial.objects.count() == 1


def test_taking_an_import_back_takes_the_trials_that_came_with_it(client: Client):
    lived(4)
    raw = client.get(reverse("diary:export_json")).content
    Trial.objects.all().delete()
    household_diary().nights.all().delete()
    brought_in(client, raw)
    assert "Trials on yourself: 1." in text(client.get(reverse("diary:import")))
    said = text(client.post(taken_back(client), follow=True))
    assert "taken back" in said and not Trial.objects.exists() and not household_diary().nights.exists()


def test_a_trial_that_went_on_since_the_import_stays(client: Client):
    lived(4)
    raw = client.get(reverse("diary:export_json")).content
    Trial.objects.all().delete()
    brought_in(client, raw)  # the nights are there: the trial alone is new
    trial = Trial.objects.get()
    tap = {"evening": tonight().isoformat(), "answer": "yes"}
    client.post(reverse("experiments:done", args=[trial.pk]), tap)
    assert "Trials that went on since stay: 1." in text(client.post(taken_back(client), follow=True))
    assert Trial.objects.get() == trial


def taken_back(client: Client) -> str:
    """Return the address that takes the latest import back."""
    found = re.search(r'action="(/import/\d+/take-back)"', text(client.get(reverse("diary:import"))))
    assert found
    return found[1]


def test_a_file_of_trials_without_nights_comes_in(client: Client):
    lived(4)
    document = json.loads(client.get(reverse("diary:export_json")).content)
    raw = json.dumps({**document, "nights": []}).encode()
    Trial.objects.all().delete()
    shown = text(client.post(reverse("diary:import"), {"file": SimpleUploadedFile("diary.json", raw)}))
    assert "Trials on yourself, and no nights" in shown
    assert "Trials on yourself: 1." in brought_in(client, raw)
    assert Trial.objects.count() == 1


def test_one_trial_is_deleted_after_a_question_and_its_nights_stay(client: Client):
    trial, nights = lived(4), household_diary().nights.count()
    address = reverse("experiments:delete", args=[trial.pk])
    assert address in text(client.get(reverse("experiments:trial", args=[trial.pk])))
    assert "It still runs" in text(client.get(address)) and Trial.objects.exists()
    assert "Your nights stay" in text(client.post(address, follow=True))
    assert not Trial.objects.exists() and household_diary().nights.count() == nights
    assert client.post(address).status_code == 404


def test_of_two_at_once_both_are_deleted_for_they_share_one_order(client: Client):
    first = lived_two()[0]
    address = reverse("experiments:delete", args=[first.pk])
    assert "that one goes too" in text(client.get(address))
    client.post(address)
    assert not Trial.objects.exists()
