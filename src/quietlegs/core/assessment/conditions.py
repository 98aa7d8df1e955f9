"""What a condition is: how common, how its features go, what can lie behind it. Parsed from data."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from quietlegs.core.assessment.person import Person, Sex
from quietlegs.core.assessment.triage_flags import Disposition
from quietlegs.core.knowledge.evidence import Source, parse_change, parse_source
from quietlegs.core.knowledge.reading import KnowledgeError, Reader


class Often(StrEnum):
    """How often people with a condition answer yes. Judgement, never a measured frequency."""

    ALWAYS = "always"
    USUAL = "usual"
    SOMETIMES = "sometimes"
    RARE = "rare"
    NEVER = "never"


class Basis(StrEnum):
    """Where a number comes from."""

    SOURCED = "sourced"
    JUDGEMENT = "judgement"


@dataclass(frozen=True, slots=True)
class Feature:
    """A question about what the trouble is like; ``if_true`` and ``if_false`` say its answer as a reason."""

    id: str
    question: str
    if_true: str
    if_false: str


@dataclass(frozen=True, slots=True)
class When:
    """A condition on a person or an answer set. Everything given must hold."""

    age_from: int | None = None
    age_to: int | None = None
    sex: Sex | None = None
    token: str | None = None

    def holds(self, person: Person, tokens: Mapping[str, bool]) -> bool:
        """Return whether it is known to hold."""
        age = person.age_years
        if self.age_from is not None and (age is None or age < self.age_from):
            return False
        if self.age_to is not None and (age is None or age > self.age_to):
            return False
        if self.sex is not None and person.sex is not self.sex:
            return False
        return self.token is None or tokens.get(self.token, False)


@dataclass(frozen=True, slots=True)
class Adjustment:
    """How much more or less likely a condition is for some people."""

    when: When
    times: float
    basis: Basis
    why: str


@dataclass(frozen=True, slots=True)
class LikelihoodRatio:
    """A published likelihood ratio of one feature: of yes (``plus``), and of no (``minus``) where it was published."""

    feature: str
    plus: float
    minus: float | None
    test: str


@dataclass(frozen=True, slots=True)
class Cause:
    """Something that can lie behind a condition. One of the four says what to look for."""

    token: str | None
    condition: str | None
    effect: str | None
    words: tuple[str, ...]
    say: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that night-time leg trouble may be. ``share`` is the share of adults who have it, 0 to 1."""

    id: str
    name: str
    medical_name: str
    about: str
    next_step: str
    disposition: Disposition
    prevalence: str
    share: float
    share_basis: Basis
    share_why: str
    adjustments: tuple[Adjustment, ...]
    features: Mapping[str, Often]
    flags: Mapping[str, Often]
    likelihood_ratios: tuple[LikelihoodRatio, ...]
    causes: tuple[Cause, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two conditions that come together more (or less) often than by chance."""

    between: tuple[str, str]
    times: float
    why: str


@dataclass(frozen=True, slots=True)
class ConditionTable:
    """All conditions, with the numbers and words that belong to all of them.

    ``scale`` is the share that each word of ``Often`` stands for. ``background`` is how often someone with none of the
    conditions says yes. ``weight`` is how much of its full weight an answer counts, because the questions overlap.
    ``fits`` are the words for a probability, each with the least probability at which it is used.
    """

    conditions: tuple[Condition, ...]
    scale: Mapping[Often, float]
    background: float
    weight: float
    pairs: tuple[Pair, ...]
    fits: tuple[tuple[float, str], ...]
    never_certain: str
    unexplained: str
    cause_open: str

    def word_for(self, probability: float) -> str:
        """Return the words for a probability, such as *fits well*."""
        return next(word for least, word in self.fits if probability >= least)


def parse_feature(fields: Mapping[str, object]) -> Feature:
    """Return the feature that a plain mapping describes. Raises KnowledgeError."""
    read = Reader(fields, str(fields.get("id")))
    read.text("id")
    feature = Feature(
        id=read.text("key"),
        question=read.text("question"),
        if_true=read.text("if_true"),
        if_false=read.text("if_false"),
    )
    read.finish()
    return feature


def parse_conditions(
    index: Mapping[str, object], items: Mapping[str, Mapping[str, object]]
) -> ConditionTable:
    """Return the conditions and what belongs to all of them. Raises KnowledgeError."""
    conditions = tuple(_condition(fields) for fields in items.values())
    read = Reader(index, "conditions")
    for known in ("id", "title", "holds", "schema", "scale_why", "background_why", "weight_why"):
        read.take(known)
    table = ConditionTable(
        conditions=conditions,
        scale=read.part("scale", _scale) or {},
        background=read.number("background"),
        weight=read.number("weight"),
        pairs=read.each("pairs", _pair),
        fits=read.each("fits", _fit, at_least=2),
        never_certain=read.text("never_certain"),
        unexplained=read.text("unexplained"),
        cause_open=read.text("cause_open"),
    )
    read.finish()
    return table


def _scale(fields: Mapping[str, object], where: str) -> dict[Often, float]:
    read = Reader(fields, where)
    scale = {word: read.number(word) for word in Often}
    read.finish()
    if not all(0 < share < 1 for share in scale.values()):
        raise KnowledgeError(
            f"{where}: each share must lie between 0 and 1, so that no answer rules anything out."
        )
    return scale


def _fit(fields: Mapping[str, object], where: str) -> tuple[float, str]:
    read = Reader(fields, where)
    fit = (read.number("from"), read.text("word"))
    read.finish()
    return fit


def _pair(fields: Mapping[str, object], where: str) -> Pair:
    read = Reader(fields, where)
    between = read.texts("between")
    if len(between) != 2:
        raise read.fail("between", "must name two conditions.")
    read.take("evidence")
    pair = Pair((between[0], between[1]), read.number("times"), read.text("why"))
    read.finish()
    return pair


def _condition(fields: Mapping[str, object]) -> Condition:
    read = Reader(fields, str(fields.get("id")))
    prior = read.part("prior", _prior)
    if prior is None:
        raise read.fail("prior", "must say how common it is.")
    share, basis, why, adjustments = prior
    condition = Condition(
        id=read.text("id"),
        name=read.text("name"),
        medical_name=read.text("medical_name"),
        about=read.text("about"),
        next_step=read.text("next_step"),
        disposition=read.word("disposition", Disposition),
        prevalence=read.text("prevalence"),
        share=share,
        share_basis=basis,
        share_why=why,
        adjustments=adjustments,
        features=read.part("features", _features) or {},
        flags=read.part("flags", _flags) or {},
        likelihood_ratios=read.each("likelihood_ratios", _ratio),
        causes=read.each("causes", _cause),
        sources=read.each("sources", parse_source, at_least=1),
    )
    read.each("changes", parse_change)
    read.day("reviewed_on")
    read.day("review_due")
    read.finish()
    return condition


def _prior(fields: Mapping[str, object], where: str) -> tuple[float, Basis, str, tuple[Adjustment, ...]]:
    read = Reader(fields, where)
    prior = (
        read.number("share"),
        read.word("basis", Basis),
        read.text("why"),
        read.each("adjust", _adjustment),
    )
    read.finish()
    return prior


def _adjustment(fields: Mapping[str, object], where: str) -> Adjustment:
    read = Reader(fields, where)
    adjustment = Adjustment(
        when=read.part("when", _when) or When(),
        times=read.number("times"),
        basis=read.word("basis", Basis),
        why=read.text("why"),
    )
    read.finish()
    return adjustment


def _when(fields: Mapping[str, object], where: str) -> When:
    read = Reader(fields, where)
    sex = read.text_or_none("sex")
    when = When(
        age_from=read.whole_or_none("age_from"),
        age_to=read.whole_or_none("age_to"),
        sex=Sex(sex) if sex else None,
        token=read.text_or_none("token"),
    )
    read.finish()
    return when


def _features(fields: Mapping[str, object], where: str) -> dict[str, Often]:
    features = {}
    for name, value in fields.items():
        if not isinstance(value, Mapping):
            raise KnowledgeError(f"{where}: {name} must have a value and its basis.")
        features[name] = _often(value.get("value"), f"{where}, {name}")
    return features


def _flags(fields: Mapping[str, object], where: str) -> dict[str, Often]:
    return {name: _often(value, f"{where}, {name}") for name, value in fields.items()}


def _often(value: object, where: str) -> Often:
    try:
        return Often(str(value))
    except ValueError:
        raise KnowledgeError(f"{where}: {value!r} must be one of {', '.join(Often)}.") from None


def _ratio(fields: Mapping[str, object], where: str) -> LikelihoodRatio:
    read = Reader(fields, where)
    read.take("low"), read.take("high")
    ratio = LikelihoodRatio(
        feature=read.text("feature"),
        plus=read.number("plus"),
        minus=read.number_or_none("minus"),
        test=read.text("test"),
    )
    read.finish()
    return ratio


def _cause(fields: Mapping[str, object], where: str) -> Cause:
    read = Reader(fields, where)
    when = read.part("when", _cause_when)
    if when is None:
        raise read.fail("when", "must say what to look for.")
    token, condition, effect, words = when
    cause = Cause(token, condition, effect, words, read.text("say"), read.texts("evidence"))
    read.finish()
    return cause


def _cause_when(
    fields: Mapping[str, object], where: str
) -> tuple[str | None, str | None, str | None, tuple[str, ...]]:
    read = Reader(fields, where)
    found = (
        read.text_or_none("token"),
        read.text_or_none("condition"),
        read.text_or_none("effect"),
        read.texts("words"),
    )
    read.finish()
    return found
