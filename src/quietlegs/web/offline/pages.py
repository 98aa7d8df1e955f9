"""What the offline pages show."""

from dataclasses import dataclass

from quietlegs.core.knowledge import EvidenceEntry
from quietlegs.exchange import claim_files


@dataclass(frozen=True, slots=True)
class CoreQuestions:
    """The questions that are answered without a connection, with the evidence entry that answers each."""

    entries: tuple[EvidenceEntry, ...]


def core_questions_page() -> CoreQuestions:
    """Return the core set, in the order of its data file."""
    return CoreQuestions(claim_files.core_entries())
