"""What is due goes out once: never twice, not when two processes race for it, and not after a crash at any point."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time as clock_time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from quietlegs.core.diary.night import Night
from quietlegs.exchange.plan_base import load_plan_book
from quietlegs.web.diary import actions as diary_actions
from quietlegs.web.diary import clock
from quietlegs.web.diary.access import household_diary
from quietlegs.web.diary.models import Diary
from quietlegs.web.experiments import queries as trials
from quietlegs.web.medicines.models import Profile
from quietlegs.web.plan import actions as plan_actions
from quietlegs.web.reminders import actions, messages, queries, sending, ways
from quietlegs.web.reminders.models import Reminder, Sending, Way
from quietlegs.web.reminders.sending import LEASE, MOST_TRIES, send_what_is_due
from tests.web.far_ends import WebEnd, web_end
from tests.web.server import environment, serving
from tests.web.test_experiments import lived

database = pytest.mark.django_db
DAY = date(2026, 11, 18)
KIND = Reminder.Kind


def at(hour: int, minute: int = 0, days: int = 0) -> datetime:
    return datetime(2026, 11, 18, hour, minute, tzinfo=UTC) + timedelta(days=days)


@pytest.fixture
def diary() -> Diary:
    diary = household_diary()
    Diary.objects.filter(pk=diary.pk).update(time_zone="UTC")
    return household_diary()


@pytest.fixture
def web(diary: Diary) -> Iterator[WebEnd]:
    with web_end() as end:
        actions.set_way(diary=diary, kind="ntfy", address=f"{end.url}/topic", now=at(0))
        yield end


def remind(diary: Diary, kind: str = KIND.CHECK_IN, hour: int = 8, **more: object) -> Reminder:
    return actions.set_reminder(diary=diary, now=at(0), kind=kind, at=time(hour), **more)


def go_round(now: datetime) -> int:
    return send_what_is_due(lambda: now)


@database
def test_without_a_reminder_nothing_is_sent_and_one_question_asked(
    web: WebEnd, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(2):
        assert go_round(at(8)) == 0


@database
def test_without_a_way_nothing_is_sent(diary: Diary) -> None:
    remind(diary)
    assert go_round(at(8)) == 0
    assert not Sending.objects.exists()


@database
def test_what_is_due_goes_out_once_however_often_the_round_is_made(diary: Diary, web: WebEnd) -> None:
    remind(diary)
    assert [go_round(at(7, 59)), go_round(at(8)), go_round(at(8)), go_round(at(8, 5))] == [0, 1, 0, 0]
    assert [got.json["title"] for got in web.got] == ["Morning check-in"]
    assert go_round(at(8, days=1)) == 1


@database
def test_a_computer_that_slept_sends_no_heap(diary: Diary, web: WebEnd) -> None:
    for hour in (8, 9, 10, 11):
        remind(diary, hour=hour)
    assert go_round(at(11, 10)) == 1


@database
def test_every_way_gets_its_own(diary: Diary, web: WebEnd) -> None:
    actions.set_way(diary=diary, kind="gotify", address=web.url, secret="x", now=at(0))
    remind(diary)
    assert go_round(at(8)) == 2
    assert sorted(got.path for got in web.got) == ["/", "/message"]


@database
def test_a_message_in_the_morning_leads_to_where_the_night_is_noted(
    diary: Diary, web: WebEnd, client: object
) -> None:
    actions.set_wishes(diary=diary, address="https://home.example/")
    remind(diary)
    go_round(at(8))
    leads_to = str(web.got[0].json["click"])
    assert leads_to.startswith("https://home.example/reminders/now/")
    page = client.get(leads_to.removeprefix("https://home.example")).content.decode()
    assert "Note last night" in page


@database
def test_what_is_noted_is_not_reminded_of(diary: Diary, web: WebEnd) -> None:
    remind(diary)
    diary_actions.log_night(diary=diary, night=Night(DAY - timedelta(days=1), {"cramps": 0.0}), now=at(7))
    assert go_round(at(8)) == 0


@database
def test_an_item_that_is_not_for_this_person_any_more_is_silent(diary: Diary, web: WebEnd) -> None:
    remind(diary, KIND.ITEM, 20, item="stretch-calves")
    assert go_round(at(20)) == 1
    against = load_plan_book().items["stretch-calves"].not_with[0].conditions[0]
    profile, _ = Profile.objects.get_or_create(diary=diary)
    profile.conditions = [against]
    profile.save()
    assert "stretch-calves" not in queries.may_be_spoken_of(diary, DAY)
    assert go_round(at(20, days=1)) == 0


@database
def test_done_tonight_or_a_plan_at_rest_needs_no_reminder(diary: Diary, web: WebEnd) -> None:
    remind(diary, KIND.ITEM, 20, item="stretch-calves")
    item = load_plan_book().items["stretch-calves"]
    plan_actions.note_done(diary=diary, item=item, evening=DAY, done=True, now=at(19))
    assert go_round(at(20)) == 0
    plan_actions.pause_plan(diary=diary, why="flare", since=DAY)
    assert go_round(at(20, days=1)) == 0
    plan_actions.resume_plan(diary=diary)
    assert go_round(at(20, days=2)) == 1


@database
def test_a_running_trial_is_reminded_of_without_a_word_of_what_is_on(client: object) -> None:
    trial = lived(2)
    diary = trial.diary
    evening = clock.tonight(diary)
    now = datetime.combine(evening, time(19), clock.zone_of(diary)).astimezone(UTC)
    planned = next(one for one in trials.tonight(diary, evening) if one.trial == trial).planned
    assert planned is not None
    with web_end() as end:
        actions.set_way(diary=diary, kind="ntfy", address=f"{end.url}/topic", now=at(0))
        remind(diary, KIND.TRIAL, 19)
        assert go_round(now) == 1
        said = end.got[0].body.decode()
        assert trial.remedy not in said
        assert planned.condition not in said
        trial.nights.create(evening=evening + timedelta(days=1), done=True)
        assert go_round(now + timedelta(days=1)) == 0


@database
def test_a_snooze_comes_again_once(diary: Diary, web: WebEnd) -> None:
    reminder = remind(diary)
    go_round(at(8))
    actions.snooze(reminder=reminder, minutes=30, now=at(8, 4))
    assert [go_round(at(8, 20)), go_round(at(8, 34)), go_round(at(8, 40))] == [0, 1, 0]


@database
def test_what_was_done_is_not_reminded_of_by_a_snooze(diary: Diary, web: WebEnd) -> None:
    reminder = actions.set_reminder(diary=diary, now=at(9), kind=KIND.SINCE, hours=2, own_words="a walk")
    go_round(at(11))
    actions.snooze(reminder=reminder, minutes=30, now=at(11, 4))
    actions.mark_done(reminder=reminder, now=at(11, 10))
    assert [go_round(at(11, 34)), go_round(at(13, 10))] == [0, 1]


@database
def test_a_message_that_did_not_go_leaves_room_for_the_next(diary: Diary, web: WebEnd) -> None:
    actions.set_wishes(diary=diary, most_a_day=1)
    for hour in (8, 15):
        remind(diary, hour=hour)
    web.status = 404
    go_round(at(8))
    assert Sending.objects.get().state == Sending.State.FAILED
    web.status = 200
    assert [go_round(at(15)), go_round(at(15, 5))] == [1, 0]
    remind(diary, hour=17)
    assert go_round(at(17)) == 0


@database
def test_hours_since_begin_when_it_was_done_and_come_once(diary: Diary, web: WebEnd) -> None:
    reminder = actions.set_reminder(diary=diary, now=at(9), kind=KIND.SINCE, hours=2, own_words="a walk")
    assert [go_round(at(10, 59)), go_round(at(11)), go_round(at(13))] == [0, 1, 0]
    assert "walk" not in web.got[0].body.decode()
    actions.mark_done(reminder=reminder, now=at(13))
    assert go_round(at(15)) == 1


@database
def test_after_five_that_passed_by_it_is_silent_until_one_question_is_answered(
    diary: Diary, web: WebEnd
) -> None:
    reminder = remind(diary)
    assert [go_round(at(8, days=day)) for day in range(7)] == [1, 1, 1, 1, 1, 0, 0]
    reminder.refresh_from_db()
    assert reminder.fell_silent_at == at(8, days=5)
    actions.switch(reminder=reminder, is_on=True, now=at(9, days=6))
    assert go_round(at(8, days=7)) == 1


@database
def test_opening_one_or_noting_the_night_shows_that_it_did_not_pass_by(diary: Diary, web: WebEnd) -> None:
    reminder = remind(diary)
    for day in range(4):
        go_round(at(8, days=day))
    assert queries.passed_by(reminder, at(12, days=3)) == 4
    night = Night(DAY + timedelta(days=1), {"cramps": 1.0})
    diary_actions.log_night(diary=diary, night=night, now=at(9, days=2))
    assert queries.passed_by(reminder, at(12, days=3)) == 1
    actions.note_opened(sending=Sending.objects.get(due_at=at(8, days=3)), now=at(9, days=3))
    assert queries.passed_by(reminder, at(12, days=3)) == 0


@database
def test_a_far_end_that_is_off_is_tried_again_and_then_left(diary: Diary, web: WebEnd) -> None:
    remind(diary)
    web.status = 503
    for minute in range(15):
        go_round(at(8, minute))
    assert len(web.got) == MOST_TRIES
    assert Sending.objects.get().state == Sending.State.FAILED


@database
def test_a_far_end_that_comes_back_in_time_gets_its_message_once(diary: Diary, web: WebEnd) -> None:
    remind(diary)
    web.status = 503
    go_round(at(8))
    web.status = 200
    assert [go_round(at(8)), go_round(at(8, 2)), go_round(at(8, 4))] == [0, 1, 0]


@database
def test_a_message_that_may_have_arrived_is_not_sent_again(diary: Diary, web: WebEnd) -> None:
    remind(diary)
    web.status = 500
    for minute in range(10):
        go_round(at(8, minute))
    assert len(web.got) == 1
    assert Sending.objects.get().state == Sending.State.UNSURE


# Several processes ------------------------------------------------------------------------------------------------

PREPARE = """
import sys
from datetime import UTC, datetime, time
from quietlegs.web.store import open_store
open_store()
from quietlegs.web.diary.access import household_diary
from quietlegs.web.reminders import actions
diary = household_diary()
diary.time_zone = "UTC"
diary.save()
now = datetime(2026, 11, 18, tzinfo=UTC)
actions.set_wishes(diary=diary, quiet_from=time(0), quiet_until=time(0))
actions.set_way(diary=diary, kind="ntfy", address=sys.argv[1] + "/topic", now=now)
for hour, minute in [part.split(":") for part in sys.argv[2:]]:
    actions.set_reminder(diary=diary, now=now, kind="check-in", at=time(int(hour), int(minute)))
"""
ROUND = """
import sys, time
from datetime import datetime
from pathlib import Path
from quietlegs.web.store import open_store
open_store()
from quietlegs.web.reminders.sending import send_what_is_due
print("ready", flush=True)
while not Path(sys.argv[1]).exists():
    time.sleep(0.001)
for now in sys.argv[2:]:
    send_what_is_due(lambda: datetime.fromisoformat(now))
"""
CLAIM_AND_DIE = """
import os, signal
from datetime import UTC, datetime
from quietlegs.web.store import open_store
open_store()
from quietlegs.web.reminders.models import Reminder, Way
from quietlegs.web.reminders.sending import claim
now = datetime(2026, 11, 18, 8, tzinfo=UTC)
assert claim(Reminder.objects.get(), Way.objects.get(), now, now=now)
os.kill(os.getpid(), signal.SIGKILL)
"""
LOOP = """
import threading
from quietlegs.web.store import open_store
open_store()
from quietlegs.web.reminders import loop
print("ready", flush=True)
loop.run(threading.Event(), 0.2)
"""


@dataclass
class Home:
    """A data folder with a real database, for processes of their own."""

    data: Path

    def run(self, script: str, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", script, *words],
            env=environment(self.data),
            timeout=120,
            capture_output=True,
            text=True,
        )

    def start(self, script: str, *words: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", script, *words],
            env=environment(self.data),
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        return process

    def states(self) -> list[str]:
        with closing(sqlite3.connect(self.data / "quietlegs.sqlite3")) as found:
            return [state for (state,) in found.execute("SELECT state FROM reminders_sending ORDER BY id")]


@pytest.fixture
def far() -> Iterator[WebEnd]:
    with web_end() as end:
        yield end


@pytest.fixture
def home(tmp_path: Path, far: WebEnd) -> Home:
    found = Home(tmp_path / "data")
    prepared = found.run(PREPARE, far.url, "8:00")
    assert prepared.returncode == 0, prepared.stderr
    return found


def until(is_so: object, seconds: float = 40) -> None:
    end = clock_time.monotonic() + seconds
    while not is_so():
        assert clock_time.monotonic() < end, "it did not happen in time"
        clock_time.sleep(0.02)


def test_processes_that_race_for_the_same_messages_send_each_one_once(home: Home, far: WebEnd) -> None:
    moments = [at(8, days=day).isoformat() for day in range(5)]
    go = home.data / "go"
    racers = [home.start(ROUND, str(go), *moments) for _ in range(3)]
    go.touch()
    assert [racer.wait(60) for racer in racers] == [0, 0, 0]
    assert len(far.got) == 5
    assert home.states() == ["sent"] * 5


def test_after_a_kill_between_sending_and_the_answer_the_message_is_not_sent_again(
    home: Home, far: WebEnd
) -> None:
    far.holds = threading.Event()
    go = home.data / "go"
    go.touch()
    sender = home.start(ROUND, str(go), at(8).isoformat())
    assert far.has_got.wait(30)
    sender.send_signal(signal.SIGKILL)
    sender.wait(30)
    far.holds.set()
    assert home.states() == ["claimed"]
    later = [at(8), at(8, 1), at(8) + LEASE + timedelta(minutes=1), at(8, 10), at(9)]
    assert home.run(ROUND, str(go), *(moment.isoformat() for moment in later)).returncode == 0
    assert len(far.got) == 1
    assert home.states() == ["unsure"]


def test_after_a_kill_between_the_claim_and_sending_the_message_is_missing_and_never_doubled(
    home: Home, far: WebEnd
) -> None:
    assert home.run(CLAIM_AND_DIE).returncode == -signal.SIGKILL
    go = home.data / "go"
    go.touch()
    later = [at(8, 1), at(8) + LEASE + timedelta(minutes=1), at(8, 15), at(8, days=1)]
    assert home.run(ROUND, str(go), *(moment.isoformat() for moment in later)).returncode == 0
    assert home.states() == ["unsure", "sent"]  # today's is missing, tomorrow's comes
    assert len(far.got) == 1


def test_when_the_process_that_sends_dies_another_takes_over(tmp_path: Path, far: WebEnd) -> None:
    home = Home(tmp_path / "data")
    soon = datetime.now(UTC).replace(second=0, microsecond=0)
    assert home.run(PREPARE, far.url, f"{soon:%H:%M}").returncode == 0
    first = home.start(LOOP)
    try:
        until(lambda: len(far.got) == 1)
        second = home.start(LOOP)
        clock_time.sleep(1)
        assert len(far.got) == 1
        first.send_signal(signal.SIGKILL)
        with closing(sqlite3.connect(home.data / "quietlegs.sqlite3", timeout=20)) as found:
            found.execute("UPDATE reminders_reminder SET snoozed_until = ?", (_minutes_ago(2),))
            found.commit()
        until(lambda: len(far.got) == 2)
        clock_time.sleep(1)
        assert len(far.got) == 2
    finally:
        for process in (first, second):
            process.kill()
            process.wait(30)


def _minutes_ago(minutes: int) -> str:
    moment = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=minutes)
    return moment.strftime("%Y-%m-%d %H:%M:%S")


@pytest.mark.slow
def test_a_served_app_with_two_workers_sends_one_message_and_stops_with_its_server(
    tmp_path: Path, far: WebEnd
) -> None:
    home = Home(tmp_path / "data")
    soon = datetime.now(UTC)
    assert home.run(PREPARE, far.url, f"{soon:%H:%M}").returncode == 0
    with serving(home.data) as server:
        until(lambda: len(far.got) == 1, seconds=60)
        clock_time.sleep(25)  # more than a turn of the loop, in both workers
        assert len(far.got) == 1
        group = os.getpgid(server.process.pid)
    with pytest.raises(ProcessLookupError):
        os.killpg(group, 0)


@pytest.mark.django_db
def test_a_fault_ends_neither_the_round_nor_the_loop_and_its_words_are_not_logged(
    diary: Diary, web: WebEnd, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from quietlegs.web.reminders import loop

    turns, stop = [], threading.Event()

    def held(*_: object, **__: object) -> object:
        turns.append(1)
        if len(turns) == 3:
            stop.set()
        raise OSError(24, "too many open files: my own words")

    monkeypatch.setattr(loop, "held", held)
    loop.run(stop, 0.01)
    assert len(turns) == 3

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("my own words")

    monkeypatch.setattr("quietlegs.web.reminders.ways.deliver", fail)
    way = actions.set_way(diary=diary, kind="ntfy", address=f"{web.url}/topic", now=datetime.now(UTC))
    ended = sending.deliver(way, messages.first_message("/"), queries.wishes_of(diary))
    assert ended is ways.Ended.UNSURE
    told = [record.getMessage() + str(record.exc_info or "") for record in caplog.records]
    assert len(told) == 2 and "OSError at test_reminders_sending.py" in told[0], "once, not at every turn"
    assert "RuntimeError" in told[1] and "my own words" not in " ".join(told)


def test_the_models_and_the_core_name_the_same_kinds() -> None:
    from quietlegs.core import reminders as core

    assert set(Reminder.Kind.values) == {kind.value for kind in core.Kind}
    assert {kind.value for kind in Way.Kind} == {"push", "email", "ntfy", "gotify"}
