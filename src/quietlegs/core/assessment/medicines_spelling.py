"""Finding the name that a misspelt word was meant to be, or saying that nobody can tell.

Misspellings of medicines are mostly of the ear: *simvistatin*, *frusemide*, *amitryptiline*. So two distances are
measured, between the words as written and between how they sound, and the smaller counts. The distance is optimal
string alignment (a swap of neighbours counts once; Damerau 1964, doi 10.1145/363958.363994), from rapidfuzz.

A wrong match is worse than none. A word is matched only when it is near one medicine and clearly nearer than to any
other, real medicines that this table does not hold included; names that are known to be mixed up are asked about.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz.distance import OSA

SHORTEST_GUESSED = 5  # letters; a shorter word is one typing slip away from too many others
SHORTEST_JUMBLED = 7  # letters; in shorter words the same letters make other words too (float, folat)
SHORTEST_SURE = 7  # letters; a slip in a shorter name is asked about
ASK_MARGIN = 1  # a second medicine this little farther away makes it a question
LONG_BRAND = 8  # letters; a shorter invented word is too near everyday words
# Endings that the international names of one class share (WHO stem book 2018): they tell no two of them apart.
STEMS = (
    "prazole",
    "conazole",
    "vastatin",
    "dipine",
    "sartan",
    "azepam",
    "gliptin",
    "gliflozin",
    "triptan",
    "oxetine",
    "thiazide",
    "floxacin",
    "mycin",
    "cillin",
    "dronic",
    "setron",
    "azosin",
    "olol",
    "pril",
    "xaban",
)
SKELETON_SLACK = 1  # consonants that may differ when more than one letter is wrong

_VOWELS = str.maketrans("", "", "aeiou")
_SOUNDS = (
    ("ph", "f"),
    ("th", "t"),
    ("rh", "r"),
    ("oe", "e"),
    ("ae", "e"),
    ("ck", "k"),
    ("qu", "k"),
    ("y", "i"),
    ("z", "s"),
    ("x", "ks"),
)


def compact(text: str) -> str:
    """Return a name without accents, case, spaces and signs, as the names are looked up.

    >>> compact("Adcal-D3"), compact("Espironolactóna")
    ('adcald3', 'espironolactona')
    """
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(sign for sign in plain if sign.isalnum())


def sound(word: str) -> str:
    """Return roughly how a compact name sounds, so that spellings of one sound meet.

    >>> sound("amitryptiline") == sound("amitriptyline")
    True
    """
    for written, heard in _SOUNDS:
        word = word.replace(written, heard)
    word = re.sub(r"c(?=[eis])", "s", word).replace("c", "k")
    word = re.sub(r"(.)\1+", r"\1", word)
    return re.sub(r"(?<=n|l|m|d|t)[aeo]$", "", word)


def slips_allowed(length: int) -> int:
    """Return how many letters may be wrong in a name of this many letters."""
    if length < SHORTEST_GUESSED:
        return 0
    if length <= 8:
        return 1
    return 2 if length <= 12 else 3


@dataclass(frozen=True, slots=True)
class Guess:
    """What a word may have been meant to be: one name for certain, or several to choose from, or neither."""

    name: str | None = None
    ask: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Speller:
    """All names by how they begin, ready to be compared with.

    ``names`` maps a compact name to what it means. A real name that means nothing held here maps to an empty tuple:
    it keeps its look-alikes from being taken for something else. ``brands`` are the names that are invented words:
    many are near everyday words (Actos, across), so far fewer slips are forgiven in them.
    """

    names: Mapping[str, tuple[str, ...]]
    brands: Collection[str]
    look_alikes: Sequence[frozenset[str]]
    _by_start: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in self.names:
            if len(name) >= SHORTEST_GUESSED:
                heard = sound(name)
                if len(heard) >= SHORTEST_GUESSED:
                    self._by_start.setdefault(heard[:1], []).append((name, heard))

    def guess(self, word: str) -> Guess:
        """Return what a compact word was meant to be.

        Time is in proportion to the number of names that begin with the same sound.
        """
        if len(word) < SHORTEST_GUESSED or not word.isalpha():
            return Guess()
        near = sorted(self._near(word))
        if not near:
            return Guess()
        distance, best = near[0]
        rivals = self._rivals(near, word)
        if rivals or distance > self._slips_forgiven(word, best):
            return Guess(ask=(best, *rivals))
        return Guess(name=best)

    def _near(self, word: str) -> Iterable[tuple[int, str]]:
        heard = sound(word)
        for name, name_heard in self._by_start.get(heard[:1], ()):
            allowed = slips_allowed(min(len(name), len(word) + 1))
            if abs(len(name) - len(word)) > allowed + 1:
                continue
            if (
                len(word) >= SHORTEST_JUMBLED
                and sorted(name) == sorted(word)
                and OSA.distance(word, name) <= 2
            ):
                yield 1, name  # the right letters in the wrong order
                continue
            distance = OSA.distance(heard, name_heard, score_cutoff=allowed)
            distance = min(distance, OSA.distance(word, name, score_cutoff=allowed))
            if distance <= 1 <= allowed or (distance <= allowed and _same_bones(heard, name_heard)):
                yield distance, name

    def _slips_forgiven(self, word: str, name: str) -> int:
        """Return how many slips leave no doubt about the name."""
        if name in self.brands:
            return 0 if min(len(name), len(word)) < LONG_BRAND else 1
        if len(name) < SHORTEST_SURE:
            return 0
        stem = next((stem for stem in STEMS if name.endswith(stem) and word.endswith(stem)), "")
        # In "nimodipine" and "nifedipine" only what stands before "dipine" tells the two apart.
        return max(1, slips_allowed(len(name) - len(stem))) if stem else slips_allowed(len(name))

    def _rivals(self, near: Sequence[tuple[int, str]], word: str) -> tuple[str, ...]:
        """Return what else it could be: names nearly as near, and the known look-alikes of the best."""
        distance, best = near[0]
        rivals = [
            name
            for far, name in near[1:]
            if far <= distance + ASK_MARGIN and (self.names[name] != self.names[best] or not self.names[best])
        ]
        for group in self.look_alikes:
            if best in group:
                near_too = max(distance + ASK_MARGIN, slips_allowed(len(best)))
                rivals.extend(name for name in sorted(group - {best}) if OSA.distance(word, name) <= near_too)
        return tuple(dict.fromkeys(rivals))


def _same_bones(heard: str, name_heard: str) -> bool:
    """Whether the consonants nearly agree: ears mix up vowels, and other words differ in their consonants."""
    return OSA.distance(heard.translate(_VOWELS), name_heard.translate(_VOWELS)) <= SKELETON_SLACK
