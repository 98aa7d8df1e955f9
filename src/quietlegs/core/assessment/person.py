"""Who answers: age, sex, pregnancy, conditions and medicines, and what they decide about the questions.

A *token* is something about a person on which red flags depend, such as ``diabetes`` or ``on_statin``. It is true,
false, or absent: nobody has said. A list of conditions or medicines that was given is taken as whole, so that what is
not in it is false; a list that was not given says nothing.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from quietlegs.core.knowledge.reading import Reader

OLDEST = 120  # years
PREGNANT_FROM, PREGNANT_TO = 10, 59  # years; outside it is asked again, and taken as true until then
PREGNANCY = "pregnant_or_postpartum"


class Sex(StrEnum):
    """The sex that prevalence figures go by."""

    FEMALE = "female"
    MALE = "male"


@dataclass(frozen=True, slots=True)
class Person:
    """Who answers. None: not said.

    ``pregnant`` is true in pregnancy and up to 6 weeks after birth. ``conditions`` and ``medicines`` are in the
    person's own words. ``said`` are tokens that were answered one by one.
    """

    age_years: int | None = None
    sex: Sex | None = None
    pregnant: bool | None = None
    conditions: tuple[str, ...] | None = None
    medicines: tuple[str, ...] | None = None
    said: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Token:
    """Something about a person that decides which red flags are asked, and the words by which it is recognised.

    ``hint_words``, and the medicines of a ``health`` token, speak for it (insulin for diabetes) without settling it: it
    is then asked about, and nobody is told that it is so. ``counts_lately``: a
    medicine that was stopped may count still.
    """

    id: str
    group: str
    text: str
    means: str
    condition_words: tuple[str, ...]
    hint_words: tuple[str, ...]
    medicine_groups: tuple[str, ...]
    medicine_ids: tuple[str, ...]
    food_and_drink: tuple[str, ...]
    counts_lately: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """What a medicine review found, as far as tokens go.

    ``has_unknown``: a line was not recognised. ``past_ids`` are medicines that the list names as stopped or not taken.
    """

    ids: frozenset[str]
    groups: frozenset[str]
    food_and_drink: frozenset[str] = frozenset()
    has_unknown: bool = False
    past_ids: frozenset[str] = frozenset()


def parse_token(fields: Mapping[str, object], where: str) -> Token:
    """Return the token that a plain mapping describes. Raises KnowledgeError."""
    read = Reader(fields, where)
    token = Token(
        id=read.text("id"),
        group=read.text("group"),
        text=read.text("text"),
        means=read.text("means"),
        condition_words=read.texts("condition_words"),
        hint_words=read.texts("hint_words"),
        medicine_groups=read.texts("medicine_groups"),
        medicine_ids=read.texts("medicine_ids"),
        food_and_drink=read.texts("food_and_drink"),
        counts_lately=read.claim("counts_lately", default=False),
    )
    read.finish()
    return token


def may_be_pregnant(person: Person) -> bool:
    """Return whether pregnancy is worth asking about."""
    age = person.age_years
    return person.sex is not Sex.MALE and (age is None or PREGNANT_FROM <= age <= PREGNANT_TO)


def tokens_of(tokens: Collection[Token], person: Person, taken: Taken | None = None) -> dict[str, bool]:
    """Return what is known of the person, by token. A token that nobody has spoken to is left out.

    Args:
        tokens: the tokens of the knowledge base.
        person: who answers.
        taken: what a review of ``person.medicines`` found; None: no list was given.
    """
    known: dict[str, bool] = {}
    for token in tokens:
        value = _known(token, person, taken)
        if value is not None:
            known[token.id] = value
    return known


def _known(token: Token, person: Person, taken: Taken | None) -> bool | None:
    """Return true where anything says so: a list may name what a tick forgot, and asking once more does no harm."""
    said = person.said.get(token.id)
    listed = _listed(token, person, taken)
    if said or listed:
        return True
    return said if said is not None else listed


def _listed(token: Token, person: Person, taken: Taken | None) -> bool | None:
    """Return what pregnancy and the lists of conditions and medicines say."""
    if person.conditions is not None and (
        token.id in person.conditions
        or _mention_any(person.conditions, token.condition_words) is Mention.SAID
    ):
        return True
    spoken = person.conditions or ()
    is_hinted = (
        _mention_any(spoken, token.hint_words) >= Mention.UNCLEAR
        or _mention_any(spoken, token.condition_words) is Mention.UNCLEAR
    )
    if token.id == PREGNANCY:
        if person.pregnant is not None:
            return None if is_hinted and not person.pregnant else person.pregnant
        return None if is_hinted or may_be_pregnant(person) else False
    if token.group == "health":
        is_hinted = is_hinted or (taken is not None and _names(taken, token))
        return None if person.conditions is None or is_hinted else False
    return _is_taken(token, taken)


def _is_taken(token: Token, taken: Taken | None) -> bool | None:
    if taken is None:
        return None
    if _names(taken, token):
        return True
    if token.counts_lately and taken.past_ids.intersection(token.medicine_ids):
        return None  # nobody said how long ago
    return None if taken.has_unknown else False  # a line that nobody can read may be this medicine


def _names(taken: Taken, token: Token) -> bool:
    return bool(
        taken.ids.intersection(token.medicine_ids)
        or taken.groups.intersection(token.medicine_groups)
        or taken.food_and_drink.intersection(token.food_and_drink)
    )


class Mention(IntEnum):
    """How a text speaks of a thing, the surest last. ``UNCLEAR``: a denial stands before it that may be of something else."""

    NONE = 0
    DENIED = 1
    UNCLEAR = 2
    SAID = 3


def _mention_any(said: Collection[str], words: Collection[str]) -> Mention:
    """Return how the person's conditions speak of any of the words ("Type 2 diabetes (diet)" has diabetes)."""
    return max((mention(said, word) for word in words), default=Mention.NONE)


def mention(said: Collection[str], word: str) -> Mention:
    """Return how the texts speak of a word or phrase, as whole words.

    A denial reaches to the end of its clause. Right before the word it denies it ("no diabetes", "no history of
    diabetes"); from farther off nobody can tell ("not controlled diabetes", "no heart trouble, diabetes").
    """
    pattern = re.compile(rf"(?<![a-z0-9]){re.escape(_plain(word))}(?![a-z0-9])")
    return max(
        (
            found
            for text in said
            for clause in _CLAUSES.split(text)
            for found in _mentions_in(clause, pattern)
        ),
        default=Mention.NONE,
    )


def _mentions_in(clause: str, pattern: re.Pattern[str]) -> Iterable[Mention]:
    was_denied = False
    for part in map(_plain, clause.split(",")):
        for match in pattern.finditer(part):
            before = part[: match.start()]
            if _RIGHT_BEFORE.search(before):
                yield Mention.DENIED
            else:
                yield Mention.UNCLEAR if was_denied or _DENIAL.search(before) else Mention.SAID
        was_denied = was_denied or bool(_DENIAL.search(part))


_CLAUSES = re.compile(r"[.;:()\[\]\n\r]+")
_DENIAL = re.compile(r"\b(?:no|not|without|never had|denies)\b")
_BETWEEN = "a|an|any|the|known|history|of|sign|signs|evidence|had|have|has|been|ever|type|1|2|i|ii"
_RIGHT_BEFORE = re.compile(rf"{_DENIAL.pattern}(?: (?:{_BETWEEN}))* $|\bpre $")


def _plain(text: str) -> str:
    """Return the words of a text in small letters without accents ("cáncer" is "cancer")."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in letters if unicodedata.category(letter) != "Mn")
    return " ".join(re.sub(r"[^a-z0-9]+", " ", bare).split())
