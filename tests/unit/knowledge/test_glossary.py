"""Words are explained once, where they first stand, and marking them changes no letter."""

from hypothesis import given
from hypothesis import strategies as st

from quietlegs.core.knowledge.glossary import Explainer, Term
from quietlegs.exchange.knowledge_base import load_terms


def term(name: str, *forms: str) -> Term:
    return Term(name, forms[0], forms, "What it means.", ("some",), ())


LEGS = term("restless-legs", "Restless legs", "restless legs", "restless legs syndrome")
ARB = term("arb", "ARB", "ARB", "ARBs")


def marked(explainer: Explainer, text: str) -> list[str]:
    return [piece.text for piece in explainer.cut(text) if piece.term]


def test_the_longest_way_of_writing_a_word_is_marked() -> None:
    assert marked(Explainer([LEGS]), "Is restless legs syndrome common?") == ["restless legs syndrome"]


def test_a_word_is_explained_once_on_a_page_and_not_where_it_is_the_subject() -> None:
    page = Explainer([LEGS, ARB])
    assert marked(page, "Restless legs and restless legs.") == ["Restless legs"]
    assert marked(page, "ARBs ease no restless legs.") == ["ARBs"]
    assert marked(Explainer([LEGS], skip=["restless-legs"]), "Restless legs.") == []


def test_a_word_inside_another_word_or_in_small_letters_is_left_alone() -> None:
    assert marked(Explainer([ARB, term("odds", "Odds", "odds")]), "Oddsmakers carb arb odds-on.") == []


@given(st.lists(st.text(max_size=60) | st.sampled_from(["odds ", "ferritin", "CK test", "restless legs "])))
def test_marking_words_changes_no_letter(parts: list[str]) -> None:
    text = "".join(parts)
    assert "".join(piece.text for piece in Explainer(load_terms().values()).cut(text)) == text
