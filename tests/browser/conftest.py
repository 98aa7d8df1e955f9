"""A real app, served from a throw-away folder, and a real Chromium that reports what no page may do.

``live_app``   the address of an app with an empty diary
``example``    the same with the example diary brought in
``page``       a phone's page (360 px); it fails the test on any error in the console, any request elsewhere
``open_page``  makes pages of other kinds: ``open_page(width=1280, theme="night", javascript=False)``
"""

import contextlib
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from quietlegs.exchange.diary_csv import write_diary_csv

START_SECONDS = 60
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test here, so that ``-m "not browser"`` leaves them out. Each worker has an app and a Chromium of its own."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


def until(page: Page, expression: str, seconds: float = 10) -> None:
    """Ask the page again and again until it says yes. (The page itself may not evaluate words: its rules forbid it.)"""
    end = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < end, f"after {seconds} s still not: {expression}"
        page.wait_for_timeout(50)


def yesterday() -> str:
    """Return the date of last night's evening, by this computer's clock."""
    return (datetime.now(UTC).astimezone() - timedelta(days=1)).date().isoformat()


def chromium_path() -> str:
    """Return where Chromium is on this machine."""
    names = (os.environ.get("QUIETLEGS_CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    path = next((found for name in names if name and (found := shutil.which(name))), None)
    if path is None:
        pytest.fail("The browser tests need Chromium. `make chromium` installs it or says how.")
    return path


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_ARGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def _served() -> Iterator[tuple[str, Path]]:
    """Serve the real app, as `quietlegs serve` does, for the whole run."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = Path(tempfile.mkdtemp(prefix="quietlegs-browser-"))
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("QUIETLEGS_", "DJANGO_"))
    }
    server = subprocess.Popen(
        [sys.executable, "-c", f"from quietlegs.web.server import serve; serve(port={port}, workers=1)"],
        env={**environment, "QUIETLEGS_DATA": str(folder)},
    )
    url = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + START_SECONDS
        while True:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{url}/health", timeout=1).close()
                break
            if server.poll() is not None or time.monotonic() > until:
                pytest.fail("The app did not start.")
            time.sleep(0.1)
        yield url, folder
    finally:
        server.terminate()
        server.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def live_app(_served: tuple[str, Path]) -> str:
    """Empty the diary of the running app, and give its address."""
    url, folder = _served
    with contextlib.closing(sqlite3.connect(folder / "quietlegs.sqlite3", timeout=20)) as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        keep = {"django_migrations", "django_content_type", "sqlite_sequence"}
        for name in set(names) - keep:
            database.execute(f'DELETE FROM "{name}"')
        database.commit()
    return url


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(chromium: Browser, live_app: str) -> Iterator[OpenPage]:
    """Give a function that opens pages; at the end say what any of them did that none may."""
    wrong: list[str] = []
    contexts = []

    def open_one(
        *,
        width: int = 360,
        height: int = 740,
        theme: str | None = None,
        javascript: bool = True,
        **options: object,
    ) -> Page:
        context = chromium.new_context(
            base_url=live_app,
            viewport={"width": width, "height": height},
            java_script_enabled=javascript,
            reduced_motion="reduce",
            **options,
        )
        contexts.append(context)
        if theme:
            looks = {"quietlegs_theme": theme, "quietlegs_at_night": "as_by_day"}  # the same at every hour
            context.add_cookies(
                [{"name": name, "value": look, "url": live_app} for name, look in looks.items()]
            )
        page = context.new_page()

        def on_request(request: Request) -> None:
            if not request.url.startswith((live_app, "data:", "blob:", "about:")):
                wrong.append(f"asked another host: {request.url}")

        def on_console(message: ConsoleMessage) -> None:
            # A page that answers 404 or 422 on purpose is told as an error too.
            if message.type == "error" and "Failed to load resource" not in message.text:
                wrong.append(f"{page.url}: {message.text}")

        page.on("request", on_request)
        page.on("console", on_console)
        page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    return open_page()


@pytest.fixture
def example(live_app: str, open_page: OpenPage) -> str:
    """Bring the example diary in through the import page, as a person would, and give the app's address."""
    from quietlegs.web.diary.demo import example_nights

    last = datetime.fromisoformat(yesterday()).date()
    page = open_page()
    page.goto("/import/")
    diary = {"name": "example.csv", "mimeType": "text/csv", "buffer": write_diary_csv(example_nights(last))}
    page.set_input_files("#file", diary)
    page.get_by_role("button", name="Look at it").click()
    page.get_by_role("button", name="Bring them in").click()
    page.get_by_role("heading", name="Your nights").wait_for()
    return live_app
