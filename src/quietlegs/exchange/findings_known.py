"""What studies found about a diary's factors, from the knowledge base."""

from collections.abc import Mapping

from quietlegs.core.triggers import Known, Link, known_effects, read_links
from quietlegs.exchange.knowledge_base import kept_by_language, load_evidence, load_folder


@kept_by_language
def load_links() -> tuple[Link, ...]:
    """Return which entry of the evidence speaks of which factor."""
    names = {name: str(fields["name"]) for name, fields in load_folder("factors").items()}
    return read_links(load_folder("known").values(), names)


def load_known(factors: Mapping[str, str], outcome: str) -> dict[str, Known]:
    """Return what studies found about factors, by name.

    ``factors`` maps the diary's names to ids among the factors to choose from, "" where there is none.
    """
    return known_effects(factors, outcome, load_links(), load_evidence())
