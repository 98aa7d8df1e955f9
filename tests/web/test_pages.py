"""Every page of the app: the right verbs, nothing inline, no query more for more nights, nothing of another's diary.

A new address must be given a place in one of the lists below, or ``test_every_address_is_listed`` fails.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver

from quietlegs.core.diary import night as core
from quietlegs.web.diary import access, actions, clock
from quietlegs.web.diary.models import Diary, Factor

pytestmark = pytest.mark.django_db

NOW = datetime.now(UTC)
# Pages to be read. {night} and {factor} are those of the diary in `full`.
PAGES = (
    "/",
    "/nights/",
    "/nights/?month=2026-01",
    "/nights/{night}",
    "/nights/{night}/morning",
    "/nights/{night}/seen",
    "/nights/forgotten",
    "/nights/sheet",
    "/nights/paper",
    "/factors/",
    "/factors/{factor}",
    "/import/",
    "/export/",
    "/settings/",
    "/settings/delete",
    "/more",
    "/_gallery",
)
FILES = (
    "/export/diary.csv",
    "/export/diary.json",
    "/export/quietlegs.backup",
    "/nights/paper.pdf",
    "/health",
)
WRITES = (
    "/quiet",
    "/cramps",
    "/undo",
    "/theme",
    "/language",
    "/nights/{night}/delete",
    "/seen/{seen}/delete",
    "/cramp",
    "/factors/add",
    "/factors/{factor}/archive",
    "/factors/{factor}/bring-back",
    "/import/map",
    "/import/confirm",
    "/import/{batch}/take-back",
)
ALSO = ("/nights/find",)  # read, but only with a date
ROOMS_TESTED_HERE = ("quietlegs.web.diary.", "quietlegs.web.shell.")


def note(diary: Diary, back: int, **outcomes: float) -> date:
    evening = clock.last_night(diary) - timedelta(days=back)
    actions.log_night(diary=diary, night=core.Night(evening, outcomes), now=NOW)
    return evening


@pytest.fixture
def full() -> dict[str, str]:
    """Make a diary with a night, a factor and a cramp; return what addresses need."""
    diary = access.household_diary()
    factor = actions.add_factor(diary=diary, name="water", kind="amount", unit="ml")
    evening = note(diary, 3, cramps=2, severity=6)
    began = core.Episode(started_at=NOW - timedelta(minutes=5), utc_offset_minutes=0)
    actions.record_episode(diary=diary, episode=began, now=NOW)
    seen = core.Observation("Ana", kicks=4, woke_at=("02:30",))
    seen_id, _is_new = actions.note_observation(diary=diary, evening=evening, seen=seen, now=NOW)
    return {"night": evening.isoformat(), "factor": str(factor.pk), "batch": "1", "seen": str(seen_id.pk)}


def every_address() -> Iterator[tuple[str, str]]:
    """Yield each address of the rooms tested here, as a pattern, with its name."""

    def walk(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[tuple[str, str]]:
        for pattern in patterns:
            route = before + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, route)
            elif pattern.callback.__module__.startswith(ROOMS_TESTED_HERE):
                yield f"/{route}", str(pattern.name)

    yield from walk(get_resolver().url_patterns, "")


def test_every_address_is_listed() -> None:
    def shape(address: str) -> str:
        return re.sub(r"<[^>]+>|\{\w+\}", "*", address.partition("?")[0])

    listed = {shape(address) for address in (*PAGES, *FILES, *WRITES, *ALSO)}
    assert {shape(address) for address, _name in every_address()} == listed


@pytest.mark.parametrize("address", PAGES)
def test_a_page_opens_empty_and_full(client: Client, address: str, request: pytest.FixtureRequest) -> None:
    if "{" not in address:
        assert client.get(address).status_code == 200
    full = request.getfixturevalue("full")
    assert client.get(address.format(**full)).status_code == 200


@pytest.mark.parametrize("address", PAGES)
def test_a_page_has_nothing_inline(client: Client, full: dict[str, str], address: str) -> None:
    text = client.get(address.format(**full)).content.decode()
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=|javascript:", text)
    assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//", text)


@pytest.mark.parametrize("address", PAGES)
def test_a_page_has_one_heading_and_a_title_of_its_own(
    client: Client, full: dict[str, str], address: str
) -> None:
    text = client.get(address.format(**full)).content.decode()
    assert len(re.findall(r"<h1[ >]", text)) == 1
    title = re.search(r"<title>(.*?) - Quietlegs</title>", text)
    assert title and title[1] not in ("", "Quietlegs")


@pytest.mark.parametrize("address", WRITES)
def test_nothing_is_written_by_reading(client: Client, full: dict[str, str], address: str) -> None:
    assert client.get(address.format(**full)).status_code == 405


@pytest.mark.parametrize("address", [*PAGES, *FILES])
def test_verbs_that_mean_nothing_here_are_refused(client: Client, full: dict[str, str], address: str) -> None:
    for verb in (client.put, client.patch, client.delete):
        assert verb(address.format(**full)).status_code == 405


@pytest.mark.parametrize("address", WRITES)
def test_no_other_site_can_write(full: dict[str, str], address: str) -> None:
    assert Client(enforce_csrf_checks=True).post(address.format(**full)).status_code == 403


@pytest.mark.parametrize("address", [a for a in (*PAGES, *WRITES) if "{factor}" in a])
def test_what_is_anothers_is_not_there(client: Client, full: dict[str, str], address: str) -> None:
    stranger = Diary.objects.create(name="another person")
    factor = actions.add_factor(diary=stranger, name="their factor")
    theirs = address.format(night=full["night"], factor=factor.pk)
    send = client.get if address in PAGES else client.post
    assert send(theirs).status_code == 404
    assert Factor.objects.filter(pk=factor.pk, archived_at=None).exists()


def test_anothers_nights_are_not_shown(client: Client, full: dict[str, str]) -> None:
    stranger = Diary.objects.create(name="another person")
    note(stranger, 1, cramps=9)
    for address in ("/", "/nights/", "/export/diary.csv"):
        assert b"9 cramps" not in client.get(address).content
    assert b",9" not in client.get("/export/diary.csv").content


@pytest.mark.parametrize(
    "address",
    [
        "/nights/2026-02-30",
        "/nights/yesterday",
        "/nights/9999-12-31",
        "/nights/0001-01-01",
        "/relief/99999999999999999999",
        "/factors/99999999999999999999",
        "/nowhere",
    ],
)
def test_an_address_that_names_nothing_is_not_found(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    assert b"This page is not here" in response.content


def test_more_nights_take_no_more_queries(client: Client, full: dict[str, str]) -> None:
    def queries() -> dict[str, int]:
        counts = {}
        for address in PAGES:
            with CaptureQueriesContext(connection) as seen:
                assert client.get(address.format(**full)).status_code == 200
            counts[address] = len(seen)
        return counts

    diary = access.household_diary()
    few = queries()
    last = clock.last_night(diary)
    more = [core.Night(last - timedelta(days=back), {"cramps": back % 3}) for back in range(4, 64)]
    actions.import_nights(diary=diary, given=core.diary_of(more), source="test")
    assert queries() == few


@pytest.mark.parametrize(
    ("address", "posted"),
    [
        ("/cramps", {"evening": "2026-01-01", "cramps": ""}),
        ("/cramps", {"evening": "2026-01-01", "cramps": "101"}),
        ("/cramps", {"evening": "soon", "cramps": "2"}),
        ("/quiet", {"evening": "2999-01-01"}),
        ("/nights/2026-01-01", {"sleep_hours": "27"}),
        ("/nights/2026-01-01", {"cramps": "two"}),
        ("/nights/2026-01-01", {"cramps": "1e400"}),
        ("/nights/2026-01-01", {"pain": "nan"}),
        ("/nights/2026-01-01", {"cramps": "0", "severity": "6"}),
        ("/nights/2026-01-01", {"note": "x" * 20_001}),
        ("/factors/add", {"name": "", "kind": "yesno"}),
        ("/factors/add", {"name": "night", "kind": "yesno"}),
        ("/factors/add", {"name": "tea", "kind": "colour"}),
        ("/settings/", {"time_zone": "Mars/Base", "cutoff_hour": "12"}),
        ("/settings/", {"time_zone": "", "cutoff_hour": "25"}),
        ("/settings/delete", {"word": "yes please"}),
        ("/import/", {}),
        ("/import/confirm", {"file": "../../etc/passwd"}),
    ],
)
def test_bad_input_answers_422_and_stores_nothing(
    client: Client, address: str, posted: dict[str, str]
) -> None:
    access.household_diary()
    response = client.post(address, posted)
    assert response.status_code == 422
    diary = access.household_diary()
    assert not diary.nights.exists() and not diary.factors.exists()


def test_an_answer_with_a_comma_is_a_number_too(client: Client) -> None:
    assert client.post("/nights/2026-01-01", {"sleep_hours": "6,5"}).status_code == 302
    assert access.household_diary().nights.get().sleep_hours == 6.5


def test_the_same_form_sent_twice_is_one_night(client: Client) -> None:
    form = {
        "evening": "2026-01-01",
        "cramps": "2",
        "client_id": "6f1d52f6-6d6e-4d5b-8d7b-0f6f2a1f9b11",
    }
    client.post("/cramps", form)
    client.post("/nights/2026-01-01", {"cramps": "1"})
    client.post("/cramps", form)
    assert access.household_diary().nights.get().cramps == 1


def test_a_form_leads_back_only_into_this_app(client: Client) -> None:
    for named in ("https://example.org/", "//example.org", "javascript:alert(1)"):
        for address, posted in (("/theme", {"theme": "night"}), ("/nights/2026-01-01", {"cramps": "1"})):
            answer = client.post(address, {**posted, "next": named})
            assert answer["Location"].startswith("/") and not answer["Location"].startswith("//")


def test_an_imported_half_point_is_not_lost_by_saving_the_night(client: Client) -> None:
    diary = access.household_diary()
    evening = note(diary, 1, severity=6.5, cramps=1)
    text = client.get(f"/nights/{evening}").content.decode()
    assert re.search(r'name="severity" value="6.5" checked', text)


def test_the_diary_leaves_no_trace_in_shared_stores(client: Client, full: dict[str, str]) -> None:
    for address in (*PAGES, *FILES):
        assert client.get(address.format(**full))["Cache-Control"] == "no-store"


def test_pages_travel_compressed_and_files_as_they_are(client: Client, full: dict[str, str]) -> None:
    asked = {"HTTP_ACCEPT_ENCODING": "gzip"}
    assert client.get("/nights/", **asked)["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in client.get("/export/quietlegs.backup", **asked)
