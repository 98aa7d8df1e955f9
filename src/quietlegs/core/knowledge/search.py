"""Finding the entries that speak to a few words.

Ranking is Okapi BM25 (Robertson and Zaragoza 2009, doi 10.1561/1500000019) over weighted fields: a word in a title
counts more than one in a finding. Words are cut to stems by a few plain rules, a misspelt word is mended to the
nearest word of the texts, and common other names ("Mg", "PLMD") are known.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from quietlegs.core.knowledge.evidence import EvidenceEntry

_K1 = 1.2  # how fast more of the same word stops counting; the usual value
_B = 0.6  # how much a long text is held against it; below the usual 0.75, as all entries are short
_LONGEST_QUERY = 500  # characters; what comes after adds time and no meaning
_WEIGHTS = {"title": 5.0, "question": 3.0, "statement": 2.0, "rest": 1.0}

_SMALL_WORDS = frozenset(
    "a about all am an and any are as at be because been but by can could did do does for from get had has have "
    "how i if in into is it its just may me might more most my no not of off on or our out over should so some "
    "than that the their them then there these they this to too up was we were what when where which while who "
    "why will with without would you your".split()
)
# Other names people use, in the words of the texts.
_ALSO = {
    "mg": "magnesium",
    "k": "potassium",
    "rls": "restless legs",
    "wed": "restless legs",
    "plmd": "limb movements",
    "plms": "limb movements",
    "fm": "fibromyalgia",
    "fibro": "fibromyalgia",
    "dvt": "clot",
    "thrombosis": "clot",
    "embolism": "clot lung",
    "pad": "artery",
    "charley": "cramp",
    "spasm": "cramp spasm",
    "spasms": "cramp spasm",
    "pregnant": "pregnancy",
    "hydration": "water drink",
    "dehydrated": "water drink",
    "dehydration": "water drink",
    "electrolytes": "salts minerals",
    "electrolyte": "salts minerals",
    "diuretic": "water tablets diuretics",
    "acetaminophen": "paracetamol",
    "albuterol": "salbutamol",
    "veins": "varicose veins",
    "tylenol": "paracetamol",
    "advil": "ibuprofen",
    "painkillers": "painkiller",
    "kidney": "kidney dialysis",
    "sleepless": "sleep",
    "insomnia": "poor sleep",
    "simvastatin": "statin",
    "atorvastatin": "statin",
    "rosuvastatin": "statin",
    "furosemide": "loop diuretics",
    "bendroflumethiazide": "thiazide",
    "indapamide": "thiazide",
    "omeprazole": "acid blockers",
    "lansoprazole": "acid blockers",
    "salmeterol": "inhaler",
    "formoterol": "inhaler",
}


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that speaks to the words, and how strongly. Scores only compare within one search."""

    entry: EvidenceEntry
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found. ``mended`` holds words that were read as others, as (written, read as)."""

    hits: tuple[Hit, ...]
    mended: tuple[tuple[str, str], ...]


def stem(word: str) -> str:
    """Return a word without the endings that do not change what is looked for.

    >>> [stem(word) for word in ("cramps", "stretching", "stretches", "tablets", "legs")]
    ['cramp', 'stretch', 'stretch', 'tablet', 'leg']
    """
    for ending, kept in (("ies", "y"), ("ches", "ch"), ("shes", "sh"), ("sses", "ss")):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            return word[: -len(ending)] + kept
    for ending in ("ing", "ed"):
        if word.endswith(ending) and len(word) >= len(ending) + 4:
            return word[: -len(ending)]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        return word[:-1]
    return word


def words_of(text: str) -> list[str]:
    """Return the stems of a text's words, without the small words that every text has."""
    return [
        stem(word)
        for word in re.findall(r"[^\W_]+", text.lower().replace("’", ""))
        if word not in _SMALL_WORDS
    ]


class Search:
    """An index over entries. Building it reads every text once; a search touches only the entries with its words."""

    def __init__(self, entries: Iterable[EvidenceEntry]) -> None:
        self._entries = tuple(entries)
        counts = [_weighted_counts(entry) for entry in self._entries]
        self._titles = [frozenset(words_of(entry.title)) for entry in self._entries]
        self._lengths = [sum(count.values()) for count in counts]
        self._mean_length = sum(self._lengths) / max(len(self._lengths), 1)
        self._places: dict[str, list[tuple[int, float]]] = {}
        for place, count in enumerate(counts):
            for word, weight in count.items():
                self._places.setdefault(word, []).append((place, weight))

    def find(self, query: str, limit: int = 30) -> Found:
        """Return the entries that speak to the words of ``query``, best first. Nothing in it gives nothing."""
        words, mended = self._read(query)
        scores: dict[int, float] = {}
        matched: Counter[int] = Counter()
        for word in words:
            places = self._places.get(word, [])
            rarity = math.log(1 + (len(self._entries) - len(places) + 0.5) / (len(places) + 0.5))
            for place, weight in places:
                room = _K1 * (1 - _B + _B * self._lengths[place] / self._mean_length)
                scores[place] = scores.get(place, 0.0) + rarity * weight * (_K1 + 1) / (weight + room)
                matched[place] += 1
        # An entry with all the words goes before one that has a single word very often, and an entry that is
        # named by the words goes before one that only speaks of them.
        for place in scores:
            scores[place] *= matched[place] * (1 + self._share_of_title(place, words))
        ranked = sorted(scores, key=lambda place: (-scores[place], self._entries[place].id))
        return Found(tuple(Hit(self._entries[place], scores[place]) for place in ranked[:limit]), mended)

    def _share_of_title(self, place: int, words: Sequence[str]) -> float:
        title = self._titles[place]
        return len(title.intersection(words)) / max(len(title), 1)

    def _read(self, query: str) -> tuple[list[str], tuple[tuple[str, str], ...]]:
        words: list[str] = []
        mended: list[tuple[str, str]] = []
        for written in re.findall(r"[^\W_]+", query.lower().replace("’", "")[:_LONGEST_QUERY]):
            if written in _SMALL_WORDS:
                continue
            known = written
            if written not in _ALSO and stem(written) not in self._places:
                known = self._nearest(written) or written
                if known != written:
                    mended.append((written, known))
            words += [word for word in words_of(_ALSO.get(known, known)) if word not in words]
        return words, tuple(mended)

    def _nearest(self, word: str) -> str | None:
        # One slip in a short word, two in a long one: more would turn one medicine into another.
        allowed = 0 if len(word) < 4 else 1 if len(word) < 8 else 2
        if not allowed:
            return None
        best = process.extractOne(
            word, [*self._places, *_ALSO], scorer=DamerauLevenshtein.distance, score_cutoff=allowed
        )
        return str(best[0]) if best else None


def _weighted_counts(entry: EvidenceEntry) -> Mapping[str, float]:
    fields: Mapping[str, Sequence[str]] = {
        "title": (entry.title, entry.id.replace("-", " ")),
        "question": (entry.question,),
        "statement": (entry.statement,),
        "rest": (*entry.findings, *entry.safety, entry.population),
    }
    counts: dict[str, float] = {}
    for name, texts in fields.items():
        for text in texts:
            for word in words_of(text):
                counts[word] = counts.get(word, 0.0) + _WEIGHTS[name]
    return counts
