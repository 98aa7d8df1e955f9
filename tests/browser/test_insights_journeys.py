"""Insights in a real browser: readable without a script, by keyboard, at every size, and nothing for axe to find."""

import re

from tests.browser.conftest import OpenPage
from tests.browser.test_accessibility import faults


def test_the_nights_behind_a_finding_are_one_tap_away(example: str, open_page: OpenPage) -> None:
    page = open_page(javascript=False)
    page.goto("/insights/")
    page.locator("summary").first.click()
    page.get_by_role("link", name="See the nights").first.click()
    page.get_by_role("heading", name="The nights behind it").wait_for()
    night = page.locator(".nights-dots a[aria-label*='cramp']").first
    address, says = night.get_attribute("href") or "", night.get_attribute("aria-label") or ""
    night.click()
    page.wait_for_url(f"**{address}")
    cramps = re.search(r": (\d+) cramp", says)
    assert cramps, says
    assert page.locator("input[name=cramps]").input_value() == cramps[1]


def test_an_empty_page_says_what_will_be_there(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/insights/")
    page.get_by_role("heading", name="What will be here").wait_for()
    assert page.locator(".finding, .forest-axis, table").count() == 0
    with page.expect_navigation() as turned:
        page.get_by_role("link", name="Note a night").click()
    assert turned.value.status == 200
    assert "/insights" not in turned.value.url


def test_axe_finds_nothing_on_the_page_of_a_finding(example: str, open_page: OpenPage) -> None:
    """The page *Insights* itself is looked at with every other place of the navigation."""
    found = []
    for theme in ("day", "dim", "night"):
        page = open_page(theme=theme)
        page.goto("/insights/")
        page.goto(page.get_by_role("link", name="See the nights").first.get_attribute("href") or "")
        found += faults(page, theme)
    assert found == []


def test_nothing_scrolls_sideways_at_any_width(example: str, open_page: OpenPage) -> None:
    for width in (320, 360, 1280):
        page = open_page(width=width)
        for address in ("/insights/", "/insights/?outcome=severity"):
            page.goto(address)
            page.eval_on_selector_all("details", "every => every.forEach(one => { one.open = true; })")
            sideways = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert page.evaluate(sideways) <= 0, (width, address)


def test_half_and_double_stand_over_their_places_on_the_bars(example: str, open_page: OpenPage) -> None:
    middle = "(e => { const r = e.getBoundingClientRect(); return r.left + r.width / 2; })"
    for width in (360, 1280):
        page = open_page(width=width)
        page.goto("/insights/")
        words = page.get_by_text("the same", exact=True).first.evaluate(middle)
        assert abs(words - page.locator(".same-line").first.evaluate(middle)) < 2, width
