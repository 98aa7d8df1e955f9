"""The language of triage rules, and what three values make of it."""

import pytest

from quietlegs.core.assessment.triage_rules import OPEN, Truth, parse_rule, undecided
from quietlegs.core.knowledge.reading import KnowledgeError

NO, UNSURE, YES = ((value, value) for value in Truth)
PARTS = ["f.a", "f.b", "f.c"]


def bounds(text: str, **known: tuple) -> tuple:
    rule = parse_rule(text, PARTS, "f")
    return rule.bounds(lambda part: known.get(part[-1], OPEN))


@pytest.mark.parametrize(
    ("text", "known", "expected"),
    [
        ("f.a and f.b or f.c", {"a": NO, "b": NO, "c": YES}, YES),  # and binds before or
        ("f.a and (f.b or f.c)", {"a": NO, "b": NO, "c": YES}, NO),
        ("not f.a and f.b", {"a": NO, "b": YES}, YES),  # not binds before and
        ("not (f.a and f.b)", {"a": YES, "b": NO}, YES),
        ("f.a and f.b", {"a": YES, "b": UNSURE}, UNSURE),
        ("f.a and f.b", {"a": NO, "b": UNSURE}, NO),  # not sure cannot save a rule that is already lost
        ("f.a or f.b", {"a": YES, "b": UNSURE}, YES),
        ("not f.a", {"a": UNSURE}, UNSURE),
        ("f.a and f.b", {"a": YES}, OPEN),
        ("f.a and f.b", {"a": UNSURE}, (Truth.NO, Truth.UNSURE)),
        ("f.a or f.b", {"a": UNSURE}, (Truth.UNSURE, Truth.YES)),
        ("not f.a", {}, OPEN),
    ],
)
def test_a_rule_says_how_true_it_is_and_could_become(text, known, expected) -> None:
    assert bounds(text, **known) == expected


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("f.a and", "ends too early"),
        ("(f.a", "not closed"),
        ("f.a f.b", "cannot go on"),
        ("f.a & f.b", "no part of the language"),
        ("f.d", "none of its parts"),
        ("and f.a", "where a part should stand"),
        ("f.a or not f.a", "both plainly and under"),
    ],
)
def test_a_rule_that_cannot_be_read_is_refused_with_its_place(text, complaint) -> None:
    with pytest.raises(KnowledgeError, match=f"^f: .*{complaint}"):
        parse_rule(text, PARTS, "f")


def test_a_settled_branch_is_not_asked_about() -> None:
    rule = parse_rule("f.a and (f.b or f.c)", PARTS, "f")
    assert list(undecided(rule, lambda part: NO if part == "f.a" else OPEN)) == []
    assert list(undecided(rule, lambda part: YES if part == "f.a" else OPEN)) == ["f.b", "f.c"]
