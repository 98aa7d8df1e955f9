"""The steps for the night and when to get help, read once and kept."""

from collections.abc import Mapping
from types import MappingProxyType

from quietlegs.core.plan.relief import (
    ReliefKind,
    ReliefStep,
    WhenWrong,
    by_evidence,
    parse_relief_step,
    parse_when_wrong,
)
from quietlegs.exchange.knowledge_base import kept_by_language, load_evidence, load_folder

WRONG = "something-wrong"


@kept_by_language
def load_relief_steps() -> Mapping[ReliefKind, tuple[ReliefStep, ...]]:
    """Return the steps for each kind, in the order of the evidence. Raises KnowledgeError."""
    steps = [parse_relief_step(fields) for name, fields in load_folder("relief").items() if name != WRONG]
    return MappingProxyType(
        {
            kind: by_evidence([step for step in steps if step.kind is kind], load_evidence())
            for kind in ReliefKind
        }
    )


@kept_by_language
def load_when_wrong() -> WhenWrong:
    """Return when relief at home is not enough. Raises KnowledgeError."""
    return parse_when_wrong(load_folder("relief")[WRONG])
