"""What each template gets: one value a page, worked out before the template sees it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from quietlegs.core.knowledge.evidence import (
    About,
    Certainty,
    Direction,
    Estimate,
    EvidenceEntry,
    Recommend,
    Source,
    Topic,
)
from quietlegs.core.knowledge.frequencies import shares
from quietlegs.core.knowledge.glossary import Explainer, Piece, Term
from quietlegs.core.knowledge.judgement import is_verified, may_recommend, shown_sources
from quietlegs.web.library import figures, queries, wording

_DIRECTION_ICONS = {
    Direction.HELPS: "check",
    Direction.LOWERS_RISK: "down",
    Direction.MIXED: "tangle",
    Direction.UNKNOWN: "question",
    Direction.NO_EFFECT: "equal",
    Direction.RAISES_RISK: "up",
    Direction.HARMS: "stop",
    Direction.FACT: "info",
}
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
_RELATED = 4  # more would be a wall of links


@dataclass(frozen=True, slots=True)
class Grade:
    """Direction and certainty: words, an icon, and four steps of which some are filled."""

    direction: str
    icon: str
    certainty: str
    steps: tuple[bool, bool, bool, bool]


@dataclass(frozen=True, slots=True)
class Line:
    """An entry in a list. ``is_unverified``: it rests on sources that nobody has opened."""

    id: str
    title: str
    statement: str
    grade: Grade
    is_unverified: bool


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
class EstimateRow:
    """A number of a study, in words."""

    outcome: str
    compared: str
    size: str
    range: str
    people: str
    is_ours: bool
    note: str


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A source as it is shown. Links are for the person to open; the app opens none."""

    cite: str
    address: str | None
    doi_address: str | None
    pubmed_address: str | None
    is_verified: bool
    was_read_elsewhere: bool


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A change, with its entry."""

    day: date
    what: str
    entry_id: str
    title: str


@dataclass(frozen=True, slots=True)
class EntryPage:
    """One statement with all that stands behind it. Texts come in pieces, with the words to explain marked."""

    id: str
    title: str
    topic: str
    topic_label: str
    grade: Grade
    is_unverified: bool
    may_be_offered: bool
    statement: tuple[Piece, ...]
    offer_label: str
    offer_meaning: str
    offer_icon: str
    safety: tuple[tuple[Piece, ...], ...]
    findings: tuple[tuple[Piece, ...], ...]
    certainty_meaning: str
    certainty_reason: tuple[Piece, ...]
    facts_note: str
    direction_meaning: str
    drawings: tuple[figures.DrawnComparison, ...]
    estimates: tuple[EstimateRow, ...]
    disagreement: tuple[Piece, ...]
    population: tuple[Piece, ...]
    sources: tuple[SourceLine, ...]
    hidden_sources: int
    changes: tuple[ChangeLine, ...]
    reviewed_on: date
    review_due: date
    is_care_first: bool
    is_care_beside: bool
    check_url: str | None
    related: tuple[Line, ...]
    words: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class PartLink:
    """Where a part of an article lives here."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an article."""

    id: str
    tells: str
    here: str
    places: tuple[PartLink, ...]
    entries: tuple[PartLink, ...]


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
    entries: tuple[PartLink, ...]
    sources: tuple[SourceLine, ...]


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """What changed, newest first, and what was left out on purpose."""

    days: tuple[tuple[date, tuple[ChangeLine, ...]], ...]
    left_out: tuple[tuple[str, str], ...]


def address_of(url_name: str, *args: str) -> str | None:
    """Return the address of a place, or None while it is not built in."""
    try:
        return reverse(url_name, args=args)
    except NoReverseMatch:
        return None


def library_page(query: str) -> LibraryPage:
    """Return the first page, with what the query found."""
    query = query.strip()
    found = queries.find(query) if query else None
    return LibraryPage(
        query=query,
        hits=tuple(line(hit.entry) for hit in found.hits) if found else None,
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


def line(entry: EvidenceEntry) -> Line:
    """Return an entry as it stands in a list."""
    return Line(entry.id, entry.title, entry.statement, grade(entry), not is_verified(entry))


def grade(entry: EvidenceEntry) -> Grade:
    """Return the grade of an entry in words and steps."""
    labels = queries.labels()
    one, two, three, four = (step < entry.certainty.steps for step in range(4))
    return Grade(
        direction=labels["direction"][entry.direction]["label"],
        icon=_DIRECTION_ICONS[entry.direction],
        certainty=labels["certainty"][entry.certainty]["label"],
        steps=(one, two, three, four),
    )


def entry_page(entry: EvidenceEntry) -> EntryPage:
    """Return everything that the page of an entry shows."""
    labels = queries.labels()
    # The subject of the page is explained by the page itself.
    explain = Explainer(queries.terms().values(), skip=_subject(entry))
    check_url = address_of("check:start")
    return EntryPage(
        id=entry.id,
        title=entry.question,
        topic=entry.topic.value,
        topic_label=labels["topic"][entry.topic]["label"],
        grade=grade(entry),
        is_unverified=not is_verified(entry),
        may_be_offered=may_recommend(entry),
        statement=explain.cut(entry.statement),
        offer_label=labels["recommend"][entry.recommend]["label"] if _has_offer(entry) else "",
        offer_meaning=labels["recommend"][entry.recommend]["meaning"] if _has_offer(entry) else "",
        offer_icon=_offer_icon(entry.recommend),
        safety=tuple(explain.cut(text) for text in entry.safety),
        findings=tuple(explain.cut(text) for text in entry.findings),
        certainty_meaning=labels["certainty"][entry.certainty]["meaning"],
        certainty_reason=explain.cut(entry.certainty_reason),
        facts_note=labels["certainty_of_facts"] if _is_guidance(entry) else "",
        direction_meaning=labels["direction"][entry.direction]["meaning"],
        drawings=tuple(figures.draw(comparison) for comparison in shares(entry)),
        estimates=tuple(_estimate_row(estimate) for estimate in entry.estimates),
        disagreement=explain.cut(entry.disagreement or ""),
        population=explain.cut(entry.population),
        sources=tuple(source_line(source) for source in shown_sources(entry)),
        hidden_sources=len(entry.sources) - len(shown_sources(entry)),
        changes=tuple(
            ChangeLine(change.day, change.what, entry.id, entry.title) for change in reversed(entry.changes)
        ),
        reviewed_on=entry.reviewed_on,
        review_due=entry.review_due,
        is_care_first=_is_dangerous(entry) and bool(entry.safety or check_url),
        is_care_beside=not _is_dangerous(entry) and bool(entry.safety),
        check_url=check_url,
        related=_related(entry),
        words=tuple(explain.explained),
    )


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
                            PartLink(lead.label, url)
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


def entry_links(ids: Iterable[str]) -> tuple[PartLink, ...]:
    """Return links to entries, by their titles."""
    entries = queries.entries()
    return tuple(PartLink(entries[name].title, reverse("library:entry", args=[name])) for name in ids)


def source_line(source: Source) -> SourceLine:
    """Return a source as it is shown."""
    doi = f"https://doi.org/{source.doi}" if source.doi else None
    pubmed = f"https://pubmed.ncbi.nlm.nih.gov/{source.pmid}/" if source.pmid else None
    return SourceLine(
        cite=source.cite,
        address=source.address,
        doi_address=doi if doi != source.address else None,
        pubmed_address=pubmed if pubmed != source.address else None,
        is_verified=source.is_verified,
        was_read_elsewhere=source.read_at is not None,
    )


def _estimate_row(estimate: Estimate) -> EstimateRow:
    return EstimateRow(
        outcome=estimate.outcome[:1].upper() + estimate.outcome[1:],
        compared=wording.say_compared(estimate),
        size=wording.say_size(estimate),
        range=wording.say_range(estimate),
        people=f"{estimate.people:,}" if estimate.people else "",
        is_ours=estimate.is_derived,
        note=estimate.note or "",
    )


def _lines(entries: Iterable[EvidenceEntry]) -> tuple[Line, ...]:
    # The surest first: a list is read from the top.
    order = list(Certainty)
    ranked = sorted(entries, key=lambda entry: (order.index(entry.certainty), entry.title))
    return tuple(line(entry) for entry in ranked)


def _related(entry: EvidenceEntry) -> tuple[Line, ...]:
    hits = queries.find(entry.title).hits
    return tuple(line(hit.entry) for hit in hits if hit.entry.id != entry.id)[:_RELATED]


def _subject(entry: EvidenceEntry) -> Sequence[str]:
    title = entry.title.lower()
    return [term.id for term in queries.terms().values() if any(form.lower() in title for form in term.forms)]


def _is_guidance(entry: EvidenceEntry) -> bool:
    # How common a thing is can be wrong as any study can; what guidance says can only be misread.
    return entry.direction is Direction.FACT and entry.topic is not Topic.EPIDEMIOLOGY


def _is_dangerous(entry: EvidenceEntry) -> bool:
    return (
        entry.topic in (Topic.RED_FLAG, Topic.HARM)
        or entry.recommend is Recommend.NEVER
        or entry.red_flag is not None
    )


def _has_offer(entry: EvidenceEntry) -> bool:
    # A warning always stands; an offer only on a source that was seen. Background is nothing to offer.
    if entry.recommend in (Recommend.SELF_CARE, Recommend.ASK_FIRST):
        return may_recommend(entry, has_agreement=True)
    return entry.recommend is not Recommend.INFO


def _offer_icon(recommend: Recommend) -> str:
    return {
        Recommend.SELF_CARE: "check",
        Recommend.ASK_FIRST: "question",
        Recommend.CLINICIAN_ONLY: "shield",
        Recommend.NEVER: "stop",
    }.get(recommend, "info")


def _topic_shelf(topic: Topic) -> Shelf:
    words = queries.labels()["topic"][topic]
    count = sum(entry.topic is topic for entry in queries.entries().values())
    return Shelf(topic.value, words["label"], words["hint"], _TOPIC_ICONS[topic], count)


def _about_shelf(about: About) -> Shelf:
    label = queries.labels()["about"][about]["label"]
    count = sum(about in entry.about for entry in queries.entries().values())
    return Shelf(about.value, label, _("What is known, and how surely"), "book", count)
