"""Does knowledge of the literature help when it is right, and how much does it hurt when it is wrong?

The same diaries three times: without priors; with priors that are right for the factors that matter (inclusion 0.6, effect
around the truth with SD 0.3, and inclusion 0.1 for half of the others); with priors that are wrong (inclusion 0.6 and the
opposite sign for factors that matter, inclusion 0.6 for two that do not). Argument: diaries per row (100).
"""

import sys

import numpy as np

from benchmarks.inference_scoring import HEADER, Tally, print_table, truth_of
from quietlegs.core.inference import EffectPrior, Scenario, decide, fit_latent, from_table, simulate_diary


def priors(kind, simulated, data, rng):
    """Return the priors of one kind for one diary."""
    if kind == "none":
        return {}
    truth = truth_of(simulated, data)
    idle = [label for label, effect in zip(data.labels, truth, strict=True) if effect == 0]
    told = {}
    for label, effect in zip(data.labels, truth, strict=True):
        if effect:
            sign = 1.0 if kind == "right" else -1.0
            guess = sign * (abs(effect) + rng.normal(0.0, 0.2)) * np.sign(effect)
            told[label.name] = EffectPrior(0.6, guess / label.scale, 0.3 / label.scale)
    for label in idle[:2] if kind == "wrong" else []:
        told[label.name] = EffectPrior(0.6, rng.choice([-1, 1]) * 0.5 / label.scale, 0.3 / label.scale)
    for label in idle[::2] if kind == "right" else []:
        told[label.name] = EffectPrior(0.1)
    return told


def main(replicates: int = 100) -> None:
    rows = []
    for nights in (120, 365):
        totals = {kind: Tally() for kind in ("none", "right", "wrong")}
        for seed in range(60_000, 60_000 + replicates):
            simulated = simulate_diary(seed, Scenario(nights=nights))
            data = from_table(simulated.table, lags=(0,))
            fit = fit_latent(data)
            for kind, total in totals.items():
                told = priors(kind, simulated, data, np.random.default_rng(seed))
                total.add(decide(fit, told), fit.interval(0.90), truth_of(simulated, data))
        rows += [[f"{nights} nights, literature {kind}", *total.row()] for kind, total in totals.items()]
    print_table(("diary", *HEADER), rows)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
