"""What plans and exercises are made of, read once and kept."""

from collections.abc import Mapping
from types import MappingProxyType

from quietlegs.core.knowledge.not_with import NotWith, parse_not_with
from quietlegs.core.knowledge.reading import KnowledgeError
from quietlegs.core.plan import Exercise, PlanBook, parse_exercise, parse_item, parse_left_out
from quietlegs.exchange.knowledge_base import kept_by_language, load_evidence, load_folder, load_index


@kept_by_language
def load_plan_book() -> PlanBook:
    """Return all that a plan can be made of. Raises KnowledgeError."""
    return PlanBook(
        items=MappingProxyType({name: parse_item(fields) for name, fields in load_folder("plan").items()}),
        left_out=tuple(parse_left_out(fields) for fields in load_folder("left_out").values()),
        evidence=load_evidence(),
        conditions_by_answer=MappingProxyType(_conditions_by_answer()),
        harmed=_harmed(),
        lasting=_lasting(),
    )


def _conditions_by_answer() -> dict[str, frozenset[str]]:
    given = load_index("plan")["conditions_by_answer"]
    if not isinstance(given, dict):
        raise KnowledgeError(
            "plan/index.yaml: conditions_by_answer must be lists of question ids by condition."
        )
    return {str(name): frozenset(map(str, questions)) for name, questions in given.items()}


def _harmed() -> NotWith:
    words = load_index("plan")["words"]
    said = words.get("harmed") if isinstance(words, dict) else None
    if not isinstance(said, dict):
        raise KnowledgeError("plan/index.yaml: words must say why what did harm is left out (harmed).")
    return parse_not_with({"sentence": said["sentence"], "evidence": said["evidence"]}, "plan/index.yaml")


def _lasting() -> frozenset[str]:
    given = load_index("plan")["lasting"]
    if not isinstance(given, list) or not set(map(str, given)) <= set(_conditions_by_answer()):
        raise KnowledgeError("plan/index.yaml: lasting must be a list of conditions of conditions_by_answer.")
    return frozenset(map(str, given))


@kept_by_language
def load_exercises() -> Mapping[str, Exercise]:
    """Return the guided exercises by id. Raises KnowledgeError."""
    return MappingProxyType(
        {name: parse_exercise(fields) for name, fields in load_folder("exercises").items()}
    )
