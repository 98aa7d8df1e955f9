"""In Spanish no page shows English, but for what is marked as English: the words of the evidence and names of sources.

The whole app is walked from link to link as a person would, with a diary, a check, a cramp and a trial in it.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from lxml import html
from pypdf import PdfReader

from quietlegs.exchange import knowledge_base
from quietlegs.web.diary.demo import fill_example
from quietlegs.web.diary.models import Diary
from tests.web.check.test_check_pages import QUESTION, step_of
from tests.web.test_experiments import FORM

# Two different words of these in one piece of text, and it is English. None of them is Spanish.
ENGLISH = re.compile(
    r"\b(the|and|you|your|of|is|are|with|this|that|for|not|what|how|from|have|was|or|by|to|it|nights?)\b",
    re.I,
)
ENGLISH_SURELY = 2
READ_ALOUD = ("aria-label", "placeholder", "title", "alt", "content", "data-words")
NOT_WALKED = re.compile(r"^/(static|api|_gallery)|\.(csv|json|pdf|backup|ics|txt|zip|png|webmanifest)$|fhir")
PAGES = 150  # all kinds of pages are among them; the library alone has 200
OF_A_KIND = 4  # pages of one shape, such as single nights


@pytest.fixture
def spanish(db: None) -> Iterator[Client]:
    with translation.override("es"):
        fill_example(now=timezone.now())
    yield Client(headers={"Accept-Language": "es-AR,es;q=0.9,en;q=0.4"})
    translation.deactivate()  # a request leaves its language behind in the thread


def english_in(page: str) -> list[str]:
    """Return every text of a page that is English and not marked so."""
    tree = html.fromstring(page)
    found = []
    for element in tree.iter():
        if not isinstance(element.tag, str) or element.tag in ("script", "style", "code", "datalist"):
            continue
        said = [(element.text, element), (element.tail, element.getparent())]
        said += [(element.get(name), element) for name in READ_ALOUD]
        found += [
            " ".join(text.split())
            for text, holder in said
            if text and is_english(text) and is_spanish(holder)
        ]
    return found


def is_english(text: str) -> bool:
    return len({word.lower() for word in ENGLISH.findall(text)}) >= ENGLISH_SURELY


def is_spanish(element: html.HtmlElement | None) -> bool:
    while element is not None:
        if element.get("lang"):
            return element.get("lang") == "es"
        element = element.getparent()
    return False


def walked(client: Client, start: str) -> Iterator[tuple[str, str]]:
    """Yield pages as a person meets them who follows every link."""
    to_see, seen, kinds = [start], set(), {}
    while to_see and len(seen) < PAGES:
        address = to_see.pop(0)
        path = urlsplit(address).path
        kind = re.sub(r"\d[\d-]*|(?<=entry/)[\w-]+|(?<=exercises/)[\w-]+", "*", path)
        if address in seen or NOT_WALKED.search(path) or kinds.get(kind, 0) >= OF_A_KIND:
            continue
        seen.add(address)
        kinds[kind] = kinds.get(kind, 0) + 1
        response = client.get(address, follow=True)
        if "html" not in response.headers.get("Content-Type", ""):
            continue
        page = response.content.decode()
        yield address, page
        links = (urljoin(address, link) for link in html.fromstring(page).xpath("//a/@href"))
        to_see += [link.partition("#")[0] for link in links if not urlsplit(link).netloc]


def test_no_page_shows_english(spanish: Client) -> None:
    cramp = spanish.post("/cramp", {}, follow=True).content.decode()
    trial = spanish.post(reverse("experiments:start"), FORM)
    assert trial.status_code == 302
    asked = ("magnesium for cramps", "my calf is swollen", "my dog has cramps")
    found = {"/cramp": english_in(cramp)} | {
        f"/ask {question}": english_in(spanish.get("/ask", {"q": question}).content.decode())
        for question in asked
    }
    page = "Magnesium cures night cramps. Take quinine every night. Stretching helps."
    found |= {"/article": english_in(spanish.post("/article", {"text": page}, follow=True).content.decode())}
    found |= {address: english_in(page) for address, page in walked(spanish, "/")}
    assert {address: texts for address, texts in found.items() if texts} == {}


@pytest.mark.parametrize("age", [44, 9])
def test_the_check_asks_and_answers_in_spanish(spanish: Client, age: int) -> None:
    spanish.post("/check/", {"age": age, "sex": "female"})
    page = spanish.get(QUESTION, follow=True).content.decode()
    found, steps = english_in(page), 0
    while step_of(page) and steps < 60:
        ticks = re.findall(r'name="tick" value="([^"]+)"', page)
        given = (
            {"tick": ticks[-1:]}
            if ticks and steps % 3 == 2
            else {"none": "1"}
            if ticks
            else {"answer": "unsure"}
        )
        page = spanish.post(QUESTION, {"step": step_of(page), **given}, follow=True).content.decode()
        found, steps = found + english_in(page), steps + 1
    assert steps
    assert found == []


def test_an_emergency_is_told_in_spanish(spanish: Client) -> None:
    spanish.post("/check/", {"age": 60, "sex": "male"})
    page = spanish.get(QUESTION, follow=True).content.decode()
    while step_of(page):
        ticks = re.findall(r'name="tick" value="([^"]+)"', page)
        given = {"tick": ticks} if ticks else {"answer": "yes"}
        page = spanish.post(QUESTION, {"step": step_of(page), **given}, follow=True).content.decode()
    assert "Busca ayuda de emergencia ahora" in page
    assert english_in(page) == []


def test_the_evidence_is_marked_as_english_where_it_is_english(spanish: Client) -> None:
    page = spanish.get("/library/entry/rls-mortality").content.decode()
    statement = knowledge_base.load_english_evidence()["rls-mortality"].statement
    lead = html.fromstring(page).xpath("//p[@class='lead']")[0]
    assert (" ".join(lead.text_content().split()), lead.get("lang")) == (statement, "en")
    assert "La biblioteca está escrita en inglés" in page


def test_one_night_and_two_nights() -> None:
    with translation.override("es"):
        said = [
            translation.ngettext("%(count)s night", "%(count)s nights", n) % {"count": n} for n in (0, 1, 2)
        ]
    assert said == ["0 noches", "1 noche", "2 noches"]


@pytest.mark.parametrize(
    ("form", "spanish_form", "english_form"),
    [
        ("l j F", "sábado 21 de noviembre", "Saturday 21 November"),
        ("j F Y", "21 de noviembre de 2026", "21 November 2026"),
        ("F Y", "noviembre de 2026", "November 2026"),
    ],
)
def test_a_date_reads_as_people_write_it(form: str, spanish_form: str, english_form: str) -> None:
    day = date(2026, 11, 21)
    with translation.override("es"):
        assert date_format(day, form) == spanish_form
    with translation.override("en-gb"):
        assert date_format(day, form) == english_form


def test_numbers_have_a_comma_in_spanish_and_forms_keep_their_values(spanish: Client) -> None:
    diary = Diary.objects.get()
    night = diary.nights.exclude(evening__gte=date.today() - timedelta(days=2)).first()
    night.sleep_hours = 6.5
    night.save()
    address = f"/nights/{night.evening.isoformat()}"
    tree = html.fromstring(spanish.get(address).content.decode())
    typed = tree.xpath("//input[@name='sleep_hours']/@value")
    assert typed in (["6.5"], ["6,5"])
    assert "6,5" in spanish.get("/nights/").content.decode()


def test_files_for_the_doctor_say_that_they_are_spanish(spanish: Client) -> None:
    for address in ("/doctor/page.pdf", "/insights/findings.pdf"):
        made = spanish.get(address)
        assert (made.status_code, made.headers["Content-Type"]) == (200, "application/pdf")
        assert PdfReader(BytesIO(made.content)).trailer["/Root"]["/Lang"] == "es"
