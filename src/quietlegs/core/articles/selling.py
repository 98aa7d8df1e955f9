"""Finds what sells: offers, links to follow, praise of a product, drug text dropped into a page about something else."""

from collections.abc import Sequence
from dataclasses import dataclass

from quietlegs.core.articles.base import ClaimBase
from quietlegs.core.articles.hearing import SELLING, Heard
from quietlegs.core.articles.sentences import Sentence

SELLS_FROM = 0.1  # here 9 in 10 marks on the five source articles are right; from 0 down, fewer


@dataclass(frozen=True, slots=True)
class Promotion:
    """A stretch of the text that sells: its place, what it is, and why that matters."""

    start: int
    end: int
    text: str
    what: str
    why: str


def promotions_of(
    sentences: Sequence[Sentence], base: ClaimBase, heard: Sequence[Heard | None] = ()
) -> tuple[Promotion, ...]:
    """Return what sells on a page, in order; a sentence is named once.

    A sentence sells by its words, or by what it was heard to be (``heard``): either is enough.
    """
    spun = _spun(sentences, base)
    found: list[Promotion] = []
    heard = heard or [None] * len(sentences)
    for i, (sentence, sense) in enumerate(zip(sentences, heard, strict=True)):
        pattern = next(
            (p for p in base.promotions if any(e.search(sentence.text) for e in p.expressions)), None
        )
        if pattern is None and sense and sense.sides[SELLING] >= SELLS_FROM:
            pattern = base.promotions[0]
        if pattern and not _is_sober(sentence.text, base):
            found.append(Promotion(sentence.start, sentence.end, sentence.text, pattern.what, pattern.why))
        elif i in spun:
            found.append(
                Promotion(sentence.start, sentence.end, sentence.text, base.spun.what, base.spun.why)
            )
    return tuple(found)


def _is_sober(text: str, base: ClaimBase) -> bool:
    """Whether a sentence warns of an offer rather than making it."""
    return bool(base.grammar.sober_offer.search(text))


def _spun(sentences: Sequence[Sentence], base: ClaimBase) -> set[int]:
    """Return the sentences of drug text: two signs in one, or one sign beside such a sentence."""
    signs = [0 if sentence.is_heading else _signs(sentence.text, base) for sentence in sentences]
    found = {i for i, count in enumerate(signs) if count >= 2}
    for i, count in enumerate(signs):
        if count == 1 and {i - 1, i + 1} & found and not _names_complaint(sentences[i].text, base):
            found.add(i)
    return found


def _signs(text: str, base: ClaimBase) -> int:
    if _names_complaint(text, base) or _is_sober(text, base):
        return 0
    rules = base.spun
    return (
        sum(bool(expression.search(text)) for expression in rules.mechanism)
        + bool(rules.strength.search(text))
        + any(expression.search(text) for expression in rules.use)
    )


def _names_complaint(text: str, base: ClaimBase) -> bool:
    return any(
        hit.name in ("cramps", "restless-legs", "fibromyalgia")
        for hit in base.targets.find(base.grammar.words(text))
    )
