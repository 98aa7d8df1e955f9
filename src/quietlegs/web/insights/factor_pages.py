"""The nights behind one finding: what its page gets."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from quietlegs.core.diary.table import FloatArray
from quietlegs.core.triggers import Finding, name_words
from quietlegs.core.triggers.columns import lagged
from quietlegs.exchange.figures import NightDot, nights_picture
from quietlegs.exchange.findings_lines import Line, Lines, lay_out, table_head
from quietlegs.web.diary.models import Diary, Factor
from quietlegs.web.insights import queries
from quietlegs.web.insights.sides import Dots, drawing, icon_of, query_of, sides_of
from quietlegs.web.shell.numbers import said_number

DOTS_SHOWN = 160  # nights on each side of the dot plot; more is a grey wall on a phone
TABLE_NIGHTS = 40


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


def factor_page(diary: Diary, factor: Factor, *, outcome: str, studies: bool = True) -> FactorPage:
    """Gather the nights with and without a factor. Two queries where the analysis is kept."""
    back = reverse("insights:insights") + query_of(outcome, studies)
    analysis = queries.analysis_of(diary, outcome=outcome, studies=studies)
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
        dots = sides_of(line.finding, lines)
        sides = [
            _side(dots[0], known & with_it, asked, first, lines),
            _side(dots[1], known & ~with_it, asked, first, lines),
        ]
    rows = np.flatnonzero(known)[::-1]
    return FactorPage(
        name=line.label,
        verdict=line.verdict,
        icon=icon_of(line.finding),
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
            f"{_day(first, int(row))}: {said_number(outcome[row])} {lines.teller.outcome.many}",
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
        factor = f"{said_number(values[row])} {finding.unit or ''}".strip()
    return NightLine(
        reverse("diary:night", args=[evening.isoformat()]),
        _day(first, row),
        said_number(outcome[row]),
        factor,
    )


def _day(first: date, row: int) -> str:
    return date_format(first + timedelta(days=row), "j M Y")
