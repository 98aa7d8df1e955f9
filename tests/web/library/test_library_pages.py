"""The library shows every answer with its grade, its cautions and its sources, and leads nowhere dead."""

from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.utils.html import escape

from quietlegs.core.knowledge import is_verified, shown_sources
from quietlegs.exchange import knowledge_base
from quietlegs.web.library.lines import address_of

pytestmark = pytest.mark.django_db

ENTRIES = knowledge_base.load_evidence()
SHELVES = ["/library/", "/library/articles", "/library/words", "/library/changes", "/library/?q=magnesium"]


class Links(HTMLParser):
    """Gathers the links inside the page proper, with their ``rel``."""

    def __init__(self) -> None:
        super().__init__()
        self.inside = False
        self.found: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.inside = self.inside or tag == "main"
        if tag == "a" and self.inside:
            self.found.append((values.get("href") or "", values.get("rel") or ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "main":
            self.inside = False


def body(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def links(html: str) -> list[tuple[str, str]]:
    reader = Links()
    reader.feed(html)
    return reader.found


def test_every_entry_has_a_page_with_its_question_and_its_cautions(pages: dict[str, str]) -> None:
    for name, entry in ENTRIES.items():
        assert escape(entry.question) in pages[name]
        assert ("Take care" in pages[name]) >= bool(entry.safety), name


def test_only_sources_fit_to_be_shown_are_shown(pages: dict[str, str]) -> None:
    for name, entry in ENTRIES.items():
        for source in entry.sources:
            assert (escape(source.cite) in pages[name]) == (source in shown_sources(entry)), (
                name,
                source.cite,
            )


def test_what_nobody_has_seen_is_marked_and_offers_nothing(pages: dict[str, str]) -> None:
    for name, entry in ENTRIES.items():
        assert ("Not yet verified." in pages[name]) != is_verified(entry)
        if not is_verified(entry):
            assert "You can try it yourself" not in pages[name]
            assert "Ask first" not in pages[name].split("Read on")[0]


def test_danger_comes_before_the_evidence(pages: dict[str, str]) -> None:
    for name in (
        "rf-dvt-evidence",
        "quinine-serious-harms",
        "supp-potassium",
        "rls-augmentation-warning-signs",
    ):
        assert pages[name].index("Take care") < pages[name].index("What it rests on")


def test_a_warning_sign_says_how_urgent_it_is_in_the_words_of_the_check(pages: dict[str, str]) -> None:
    for name, entry in ENTRIES.items():
        if entry.red_flag:
            timeframe = str(knowledge_base.load_folder("triage/flags")[entry.red_flag]["timeframe"])
            assert escape(timeframe) in pages[name], name
    assert "Emergency, act now" in pages["rf-limb-ischaemia"]
    assert "Get help today" in pages["rf-long-cramp"]


def test_disagreements_are_named(pages: dict[str, str]) -> None:
    for name, entry in ENTRIES.items():
        assert ("Where sources disagree" in pages[name]) == (entry.disagreement is not None), name


def test_a_share_of_people_is_drawn_and_said_and_an_odds_ratio_only_said(pages: dict[str, str]) -> None:
    common = pages["prevalence-adults"]
    assert "46 in 100. It could be 38 to 53." in common
    assert common.count('role="img"') == 3
    odds = pages["cause-alcohol"]
    assert "6.5 times the odds" in odds and "1.68 to 38.05" in odds
    assert 'role="img"' not in odds


def test_our_own_sums_are_called_so(pages: dict[str, str]) -> None:
    assert "(our own sum)" in pages["relief-pickle-juice"]


def test_links_to_other_websites_tell_them_nothing(pages: dict[str, str], client: Client) -> None:
    outside = [
        (href, rel)
        for html in [*pages.values(), body(client, "/library/words")]
        for href, rel in links(html)
        if href.startswith("http")
    ]
    assert len(outside) > 500
    assert all({"noopener", "noreferrer"} <= set(rel.split()) for _, rel in outside)


def test_no_link_is_dead(pages: dict[str, str], client: Client) -> None:
    def inner(html: str) -> Iterator[str]:
        yield from (href.split("#")[0] for href, _ in links(html) if href.startswith("/"))

    todo = {href for html in pages.values() for href in inner(html)}
    todo |= {href for path in SHELVES for href in inner(body(client, path))}
    for name in ("topic", "about"):
        todo |= {h for href in sorted(todo) if f"/{name}/" in href for h in inner(body(client, href))}
    todo -= {f"/library/entry/{name}" for name in pages}  # asked for already
    dead = {href for href in sorted(todo) if client.get(href).status_code != 200}
    assert dead == set()


def test_every_entry_stands_on_the_shelf_of_its_topic_and_of_its_troubles(client: Client) -> None:
    for kind, field in (("topic", "topic"), ("about", "about")):
        shown: dict[str, str] = {}
        for entry in ENTRIES.values():
            names = [getattr(entry, field)] if kind == "topic" else getattr(entry, field)
            for name in names:
                if name not in shown:
                    shown[name] = body(client, f"/library/{kind}/{name}")
                assert f"/library/entry/{entry.id}" in shown[name], (entry.id, name)


def test_a_search_keeps_the_words_and_says_what_it_read(client: Client) -> None:
    html = body(client, "/library/?q=quinin")
    assert 'value="quinin"' in html
    assert "“quinin” is not in the library. This is what is known about “quinine”." in html
    assert "/library/entry/quinine-efficacy" in html


@pytest.mark.parametrize("query", ["zzzzzzzz", "<script>alert(1)</script>", "🦵", "a" * 3000])
def test_a_search_for_anything_at_all_gets_a_page(client: Client, query: str) -> None:
    response = client.get("/library/", {"q": query})
    assert response.status_code == 200
    assert b"<script>alert" not in response.content


@pytest.mark.parametrize("path", ["entry/no-such", "topic/no-such", "about/no-such", "entry/supp-vitamin-d"])
def test_what_is_not_there_is_said_so(client: Client, path: str) -> None:
    assert client.get(f"/library/{path}").status_code == 404


@pytest.mark.parametrize("path", ["", "articles", "words", "changes", "entry/tonic-water"])
def test_the_library_only_reads(client: Client, path: str) -> None:
    assert client.post(f"/library/{path}").status_code == 405


def test_each_part_of_the_five_articles_leads_somewhere(client: Client) -> None:
    parts = knowledge_base.load_article_parts()
    html = body(client, "/library/articles")
    assert len({part.article for part in parts}) == 5
    for part in parts:
        place = html.split(f'id="{part.id}"')[1].split("</li>")[0]
        assert place.count("<a ") >= max(1, len(part.evidence)), part.id


def test_articles_lead_to_pages_by_their_right_names() -> None:
    leads = {lead for part in knowledge_base.load_article_parts() for lead in part.leads}
    assert {lead.page for lead in leads if address_of(lead.page, *lead.args) is None} == set()


def test_what_was_left_out_is_told_with_its_reason(client: Client) -> None:
    html = body(client, "/library/changes")
    assert "Vitamin D for night cramps" in html and "The original was not found." in html


def test_a_page_costs_no_more_questions_to_the_database_for_a_long_shelf(
    client: Client, django_assert_num_queries
) -> None:
    body(client, "/library/words")
    with django_assert_num_queries(1):  # whether the app is locked, as for every page
        client.get("/library/about/cramps")
