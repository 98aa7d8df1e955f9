"""How hard a page is to read: the Flesch-Kincaid grade (Kincaid 1975), told as an age."""

import re
from collections.abc import Sequence

SCHOOL_STARTS_AT = 5  # grade 1 is read at about 6
_VOWELS = re.compile(r"[aeiouy]+")
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")


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


def reading_age(sentences: Sequence[str]) -> int | None:
    """Return the age, in years, at which a page can be read; None for a page without a sentence."""
    words = [word for sentence in sentences for word in _WORD.findall(sentence.lower())]
    if not words:
        return None
    per_sentence = len(words) / len(sentences)
    per_word = sum(map(syllables, words)) / len(words)
    grade = 0.39 * per_sentence + 11.8 * per_word - 15.59
    return max(SCHOOL_STARTS_AT, round(grade) + SCHOOL_STARTS_AT)


# The words that make up about a third of any English text, and next to nothing of another language's.
_ENGLISH = frozenset(
    "the of and to in is that for it with as are on be this by you or from have not can may your at they".split()
)
# The like of the languages most often met: Spanish, French, German, Portuguese, Italian, Dutch, Polish. Words that English has
# too ("die", "as", "in", "no", "do", "me") are left out.
_ELSEWHERE = frozenset(
    "el los las una que por para con como mis noche noches piernas pierna calambres calambre duelen tengo cuando porque qué cómo "
    "les des une est dans pour avec sur mon mes nuit jambes jambe crampes crampe pourquoi quand sont "
    "der das und ist nicht ein eine ich mir mein meine nachts nacht beine bein warum wie hilft gegen krämpfe wadenkrampf "
    "não uma com minhas noite pernas cãibras porquê sono il gli della che di notte gambe crampi perché "
    "het een mijn benen niet waarom kramp w na jest nie nocy nogi skurcze dlaczego".split()
)
LEAST_ENGLISH = 0.12
FEWEST_WORDS_TO_TELL = 30  # a note of shouts and names has few of the common words, in any language


def seems_english(text: str) -> bool:
    """Return whether a text seems to be English; a text too short to tell does, unless it has 2 words of another language."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    if len(words) < FEWEST_WORDS_TO_TELL:
        return sum(word in _ELSEWHERE for word in words) < max(2, sum(word in _ENGLISH for word in words))
    return sum(word in _ENGLISH for word in words) / len(words) >= LEAST_ENGLISH
