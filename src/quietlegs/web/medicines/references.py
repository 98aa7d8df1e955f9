"""Where a sentence comes from, as pages show it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from quietlegs.core.assessment.medicines_table import is_sound
from quietlegs.core.knowledge import shown_sources
from quietlegs.core.knowledge.evidence import Source
from quietlegs.exchange.knowledge_base import load_evidence


@dataclass(frozen=True, slots=True)
class ShownSource:
    """A source as a page names it; ``url`` is empty where there is no address."""

    cite: str
    url: str


@dataclass(frozen=True, slots=True)
class Reference:
    """An evidence entry as a link; ``url`` is empty where the library is not served."""

    title: str
    url: str


def entry_url(entry_id: str) -> str:
    """Return the address of an entry's page in the library, or nothing where the library is not served."""
    try:
        return reverse("library:entry", args=[entry_id])
    except NoReverseMatch:
        return ""


def references(ids: Sequence[str]) -> tuple[Reference, ...]:
    """Return the entries behind a sentence as links."""
    evidence = load_evidence()
    return tuple(Reference(evidence[one].title, entry_url(one)) for one in dict.fromkeys(ids))


def sources(given: Sequence[Source]) -> tuple[ShownSource, ...]:
    """Return the sources that may be shown."""
    return tuple(
        ShownSource(one.cite, one.address or (f"https://doi.org/{one.doi}" if one.doi else ""))
        for one in given
        if is_sound(one)
    )


def entry_sources(entry_id: str) -> tuple[ShownSource, ...]:
    """Return the sources of an entry that may be shown."""
    return sources(shown_sources(load_evidence()[entry_id]))
