"""The words and the diagram that findings are made with, read from the knowledge base once."""

from quietlegs.core.triggers import Diagram, Wording, read_diagram, read_wording
from quietlegs.exchange.knowledge_base import kept_by_language, load_folder


@kept_by_language
def load_wording() -> Wording:
    """Return every sentence about findings."""
    return read_wording({k: v for k, v in load_folder("wording")["findings"].items() if k != "id"})


@kept_by_language
def load_causes() -> Diagram:
    """Return what may act on what."""
    return read_diagram(load_folder("causes").values())
