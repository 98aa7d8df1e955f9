"""Are the findings as people see them as often wrong as they say, and how long do they take against a negative binomial GLM?

The whole way from a night table to verdicts, with gates, timing, groups, both lags and the checks that hold back; without
studies. Claims are counted once for each factor: true is one that matters at either lag, with the right sign. "Small" counts
verdicts of no clear change and how many of them hide an effect of 1.5 times or more. The clock: one diary of 365 nights and
15 factors, CPU time, best of 3, beside statsmodels' NegativeBinomial (NB2) on the same columns at both lags.
Argument: diaries per row (40).
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import sys
import time
import warnings

import numpy as np

from benchmarks.inference_scoring import print_table
from quietlegs.core.inference import Logging, Scenario, simulate_diary
from quietlegs.core.triggers import Known, Strength, find_triggers
from quietlegs.exchange.findings_words import load_causes

ROWS = {
    "nothing matters, 120 nights": Scenario(matter=0),
    "nothing matters, 365 nights": Scenario(nights=365, matter=0),
    "120 nights": Scenario(),
    "365 nights": Scenario(nights=365),
    "365 nights, effects of the day before too": Scenario(nights=365, lagged=True),
    "365 nights, only bad nights logged": Scenario(nights=365, logging=Logging.BAD_NIGHTS),
    "365 nights, logging by factor and outcome": Scenario(nights=365, logging=Logging.BLAMED_FACTOR),
}


def score(scenario, replicates):
    """Return one row: power, claims, realised and announced wrong ones, the same for clear ones, small ones."""
    matter, found, claims, wrong, announced = 0, 0, 0, 0, 0.0
    clear, clear_wrong, small, hidden = 0, 0, 0, 0
    for seed in range(150_000, 150_000 + replicates):
        made = simulate_diary(seed, scenario)
        findings = find_triggers(made.table, diagram=load_causes())
        announced += findings.expected_wrong
        matter += len(made.truth.effects)
        for factor in {f.factor for f in findings.findings}:
            truth = made.truth.effect(factor, 0) + made.truth.effect(factor, 1)
            told = [f for f in findings.listed if f.factor == factor]
            if told:
                best = told[0]
                is_wrong = np.sign(best.estimate.effect) != np.sign(truth)
                claims, wrong, found = claims + 1, wrong + is_wrong, found + (not is_wrong)
                if best.strength is Strength.CLEAR:
                    clear, clear_wrong = clear + 1, clear_wrong + is_wrong
            elif any(
                f.factor == factor and f.strength is Strength.SMALL and f.lag == 0 for f in findings.findings
            ):
                small += 1
                hidden += abs(made.truth.effect(factor, 0)) > np.log(1.5)
    return [
        str(replicates), f"{found / matter:.2f}" if matter else "", str(claims), str(wrong), f"{announced:.1f}",
        f"{clear} ({clear_wrong})", f"{small} ({hidden})",
    ]  # fmt: skip


def seconds(work):
    """Return the shortest of 3 CPU times."""
    best = np.inf
    for _ in range(3):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def glm(table):
    """Fit statsmodels' NB2 regression to the same columns at lags 0 and 1."""
    import statsmodels.api as sm

    y = table.outcome("cramps").values
    columns = []
    for factor in table.factors:
        for lag in (0, 1):
            moved = np.concatenate([np.full(lag, np.nan), factor.values[: y.size - lag]])
            columns.append((moved - np.nanmean(moved)) / (2 * np.nanstd(moved)))
    x = np.nan_to_num(np.column_stack(columns))
    on = np.isfinite(y)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sm.NegativeBinomial(y[on], sm.add_constant(x[on])).fit(disp=0, maxiter=200)


def main(replicates: int = 40) -> None:
    head = (
        "diaries of",
        "diaries",
        "power",
        "claims",
        "wrong",
        "announced",
        "clear (wrong)",
        "small (over 1.5 times)",
    )
    rows = []
    for name, scenario in ROWS.items():
        rows.append([name, *score(scenario, replicates)])
        print(rows[-1], file=sys.stderr, flush=True)
    print_table(head, rows)
    table = simulate_diary(3, Scenario(nights=365, factors=15, matter=4)).table
    known = {f"factor {i}": Known("x", "x", "low", -0.2, 0.4, 0.3) for i in (1, 2, 3)}
    find_triggers(table)
    ours, studied = seconds(lambda: find_triggers(table)), seconds(lambda: find_triggers(table, known=known))
    print(
        f"\n- 365 nights x 15 factors at 2 lags: {ours * 1e3:.0f} ms; with studies {studied / ours:.2f} times that"
    )
    try:
        peer = seconds(lambda: glm(table))
        print(
            f"- statsmodels NegativeBinomial, the same columns: {peer * 1e3:.0f} ms; we take {ours / peer:.2f} times that"
        )
    except ImportError:
        print("- statsmodels is not installed: no comparison")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
