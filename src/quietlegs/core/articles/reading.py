"""How hard a page is to read, by a formula made for its language.

English: the Flesch-Kincaid grade (Kincaid 1975), told as an age. Spanish: the perspicuity of Szigriszt-Pazos (1993), which
tells no age, with the words of the INFLESZ scale (Barrio-Cantalejo and others 2008, Anales del Sistema Sanitario de
Navarra 31(2):135-152), made on health texts for patients in Spain.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

SCHOOL_STARTS_AT = 5  # grade 1 is read at about 6
_VOWELS = re.compile(r"[aeiouy]+")
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
_SPANISH_WORD = re.compile(r"[a-záéíóúüñ]+")
# One syllable: a group of vowels. A weak vowel with an accent, and two strong ones, stand apart.
_SPANISH_VOWELS = re.compile(r"[íú]|(?:[iuü](?![íú]))?[aeoáéó](?:[iuy](?![aeoáéóíú])|y\b)?|[iuüy]+")
# From which perspicuity a text is of each kind, on the INFLESZ scale.
INFLESZ = ((80, "very_easy"), (65, "fairly_easy"), (55, "normal"), (40, "somewhat_hard"))


@dataclass(frozen=True, slots=True)
class ReadingEase:
    """How hard a text is: an ``age`` in years, or a ``level`` of a scale that has none ("normal")."""

    age: int | None = None
    level: str | None = None


Readability = Callable[[Sequence[str]], ReadingEase]


def syllables(word: str) -> int:
    """Return about how many syllables an English word has: vowel groups, without a silent e.

    >>> syllables("cramp"), syllables("magnesium"), syllables("little")
    (1, 4, 2)
    """
    word = word.lower()
    count = len(_VOWELS.findall(word))
    if re.search(r"(?:ium|ia|io|eo|ua)", word):
        count += len(re.findall(r"(?:ium|ia(?!n)|eo)", word))
    if word.endswith("e") and not word.endswith("le") and count > 1:
        count -= 1
    return max(count, 1)


def spanish_syllables(word: str) -> int:
    """Return how many syllables a Spanish word has.

    >>> spanish_syllables("calambre"), spanish_syllables("pierna"), spanish_syllables("día"), spanish_syllables("quinina")
    (3, 2, 2, 3)
    """
    plain = re.sub(r"qu(?=[eiéí])", "k", re.sub(r"gu(?=[eiéí])", "g", word.lower()))
    return max(len(_SPANISH_VOWELS.findall(plain)), 1)


def reading_age(sentences: Sequence[str]) -> int | None:
    """Return the age, in years, at which an English page can be read; None for a page without a sentence."""
    words = [word for sentence in sentences for word in _WORD.findall(sentence.lower())]
    if not words:
        return None
    per_sentence = len(words) / len(sentences)
    per_word = sum(map(syllables, words)) / len(words)
    grade = 0.39 * per_sentence + 11.8 * per_word - 15.59
    return max(SCHOOL_STARTS_AT, round(grade) + SCHOOL_STARTS_AT)


def perspicuity(sentences: Sequence[str]) -> float | None:
    """Return how clear a Spanish page is, about 0 (hard) to 100; None for a page without a sentence."""
    words = [word for sentence in sentences for word in _SPANISH_WORD.findall(sentence.lower())]
    if not words:
        return None
    return 206.835 - 62.3 * sum(map(spanish_syllables, words)) / len(words) - len(words) / len(sentences)


def inflesz(sentences: Sequence[str]) -> str | None:
    """Return the level of a Spanish page on the INFLESZ scale; None for a page without a sentence."""
    clear = perspicuity(sentences)
    if clear is None:
        return None
    return next((level for least, level in INFLESZ if clear >= least), "very_hard")


FORMULAS: Mapping[str, Readability] = {
    "flesch-kincaid": lambda sentences: ReadingEase(age=reading_age(sentences)),
    "inflesz": lambda sentences: ReadingEase(level=inflesz(sentences)),
}
