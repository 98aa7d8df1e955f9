"""Hears what a question means from example questions: nearer to the urgent ones than to the ordinary, it is urgent too.

A question leans towards a kind by a margin: the mean cosine with its nearest examples of that matter, less the mean
cosine with its nearest counter-examples, which speak of the same things without need. A choice by nearest neighbours
(Cover and Hart 1967) over sentence vectors (Reimers and Gurevych 2019): each choice can be shown by the examples that
made it. To the margin is added the side of the plane that best divides all examples from all counter-examples (ridge
regression, Hoerl and Kennard 1970): neighbours share their subject, urgent or not, and the plane has learned what is
between the two.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from quietlegs.core.articles.minilm import Floats

RIDGE = 1e-3  # chosen by cross-validation over the examples; from 0.0003 to 0.003 it hardly matters
KINDS_FROM = 6  # the nearest examples that say which kinds a question may be of


@dataclass(frozen=True, slots=True)
class ExampleSet:
    """Examples of one matter.

    ``kinds`` leads from each example to its kind; ``others`` are the counter-examples. ``nearest`` of the first and
    ``nearest_others`` of the second are weighed. A question is of a kind from a cosine of ``near`` and a margin of
    ``margin``. ``plane`` is what its side of the plane counts in the margin, 0 for nothing.
    """

    kinds: Mapping[str, str]
    others: tuple[str, ...]
    near: float
    margin: float
    nearest: int
    nearest_others: int
    plane: float


@dataclass(frozen=True, slots=True)
class Leaning:
    """What a question leans to: the kinds nearest to it, best first, the cosine of the nearest example, and the margin."""

    kinds: tuple[str, ...]
    near: float
    margin: float

    @property
    def kind(self) -> str:
        """Return the kind of the nearest example."""
        return self.kinds[0]


# What one question leans to, by the name of the set: "urgent", "not_ours". Empty where it was not asked.
Sense = Mapping[str, Leaning]
UNHEARD: Sense = {}


@dataclass(frozen=True, slots=True)
class LearnedExamples:
    """The vectors of one set, and the plane between its examples and counter-examples.

    ``kinds`` are those of the ``examples`` (examples, width), in their order; ``others`` (others, width) are the
    counter-examples. A question's side is ``vector @ normal - offset``: near 1 as an example, near -1 as the others.
    """

    kinds: tuple[str, ...]
    examples: Floats
    others: Floats
    normal: Floats
    offset: float


def learn_examples(kinds: Sequence[str], examples: Floats, others: Floats) -> LearnedExamples:
    """Return the examples with their plane: ridge regression of 1 and -1, both sides with the same weight in all."""
    rows = np.concatenate([examples, others]).astype(np.float64)
    side = np.repeat([1.0, -1.0], [len(examples), len(others)])
    weight = np.repeat([0.5 / len(examples), 0.5 / len(others)], [len(examples), len(others)])
    middle = weight @ rows
    rows -= middle
    spread = (rows.T * weight) @ rows + RIDGE * np.eye(rows.shape[1])
    normal = np.linalg.solve(spread, rows.T @ (weight * side))
    return LearnedExamples(tuple(kinds), examples, others, normal.astype(np.float32), float(middle @ normal))


def leanings(vectors: Floats, known: LearnedExamples, one: ExampleSet) -> list[Leaning]:
    """Return what each question leans to.

    Args:
        vectors: of the questions, each of length 1: shape (questions, width).
        known: the vectors of the examples, and their plane.
        one: how many of the nearest are weighed, and what the plane counts.
    """
    if not len(vectors):
        return []
    wanted, unwanted = vectors @ known.examples.T, vectors @ known.others.T
    order = np.argsort(-wanted, axis=1)[:, :KINDS_FROM]
    margin = _mean_of_top(wanted, one.nearest) - _mean_of_top(unwanted, one.nearest_others)
    if one.plane:
        margin = margin + one.plane * (vectors @ known.normal - known.offset)
    return [
        Leaning(tuple(dict.fromkeys(known.kinds[i] for i in at)), float(row[at[0]]), float(over))
        for at, row, over in zip(order, wanted, margin, strict=True)
    ]


def _mean_of_top(cosines: Floats, most: int) -> Floats:
    mean: Floats = np.sort(cosines, axis=1)[:, -most:].mean(axis=1)
    return mean


def is_of_kind(leaning: Leaning | None, one: ExampleSet) -> bool:
    """Return whether a question leans far enough to be taken for that kind."""
    return leaning is not None and leaning.near >= one.near and leaning.margin >= one.margin
