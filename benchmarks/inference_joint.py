"""How many nights does a joint model of number, severity and duration save, and what does it cost where it is wrong?

The same diaries by number alone and jointly, in four worlds: severity and log minutes of nights with cramps rise with the
log rate as strongly as the simulator says (1.2 points against a noise of 1.8; 0.4 against 0.7), half as strongly, not at
all, or with everything but the factors. Number alone is also run on longer diaries, to read off the nights saved. Being
woken, as the share of a night's cramps that woke (0.8 + 0.6 times the log rate on log odds), is tried besides and by itself.
Argument: diaries per row (100).
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import sys

import numpy as np

from benchmarks.inference_scoring import HEADER, Tally, print_table, tally, truth_of
from quietlegs.core.inference import Scenario, decide, fit_joint, from_table, simulate_diary


def companions_of(simulated, strength, without_factors, rng):
    """Return severity, log minutes and share that woke of every night, rising with the true log rate at some strength."""
    table, truth = simulated.table, simulated.truth
    burden = np.log(truth.rate + 1e-3)
    if without_factors:
        for name, _, size, scale in truth.effects:
            burden = burden - size * np.nan_to_num(table.factor(name).values) / scale
    burden = strength * (burden - burden.mean())
    severity = np.clip(np.round(4.5 + 1.2 * burden + 1.8 * rng.normal(size=burden.size)), 1, 10)
    minutes = 1.4 + 0.4 * burden + 0.7 * rng.normal(size=burden.size)
    cramps = np.nan_to_num(table.outcome("cramps").values).astype(int)
    woken = rng.binomial(cramps, 1.0 / (1.0 + np.exp(-(0.8 + 0.6 * burden))))
    return [severity, minutes, woken / np.maximum(cramps, 1)]


WORLDS = {
    "as strongly as the number": (1.0, False),
    "half as strongly": (0.5, False),
    "not at all": (0.0, False),
    "with all but the factors": (1.0, True),
}

JOINTLY = {
    "with severity and minutes": (0, 1),
    "with severity, minutes and being woken": (0, 1, 2),
    "with being woken": (2,),
}


def main(replicates: int = 100) -> None:
    rows = []
    for nights in (180, 240, 300):
        rows.append(
            [f"number alone, {nights} nights", *tally(Scenario(nights=nights), replicates, 120_000).row()]
        )
    for world, (strength, without_factors) in WORLDS.items():
        totals = {name: Tally() for name in JOINTLY}
        for seed in range(120_000, 120_000 + replicates):
            simulated = simulate_diary(seed, Scenario(nights=180))
            data = from_table(simulated.table, lags=(0,))
            companions = companions_of(simulated, strength, without_factors, np.random.default_rng(seed))
            for name, chosen in JOINTLY.items():
                fit = fit_joint(data, [companions[c] for c in chosen])
                totals[name].add(decide(fit), fit.interval(0.90), truth_of(simulated, data))
        rows += [[f"{name}, 180 nights; they rise {world}", *total.row()] for name, total in totals.items()]
        print(rows[-1], file=sys.stderr, flush=True)
    print_table(("diary", *HEADER), rows)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
