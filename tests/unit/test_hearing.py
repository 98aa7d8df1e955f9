"""What could hurt and what sells is heard however it is worded, from sentences that people wrote."""

import numpy as np
import pytest

from quietlegs.core.articles.hearing import HARMFUL, NOT_OURS, SELLING, URGENT, Heard, learn_hearing
from quietlegs.core.articles.safety import hazards_of
from quietlegs.core.articles.sentences import Sentence
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


def marked(*heard: float | None, texts: list[str] | None = None) -> list[str | None]:
    """Which danger each of some sentences is marked with, when they are heard to be so harmful, of a kind they name."""
    base = claim_files.load_claim_base("en")
    told = texts or [f"Iron was on the shelf of the shop, number {i}." for i in range(len(heard))]
    sentences = [Sentence(100 * i, 100 * i + 99, text, is_heading=False) for i, text in enumerate(told)]
    senses = [
        None if far is None else Heard({HARMFUL: far}, {HARMFUL: (("iron-without-test", 0.9),)})
        for far in heard
    ]
    found = {one.start: one.danger.id for one in hazards_of(sentences, base, [None] * len(told), senses)}
    return [found.get(one.start) for one in sentences]


def test_what_names_the_matter_of_its_harm_is_marked_from_a_tenth() -> None:
    assert marked(0.11) == ["iron-without-test"] and marked(0.09) == [None] and marked(None) == [None]


def test_beside_bad_advice_less_is_enough_and_four_sentences_on_it_is_not() -> None:
    assert marked(0.2, -0.15) == ["iron-without-test"] * 2
    assert marked(0.2, -0.25) == ["iron-without-test", None]
    assert marked(0.2, -1, -1, -0.15) == ["iron-without-test", None, None, "iron-without-test"]
    assert marked(0.2, -1, -1, -1, -0.15) == ["iron-without-test", None, None, None, None]
    assert marked(-0.15, -0.15) == [None, None]


def test_a_sentence_that_warns_must_be_heard_as_more_harmful() -> None:
    warning = ["The leaflet says that iron is a serious risk for children."]
    assert marked(0.15) == ["iron-without-test"] and marked(0.15, texts=warning) == [None]
    assert marked(0.25, texts=warning) == ["iron-without-test"]


def test_harm_that_names_no_matter_needs_more_and_of_no_kind_most() -> None:
    unnamed = ["Put the purple leaf on it at full moon."]
    assert marked(0.24, texts=unnamed) == [None] and marked(0.26, texts=unnamed) == ["iron-without-test"]
    base = claim_files.load_claim_base("en")
    sentence = Sentence(0, 40, unnamed[0], is_heading=False)
    for far, found in ((0.59, []), (0.61, ["other-danger"])):
        sense = Heard({HARMFUL: far}, {HARMFUL: (("iron-without-test", 0.3),)})
        assert [one.danger.id for one in hazards_of([sentence], base, [None], [sense])] == found


def test_words_of_harm_in_a_warning_that_is_heard_as_sober_do_not_count() -> None:
    base = claim_files.load_claim_base("en")
    text = "My doctor was furious: I binned my tablets and had a stroke."
    danger = next(one for one in base.dangers if one.id == "stop-medicine")
    sentence = Sentence(0, 60, text, is_heading=False)
    for far, count in ((-0.05, 1), (-0.15, 0)):
        sense = Heard({HARMFUL: far}, {HARMFUL: ()})
        assert len(hazards_of([sentence], base, [danger], [sense])) == count


def test_without_the_weights_of_the_model_a_page_is_judged_by_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentence_model, "states", lambda *_, **__: None)
    assert hearing_files.senses(["Walk it off.", "Bin your tablets."]) == [None, None]


LANGUAGES = [one for one in claim_words.languages() if hearing_files.taught_in(one)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("lesson", hearing_files.LESSONS, ids=lambda one: one.name)
def test_what_is_heard_was_learned_from_the_texts_as_they_are(
    lesson: hearing_files.Lesson, language: str
) -> None:
    now = hearing_files.digest_of(lesson, hearing_files.learned_from(lesson, language))
    assert hearing_files.kept_digest(lesson, language) == now, (
        "The texts have changed: python tools/make_meaning.py"
    )


def kinds_of(lesson: hearing_files.Lesson, side: str) -> set[str]:
    labels = {label for one in LANGUAGES for label in hearing_files.learned_from(lesson, one).values()}
    return {kind for label in labels for of, _, kind in [label.partition("/")] if of == side}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_harm_that_is_learned_can_be_told_and_named_in_each_language(language: str) -> None:
    dangers = {danger.id: danger for danger in claim_files.load_claim_base(language).dangers}
    learned = kinds_of(hearing_files.SENTENCES, HARMFUL)
    assert learned <= set(dangers)
    assert {kind for kind in learned if not dangers[kind].about} == {"other-danger"}


def test_every_need_that_is_learned_has_a_card_or_a_sentence() -> None:
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
