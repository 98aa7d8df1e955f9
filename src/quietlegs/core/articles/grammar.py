"""What one language asks of the code: how its words are stemmed, its sentences cut, its slips mended, its texts known.

The values stand in ``kb/claims/grammar.yaml`` (English) and, for another language, ``kb/claims/es/grammar.yaml``. Nothing
else in this room knows which language it reads.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from quietlegs.core.articles.reading import FORMULAS, Readability
from quietlegs.core.articles.words import Word, stem, without_accents, words_of

FEWEST_WORDS_TO_TELL = 30  # a note of shouts and names has few of the common words, in any language
LEAST_SHARE = 0.12  # of a long text: the common words of its language make up about a third
LINE_WORDS = 8  # a shorter line says too little of its language
MIXED_SHARE = 0.1  # of a page's words in lines of another language: from here a reader should be told


@dataclass(frozen=True, slots=True, eq=False)
class Grammar:
    """One language.

    ``code`` is that of the language, such as ``es``; ``stemmer`` the name of its Snowball stemmer. ``folds_accents``:
    accents are left out before anything is compared, since people leave them out. ``telling`` are the words that make up
    much of any text in it; ``stop`` tell nothing of a question's matter; ``ordinary`` are no slips of other words.
    ``sounds`` are spellings that sound alike; ``slip`` is how alike
    (0-100) a misspelt word and the word meant must be. The patterns say where a sentence ends, a label, a question, a clause.
    """

    code: str
    stemmer: str
    folds_accents: bool
    telling: frozenset[str]
    stop: frozenset[str]
    ordinary: frozenset[str]
    sounds: tuple[tuple[re.Pattern[str], str], ...]
    slip: int
    sentence_end: re.Pattern[str]
    casual_end: re.Pattern[str]
    label: re.Pattern[str]
    question: re.Pattern[str]
    clause: re.Pattern[str]
    before_advice: frozenset[str]
    no_advice: tuple[str, ...]
    sober_offer: re.Pattern[str]
    readability: Readability

    def folded(self, text: str) -> str:
        """Return a text as it is compared: each letter in its place, without accents where the language folds them."""
        return without_accents(text) if self.folds_accents else text

    def words(self, text: str) -> tuple[Word, ...]:
        """Return the words of a text, by their stems, with their places."""
        return words_of(self.folded(text), language=self.stemmer)

    def stem(self, word: str) -> str:
        """Return the stem of one word."""
        return stem(self.folded(word), self.stemmer)

    def sound(self, word: str) -> str:
        """Return what a word sounds like, for words that are written as they are heard."""
        for pattern, sound in self.sounds:
            word = pattern.sub(sound, word)
        return word


def grammar_of(fields: Mapping[str, object]) -> Grammar:
    """Return the language that a ``grammar.yaml`` describes."""

    def texts(name: str) -> tuple[str, ...]:
        value = fields[name]
        assert isinstance(value, list)
        return tuple(map(str, value))

    stemmer, folds = str(fields["stemmer"]), bool(fields["folds_accents"])

    def folded(words: Sequence[str]) -> tuple[str, ...]:
        return tuple(without_accents(word) if folds else word for word in words)

    end = _sentence_end(texts("abbreviations"))
    joiners = "|".join(map(re.escape, texts("label_joiners")))
    word = r"[A-ZÀ-Þ][\w'’/-]*"
    sounds = fields["sounds"]
    assert isinstance(sounds, list)
    return Grammar(
        code=str(fields["language"]),
        stemmer=stemmer,
        folds_accents=folds,
        telling=frozenset(texts("telling")),
        stop=frozenset(stem(one, stemmer) for one in folded(texts("stop"))),
        ordinary=frozenset(folded(texts("ordinary"))),
        sounds=tuple((re.compile(str(written)), str(heard)) for written, heard in sounds),
        slip=int(str(fields["slip"])),
        sentence_end=re.compile(end),
        casual_end=re.compile(rf"{end}|(?<=\w\w)[.!?…]+\s+(?=[a-zß-ÿ¿¡])"),
        label=re.compile(rf"{word}(?: (?:{word}|{joiners})){{0,5}}:\s+(?=\S)"),
        question=re.compile(rf"¿?(?:{'|'.join(folded(texts('question_words')))})\b", re.IGNORECASE),
        clause=re.compile("|".join(folded(texts("clauses"))), re.IGNORECASE),
        before_advice=frozenset(stem(one, stemmer) for one in folded(texts("before_advice"))),
        no_advice=texts("no_advice"),
        sober_offer=re.compile("|".join(texts("sober_offers")), re.IGNORECASE),
        readability=FORMULAS[str(fields["readability"])],
    )


def _sentence_end(abbreviations: Sequence[str]) -> str:
    spared = "".join(rf"(?<!\b{re.escape(one)})" for one in abbreviations)
    return rf"(?<!\b[A-Z]){spared}[.!?…]+[\"'”’»)\]]*\s+(?=[\"'“‘«(\[¿¡]?[A-Z0-9À-Þ•\-])"


# The words most often met in languages that we cannot judge: French, German, Portuguese, Italian, Dutch, Polish. Those that
# English or Spanish has too are left out of short texts by being weighed against theirs.
_ELSEWHERE: Mapping[str, frozenset[str]] = {
    "fr": frozenset(
        "les des une est dans pour avec sur mon mes nuit jambes jambe crampes crampe pourquoi quand sont le et du au ce ne "
        "pas qui plus vous il elle par cette ses".split()
    ),
    "de": frozenset(
        "der das und ist nicht ein eine ich mir mein meine nachts nacht beine bein warum wie hilft gegen krämpfe wadenkrampf "
        "den zu mit von dem auf für im auch sich sind bei werden kann".split()
    ),
    "pt": frozenset(
        "não uma com minhas noite pernas cãibras porquê sono os dos das do da em para por mais ao pode são seu sua você "
        "também quando que".split()
    ),
    "it": frozenset(
        "il gli della che di notte gambe crampi perché sono nella delle dei anche più può una per non con".split()
    ),
    "nl": frozenset(
        "het een mijn benen niet waarom kramp van de en dat zijn met voor ook kan worden".split()
    ),
    "pl": frozenset("w na jest nie nocy nogi skurcze dlaczego się że z do i to jak oraz lub może".split()),
}


def told_language(
    text: str, grammars: Sequence[Grammar], *, known: Mapping[str, Collection[str]], fallback: str
) -> str | None:
    """Return the code of the language that a text is in; None for one of none of these.

    The language whose common words come most often. A few words with none of them are told by the words of our own matter
    (``known``, by code: "calambres nocturnos"), else taken for the ``fallback``.
    """
    words = re.findall(r"[^\W\d_]+", text.lower())
    ours = {one.code: sum(word in one.telling for word in words) for one in grammars}
    best = max(ours, key=lambda code: (ours[code], code == fallback))
    elsewhere = max(sum(word in common for word in words) for common in _ELSEWHERE.values())
    if len(words) >= FEWEST_WORDS_TO_TELL:
        return best if ours[best] >= LEAST_SHARE * len(words) and ours[best] >= elsewhere else None
    if elsewhere >= max(2, ours[best] + 1):
        return None
    first = sorted(ours.values(), reverse=True)
    if len(first) > 1 and first[0] == first[1]:
        bare = {one.code: [one.folded(word) for word in words] for one in grammars}
        matter = {code: sum(word in known.get(code, ()) for word in bare[code]) for code in ours}
        return max(matter, key=lambda code: (matter[code], code == fallback))
    return best


def is_mixed(text: str, grammar: Grammar, grammars: Sequence[Grammar]) -> bool:
    """Return whether a good part of a page is in another language that we know than the one it is judged by."""
    counts = {True: 0, False: 0}
    for line in re.split(r"[\n\r.!?]+", text):
        words = re.findall(r"[^\W\d_]+", line.lower())
        if len(words) >= LINE_WORDS:
            own = sum(word in grammar.telling for word in words)
            other = max(sum(word in one.telling for word in words) for one in grammars if one is not grammar)
            counts[other > own] += len(words)
    return counts[True] >= MIXED_SHARE * max(1, sum(counts.values()))
