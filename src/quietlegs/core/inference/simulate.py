"""Diaries with a known truth, to find out how often a method is wrong. Seeded: same arguments, same diary.

Loosely set to published trials of night leg cramps (Roguin Maor 2017: 7.8 cramps a week at screening; Frusso 1999:
2.8; Cochrane CD005044: 4.4): the weekly rate is log-normal around 3, and about 7 nights in 10 are quiet.
Four mechanisms, of which only the first is the engine's own model:

- ``LATENT``: negative binomial counts on a latent AR(1), with drift and weekdays
- ``EPISODES``: a night with cramps makes the next ones likelier (self-exciting), no latent process
- ``CLUSTERS``: cramps come in spells with a rate of their own, between them there are next to none
- ``THRESHOLD``: a hidden load builds up and spills over into cramps when it passes a threshold
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np

from quietlegs.core.diary.night import Diary, Factor, FactorKind, Night, OutcomeKind, diary_of
from quietlegs.core.diary.table import FactorColumn, NightTable, OutcomeColumn
from quietlegs.core.inference.families import FloatArray

MOST_CRAMPS = 15  # nobody counts further


class Mechanism(StrEnum):
    """How cramps come about in a simulated diary."""

    LATENT = "latent"
    EPISODES = "episodes"
    CLUSTERS = "clusters"
    THRESHOLD = "threshold"


class Logging(StrEnum):
    """Which nights get logged."""

    AT_RANDOM = "at_random"
    BAD_NIGHTS = "bad_nights"  # 95 in 100 nights with cramps, 25 in 100 without
    BLAMED_FACTOR = (
        "blamed_factor"  # 85 in 100, but 35 in 100 of quiet nights with a factor that does nothing
    )


@dataclass(frozen=True, slots=True)
class Scenario:
    """What to simulate. ``effect`` is the range of true |log rate ratios| on the scaled axis.

    ``lagged``: a true effect works on the same or on the next night, at random. ``shared`` is the share of variance
    that factors in groups of 3 have in common (0.5: correlations about 0.5). ``missing_answers`` blanks that share of
    factor values on logged nights. ``cramps_per_week`` None draws a person's own.
    """

    nights: int = 120
    factors: int = 8
    matter: int = 2
    effect: tuple[float, float] = (0.3, 1.0)
    lagged: bool = False
    mechanism: Mechanism = Mechanism.LATENT
    logging: Logging = Logging.AT_RANDOM
    missing_nights: float = 0.15
    missing_answers: float = 0.0
    cramps_per_week: float | None = None
    shared: float = 0.5
    weekday_sd: float = 0.15
    drift_sd: float = 0.03
    season: float = 0.0
    heavy_tails: bool = False
    first: date = date(2025, 1, 6)


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """What was put in. ``effects``: (factor, lag, log rate ratio on the scaled axis, scale) of those that matter.

    ``rate`` (n,) is the true expected number of cramps each night; ``complete`` the outcome before gaps.
    """

    effects: tuple[tuple[str, int, float, float], ...]
    rate: FloatArray
    complete: FloatArray
    scenario: Scenario
    seed: int

    def effect(self, factor: str, lag: int = 0) -> float:
        """Return the true effect on the scaled axis, 0 where the factor does not matter at that lag."""
        return sum(value for name, at, value, _ in self.effects if name == factor and at == lag)


@dataclass(frozen=True, slots=True, eq=False)
class SimulatedDiary:
    """A simulated diary as a night table, and its truth."""

    table: NightTable
    truth: Truth

    def diary(self) -> Diary:
        """Return the logged nights as a diary, as a person would have written it."""
        table = self.table
        factors = tuple(Factor(c.name, c.kind, c.unit) for c in table.factors)
        nights = []
        for row in range(table.span):
            outcomes = {c.name: float(c.values[row]) for c in table.outcomes if not np.isnan(c.values[row])}
            if outcomes:
                answers = {c.name: float(c.values[row]) for c in table.factors if not np.isnan(c.values[row])}
                nights.append(Night(evening=table.evening(row), outcomes=outcomes, factors=answers))
        return diary_of(nights, factors)


def simulate_diary(seed: int, scenario: Scenario | None = None) -> SimulatedDiary:
    """Return a diary and its truth. O(nights x factors).

    >>> simulate_diary(1, Scenario(nights=30)).table.span
    30
    """
    scenario = scenario or Scenario()
    rng = np.random.default_rng(seed)
    n = scenario.nights
    weekday = (np.arange(n + 1) + scenario.first.weekday() - 1) % 7
    columns = _factors(rng, scenario, weekday >= 5)
    effects, push = _effects(rng, scenario, columns)
    base = _background(rng, scenario, weekday[1:])
    weekly = scenario.cramps_per_week or float(np.exp(rng.normal(np.log(3.0), 0.5)))
    cramps, rate = _cramps(rng, scenario, push + base, weekly / 7.0)
    outcomes = _outcomes(rng, cramps, rate)
    logged = _logged(rng, scenario, cramps, _blamed(columns, effects))
    known = rng.random((n, len(columns))) >= scenario.missing_answers
    table = NightTable(
        first=scenario.first,
        span=n,
        outcomes=tuple(
            OutcomeColumn(name, kind, np.where(logged, values, np.nan)) for name, kind, values in outcomes
        ),
        factors=tuple(
            FactorColumn(name, kind, unit, np.where(known[:, j] & logged, values[1:], np.nan))
            for j, (name, kind, unit, values) in enumerate(columns)
        ),
    )
    return SimulatedDiary(table, Truth(effects, rate, cramps, scenario, seed))


Series = tuple[str, FactorKind, str | None, FloatArray]


def ar1(rng: np.random.Generator, n: int, phi: float) -> FloatArray:
    """Return a stationary AR(1) series of unit variance."""
    shocks = rng.normal(size=n)
    series = np.empty(n)
    series[0] = shocks[0]
    keep = np.sqrt(1.0 - phi * phi)
    for t in range(1, n):
        series[t] = phi * series[t - 1] + keep * shocks[t]
    return series


def _factors(rng: np.random.Generator, scenario: Scenario, weekend: np.ndarray) -> list[Series]:
    """Return factors over n + 1 nights (one before the first): autocorrelated, correlated in groups of 3."""
    n = scenario.nights + 1
    out: list[Series] = []
    common = np.zeros(n)
    for j in range(scenario.factors):
        if j % 3 == 0:
            common = ar1(rng, n, float(rng.choice([0.0, 0.5, 0.8])))
        own = ar1(rng, n, float(rng.choice([0.0, 0.5, 0.9, 0.97], p=[0.4, 0.3, 0.2, 0.1])))
        z = np.sqrt(scenario.shared) * common + np.sqrt(1.0 - scenario.shared) * own
        if rng.random() < 0.2:
            z = z + 0.8 * weekend
        kind = FactorKind(rng.choice(["yesno", "amount", "scale", "count"], p=[0.5, 0.25, 0.15, 0.10]))
        unit: str | None = None
        if kind is FactorKind.YES_NO:
            values = (z > np.quantile(z, 1.0 - rng.uniform(0.12, 0.5))).astype(float)
        elif kind is FactorKind.AMOUNT:
            values, unit = np.round(np.maximum(60.0 + 20.0 * z, 0.0), 1), "min"
        elif kind is FactorKind.SCALE:
            values = np.clip(np.round(4.0 + 2.0 * z), 0, 10)
        else:
            values = rng.poisson(np.exp(0.7 * z - 0.5)).astype(float)
        out.append((f"factor {j + 1}", kind, unit, values))
    return out


def _effects(
    rng: np.random.Generator, scenario: Scenario, columns: list[Series]
) -> tuple[tuple[tuple[str, int, float, float], ...], FloatArray]:
    push = np.zeros(scenario.nights)
    effects = []
    for j in sorted(rng.choice(len(columns), size=min(scenario.matter, len(columns)), replace=False)):
        name, kind, _, values = columns[j]
        lag = int(rng.integers(2)) if scenario.lagged else 0
        size = float(rng.choice([-1, 1], p=[0.35, 0.65]) * rng.uniform(*scenario.effect))
        spread = 2.0 * float(values.std())
        scale = 1.0 if kind is FactorKind.YES_NO or spread <= 0 else spread
        push += size * (values[1 - lag : values.size - lag] - values.mean()) / scale
        effects.append((name, lag, size, scale))
    return tuple(effects), push


def _background(rng: np.random.Generator, scenario: Scenario, weekday: np.ndarray) -> FloatArray:
    """Return what moves the log rate besides the factors: drift, trend, weekdays, season."""
    n = scenario.nights
    time = np.arange(n)
    drift = np.cumsum(rng.normal(0.0, scenario.drift_sd, n)) + rng.normal(0.0, 0.4) * (time / n - 0.5)
    season = scenario.season * np.cos(2.0 * np.pi * (time / 365.25 + rng.random()))
    return np.asarray(drift + season + rng.normal(0.0, scenario.weekday_sd, 7)[weekday])


def _cramps(
    rng: np.random.Generator, scenario: Scenario, push: FloatArray, rate: float
) -> tuple[FloatArray, FloatArray]:
    """Return counts and their expected values under the scenario's mechanism."""
    n = scenario.nights
    if scenario.mechanism is Mechanism.EPISODES:
        return _self_exciting(rng, push, rate)
    if scenario.mechanism is Mechanism.THRESHOLD:
        load = push + ar1(rng, n, 0.5) + rng.logistic(size=n) * 0.5
        over = np.quantile(load, max(0.05, 1.0 - 0.6 * min(rate, 1.5)))
        cramps = np.where(load > over, 1.0 + rng.poisson(np.maximum(rate - 0.3, 0.2), n), 0.0)
        return np.minimum(cramps, MOST_CRAMPS), cramps
    if scenario.mechanism is Mechanism.CLUSTERS:
        spell = np.repeat(rng.random(n // 5 + 1) < 0.4, 5)[:n]  # spells of 5 nights, 4 in 10
        eta = push + np.where(spell, 1.0, -1.5)
    else:
        phi, sigma = rng.uniform(0.5, 0.9), rng.uniform(0.3, 0.8)
        eta = push + sigma * ar1(rng, n, phi)
        if scenario.heavy_tails:
            eta = eta + 0.4 * rng.standard_t(2.5, n).clip(-6, 6)
    mean = np.exp(eta)
    mean *= rate / mean.mean()
    if scenario.mechanism is Mechanism.CLUSTERS:
        return np.minimum(rng.poisson(mean).astype(float), MOST_CRAMPS), mean
    size = float(np.exp(rng.uniform(np.log(0.7), np.log(4.0))))
    return np.minimum(rng.negative_binomial(size, size / (size + mean)).astype(float), MOST_CRAMPS), mean


def _self_exciting(rng: np.random.Generator, push: FloatArray, rate: float) -> tuple[FloatArray, FloatArray]:
    """Counts whose rate follows recent counts: mean_t = own_t (0.5 + trace), trace fades by a third each night."""
    n = push.size
    own = np.exp(push)
    own *= rate / own.mean()
    cramps, mean = np.zeros(n), np.zeros(n)
    trace = 0.5
    for t in range(n):
        mean[t] = own[t] * (0.5 + trace)
        cramps[t] = min(rng.poisson(mean[t]), MOST_CRAMPS)
        trace = 0.67 * trace + 0.33 * min(cramps[t] / (2.0 * rate), 2.0)
    return cramps, mean


def _outcomes(
    rng: np.random.Generator, cramps: FloatArray, rate: FloatArray
) -> list[tuple[str, OutcomeKind, FloatArray]]:
    """Return cramps with worst severity, minutes and wakings that rise with the same burden; 0 on quiet nights."""
    n = cramps.size
    burden = np.log(rate + 1e-3) - np.log(rate + 1e-3).mean()
    any_cramp = cramps > 0
    severity = np.clip(np.round(4.5 + 1.2 * burden + 1.8 * rng.normal(size=n)), 1, 10) * any_cramp
    minutes = np.round(np.clip(np.exp(1.4 + 0.4 * burden + 0.7 * rng.normal(size=n)), 1, 240)) * any_cramp
    woken = np.minimum(rng.binomial(cramps.astype(int), 1.0 / (1.0 + np.exp(-(0.8 + 0.6 * burden)))), 20)
    return [
        ("cramps", OutcomeKind.COUNT, cramps),
        ("severity", OutcomeKind.SCALE, severity),
        ("cramp_minutes", OutcomeKind.AMOUNT, minutes),
        ("woken", OutcomeKind.COUNT, woken.astype(float)),
    ]


def _blamed(columns: list[Series], effects: tuple[tuple[str, int, float, float], ...]) -> np.ndarray:
    """Return the nights (n,) with the first factor that does nothing; of amounts, with more than usual."""
    true = {name for name, *_ in effects}
    for name, kind, _, values in columns:
        if name not in true:
            cut = 0.5 if kind is FactorKind.YES_NO else np.median(values)
            return np.asarray(values[1:] > cut)
    return np.zeros(columns[0][3].size - 1 if columns else 1, dtype=bool)


def _logged(
    rng: np.random.Generator, scenario: Scenario, cramps: FloatArray, blamed: np.ndarray
) -> np.ndarray:
    draw = rng.random(cramps.size)
    if scenario.logging is Logging.BLAMED_FACTOR:
        return np.asarray(draw < np.where((cramps == 0) & blamed, 0.35, 0.85))
    if scenario.logging is Logging.BAD_NIGHTS:
        return np.asarray(draw < np.where(cramps > 0, 0.95, 0.25))
    return np.asarray(draw >= scenario.missing_nights)
