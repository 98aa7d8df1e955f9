"""Does a joint model of number, severity and duration save nights? A trial that ended with no: see the docs.

Severity and log duration of nights with cramps are taken as linear in the same latent log rate as the number, with loadings
and noise estimated from the diary (EM, plugged in). Three worlds: both rise with the burden as strongly as the simulator
says, half as strongly, not at all. "Nights needed" is the mean ratio of what the effects' data say without and with them.
Argument: diaries per row (100).
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import sys
from dataclasses import replace

import numpy as np

from benchmarks.inference_scoring import HEADER, Tally, print_table, truth_of
from quietlegs.core.inference import Scenario, Settings, decide, fit_latent, from_table, simulate_diary
from quietlegs.core.inference.design import prepare
from quietlegs.core.inference.families import Outcome
from quietlegs.core.inference.fit import fit_prepared
from quietlegs.core.inference.missing import fill

ROUNDS = 3
FEWEST = 8


class JointOutcome(Outcome):
    """Counts, with Gaussian news of eta on some nights: precision ``weight`` and centre ``place``, each (n,)."""

    def __init__(self, y, family, weight, place):
        super().__init__(y, family)
        self.weight, self.place = weight, place

    def local(self, eta, cut, dispersion):
        plain = super().local(eta, cut, dispersion)
        off = self.place - eta
        return replace(
            plain,
            value=plain.value - 0.5 * (self.weight * off * off).sum(1),
            gradient=plain.gradient + self.weight * off,
            curvature=plain.curvature + self.weight,
        )


def news(fit, extras):
    """Return precision and centre of what the other outcomes say of eta, loadings from the fit's own eta."""
    weight, pull = np.zeros(fit.eta.size), np.zeros(fit.eta.size)
    for values in extras:
        on = ~np.isnan(values)
        if on.sum() < FEWEST:
            continue
        mean, variance, value = fit.eta[on], fit.eta_variance[on], values[on]
        spread = ((mean - mean.mean()) ** 2).sum() + variance.sum()
        loading = ((value - value.mean()) @ (mean - mean.mean())) / spread
        noise = (
            (value - value.mean() - loading * (mean - mean.mean())) ** 2 + loading**2 * variance
        ).sum() / (on.sum() - 2)
        loading *= max(
            0.0, 1.0 - noise / spread / max(loading**2, 1e-12)
        )  # a loading that is noise shrinks to 0
        level = value.mean() - loading * mean.mean()
        weight[on] += loading**2 / noise
        pull[on] += loading * (value - level) / noise
    return weight, np.where(weight > 0, pull / np.maximum(weight, 1e-12), 0.0)


def joint_fit(data, extras):
    """Return the fit of counts alone and the joint one."""
    settings = Settings()
    alone = fit = fit_latent(data, settings)
    filled = fill(data.columns, data.logged)
    ready = prepare(
        data, filled, effect_sd=np.full(filled.shape[1], settings.effect_sd), trend=True, season=None
    )
    for _ in range(ROUNDS):
        outcome = JointOutcome(data.y, data.family, *news(fit, extras))
        fit = fit_prepared(data, settings, replace(ready, field=replace(ready.field, outcome=outcome)))
    return alone, fit


def extras_of(simulated, strength, rng):
    """Return severity and log minutes on nights with cramps, rising with the true burden at some strength."""
    table, rate = simulated.table, simulated.truth.rate
    burden = strength * (np.log(rate + 1e-3) - np.log(rate + 1e-3).mean())
    n = table.span
    severity = np.clip(np.round(4.5 + 1.2 * burden + 1.8 * rng.normal(size=n)), 1, 10)
    minutes = 1.4 + 0.4 * burden + 0.7 * rng.normal(size=n)
    cramps = table.outcome("cramps").values
    return [np.where(cramps > 0, values, np.nan) for values in (severity, minutes)]


def main(replicates: int = 100) -> None:
    rows = []
    for name, strength in (("as strongly", 1.0), ("half as strongly", 0.5), ("not at all", 0.0)):
        totals, ratios = (Tally(), Tally()), []
        for seed in range(120_000, 120_000 + replicates):
            simulated = simulate_diary(seed, Scenario(nights=180))
            data = from_table(simulated.table, lags=(0,))
            fits = joint_fit(data, extras_of(simulated, strength, np.random.default_rng(seed)))
            for fit, total in zip(fits, totals, strict=True):
                total.add(decide(fit), fit.interval(0.90), truth_of(simulated, data))
            ratios.append(np.mean((fits[0].sd ** -2 - 4.0) / (fits[1].sd ** -2 - 4.0)))
        rows.append([f"{name}: number alone", "1.00", *totals[0].row()])
        rows.append([f"{name}: joint", f"{np.mean(ratios):.2f}", *totals[1].row()])
    print_table(("severity and duration rise with the burden", "nights needed", *HEADER), rows)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
