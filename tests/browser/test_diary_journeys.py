"""What a person does in the first week, in a real browser."""

import re

from django.urls import reverse
from playwright.sync_api import Page, expect

from quietlegs.web.shell.navigation import PLACES
from tests.browser.conftest import yesterday


def test_the_first_night_is_noted_with_one_tap_and_taken_back_with_another(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("How was last night?")
    page.get_by_role("button", name="A quiet night").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Last night is noted")
    expect(page.locator("#toasts")).to_contain_text("is noted as quiet")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How was last night?")


def test_cramps_are_noted_in_three_taps(page: Page) -> None:
    page.goto("/")
    page.locator("summary", has_text="There were cramps").click()
    page.locator(".counts label", has_text="2").click()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("2 cramps.")


def test_a_night_is_changed_and_the_change_undone(page: Page) -> None:
    page.goto(f"/nights/{yesterday()}")
    page.get_by_role("spinbutton", name="How many in all?").fill("3")
    page.get_by_role("button", name="One more").first.click()
    page.locator(".leg-zone", has_text="Left calf").click()
    page.get_by_role("group", name="The worst cramp").locator("label", has_text="7").click()
    page.get_by_role("button", name="Save this night").click()
    expect(page).to_have_url(re.compile("/nights/"))
    page.goto("/")
    expect(page.locator("main")).to_contain_text("4 cramps in the left calf, the worst 7 out of 10.")
    page.goto(f"/nights/{yesterday()}")
    page.get_by_role("button", name="It was a quiet night").click()
    expect(page.get_by_role("link", name=re.compile(r": quiet$"))).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("Undone")
    page.goto("/")
    expect(page.locator("main")).to_contain_text("4 cramps in the left calf, the worst 7 out of 10.")


def test_a_wrong_answer_is_said_beside_its_question_and_nothing_typed_is_lost(page: Page) -> None:
    page.goto(f"/nights/{yesterday()}")
    page.locator("summary", has_text="More about the morning").click()
    page.get_by_label("Hours asleep").fill("27")
    page.get_by_label("A note").fill("Long day at the market.")
    page.get_by_role("button", name="Save this night").click()
    expect(page.get_by_role("alert")).to_contain_text("Hours asleep: 27 is not possible. Enter 0 to 24.")
    expect(page.get_by_label("Hours asleep")).to_have_value("27")
    expect(page.get_by_label("A note")).to_have_value("Long day at the market.")
    page.get_by_role("link", name=re.compile("Hours asleep")).click()
    expect(page).to_have_url(re.compile("#q-sleep_hours"))


def test_a_cramp_now_is_timed_and_is_in_the_morning_form(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="I have a cramp now").click()
    timer = page.get_by_role("timer", name="Time since the cramp began")
    expect(timer).to_contain_text("0:0")
    expect(timer).to_contain_text("0:02", timeout=4000)
    page.get_by_role("button", name="It is over").click()
    page.get_by_role("button", name="Left calf").click()
    expect(page.get_by_role("button", name="Left calf")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("link", name="The whole night").click()
    expect(page.locator("main")).to_contain_text("left calf, less than a minute")
    expect(page.get_by_role("spinbutton", name="How many in all?")).to_have_value("1")


def test_a_file_is_looked_at_first_and_its_good_nights_come_in(page: Page) -> None:
    text = b"night,cramps,stretch\n2026-01-01,2,yes\n2026-01-02,-1,no\n2026-01-03,0,no\n"
    page.goto("/import/")
    page.set_input_files("#file", {"name": "old.csv", "mimeType": "text/csv", "buffer": text})
    page.get_by_role("button", name="Look at it").click()
    expect(page.locator("main")).to_contain_text("Line 3, column cramps: -1 is not possible.")
    expect(page.get_by_role("heading", level=1)).to_have_text("2 new nights in this file")
    page.get_by_role("button", name="Bring them in").click()
    expect(page.locator("#toasts")).to_contain_text("2 nights are brought in")
    page.goto("/nights/?month=2026-01")
    expect(page.get_by_role("link", name="Thursday 1 January: 2 cramps")).to_be_visible()
    expect(page.get_by_role("link", name="Friday 2 January: unknown")).to_be_visible()
    expect(page.get_by_role("link", name="Saturday 3 January: quiet")).to_be_visible()


def test_a_factor_is_chosen_and_then_asked(page: Page) -> None:
    page.goto("/factors/")
    page.get_by_role("button", name="Calf stretch before bed").click()
    expect(page.locator("#toasts")).to_contain_text("You watch “Calf stretch before bed” now")
    page.goto(f"/nights/{yesterday()}")
    group = page.get_by_role("group", name="Calf stretch before bed")
    expect(group.get_by_label("Leave open")).to_be_checked()
    group.locator("label", has_text="No").click()
    page.get_by_role("button", name="Save this night").click()
    page.goto(f"/nights/{yesterday()}")
    expect(group.get_by_label("No")).to_be_checked()


def test_the_theme_is_there_at_once_and_on_the_next_visit(page: Page) -> None:
    page.goto("/settings/")
    with page.expect_response("**/theme"):
        page.locator("main").get_by_role("button", name="Night", exact=True).click()
    expect(page.locator("html")).to_have_attribute("data-theme", "night")
    page.goto("/")
    assert page.evaluate("document.documentElement.dataset.theme") == "night"
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(0, 0, 0)"


def test_everything_goes_only_after_the_word_is_typed(example: str, page: Page) -> None:
    page.goto("/settings/delete")
    page.get_by_role("textbox", name="The word").fill("yes")
    page.get_by_role("button", name="Delete everything").click()
    expect(page.locator("main")).to_contain_text("Nothing was deleted. Type exactly: delete")
    page.get_by_role("textbox", name="The word").fill("delete")
    page.get_by_role("button", name="Delete everything").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How was last night?")


def test_the_whole_first_week_works_without_javascript(open_page) -> None:
    page = open_page(javascript=False)
    page.goto("/")
    page.locator("summary", has_text="There were cramps").click()
    page.locator(".counts label", has_text="3").click()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("3 cramps.")
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="A quiet night").click()
    page.get_by_role("link", name="Add or change").click()
    page.get_by_role("spinbutton", name="How many in all?").fill("1")
    page.get_by_role("button", name="Save this night").click()
    expect(page.locator("main")).to_contain_text("1 cramp.")
    page.goto("/settings/")
    page.locator("main").get_by_role("button", name="Evening").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dim")
    page.get_by_role("button", name="Cramp now").first.click()
    page.get_by_role("button", name="It is over").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Saved: less than a minute")


def test_a_night_is_noted_by_keyboard_alone(open_page) -> None:
    page = open_page(width=1280, height=800)
    page.goto("/")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.includes('There were cramps')"):
            break
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Last night is noted")
    expect(page.locator("main")).to_contain_text("2 cramps.")
    # What was done has the focus, and Undo is the next stop.
    expect(page.locator("[data-focus]")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Undo"


def test_no_page_scrolls_sideways_on_a_small_phone(example: str, open_page) -> None:
    pages = [open_page(width=320), open_page(width=360, theme="night")]
    for path in (
        *(reverse(place.url_name) for place in PLACES),
        f"/nights/{yesterday()}",
        "/more",
        "/_gallery",
    ):
        for page in pages:
            page.goto(path)
            wide, room = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
            assert wide <= room, f"{path} is {wide} px wide on {room} px"


def test_the_first_page_weighs_less_than_100_kb(live_app: str, open_page) -> None:
    page = open_page()
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto("/", wait_until="networkidle")
    assert 20_000 < sum(sizes) < 100_000, f"{sum(sizes):.0f} bytes"
