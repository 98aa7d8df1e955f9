"""Relief at night, as the server gives it: every step without JavaScript, nothing lost, help when it must come."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from quietlegs.core.diary import night as core
from quietlegs.core.plan.relief import ReliefKind
from quietlegs.exchange.checks import load_guidance
from quietlegs.exchange.relief_base import load_relief_steps, load_when_wrong
from quietlegs.web.check.actions import choose_country
from quietlegs.web.diary import access, actions
from quietlegs.web.diary.models import Diary, Episode

pytestmark = pytest.mark.django_db

NOW = datetime.now(UTC)
CRAMP = load_relief_steps()[ReliefKind.CRAMP]
RESTLESS = load_relief_steps()[ReliefKind.RESTLESS]
PULL, STAND = CRAMP[0].id, CRAMP[1].id
WRITES = ("next", "over", "goes-on", "place", "delete")


def begun(minutes_ago: float = 0, *, kind: str = "cramp", diary: Diary | None = None) -> Episode:
    diary = diary or access.household_diary()
    start = datetime.now(UTC) - timedelta(minutes=minutes_ago)
    return actions.record_episode(diary=diary, episode=core.Episode(start, 0, kind=kind))


def ended(relief: list[str], *, days_ago: int, minutes: float = 3) -> None:
    start = NOW - timedelta(days=days_ago)
    past = core.Episode(start, 0, minutes=minutes, relief=tuple(relief))
    actions.record_episode(diary=access.household_diary(), episode=past)


def words(client: Client, address: str) -> str:
    """Return a page's text, without the part that waits until it is needed."""
    html = client.get(address).content.decode()
    return html.partition("<div data-help hidden>")[0]


def test_the_first_touch_saves_the_start_before_anything_is_asked(client: Client) -> None:
    answer = client.post("/cramp", {})
    episode = Episode.objects.get()
    assert episode.minutes is None
    assert answer["Location"] == f"/relief/{episode.pk}"


def test_one_step_is_shown_at_a_time_and_next_leads_through_all_and_round(client: Client) -> None:
    episode = begun()
    for number, step in enumerate((*CRAMP, CRAMP[0]), start=1):
        html = words(client, f"/relief/{episode.pk}")
        assert f"Step {1 if number > len(CRAMP) else number} of {len(CRAMP)}" in html
        assert step.do in html and step.caution.sentence in html
        assert sum(other.do in html.split("<body")[1].split("relief-step")[1] for other in CRAMP) == 1
        client.post(f"/relief/{episode.pk}/next", {"step": step.id})
    episode.refresh_from_db()
    assert episode.relief == [*(step.id for step in CRAMP), PULL, STAND]


def test_next_pressed_twice_is_one_step(client: Client) -> None:
    episode = begun()
    for _press in range(2):
        client.post(f"/relief/{episode.pk}/next", {"step": PULL})
    episode.refresh_from_db()
    assert episode.relief == [PULL, STAND]


@pytest.mark.parametrize("step", ["", "no-such-step", RESTLESS[0].id])
def test_a_step_that_is_none_changes_nothing(client: Client, step: str) -> None:
    episode = begun()
    assert client.post(f"/relief/{episode.pk}/next", {"step": step}).status_code == 302
    episode.refresh_from_db()
    assert episode.relief == []


def test_a_hundred_nexts_stay_within_what_an_episode_may_name(client: Client) -> None:
    episode = begun()
    for number in range(100):
        client.post(f"/relief/{episode.pk}/next", {"step": CRAMP[number % len(CRAMP)].id})
    episode.refresh_from_db()
    assert len(episode.relief) == 20


def test_it_is_over_stores_the_minutes_and_the_step_that_was_on(client: Client) -> None:
    episode = begun(4)
    client.post(f"/relief/{episode.pk}/next", {"step": PULL})
    client.post(f"/relief/{episode.pk}/over", {"step": STAND})
    client.post(f"/relief/{episode.pk}/next", {"step": STAND})  # an old page
    episode.refresh_from_db()
    assert episode.minutes == pytest.approx(4, abs=0.2)
    assert episode.relief == [PULL, STAND]
    assert "Saved: 4 minutes" in words(client, f"/relief/{episode.pk}")


def test_over_at_the_first_step_names_that_step(client: Client) -> None:
    episode = begun(1)
    client.post(f"/relief/{episode.pk}/over", {"step": PULL})
    episode.refresh_from_db()
    assert episode.relief == [PULL]


def test_one_tap_on_the_drawing_says_where_it_was(client: Client) -> None:
    episode = begun(2)
    client.post(f"/relief/{episode.pk}/over")
    answer = client.post(f"/relief/{episode.pk}/place", {"place": "right-shin", "view": "front"})
    html = words(client, answer["Location"])
    assert re.search(r'value="right-shin" aria-pressed="true"', html)
    client.post(f"/relief/{episode.pk}/place", {"place": "left-ear"})
    episode.refresh_from_db()
    assert (episode.side, episode.muscle) == ("right", "shin")


def test_not_over_takes_the_end_back(client: Client) -> None:
    episode = begun(2)
    client.post(f"/relief/{episode.pk}/over")
    client.post(f"/relief/{episode.pk}/goes-on")
    episode.refresh_from_db()
    assert episode.minutes is None


def test_what_was_none_is_deleted_and_can_be_brought_back(client: Client) -> None:
    episode = begun(2)
    page = client.get(client.post(f"/relief/{episode.pk}/delete")["Location"]).content.decode()
    assert "What was recorded is deleted" in page and "Undo" in page
    assert not Episode.objects.exists()


def test_after_10_minutes_the_answer_is_where_to_get_help(client: Client) -> None:
    flag = load_guidance().flag(load_when_wrong().flag)
    before = words(client, f"/relief/{begun(9.5).pk}")
    assert flag.reason not in before and "Step 1" in before
    Episode.objects.all().delete()
    episode = begun(10.1)
    html = words(client, f"/relief/{episode.pk}")
    level = load_guidance().levels.levels[flag.disposition]
    assert flag.reason in html and level.advice in html and "Step 1" not in html
    assert "Step 1" in words(client, f"/relief/{episode.pk}?steps")


def test_the_help_that_waits_in_the_page_is_the_same(client: Client) -> None:
    html = client.get(f"/relief/{begun(1).pk}").content.decode()
    waiting = html.partition("<div data-help hidden>")[2]
    assert load_guidance().flag("rf-cramp-over-10-min").reason in waiting
    assert 'data-help-after="600"' in html


def test_restless_legs_of_an_hour_are_no_alarm(client: Client) -> None:
    html = client.get(f"/relief/{begun(60, kind='restless').pk}").content.decode()
    assert RESTLESS[0].do in html and "data-help" not in html and "<noscript>" not in html


@pytest.mark.parametrize("minutes", [1, 15])
def test_something_is_wrong_shows_the_number_of_the_chosen_country(client: Client, minutes: int) -> None:
    episode = begun(minutes)
    html = words(client, f"/relief/{episode.pk}/help")
    assert all(f"tel:{number}" in html for number in load_guidance().numbers.until_chosen)
    choose_country(diary=access.household_diary(), code="GB")
    html = words(client, f"/relief/{episode.pk}/help")
    assert "tel:999" in html and "tel:111" in html and "tel:911" not in html


def test_something_is_wrong_early_names_the_signs_of_an_emergency(client: Client) -> None:
    html = words(client, f"/relief/{begun(1).pk}/help")
    wrong = load_when_wrong()
    assert wrong.emergency.sentence in html and wrong.same_day.sentence in html
    assert html.index(wrong.emergency.sentence) < html.index("tel:") < html.index(wrong.same_day.sentence)


def test_restless_legs_are_recorded_once_and_apart_from_cramps(client: Client) -> None:
    form = {"client_id": "6f1d52f6-6d6e-4d5b-8d7b-0f6f2a1f9b11"}
    first = client.post("/relief/restless", form)["Location"]
    assert client.post("/relief/restless", form)["Location"] == first
    assert client.post("/cramp")["Location"] != first
    client.post(f"{first}/over", {"step": RESTLESS[0].id})
    assert client.post("/relief/restless", form)["Location"] != first
    kinds = list(Episode.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["restless", "cramp", "restless"]
    assert Episode.objects.first().night.cramps == 1


def test_what_stopped_this_persons_cramps_comes_first_with_honest_counts(client: Client) -> None:
    for day in range(1, 11):
        ended([PULL, STAND] if day <= 8 else [PULL, STAND, CRAMP[2].id], days_ago=day)
    html = words(client, f"/relief/{begun().pk}")
    assert CRAMP[1].do in html
    assert "Your cramp stopped here 8 of 10 times." in html


def test_too_few_cramps_say_nothing(client: Client) -> None:
    for day in range(1, 5):
        ended([PULL, STAND], days_ago=day)
    html = words(client, f"/relief/{begun().pk}")
    assert CRAMP[0].do in html and "times." not in html


def test_a_cramp_that_was_ended_hours_later_counts_for_nothing(client: Client) -> None:
    for day in range(1, 11):
        ended([PULL], days_ago=day, minutes=400)
    assert "times." not in words(client, f"/relief/{begun().pk}")


def test_a_long_history_takes_no_more_queries(client: Client) -> None:
    episode = begun()

    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get(f"/relief/{episode.pk}")
        return len(seen)

    few = count()
    for day in range(1, 40):
        ended([PULL, STAND], days_ago=day)
    assert count() == few


def test_every_page_of_the_night_is_black_whatever_the_setting(client: Client) -> None:
    client.cookies["quietlegs_theme"] = "day"
    running, late = begun(1), begun(20)
    over = begun(3, kind="restless")
    client.post(f"/relief/{over.pk}/over")
    for address in ("", str(running.pk), f"{running.pk}/help", str(late.pk), str(over.pk)):
        html = client.get(f"/relief/{address}").content.decode()
        assert 'data-theme="night"' in html
        assert '<meta name="color-scheme" content="dark">' in html
        assert '<meta name="theme-color" content="#000000">' in html


def test_the_start_page_leads_back_to_what_runs(client: Client) -> None:
    html = words(client, "/relief/")
    assert 'action="/cramp"' in html and 'href="/relief/steps"' in html
    cramp, restless = begun(1), begun(1, kind="restless")
    html = words(client, "/relief/")
    assert f'href="/relief/{cramp.pk}"' in html and f'href="/relief/{restless.pk}"' in html


def test_the_first_page_has_cramp_restless_and_something_else(client: Client) -> None:
    actions.log_night(
        diary=access.household_diary(), night=core.Night(NOW.date() - timedelta(days=3), {"cramps": 1})
    )
    dock = client.get("/").content.decode().split('<div class="dock')[1]
    assert dock.index("Cramp now") < dock.index("Restless") < dock.index("Something else")
    assert 'action="/relief/restless"' in dock and 'href="/check/"' in dock


def test_every_step_leads_to_its_evidence(client: Client) -> None:
    html = client.get("/relief/steps").content.decode()
    for step in (*CRAMP, *RESTLESS):
        assert step.do in html
        assert all(f"/library/entry/{name}" in html for name in step.evidence)


def test_every_drawing_is_there(client: Client) -> None:
    html = client.get("/relief/steps").content.decode()
    named = re.findall(r'<use href="/static/([^"#]+)#([^"]+)"', html)
    drawings = [(path, name) for path, name in named if "icons" not in path]
    assert len(drawings) == len(CRAMP) + len(RESTLESS)
    for path, name in drawings:
        found = finders.find(re.sub(r"\.[0-9a-f]{12}(?=\.)", "", path))
        assert found and f'id="{name}"' in Path(found).read_text(encoding="utf-8"), (path, name)


@pytest.mark.parametrize("what", WRITES)
def test_nothing_is_written_by_reading_or_by_another_site(client: Client, what: str) -> None:
    episode = begun()
    assert client.get(f"/relief/{episode.pk}/{what}").status_code == 405
    assert Client(enforce_csrf_checks=True).post(f"/relief/{episode.pk}/{what}").status_code == 403


def test_what_is_anothers_is_not_there(client: Client) -> None:
    access.household_diary()
    theirs = begun(2, diary=Diary.objects.create(name="another person"))
    assert client.get(f"/relief/{theirs.pk}").status_code == 404
    assert client.get(f"/relief/{theirs.pk}/help").status_code == 404
    for what in WRITES:
        assert client.post(f"/relief/{theirs.pk}/{what}", {"step": PULL}).status_code == 404
    theirs.refresh_from_db()
    assert theirs.minutes is None and theirs.relief == []
