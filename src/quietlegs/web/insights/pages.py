"""What the insights' templates get: one value a page, all worked out."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from quietlegs.core.diary.table import FloatArray
from quietlegs.core.triggers import Finding, Findings, Level, Reason, Strength, Verdict, name_words
from quietlegs.core.triggers.columns import lagged
from quietlegs.core.triggers.frequencies import counts_events
from quietlegs.core.triggers.values import Group
from quietlegs.core.triggers.wording import number
from quietlegs.exchange.figures import NightDot, dots_picture, filled_of, forest_bar, nights_picture
from quietlegs.exchange.figures.files import svg_in_page
from quietlegs.exchange.findings_lines import (
    Line,
    Lines,
    honest_list,
    lay_out,
    lead,
    nights_told,
    table_head,
    table_row,
)
from quietlegs.web.diary.models import Diary, Factor
from quietlegs.web.insights import cycle_pages, queries, time_pages

DOTS_SHOWN = 160  # nights on each side of the dot plot; more is a grey wall on a phone
TABLE_NIGHTS = 40
OPEN_SHOWN = 3  # factors without an answer that are listed in full; more are folded away

_ICONS = {
    Verdict.RAISES: "up",
    Verdict.LOWERS: "down",
    Verdict.NO_CLEAR_EFFECT: "equal",
    Verdict.NOT_ENOUGH_NIGHTS: "hourglass",
    Verdict.CANNOT_TELL_APART: "tangle",
}
_HEALTH_ICONS = {Level.GOOD: "check", Level.NOTICE: "hourglass", Level.WARNING: "alert"}


def drawing(svg: str) -> SafeString:
    """Return a drawing for a template. It is built of escaped parts by ``quietlegs.exchange.figures``."""
    return mark_safe(svg_in_page(svg))  # noqa: S308


@dataclass(frozen=True, slots=True)
class Dots:
    """Twenty dots for one side: a heading, a sentence, the drawing."""

    heading: str
    sentence: str
    picture: SafeString | None


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


@dataclass(frozen=True, slots=True)
class Headline:
    """The surest finding, as nights that can be counted."""

    name: str
    verdict: str
    sides: Sequence[Dots]
    sentence: str
    url: str


def insights_page(diary: Diary, *, outcome: str) -> InsightsPage:
    """Gather the page. Two queries where the analysis is kept, else eight."""
    analysis = queries.analysis_of(diary, outcome=outcome)
    if analysis is None:
        return _empty_page(outcome)
    findings = analysis.findings
    lines = lay_out(findings)
    ids = queries.factor_ids(diary)
    gated = findings.gate is not None
    headline = None if gated else _headline(lines, ids, outcome)
    told_above = headline.name if headline else ""
    rows = [_row(line, lines, ids, outcome, told_above=line.label == told_above) for line in lines.lines]
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
    )


def _told_and_open(rows: list[FindingRow], gated: bool) -> tuple[list[FindingRow], list[FindingRow]]:
    """Part what the nights say something about from a long tail of which they do not, so that the page stays short."""
    still_open = [row for row in rows if row.icon == "hourglass"]
    if gated or len(still_open) <= OPEN_SHOWN:
        return rows, []
    return [row for row in rows if row not in still_open], still_open


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
    )


def _title(outcome: str, lines: Lines) -> str:
    if outcome == "cramps":
        return _("What changes your nights")
    return _("What changes your %(outcome)s") % {"outcome": lines.teller.outcome.many}


def _tick_class(place: float) -> str:
    """Return the class that puts an axis' word in its place: the page allows no inline styles."""
    return f"at-{round(place * 20) * 5}"


def _headline(lines: Lines, ids: dict[str, int], outcome: str) -> Headline | None:
    """Return the surest finding; for it alone the nights are drawn on the first page."""
    line = next((x for x in lines.lines if x.finding.strength in (Strength.CLEAR, Strength.POSSIBLE)), None)
    if line is None or line.finding.comparison is None:
        return None
    return Headline(
        name=line.label,
        verdict=line.verdict,
        sides=_sides(line.finding, lines),
        sentence=lines.teller.size(line.finding) + " " + lines.teller.wording.say("pattern_not_proof"),
        url=_factor_url(line.finding, ids, outcome),
    )


def _sides(finding: Finding, lines: Lines) -> list[Dots]:
    seen = finding.comparison
    assert seen is not None
    with_words = lines.teller.with_words(finding)
    return [_dots(with_words, seen.with_it, lines), _dots(_("Otherwise"), seen.without, lines)]


def _dots(heading: str, group: Group, lines: Lines) -> Dots:
    findings, words = lines.teller.findings, lines.teller.outcome
    if group.nights == 0:
        return Dots(heading, _("No nights yet."), None)
    if not counts_events(findings.outcome_kind):
        values = {
            "mean": number(group.value),
            "low": number(group.low),
            "high": number(group.high),
            "unit": words.unit,
            "nights": lines.teller.wording.nights(group.nights),
        }
        said = _("%(mean)s %(unit)s on average, over %(nights)s. It could be %(low)s to %(high)s.") % values
        return Dots(heading, said.replace("  ", " "), None)
    full, either, open_ones = filled_of(group.value, group.low, group.high)
    values = {
        "k": round(20 * group.value),
        "low": round(20 * group.low),
        "high": round(20 * group.high),
        "event": words.event,
        "nights": lines.teller.wording.nights(group.nights),
        "events": group.events,
    }
    said = _(
        "%(events)s of %(nights)s %(event)s. That is about %(k)s in 20. It could be %(low)s to %(high)s."
    )
    label = _("20 dots for 20 nights: %(full)s filled, %(either)s half filled, %(open)s open.") % {
        "full": full,
        "either": either,
        "open": open_ones,
    }
    return Dots(
        heading, said % values, drawing(dots_picture(group.value, group.low, group.high, label=label))
    )


def _row(line: Line, lines: Lines, ids: dict[str, int], outcome: str, *, told_above: bool) -> FindingRow:
    finding = line.finding
    return FindingRow(
        line=line,
        cells=list(zip(table_head(lines)[1:], table_row(line)[1:], strict=True)),
        icon=_icon(finding),
        tone=line.tone or "open",
        bar=drawing(forest_bar(line.row, lines.axis)),
        url=_factor_url(finding, ids, outcome),
        trial_url=_trial_url(finding),
        is_sealed=finding.reason is Reason.SEALED,
        sentence=line.brief if told_above else line.sentence,
        is_listed=finding.estimate is not None,
    )


def _icon(finding: Finding) -> str:
    if finding.reason is Reason.SEALED:
        return "sealed"
    return "question" if finding.strength is Strength.POSSIBLE else _ICONS[finding.verdict]


def _factor_url(finding: Finding, ids: dict[str, int], outcome: str) -> str:
    if finding.factor not in ids:
        return ""
    url = reverse("insights:factor", args=[ids[finding.factor]])
    return url if outcome == "cramps" else f"{url}?outcome={outcome}"


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


@dataclass(frozen=True, slots=True)
class Side:
    """The nights on one side: heading, sentence, twenty dots, the dot plot, and how many of them it shows."""

    heading: str
    dots: Dots
    nights: SafeString | None
    shown: str


@dataclass(frozen=True, slots=True)
class NightLine:
    """One night in the table: its words, its address, what happened and what the factor was."""

    url: str
    day: str
    outcome: str
    factor: str


@dataclass(frozen=True, slots=True)
class FactorPage:
    """The nights behind one finding."""

    name: str
    verdict: str
    icon: str
    tone: str
    sentence: str
    numbers: str
    sides: Sequence[Side]
    table: Sequence[NightLine]
    table_note: str
    outcome_words: str
    back: str


def factor_page(diary: Diary, factor: Factor, *, outcome: str) -> FactorPage:
    """Gather the nights with and without a factor. Two queries where the analysis is kept."""
    back = reverse("insights:insights") + ("" if outcome == "cramps" else f"?outcome={outcome}")
    analysis = queries.analysis_of(diary, outcome=outcome)
    line = lines = None
    if analysis is not None:
        lines = lay_out(analysis.findings)
        line = next((x for x in lines.lines if x.finding.factor == factor.name), None)
    if analysis is None or line is None or lines is None:
        return _no_nights_page(factor, back)
    column, measured = analysis.table.factor(factor.name), analysis.table.outcome(outcome)
    assert column is not None
    asked = measured.values if measured is not None else np.full(analysis.table.span, np.nan)
    values = lagged(column.values, line.finding.lag)
    over = line.finding.comparison.over if line.finding.comparison else None
    with_it = values > (0.5 if over is None else over)
    known = np.isfinite(values) & np.isfinite(asked)
    first = analysis.table.first
    sides = []
    if line.finding.comparison is not None:
        dots = _sides(line.finding, lines)
        sides = [
            _side(dots[0], known & with_it, asked, first, lines),
            _side(dots[1], known & ~with_it, asked, first, lines),
        ]
    rows = np.flatnonzero(known)[::-1]
    return FactorPage(
        name=line.label,
        verdict=line.verdict,
        icon=_icon(line.finding),
        tone=line.tone or "open",
        sentence=line.sentence,
        numbers=_numbers(line, lines),
        sides=sides,
        table=[_night_line(int(row), first, asked, values, line.finding) for row in rows[:TABLE_NIGHTS]],
        table_note=_("The latest %(shown)s of %(all)s nights.") % {"shown": TABLE_NIGHTS, "all": rows.size}
        if rows.size > TABLE_NIGHTS
        else "",
        outcome_words=lines.teller.outcome.many,
        back=back,
    )


def _no_nights_page(factor: Factor, back: str) -> FactorPage:
    name = name_words(factor.name)
    return FactorPage(
        name[:1].upper() + name[1:],
        _("Not enough nights yet"),
        "hourglass",
        "open",
        _("No night says anything about this yet."),
        "",
        (),
        (),
        "",
        "",
        back,
    )


def _numbers(line: Line, lines: Lines) -> str:
    """Return the estimate in figures, for those who want them."""
    if not line.best:
        return ""
    head = table_head(lines)
    parts = [f"{head[3]}: {line.best} ({line.could_be}), {line.per}."]
    if line.finding.estimate is not None:
        chance = math.ceil(100 * line.finding.estimate.lfsr)
        parts.append(
            _("The chance that the direction is wrong, or that it does nothing: at most %(n)s in 100.")
            % {"n": chance}
        )
    return " ".join(parts)


def _side(dots: Dots, chosen: FloatArray, outcome: FloatArray, first: date, lines: Lines) -> Side:
    rows = np.flatnonzero(chosen)
    shown = rows[-DOTS_SHOWN:]
    nights = [
        NightDot(
            f"{_day(first, int(row))}: {number(outcome[row])} {lines.teller.outcome.many}",
            float(outcome[row]),
            reverse("diary:night", args=[(first + timedelta(days=int(row))).isoformat()]),
        )
        for row in shown
    ]
    label = _("%(count)s nights, oldest first. Each opens its night.") % {"count": len(nights)}
    picture = drawing(nights_picture(nights, label=label, per_row=12)) if nights else None
    note = _("The latest %(shown)s of %(all)s nights.") % {"shown": len(nights), "all": rows.size}
    return Side(dots.heading, dots, picture, note if rows.size > len(nights) else "")


def _night_line(
    row: int, first: date, outcome: FloatArray, values: FloatArray, finding: Finding
) -> NightLine:
    evening = first + timedelta(days=row)
    if finding.kind == "yesno":
        factor = _("yes") if values[row] > 0.5 else _("no")
    else:
        factor = f"{number(values[row])} {finding.unit or ''}".strip()
    return NightLine(
        reverse("diary:night", args=[evening.isoformat()]), _day(first, row), number(outcome[row]), factor
    )


def _day(first: date, row: int) -> str:
    return date_format(first + timedelta(days=row), "j M Y")
