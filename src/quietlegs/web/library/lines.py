"""The small values that several pages share: a grade, an entry in a list, a source, a link."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import NoReverseMatch, reverse

from quietlegs.core.knowledge.evidence import (
    Direction,
    EvidenceEntry,
    Source,
)
from quietlegs.core.knowledge.judgement import is_verified
from quietlegs.web.library import queries

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
class Link:
    """A link inside the app."""

    label: str
    url: str


def address_of(url_name: str, *args: str) -> str | None:
    """Return the address of a place, or None while it is not built in."""
    try:
        return reverse(url_name, args=args)
    except NoReverseMatch:
        return None


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


def line(entry: EvidenceEntry) -> Line:
    """Return an entry as it stands in a list."""
    return Line(entry.id, entry.title, entry.statement, grade(entry), not is_verified(entry))


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


def entry_links(ids: Iterable[str]) -> tuple[Link, ...]:
    """Return links to entries, by their titles."""
    entries = queries.entries()
    return tuple(Link(entries[name].title, reverse("library:entry", args=[name])) for name in ids)
