"""What the page of an entry gets, worked out before the template sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from quietlegs.core.knowledge.evidence import (
    Direction,
    Estimate,
    EvidenceEntry,
    Recommend,
    Topic,
)
from quietlegs.core.knowledge.frequencies import shares
from quietlegs.core.knowledge.glossary import Explainer, Piece, Term
from quietlegs.core.knowledge.judgement import is_verified, may_recommend, shown_sources
from quietlegs.exchange.knowledge_base import load_english_evidence
from quietlegs.web.library import figures, queries, wording
from quietlegs.web.library.lines import (
    ChangeLine,
    Grade,
    Line,
    Link,
    SourceLine,
    address_of,
    grade,
    line,
    source_line,
)

# The same shapes and icons as the result of the check.
_CARE = {
    "emergency_now": ("emergency", "stop"),
    "same_day": ("same-day", "clock"),
    "routine_gp": ("self-care", "report"),
}
_RELATED = 4  # more would be a wall of links


@dataclass(frozen=True, slots=True)
class EstimateRow:
    """A number of a study, in words."""

    outcome: str
    outcome_said: str
    compared: str
    size: str
    size_unit: str
    range: str
    people: str
    is_ours: bool
    note: str


@dataclass(frozen=True, slots=True)
class Care:
    """What comes before the evidence where there is danger. Empty texts are not shown."""

    css_class: str
    icon: str
    level: str
    timeframe: str
    advice: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class EntryPage:
    """One statement with all that stands behind it. Texts come in pieces, with the words to explain marked."""

    id: str
    title: str
    topic: str
    topic_label: str
    grade: Grade
    is_unverified: bool
    may_be_offered: bool
    statement: tuple[Piece, ...]
    offer_label: str
    offer_meaning: str
    offer_icon: str
    safety: tuple[tuple[Piece, ...], ...]
    findings: tuple[tuple[Piece, ...], ...]
    certainty_meaning: str
    certainty_reason: tuple[Piece, ...]
    facts_note: str
    direction_meaning: str
    drawings: tuple[figures.DrawnComparison, ...]
    estimates: tuple[EstimateRow, ...]
    disagreement: tuple[Piece, ...]
    population: tuple[Piece, ...]
    sources: tuple[SourceLine, ...]
    hidden_sources: int
    changes: tuple[ChangeLine, ...]
    reviewed_on: date
    review_due: date
    care: Care | None
    is_care_beside: bool
    check_url: str | None
    exercises: tuple[Link, ...]
    factors: tuple[str, ...]
    factors_url: str | None
    related: tuple[Line, ...]
    words: tuple[Term, ...]


def entry_page(entry: EvidenceEntry) -> EntryPage:
    """Return everything that the page of an entry shows."""
    labels = queries.labels()
    # The subject of the page is explained by the page itself.
    explain = Explainer(queries.terms().values(), skip=_subject(entry))
    check_url = address_of("check:start")
    return EntryPage(
        id=entry.id,
        title=entry.question,
        topic=entry.topic.value,
        topic_label=labels["topic"][entry.topic]["label"],
        grade=grade(entry),
        is_unverified=not is_verified(entry),
        may_be_offered=may_recommend(entry),
        statement=explain.cut(entry.statement),
        offer_label=labels["recommend"][entry.recommend]["label"] if _has_offer(entry) else "",
        offer_meaning=labels["recommend"][entry.recommend]["meaning"] if _has_offer(entry) else "",
        offer_icon=_offer_icon(entry.recommend),
        safety=tuple(explain.cut(text) for text in entry.safety),
        findings=tuple(explain.cut(text) for text in entry.findings),
        certainty_meaning=labels["certainty"][entry.certainty]["meaning"],
        certainty_reason=explain.cut(entry.certainty_reason),
        facts_note=labels["certainty_of_facts"] if _is_guidance(entry) else "",
        direction_meaning=labels["direction"][entry.direction]["meaning"],
        drawings=tuple(figures.draw(comparison) for comparison in shares(entry)),
        estimates=tuple(_estimate_row(estimate) for estimate in entry.estimates),
        disagreement=explain.cut(entry.disagreement or ""),
        population=explain.cut(entry.population),
        sources=tuple(source_line(source) for source in shown_sources(entry)),
        hidden_sources=len(entry.sources) - len(shown_sources(entry)),
        changes=tuple(
            ChangeLine(change.day, change.what, entry.id, entry.title) for change in reversed(entry.changes)
        ),
        reviewed_on=entry.reviewed_on,
        review_due=entry.review_due,
        care=_care(entry),
        is_care_beside=not _is_dangerous(entry) and bool(entry.safety),
        check_url=check_url,
        exercises=_exercises(entry),
        factors=queries.factors_on(entry.id),
        factors_url=address_of("diary:factors"),
        related=_related(entry),
        words=tuple(explain.explained),
    )


def _estimate_row(estimate: Estimate) -> EstimateRow:
    return EstimateRow(
        outcome=estimate.outcome[:1].upper() + estimate.outcome[1:],
        outcome_said=estimate.outcome,
        compared=wording.say_compared(estimate),
        size=wording.say_size(estimate),
        size_unit=wording.unit_of(estimate),
        range=wording.say_range(estimate),
        people=f"{estimate.people:,}" if estimate.people else "",
        is_ours=estimate.is_derived,
        note=estimate.note or "",
    )


def _related(entry: EvidenceEntry) -> tuple[Line, ...]:
    return tuple(map(line, queries.find_near(entry)[:_RELATED]))


def _subject(entry: EvidenceEntry) -> Sequence[str]:
    title = load_english_evidence()[entry.id].title.lower()  # the forms of words are English
    return [term.id for term in queries.terms().values() if any(form.lower() in title for form in term.forms)]


def _exercises(entry: EvidenceEntry) -> tuple[Link, ...]:
    if not may_recommend(entry):
        return ()
    return tuple(
        Link(title, url)
        for name, title in queries.exercises_on(entry.id)
        if (url := address_of("plan:exercise", name))
    )


def _is_guidance(entry: EvidenceEntry) -> bool:
    # How common a thing is can be wrong as any study can; what guidance says can only be misread.
    return entry.direction is Direction.FACT and entry.topic is not Topic.EPIDEMIOLOGY


def _care(entry: EvidenceEntry) -> Care | None:
    if entry.red_flag is not None:
        sign = queries.warning(entry.red_flag)
        css_class, icon = _CARE[sign.disposition]
        return Care(css_class, icon, sign.label, sign.timeframe, (Piece(sign.advice),) if sign.advice else ())
    if _is_dangerous(entry) and entry.safety:
        return Care("same-day", "alert", "", "", ())
    return None


def _is_dangerous(entry: EvidenceEntry) -> bool:
    return (
        entry.topic in (Topic.RED_FLAG, Topic.HARM)
        or entry.recommend is Recommend.NEVER
        or entry.red_flag is not None
    )


def _has_offer(entry: EvidenceEntry) -> bool:
    # A warning always stands; an offer only on a source that was seen. Background is nothing to offer.
    if entry.recommend in (Recommend.SELF_CARE, Recommend.ASK_FIRST):
        return may_recommend(entry, has_agreement=True)
    return entry.recommend is not Recommend.INFO


def _offer_icon(recommend: Recommend) -> str:
    return {
        Recommend.SELF_CARE: "check",
        Recommend.ASK_FIRST: "question",
        Recommend.CLINICIAN_ONLY: "shield",
        Recommend.NEVER: "stop",
    }.get(recommend, "info")
