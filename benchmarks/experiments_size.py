"""Whether the size of an effect is told honestly: intervals that hold the truth, and "no useful difference" where there is none.

``python -m benchmarks.experiments_size`` prints the tables of ``docs/explanation/experiments.md``. Argument: replicates (1000 for
intervals, where one takes 7 to 18 ms).
"""

import sys
import time
from dataclasses import replace

import numpy as np
from scipy.stats import norm

from benchmarks.trials import Cell, lived, model_of, simulate, table
from quietlegs.core.diary.night import OutcomeKind
from quietlegs.core.experiments.analysis import Verdict, analyse
from quietlegs.core.experiments.effect import estimate
from quietlegs.core.experiments.nightmaker import assignment, latent_series
from quietlegs.core.experiments.nights import Randomised
from quietlegs.core.experiments.sequences import SpaceKind
from quietlegs.core.inference import CannotFit


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


def main(replicates: int = 1000) -> None:
    started = time.perf_counter()
    print(f"Intervals of 95 and 90 in 100, {replicates} experiments a row\n")
    table(COVERAGE, lambda cell: cell.name, lambda cell: coverage(cell, replicates))
    print(f"Told that it makes no useful difference, {replicates} experiments a row\n")
    table(NO_DIFFERENCE, lambda cell: cell.name, lambda cell: no_difference(cell, replicates))
    print(f"{time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
