"""Words with their places in a text, and finding phrases in them by word stems (Porter's Snowball, for each language)."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from threading import Lock

import snowballstemmer

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_STEMMING = Lock()  # a stemmer keeps its word in itself: two threads at once would mix theirs
MAX_GAP = 4  # "..." in a phrase stands for up to this many words


@dataclass(frozen=True, slots=True)
class Word:
    """One word: its stem, and where it stands in the text (character offsets, end excluded)."""

    stem: str
    start: int
    end: int


# Words that a stemmer folds into others which mean something else here.
_OWN_STEMS: Mapping[str, Mapping[str, str]] = {
    "english": {
        "medication": "medicin",
        "medications": "medicin",
        "medical": "medical",
        "relaxant": "relaxant",
        "relaxants": "relaxant",
        "likely": "likely",
        "likelihood": "likelihood",
    },
    "spanish": {
        "media": "media",
        "medias": "medias",
        "medio": "medio",
        "medico": "medico",
        "medicos": "medico",
    },
}


@cache
def _stemmer(language: str) -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer(language)


@lru_cache(maxsize=50_000)
def stem(word: str, language: str = "english") -> str:
    """Return the stem of a word: "stretches" and "stretching" give "stretch"."""
    own = _OWN_STEMS.get(language, {}).get(word.lower())
    if own:
        return own
    with _STEMMING:
        return str(_stemmer(language).stemWord(word.lower().replace("’", "'")))


def words_of(text: str, *, language: str = "english") -> tuple[Word, ...]:
    """Return the words of a text with their places.

    >>> [word.stem for word in words_of("Stretching helps, doesn't it?")]
    ['stretch', 'help', "doesn't", 'it']
    >>> [word.stem for word in words_of("Los estiramientos ayudan", language="spanish")]
    ['los', 'estir', 'ayud']
    """
    return tuple(Word(stem(m.group(), language), m.start(), m.end()) for m in _WORD.finditer(text))


def without_accents(text: str) -> str:
    """Return a text with each letter's accent left out; every letter keeps its place.

    >>> without_accents("¿Cuánto dura el sueño?")
    '¿Cuanto dura el sueno?'
    """
    return "".join(map(_bare, text)) if not text.isascii() else text


@lru_cache(maxsize=2_000)
def _bare(letter: str) -> str:
    base = unicodedata.normalize("NFD", letter)[0]
    return base if base.isascii() and base.isalpha() else letter


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase that was found: whose it is, and its first and last word (numbers in the word sequence, end excluded)."""

    name: str
    first: int
    end: int


class PhraseBook:
    """Named phrases, found in a word sequence in time that grows with its length alone."""

    def __init__(
        self, phrases: Mapping[str, Iterable[str]], words: "Callable[[str], tuple[Word, ...]]" = words_of
    ) -> None:
        self._words = words
        self._by_first: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
        for name, wordings in phrases.items():
            for wording in wordings:
                parts = self._parts(wording)
                if parts:
                    self._by_first.setdefault(parts[0], []).append((name, parts))

    def _parts(self, wording: str) -> tuple[str, ...]:
        parts: list[str] = []
        for piece in wording.split("..."):
            if parts:
                parts.append("...")
            parts.extend(word.stem for word in self._words(piece))
        return tuple(parts)

    def find(self, words: Sequence[Word]) -> tuple[Hit, ...]:
        """Return every phrase in the words, longest first at each place; a phrase within a longer one of its name once."""
        hits: list[Hit] = []
        for i, word in enumerate(words):
            for name, parts in self._by_first.get(word.stem, ()):
                end = _match(words, i, parts)
                if end:
                    hits.append(Hit(name, i, end))
        return tuple(hits)


def _match(words: Sequence[Word], at: int, parts: tuple[str, ...]) -> int:
    """Return where the phrase that begins at ``at`` ends, or 0 when it does not stand there."""
    i, gap = at, 0
    for part in parts:
        if part == "...":
            gap = MAX_GAP
            continue
        for ahead in range(gap + 1):
            if i + ahead < len(words) and words[i + ahead].stem == part:
                i += ahead + 1
                break
        else:
            return 0
        gap = 0
    return i
