"""The people of the vignettes: read from YAML, answered by the check, and counted."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from quietlegs.core.assessment.asking import same_questions
from quietlegs.core.assessment.check import Check, check
from quietlegs.core.assessment.person import Person, Sex
from quietlegs.core.assessment.triage import flags_passed_over
from quietlegs.core.assessment.triage_flags import CHILD_FLAG, Disposition
from quietlegs.exchange.checks import load_guidance

PEOPLE = Path(__file__).parent / "people"


@dataclass(frozen=True, slots=True)
class Vignette:
    """One person: who they are, what they answered, and what should be done."""

    file: str
    who: str
    person: Person
    answers: Mapping[str, bool | None]
    expect: Disposition
    flag: str | None
    fires: bool | None
    condition: str | None


@cache
def vignettes() -> tuple[Vignette, ...]:
    return tuple(
        _vignette(path.stem, fields)
        for path in sorted(PEOPLE.glob("*.yaml"))
        for fields in yaml.safe_load(path.read_text(encoding="utf-8"))
    )


@cache
def answered(place: int) -> Check:
    one = vignettes()[place]
    return check(load_guidance(), one.person, one.answers)


def results() -> Iterator[tuple[Vignette, Check]]:
    for place, one in enumerate(vignettes()):
        yield one, answered(place)


def _vignette(file: str, fields: Mapping) -> Vignette:
    guidance = load_guidance()
    said = {token.id: False for token in guidance.tokens} | dict(fields.get("tokens", {}))
    if fields.get("pregnant"):
        said.pop("pregnant_or_postpartum")
    answers: dict[str, bool | None] = {
        part: False for flag in guidance.flags if flag.id != CHILD_FLAG for part in flag.counting_parts
    }
    if fields["age"] < 18:
        answers |= dict.fromkeys(guidance.flag(CHILD_FLAG).counting_parts[1:], False)
    answers |= dict.fromkeys(fields.get("said_no", ()), False)
    passed_over = flags_passed_over(
        guidance.flags, said | {"pregnant_or_postpartum": bool(fields.get("pregnant"))}
    )
    for key, answer in (("said_yes", True), ("not_sure", None)):
        for question in fields.get(key, ()):
            # One question can stand in several flags; a person has one answer to it.
            answers |= dict.fromkeys(same_questions(guidance.questions, question, passed_over), answer)
    unknown = set(answers) - set(guidance.questions)
    assert not unknown, f"{fields['who']}: no such question: {sorted(unknown)}"
    return Vignette(
        file=file,
        who=fields["who"],
        person=Person(
            age_years=fields["age"], sex=Sex(fields["sex"]), pregnant=fields.get("pregnant", False), said=said
        ),
        answers=answers,
        expect=Disposition(fields["expect"]),
        flag=fields.get("flag"),
        fires=fields.get("fires"),
        condition=fields.get("condition"),
    )
