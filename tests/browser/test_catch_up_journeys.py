"""Nights that are noted later, in a real browser: one thumb in the morning, a keyboard for the paper."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, yesterday


def watch(page: Page, *names: str) -> None:
    for name in names:
        page.goto("/factors/")
        page.get_by_text("Add one of your own").click()
        page.fill("#name", name)
        page.get_by_role("button", name="Watch it", exact=True).click()


def answer(page: Page, question: str, value: str) -> None:
    page.get_by_role("group", name=question).locator(f"label:has(input[value='{value}'])").click()


def test_the_morning_is_asked_once_and_only_what_is_open(page: Page) -> None:
    watch(page, "Wine", "Walk")
    page.goto("/")
    page.locator("summary", has_text="There were cramps").click()
    page.locator(".counts label", has_text="2").click()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="The rest of the morning").click()
    expect(page.get_by_role("group", name="How many in all?")).to_have_count(0)
    answer(page, "The worst cramp", "6")
    page.locator(".leg-zone", has_text="Left calf").click()
    answer(page, "Hours asleep", "6")
    answer(page, "Wine", "yes")
    page.get_by_role("button", name="Save, and no to the others").click()
    expect(page.locator("main")).to_contain_text("2 cramps in the left calf, the worst 6 out of 10.")
    expect(page.get_by_role("link", name="The rest of the morning")).to_have_count(0)
    page.get_by_role("link", name="Add or change").click()
    expect(page.get_by_role("group", name="Walk").get_by_role("radio", name="No")).to_be_checked()
    expect(page.get_by_role("group", name="Wine").get_by_role("radio", name="Yes")).to_be_checked()


def test_the_morning_works_without_javascript(open_page: OpenPage) -> None:
    page = open_page(javascript=False)
    page.goto(f"/nights/{yesterday()}/morning")
    answer(page, "How many in all?", "1")
    answer(page, "Pain this morning", "3")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("main")).to_contain_text("1 cramp.")


def test_a_week_is_filled_in_and_taken_back(page: Page) -> None:
    page.goto("/nights/")
    page.get_by_role("link", name="A week I forgot").click()
    nights = page.locator(".forgotten-night")
    expect(nights).to_have_count(7)
    nights.nth(0).get_by_text("Quiet").click()
    nights.nth(2).locator("label:has(input[value='3'])").click()
    page.get_by_role("button", name="Save what I remember").click()
    expect(page.locator("#toasts")).to_contain_text("2 nights are saved")
    expect(nights).to_have_count(5)
    expect(page.locator("main")).to_contain_text("A quiet night: no cramps.")
    page.get_by_role("button", name="Undo").click()
    expect(nights).to_have_count(7)


def test_a_sheet_is_typed_by_keyboard_alone(open_page: OpenPage) -> None:
    page = open_page(width=1280, height=800)
    watch(page, "Wine")
    page.goto("/nights/sheet")
    page.locator(".sheet tbody tr:nth-child(1) input").first.focus()
    for key in ("2", "Tab", "7", "ArrowDown", "ArrowLeft", "0", "Enter", "1"):
        page.keyboard.press(key)
    page.get_by_label(re.compile("Wine")).nth(1).fill("maybe")
    page.get_by_label(re.compile("Wine")).nth(1).press("Enter")
    page.get_by_role("button", name="Save the whole sheet").click()
    expect(page.get_by_role("alert")).to_contain_text("“maybe” is not yes or no. Write y or n")
    page.get_by_role("alert").get_by_role("link").click()
    assert page.evaluate("document.activeElement.value") == "maybe"
    page.keyboard.press("Control+a")
    page.keyboard.press("n")
    page.get_by_role("button", name="Save the whole sheet").click()
    expect(page.locator("#toasts")).to_contain_text("3 nights are saved")
    shown = [
        page.locator(f".sheet tbody tr:nth-child({row}) input").first.input_value() for row in (1, 2, 3, 4)
    ]
    assert shown == ["2", "0", "1", ""]
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("the nights are as they were")


def test_leaving_a_sheet_with_something_typed_asks_first(page: Page) -> None:
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.goto("/nights/sheet")
    page.locator(".sheet tbody input").first.click()
    page.keyboard.press("2")
    page.evaluate("location.assign('/')")
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    assert "/nights/sheet" in page.url
    page.get_by_role("button", name="Save the whole sheet").click()
    expect(page.locator("#toasts")).to_contain_text("1 night is saved")
    assert asked == ["beforeunload"]


def test_what_a_partner_saw_stands_beside_the_persons_own(page: Page) -> None:
    page.goto(f"/nights/{yesterday()}")
    page.get_by_role("link", name="What another person saw").click()
    page.get_by_label("Who saw it?").fill("Ana")
    page.get_by_role("button", name="Kicks or jerks seen One more").click()
    page.get_by_label("Woke at").fill("2:30, half past")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("“half” is not a time")
    expect(page.get_by_label("Kicks or jerks seen", exact=True)).to_have_value("1")
    page.get_by_label("Woke at").fill("2:30")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("Ana: 1 kick; woke at 02:30")
    expect(page.get_by_role("spinbutton", name="How many in all?")).to_have_value("")


def test_the_paper_is_chosen_and_comes_as_a_file(page: Page) -> None:
    page.goto("/nights/paper")
    answer_of = page.request.get("/nights/paper.pdf?paper=letter&first=" + yesterday())
    assert answer_of.headers["content-type"] == "application/pdf"
    expect(page.get_by_role("button", name="A4 (PDF)")).to_be_visible()
    expect(page.get_by_role("button", name="Letter (PDF)")).to_be_visible()
