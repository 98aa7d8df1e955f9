"""Who should leave something out, and why: a plan item, or a remedy that somebody wants to try."""

from collections.abc import Mapping, Set
from dataclasses import dataclass

from quietlegs.core.knowledge.reading import Reader


@dataclass(frozen=True, slots=True)
class NotWith:
    """Who should leave it out, and why: any one of the conditions, groups or medicines is enough."""

    conditions: tuple[str, ...]
    groups: tuple[str, ...]
    medicines: tuple[str, ...]
    sentence: str
    evidence: tuple[str, ...]

    def is_about(self, *, conditions: Set[str], groups: Set[str], medicines: Set[str]) -> bool:
        """Return whether it is about a person of whom these ids are known."""
        return not (
            conditions.isdisjoint(self.conditions)
            and groups.isdisjoint(self.groups)
            and medicines.isdisjoint(self.medicines)
        )


def parse_not_with(fields: Mapping[str, object], where: str) -> NotWith:
    """Return what a data file says under ``not_with``. Raises KnowledgeError."""
    read = Reader(fields, where)
    made = NotWith(
        conditions=read.texts("conditions"),
        groups=read.texts("groups"),
        medicines=read.texts("medicines"),
        sentence=read.text("sentence"),
        evidence=read.texts("evidence"),
    )
    read.finish()
    return made
