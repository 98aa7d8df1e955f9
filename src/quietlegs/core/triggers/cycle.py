"""The cycle view: do cramps cost sleep, does short sleep bring pain, tiredness and worry, and do those bring cramps?

Every arrow is an analysis of its own, from the person's own nights, with the same model, gates and words as any
other finding. Scores of the next morning are named by the night before them, so an arrow from a morning to the night
that follows it reaches one night ahead. For each target, whatever else of the circle came before it is adjusted for.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from quietlegs.core.diary.night import OUTCOMES, FactorKind, OutcomeKind
from quietlegs.core.diary.table import FactorColumn, NightTable, OutcomeColumn
from quietlegs.core.triggers.columns import lagged
from quietlegs.core.triggers.find import find_triggers
from quietlegs.core.triggers.settings import Settings
from quietlegs.core.triggers.values import Finding, Findings, Strength

SLEEP = (
    "sleep_hours",
    "sleep_quality",
    "awakenings",
)  # the first that is logged often enough stands for sleep
MORNING = ("pain", "fatigue", "worry")
LEAST_NIGHTS = 20  # logged nights with both ends of an arrow; fewer bend to a single week

_KINDS = {
    OutcomeKind.COUNT: FactorKind.COUNT,
    OutcomeKind.YES_NO: FactorKind.YES_NO,
    OutcomeKind.SCALE: FactorKind.SCALE,
    OutcomeKind.AMOUNT: FactorKind.AMOUNT,
}


@dataclass(frozen=True, slots=True, eq=False)
class CycleArrow:
    """One arrow of the circle. ``nights`` counts nights on which both ends are known.

    ``finding`` and ``findings`` are None where there are too few of them. ``worsens`` says whether the effect goes
    round the bad way: more cramps, less sleep, more pain, more cramps.
    """

    source: str
    target: str
    nights: int
    finding: Finding | None
    findings: Findings | None
    worsens: bool

    @property
    def is_drawn(self) -> bool:
        """Whether the nights support the arrow."""
        return (
            self.worsens
            and self.finding is not None
            and self.finding.strength in (Strength.CLEAR, Strength.POSSIBLE)
        )


@dataclass(frozen=True, slots=True, eq=False)
class Cycle:
    """The circle: its stations in order, and all arrows that were asked about."""

    stations: tuple[str, ...]
    arrows: tuple[CycleArrow, ...]

    @property
    def drawn(self) -> tuple[CycleArrow, ...]:
        """The arrows that the nights support."""
        return tuple(arrow for arrow in self.arrows if arrow.is_drawn)


def cycle_view(table: NightTable, *, settings: Settings | None = None) -> Cycle | None:
    """Return the circle of a diary; None when neither sleep nor the next day is logged beside cramps.

    Cost: one fit for each target with nights enough, at most five.
    """
    given = settings or Settings()
    own = Settings(lags=(0,), mass=given.mass, check_timing=False, seed=given.seed)
    sleep = next((name for name in SLEEP if _known(table, name) >= LEAST_NIGHTS), None)
    mornings = [name for name in MORNING if _known(table, name) >= LEAST_NIGHTS]
    if table.outcome("cramps") is None or (sleep is None and not mornings):
        return None
    arrows: list[CycleArrow] = []
    if sleep is not None:
        arrows += _arrows(table, sleep, now=["cramps"], before=mornings, asked=["cramps"], settings=own)
    for morning in mornings:
        nightly = ["cramps"] + ([sleep] if sleep else [])
        asked = [sleep] if sleep else ["cramps"]
        arrows += _arrows(table, morning, now=nightly, before=[], asked=asked, settings=own)
    before = mornings or ([sleep] if sleep else [])
    arrows += _arrows(table, "cramps", now=[], before=before, asked=before, settings=own)
    stations = ("cramps", *([sleep] if sleep else []), *mornings)
    return Cycle(stations, tuple(arrows))


def _known(table: NightTable, name: str) -> int:
    column = table.outcome(name)
    return 0 if column is None else int(np.isfinite(column.values).sum())


def _arrows(
    table: NightTable,
    target: str,
    *,
    now: Sequence[str],
    before: Sequence[str],
    asked: Sequence[str],
    settings: Settings,
) -> list[CycleArrow]:
    """Analyse one target with its sources of the same night (``now``) and of the night before (``before``)."""
    outcome = table.outcome(target)
    if outcome is None:
        return []
    factors = [_as_factor(table, name, 0) for name in now] + [_as_factor(table, name, 1) for name in before]
    own = NightTable(
        table.first, table.span, (OutcomeColumn(target, outcome.kind, outcome.values),), tuple(factors)
    )
    findings = find_triggers(own, outcome=target, settings=settings)
    by_name = {finding.factor: finding for finding in findings.findings}
    made = []
    for factor in factors:
        if factor.name in asked:
            nights = int((np.isfinite(outcome.values) & np.isfinite(factor.values)).sum())
            enough = nights >= LEAST_NIGHTS and findings.gate is None
            finding = by_name[factor.name] if enough else None
            made.append(
                CycleArrow(
                    factor.name,
                    target,
                    nights,
                    finding,
                    findings if enough else None,
                    _worsens(finding, target),
                )
            )
    return made


def _as_factor(table: NightTable, name: str, lag: int) -> FactorColumn:
    column = table.outcome(name)
    assert column is not None  # only stations that are logged come here
    unit = name if column.kind is OutcomeKind.COUNT else OUTCOMES[name].unit  # "1 cramp more"
    return FactorColumn(name, _KINDS[column.kind], unit, lagged(column.values, lag))


def _worsens(finding: Finding | None, target: str) -> bool:
    if finding is None or finding.estimate is None:
        return False
    bad_source = 1 if OUTCOMES[finding.factor].more_is_worse else -1
    bad_target = 1 if OUTCOMES[target].more_is_worse else -1
    return finding.estimate.effect * bad_source * bad_target > 0
