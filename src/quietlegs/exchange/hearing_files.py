"""Hears what could hurt and what sells in the sentences of a page: a quick look at all of them, a close one at some.

What is heard was learned from the sentences of ``kb/claims/sentences.yaml`` and comes with the program
(``kb/claims/hearing.npz``, made by ``tools/make_meaning.py``).
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import fields
from functools import cache
from pathlib import Path

import numpy as np

from quietlegs.core.articles.hearing import SELLING, SOBER, Heard, Hearing, learn_hearing
from quietlegs.exchange import knowledge_base, sentence_model

SENTENCES = knowledge_base.KB / "claims" / "sentences.yaml"
HEARING = SENTENCES.with_name("hearing.npz")
# Layers of the sentence model that are read, and axes kept. A quick look reads none: word vectors and words.
QUICK_LAYERS, QUICK_AXES, CLOSE_LAYERS, CLOSE_AXES = 0, 64, 4, 160
# From where, by the quick look, a sentence is worth a close one: 1 in 5 sentences of sober pages, and all but 1 in 100
# of the harmful ones that a close look would find.
WORTH_HEARING, SURE = -0.1, 9.0
MOST_HEARD = 400  # sentences of one page; a page of 1 MB must end too


def learned_from(path: Path = SENTENCES) -> dict[str, str]:
    """Return the sentences to learn from, with what each is: "selling", "sober", or a kind of harm."""
    lists = knowledge_base.read_mapping(path)
    harmful = lists["harmful"]
    assert isinstance(harmful, Mapping)
    named = {**harmful, SELLING: lists["selling"], SOBER: lists["sober"]}
    return {str(text): str(kind) for kind, texts in named.items() for text in texts}


def digest_of(sentences: Mapping[str, str]) -> str:
    """Return what tells whether the sentences have changed since they were learned from."""
    return hashlib.sha256(repr(list(sentences.items())).encode()).hexdigest()


def make_hearing() -> dict[str, object]:
    """Return what the sentences teach, as arrays to be kept beside them.

    Raises:
        RuntimeError: the sentence model is not installed.
    """
    sentences = learned_from()
    ids = sentence_model.token_ids(list(sentences))
    states = sentence_model.states(ids, layers=CLOSE_LAYERS) if ids else None
    if ids is None or states is None:
        raise RuntimeError("The sentence model is not installed: make model")
    kept: dict[str, object] = {"digest": np.array(digest_of(sentences))}
    for name, layers, axes in (("quick", QUICK_LAYERS, QUICK_AXES), ("close", CLOSE_LAYERS, CLOSE_AXES)):
        learned = learn_hearing(states[:, : layers + 1], ids, list(sentences.values()), axes=axes)
        for one in fields(learned):
            value = np.asarray(getattr(learned, one.name))
            kept[f"{name}_{one.name}"] = value.astype(np.float16) if one.name in ("axes", "places") else value
    return kept


@cache
def _hearing(name: str) -> Hearing:
    with np.load(HEARING, allow_pickle=False) as file:
        kept = {one.name: file[f"{name}_{one.name}"] for one in fields(Hearing)}
    numbers = {
        key: value.astype(np.float32) for key, value in kept.items() if key not in ("words", "outputs")
    }
    return Hearing(**numbers, words=kept["words"], outputs=tuple(map(str, kept["outputs"])))


def kept_digest() -> str:
    """Return of which sentences the kept hearing was learned."""
    with np.load(HEARING, allow_pickle=False) as file:
        return str(file["digest"])


def senses(texts: Sequence[str], must: Sequence[bool] = ()) -> list[Heard | None]:
    """Return what each sentence of a page is heard to be; None where a quick look found nothing, or without the model.

    The model is slow, so it reads closely only what the quick look finds worth it, and what ``must`` be read.
    """
    found: list[Heard | None] = [None] * len(texts)
    worded = [i for i, text in enumerate(texts) if any(sign.isalpha() for sign in text)]
    ids = sentence_model.token_ids([texts[i] for i in worded])
    if not ids:
        return found
    looks = _hear("quick", ids)
    likely = [max(look.harmful, look.selling) for look in looks]
    likely = [SURE if must and must[worded[i]] else one for i, one in enumerate(likely)]
    worth = [i for i in sorted(range(len(ids)), key=lambda i: -likely[i]) if likely[i] >= WORTH_HEARING]
    worth = worth[:MOST_HEARD]
    for i, sense in zip(worth, _hear("close", [ids[i] for i in worth]), strict=True):
        found[worded[i]] = sense
    return found


def _hear(name: str, ids: list[list[int]]) -> list[Heard]:
    learned = _hearing(name)
    states = sentence_model.states(ids, layers=learned.layers) if ids else None
    return [] if states is None else learned.hear(states, ids)
