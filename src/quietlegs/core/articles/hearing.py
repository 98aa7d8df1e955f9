"""Hears what a text is (could hurt, sells, is urgent, is not for us), by what it shares with texts that were told apart by hand.

Two things are compared. *How it is meant*: the sentence model's mean state before its first layer and after each of the
next ones, for the lower layers keep how something is said ("stop it", "do not stop it") where the last keeps only what
it is about; the states are seen along the axes in which the examples differ most, and two texts are alike by the
distance between them (a Gaussian kernel). *Its words*: single word pieces and pairs, rare ones counting more. Ridge
regression with the sum of both (Saunders, Gammerman and Vovk 1998) says how far a text is on one side, 1, or on all the
others, -1. Each answer is a sum over the examples, so it can be shown by them.

A label is a side, "selling", or a side with a kind of it, "harmful/quinine".
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from quietlegs.core.articles.minilm import Floats

# Of sentences, of questions, and what neither is heard as: the ground that the others stand out from.
HARMFUL, SELLING, SOBER = "harmful", "selling", "sober"
URGENT, NOT_OURS, CALM = "urgent", "not_ours", "calm"
GROUND = (SOBER, CALM)
# Chosen by training on some authors and trying on another; near these values little changes.
NARROW = 1.5  # how fast likeness falls with distance; the mean squared distance between two examples is 2
WORDS_COUNT = 0.6  # beside the likeness of meaning, 1
RIDGE = 0.1
FEWEST_USES = 2  # a pair of word pieces in one text only teaches nothing
PIECES = 30522  # in the model's vocabulary

Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Heard:
    """What a text was heard to be.

    ``sides``: how far it is on each, from -1 to 1. ``kinds``, by side: the kinds by their likelihood, likeliest first.
    """

    sides: Mapping[str, float]
    kinds: Mapping[str, tuple[tuple[str, float], ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Hearing:
    """What was learned.

    ``middle`` and ``spread``, each (layers + 1, width of the model), put the states on one scale; ``axes`` (layers + 1,
    width, axes) are those in which examples differ; ``places`` (examples, axes) are the examples. ``weights`` (examples,
    outputs) are what each adds. ``words`` are codes of word pieces and pairs, in order, with their ``rarity`` and
    ``word_weights`` (words, outputs). ``outputs``: the labels, each side before its kinds.
    """

    middle: Floats
    spread: Floats
    axes: Floats
    places: Floats
    weights: Floats
    words: Codes
    rarity: Floats
    word_weights: Floats
    outputs: tuple[str, ...]

    @property
    def layers(self) -> int:
        """Return how many layers of the sentence model it needs."""
        return len(self.middle) - 1

    def hear(self, states: Floats, token_ids: Sequence[Sequence[int]]) -> list[Heard]:
        """Return what each text is heard to be.

        Args:
            states: mean states of each through at least as many layers as it needs, shape (texts, layers, width).
            token_ids: the word pieces of each, with the marks that begin and end it.
        """
        if not len(states):
            return []
        states = states[:, : self.layers + 1]
        near = _likeness(_placed(states, self.middle, self.spread, self.axes), self.places)
        worded = np.stack([self._by_words(ids) for ids in token_ids])
        return [self._heard(row) for row in near @ self.weights + worded]

    def _heard(self, scores: Floats) -> Heard:
        sides: dict[str, float] = {}
        kinds: dict[str, list[tuple[str, float]]] = {}
        for label, score in zip(self.outputs, scores.tolist(), strict=True):
            side, _, kind = label.partition("/")
            if kind:
                kinds.setdefault(side, []).append((kind, score))
            else:
                sides[side] = score
        likeliest = {side: tuple(sorted(found, key=lambda one: -one[1])) for side, found in kinds.items()}
        return Heard(sides, likeliest)

    def _by_words(self, ids: Sequence[int]) -> Floats:
        at, shares = _shares(ids, self.words, self.rarity)
        result: Floats = shares @ self.word_weights[at]
        return result


def learn_hearing(
    states: Floats, token_ids: Sequence[Sequence[int]], labels: Sequence[str], *, axes: int
) -> Hearing:
    """Learn from texts.

    Args:
        states: their mean states, shape (texts, layers + 1, width).
        token_ids: their word pieces, with the marks that begin and end each.
        labels: what each is: a side, or a side and a kind of it.
        axes: how many axes are kept.
    """
    middle, spread = _as_kept(states.mean(axis=0)), _as_kept(states.std(axis=0) + np.float32(1e-3))
    kept = _as_kept(_axes_of((states - middle) / spread, axes))
    places = _as_kept(_placed(states, middle, spread, kept))
    words, rarity = _vocabulary(token_ids)
    bags = _bags(token_ids, words, rarity)
    alike = _likeness(places, places).astype(np.float64) + WORDS_COUNT * (bags @ bags.T).toarray()
    outputs, columns = [], []
    for side, kinds in _sides(labels).items():
        is_of_side = np.array([label.partition("/")[0] == side for label in labels])
        outputs.append(side)
        columns.append(_ridge(alike, is_of_side)[:, None])
        if kinds:
            among = np.flatnonzero(is_of_side)
            wanted = np.array([[labels[i] == kind for kind in kinds] for i in among.tolist()], np.float64)
            of_kinds = np.zeros((len(labels), len(kinds)))
            of_kinds[among] = np.linalg.solve(
                alike[np.ix_(among, among)] + RIDGE * np.eye(len(among)), wanted
            )
            outputs += kinds
            columns.append(of_kinds)
    weights = np.concatenate(columns, axis=1)
    return Hearing(
        middle=middle,
        spread=spread,
        axes=kept,
        places=places,
        weights=_as_kept(weights),
        words=words,
        rarity=rarity,
        word_weights=_as_kept(WORDS_COUNT * (bags.T @ weights)),
        outputs=tuple(outputs),
    )


def _sides(labels: Sequence[str]) -> dict[str, list[str]]:
    """Return the labels of the kinds of each side, in order; a side without kinds has none."""
    sides: dict[str, list[str]] = {}
    for label in sorted(set(labels)):
        side = label.partition("/")[0]
        if side not in GROUND:
            sides.setdefault(side, []).extend([label] * (label != side))
    return sides


def _as_kept(numbers: NDArray[np.floating[Any]]) -> Floats:
    """Return numbers as the file keeps them, in half the room, so that what is learned fits what is read."""
    return numbers.astype(np.float16).astype(np.float32)


def _ridge(alike: NDArray[np.float64], is_one: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the weight of each example: 1 for those, -1 for the others, both sides counting the same in all."""
    share = 2 * np.where(is_one, is_one.mean(), 1 - is_one.mean())
    side = np.where(is_one, 1.0, -1.0)
    return np.asarray(np.linalg.solve(alike + RIDGE * np.diag(share), side), np.float64)


def _axes_of(scaled: Floats, axes: int) -> NDArray[np.float64]:
    """Return the axes in which examples differ most (principal components), so long that squared lengths are 1 in the mean."""
    flat = scaled.reshape(len(scaled), -1).astype(np.float64)
    sizes, found = np.linalg.eigh(flat.T @ flat / len(flat))
    longest = found[:, ::-1][:, :axes] / np.sqrt(sizes[::-1][:axes].sum())
    result: NDArray[np.float64] = longest.reshape(*scaled.shape[1:], axes)
    return result


def _placed(states: Floats, middle: Floats, spread: Floats, axes: Floats) -> Floats:
    scaled = ((states - middle) / spread).reshape(len(states), -1)
    return np.asarray(scaled @ axes.reshape(-1, axes.shape[-1]), np.float32)


def _likeness(a: Floats, b: Floats) -> Floats:
    """Return 1 for the same place, falling to 0 far away: shape (a, b)."""
    squares = (a * a).sum(axis=1)[:, None] + (b * b).sum(axis=1) - 2 * a @ b.T
    return np.asarray(np.exp(-NARROW * np.maximum(squares, 0)), np.float32)


def _codes(ids: Sequence[int]) -> Codes:
    """Return one number for each word piece of a text and for each pair beside each other, each once, in order."""
    inner = np.asarray(ids[1:-1], np.int64)
    result: Codes = np.unique(np.concatenate([inner, (inner[:-1] + 1) * PIECES + inner[1:]]))
    return result


def _vocabulary(token_ids: Sequence[Sequence[int]]) -> tuple[Codes, Floats]:
    uses: Mapping[int, int] = Counter(code for ids in token_ids for code in _codes(ids).tolist())
    kept = sorted(code for code, count in uses.items() if count >= FEWEST_USES)
    rarity = np.log([len(token_ids) / uses[code] for code in kept])
    return np.array(kept, np.int64), _as_kept(rarity)


def _bags(token_ids: Sequence[Sequence[int]], words: Codes, rarity: Floats) -> csr_array:
    """Return the shares of the known words in each text, shape (texts, words)."""
    found = [_shares(ids, words, rarity) for ids in token_ids]
    starts = np.cumsum([0, *(len(at) for at, _ in found)])
    return csr_array(
        (np.concatenate([shares for _, shares in found]), np.concatenate([at for at, _ in found]), starts),
        shape=(len(token_ids), len(words)),
    )


def _shares(ids: Sequence[int], words: Codes, rarity: Floats) -> tuple[NDArray[np.intp], Floats]:
    """Return which known words a text has, and their shares: their squares add to 1."""
    codes = _codes(ids)
    at = np.minimum(np.searchsorted(words, codes), len(words) - 1)
    at = at[words[at] == codes]
    shares: Floats = rarity[at] / np.float32(max(float(np.linalg.norm(rarity[at])), 1e-6))
    return at, shares
