"""How often each way of judging an experiment is wrong, and how often it finds what is there, all in one run.

Named peers: StudyU's report (Welch's t on all nights, looked at every day or once), Mann-Whitney, a Poisson comparison of
rates, and a plain before/after. Ours: the randomisation test once, its spending after every pair, and the open-ended bet.
``python -m benchmarks.experiments`` prints the tables of ``docs/explanation/experiments.md``; every number has its
replicates and its standard error of simulation. Argument: replicates (2000).
"""

import sys
import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from benchmarks.peers import ALPHA, DRAWS, OTHER_DRAWS, bet, mann_whitney, poisson, randomisation, welch
from benchmarks.trials import Cell, simulate, table
from quietlegs.core.diary.night import OutcomeKind
from quietlegs.core.experiments.power import first_clear, pair_differences

METHODS = (
    "t once", "t every day", "Mann-Whitney once", "Mann-Whitney every week", "Poisson once", "Poisson every day",
    "before/after t", "randomisation once", "spending every pair", "open-ended bet",
)  # fmt: skip


def rates(cell: Cell, replicates: int, seed: int = 1) -> dict[str, float]:
    """Return the share of experiments that each method calls clear."""
    outcome, treated, model = simulate(cell, replicates, seed)
    difference, sign = pair_differences(model, outcome, treated, cell.block, cell.washout)
    t, p = welch(outcome, treated), poisson(outcome, treated)
    weekly = [mann_whitney(outcome[:, :n], treated[:, :n]) for n in range(14, cell.nights + 1, 7)]
    after, arm, _ = simulate(cell, replicates, seed + 1, before_after=True)
    counts = cell.kind is OutcomeKind.COUNT
    return {
        "t once": float((t[:, -1] < ALPHA).mean()),
        "t every day": float((t < ALPHA).any(1).mean()),
        "Mann-Whitney once": float((mann_whitney(outcome, treated) < ALPHA).mean()),
        "Mann-Whitney every week": float((np.min(weekly, axis=0) < ALPHA).mean()),
        "Poisson once": float((p[:, -1] < ALPHA).mean()) if counts else float("nan"),
        "Poisson every day": float((p[:, 13:] < ALPHA).any(1).mean()) if counts else float("nan"),
        "before/after t": float((welch(after, arm)[:, -1] < ALPHA).mean()),
        "randomisation once": float((randomisation(difference, sign, seed + OTHER_DRAWS) <= ALPHA).mean()),
        "spending every pair": float(
            (first_clear(difference, sign, seed=seed + OTHER_DRAWS, draws=DRAWS) > 0).mean()
        ),
        "open-ended bet": float(bet(difference, sign, cell.kind).mean()),
    }


TYPE_ONE = (
    Cell("nightly pairs, 56 nights", 28),
    Cell("nightly pairs, 112 nights", 56),
    Cell("nightly pairs, correlation 0.8", 56, correlation=0.8),
    Cell("nightly pairs, strong drift", 56, drift=0.1),
    Cell("nightly pairs, 1 cramp a week", 56, weekly=1),
    Cell("nightly pairs, 40 in 100 not logged", 56, missing=0.4),
    Cell("7-night blocks, 2 dropped, 112 nights", 8, 7, 2),
    Cell("7-night blocks, correlation 0.8", 8, 7, 2, correlation=0.8),
    Cell("4-night blocks, 1 dropped, 112 nights", 14, 4, 1),
    Cell("4-night blocks, lingers (1.5), used on 6 nights in 10", 14, 4, 1, half_life=1.5, adherence=0.6),
    Cell("7-night blocks, 1 cramp a week, drift", 16, 7, 2, weekly=1, drift=0.1),
    Cell("scale 0-10, nightly, correlation 0.8", 56, kind=OutcomeKind.SCALE, correlation=0.8),
    Cell("scale 0-10, 7-night blocks, correlation 0.8", 8, 7, 2, kind=OutcomeKind.SCALE, correlation=0.8),
    Cell("yes/no, nightly, correlation 0.8", 56, kind=OutcomeKind.YES_NO, correlation=0.8),
    Cell("amount, 7-night blocks, correlation 0.8", 8, 7, 2, kind=OutcomeKind.AMOUNT, correlation=0.8),
)


def power_cells() -> Iterator[Cell]:
    """Yield the cells of statistics' table B2."""
    for weekly in (2, 4, 8, 14):
        for nights in (56, 112, 224):
            yield Cell(
                f"nightly, {weekly} a week, {nights} nights, ratio 0.5",
                nights // 2,
                weekly=weekly,
                effect=np.log(0.5),
            )
        yield Cell(f"nightly, {weekly} a week, 224 nights, ratio 0.7", 112, weekly=weekly, effect=np.log(0.7))
    for weekly in (4, 14):
        for nights in (56, 112, 224):
            yield Cell(
                f"4-night blocks, half-life 1.5, {weekly} a week, {nights} nights, ratio 0.5",
                nights // 8, 4, 1, 1.5, weekly=weekly, effect=np.log(0.5),
            )  # fmt: skip


def severity_power(replicates: int, seed: int = 5) -> dict[str, float]:
    """Return power when the remedy makes cramps both fewer (0.7) and milder (1.5 of 10): by count, and by severity."""
    cell = Cell("", 56, effect=np.log(0.7))
    counts, treated, model = simulate(cell, replicates, seed)
    generator = np.random.Generator(np.random.PCG64(seed + 1))
    felt = 5.5 - 1.5 * treated + 1.8 * generator.normal(size=counts.shape)
    severity = np.where(counts > 0, np.clip(np.rint(felt), 1, 10), np.where(np.isnan(counts), np.nan, 0.0))
    found = {}
    for name, outcome, kind in (
        ("cramps", counts, OutcomeKind.COUNT),
        ("severity, 0 on quiet nights", severity, OutcomeKind.SCALE),
    ):
        difference, sign = pair_differences(replace(model, kind=kind), outcome, treated, 1, 0)
        found[name] = float((first_clear(difference, sign, seed=seed + OTHER_DRAWS, draws=DRAWS) > 0).mean())
    return found


def main(replicates: int = 2000) -> None:
    started = time.perf_counter()
    print(
        f"Called clear with no effect at all, {replicates} experiments a row (standard error at 0.05: {np.sqrt(0.0475 / replicates):.4f})\n"
    )
    table(TYPE_ONE, lambda cell: cell.name, lambda cell: rates(cell, replicates))
    print(f"Power, done on 9 in 10 nights, {replicates} experiments a row\n")
    table(power_cells(), lambda cell: cell.name, lambda cell: rates(cell, replicates, seed=3))
    print(f"Fewer and milder, 112 nights, {replicates} experiments: {severity_power(replicates)}\n")
    print(f"{time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
