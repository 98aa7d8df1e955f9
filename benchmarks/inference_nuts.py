"""The engine beside full MCMC (NUTS) on the same diaries in one run: how far apart, and how much faster.

The 14 small diaries of tests/reference, of all outcome kinds, and three of 365 nights x 30 columns. The same model, written
independently for numpyro; 2 chains of 2,500 draws after 800 to warm up, one after the other. CPU time of all threads beside
wall time. NUTS runs once to compile and once more for the clock, ours 10 times with the shortest told; long diaries run NUTS
once, with compiling. "Times" is the ratio of CPU times. Needs numpyro. Arguments: small, long or both (both); minutes after
which no further diary is begun (60): what was not reached is named.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import sys
import time

import numpy as np

from benchmarks.inference_scoring import print_table
from quietlegs.core.inference import Noted, Scenario, fit_latent, from_table, latent_data, simulate_diary

HEADER = (
    "diary", "nights x columns", "mean off, posterior SDs", "SD ratio", "effective draws", "NUTS, CPU s (wall)",
    "of it compiling", "ours, CPU ms (wall)", "times", "times per 1,000 effective draws",
)  # fmt: skip
LONG = {"counts": Noted.CRAMPS, "scale 0-10": Noted.SCORE_10, "hours, Student-t": Noted.ROUGH_HOURS}


def clock(work):
    """Return CPU and wall seconds of one run."""
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    return np.array([time.process_time() - cpu, time.perf_counter() - wall])


def row(name, data, seed, *, compile_apart):
    """Return one line of the table for one diary."""
    from tests.reference import make_inference_mcmc as nuts

    fit = fit_latent(data)
    ours = np.min([clock(lambda: fit_latent(data)) for _ in range(5)], axis=0)
    sampler, run, ready = nuts.sampler_of(data, seed)
    first = clock(run)
    theirs = clock(run) if compile_apart else first
    ours = np.minimum(ours, np.min([clock(lambda: fit_latent(data)) for _ in range(5)], axis=0))
    b = np.asarray(sampler.get_samples()["b"])[:, ready.nuisance :]
    effective, _ = nuts.mixing(sampler)
    off = np.abs(fit.mean / ready.stretch - b.mean(0)) / b.std(0)
    ratio = fit.sd / ready.stretch / b.std(0)
    times = theirs[0] / ours[0]
    return [
        name, f"{data.nights} x {len(data.labels)}", f"{off.max():.2f}", f"{ratio.min():.2f}-{ratio.max():.2f}",
        f"{effective:.0f}", f"{theirs[0]:.1f} ({theirs[1]:.1f})",
        f"{max(first[0] - theirs[0], 0.0):.1f}" if compile_apart else "counted in",
        f"{ours[0] * 1e3:.1f} ({ours[1] * 1e3:.1f})", f"{times:.0f}", f"{times * 1000.0 / effective:.0f}",
    ]  # fmt: skip


def diaries(which):
    """Yield name, data, seed and whether NUTS runs twice, of each diary: short ones first."""
    from tests.reference import make_inference_mcmc as nuts

    for number, case in enumerate(nuts.CASES if which != "long" else []):
        y, x = nuts.diary(case, 100 + number)
        yield case[0], latent_data(y, x, family=case[1], first_weekday=2), 100 + number, True
    for name, noted in LONG.items() if which != "small" else []:
        table = simulate_diary(7, Scenario(nights=365, factors=15, matter=4, lagged=True, noted=noted)).table
        yield name, from_table(table, table.outcomes[0].name), 7, False


def main(which: str = "both", minutes: float = 60.0) -> None:
    try:
        import numpyro  # noqa: F401
    except ImportError:
        print("numpyro is not installed: not run. Posteriors of record: tests/reference/inference_mcmc.json.")
        return
    begun = time.monotonic()
    rows, missed = [], []
    for name, data, seed, compile_apart in diaries(which):
        spent = (time.monotonic() - begun) / 60.0
        if spent >= minutes:
            missed.append(name)
            continue
        rows.append(row(name, data, seed, compile_apart=compile_apart))
        print(f"{spent:.0f} min", rows[-1], file=sys.stderr, flush=True)
    print_table(HEADER, rows)
    if missed:
        print(f"\nNot reached in {minutes:g} minutes: {', '.join(missed)}.")


if __name__ == "__main__":
    main(*sys.argv[1:2], *(float(argument) for argument in sys.argv[2:3]))
