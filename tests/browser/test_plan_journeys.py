"""The plan, guided exercises, medicines and blood tests in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from quietlegs.exchange.plan_base import load_exercises
from tests.browser.conftest import OpenPage
from tests.browser.test_accessibility import THEMES, faults

PATHS = (
    "/plan/",
    "/plan/arithmetic",
    "/plan/exercises/",
    "/plan/exercises/heel-drop",
    "/medicines/",
    "/medicines/blood-tests",
    "/about-you",
)


@pytest.fixture
def someone(live_app: str, open_page: OpenPage) -> str:
    """Tell the app of someone of 72 with weak kidneys, seven lines of medicines and a low potassium."""
    page = open_page()
    page.goto("/about-you")
    page.fill("#q-age", "72")
    for chip in ("Night leg cramps", "Restless legs", "Kidney disease", "Poor balance"):
        page.locator("label.chip", has_text=chip).click()
    page.get_by_role("button", name="Save").last.click()
    page.goto("/medicines/")
    page.fill(
        "#q-medicines",
        "bendrofluazide 2.5\nsimvastain\nlasic\nwater tablet\nSlow-K\nramipril\nstopped quinine",
    )
    page.get_by_role("button", name="Save and look them up").click()
    page.goto("/medicines/blood-tests?test=potassium")
    page.fill("#potassium-figure", "3.1")
    page.locator("#potassium").get_by_role("button", name="Save").click()
    return live_app


@pytest.mark.parametrize("theme", THEMES)
def test_plan_and_medicines_are_accessible(someone: str, open_page: OpenPage, theme: str) -> None:
    page, found = open_page(theme=theme), []
    for path in PATHS:
        page.goto(path)
        found += faults(page, theme)
    assert found == []


@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_scrolls_sideways(someone: str, open_page: OpenPage, width: int) -> None:
    page = open_page(width=width)
    for path in PATHS:
        page.goto(path)
        page.eval_on_selector_all("details", "every => every.forEach(one => { one.open = true; })")
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, path


def test_the_plan_is_for_this_person(someone: str, page: Page) -> None:
    page.goto("/plan/")
    expect(page.locator("#stretch-calves")).to_be_visible()
    expect(page.locator("main")).to_contain_text("A step is not safe with poor balance")
    expect(page.locator("#ask-medicines")).to_contain_text("bendroflumethiazide")


def test_done_is_one_tap_and_can_be_left_open_again(someone: str, page: Page) -> None:
    page.goto("/plan/")
    card = page.locator("#stretch-calves")
    expect(card.get_by_role("button", name="Leave open")).to_have_attribute("aria-pressed", "true")
    card.get_by_role("button", name="Yes", exact=True).click()
    card = page.locator("#stretch-calves")
    expect(card.get_by_role("button", name="Yes", exact=True)).to_have_attribute("aria-pressed", "true")
    card.get_by_role("button", name="Leave open").click()
    expect(page.locator("#stretch-calves").get_by_role("button", name="Leave open")).to_have_attribute(
        "aria-pressed", "true"
    )


def test_the_plan_works_without_javascript(someone: str, open_page: OpenPage) -> None:
    page = open_page(javascript=False)
    page.goto("/plan/")
    page.locator("#stretch-calves").get_by_role("button", name="Yes", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("Noted")
    page.get_by_role("button", name="A flare").click()
    expect(page.locator("main")).to_contain_text("Nothing is asked of you")
    page.get_by_role("button", name="Go on with the plan").click()
    expect(page.get_by_role("heading", name="Stretch both calves")).to_be_visible()


def test_an_exercise_reads_as_plain_steps_without_javascript(open_page: OpenPage) -> None:
    page = open_page(javascript=False)
    page.goto("/plan/exercises/heel-drop")
    expect(page.get_by_role("heading", name="All the steps")).to_be_visible()
    expect(page.get_by_text("Sink your heels")).to_be_visible()
    expect(page.get_by_role("button", name="Start")).to_be_hidden()


def test_the_guide_counts_every_step_to_the_end(open_page: OpenPage) -> None:
    page = open_page()
    page.clock.install()
    page.goto("/plan/exercises/calf-stretch-wall")
    exercise = load_exercises()["calf-stretch-wall"]
    page.get_by_role("button", name="Start").click()
    expect(page.locator("[data-do]")).to_have_text("Get ready")
    page.clock.run_for(5_500)
    expect(page.locator("[data-do]")).to_have_text(exercise.steps[0].do)
    expect(page.locator("p[data-label]")).to_have_text("First side, Round 1 of 3")
    expect(page.locator(".bead.now")).to_have_count(1)
    expect(page.locator(".exercise-now use")).to_have_attribute("href", re.compile("#calf-wall$"))
    page.clock.run_for(10_000)
    expect(page.locator("[data-do]")).to_have_text(exercise.steps[1].do)
    page.get_by_role("button", name="Pause").click()
    page.clock.run_for(60_000)
    expect(page.locator("[data-do]")).to_have_text(exercise.steps[1].do)
    page.get_by_role("button", name="Go on").click()
    page.clock.run_for(115_000)
    expect(page.locator("[data-do]")).to_have_text(exercise.finish)
    expect(page.get_by_role("button", name="Start again")).to_be_visible()


def test_every_drawing_is_drawn(open_page: OpenPage) -> None:
    page = open_page(theme="dim", width=1280)
    for name in load_exercises():
        page.goto(f"/plan/exercises/{name}")
        for drawing in page.locator(".pose-row .drawing").all():
            assert drawing.locator("use").evaluate("use => use.getBBox().width") >= 90, name


def test_a_misspelt_medicine_is_mended_with_one_tap(someone: str, page: Page) -> None:
    page.goto("/medicines/")
    expect(page.locator("main")).to_contain_text("Did you mean one of these?")
    page.get_by_role("button", name="Lasix").click()
    expect(page.locator("#q-medicines")).to_have_value(
        "bendrofluazide 2.5\nsimvastain\nLasix\nwater tablet\nSlow-K\nramipril\nstopped quinine"
    )
    expect(page.get_by_role("heading", name="Furosemide", exact=True)).to_be_visible()


def test_a_slip_in_a_blood_test_is_asked_about_and_mended(page: Page) -> None:
    page.goto("/medicines/blood-tests?test=calcium")
    page.fill("#calcium-figure", "9.4")
    page.locator("#calcium").get_by_role("button", name="Save").click()
    expect(page.locator("#calcium")).to_contain_text("cannot be right for this test")
    page.get_by_role("button", name="9.4 mg/dL").click()
    expect(page.locator("#toasts")).to_contain_text("is saved")
    expect(page.locator("#calcium")).to_contain_text("9.4 mg/dL (2.35 mmol/L)")
