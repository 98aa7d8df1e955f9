"""What the diary's pages say, and what they never say."""

import html
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from quietlegs.core.diary import night as core
from quietlegs.exchange.diary_csv import write_diary_csv
from quietlegs.web.diary import access, actions, clock, demo, pages, pictures, queries, waiting_files, words
from quietlegs.web.diary.models import Diary, Night

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 3, 2)


@pytest.fixture
def diary() -> Diary:
    diary = access.household_diary()
    return actions.change_settings(diary=diary, time_zone="Europe/Berlin", cutoff_hour=12)


def log(diary: Diary, evening: date, **outcomes: float) -> None:
    now = datetime.combine(evening, datetime.min.time(), UTC) + timedelta(days=2)
    actions.log_night(diary=diary, night=core.Night(evening, outcomes), now=now)


def test_the_nights_page_says_what_is_noted_from_the_first_record_on(diary: Diary) -> None:
    def said() -> str:
        return pages.nights_page(diary).summary

    assert said() == "No night is noted yet."
    actions.log_night(diary=diary, night=core.Night(clock.tonight(diary), {"cramps": 1}))
    is_evening = clock.tonight(diary) != clock.last_night(diary)
    assert said() == ("Only tonight is noted so far." if is_evening else "Your first night is noted.")
    actions.log_quiet_night(diary=diary, evening=clock.last_night(diary) - timedelta(days=1))
    assert said().startswith("In the last 2 nights you noted")


@pytest.mark.parametrize(
    ("wall_clock", "last_night", "tonight"),
    [
        ("2026-03-03T07:30:00+01:00", MONDAY, MONDAY),  # the morning after
        ("2026-03-03T02:00:00+01:00", MONDAY, MONDAY),  # awake in it
        ("2026-03-03T19:00:00+01:00", MONDAY, date(2026, 3, 3)),  # the next evening asks about it still
        ("2026-03-29T03:30:00+02:00", date(2026, 3, 28), date(2026, 3, 28)),  # clocks went forward at 2
        ("2026-10-25T02:30:00+01:00", date(2026, 10, 24), date(2026, 10, 24)),  # the hour that comes twice
    ],
)
def test_last_night_is_the_night_that_a_person_would_mean(
    diary: Diary, wall_clock: str, last_night: date, tonight: date
) -> None:
    now = datetime.fromisoformat(wall_clock)
    assert (clock.last_night(diary, now), clock.tonight(diary, now)) == (last_night, tonight)


def test_the_home_page_asks_until_the_night_is_known_and_greets_only_once(diary: Diary) -> None:
    morning = datetime(2026, 3, 3, 7, tzinfo=UTC)
    assert pages.tonight_page(diary, now=morning).is_first_start
    log(diary, MONDAY, sleep_hours=6)
    page = pages.tonight_page(diary, now=morning)
    assert (page.is_first_start, page.is_noted) == (False, False)
    log(diary, MONDAY, cramps=0)
    page = pages.tonight_page(diary, now=morning)
    assert page.is_noted
    assert page.about == "A quiet night: no cramps. You slept about 6 hours."


def test_a_night_is_told_in_plain_words() -> None:
    night = Night(evening=MONDAY, cramps=2, places=["left-calf", "right-calf"], severity=6, sleep_hours=5.0)
    assert words.about_night(night) == (
        "2 cramps in the left calf and right calf, the worst 6 out of 10. You slept about 5 hours."
    )
    assert words.about_night(Night(evening=MONDAY, pain=3)) == (
        "Something is noted, but not whether there were cramps."
    )


def test_a_share_is_said_only_of_20_nights_or_more(diary: Diary) -> None:
    last = clock.last_night(diary)
    for back in range(19):
        log(diary, last - timedelta(days=back), cramps=back % 2)
    assert pages.nights_page(diary).summary == "In the last 19 nights you noted 19. 9 had cramps."
    log(diary, last - timedelta(days=19), cramps=1)
    assert "20 nights you noted 20. 10 had cramps: about 10 in 20." in pages.nights_page(diary).summary


def test_nights_before_the_diary_began_are_not_called_unknown(diary: Diary) -> None:
    last = clock.last_night(diary)
    log(diary, last - timedelta(days=2), cramps=0)
    assert pages.nights_page(diary).counts == pictures.Counts(cramps=0, quiet=1, unknown=2)


def test_a_picture_never_draws_an_unknown_night_as_quiet() -> None:
    nights = [
        (MONDAY, None),
        (MONDAY, Night(evening=MONDAY, pain=2)),
        (MONDAY, Night(evening=MONDAY, cramps=0)),
        (MONDAY, Night(evening=MONDAY, cramps=1)),
        (MONDAY, Night(evening=MONDAY, cramps=90)),
    ]
    signs = pictures.strip_rows(nights)[0].signs
    assert [sign.state for sign in signs] == ["unknown", "unknown", "quiet", "cramps", "cramps"]
    assert 0 < signs[3].height < signs[4].height == pictures.TALLEST


def test_a_tablet_of_every_day_starts_from_the_night_before_and_nothing_else_does(diary: Diary) -> None:
    tablet = actions.add_factor(diary=diary, name="statin", carry_forward=True)
    actions.add_factor(diary=diary, name="wine")
    night = core.Night(MONDAY, {"cramps": 1}, {"statin": 1, "wine": 1})
    actions.log_night(diary=diary, night=night)
    assert queries.carried_forward(diary, MONDAY + timedelta(days=1)) == {tablet.pk: 1.0}
    assert queries.carried_forward(diary, MONDAY) == {}


def test_the_time_zone_of_the_first_browser_is_learnt_and_then_kept(client: Client) -> None:
    evening = clock.last_night(access.household_diary()) - timedelta(days=3)
    client.post("/quiet", {"evening": evening.isoformat(), "time_zone": "Asia/Tokyo"})
    assert access.household_diary().time_zone == "Asia/Tokyo"
    client.post("/quiet", {"evening": evening.isoformat(), "time_zone": "America/Lima"})
    assert access.household_diary().time_zone == "Asia/Tokyo"


def test_a_second_cramp_is_another_even_from_a_page_that_stayed_open(client: Client) -> None:
    form = {"client_id": "6f1d52f6-6d6e-4d5b-8d7b-0f6f2a1f9b11"}
    first = client.post("/cramp", form)["Location"]
    assert client.post("/cramp", form)["Location"] == first  # pressed twice: one cramp
    client.post(f"{first}/over")
    assert client.post("/cramp", form)["Location"] != first


def test_the_example_is_marked_on_every_page_and_is_always_the_same(client: Client, settings) -> None:
    settings.IS_DEMO = True
    demo.fill_example(now=datetime.now(UTC))
    demo.fill_example(now=datetime.now(UTC))
    assert access.household_diary().nights.count() == len(
        demo.example_nights(clock.last_night(access.household_diary())).nights
    )
    for address in ("/", "/nights/", "/factors/", "/import/", "/export/", "/settings/", "/more"):
        assert b"This is an example. The nights are made up" in client.get(address).content
    assert demo.example_nights(MONDAY) == demo.example_nights(MONDAY)


def look_at(client: Client, content: bytes, name: str = "diary.csv"):
    return client.post("/import/", {"file": SimpleUploadedFile(name, content)})


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"night,cramps\n",
        b"night;when\n",
        b"\x00\x01\x02\xff" * 100,
        b"night,cramps\n" + b"x" * 17 * 2**20,
        "night,cramps\n2026-01-01,-4\n".encode("utf-16"),
        b'{"format": "something else"}',
    ],
    ids=["empty", "header", "no-night", "noise", "17-mb", "utf-16", "json"],
)
def test_a_file_that_cannot_be_used_changes_nothing_and_says_why(client: Client, content: bytes) -> None:
    response = look_at(client, content)
    assert response.status_code == 422
    assert b"could not be used" in response.content
    assert b"Nothing was changed." in response.content
    assert not Night.objects.exists()


def test_an_import_waits_for_the_word_and_leaves_no_file_behind(client: Client, diary: Diary) -> None:
    log(diary, MONDAY, cramps=2)
    given = core.diary_of(
        [core.Night(MONDAY, {"cramps": 0}), core.Night(MONDAY + timedelta(days=1), {"cramps": 1})]
    )
    shown = look_at(client, write_diary_csv(given)).content.decode()
    assert "1 answer differs from your diary" in shown
    assert "2 March 2026, cramps: your diary says 2, the file 0." in shown
    assert Night.objects.count() == 1
    named = re.search(r'name="file" value="([0-9a-f-]+)"', shown)
    assert named
    client.post("/import/confirm", {"file": named[1], "answer": "yes"})
    assert list(Night.objects.values_list("cramps", flat=True)) == [2, 1]
    assert waiting_files.find(access.uuid_or_none(named[1])) is None
    assert client.post("/import/confirm", {"file": named[1], "answer": "yes"}).status_code == 422


def test_what_is_taken_out_comes_in_again_as_it_was(client: Client, diary: Diary) -> None:
    actions.import_nights(diary=diary, given=demo.example_nights(MONDAY), source="example")
    before = queries.read_diary(diary)
    for address in ("/export/diary.json", "/export/diary.csv"):
        taken = client.get(address).content
        actions.delete_everything(diary=access.household_diary())
        shown = look_at(client, taken, address.rpartition("/")[2]).content.decode()
        named = re.search(r'name="file" value="([0-9a-f-]+)"', shown)
        assert named
        client.post("/import/confirm", {"file": named[1], "answer": "yes"})
        assert queries.read_diary(access.household_diary()).nights == before.nights


def test_a_past_import_is_listed_and_taken_back_by_one_button(client: Client, diary: Diary) -> None:
    shown = look_at(client, b"night,cramps\n2026-03-02,2\n", "<b>old.csv").content.decode()
    named = re.search(r'name="file" value="([0-9a-f-]+)"', shown)
    assert named
    client.post("/import/confirm", {"file": named[1], "answer": "yes", "file_name": "<b>old.csv"})
    page = client.get("/import/").content.decode()
    assert "&lt;b&gt;old.csv" in page
    button = re.search(r'action="(/import/\d+/take-back)"', page)
    assert button
    assert client.get(button[1]).status_code == 405
    client.post(button[1])
    assert not Night.objects.exists()
    assert 'take-back"' not in client.get("/import/").content.decode()
    assert client.post("/import/999/take-back").status_code == 404


def test_a_table_of_ones_own_comes_in_once_its_columns_are_said(client: Client, diary: Diary) -> None:
    shown = look_at(
        client, "Tag;Krämpfe;Wein (ml)\n03/04/2026;2;150,5\n".encode("cp1252"), "mine.csv"
    ).content.decode()
    assert "Say what the columns are" in shown
    assert "03/04/2026 is 3 April 2026" in shown
    named = re.search(r'name="file" value="([0-9a-f-]+)"', shown)
    assert named
    said = {
        "file": named[1], "file_name": "mine.csv", "named_by": "evening", "decimal_comma": "yes",
        "use-0": "night", "use-1": "cramps", "use-2": "factor",
        "name-2": "wine", "kind-2": "amount", "unit-2": "ml",
    }  # fmt: skip
    asked = client.post("/import/map", said)
    assert asked.status_code == 422
    assert "which comes first, the day or the month" in asked.content.decode()
    assert 'value="wine"' in asked.content.decode()
    preview = client.post("/import/map", {**said, "dates": "mdy"}).content.decode()
    assert "1 new night in this file" in preview
    map_ = html.unescape(re.search(r'<textarea name="map" hidden>(.*?)</textarea>', preview, re.DOTALL)[1])
    client.post("/import/confirm", {"file": named[1], "answer": "yes", "map": map_})
    (night,) = queries.read_diary(diary).nights
    assert (night.evening, night.outcomes, night.factors) == (
        date(2026, 3, 4),
        {"cramps": 2},
        {"wine": 150.5},
    )
