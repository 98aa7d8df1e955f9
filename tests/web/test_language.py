"""The app speaks the language of the browser until the person chooses one."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import translation

from quietlegs.web.shell.languages import of_this_computer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _back_to_english() -> Iterator[None]:
    yield
    translation.deactivate()  # a request leaves its language behind in the thread


def test_the_first_visit_follows_the_browser() -> None:
    page = Client(headers={"Accept-Language": "es-MX,es;q=0.9,en;q=0.5"}).get("/more")
    assert page.headers["Content-Language"] == "es"
    assert '<html lang="es"' in page.content.decode()


def test_a_language_that_is_not_here_gives_english() -> None:
    assert '<html lang="en-gb"' in Client(headers={"Accept-Language": "fi"}).get("/more").content.decode()


def test_a_chosen_language_stays_whatever_the_browser_asks_for() -> None:
    client = Client(headers={"Accept-Language": "en"})
    answer = client.post("/language", {"language": "es", "next": "/settings/"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/settings/")
    page = client.get("/settings/").content.decode()
    assert '<html lang="es"' in page
    assert 'value="es" lang="es" aria-pressed="true"' in page


def test_a_strange_language_or_address_is_passed_over() -> None:
    client = Client(headers={"Accept-Language": "es"})
    answer = client.post("/language", {"language": "xx", "next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == "/"
    assert '<html lang="es"' in client.get("/more").content.decode()


@pytest.mark.parametrize(
    ("set_to", "spoken"),
    [("es_MX.UTF-8", "es"), ("en_US.UTF-8", "en-gb"), ("fi_FI", "en-gb"), ("C", "en-gb"), ("", "en-gb")],
)
def test_the_example_speaks_the_language_of_the_computer(monkeypatch, set_to: str, spoken: str) -> None:
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.setenv("LANG", set_to)
    assert of_this_computer() == spoken


def test_every_language_is_offered_by_its_own_name(client: Client) -> None:
    for language in ("en-gb", "es"):
        page = client.get("/more", headers={"Accept-Language": language}).content.decode()
        assert ">English</button>" in page and ">Español</button>" in page
