"""What every diary's model holds besides the factors: level, trend, weekdays, season, with their priors."""

from dataclasses import dataclass

import numpy as np

from quietlegs.core.inference.data import LatentData
from quietlegs.core.inference.families import Family, FloatArray, Outcome
from quietlegs.core.inference.newton import Field

SEASON_FROM = 300  # nights: a season can only be told apart from drift once most of a year is there
LEVEL_SD, TREND_SD, WEEKDAY_SD, SEASON_SD = 2.0, 1.0, 0.3, 0.3
CUT_SD = 2.5  # on the logit scale: cuts between 1 in 150 and 149 in 150


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A field ready for the engine and how its outcome was rescaled: natural = ``shift`` + ``stretch`` * internal.

    ``levels`` are the values of an ordered scale that occur. ``nuisance`` is the number of leading design rows that
    are not factors.
    """

    field: Field
    nuisance: int
    shift: float
    stretch: float
    levels: FloatArray


def prepare(
    data: LatentData, filled: FloatArray, *, effect_sd: FloatArray, trend: bool, season: bool | None
) -> Prepared:
    """Lay out design and priors. ``filled`` is ``data.columns`` without gaps; ``effect_sd`` (p,) the prior SDs."""
    n = data.nights
    outcome, shift, stretch, levels = _internal(data)
    rows: list[FloatArray] = []
    mean: list[float] = []
    sd: list[float] = []
    if data.family is not Family.CUMULATIVE_LOGIT:  # there the cuts are the level
        rows.append(np.ones(n))
        mean.append(_usual_level(data))
        sd.append(LEVEL_SD)
    if trend:
        rows.append(np.linspace(-0.5, 0.5, n))
        mean.append(0.0)
        sd.append(TREND_SD)
    if data.first_weekday is not None:
        weekday = (np.arange(n) + data.first_weekday) % 7
        rows += [(weekday == day) - 1.0 / 7.0 for day in range(6)]
        mean += [0.0] * 6
        sd += [WEEKDAY_SD] * 6
    if season if season is not None else n >= SEASON_FROM:
        angle = 2.0 * np.pi * np.arange(n) / 365.25
        rows += [np.cos(angle), np.sin(angle)]
        mean += [0.0] * 2
        sd += [SEASON_SD] * 2
    nuisance = len(rows)
    design = np.ascontiguousarray(np.vstack([*rows, filled.T]) if rows else filled.T)
    p = filled.shape[1]
    prior_mean = np.concatenate([mean, np.zeros(p), np.zeros(outcome.cuts)])
    prior_sd = np.concatenate([sd, effect_sd, np.full(outcome.cuts, CUT_SD)])
    return Prepared(Field(outcome, design, prior_mean, prior_sd**-2.0), nuisance, shift, stretch, levels)


def _internal(data: LatentData) -> tuple[Outcome, float, float, FloatArray]:
    y = data.y
    known = y[~np.isnan(y)]
    if data.family is Family.CUMULATIVE_LOGIT:
        # Levels that never occur say nothing about the effects: the occurring ones are renumbered 0..m.
        levels = np.unique(known)
        position = np.where(np.isnan(y), np.nan, np.searchsorted(levels, np.nan_to_num(y)))
        return Outcome(position, data.family), 0.0, 1.0, levels
    if data.family.is_amount:
        shift, stretch = float(known.mean()), float(known.std())
        return Outcome((y - shift) / stretch, data.family), shift, stretch, np.empty(0)
    return Outcome(y, data.family), 0.0, 1.0, np.empty(0)


def _usual_level(data: LatentData) -> float:
    """Return the prior mean of the level: about what the diary shows, so that a count of 500 is not fought."""
    known = data.y[~np.isnan(data.y)]
    if data.family.is_count:
        return float(np.log(known.mean() + 0.1))
    if data.family is Family.LOGISTIC:
        share = (np.count_nonzero(known) + 1.0) / (known.size + 2.0)
        return float(np.log(share / (1.0 - share)))
    return 0.0
