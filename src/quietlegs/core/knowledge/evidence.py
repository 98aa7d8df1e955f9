"""One statement, its direction, certainty, size, cautions and sources."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from quietlegs.core.knowledge.reading import Reader


class Topic(StrEnum):
    """What a statement is about, in the order in which the library shows them."""

    RED_FLAG = "red-flag"
    RELIEF = "relief"
    PREVENTION = "prevention"
    CAUSE = "cause"
    DRUG_TRIGGER = "drug-trigger"
    CONDITION = "condition"
    TREATMENT = "treatment"
    HARM = "harm"
    DEFINITION = "definition"
    DIFFERENTIAL = "differential"
    INVESTIGATION = "investigation"
    EPIDEMIOLOGY = "epidemiology"


class About(StrEnum):
    """Whose trouble a statement speaks to."""

    CRAMPS = "cramps"
    RESTLESS_LEGS = "restless-legs"
    LIMB_MOVEMENTS = "limb-movements"
    FIBROMYALGIA = "fibromyalgia"
    SLEEP = "sleep"


class Direction(StrEnum):
    """Which way the evidence points."""

    HELPS = "helps"
    LOWERS_RISK = "lowers-risk"
    MIXED = "mixed"
    UNKNOWN = "unknown"
    NO_EFFECT = "no-effect"
    RAISES_RISK = "raises-risk"
    HARMS = "harms"
    FACT = "fact"


class Certainty(StrEnum):
    """How sure one may be, by the logic of GRADE (Balshem 2011, doi 10.1016/j.jclinepi.2010.07.015)."""

    HIGH = "high"
    MODERATE = "moderate"
    LOW = "low"
    VERY_LOW = "very-low"

    @property
    def steps(self) -> int:
        """How many of four steps are filled: 4 is high, 1 is very low."""
        return {Certainty.HIGH: 4, Certainty.MODERATE: 3, Certainty.LOW: 2, Certainty.VERY_LOW: 1}[self]


class Recommend(StrEnum):
    """To whom something may be offered, whatever the strength of its evidence."""

    SELF_CARE = "self_care"
    ASK_FIRST = "ask_first"
    CLINICIAN_ONLY = "clinician_only"
    NEVER = "never"
    INFO = "info"


class Measure(StrEnum):
    """What a number counts or compares. Ratios compare with against without; differences are with minus without."""

    PREVALENCE = "prevalence"
    RISK_RATIO = "risk_ratio"
    ODDS_RATIO = "odds_ratio"
    RATE_RATIO = "rate_ratio"
    HAZARD_RATIO = "hazard_ratio"
    SEQUENCE_RATIO = "sequence_ratio"
    MEAN_DIFFERENCE = "mean_difference"
    SMD = "smd"


class Scale(StrEnum):
    """The scale on which a log rate ratio works."""

    CRAMPS_PER_NIGHT = "cramps_per_night"
    RLS_SEVERITY = "rls_severity"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a statement was found.

    ``address`` is the original or official page. ``read_at`` is where the text was read, if elsewhere.
    ``is_verified`` says that the statement was seen on some page, often a summary; it does not say that the original
    was read in full. A copy without its original, or a page too weak to cite, is kept for the record and not shown.
    """

    cite: str
    year: int | None
    pmid: str | None
    doi: str | None
    address: str | None
    read_at: str | None
    is_address_checked: bool
    is_verified: bool
    is_citable: bool
    is_copy: bool


@dataclass(frozen=True, slots=True)
class Estimate:
    """One number of a study.

    ``low`` and ``high`` are an interval of ``level`` per cent; with no ``level`` they are the range of reports.
    ``value`` None: no single figure. ``is_derived``: our own arithmetic. ``may_be_prior``: may inform a prior.
    """

    measure: Measure
    value: float | None
    low: float | None
    high: float | None
    level: float | None
    unit: str | None
    outcome: str
    people: int | None
    is_derived: bool
    may_be_prior: bool
    note: str | None


@dataclass(frozen=True, slots=True)
class LogRateRatio:
    """A cautious prior for one new person: the natural log of (with / without).

    ``mean`` is shrunk for bias, ``sd`` widened between people, by judgement. It is not a published result.
    """

    mean: float
    sd: float
    scale: Scale
    basis: str


@dataclass(frozen=True, slots=True)
class Arms:
    """How many people out of ``of`` an outcome happens to, with and without something, as the source gives them.

    ``without`` None: there was no comparison, the figure only says how common it is.
    """

    outcome: str
    with_it: float
    without: float | None
    of: int
    with_label: str
    without_label: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """What was changed in an entry, and when."""

    day: date
    what: str


@dataclass(frozen=True, slots=True)
class EvidenceEntry:
    """One statement of the evidence base. ``statement`` is the short answer to ``question``.

    ``safety`` must be shown with any offer. ``red_flag`` is the id of the warning sign to open.
    """

    id: str
    title: str
    question: str
    topic: Topic
    about: tuple[About, ...]
    statement: str
    population: str
    direction: Direction
    certainty: Certainty
    certainty_reason: str
    findings: tuple[str, ...]
    estimates: tuple[Estimate, ...]
    arms: tuple[Arms, ...]
    log_rate_ratio: LogRateRatio | None
    recommend: Recommend
    safety: tuple[str, ...]
    red_flag: str | None
    disagreement: str | None
    sources: tuple[Source, ...]
    changes: tuple[Change, ...]
    reviewed_on: date
    review_due: date


def parse_evidence(fields: Mapping[str, object]) -> EvidenceEntry:
    """Return the entry that a plain mapping describes.

    Raises:
        KnowledgeError: a field is missing, unknown, or holds a word that is not one of its words.
    """
    read = Reader(fields, str(fields.get("id", "an entry without id")))
    entry = EvidenceEntry(
        id=read.text("id"),
        title=read.text("title"),
        question=read.text("question"),
        topic=read.word("topic", Topic),
        about=read.words("about", About),
        statement=read.text("statement"),
        population=read.text("population"),
        direction=read.word("direction", Direction),
        certainty=read.word("certainty", Certainty),
        certainty_reason=read.text("certainty_reason"),
        findings=read.texts("findings"),
        estimates=read.each("estimates", _estimate),
        arms=read.each("arms", _arms),
        log_rate_ratio=read.part("log_rate_ratio", _log_rate_ratio),
        recommend=read.word("recommend", Recommend),
        safety=read.texts("safety"),
        red_flag=read.text_or_none("red_flag"),
        disagreement=read.text_or_none("disagreement"),
        sources=read.each("sources", parse_source, at_least=1),
        changes=read.each("changes", parse_change, at_least=1),
        reviewed_on=read.day("reviewed_on"),
        review_due=read.day("review_due"),
    )
    read.finish()
    return entry


def parse_source(fields: Mapping[str, object], where: str) -> Source:
    """Return the source that a plain mapping describes. Raises KnowledgeError."""
    read = Reader(fields, where)
    source = Source(
        cite=read.text("cite"),
        year=read.whole_or_none("year"),
        pmid=read.text_or_none("pmid"),
        doi=read.text_or_none("doi"),
        address=read.text_or_none("address"),
        read_at=read.text_or_none("read_at"),
        is_address_checked=read.claim("address_checked", default=True),
        is_verified=read.claim("verified"),
        is_citable=read.claim("citable", default=True),
        is_copy=read.claim("copy", default=False),
    )
    read.finish()
    return source


def parse_change(fields: Mapping[str, object], where: str) -> Change:
    """Return the change that a plain mapping describes. Raises KnowledgeError."""
    read = Reader(fields, where)
    change = Change(day=read.day("date"), what=read.text("what"))
    read.finish()
    return change


def _estimate(fields: Mapping[str, object], where: str) -> Estimate:
    read = Reader(fields, where)
    estimate = Estimate(
        measure=read.word("measure", Measure),
        value=read.number_or_none("value"),
        low=read.number_or_none("low"),
        high=read.number_or_none("high"),
        level=read.number_or_none("level"),
        unit=read.text_or_none("unit"),
        outcome=read.text("outcome"),
        people=read.whole_or_none("people"),
        is_derived=read.claim("derived", default=False),
        may_be_prior=read.claim("prior_ok", default=False),
        note=read.text_or_none("note"),
    )
    read.finish()
    if estimate.low is not None and estimate.high is not None and estimate.low > estimate.high:
        raise read.fail("low", "is above high. Swap them.")
    return estimate


def _arms(fields: Mapping[str, object], where: str) -> Arms:
    read = Reader(fields, where)
    arms = Arms(
        outcome=read.text("outcome"),
        with_it=read.number("with_it"),
        without=read.number_or_none("without"),
        of=int(read.number("of")),
        with_label=read.text("with_label"),
        without_label=read.text_or_none("without_label"),
    )
    read.finish()
    if not 0 <= arms.with_it <= arms.of or not 0 <= (arms.without or 0) <= arms.of:
        raise read.fail("of", "is smaller than a count, or a count is below 0.")
    if (arms.without is None) != (arms.without_label is None):
        raise read.fail("without_label", "must stand beside without, or neither.")
    return arms


def _log_rate_ratio(fields: Mapping[str, object], where: str) -> LogRateRatio:
    read = Reader(fields, where)
    prior = LogRateRatio(
        mean=read.number("mean"),
        sd=read.number("sd"),
        scale=read.word("scale", Scale),
        basis=read.text("basis"),
    )
    read.finish()
    if prior.sd <= 0:
        raise read.fail("sd", "must be above 0.")
    return prior
