"""Nights that could have been: many made-up experiments at once, for planning and for checking every method.

Counts are negative binomial around a rate that wanders: a latent AR(1) series, a slow drift, and the remedy, which
builds up and lingers through an exponential kernel. Scales and amounts are the same series around a level. The
generator shares its family with the engine but adds what the engine does not know (drift, lingering, missed nights).

Source of the scheme: Percha et al. 2019, n-of-1 simulation with carry-over and drift, doi 10.1093/jamiaopen/ooz008.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quietlegs.core.diary.night import OutcomeKind
from quietlegs.core.experiments.nights import Floats

MOST_EVENTS = 15.0  # nobody logs more cramps of one night


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class NightModel:
    """How a person's nights go by themselves. Arrays have shape (experiments,) or () for one value for all.

    Attributes:
        kind: what the outcome is.
        level: events per night, the share of nights (yes/no, 0 to 1), or the mean of a scale or amount.
        correlation: of the latent series from one night to the next, 0 to below 1.
        spread: standard deviation of the latent series: on the log scale for counts, on the logit scale for yes/no,
            in the outcome's unit otherwise.
        size: size of the negative binomial (counts); variance is mean + mean^2 / size. Otherwise the standard
            deviation of a single night around the series.
        drift: standard deviation of one night's step of a random walk, on the scale of the latent series.
    """

    kind: OutcomeKind
    level: Floats
    correlation: Floats
    spread: Floats
    size: Floats
    drift: float = 0.03


def stated_baseline(per_night: float, experiments: int, seed: int) -> NightModel:
    """Return counts of ``per_night`` events a night for a person of whom nothing else is known.

    The ranges are those of published placebo arms and of the engine's priors: correlation 0.5 to 0.9, spread 0.3 to
    0.8, size 0.7 to 4 (log-uniform).
    """
    generator = np.random.Generator(np.random.PCG64(seed))
    return NightModel(
        kind=OutcomeKind.COUNT,
        level=np.full(experiments, per_night),
        correlation=generator.uniform(0.5, 0.9, experiments),
        spread=generator.uniform(0.3, 0.8, experiments),
        size=np.exp(generator.uniform(np.log(0.7), np.log(4.0), experiments)),
    )


def latent_series(
    model: NightModel, experiments: int, nights: int, generator: np.random.Generator
) -> NDArray[np.float64]:
    """Return the latent series of AR(1) and drift, shape (experiments, nights), with standard deviation ``spread``."""
    from scipy.signal import (
        lfilter,
    )  # it brings all of scipy.stats: a second that the app's start need not take

    noise = generator.normal(size=(experiments, nights))
    correlation = np.broadcast_to(model.correlation, (experiments,))
    series = np.empty_like(noise)
    for phi in np.unique(correlation) if len(np.unique(correlation)) == 1 else ():
        scaled = np.sqrt(1 - phi**2) * noise
        scaled[:, 0] = noise[:, 0]
        series = lfilter([1.0], [1.0, -phi], scaled, axis=1)
    if len(np.unique(correlation)) > 1:
        innovation = np.sqrt(1 - correlation**2)
        series[:, 0] = noise[:, 0]
        for night in range(1, nights):
            series[:, night] = correlation * series[:, night - 1] + innovation * noise[:, night]
    walk = np.cumsum(generator.normal(0, model.drift, (experiments, nights)), axis=1) if model.drift else 0.0
    return np.asarray(np.broadcast_to(model.spread, (experiments,))[:, None] * series + walk)


def exposure(done: Floats, half_life_nights: float) -> Floats:
    """Return how much of the remedy acts on each night: it builds up and fades with the half-life given.

    ``done`` has shape (..., nights), 1 where the remedy was used. A half-life of 0 is an effect of that night alone.
    """
    if half_life_nights <= 0:
        return np.asarray(done, dtype=np.float64)
    from scipy.signal import lfilter

    keep = 0.5 ** (1 / half_life_nights)
    return np.asarray(lfilter([1 - keep], [1.0, -keep], done, axis=-1))


def make_outcomes(
    model: NightModel,
    treated: NDArray[np.bool_] | Floats,
    effect: float | Floats,
    generator: np.random.Generator,
    *,
    half_life_nights: float = 0.0,
    adherence: float = 1.0,
    missing: float = 0.0,
) -> Floats:
    """Return made-up outcomes, shape (experiments, nights), NaN where not logged.

    Args:
        model: how the nights go by themselves.
        treated: assignment, shape (experiments, nights); or how much of the effect each night is to have, where several
            remedies share the nights.
        effect: of the remedy while it acts fully: a log rate ratio (counts), a log odds ratio (yes/no), or a difference
            in the outcome's unit; one value or shape (experiments,).
        generator: the only source of chance.
        half_life_nights: how long the remedy takes to build up and to fade.
        adherence: share of treated nights on which the remedy is really used.
        missing: share of nights that are not logged.
    """
    experiments, nights = treated.shape
    series = latent_series(model, experiments, nights, generator)
    done = treated * (generator.random((experiments, nights)) < adherence)
    change = np.broadcast_to(np.asarray(effect, dtype=float), (experiments,))[:, None] * exposure(
        done.astype(float), half_life_nights
    )
    level = np.broadcast_to(model.level, (experiments,))[:, None]
    size = np.broadcast_to(model.size, (experiments,))[:, None]
    if model.kind is OutcomeKind.COUNT:
        # ``level`` is the rate without the remedy, over the nights of this experiment.
        base = np.exp(series) / np.mean(np.exp(series), axis=1, keepdims=True)
        mean = level * base * np.exp(change)
        drawn = np.minimum(generator.negative_binomial(size, size / (size + mean)), MOST_EVENTS)
        outcome = drawn.astype(np.float64)
    elif model.kind is OutcomeKind.YES_NO:
        logit = np.log(level / (1 - level)) + series + change
        outcome = (generator.random((experiments, nights)) < 1 / (1 + np.exp(-logit))).astype(np.float64)
    else:
        outcome = level + series + change + size * generator.normal(size=(experiments, nights))
        if model.kind is OutcomeKind.SCALE:
            outcome = np.clip(np.rint(outcome), 0, 10)
    return np.where(generator.random((experiments, nights)) < missing, np.nan, outcome)


def assignment(pairs: int, block_nights: int, experiments: int, generator: np.random.Generator) -> np.ndarray:
    """Return coin-drawn assignments, shape (experiments, 2 x pairs x block_nights)."""
    first = generator.integers(0, 2, (experiments, pairs, 1, 1))
    halves = np.concatenate([first, 1 - first], axis=2)
    return np.asarray(
        np.broadcast_to(halves, (experiments, pairs, 2, block_nights)).reshape(experiments, -1),
        dtype=np.bool_,
    )
