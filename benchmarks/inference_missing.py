"""Factor values missing on logged nights: ours against dropping the night and against filling in the mean.

365 nights, 8 factors, 2 matter, values missing at random. Argument: diaries per row (60).
"""

import sys

import numpy as np

from benchmarks.inference_scoring import HEADER, Tally, print_table, truth_of
from quietlegs.core.inference import (
    CannotFit,
    Scenario,
    decide,
    fit_latent,
    from_table,
    latent_data,
    simulate_diary,
)


def treated(data, how):
    """Return the data with its gaps left to the engine, filled with the mean, or the nights dropped."""
    if how == "ours":
        return data
    y, x = data.y.copy(), np.nan_to_num(data.columns)
    if how == "nights dropped":
        y[np.isnan(data.columns).any(1)] = np.nan
    return latent_data(y, x, labels=data.labels, first_weekday=data.first_weekday)


def main(replicates: int = 60) -> None:
    rows = []
    for share in (0.0, 0.2, 0.5):
        for how in ("ours", "mean filled in", "nights dropped") if share else ("ours",):
            total = Tally()
            for seed in range(80_000, 80_000 + replicates):
                simulated = simulate_diary(seed, Scenario(nights=365, missing_answers=share))
                try:
                    data = treated(from_table(simulated.table, lags=(0,)), how)
                    fit = fit_latent(data)
                except CannotFit:
                    total.refused += 1
                    continue
                total.add(decide(fit), fit.interval(0.90), truth_of(simulated, data))
            left = [""] * len(HEADER) if not total.diaries else total.row()
            rows.append(
                [
                    f"{share:.0%} missing, {how}" + (f" ({total.refused} refused)" if total.refused else ""),
                    *left,
                ]
            )
    print_table(("diary", *HEADER), rows)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
