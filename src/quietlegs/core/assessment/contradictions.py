"""Answers that do not fit together. They are asked again, gently; until then the safer one counts."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from quietlegs.core.assessment.person import PREGNANT_FROM, PREGNANT_TO, Person, Sex
from quietlegs.core.assessment.triage import Answers
from quietlegs.core.assessment.triage_flags import ADULT_FROM, CHILD_FLAG, UNDER_18, RedFlag
from quietlegs.core.assessment.triage_rules import Bounds, Truth
from quietlegs.core.knowledge.reading import Reader


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Answers that do not fit together: the ids to ask again, and the sentence that says why."""

    ids: tuple[str, ...]
    say: str


@dataclass(frozen=True, slots=True)
class UnlikelyPair:
    """Two answers that do not fit together."""

    first: tuple[str, bool]
    second: tuple[str, bool]
    say: str


@dataclass(frozen=True, slots=True)
class ContradictionRules:
    """The pairs of answers that do not fit together, and the words for those that follow from logic."""

    pairs: tuple[UnlikelyPair, ...]
    whole_and_parts: str
    same_question: str
    age_and_child: str
    pregnant_and_age: str
    pregnant_and_sex: str
    again: str


def parse_contradictions(fields: Mapping[str, object]) -> ContradictionRules:
    """Return the rules that a plain mapping describes. Raises KnowledgeError."""
    read = Reader(fields, "contradictions")
    read.text("id")
    rules = ContradictionRules(
        pairs=read.each("pairs", _pair),
        whole_and_parts=read.text("whole_and_parts"),
        same_question=read.text("same_question"),
        age_and_child=read.text("age_and_child"),
        pregnant_and_age=read.text("pregnant_and_age"),
        pregnant_and_sex=read.text("pregnant_and_sex"),
        again=read.text("again"),
    )
    read.finish()
    return rules


def _pair(fields: Mapping[str, object], where: str) -> UnlikelyPair:
    read = Reader(fields, where)
    pair = UnlikelyPair(
        first=read.part("first", _side) or ("", False),
        second=read.part("second", _side) or ("", False),
        say=read.text("say"),
    )
    read.finish()
    return pair


def _side(fields: Mapping[str, object], where: str) -> tuple[str, bool]:
    read = Reader(fields, where)
    side = (read.text("id"), read.claim("answer"))
    read.finish()
    return side


def find_contradictions(
    rules: ContradictionRules,
    flags: Sequence[RedFlag],
    questions: Mapping[str, str],
    person: Person,
    answers: Answers,
) -> tuple[Contradiction, ...]:
    """Return the answers that do not fit together.

    Args:
        rules: the pairs and the words.
        flags: the red flags.
        questions: every question's text by its id; ids with the same text are the same question.
        person: who answers.
        answers: as the person gave them.
    """
    return (
        *_of_person(rules, person, answers),
        *(
            Contradiction((pair.first[0], pair.second[0]), pair.say)
            for pair in rules.pairs
            if _says(answers, *pair.first) and _says(answers, *pair.second)
        ),
        *_whole_and_parts(rules, flags, answers),
        *_asked_twice(rules, questions, answers),
    )


def _says(answers: Answers, question: str, answer: bool) -> bool:
    return answers.get(question) is answer


def _of_person(rules: ContradictionRules, person: Person, answers: Answers) -> Iterator[Contradiction]:
    age = person.age_years
    if age is not None and _child_by_answer(answers) in (True, False):
        by_answer = _child_by_answer(answers)
        if by_answer is not (age < ADULT_FROM):
            given = UNDER_18 if UNDER_18 in answers else CHILD_FLAG
            yield Contradiction(("age", given), rules.age_and_child)
    if person.pregnant:
        if person.sex is Sex.MALE:
            yield Contradiction(("pregnant", "sex"), rules.pregnant_and_sex)
        if age is not None and not PREGNANT_FROM <= age <= PREGNANT_TO:
            yield Contradiction(("pregnant", "age"), rules.pregnant_and_age)


def _child_by_answer(answers: Answers) -> bool | None:
    # "No" to the whole question of the child's flag can mean an adult, or a child without warning signs.
    return answers.get(UNDER_18) if UNDER_18 in answers else (answers.get(CHILD_FLAG) or None)


def _whole_and_parts(
    rules: ContradictionRules, flags: Sequence[RedFlag], answers: Answers
) -> Iterator[Contradiction]:
    for flag in flags:
        whole = answers.get(flag.id)
        if whole is None:
            continue
        counting = flag.counting_parts
        said_yes = [part for part in counting if answers.get(part) is True]
        all_no = all(answers.get(part) is False for part in counting)
        main = flag.tiers[0].rule.bounds(lambda part: _as_bounds(answers.get(part)))[0]
        if (not whole and main is Truth.YES and said_yes) or (whole and all_no):
            yield Contradiction((flag.id, *(said_yes or counting)), rules.whole_and_parts)


def _as_bounds(answer: bool | None) -> Bounds:
    truth = Truth.YES if answer else Truth.NO
    return truth, truth


def _asked_twice(
    rules: ContradictionRules, questions: Mapping[str, str], answers: Answers
) -> Iterator[Contradiction]:
    by_text: dict[str, list[str]] = defaultdict(list)
    for question, text in questions.items():
        if answers.get(question) is not None:
            by_text[text].append(question)
    for ids in by_text.values():
        if len({answers[one] for one in ids}) > 1:
            yield Contradiction(tuple(ids), rules.same_question)
