"""Is the engine right as often as it says? Realised wrong-sign share against mean lfsr, with power and coverage.

For every kind of outcome: 60 to 1,000 nights by 8 and 30 columns, and a year of nights under everything that may go wrong.
30 columns are 15 factors at lags 0 and 1, 4 of which matter, 8 columns 8 factors, 2 of which matter. "mean → realised
(count)" per bin of lfsr. Arguments: diaries in a row of 365 nights and 8 columns (100; short diaries get twice as many, long
and wide ones half), a part of the names of the rows wanted (all; separate several by |), the first seed. The standard error of a realised share s over k columns is
sqrt(s (1 - s) / k); that of power at 0.45 over 100 diaries with 2 effects is 0.035.
"""

import sys
from dataclasses import replace

from benchmarks.inference_scoring import HEADER, print_table, tally
from quietlegs.core.inference import Logging, Mechanism, Noted, Scenario

KINDS = {
    "counts": Noted.CRAMPS,
    "yes/no": Noted.YES_NO,
    "scale 0-10": Noted.SCORE_10,
    "scale 0-4": Noted.SCORE_4,
    "amount, normal noise": Noted.HOURS,
    "amount, heavy-tailed noise": Noted.ROUGH_HOURS,
}
SHARE = {60: 2.0, 120: 2.0, 365: 1.0, 1000: 0.5}
PLAIN = {
    f"{n} nights, {p} columns": Scenario(nights=n)
    if p == 8
    else Scenario(nights=n, factors=15, matter=4, lagged=True)
    for n in SHARE
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


def rows_wanted(only: str):
    """Yield name, scenario, offset of its seeds and share of the diaries of every row whose name holds a part of ``only``."""
    for kind, noted in KINDS.items():
        for name, scenario in {**PLAIN, **STRESS}.items():
            full = f"{kind}: {name}"
            share = SHARE[scenario.nights] * (0.5 if scenario.lagged else 1.0)
            if any(part in full for part in only.split("|")):
                yield full, replace(scenario, noted=noted), 0 if name in PLAIN else 20_000, share


def main(replicates: int = 100, only: str = "", first: int = 20_000) -> None:
    """Print the table; ``only`` keeps the rows whose name holds this. Diaries have the seeds from ``first`` on."""
    rows = []
    for name, scenario, offset, share in rows_wanted(only):
        lags = (0, 1) if scenario.lagged else (0,)
        rows.append([name, *tally(scenario, round(share * replicates), first + offset, lags=lags).row()])
        print("| " + " | ".join(rows[-1]) + " |", file=sys.stderr, flush=True)
    print_table(("diary", *HEADER), rows)


if __name__ == "__main__":
    main(
        *(int(argument) for argument in sys.argv[1:2]),
        *sys.argv[2:3],
        *(int(argument) for argument in sys.argv[3:4]),
    )
