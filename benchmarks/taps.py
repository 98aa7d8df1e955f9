"""How many taps and seconds does a night take to note, on a phone, at the pace of someone half awake?

Real Chromium, 360 by 740, a real server and an empty diary with five factors. Before each touch the hand waits
``PACE`` seconds (to read, find and reach), and ``SCROLL`` more where what it wants is not on the screen. A button in
easy reach takes people 1.3 s (keystroke-level model: 1.1 s to point, 0.2 s to press; Card, Moran and Newell 1983);
a tired head gets half a second more. ``python -m benchmarks.taps``.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, sync_playwright

from tests.browser.conftest import CHROMIUM_ARGS

PACE = 1.8
SCROLL = 0.8
KEY = 0.3  # for one key: 0.28 s for an average typist in the same model
FACTORS = ("Coffee", "Calf stretch", "Walk", "Wine or beer", "Water tablet")


class Hand:
    """Touches a page at a human pace and counts."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps, self.scrolls = page, 0, 0
        self.began = time.perf_counter()
        self.moving = 0.0  # seconds of the hand; the rest is the machine's

    def wait(self, seconds: float) -> None:
        """Take the time that a hand takes."""
        self.moving += seconds
        time.sleep(seconds)

    def tap(self, what: Locator) -> None:
        """Read, find, reach, touch."""
        self.wait(PACE)
        box = what.bounding_box()
        height = (self.page.viewport_size or {"height": 740})["height"]
        if box is None or box["y"] + box["height"] > height - 90 or box["y"] < 0:  # the bar covers the end
            self.scrolls += 1
            self.wait(SCROLL)
        what.evaluate("element => element.scrollIntoView({block: 'center'})")
        what.click()
        self.taps += 1

    def key(self, name: str) -> None:
        """Press a key, or none for an empty cell."""
        if name:
            self.wait(KEY)
            self.page.keyboard.press(name)
            self.taps += 1

    def told(self, name: str) -> None:
        """Print what it took."""
        seconds = time.perf_counter() - self.began
        print(
            f"{name:44} {self.taps:4} taps {self.scrolls:3} scrolls {seconds:6.1f} s, of it the hand {self.moving:5.1f} s",
            flush=True,
        )


def cell(page: Page, question: str, value: str) -> Locator:
    """Return one answer of a question."""
    return page.get_by_role("group", name=question).locator(f"label:has(input[value='{value}'])").first


def quiet_night(page: Page, hand: Hand) -> None:
    """One tap on the first page."""
    hand.tap(page.get_by_role("button", name="A quiet night"))
    page.get_by_text("is noted as quiet").wait_for()


def cramp_now(page: Page, hand: Hand) -> None:
    """From the first page to the start on the disk and the first step."""
    hand.tap(page.get_by_role("button", name="Cramp now").last)
    page.get_by_text("Step 1 of").wait_for()


def cramp_to_the_end(page: Page, hand: Hand) -> None:
    """The same with the second step, its end, and where it was."""
    cramp_now(page, hand)
    hand.tap(page.get_by_role("button", name="Next"))
    page.get_by_text("Step 2 of").wait_for()
    hand.tap(page.get_by_role("button", name="It is over"))
    hand.tap(page.get_by_role("button", name="Left calf"))
    page.get_by_role("button", name="Left calf", pressed=True).wait_for()


def two_cramps(page: Page, hand: Hand) -> None:
    """In the morning: that there were two, and no more."""
    hand.tap(page.get_by_text("There were cramps"))
    hand.tap(cell(page, "How many?", "2"))
    hand.tap(page.get_by_role("button", name="Save", exact=True))
    page.get_by_text("is saved").first.wait_for()


def rest_of_the_morning(page: Page, hand: Hand) -> None:
    """Every question that does not speak of the cramps, and five factors."""
    hand.tap(cell(page, "Urge to move your legs", "2"))
    hand.tap(cell(page, "Hours asleep", "6"))
    hand.tap(cell(page, "Is the muscle still sore?", "yes"))
    for question in (
        "Pain this morning",
        "Tired this morning",
        "Brain fog this morning",
        "Worry about bedtime",
    ):
        hand.tap(cell(page, question, "4"))
    for name in FACTORS[:2]:
        hand.tap(cell(page, name, "yes"))
    hand.tap(page.get_by_role("button", name="Save, and no to the others"))
    page.get_by_text("is saved").first.wait_for()


def whole_morning(page: Page, hand: Hand) -> None:
    """Two cramps, where, and every question of the morning and of five factors."""
    hand.tap(page.get_by_role("link", name="The whole morning, question by question"))
    page.get_by_role("group", name="How many in all?").wait_for()
    hand.tap(cell(page, "How many in all?", "2"))
    hand.tap(cell(page, "The worst cramp", "6"))
    hand.tap(page.locator("label.leg-zone:has(input[value='left-calf'])"))
    rest_of_the_morning(page, hand)


def rest_after_the_night(page: Page, hand: Hand) -> None:
    """A cramp was recorded at its time, with its place; in the morning the rest."""
    cramp_to_the_end(page, Hand(page))
    page.goto("/")
    hand.began = time.perf_counter()
    page.goto(f"/nights/{page.evaluate(TONIGHT)}/morning?next=/")
    hand.tap(cell(page, "The worst cramp", "6"))
    rest_of_the_morning(page, hand)


def forgotten_week(page: Page, hand: Hand) -> None:
    """Seven nights: three were quiet, two had cramps, two nobody remembers."""
    hand.tap(page.get_by_role("link", name="Nights").first)
    hand.tap(page.get_by_role("link", name="A week I forgot"))
    nights = page.locator(".forgotten-night")
    for night, answer in ((0, "quiet"), (1, "2"), (3, "quiet"), (4, "1"), (6, "quiet")):
        hand.tap(nights.nth(night).locator(f"label:has(input[value='{answer}'])"))
    hand.tap(page.get_by_role("button", name="Save what I remember"))
    page.get_by_text("5 nights are saved").wait_for()


def paper_sheet(page: Page, hand: Hand) -> None:
    """Two weeks of paper: cramps and how bad in every row, by keyboard."""
    page.goto("/nights/sheet")
    hand.began = time.perf_counter()
    hand.tap(page.locator(".sheet tbody input").first)
    for column in range(2):
        for row in range(14):
            hand.key("0" if row % 2 and column == 0 else "" if row % 2 else "3")
            hand.key("Enter")
        page.locator(f".sheet tbody tr:first-child td:nth-child({column + 3}) input").focus()
    hand.tap(page.get_by_role("button", name="Save the whole sheet"))
    page.get_by_text("14 nights are saved").wait_for()


TONIGHT = """() => {
  const at = new Date(Date.now() - 12 * 3600 * 1000);
  return `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, "0")}-${String(at.getDate()).padStart(2, "0")}`;
}"""
JOURNEYS: tuple[tuple[str, Callable[[Page, Hand], None]], ...] = (
    ("quiet night", quiet_night),
    ("cramp now (saved, first step shown)", cramp_now),
    ("cramp now, 2 steps, over, where", cramp_to_the_end),
    ("two cramps in the morning", two_cramps),
    ("two cramps and the whole morning, 5 factors", whole_morning),
    ("the rest after a cramp noted at its time", rest_after_the_night),
    ("a week that was forgotten, 5 of 7 nights", forgotten_week),
    ("a paper sheet: 14 nights, 2 columns", paper_sheet),
)


def served(folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    """Start the app as `quietlegs serve` does, with a folder of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    code = f"from quietlegs.web.server import serve; serve(port={port}, workers=1)"
    server = subprocess.Popen([sys.executable, "-c", code], env=_environment(folder))
    url = f"http://127.0.0.1:{port}"
    for _try in range(600):
        try:
            urllib.request.urlopen(f"{url}/health", timeout=1).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
        else:
            return server, url
    raise RuntimeError("the app did not start")


def _environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "QUIETLEGS_DATA": str(folder)}


def prepare(page: Page) -> None:
    """Watch five factors, and note one night before, so that the first page is the one of every day."""
    for name in FACTORS:
        page.goto("/factors/")
        page.get_by_text("Add one of your own").click()
        page.fill("#name", name)
        page.get_by_role("button", name="Watch it", exact=True).click()
    page.goto("/nights/2026-01-01")
    page.get_by_role("button", name="It was a quiet night").click()
    page.get_by_text("is saved").first.wait_for()


def main() -> None:
    """Run every journey on a diary of its own."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGS)
        for name, journey in JOURNEYS:
            with tempfile.TemporaryDirectory(prefix="quietlegs-taps-") as folder:
                server, url = served(Path(folder))
                try:
                    page = browser.new_page(base_url=url, viewport={"width": 360, "height": 740})
                    prepare(page)
                    page.goto("/")
                    hand = Hand(page)
                    journey(page, hand)
                    hand.told(name)
                    page.close()
                finally:
                    server.terminate()
                    server.wait(20)
        browser.close()


if __name__ == "__main__":
    main()
