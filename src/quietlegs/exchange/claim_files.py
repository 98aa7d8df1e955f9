"""Judges pages and answers questions: word lists in each language, evidence, and the meaning of each entry.

A text is judged by the words of its own language. What is said of it is in the language that the reader asked for
(``knowledge_base.language()``). The sentence model knows English alone: in other languages evidence is found by words, and
harm and need are heard as well as can be learned from texts in them.

The meaning vectors of the evidence come with the program (``kb/claims/meaning.npz``), so that a first question waits
for nothing. An entry whose words have changed since is embedded again when it is needed.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache, partial

import numpy as np

from quietlegs.core.articles.ask import Answer, QuestionBase, answer, question_base, urgent_flags
from quietlegs.core.articles.base import ClaimBase, claim_base
from quietlegs.core.articles.check import CheckedArticle, check_article
from quietlegs.core.articles.grammar import is_mixed, told_language
from quietlegs.core.articles.hearing import NOT_OURS
from quietlegs.core.articles.minilm import LAYERS, Floats, as_vectors
from quietlegs.core.articles.retrieval import entry_text, word_index
from quietlegs.core.knowledge import EvidenceEntry
from quietlegs.exchange import claim_words, hearing_files, knowledge_base, sentence_model
from quietlegs.exchange.knowledge_base import ENGLISH

VECTORS = claim_words.FOLDER / "meaning.npz"


@cache
def _claim_base(language: str, shown: str) -> ClaimBase:
    def read(name: str) -> Mapping[str, object]:
        return claim_words.words(name, language)

    with knowledge_base.speaking(shown):
        return claim_base(
            knowledge_base.load_evidence(),
            claim_words.load_grammar(language),
            subjects=read("subjects"),
            cues=read("cues"),
            promotions=read("promotions"),
            dangers=read("dangers"),
            missing=read("missing"),
        )


@cache
def _question_base(language: str, shown: str) -> QuestionBase:
    claims, grammar = _claim_base(language, shown), claim_words.load_grammar(language)
    with knowledge_base.speaking(language):
        told = knowledge_base.load_evidence()
    with knowledge_base.speaking(shown):
        questions = claim_words.words("questions", language)
    texts = [f"{entry.title} {entry.statement}" for entry in told.values()]
    known = questions.get("spellings", [])
    assert isinstance(known, list)
    return question_base(
        claims,
        word_index(told, grammar),
        questions=questions,
        texts=texts if language == ENGLISH else [*texts, *_phrases(language), *map(str, known)],
    )


def _phrases(language: str) -> list[str]:
    """Return the words for what our evidence is about."""
    items = claim_words.words("subjects", language)["items"]
    assert isinstance(items, list)
    return [str(word) for item in items for word in item["words"]]


def load_claim_base(language: str = ENGLISH) -> ClaimBase:
    """Return the evidence and the word lists by which pages in a language are judged. Raises KnowledgeError."""
    return _claim_base(language, knowledge_base.language())


def load_question_base(language: str = ENGLISH) -> QuestionBase:
    """Return what answering questions in a language needs. Raises KnowledgeError."""
    return _question_base(language, knowledge_base.language())


def language_of(text: str) -> str | None:
    """Return the language that a text is in, as far as we understand it; None for another.

    A text of a few words that say nothing of their language is taken for one in the reader's.
    """
    fallback = knowledge_base.language()
    return told_language(text, claim_words.grammars(), known=_matter(), fallback=fallback)


@cache
def _matter() -> Mapping[str, frozenset[str]]:
    return {language: load_question_base(language).everyday for language in claim_words.languages()}


def is_in_several_languages(text: str, language: str) -> bool:
    """Return whether a good part of a page is in another language than the one that it is judged in."""
    return is_mixed(text, claim_words.load_grammar(language), claim_words.grammars())


def text_digest(text: str) -> str:
    """Return what tells whether an entry's words have changed."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def make_vectors() -> dict[str, object]:
    """Return the ids, digests and vectors of the evidence, to be kept beside it.

    Raises:
        RuntimeError: the sentence model is not installed.
    """
    texts = _evidence_texts()
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
    return {one: entry_text(entry) for one, entry in knowledge_base.load_english_evidence().items()}


@cache
def _evidence_vectors() -> tuple[tuple[str, ...], Floats] | None:
    """Return the ids and vectors of the evidence, shape (entries, 384); None without the model."""
    return _vectors_of(_evidence_texts())


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
    """Judge a page by all we have: word lists in its language, evidence, and meaning where the model knows the language."""
    language = language_of(text) or ENGLISH
    return check_article(
        text,
        base=load_claim_base(language),
        likeness=likeness if is_compared_by_meaning(language) else None,
        senses=partial(hearing_files.senses, language=language) if is_heard(language) else None,
    )


def is_compared_by_meaning(language: str) -> bool:
    """Return whether texts in a language are compared with the evidence by meaning too, and not by words alone."""
    return language == ENGLISH and sentence_model.is_installed()


def is_heard(language: str) -> bool:
    """Return whether harm, selling and urgent questions in a language are heard however they are worded."""
    return hearing_files.is_learned(language) and sentence_model.is_installed()


def ask(question: str, *, by_words_alone: bool = False) -> Answer:
    """Answer a question. ``by_words_alone`` leaves the model out: for answers as one types.

    Words of danger are heard in every language that we know, whatever language the question seems to be in.
    """
    known = language_of(question)
    language = known or ENGLISH
    base = load_question_base(language)
    others = [one for one in claim_words.languages() if one != language]
    flags = [flag for one in others for flag in urgent_flags(question, load_question_base(one))]
    may_be_heard = any(sign.isalpha() for sign in question) and not by_words_alone and is_heard(language)
    ids = sentence_model.token_ids([question]) if may_be_heard else None
    states = sentence_model.states(ids, layers=LAYERS) if ids else None
    if not ids or states is None:
        return answer(question, base, elsewhere_urgent=flags)
    sense = hearing_files.question_sense(ids[0], states, language)
    if not known:  # in a language that we do not know it seems to be about nothing of ours
        sense = replace(sense, sides={**sense.sides, NOT_OURS: -1.0})
    meaning = None
    if is_compared_by_meaning(language):
        meaning = _cosines(as_vectors(states)[0], _evidence_vectors())
    return answer(question, base, meaning=meaning, sense=sense, elsewhere_urgent=flags)


def wording(kind: str) -> Mapping[str, str]:
    """Return the words for people of one kind: ``grades`` or ``verdicts``, by name."""
    words = _common()[kind]
    assert isinstance(words, Mapping)
    return {str(name): str(text) for name, text in words.items()}


def _common() -> Mapping[str, object]:
    """Return what is the same for questions in every language, its sentences in the reader's."""
    return claim_words.words("questions", ENGLISH)


def core_entries() -> tuple[EvidenceEntry, ...]:
    """Return the evidence of the questions that are answered without a connection."""
    ids = _common()["core"]
    assert isinstance(ids, list)
    entries = knowledge_base.load_evidence()
    return tuple(entries[str(one)] for one in ids)


def heading(entry: EvidenceEntry) -> str:
    """Return what an entry answers: its question, or its title where the reader's language has that alone."""
    return entry.question if knowledge_base.language() == ENGLISH else entry.title


def certainty_label(entry: EvidenceEntry) -> str:
    """Return how sure an entry is, in the words of the library: "low certainty"."""
    words = knowledge_base.load_index("evidence")["words"]
    assert isinstance(words, Mapping)
    return str(words["certainty"][entry.certainty.value]["label"]).lower()


def asked_by(entry: EvidenceEntry) -> list[str]:
    """Return the words in the reader's language that lead to an entry."""
    items = claim_words.words("subjects", knowledge_base.language())["items"]
    assert isinstance(items, list)
    return [str(word) for item in items if entry.id in item["evidence"][:2] for word in item["words"]]


def see_doctor_if(found: Answer) -> list[str]:
    """Return when to see a doctor about what a question asks, in the evidence's own sentences."""
    lists = _common()["see_doctor"]
    assert isinstance(lists, Mapping)
    entries = knowledge_base.load_evidence()
    complaints = [str(about) for one in found.found[:1] for about in one.entry.about] or ["cramps"]
    ids = dict.fromkeys(str(one) for complaint in complaints for one in lists.get(complaint, ()))
    return [entries[one].statement for one in ids]


def urgent_card(found: Answer) -> dict[str, object] | None:
    """Return the most urgent red flag that a question sounds like: what to do, why, and the sources."""
    order = ("emergency_now", "same_day", "routine_gp", "self_care")
    cards = _common()["cards"]
    assert isinstance(cards, list)
    flags = {**knowledge_base.load_folder("triage/flags"), **{str(card["id"]): card for card in cards}}
    sounded = [flags[flag] for flag in found.urgent if flag in flags]
    if not sounded:
        return None
    flag = min(sounded, key=lambda one: order.index(str(one["disposition"])))
    return {key: flag.get(key) for key in ("id", "disposition", "timeframe", "reason", "advice", "sources")}
