"""Finds the evidence entries whose words are nearest to a text: BM25 over word stems.

Robertson and Zaragoza 2009 (doi 10.1561/1500000019), with the usual k1 = 1.2 and b = 0.75. The title and the question
of an entry count twice: they are the words in which people ask.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from quietlegs.core.articles.grammar import Grammar
from quietlegs.core.knowledge import EvidenceEntry

K1, B = 1.2, 0.75
TITLE_WEIGHT = 2


@dataclass(frozen=True, slots=True, eq=False)
class WordIndex:
    """The stems of each entry, counted."""

    grammar: Grammar
    postings: Mapping[str, tuple[tuple[str, float], ...]]
    ids: tuple[str, ...]

    def scores(self, text: str) -> dict[str, float]:
        """Return the BM25 score of every entry that shares a word with the text, by id. O(matches)."""
        found: dict[str, float] = {}
        for stem in {word.stem for word in self.grammar.words(text)} - self.grammar.stop:
            for one, weight in self.postings.get(stem, ()):
                found[one] = found.get(one, 0.0) + weight
        return found

    @property
    def vocabulary(self) -> frozenset[str]:
        """Return every stem that some entry has."""
        return frozenset(self.postings)


def word_index(entries: Mapping[str, EvidenceEntry], grammar: Grammar) -> WordIndex:
    """Count the words of the evidence once."""
    counts = {one: Counter(_stems(entry, grammar)) for one, entry in entries.items()}
    lengths = {one: sum(count.values()) for one, count in counts.items()}
    mean = sum(lengths.values()) / max(len(lengths), 1)
    holders = Counter(stem for count in counts.values() for stem in count)
    postings: dict[str, list[tuple[str, float]]] = {}
    for one, count in counts.items():
        for stem, times in count.items():
            rarity = math.log(1 + (len(counts) - holders[stem] + 0.5) / (holders[stem] + 0.5))
            damping = times * (K1 + 1) / (times + K1 * (1 - B + B * lengths[one] / mean))
            postings.setdefault(stem, []).append((one, rarity * damping))
    return WordIndex(grammar, {stem: tuple(found) for stem, found in postings.items()}, tuple(entries))


def _stems(entry: EvidenceEntry, grammar: Grammar) -> list[str]:
    titles = [
        word.stem for word in grammar.words(f"{entry.title} {entry.question} {entry.id.replace('-', ' ')}")
    ]
    return titles * TITLE_WEIGHT + [word.stem for word in grammar.words(entry.statement)]


def entry_text(entry: EvidenceEntry) -> str:
    """Return the words of an entry by which it is known."""
    return f"{entry.question} {entry.statement}"


def top(scores: Mapping[str, float], most: int) -> Sequence[tuple[str, float]]:
    """Return the best ids with their scores, best first; ties in the order of the ids."""
    return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))[:most]
