"""The safety gate with its data: rules, medicines and plan items read once, a remedy's name recognised."""

from collections.abc import Mapping

from quietlegs.core.experiments.design import is_no_remedy
from quietlegs.core.experiments.safety import (
    Advice,
    Allows,
    Circumstances,
    Gate,
    Holds,
    NotToBeTriedError,
    Remedy,
    Rule,
    Standing,
    check,
    parse_holds,
    parse_rule,
)
from quietlegs.core.knowledge.reading import KnowledgeError
from quietlegs.exchange.knowledge_base import kept_by_language, load_folder, load_index
from quietlegs.exchange.medicine_base import load_medicines, load_recogniser
from quietlegs.exchange.plan_base import load_plan_book


@kept_by_language
def load_rules() -> tuple[Rule, ...]:
    """Return what may be tried on oneself. Raises KnowledgeError."""
    return tuple(parse_rule(fields) for fields in load_folder("trials").values())


@kept_by_language
def load_holds() -> Holds:
    """Return what speaks against any trial. Raises KnowledgeError."""
    words = load_index("trials")["words"]
    if not isinstance(words, dict):
        raise KnowledgeError("trials/index.yaml: words must hold sentences by name.")
    return parse_holds(words)


def read_remedy(name: str, *, is_swallowed: bool | None = None) -> Remedy:
    """Return a remedy with the medicines that are recognised in its name, classes of medicines too."""
    medicines = load_medicines().medicines
    groups: list[str] = []
    ids: list[str] = []
    for line in load_recogniser().read(name):
        ids += line.medicines
        groups += line.class_named
    groups += [medicines[one].group for one in ids if one in medicines]
    return Remedy(name, tuple(dict.fromkeys(ids)), tuple(dict.fromkeys(groups)), is_swallowed)


def check_remedy(
    name: str,
    *,
    plan_item: str | None = None,
    person: Circumstances | None = None,
    answers: Mapping[str, bool] | None = None,
    is_swallowed: bool | None = None,
    has_agreement: bool = False,
    clinician: str = "",
) -> Gate:
    """Return whether a remedy may be tried by this person; see :func:`quietlegs.core.experiments.safety.check`.

    ``plan_item`` is the id of an item of the plan's data. Its contra-indications count; its name is not read for
    medicines, for what the plan offers was judged entry by entry (a banana holds potassium and is no tablet).
    """
    item = load_plan_book().items.get(plan_item) if plan_item else None
    remedy = Remedy(name) if item else read_remedy(name, is_swallowed=is_swallowed)
    return check(
        remedy,
        load_rules(),
        person=person,
        against=item.not_with if item else (),
        holds=load_holds(),
        answers=answers,
        has_agreement=has_agreement,
        clinician=clinician,
    )


def advice_for(*names: str, plan_item: str | None = None, clinician: str = "") -> Advice:
    """Return what stands with the result of a trial of these things.

    Args:
        names: what was compared, in the person's words.
        plan_item: the id of the plan's item that is the first of them; no item of the plan is a medicine.
        clinician: who leads the trial; a trial with one is of a medicine.
    """
    rule = next(rule for rule in load_rules() if rule.on_change)
    assert rule.on_change is not None
    own = names[1:] if plan_item in load_plan_book().items else names
    standings = [_standing(name) for name in own if not is_no_remedy(name)]
    found = Standing.NO_MEDICINE
    if clinician.strip() or Standing.MEDICINE in standings:
        found = Standing.MEDICINE
    elif standings:
        found = Standing.UNKNOWN
    return Advice(found, rule.on_change, rule.evidence)


def _standing(name: str) -> Standing:
    gate = check_remedy(name)
    is_named = bool(read_remedy(name).medicines or read_remedy(name).groups)
    by_others = gate.allows is Allows.CLINICIAN_LED or (gate.allows is Allows.NEVER and is_named)
    return Standing.MEDICINE if by_others else Standing.UNKNOWN


def refuse_unless_open(gate: Gate) -> None:
    """Raise with every reason when a trial may not start.

    Raises:
        NotToBeTriedError: the gate is closed.
    """
    if gate.is_open:
        return
    said = [ground.sentence for ground in gate.stopped_by]
    if gate.allows is not Allows.NEVER:
        said += [ground.sentence for ground in gate.grounds if ground not in gate.stopped_by]
        said += [f"{question.question} Say --answer {question.id}=no or yes." for question in gate.to_answer]
    if gate.needs_agreement:
        said.append("Has a pharmacist, midwife or doctor agreed? Then say --agreed.")
    if gate.needs_clinician:
        said.append("It is a medicine. Say who leads the trial: --clinician NAME.")
    raise NotToBeTriedError(" ".join(dict.fromkeys(said)))
