"""The pages of reminders: all off until wanted, what is typed wrong is said, and nobody else may set or read a thing."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
from dateutil.rrule import rrulestr
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from quietlegs.core.reminders import moment_of
from quietlegs.web.accounts.actions import make_pairing_code
from quietlegs.web.accounts.models import Device
from quietlegs.web.diary.access import household_diary
from quietlegs.web.diary.models import Diary
from quietlegs.web.reminders import actions, feed, keys, queries
from quietlegs.web.reminders.models import CalendarLink, Reminder, Sending, Way, Wishes
from tests.web.far_ends import WebEnd, web_end

pytestmark = pytest.mark.django_db

ELSEWHERE = {"REMOTE_ADDR": "192.168.1.20"}
PUSH = {
    "endpoint": "https://push.example/x",
    "p256dh": "B" * 87,
    "auth": "a" * 22,
    "name": "Firefox, Android",
}
MAIL = {"address": "ruth@example.org", "host": "smtp.example.org", "port": 587, "lock": "starttls"}


@pytest.fixture
def diary() -> Diary:
    return household_diary()


@pytest.fixture
def web() -> Iterator[WebEnd]:
    with web_end() as end:
        yield end


def text_of(client: Client, address: str = "/reminders/") -> str:
    return client.get(address).content.decode()


def add_ntfy(client: Client, address: str) -> Way:
    assert client.post("/reminders/ways/ntfy", {"address": address}).status_code == 302
    return Way.objects.get(kind="ntfy")


def add_reminder(client: Client, **form: object) -> Reminder:
    assert client.post("/reminders/new", {"kind": "check-in", "at": "08:00", **form}).status_code == 302
    return Reminder.objects.latest("pk")


def test_all_is_off_at_first(client: Client) -> None:
    assert "None is on" in text_of(client)
    assert not Reminder.objects.exists()
    assert not Way.objects.exists()


def test_a_reminder_is_set_changed_turned_off_and_on_and_deleted(client: Client) -> None:
    reminder = add_reminder(client)
    assert "Every day at 8 a.m." in text_of(client)
    client.post(f"/reminders/{reminder.pk}/", {"kind": "check-in", "at": "09:30"})
    assert "Every day at 9:30 a.m." in text_of(client)
    client.post(f"/reminders/{reminder.pk}/switch", {"on": "no"})
    reminder.refresh_from_db()
    assert not reminder.is_on
    client.post(f"/reminders/{reminder.pk}/switch", {"on": "yes"})
    client.post(f"/reminders/{reminder.pk}/remove")
    assert not Reminder.objects.exists()


def test_two_of_the_same_at_the_same_time_are_one(client: Client) -> None:
    first, second = add_reminder(client), add_reminder(client, at="09:00")
    client.post(f"/reminders/{second.pk}/", {"kind": "check-in", "at": "08:00"})
    assert [one.pk for one in Reminder.objects.all()] == [second.pk]
    add_reminder(client)
    assert Reminder.objects.count() == 1
    assert not Reminder.objects.filter(pk=first.pk).exists()


def test_a_second_press_makes_no_second_reminder(client: Client) -> None:
    since = {"kind": "since", "own_words": "a walk", "hours": "2", "at": ""}
    for _ in range(2):
        add_reminder(client, **since)
    add_reminder(client, **{**since, "own_words": "a drink"})
    add_reminder(client, **{**since, "hours": "3"})
    found = Reminder.objects.order_by("pk").values_list("own_words", "hours")
    assert list(found) == [("a walk", 2), ("a drink", 2), ("a walk", 3)]


def test_a_time_in_quiet_hours_is_refused_unless_it_is_for_bedtime(client: Client) -> None:
    form = {"kind": "item", "item": "stretch-calves", "at": "22:30"}
    refused = client.post("/reminders/new", form)
    assert refused.status_code == 422
    assert "are your quiet hours. Choose another time" in refused.content.decode()
    assert 'value="22:30"' in refused.content.decode()
    assert client.post("/reminders/new", {**form, "is_for_bedtime": "on"}).status_code == 302


@pytest.mark.parametrize(
    "form",
    [
        {"kind": "check-in", "at": ""},
        {"kind": "check-in", "at": "25:00"},
        {"kind": "item", "item": "drink-poison", "at": "12:00"},
        {"kind": "since", "own_words": "", "hours": "2"},
        {"kind": "since", "own_words": "a walk", "hours": "-1"},
        {"kind": "since", "own_words": "a walk", "hours": "nan"},
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_kept(client: Client, form: dict[str, str]) -> None:
    answer = client.post("/reminders/new", form)
    assert answer.status_code == 422
    assert 'class="field-error"' in answer.content.decode()
    assert not Reminder.objects.exists()


def test_each_item_of_the_plan_leads_to_its_reminder(client: Client) -> None:
    link = re.search(r'href="(/reminders/new\?kind=item&amp;item=[a-z-]+)"', text_of(client, "/plan/"))
    assert link
    assert " selected" in text_of(client, link[1].replace("&amp;", "&"))


def test_the_page_says_when_nothing_can_come_as_no_way_is_chosen(client: Client, web: WebEnd) -> None:
    add_reminder(client)
    assert "No way is chosen yet" in text_of(client)
    add_ntfy(client, f"{web.url}/topic")
    assert "No way is chosen yet" not in text_of(client)


def test_send_me_one_now_sends_one_and_says_how_it_went_without_a_word_of_the_answer(
    client: Client, web: WebEnd
) -> None:
    way = add_ntfy(client, f"{web.url}/topic")
    page = client.post(f"/reminders/ways/{way.pk}/test", follow=True).content.decode()
    assert "It is sent" in page
    assert web.got[0].json["title"] == "A first message"
    web.status = 403
    page = client.post(f"/reminders/ways/{way.pk}/test", follow=True).content.decode()
    assert "It refused the password or token" in page
    assert "secret" not in page


@pytest.mark.parametrize(
    ("kind", "details", "said"),
    [
        ("push", {"p256dh": "A" * 87, "auth": "A" * 22}, "This device gets messages no more"),
        ("email", {"host": "smtp..example.org", "port": 25, "lock": "tls"}, "It could not be reached"),
        ("email", {"port": 25}, "The message may have come, or not"),  # kept by something that had a fault
    ],
)
def test_send_me_one_now_is_answered_by_a_sentence_whatever_a_way_holds(
    client: Client,
    diary: Diary,
    kind: str,
    details: dict[str, object],
    said: str,
) -> None:
    address = "https://push.example/x" if kind == "push" else "a@example.org"
    details = {"sender": "a@example.org", **details} if kind == "email" else details
    way = actions.set_way(diary=diary, kind=kind, address=address, details=details, now=timezone.now())
    page = client.post(f"/reminders/ways/{way.pk}/test", follow=True)
    assert page.status_code == 200 and said in page.content.decode()


def test_a_device_that_has_left_gets_nothing_more_and_the_page_says_so(client: Client, diary: Diary) -> None:
    from quietlegs.web.reminders import sending
    from quietlegs.web.reminders.ways import Ended

    client.post("/reminders/ways/push", PUSH)
    way = Way.objects.get()
    reminder = add_reminder(client)
    now = timezone.now()
    claimed = sending.claim(reminder, way, now, now=now)
    assert claimed
    sending.record(claimed, Ended.GONE, now=now)
    assert "This device gets messages no more" in text_of(client)
    assert "Send me one now" not in text_of(client)
    client.post("/reminders/ways/push", PUSH)  # it comes back
    assert Way.objects.get().gone_at is None


def test_a_device_that_is_closed_out_gets_no_more_messages(client: Client, diary: Diary) -> None:
    phone = Client(REMOTE_ADDR="192.168.1.20")
    phone.post("/pair", {"code": make_pairing_code(now=timezone.now()), "name": "Phone"})
    phone.post("/reminders/ways/push", PUSH)
    assert [way.gone_at for way in queries.ways_of(diary)] == [None]
    client.post(f"/devices/{Device.objects.get().pk}/revoke")
    add_reminder(client)
    page = text_of(client)
    assert "This device gets messages no more" in page and "No way is chosen yet" in page
    assert "Send me one now" not in page


def test_the_page_says_which_host_sees_what(client: Client) -> None:
    client.post("/reminders/ways/push", {**PUSH, "endpoint": "https://fcm.googleapis.com/fcm/send/x"})
    client.post("/reminders/ways/email", MAIL)
    add_ntfy(client, "http://192.168.1.5/legs")
    page = text_of(client)
    assert "fcm.googleapis.com, which belongs to Google" in page
    assert "smtp.example.org sees the address" in page
    assert "anybody on the way there can read them too" in page


@pytest.mark.parametrize(
    "given",
    [
        {"endpoint": "http://push.example/x"},
        {"endpoint": "https://user:pw@push.example/x"},
        {"endpoint": "file:///etc/passwd"},
        {"p256dh": "short"},
        {"endpoint": "https://[bad"},
        {"auth": ""},
    ],
)
def test_a_push_address_that_is_not_https_or_not_whole_is_refused(
    client: Client, given: dict[str, str]
) -> None:
    client.post("/reminders/ways/push", {**PUSH, **given})
    assert not Way.objects.exists()


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("ntfy", {"address": "ftp://ntfy.example/topic"}),
        ("ntfy", {"address": "https://ntfy.example/"}),
        ("ntfy", {"address": "https://ntfy.example/a topic"}),
        ("ntfy", {"address": "https://me:pw@ntfy.example/topic"}),
        ("ntfy", {"address": "https://[::1/topic"}),
        ("ntfy", {"address": "https://ntfy.example:99999/topic"}),
        ("gotify", {"address": "https://gotify.example?x=1", "secret": "x"}),
        ("gotify", {"address": "https://gotify.example", "secret": ""}),
        ("email", {**MAIL, "address": "ruth"}),
        ("email", {**MAIL, "host": "smtp.example.org/x"}),
        ("email", {**MAIL, "host": "a\r\nRCPT TO:<x@y.example>"}),
        ("email", {**MAIL, "address": "a@b.example\nBcc: c@d.example"}),
        ("email", {**MAIL, "lock": "none"}),
        ("email", {**MAIL, "host": "smtp..example.org"}),
        ("email", {**MAIL, "user": "ruth", "secret": "contraseña"}),
        ("email", {**MAIL, "port": 0}),
    ],
)
def test_an_address_that_cannot_be_is_refused_with_what_to_mend(
    client: Client, kind: str, given: dict[str, object]
) -> None:
    answer = client.post(f"/reminders/ways/{kind}", given)
    assert answer.status_code == 422
    assert 'class="field-error"' in answer.content.decode()
    assert not Way.objects.exists()


def test_a_password_is_never_shown_again(client: Client) -> None:
    client.post("/reminders/ways/email", {**MAIL, "user": "ruth", "secret": "open sesame"})
    assert keys.secret_of(Way.objects.get()) == "open sesame"
    assert "sesame" not in text_of(client)
    bad = client.post("/reminders/ways/email", {**MAIL, "address": "x", "secret": "open sesame"})
    assert "sesame" not in bad.content.decode()


def test_a_pause_rests_until_its_day_and_a_day_gone_by_is_refused(client: Client) -> None:
    tomorrow = (timezone.now() + timedelta(days=2)).date()
    assert client.post("/reminders/pause", {"why": "flare", "until": "2020-01-01"}).status_code == 422
    client.post("/reminders/pause", {"why": "holiday", "until": tomorrow.isoformat()})
    assert "Every reminder rests until" in text_of(client)
    client.post("/reminders/pause", {"why": ""})
    assert "Every reminder rests" not in text_of(client)


def test_wishes_are_kept_and_impossible_ones_refused(client: Client) -> None:
    form = {"quiet_from": "21:00", "quiet_until": "08:00", "most_a_day": "2"}
    client.post("/reminders/wishes", form)
    wishes = Wishes.objects.get()
    assert (wishes.quiet_from, wishes.quiet_until, wishes.most_a_day) == (time(21), time(8), 2)
    assert client.post("/reminders/wishes", {**form, "most_a_day": "99"}).status_code == 422


def test_the_one_question_of_a_silent_reminder_stands_on_the_first_page_until_it_is_answered(
    client: Client,
) -> None:
    from quietlegs.core.diary.night import Night
    from quietlegs.web.diary import actions as diary_actions

    reminder = add_reminder(client)
    diary_actions.log_night(diary=reminder.diary, night=Night(date(2026, 1, 1), {"cramps": 0.0}))
    Reminder.objects.update(fell_silent_at=timezone.now())
    assert "A reminder fell silent" in text_of(client, "/")
    assert "what suits you?" in text_of(client)
    client.post(f"/reminders/{reminder.pk}/switch", {"on": "yes"})
    assert "A reminder fell silent" not in text_of(client, "/")


def test_what_is_anothers_is_not_there(client: Client, diary: Diary) -> None:
    other = Diary.objects.create()
    now = timezone.now()
    reminder = actions.set_reminder(diary=other, now=now, kind="check-in", at=time(8))
    way = actions.set_way(diary=other, kind="ntfy", address="http://127.0.0.1:9/x", now=now)
    sent = Sending.objects.create(reminder=reminder, way=way, due_at=now, lease_until=now)
    assert client.get(f"/reminders/{reminder.pk}/").status_code == 404
    for address in (
        f"{reminder.pk}/switch",
        f"{reminder.pk}/remove",
        f"ways/{way.pk}/remove",
        f"ways/{way.pk}/test",
    ):
        assert client.post(f"/reminders/{address}").status_code == 404
    client.get(f"/reminders/now/{sent.pk}")
    sent.refresh_from_db()
    assert sent.opened_at is None


@pytest.mark.parametrize(
    "address", ["/reminders/", "/reminders/new", "/reminders/now/1", "/reminders/ways/email"]
)
def test_a_device_that_is_not_paired_reads_nothing(client: Client, address: str) -> None:
    assert Client(**ELSEWHERE).get(address).status_code == 302


def test_no_other_site_can_set_or_send_anything(diary: Diary) -> None:
    strict = Client(enforce_csrf_checks=True)
    for address in (
        "new",
        "wishes",
        "pause",
        "calendar",
        "ways/push",
        "ways/ntfy",
        "1/switch",
        "ways/1/test",
    ):
        assert strict.post(f"/reminders/{address}", {"kind": "check-in", "at": "08:00"}).status_code == 403


@pytest.mark.parametrize(
    "address", ["/reminders/", "/reminders/new", "/reminders/new?kind=item", "/reminders/ways/gotify"]
)
def test_a_page_has_nothing_inline_and_one_heading(client: Client, address: str) -> None:
    text = text_of(client, address)
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=|javascript:", text)
    assert len(re.findall(r"<h1[ >]", text)) == 1


# The calendar -----------------------------------------------------------------------------------------------------


def new_link(client: Client) -> str:
    client.post("/reminders/calendar", {"what": "make"})
    page = text_of(client)
    found = re.search(r'id="new-calendar" readonly value="http://testserver([^"]+)"', page)
    assert found
    return found[1]


def test_the_calendar_link_opens_for_whoever_has_it_until_it_is_closed(client: Client) -> None:
    link, stranger = new_link(client), Client(**ELSEWHERE)
    answer = stranger.get(link)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert "last read on" in text_of(client)
    assert "new-calendar" not in text_of(client)  # shown once
    assert link.rpartition("/")[2].removesuffix(".ics") not in str(list(CalendarLink.objects.values()))
    client.post("/reminders/calendar", {"what": "close"})
    assert stranger.get(link).status_code == 404


def test_a_new_calendar_link_closes_the_old_one(client: Client) -> None:
    old, new = new_link(client), new_link(client)
    assert [Client().get(link).status_code for link in (old, new)] == [404, 200]
    assert Client().post(new).status_code == 405


def moments_in(calendar: Calendar, days: list[date]) -> list[datetime]:
    """Return when events come on some days, by the rules that the file itself carries and no others."""
    (zone,) = [part.to_tz() for part in calendar.walk("VTIMEZONE")]
    (event,) = calendar.walk("VEVENT")
    starts = event["DTSTART"].dt.replace(tzinfo=None)
    rule = rrulestr(event["RRULE"].to_ical().decode(), dtstart=starts)
    return [
        one.replace(tzinfo=zone).astimezone(UTC)
        for one in rule.between(
            datetime.combine(days[0], time()), datetime.combine(days[-1], time(23, 59)), inc=True
        )
    ]


@pytest.mark.parametrize("at", [time(20), time(2, 30), time(1, 30)])
@pytest.mark.parametrize(
    ("zone", "change"),
    [
        ("Europe/Berlin", date(2027, 3, 28)),
        ("Europe/Berlin", date(2027, 10, 31)),
        ("America/New_York", date(2027, 3, 14)),
        ("America/New_York", date(2027, 11, 7)),
        ("Australia/Lord_Howe", date(2027, 4, 4)),  # half an hour
    ],
)
def test_a_calendar_shows_the_moments_at_which_messages_come_also_when_clocks_change(
    diary: Diary, zone: str, change: date, at: time
) -> None:
    diary.time_zone = zone
    diary.save()
    actions.set_wishes(diary=diary, quiet_from=time(0), quiet_until=time(0))
    now = datetime(2027, 1, 10, 12, tzinfo=UTC)
    actions.set_reminder(diary=diary, now=now, kind="check-in", at=at)
    calendar = Calendar.from_ical(feed.calendar_of(diary, now))
    days = [change + timedelta(days=back) for back in range(-2, 3)]
    expected = [moment_of(day, at, feed.clock.zone_of(diary)) for day in days]
    assert moments_in(calendar, days) == expected


def test_the_calendar_says_only_neutral_words_and_rings(diary: Diary) -> None:
    now = timezone.now()
    actions.set_reminder(diary=diary, now=now, kind="item", item="stretch-calves", at=time(20))
    actions.set_reminder(diary=diary, now=now, kind="since", hours=2, own_words="a walk")
    calendar = Calendar.from_ical(feed.calendar_of(diary, now))
    (event,) = calendar.walk("VEVENT")
    assert event["SUMMARY"] == "Evening routine"
    assert [alarm["ACTION"] for alarm in event.walk("VALARM")] == ["DISPLAY"]
    assert b"stretch" not in calendar.to_ical().lower()


def test_what_is_off_or_rests_is_not_in_the_calendar(diary: Diary) -> None:
    now = timezone.now()
    reminder = actions.set_reminder(diary=diary, now=now, kind="check-in", at=time(8))

    def events() -> list[object]:
        return list(Calendar.from_ical(feed.calendar_of(diary, now)).walk("VEVENT"))

    assert len(events()) == 1
    actions.pause_all(diary=diary, why="flare", until=None)
    assert events() == []
    back = now.date() + timedelta(days=5)
    actions.pause_all(diary=diary, why="flare", until=back)
    assert events()[0]["DTSTART"].dt.date() == back
    actions.resume(diary=diary)
    actions.switch(reminder=reminder, is_on=False, now=now)
    assert events() == []
