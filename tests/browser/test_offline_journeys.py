"""The night without a connection, in a real browser on a real server: nothing is lost, and nothing is there twice.

Between the two stands a small proxy, which can be cut off, lose answers after the server has done its work, or answer
with a fault. The server can be killed and started again, also as a newer version.
"""

import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect
from playwright.sync_api import TimeoutError as NotInTime

from quietlegs.core.plan.relief import ReliefKind
from quietlegs.exchange.checks import load_guidance
from quietlegs.exchange.relief_base import load_relief_steps, load_when_wrong
from tests.browser.conftest import CHROMIUM_ARGS, until, yesterday
from tests.browser.test_accessibility import faults
from tests.browser.test_relief_journeys import FIT, LEAST_TARGET, LEAST_TEXT, LOOK
from tests.web.server import environment, free_port

CRAMP = load_relief_steps()[ReliefKind.CRAMP]
expect.set_options(timeout=15_000)  # a busy machine is no fault
PHONE = {"viewport": {"width": 360, "height": 740}, "reduced_motion": "reduce"}
KEPT = """async () => {
  const kept = [];
  for (const name of await caches.keys()) for (const one of await (await caches.open(name)).keys())
    kept.push(new URL(one.url).pathname);
  return kept;
}"""
IS_READY = """async () => {
  const ready = await Promise.race([navigator.serviceWorker.ready, new Promise((no) => setTimeout(no, 50))]);
  return Boolean(ready && navigator.serviceWorker.controller && await caches.match("/offline/night"));
}"""
WAITING = """() => new Promise((yes) => {
  const opened = indexedDB.open("quietlegs");
  opened.onsuccess = () => {
    const all = opened.result.transaction("entries").objectStore("entries").getAll();
    all.onsuccess = () => { yes(all.result); opened.result.close(); };
  };
})"""


@dataclass
class App:
    """The app as `quietlegs serve` runs it, on a folder and port that outlive a restart."""

    data: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen | None = None
    extra: dict[str, str] = field(default_factory=dict)

    def start(self, version: str = "") -> None:
        newer = f"import quietlegs.version as v; v.__version__ = {version!r};" if version else ""
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-c",
                f"{newer}from quietlegs.web.server import serve; serve(port={self.port}, workers=1)",
            ],
            env={**environment(self.data), **self.extra},
            start_new_session=True,  # so that it can be killed with its worker, and nothing else
        )
        end = time.monotonic() + 60
        while True:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=1).close()
                return
            assert self.process.poll() is None and time.monotonic() < end, "the app did not start"
            time.sleep(0.1)

    def kill(self) -> None:
        """SIGKILL, as a power cut."""
        if self.process:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(20)
            self.process = None

    def python(self, code: str) -> str:
        """Run a line in the app's own rooms, on its folder."""
        ready = (
            "from quietlegs.web.store import open_store; open_store(); from django.utils import timezone\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", ready + code], env={**environment(self.data), **self.extra},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout.strip()

    def records(self) -> tuple[list[dict], list[dict]]:
        """Return the events and nights of the diary, as the HTTP interface gives them."""
        found = []
        for name in ("events", "nights"):
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api/v1/{name}", timeout=20) as answer:
                found.append(json.load(answer)[name])
        return found[0], found[1]


class Wire(ThreadingHTTPServer):
    """What lies between browser and app. ``is_cut``: no answer at all. ``loses`` says which answers get lost."""

    daemon_threads = True

    def __init__(self, app: App) -> None:
        super().__init__(("127.0.0.1", 0), _Passing)
        self.app, self.is_cut = app, False
        self.loses: Callable[[str, str], bool] = lambda method, path: False
        self.instead: Callable[[str, str], tuple[int, dict] | None] = lambda method, path: None
        self.seen: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Passing(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Wire

    def _pass_on(self) -> None:
        wire = self.server
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = self.path.split("?")[0]
        self.close_connection = True
        if wire.is_cut:
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        wire.seen.append(f"{self.command} {path}")
        instead = wire.instead(self.command, path)
        if instead:
            answered, headers, content = (
                instead[0],
                [("Content-Type", "application/json")],
                json.dumps(instead[1]).encode(),
            )
        else:
            try:
                answered, headers, content = self._ask(body)
            except OSError:
                self.connection.shutdown(socket.SHUT_RDWR)
                return
        if wire.loses(self.command, path):
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(answered)
        for name, value in headers:
            if name.casefold() not in ("connection", "transfer-encoding", "content-length", "date", "server"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(content)

    def _ask(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        asked = http.client.HTTPConnection("127.0.0.1", self.server.app.port, timeout=30)
        try:
            asked.request(self.command, self.path, body, dict(self.headers))
            answer = asked.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            asked.close()

    do_GET = do_POST = do_PUT = do_HEAD = _pass_on  # noqa: N815 - the names that http.server calls

    def log_message(self, *words: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make one data folder ready; each test gets a copy of it, which starts at once."""
    made = App(tmp_path_factory.mktemp("prepared") / "data")
    made.start()
    made.kill()
    return made.data


@pytest.fixture
def app(tmp_path: Path, prepared: Path) -> Iterator[App]:
    made = App(tmp_path / "data")
    shutil.copytree(prepared, made.data)
    made.start()
    yield made
    made.kill()


@pytest.fixture
def wire(app: App) -> Iterator[Wire]:
    made = Wire(app)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()


Phone = Callable[..., Page]


@pytest.fixture
def phone(chromium: Browser, wire: Wire) -> Iterator[Phone]:
    """Give a function that opens the app on one more phone and visits it once."""
    contexts: list[BrowserContext] = []

    def open_one(visit: bool = True, **options: object) -> Page:
        context = chromium.new_context(base_url=wire.url, **{**PHONE, **options})
        contexts.append(context)
        page = context.new_page()
        if visit:
            page.goto("/")
            until(page, IS_READY)
        return page

    yield open_one
    for context in contexts:
        context.close()


def waiting(page: Page) -> list[dict]:
    return page.evaluate(WAITING)


def all_sent(page: Page) -> None:
    """Wait until nothing waits. While a page leads on to the next it cannot be asked: it is asked again."""
    end = time.monotonic() + 15
    left: object = "never asked"
    while time.monotonic() < end:
        with contextlib.suppress(Error):
            left = waiting(page)
        if not left:
            return
        page.wait_for_timeout(50)
    pytest.fail(f"after 15 s there still waits: {left}")


def send_now(page: Page) -> None:
    """Press "Send now". A device sends by itself too, and then takes the button away: that is as good."""
    with contextlib.suppress(NotInTime):
        page.get_by_role("button", name="Send now").click(timeout=3000)


def cramp(page: Page) -> None:
    """A cramp without the computer: two steps, over, left calf."""
    page.goto("/offline")
    page.get_by_role("button", name="Cramp now").click()
    expect(page.locator("main:visible h2:visible")).to_have_text(CRAMP[0].do)
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="It is over").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Kept on this device")


def night(page: Page, *, cramps: int = 0, **typed: str) -> None:
    """Note last night without the computer; no cramps is a quiet night."""
    page.goto("/offline/night")
    expect(page.get_by_label("The evening before the night")).to_have_value(yesterday())
    if not cramps:
        page.get_by_role("button", name="It was a quiet night").click()
    else:
        page.locator("[name=cramps]").fill(str(cramps))
        for details in page.locator("form details").all():
            details.evaluate("one => { one.open = true; }")
        for label, value in typed.items():
            page.locator(f"[name={label}]").fill(value)
        page.get_by_role("button", name="Save this night").click()
    page.get_by_role("heading", name="What waits on this device").wait_for()


def test_from_the_first_start_over_a_night_offline_to_the_morning(app: App, wire: Wire, phone: Phone) -> None:
    page = phone()
    page.get_by_role("button", name="A quiet night").click()
    expect(page.locator("main")).to_contain_text("noted as quiet")
    wire.is_cut = True
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Without a connection")
    cramp(page)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("What is it?")
    page.get_by_role("button", name="Restless").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Restless since")
    page.reload()  # what runs goes on
    expect(page.get_by_role("heading", level=1)).to_contain_text("Restless since")
    page.get_by_role("button", name="It is over").click()
    page.get_by_role("link", name="What waits").click()
    expect(page.get_by_role("status")).to_contain_text("4 entries wait on this device.")
    # The power fails while the second entry is on its way.
    sent: list[str] = []

    def dies(method: str, path: str) -> bool:
        if method == "PUT":
            sent.append(path)
            if len(sent) == 2:
                app.kill()
                return True
        return False

    wire.loses, wire.is_cut = dies, False
    page.get_by_role("button", name="Send now").click()
    until(page, f"({WAITING})().then((all) => all.length < 4 && all.some((one) => one.tries > 0))")
    assert 2 <= len(waiting(page)) <= 3
    app.start()
    send_now(page)
    all_sent(page)
    expect(page.get_by_role("status")).to_contain_text("All sent")
    events, nights = app.records()
    assert [(e["kind"], e["relief"][:2]) for e in events] == [
        ("cramp", [step.id for step in CRAMP[:2]]),
        ("restless", events[1]["relief"][:2]),
    ]
    assert all(event["minutes"] is not None for event in events)
    assert nights[0]["night"] == yesterday()
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_what_waits_survives_the_end_of_the_browser(
    chromium: Browser, app: App, wire: Wire, tmp_path: Path
) -> None:
    path = chromium.browser_type.executable_path

    def browser() -> BrowserContext:
        found = os.environ.get("QUIETLEGS_CHROMIUM") or "/usr/bin/chromium"
        return chromium.browser_type.launch_persistent_context(
            tmp_path / "profile", executable_path=found if Path(found).exists() else path,
            args=CHROMIUM_ARGS, base_url=wire.url, **PHONE,
        )  # fmt: skip

    context = browser()
    page = context.new_page()
    page.goto("/")
    until(page, IS_READY)
    wire.is_cut = True
    night(page, cramps=2)
    context.close()
    context = browser()
    page = context.new_page()
    page.goto("/")
    expect(page.get_by_role("status")).to_contain_text("1 entry waits on this device.")
    wire.is_cut = False
    page.goto("/")
    all_sent(page)
    assert app.records()[1][0]["outcomes"] == {"cramps": 2.0}
    context.close()


def test_a_lost_answer_leaves_exactly_one_record(app: App, wire: Wire, phone: Phone) -> None:
    page = phone()
    tries: dict[str, int] = {}

    def first_two(method: str, path: str) -> bool:
        if method == "GET":
            return False
        tries[path] = tries.get(path, 0) + 1
        return tries[path] <= 2

    wire.loses = first_two
    # Both forms of the page are taken by the server, and neither answer arrives.
    page.get_by_role("button", name="A quiet night").click()
    page.get_by_role("heading", name="What waits on this device").wait_for()
    page.goto("/")
    page.get_by_role("button", name="Cramp now").first.click()
    expect(page).to_have_url(f"{wire.url}/offline/relief")
    page.get_by_role("button", name="It is over").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Kept on this device")
    for _ in range(6):
        page.goto("/offline/waiting")
        page.wait_for_timeout(300)
    all_sent(page)
    assert max(tries.values()) >= 3
    events, nights = app.records()
    assert len(events) == 1 and events[0]["minutes"] is not None
    assert {n["night"]: n["outcomes"]["cramps"] for n in nights}[yesterday()] in (0.0, 1.0)
    assert len(nights) == len({n["night"] for n in nights})


def test_a_page_that_is_open_when_the_connection_goes_still_notes_a_cramp(
    app: App, wire: Wire, phone: Phone
) -> None:
    page = phone()
    page.goto("/relief/")
    page.get_by_role("button", name="Cramp now").click()
    expect(page.get_by_role("heading", level=2)).to_have_text(CRAMP[0].do)
    wire.is_cut = True
    page.get_by_role("button", name="Next").click()  # the step of a page that the computer gave
    expect(page.locator("main:visible h2:visible")).to_have_text(CRAMP[1].do)
    page.get_by_role("button", name="It is over").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Kept on this device")
    wire.is_cut = False
    page.goto("/")
    all_sent(page)
    [event] = app.records()[0]
    assert event["relief"] == [CRAMP[0].id, CRAMP[1].id] and event["minutes"] is not None


def test_the_shortcut_to_relief_is_dark_without_a_connection_too(wire: Wire, phone: Phone) -> None:
    page = phone()
    page.context.add_cookies([{"name": "quietlegs_theme", "value": "day", "url": wire.url}])
    wire.is_cut = True
    page.goto("/relief/")
    expect(page.get_by_role("button", name="Cramp now")).to_be_visible()
    assert page.evaluate(LOOK, [LEAST_TARGET, LEAST_TEXT]) == FIT


def test_a_form_that_cannot_wait_stays_as_it_was_typed(app: App, wire: Wire, phone: Phone) -> None:
    page = phone()
    page.goto(f"/nights/{yesterday()}/seen")
    page.get_by_label("Who saw it?").fill("Ana")
    page.get_by_label("A note").fill("two lines\nof words")
    wire.is_cut = True
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#toasts")).to_contain_text("Nothing was lost from this page")
    assert page.url.endswith("/seen")
    expect(page.get_by_label("A note")).to_have_value("two lines\nof words")
    wire.is_cut = False
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#toasts")).to_contain_text("what Ana saw is saved")


def test_an_undo_that_did_not_arrive_can_be_pressed_again(app: App, wire: Wire, phone: Phone) -> None:
    page = phone()
    page.get_by_role("button", name="A quiet night").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    wire.is_cut = True
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("Quietlegs does not answer")
    wire.is_cut = False
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("is as it was")
    assert app.records()[1] == []


def test_what_a_locked_app_was_told_without_a_connection_lands(app: App, wire: Wire, phone: Phone) -> None:
    page = phone()
    page.goto("/lock")
    page.get_by_label("New PIN or passphrase").fill("2580")
    page.get_by_label("The same once more").fill("2580")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Lock now").click()
    page.get_by_role("heading", name="Quietlegs is locked").wait_for()
    wire.is_cut = True
    page.goto("/relief/")
    page.get_by_role("button", name="Cramp now").click()
    page.get_by_role("button", name="It is over").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Kept on this device")
    wire.is_cut = False
    page.goto("/offline/waiting")
    all_sent(page)
    code = "from quietlegs.web.diary.models import Episode as E; print([e.minutes is not None for e in E.objects.all()])"
    assert app.python(code) == "[True]"


def test_a_lock_cleans_what_phones_keep_here_at_once_and_elsewhere_at_the_next_visit(
    app: App, wire: Wire, phone: Phone
) -> None:
    app.python(
        "from quietlegs.web.diary import access, actions;"
        " actions.add_factor(diary=access.household_diary(), name='Blue tea')"
    )
    here, elsewhere = phone(), phone()
    kept = "async () => (await (await caches.match('/offline/night')).text()).includes('Blue tea')"
    assert here.evaluate(kept) and elsewhere.evaluate(kept)
    here.goto("/lock")
    here.get_by_label("New PIN or passphrase").fill("2580")
    here.get_by_label("The same once more").fill("2580")
    here.get_by_role("button", name="Save").click()
    here.get_by_text("The app has a lock now").wait_for()
    until(here, f"async () => !(await ({kept})())")
    assert elsewhere.evaluate(kept), "it was not there since"
    elsewhere.goto("/nights/")
    until(elsewhere, f"async () => !(await ({kept})())")


def test_a_form_with_an_old_token_is_kept_and_taken(app: App, wire: Wire, phone: Phone) -> None:
    page = phone()
    page.context.clear_cookies()
    page.get_by_text("There were cramps").click()
    page.get_by_text("3", exact=True).click()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("heading", name="What waits on this device").wait_for()
    all_sent(page)
    assert [n["outcomes"] for n in app.records()[1]] == [{"cramps": 3.0}]


def test_an_entry_that_is_refused_is_kept_with_its_reason_and_the_rest_goes_on(
    app: App, wire: Wire, phone: Phone
) -> None:
    page = phone()
    wire.is_cut = True
    night(page, cramps=2, sleep_hours="27")
    cramp(page)
    wire.is_cut = False
    page.goto("/offline/waiting")
    expect(page.get_by_role("listitem").filter(has_text="The night of")).to_contain_text("Enter 0 to 24.")
    expect(page.get_by_role("status")).to_contain_text("1 entry could not be taken.")
    until(page, f"({WAITING})().then((all) => all.length === 1)")
    assert len(app.records()[0]) == 1
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as a file").click()
    assert json.loads(Path(saved.value.path()).read_text())[0]["said"]["answers"]["sleep_hours"] == "27"
    assert faults(page) == []
    page.get_by_role("link", name="Mend it").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter 0 to 24.")
    page.locator("[name=sleep_hours]").fill("7")
    page.get_by_role("button", name="Save this night").click()
    all_sent(page)
    assert {n["night"]: n["outcomes"] for n in app.records()[1]}[yesterday()] == {
        "cramps": 2.0,
        "sleep_hours": 7.0,
    }


def test_words_for_programs_are_not_shown_in_another_language(app: App, wire: Wire, phone: Phone) -> None:
    page = phone(locale="es-ES")
    page.evaluate(
        "quietlegs.entries.make({ what: 'cramp', dream: 1 }).then((one) => quietlegs.store.add(one))"
    )
    page.goto("/offline/waiting")
    page.get_by_role("button", name="Enviar ahora").click()
    until(page, f"({WAITING})().then((all) => all[0]?.problems.length > 0)")
    expect(page.locator("#kept-list [data-again]")).to_be_visible()
    expect(page.locator("#kept-list [data-reasons]")).to_be_hidden()


def test_a_server_in_trouble_loses_nothing(app: App, wire: Wire, phone: Phone) -> None:
    page = phone()
    full = {"detail": "The disk is full. This last change was not saved."}
    wire.instead = lambda method, path: (507, full) if method in ("PUT", "POST") else None
    night(page, cramps=1)
    expect(page.get_by_role("status")).to_contain_text("The disk is full.")
    assert [(one["state"], one["tries"] > 0) for one in waiting(page)] == [("waiting", True)]
    # A hotel's sign-in page answers everything with 200.
    wire.instead = lambda method, path: (200, {"welcome": "Please sign in"}) if method == "PUT" else None
    page.get_by_role("button", name="Send now").click()
    page.wait_for_timeout(300)
    assert len(waiting(page)) == 1 and app.records() == ([], [])
    wire.instead = lambda method, path: None
    send_now(page)
    all_sent(page)
    assert [n["outcomes"] for n in app.records()[1]] == [{"cramps": 1.0}]


def test_a_device_that_is_turned_away_keeps_what_was_written_and_nothing_else(
    app: App, wire: Wire, phone: Phone
) -> None:
    app.kill()
    app.extra = {"QUIETLEGS_PROXY": "1"}  # behind a proxy every request needs a paired device
    app.start()

    def pair(page: Page) -> None:
        code = app.python(
            "from quietlegs.web.accounts.actions import make_pairing_code; print(make_pairing_code(now=timezone.now()))"
        )
        page.goto("/pair")
        page.get_by_label("Code").fill(code)
        page.get_by_role("button", name="Pair", exact=True).click()
        page.wait_for_url(f"{wire.url}/")

    page = phone(visit=False)
    pair(page)
    until(page, IS_READY)
    wire.is_cut = True
    night(page, cramps=2)
    app.python(
        "from quietlegs.web.accounts.models import Device; from quietlegs.web.accounts.actions import revoke_device\n"
        "revoke_device(device=Device.objects.get(), now=timezone.now())"
    )
    wire.is_cut = False
    page.goto("/")
    expect(page).to_have_url(f"{wire.url}/pair")
    expect(page.get_by_role("status").first).to_contain_text("Pair this device again. Nothing is lost.")
    until(page, f"({KEPT})().then((kept) => !kept.some((path) => /^.offline(.relief|.night)?$/.test(path)))")
    assert "/offline/waiting" in page.evaluate(KEPT)
    assert len(waiting(page)) == 1
    pair(page)
    all_sent(page)
    said = app.python(
        "from quietlegs.web.diary.models import Night; print(*Night.objects.values_list('cramps', flat=True))"
    )
    assert said == "2"


def test_two_devices_that_write_one_night_are_merged_and_both_are_shown(
    app: App, wire: Wire, phone: Phone
) -> None:
    one, other = phone(), phone()
    wire.is_cut = True
    night(one, cramps=2, sleep_hours="5")
    night(other, cramps=4, note="woke at 4")
    wire.is_cut = False
    other.goto("/")
    all_sent(other)
    one.goto("/")
    all_sent(one)
    [stored] = app.records()[1]
    assert stored["outcomes"] == {"cramps": 4.0, "sleep_hours": 5.0}  # the later said, not the later sent
    assert stored["note"] == "woke at 4"
    one.goto("/")
    card = one.get_by_role("region", name="Two answers for one night")
    for words in ("4 was", "2 was", "4 stands."):  # whichever came first
        expect(card).to_contain_text(words)
    # Clear of "Cramp now", which floats over the page and would hide a part of the buttons.
    card.evaluate("card => card.scrollIntoView()")
    assert faults(one) == []
    card.get_by_role("button", name="It is right").click()
    expect(one.get_by_text("Two answers for one night")).to_have_count(0)


def test_the_hour_that_comes_twice_is_kept_apart(app: App, wire: Wire, phone: Phone) -> None:
    page = phone(timezone_id="Europe/Berlin")
    wire.is_cut = True
    for instant in (
        "2025-10-26T00:30:00Z",
        "2025-10-26T01:30:00Z",
    ):  # 2:30 before and after the clocks go back
        page.clock.set_fixed_time(instant)
        page.goto("/offline")
        page.get_by_role("button", name="Cramp now").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Cramp since 2:30")
        page.get_by_role("button", name="It is over").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Kept on this device")
    page.clock.set_fixed_time(datetime.now(UTC))
    page.goto("/offline")  # leaves behind an attempt that had read the clock before it was put right
    wire.is_cut = False
    page.goto("/")
    all_sent(page)
    events, nights = app.records()
    assert [event["started_at"] for event in events] == [
        "2025-10-26T02:30:00+02:00",
        "2025-10-26T02:30:00+01:00",
    ]
    assert [(n["night"], n["outcomes"]["cramps"]) for n in nights] == [("2025-10-25", 2.0)]


def test_an_update_of_the_app_keeps_what_waits_and_renews_the_pages(
    app: App, wire: Wire, phone: Phone
) -> None:
    page = phone()
    before = page.evaluate("() => caches.keys()")
    wire.is_cut = True
    night(page, cramps=3)
    app.kill()
    app.start(version="9.9.9")
    wire.instead = lambda method, path: (503, {}) if method == "PUT" else None  # the update comes first
    wire.is_cut = False
    page.goto("/")
    until(page, f"caches.keys().then((names) => names.length === 1 && names[0] !== {before[0]!r})")
    until(page, IS_READY)
    assert len(waiting(page)) == 1
    wire.is_cut = True
    page.goto("/offline")
    expect(page.get_by_role("status")).to_contain_text("1 entry waits on this device.")
    wire.is_cut, wire.instead = False, lambda method, path: None
    page.goto("/")
    all_sent(page)
    assert [n["outcomes"] for n in app.records()[1]] == [{"cramps": 3.0}]


def test_forgetting_leaves_nothing_on_the_device(app: App, wire: Wire, phone: Phone) -> None:
    page = phone()
    wire.is_cut = True
    night(page, cramps=3)
    page.get_by_text("Forget all on this device").click()
    page.get_by_role("button", name="Forget all, also what waits").click()
    until(page, f"({KEPT})().then((kept) => kept.length === 0)")
    assert waiting(page) == []


def test_every_kept_page_of_the_night_is_dark_large_and_accessible(
    app: App, wire: Wire, phone: Phone
) -> None:
    page = phone()
    wire.is_cut = True

    def look(*, fits: bool = True) -> list[str]:
        if fits:
            assert page.evaluate(LOOK, [LEAST_TARGET, LEAST_TEXT]) == FIT, page.title()
        return faults(page, "day") + faults(page, "night")

    page.goto("/offline/relief")
    found = look()
    page.get_by_role("button", name="Something else").click()
    found += look()
    page.get_by_role("button", name="Back").click()
    page.get_by_role("button", name="Cramp now").click()
    for step in CRAMP:
        expect(page.locator("main:visible h2:visible")).to_have_text(step.do)
        found += look()
        page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="It is over").click()
    page.get_by_role("button", name="Left calf").click()
    expect(page.get_by_role("button", name="Left calf")).to_have_attribute("aria-pressed", "true")
    found += look()
    for path in ("/offline", "/offline/night", "/offline/waiting"):
        page.goto(path)
        found += look(fits=False)
    assert found == []


def test_help_comes_by_itself_after_too_long(app: App, wire: Wire, phone: Phone) -> None:
    page = phone()
    wire.is_cut = True
    page.clock.install()
    page.goto("/offline/relief")
    page.get_by_role("button", name="Cramp now").click()
    expect(page.locator("main:visible h2:visible")).to_have_text(CRAMP[0].do)
    page.clock.fast_forward((load_when_wrong().after_minutes * 60 + 1) * 1000)
    level = load_guidance().levels.levels[load_guidance().flag(load_when_wrong().flag).disposition]
    expect(page.get_by_role("heading", level=1)).to_have_text(level.headline)
    page.get_by_role("button", name="Back").click()
    expect(page.locator("main:visible h2:visible")).to_have_text(CRAMP[0].do)


def zone_where_it_is(hour: int) -> str:
    """Return a time zone in which it is that hour now."""
    ahead = (hour - datetime.now(UTC).hour + 11) % 24 - 11
    return f"Etc/GMT{-ahead:+d}"  # these zones are named the other way round


@pytest.mark.parametrize(("hour", "look"), [(3, "dim"), (12, "day")])
def test_a_kept_page_is_dim_at_night_and_not_by_day(wire: Wire, phone: Phone, hour: int, look: str) -> None:
    page = phone(visit=False, timezone_id=zone_where_it_is(hour))
    page.context.add_cookies([{"name": "quietlegs_theme", "value": "day", "url": wire.url}])
    page.goto("/")
    until(page, IS_READY)
    page.reload()  # now the computer knows the clock of the phone
    expect(page.locator("html")).to_have_attribute("data-theme", look)
    page.goto("/settings/")
    day = page.locator("main").get_by_role("button", name="Day")
    expect(day).to_have_attribute("aria-pressed", "true")  # the choice stands
    wire.is_cut = True
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Without a connection")
    expect(page.locator("html")).to_have_attribute("data-theme", look)
    expect(page.locator("meta[name=color-scheme]")).to_have_attribute(
        "content", "dark" if look == "dim" else "light"
    )


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/nights/{night}", "What you write is kept on this device."),
        ("/nights/{night}/seen", "This page cannot be sent now."),
        ("/library/", "You can still note a cramp or a night"),
    ],
)
def test_the_bar_says_of_each_page_what_is_true_of_it(phone: Phone, path: str, said: str) -> None:
    page = phone()
    page.goto(path.format(night=yesterday()))
    page.context.set_offline(True)
    expect(page.locator("#waits")).to_contain_text(f"No connection. {said}")
