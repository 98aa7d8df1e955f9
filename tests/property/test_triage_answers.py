"""Whatever a file of answers holds, it is read or refused with a message, and never ends in a fault."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from quietlegs.exchange.checks import AnswersError, answer_sheet, document_of, load_guidance, parse_answers

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
)
IDS = sorted(load_guidance().questions)
FIELDS = st.sampled_from(["age", "sex", "pregnant", "answers", "medicines", "conditions", "tokens", "extra"])
DOCUMENTS = st.dictionaries(FIELDS, ANYTHING, max_size=6)
ANSWERS = st.dictionaries(st.sampled_from(IDS) | st.text(max_size=12), SCALARS, max_size=8)


@given(document=DOCUMENTS, answers=ANSWERS)
@settings(max_examples=80, deadline=None)
def test_any_document_is_judged_or_refused(document, answers) -> None:
    sheet = answer_sheet({**document, "answers": answers})
    result = document_of(sheet)
    json.dumps(result, allow_nan=False)
    assert all(str(problem) for problem in sheet.problems)
    assert len(sheet.answers) <= len(answers)


@given(text=st.text(max_size=200))
@settings(max_examples=150, deadline=None)
def test_any_text_is_read_or_refused(text) -> None:
    try:
        parse_answers(text, "answers.yaml")
    except AnswersError as error:
        assert str(error).startswith("answers.yaml")


def test_a_small_file_that_unfolds_to_a_huge_one_is_refused_at_once() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    sheet = parse_answers(
        "\n".join([*lines, "answers: {rf-dvt: *a11}", "age: *a11", "medicines: *a11"]), "bomb"
    )
    assert len(sheet.problems) >= 3
