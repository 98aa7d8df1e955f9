"""The app's lock: what was written is behind it; a cramp at 3 a.m. and a quiet night never are."""

from datetime import timedelta
from html.parser import HTMLParser
from uuid import uuid4

import pytest
from django.db import OperationalError
from django.forms import Form, PasswordInput
from django.http import HttpResponse
from django.test import Client
from django.urls import resolve
from django.utils import timezone

from quietlegs.core.diary.night import Episode as CoreEpisode
from quietlegs.core.diary.night import Night as CoreNight
from quietlegs.web.accounts import lock_actions, queries
from quietlegs.web.accounts.forms import UnlockForm
from quietlegs.web.accounts.lock import OWN_FIELDS, _is_secret, is_open_page
from quietlegs.web.accounts.models import AppLock
from quietlegs.web.diary import actions as diary_actions
from quietlegs.web.diary import clock
from quietlegs.web.diary.access import household_diary
from quietlegs.web.diary.actions import log_night, record_episode
from quietlegs.web.diary.models import Episode, Night
from quietlegs.web.reminders.models import Way
from tests.web.test_phone_doors import every_address

pytestmark = pytest.mark.django_db
PIN = "2580"


@pytest.fixture(autouse=True)
def quick_hashes(settings) -> None:
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher"
    ]  # a slow one tells no more here


@pytest.fixture
def lock() -> AppLock:
    return lock_actions.set_lock(secret=PIN, idle_minutes=15, now=timezone.now())


def unlock(client: Client, secret: str = PIN, **fields: str) -> int:
    return client.post("/unlock", {"lock_pin": secret, **fields}).status_code


def test_the_pin_is_set_in_the_app_and_never_stored_as_it_is(client: Client) -> None:
    client.post("/lock", {"secret": PIN, "again": PIN, "idle_minutes": "5"})
    stored = queries.app_lock()
    assert stored and PIN not in stored.secret and stored.idle_minutes == 5
    assert client.get("/nights/").status_code == 200, "whoever set it is not locked out"
    assert Client().get("/nights/").status_code == 423


@pytest.mark.parametrize("pin", ["12", "1111", "1234", "6543"])
def test_a_pin_that_is_guessed_at_once_is_refused(client: Client, pin: str) -> None:
    assert client.post("/lock", {"secret": pin, "again": pin, "idle_minutes": "5"}).status_code == 422
    assert queries.app_lock() is None


def test_every_page_is_locked_but_those_that_are_listed(client: Client, lock: AppLock) -> None:
    from django.urls import get_resolver

    open_pages = set()
    for address in every_address(get_resolver().url_patterns):
        if address.startswith(("/api/", "/shared/")):
            continue
        if is_open_page(resolve(address)):
            open_pages.add(address)
        else:
            assert client.get(address).status_code == 423, address
            assert client.post(address).status_code == 423, address
    assert open_pages >= {"/relief/", "/cramp", "/quiet", "/check/emergency", "/unlock", "/health"}
    assert not [
        page for page in open_pages if page.startswith(("/nights", "/export", "/insights", "/doctor"))
    ]


def test_a_cramp_at_night_needs_no_pin(client: Client, lock: AppLock) -> None:
    begun = client.post("/cramp", follow=True)
    assert begun.status_code == 200 and "relief" in begun.redirect_chain[-1][0]
    assert Episode.objects.count() == 1


def begun(ago: timedelta) -> Episode:
    episode = CoreEpisode(started_at=timezone.now() - ago, utc_offset_minutes=0, minutes=8.0)
    return record_episode(diary=household_diary(), episode=episode)


def test_only_what_began_this_night_can_be_seen_without_the_pin(client: Client, lock: AppLock) -> None:
    tonight, before = begun(timedelta(hours=3)), begun(timedelta(hours=13))
    assert client.get(f"/relief/{tonight.pk}").status_code == 200
    assert client.post(f"/relief/{tonight.pk}/place", {"place": "left-calf"}).status_code == 302
    for page in ("", "/help"):
        assert client.get(f"/relief/{before.pk}{page}").status_code == 423
    for form in ("/next", "/over", "/goes-on", "/place", "/delete"):
        assert client.post(f"/relief/{before.pk}{form}", {"place": "left-calf"}).status_code == 423
    assert client.get("/relief/999999").status_code == 423, "what is not there looks the same"
    before.refresh_from_db()
    assert (before.minutes, before.muscle) == (8, "")


def test_without_the_pin_only_a_slip_can_be_taken_back(client: Client, lock: AppLock) -> None:
    slip, cramp = begun(timedelta(minutes=2)), begun(timedelta(hours=3))
    assert client.post(f"/relief/{slip.pk}/delete", {"stay": "dark"}).status_code == 302
    assert client.post(f"/relief/{cramp.pk}/delete", {"stay": "dark"}).status_code == 423
    assert list(Episode.objects.all()) == [cramp]


def test_a_quiet_night_is_noted_without_a_pin_and_shows_nothing(client: Client, lock: AppLock) -> None:
    evening = clock.tonight(household_diary())
    shown = client.post("/quiet", {"evening": evening.isoformat()}, follow=True)
    assert Night.objects.get().evening == evening
    assert shown.status_code == 423 and "is noted as quiet" in shown.content.decode()


def test_a_quick_note_that_is_refused_shows_nothing_of_the_diary(client: Client, lock: AppLock) -> None:
    refused = client.post("/quiet", {"evening": "2999-01-01"})
    assert refused.status_code in (404, 423)
    assert "Last 14 nights" not in refused.content.decode()


class FieldsOfForm(HTMLParser):
    """Reads the form of a page as a browser sends it."""

    def __init__(self, page: str, to: str) -> None:
        super().__init__()
        self.to, self.is_in, self.open_area = to, False, ""
        self.fields: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.is_in = given.get("action") == self.to
        elif self.is_in and tag == "input":
            self.fields[given["name"]] = given.get("value", "")
        elif self.is_in and tag == "textarea":
            self.open_area = given["name"]
            self.fields[self.open_area] = ""

    def handle_data(self, data: str) -> None:
        if self.open_area:
            self.fields[self.open_area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":  # a browser leaves out the line break that it begins with
            self.fields[self.open_area] = self.fields[self.open_area].removeprefix("\n")
            self.open_area = ""
        if tag == "form":
            self.is_in = False


def through_the_lock(
    client: Client, address: str, typed: dict[str, str]
) -> tuple[dict[str, str], HttpResponse]:
    """Send a form while the app is locked, give the PIN, and go on. Return what was sent on, and the answer."""
    locked = client.post(address, typed)
    assert locked.status_code == 423
    kept = FieldsOfForm(locked.content.decode(), "/unlock").fields
    opened = client.post("/unlock", {**kept, "lock_pin": PIN})
    sent_on = FieldsOfForm(opened.content.decode(), address).fields
    return sent_on, client.post(address, sent_on)


def test_what_was_typed_when_the_lock_fell_is_saved_after_the_pin(client: Client, lock: AppLock) -> None:
    evening = clock.tonight(household_diary())
    typed = {"cramps": "2", "note": "two lines\nof words"}
    sent_on, _ = through_the_lock(client, f"/nights/{evening.isoformat()}", typed)
    assert Night.objects.get().note == "two lines\nof words"
    assert PIN not in sent_on.values()


def test_a_press_of_a_button_goes_on_after_the_pin_too(client: Client, lock: AppLock) -> None:
    evening = clock.tonight(household_diary())
    log_night(diary=household_diary(), night=CoreNight(evening, {"cramps": 3.0}))
    through_the_lock(client, f"/nights/{evening.isoformat()}/delete", {})
    assert not Night.objects.exists()


def test_a_form_with_a_password_keeps_nothing_and_the_pin_goes_nowhere(client: Client, lock: AppLock) -> None:
    address = "/reminders/ways/ntfy"
    typed = {"address": "https://ntfy.example/topic-of-mine", "secret": "tk_of_mine"}
    locked = client.post(address, typed, headers={"Referer": f"http://testserver{address}"})
    page = locked.content.decode()
    assert "tk_of_mine" not in page and "topic-of-mine" not in page and "Send it again" in page
    kept = FieldsOfForm(page, "/unlock").fields
    opened = client.post("/unlock", {**kept, "lock_pin": PIN})
    assert (opened.status_code, opened["Location"]) == (302, address)
    assert not Way.objects.exists()


def test_a_new_pin_that_the_lock_held_back_stands_on_no_page(client: Client, lock: AppLock) -> None:
    fields = {"secret": "8462", "again": "8462", "idle_minutes": "5", "current-lock_pin": PIN}
    locked = client.post("/lock", fields)
    assert locked.status_code == 423
    assert "8462" not in locked.content.decode() and PIN not in locked.content.decode()


def test_every_password_of_the_app_is_one_that_the_lock_does_not_keep() -> None:
    from importlib import import_module

    for room in ("accounts", "reminders"):
        import_module(f"quietlegs.web.{room}.forms")
    found = 0
    for form in Form.__subclasses__():
        for name, field in form.base_fields.items():
            if isinstance(field.widget, PasswordInput):
                found += 1
                assert _is_secret(name), f"{form.__name__}.{name}"
            assert not name.startswith(OWN_FIELDS) or form is UnlockForm
    assert found >= 6


def test_a_full_disk_is_told_also_under_the_lock(client: Client, lock: AppLock, monkeypatch) -> None:
    def fail(**_: object) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(diary_actions, "log_quiet_night", fail)
    evening = clock.tonight(household_diary())
    told = client.post("/quiet", {"evening": evening.isoformat()})
    assert told.status_code == 507 and "disk is full" in told.content.decode()


def test_it_locks_again_after_the_time_that_the_person_chose(
    client: Client, lock: AppLock, monkeypatch
) -> None:
    unlock(client)
    assert client.get("/nights/").status_code == 200
    later = timezone.now() + timedelta(minutes=14)
    monkeypatch.setattr("quietlegs.web.accounts.lock.timezone.now", lambda: later)
    assert client.get("/nights/").status_code == 200, "still in use"
    monkeypatch.setattr("quietlegs.web.accounts.lock.timezone.now", lambda: later + timedelta(minutes=14))
    assert client.get("/nights/").status_code == 200, "the time begins anew with each page"
    monkeypatch.setattr("quietlegs.web.accounts.lock.timezone.now", lambda: later + timedelta(minutes=30))
    assert client.get("/nights/").status_code == 423


def test_lock_now_locks_this_browser(client: Client, lock: AppLock) -> None:
    unlock(client)
    client.post("/lock/now")
    assert client.get("/nights/").status_code == 423


def test_a_new_pin_locks_every_other_browser(client: Client, lock: AppLock) -> None:
    other = Client()
    unlock(client)
    unlock(other)
    fields = {"secret": "8461", "again": "8461", "idle_minutes": "5"}
    assert client.post("/lock", {**fields, "current-lock_pin": "0000"}).status_code == 422
    assert client.post("/lock", {**fields, "current-lock_pin": PIN}).status_code == 302
    assert (client.get("/nights/").status_code, other.get("/nights/").status_code) == (200, 423)


def test_the_lock_comes_off_with_its_pin_alone(client: Client, lock: AppLock) -> None:
    unlock(client)
    client.post("/lock/remove", {"current-lock_pin": "9999"})
    assert queries.app_lock()
    client.post("/lock/remove", {"current-lock_pin": PIN})
    assert queries.app_lock() is None


def test_many_wrong_pins_cost_time_and_then_the_right_one_opens(client: Client, lock: AppLock) -> None:
    for _ in range(lock_actions.FREE_TRIES):
        assert unlock(client, "0000") == 423
    told = client.post("/unlock", {"lock_pin": PIN}).content.decode()
    assert "Wait 1 minute" in told, "not even the right one, for now"
    AppLock.objects.update(wait_until=timezone.now() - timedelta(seconds=1))
    assert unlock(client) == 302
    assert queries.app_lock().wrong_tries == 0


def test_waiting_gets_longer_with_every_wrong_pin_and_never_ends(lock: AppLock) -> None:
    now, waits = timezone.now(), []
    for _ in range(100):
        assert not lock_actions.try_secret(lock=lock, secret="0000", now=now)
        lock.refresh_from_db()
        if lock.wait_until:
            waits.append((lock.wait_until - now).total_seconds() / 60)
            now = lock.wait_until
    assert waits == [1, 2, 4, 8, 16, 32] + [60] * (101 - lock_actions.FREE_TRIES - 6)
    assert lock_actions.try_secret(lock=lock, secret=PIN, now=now)


def test_of_many_tries_at_once_one_is_judged(lock: AppLock, monkeypatch) -> None:
    """The others come while the first is judged, which takes a while on purpose."""
    now, judged = timezone.now(), []
    AppLock.objects.update(wrong_tries=lock_actions.FREE_TRIES, wait_until=now - timedelta(seconds=1))

    def judge(secret: str, kept: str) -> bool:
        judged.append(secret)
        if len(judged) == 1:
            for other in range(8):
                lock_actions.try_secret(lock=lock, secret=f"{other}000", now=now)
        return False

    monkeypatch.setattr(lock_actions, "check_password", judge)
    lock_actions.try_secret(lock=lock, secret="9999", now=now)
    assert judged == ["9999"]


def test_a_program_reads_and_writes_with_its_token_alone(client: Client, lock: AppLock) -> None:
    from quietlegs.web.api.actions import make_token

    token = make_token(name="watch", now=timezone.now())
    assert client.get("/api/v1/nights").status_code == 423
    assert client.get("/api/v1/nights", headers={"Authorization": f"Bearer {token}"}).status_code == 200
    assert client.get("/api/v1/nights", headers={"Authorization": "Bearer wrong"}).status_code == 401
    given = {"night": "2026-01-01", "outcomes": {"cramps": 1}}
    night = {"data": given, "content_type": "application/json"}
    assert client.post("/api/v1/nights", **night).status_code == 423
    assert client.put("/api/v1/nights/2026-01-01", **night).status_code == 423
    assert client.delete("/api/v1/nights/2026-01-01").status_code == 423
    stored = client.post("/api/v1/nights", **night, headers={"Authorization": f"Bearer {token}"})
    assert stored.status_code == 201


def test_a_waiting_phone_writes_without_the_pin_and_is_told_nothing(client: Client, lock: AppLock) -> None:
    evening = clock.last_night(household_diary())
    log_night(diary=household_diary(), night=CoreNight(evening, {"cramps": 3.0}, note="a note of my own"))
    said = {"what": "night", "at": timezone.now().isoformat(), "evening": evening.isoformat()}
    taken = client.put(
        f"/api/v1/entries/{uuid4()}",
        {**said, "answers": {"severity": "4"}},
        content_type="application/json",
    )
    assert taken.status_code == 201 and set(taken.json()) == {"id", "evening", "differs"}
    assert (Night.objects.get().severity, Night.objects.get().cramps) == (4, 3)


def test_a_part_of_a_page_makes_the_page_load_anew_and_show_the_lock(client: Client, lock: AppLock) -> None:
    answer = client.get("/devices/paired", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Refresh"], answer.content) == (423, "true", b"")


def test_nobody_is_sent_elsewhere_after_the_pin(client: Client, lock: AppLock) -> None:
    answer = client.post("/unlock", {"lock_pin": PIN, "lock_back": "https://elsewhere.example/"})
    assert answer["Location"] == "/"


def test_the_way_back_in_keeps_the_diary(lock: AppLock) -> None:
    assert lock_actions.remove_lock() and not lock_actions.remove_lock()
    assert Client().get("/nights/").status_code == 200


def test_who_deletes_everything_under_a_lock_is_told_so(client: Client) -> None:
    client.post("/lock", {"secret": PIN, "again": PIN, "idle_minutes": "5"})
    assert AppLock.objects.exists()
    page = client.post("/settings/delete", {"word": "delete"}, follow=True)
    assert page.status_code == 200 and "Everything is deleted" in page.content.decode()
