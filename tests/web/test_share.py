"""The doctor's page in the app: what is on it, what it is kept as, and links that end."""

import io
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from quietlegs.core.diary.night import Night
from quietlegs.exchange.fhir import seed_of, write_fhir
from quietlegs.exchange.knowledge_base import load_folder
from quietlegs.web.check.models import CheckRun
from quietlegs.web.diary import actions as diary_actions
from quietlegs.web.diary import clock
from quietlegs.web.diary.access import household_diary
from quietlegs.web.experiments.models import Trial
from quietlegs.web.medicines.models import MedicineList
from quietlegs.web.share.models import ShareLink
from quietlegs.web.share.queries import fhir_facts_of, page_of
from tests.web.test_experiments import lived

pytestmark = pytest.mark.django_db

ELSEWHERE = {"REMOTE_ADDR": "192.168.1.20"}


@pytest.fixture
def nights() -> None:
    diary = household_diary()
    last = clock.tonight(diary) - timedelta(days=1)
    for back in range(20):
        diary_actions.log_night(
            diary=diary, night=Night(last - timedelta(days=back), {"cramps": float(back % 3 == 0)})
        )


def new_link(client: Client) -> str:
    client.post("/doctor/links", {"label": "Dr Vale", "days": 30})
    return client.get("/doctor").context["page"].new_link


def test_an_empty_page_says_what_is_missing(client: Client) -> None:
    assert "There are no nights" in client.get("/doctor").content.decode()


def test_the_page_and_the_pdf_say_the_same(client: Client, nights: None) -> None:
    page = client.get("/doctor").content.decode()
    pdf = PdfReader(io.BytesIO(client.get("/doctor/page.pdf").content)).pages[0].extract_text()
    for words in ("7 of 20 logged nights with cramps", "legs at night"):
        assert words in page
        assert words in pdf
    assert "7 of 20 logged nights" in client.get("/doctor/page.txt").content.decode()


def checked(**result: object) -> None:
    now = timezone.now()
    CheckRun.objects.create(
        diary=household_diary(),
        started_at=now,
        finished_at=now,
        age_years=60,
        steps=[{"kind": "screen", "id": "blood", "gave": {"rf-gi-bleed.vomit": False, "rf-dvt": False}}],
        result={"disposition": "same_day", "red_flags": [], "likely": [], **result},
    )


def test_a_flag_that_was_not_ruled_out_is_named_and_never_counted_as_absent(
    client: Client, nights: None
) -> None:
    checked(not_ruled_out=[{"id": "rf-cauda-equina"}], ruled_out=["rf-dvt"])
    page = client.get("/doctor").content.decode()
    flags = load_folder("triage/flags")
    assert f"Not sure, still to be looked at:</strong> {flags['rf-cauda-equina']['name']}" in page
    assert "None of" not in page
    assert f"Asked: {flags['rf-dvt']['name']}." in page
    assert flags["rf-gi-bleed"]["name"] not in page  # one of its parts was asked, and no more
    pdf = PdfReader(io.BytesIO(client.get("/doctor/page.pdf").content)).pages[0].extract_text()
    assert "still to be looked at" in pdf and "None of" not in pdf


def test_where_all_was_ruled_out_none_is_present(client: Client, nights: None) -> None:
    checked(not_ruled_out=[], ruled_out=["rf-dvt", "rf-cauda-equina"])
    page = client.get("/doctor").content.decode()
    assert "None of 2 present." in page and "Not sure" not in page


def test_what_is_not_taken_is_said_so_and_never_sent_as_taken(client: Client, nights: None) -> None:
    MedicineList.objects.create(
        diary=household_diary(), text="allergic to penicillin\nstopped ramipril\nwarfarin 5 mg"
    )
    page = client.get("/doctor/page.txt").content.decode()
    assert "allergic to penicillin: not taken now" in page
    assert "stopped ramipril: not taken now" in page
    diary = household_diary()
    sent = str(write_fhir(fhir_facts_of(diary, page_of(diary)), seed=seed_of("secret")))
    assert "warfarin" in sent
    assert "penicillin" not in sent and "ramipril" not in sent


def test_no_name_is_on_the_page_unless_it_is_given(client: Client, nights: None) -> None:
    assert "Patient: legs at night" in client.get("/doctor").content.decode()
    form = {
        "nights": 90,
        "sections": ["pattern"],
        "questions": "Is it the tablets?\n",
        "name": "Ruth Calder",
        "paper": "a4",
    }
    client.post("/doctor", form)
    page = client.get("/doctor").content.decode()
    assert "Ruth Calder: legs at night" in page
    assert 'class="strip' not in page


def test_a_link_shows_the_page_to_somebody_else_and_tells_when_it_was_opened(
    client: Client, nights: None
) -> None:
    link = new_link(client)
    stranger = Client(**ELSEWHERE)
    page = stranger.get(link.removeprefix("http://testserver"))
    assert page.status_code == 200
    assert "logged nights with cramps" in page.content.decode()
    assert "Tonight" not in page.content.decode()
    assert "Opened once" in client.get("/doctor").content.decode()


def test_a_link_is_shown_once_and_its_token_is_not_kept(client: Client) -> None:
    link = new_link(client)
    assert link not in client.get("/doctor").content.decode()
    assert link.rsplit("/", 1)[1] not in ShareLink.objects.get().token_digest


def test_a_link_that_ended_or_was_closed_or_was_guessed_is_not_there(client: Client) -> None:
    stranger = Client(**ELSEWHERE)
    path = new_link(client).removeprefix("http://testserver")
    ShareLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert stranger.get(path).status_code == 404
    ShareLink.objects.update(expires_at=timezone.now() + timedelta(days=1))
    assert stranger.get(path).status_code == 200
    client.post(f"/doctor/links/{ShareLink.objects.get().pk}/revoke")
    assert stranger.get(path).status_code == 404
    assert stranger.get("/shared/guess").status_code == 404


def test_a_stranger_with_a_link_reaches_nothing_else(client: Client) -> None:
    stranger = Client(**ELSEWHERE)
    stranger.get(new_link(client).removeprefix("http://testserver"))
    for path in ("/doctor", "/doctor/page.pdf", "/", "/nights/"):
        assert stranger.get(path).status_code == 302


def test_more_nights_need_no_more_queries(
    client: Client, nights: None, django_assert_max_num_queries
) -> None:
    client.get("/doctor")
    with django_assert_max_num_queries(60):
        client.get("/doctor")


@pytest.mark.django_db
def test_the_file_for_research_is_made_only_after_a_yes(client) -> None:
    page = client.get("/export/research")
    assert b"cannot be taken back" in page.content
    refused = client.post("/export/research", {})
    assert refused.status_code == 422
    assert b"Tick that you want to give it" in refused.content
    given = client.post("/export/research", {"consent": "yes"})
    assert given["Content-Type"] == "application/zip"
    assert given.content[:2] == b"PK"


@pytest.mark.django_db
def test_the_plan_of_the_week_is_a_calendar_that_others_read(client) -> None:
    from icalendar import Calendar

    given = client.get("/plan/plan.ics")
    events = Calendar.from_ical(given.content).walk("VEVENT")
    assert events
    assert all(event.decoded("DTSTART").tzinfo is None for event in events)
    assert len({str(event["UID"]) for event in events}) == len(events)


def test_a_finished_trial_is_told_in_its_own_sentence_and_a_running_one_stays_sealed(client: Client) -> None:
    trial = lived(20)
    running = client.get("/doctor/page.txt").content.decode()
    assert "running; sealed" in running
    assert "not a trial" not in running
    client.post(reverse("experiments:stop", args=[trial.pk]))
    assert Trial.objects.get(pk=trial.pk).ended
    result = client.get(reverse("experiments:result", args=[trial.pk]), {"open": "1"}).context["page"]
    ended = client.get("/doctor/page.txt").content.decode()
    assert result.sentence in ended
    assert "Randomised trial on oneself, 40 nights." in ended


def test_the_fhir_document_of_the_app_has_the_plan_of_the_week(nights: None) -> None:
    from quietlegs.exchange.fhir import fhir_bundle, seed_of
    from quietlegs.web.share import queries

    diary = household_diary()
    bundle = fhir_bundle(queries.fhir_facts_of(diary, queries.page_of(diary)), seed=seed_of("a test"))
    kinds = [entry["resource"]["resourceType"] for entry in bundle["entry"]]
    assert kinds[0] == "Composition"
    assert "CarePlan" in kinds
    assert kinds.count("Observation") >= 20
