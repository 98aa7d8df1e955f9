"""Asking, checking an article and the doctor's page in a real browser, and what works without a connection."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import until
from tests.browser.test_accessibility import faults

OpenPage = Callable[..., Page]

ARTICLE = """Seven ways to stop night cramps

Magnesium tablets prevent leg cramps. Stretching before bed may make cramps milder.

A glass of tonic water before bed works wonders for cramps.

Buy CrampAway capsules online today!
"""


def test_an_answer_comes_while_the_question_is_typed(live_app: str, page: Page) -> None:
    page.goto(f"{live_app}/ask")
    page.get_by_label("Your question").press_sequentially("bananas for cramps", delay=20)
    expect(page.locator("#answer")).to_contain_text("No trial", timeout=15_000)


def test_an_article_is_marked_and_each_mark_leads_to_what_we_know(live_app: str, page: Page) -> None:
    page.goto(f"{live_app}/article")
    page.get_by_label("Words of the page").fill(ARTICLE)
    page.get_by_role("button", name="Check it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("1 thing here could hurt you")
    expect(page.locator("mark.contradicted")).to_contain_text("Magnesium tablets")
    expect(page.locator(".sells")).to_contain_text("CrampAway")
    assert faults(page) == []
    page.get_by_label("Claim 1: Contradicted").click()
    expect(page.locator("#v1")).to_be_in_viewport()


def test_the_doctor_s_page_can_be_chosen_and_taken_along(example: str, page: Page) -> None:
    page.goto(f"{example}/doctor")
    expect(page.locator(".doctor-sheet")).to_contain_text("logged nights with cramps")
    page.get_by_text("Choose what is on it").click()
    page.get_by_label("What I want to ask").fill("Could it be my tablets?")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".doctor-sheet")).to_contain_text("Could it be my tablets?")
    with page.expect_response("**/doctor/page.pdf") as answer:
        page.evaluate("fetch('/doctor/page.pdf')")
    assert answer.value.headers["content-type"] == "application/pdf"


def test_core_questions_are_answered_without_a_connection(live_app: str, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(f"{live_app}/ask")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    until(page, "caches.keys().then((names) => names.length > 0)")
    until(page, "caches.match('/ask/core').then((found) => Boolean(found))")
    page.reload()
    until(page, "Boolean(navigator.serviceWorker.controller)")
    page.context.set_offline(True)
    page.goto(f"{live_app}/ask?q=cramp")
    expect(page.get_by_role("heading", level=1)).to_have_text("Questions, without a connection")
    page.get_by_label("Find").fill("tonic")
    expect(page.locator("[data-core]:visible")).not_to_have_count(0)
    page.goto(f"{live_app}/nights/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Without a connection")
    page.context.set_offline(False)
