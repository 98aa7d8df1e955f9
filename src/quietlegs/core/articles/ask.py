"""Answers a question from the evidence: its own sentences, in a fixed order, or a plain "we do not know that".

Urgent words come first. Then what is not ours to answer. Then the evidence that speaks to the question: by the
concepts it names, by its words, and, where the sentence model is installed, by its meaning.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from quietlegs.core.articles.base import ClaimBase
from quietlegs.core.articles.claims import COMPLAINTS
from quietlegs.core.articles.hearing import NOT_OURS, URGENT, Heard
from quietlegs.core.articles.retrieval import WordIndex, top
from quietlegs.core.articles.words import PhraseBook
from quietlegs.core.knowledge import EvidenceEntry, Recommend, may_recommend

MOST_RELATED = 5
# Weights of the three ways to find evidence. Concepts are written by hand and lead; words and meaning fill in.
CONCEPT_WEIGHT, WORD_WEIGHT, MEANING_WEIGHT, ABOUT_WEIGHT = 0.9, 0.8, 1.0, 0.5
ASKED_WEIGHT = 1.6  # a phrase of the question tells more than a thing that it names
LEAST_SCORE = 0.62  # below this nothing found is near enough to be an answer
LEAST_MEANING = 0.38  # a cosine below this is chance
# From where a question is heard to be urgent or not for us, of -1 to 1; the last where it names something that we know of.
URGENT_FROM, NOT_OURS_FROM, NAMED_NOT_OURS_FROM = 0.0, 0.0, 0.35
SAME_FORM = 4  # letters in which two forms of a word agree


@dataclass(frozen=True, slots=True)
class UrgentWords:
    """Words that sound like a red flag, and the flag."""

    flag: str
    wanted: tuple[re.Pattern[str], ...]
    spared: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class NotOurs:
    """A matter that is not for us, and the sentence that says who can help."""

    id: str
    sentence: str
    wanted: tuple[re.Pattern[str], ...]
    spared: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True, eq=False)
class QuestionBase:
    """What answering needs beside the claim base."""

    claims: ClaimBase
    index: WordIndex
    synonyms: tuple[tuple[re.Pattern[str], str], ...]
    urgent: tuple[UrgentWords, ...]
    not_ours: tuple[NotOurs, ...]
    elsewhere: frozenset[str]
    asked: PhraseBook
    asked_evidence: Mapping[str, tuple[str, ...]]
    spellings: tuple[str, ...]
    everyday: frozenset[str]
    by_sound: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Found:
    """An evidence entry that speaks to a question; ``score`` is 0 to 1."""

    entry: EvidenceEntry
    score: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What we have to say to a question.

    ``urgent`` holds ids of red flags the words sound like. ``not_ours`` says who can help when it is not for us.
    ``found`` is the evidence, best first: empty when nothing speaks to it. ``is_put_otherwise``: we took a word for
    another one, a slip or an everyday word, and not for its plural.
    """

    question: str
    understood_as: str
    urgent: tuple[str, ...]
    not_ours: NotOurs | None
    found: tuple[Found, ...]
    offers: tuple[EvidenceEntry, ...]
    is_put_otherwise: bool = False

    @property
    def in_scope(self) -> bool:
        """Whether the question is one for us."""
        return self.not_ours is None and bool(self.found or self.urgent)


def question_base(
    claims: ClaimBase,
    index: WordIndex,
    *,
    questions: Mapping[str, object],
    texts: Iterable[str],
) -> QuestionBase:
    """Compile the ``questions.yaml`` of one language.

    Args:
        claims: the evidence and word lists of that language.
        index: the words of the evidence in that language.
        questions: how people ask.
        texts: in whose words slips of spelling are mended.
    """
    synonyms, urgent, elsewhere = questions["synonyms"], questions["urgent"], questions["elsewhere"]
    not_ours, asked = questions["out_of_scope"], questions["asked"]
    assert isinstance(synonyms, Mapping) and isinstance(urgent, list)
    assert isinstance(elsewhere, list) and isinstance(not_ours, list)
    assert isinstance(asked, list)
    grammar = claims.grammar
    in_order = sorted(
        ((grammar.folded(str(k)), str(v)) for k, v in synonyms.items()), key=lambda pair: -len(pair[0])
    )
    known = {
        match
        for text in (*texts, *map(str, synonyms))
        for match in re.findall(r"[a-z]{4,}", grammar.folded(text.lower()))
    }
    spellings = tuple(sorted(known))
    return QuestionBase(
        claims=claims,
        index=index,
        synonyms=tuple((re.compile(rf"\b{re.escape(k)}\b", re.IGNORECASE), v) for k, v in in_order),
        urgent=tuple(
            UrgentWords(str(u["flag"]), _compiled(u["any"]), _compiled(u.get("unless", ()))) for u in urgent
        ),
        not_ours=tuple(
            NotOurs(str(n["id"]), str(n["sentence"]), _compiled(n["any"]), _compiled(n.get("unless", ())))
            for n in not_ours
        ),
        elsewhere=frozenset(grammar.stem(word) for phrase in elsewhere for word in str(phrase).split()[:1]),
        asked=PhraseBook({str(one["id"]): one["words"] for one in asked}, grammar.words),
        asked_evidence={str(one["id"]): tuple(one["evidence"]) for one in asked},
        spellings=spellings,
        everyday=frozenset(known),
        by_sound={grammar.sound(one): one for one in reversed(spellings)} if grammar.sounds else {},
    )


def _compiled(patterns: Sequence[object]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(str(pattern), re.IGNORECASE) for pattern in patterns)


def plain_question(question: str, base: QuestionBase) -> str:
    """Return the question in the words of the evidence: everyday words put plainly, slips of spelling mended."""
    text = base.claims.grammar.folded(" ".join(question.replace("’", "'").split()))
    text = re.sub(r"[A-Za-z]{4,}", lambda match: _mended(match.group(), base), text)
    for pattern, meant in base.synonyms:
        text = pattern.sub(meant, text)
    return text


def _is_put_otherwise(question: str, plain: str, base: QuestionBase) -> bool:
    """Whether a word was taken for another: another form of a word that we know ("pregnant", "pregnancy") is none."""
    asked = base.claims.grammar.words(question.lower())
    stems = {word.stem for word in asked}
    forms = {stem for stem in stems if stem in base.index.vocabulary}
    return any(
        word.stem not in stems and not any(word.stem[:SAME_FORM] == form[:SAME_FORM] for form in forms)
        for word in base.claims.grammar.words(plain.lower())
    )


def _mended(word: str, base: QuestionBase) -> str:
    if (
        word.lower() in base.everyday
        or (stem := base.claims.grammar.stem(word)) in base.index.vocabulary
        or stem in base.elsewhere
        or word.lower() in base.claims.grammar.ordinary
    ):
        return word
    heard = base.by_sound.get(base.claims.grammar.sound(word.lower())) if base.by_sound else None
    if heard:
        return heard
    best = process.extractOne(
        word.lower(), base.spellings, scorer=fuzz.ratio, score_cutoff=base.claims.grammar.slip
    )
    return best[0] if best and best[0][0] == word[0].lower() else word


def answer(
    question: str,
    base: QuestionBase,
    *,
    meaning: Mapping[str, float] | None = None,
    sense: Heard | None = None,
    elsewhere_urgent: Sequence[str] = (),
) -> Answer:
    """Answer a question.

    Args:
        elsewhere_urgent: red flags that its words have in another language that we know.
        meaning: how near in meaning each entry is to the question, as a cosine by id; None without the model.
        sense: what the question is heard to be; None without the model.
    """
    plain = plain_question(question, base)
    heard = _heard_as(sense, URGENT, URGENT_FROM)
    urgent = tuple(
        dict.fromkeys([*urgent_flags(question, base), *([heard] if heard else []), *elsewhere_urgent])
    )
    not_ours = _not_ours(question, plain, base, sense, is_urgent=bool(urgent))
    found = () if not_ours else _evidence(plain, base, meaning)
    offers = tuple(
        one.entry
        for one in found[:3]
        if may_recommend(one.entry) and one.entry.recommend is Recommend.SELF_CARE
    )
    return Answer(question, plain, urgent, not_ours, found, offers, _is_put_otherwise(question, plain, base))


def urgent_flags(question: str, base: QuestionBase) -> tuple[str, ...]:
    """Return the red flags that the words of a question sound like, in the language of the base."""
    plain = plain_question(question, base)
    return tuple(
        dict.fromkeys(
            u.flag for u in base.urgent if _says(u.wanted, u.spared, _folded(question, base), plain)
        )
    )


def _folded(question: str, base: QuestionBase) -> str:
    return base.claims.grammar.folded(question)


def _heard_as(sense: Heard | None, side: str, least: float) -> str | None:
    """Return the likeliest kind of a side that a question is heard to be on; None where it is not."""
    return sense.kinds[side][0][0] if sense and sense.sides[side] >= least else None


def _not_ours(
    question: str, plain: str, base: QuestionBase, sense: Heard | None, *, is_urgent: bool
) -> NotOurs | None:
    """Return why a question is not for us: by its words, or by its meaning. What is urgent is for everybody."""
    if is_urgent:
        return None
    folded = _folded(question, base)
    by_words = next((n for n in base.not_ours if _says(n.wanted, n.spared, folded, plain)), None)
    words = base.claims.grammar.words(plain)
    named = bool(base.claims.concepts.find(words) or base.asked.find(words))
    kind = _heard_as(sense, NOT_OURS, NAMED_NOT_OURS_FROM if named else NOT_OURS_FROM)
    return by_words or next((n for n in base.not_ours if n.id == kind), None)


def _says(
    wanted: Sequence[re.Pattern[str]], spared: Sequence[re.Pattern[str]], question: str, plain: str
) -> bool:
    return any(one.search(text) for one in wanted for text in (question, plain)) and not any(
        one.search(question) for one in spared
    )


def _evidence(plain: str, base: QuestionBase, meaning: Mapping[str, float] | None) -> tuple[Found, ...]:
    words = base.claims.grammar.words(plain)
    concepts = tuple(dict.fromkeys(hit.name for hit in base.claims.concepts.find(words)))
    asked = tuple(dict.fromkeys(hit.name for hit in base.asked.find(words)))
    targets = {hit.name for hit in base.claims.targets.find(words)}
    complaints = targets & set(COMPLAINTS)
    if not (concepts or asked or complaints or _near(meaning)):
        return ()
    if not (concepts or asked or complaints) and {word.stem for word in words} & base.elsewhere:
        return ()
    named = _named(concepts, asked, base)
    by_words = base.index.scores(plain)
    most = max(by_words.values(), default=1.0)
    scores: dict[str, float] = {}
    for one, entry in base.claims.entries.items():
        about = {str(a) for a in entry.about} & targets
        scores[one] = (
            CONCEPT_WEIGHT * named.get(one, 0.0)
            + WORD_WEIGHT * by_words.get(one, 0.0) / most
            + MEANING_WEIGHT * (meaning or {}).get(one, 0.0)
            + ABOUT_WEIGHT * (bool(about) - bool(complaints and not about))
        )
    whole = CONCEPT_WEIGHT + WORD_WEIGHT + (MEANING_WEIGHT if meaning else 0.0) + ABOUT_WEIGHT
    best = top(scores, MOST_RELATED)
    return tuple(
        Found(base.claims.entries[one], round(min(score / whole, 1.0), 3))
        for one, score in best
        if score >= LEAST_SCORE
    )


def _named(concepts: Sequence[str], asked: Sequence[str], base: QuestionBase) -> dict[str, float]:
    """Return how firmly the question names each entry, 0 to ASKED_WEIGHT by id: by what is asked before what is named."""
    named: dict[str, float] = {}
    lists = [(1.0, base.claims.subjects[one]) for one in concepts] + [
        (ASKED_WEIGHT, base.asked_evidence[one]) for one in asked
    ]
    for weight, ids in lists:
        for place, one in enumerate(ids):
            named[one] = max(named.get(one, 0.0), weight / (1 + place) ** 0.5)
    return named


def _near(meaning: Mapping[str, float] | None) -> bool:
    return bool(meaning) and max((meaning or {}).values(), default=0.0) >= LEAST_MEANING
