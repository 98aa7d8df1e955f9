"""Hears what could hurt and what sells in the sentences of a page, and what a question needs: help at once, or other people.

What is heard was learned from the texts of ``kb/heard``, in each language that has such texts, and comes with the program
(``sentences.npz`` and ``questions.npz``, made by ``tools/make_meaning.py``). Each sentence of a page is looked at
quickly, and closely where that finds something.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path

import numpy as np

from quietlegs.core.articles.hearing import (
    FEWEST_USES,
    HARMFUL,
    NARROW,
    RIDGE,
    SELLING,
    WORDS_COUNT,
    Heard,
    Hearing,
    learn_hearing,
)
from quietlegs.core.articles.minilm import Floats
from quietlegs.exchange import knowledge_base, sentence_model
from quietlegs.exchange.knowledge_base import ENGLISH


@dataclass(frozen=True, slots=True)
class Lesson:
    """What is learned from one file: by how many layers of the sentence model and how many axes, for each way to hear."""

    name: str
    ways: Mapping[str, tuple[int, int]]


SENTENCES = Lesson("sentences", {"quick": (0, 64), "close": (4, 160)})
QUESTIONS = Lesson("questions", {"close": (6, 160)})
LESSONS = (SENTENCES, QUESTIONS)
FOLDER = knowledge_base.KB / "heard"
# From where, by the quick look, a sentence is worth a close one: on two sets of English pages a close look at all found 1 danger
# in 100 more.
WORTH_HEARING, SURE = -0.1, 9.0
MOST_HEARD = 400  # sentences of one page; a page of 1 MB must end too


def taught_in(language: str) -> bool:
    """Return whether there are texts to learn from in a language."""
    return (FOLDER / language).is_dir()


def kept_in(lesson: Lesson, language: str) -> Path:
    """Return the file of what was learned."""
    return FOLDER / language / f"{lesson.name}.npz"


@cache
def is_learned(language: str) -> bool:
    """Return whether what is heard in a language comes with the program."""
    return all(kept_in(lesson, language).is_file() for lesson in LESSONS)


def learned_from(lesson: Lesson, language: str) -> dict[str, str]:
    """Return the texts to learn from, with what each is: a side, or a side and its kind. Raises KnowledgeError."""
    lists = knowledge_base.read_mapping(FOLDER / language / f"{lesson.name}.yaml")
    labelled: dict[str, str] = {}
    for side, told in lists.items():
        if isinstance(told, Mapping):
            labelled |= {str(text): f"{side}/{kind}" for kind, texts in told.items() for text in texts}
        elif isinstance(told, list):
            labelled |= {str(text): str(side) for text in told}
    return labelled


def digest_of(lesson: Lesson, texts: Mapping[str, str]) -> str:
    """Return what tells whether the texts, or how is learned from them, have changed since."""
    way = (lesson.ways, NARROW, WORDS_COUNT, RIDGE, FEWEST_USES, sentence_model.WEIGHTS_SHA256)
    return hashlib.sha256(repr((way, list(texts.items()))).encode()).hexdigest()


def make_hearing(lesson: Lesson, language: str) -> dict[str, object]:
    """Return what the texts teach, as arrays to be kept beside them.

    Raises:
        RuntimeError: the sentence model is not installed.
    """
    texts = learned_from(lesson, language)
    ids = sentence_model.token_ids(list(texts))
    most = max(layers for layers, _ in lesson.ways.values())
    states = sentence_model.states(ids, layers=most) if ids else None
    if ids is None or states is None:
        raise RuntimeError("The sentence model is not installed: make model")
    kept: dict[str, object] = {"digest": np.array(digest_of(lesson, texts))}
    for way, (layers, axes) in lesson.ways.items():
        learned = learn_hearing(states[:, : layers + 1], ids, list(texts.values()), axes=axes)
        for one in fields(learned):
            value = np.asarray(getattr(learned, one.name))
            kept[f"{way}_{one.name}"] = value.astype(np.float16) if value.dtype == np.float32 else value
    return kept


@cache
def _hearing(path: Path, way: str) -> Hearing:
    with np.load(path, allow_pickle=False) as file:
        kept = {one.name: file[f"{way}_{one.name}"] for one in fields(Hearing)}
    numbers = {
        key: value.astype(np.float32) for key, value in kept.items() if key not in ("words", "outputs")
    }
    return Hearing(**numbers, words=kept["words"], outputs=tuple(map(str, kept["outputs"])))


def kept_digest(lesson: Lesson, language: str) -> str:
    """Return of which texts the kept hearing was learned."""
    with np.load(kept_in(lesson, language), allow_pickle=False) as file:
        return str(file["digest"])


@cache
def _doubt(language: str) -> Mapping[str, float]:
    """Return by how much less a text in a language is taken to be on each side."""
    doubt = knowledge_base.load_index(f"heard/{language}").get("doubt", {})
    assert isinstance(doubt, Mapping)
    return {str(side): float(str(less)) for side, less in doubt.items()}


def _doubted(heard: Heard, language: str) -> Heard:
    doubt = _doubt(language)
    return replace(heard, sides={side: far - doubt.get(side, 0.0) for side, far in heard.sides.items()})


def question_sense(ids: Sequence[int], states: Floats, language: str) -> Heard:
    """Return what a question is heard to be. ``states``: as the sentence model gives them, shape (1, 7, 384)."""
    return _doubted(_hearing(kept_in(QUESTIONS, language), "close").hear(states, [ids])[0], language)


def senses(texts: Sequence[str], must: Sequence[bool] = (), *, language: str = ENGLISH) -> list[Heard | None]:
    """Return what each sentence of a page is heard to be; None where a quick look found nothing, or without the model.

    The model is slow, so it reads closely only what the quick look finds worth it, and what ``must`` be read.
    """
    found: list[Heard | None] = [None] * len(texts)
    worded = [i for i, text in enumerate(texts) if any(sign.isalpha() for sign in text)]
    ids = sentence_model.token_ids([texts[i] for i in worded])
    if not ids:
        return found
    looks = _hear("quick", ids, language)
    if not looks:
        return found
    likely = [max(look.sides[HARMFUL], look.sides[SELLING]) for look in looks]
    likely = [SURE if must and must[worded[i]] else one for i, one in enumerate(likely)]
    worth = [i for i in sorted(range(len(ids)), key=lambda i: -likely[i]) if likely[i] >= WORTH_HEARING]
    worth = worth[:MOST_HEARD]
    for i, sense in zip(worth, _hear("close", [ids[i] for i in worth], language), strict=True):
        found[worded[i]] = sense
    return found


def _hear(way: str, ids: list[list[int]], language: str) -> list[Heard]:
    learned = _hearing(kept_in(SENTENCES, language), way)
    states = sentence_model.states(ids, layers=learned.layers) if ids else None
    return [] if states is None else [_doubted(one, language) for one in learned.hear(states, ids)]
