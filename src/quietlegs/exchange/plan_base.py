"""What plans and exercises are made of, read once and kept."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from quietlegs.core.plan import Exercise, PlanBook, parse_exercise, parse_item, parse_left_out
from quietlegs.exchange.knowledge_base import load_evidence, load_folder


@cache
def load_plan_book() -> PlanBook:
    """Return all that a plan can be made of. Raises KnowledgeError."""
    return PlanBook(
        items=MappingProxyType({name: parse_item(fields) for name, fields in load_folder("plan").items()}),
        left_out=tuple(parse_left_out(fields) for fields in load_folder("left_out").values()),
        evidence=load_evidence(),
    )


@cache
def load_exercises() -> Mapping[str, Exercise]:
    """Return the guided exercises by id. Raises KnowledgeError."""
    return MappingProxyType(
        {name: parse_exercise(fields) for name, fields in load_folder("exercises").items()}
    )
