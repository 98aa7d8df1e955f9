"""How often each way of judging an experiment is wrong, and how often it finds what is there, all in one run.

Named peers: StudyU's report (Welch's t on all nights, looked at every day or once), Mann-Whitney, a Poisson comparison of
rates, and a plain before/after. Ours: the randomisation test once, its spending after every pair, and the open-ended bet.
``python -m benchmarks.experiments`` prints the tables of ``docs/explanation/experiments.md``; every number has its
replicates and its standard error of simulation. Arguments: replicates (2000), of the model (200).
"""

import sys
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy.stats import norm, rankdata
from scipy.stats import t as student

from quietlegs.core.diary.night import OutcomeKind
from quietlegs.core.experiments.analysis import Verdict, analyse
from quietlegs.core.experiments.effect import estimate
from quietlegs.core.experiments.monitoring import BENEFIT_STAKE, BETS, E_VALUE_BAR
from quietlegs.core.experiments.nightmaker import (
    NightModel,
    assignment,
    latent_series,
    make_outcomes,
    stated_baseline,
)
from quietlegs.core.experiments.nights import Randomised, TrialNights
from quietlegs.core.experiments.power import first_clear, pair_differences
from quietlegs.core.experiments.randomisation import drawn_flips
from quietlegs.core.experiments.sequences import SpaceKind
from quietlegs.core.inference import CannotFit

ALPHA = 0.05
DRAWS = 1000
OTHER_DRAWS = (
    7_000_000  # added to the seed: the sequences of the test share no draw with the coins of the experiments
)


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


def sums(outcome: np.ndarray, arm: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return running count, sum and sum of squares of the logged nights of an arm."""
    kept = arm & ~np.isnan(outcome)
    value = np.where(kept, np.nan_to_num(outcome), 0.0)
    return kept.cumsum(1), value.cumsum(1), (value**2).cumsum(1)


def welch(outcome: np.ndarray, treated: np.ndarray) -> np.ndarray:
    """Return Welch's p after each night, shape (replicates, nights): StudyU shows it from two values per arm on."""
    parts = [sums(outcome, arm) for arm in (treated, ~treated)]
    with np.errstate(all="ignore"):
        mean = [s / n for n, s, _ in parts]
        error = [(q - s * s / n) / (n - 1) / n for n, s, q in parts]
        both = error[0] + error[1]
        freedom = both**2 / (error[0] ** 2 / (parts[0][0] - 1) + error[1] ** 2 / (parts[1][0] - 1))
        p = 2 * student.sf(np.abs(mean[0] - mean[1]) / np.sqrt(both), freedom)
    enough = (parts[0][0] >= 2) & (parts[1][0] >= 2) & (both > 0)
    return np.where(enough, p, 1.0)


def poisson(outcome: np.ndarray, treated: np.ndarray) -> np.ndarray:
    """Return the Wald p of a Poisson regression on the treatment alone, after each night."""
    (n1, s1, _), (n2, s2, _) = (sums(outcome, arm) for arm in (treated, ~treated))
    with np.errstate(all="ignore"):
        z = (np.log(s1 / n1) - np.log(s2 / n2)) / np.sqrt(1 / s1 + 1 / s2)
    return np.where((s1 > 0) & (s2 > 0), 2 * norm.sf(np.abs(z)), 1.0)


def mann_whitney(outcome: np.ndarray, treated: np.ndarray) -> np.ndarray:
    """Return Mann-Whitney's p (normal, ties corrected) on all nights given; shape (replicates,)."""
    known = ~np.isnan(outcome)
    ranks = rankdata(outcome, axis=1, nan_policy="omit")
    one, two = treated & known, ~treated & known
    n1, n2 = one.sum(1), two.sum(1)
    n = n1 + n2
    u = np.where(one, np.nan_to_num(ranks), 0).sum(1) - n1 * (n1 + 1) / 2
    # variance of the ranks as they are takes care of ties
    spread = np.nanvar(ranks, axis=1) * n / np.maximum(n - 1, 1)
    with np.errstate(all="ignore"):
        z = (u - n1 * n2 / 2) / np.sqrt(n1 * n2 / np.maximum(n, 1) * spread)
    return np.where((n1 > 1) & (n2 > 1) & (spread > 0), 2 * norm.sf(np.abs(z)), 1.0)


def randomisation(difference: np.ndarray, sign: np.ndarray, seed: int) -> np.ndarray:
    flips = drawn_flips(difference.shape[1], DRAWS, seed)
    observed = np.abs((difference * sign).sum(1))
    extreme = np.zeros(len(difference))
    for rows in np.array_split(np.arange(len(difference)), max(1, len(difference) // 500)):
        extreme[rows] = (np.abs(difference[rows] @ flips.T) >= observed[rows, None] - 1e-9).sum(1)
    return (1 + extreme) / (1 + DRAWS)


def bet(difference: np.ndarray, sign: np.ndarray, kind: OutcomeKind) -> np.ndarray:
    """Return whether the wealth ever reaches 20, as ``monitoring.wealth`` has it, for many experiments at once."""
    size = difference
    if kind in (OutcomeKind.SCALE, OutcomeKind.AMOUNT):
        seen = np.where(np.abs(difference) > 0, np.abs(difference), np.nan)
        with warnings.catch_warnings(
            action="ignore", category=RuntimeWarning
        ):  # pairs without any gap so far
            median = np.stack([np.nanmedian(seen[:, : k + 1], axis=1) for k in range(seen.shape[1])], axis=1)
        size = difference / np.nan_to_num(median, nan=1.0)
    paths = []
    for direction in (-1.0, 1.0):
        logs = [np.cumsum(np.log(2) - np.logaddexp(0, -k * direction * sign * size), axis=1) for k in BETS]
        paths.append(np.mean([np.exp(path) for path in logs], axis=0))
    both = BENEFIT_STAKE * paths[0] + (1 - BENEFIT_STAKE) * paths[1]
    return (both >= E_VALUE_BAR).any(axis=1)


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


def lived(cell: Cell, outcome: np.ndarray, treated: np.ndarray) -> TrialNights:
    """Return one made-up experiment as the nights of a trial."""
    night = np.arange(cell.nights)
    return TrialNights(
        evenings=night + 739_300, treated=treated, block=night // cell.block + 1, outcome=outcome,
        is_washout=night % cell.block < cell.washout, adhered=np.full(cell.nights, np.nan),
        reference="none", treatment="remedy", outcome_name="outcome", kind=cell.kind,
    )  # fmt: skip


def true_effects(cell: Cell, replicates: int, seed: int) -> np.ndarray:
    """Return the true effect of each experiment: as it was put in, or for a scale in the points that are noted.

    The ends of a scale and its whole numbers take up a part of the change, and how much of it depends on the person's nights.
    So the expected score with less the one without is worked out on each person's own latent series.
    """
    if cell.kind is not OutcomeKind.SCALE:
        return np.full(replicates, cell.effect)
    generator = np.random.Generator(np.random.PCG64(seed))
    model = model_of(cell, replicates, seed)
    assignment(
        cell.pairs, cell.block, replicates, generator
    )  # the draws that come before the series in ``simulate``
    nights = model.level[:, None] + latent_series(model, replicates, cell.nights, generator)
    with_and_without = [
        sum(norm.cdf((nights + change - step + 0.5) / model.size[:, None]) for step in range(1, 11))
        for change in (cell.effect, 0.0)
    ]
    return (with_and_without[0] - with_and_without[1]).mean(axis=1)


def coverage(cell: Cell, replicates: int, seed: int = 11) -> dict[str, float]:
    """Return how often intervals of 95 and 90 in 100 hold the truth, the mean, and how often 95 excludes no effect.

    The intervals are those that the app shows: a log ratio for counts, a log odds ratio for yes/no, else a difference.
    """
    cell = replace(cell, adherence=1.0)
    outcome, treated, _ = simulate(cell, replicates, seed)
    truth = true_effects(cell, replicates, seed)
    held, held_90, excludes, means, true = [], [], [], [], []
    for y, a, effect in zip(outcome, treated, truth, strict=True):
        try:
            found = estimate(lived(cell, y, a))
        except CannotFit:
            continue
        shown = found.to_value if cell.kind is OutcomeKind.SCALE else float
        low, high = map(shown, found.fitted.fit.interval(0.95)[0])
        low_90, high_90 = map(shown, found.fitted.fit.interval(0.90)[0])
        held.append(low <= effect <= high)
        held_90.append(low_90 <= effect <= high_90)
        excludes.append(not low <= 0 <= high)
        means.append(shown(found.inner_mean))
        true.append(effect)
    return {
        "coverage": float(np.mean(held)),
        "coverage 90": float(np.mean(held_90)),
        "excludes no effect": float(np.mean(excludes)),
        "truth": float(np.mean(true)),
        "mean": float(np.mean(means)),
        "replicates": len(held),
    }


COVERAGE = (
    *(
        Cell(f"nightly, 4 a week, {nights} nights, ratio {ratio}", nights // 2, effect=np.log(ratio))
        for nights in (56, 112, 224)
        for ratio in (1.0, 0.7, 0.5)
    ),
    Cell("7-night blocks, no carry-over, 112 nights, ratio 0.5", 8, 7, 0, effect=np.log(0.5)),
    Cell("7-night blocks, no carry-over, 112 nights, ratio 1", 8, 7, 0),
    Cell("nightly, 1 a week, 112 nights, ratio 0.5", 56, weekly=1, effect=np.log(0.5)),
    Cell("nightly, correlation 0.8, 112 nights, ratio 1", 56, correlation=0.8),
    *(
        Cell(f"{name}, {design}, {noted}", pairs, block, effect=effect, kind=kind)
        for name, kind, changes in (
            ("yes/no", OutcomeKind.YES_NO, ((0.0, "odds ratio 1"), (np.log(0.5), "odds ratio 0.5"))),
            ("amount", OutcomeKind.AMOUNT, ((0.0, "no change"), (-15.0, "15 lower"))),
            ("scale 0-10", OutcomeKind.SCALE, ((0.0, "no change"), (-1.15, "1.0 point lower"))),
        )
        for design, pairs, block in (("nightly, 112 nights", 56, 1), ("7-night blocks, 112 nights", 8, 7))
        for effect, noted in changes
    ),
    Cell("yes/no, nightly, 56 nights, odds ratio 0.5", 28, effect=np.log(0.5), kind=OutcomeKind.YES_NO),
    Cell("amount, nightly, 56 nights, 15 lower", 28, effect=-15.0, kind=OutcomeKind.AMOUNT),
    Cell("scale 0-10, nightly, 56 nights, 1.0 point lower", 28, effect=-1.15, kind=OutcomeKind.SCALE),
)


def no_difference(cell: Cell, replicates: int, seed: int = 31) -> dict[str, float]:
    """Return how often a trial is told to make no useful difference, and the other answers, each worked out once at the end.

    The bound is the app's: a change by less than a quarter, or by less than 1 point of 10.
    """
    outcome, treated, _ = simulate(replace(cell, adherence=1.0), replicates, seed)
    said = []
    for row, (y, a) in enumerate(zip(outcome, treated, strict=True)):
        nights = lived(cell, y, a)
        said.append(analyse(nights, space_kind=SpaceKind.PAIRS, randomised=Randomised.YES, seed=row).verdict)
    shares = {verdict.value: said.count(verdict) / len(said) for verdict in Verdict}
    return {
        "no useful difference": shares["no_useful_difference"],
        "helps": shares["helps"],
        "harms": shares["harms"],
        "cannot say yet": shares["cannot_say_yet"],
        "replicates": len(said),
    }


NO_DIFFERENCE = (
    *(
        Cell(f"nightly, {weekly} a week, {nights} nights, ratio {ratio}", nights // 2, weekly=weekly, effect=np.log(ratio))
        for weekly, nights in ((4, 224), (14, 112), (14, 224), (14, 336))
        for ratio in (1.0, 0.8, 0.7)
    ),
    *(
        Cell(f"7-night blocks, 14 a week, 224 nights, ratio {ratio}", 16, 7, 2, weekly=14, effect=np.log(ratio))
        for ratio in (1.0, 0.8)
    ),
    *(
        # The ends of the scale and whole numbers take up a part: 1.15 of the series is 1.00 of what is noted.
        Cell(f"scale 0-10, nightly, 112 nights, {noted}", 56, effect=effect, kind=OutcomeKind.SCALE)
        for effect, noted in ((0.0, "no change"), (-1.15, "1.0 point lower"), (-1.65, "1.4 points lower"))
    ),
    *(
        Cell(f"scale 0-10, {name}, {noted}", pairs, block, washout, effect=effect, kind=OutcomeKind.SCALE)
        for name, pairs, block, washout in (("nightly, 56 nights", 28, 1, 0), ("7-night blocks, 112 nights", 8, 7, 2))
        for effect, noted in ((0.0, "no change"), (-1.15, "1.0 point lower"))
    ),
)  # fmt: skip


def table(
    cells: Iterator[Cell] | tuple[Cell, ...],
    columns: tuple[str, ...],
    row: Callable[[Cell], dict[str, float]],
) -> None:
    print("| " + " | ".join(("nights", *columns)) + " |")
    print("| --- |" + " --- |" * len(columns))
    for cell in cells:
        found = row(cell)
        shown = [
            "" if np.isnan(found[c]) else f"{found[c]:.3f}" if c != "replicates" else str(found[c])
            for c in columns
        ]
        print("| " + " | ".join((cell.name, *shown)) + " |", flush=True)
    print()


def main(replicates: int = 2000, model_replicates: int = 200) -> None:
    started = time.perf_counter()
    print(
        f"Called clear with no effect at all, {replicates} experiments a row (standard error at 0.05: {np.sqrt(0.0475 / replicates):.4f})\n"
    )
    table(TYPE_ONE, METHODS, lambda cell: rates(cell, replicates))
    print(f"Power, done on 9 in 10 nights, {replicates} experiments a row\n")
    table(power_cells(), METHODS, lambda cell: rates(cell, replicates, seed=3))
    print(f"Fewer and milder, 112 nights, {replicates} experiments: {severity_power(replicates)}\n")
    print(f"Intervals of 95 in 100 from the engine, {model_replicates} experiments a row\n")
    table(
        COVERAGE,
        ("coverage", "coverage 90", "excludes no effect", "truth", "mean", "replicates"),
        lambda cell: coverage(cell, model_replicates),
    )
    print(f"Told that it makes no useful difference, {model_replicates} experiments a row\n")
    table(
        NO_DIFFERENCE,
        ("no useful difference", "helps", "harms", "cannot say yet", "replicates"),
        lambda cell: no_difference(cell, model_replicates),
    )
    print(f"{time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
