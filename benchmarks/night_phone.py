"""The night in figures: bytes and seconds of the first page on a slow line, taps and seconds to log.

A real Chromium of 360 by 740 with a processor 4 times slower, on the line that Lighthouse calls "Slow 4G": 150 ms there and
back, 1.6 Mbit/s down, 750 kbit/s up. "Usable" is when the first page is painted and its button can be pressed.
"""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import CHROMIUM_ARGS
from tests.web.server import Server, serving

SLOW_4G = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1.6 * 1024 * 1024 / 8,
    "uploadThroughput": 750 * 1024 / 8,
}
SLOWER = 4
ROUNDS = 3
PAINTED = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
READY = "() => performance.getEntriesByType('navigation')[0].domInteractive"
ALL_BYTES = """() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
  .map((one) => [new URL(one.name).pathname, one.transferSize])"""


@contextmanager
def slow_phone(
    browser: Browser, server: Server, *, throttled: bool = True, slower: int = SLOWER
) -> Iterator[Page]:
    """Open a phone that has never been here, on the slow line, with a processor so many times slower."""
    context = browser.new_context(base_url=server.url, viewport={"width": 360, "height": 740})
    page = context.new_page()
    if throttled:
        wire = context.new_cdp_session(page)
        wire.send("Network.enable")
        wire.send("Network.emulateNetworkConditions", SLOW_4G)
        wire.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    yield page
    context.close()


def usable(page: Page) -> float:
    """Return the seconds from asking for a page to its being painted and pressable."""
    page.wait_for_load_state("load")
    page.wait_for_timeout(300)
    return max(page.evaluate(PAINTED), page.evaluate(READY)) / 1000


def first_page(browser: Browser, server: Server) -> None:
    """Print the bytes of the first page, and when it is usable: the first time, again, and with no line at all."""
    for slower in (1, SLOWER):
        _first_page(browser, server, slower)


def _first_page(browser: Browser, server: Server, slower: int) -> None:
    first, again, without, sizes = [], [], [], []
    for _ in range(ROUNDS):
        with slow_phone(browser, server, slower=slower) as page:
            page.goto("/")
            first.append(usable(page))
            sizes = page.evaluate(ALL_BYTES)
            _until_kept(page)
            page.goto("/")
            again.append(usable(page))
            page.context.set_offline(True)
            page.goto("/offline")
            without.append(usable(page))
    print(f"processor {slower} times slower" if slower > 1 else "processor as it is")
    print(f"first page: {sum(size for _name, size in sizes) / 1024:.1f} KB in {len(sizes)} answers")
    for name, size in sorted(sizes, key=lambda one: -one[1])[:6]:
        print(f"    {size / 1024:6.1f} KB {name}")
    for name, took in (("first visit", first), ("again", again), ("without a connection", without)):
        print(f"usable, {name}: {statistics.median(took):.2f} s (worst of {ROUNDS}: {max(took):.2f} s)")


def _until_kept(page: Page) -> None:
    end = time.monotonic() + 60
    while not page.evaluate("caches.match('/offline/night').then(Boolean)"):
        assert time.monotonic() < end, "the service worker kept nothing"
        page.wait_for_timeout(100)


class Thumb:
    """Presses, and counts. People need about a second for a tap; this counts only what the app itself takes."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps, self.begun = page, 0, time.perf_counter()

    def tap(self, role: str, name: str) -> None:
        self.page.get_by_role(role, name=name, exact=True).first.click()  # type: ignore[arg-type]
        self.taps += 1

    def text(self, words: str) -> None:
        self.page.get_by_text(words, exact=True).first.click()
        self.taps += 1


def quiet(thumb: Thumb) -> None:
    thumb.tap("button", "A quiet night")
    thumb.page.get_by_text("is noted as quiet").wait_for()


def cramp_now(thumb: Thumb) -> None:
    thumb.page.get_by_role("button", name="Cramp now").last.click()
    thumb.taps += 1
    thumb.page.get_by_role("button", name="It is over").wait_for()


def two_cramps(thumb: Thumb) -> None:
    thumb.text("There were cramps")
    thumb.text("2")
    thumb.tap("button", "Save")
    thumb.page.get_by_text("is saved").wait_for()


def offline_cramp(thumb: Thumb) -> None:
    thumb.page.get_by_role("button", name="Cramp now").last.click()
    thumb.taps += 1
    thumb.page.get_by_role("button", name="It is over").first.wait_for()


WAYS: tuple[tuple[str, str, Callable[[Thumb], None]], ...] = (
    ("quiet night", "/", quiet),
    ("cramp now", "/relief/", cramp_now),
    ("two cramps in the morning", "/", two_cramps),
    ("cramp now, without a connection", "/offline", offline_cramp),
)


def taps(browser: Browser) -> None:
    """Print taps and seconds from the open page to what was logged being confirmed, on the slow line."""
    for name, path, way in WAYS:
        took, counted = [], 0
        for _ in range(ROUNDS):
            with (
                tempfile.TemporaryDirectory() as folder,
                serving(Path(folder)) as server,
                slow_phone(browser, server) as page,
            ):
                page.goto("/")
                _until_kept(page)
                if path == "/offline":
                    page.context.set_offline(True)
                page.goto(path)
                thumb = Thumb(page)
                way(thumb)
                took.append(time.perf_counter() - thumb.begun)
                counted = thumb.taps
        print(
            f"{name}: {counted} taps, {statistics.median(took):.2f} s (worst of {ROUNDS}: {max(took):.2f} s)",
            flush=True,
        )


def main() -> None:
    """Run and print."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=CHROMIUM_ARGS)
        with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as server:
            first_page(browser, server)
        taps(browser)
        browser.close()


def _chromium() -> str:
    import os
    import shutil

    names = (os.environ.get("QUIETLEGS_CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    if found is None:
        raise SystemExit("Chromium is needed: make chromium installs it or says how.")
    return found


if __name__ == "__main__":
    main()
