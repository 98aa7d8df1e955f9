"""A small sentence-embedding model in NumPy: the forward pass of a BERT encoder with mean pooling.

The weights are those of all-MiniLM-L6-v2 (Wang 2020, arXiv 2002.10957; Reimers and Gurevych 2019, arXiv 1908.10084):
6 layers, 12 heads, 384 dimensions. They are read elsewhere, as data; this room only multiplies matrices.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
LAYERS, HEADS, WIDTH, EPSILON = 6, 12, 384, 1e-12
BATCH_PIECES = (
    256  # word pieces worked out together: many enough to multiply fast, few enough to stay in the cache
)
# GELU by its tanh form (Hendrycks and Gimpel 2016, arXiv 1606.08415): a cosine moves by less than 0.00001, and it is
# ten times as fast as the error function.
CURVE, CUBE = np.float32(np.sqrt(2 / np.pi)), np.float32(0.044715)


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """The weights of one layer, each matrix (in, out) with its bias; the queries are already divided by their length."""

    asked: tuple[Floats, Floats]  # queries, keys and values beside each other
    mixed: tuple[Floats, Floats]
    mixed_norm: tuple[Floats, Floats]
    inner: tuple[Floats, Floats]
    outer: tuple[Floats, Floats]
    outer_norm: tuple[Floats, Floats]


@dataclass(frozen=True, slots=True, eq=False)
class SentenceModel:
    """The weights, float32: of words, places in the sentence, and layers."""

    words: Floats
    places: Floats
    norm: tuple[Floats, Floats]
    layers: tuple[Layer, ...]

    def embed(self, token_ids: Sequence[Sequence[int]], *, threads: int = 1) -> Floats:
        """Return one vector of length 1 for each text, shape (texts, 384). Arguments as in ``read``."""
        return as_vectors(self.read(token_ids, layers=LAYERS, threads=threads))

    def read(self, token_ids: Sequence[Sequence[int]], *, layers: int, threads: int = 1) -> Floats:
        """Return the mean state of each text before the first layer and after each: shape (texts, layers + 1, 384).

        Args:
            token_ids: the word pieces of each text, with the marks that begin and end it; none is empty.
            layers: through how many layers they go, of 6.
            threads: how many batches are worked out at a time. The states are the same for any number.
        """
        means = np.zeros((len(token_ids), layers + 1, WIDTH), np.float32)

        def fill(rows: Sequence[int]) -> None:
            means[rows] = self._means([token_ids[i] for i in rows], self.layers[:layers])

        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(fill, _batches([len(ids) for ids in token_ids])))
        return means

    def _means(self, token_ids: Sequence[Sequence[int]], layers: Sequence[Layer]) -> Floats:
        longest = max(len(one) for one in token_ids)
        ids = np.zeros((len(token_ids), longest), np.int64)
        mask = np.zeros((len(token_ids), longest), np.float32)
        for row, one in enumerate(token_ids):
            ids[row, : len(one)] = one
            mask[row, : len(one)] = 1.0
        share = mask / mask.sum(axis=1, keepdims=True)
        hidden = ((1.0 - mask) * np.float32(-1e9))[:, None, None, :] if not mask.all() else None
        states = _normed((self.words[ids] + self.places[:longest]).reshape(-1, WIDTH), *self.norm)
        means = [_mean(states, share)]
        for layer in layers:
            states = _through(layer, states, mask.shape, hidden)
            means.append(_mean(states, share))
        return np.stack(means, axis=1)


def as_vectors(states: Floats) -> Floats:
    """Return the vectors of length 1 that tell what texts are about, (texts, 384), from their states (texts, 7, 384)."""
    last = states[:, -1]
    result: Floats = last / np.linalg.norm(last, axis=1, keepdims=True)
    return result


def sentence_model(weights: Mapping[str, Floats]) -> SentenceModel:
    """Return the model from the weights by their names in the published file."""

    def dense(name: str) -> tuple[Floats, Floats]:
        return weights[f"{name}.weight"].T, weights[f"{name}.bias"]

    def norm(name: str) -> tuple[Floats, Floats]:
        return weights[f"{name}.weight"], weights[f"{name}.bias"]

    def layer(name: str) -> Layer:
        parts = [dense(f"{name}.attention.self.{part}") for part in ("query", "key", "value")]
        scale = np.repeat(np.array([(HEADS / WIDTH) ** 0.5, 1, 1], np.float32), WIDTH)
        asked = np.concatenate([matrix for matrix, _ in parts], axis=1) * scale
        return Layer(
            (asked, np.concatenate([bias for _, bias in parts]) * scale),
            dense(f"{name}.attention.output.dense"),
            norm(f"{name}.attention.output.LayerNorm"),
            dense(f"{name}.intermediate.dense"),
            dense(f"{name}.output.dense"),
            norm(f"{name}.output.LayerNorm"),
        )

    return SentenceModel(
        weights["embeddings.word_embeddings.weight"],
        weights["embeddings.position_embeddings.weight"]
        + weights["embeddings.token_type_embeddings.weight"][0],
        norm("embeddings.LayerNorm"),
        tuple(layer(f"encoder.layer.{i}") for i in range(LAYERS)),
    )


def _batches(lengths: Sequence[int]) -> list[list[int]]:
    """Return the places of texts of like length together, so that little is padded; the longest first."""
    batches: list[list[int]] = []
    for i in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        if not batches or (len(batches[-1]) + 1) * lengths[batches[-1][0]] > BATCH_PIECES:
            batches.append([])
        batches[-1].append(i)
    return batches


def _mean(states: Floats, share: Floats) -> Floats:
    result: Floats = np.einsum("tp,tpw->tw", share, states.reshape(*share.shape, WIDTH))
    return result


def _through(layer: Layer, states: Floats, shape: tuple[int, int], hidden: Floats | None) -> Floats:
    """Return the states (pieces, 384) after one layer. ``shape``: texts, pieces of each."""
    heads = _dense(states, layer.asked).reshape(*shape, 3, HEADS, WIDTH // HEADS).transpose(2, 0, 3, 1, 4)
    queries, keys, values = heads
    scores: Floats = queries @ keys.transpose(0, 1, 3, 2)
    if hidden is not None:
        scores += hidden
    scores -= scores.max(axis=-1, keepdims=True)
    np.exp(scores, out=scores)
    scores /= scores.sum(axis=-1, keepdims=True)
    mixed = _dense((scores @ values).transpose(0, 2, 1, 3).reshape(-1, WIDTH), layer.mixed)
    mixed += states
    states = _normed(mixed, *layer.mixed_norm)
    outer = _dense(_curved(_dense(states, layer.inner)), layer.outer)
    outer += states
    return _normed(outer, *layer.outer_norm)


def _dense(x: Floats, weights: tuple[Floats, Floats]) -> Floats:
    result: Floats = x @ weights[0]
    result += weights[1]
    return result


def _curved(x: Floats) -> Floats:
    """Return the GELU of x, in its place: these are the largest matrices."""
    curve = x * x
    curve *= CURVE * CUBE
    curve += CURVE
    curve *= x
    np.tanh(curve, out=curve)
    curve += np.float32(1)
    x *= curve
    x *= np.float32(0.5)
    return x


def _normed(x: Floats, scale: Floats, shift: Floats) -> Floats:
    """Return x, in its place, with mean 0 and variance 1 in each row, then scaled and shifted."""
    x -= x.mean(axis=-1, keepdims=True)
    spread = np.einsum("ij,ij->i", x, x) / np.float32(WIDTH) + np.float32(EPSILON)
    x *= (1 / np.sqrt(spread))[:, None]
    x *= scale
    x += shift
    return x
