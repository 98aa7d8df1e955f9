"""What five web articles described, and where each part of them lives here."""

from collections.abc import Mapping
from dataclasses import dataclass

from quietlegs.core.knowledge.reading import Reader


@dataclass(frozen=True, slots=True)
class Lead:
    """A place in the app. ``page`` is the name of its address, ``args`` fill it, ``label`` is what the link says."""

    page: str
    args: tuple[str, ...]
    label: str


@dataclass(frozen=True, slots=True)
class ArticlePart:
    """One part of an article: what it tells, what became of it here, and where to go."""

    id: str
    article: str
    order: int
    tells: str
    here: str
    evidence: tuple[str, ...]
    leads: tuple[Lead, ...]


def parse_article_part(fields: Mapping[str, object]) -> ArticlePart:
    """Return the part that a plain mapping describes. Raises KnowledgeError."""
    read = Reader(fields, str(fields.get("id", "a part without id")))
    part = ArticlePart(
        id=read.text("id"),
        article=read.text("article"),
        order=read.whole_or_none("order") or 0,
        tells=read.text("tells"),
        here=read.text("here"),
        evidence=read.texts("evidence"),
        leads=read.each("leads", _lead),
    )
    read.finish()
    return part


def _lead(fields: Mapping[str, object], where: str) -> Lead:
    read = Reader(fields, where)
    lead = Lead(page=read.text("page"), args=read.texts("args"), label=read.text("label"))
    read.finish()
    return lead
