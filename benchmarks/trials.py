"""Made-up trials for the benchmarks of experiments: a design and its nights, many at once, and tables of what is found."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from quietlegs.core.diary.night import OutcomeKind
from quietlegs.core.experiments.nightmaker import NightModel, assignment, make_outcomes, stated_baseline
from quietlegs.core.experiments.nights import TrialNights


@dataclass(frozen=True, slots=True)
class Cell:
    """One design and one kind of nights."""

    name: str
    pairs: int
    block: int = 1
    washout: int = 0
    half_life: float = 0.0
    weekly: float = 4.0
    effect: float = 0.0
    correlation: float | None = None
    drift: float = 0.03
    adherence: float = 0.9
    missing: float = 0.05
    kind: OutcomeKind = OutcomeKind.COUNT

    @property
    def nights(self) -> int:
        return 2 * self.pairs * self.block


def model_of(cell: Cell, replicates: int, seed: int) -> NightModel:
    """Return the nights of a cell; scales are around 3 of 10, amounts around 60 minutes."""
    usual = stated_baseline(cell.weekly / 7, replicates, seed)
    correlation = usual.correlation if cell.correlation is None else np.full(replicates, cell.correlation)
    if cell.kind is OutcomeKind.COUNT:
        return replace(usual, correlation=correlation, drift=cell.drift)
    if cell.kind is OutcomeKind.YES_NO:
        return replace(
            usual, kind=cell.kind, level=np.full(replicates, 0.35), correlation=correlation, drift=cell.drift
        )
    level, spread, size = (3.0, 1.2, 1.8) if cell.kind is OutcomeKind.SCALE else (60.0, 12.0, 25.0)
    return NightModel(
        kind=cell.kind,
        level=np.full(replicates, level),
        correlation=correlation,
        spread=np.full(replicates, spread),
        size=np.full(replicates, size),
        drift=cell.drift * spread,
    )


def simulate(
    cell: Cell, replicates: int, seed: int, *, before_after: bool = False
) -> tuple[np.ndarray, np.ndarray, NightModel]:
    generator = np.random.Generator(np.random.PCG64(seed))
    model = model_of(cell, replicates, seed)
    treated = assignment(cell.pairs, cell.block, replicates, generator)
    if before_after:
        treated = np.broadcast_to(np.arange(cell.nights) >= cell.nights // 2, treated.shape)
    outcome = make_outcomes(
        model,
        treated,
        cell.effect,
        generator,
        half_life_nights=cell.half_life,
        adherence=cell.adherence,
        missing=cell.missing,
    )
    return outcome, treated, model


def lived(cell: Cell, outcome: np.ndarray, treated: np.ndarray) -> TrialNights:
    """Return one made-up experiment as the nights of a trial."""
    night = np.arange(cell.nights)
    return TrialNights(
        evenings=night + 739_300, treated=treated, block=night // cell.block + 1, outcome=outcome,
        is_washout=night % cell.block < cell.washout, adhered=np.full(cell.nights, np.nan),
        reference="none", treatment="remedy", outcome_name="outcome", kind=cell.kind,
    )  # fmt: skip


C = TypeVar("C")


def table(cells: Iterable[C], name: Callable[[C], str], row: Callable[[C], dict[str, float]]) -> None:
    """Print a row a cell: what was found, with three decimals, whole numbers whole, nothing where it does not apply."""
    for number, one in enumerate(cells):
        found = row(one)
        if number == 0:
            print("| " + " | ".join(("nights", *found)) + " |")
            print("| --- |" + " --- |" * len(found))
        print("| " + " | ".join((name(one), *(_shown(value) for value in found.values()))) + " |", flush=True)
    print()


def _shown(value: float) -> str:
    if isinstance(value, int):
        return str(value)
    return "" if np.isnan(value) else f"{value:.3f}"
