"""No page of the app has anything that axe finds, in any theme, empty or full.

A new page needs a line in ``EMPTY`` or ``FULL``.
"""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import OpenPage, yesterday

THEMES = ("day", "dim", "night")
EMPTY = (
    "/",
    "/nights/",
    "/factors/",
    "/import/",
    "/export/",
    "/settings/",
    "/settings/delete",
    "/more",
    "/_gallery",
)
FULL = ("/", "/nights/", "/nights/{night}", "/factors/")
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}


def faults(open_page: OpenPage, theme: str, paths: tuple[str, ...]) -> list[str]:
    """Return what axe finds, on a phone with everything unfolded."""
    page, axe, found = open_page(theme=theme), Axe(), []
    for path in paths:
        page.goto(path.format(night=yesterday()))
        page.eval_on_selector_all("details", "every => every.forEach(one => { one.open = true; })")
        for violation in axe.run(page, options=RULES).response["violations"]:
            places = "; ".join(node["html"][:120] for node in violation["nodes"][:3])
            found.append(f"{path} {theme}: {violation['id']}: {places}")
    return found


@pytest.mark.parametrize("theme", THEMES)
def test_empty_pages_are_accessible(open_page: OpenPage, theme: str) -> None:
    assert faults(open_page, theme, EMPTY) == []


@pytest.mark.parametrize("theme", THEMES)
def test_full_pages_are_accessible(example: str, open_page: OpenPage, theme: str) -> None:
    assert faults(open_page, theme, FULL) == []


def test_pages_are_accessible_on_a_laptop_too(example: str, open_page: OpenPage) -> None:
    page, axe = open_page(width=1280, height=800), Axe()
    for path in FULL:
        page.goto(path.format(night=yesterday()))
        assert axe.run(page, options=RULES).response["violations"] == []


@pytest.mark.parametrize("theme", THEMES)
def test_the_page_of_a_cramp_is_accessible(open_page: OpenPage, theme: str) -> None:
    page, axe = open_page(theme=theme), Axe()
    page.goto("/")
    page.get_by_role("button", name="I have a cramp now").click()
    assert axe.run(page, options=RULES).response["violations"] == []
    page.get_by_role("button", name="It is over").click()
    assert axe.run(page, options=RULES).response["violations"] == []
