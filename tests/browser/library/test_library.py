"""The library in a real browser: for everybody, on a phone, by keyboard, and without scripts."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.test_accessibility import faults

# Each kind of page once: shelves, a search, danger first, drawings, a table, many words, unverified.
PAGES = (
    "/library/?q=simvastain",
    "/library/topic/red-flag",
    "/library/entry/rf-dvt-evidence",
    "/library/entry/prevalence-adults",
    "/library/entry/otc-painkillers",
    "/library/entry/prev-compression",
    "/library/articles",
    "/library/words",
    "/library/changes",
)


# Colours differ from theme to theme, structure does not: all pages by day, those with the most colours in the dark.
COLOURFUL = (
    "/library/entry/rf-limb-ischaemia",
    "/library/entry/prevalence-adults",
    "/library/entry/prev-compression",
)


@pytest.mark.parametrize(
    ("theme", "paths"),
    [("day", PAGES), ("dim", COLOURFUL), ("night", COLOURFUL)],
    ids=["day", "dim", "night"],
)
def test_library_pages_are_accessible_and_fit_a_phone(
    open_page: OpenPage, theme: str, paths: tuple[str, ...]
) -> None:
    page, found = open_page(theme=theme), []
    for path in paths:
        page.goto(path)
        found += faults(page, theme)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{path}: scrolls sideways")
    assert found == []


def test_a_word_is_explained_where_it_stands_by_keyboard_and_without_scripts(open_page: OpenPage) -> None:
    page = open_page(javascript=False)
    page.goto("/library/entry/otc-painkillers")
    word = page.get_by_role("button", name="ACE inhibitors")
    meaning = page.get_by_text(
        "A medicine that widens blood vessels. It lowers blood pressure and helps the heart."
    )
    expect(meaning).to_be_hidden()
    word.focus()
    page.keyboard.press("Enter")
    expect(meaning).to_be_visible()
    page.keyboard.press("Escape")
    expect(meaning).to_be_hidden()


def test_an_explained_word_passes_the_same_checks(open_page: OpenPage) -> None:
    page = open_page(theme="night")
    page.goto("/library/entry/otc-painkillers")
    page.get_by_role("button", name="ACE inhibitors").click()
    expect(page.get_by_role("button", name="Close")).to_be_visible()
    assert faults(page, "night") == []


def test_from_a_question_to_its_answer_without_scripts(open_page: OpenPage) -> None:
    page = open_page(javascript=False)
    page.goto("/library/")
    page.get_by_label("Search the library").fill("does magnesium help in pregnancy")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Magnesium in pregnancy").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Does magnesium help cramps in pregnancy?")
    expect(page.get_by_role("heading", name="Ask first")).to_be_visible()
    expect(page.get_by_role("heading", name="Take care")).to_be_visible()
