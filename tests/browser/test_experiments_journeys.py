"""A trial in a real browser: planned, started, lived for an evening, stopped."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.test_accessibility import THEMES, faults

DESIGN = "/try/new/design?item=stretch-calves&outcome=cramps&linger=gone_next_day&weeks=8&weekly=6"
TWO = f"{DESIGN}&second_item=warm-legs"


def start(page: Page) -> None:
    page.goto("/try/new")
    page.get_by_role("link", name="Try: Stretch both calves").click()
    page.get_by_label("Cramps in a usual week").fill("6")
    page.get_by_role("button", name="Work out the chances").click()
    page.get_by_role("button", name="Draw, seal and start").click()


def test_a_trial_is_planned_started_and_stopped_with_everything_kept(live_app: str, page: Page) -> None:
    start(page)
    expect(page.get_by_role("heading", name="The result is sealed")).to_be_visible()
    page.get_by_label("What did you notice?").fill("sore knee")
    page.get_by_role("button", name="Note it").click()
    expect(page.locator("main")).to_contain_text("sore knee")
    page.get_by_role("button", name="It does me harm: end the trial").click()
    page.get_by_text("7", exact=True).click()
    page.get_by_role("button", name="Open the result").click()
    expect(page.locator("main")).to_contain_text("There is nothing to compare")


def test_a_second_trial_on_the_same_thing_becomes_one_of_both(live_app: str, open_page: OpenPage) -> None:
    page = open_page(javascript=False)
    start(page)
    page.goto(DESIGN.replace("stretch-calves", "warm-legs"))
    page.get_by_role("button", name="Draw, seal and start").click()
    expect(page.locator("main")).to_contain_text("could not be told apart")
    page.get_by_role("button", name="Try both at once").click()
    expect(page.locator("main")).to_contain_text("Tried at the same time: Stretch both calves")


def test_a_trial_can_be_planned_without_javascript(live_app: str, open_page: OpenPage) -> None:
    page = open_page(javascript=False)
    start(page)
    expect(page.get_by_role("heading", name="The result is sealed")).to_be_visible()


@pytest.mark.parametrize("theme", THEMES)
def test_trial_pages_are_accessible(live_app: str, open_page: OpenPage, theme: str) -> None:
    page = open_page(theme=theme)
    start(page)
    found = faults(page, theme)
    for path in ("/try/", "/try/new", DESIGN, TWO):
        page.goto(path)
        found += faults(page, theme)
    assert found == []


@pytest.mark.parametrize("width", [320, 1280])
def test_no_trial_page_scrolls_sideways(live_app: str, open_page: OpenPage, width: int) -> None:
    page = open_page(width=width)
    start(page)
    for path in (None, "/try/new", DESIGN, TWO):
        if path:
            page.goto(path)
        page.eval_on_selector_all("details", "every => every.forEach(one => { one.open = true; })")
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, path
