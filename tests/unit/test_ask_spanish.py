"""In Spanish too: danger comes first however it is spelt, what is not for us is sent on, and the rest is answered."""

from pathlib import Path

import pytest
import yaml

from quietlegs.core.articles.words import without_accents
from quietlegs.exchange import claim_files, claim_words, knowledge_base

QUESTIONS = yaml.safe_load((Path(__file__).parents[1] / "reference" / "spanish_questions.yaml").read_text())


def urgent(question: str) -> tuple[str, ...]:
    return claim_files.ask(question).urgent


@pytest.mark.parametrize(
    ("flag", "question"), [(flag, q) for flag, qs in QUESTIONS["urgent"].items() for q in qs]
)
def test_words_of_danger_are_heard(flag: str, question: str) -> None:
    assert flag in urgent(question)


@pytest.mark.parametrize(
    "question",
    ["me duele el pecho y no puedo respirar", "quiero morir", "tengo una pierna hinchada y caliente"],
)
def test_they_are_heard_in_capitals_without_accents_and_with_slips(question: str) -> None:
    assert urgent(question.upper()) == urgent(without_accents(question)) == urgent(question) != ()
    slip = question.replace("respirar", "respirrar").replace("quiero", "kiero").replace("hinchada", "inchada")
    assert urgent(slip) == urgent(question)


def test_they_are_heard_beside_words_of_another_language() -> None:
    assert urgent("help please me duele el pecho y no puedo respirar what do I do with this, it is bad")


@pytest.mark.parametrize("question", QUESTIONS["ordinary"])
def test_an_ordinary_question_frightens_nobody(question: str) -> None:
    assert urgent(question) == ()


@pytest.mark.parametrize(
    ("matter", "question"), [(matter, q) for matter, qs in QUESTIONS["not_ours"].items() for q in qs]
)
def test_what_is_not_for_us_is_sent_on(matter: str, question: str) -> None:
    found = claim_files.ask(question)
    assert found.not_ours and found.not_ours.id == matter


def test_nearly_every_question_leads_to_its_evidence() -> None:
    first = [
        claim_files.ask(question).found[:1]
        for questions in QUESTIONS["answered"].values()
        for question in questions
    ]
    wanted = [entry for entry, questions in QUESTIONS["answered"].items() for _ in questions]
    right = sum(
        bool(one) and one[0].entry.id in entry.split() for one, entry in zip(first, wanted, strict=True)
    )
    assert right / len(wanted) >= QUESTIONS["least_right"]


def test_the_card_is_in_the_readers_language() -> None:
    with knowledge_base.speaking("es"):
        card = claim_files.urgent_card(claim_files.ask("me tomé demasiadas pastillas"))
        other = claim_files.urgent_card(claim_files.ask("quiero morir"))
    assert card and str(card["advice"]).startswith("Llama ahora")
    assert other and "línea de ayuda" in str(other["advice"])


def test_spanish_has_words_for_all_that_english_has() -> None:
    for name, kinds in (("subjects", ("items",)), ("questions", ("out_of_scope", "asked"))):
        for kind in kinds:
            ids = [
                {item["id"] for item in claim_words.words(name, language)[kind]}  # type: ignore[attr-defined]
                for language in claim_words.languages()
            ]
            assert ids[0] == ids[1]
    flags = [
        {one["flag"] for one in claim_words.words("questions", language)["urgent"]}  # type: ignore[attr-defined]
        for language in claim_words.languages()
    ]
    assert flags[0] <= flags[1]
