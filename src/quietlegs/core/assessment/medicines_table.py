"""What is known of medicines: ingredients, combinations that matter, and the words people write them with.

Everything here is a value made from plain mappings, one mapping for each data file. A statement is *checked* when
at least one source that may be shown was read, or when an evidence entry that stands on such a source says it.
What is not checked is shown with that mark and never used to reassure.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from quietlegs.core.assessment.medicines_lines import Stops
from quietlegs.core.knowledge.evidence import Source, parse_source
from quietlegs.core.knowledge.reading import KnowledgeError, Reader

NO_KNOWN_LINK = "no-known-link"  # the one effect that reassures, and so has to be checked before it is shown

Fields = Mapping[str, object]


class Strength(StrEnum):
    """How well established an effect is."""

    STRONG = "strong"
    MODERATE = "moderate"
    WEAK = "weak"
    REPORTED = "reported"


class Basis(StrEnum):
    """What kind of knowledge an effect stands on."""

    LABEL = "label"
    GUIDELINE = "guideline"
    COHORT = "cohort"
    TRIAL = "trial"
    CASE_REPORTS = "case reports"
    PHARMACOLOGY = "pharmacology"


class Severity(StrEnum):
    """What to do about a combination, the most serious first."""

    AVOID = "avoid"
    ASK_FIRST = "ask-first"
    SPACE_APART = "space-apart"
    BE_AWARE = "be-aware"


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing that a medicine may do. ``effect`` is a key of ``MedicineTable.effect_words``."""

    effect: str
    strength: Strength
    basis: Basis
    evidence: tuple[str, ...]
    sources: tuple[Source, ...]
    checked: bool


@dataclass(frozen=True, slots=True)
class Medicine:
    """One ingredient, with what it may do to legs, sleep and salts. ``atc`` is its WHO code where it has one."""

    id: str
    name: str
    other_names: tuple[str, ...]
    brands: tuple[str, ...]
    drug_class: str
    group: str
    atc: str | None
    effects: tuple[Effect, ...]
    advice: str
    cautions: tuple[str, ...]
    reviewed_on: date
    review_due: date

    @property
    def names(self) -> tuple[str, ...]:
        """Every name it goes by."""
        return (self.name, *self.other_names, *self.brands)


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a combination: it is met when any of its parts is there."""

    medicines: tuple[str, ...]
    groups: tuple[str, ...]
    conditions: tuple[str, ...]
    food_and_drink: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Interaction:
    """A combination that matters. It fires when every side is met."""

    id: str
    between: tuple[Side, ...]
    severity: Severity
    sentence: str
    evidence: tuple[str, ...]
    sources: tuple[Source, ...]
    checked: bool
    reviewed_on: date
    review_due: date


@dataclass(frozen=True, slots=True)
class UrgentRule:
    """The rare case in which the evidence says: get help at once."""

    id: str
    medicines: tuple[str, ...]
    groups: tuple[str, ...]
    sentence: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Advice:
    """A sentence that stands with every review, and the evidence behind it."""

    id: str
    sentence: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A word or brand that stands for several medicines, or for a class, with what to ask."""

    written: tuple[str, ...]
    medicines: tuple[str, ...]
    groups: tuple[str, ...]
    hint: str


@dataclass(frozen=True, slots=True)
class Words:
    """How people write medicines, conditions, foods and drinks."""

    class_words: tuple[Phrase, ...]
    combinations: tuple[Phrase, ...]
    ambiguous: tuple[Phrase, ...]
    shorthand: Mapping[str, str]
    class_shorthand: Mapping[str, str]
    forms: tuple[str, ...]
    skin_forms: tuple[str, ...]
    frequencies: tuple[str, ...]
    units: tuple[str, ...]
    salts: tuple[str, ...]
    mineral_salts: Mapping[str, tuple[str, ...]]
    not_taking: Stops
    nothing: tuple[str, ...]
    vague: tuple[str, ...]
    look_alikes: tuple[tuple[str, ...], ...]
    not_held: tuple[str, ...]
    everyday: tuple[str, ...]
    conditions: Mapping[str, tuple[str, ...]]
    food_and_drink: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class MedicineTable:
    """All that is known of medicines."""

    medicines: Mapping[str, Medicine]
    interactions: tuple[Interaction, ...]
    urgent: tuple[UrgentRule, ...]
    advice: Mapping[str, Advice]
    words: Words
    effect_words: Mapping[str, str]
    strength_words: Mapping[str, str]
    severity_labels: Mapping[str, str]
    severity_words: Mapping[str, str]


def is_sound(source: Source) -> bool:
    """Whether the statement was read there and the page may be named to people."""
    return source.is_verified and source.is_citable and not source.is_copy


def _is_checked(evidence: Sequence[str], sources: Sequence[Source], sound_evidence: Collection[str]) -> bool:
    return any(entry in sound_evidence for entry in evidence) or any(is_sound(source) for source in sources)


def parse_medicine(fields: Fields, sound_evidence: Collection[str]) -> Medicine:
    """Return the medicine that a data file describes.

    Args:
        fields: the file's mapping.
        sound_evidence: ids of the evidence entries that stand on at least one source that was read.

    Raises:
        KnowledgeError: a field is missing, unknown, or holds a word that is not one of its words.
    """

    def effect(part: Fields, where: str) -> Effect:
        read = Reader(part, where)
        evidence, sources = read.texts("evidence"), read.each("sources", parse_source)
        made = Effect(
            effect=read.text("effect"),
            strength=read.word("strength", Strength),
            basis=read.word("basis", Basis),
            evidence=evidence,
            sources=sources,
            checked=_is_checked(evidence, sources, sound_evidence),
        )
        read.finish()
        if not evidence and not sources:
            raise read.fail("sources", "must list a source, or evidence an entry.")
        return made

    read = Reader(fields, str(fields.get("id")))
    made = Medicine(
        id=read.text("id"),
        name=read.text("name"),
        other_names=read.texts("other_names"),
        brands=read.texts("brands"),
        drug_class=read.text("class"),
        group=read.text("group"),
        atc=read.text_or_none("atc"),
        effects=read.each("effects", effect, at_least=1),
        advice=read.text("advice"),
        cautions=read.texts("cautions"),
        reviewed_on=read.day("reviewed_on"),
        review_due=read.day("review_due"),
    )
    read.finish()
    return made


def parse_interaction(fields: Fields, sound_evidence: Collection[str]) -> Interaction:
    """Return the combination that a data file describes. Arguments and errors as ``parse_medicine``."""

    def side(part: Fields, where: str) -> Side:
        read = Reader(part, where)
        made = Side(
            read.texts("medicines"),
            read.texts("groups"),
            read.texts("conditions"),
            read.texts("food_and_drink"),
        )
        read.finish()
        return made

    read = Reader(fields, str(fields.get("id")))
    evidence, sources = read.texts("evidence"), read.each("sources", parse_source)
    made = Interaction(
        id=read.text("id"),
        between=read.each("between", side, at_least=2),
        severity=read.word("severity", Severity),
        sentence=read.text("sentence"),
        evidence=evidence,
        sources=sources,
        checked=_is_checked(evidence, sources, sound_evidence),
        reviewed_on=read.day("reviewed_on"),
        review_due=read.day("review_due"),
    )
    read.finish()
    if not evidence and not sources:
        raise read.fail("sources", "must list a source, or evidence an entry.")
    return made


def read_texts_by_key(fields: Fields, name: str, where: str) -> dict[str, tuple[str, ...]]:
    """Return a mapping of lists of texts. Raises KnowledgeError."""
    inner = fields.get(name)
    if not isinstance(inner, Mapping):
        raise KnowledgeError(f"{where}: the field {name} must be a mapping.")
    read = Reader(inner, f"{where}, {name}")
    return {str(key): read.texts(str(key)) for key in inner}


def read_text_by_key(fields: Fields, name: str, where: str) -> dict[str, str]:
    """Return a mapping of texts. Raises KnowledgeError."""
    inner = fields.get(name)
    if not isinstance(inner, Mapping):
        raise KnowledgeError(f"{where}: the field {name} must be a mapping.")
    read = Reader(inner, f"{where}, {name}")
    return {str(key): read.text(str(key)) for key in inner}
