"""Make inference_mcmc.json: posteriors of small diaries by NUTS, the reference for the engine's Laplace approximation.

Not part of the ordinary suite: needs numpyro and about 15 minutes. Run in an environment with numpyro and Quietlegs:
    python tests/reference/make_inference_mcmc.py
The likelihoods and the AR(1) are written here anew; design and priors of the level, trend, weekdays and effects are
read from the engine, so that both fit the same model.
"""

import json
import sys
import time
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
from numpyro.diagnostics import summary
from numpyro.infer import MCMC, NUTS

from quietlegs.core.inference.data import latent_data
from quietlegs.core.inference.design import prepare
from quietlegs.core.inference.families import Family

jax.config.update("jax_enable_x64", True)
HERE = Path(__file__).parent / "inference_mcmc.json"

# (name, family, nights, columns, effect of the first column, level of the outcome)
CASES = [
    ("counts, few nights", Family.NEGATIVE_BINOMIAL, 60, 4, 0.8, -0.8),
    ("counts, ordinary", Family.NEGATIVE_BINOMIAL, 120, 6, -0.7, -0.7),
    ("counts, many cramps", Family.NEGATIVE_BINOMIAL, 90, 4, 0.5, 1.0),
    ("counts, Poisson", Family.POISSON, 80, 5, 0.6, -0.3),
    ("counts, Poisson, sparse", Family.POISSON, 100, 4, 1.0, -1.5),
    ("yes/no, few nights", Family.LOGISTIC, 60, 4, 0.8, -0.5),
    ("yes/no, ordinary", Family.LOGISTIC, 120, 6, -1.0, -0.7),
    ("yes/no, common", Family.LOGISTIC, 100, 4, 0.7, 0.8),
    ("scale 0-10", Family.CUMULATIVE_LOGIT, 90, 4, 0.9, 0.0),
    ("scale 0-10, few nights", Family.CUMULATIVE_LOGIT, 60, 3, -0.8, 0.0),
    ("scale 0-4", Family.CUMULATIVE_LOGIT, 100, 5, 0.8, 0.0),
    ("amount, Gaussian", Family.GAUSSIAN, 80, 4, 0.5, 0.0),
    ("amount, Student-t", Family.STUDENT_T, 80, 4, 0.5, 0.0),
    ("amount, Student-t, outliers", Family.STUDENT_T, 100, 5, -0.6, 0.0),
]


def diary(case, seed):
    _, family, n, p, effect, level = case
    rng = np.random.default_rng(seed)
    x = np.column_stack(
        [(rng.random(n) < 0.4).astype(float) if j % 2 == 0 else rng.normal(size=n) / 2 for j in range(p)]
    )
    x[:, -1] += 0.4 * x[:, 0]  # some collinearity
    u = np.zeros(n)
    u[0] = 0.5 * rng.normal()
    for t in range(1, n):
        u[t] = 0.7 * u[t - 1] + 0.5 * np.sqrt(1 - 0.49) * rng.normal()
    eta = level + effect * (x[:, 0] - x[:, 0].mean()) + 0.4 * x[:, 1] + u
    match family:
        case Family.NEGATIVE_BINOMIAL:
            mu = np.exp(eta)
            y = rng.negative_binomial(2.0, 2.0 / (2.0 + mu)).astype(float)
        case Family.POISSON:
            y = rng.poisson(np.exp(eta)).astype(float)
        case Family.LOGISTIC:
            y = (rng.random(n) < 1 / (1 + np.exp(-eta))).astype(float)
        case Family.CUMULATIVE_LOGIT:
            top = 4 if "0-4" in case[0] else 10
            cuts = np.linspace(-2.0, 2.5, top)
            y = (eta[:, None] + rng.logistic(size=n)[:, None] > cuts).sum(1).astype(float)
        case Family.GAUSSIAN:
            y = 30 + 10 * (eta + 0.8 * rng.normal(size=n))
        case _:
            y = 30 + 10 * (eta + 0.6 * rng.standard_t(2.0 if "outliers" in case[0] else 4.0, size=n))
    y[rng.random(n) < 0.15] = np.nan
    return y, x


def model(family, y, index, design, prior_mean, prior_sd, n, m, lower):
    sigma = numpyro.sample("sigma", dist.Exponential(2.0))
    phi = numpyro.sample("phi", dist.Beta(3.0, 1.5))
    q = design.shape[0]
    b = numpyro.sample("b", dist.Normal(prior_mean[:q], prior_sd[:q]).to_event(1))
    z = numpyro.sample("z", dist.Normal(0, 1).expand([n]).to_event(1))
    k = jnp.arange(n)
    lag = k[:, None] - k[None, :]
    root = jnp.where(lag >= 0, jnp.exp(jnp.clip(lag, 0) * jnp.log(phi)), 0.0)
    root = root * jnp.where(k == 0, 1.0, jnp.sqrt(1 - phi**2))[None, :]
    eta = numpyro.deterministic("eta", b @ design + sigma * (root @ z))
    seen = eta[index]
    if family is Family.NEGATIVE_BINOMIAL:
        log_r = numpyro.sample("dispersion", dist.Normal(np.log(2.0), 1.0))
        numpyro.sample("y", dist.NegativeBinomial2(jnp.exp(seen), jnp.exp(log_r)), obs=y)
    elif family is Family.POISSON:
        numpyro.sample("y", dist.Poisson(jnp.exp(seen)), obs=y)
    elif family is Family.LOGISTIC:
        numpyro.sample("y", dist.Bernoulli(logits=seen), obs=y)
    elif family is Family.CUMULATIVE_LOGIT:
        first = numpyro.sample("first", dist.Normal(0.0, 10.0))
        gaps = numpyro.sample("gaps", dist.HalfNormal(10.0).expand([m - 1]).to_event(1))
        cuts = first + jnp.concatenate([jnp.zeros(1), jnp.cumsum(gaps)])
        # Independent normals on ordered cuts: take the sampler's own densities out, put the model's in.
        own = dist.Normal(0.0, 10.0).log_prob(first) + dist.HalfNormal(10.0).log_prob(gaps).sum()
        numpyro.factor("cuts", dist.Normal(0.0, prior_sd[q:]).log_prob(cuts).sum() - own)
        numpyro.sample("y", dist.OrderedLogistic(seen, cuts), obs=y)
    else:
        log_sd = numpyro.sample("dispersion", dist.Normal(np.log(0.7), 1.0))
        spread = jnp.exp(log_sd)
        law = dist.Normal(seen, spread) if family is Family.GAUSSIAN else dist.StudentT(4.0, seen, spread)
        numpyro.sample("y", law, obs=y)


def sampler_of(data, seed, warm=800, draws=2500, chains=2):
    """Return the sampler and a function that runs it once on this diary."""
    ready = prepare(
        data, np.nan_to_num(data.columns), effect_sd=np.full(len(data.labels), 0.5), trend=True, season=None
    )
    field = ready.field
    index = np.flatnonzero(data.logged)
    inner = field.outcome.y[index]
    if not data.family.is_amount:
        inner = inner.astype(int)
    sampler = MCMC(
        NUTS(model, target_accept_prob=0.92), num_warmup=warm, num_samples=draws, num_chains=chains,
        chain_method="sequential", progress_bar=False,
    )  # fmt: skip

    def run():
        sampler.run(
            jax.random.PRNGKey(seed), data.family, inner, index, field.design, field.prior_mean,
            field.prior_precision**-0.5, data.nights, field.outcome.cuts, 0,
        )  # fmt: skip

    return sampler, run, ready


def mixing(sampler):
    """Return the fewest effective draws of an effect and the largest r-hat."""
    chains = sampler.get_samples(group_by_chain=True)
    report = summary({k: v for k, v in chains.items() if k in ("b", "sigma", "phi")})
    return float(np.min(report["b"]["n_eff"])), float(np.max(report["b"]["r_hat"]))


def posterior(case, seed):
    y, x = diary(case, seed)
    sampler, run, ready = sampler_of(latent_data(y, x, family=case[1], first_weekday=2), seed)
    start = time.time()
    run()
    seconds = time.time() - start
    effective, r_hat = mixing(sampler)
    samples = sampler.get_samples()
    b = np.asarray(samples["b"])[:, ready.nuisance :][:, : x.shape[1]]
    eta = np.asarray(samples["eta"])
    return {
        "name": case[0], "family": case[1].value, "seed": seed,
        "y": [None if np.isnan(v) else float(v) for v in y], "x": np.round(x, 6).tolist(),
        "mean": b.mean(0).tolist(), "sd": b.std(0).tolist(), "positive": (b > 0).mean(0).tolist(),
        "correlation": np.corrcoef(b.T).tolist(),
        "eta_mean": np.round(eta.mean(0), 4).tolist(), "eta_sd": np.round(eta.std(0), 4).tolist(),
        "mean_rate": float(np.exp(eta).mean()) if case[1].is_count else None,
        "mean_rate_sd": float(np.exp(eta).mean(1).std()) if case[1].is_count else None,
        "sigma": float(np.mean(samples["sigma"])), "phi": float(np.mean(samples["phi"])),
        "effective_draws": effective, "r_hat": r_hat,
        "divergences": int(sampler.get_extra_fields()["diverging"].sum()), "seconds": seconds,
    }  # fmt: skip


if __name__ == "__main__":
    done = json.loads(HERE.read_text())["diaries"] if HERE.exists() else []
    only = sys.argv[1:]
    for number, case in enumerate(CASES):
        if any(d["name"] == case[0] for d in done) or (only and str(number) not in only):
            continue
        done.append(posterior(case, 100 + number))
        last = done[-1]
        print(
            last["name"],
            f"{last['seconds']:.0f} s",
            last["effective_draws"],
            last["r_hat"],
            last["divergences"],
            flush=True,
        )
        HERE.write_text(
            json.dumps(
                {"numpyro": numpyro.__version__, "jax": jax.__version__, "draws": 5000, "diaries": done},
                indent=None,
            )
        )
