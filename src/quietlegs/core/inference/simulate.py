"""Diaries with a known truth, to find out how often a method is wrong. Seeded: same arguments, same diary.

Loosely set to published trials of night leg cramps (Roguin Maor 2017: 7.8 cramps a week at screening; Frusso 1999:
2.8; Cochrane CD005044: 4.4): the weekly rate is log-normal around 3, and about 7 nights in 10 are quiet.
Four mechanisms, of which only the first is the engine's own model:

- ``LATENT``: negative binomial counts on a latent AR(1), with drift and weekdays
- ``EPISODES``: a night with cramps makes the next ones likelier (self-exciting), no latent process
- ``CLUSTERS``: cramps come in spells with a rate of their own, between them there are next to none
- ``THRESHOLD``: a hidden load builds up and spills over into cramps when it passes a threshold

What is noted of a night is the number of cramps (with severity, minutes and wakings beside it), or, for the other kinds
of outcome, one thing alone: yes or no, a score, or hours. The same four mechanisms move it.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np

from quietlegs.core.diary.night import OUTCOMES, Diary, Factor, FactorKind, Night, OutcomeKind, diary_of
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


class Noted(StrEnum):
    """What is noted of a simulated night; the effects are on its scale."""

    CRAMPS = "cramps"  # a count, with severity, minutes and wakings; effects are log rate ratios
    YES_NO = "yesno"  # log odds ratios
    SCORE_10 = "score_10"  # 0-10; log odds ratios
    SCORE_4 = "score_4"  # 0-4; log odds ratios
    HOURS = "hours"  # normal noise; hours
    ROUGH_HOURS = "rough_hours"  # noise with the tails of Student's t with 3 degrees of freedom; hours


@dataclass(frozen=True, slots=True)
class Scenario:
    """What to simulate. ``effect`` is the range of the true effects' sizes on the scaled axis: |log rate ratios|, or what
    ``noted`` has in their place.

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
    noted: Noted = Noted.CRAMPS
    first: date = date(2025, 1, 6)


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """What was put in. ``effects``: (factor, lag, effect on the scaled axis, scale) of those that matter.

    ``rate`` (n,) is the true expected number of cramps each night (of other outcomes, what moves it: log odds, or hours);
    ``complete`` the outcome before gaps.
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
        # A diary has its own outcomes; any other is written as a column of its own, and asked for by name.
        own = [
            FactorColumn(c.name, FactorKind(c.kind), None, c.values)
            for c in table.outcomes
            if c.name not in OUTCOMES
        ]
        columns = (*table.factors, *own)
        nights = []
        for row in range(table.span):
            told = {c.name: float(c.values[row]) for c in table.outcomes if not np.isnan(c.values[row])}
            if told:
                outcomes = {name: value for name, value in told.items() if name in OUTCOMES}
                answers = {c.name: float(c.values[row]) for c in columns if not np.isnan(c.values[row])}
                nights.append(Night(evening=table.evening(row), outcomes=outcomes, factors=answers))
        return diary_of(nights, tuple(Factor(c.name, c.kind, c.unit) for c in columns))


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
    if scenario.noted is Noted.CRAMPS:
        weekly = scenario.cramps_per_week or float(np.exp(rng.normal(np.log(3.0), 0.5)))
        complete, rate = _cramps(rng, scenario, push + base, weekly / 7.0)
        outcomes, bad = _outcomes(rng, complete, rate), complete > 0
    else:
        complete, rate = _felt(rng, scenario, push + base)
        outcomes, bad = [(*OTHER_OUTCOMES[scenario.noted], complete)], complete > np.median(complete)
        if scenario.noted is Noted.YES_NO:
            bad = complete > 0
    logged = _logged(rng, scenario, bad, _blamed(columns, effects))
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
    return SimulatedDiary(table, Truth(effects, rate, complete, scenario, seed))


Series = tuple[str, FactorKind, str | None, FloatArray]
OTHER_OUTCOMES = {
    Noted.YES_NO: ("bad night", OutcomeKind.YES_NO),
    Noted.SCORE_10: ("restless", OutcomeKind.SCALE),
    Noted.SCORE_4: ("stiffness", OutcomeKind.SCALE),
    Noted.HOURS: ("sleep_hours", OutcomeKind.AMOUNT),
    Noted.ROUGH_HOURS: ("sleep_hours", OutcomeKind.AMOUNT),
}


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


def _felt(rng: np.random.Generator, scenario: Scenario, push: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return an outcome other than a count, and what moves it, under the scenario's mechanism."""
    n = scenario.nights
    level = push - push.mean()
    match scenario.mechanism:
        case Mechanism.CLUSTERS:
            level = level + np.where(np.repeat(rng.random(n // 5 + 1) < 0.4, 5)[:n], 0.9, -0.6)
        case Mechanism.THRESHOLD:
            load = level + ar1(rng, n, 0.5)
            level = np.where(load > np.quantile(load, 0.7), 1.2, -0.5)
        case Mechanism.LATENT:
            level = level + rng.uniform(0.3, 0.8) * ar1(rng, n, rng.uniform(0.5, 0.9))
        case Mechanism.EPISODES:
            pass  # a bad night pulls the next ones up, below
    if scenario.heavy_tails:
        level = level + 0.4 * rng.standard_t(2.5, n).clip(-6, 6)
    noise = {
        Noted.HOURS: lambda: rng.normal(0.0, 0.9, n),
        Noted.ROUGH_HOURS: lambda: rng.standard_t(3.0, n) * 0.6,
    }.get(scenario.noted, lambda: rng.logistic(size=n))()
    in_hours = scenario.noted in (Noted.HOURS, Noted.ROUGH_HOURS)
    middle = rng.uniform(-1.2, 0.6)
    steps = {Noted.YES_NO: 1, Noted.SCORE_4: 4}.get(scenario.noted, 10)
    cuts = np.linspace(-2.0, 2.5, steps) if steps > 1 else np.zeros(1)
    noted, moved, trace = np.empty(n), np.empty(n), 0.0
    for t in range(n):
        moved[t] = level[t] + (0.9 * trace if scenario.mechanism is Mechanism.EPISODES else 0.0)
        felt = moved[t] + noise[t]
        trace = 0.6 * trace + 0.4 * np.clip(felt, -2.0, 2.0)
        noted[t] = 7.0 + felt if in_hours else (felt + middle > cuts).sum()
    return (np.round(noted.clip(0.0, 14.0), 1) if in_hours else noted), moved


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


def _logged(rng: np.random.Generator, scenario: Scenario, bad: np.ndarray, blamed: np.ndarray) -> np.ndarray:
    draw = rng.random(bad.size)
    if scenario.logging is Logging.BLAMED_FACTOR:
        return np.asarray(draw < np.where(~bad & blamed, 0.35, 0.85))
    if scenario.logging is Logging.BAD_NIGHTS:
        return np.asarray(draw < np.where(bad, 0.95, 0.25))
    return np.asarray(draw >= scenario.missing_nights)
