"""The level of each night as it was fitted, and what a remedy makes of it: from the engine's scale to the outcome's own."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from quietlegs.core.experiments.nights import Floats
from quietlegs.core.inference import Family, TreatmentEffect
from quietlegs.core.inference.design import Prepared

NODES, SHARES = np.array([-1.7320508, 0.0, 1.7320508]), np.array([1 / 6, 2 / 3, 1 / 6])  # Gauss-Hermite


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """The other remedy of a factorial of two: on or off each night, shape (nights,), its effect, and what both add together.

    The means are those that centred the columns.
    """

    on: Floats
    effect: float
    together: float
    mean_on: float
    mean_product: float

    def eta(self, treated: float, on: Floats | float, together: float) -> Floats | float:
        """Return what the other remedy and both together add on the engine's scale."""
        product = (treated - 0.5) * (on - 0.5)
        return (on - self.mean_on) * self.effect + (product - self.mean_product) * together


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """The fitted level of each night without any remedy, shape (nights,), and what an effect makes of it."""

    family: Family
    prepared: Prepared
    centre: float
    effect: float
    eta: Floats
    variance: Floats
    cuts: Floats
    size: float
    beside: Beside | None

    @classmethod
    def of(cls, fitted: TreatmentEffect) -> "Levels":
        """Return the levels of a fit; its first column is the remedy, 0/1 and centred."""
        fit = fitted.fit
        family = fit.data.family
        columns = np.nan_to_num(fit.data.columns)
        return cls(
            family=family,
            prepared=fit.prepared,
            centre=-float(np.nanmin(fit.data.columns[:, 0])),
            effect=fitted.effect.mean,
            eta=fit.eta - columns @ fit.mean / fit.prepared.stretch,
            variance=fit.eta_variance,
            cuts=_cuts(fitted) if family is Family.CUMULATIVE_LOGIT else np.empty(0),
            size=fit.hyper["dispersion"].mean if "dispersion" in fit.hyper else 1.0,
            beside=_beside(fitted),
        )

    def _at(
        self, effect: float, treated: float, on: float | None = None, together: float | None = None
    ) -> Floats:
        """Return the engine's level of each night, treated (1) or not (0), the other remedy as it was or as ``on`` says."""
        added: Floats | float = (treated - self.centre) * effect
        if self.beside is not None:
            state = self.beside.on if on is None else on
            added = added + self.beside.eta(
                treated, state, self.beside.together if together is None else together
            )
        return np.asarray(self.eta + added / self.prepared.stretch)

    def per_night(self, effect: float, treated: float) -> float:
        """Return the expected outcome of a night at this effect, treated (1) or not (0)."""
        return self._expected(self._at(effect, treated))

    def _expected(self, eta: Floats) -> float:
        if self.family.is_count:
            return float(np.exp(eta + self.variance / 2).mean())
        shrunk = np.sqrt(1.0 + np.pi * self.variance / 8.0)
        if self.family is Family.LOGISTIC:
            return float(expit(eta / shrunk).mean())
        if self.family is Family.CUMULATIVE_LOGIT:
            above = expit((eta[:, None] - self.cuts) / shrunk[:, None])
            return float((self.prepared.levels[0] + above @ np.diff(self.prepared.levels)).mean())
        return float((self.prepared.shift + self.prepared.stretch * eta).mean())

    def share(self, effect: float, treated: float) -> float | None:
        """Return the expected share of nights with an event: a count above 0, a yes, a scale above its lowest."""
        eta = self._at(effect, treated)
        if self.family.is_count:
            # three points stand for the normal spread of each night's level
            nodes = eta[:, None] + np.sqrt(self.variance)[:, None] * NODES
            quiet = (self.size / (self.size + np.exp(nodes))) ** self.size
            return float((1.0 - quiet @ SHARES).mean())
        if self.family is Family.LOGISTIC:
            return self._expected(eta)
        if self.family is Family.CUMULATIVE_LOGIT:
            shrunk = np.sqrt(1.0 + np.pi * self.variance / 8.0)
            return float(expit((eta - self.cuts[0]) / shrunk).mean())
        return None

    def difference(self, effect: float) -> float:
        """Return treated less untreated, in the outcome's unit."""
        return self.per_night(effect, 1.0) - self.per_night(effect, 0.0)

    def beyond(self, together: float) -> float:
        """Return what both remedies bring in the outcome's unit beyond the sum of each by itself, at this value of ``together``."""

        def gain(on: float) -> float:
            with_, without = (
                self._expected(self._at(self.effect, treated, on, together)) for treated in (1.0, 0.0)
            )
            return with_ - without

        return gain(1.0) - gain(0.0)


def _beside(fitted: TreatmentEffect) -> Beside | None:
    """Return the other remedy of a fit of two, read back from its centred columns."""
    columns, effects = fitted.fit.data.columns, fitted.fit.mean
    if columns.shape[1] == 1:
        return None
    centre, mean_on = (-float(np.nanmin(columns[:, column])) for column in (0, 1))
    on = np.nan_to_num(columns[:, 1]) + mean_on
    product = (columns[:, 0] + centre - 0.5) * (columns[:, 1] + mean_on - 0.5)
    return Beside(
        on, float(effects[1]), float(effects[2]), mean_on, float(np.nanmean(product - columns[:, 2]))
    )


def _cuts(fitted: TreatmentEffect) -> Floats:
    """Return the posterior mean of the cuts between the levels of a scale."""
    lattice, prepared = fitted.fit.lattice, fitted.fit.prepared
    weight = lattice.weight / lattice.weight.sum()
    return np.asarray(weight @ lattice.b[:, prepared.nuisance + len(fitted.fit.data.labels) :])
