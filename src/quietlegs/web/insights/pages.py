"""What the page *Insights* gets: all of it worked out."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from quietlegs.core.triggers import Finding, Findings, Level, Reason, Strength
from quietlegs.core.triggers.frequencies import counts_events
from quietlegs.exchange.figures import forest_bar
from quietlegs.exchange.findings_lines import (
    Line,
    Lines,
    honest_list,
    lay_out,
    lead,
    nights_told,
    studies_used,
    table_head,
    table_row,
)
from quietlegs.web.diary.models import Diary
from quietlegs.web.insights import cycle_pages, queries, time_pages
from quietlegs.web.insights.sides import Dots, drawing, icon_of, query_of, sides_of

OPEN_SHOWN = 3  # factors without an answer that are listed in full; more are folded away

_HEALTH_ICONS = {Level.GOOD: "check", Level.NOTICE: "hourglass", Level.WARNING: "alert"}


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One finding in the list. ``is_listed``: it has a range to draw."""

    line: Line
    cells: Sequence[tuple[str, str]]
    icon: str
    tone: str
    bar: SafeString
    url: str
    trial_url: str
    study_url: str
    sentence: str
    is_sealed: bool
    is_listed: bool


@dataclass(frozen=True, slots=True)
class HealthRow:
    """One remark on the nights."""

    icon: str
    word: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is to the next gate."""

    have: int
    about: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Choice:
    """An outcome that can be asked about."""

    name: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class InsightsPage:
    """The page *Insights*. Parts that a diary cannot have yet are None or empty."""

    title: str
    lead: str
    nights: str
    is_empty: bool
    is_gated: bool
    headline: "Headline | None"
    rows: Sequence[FindingRow]
    open_rows: Sequence[FindingRow]
    ticks: Sequence[tuple[str, str]]
    honest: str
    head: Sequence[str]
    over_time: "time_pages.OverTime | None"
    cycle: "cycle_pages.CyclePart | None"
    health: Sequence[HealthRow]
    progress: Progress | None
    outcomes: Sequence[Choice]
    outcome: str
    query: str
    studies: "Studies | None" = None


@dataclass(frozen=True, slots=True)
class Studies:
    """What is said of studies that were used or left out, and where they are put off or on again."""

    sentence: str
    url: str
    is_used: bool


@dataclass(frozen=True, slots=True)
class Headline:
    """The surest finding, as nights that can be counted."""

    name: str
    verdict: str
    sides: Sequence[Dots]
    sentence: str
    url: str


def insights_page(diary: Diary, *, outcome: str, studies: bool = True) -> InsightsPage:
    """Gather the page. Three queries where the analysis is kept, else nine. ``studies``: use what studies found."""
    analysis = queries.analysis_of(diary, outcome=outcome, studies=studies)
    if analysis is None:
        return _empty_page(outcome)
    findings = analysis.findings
    lines = lay_out(findings)
    ids = queries.factor_ids(diary)
    gated = findings.gate is not None
    query = query_of(outcome, studies)
    headline = None if gated else _headline(lines, ids, query)
    told_above = headline.name if headline else ""
    rows = [_row(line, lines, ids, query, told_above=line.label == told_above) for line in lines.lines]
    rows, open_rows = _told_and_open(rows, gated)
    return InsightsPage(
        title=_title(outcome, lines),
        lead=lead(lines),
        nights=nights_told(lines),
        is_empty=False,
        is_gated=gated,
        headline=headline,
        rows=rows,
        open_rows=open_rows,
        ticks=[(_tick_class(lines.axis.at(value)), words) for value, words in lines.axis.ticks],
        honest=honest_list(lines),
        head=table_head(lines),
        over_time=time_pages.over_time(analysis.table, findings, lines.teller),
        cycle=cycle_pages.cycle_part(analysis.cycle),
        health=[_health_row(remark, lines) for remark in findings.health],
        progress=_progress(findings, lines),
        outcomes=_choices(analysis.asked, outcome, lines),
        outcome=outcome,
        query=query,
        studies=None if gated else _studies(lines, outcome, studies),
    )


def _studies(lines: Lines, outcome: str, used: bool) -> Studies | None:
    """Return what is said of studies; None where none speaks of any factor."""
    sentence = studies_used(lines) if used else lines.teller.wording.title("known_off")
    if not sentence:
        return None
    return Studies(sentence, reverse("insights:insights") + query_of(outcome, not used), used)


def _told_and_open(rows: list[FindingRow], gated: bool) -> tuple[list[FindingRow], list[FindingRow]]:
    """Part what the nights say something about from a long tail of which they do not, so that the page stays short.

    Where they say nothing of any factor yet, the first few are shown all the same: they were logged, and are compared.
    """
    still_open = [row for row in rows if row.icon == "hourglass"]
    if gated or len(still_open) <= OPEN_SHOWN:
        return rows, []
    told = [row for row in rows if row.icon != "hourglass"]
    return (told, still_open) if told else (still_open[:OPEN_SHOWN], still_open[OPEN_SHOWN:])


def _empty_page(outcome: str) -> InsightsPage:
    return InsightsPage(
        title=_("What changes your nights"),
        lead=_("Nothing to see yet. It begins with one night."),
        nights="",
        is_empty=True,
        is_gated=True,
        headline=None,
        rows=(),
        open_rows=(),
        ticks=(),
        honest="",
        head=(),
        over_time=None,
        cycle=None,
        health=(),
        progress=None,
        outcomes=(),
        outcome=outcome,
        query="",
    )


def _title(outcome: str, lines: Lines) -> str:
    if outcome == "cramps":
        return _("What changes your nights")
    return _("What changes your %(outcome)s") % {"outcome": lines.teller.outcome.many}


def _tick_class(place: float) -> str:
    """Return the class that puts an axis' word in its place: the page allows no inline styles."""
    return f"at-{round(place * 20) * 5}"


def _headline(lines: Lines, ids: dict[str, int], query: str) -> Headline | None:
    """Return the surest finding; for it alone the nights are drawn on the first page."""
    line = next((x for x in lines.lines if x.finding.strength in (Strength.CLEAR, Strength.POSSIBLE)), None)
    if line is None or line.finding.comparison is None:
        return None
    return Headline(
        name=line.label,
        verdict=line.verdict,
        sides=sides_of(line.finding, lines),
        sentence=lines.teller.size(line.finding) + " " + lines.teller.wording.say("pattern_not_proof"),
        url=_factor_url(line.finding, ids, query),
    )


def _row(line: Line, lines: Lines, ids: dict[str, int], query: str, *, told_above: bool) -> FindingRow:
    finding = line.finding
    return FindingRow(
        line=line,
        cells=list(zip(table_head(lines)[1:], table_row(line, lines)[1:], strict=True)),
        icon=icon_of(finding),
        tone=line.tone or "open",
        bar=drawing(forest_bar(line.row, lines.axis)),
        url=_factor_url(finding, ids, query),
        trial_url=_trial_url(finding),
        study_url=reverse("library:entry", args=[finding.known.evidence]) if finding.known else "",
        is_sealed=finding.reason is Reason.SEALED,
        sentence=line.brief if told_above else line.sentence,
        is_listed=finding.estimate is not None,
    )


def _factor_url(finding: Finding, ids: dict[str, int], query: str) -> str:
    if finding.factor not in ids:
        return ""
    return reverse("insights:factor", args=[ids[finding.factor]]) + query


def _trial_url(finding: Finding) -> str:
    """Return where to try it properly, or where its trial is; empty for what nobody should try for themselves."""
    if finding.reason is Reason.SEALED:
        return reverse("experiments:trials")
    return reverse("experiments:new") if finding.may_try and finding.strength is not Strength.SMALL else ""


def _health_row(remark: object, lines: Lines) -> HealthRow:
    words = {Level.GOOD: _("Good."), Level.NOTICE: _("Note."), Level.WARNING: _("Look out.")}
    return HealthRow(_HEALTH_ICONS[remark.level], words[remark.level], lines.teller.health(remark))  # type: ignore[attr-defined]


def _progress(findings: Findings, lines: Lines) -> Progress | None:
    """Return the way to the next gate: first enough to compare at all, then enough to see more than large effects."""
    gate = findings.gate
    if gate is not None and {"have", "need"} <= set(gate.values) and gate.id.startswith("too_few"):
        have, need = int(str(gate.values["have"])), int(str(gate.values["need"]))
    elif counts_events(findings.outcome_kind) and findings.nights.with_event < 40 and gate is None:
        have, need = findings.nights.with_event, 40
    else:
        return None
    event_nights = lines.teller.outcome.event_nights or _("nights")
    if gate is not None and gate.id == "too_few_others":
        event_nights = _("other nights")
    sentence = _("%(have)s of about %(need)s %(nights)s") % {
        "have": have,
        "need": need,
        "nights": event_nights,
    }
    return Progress(have, need, sentence)


def _choices(asked: Sequence[str], outcome: str, lines: Lines) -> list[Choice]:
    wording = lines.teller.wording
    labels = {name: wording.outcomes[name].many for name in asked if name in wording.outcomes}
    return [Choice(n, label[:1].upper() + label[1:], n == outcome) for n, label in labels.items()]
