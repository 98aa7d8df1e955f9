"""Checks run on every fit: cheap, and each says what must be held back when it fails.

Ids, and what a failure means:

- ``search``: the integral over the hyper-parameters was cut short. Hold back everything.
- ``shape``: predictions of single nights are too narrow, too wide or lopsided (PIT histogram, chi-square).
- ``quiet_nights``: more or fewer quiet nights than the model can make.
- ``largest``: one night is larger than the model can make.
- ``memory_1``, ``memory_7``: what is left over still depends on the night or the week before.
- ``collinear``: two columns (|correlation| above 0.8) cannot be told apart yet. Report them as one group.
- ``mirror``: a column is nearly the outcome itself. Hold it back.
- ``one_week``: without one week, the lfsr of a claimed column changes by more than 0.2. Hold it back.
- ``prior``: a claim depends on how large effects were thought to be. Hold it back.
- ``logging``: how many cramps and whether any disagree by more than 1 SD: perhaps only bad nights are logged.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from scipy.special import chdtrc, expit

from quietlegs.core.inference.families import Family, FloatArray, Outcome
from quietlegs.core.inference.fit import LatentFit
from quietlegs.core.inference.hyper import first_guess, to_hyper
from quietlegs.core.inference.influence import leave_week_out
from quietlegs.core.inference.newton import Field, Hyper, find_modes
from quietlegs.core.inference.predictive import Predictive, leave_one_out, pit_histogram, residuals
from quietlegs.core.inference.shrink import Decisions, decide_summary

CLAIMED = 0.30  # lfsr below which a column is shown at all
ALIKE = 0.8  # |correlation| from which two columns cannot be told apart yet
MIRRORED = 0.95  # |correlation| with the outcome from which a factor is the outcome under another name
WEEK_CHANGE = 0.2  # change of lfsr that one week may cause
UNSURE = 0.5  # lfsr above which a claim under another slab is no claim
RARE = 0.001  # a check that fails for a right model about once in 1,000 diaries
RIM_SHARE = 0.05
FEWEST_FOR_SHAPE = 30  # logged nights


class Level(StrEnum):
    """How bad it is."""

    FINE = "fine"
    CAUTION = "caution"  # tell the person
    HOLD_BACK = "hold_back"  # do not show what it touches


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One check: its id, level, value and threshold; ``columns`` are those it touches, None for all."""

    id: str
    level: Level
    value: float
    threshold: float
    columns: tuple[int, ...] | None = None


def diagnose(
    fit: LatentFit, decisions: Decisions, *, of_fit: tuple[Diagnostic, ...] | None = None
) -> tuple[Diagnostic, ...]:
    """Return every check's result, failed or not; pairs and columns only where they fail. See the module for ids.

    ``of_fit``: what :func:`diagnose_fit` said of the same fit, where it is decided more than once.
    """
    return (
        _search(fit, decisions),
        *(diagnose_fit(fit) if of_fit is None else of_fit),
        *_one_week(fit, decisions),
        *_prior(decisions),
        *_logging(fit, decisions),
    )


def diagnose_fit(fit: LatentFit) -> tuple[Diagnostic, ...]:
    """Return the checks that hang on the fit alone and not on what is decided from it."""
    seen = leave_one_out(fit)
    return (
        *(_shape(seen) if seen.rows.size >= FEWEST_FOR_SHAPE else ()),
        *_memory(fit, seen),
        *_collinear(fit),
        *_mirrors(fit),
    )


def held_back(checks: tuple[Diagnostic, ...], columns: int) -> frozenset[int]:
    """Return the columns that must not be shown."""
    out: set[int] = set()
    for check in checks:
        if check.level is Level.HOLD_BACK:
            out.update(range(columns) if check.columns is None else check.columns)
    return frozenset(out)


def _search(fit: LatentFit, decisions: Decisions) -> Diagnostic:
    rim = fit.lattice.rim_weight
    bad = not fit.lattice.converged or not decisions.settled or rim > RIM_SHARE
    return Diagnostic("search", Level.HOLD_BACK if bad else Level.FINE, rim, RIM_SHARE)


def _caution(name: str, p_value: float) -> Diagnostic:
    return Diagnostic(name, Level.CAUTION if p_value < RARE else Level.FINE, float(p_value), RARE)


def _shape(seen: Predictive) -> list[Diagnostic]:
    nights = seen.rows.size
    bins = 10 if nights >= 100 else 5
    histogram = pit_histogram(seen, bins)
    # Lumps of probability are shared out over bins, so the statistic is below chi-square for counts: a mild check.
    chi_square = nights * float(((histogram - 1.0 / bins) ** 2).sum()) * bins
    out = [_caution("shape", chdtrc(bins - 1, chi_square))]
    if not np.isnan(seen.quiet).any():
        quiet = seen.upto[seen.below <= 0.0].size
        spread = max(float((seen.quiet * (1.0 - seen.quiet)).sum()), 1e-9)
        z2 = (quiet - float(seen.quiet.sum())) ** 2 / spread
        out.append(_caution("quiet_nights", chdtrc(1, z2)))
    if not np.isnan(seen.quiet).any() or seen.highest.size:
        out.append(_caution("largest", 1.0 - float(np.exp(np.log(np.maximum(seen.highest, 1e-300)).sum()))))
    return out


def _memory(fit: LatentFit, seen: Predictive) -> list[Diagnostic]:
    left = np.zeros(fit.data.nights)
    left[seen.rows] = residuals(seen)
    on = np.zeros(fit.data.nights)
    on[seen.rows] = 1.0
    out = []
    for lag in (1, 7):
        pairs = float((on[lag:] * on[:-lag]).sum())
        if pairs < FEWEST_FOR_SHAPE:
            continue
        correlation = (
            float((left[lag:] * left[:-lag]).sum()) / pairs / max(float((left**2).sum() / on.sum()), 1e-9)
        )
        limit = max(0.2, 3.3 / np.sqrt(pairs))
        level = Level.CAUTION if correlation > limit else Level.FINE
        out.append(Diagnostic(f"memory_{lag}", level, correlation, limit))
    return out


def _correlations(fit: LatentFit) -> FloatArray:
    x = np.nan_to_num(fit.data.columns)[fit.data.logged]
    unit = x / np.maximum(np.sqrt((x**2).sum(0)), 1e-12)
    return np.asarray(unit.T @ unit)


def _collinear(fit: LatentFit) -> list[Diagnostic]:
    alike = _correlations(fit)
    pairs = np.argwhere(np.triu(np.abs(alike) > ALIKE, 1))
    return [
        Diagnostic("collinear", Level.CAUTION, float(alike[a, b]), ALIKE, (int(a), int(b))) for a, b in pairs
    ]


def _mirrors(fit: LatentFit) -> list[Diagnostic]:
    y = fit.data.y[fit.data.logged]
    x = fit.data.columns[fit.data.logged]
    known = ~np.isnan(x)
    nights = np.maximum(known.sum(0), 1)
    x = np.where(known, x, 0.0)
    x = np.where(known, x - x.sum(0) / nights, 0.0)
    likeness = np.zeros((2, x.shape[1]))
    for row, outcome in enumerate((y, (y > 0).astype(float))):
        mean = outcome @ known / nights
        size = (x**2).sum(0) * np.maximum(outcome**2 @ known - nights * mean**2, 0.0)
        np.divide(outcome @ x, np.sqrt(size), out=likeness[row], where=size > 1e-12)
    found = [(int(j), float(values[np.argmax(np.abs(values))])) for j, values in enumerate(likeness.T)]
    return [
        Diagnostic("mirror", Level.HOLD_BACK, value, MIRRORED, (j,))
        for j, value in found
        if abs(value) > MIRRORED
    ]


def _one_week(fit: LatentFit, decisions: Decisions) -> list[Diagnostic]:
    claimed = np.flatnonzero(decisions.lfsr < CLAIMED)
    if claimed.size == 0:
        return []
    change = leave_week_out(fit, decisions)[:, claimed].max(0) - decisions.lfsr[claimed]
    return [
        Diagnostic("one_week", Level.HOLD_BACK, float(value), WEEK_CHANGE, (int(j),))
        for j, value in zip(claimed, change, strict=True)
        if value > WEEK_CHANGE
    ]


def _prior(decisions: Decisions) -> list[Diagnostic]:
    claimed = np.flatnonzero(decisions.lfsr < CLAIMED)
    if claimed.size == 0:
        return []
    mixture = decisions.mixture
    worst = np.zeros(claimed.size)
    for factor in (0.5, 2.0):
        other = replace(mixture, mean=mixture.mean * factor, sd=mixture.sd * factor)
        worst = np.maximum(worst, decide_summary(decisions.precision, decisions.shift, other).lfsr[claimed])
    return [
        Diagnostic("prior", Level.HOLD_BACK, float(value), UNSURE, (int(j),))
        for j, value in zip(claimed, worst, strict=True)
        if value > UNSURE
    ]


def _logging(fit: LatentFit, decisions: Decisions) -> list[Diagnostic]:
    """Fit "any cramp" at the counts' own memory and compare: sampling by outcome bends rates but not odds."""
    claimed = np.flatnonzero(decisions.lfsr < CLAIMED)
    if not fit.data.family.is_count or claimed.size == 0 or (fit.data.y[fit.data.logged] > 0).all():
        return []
    field = fit.prepared.field
    top = int(np.argmax(fit.lattice.weight))
    hyper = to_hyper(fit.data.family, fit.lattice.theta[[top]])
    any_cramp = Field(
        Outcome(fit.data.y, Family.LOGISTIC), field.design, field.prior_mean, field.prior_precision
    )
    guess = first_guess(any_cramp)[None]
    modes = find_modes(
        any_cramp, Hyper(np.zeros(1), hyper.sigma, hyper.phi), np.zeros((1, fit.data.nights)), guess
    )
    effects = fit.prepared.nuisance + claimed
    covariance = np.linalg.inv(modes.precision[0])
    odds, sd = modes.b[0, effects], np.sqrt(np.diag(covariance)[effects])
    # Log odds move faster than log rates: slope of logit P(y > 0) in log mu, averaged over logged nights.
    step = 1e-3
    rate = fit.eta[fit.data.logged]
    any_at = [_any(fit, hyper, rate + h) for h in (-step, step)]
    slope = float(
        ((np.log(any_at[1]) - np.log1p(-any_at[1])) - (np.log(any_at[0]) - np.log1p(-any_at[0]))).mean()
    ) / (2 * step)
    apart = np.abs(fit.peak[claimed] * slope - odds) / sd
    return [
        Diagnostic("logging", Level.CAUTION, float(value), 1.0, (int(j),))
        for j, value in zip(claimed, apart, strict=True)
        if value > 1.0
    ]


def _any(fit: LatentFit, hyper: Hyper, eta: FloatArray) -> FloatArray:
    """Return P(any cramp) at log rates eta."""
    if fit.data.family is Family.POISSON:
        none = np.exp(-np.exp(np.minimum(eta, 6.0)))
    else:
        r = float(np.exp(hyper.log_dispersion[0]))
        none = expit(-(eta - np.log(r))) ** r
    return np.clip(1.0 - none, 1e-9, 1.0 - 1e-9)
