"""Score claims about factors against a simulated diary's truth: shared by the benchmarks of the engine."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from dataclasses import dataclass, field

import numpy as np

from quietlegs.core.inference import CannotFit, Scenario, decide, fit_latent, from_table, simulate_diary

BINS = ((0.0, 0.05), (0.05, 0.15), (0.15, 0.30), (0.30, 0.50), (0.50, 0.70))


def truth_of(simulated, data):
    """Return the true effect of every column on the scaled axis."""
    return np.array([simulated.truth.effect(label.factor, label.lag) for label in data.labels])


@dataclass
class Tally:
    """Columns seen over many diaries: lfsr, whether the sign was wrong, whether it mattered, interval coverage."""

    lfsr: list = field(default_factory=list)
    wrong: list = field(default_factory=list)
    matters: list = field(default_factory=list)
    covered: list = field(default_factory=list)
    diaries: int = 0
    refused: int = 0

    def add(self, decisions, interval, truth):
        sign = np.where(decisions.positive > decisions.negative, 1, -1)
        self.lfsr += decisions.lfsr.tolist()
        self.wrong += (sign != np.sign(truth)).tolist()
        self.matters += (truth != 0).tolist()
        self.covered += ((interval[:, 0] <= truth) & (truth <= interval[:, 1])).tolist()
        self.diaries += 1

    def row(self):
        """Return power, false share and mean lfsr at 0.30 and 0.05, calibration per bin and coverage, as text.

        "off": how many simulation errors the wrong claims at 0.30 lie above (+) or below (-) their expected number.
        """
        lfsr, wrong = np.array(self.lfsr), np.array(self.wrong)
        matters, covered = np.array(self.matters), np.array(self.covered)
        cells = [str(self.diaries)]
        for limit in (0.30, 0.05):
            claim = lfsr < limit
            right = (claim & ~wrong).sum()
            cells.append(f"{right / matters.sum():.2f}" if matters.any() else "")
            cells.append(
                f"{wrong[claim].mean():.2f} ({lfsr[claim].mean():.2f}; {claim.sum()})"
                if claim.any()
                else "none"
            )
        claim = lfsr < 0.30
        error = np.sqrt((lfsr * (1.0 - lfsr))[claim].sum())
        cells.append(f"{(wrong[claim].sum() - lfsr[claim].sum()) / error:+.1f}" if claim.any() else "")
        for low, high in BINS:
            inside = (lfsr >= low) & (lfsr < high)
            text = (
                f"{lfsr[inside].mean():.2f} → {wrong[inside].mean():.2f} ({inside.sum()})"
                if inside.sum() >= 5
                else ""
            )
            cells.append(text)
        cells.append(f"{covered.mean():.2f}")
        cells.append(f"{covered[matters].mean():.2f}" if matters.any() else "")
        return cells


HEADER = (
    "diaries", "power, lfsr < 0.30", "false share (mean lfsr; claims)", "power, lfsr < 0.05", "false share",
    "off", "0-0.05", "0.05-0.15", "0.15-0.30", "0.30-0.50", "0.50-0.70", "cover 90 %, all", "cover, true",
)  # fmt: skip


def tally(scenario: Scenario, replicates: int, first_seed: int, *, lags=(0,), season=None) -> Tally:
    """Simulate, fit and score."""
    total = Tally()
    for seed in range(first_seed, first_seed + replicates):
        simulated = simulate_diary(seed, scenario)
        try:
            data = from_table(simulated.table, simulated.table.outcomes[0].name, lags=lags)
            fit = fit_latent(data)
        except CannotFit:
            total.refused += 1
            continue
        total.add(decide(fit), fit.interval(0.90), truth_of(simulated, data))
    return total


def print_table(header, rows):
    print("| " + " | ".join(header) + " |")
    print("|" + "---|" * len(header))
    for row in rows:
        print("| " + " | ".join(row) + " |", flush=True)
