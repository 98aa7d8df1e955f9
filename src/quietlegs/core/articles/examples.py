"""Hears what a sentence means from example sentences: nearer to the harmful ones than to the sober ones, it is harmful too.

A sentence leans towards a kind by a margin: the mean cosine with its nearest examples of that matter, less the mean
cosine with its nearest counter-examples, which speak of the same things as they should. A choice by nearest
neighbours (Cover and Hart 1967) over sentence vectors (Reimers and Gurevych 2019): each choice can be shown by the
examples that made it. Negation moves a sentence vector little, so words of warning ask for more.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from quietlegs.core.articles.minilm import Floats

KINDS_FROM = 6  # the nearest examples that say which kinds a sentence may be of


@dataclass(frozen=True, slots=True)
class ExampleSet:
    """Examples of one matter.

    ``kinds`` leads from each example to its kind; ``others`` are the counter-examples. ``nearest`` of the first and
    ``nearest_others`` of the second are weighed. A sentence is of a kind from a cosine of ``near`` and a margin of
    ``margin``; ``margin_beside_warning`` where it warns; ``margin_where_named`` where it names the very thing.
    """

    kinds: Mapping[str, str]
    others: tuple[str, ...]
    near: float
    margin: float
    margin_beside_warning: float
    margin_where_named: float
    nearest: int
    nearest_others: int


@dataclass(frozen=True, slots=True)
class Leaning:
    """What a sentence leans to: the kinds nearest to it, best first, the cosine of the nearest example, and the margin."""

    kinds: tuple[str, ...]
    near: float
    margin: float

    @property
    def kind(self) -> str:
        """Return the kind of the nearest example."""
        return self.kinds[0]


# What one sentence leans to, by the name of the set: "danger", "selling". Empty where it was not asked.
Sense = Mapping[str, Leaning]
UNHEARD: Sense = {}


@dataclass(frozen=True, slots=True)
class Warnings:
    """Words that warn, and words beside them that take the warning away ("no need to ask", "do not worry")."""

    warns: re.Pattern[str]
    takes_away: re.Pattern[str]

    def warn_in(self, text: str) -> bool:
        """Return whether a sentence warns."""
        return bool(self.warns.search(self.takes_away.sub(" ", text.replace("’", "'"))))


def leanings(
    vectors: Floats, kinds: Sequence[str], examples: Floats, others: Floats, one: ExampleSet
) -> list[Leaning]:
    """Return what each sentence leans to.

    Args:
        vectors: of the sentences, each of length 1: shape (sentences, width).
        kinds: of the examples, in their order.
        examples: their vectors, shape (examples, width).
        others: vectors of the counter-examples, shape (others, width).
        one: how many of the nearest are weighed.
    """
    if not len(vectors):
        return []
    wanted, unwanted = vectors @ examples.T, vectors @ others.T
    order = np.argsort(-wanted, axis=1)[:, :KINDS_FROM]
    margin = _mean_of_top(wanted, one.nearest) - _mean_of_top(unwanted, one.nearest_others)
    return [
        Leaning(tuple(dict.fromkeys(kinds[i] for i in at)), float(row[at[0]]), float(over))
        for at, row, over in zip(order, wanted, margin, strict=True)
    ]


def _mean_of_top(cosines: Floats, most: int) -> Floats:
    mean: Floats = np.sort(cosines, axis=1)[:, -most:].mean(axis=1)
    return mean


def is_of_kind(leaning: Leaning | None, one: ExampleSet, *, warns: bool = False, names: bool = False) -> bool:
    """Return whether a sentence leans far enough to be taken for that kind."""
    if leaning is None:
        return False
    least = one.margin_beside_warning if warns else one.margin_where_named if names else one.margin
    return leaning.near >= one.near and leaning.margin >= least
