"""Everything the check knows, parsed from data: red flags, screens, conditions, criteria, words."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from quietlegs.core.assessment.asking import Screen, parse_screen
from quietlegs.core.assessment.conditions import ConditionTable, Feature, parse_conditions, parse_feature
from quietlegs.core.assessment.contradictions import ContradictionRules, parse_contradictions
from quietlegs.core.assessment.likely import ConditionModel
from quietlegs.core.assessment.patterns import PainScreen, Pattern, parse_pain_screen, parse_pattern
from quietlegs.core.assessment.person import Token, parse_token
from quietlegs.core.assessment.triage_flags import Disposition, RedFlag, parse_flag
from quietlegs.core.knowledge.evidence import Source, parse_change, parse_source
from quietlegs.core.knowledge.reading import Reader

Fields = Mapping[str, object]
Folder = Mapping[str, Fields]


@dataclass(frozen=True, slots=True)
class Level:
    """What to do at one urgency."""

    disposition: Disposition
    label: str
    headline: str
    advice: str
    points: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Levels:
    """What to do at each urgency, and what stands with every answer.

    ``unsure`` is by what a yes would have meant. ``but_headline`` and ``but_advice`` stand where no warning sign is there
    and what fits best should still be seen.
    """

    levels: Mapping[Disposition, Level]
    unsure: Mapping[Disposition, str]
    come_back: tuple[str, ...]
    but_headline: str
    but_advice: str
    guidance: str
    child: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Country:
    """Whom to call in one country: the first number is the one to call."""

    code: str
    name: str
    call: tuple[str, ...]
    urgent: str | None
    crisis: str | None


@dataclass(frozen=True, slots=True)
class EmergencyNumbers:
    """Whom to call, by country code, and what to say until a country is chosen."""

    until_chosen: tuple[str, ...]
    until_chosen_words: str
    countries: Mapping[str, Country]


@dataclass(frozen=True, slots=True)
class Complaint:
    """One line of "what is it like?". ``no_if_unticked``: leaving it is a no to its features."""

    id: str
    text: str
    features: tuple[str, ...]
    no_if_unticked: bool


@dataclass(frozen=True, slots=True)
class Guidance:
    """All data of the check. ``questions`` is every question's text by its id. ``version`` names the state of the data."""

    flags: tuple[RedFlag, ...]
    screens: tuple[Screen, ...]
    features: Mapping[str, Feature]
    table: ConditionTable
    model: ConditionModel
    tokens: tuple[Token, ...]
    tokens_title: str
    contradictions: ContradictionRules
    levels: Levels
    numbers: EmergencyNumbers
    complaints_title: str
    complaints: tuple[Complaint, ...]
    restless_legs: Pattern
    night_leg_cramps: Pattern
    pain: PainScreen
    questions: Mapping[str, str]
    version: str

    def flag(self, flag_id: str) -> RedFlag:
        """Return the red flag with this id."""
        return next(flag for flag in self.flags if flag.id == flag_id)


def parse_guidance(
    *,
    flags: Folder,
    screens: Folder,
    features: Folder,
    conditions: Folder,
    conditions_index: Fields,
    wording: Folder,
    criteria: Folder,
    version: str,
) -> Guidance:
    """Return the guidance that plain mappings describe. Raises KnowledgeError."""
    parsed_flags = tuple(sorted((parse_flag(one) for one in flags.values()), key=lambda flag: flag.order))
    parsed_features = tuple(parse_feature(one) for one in features.values())
    table = parse_conditions(conditions_index, conditions)
    tokens_title, tokens = _tokens(wording["tokens"])
    complaints_title, complaints = _complaints(wording["complaints"])
    restless_legs = parse_pattern(criteria["restless-legs"])
    cramps = parse_pattern(criteria["night-leg-cramps"])
    pain = parse_pain_screen(criteria["fibromyalgia"])
    return Guidance(
        flags=parsed_flags,
        screens=tuple(sorted((parse_screen(one) for one in screens.values()), key=lambda one: one.order)),
        features={feature.id: feature for feature in parsed_features},
        table=table,
        model=ConditionModel(table, parsed_features),
        tokens=tokens,
        tokens_title=tokens_title,
        contradictions=parse_contradictions(wording["contradictions"]),
        levels=_levels(wording["levels"]),
        numbers=_numbers(wording["emergency-numbers"]),
        complaints_title=complaints_title,
        complaints=complaints,
        restless_legs=restless_legs,
        night_leg_cramps=cramps,
        pain=pain,
        questions=_questions(parsed_flags, parsed_features, (restless_legs, cramps), pain),
        version=version,
    )


def answers_of_complaints(complaints: Sequence[Complaint], ticked: Collection[str]) -> dict[str, bool]:
    """Return the features that "what is it like?" answers, by the ids of the lines that were ticked."""
    gave = {
        name: False
        for one in complaints
        if one.no_if_unticked and one.id not in ticked
        for name in one.features
    }
    return gave | {name: True for one in complaints if one.id in ticked for name in one.features}


def _questions(
    flags: tuple[RedFlag, ...],
    features: tuple[Feature, ...],
    patterns: tuple[Pattern, ...],
    pain: PainScreen,
) -> dict[str, str]:
    return {
        **{flag.id: flag.question for flag in flags},
        **{part.id: part.question for flag in flags for part in flag.parts},
        **{feature.id: feature.question for feature in features},
        **{item.id: item.question for pattern in patterns for item in pattern.items},
        **{area.id: f"{pain.areas_question} {area.name}" for area in pain.areas},
        **{name: f"{pain.scales_question} {question}" for name, question in pain.scales},
        **{name: f"{pain.symptoms_question} {question}" for name, question in pain.symptoms},
        pain.months[0]: pain.months[1],
    }


def _tail(read: Reader) -> tuple[Source, ...]:
    sources = read.each("sources", parse_source, at_least=1)
    read.each("changes", parse_change)
    read.day("reviewed_on")
    read.day("review_due")
    read.finish()
    return sources


def _tokens(fields: Fields) -> tuple[str, tuple[Token, ...]]:
    read = Reader(fields, "tokens")
    read.text("id")
    title, tokens = read.text("title"), read.each("tokens", parse_token, at_least=1)
    read.finish()
    return title, tokens


def _levels(fields: Fields) -> Levels:
    read = Reader(fields, "levels")
    read.text("id")
    levels = read.each("levels", _level, at_least=len(Disposition))
    but = read.part("but", _but)
    if but is None:
        raise read.fail("but", "must hold a headline and an advice.")
    return Levels(
        but_headline=but[0],
        but_advice=but[1],
        levels={level.disposition: level for level in levels},
        unsure=dict(read.each("unsure", _unsure)),
        come_back=read.texts("come_back"),
        guidance=read.text("guidance"),
        child=read.text("child"),
        sources=_tail(read),
    )


def _level(fields: Fields, where: str) -> Level:
    read = Reader(fields, where)
    level = Level(
        disposition=read.word("disposition", Disposition),
        label=read.text("label"),
        headline=read.text("headline"),
        advice=read.text("advice"),
        points=read.texts("points"),
    )
    read.finish()
    return level


def _but(fields: Fields, where: str) -> tuple[str, str]:
    read = Reader(fields, where)
    but = (read.text("headline"), read.text("advice"))
    read.finish()
    return but


def _unsure(fields: Fields, where: str) -> tuple[Disposition, str]:
    read = Reader(fields, where)
    read.word("disposition", Disposition)
    unsure = (read.word("of", Disposition), read.text("say"))
    read.finish()
    return unsure


def _numbers(fields: Fields) -> EmergencyNumbers:
    read = Reader(fields, "emergency-numbers")
    read.text("id")
    numbers = EmergencyNumbers(
        until_chosen=read.texts("until_chosen"),
        until_chosen_words=read.text("until_chosen_words"),
        countries={country.code: country for country in read.each("countries", _country, at_least=1)},
    )
    _tail(read)
    return numbers


def _country(fields: Fields, where: str) -> Country:
    read = Reader(fields, where)
    country = Country(
        code=read.text("code"),
        name=read.text("name"),
        call=read.texts("call"),
        urgent=read.text_or_none("urgent"),
        crisis=read.text_or_none("crisis"),
    )
    read.finish()
    return country


def _complaints(fields: Fields) -> tuple[str, tuple[Complaint, ...]]:
    read = Reader(fields, "complaints")
    read.text("id")
    title, items = read.text("title"), read.each("items", _complaint, at_least=1)
    read.finish()
    return title, items


def _complaint(fields: Fields, where: str) -> Complaint:
    read = Reader(fields, where)
    complaint = Complaint(
        id=read.text("id"),
        text=read.text("text"),
        features=read.texts("features"),
        no_if_unticked=read.text("unticked") == "false",
    )
    read.finish()
    return complaint
