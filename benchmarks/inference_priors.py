"""Does knowledge of the literature help when it is right, and how much does it hurt when it is wrong?

The same diaries without literature and with it, used in full (inclusion 0.6, half of the slab) or tempered as the findings
do (``quietlegs.core.triggers.known``). *Telling*: effects around the true size (SD 0.2), given with SD 0.3, certainty low
or better. *Weak*: a log ratio of 0.1 with SD 0.4, very low certainty, as most entries of the evidence base are. *Right* has
the sign of the factors that matter; *wrong* has the opposite sign, and speaks of two factors that do not matter besides.
Full and right also gives half of the idle factors an inclusion of 0.1. Argument: diaries per row (100).
"""

import sys

import numpy as np

from benchmarks.inference_scoring import HEADER, Tally, print_table, truth_of
from quietlegs.core.inference import EffectPrior, Scenario, decide, fit_latent, from_table, simulate_diary
from quietlegs.core.triggers.known import MOST_INCLUSION, WEIGHT, WIDER

KINDS = [
    ("none", "", ""),
    *((use, size, right) for right in ("right", "wrong") for use, size in (("full", "telling"), ("tempered", "telling"), ("tempered", "weak"))),
]  # fmt: skip


def prior(use, size, effect, scale):
    """Return one factor's prior; ``effect`` is what the literature says of it."""
    if use == "full":
        return EffectPrior(0.6, effect / scale, 0.3 / scale)
    inclusion = MOST_INCLUSION if size == "telling" else None
    mean, sd = (effect, 0.3) if size == "telling" else (0.1 * np.sign(effect), 0.4)
    return EffectPrior(inclusion, mean / scale, WIDER * sd / scale, WEIGHT)


def priors(use, size, right, simulated, data, rng):
    """Return the priors of one kind for one diary."""
    if use == "none":
        return {}
    truth = truth_of(simulated, data)
    idle = [label for label, effect in zip(data.labels, truth, strict=True) if effect == 0]
    told = {}
    for label, effect in zip(data.labels, truth, strict=True):
        if effect:
            sign = 1.0 if right == "right" else -1.0
            guess = sign * (abs(effect) + rng.normal(0.0, 0.2)) * np.sign(effect)
            told[label.name] = prior(use, size, guess, label.scale)
    for label in idle[:2] if right == "wrong" else []:
        told[label.name] = prior(use, size, rng.choice([-1, 1]) * 0.5, label.scale)
    for label in idle[::2] if (use, right) == ("full", "right") else []:
        told[label.name] = EffectPrior(0.1)
    return told


def main(replicates: int = 100) -> None:
    rows = []
    for nights in (120, 365):
        totals = {kind: Tally() for kind in KINDS}
        for seed in range(60_000, 60_000 + replicates):
            simulated = simulate_diary(seed, Scenario(nights=nights))
            data = from_table(simulated.table, lags=(0,))
            fit = fit_latent(data)
            for kind, total in totals.items():
                told = priors(*kind, simulated, data, np.random.default_rng(seed))
                total.add(decide(fit, told), fit.interval(0.90), truth_of(simulated, data))
        rows += [
            [f"{nights} nights, literature " + " ".join(filter(None, kind)), *total.row()]
            for kind, total in totals.items()
        ]
    print_table(("diary", *HEADER), rows)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
