"""The one statistical engine: what changes an outcome from night to night, and how sure that is.

The model (``statistics`` in the docs has the reasons and the measured error rates), for calendar nights t = 1..n,
of which only the logged ones speak::

    y_t | eta_t ~ family(eta_t)      negative binomial, Poisson, logistic, cumulative logit, Gaussian, Student-t
    eta_t = level + trend + weekday + season + x_t' b + u_t
    u_t = phi u_(t-1) + noise        stationary AR(1) with SD sigma

How to use it::

    data = from_table(table, "cramps")        # lags 0 and 1, yes/no as 0/1, others / (2 SD), centred
    data = latent_data(y, columns, kind=...)  # the same from arrays
    fit = fit_latent(data)                    # effects, intervals, baseline, latent rate with band
    decisions = decide(fit, priors)           # P(> 0), P(< 0), P(= 0), lfsr per column
    decisions.claim(data.of_factor("coffee")) # lags of one factor (or a collinear group) as one claim
    checks = diagnose(fit, decisions)         # what must be held back, and why; held_back(checks, p) lists columns

Show the interval from ``fit.interval()``, decide by ``decisions.lfsr``. ``b > 0`` means more of the outcome.
Rows of every column are calendar nights of the table; ``labels[j]`` says factor, lag, scale (natural units per step)
and unit; ``left_out`` lists the columns that could not be used, with their reason.
On demand, :func:`check_laplace` weighs the approximation by sampling from it.
:func:`fit_joint` takes severity and duration in besides the number: an option, not the default (see there).
For experiments: :func:`treatment_effect` and :func:`effect_log_likelihood` (101 points, float32, prior divided out).
For proof: :func:`simulate_diary`. What cannot be fitted raises :class:`CannotFit` with a ``reason`` and a sentence.
No random numbers are used outside ``simulate`` and ``check_laplace``, and those are seeded: the same diary gives the same answer to the last digit.
"""

from quietlegs.core.inference.data import Column, LatentData, LeftOut, LeftOutBecause, from_table, latent_data
from quietlegs.core.inference.diagnostics import Diagnostic, Level, diagnose, diagnose_fit, held_back
from quietlegs.core.inference.effect import (
    GRID,
    TreatmentEffect,
    effect_log_likelihood,
    log_likelihood_on,
    treatment_effect,
)
from quietlegs.core.inference.families import Family, usual_family
from quietlegs.core.inference.fit import INTERVAL_MASS, Band, LatentFit, Settings, Span, fit_latent
from quietlegs.core.inference.joint import fit_joint
from quietlegs.core.inference.laplace_check import LaplaceCheck, check_laplace
from quietlegs.core.inference.refusals import CannotFit, Refusal
from quietlegs.core.inference.shrink import IMPORTANT, Claim, Decisions, EffectPrior, decide
from quietlegs.core.inference.simulate import (
    Logging,
    Mechanism,
    Noted,
    Scenario,
    SimulatedDiary,
    Truth,
    simulate_diary,
)

__all__ = [
    "GRID",
    "IMPORTANT",
    "INTERVAL_MASS",
    "Band",
    "CannotFit",
    "Claim",
    "Column",
    "Decisions",
    "Diagnostic",
    "EffectPrior",
    "Family",
    "LaplaceCheck",
    "LatentData",
    "LatentFit",
    "LeftOut",
    "LeftOutBecause",
    "Level",
    "Logging",
    "Mechanism",
    "Noted",
    "Refusal",
    "Scenario",
    "Settings",
    "SimulatedDiary",
    "Span",
    "TreatmentEffect",
    "Truth",
    "check_laplace",
    "decide",
    "diagnose",
    "diagnose_fit",
    "effect_log_likelihood",
    "fit_joint",
    "fit_latent",
    "from_table",
    "held_back",
    "latent_data",
    "log_likelihood_on",
    "simulate_diary",
    "treatment_effect",
    "usual_family",
]
