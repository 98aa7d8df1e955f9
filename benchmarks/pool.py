"""Pooling: coverage at 50 and 200 people, agreement with full MCMC, and people per second.

Peers: each person alone, the usual plug-in (EM for mean and spread, then each person as if they were known), and NumPyro's
NUTS on the whole hierarchy. ``python -m benchmarks.pool [series [nuts]]``: how many series at each size (20), and whether to run NUTS (needs numpyro; about five
minutes). ``python -m benchmarks.pool scale 1000 10000`` only runs whole cohorts of so many people in 1 and 2 processes: half a minute for
1,000 people and four for 10,000 on a free machine of two cores. Larger cohorts are reckoned on paper, with the arithmetic shown.
"""

import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from quietlegs.cohort.outputs import gather, write
from quietlegs.cohort.people import Asked, Person, work_out
from quietlegs.cohort.run import run
from quietlegs.core.diary.night import OutcomeKind
from quietlegs.core.experiments.effect import likelihood_grid
from quietlegs.core.experiments.nightmaker import assignment, make_outcomes, stated_baseline
from quietlegs.core.experiments.nights import TrialNights
from quietlegs.core.experiments.pool import GRID, pool, quantiles, shrink
from quietlegs.core.inference import CannotFit
from quietlegs.exchange.experiment_csv import write_experiment_csv

MEAN, SPREAD, PAIRS, WEEKLY = -0.35, 0.3, 28, 4.0
BIG = 1_000_000


def experiment(effect: float, seed: int) -> TrialNights:
    """Return 56 nights in nightly pairs of a person with this log ratio."""
    generator = np.random.Generator(np.random.PCG64(seed))
    model = stated_baseline(WEEKLY / 7, 1, seed)
    treated = assignment(PAIRS, 1, 1, generator)
    outcome = make_outcomes(model, treated, effect, generator, missing=0.05)[0]
    n = 2 * PAIRS
    return TrialNights(
        evenings=np.arange(n) + 739_300, treated=treated[0], block=np.arange(n) + 1, outcome=outcome,
        is_washout=np.zeros(n, bool), adhered=np.full(n, np.nan), reference="none", treatment="stretch",
        outcome_name="cramps", kind=OutcomeKind.COUNT,
    )  # fmt: skip


def plug_in(grids: np.ndarray, mass: float) -> tuple[np.ndarray, np.ndarray]:
    """Return intervals by EM for N(mu, tau^2), with mu and tau then taken as known."""
    mu, tau, likely = 0.0, 0.5, np.exp(grids - grids.max(1, keepdims=True))
    for _ in range(300):
        weight = likely * np.exp(-0.5 * ((GRID - mu) / tau) ** 2)
        weight /= weight.sum(1, keepdims=True)
        mean = weight @ GRID
        variance = weight @ GRID**2 - mean**2
        mu, tau = mean.mean(), max(float(np.sqrt(np.mean(variance + (mean - mean.mean()) ** 2))), 1e-3)
    low, high = quantiles(weight, np.array([(1 - mass) / 2, (1 + mass) / 2])).T
    return low, high


def coverage(people: int, series: int, mass: float = 0.95) -> dict[str, float]:
    held: dict[str, list[float]] = {name: [] for name in ("alone", "plug-in", "pooled", "mean", "new person")}
    width: dict[str, list[float]] = {"alone": [], "pooled": []}
    for number in range(series):
        generator = np.random.default_rng(1000 * people + number)
        truth, grids = [], []
        for i in range(people):
            effect = float(generator.normal(MEAN, SPREAD))
            try:
                grids.append(likelihood_grid(experiment(effect, 100_000 * number + 1000 * people + i)))
                truth.append(effect)
            except CannotFit:
                continue
        b, grid = np.array(truth), np.array(grids)
        pooled = pool(grid)
        found = shrink(grid, pooled, mass)
        tails = np.array([(1 - mass) / 2, (1 + mass) / 2])
        flat = np.exp(grid.astype(float)) * np.exp(-0.5 * GRID**2)  # a prior N(0, 1), as one experiment has
        alone = quantiles(flat / flat.sum(1, keepdims=True), tails).T
        plug = plug_in(grid.astype(float), mass)
        others = generator.normal(MEAN, SPREAD, 200)
        held["alone"].append(np.mean((alone[0] <= b) & (b <= alone[1])))
        held["plug-in"].append(np.mean((plug[0] <= b) & (b <= plug[1])))
        held["pooled"].append(np.mean((found.low <= b) & (b <= found.high)))
        held["mean"].append(pooled.mean.low <= MEAN <= pooled.mean.high)
        held["new person"].append(
            np.mean((pooled.new_person.low <= others) & (others <= pooled.new_person.high))
        )
        width["alone"].append(np.mean(alone[1] - alone[0]))
        width["pooled"].append(np.mean(found.high - found.low))
    rows = {f"{name} held": float(np.mean(values)) for name, values in held.items()}
    rows["standard error of pooled held"] = float(np.std(held["pooled"]) / np.sqrt(series))
    return {**rows, **{f"{name} width": float(np.mean(values)) for name, values in width.items()}}


def speed(people: int) -> tuple[float, float]:
    """Return seconds a person on one core, and seconds to pool them."""
    part = [Person(str(i), write_experiment_csv(experiment(MEAN, i))) for i in range(min(people, 200))]
    started = time.process_time()
    rows = work_out(part, Asked())
    each = (time.process_time() - started) / len(part)
    grids = np.array([row.grid for row in rows if row.grid], dtype=np.float32)
    many = np.tile(grids, (people // len(grids) + 1, 1))[:people]
    started = time.process_time()
    pool(many)
    return each, time.process_time() - started


def scale(*sizes: int, workers: Sequence[int] = (1, 2)) -> None:
    """Print what whole cohorts cost from files to report, on so many processes, their start included."""
    print(
        "| people | processes | wall, s | people a second | times as fast | processor time, s | peak memory, MB |"
    )
    print("| --- |" + " --- |" * 6)
    for people in sizes:
        with tempfile.TemporaryDirectory() as folder:
            given = Path(folder, "in")
            given.mkdir()
            for i in range(people):
                (given / f"{i:06}.csv").write_bytes(write_experiment_csv(experiment(MEAN, i)))
            first = 0.0
            for number in workers:
                wall, used = cohort_seconds(given, Path(folder, f"out{number}"), number)
                first = first or wall
                print(
                    f"| {people:,} | {number} | {wall:.1f} | {people / wall:.0f} | {first / wall:.2f} | {used:.1f} | {peak_megabytes():.0f} |",
                    flush=True,
                )


def cohort_seconds(given: Path, out: Path, workers: int) -> tuple[float, float]:
    """Return seconds on the wall and of processor time for a cohort, from its files to the report."""
    started, used = time.perf_counter(), processor_seconds()
    cohort = gather(run(given, out, Asked(), workers=workers), {})
    list(write(cohort, out))
    return time.perf_counter() - started, processor_seconds() - used


def peak_megabytes() -> float:
    """Return the largest memory so far of this process or of one that it started."""
    return (
        max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        / 1024
    )


def processor_seconds() -> float:
    """Return the processor time of this process and of those it started that have ended."""
    told = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in told)


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """A small series as NUTS reads it; arrays have shape (people, nights), ``weekday`` (people, nights, 6)."""

    outcome: np.ndarray
    treated: np.ndarray
    weekday: np.ndarray

    @classmethod
    def of(cls, trials: Sequence[TrialNights]) -> "Series":
        nights = np.arange(len(trials[0]))
        return cls(
            np.array([trial.outcome for trial in trials]),
            np.array([trial.treated for trial in trials], dtype=float),
            np.array([np.eye(7)[(trial.evenings[0] - 1 + nights) % 7][:, :6] - 1 / 7 for trial in trials]),
        )


def hierarchy(series: Series) -> Callable[[], None]:
    """Return the whole model for NumPyro: the nights, the people, and the mean and spread of their effects."""
    import jax.numpy as jnp
    import numpyro
    import numpyro.distributions as dist

    y, a = series.outcome, series.treated
    people, n = y.shape
    logged = ~np.isnan(y)
    level = np.array([np.log(np.nanmean(row) + 0.1) for row in y])
    treated = a - (a * logged).sum(1, keepdims=True) / logged.sum(1, keepdims=True)

    def model() -> None:
        mu = numpyro.sample("mu", dist.Normal(0, 0.5))
        tau = numpyro.sample("tau", dist.Gamma(2.0, 2.0))
        with numpyro.plate("people", people):
            z = numpyro.sample("z", dist.Normal(0, 1))
            alpha = numpyro.sample("alpha", dist.Normal(level, 2.0))
            trend = numpyro.sample("trend", dist.Normal(0, 1))
            log_r = numpyro.sample("log_r", dist.Normal(jnp.log(2.0), 1.0))
            sigma = numpyro.sample("sigma", dist.Exponential(2.0))
            phi = numpyro.sample("phi", dist.Beta(3.0, 1.5))
            days = numpyro.sample("days", dist.Normal(0, 0.3).expand([6]).to_event(1))
            noise = numpyro.sample("noise", dist.Normal(0, 1).expand([n]).to_event(1))
        effect = numpyro.deterministic("effect", mu + tau * z)
        eta = (
            alpha[:, None]
            + trend[:, None] * jnp.linspace(-0.5, 0.5, n)
            + jnp.einsum("pnd,pd->pn", series.weekday, days)
            + effect[:, None] * treated
            + wandering(noise, phi, sigma)
        )
        log_p = dist.NegativeBinomial2(jnp.exp(eta), jnp.exp(log_r)[:, None]).log_prob(np.nan_to_num(y))
        numpyro.factor("nights", jnp.where(logged, log_p, 0.0).sum())

    return model


def wandering(noise: Any, phi: Any, sigma: Any) -> Any:
    """Return the AR(1) series of all people from standard normal noise, shape (people, nights); arrays are JAX's."""
    import jax
    import jax.numpy as jnp

    def step(u: Any, e: Any) -> tuple[Any, Any]:
        u = phi * u + sigma * jnp.sqrt(1 - phi**2) * e
        return u, u

    _, rest = jax.lax.scan(step, sigma * noise[:, 0], noise[:, 1:].T)
    return jnp.concatenate([(sigma * noise[:, 0])[:, None], rest.T], axis=1)


def by_nuts(series: Series) -> tuple[dict[str, np.ndarray], int, float]:
    """Return what NUTS drew, how many draws diverged, and its seconds."""
    import jax
    from numpyro.infer import MCMC, NUTS

    jax.config.update("jax_enable_x64", True)
    started = time.perf_counter()
    sampler = NUTS(hierarchy(series), target_accept_prob=0.9)
    chain = MCMC(sampler, num_warmup=800, num_samples=2000, progress_bar=False)
    chain.run(jax.random.PRNGKey(0))
    drawn = {name: np.asarray(values) for name, values in chain.get_samples().items()}
    return drawn, int(chain.get_extra_fields()["diverging"].sum()), time.perf_counter() - started


def against_nuts(people: int = 12) -> None:
    """Compare the pool of a small series with NUTS on everything at once: nights, people and hyper-parameters."""
    effects = np.random.default_rng(5).normal(MEAN, SPREAD, people)
    trials = [experiment(float(effect), 900 + i) for i, effect in enumerate(effects)]
    drawn, divergences, took = by_nuts(Series.of(trials))
    grids = np.array([likelihood_grid(trial) for trial in trials])
    started = time.perf_counter()
    pooled = pool(grids)
    own = shrink(grids, pooled)
    ours = 1000 * (time.perf_counter() - started)
    print(
        f"NUTS on {people} people x {len(trials[0])} nights: {took:.0f} s, {divergences} divergences; "
        f"the pool {ours:.0f} ms after the grids"
    )
    for name, told, mine in (("mean", drawn["mu"], pooled.mean), ("spread", drawn["tau"], pooled.spread)):
        print(f"{name:7} NUTS {told.mean():+.3f} (sd {told.std():.3f})   pool {mine.mean:+.3f}")
    apart = np.abs(own.mean - drawn["effect"].mean(0)) / drawn["effect"].std(0)
    print(
        f"people  posterior means apart by at most {apart.max():.2f} posterior standard deviations, "
        f"median {np.median(apart):.2f}"
    )


def main(series: int = 20, nuts: str = "") -> None:
    for people in (50, 200):
        found = coverage(people, series if people == 50 else max(series // 2, 4))
        print(f"{people} people, {series if people == 50 else max(series // 2, 4)} series, 56 nights each:")
        for name, value in found.items():
            print(f"  {name:32s} {value:.3f}")
        sys.stdout.flush()
    for people in (1_000, 10_000):
        each, together = speed(people)
        print(f"{people} people: {1 / each:.0f} people a second and core; pooling them {together:.2f} s")
    hours = BIG * each / 3600
    per_pass = together / people * BIG
    print(
        f"On paper, {BIG:,} people: {BIG:,} x {1000 * each:.1f} ms = {hours:.1f} core-hours; pooling {per_pass:.0f} s; grids {BIG * 404 / 1e6:.0f} MB."
    )
    print(
        f"On paper, {100 * BIG:,} people: {100 * hours:.0f} core-hours ({100 * hours / 1000:.1f} h on 1,000 cores); grids {100 * BIG * 404 / 1e9:.0f} GB, read in parts."
    )
    scale(512)
    if nuts:
        against_nuts()


if __name__ == "__main__":
    given = [int(a) if a.isdigit() else a for a in sys.argv[1:]]
    if given[:1] == ["scale"]:
        scale(*given[1:])
    else:
        main(*given)
