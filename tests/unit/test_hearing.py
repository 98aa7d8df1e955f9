"""What could hurt and what sells is heard however it is worded, from sentences that people wrote."""

import numpy as np
import pytest

from quietlegs.core.articles.hearing import HARMFUL, NOT_OURS, SELLING, URGENT, learn_hearing
from quietlegs.exchange import claim_files, claim_words, hearing_files, knowledge_base, sentence_model

NEEDS_MODEL = pytest.mark.skipif(
    not sentence_model.is_installed(), reason="needs the sentence model: make model"
)


@NEEDS_MODEL
@pytest.mark.parametrize(
    ("harmful", "sober"),
    [
        (
            "My brother stopped his beta blocker, feels ten years younger, so bin yours.",
            "My brother stopped his beta blocker and landed in intensive care.",
        ),
        (
            "Just leave the hot water bottle on your numb feet all night.",
            "Never put a hot water bottle on numb feet, it can burn you badly.",
        ),
        (
            "With dialysis you can have as much magnesium as you please.",
            "With dialysis I was told to keep away from magnesium.",
        ),
    ],
)
def test_a_story_that_urges_harm_is_told_from_one_that_warns_of_it(harmful: str, sober: str) -> None:
    assert claim_files.check(f"Night leg cramps\n\n{harmful}\n").hazards
    assert not claim_files.check(f"Night leg cramps\n\n{sober}\n").hazards


@NEEDS_MODEL
def test_harm_of_no_kind_that_we_know_is_said_in_general_words() -> None:
    page = claim_files.check(
        "Night leg cramps\n\nRub petrol on the calf, granny swore by it and so should you.\n"
    )
    assert [one.danger.id for one in page.hazards] == ["other-danger"]


@NEEDS_MODEL
def test_beside_bad_advice_less_is_enough_to_mark_the_next() -> None:
    mild = "He had stayed on it for another week, and nothing came of it."
    bad = "Throw the tablets of your cardiologist in the bin tonight."
    alone = claim_files.check(f"Night leg cramps\n\n{mild}\n")
    beside = claim_files.check(f"Night leg cramps\n\n{bad} {mild}\n")
    assert len(alone.hazards) <= len(beside.hazards) - 1


LANGUAGES = [one for one in claim_words.languages() if hearing_files.taught_in(one)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("lesson", hearing_files.LESSONS, ids=lambda one: one.name)
def test_what_is_heard_was_learned_from_the_texts_as_they_are(
    lesson: hearing_files.Lesson, language: str
) -> None:
    now = hearing_files.digest_of(hearing_files.learned_from(lesson, language))
    assert hearing_files.kept_digest(lesson, language) == now, (
        "The texts have changed: python tools/make_meaning.py"
    )


def kinds_of(lesson: hearing_files.Lesson, side: str) -> set[str]:
    labels = {label for one in LANGUAGES for label in hearing_files.learned_from(lesson, one).values()}
    return {kind for label in labels for of, _, kind in [label.partition("/")] if of == side}


def test_every_kind_that_is_learned_is_one_that_we_can_explain() -> None:
    dangers = {danger.id for danger in claim_files.load_claim_base().dangers}
    assert kinds_of(hearing_files.SENTENCES, HARMFUL) <= dangers
    questions = claim_words.words("questions", "en")
    cards = {card["id"] for card in questions["cards"]}
    assert kinds_of(hearing_files.QUESTIONS, URGENT) <= cards | set(
        knowledge_base.load_folder("triage/flags")
    )
    assert kinds_of(hearing_files.QUESTIONS, NOT_OURS) <= {one["id"] for one in questions["out_of_scope"]}


def states_of(words: list[list[int]]) -> tuple[np.ndarray, list[list[int]]]:
    """Sentences of a language with one meaning for each word, as states and word pieces."""
    ids = [[0, *sentence, 0] for sentence in words]
    states = np.stack([np.eye(8, dtype=np.float32)[sentence].mean(axis=0) for sentence in words])[:, None]
    return states, ids


def test_learning_puts_new_sentences_on_the_side_of_those_they_are_like_in_any_order() -> None:
    sentences = [[1, 2], [1, 2, 3], [1, 2, 4], [5, 6], [5, 6, 3], [5, 6, 4], [7, 3], [7, 4], [7, 3, 4]]
    kinds = ["harmful/heat"] * 3 + ["selling"] * 3 + ["sober"] * 3
    learned = learn_hearing(*states_of(sentences), kinds, axes=6)
    heat, selling, sober = learned.hear(*states_of([[1, 2, 3, 4], [5, 6, 3, 4], [7, 4, 3]]))
    assert heat.sides[HARMFUL] > 0 > max(selling.sides[HARMFUL], sober.sides[HARMFUL])
    assert heat.kinds[HARMFUL][0][0] == "heat"
    assert selling.sides[SELLING] > 0 > max(heat.sides[SELLING], sober.sides[SELLING])
    turned = learn_hearing(*states_of(sentences[::-1]), kinds[::-1], axes=6)
    again = turned.hear(*states_of([[1, 2, 3, 4]]))[0].sides[HARMFUL]
    assert again == pytest.approx(heat.sides[HARMFUL], abs=0.02)


@NEEDS_MODEL
def test_a_sentence_is_read_the_same_alone_and_among_others_and_through_fewer_layers() -> None:
    texts = ["Walk it off.", "Heat on a numb foot is a bad idea, whatever the forum says.", "Legs!"] * 9
    ids = sentence_model.token_ids(texts)
    together = sentence_model.states(ids, layers=6)
    for row, one in enumerate(ids[:3]):
        assert np.allclose(sentence_model.states([one], layers=6)[0], together[row], atol=1e-4)
    assert np.allclose(sentence_model.states(ids, layers=2), together[:, :3], atol=1e-6)
