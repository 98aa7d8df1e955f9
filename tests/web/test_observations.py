"""What a second person saw: beside the person's own answers, never over them, and carried wherever the diary goes."""

import html
import json
import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.test import Client

from quietlegs.core.base.errors import QuietlegsError
from quietlegs.core.diary import night as core
from quietlegs.exchange.diary_csv import read_diary_csv, write_diary_csv
from quietlegs.exchange.diary_json import read_diary_json, write_diary_json
from quietlegs.exchange.fhir import seed_of, write_fhir
from quietlegs.exchange.fhir_read import read_diary_fhir
from quietlegs.web.diary import access, actions, clock, queries
from quietlegs.web.diary.checks import NightRefusedError
from quietlegs.web.diary.models import Diary, Night, Observation, ObservationChange
from quietlegs.web.share import queries as share

pytestmark = pytest.mark.django_db

ANA = core.Observation("Ana", kicks=12, cramps_heard=1, woke_at=("02:30", "04:10"), note="left leg")


@pytest.fixture
def diary() -> Diary:
    return access.household_diary()


@pytest.fixture
def last(diary: Diary) -> date:
    return clock.last_night(diary)


def note(diary: Diary, evening: date, seen: core.Observation = ANA) -> Observation:
    return actions.note_observation(diary=diary, evening=evening, seen=seen)[0]


@pytest.mark.parametrize(
    ("typed", "kicks"), [("0012", 12), ("0" * 70, 0), ("0" * 40 + "9" * 22, None), ("9" * 5000, None)]
)
def test_zeros_in_front_change_no_number_and_hide_none(
    client: Client, diary: Diary, last: date, typed: str, kicks: int | None
) -> None:
    answer = client.post(f"/nights/{last.isoformat()}/seen", {"observer": "Ana", "kicks": typed})
    assert answer.status_code == (422 if kicks is None else 302)
    assert list(Observation.objects.values_list("kicks", flat=True)) == ([] if kicks is None else [kicks])


def test_what_a_partner_saw_is_stored_with_their_name_and_shown_beside(
    client: Client, diary: Diary, last: date
) -> None:
    actions.log_quiet_night(diary=diary, evening=last)
    form = {"observer": " Ana  B ", "kicks": "12", "cramps_heard": "", "woke_at": "2:30, 4.10 5", "note": ""}
    client.post(f"/nights/{last.isoformat()}/seen", form)
    seen = queries.core_observation(Observation.objects.get())
    assert seen == core.Observation("Ana B", kicks=12, woke_at=("02:30", "04:10", "05:00"))
    page = client.get(f"/nights/{last.isoformat()}").content.decode()
    assert "<strong>Ana B</strong>: 12 kicks; woke at 02:30, 04:10 and 05:00" in page
    assert Night.objects.get().cramps == 0  # the person's own word stands


def test_a_night_that_only_another_person_saw_stays_unknown(client: Client, diary: Diary, last: date) -> None:
    note(diary, last)
    assert not Night.objects.exists()
    assert queries.night_table(diary) is None
    assert queries.read_whole_diary(diary).nights[0].is_quiet is None
    assert "How was" in client.get("/").content.decode()


def test_nothing_the_person_does_to_a_night_touches_what_another_saw(
    client: Client, diary: Diary, last: date
) -> None:
    note(diary, last)
    logged = actions.log_quiet_night(diary=diary, evening=last)
    actions.undo_change(diary=diary, change_id=logged.change.pk)
    actions.log_quiet_night(diary=diary, evening=last)
    actions.delete_night(diary=diary, evening=last)
    assert queries.core_observation(Observation.objects.get()) == ANA


def test_each_observer_has_one_entry_a_night_and_changes_only_their_own(diary: Diary, last: date) -> None:
    note(diary, last)
    note(diary, last, core.Observation("Bo", kicks=3))
    note(diary, last, core.Observation("ANA", kicks=9))
    assert [(one.observer, one.kicks) for one in queries.observations(diary, last)] == [("Ana", 9), ("Bo", 3)]


def test_a_form_sent_twice_is_one_entry(client: Client, last: date) -> None:
    form = {"observer": "Zoë", "kicks": "2", "client_id": "7b0c2f5e-1c52-4c8e-9a55-0a4d7d3e2f10"}
    for _once in range(2):
        client.post(f"/nights/{last.isoformat()}/seen", form)
    client.post(f"/nights/{last.isoformat()}/seen", {"observer": "ZOË", "kicks": "5"})
    assert [(one.observer, one.kicks) for one in Observation.objects.all()] == [("Zoë", 5)]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"observer": "", "kicks": "1"}, "Who saw it?"),
        ({"observer": "Ana"}, "Nothing is filled in yet"),
        ({"observer": "Ana", "kicks": "many"}, "“many” cannot be"),
        ({"observer": "Ana", "kicks": "-1"}, "“-1” cannot be"),
        ({"observer": "Ana", "cramps_heard": "101"}, "“101” cannot be"),
        ({"observer": "Ana", "woke_at": "2:30, 25:10"}, "“25:10” is not a time"),
        ({"observer": "Ana", "woke_at": " ".join(f"{i // 60}:{i % 60:02}" for i in range(51))}, "at most 50"),
        ({"observer": "A" * 81, "kicks": "1"}, "The name is too long"),
        ({"observer": "Ana", "note": "x" * 20_001}, "The note is too long"),
    ],
)
def test_what_cannot_be_is_said_beside_its_question_and_stays_typed(
    client: Client, last: date, typed: dict[str, str], said: str
) -> None:
    answer = client.post(f"/nights/{last.isoformat()}/seen", typed)
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 422 and said in page and not Observation.objects.exists()
    assert all(text in page for text in typed.values())


def test_an_answer_that_was_lost_and_is_sent_again_late_changes_nothing(
    client: Client, diary: Diary, last: date
) -> None:
    forms = [
        {"observer": "Ana", "kicks": str(kicks), "client_id": f"7b0c2f5e-1c52-4c8e-9a55-0a4d7d3e2f1{kicks}"}
        for kicks in (2, 5)
    ]
    for form in (*forms, forms[0]):
        client.post(f"/nights/{last.isoformat()}/seen", form)
    assert [one.kicks for one in queries.observations(diary, last)] == [5]
    actions.delete_observation(observation=Observation.objects.get())
    for form in forms:
        client.post(f"/nights/{last.isoformat()}/seen", form)
    assert queries.observations(diary, last) == []


def test_deleting_what_another_saw_is_undone_by_one_tap(client: Client, diary: Diary, last: date) -> None:
    own = note(diary, last)

    def undo() -> str:
        change = ObservationChange.objects.exclude(before=None).get()
        return client.post("/undo", {"change": f"seen-{change.pk}"}, follow=True).content.decode()

    page = client.post(f"/seen/{own.pk}/delete", follow=True).content.decode()
    assert 'name="change" value="seen-' in page
    for _twice in range(2):
        assert "what Ana saw is as it was" in undo()
        (back,) = queries.observations(diary, last)
        assert queries.core_observation(back) == ANA and back.client_id == own.client_id
    for wrong in ("seen-", "seen-99999999999999999999", "seen-" + "9" * 5000, "9" * 5000):
        assert "nothing to undo" in client.post("/undo", {"change": wrong}, follow=True).content.decode()


def test_what_was_said_anew_is_not_undone(client: Client, diary: Diary, last: date) -> None:
    change = actions.delete_observation(observation=note(diary, last))
    note(diary, last, core.Observation("ana", kicks=1))
    other = Diary.objects.create()
    for whose in (diary, other):
        with pytest.raises(actions.CannotUndoError):
            actions.undo_observation_change(diary=whose, change_id=change.pk)
    assert [one.kicks for one in queries.observations(diary, last)] == [1]


def test_saving_what_another_saw_is_undone_by_one_tap(client: Client, diary: Diary, last: date) -> None:
    def kicks() -> list[int | None]:
        return [one.kicks for one in queries.observations(diary, last)]

    def save(kicks: int) -> str:
        form = {"observer": "Ana", "kicks": str(kicks), "client_id": str(uuid4())}
        page = client.post(f"/nights/{last.isoformat()}/seen", form, follow=True).content.decode()
        found = re.search(r'name="change" value="(seen-\d+)"', page)
        assert found, "the message has no Undo"
        return found[1]

    def undo(change: str) -> str:
        return client.post("/undo", {"change": change}, follow=True).content.decode()

    first, second = save(2), save(5)
    assert "was changed again since" in undo(first)
    assert kicks() == [5]
    for _twice in range(2):
        assert "what Ana saw is as it was" in undo(second)
        assert kicks() == [2]
    assert "what Ana saw is as it was" in undo(first)
    assert kicks() == []


def test_a_night_that_has_not_been_was_seen_by_nobody(client: Client, diary: Diary) -> None:
    later = clock.tonight(diary) + timedelta(days=1)
    with pytest.raises(NightRefusedError):
        note(diary, later)
    assert client.get(f"/nights/{later.isoformat()}/seen").status_code == 404


def test_what_another_saw_is_deleted_by_one_button_and_only_in_ones_own_diary(
    client: Client, diary: Diary, last: date
) -> None:
    other = note(Diary.objects.create(), last)
    own = note(diary, last)
    assert client.post(f"/seen/{other.pk}/delete").status_code == 404
    client.post(f"/seen/{own.pk}/delete")
    assert Observation.objects.get() == other


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"kicks": -1}, "-1 kicks"),
        ({"cramps_heard": 101}, "heard 101 cramps"),
        ({"woke_at": ("24:00",)}, "is not a time"),
        ({"woke_at": ("02:00",) * 51}, "at most 50"),
    ],
)
def test_an_observation_that_cannot_be_is_refused(wrong: dict[str, object], said: str) -> None:
    with pytest.raises(QuietlegsError, match=said):
        core.Observation("Ana", **wrong)  # type: ignore[arg-type]


def both(diary: Diary, last: date) -> core.Diary:
    """Note a night that the person and two others saw, and one that only another saw; return the whole diary."""
    actions.log_night(diary=diary, night=core.Night(last, {"cramps": 2}))
    note(diary, last)
    note(diary, last, core.Observation("=Bo", note="he groaned"))
    note(diary, last - timedelta(days=3), core.Observation("Bo", kicks=0))
    return queries.read_whole_diary(diary)


def test_every_open_format_carries_it_and_brings_it_back(diary: Diary, last: date) -> None:
    whole = both(diary, last)
    assert sum(len(night.seen) for night in whole.nights) == 3
    assert read_diary_csv(write_diary_csv(whole)).diary == whole
    assert read_diary_json(write_diary_json(whole)).diary == whole
    facts = share.fhir_facts_of(diary, share.page_of(diary))
    assert read_diary_fhir(write_fhir(facts, seed=seed_of("secret"))).diary == whole


def test_a_file_for_research_and_the_doctors_page_leave_it_out(
    client: Client, diary: Diary, last: date
) -> None:
    both(diary, last)
    assert "groaned" not in client.get("/doctor/page.txt").content.decode()
    assert all(not night.seen for night in share.facts_of(diary, share.page_of(diary), last).diary.nights)


def test_an_import_brings_it_in_once_replaces_nobodys_word_and_is_taken_back(
    diary: Diary, last: date
) -> None:
    given = both(diary, last)
    Diary.objects.all().delete()
    fresh = access.household_diary()
    note(fresh, last, core.Observation("ana", kicks=1))
    plan = actions.import_nights(diary=fresh, given=given, source="diary_json")
    assert [(one.observer, one.kicks) for one in queries.observations(fresh, last)] == [
        ("ana", 1),
        ("=Bo", None),
    ]
    assert [night.evening for night in Night.objects.filter(diary=fresh)] == [
        last
    ]  # seen by another is not known
    assert actions.plan_import(diary=fresh, given=given, source="diary_json").changes_nothing
    actions.take_back_import(diary=fresh, batch_id=plan.batch_id)
    assert [one.observer for one in Observation.objects.all()] == ["ana"]
    assert not Night.objects.exists()


def test_the_interface_reads_writes_and_deletes_it(client: Client, diary: Diary) -> None:
    sent = {
        "id": "0b8f3c1e-6d1b-4b57-9a51-6e2f8b0d7c11",
        "night": "2026-03-01",
        "observer": "Ana",
        "kicks": 4,
        "woke_at": ["02:30"],
    }

    def post(body: dict[str, object]) -> int:
        return client.post(
            "/api/v1/observations", json.dumps(body), content_type="application/json"
        ).status_code

    assert [
        post(sent),
        post(sent),
        post({**sent, "woke_at": ["25:00"]}),
        post({**sent, "id": None, "night": "2199-01-01"}),
    ] == [201, 200, 422, 422]
    (found,) = client.get("/api/v1/observations?since=2026-03-01").json()["observations"]
    assert found == {**sent, "cramps_heard": None, "note": ""}
    assert client.get("/api/v1/observations?until=2026-02-28").json() == {"observations": []}
    assert client.delete(f"/api/v1/observations/{sent['id']}").status_code == 204
    assert client.delete(f"/api/v1/observations/{sent['id']}").status_code == 404


def test_everything_goes_with_the_diary(diary: Diary, last: date) -> None:
    note(diary, last)
    actions.delete_everything(diary=diary)
    assert not Observation.objects.exists()
