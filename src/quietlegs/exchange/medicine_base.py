"""The medicines and blood tests of the knowledge base, read once and kept."""

from collections.abc import Mapping
from types import MappingProxyType

from quietlegs.core.assessment.labs import LabTest, parse_lab
from quietlegs.core.assessment.medicines_names import Recogniser
from quietlegs.core.assessment.medicines_table import MedicineTable
from quietlegs.core.assessment.medicines_words import parse_table
from quietlegs.core.knowledge import is_verified
from quietlegs.exchange.knowledge_base import kept_by_language, load_evidence, load_folder


@kept_by_language
def load_medicines() -> MedicineTable:
    """Return the table of medicines, combinations and the words people write. Treat it as read-only.

    Raises:
        KnowledgeError: a data file cannot be read as what it should be.
    """
    return parse_table(
        medicines=load_folder("medicines").values(),
        interactions=load_folder("interactions").values(),
        words=load_folder("medicine_words"),
        sound_evidence=frozenset(name for name, entry in load_evidence().items() if is_verified(entry)),
    )


@kept_by_language
def load_recogniser() -> Recogniser:
    """Return the recogniser for the table of medicines."""
    return Recogniser(load_medicines())


@kept_by_language
def load_labs() -> Mapping[str, LabTest]:
    """Return the blood tests by id. Raises KnowledgeError."""
    return MappingProxyType({name: parse_lab(fields) for name, fields in load_folder("labs").items()})
