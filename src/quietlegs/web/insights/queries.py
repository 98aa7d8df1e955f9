"""What the insights read: the diary's night table, analysed once for each state of the diary.

An analysis is kept in memory until the diary changes. What tells one state from another is the diary's version, with
the number of its nights and the time of the last change beside it, so that a restored backup is a new state too.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from threading import Lock

import numpy as np
from django.db.models import Count, Max

from quietlegs.core.diary.night import OUTCOMES
from quietlegs.core.diary.table import FloatArray, NightTable
from quietlegs.core.triggers import Cycle, Findings, cycle_view, find_triggers, seal
from quietlegs.exchange.findings_known import load_known
from quietlegs.exchange.findings_words import load_causes
from quietlegs.exchange.plan_base import load_plan_book
from quietlegs.version import __version__
from quietlegs.web.diary import library
from quietlegs.web.diary.models import BY_HAND, Diary, Factor, Night
from quietlegs.web.diary.queries import night_table
from quietlegs.web.experiments.models import Trial

KEPT = 16  # analyses of a household's outcomes; each is a few hundred kilobytes at most


@dataclass(frozen=True, slots=True, eq=False)
class Analysis:
    """One diary, analysed for one outcome. ``asked`` are the outcomes it has nights for."""

    table: NightTable
    findings: Findings
    cycle: Cycle | None
    asked: tuple[str, ...]


class Kept:
    """The last few analyses, by the state of the diary. Safe for several threads; each state is analysed once."""

    def __init__(self, most: int = KEPT) -> None:
        self._most = most
        self._kept: OrderedDict[object, Analysis | None] = OrderedDict()
        self._lock = Lock()

    def get(self, state: object, analyse: Callable[[], Analysis | None]) -> Analysis | None:
        """Return the analysis of a state, made now if there is none."""
        with self._lock:
            if state not in self._kept:
                self._kept[state] = analyse()
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(state)
            return self._kept[state]


_kept = Kept()


def analysis_of(diary: Diary, *, outcome: str = "cramps", studies: bool = True) -> Analysis | None:
    """Return what changes the nights of a diary; None for a diary without nights.

    ``studies``: use what studies found about a factor. What is in a running trial is sealed, for this outcome or any
    other. Two queries where the state is known, else eight, however long the diary.
    """
    analysis = _kept.get((*state_of(diary), outcome, studies), lambda: _analyse(diary, outcome, studies))
    remedies = remedies_on_trial(diary)
    if analysis is None or not remedies:
        return analysis
    return replace(analysis, findings=seal(analysis.findings, remedies))


def remedies_on_trial(diary: Diary) -> frozenset[str]:
    """Return the names of what running trials try, and of the factors that record it. One query, two while one runs."""
    running = list(Trial.objects.filter(diary=diary, ended="").values_list("remedy", "plan_item"))
    items = load_plan_book().items
    recorded = {items[item].factor for _remedy, item in running if item in items} - {None}
    by_factor = {name for name, id in known_factors(diary).items() if id in recorded} if recorded else set()
    return frozenset({remedy for remedy, _item in running} | by_factor)


def state_of(diary: Diary) -> tuple[object, ...]:
    """Return what changes whenever the diary does. One query."""
    seen = Night.objects.filter(diary=diary).aggregate(nights=Count("pk"), changed=Max("updated_at"))
    return (__version__, diary.pk, diary.version, seen["nights"], seen["changed"])


def _analyse(diary: Diary, outcome: str, studies: bool) -> Analysis | None:
    table = night_table(diary)
    if table is None:
        return None
    asked = tuple(c.name for c in table.outcomes if np.isfinite(c.values).any() and c.name in OUTCOMES)
    findings = find_triggers(
        table,
        outcome=outcome,
        known=load_known(library_ids(diary), outcome) if studies else None,
        diagram=load_causes(),
        days_late=days_late(diary, table),
    )
    return Analysis(table, findings, cycle_view(table) if outcome == "cramps" else None, asked)


def days_late(diary: Diary, table: NightTable) -> FloatArray:
    """Return how many days after its morning each night was written down, NaN where not known. One query.

    Nights that came in with a file say nothing of when they were noted.
    """
    late = np.full(table.span, np.nan)
    rows = Night.objects.filter(diary=diary, source=BY_HAND).values_list(
        "evening", "created_at", "utc_offset_minutes"
    )
    for evening, created_at, offset in rows:
        written = (created_at + timedelta(minutes=offset)).date()
        late[(evening - table.first).days] = max(0, (written - evening).days - 1)
    return late


def library_ids(diary: Diary) -> dict[str, str]:
    """Return the ids in the library of a diary's factors, by name; "" for a factor of the person's own. One query."""
    return dict(Factor.objects.filter(diary=diary).values_list("name", "library_id"))


def known_factors(diary: Diary) -> dict[str, str]:
    """Return the library's id of each of the diary's factors that has one, by the factor's name. One query."""
    by_name = {choice.name.casefold(): choice.id for choice in library.choices().values()}
    return {
        name: library_id or by_name[name.casefold()]
        for name, library_id in Factor.objects.filter(diary=diary).values_list("name", "library_id")
        if library_id or name.casefold() in by_name
    }


def factor_ids(diary: Diary) -> dict[str, int]:
    """Return the ids of a diary's factors by name. One query."""
    return dict(Factor.objects.filter(diary=diary).values_list("name", "pk"))
