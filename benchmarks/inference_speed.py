"""How fast is the engine, and in how much memory? Beside NUTS it is timed by ``inference_nuts``.

365 nights x 30 columns complete (fit, decisions, checks); 120 nights x 8 columns as a rate per core; growth with nights;
first call after start, in a fresh process (wall clock). All else is CPU time, the shortest of several runs.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import resource
import subprocess
import sys
import time

import numpy as np

from quietlegs.core.inference import (
    Scenario,
    decide,
    diagnose,
    fit_latent,
    from_table,
    latent_data,
    simulate_diary,
)

FIRST = """
import time
start = time.perf_counter()
import quietlegs
from quietlegs.core.inference import Scenario, decide, diagnose, fit_latent, from_table, simulate_diary
data = from_table(simulate_diary(1, Scenario(nights=120)).table)
fit = fit_latent(data)
diagnose(fit, decide(fit))
print(time.perf_counter() - start)
"""


def complete(data):
    fit = fit_latent(data)
    return diagnose(fit, decide(fit))


def best(work, times=5):
    """Return the shortest of several CPU times in seconds: other programs' share of the machine left out."""
    seconds = []
    for _ in range(times):
        start = time.process_time()
        work()
        seconds.append(time.process_time() - start)
    return min(seconds)


def main() -> None:
    year = [
        from_table(simulate_diary(seed, Scenario(nights=365, factors=15, matter=4, lagged=True)).table)
        for seed in range(20)
    ]
    complete(year[0])
    seconds = [best(lambda data=data: complete(data), 6) for data in year]
    print(
        f"365 nights x 30 columns complete: median {np.median(seconds) * 1e3:.0f} ms, worst of 20 {max(seconds) * 1e3:.0f} ms"
    )
    small = [from_table(simulate_diary(seed, Scenario(nights=120)).table, lags=(0,)) for seed in range(40)]
    each = best(lambda: [complete(data) for data in small], 2) / len(small)
    print(f"120 nights x 8 columns complete: {each * 1e3:.0f} ms, {1 / each:.0f} diaries a second and core")
    rng = np.random.default_rng(0)
    for nights in (500, 1000, 2000, 5000, 10_000):
        data = latent_data(
            rng.poisson(0.5, nights).astype(float), rng.normal(size=(nights, 10)), first_weekday=0
        )
        spent = best(lambda data=data: complete(data), 2)
        print(f"{nights} nights x 10 columns: {spent * 1e3:.0f} ms, {spent / nights * 1e6:.0f} us a night")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory of this process so far: {peak:.0f} MB")
    firsts = [
        float(
            subprocess.run([sys.executable, "-c", FIRST], capture_output=True, text=True, check=True).stdout
        )
        for _ in range(3)
    ]
    print(f"first answer after start, imports included: {min(firsts):.2f} s (wall clock, best of 3)")


if __name__ == "__main__":
    main()
