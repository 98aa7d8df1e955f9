"""Reads what judging pages and answering questions needs: word lists, evidence, and the meaning of each entry.

The meaning vectors of the evidence come with the program (``kb/claims/meaning.npz``), so that a first question waits
for nothing. An entry whose words have changed since is embedded again when it is needed.
"""

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np

from quietlegs.core.articles.ask import Answer, QuestionBase, answer, question_base
from quietlegs.core.articles.base import ClaimBase, claim_base
from quietlegs.core.articles.check import CheckedArticle, check_article
from quietlegs.core.articles.examples import (
    UNHEARD,
    ExampleSet,
    LearnedExamples,
    Sense,
    is_of_kind,
    leanings,
    learn_examples,
)
from quietlegs.core.articles.minilm import Floats
from quietlegs.core.articles.reading import seems_english
from quietlegs.core.articles.retrieval import entry_text, word_index
from quietlegs.core.knowledge import EvidenceEntry
from quietlegs.exchange import knowledge_base, sentence_model

FOLDER = knowledge_base.KB / "claims"
VECTORS = FOLDER / "meaning.npz"
READ_FIRST, READ_AT_ONCE, MOST_READ = 24, 16, 400  # sentences of a page that the model reads closely


@cache
def load_claim_base() -> ClaimBase:
    """Return the evidence and word lists by which pages are judged. Raises KnowledgeError."""

    def read(name: str) -> Mapping[str, object]:
        return knowledge_base.read_mapping(FOLDER / f"{name}.yaml")

    return claim_base(
        knowledge_base.load_english_evidence(),
        subjects=read("subjects"),
        cues=read("cues"),
        promotions=read("promotions"),
        dangers=read("dangers"),
        missing=read("missing"),
        examples=read("examples"),
    )


@cache
def load_question_base() -> QuestionBase:
    """Return what answering questions needs. Raises KnowledgeError."""
    base = load_claim_base()
    questions = knowledge_base.read_mapping(FOLDER / "questions.yaml")
    examples = knowledge_base.read_mapping(FOLDER / "examples.yaml")
    return question_base(base, word_index(base.entries), questions=questions, examples=examples)


def text_digest(text: str) -> str:
    """Return what tells whether an entry's words have changed."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def make_vectors() -> dict[str, object]:
    """Return the ids, digests and vectors of the evidence, to be kept beside it.

    Raises:
        RuntimeError: the sentence model is not installed.
    """
    texts = _evidence_texts() | _example_texts()
    known = _vectors_of(texts)
    if known is None:
        raise RuntimeError("The sentence model is not installed: make model")
    return {
        "ids": np.array(list(texts)),
        "digests": np.array([text_digest(text) for text in texts.values()]),
        "vectors": known[1].astype(np.float16),
    }


def _evidence_texts() -> dict[str, str]:
    """Return the words of each entry by which it is known, by id."""
    return {one: entry_text(entry) for one, entry in load_claim_base().entries.items()}


def _example_sets() -> dict[str, ExampleSet]:
    """Return the examples by the name of their set: the first two are for sentences, the others for questions."""
    claims, questions = load_claim_base(), load_question_base()
    return {
        "danger": claims.danger_examples,
        "selling": claims.selling_examples,
        "urgent": questions.urgent_examples,
        "not_ours": questions.not_ours_examples,
    }


def _example_texts() -> dict[str, str]:
    """Return every example and counter-example, each by itself."""
    return {text: text for one in _example_sets().values() for text in (*one.kinds, *one.others)}


@cache
def _evidence_vectors() -> tuple[tuple[str, ...], Floats] | None:
    """Return the ids and vectors of the evidence, shape (entries, 384); None without the model."""
    return _vectors_of(_evidence_texts())


@cache
def _learned(name: str) -> LearnedExamples | None:
    """Return what one set's examples teach; None without the model."""
    one = _example_sets()[name]
    known = _vectors_of(_example_texts())
    if known is None:
        return None
    at = {text: row for row, text in enumerate(known[0])}
    examples, others = ([at[text] for text in texts] for texts in (one.kinds, one.others))
    return learn_examples(tuple(one.kinds.values()), known[1][examples], known[1][others])


def _lean(vectors: Floats, names: Sequence[str]) -> list[Sense]:
    """Return what each vector leans to, by the names of the example sets."""
    known = {name: _learned(name) for name in names}
    found = {
        name: leanings(vectors, one, _example_sets()[name]) for name, one in known.items() if one is not None
    }
    return [{name: rows[i] for name, rows in found.items()} for i in range(len(vectors))]


def senses(texts: Sequence[str]) -> list[Sense]:
    """Return what each sentence of a page leans to.

    The model is slow, so it reads first what a quick look finds nearest to what hurts or sells, and goes on for as long
    as it finds any. A sober page is done soon, a dangerous one is read to its end.
    """
    found: dict[int, Sense] = {}
    order = _likeliest_first(texts)[:MOST_READ]
    while len(found) < len(order):
        part = order[len(found) :][: READ_AT_ONCE if found else READ_FIRST]
        vectors = sentence_model.embed([texts[i] for i in part])
        if vectors is None:
            break
        leant = _lean(vectors, ("danger", "selling"))
        found.update(zip(part, leant, strict=True))
        if not any(_stands_out(sense) for sense in leant):
            break
    return [found.get(i, UNHEARD) for i in range(len(texts))]


def _stands_out(sense: Sense) -> bool:
    return any(is_of_kind(leaning, _example_sets()[name]) for name, leaning in sense.items())


def _likeliest_first(texts: Sequence[str]) -> list[int]:
    """Return the places of the sentences with words, those first that a quick look finds nearest to what hurts or sells."""
    worded = [i for i, text in enumerate(texts) if any(sign.isalpha() for sign in text)]
    if len(worded) <= READ_FIRST:
        return worded
    quick = _quick_examples()
    looks = sentence_model.look([texts[i] for i in worded], learned_from=tuple(_evidence_texts().values()))
    if quick is None or looks is None:
        return worded
    margin = np.max(
        [[leaning.margin for leaning in leanings(looks, known, one)] for one, known in quick], axis=0
    )
    return [worded[i] for i in np.argsort(-margin, kind="stable")]


@cache
def _quick_examples() -> list[tuple[ExampleSet, LearnedExamples]] | None:
    found = []
    for name in ("danger", "selling"):
        one = _example_sets()[name]
        vectors = sentence_model.look(
            [*one.kinds, *one.others], learned_from=tuple(_evidence_texts().values())
        )
        if vectors is None:
            return None
        cut = len(one.kinds)
        found.append((one, learn_examples(tuple(one.kinds.values()), vectors[:cut], vectors[cut:])))
    return found


def _vectors_of(texts: Mapping[str, str]) -> tuple[tuple[str, ...], Floats] | None:
    """Return the keys and vectors of texts: from the file where the words are as they were, else embedded again."""
    if not sentence_model.is_installed():
        return None
    kept: dict[str, Floats] = {}
    if VECTORS.is_file():
        with np.load(VECTORS, allow_pickle=False) as file:
            for one, digest, vector in zip(file["ids"], file["digests"], file["vectors"], strict=True):
                if one in texts and text_digest(texts[str(one)]) == digest:
                    kept[str(one)] = vector.astype(np.float32)
    stale = [one for one in texts if one not in kept]
    if stale:
        fresh = sentence_model.embed([texts[one] for one in stale])
        if fresh is None:
            return None
        kept.update(zip(stale, fresh, strict=True))
    return tuple(texts), np.stack([kept[one] for one in texts])


def likeness(texts: Sequence[str]) -> list[Mapping[str, float]]:
    """Return, for each text, the cosine of each evidence entry with it, by id; empty without the model."""
    known = _evidence_vectors()
    vectors = sentence_model.embed(list(texts)) if known and texts else None
    if known is None or vectors is None:
        return [{} for _ in texts]
    return [_cosines(vector, known) for vector in vectors]


def _cosines(vector: Floats, known: tuple[tuple[str, ...], Floats] | None) -> dict[str, float]:
    """Return how near one vector is to each that is known, by its key."""
    ids, matrix = known or ((), np.zeros((0, vector.size), dtype=np.float32))
    return dict(zip(ids, map(float, matrix @ vector), strict=True))


def check(text: str) -> CheckedArticle:
    """Judge a page by all we have: word lists, evidence, and meaning where the model is there."""
    has_model = sentence_model.is_installed()
    return check_article(
        text,
        base=load_claim_base(),
        likeness=likeness if has_model else None,
        senses=senses if has_model else None,
    )


def ask(question: str, *, by_words_alone: bool = False) -> Answer:
    """Answer a question. ``by_words_alone`` leaves the model out: for answers as one types."""
    base = load_question_base()
    use_model = sentence_model.is_installed() and not by_words_alone
    vectors = sentence_model.embed([question]) if use_model else None
    if vectors is None:
        return answer(question, base)
    meaning = _cosines(vectors[0], _evidence_vectors())
    # The model knows English: a question in another language seems to be about nothing of ours.
    sets = ("urgent", "not_ours") if seems_english(question) else ("urgent",)
    return answer(question, base, meaning=meaning, sense=_lean(vectors, sets)[0])


def wording(kind: str) -> Mapping[str, str]:
    """Return the words for people of one kind: ``grades`` or ``verdicts``, by name."""
    words = knowledge_base.read_mapping(FOLDER / "questions.yaml")[kind]
    assert isinstance(words, Mapping)
    return {str(name): str(text) for name, text in words.items()}


def core_entries() -> tuple[EvidenceEntry, ...]:
    """Return the evidence of the questions that are answered without a connection."""
    ids = knowledge_base.read_mapping(FOLDER / "questions.yaml")["core"]
    assert isinstance(ids, list)
    return tuple(load_claim_base().entries[str(one)] for one in ids)


def see_doctor_if(found: Answer) -> list[str]:
    """Return when to see a doctor about what a question asks, in the evidence's own sentences."""
    lists = knowledge_base.read_mapping(FOLDER / "questions.yaml")["see_doctor"]
    assert isinstance(lists, Mapping)
    entries = load_claim_base().entries
    complaints = [str(about) for one in found.found[:1] for about in one.entry.about] or ["cramps"]
    ids = dict.fromkeys(str(one) for complaint in complaints for one in lists.get(complaint, ()))
    return [entries[one].statement for one in ids]


def urgent_card(found: Answer) -> dict[str, object] | None:
    """Return the most urgent red flag that a question sounds like: what to do, why, and the sources."""
    order = ("emergency_now", "same_day", "routine_gp", "self_care")
    cards = knowledge_base.read_mapping(FOLDER / "questions.yaml")["cards"]
    assert isinstance(cards, list)
    flags = {**knowledge_base.load_folder("triage/flags"), **{str(card["id"]): card for card in cards}}
    sounded = [flags[flag] for flag in found.urgent if flag in flags]
    if not sounded:
        return None
    flag = min(sounded, key=lambda one: order.index(str(one["disposition"])))
    return {key: flag.get(key) for key in ("id", "disposition", "timeframe", "reason", "advice", "sources")}
