"""Reminders in a real browser: set without a script, seen by everybody, and shown by the service worker in neutral words."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, until
from tests.browser.test_accessibility import THEMES, faults
from tests.web.far_ends import WebEnd, web_end

PATHS = (
    "/reminders/",
    "/reminders/new",
    "/reminders/new?kind=item",
    "/reminders/new?kind=since",
    "/reminders/1/",
    "/reminders/ways/email",
    "/reminders/ways/ntfy",
    "/reminders/ways/gotify",
)


@pytest.fixture
def far() -> Iterator[WebEnd]:
    with web_end() as end:
        yield end


def set_up(page: Page, far: WebEnd) -> None:
    """Add a stretch in the evening and a walk every 2 hours, and an ntfy topic to be told by."""
    page.goto("/reminders/new?kind=item&item=stretch-calves")
    page.get_by_role("button", name="Save").click()
    page.goto("/reminders/")
    page.get_by_role("link", name="Add a reminder").click()
    page.get_by_role("link", name="Some hours after the last time").click()
    page.get_by_label("What it is for").fill("Get up and walk")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="ntfy").click()
    page.get_by_label("Address of your topic").fill(f"{far.url}/legs")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="ntfy at 127.0.0.1")).to_be_visible()


def test_all_can_be_set_and_tried_without_javascript(open_page: OpenPage, far: WebEnd) -> None:
    page = open_page(javascript=False)
    page.goto("/settings/")
    page.get_by_role("link", name="To the reminders").click()
    set_up(page, far)
    page.get_by_role("button", name="Send me one now").click()
    expect(page.get_by_text("It is sent.")).to_be_visible()
    assert far.got[0].json["title"] == "A first message"
    page.get_by_role("button", name="Done now").click()
    page.get_by_role("button", name="A flare").click()
    expect(page.get_by_text("Every reminder rests until you say so.")).to_be_visible()
    page.get_by_role("button", name="Go on with them").click()
    page.get_by_text("Add a way", exact=True).click()
    expect(page.get_by_text("This one way needs JavaScript.")).to_be_visible()
    expect(page.get_by_role("button", name="Add this device")).to_have_count(0)


def test_a_time_in_quiet_hours_is_mended_in_place(page: Page) -> None:
    page.goto("/reminders/new?kind=item&item=stretch-calves")
    page.get_by_label("When").fill("22:30")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("are your quiet hours. Choose another time")).to_be_visible()
    expect(page.get_by_label("When")).to_have_value("22:30")
    page.locator("label.chip", has_text="It is for bedtime").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Every day at 10:30 p.m.")).to_be_visible()


@pytest.mark.parametrize("theme", THEMES)
def test_reminders_are_accessible(open_page: OpenPage, far: WebEnd, theme: str) -> None:
    page, found = open_page(theme=theme), []
    set_up(page, far)
    for path in PATHS:
        page.goto(path)
        found += faults(page, theme)
    page.goto("/reminders/new?kind=check-in")
    page.get_by_label("When").fill("23:00")
    page.get_by_role("button", name="Save").click()
    found += faults(page, theme)
    assert found == []


def test_nothing_scrolls_sideways(open_page: OpenPage, far: WebEnd) -> None:
    page = open_page(width=320)
    set_up(page, far)
    for path in PATHS:
        page.goto(path)
        page.eval_on_selector_all("details", "every => every.forEach(one => { one.open = true; })")
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, path


def test_a_browser_that_may_not_show_messages_is_told_what_to_do(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/reminders/")
    page.evaluate("() => { Notification.requestPermission = async () => 'denied'; }")
    page.get_by_role("button", name="Add this device").click()
    expect(page.get_by_text("This browser may not show messages from Quietlegs.")).to_be_visible()
    expect(page.get_by_role("button", name="Add this device")).to_be_enabled()


def test_without_internet_adding_a_device_says_that_the_push_service_did_not_answer(
    open_page: OpenPage,
) -> None:
    page = open_page(permissions=["notifications"])
    page.goto("/reminders/")
    page.evaluate(
        """() => {
          PushManager.prototype.subscribe = () => Promise.reject(new DOMException("push service", "AbortError"));
        }"""
    )
    page.get_by_role("button", name="Add this device").click()
    expect(page.get_by_text("The push service of this browser did not answer.")).to_be_visible()


def test_what_the_browser_gives_is_kept_as_a_way(open_page: OpenPage) -> None:
    page = open_page(permissions=["notifications"])
    page.goto("/reminders/")
    page.evaluate(
        """() => {
          const keys = { p256dh: "B".repeat(87), auth: "a".repeat(22) };
          const given = { toJSON: () => ({ endpoint: "https://fcm.googleapis.com/fcm/send/x", keys }) };
          PushManager.prototype.subscribe = async ({ applicationServerKey, userVisibleOnly }) => {
            if (!userVisibleOnly || !/^[-_A-Za-z0-9]{87}$/.test(applicationServerKey)) throw new Error("not so");
            return given;
          };
        }"""
    )
    page.get_by_role("button", name="Add this device").click()
    expect(page.get_by_role("heading", name="Chrome, Linux")).to_be_visible()
    page.get_by_text("Who sees what").first.click()
    expect(page.get_by_text("fcm.googleapis.com, which belongs to Google").first).to_be_visible()


def test_the_service_worker_shows_a_message_in_its_neutral_words(open_page: OpenPage, live_app: str) -> None:
    page = open_page(permissions=["notifications"])
    page.goto("/reminders/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    devtools = page.context.new_cdp_session(page)
    versions: list[dict[str, str]] = []
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated", lambda told: versions.extend(told["registrations"])
    )
    devtools.send("ServiceWorker.enable")
    page.wait_for_timeout(500)
    registration = next(one for one in versions if one["scopeURL"] == f"{live_app}/")
    said = '{"title": "Evening routine", "text": "It is time.", "path": "/reminders/now/1", "tag": "reminder-1"}   '
    message = {"origin": live_app, "registrationId": registration["registrationId"], "data": said}
    shown = "navigator.serviceWorker.ready.then(r => r.getNotifications()).then(n => n.length === 1)"
    for _ in range(20):  # a message is dropped while the worker starts; with the same tag it is shown once
        devtools.send("ServiceWorker.deliverPushMessage", message)
        page.wait_for_timeout(500)
        if page.evaluate(shown):
            break
    until(page, shown)
    told = page.evaluate(
        "navigator.serviceWorker.ready.then(r => r.getNotifications())"
        ".then(([n]) => [n.title, n.body, n.tag, n.data.path])"
    )
    assert told == ["Evening routine", "It is time.", "reminder-1", "/reminders/now/1"]
