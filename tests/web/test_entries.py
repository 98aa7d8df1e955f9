"""What a phone wrote without a connection: taken once, in any order, merged by rule, and nothing said is lost."""

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import count
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quietlegs.core.diary import night as core
from quietlegs.core.experiments.design import Design
from quietlegs.exchange.experiment_safety import check_remedy
from quietlegs.web.diary import access, actions
from quietlegs.web.diary.checks import CannotUndoError
from quietlegs.web.diary.models import Diary, Episode, Factor, Night, NightChange
from quietlegs.web.experiments.actions import About, note_done, start_trial
from quietlegs.web.experiments.models import Trial, TrialNight
from quietlegs.web.experiments.queries import done_on
from quietlegs.web.offline import said
from quietlegs.web.offline.actions import take
from quietlegs.web.offline.forgetting import forget
from quietlegs.web.offline.models import Entry

pytestmark = pytest.mark.django_db

EVENING = date(2026, 3, 1)
AT_3 = "2026-03-02T03:07:00+01:00"
PHONE, TABLET = (str(uuid4()) for _ in range(2))


def put(client: Client, body: dict, id: object = None, **headers: str):
    return client.put(
        f"/api/v1/entries/{id or uuid4()}", json.dumps(body), content_type="application/json", **headers
    )


def night(at: str = "2026-03-02T07:30:00+01:00", *, device: str = PHONE, **fields: object) -> dict:
    return {"what": "night", "at": at, "device": device, "evening": EVENING.isoformat(), **fields}


def stored() -> Night:
    return Night.objects.get(evening=EVENING)


def test_an_entry_that_is_sent_again_is_taken_once(client: Client) -> None:
    cramp = uuid4()
    over = {
        "what": "over",
        "of": str(cramp),
        "at": "2026-03-02T03:11:30+01:00",
        "began": AT_3,
        "tried": ["pull"],
    }
    for _ in range(2):
        answers = (
            put(client, {"what": "cramp", "at": AT_3}, cramp),
            put(client, over, UUID(int=7)),
        )
        answers += (put(client, night(answers={"cramps": "2", "severity": "6"}), UUID(int=9)),)
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    episode = Episode.objects.get()
    assert (episode.client_id, episode.minutes, episode.relief) == (cramp, 4.5, ["pull"])
    assert (episode.started_at, episode.utc_offset_minutes) == (datetime(2026, 3, 2, 2, 7, tzinfo=UTC), 60)
    assert (stored().cramps, stored().severity, Entry.objects.count()) == (2, 6, 3)


def test_the_receipt_says_which_night_it_is(client: Client) -> None:
    id = uuid4()
    answer = put(client, {"what": "cramp", "at": AT_3}, id)
    assert (answer.status_code, answer.json()) == (
        201,
        {"id": str(id), "evening": "2026-03-01", "differs": False},
    )


def test_a_form_on_a_page_and_its_entry_after_a_lost_answer_are_one(client: Client) -> None:
    id = uuid4()
    client.post("/cramp", {"client_id": str(id)})
    put(client, {"what": "cramp", "at": datetime.now(UTC).isoformat()}, id)
    assert Episode.objects.count() == 1


def test_a_quiet_night_on_a_page_and_its_entry_after_a_lost_answer_are_one(client: Client) -> None:
    id, evening = uuid4(), (datetime.now(UTC) - timedelta(days=2)).date().isoformat()
    client.post("/quiet", {"client_id": str(id), "evening": evening})
    sent = {"what": "night", "at": datetime.now(UTC).isoformat(), "evening": evening, "quiet": True}
    assert put(client, sent, id).status_code == 201
    assert (Night.objects.get().cramps, NightChange.objects.count()) == (0, 1)


def test_an_end_that_comes_before_its_beginning_is_one_cramp(client: Client) -> None:
    id = uuid4()
    put(client, {"what": "over", "of": str(id), "began": AT_3, "at": "2026-03-02T03:10:00+01:00"})
    put(client, {"what": "cramp", "at": AT_3}, id)
    assert [(e.minutes, e.kind) for e in Episode.objects.all()] == [(3.0, "cramp")]


def test_a_cramp_that_was_deleted_on_another_device_stays_deleted(client: Client) -> None:
    id = uuid4()
    put(client, {"what": "cramp", "at": AT_3}, id)
    actions.delete_episode(diary=access.household_diary(), episode=Episode.objects.get())
    late = {"what": "over", "of": str(id), "began": AT_3, "at": "2026-03-02T03:10:00+01:00"}
    assert put(client, late).status_code == 201
    assert not Episode.objects.exists()


def test_where_it_was_is_stored_with_the_cramp(client: Client) -> None:
    id = uuid4()
    put(client, {"what": "cramp", "at": AT_3}, id)
    for place, minute in (("left-calf", 12), ("right-shin", 11)):
        put(
            client, {"what": "place", "of": str(id), "place": place, "at": f"2026-03-02T03:{minute}:00+01:00"}
        )
    assert Episode.objects.values_list("side", "muscle").get() == ("left", "calf")  # said last, sent first


def test_two_devices_that_answer_other_questions_make_one_night(client: Client) -> None:
    put(client, night(answers={"cramps": "2", "note": "hot room"}, places=["left-calf"]))
    put(
        client,
        night("2026-03-02T07:40:00+01:00", device=TABLET, answers={"sleep_hours": "5,5", "note": "dog"}),
    )
    assert (stored().cramps, stored().sleep_hours, stored().places) == (2, 5.5, ["left-calf"])
    assert stored().note == "hot room\ndog"
    assert not any(entry.differs for entry in Entry.objects.all())


def test_of_two_answers_the_later_said_one_stands_and_both_are_shown(client: Client) -> None:
    put(client, night("2026-03-02T08:00:00+01:00", device=TABLET, answers={"cramps": "3"}))
    answer = put(client, night("2026-03-02T07:00:00+01:00", answers={"cramps": "2", "severity": "4"}))
    assert answer.json()["differs"] is True
    assert (stored().cramps, stored().severity) == (3, 4)
    assert Entry.objects.get(device=PHONE).differs == {"cramps": {"was": 3.0, "said": 2.0, "stands": 3.0}}
    page = client.get("/").content.decode()
    assert "Two answers for one night" in page and "2 was said" in page and "3 stands" in page
    client.post("/offline/seen", {"evening": "2026-03-01"})
    assert "Two answers for one night" not in client.get("/").content.decode()


def test_a_device_that_changes_its_mind_disagrees_with_nobody(client: Client) -> None:
    put(client, night("2026-03-02T07:00:00+01:00", answers={"cramps": "2"}))
    again = put(client, night("2026-03-02T08:00:00+01:00", answers={"cramps": "3"}))
    assert (stored().cramps, again.json()["differs"]) == (3, False)


def test_what_was_changed_on_a_page_since_stands(client: Client) -> None:
    diary = access.household_diary()
    actions.change_night(diary=diary, night=core.Night(EVENING, {"cramps": 4}))
    put(client, night(answers={"cramps": "1", "pain": "5"}))
    assert (stored().cramps, stored().pain) == (4, 5)


def test_what_was_on_a_page_before_gives_way(client: Client) -> None:
    diary = access.household_diary()
    actions.change_night(diary=diary, night=core.Night(EVENING, {"cramps": 4, "fog": 2}))
    NightChange.objects.update(changed_at=datetime(2026, 3, 2, 5, 0, tzinfo=UTC))
    put(client, night(answers={"cramps": "1"}))
    assert (stored().cramps, stored().fog) == (1, 2)


def test_what_a_file_replaced_since_stands_and_what_it_filled_in_gives_way(client: Client) -> None:
    """A person who says that the file is right has said so; a file that fills a gap knows less than the person."""
    diary = access.household_diary()
    actions.change_night(diary=diary, night=core.Night(EVENING, {"cramps": 1}))
    NightChange.objects.update(changed_at=datetime(2026, 3, 2, 5, 0, tzinfo=UTC))
    given = core.diary_of([core.Night(EVENING, {"cramps": 4, "sleep_hours": 7.5})])
    actions.import_nights(diary=diary, given=given, source="diary_csv", replace=True)
    put(client, night(answers={"cramps": "2", "sleep_hours": "6"}))
    assert (stored().cramps, stored().sleep_hours) == (4, 6)
    assert Entry.objects.get().differs["cramps"] == {"was": 4, "said": 2.0, "stands": 4}


def test_a_quiet_night_does_not_remove_a_cramp_that_was_recorded(client: Client) -> None:
    put(client, {"what": "cramp", "at": AT_3})
    answer = put(client, night(quiet=True))
    assert (answer.status_code, answer.json()["differs"], stored().cramps) == (201, True, 1)


def test_a_quiet_night_takes_back_what_was_said_before_it(client: Client) -> None:
    put(
        client,
        night("2026-03-02T06:00:00+01:00", answers={"cramps": "2", "severity": "5"}, places=["left-calf"]),
    )
    put(client, night(quiet=True))
    assert (stored().cramps, stored().severity, stored().places) == (0, None, [])


def test_a_night_that_was_deleted_since_stays_deleted(client: Client) -> None:
    put(client, night(answers={"cramps": "2"}))
    actions.delete_night(diary=access.household_diary(), evening=EVENING)
    put(client, night("2026-03-02T08:00:00+01:00", device=TABLET, answers={"cramps": "2", "pain": "3"}))
    assert not Night.objects.exists()


def test_each_entry_can_be_undone_by_itself(client: Client) -> None:
    put(client, night(answers={"cramps": "2"}))
    put(client, night("2026-03-02T09:00:00+01:00", answers={"cramps": "5"}))
    actions.undo_change(diary=access.household_diary(), change_id=NightChange.objects.last().pk)
    assert stored().cramps == 2


def test_factors_are_answered_by_the_names_of_their_fields(client: Client) -> None:
    coffee = actions.add_factor(diary=access.household_diary(), name="coffee", kind="yesno", unit="")
    assert put(client, night(answers={f"factor-{coffee.pk}": "yes"})).status_code == 201
    assert stored().factor_values.get().value == 1
    actions.archive_factor(diary=access.household_diary(), factor=Factor.objects.get())
    refused = put(client, night(answers={f"factor-{coffee.pk}": "no"}))
    assert refused.status_code == 422
    assert refused.json()["problems"][0]["where"] == f"factor-{coffee.pk}"


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (night(answers={"cramps": "many"}), "cramps"),
        (night(answers={"cramps": "101"}), "cramps"),
        (night(answers={"cramps": "0", "severity": "5"}), "cramps"),
        ({**night(), "evening": "2999-01-01"}, "evening"),
        ({"what": "cramp", "at": "2999-01-01T03:00:00+01:00"}, None),
        ({"what": "cramp", "at": "0001-01-01T00:00:00+14:00"}, "at"),
        ({"what": "dream", "at": AT_3}, ""),
        ({"what": "done", "at": AT_3, "trial": 7, "evening": "2026-03-01", "done": True}, None),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason_and_may_come_again_mended(
    client: Client, body: dict, where: str | None
) -> None:
    id = uuid4()
    answer = put(client, body, id)
    assert answer.status_code == 422
    assert answer.json()["problems"][0]["where"] == where and answer.json()["problems"][0]["what"]
    assert not Entry.objects.exists() and not Night.objects.exists()
    assert put(client, night(answers={"cramps": "1"}), id).status_code == 201


def test_a_wrong_clock_is_put_right_by_the_time_of_sending(client: Client) -> None:
    now = datetime.now(UTC)
    ahead = timedelta(hours=5)
    began, sent = now - timedelta(hours=1) + ahead, now + ahead
    put(client, {"what": "cramp", "at": began.isoformat(), "sent_at": sent.isoformat()})
    assert abs(Episode.objects.get().started_at - (now - timedelta(hours=1))) < timedelta(seconds=30)


def test_a_clock_a_little_ahead_refuses_nobody(client: Client) -> None:
    at = (datetime.now(UTC) + timedelta(seconds=60)).isoformat()
    assert put(client, {"what": "cramp", "at": at, "sent_at": at}).status_code == 201


def test_an_hour_that_comes_twice_is_told_apart_by_its_offset(client: Client) -> None:
    first, second = "2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"
    now = datetime(2026, 10, 25, 9, 0, tzinfo=UTC)
    for at in (first, second):
        take(
            diary=access.household_diary(),
            said=said.Began(id=uuid4(), at=datetime.fromisoformat(at), kind="cramp"),
            now=now,
        )
    one, two = Episode.objects.all()
    assert two.started_at - one.started_at == timedelta(hours=1)
    assert {one.night.evening, two.night.evening} == {date(2026, 10, 24)}


def test_a_new_diary_learns_the_time_zone_of_the_phone(client: Client) -> None:
    put(client, {**night(answers={"cramps": "1"}), "time_zone": "America/Lima"})
    assert Diary.objects.get().time_zone == "America/Lima"


def trial_of_stretching() -> Trial:
    design = Design(reference="nothing", treatment="Stretch", outcome="cramps", pairs=28, start=EVENING)
    gate = check_remedy("", plan_item="stretch-calves")
    return start_trial(
        diary=access.household_diary(), design=design, about=About(remedy="Stretch"), gate=gate
    )


def test_a_trial_is_done_by_the_last_word(client: Client) -> None:
    trial = trial_of_stretching()
    for at, done in (("08", True), ("07", False)):
        body = {"what": "done", "trial": trial.pk, "evening": "2026-03-01", "done": done}
        assert put(client, {**body, "at": f"2026-03-02T{at}:00:00+01:00"}).status_code == 201
    assert TrialNight.objects.get().done is True
    late = {**body, "evening": "2031-01-01", "at": AT_3}
    assert put(client, late).status_code == 422
    Trial.objects.update(ended="stopped")
    assert put(client, {**body, "at": AT_3}).status_code == 422
    Trial.objects.all().delete()
    assert put(client, {**body, "at": AT_3}).status_code == 422
    assert Entry.objects.count() == 2


@pytest.mark.parametrize("on_the_page", [False, None], ids=["no", "left open again"])
def test_what_a_page_says_of_a_trials_night_stands_over_an_older_word(
    client: Client, on_the_page: bool | None
) -> None:
    trial = trial_of_stretching()
    note_done(trial=trial, evening=EVENING, done=on_the_page, said_at=datetime(2026, 3, 2, 9, tzinfo=UTC))
    body = {"what": "done", "trial": trial.pk, "evening": "2026-03-01", "done": True}
    put(client, {**body, "at": "2026-03-02T08:00:00+00:00"})
    assert done_on(trial, EVENING) is on_the_page
    put(client, {**body, "at": "2026-03-02T10:00:00+00:00"})
    assert done_on(trial, EVENING) is True


def test_a_stranger_and_another_site_can_send_nothing(client: Client) -> None:
    body = night(answers={"cramps": "1"})
    assert put(client, body, REMOTE_ADDR="192.168.1.20").status_code == 401
    assert put(client, body, HTTP_ORIGIN="https://evil.example").status_code == 403
    assert not Entry.objects.exists()


# --- any sequence converges -----------------------------------------------------------------------------------------

EPISODES = [UUID(int=n) for n in (1, 2)]
BEGAN = {EPISODES[0]: "2026-03-02T02:00:00+01:00", EPISODES[1]: "2026-03-02T04:30:00+01:00"}
devices = st.sampled_from([UUID(PHONE), UUID(TABLET)])
minutes = st.integers(0, 600).map(lambda m: datetime(2026, 3, 2, 4, tzinfo=UTC) + timedelta(minutes=m))


@st.composite
def conversations(draw: st.DrawFn) -> list[said.Said]:
    """Return what some devices said of one night: entries about two episodes and about the night itself."""
    ids = count(100)
    entries: list[said.Said] = []
    for episode in draw(st.sets(st.sampled_from(EPISODES))):
        began = datetime.fromisoformat(BEGAN[episode])
        entries.append(said.Began(id=episode, at=began, kind="cramp"))
        for at in draw(st.lists(minutes, max_size=3)):
            common = {
                "id": UUID(int=next(ids)),
                "at": at,
                "of": episode,
                "began": began,
                "device": draw(devices),
            }
            if draw(st.booleans()):
                entries.append(
                    said.Over(**common, tried=draw(st.sampled_from([(), ("pull",), ("pull", "stand")])))
                )
            else:
                entries.append(
                    said.PlaceSaid(**common, place=draw(st.sampled_from(["left-calf", "right-shin"])))
                )
    for at in draw(st.lists(minutes, max_size=4)):
        common = {"id": UUID(int=next(ids)), "at": at, "evening": EVENING, "device": draw(devices)}
        if draw(st.integers(0, 3)) == 0:
            entries.append(said.NightSaid(**common, quiet=True))
            continue
        numbers = st.integers(1, 9).map(str)
        names = st.sampled_from(["cramps", "severity", "sleep_hours", "note", "sore"])
        answers = draw(st.dictionaries(names, numbers, max_size=4))
        if "sore" in answers:
            answers["sore"] = draw(st.sampled_from(["yes", "no"]))
        entries.append(
            said.NightSaid(**common, answers=answers, places=draw(st.sampled_from([(), ("left-calf",)])))
        )
    return entries


def rows_after(entries: Iterable[said.Said]) -> object:
    """Return what the diary holds after these entries, told from an empty one."""
    point = transaction.savepoint()
    diary = Diary.objects.create()
    for entry in entries:
        take(diary=diary, said=entry)
    outcomes = [*core.OUTCOMES, "places", "sore", "note"]
    held = (
        list(Night.objects.filter(diary=diary).values_list("evening", *outcomes)),
        list(
            Episode.objects.filter(diary=diary).values_list(
                "client_id", "minutes", "relief", "side", "muscle"
            )
        ),
        list(Entry.objects.filter(diary=diary).values_list("client_id", "said")),
    )
    transaction.savepoint_rollback(point)
    return held


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), entries=conversations())
def test_any_order_any_repeats_and_any_pause_end_in_the_same_rows(data: st.DataObject, entries: list) -> None:
    """Shuffled, doubled, cut off in the middle and begun again: what was said decides, not how it came."""
    messy = data.draw(st.permutations(entries))
    cut = data.draw(st.integers(0, len(messy)))
    repeats = data.draw(st.lists(st.sampled_from(entries), max_size=5)) if entries else []
    assert rows_after([*messy[:cut], *repeats, *messy]) == rows_after(entries)


@pytest.fixture
def diary() -> Diary:
    return access.household_diary()


def everything_kept() -> str:
    changes = [change.before for change in NightChange.objects.all()]
    return json.dumps([changes, [(entry.said, entry.differs) for entry in Entry.objects.all()]])


def test_a_night_that_was_deleted_is_forgotten_a_week_later_and_its_entries_are_still_known(
    client: Client, diary: Diary
) -> None:
    entry = uuid4()
    put(client, night(answers={"cramps": "2", "note": "my own words"}), entry)
    put(client, night(device=TABLET, answers={"cramps": "3", "note": "my own words too"}))
    deleted = actions.delete_night(diary=diary, evening=EVENING)
    now = datetime.now(UTC)
    forget(now=now + timedelta(days=6))
    assert "my own words" in everything_kept(), "it may still be brought back"
    forget(now=now + timedelta(days=8))
    assert "my own words" not in everything_kept()
    assert put(client, night(answers={"cramps": "2", "note": "my own words"}), entry).status_code == 200
    assert not Night.objects.exists()
    with pytest.raises(CannotUndoError, match="nothing to undo"):
        actions.undo_change(diary=diary, change_id=deleted.pk)


def test_what_a_night_was_before_a_change_is_forgotten_after_90_days_and_the_night_stays(
    diary: Diary,
) -> None:
    actions.log_night(diary=diary, night=core.Night(EVENING, {"cramps": 1.0}, note="my own words"))
    change = actions.log_night(diary=diary, night=core.Night(EVENING, {"cramps": 2.0})).change
    now = datetime.now(UTC)
    forget(now=now + timedelta(days=89))
    assert "my own words" in everything_kept()
    forget(now=now + timedelta(days=91))
    assert "my own words" not in everything_kept()
    with pytest.raises(CannotUndoError):
        actions.undo_change(diary=diary, change_id=change.pk)
    assert Night.objects.get().cramps == 2
