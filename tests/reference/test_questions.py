"""Questions as people ask them lead to the evidence that answers them; urgent ones and those not for us are told."""

from pathlib import Path

import pytest
import yaml

from quietlegs.core.articles.ask import Answer
from quietlegs.exchange import claim_files, sentence_model

QUESTIONS = yaml.safe_load(Path(__file__).with_name("questions.yaml").read_text())


@pytest.fixture(scope="module")
def answers() -> dict[str, Answer]:
    assert sentence_model.is_installed(), (
        "make sets the sentence model up; without it this test means nothing"
    )
    return {one["ask"]: claim_files.ask(one["ask"]) for one in QUESTIONS}


def share(hits: list[bool]) -> float:
    return sum(hits) / len(hits)


def test_the_right_evidence_comes_first_in_4_of_5_questions_and_among_three_in_9_of_10(answers) -> None:
    asked = [one for one in QUESTIONS if "want" in one]
    ids = {one["ask"]: [found.entry.id for found in answers[one["ask"]].found] for one in asked}
    assert len(asked) >= 100
    assert share([bool(set(ids[one["ask"]][:1]) & set(one["want"])) for one in asked]) >= 0.80
    assert share([bool(set(ids[one["ask"]][:3]) & set(one["want"])) for one in asked]) >= 0.92


def test_words_that_sound_like_a_red_flag_bring_it_first(answers) -> None:
    urgent = [one for one in QUESTIONS if "urgent" in one]
    assert share([one["urgent"] in answers[one["ask"]].urgent for one in urgent]) >= 0.95
    for one in urgent:
        assert claim_files.urgent_card(answers[one["ask"]]), one["ask"]


def test_an_ordinary_question_is_not_made_an_emergency(answers) -> None:
    ordinary = [one for one in QUESTIONS if "want" in one]
    assert share([bool(answers[one["ask"]].urgent) for one in ordinary]) <= 0.02


def test_what_is_not_for_us_is_told_so(answers) -> None:
    others = [one for one in QUESTIONS if "not_ours" in one]
    assert share([not answers[one["ask"]].in_scope for one in others]) >= 0.95


def test_answers_while_typing_come_by_words_alone_and_mostly_agree(answers) -> None:
    asked = [one for one in QUESTIONS if "want" in one][:40]
    quick = [claim_files.ask(one["ask"], by_words_alone=True) for one in asked]
    found = [
        bool({f.entry.id for f in answer.found[:3]} & set(one["want"]))
        for answer, one in zip(quick, asked, strict=True)
    ]
    assert share(found) >= 0.85


@pytest.mark.parametrize(
    "odd", ["", "?", "a" * 500, "🌙" * 50, "<script>alert(1)</script>", "'; drop table nights; --"]
)
def test_an_odd_question_is_answered_calmly(odd: str) -> None:
    assert claim_files.ask(odd).question == odd
