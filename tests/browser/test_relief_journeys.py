"""At 3 a.m., in a real browser: a phone of 360 by 740, one thumb, no wish to read."""

import contextlib
import re
import sqlite3
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from quietlegs.core.plan.relief import ReliefKind
from quietlegs.exchange.checks import load_guidance
from quietlegs.exchange.relief_base import load_relief_steps, load_when_wrong
from tests.browser.conftest import OpenPage, until
from tests.browser.test_accessibility import below_7_to_1, faults

CRAMP = load_relief_steps()[ReliefKind.CRAMP]
RESTLESS = load_relief_steps()[ReliefKind.RESTLESS]
LEAST_TARGET = 64  # CSS pixels, for a thumb in the dark
LEAST_TEXT = 20
LOOK = """([least, letters]) => {
  const seen = (element) => element.offsetParent && !element.closest(".visually-hidden");
  const every = (what) => [...document.querySelectorAll(what)].filter(seen);
  const says = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
  const small = (element) => {
    const box = element.getBoundingClientRect();
    return box.width < least || box.height < least || box.bottom > innerHeight || box.right > innerWidth;
  };
  return {
    scrolls: document.documentElement.scrollHeight > innerHeight || document.documentElement.scrollWidth > innerWidth,
    small: every("main a, main button").filter(small).map((element) => element.textContent.trim()),
    fine: every("main *").filter((e) => says(e) && parseFloat(getComputedStyle(e).fontSize) < letters).map((e) => e.textContent),
    theme: document.documentElement.dataset.theme,
    ground: getComputedStyle(document.body).backgroundColor,
  };
}"""
FIT = {"scrolls": False, "small": [], "fine": [], "theme": "night", "ground": "rgb(0, 0, 0)"}


def fits(page: Page) -> None:
    """See that a page at 3 a.m. needs no scrolling, has large targets and text, and is black."""
    page.wait_for_load_state()  # its text may be there before its style
    assert page.evaluate(LOOK, [LEAST_TARGET, LEAST_TEXT]) == FIT, page.url


def begin(page: Page, what: str = "Cramp now") -> None:
    page.goto("/relief/")
    page.get_by_role("button", name=what).click()
    page.wait_for_url(lambda address: not address.endswith("/relief/"))  # it is noted, and its page is there


def long_ago(served: tuple[str, Path], seconds: int) -> None:
    """Move the start of what runs, as if it had been going on."""
    with contextlib.closing(sqlite3.connect(served[1] / "quietlegs.sqlite3", timeout=20)) as database:
        database.execute(
            "UPDATE diary_episode SET started_at = datetime('now', ?) WHERE minutes IS NULL",
            (f"-{seconds} seconds",),
        )
        database.commit()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_cramp_from_the_first_touch_to_the_morning(open_page: OpenPage, javascript: bool) -> None:
    page = open_page(theme="day", javascript=javascript)
    page.goto("/relief/")
    fits(page)
    page.get_by_role("button", name="Cramp now").click()
    for number, step in enumerate(CRAMP, start=1):
        expect(page.get_by_role("heading", level=2)).to_have_text(step.do)
        expect(page.locator("#main")).to_contain_text(f"Step {number} of {len(CRAMP)}")
        fits(page)
        if step is not CRAMP[-1]:
            page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="It is over").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Saved: less than a minute")
    fits(page)
    page.get_by_role("button", name="Left calf").click()
    expect(page.get_by_role("button", name="Left calf")).to_have_attribute("aria-pressed", "true")
    fits(page)
    page.get_by_role("link", name="The whole night").click()
    expect(page.locator("main")).to_contain_text("left calf, less than a minute")
    expect(page.get_by_role("spinbutton", name="How many in all?")).to_have_value("1")


def test_after_10_minutes_help_is_shown_at_once(_served: tuple[str, Path], page: Page) -> None:
    begin(page)
    long_ago(_served, 601)
    page.reload()
    flag = load_guidance().flag(load_when_wrong().flag)
    expect(page.get_by_role("heading", level=1)).to_have_text(
        load_guidance().levels.levels[flag.disposition].headline
    )
    expect(page.locator("main")).to_contain_text(flag.reason)
    fits(page)
    page.get_by_role("link", name="Back to the steps").click()
    expect(page.get_by_role("heading", level=2)).to_have_text(CRAMP[0].do)


def test_help_comes_by_itself_and_without_a_connection(_served: tuple[str, Path], page: Page) -> None:
    begin(page)
    long_ago(_served, 598)
    page.reload()
    expect(page.get_by_role("heading", level=2)).to_have_text(CRAMP[0].do)
    page.context.set_offline(True)
    expect(page.get_by_role("heading", level=1)).to_have_text("See someone today", timeout=8000)
    expect(page.get_by_role("link", name="Call 112")).to_be_visible()
    fits(page)
    page.context.set_offline(False)


def test_something_is_wrong_is_answered_with_a_number_to_call(page: Page) -> None:
    begin(page)
    page.get_by_role("link", name="Something is wrong").click()
    expect(page.locator("main")).to_contain_text(load_when_wrong().emergency.sentence)
    expect(page.get_by_role("link", name="Call 112")).to_have_attribute("href", "tel:112")
    fits(page)
    page.get_by_role("link", name="Check the signs").click()
    expect(page).to_have_url(re.compile("/check/"))


def test_restless_legs_have_their_own_steps(page: Page) -> None:
    begin(page, "Restless")
    for step in RESTLESS:
        expect(page.get_by_role("heading", level=2)).to_have_text(step.do)
        fits(page)
        page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="It is over").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Saved")
    fits(page)
    page.get_by_role("link", name="The whole night").click()
    expect(page.locator("main")).to_contain_text("restless legs, less than a minute")


def test_nothing_speaks_until_it_is_wanted_and_the_wish_is_kept(page: Page) -> None:
    page.add_init_script(
        """window.said = [];
        speechSynthesis.speak = (words) => window.said.push(words.text);
        speechSynthesis.cancel = () => {};"""
    )
    begin(page)
    voice = page.get_by_role("button", name="Voice")
    expect(voice).to_have_attribute("aria-pressed", "false")
    assert page.evaluate("window.said") == []
    voice.click()
    expect(voice).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("heading", level=2)).to_have_text(CRAMP[1].do)
    until(page, "window.said.length === 1")
    assert CRAMP[1].do in page.evaluate("window.said")[0]
    page.get_by_role("button", name="Voice").click()
    page.reload()
    expect(page.get_by_role("button", name="Voice")).to_have_attribute("aria-pressed", "false")
    assert page.evaluate("window.said") == []


def test_breathing_is_paced_in_words_and_each_step_has_its_own_time(page: Page) -> None:
    begin(page, "Restless")
    at = next(number for number, step in enumerate(RESTLESS) if step.pace)
    for step in RESTLESS[:at]:
        expect(page.get_by_role("heading", level=2)).to_have_text(step.do)
        expect(page.locator("[data-pace-in]")).to_have_count(0)
        page.get_by_role("button", name="Next").click()
    pace = page.locator("[data-pace-in]")
    expect(pace).to_have_text("Breathe in 1")
    expect(pace).to_have_text("Breathe out 1", timeout=7000)
    fits(page)
    page.reload()
    page.wait_for_timeout(100)
    minutes, seconds = page.get_by_role("timer", name="Time at this step").inner_text().split(":")
    assert int(minutes) * 60 + int(seconds) >= 5  # a reload does not start it anew


def test_back_to_sleep_and_a_cramp_that_was_none_stay_in_the_dark(open_page: OpenPage) -> None:
    page = open_page(theme="day")
    begin(page)
    page.get_by_role("button", name="It is over").click()
    page.get_by_role("link", name="Back to sleep").click()
    fits(page)
    page.get_by_role("button", name="Cramp now").click()
    page.get_by_role("button", name="It is over").click()
    page.get_by_role("button", name="It was none").click()
    expect(page.locator("#toasts")).to_contain_text("What was recorded is deleted")
    fits(page)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("Undone")
    fits(page)


def test_the_screen_is_kept_awake_while_a_step_is_on(page: Page) -> None:
    page.add_init_script(
        """window.locks = [];
        Object.defineProperty(navigator, "wakeLock", { value: { request: async (what) => window.locks.push(what) } });"""
    )
    begin(page)
    until(page, "window.locks.length === 1")
    assert page.evaluate("window.locks") == ["screen"]
    page.get_by_role("button", name="It is over").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Saved")
    assert page.evaluate("window.locks") == []


def test_every_page_of_the_night_is_accessible_and_has_a_contrast_of_7_to_1(
    _served: tuple[str, Path], page: Page
) -> None:
    def look() -> list[str]:
        return faults(page, "day") + faults(page, "night") + below_7_to_1(page)

    page.goto("/relief/steps")
    found = faults(page, "day")
    begin(page)
    found += look()
    page.get_by_role("link", name="Something is wrong").click()
    found += look()
    long_ago(_served, 700)
    page.goto("/relief/")
    found += look()
    page.get_by_role("link", name="Go on: the cramp").click()
    found += look()
    page.get_by_role("button", name="It is over").click()
    found += look()
    assert found == []
