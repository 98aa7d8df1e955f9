"""Two remedies at once: how often each is wrongly called clear, either of them, how often what helps is found, and its intervals.

Every experiment is a factorial of two: blocks of four conditions (neither, the first, the second, both), each remedy judged
once at the end at half of 0.05. The peer is one trial of one remedy over the same nights, judged once at 0.05.
``python -m benchmarks.factorial`` prints the tables of ``docs/explanation/experiments.md``. Arguments: replicates (2000), of
the whole analysis (1000).
"""

import sys
import time
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.peers import ALPHA, OTHER_DRAWS, randomisation
from benchmarks.trials import Cell, model_of, simulate, table
from quietlegs.core.diary.night import OutcomeKind
from quietlegs.core.experiments.analysis import Verdict
from quietlegs.core.experiments.contrast import contrast
from quietlegs.core.experiments.factorial import CONDITIONS_IN_BLOCK, analyse_two
from quietlegs.core.experiments.nightmaker import make_outcomes
from quietlegs.core.experiments.nights import TrialNights
from quietlegs.core.experiments.power import pair_differences
from quietlegs.core.experiments.randomisation import EXACT_PAIRS, all_flips

CLEAR = (Verdict.HELPS, Verdict.HARMS)
HALF = float(np.log(0.5))


@dataclass(frozen=True, slots=True)
class Two:
    """A design and its nights; ``nights.effect`` is that of the first remedy, ``second`` of the other.

    ``together`` comes on top on nights with both: below 0 each helps the other, above 0 they stand in each other's way.
    """

    nights: Cell
    second: float = 0.0
    together: float = 0.0

    @property
    def blocks(self) -> int:
        return self.nights.pairs // 2


def two(name: str, blocks: int, block: int = 1, washout: int = 0, **how: object) -> Two:
    """Return a cell: so many blocks of four conditions of ``block`` nights each."""
    extra = {key: how.pop(key) for key in ("second", "together") if key in how}
    return Two(Cell(name, 2 * blocks, block, washout, **how), **extra)  # type: ignore[arg-type]


def orders(cell: Two, replicates: int, generator: np.random.Generator) -> np.ndarray:
    """Return the conditions in their order, 0 to 3 as in ``factorial.draw_blocks``, shape (replicates, blocks, 4)."""
    plain = np.broadcast_to(np.arange(CONDITIONS_IN_BLOCK), (replicates, cell.blocks, CONDITIONS_IN_BLOCK))
    return generator.permuted(plain, axis=2)


def live(cell: Two, replicates: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return outcomes, shape (replicates, nights), and the order of conditions."""
    generator = np.random.Generator(np.random.PCG64(seed))
    order = orders(cell, replicates, generator)
    condition = order.reshape(replicates, -1).repeat(cell.nights.block, axis=1)
    first, second = condition & 1, condition >> 1
    change = cell.nights.effect * first + cell.second * second + cell.together * first * second
    outcome = make_outcomes(
        model_of(cell.nights, replicates, seed), change, 1.0, generator,
        half_life_nights=cell.nights.half_life, adherence=cell.nights.adherence, missing=cell.nights.missing,
    )  # fmt: skip
    return outcome, order


def pairs_of(cell: Two, outcome: np.ndarray, order: np.ndarray, bit: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the pairs of one remedy (bit 1 or 2) at the same state of the other: contrasts first less second, and signs."""
    runs = outcome.reshape(*order.shape, cell.nights.block)[..., cell.nights.washout :]
    count, total = np.sum(~np.isnan(runs), axis=-1).astype(float), np.nansum(runs, axis=-1)
    place = np.argsort(order, axis=2)  # where each condition stands in its block
    differences, signs = [], []
    for other in (0, 3 - bit):
        on, off = place[..., other + bit], place[..., other]
        early, late = np.minimum(on, off)[..., None], np.maximum(on, off)[..., None]
        parts = [np.take_along_axis(array, at, 2)[..., 0] for at in (early, late) for array in (total, count)]
        differences.append(contrast(cell.nights.kind, *parts))
        signs.append(np.where(on < off, 1.0, -1.0))
    return np.concatenate(differences, axis=1), np.concatenate(signs, axis=1)


def p_values(difference: np.ndarray, sign: np.ndarray, seed: int) -> np.ndarray:
    """Return the randomisation p, exact to 12 pairs as the app has it."""
    if difference.shape[1] > EXACT_PAIRS:
        return randomisation(difference, sign, seed)
    observed = np.abs((difference * sign).sum(1))
    sums = np.abs(difference @ all_flips(difference.shape[1]).T)
    return (sums >= observed[:, None] - 1e-9).mean(1)


def rates(cell: Two, replicates: int, seed: int = 1) -> dict[str, float]:
    """Return how often each remedy is called clear, either, both; and one remedy tried alone over the same nights."""
    outcome, order = live(cell, replicates, seed)
    clear = [
        p_values(*pairs_of(cell, outcome, order, bit), seed + OTHER_DRAWS) <= ALPHA / 2 for bit in (1, 2)
    ]
    alone, treated, model = simulate(cell.nights, replicates, seed + 1)
    difference, sign = pair_differences(model, alone, treated, cell.nights.block, cell.nights.washout)
    return {
        "first": float(clear[0].mean()),
        "second": float(clear[1].mean()),
        "either": float((clear[0] | clear[1]).mean()),
        "first tried alone": float((p_values(difference, sign, seed + OTHER_DRAWS) <= ALPHA).mean()),
    }


def as_trial(cell: Two, outcome: np.ndarray, order: np.ndarray) -> tuple[TrialNights, np.ndarray]:
    """Return one experiment as the app has it: nights treated by the first remedy, and the second remedy on them."""
    night = cell.nights
    condition = order.ravel().repeat(night.block)
    place = np.arange(len(condition))
    nights = TrialNights(
        evenings=place + 739_300, treated=(condition & 1).astype(bool),
        block=place // (CONDITIONS_IN_BLOCK * night.block) + 1, outcome=outcome,
        is_washout=place % night.block < night.washout, adhered=np.full(len(place), np.nan),
        reference="none", treatment="first", outcome_name="outcome", kind=night.kind,
    )  # fmt: skip
    return nights, (condition >> 1).astype(bool)


def whole(cell: Two, replicates: int, seed: int = 11) -> dict[str, float]:
    """Return what the whole analysis says, always used: answers, and how often intervals of 95 in 100 hold the truth.

    With ``together`` the truth of a remedy is the mean of its effects without and with the other. *Told of both* is how often
    the two are said to do more or less together than each by itself leads to expect.
    """
    cell = replace(cell, nights=replace(cell.nights, adherence=1.0))
    outcome, order = live(cell, replicates, seed)
    truth = [cell.nights.effect + cell.together / 2, cell.second + cell.together / 2]
    told: list[bool] = []
    both: list[bool] = []
    said: list[tuple[bool, bool]] = []
    held: list[list[bool]] = [[], []]
    means: list[list[float]] = [[], []]
    for row in range(replicates):
        found = analyse_two(*as_trial(cell, outcome[row], order[row]), "second", seed=row)
        said.append((found.first.verdict in CLEAR, found.second.verdict in CLEAR))
        for which, one in enumerate((found.first, found.second)):
            if one.effect is not None:
                low, high = one.effect.fitted.fit.interval(0.95)[0]
                held[which].append(bool(low <= truth[which] <= high))
                means[which].append(one.effect.inner_mean)
        if found.first.effect is not None and found.first.effect.together is not None:
            low, high = found.first.effect.fitted.fit.interval(0.95)[2]
            both.append(bool(low <= cell.together <= high))
            told.append(found.first.effect.together.is_sure)
    clear = np.array(said)
    return {
        "first clear": float(clear[:, 0].mean()),
        "second clear": float(clear[:, 1].mean()),
        "either clear": float(clear.any(1).mean()),
        "first held": float(np.mean(held[0])),
        "second held": float(np.mean(held[1])),
        "both held": float(np.mean(both)),
        "first mean": float(np.mean(means[0])),
        "second mean": float(np.mean(means[1])),
        "told of both": float(np.mean(told)),
        "replicates": replicates,
    }


TYPE_ONE = (
    two("nightly, 56 nights", 14),
    two("nightly, 112 nights", 28),
    two("nightly, correlation 0.8", 28, correlation=0.8),
    two("nightly, strong drift", 28, drift=0.1),
    two("nightly, 1 cramp a week", 28, weekly=1),
    two("nightly, 40 in 100 not logged", 28, missing=0.4),
    two("7-night runs, 2 dropped, 112 nights", 4, 7, 2),
    two("7-night runs, 2 dropped, 224 nights, correlation 0.8", 8, 7, 2, correlation=0.8),
    two("scale 0-10, nightly, correlation 0.8", 28, kind=OutcomeKind.SCALE, correlation=0.8),
    two("yes/no, nightly, correlation 0.8", 28, kind=OutcomeKind.YES_NO, correlation=0.8),
    two(
        "amount, 7-night runs, 224 nights, correlation 0.8", 8, 7, 2, kind=OutcomeKind.AMOUNT, correlation=0.8
    ),
)
# Here the first does nothing and the second halves the cramps: the first must not be called clear for it.
ONE_HELPS = (
    two("nightly, 112 nights, the other halves", 28, second=HALF),
    two("nightly, 112 nights, the other halves and lingers (half-life 1)", 28, second=HALF, half_life=1.0),
    two(
        "7-night runs, 2 dropped, 224 nights, the other halves and lingers (1.5)",
        8,
        7,
        2,
        second=HALF,
        half_life=1.5,
    ),
)
POWER = (
    *(
        two(f"nightly, {weekly} a week, {nights} nights, both halve", nights // 4, weekly=weekly, effect=HALF, second=HALF)
        for weekly in (4, 8, 14)
        for nights in (56, 112, 224)
    ),
    two("nightly, 8 a week, 112 nights, one halves", 28, weekly=8, effect=HALF),
    two(
        "nightly, 8 a week, 112 nights, both halve, no more together than one", 28,
        weekly=8, effect=HALF, second=HALF, together=-HALF,
    ),
)  # fmt: skip
WHOLE = (
    two("nightly, 112 nights, neither helps", 28),
    two("nightly, 112 nights, one halves", 28, effect=HALF),
    two("nightly, 112 nights, both halve", 28, effect=HALF, second=HALF),
    two("7-night runs, 112 nights, one halves", 4, 7, effect=HALF),
    two("7-night runs, 112 nights, neither helps", 4, 7),
    two("7-night runs, 224 nights, both halve", 8, 7, effect=HALF, second=HALF),
    two(
        "nightly, 8 a week, 112 nights, both halve, no more together than one",
        28,
        weekly=8,
        effect=HALF,
        second=HALF,
        together=-HALF,
    ),
    two("scale 0-10, nightly, 112 nights, no change", 28, kind=OutcomeKind.SCALE),
    two("amount, 7-night runs, 112 nights, the first 15 lower", 4, 7, effect=-15.0, kind=OutcomeKind.AMOUNT),
)


def named(cell: Two) -> str:
    return cell.nights.name


def main(replicates: int = 2000, model_replicates: int = 1000) -> None:
    started = time.perf_counter()
    print(f"Called clear though neither remedy does anything, {replicates} experiments a row\n")
    table(TYPE_ONE, named, lambda cell: rates(cell, replicates))
    print("The first does nothing, the second does\n")
    table(ONE_HELPS, named, lambda cell: rates(cell, replicates, seed=2))
    print("Power, done on 9 in 10 nights\n")
    table(POWER, named, lambda cell: rates(cell, replicates, seed=3))
    print(f"The whole analysis, {model_replicates} experiments a row\n")
    table(WHOLE, named, lambda cell: whole(cell, model_replicates))
    print(f"{time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
