"""A first, quick look at a sentence: the mean of its word vectors, rare words counting more.

Smooth inverse frequency (Arora, Liang and Ma 2017): each word weighs a / (a + how often it comes), and the direction
that all sentences share is taken out. It knows synonyms and no grammar, and costs next to nothing: it chooses the few
sentences of a page that the sentence model then reads closely.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quietlegs.core.articles.minilm import Floats

SMOOTHING = 1e-3  # "a" of the paper


@dataclass(frozen=True, slots=True, eq=False)
class Glance:
    """What a quick look needs: word vectors, the weight of each word, the mean and the shared direction."""

    words: Floats
    weights: NDArray[np.float64]
    mean: Floats
    shared: Floats

    def look(self, token_ids: Sequence[Sequence[int]]) -> Floats:
        """Return one vector of length 1 for each text, shape (texts, width); no text is empty."""
        plain = _means(self.words, self.weights, token_ids) - self.mean
        plain -= np.outer(plain @ self.shared, self.shared)
        length = np.linalg.norm(plain, axis=1, keepdims=True)
        result: Floats = (plain / np.maximum(length, 1e-9)).astype(np.float32)
        return result


def learn_glance(words: Floats, known: Sequence[Sequence[int]]) -> Glance:
    """Learn from known texts how often words come and what all texts share. ``words``: shape (vocabulary, width)."""
    counts = np.bincount(np.concatenate([np.asarray(one) for one in known]), minlength=len(words))
    weights = SMOOTHING / (SMOOTHING + counts / counts.sum())
    means = _means(words, weights, known)
    mean = means.mean(axis=0)
    shared = np.linalg.svd(means - mean, full_matrices=False)[2][0]
    return Glance(words, weights, mean, shared)


def _means(words: Floats, weights: NDArray[np.float64], token_ids: Sequence[Sequence[int]]) -> Floats:
    rows = [np.average(words[list(ids)], axis=0, weights=weights[list(ids)]) for ids in token_ids]
    return np.asarray(rows, np.float32)
