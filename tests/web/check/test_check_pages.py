"""The check in the app: few taps, danger first, nothing lost, and no page that leads nowhere."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from quietlegs.web.check.models import CheckRun
from quietlegs.web.plan.person import last_check

pytestmark = pytest.mark.django_db

START, QUESTION = "/check/", "/check/question"
MOST_TAPS = 14


def begin(client: Client, age: object = 44, sex: str = "male") -> str:
    response = client.post(START, {"age": age, "sex": sex})
    assert response.status_code == 302
    return shown(client)


def shown(client: Client) -> str:
    response = client.get(QUESTION, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def step_of(page: str) -> str:
    found = re.search(r'name="step" value="([^"]+)"', page)
    return found.group(1) if found else ""


def answer(client: Client, page: str, **data: object) -> str:
    """Send the form that is shown, and return the next page."""
    return client.post(QUESTION, {"step": step_of(page), **data}, follow=True).content.decode()


def none_until(client: Client, page: str, step: str) -> str:
    for _ in range(40):
        if step_of(page) == step or not step_of(page):
            return page
        page = (
            answer(client, page, none="1") if "None of these" in page else answer(client, page, answer="no")
        )
    raise AssertionError("the questions never end")


def test_a_typical_healthy_adult_has_a_result_within_14_taps(client: Client) -> None:
    page = begin(client)
    taps = 3  # the age, the sex, start
    while step_of(page):
        if "complaints" in step_of(page):
            page, taps = answer(client, page, tick="knot"), taps + 2  # one tick, and next
        else:
            page, taps = answer(client, page, none="1"), taps + 1
    assert "Nothing urgent in your answers" in page
    assert "Night leg cramps" in page
    assert taps <= MOST_TAPS, taps


def test_an_emergency_ends_the_questions_at_once_and_shows_whom_to_call(client: Client) -> None:
    page = answer(client, begin(client), none="1")
    page = answer(client, page, tick="stroke")
    assert "Has your face drooped on one side?" in page
    page = answer(client, page, answer="yes")
    assert "Emergency, act now" in page
    assert 'href="tel:112"' in page and 'href="tel:999"' in page and 'href="tel:911"' in page
    assert page.index("tel:112") < page.index("stroke or a mini-stroke")  # the button before the reasons
    assert 'name="step"' not in page
    assert CheckRun.objects.get().result["disposition"] == "emergency_now"


def test_the_number_of_the_chosen_country_is_shown(client: Client) -> None:
    assert client.post("/check/emergency", {"country": "AU"}).status_code == 302
    page = client.get("/check/emergency").content.decode()
    assert 'href="tel:000"' in page
    assert 'href="tel:112"' not in page
    assert client.post("/check/emergency", {"country": "XX"}).status_code == 422


def test_a_wrong_answer_can_be_taken_back_even_after_an_emergency(client: Client) -> None:
    page = answer(client, answer(client, begin(client), none="1"), tick="stroke")
    answer(client, page, answer="yes")
    run = CheckRun.objects.get()
    page = client.post("/check/back", {"run": run.pk}, follow=True).content.decode()
    assert step_of(page) == "question:rf-stroke.face"


def test_going_back_does_not_lift_an_emergency_and_a_new_check_does_not_lose_it(client: Client) -> None:
    page = answer(client, answer(client, begin(client), none="1"), tick="stroke")
    answer(client, page, answer="yes")
    run = CheckRun.objects.get()
    finished, steps = run.finished_at, run.steps
    client.post("/check/back", {"run": run.pk})
    client.post("/check/back", {"run": run.pk})
    assert last_check(run.diary).disposition == "emergency_now"
    page = begin(client)
    kept = CheckRun.objects.get(pk=run.pk)
    assert (kept.finished_at, kept.steps, kept.result["disposition"]) == (finished, steps, "emergency_now")
    assert last_check(run.diary).disposition == "emergency_now"
    none_until(client, page, "never")
    assert last_check(run.diary).disposition == "self_care"


def test_a_corrected_answer_takes_the_place_of_the_emergency(client: Client) -> None:
    page = answer(client, answer(client, begin(client), none="1"), tick="stroke")
    answer(client, page, answer="yes")
    run = CheckRun.objects.get()
    page = client.post("/check/back", {"run": run.pk}, follow=True).content.decode()
    none_until(client, answer(client, page, answer="no"), "never")
    assert last_check(run.diary).disposition == "self_care"


def test_not_sure_leads_to_someone_who_looks(client: Client) -> None:
    page = none_until(client, begin(client), "screen:one-leg")
    page = answer(client, page, tick="clot")
    page = answer(client, page, answer="unsure")
    page = none_until(client, page, "never")
    assert "See someone today" in page
    assert "You were not sure" in page
    assert "Come back" in page


def test_a_tick_that_turns_out_no_changes_nothing(client: Client) -> None:
    page = answer(client, none_until(client, begin(client), "screen:one-leg"), tick="clot")
    assert step_of(page).startswith("question:rf-dvt.")
    page = none_until(client, page, "never")
    assert "Nothing urgent in your answers" in page


def test_a_check_can_be_left_and_gone_on_with(client: Client) -> None:
    page = none_until(client, begin(client), "screen:body")
    assert step_of(page) == "screen:body"
    start = client.get(START).content.decode()
    assert "not finished" in start
    assert step_of(shown(client)) == "screen:body"


def test_back_undoes_one_page_and_no_more(client: Client) -> None:
    none_until(client, begin(client), "screen:body")
    page = client.post("/check/back", follow=True).content.decode()
    assert step_of(page) == "screen:one-leg"


def test_a_form_sent_twice_counts_once(client: Client) -> None:
    page = begin(client)
    answer(client, page, none="1")
    second = answer(client, page, none="1")
    assert step_of(second) == "screen:now"
    assert len(CheckRun.objects.get().steps) == 1


@pytest.mark.parametrize("data", [{}, {"none": "1", "tick": "breath"}, {"tick": "no-such-line"}])
def test_an_unclear_screen_is_asked_again_and_keeps_the_ticks(client: Client, data: dict) -> None:
    page = answer(client, begin(client), none="1")
    response = client.post(QUESTION, {"step": step_of(page), **data})
    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()
    if data.get("tick") == "breath":
        assert re.search(r'value="breath"\s+checked', response.content.decode())


def test_a_question_without_an_answer_is_asked_again(client: Client) -> None:
    page = answer(client, answer(client, begin(client), none="1"), tick="stroke")
    assert client.post(QUESTION, {"step": step_of(page), "answer": "banana"}).status_code == 422


@pytest.mark.parametrize("age", ["", "-1", "121", "old", "6 7", "1e3"])
def test_an_age_that_is_none_is_asked_again_and_kept(client: Client, age: str) -> None:
    response = client.post(START, {"age": age, "sex": "male"})
    assert response.status_code == 422
    assert f'value="{age}"' in response.content.decode()


def test_a_child_is_sent_to_a_doctor_without_the_questions_for_adults(client: Client) -> None:
    page = begin(client, age=9)
    assert step_of(page) == "screen:child"
    page = answer(client, page, none="1")
    assert "made for adults" in page
    assert "Book a visit with a doctor" in page


def test_pregnancy_is_asked_of_those_who_may_be(client: Client) -> None:
    assert "gave birth" in begin(client, age=30, sex="female")
    assert "gave birth" not in begin(client, age=30, sex="male")
    page = begin(client, age=30, sex="female")
    page = none_until(client, answer(client, page, tick="pregnant_or_postpartum"), "screen:pregnancy")
    assert step_of(page) == "screen:pregnancy"


def test_answers_that_do_not_fit_are_asked_again_once(client: Client) -> None:
    page = none_until(client, begin(client), "screen:sleep")
    page = answer(client, page, tick="urge")
    page = answer(client, page, answer="yes")  # there is an urge
    page = none_until(client, page, "complaints:complaints")
    page = answer(client, page, tick="jerks")  # no urge was ticked: a contradiction
    assert step_of(page).startswith("again:")
    asked = re.findall(r'<input type="radio" name="([^"]+)" value="yes"', page)
    page = answer(client, page, **dict.fromkeys(asked, "yes"))
    assert not step_of(page)


def test_one_more_question_sharpens_what_fits_and_is_kept(client: Client) -> None:
    page = none_until(client, begin(client), "complaints:complaints")
    answer(client, page, tick="knot")
    run = CheckRun.objects.get()
    url = reverse("check:more", args=[run.pk])
    before = run.result["likely"][0]["probability"]
    page = client.get(url).content.decode()
    feature = step_of(page)
    client.post(url, {"step": feature, "answer": "yes"})
    run.refresh_from_db()
    assert run.result["likely"][0]["probability"] != before
    assert step_of(client.get(url).content.decode()) != feature


def test_a_result_is_compared_with_the_last_one(client: Client) -> None:
    page = none_until(client, begin(client), "screen:sleep")
    page = none_until(client, answer(client, page, tick="sleepy"), "never")
    page = answer(client, answer(client, begin(client), none="1"), none="1")
    page = none_until(client, page, "screen:months")
    page = answer(client, page, tick="numb-feet")
    page = none_until(client, answer(client, page, answer="yes"), "never")
    assert "New since then: nerve damage in the feet" in page


def test_only_what_the_answers_rule_out_is_gone(client: Client) -> None:
    page = none_until(client, begin(client), "screen:one-leg")
    page = answer(client, page, tick="clot")
    none_until(client, answer(client, page, answer="yes"), "never")
    page = none_until(client, begin(client), "screen:one-leg")
    page = answer(client, page, tick="clot")
    page = none_until(client, answer(client, page, answer="unsure"), "never")
    assert "Gone since then" not in page
    CheckRun.objects.latest("id").delete()
    page = none_until(client, begin(client), "never")
    assert "Gone since then" in page


def test_a_result_can_be_deleted_for_good(client: Client) -> None:
    none_until(client, begin(client), "never")
    run = CheckRun.objects.get()
    client.post(reverse("check:delete", args=[run.pk]))
    assert not CheckRun.objects.exists()
    assert client.get(reverse("check:result_of", args=[run.pk])).status_code == 404


def test_the_pain_drawing_counts_and_says_what_it_means(client: Client) -> None:
    none_until(client, begin(client), "never")
    areas = [
        "shoulder-left",
        "shoulder-right",
        "hip-left",
        "hip-right",
        "neck",
        "upper-back",
        "lower-leg-left",
    ]
    data = {
        "area": [f"fibromyalgia.{name}" for name in areas],
        "symptom": ["fibromyalgia.headaches"],
        "fibromyalgia.tired": "2",
        "fibromyalgia.unrefreshed": "2",
        "fibromyalgia.fog": "1",
        "fibromyalgia.months": "yes",
    }
    page = client.post("/check/pain", data, follow=True).content.decode()
    assert "7 of 19" in page and "5 of 5" in page and "6 of 12" in page
    assert "reach the numbers" in page
    del data["fibromyalgia.fog"]
    response = client.post("/check/pain", data)
    assert response.status_code == 422
    assert response.content.decode().count("checked") >= len(areas)


def test_the_restless_legs_questions_say_how_they_fit(client: Client) -> None:
    none_until(client, begin(client), "never")
    names = re.findall(
        r'name="(irlssg\.[a-z]+)" value="yes"', client.get("/check/restless-legs").content.decode()
    )
    assert len(names) == 10
    answers = {name: "yes" if place < 4 else "no" for place, name in enumerate(names)}
    page = client.post("/check/restless-legs", answers, follow=True).content.decode()
    assert "Your answers fit the pattern of restless legs." in page
    assert client.post("/check/restless-legs", {names[0]: "yes"}).status_code == 422


def test_pages_without_a_check_lead_to_its_start(client: Client) -> None:
    for path in (QUESTION, "/check/result", "/check/pain", "/check/restless-legs", "/check/night-leg-cramps"):
        assert client.get(path).headers["Location"] == START


def test_more_results_bring_no_more_queries(client: Client, django_assert_max_num_queries) -> None:
    for _ in range(3):
        none_until(client, begin(client), "never")
    with django_assert_max_num_queries(6):
        client.get(START)
    with django_assert_max_num_queries(6):
        client.get("/check/result")


def test_what_the_profile_knows_is_not_asked_again(client: Client) -> None:
    client.post("/medicines/", {"medicines": "simvastatin 40 mg"})
    page = begin(client)
    assert re.search(r'value="on_statin"\s+checked', page)
