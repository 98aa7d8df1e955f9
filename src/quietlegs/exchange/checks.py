"""Answers of a check, read from YAML, JSON or plain mappings, and the check run on them.

The reader is gentle with how an answer is written ("YES", "no.", a thumb up) and strict with what it answers: an
unknown question or an impossible value is refused and said, and the rest is used.
"""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from rapidfuzz import process

from quietlegs.core.assessment.check import Amounts, Check, check
from quietlegs.core.assessment.check_document import check_document
from quietlegs.core.assessment.guidance import Guidance, parse_guidance
from quietlegs.core.assessment.medicines import MedicineReview, review
from quietlegs.core.assessment.person import OLDEST, Person, Sex
from quietlegs.core.base.errors import Problem, QuietlegsError
from quietlegs.exchange.answer_words import read_answer
from quietlegs.exchange.knowledge_base import KB, kept_by_language, load_folder, load_index
from quietlegs.exchange.medicine_base import load_medicines, load_recogniser
from quietlegs.exchange.text import whole_characters

MOST_BYTES = 1_000_000  # 300 answers are 20 kB; anything this large is another file
MOST_LISTED = 1_000  # medicines or conditions

_FOLDERS = ("triage/flags", "triage/features", "triage/screens", "triage/wording", "conditions", "screens")

_FIELDS = ("age", "sex", "pregnant", "answers", "medicines", "conditions")
_SEXES = {
    "female": Sex.FEMALE,
    "f": Sex.FEMALE,
    "woman": Sex.FEMALE,
    "male": Sex.MALE,
    "m": Sex.MALE,
    "man": Sex.MALE,
}
_TOTALS = {
    "fibromyalgia.wpi": ("wpi", 19),
    "fibromyalgia.sss": ("sss", 12),
    "fibromyalgia.regions": ("regions", 5),
}


class AnswersError(QuietlegsError):
    """A file of answers cannot be read at all."""


@dataclass(frozen=True, slots=True)
class AnswerSheet:
    """Who answers, what they answered, and what could not be used of it."""

    person: Person
    answers: Mapping[str, bool | None]
    amounts: Amounts = field(default_factory=Amounts)
    problems: tuple[Problem, ...] = ()


@kept_by_language
def load_guidance() -> Guidance:
    """Return all data of the check, read once and kept.

    Raises:
        KnowledgeError: a data file cannot be read as what it should be.
    """
    return parse_guidance(
        flags=load_folder("triage/flags"),
        screens=load_folder("triage/screens"),
        features=load_folder("triage/features"),
        conditions=load_folder("conditions"),
        conditions_index=load_index("conditions"),
        wording=load_folder("triage/wording"),
        criteria=load_folder("screens"),
        version=_version(),
    )


def _version() -> str:
    """Return a short name for the state of the data: a result says by which it was made."""
    digest = hashlib.sha256()
    for folder in _FOLDERS:
        for path in sorted((KB / folder).glob("*.yaml")):
            digest.update(path.name.encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def run_check(sheet: AnswerSheet) -> Check:
    """Return what a sheet of answers comes to, with its medicines reviewed."""
    return check(
        load_guidance(),
        sheet.person,
        sheet.answers,
        amounts=sheet.amounts,
        review=review_for(sheet.person),
    )


def review_for(person: Person) -> MedicineReview | None:
    """Return the review of a person's medicines, or None where no list was given."""
    if person.medicines is None:
        return None
    return review(
        load_recogniser(),
        person.medicines,
        conditions=person.conditions or (),
        age_years=person.age_years,
        pregnant=person.pregnant,
    )


def triage(document: Mapping[str, object]) -> dict[str, object]:
    """Return how urgent a person's answers are, what it may be, and what to ask next.

    Args:
        document: ``{"age": 67, "sex": "female", "pregnant": False, "answers": {QUESTION_ID: True | False | None},
            "medicines": [...], "conditions": [...]}``. None is "not sure"; a question that is missing was not asked.

    Returns:
        The document of ``quietlegs check --json``.

    Raises:
        AnswersError: something in it cannot be used. Nothing is guessed.

    >>> triage({"age": 70, "answers": {"rf-stroke.face": True}})["disposition"]
    <Disposition.EMERGENCY_NOW: 'emergency_now'>
    """
    sheet = answer_sheet(document)
    if sheet.problems:
        raise AnswersError(" ".join(str(problem) for problem in sheet.problems))
    return document_of(sheet)


def document_of(sheet: AnswerSheet) -> dict[str, object]:
    """Return the document of ``quietlegs check --json`` for a sheet of answers."""
    return check_document(load_guidance(), run_check(sheet), load_medicines())


def read_answers(path: Path) -> AnswerSheet:
    """Return the answers in a YAML or JSON file.

    Raises:
        AnswersError: the file is not there, too large, not text, or not YAML or JSON, with the line.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise AnswersError(
                f"{path} is larger than 1 MB, so it is no file of answers. Choose another file."
            )
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise AnswersError(f"{path} is not plain text (UTF-8). Save it as UTF-8 and try again.") from error
    except OSError as error:
        raise AnswersError(f"{path} cannot be read ({error.strerror}). Check the name.") from error
    return parse_answers(text, str(path))


def parse_answers(text: str, name: str) -> AnswerSheet:
    """Return the answers in a YAML or JSON text; ``name`` stands in messages. Raises AnswersError."""
    if len(text) > MOST_BYTES:
        raise AnswersError(f"{name} is larger than 1 MB, so it is no file of answers.")
    try:
        document = yaml.load(whole_characters(text), Loader=_OnceOnly)  # noqa: S506  # a safe loader that refuses doubled keys
    except _DoubledKeyError as error:
        raise AnswersError(
            f"{name}, line {error.line}: {error.key} stands twice. Keep the answer that is right."
        ) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise AnswersError(
            f"{name}{line}: this is not YAML or JSON. Mend the indentation or quotes there."
        ) from error
    if document is None:
        document = {}
    if not isinstance(document, Mapping):
        raise AnswersError(f"{name}: the file must hold fields such as age and answers, for example: age: 67")
    return answer_sheet(document)


def answer_sheet(document: Mapping[str, object]) -> AnswerSheet:
    """Return the answers that a plain mapping holds. What cannot be used is left out and said in ``problems``."""
    problems: list[Problem] = []
    answers, amounts = _answers(document.get("answers"), problems)
    person = Person(
        age_years=_age(document.get("age"), problems),
        sex=_sex(document.get("sex"), problems),
        pregnant=_yes_or_no("pregnant", document.get("pregnant"), problems),
        conditions=_list("conditions", document, problems),
        medicines=_list("medicines", document, problems),
        said=_said(document.get("tokens"), problems),
    )
    for key in document:
        close = process.extractOne(key if isinstance(key, str) else "?", _FIELDS, score_cutoff=75)
        if key not in _FIELDS and key != "tokens" and close:
            problems.append(Problem(f"The field {_shown(key)} is not known.", f"Did you mean {close[0]}?"))
    return AnswerSheet(person, answers, amounts, tuple(problems))


def _answers(value: object, problems: list[Problem]) -> tuple[dict[str, bool | None], Amounts]:
    answers: dict[str, bool | None] = {}
    scales: dict[str, int] = {}
    totals: dict[str, int] = {}
    if value is None:
        return answers, Amounts()
    if not isinstance(value, Mapping):
        problems.append(
            Problem(
                "answers must be a list of questions with answers.", "Write, for example, rf-stroke.face: no"
            )
        )
        return answers, Amounts()
    guidance = load_guidance()
    scale_ids = {name for name, _ in guidance.pain.scales}
    for given, answer in value.items():
        name = given.strip().lower() if isinstance(given, str) else "?"
        if name in _TOTALS:
            key, most = _TOTALS[name]
            _keep_whole(totals, key, name, answer, most, problems)
        elif name in scale_ids:
            _keep_whole(scales, name, name, answer, 3, problems)
        elif name not in guidance.questions:
            close = process.extractOne(name, [*guidance.questions, *_TOTALS], score_cutoff=70)
            mend = f"Did you mean {close[0]}?" if close else "Check its spelling, or leave it out."
            problems.append(Problem(f"The question {_shown(given)} is not known.", mend))
        else:
            known, read = read_answer(answer)
            if known:
                answers[name] = read
            else:
                problems.append(
                    Problem(
                        f"The answer {_shown(answer)} to {name} is not clear.",
                        "Write yes, no or not sure.",
                    )
                )
    return answers, Amounts(scales, totals)


def _shown(value: object) -> str:
    """Return a value as a message names it. A list is not written out: aliases can make a small file a huge one."""
    if isinstance(value, int) and value.bit_length() > 200:
        return "a number that is far too large"
    if isinstance(value, str | int | float) or value is None:
        return repr(str(value)[:60])
    return "a list" if isinstance(value, list) else "something that is no word or number"


def _keep_whole(
    kept: dict[str, int], key: str, name: str, value: object, most: int, problems: list[Problem]
) -> None:
    if isinstance(value, str) and value.strip().isdecimal():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        problems.append(Problem(f"{name} is {_shown(value)}.", f"Write a whole number from 0 to {most}."))
    else:
        kept[key] = value


def _age(value: object, problems: list[Problem]) -> int | None:
    if value is None:
        return None
    number: float | None = None
    if isinstance(value, str):
        try:
            number = float(value.strip())
        except ValueError:
            number = None
    elif isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= 2 * OLDEST:
        number = float(value)
    if number is None or not math.isfinite(number) or not 0 <= number <= OLDEST:
        problems.append(Problem(f"The age is {_shown(value)}.", f"Write years from 0 to {OLDEST}."))
        return None
    return int(number)


def _sex(value: object, problems: list[Problem]) -> Sex | None:
    text = "" if value is None else value.strip().casefold() if isinstance(value, str) else "?"
    if text in ("", "unknown", "other", "intersex", "nonbinary", "non-binary", "prefer not to say"):
        return None  # prevalence figures know two; anybody else is asked everything
    if text not in _SEXES:
        problems.append(Problem(f"The sex is {_shown(value)}.", "Write female or male, or leave it out."))
    return _SEXES.get(text)


def _yes_or_no(name: str, value: object, problems: list[Problem]) -> bool | None:
    known, answer = read_answer(value)
    if not known:
        problems.append(Problem(f"{name} is {_shown(value)}.", "Write yes or no."))
    return answer


def _list(name: str, document: Mapping[str, object], problems: list[Problem]) -> tuple[str, ...] | None:
    value = document.get(name)
    if value is None:
        return None
    if isinstance(value, str):
        value = value.splitlines()
    if not isinstance(value, list):
        problems.append(Problem(f"{name} must be a list.", "Write one on each line, with a dash before it."))
        return None
    if len(value) > MOST_LISTED:
        problems.append(Problem(f"{name} lists {len(value)}.", f"Only the first {MOST_LISTED} were read."))
    words = [
        str(one).strip()
        for one in value[:MOST_LISTED]
        if isinstance(one, str) or (isinstance(one, int | float) and abs(one) < 1e9)
    ]
    if len(words) < sum(one is not None for one in value[:MOST_LISTED]):
        problems.append(Problem(f"{name} has a line that is no text.", "Write each as plain words."))
    return tuple(word for word in words if word)


def _said(value: object, problems: list[Problem]) -> dict[str, bool]:
    if value is None:
        return {}
    known = {token.id for token in load_guidance().tokens}
    if not isinstance(value, Mapping):
        problems.append(
            Problem("tokens must be a list of names with yes or no.", "Write, for example, on_statin: no")
        )
        return {}
    said = {}
    for name, given in value.items():
        read, answer = read_answer(given)
        if name not in known or not read:
            problems.append(
                Problem(
                    f"The token {_shown(name)} is not known, or its answer is not clear.", "Leave it out."
                )
            )
        elif answer is not None:
            said[str(name)] = answer
    return said


class _DoubledKeyError(Exception):
    """A key stands twice in one mapping."""

    def __init__(self, key: str, line: int) -> None:
        super().__init__(key)
        self.key, self.line = key, line


class _OnceOnly(yaml.SafeLoader):
    """Reads plain YAML, and refuses a mapping that gives two answers to one question."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:
        """Return the mapping, or complain about a key that stands twice."""
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    raise _DoubledKeyError(key.value[:80], key.start_mark.line + 1)
                seen.add(key.value)
        mapping: dict[object, object] = super().construct_mapping(node, deep)
        return mapping


def dump_json(document: Mapping[str, object]) -> str:
    """Return a document as JSON for people and programs."""
    return json.dumps(document, ensure_ascii=False, indent=2)
