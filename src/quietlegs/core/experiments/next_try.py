"""What to try next: the value of what a trial would teach, less what it costs.

A remedy's effect is believed to be N(mean, sd^2) on the log ratio. A trial of so many nights would measure it with an error
s, and the remedy would then be kept only if it is believed to save more than it costs. The expected gain of that choice over
the choice without a trial is the value of the trial (Howard 1966, doi 10.1109/TSSC.1966.300074; for two normals Raiffa &
Schlaifer 1961). It is largest for remedies that may well help, of which little is known, and that are cheap to keep.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import erfc, exp, sqrt

INFORMATION_PER_EVENT_NIGHT = 0.18  # 1 / SD^2 of a log ratio, measured (docs/explanation/experiments.md)
HORIZON_NIGHTS = 180
COST_A_MINUTE = 0.002  # as in the plan: 10 minutes a day weigh as much as 2 events in 100


@dataclass(frozen=True, slots=True)
class Candidate:
    """A remedy that might be tried: what is believed of it (log ratio), and the minutes a day that it takes."""

    id: str
    mean: float
    sd: float
    minutes: float = 0.0


@dataclass(frozen=True, slots=True)
class Worth:
    """The value of trying a remedy, in events saved over the horizon; and of keeping it without a trial."""

    id: str
    value: float
    without_trial: float


def queue(
    candidates: Iterable[Candidate],
    *,
    events_per_night: float,
    trial_nights: int = 56,
    horizon_nights: int = HORIZON_NIGHTS,
) -> list[Worth]:
    """Return the candidates by the value of trying them, the most valuable first; ties by id.

    Args:
        candidates: remedies that may be tried safely.
        events_per_night: how often it happens without a remedy.
        trial_nights: length of the trial.
        horizon_nights: over how long a remedy would be kept.
    """
    event_nights = trial_nights * (1 - exp(-events_per_night))
    error = 1 / sqrt(max(INFORMATION_PER_EVENT_NIGHT * event_nights, 1e-6))
    at_stake = events_per_night * horizon_nights
    worths = [_worth(one, error, at_stake) for one in candidates]
    return sorted(worths, key=lambda worth: (-worth.value, worth.id))


def _worth(one: Candidate, error: float, at_stake: float) -> Worth:
    cost = COST_A_MINUTE * one.minutes
    gain = 1 - exp(one.mean + one.sd**2 / 2) - cost  # expected share of events saved by keeping it
    moved = one.sd**2 / sqrt(one.sd**2 + error**2)  # how far a trial moves the mean, as a standard deviation
    with_trial = _expected_best(one.mean, one.sd, moved, cost)
    return Worth(one.id, at_stake * (with_trial - max(gain, 0.0)), at_stake * max(gain, 0.0))


def _expected_best(mean: float, sd: float, moved: float, cost: float) -> float:
    """Return E[max(0, expected gain after the trial)] over what the trial may show, by the midpoint rule."""
    left = max(sd**2 - moved**2, 0.0)
    total, steps = 0.0, 200
    for i in range(steps):
        z = -4 + 8 * (i + 0.5) / steps
        weight = exp(-z * z / 2) * 8 / steps / sqrt(2 * 3.141592653589793)
        total += weight * max(0.0, 1 - exp(mean + moved * z + left / 2) - cost)
    return total / (1 - erfc(4 / sqrt(2)))
