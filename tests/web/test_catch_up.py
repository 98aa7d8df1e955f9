"""Nights that are noted later: what is still open, a week that was forgotten, a sheet of paper typed in."""

import html
import io
import json
import re
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from pypdf import PdfReader

from quietlegs.core.diary import night as core
from quietlegs.exchange.paper_diary import paper_pdf
from quietlegs.web.diary import access, actions, batch_actions, clock, paper, queries, sheet
from quietlegs.web.diary.batch_actions import CellChanges
from quietlegs.web.diary.catch_up_pages import cell_name
from quietlegs.web.diary.models import Diary, Episode, Factor, Night, NightChange

pytestmark = pytest.mark.django_db

QUESTIONS = (
    "cramps",
    "severity",
    "places",
    "restless",
    "sleep_hours",
    "sore",
    "pain",
    "fatigue",
    "fog",
    "worry",
)


@pytest.fixture
def diary() -> Diary:
    return access.household_diary()


@pytest.fixture
def last(diary: Diary) -> date:
    return clock.last_night(diary)


def log(diary: Diary, evening: date, factors: dict[str, float] | None = None, **outcomes: float) -> None:
    actions.log_night(diary=diary, night=core.Night(evening, outcomes, factors or {}))


def asked(client: Client, evening: date) -> list[str]:
    """Return the names of the questions of the morning page, in their order."""
    page = client.get(f"/nights/{evening.isoformat()}/morning").content.decode()
    main = page.partition('class="form morning"')[2]
    names = re.findall(r'<input (?:type="radio"|type="checkbox"|id)[^>]*? ?name="([\w-]+)"', main)
    return list(dict.fromkeys(names))


def outcomes(diary: Diary, evening: date) -> dict[str, float]:
    night = queries.find_night(diary, evening)
    return dict(queries.core_night(night).outcomes) if night else {}


# ---- The morning


def test_the_morning_asks_everything_of_an_unknown_night_in_one_order(client: Client, last: date) -> None:
    order = asked(client, last)
    assert order == list(QUESTIONS)


def test_the_morning_asks_only_what_is_missing(client: Client, diary: Diary, last: date) -> None:
    actions.add_factor(diary=diary, name="wine")
    walk = actions.add_factor(diary=diary, name="walk")
    log(diary, last, {"wine": 1}, cramps=2, severity=6, sleep_hours=7)
    assert asked(client, last) == [
        "places",
        "restless",
        "sore",
        "pain",
        "fatigue",
        "fog",
        "worry",
        f"factor-{walk.pk}",
    ]


def test_a_quiet_night_is_not_asked_how_bad_it_was(client: Client, last: date) -> None:
    client.post("/quiet", {"evening": last.isoformat()})
    assert asked(client, last) == ["restless", "sleep_hours", "pain", "fatigue", "fog", "worry"]


def test_a_cramp_recorded_with_its_place_is_not_asked_again(client: Client, diary: Diary, last: date) -> None:
    at = datetime.combine(last, datetime.min.time(), clock.zone_of(diary)) + timedelta(hours=23)
    cramp = core.Episode(at.astimezone(UTC), 0, minutes=4, muscle="calf", side="left")
    actions.record_episode(diary=diary, episode=cramp, now=at.astimezone(UTC) + timedelta(days=1))
    assert {"cramps", "places"}.isdisjoint(asked(client, last))
    page = client.get(f"/nights/{last.isoformat()}/morning").content.decode()
    assert "left calf, 4 minutes" in page


def test_what_was_known_stays_when_the_morning_is_saved(client: Client, diary: Diary, last: date) -> None:
    log(diary, last, cramps=2, severity=6)
    client.post(f"/nights/{last.isoformat()}/morning", {"sleep_hours": "6", "fog": "3", "pain": ""})
    assert outcomes(diary, last) == {"cramps": 2, "severity": 6, "sleep_hours": 6, "fog": 3}


def test_no_to_the_others_answers_only_what_was_asked_and_left_open(
    client: Client, diary: Diary, last: date
) -> None:
    wine, walk, stretch = (actions.add_factor(diary=diary, name=name) for name in ("wine", "walk", "stretch"))
    coffees = actions.add_factor(diary=diary, name="coffees", kind="count")
    log(diary, last, {"stretch": 1})
    form = {f"factor-{wine.pk}": "yes", f"factor-{walk.pk}": "", f"factor-{coffees.pk}": "", "rest_no": "yes"}
    client.post(f"/nights/{last.isoformat()}/morning", form)
    known = queries.core_night(queries.find_night(diary, last)).factors
    assert known == {"wine": 1, "walk": 0, "stretch": 1}
    assert stretch.name in known  # what was known stays yes, and a count that was left open stays unknown


def test_what_was_used_last_is_asked_first_and_saving_does_not_change_the_order(
    diary: Diary, last: date
) -> None:
    for name in ("wine", "walk", "stretch", "bath"):
        actions.add_factor(diary=diary, name=name)
    log(diary, last - timedelta(days=3), {"walk": 1})
    log(diary, last - timedelta(days=1), {"bath": 1, "walk": 0})

    def order() -> list[str]:
        return [factor.name for factor in queries.factors_last_used_first(diary, last)]

    assert order() == ["bath", "walk", "wine", "stretch"]
    log(diary, last, {"stretch": 1})
    assert order() == ["bath", "walk", "wine", "stretch"]


def test_nothing_is_carried_over_a_long_gap(diary: Diary, last: date) -> None:
    tablet = actions.add_factor(diary=diary, name="statin", carry_forward=True)
    log(diary, last - timedelta(days=queries.CARRIED_NIGHTS + 1), {"statin": 1})
    assert queries.carried_forward(diary, last) == {}
    log(diary, last - timedelta(days=queries.CARRIED_NIGHTS), {"statin": 1})
    assert queries.carried_forward(diary, last) == {tablet.pk: 1.0}


def test_the_first_page_offers_the_rest_until_it_was_begun(client: Client, diary: Diary, last: date) -> None:
    log(diary, last, cramps=1)
    assert f"/nights/{last.isoformat()}/morning" in client.get("/").content.decode()
    log(diary, last, pain=2)
    assert f"/nights/{last.isoformat()}/morning" not in client.get("/").content.decode()


# ---- A week that was forgotten


def test_a_week_that_was_forgotten_never_turns_unknown_into_quiet(
    client: Client, diary: Diary, last: date
) -> None:
    form = {f"night-{(last - timedelta(days=i)).isoformat()}": "" for i in range(7)}
    form[f"night-{(last - timedelta(days=2)).isoformat()}"] = "quiet"
    form[f"night-{(last - timedelta(days=4)).isoformat()}"] = "3"
    client.post("/nights/forgotten", {**form, "until": last.isoformat()})
    assert {night.evening: night.cramps for night in Night.objects.all()} == {
        last - timedelta(days=2): 0,
        last - timedelta(days=4): 3,
    }


def test_a_week_saved_without_a_word_leaves_the_diary_empty(client: Client, last: date) -> None:
    client.post("/nights/forgotten", {"until": last.isoformat()})
    assert not Night.objects.exists()
    assert "What is unknown stays unknown" in client.get("/nights/forgotten").content.decode()


def test_a_week_is_taken_back_by_one_undo(client: Client, diary: Diary, last: date) -> None:
    log(diary, last, sleep_hours=5)
    form = {f"night-{(last - timedelta(days=i)).isoformat()}": "quiet" for i in range(3)}
    page = client.post("/nights/forgotten", {**form, "until": last.isoformat()}, follow=True).content.decode()
    undo = re.search(r'name="change" value="([\d,]+)"', page)
    assert undo
    client.post("/undo", {"change": undo[1]})
    assert [(night.evening, night.cramps) for night in Night.objects.all()] == [(last, None)]
    assert outcomes(diary, last) == {"sleep_hours": 5}


def test_a_night_with_a_recorded_cramp_cannot_be_remembered_as_quiet(
    client: Client, diary: Diary, last: date
) -> None:
    log(diary, last - timedelta(days=1), sleep_hours=5)
    night = Night.objects.get()
    Episode.objects.create(diary=diary, night=night, started_at=datetime.now(UTC) - timedelta(days=1))
    other = (last - timedelta(days=2)).isoformat()
    form = {f"night-{night.evening.isoformat()}": "quiet", f"night-{other}": "2", "until": last.isoformat()}
    answer = client.post("/nights/forgotten", form)
    assert answer.status_code == 422
    assert "A cramp was recorded in this night" in answer.content.decode()
    assert not Night.objects.filter(evening=other).exists()  # all or none
    chosen = rf'name="night-{other}" value="2" checked'
    assert re.search(chosen, answer.content.decode())


def test_a_night_that_was_answered_while_the_week_was_open_stays_and_that_is_said(
    client: Client, diary: Diary, last: date
) -> None:
    day, other = last - timedelta(days=2), last - timedelta(days=3)
    log(diary, day, cramps=3, severity=7, woken=2)
    form = {f"night-{day.isoformat()}": "quiet", f"night-{other.isoformat()}": "1", "client_id": str(uuid4())}
    for _ in range(2):
        page = client.post(
            "/nights/forgotten", {**form, "until": last.isoformat()}, follow=True
        ).content.decode()
        assert "1 night is saved" in page
        assert re.search("answered meanwhile and stays as it is: .*" + str(day.day), page)
        assert outcomes(diary, day) == {"cramps": 3, "severity": 7, "woken": 2}
        assert outcomes(diary, other) == {"cramps": 1}


# ---- A sheet of paper


def typed(
    first: date, rows: dict[int, dict[str, str]], was: dict[str, dict[str, str]] | None = None
) -> dict[str, str]:
    cells = {
        cell_name(first + timedelta(days=row), key): text
        for row, said in rows.items()
        for key, text in said.items()
    }
    return {"first": first.isoformat(), "was": json.dumps(was or {}), **cells}


@pytest.fixture
def first(last: date) -> date:
    return last - timedelta(days=13)


def test_a_sheet_is_stored_as_it_was_typed_and_an_empty_row_stays_unknown(
    client: Client, diary: Diary, first: date
) -> None:
    wine = actions.add_factor(diary=diary, name="wine")
    water = actions.add_factor(diary=diary, name="water", kind="amount", unit="ml")
    rows = {
        0: {"cramps": "2", "severity": "7", "places": "lc, Rft", "sore": "y", "note": "hill walk"},
        1: {"cramps": "0", "sleep_hours": "6,5", f"f{wine.pk}": "n", f"f{water.pk}": "500"},
        2: {"cramps": "", "restless": " "},
        3: {"pain": "4"},
    }
    client.post("/nights/sheet", typed(first, rows))
    one, two, four = (queries.core_night(night) for night in Night.objects.order_by("evening"))
    assert (one.outcomes, one.places, one.sore, one.note) == (
        {"cramps": 2, "severity": 7},
        ("left-calf", "right-front-of-thigh"),
        True,
        "hill walk",
    )
    assert (two.outcomes, two.factors) == ({"cramps": 0, "sleep_hours": 6.5}, {"wine": 0, "water": 500})
    assert (four.evening, four.outcomes, four.is_quiet) == (first + timedelta(days=3), {"pain": 4}, None)


def test_one_wrong_cell_is_named_nothing_is_stored_and_nothing_typed_is_lost(
    client: Client, first: date
) -> None:
    rows = {0: {"cramps": "2", "note": "long day"}, 3: {"severity": "12"}, 5: {"sleep_hours": "seven"}}
    answer = client.post("/nights/sheet", typed(first, rows))
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 422 and not Night.objects.exists()
    assert "Worst: 12 is not possible. Enter 0 to 10." in page
    assert "“seven” is not a number" in page
    assert f'href="#{cell_name(first + timedelta(days=3), "severity")}"' in page
    assert 'value="12"' in page and 'value="long day"' in page and 'value="seven"' in page


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"cramps": "0", "severity": "6"}, "This says 0 cramps"),
        ({"cramps": "0", "places": "Lc"}, "This says 0 cramps"),
        ({"cramps": "1.5"}, "1.5 is not a whole number"),
        ({"places": "Lq"}, "“Lq” is not a place"),
        ({"sore": "maybe"}, "“maybe” is not yes or no"),
        ({"pain": "nan"}, "nan is not possible"),
        ({"note": "x" * 20_001}, "The note is too long"),
    ],
)
def test_a_cell_that_cannot_be_is_refused(
    client: Client, first: date, cells: dict[str, str], said: str
) -> None:
    answer = client.post("/nights/sheet", typed(first, {0: cells}))
    assert answer.status_code == 422
    assert said in html.unescape(answer.content.decode())
    assert not Night.objects.exists()


def test_a_sheet_shows_what_is_known_and_changes_only_what_was_changed(
    client: Client, diary: Diary, first: date
) -> None:
    wine = actions.add_factor(diary=diary, name="wine")
    log(diary, first, {"wine": 1}, cramps=2, awakenings=3, pain=5)
    page = client.get(f"/nights/sheet?first={first.isoformat()}").content.decode()
    was = json.loads(html.unescape(re.search(r'name="was" value="([^"]*)"', page)[1]))
    shown = was[first.isoformat()]
    assert shown == {"cramps": "2", "pain": "5", f"f{wine.pk}": "yes"}
    log(diary, first, fog=7)  # on another device, while the sheet is open
    cells = {**dict.fromkeys(QUESTIONS, ""), **shown, "cramps": "3", "pain": ""}
    client.post("/nights/sheet", typed(first, {0: cells}, was))
    assert outcomes(diary, first) == {"cramps": 3, "awakenings": 3, "fog": 7}
    assert queries.core_night(queries.find_night(diary, first)).factors == {"wine": 1}


def test_a_sheet_with_hundreds_of_factors_is_stored(client: Client, diary: Diary, first: date) -> None:
    factors = Factor.objects.bulk_create(
        Factor(diary=diary, name=f"factor {i}", kind="count") for i in range(300)
    )
    keys = [column.key for column in (*sheet.night_columns(), *sheet.day_columns(factors))]
    empty = dict.fromkeys(keys, "")
    rows = {row: {**empty, "cramps": "1", f"f{factors[-1].pk}": "7"} for row in range(sheet.NIGHTS)}
    assert client.post("/nights/sheet", typed(first, rows)).status_code == 302
    assert list(factors[-1].values.values_list("value", flat=True)) == [7] * sheet.NIGHTS


def test_a_sheet_that_is_sent_twice_is_one_sheet_and_one_undo(client: Client, first: date) -> None:
    form = {
        **typed(first, {0: {"cramps": "1"}, 1: {"cramps": "0"}}),
        "client_id": "7b0c2f5e-1c52-4c8e-9a55-0a4d7d3e2f10",
    }
    client.post("/nights/sheet", form)
    page = client.post("/nights/sheet", form, follow=True).content.decode()
    assert NightChange.objects.count() == 2
    client.post("/undo", {"change": re.search(r'name="change" value="([\d,]+)"', page)[1]})
    assert not Night.objects.exists()


def test_fewer_cramps_than_were_recorded_are_refused_beside_their_cell(
    client: Client, diary: Diary, first: date
) -> None:
    log(diary, first, cramps=1)
    Episode.objects.create(
        diary=diary, night=Night.objects.get(), started_at=datetime.now(UTC) - timedelta(days=14)
    )
    answer = client.post(
        "/nights/sheet", typed(first, {0: {"cramps": "0"}}, {first.isoformat(): {"cramps": "1"}})
    )
    assert answer.status_code == 422
    assert f'href="#{cell_name(first, "cramps")}"' in answer.content.decode()


def test_a_factor_of_another_diary_is_not_written(diary: Diary, first: date) -> None:
    other = Diary.objects.create()
    foreign = actions.add_factor(diary=other, name="theirs")
    with pytest.raises(KeyError):
        batch_actions.change_cells(diary=diary, given=[CellChanges(first, factors={foreign.pk: 1.0})])
    assert not Night.objects.exists()


def test_a_night_that_turns_out_quiet_keeps_nothing_of_the_cramps_it_did_not_have(
    client: Client, diary: Diary, first: date
) -> None:
    cramped = {"cramps": 3, "woken": 2, "cramp_minutes": 20, "pain": 4}
    log(diary, first, **cramped)
    was = {first.isoformat(): {"cramps": "3", "pain": "4"}}
    client.post("/nights/sheet", typed(first, {0: {"cramps": "0", "pain": "4"}}, was))
    assert outcomes(diary, first) == {"cramps": 0, "pain": 4}
    log(diary, first, **cramped)
    log(diary, first, cramps=0)
    assert outcomes(diary, first) == {"cramps": 0, "pain": 4}


@pytest.mark.parametrize("was", ["", "[]", "{", '{"2026": {}}', '{"2026-01-01": 3}', "null"])
def test_a_sheet_with_a_broken_memory_is_still_read(
    client: Client, diary: Diary, first: date, was: str
) -> None:
    client.post("/nights/sheet", {**typed(first, {0: {"cramps": "1"}}), "was": was})
    assert outcomes(diary, first) == {"cramps": 1}


def test_a_sheet_over_a_change_of_clocks_has_each_night_once(client: Client, diary: Diary) -> None:
    actions.change_settings(diary=diary, time_zone="Europe/Berlin", cutoff_hour=12)
    for start in (date(2026, 3, 22), date(2026, 10, 18)):
        client.post("/nights/sheet", typed(start, {row: {"cramps": str(row % 3)} for row in range(14)}))
        nights = Night.objects.filter(evening__gte=start).order_by("evening")[:14]
        assert [night.cramps for night in nights] == [row % 3 for row in range(14)]
        assert [night.evening for night in nights] == sheet.evenings_from(start)


@pytest.mark.parametrize("address", ["/nights/sheet?first=", "/nights/forgotten?until="])
@pytest.mark.parametrize("day", ["2199-12-31", "0001-01-01", "yesterday", "1900-01-05"])
def test_a_day_that_cannot_be_is_not_there(client: Client, address: str, day: str) -> None:
    assert client.get(address + day).status_code == 404


# ---- The paper


def pages_of(made: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(made)).pages]


@pytest.mark.parametrize("size", ["a4", "letter"])
def test_the_paper_asks_what_the_morning_asks_and_the_persons_own_factors(diary: Diary, size: str) -> None:
    for name in ("Calf stretch", "Water <b>", "Glass of wine"):
        actions.add_factor(diary=diary, name=name)
    front, back = pages_of(paper_pdf(paper.paper_of(diary, first=date(2026, 11, 21)), paper=size))
    for title in ("Cramps", "Worst", "Where", "Restless", "Asleep", "Sore", "Pain", "Tired", "Fog", "Worry"):
        assert title in front
    assert "empty is unknown" in front
    for words in ("Calf stretch", "Water <b>", "Glass of wine", "Note"):
        assert words in back
    for evening in sheet.evenings_from(date(2026, 11, 21)):
        assert f"{evening:%a} {evening.day} {evening:%b}" in front


def test_the_paper_has_the_columns_of_the_grid_and_of_the_morning(client: Client, last: date) -> None:
    assert {column.key for column in sheet.night_columns()} == set(asked(client, last)) == set(QUESTIONS)


def test_more_factors_take_another_side(diary: Diary) -> None:
    for number in range(paper.COLUMNS_A_SIDE + 1):
        actions.add_factor(diary=diary, name=f"something quite long {number}")
    assert len(pages_of(paper_pdf(paper.paper_of(diary, first=None)))) == 3


@pytest.mark.parametrize(("size", "width", "height"), [("a4", 842, 595), ("letter", 792, 612)])
def test_the_paper_is_tagged_and_as_large_as_it_says(
    client: Client, size: str, width: int, height: int
) -> None:
    answer = client.get(f"/nights/paper.pdf?paper={size}&dates=no")
    reader = PdfReader(io.BytesIO(answer.content))
    assert (round(reader.pages[0].mediabox.width), round(reader.pages[0].mediabox.height)) == (width, height)
    catalog = reader.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"] and catalog["/Lang"] == "en"
    assert b"pdfuaid" in reader.xmp_metadata.stream.get_data()


def test_letters_on_the_paper_are_large(diary: Diary) -> None:
    sizes: dict[float, int] = {}

    def note(text: str, _cm: object, matrix: list[float], _font: object, size: float) -> None:
        if text.strip():
            points = round(abs(matrix[0] or matrix[3]) * size, 1)
            sizes[points] = sizes.get(points, 0) + len(text)

    PdfReader(io.BytesIO(paper_pdf(paper.paper_of(diary, first=date(2026, 11, 21))))).pages[0].extract_text(
        visitor_text=note
    )
    assert min(sizes) >= 10 and sum(n for points, n in sizes.items() if points >= 12) > 0.7 * sum(
        sizes.values()
    )


@pytest.mark.parametrize("query", ["paper=a5", "first=never", "first=1800-01-01"])
def test_a_paper_that_cannot_be_is_not_there(client: Client, query: str) -> None:
    assert client.get(f"/nights/paper.pdf?{query}").status_code == 404
