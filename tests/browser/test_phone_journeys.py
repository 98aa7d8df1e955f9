"""One scan brings a phone in: trust, pairing, offline pages; and it is out again when it is removed.

Chromium trusts the authority as a person's would: through its own store of certificates, nothing is switched off.
"""

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserType, Error, Page

from quietlegs.web.phone.addresses import local_name
from tests.browser.conftest import CHROMIUM_ARGS, OpenPage, chromium_path, until, yesterday
from tests.web.test_phone_certificates import forge
from tests.web.test_phone_doors import ADDRESS, Phones, ask_bytes, needs_a_network, serving_phones

PHONE = {
    "viewport": {"width": 360, "height": 740},
    "user_agent": "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0 Mobile Safari/537.36",
    "has_touch": True,
    "reduced_motion": "reduce",
}


@pytest.fixture(scope="module")
def playing(chromium: Browser) -> BrowserType:
    """Give the driver that already runs: there can be one in a process."""
    return chromium.browser_type


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("phones")


@pytest.fixture(scope="module")
def phones(data: Path) -> Iterator[Phones]:
    with serving_phones(data) as running:
        yield running


@pytest.fixture(scope="module")
def trusting_home(phones: Phones, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a home folder whose browser trusts what the page of the QR code offers to Android phones."""
    home = tmp_path_factory.mktemp("home")
    file = home / "quietlegs.crt"
    file.write_bytes(ask_bytes(ADDRESS, phones.secure_port + 1, "/quietlegs.crt")[1])
    # Chromium does not start without NSS, so that there is always one to trust with.
    asked = [sys.executable, "-m", "tests.browser.trusting", str(home), str(file), chromium_path()]
    subprocess.run(asked, check=True)
    return home


@contextmanager
def browser_of(kind: BrowserType, home: Path, *names: str) -> Iterator[Browser]:
    """Start a Chromium with that home folder; names are found at this machine's address."""
    rules = ",".join(f"MAP {name} {ADDRESS}" for name in names)
    browser = kind.launch(
        executable_path=chromium_path(),
        args=[*CHROMIUM_ARGS, *([f"--host-resolver-rules={rules}"] if rules else [])],
        env={"HOME": str(home), "PATH": "/usr/bin:/bin"},
    )
    try:
        yield browser
    finally:
        browser.close()


def scanned(phones: Phones) -> tuple[str, str]:
    """Make a code on the computer; return what the QR code holds, and the code."""
    code = phones.new_code()
    return f"http://{ADDRESS}:{phones.secure_port + 1}/#{code}", code


def pair(page: Page) -> None:
    page.get_by_text("The code is filled in").wait_for()
    page.get_by_role("button", name="Pair", exact=True).click()
    page.get_by_role("heading", name="Welcome").or_(page.get_by_role("heading", level=1)).first.wait_for()


@needs_a_network
def test_a_phone_without_trust_is_told_what_to_tap_and_goes_nowhere(
    playing: BrowserType, phones: Phones, tmp_path: Path
) -> None:
    link, code = scanned(phones)
    with browser_of(playing, tmp_path) as browser:
        page = browser.new_context(**PHONE).new_page()
        page.goto(link)
        page.wait_for_timeout(1500)
        assert page.url == link
        # The phone's own part is open, the other folded.
        assert page.locator("details[data-kind=android][open]").count() == 1
        assert page.locator("details[data-kind=iphone][open]").count() == 0
        onward = page.get_by_role("link", name="Done. Go on").get_attribute("href")
        assert onward == f"https://{ADDRESS}:{phones.secure_port}/pair#{code}"
        with pytest.raises(Error, match="ERR_CERT_AUTHORITY_INVALID"):
            page.goto(onward)


@needs_a_network
@pytest.mark.parametrize("knows_the_name", [False, True], ids=["by its address", "by its name"])
def test_one_scan_pairs_a_phone_that_trusts_and_it_works_offline_until_it_is_removed(
    playing: BrowserType, phones: Phones, trusting_home: Path, knows_the_name: bool
) -> None:
    link, code = scanned(phones)
    names = [local_name()] if knows_the_name else []
    with browser_of(playing, trusting_home, *names) as browser:
        context = browser.new_context(**PHONE)
        page = context.new_page()
        page.goto(link)
        host = local_name() if knows_the_name else ADDRESS
        page.wait_for_url(f"https://{host}:{phones.secure_port}/pair")
        assert code not in page.url and page.locator("#id_code").input_value() == code
        pair(page)
        assert page.url == f"https://{host}:{phones.secure_port}/"
        assert page.evaluate("isSecureContext")
        until(page, "navigator.serviceWorker.ready.then(() => true)")
        cookies = {cookie["name"]: cookie for cookie in context.cookies()}
        assert cookies["quietlegs_device"]["secure"] and cookies["quietlegs_device"]["httpOnly"]
        page.goto(f"https://{host}:{phones.secure_port}/devices")
        assert not page.get_by_text("What is missing on this device").count()
        computer = phones.computer()
        number = page.locator("form[action*=revoke]").first.get_attribute("action")
        computer.send("/devices", number)
        page.goto(f"https://{host}:{phones.secure_port}/more")
        assert page.url.endswith("/pair")


@needs_a_network
def test_the_computer_sees_the_phone_come_in(chromium: Browser, phones: Phones) -> None:
    page = chromium.new_context().new_page()
    page.goto(f"{phones.server.url}/devices")
    page.get_by_role("button", name="Show the code to scan").click()
    assert page.locator("img.qr").evaluate("image => image.complete && image.naturalWidth > 100")
    page.get_by_text("The camera does not work").click()
    code = page.locator("details strong").inner_text()
    phones.phone().send("/pair", "/pair", code=code, name="Kitchen phone")
    page.get_by_text("Kitchen phone").first.wait_for(timeout=8000)
    page.context.close()


@needs_a_network
@pytest.mark.parametrize(
    ("claimed", "answer"),
    [
        ("bank.example", "ERR_CERT"),
        ("other.lan", "ERR_EMPTY_RESPONSE|ERR_CONNECTION|ERR_SOCKET_NOT_CONNECTED"),
    ],
    ids=["a bank is refused", "the same way within the home network is not"],
)
def test_the_stolen_authority_is_good_for_nothing_beyond_the_home_network(
    playing: BrowserType, trusting_home: Path, data: Path, claimed: str, answer: str
) -> None:
    context = forge(data, claimed)
    with socket.create_server((ADDRESS, 0)) as bank:
        port = bank.getsockname()[1]

        def serve() -> None:
            while True:
                try:
                    client = bank.accept()[0]
                except OSError:
                    return
                with client:
                    try:
                        context.wrap_socket(client, server_side=True).close()
                    except OSError:
                        continue

        threading.Thread(target=serve, daemon=True).start()
        with browser_of(playing, trusting_home, claimed) as browser:
            page = browser.new_page()
            with pytest.raises(Error, match=answer):
                page.goto(f"https://{claimed}:{port}/")
        bank.shutdown(socket.SHUT_RDWR)


@needs_a_network
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_page_that_installs_trust(
    chromium: Browser, phones: Phones, scheme: str
) -> None:
    context = chromium.new_context(viewport={"width": 360, "height": 740}, color_scheme=scheme)
    page = context.new_page()
    page.goto(f"http://{ADDRESS}:{phones.secure_port + 1}/")
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= 360")
    context.close()


def test_the_lock_falls_by_itself_but_never_on_what_is_typed(
    page: Page, live_app: str, open_page: OpenPage
) -> None:
    page.goto("/lock")
    page.get_by_label("New PIN or passphrase").fill("2580")
    page.get_by_label("The same once more").fill("2580")
    page.get_by_label("Lock after").select_option("1")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("The app has a lock now").wait_for()
    page.clock.install()
    page.goto("/settings/")
    zone = page.locator("#q-time_zone")
    zone.fill("Europe/")
    page.clock.run_for(90_000)
    assert zone.input_value() == "Europe/"
    # Another page of the same browser, where nothing is typed. The server is told that time has passed too.
    page.goto("/nights/")
    page.context.add_cookies([{"name": "quietlegs_session", "value": "none", "url": live_app}])
    page.clock.run_for(70_000)
    page.get_by_role("heading", name="Quietlegs is locked").wait_for()
    page.get_by_label("PIN or passphrase").fill("2580")
    page.get_by_role("button", name="Unlock").click()
    page.wait_for_url("**/nights/")
    assert page.get_by_role("heading", name="Quietlegs is locked").count() == 0


def test_a_night_that_was_being_written_when_the_lock_fell_is_saved_after_the_pin(
    page: Page, live_app: str
) -> None:
    page.goto("/lock")
    page.get_by_label("New PIN or passphrase").fill("2580")
    page.get_by_label("The same once more").fill("2580")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("The app has a lock now").wait_for()
    page.goto(f"/nights/{yesterday()}")
    page.eval_on_selector_all("details", "every => every.forEach(one => { one.open = true; })")
    page.fill("textarea[name=note]", "two lines\nof words")
    page.context.add_cookies([{"name": "quietlegs_session", "value": "none", "url": live_app}])
    page.get_by_role("button", name="Save this night").first.click()
    page.get_by_text("What you wrote is kept").wait_for()
    page.get_by_label("PIN or passphrase").fill("2580")
    page.get_by_role("button", name="Unlock").click()
    page.get_by_text("is saved").wait_for()
    page.goto(f"/nights/{yesterday()}")
    assert page.locator("textarea[name=note]").input_value() == "two lines\nof words"


@pytest.mark.parametrize("theme", ["day", "dim", "night"])
def test_axe_finds_nothing_on_the_pages_of_devices_and_lock(open_page: OpenPage, theme: str) -> None:
    page = open_page(theme=theme)

    def look() -> None:
        page.wait_for_load_state()
        found = Axe().run(page).response["violations"]
        assert [(page.url, one["id"], one["nodes"][0]["html"]) for one in found] == []
        assert page.evaluate("document.documentElement.scrollWidth <= 360")

    page.goto("/devices")
    page.get_by_role("button", name="Make a code").click()
    page.get_by_text("It works once").wait_for()
    look()
    page.goto("/pair")
    page.get_by_label("Code").fill("1")
    page.get_by_role("button", name="Pair").click()
    page.locator(".field-error").first.wait_for()
    look()
    page.goto("/lock")
    page.get_by_label("New PIN or passphrase").fill("1111")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("guessed at the first try").wait_for()
    look()
    page.get_by_label("New PIN or passphrase").fill("2580")
    page.get_by_label("The same once more").fill("2580")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Lock now").wait_for()
    look()
    page.get_by_role("button", name="Lock now").click()
    page.get_by_role("heading", name="Quietlegs is locked").wait_for()
    look()
