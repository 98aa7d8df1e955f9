"""What the library reads: the knowledge base as core values, never the files themselves."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from quietlegs.core.knowledge.articles import ArticlePart
from quietlegs.core.knowledge.evidence import EvidenceEntry
from quietlegs.core.knowledge.glossary import Term
from quietlegs.core.knowledge.search import Found, Search
from quietlegs.exchange import knowledge_base


def entries() -> Mapping[str, EvidenceEntry]:
    """Return every entry by id."""
    return knowledge_base.load_evidence()


def terms() -> Mapping[str, Term]:
    """Return the words that are explained, by id."""
    return knowledge_base.load_terms()


def article_parts() -> tuple[ArticlePart, ...]:
    """Return what the articles told, in order."""
    return knowledge_base.load_article_parts()


def labels() -> Mapping[str, Any]:
    """Return what the words of the evidence are called and mean: direction, certainty, recommend, topic, about."""
    words = knowledge_base.load_index("evidence")["words"]
    assert isinstance(words, Mapping)
    return words


def left_out() -> tuple[tuple[str, str], ...]:
    """Return what was kept out of the evidence on purpose, as (what, why)."""
    items = knowledge_base.load_index("evidence")["left_out"]
    assert isinstance(items, list)
    return tuple((item["title"], item["why"]) for item in items)


@dataclass(frozen=True, slots=True)
class WarningSign:
    """A warning sign: how urgent it is, in the words of the check, and what to do."""

    disposition: str
    label: str
    timeframe: str
    advice: str


def warning(flag_id: str) -> WarningSign:
    """Return the warning sign of an entry. The check's own files say how urgent it is."""
    flag = knowledge_base.load_folder("triage/flags")[flag_id]
    levels = knowledge_base.load_folder("triage/wording")["levels"]["levels"]
    assert isinstance(levels, list)
    labels = {level["disposition"]: level["label"] for level in levels}
    disposition = str(flag["disposition"])
    return WarningSign(
        disposition, labels[disposition], str(flag["timeframe"]), str(flag.get("advice") or "")
    )


def exercises_on(entry_id: str) -> tuple[tuple[str, str], ...]:
    """Return the guided exercises that rest on an entry, as (id, title)."""
    return tuple(
        (str(name), str(fields["title"]))
        for name, fields in knowledge_base.load_folder("exercises").items()
        if entry_id in _ids(fields.get("evidence"))
    )


def factors_on(entry_id: str) -> tuple[str, ...]:
    """Return the names of the factors to watch that an entry speaks of."""
    causes = {
        name
        for name, fields in knowledge_base.load_folder("causes").items()
        if entry_id in _ids(fields.get("because"))
    }
    factors = knowledge_base.load_folder("factors").values()
    return tuple(str(fields["name"]) for fields in factors if fields.get("cause") in causes)


def _ids(value: object) -> list[object]:
    return value if isinstance(value, list) else []


@cache
def _search() -> Search:
    return Search(knowledge_base.load_english_evidence().values())


def find(query: str) -> Found:
    """Return the entries that speak to a few words, best first. They are English words, as most of the entries are."""
    return _search().find(query)


def find_near(entry: EvidenceEntry) -> list[EvidenceEntry]:
    """Return the other entries that speak of the same, best first."""
    hits = find(knowledge_base.load_english_evidence()[entry.id].title).hits
    return [entries()[hit.entry.id] for hit in hits if hit.entry.id != entry.id]
