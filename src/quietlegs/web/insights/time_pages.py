"""The level over time: what the page gets for its picture, its sentence and its table."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from quietlegs.core.diary.night import OutcomeKind
from quietlegs.core.diary.table import NightTable
from quietlegs.core.triggers import Findings, Teller
from quietlegs.exchange.figures import over_time_picture
from quietlegs.exchange.figures.files import svg_in_page
from quietlegs.web.shell.numbers import said_number

MOST_ROWS = 24  # months in the table


@dataclass(frozen=True, slots=True)
class Month:
    """One month: how many nights were logged, what they were like, the level behind them with its range."""

    name: str
    logged: int
    average: str
    level: str
    could_be: str


@dataclass(frozen=True, slots=True)
class OverTime:
    """The picture of the level with its words and its table."""

    picture: SafeString
    about: str
    months: tuple[Month, ...]


def over_time(table: NightTable, findings: Findings, teller: Teller) -> OverTime | None:
    """Return the level over time; None where there is none to show."""
    level = findings.over_time
    column = table.outcome(findings.outcome)
    if level is None or column is None:
        return None
    drawn = over_time_picture(
        table.first,
        list(level.level),
        list(level.low),
        list(level.high),
        label=_(
            "The level of your nights from %(first)s to %(last)s, with its range. The table has the numbers."
        )
        % {"first": _month(table, 0), "last": _month(table, table.span - 1)},
        month_names=[date_format(table.first.replace(month=m, day=1), "M") for m in range(1, 13)],
        per=_per(findings, teller),
    )
    return OverTime(mark_safe(svg_in_page(drawn)), _about(findings, teller), _months(table, findings))  # noqa: S308


def _per(findings: Findings, teller: Teller) -> str:
    if findings.outcome_kind is OutcomeKind.COUNT:
        return _("%(many)s a night") % {"many": teller.outcome.many}
    if findings.outcome_kind is OutcomeKind.YES_NO:
        return _("share of nights")
    return teller.outcome.unit or teller.outcome.many


def _about(findings: Findings, teller: Teller) -> str:
    level = findings.over_time
    assert level is not None
    quarter = max(1, level.level.size // 4)
    begin, end = float(level.level[:quarter].mean()), float(level.level[-quarter:].mean())
    low_end, high_end = float(level.low[-quarter:].mean()), float(level.high[-quarter:].mean())
    values = {"begin": said_number(begin), "end": said_number(end), "what": _per(findings, teller)}
    if low_end <= begin <= high_end:
        return (
            _("About %(begin)s %(what)s at first and %(end)s lately. That is within the usual ups and downs.")
            % values
        )
    return _("About %(begin)s %(what)s at first and %(end)s lately.") % values


def _months(table: NightTable, findings: Findings) -> tuple[Month, ...]:
    level, column = findings.over_time, table.outcome(findings.outcome)
    assert level is not None and column is not None
    names = [_month(table, row) for row in range(table.span)]
    starts = [row for row in range(table.span) if row == 0 or names[row] != names[row - 1]]
    months = []
    for start, end in zip(starts, [*starts[1:], table.span], strict=True):
        known = column.values[start:end][np.isfinite(column.values[start:end])]
        months.append(
            Month(
                name=names[start],
                logged=int(known.size),
                average=said_number(float(known.mean())) if known.size else "",
                level=said_number(float(level.level[start:end].mean())),
                could_be=_("%(low)s to %(high)s")
                % {
                    "low": said_number(float(level.low[start:end].mean())),
                    "high": said_number(float(level.high[start:end].mean())),
                },
            )
        )
    return tuple(months[-MOST_ROWS:])


def _month(table: NightTable, row: int) -> str:
    return date_format(table.first + timedelta(days=row), "M Y")
