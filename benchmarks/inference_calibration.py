"""Is the engine right as often as it says? Realised wrong-sign share against mean lfsr, with power and coverage.

One row per kind of diary; 30 columns are 15 factors at lags 0 and 1, 4 of which matter, 8 columns 8 factors, 2 of which
matter. "mean → realised (count)" per bin of lfsr. Arguments: diaries per row (100), a part of the names of the rows wanted (all). The standard error of a realised
share s over k columns is sqrt(s (1 - s) / k); that of power at 0.45 over 100 diaries with 2 effects is 0.035.
"""

import sys

from benchmarks.inference_scoring import HEADER, print_table, tally
from quietlegs.core.inference import Logging, Mechanism, Scenario

PLAIN = {
    f"{n} nights, {p} columns": (
        Scenario(nights=n) if p == 8 else Scenario(nights=n, factors=15, matter=4, lagged=True),
        (0,) if p == 8 else (0, 1),
    )
    for n in (60, 120, 365, 1000)
    for p in (8, 30)
}
YEAR = {"nights": 365}
STRESS = {
    "no factor matters, 120 nights": Scenario(matter=0),
    "no factor matters, 365 nights": Scenario(matter=0, **YEAR),
    "5 of 8 matter": Scenario(matter=5, **YEAR),
    "small effects (0.05-0.4)": Scenario(effect=(0.05, 0.4), matter=3, **YEAR),
    "strong drift and weekdays": Scenario(drift_sd=0.06, weekday_sd=0.4, **YEAR),
    "season of ± 0.8": Scenario(season=0.8, **YEAR),
    "heavy tails": Scenario(heavy_tails=True, **YEAR),
    "collinear (r about 0.8)": Scenario(shared=0.8, **YEAR),
    "20 % of answers missing": Scenario(missing_answers=0.2, **YEAR),
    "50 % of answers missing": Scenario(missing_answers=0.5, **YEAR),
    "only bad nights logged": Scenario(logging=Logging.BAD_NIGHTS, **YEAR),
    "logging by factor and outcome": Scenario(logging=Logging.BLAMED_FACTOR, **YEAR),
    "not the model: self-exciting episodes": Scenario(mechanism=Mechanism.EPISODES, **YEAR),
    "not the model: clusters": Scenario(mechanism=Mechanism.CLUSTERS, **YEAR),
    "not the model: threshold": Scenario(mechanism=Mechanism.THRESHOLD, **YEAR),
}


def main(replicates: int = 100, only: str = "") -> None:
    """Print the table; ``only`` keeps the rows whose name holds this."""
    rows = []
    for name, (scenario, lags) in ((n, s) for n, s in PLAIN.items() if only in n):
        rows.append([name, *tally(scenario, replicates, 20_000, lags=lags).row()])
        print(rows[-1], file=sys.stderr, flush=True)
    for name, scenario in ((n, s) for n, s in STRESS.items() if only in n):
        rows.append([name, *tally(scenario, replicates, 40_000).row()])
        print(rows[-1], file=sys.stderr, flush=True)
    print_table(("diary", *HEADER), rows)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:2]), *sys.argv[2:3])
