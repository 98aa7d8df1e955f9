"""The check by hand: on a phone, by keyboard, without scripts, and for people who hear the page."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage
from tests.browser.test_accessibility import faults

MOST_TAPS = 14
PAGES = ("/check/", "/check/result", "/check/pain", "/check/restless-legs", "/check/emergency")


def start(page: Page, age: str = "44") -> None:
    page.goto("/check/")
    page.get_by_label("How old are you").fill(age)
    page.get_by_label("Male", exact=True).check(force=True)
    page.get_by_role("button", name="Start").click()


def none_until_result(page: Page) -> int:
    taps = 0
    while "/result" not in page.url:
        page.get_by_role("button", name="None of these").click()
        taps += 1
        assert taps < 30
    return taps


@pytest.mark.parametrize("javascript", [True, False])
def test_a_healthy_adult_taps_at_most_14_times(open_page: OpenPage, javascript: bool) -> None:
    page = open_page(javascript=javascript)
    start(page)
    assert 3 + none_until_result(page) <= MOST_TAPS
    assert page.get_by_role("heading", name="Nothing urgent in your answers").is_visible()


def test_the_keyboard_alone_reaches_the_call_button(open_page: OpenPage) -> None:
    page = open_page()
    start(page)
    page.get_by_role("button", name="None of these").focus()
    page.keyboard.press("Enter")
    page.get_by_label("A drooping face").wait_for(state="attached")
    page.get_by_label("A drooping face").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Next, I ticked some").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Yes", exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Call 112").first.wait_for()
    assert page.get_by_role("link", name="Call 112").first.bounding_box()["y"] < 740  # without scrolling


@pytest.mark.parametrize("theme", ["day", "dim", "night"])
def test_check_pages_are_accessible_and_fit_a_phone(open_page: OpenPage, theme: str) -> None:
    page, found = open_page(theme=theme), []
    start(page)
    found += look(page, theme)
    none_until_result(page)
    for path in PAGES:
        page.goto(path)
        found += look(page, theme)
    start(page)
    page.get_by_role("button", name="None of these").click()
    page.get_by_label("A drooping face").check(force=True)
    page.get_by_role("button", name="Next, I ticked some").click()
    found += look(page, theme)
    page.get_by_role("button", name="Yes", exact=True).click()
    found += look(page, theme)
    assert found == []


def look(page: Page, theme: str) -> list[str]:
    """Return what is wrong with the page that is open, once it is whole."""
    page.locator("main h1").first.wait_for()
    wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    return faults(page, theme) + ([f"{page.url}: scrolls sideways"] if wide else [])
