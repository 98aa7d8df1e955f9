"""A small sentence-embedding model in NumPy: the forward pass of a BERT encoder with mean pooling.

The weights are those of all-MiniLM-L6-v2 (Wang 2020, arXiv 2002.10957; Reimers and Gurevych 2019, arXiv 1908.10084):
6 layers, 12 heads, 384 dimensions. They are read elsewhere, as data; this room only multiplies matrices.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf

Floats = NDArray[np.float32]
LAYERS, HEADS, EPSILON = 6, 12, 1e-12
BATCH = 4  # texts of like length together: little padding, the matrices stay in the cache, and threads end together


@dataclass(frozen=True, slots=True, eq=False)
class SentenceModel:
    """The weights by name, float32."""

    weights: Mapping[str, Floats]

    def embed(self, token_ids: Sequence[Sequence[int]], *, threads: int = 1) -> Floats:
        """Return one vector of length 1 for each text: shape (texts, 384).

        Args:
            token_ids: the word pieces of each text, with the marks that begin and end it; none is empty.
            threads: how many batches are worked out at a time. The vectors are the same for any number.
        """
        out = np.zeros(
            (len(token_ids), self.weights["embeddings.word_embeddings.weight"].shape[1]), np.float32
        )
        order = sorted(range(len(token_ids)), key=lambda i: len(token_ids[i]))
        batches = [order[at : at + BATCH] for at in range(0, len(order), BATCH)]
        batches.reverse()  # the longest first, so that no thread is left with them at the end
        with ThreadPoolExecutor(threads) as pool:
            vectors_of = pool.map(lambda rows: self._batch(token_ids, rows), batches)
            for rows, vectors in zip(batches, vectors_of, strict=True):
                out[rows] = vectors
        return out

    def _batch(self, token_ids: Sequence[Sequence[int]], rows: Sequence[int]) -> Floats:
        longest = max(len(token_ids[i]) for i in rows)
        ids = np.zeros((len(rows), longest), np.int64)
        mask = np.zeros((len(rows), longest), np.float32)
        for row, i in enumerate(rows):
            ids[row, : len(token_ids[i])] = token_ids[i]
            mask[row, : len(token_ids[i])] = 1.0
        return self._pool(self._encode(ids, mask), mask)

    @staticmethod
    def _pool(states: Floats, mask: Floats) -> Floats:
        mean: Floats = (states * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
        length: Floats = np.sqrt((mean * mean).sum(axis=1, keepdims=True))
        return mean / length

    def _encode(self, ids: NDArray[np.int64], mask: Floats) -> Floats:
        w = self.weights
        states: Floats = (
            w["embeddings.word_embeddings.weight"][ids]
            + w["embeddings.position_embeddings.weight"][None, : ids.shape[1]]
            + w["embeddings.token_type_embeddings.weight"][0]
        )
        states = self._norm(states, "embeddings.LayerNorm")
        hidden = (1.0 - mask)[:, None, None, :] * np.float32(-1e9)
        for layer in range(LAYERS):
            states = self._layer(states, hidden, f"encoder.layer.{layer}")
        return states

    def _layer(self, states: Floats, hidden: Floats, name: str) -> Floats:
        texts, length, width = states.shape
        size = width // HEADS

        def heads(part: str) -> Floats:
            return (
                self._dense(states, f"{name}.attention.self.{part}")
                .reshape(texts, length, HEADS, size)
                .transpose(0, 2, 1, 3)
            )

        scores: Floats = (
            heads("query") @ heads("key").transpose(0, 1, 3, 2) / np.float32(np.sqrt(size)) + hidden
        )
        scores -= scores.max(axis=-1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=-1, keepdims=True)
        mixed: Floats = (scores @ heads("value")).transpose(0, 2, 1, 3).reshape(texts, length, width)
        states = self._norm(
            states + self._dense(mixed, f"{name}.attention.output.dense"),
            f"{name}.attention.output.LayerNorm",
        )
        inner = self._dense(states, f"{name}.intermediate.dense")
        curved: Floats = inner * np.float32(np.sqrt(0.5))
        erf(curved, out=curved)
        curved += np.float32(1)
        inner *= curved
        inner *= np.float32(0.5)  # GELU, in place: these are the largest matrices
        states = states + self._dense(inner, f"{name}.output.dense")
        return self._norm(states, f"{name}.output.LayerNorm")

    def _dense(self, x: Floats, name: str) -> Floats:
        result: Floats = x @ self.weights[f"{name}.weight"].T
        result += self.weights[f"{name}.bias"]
        return result

    def _norm(self, x: Floats, name: str) -> Floats:
        centred = x - x.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + np.float32(EPSILON))
        result: Floats = centred / spread * self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"]
        return result
