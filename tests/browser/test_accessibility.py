"""No page of the app has anything that axe finds, in any theme, empty or full.

Every place of the navigation is looked at, whichever room it belongs to. Other pages need a line in ``ALSO``.
"""

import re
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page

from quietlegs.web.shell.navigation import PLACES
from tests.browser.conftest import OpenPage, yesterday

THEMES = ("day", "dim", "night")
ALSO = (
    "/more",
    "/_gallery",
    "/settings/delete",
    "/nights/{night}",
    "/nights/{night}/morning",
    "/nights/{night}/seen",
    "/nights/forgotten",
    "/nights/sheet",
    "/nights/paper",
    "/nowhere",
    "/ask?q=magnesium+for+cramps",
    "/ask?q=my+calf+is+swollen",
    "/ask/core",
    "/offline",
    "/offline/night",
    "/offline/waiting",
    "/devices",
    "/pair",
)
SAME_EMPTY_AND_FULL = {
    "diary:import",
    "diary:export",
    "diary:settings",
    "library:library",
    "ask:ask",
    "ask:article",
}
# What tells one page of a kind from the next, and what is a file.
ONE_OF_MANY = re.compile(r"\d[\d-]*|(?<=/entry/)[\w-]+|(?<=/exercises/)[\w-]+")
NO_PAGE = re.compile(r"/(static|api)/|\.(csv|json|pdf|backup|ics|txt|zip|png)$|fhir")
KINDS_OF_PAGES = 50
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS = ["color-contrast", "link-in-text-block", "target-size"]


def faults(page: Page, theme: str = "day", *more: str) -> list[str]:
    """Return what axe finds in a page, with everything unfolded. Themes share their HTML: only looks are checked anew.

    ``more`` are rules beside those.
    """
    page.eval_on_selector_all("details", "every => every.forEach(one => { one.open = true; })")
    only = {"type": "tag", "values": RULES} if theme == "day" else {"type": "rule", "values": [*LOOKS, *more]}
    options = {"runOnly": only, "resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response["violations"]
    return [f"{page.url}: {v['id']}: {'; '.join(n['html'][:120] for n in v['nodes'][:3])}" for v in found]


def below_7_to_1(page: Page) -> list[str]:
    """Return the texts of a page whose contrast is below 7 to 1."""
    only = {
        "runOnly": {"type": "rule", "values": ["color-contrast-enhanced"]},
        "resultTypes": ["violations"],
    }
    violations = Axe().run(page, options=only).response["violations"]
    return [f"{page.url}: {n['html'][:120]}" for v in violations for n in v["nodes"][:3]]


@pytest.mark.parametrize("theme", THEMES)
def test_empty_pages_are_accessible(open_page: OpenPage, theme: str) -> None:
    page, found = open_page(theme=theme), []
    for path in (*(reverse(place.url_name) for place in PLACES), *ALSO):
        page.goto(path.format(night=yesterday()))
        found += faults(page, theme)
    assert found == []


@pytest.mark.parametrize("theme", THEMES)
def test_full_pages_are_accessible(example: str, open_page: OpenPage, theme: str) -> None:
    page, found = open_page(theme=theme), []
    full = [reverse(place.url_name) for place in PLACES if place.url_name not in SAME_EMPTY_AND_FULL]
    own = [path.format(night=yesterday()) for path in ALSO if path.startswith("/nights/")]
    for path in (*full, *own):
        page.goto(path)
        found += faults(page, theme)
    assert found == []


def test_pages_are_accessible_on_a_laptop_too(example: str, open_page: OpenPage) -> None:
    page, found = open_page(width=1280, height=800), []
    for path in ("/", "/nights/", f"/nights/{yesterday()}", "/factors/"):
        page.goto(path)
        found += faults(page)
    assert found == []


@pytest.mark.parametrize("theme", ["dim", "night"])
def test_text_in_the_dark_has_a_contrast_of_7_to_1(example: str, open_page: OpenPage, theme: str) -> None:
    page, found = open_page(theme=theme), []
    own = [path.format(night=yesterday()) for path in ALSO if path.startswith("/nights/")]
    for path in ("/", "/nights/", "/relief/", "/plan", *own):
        page.goto(path)
        found += below_7_to_1(page)
    assert found == []


# What has the focus, when something lies over the upper and the lower end of each of its lines.
HIDDEN = """() => {
  const focused = document.activeElement;
  const shows = (x, y) => focused.contains(document.elementFromPoint(x, y));
  const seen = [...focused.getClientRects()].some((line) => {
    const inset = Math.min(4, line.height / 2), middle = line.left + line.width / 2;
    return !line.height || shows(middle, line.top + inset) || shows(middle, line.bottom - inset);
  });
  return seen || focused === document.body ? "" : `${location.pathname} ${innerHeight}: ${focused.outerHTML.slice(0, 80)}`;
}"""


@pytest.mark.parametrize("theme", ["day", "night"])
def test_what_floats_on_a_phone_hides_neither_what_is_focused_nor_a_target(
    example: str, open_page: OpenPage, theme: str
) -> None:
    page, found = open_page(theme=theme), []
    for height in range(600, 860, 20):
        page.set_viewport_size({"width": 360, "height": height})
        page.goto("/")
        found += [f"{height}: {fault}" for fault in faults(page, "night")]
    for path, height in (("/", 640), ("/", 740), (f"/nights/{yesterday()}", 740), ("/plan", 740)):
        page.set_viewport_size({"width": 360, "height": height})
        page.goto(path)
        for _ in range(30):
            page.keyboard.press("Tab")
            found += [hidden] if (hidden := page.evaluate(HIDDEN)) else []
    assert found == []


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_end_of_tonight_is_above_what_floats(example: str, open_page: OpenPage, language: str) -> None:
    for theme, width in (("day", 320), ("night", 320), ("night", 360), ("dim", 700)):
        page = open_page(theme=theme, width=width)
        page.context.add_cookies([{"name": "quietlegs_language", "value": language, "url": example}])
        page.goto("/")
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        last = "Math.max(...[...document.querySelectorAll('main .card')].map((c) => c.getBoundingClientRect().bottom))"
        assert page.evaluate(f"{last} <= document.querySelector('.dock').getBoundingClientRect().top"), width


@pytest.mark.parametrize("theme", THEMES)
def test_the_page_of_a_cramp_is_accessible(open_page: OpenPage, theme: str) -> None:
    page = open_page(theme=theme)
    page.goto("/")
    page.get_by_role("button", name="I have a cramp now").click()
    found = faults(page, theme)
    page.get_by_role("button", name="It is over").click()
    assert found + faults(page, theme) == []


def test_the_check_would_find_a_fault(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/settings/")
    page.eval_on_selector("label[for=q-time_zone]", "label => label.remove()")
    assert any("label" in fault for fault in faults(page))


def in_spanish(page: Page, address: str) -> None:
    page.context.add_cookies([{"name": "quietlegs_language", "value": "es", "url": address}])


def is_too_wide(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


def test_pages_in_spanish_are_accessible_and_fit_a_phone(example: str, open_page: OpenPage) -> None:
    page, found = open_page(theme="day"), []
    in_spanish(page, example)
    for path in (
        *(reverse(place.url_name) for place in PLACES),
        f"/nights/{yesterday()}",
        "/library/entry/tonic-water",
    ):
        page.goto(path)
        assert page.locator("html").get_attribute("lang") == "es"
        found += faults(page)
        found += [f"{path}: wider than the screen"] if is_too_wide(page) else []
    assert found == []


def test_every_kind_of_page_is_readable_at_night_in_spanish_too(example: str, open_page: OpenPage) -> None:
    page, found, kinds = open_page(theme="night"), [], set()
    in_spanish(page, example)
    to_see = ["/more", "/"]
    while to_see:
        address = to_see.pop(0)
        kind = ONE_OF_MANY.sub("*", urlsplit(address).path)
        if kind in kinds or NO_PAGE.search(address):
            continue
        kinds.add(kind)
        page.goto(address)
        links = page.eval_on_selector_all(
            "a[href]",
            "links => links.map((link) => new URL(link.getAttribute('href'), document.baseURI).href)",
        )
        to_see += [link.partition("#")[0] for link in links if link.startswith(example)]
        found += faults(page, "night", "color-contrast-enhanced")
        found += [f"{address}: wider than the screen"] if is_too_wide(page) else []
    assert len(kinds) > KINDS_OF_PAGES and found == []
