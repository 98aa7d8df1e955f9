"""What the shelves and lists get: one value a page, worked out before the template sees it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from quietlegs.core.knowledge.evidence import (
    About,
    Certainty,
    EvidenceEntry,
    Topic,
)
from quietlegs.web.library import queries
from quietlegs.web.library.lines import (
    ChangeLine,
    Line,
    Link,
    SourceLine,
    address_of,
    entry_links,
    line,
    source_line,
)

# Other rooms show grades too, and take them from here.
from quietlegs.web.library.lines import Grade as Grade
from quietlegs.web.library.lines import grade as grade

_TOPIC_ICONS = {
    Topic.RED_FLAG: "alert",
    Topic.RELIEF: "stretch",
    Topic.PREVENTION: "moon",
    Topic.CAUSE: "question",
    Topic.DRUG_TRIGGER: "pill",
    Topic.CONDITION: "shield",
    Topic.TREATMENT: "hand",
    Topic.HARM: "stop",
    Topic.DEFINITION: "info",
    Topic.DIFFERENTIAL: "scales",
    Topic.INVESTIGATION: "search",
    Topic.EPIDEMIOLOGY: "grid",
}


@dataclass(frozen=True, slots=True)
class Shelf:
    """A topic or a trouble, with its number of entries."""

    name: str
    label: str
    hint: str
    icon: str
    count: int


@dataclass(frozen=True, slots=True)
class LibraryPage:
    """The first page: a search, or what it found. ``hits`` None: nothing was searched for."""

    query: str
    hits: tuple[Line, ...] | None
    mended: tuple[tuple[str, str], ...]
    topics: tuple[Shelf, ...]
    abouts: tuple[Shelf, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Group:
    """Some lines under a heading."""

    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class ShelfPage:
    """The entries of one topic, or about one trouble."""

    label: str
    hint: str
    groups: tuple[Group, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an article."""

    id: str
    tells: str
    here: str
    places: tuple[Link, ...]
    entries: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Article:
    """An article with its parts."""

    title: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class ArticlesPage:
    """What was made of the articles."""

    articles: tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class Word:
    """A word with its meaning and what that rests on."""

    id: str
    term: str
    meaning: str
    entries: tuple[Link, ...]
    sources: tuple[SourceLine, ...]


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """What changed, newest first, and what was left out on purpose."""

    days: tuple[tuple[date, tuple[ChangeLine, ...]], ...]
    left_out: tuple[tuple[str, str], ...]


def library_page(query: str) -> LibraryPage:
    """Return the first page, with what the query found."""
    query = query.strip()
    found = queries.find(query) if query else None
    return LibraryPage(
        query=query,
        hits=tuple(line(queries.entries()[hit.entry.id]) for hit in found.hits) if found else None,
        mended=found.mended if found else (),
        topics=tuple(_topic_shelf(topic) for topic in Topic),
        abouts=tuple(_about_shelf(about) for about in About),
        count=len(queries.entries()),
    )


def topic_page(topic: Topic) -> ShelfPage:
    """Return the entries of a topic, by trouble. An entry about two troubles stands once, under the first."""
    entries = [entry for entry in queries.entries().values() if entry.topic is topic]
    groups = (
        Group(queries.labels()["about"][about]["label"], _lines(e for e in entries if e.about[0] is about))
        for about in About
    )
    shelf = _topic_shelf(topic)
    return ShelfPage(shelf.label, shelf.hint, tuple(group for group in groups if group.lines), len(entries))


def about_page(about: About) -> ShelfPage:
    """Return the entries about a trouble, by topic, warning signs first."""
    entries = [entry for entry in queries.entries().values() if about in entry.about]
    groups = (
        Group(queries.labels()["topic"][topic]["label"], _lines(e for e in entries if e.topic is topic))
        for topic in Topic
    )
    shelf = _about_shelf(about)
    return ShelfPage(shelf.label, shelf.hint, tuple(group for group in groups if group.lines), len(entries))


def articles_page() -> ArticlesPage:
    """Return the articles with their parts, each leading somewhere."""
    titles = dict.fromkeys(part.article for part in queries.article_parts())
    return ArticlesPage(
        tuple(
            Article(
                title,
                tuple(
                    Part(
                        part.id,
                        part.tells,
                        part.here,
                        tuple(
                            Link(lead.label, url)
                            for lead in part.leads
                            if (url := address_of(lead.page, *lead.args))
                        ),
                        entry_links(part.evidence),
                    )
                    for part in queries.article_parts()
                    if part.article == title
                ),
            )
            for title in titles
        )
    )


def words_page() -> tuple[Word, ...]:
    """Return every explained word in the order of the alphabet."""
    return tuple(
        Word(
            term.id,
            term.term,
            term.meaning,
            entry_links(term.evidence),
            tuple(map(source_line, term.sources)),
        )
        for term in sorted(queries.terms().values(), key=lambda term: term.term.lower())
    )


def changes_page() -> ChangesPage:
    """Return what changed, newest day first."""
    lines = [
        ChangeLine(change.day, change.what, entry.id, entry.title)
        for entry in queries.entries().values()
        for change in entry.changes[1:]  # the first says that the entry was written
    ]
    days = sorted({line.day for line in lines}, reverse=True)
    return ChangesPage(
        tuple((day, tuple(line for line in lines if line.day == day)) for day in days), queries.left_out()
    )


def _lines(entries: Iterable[EvidenceEntry]) -> tuple[Line, ...]:
    # The surest first: a list is read from the top.
    order = list(Certainty)
    ranked = sorted(entries, key=lambda entry: (order.index(entry.certainty), entry.title))
    return tuple(line(entry) for entry in ranked)


def _topic_shelf(topic: Topic) -> Shelf:
    words = queries.labels()["topic"][topic]
    count = sum(entry.topic is topic for entry in queries.entries().values())
    return Shelf(topic.value, words["label"], words["hint"], _TOPIC_ICONS[topic], count)


def _about_shelf(about: About) -> Shelf:
    label = queries.labels()["about"][about]["label"]
    count = sum(about in entry.about for entry in queries.entries().values())
    return Shelf(about.value, label, _("What is known, and how surely"), "book", count)
