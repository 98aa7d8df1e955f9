"""What could have spoilt a result: logging that goes with the condition, other readings of the effect, what the nights did alone."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from quietlegs.core.diary.night import OutcomeKind
from quietlegs.core.experiments.effect import USUAL_HALF_LIFE_NIGHTS, Effect, Span, estimate
from quietlegs.core.experiments.nights import TrialNights
from quietlegs.core.experiments.randomisation import randomisation_test
from quietlegs.core.experiments.sequences import SpaceKind, sequence_space
from quietlegs.core.inference import CannotFit

LOGGING_GAP = 0.15
LOGGING_ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class ArmLogging:
    """Nights planned, logged and done as planned under one condition; ``done`` and ``asked`` count known answers."""

    planned: int
    logged: int
    done: int
    asked: int

    @property
    def share_logged(self) -> float:
        """Share of planned nights that are logged."""
        return self.logged / self.planned if self.planned else 0.0


@dataclass(frozen=True, slots=True)
class Logging:
    """Logging in the two arms, and the randomisation p-value of their difference (None without a lot)."""

    treatment: ArmLogging
    reference: ArmLogging
    p: float | None

    @property
    def differs(self) -> bool:
        """Whether logging goes with the condition, so that the result cannot be trusted."""
        gap = abs(self.treatment.share_logged - self.reference.share_logged)
        return gap >= LOGGING_GAP and self.p is not None and self.p <= LOGGING_ALPHA


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """The effect under another reading: ``id`` is as_done, carry_over or drop_more."""

    id: str
    value: Span
    probability_helps: float


@dataclass(frozen=True, slots=True)
class Periods:
    """What the nights did by themselves: mean outcome in the first and the second half."""

    first_half: float
    second_half: float


def try_to_fit(make: Callable[[], Effect]) -> tuple[Effect | None, str]:
    """Return an effect, or None and why the nights cannot carry it."""
    try:
        return make(), ""
    except CannotFit as refusal:
        return None, str(refusal)


def logging_of(nights: TrialNights, space_kind: SpaceKind | None, *, by_lot: bool, seed: int) -> Logging:
    """Return how the arms were logged and kept, with the randomisation test of logging where the order was drawn by lot."""
    logged = ~np.isnan(nights.outcome)

    def arm(mask: np.ndarray) -> ArmLogging:
        known = mask & ~np.isnan(nights.adhered)
        return ArmLogging(
            int(mask.sum()),
            int((mask & logged).sum()),
            int((nights.adhered[known] == 1).sum()),
            int(known.sum()),
        )

    p = None
    if by_lot and not logged.all():
        as_outcome = nights.with_outcome(logged.astype(float), OutcomeKind.YES_NO)
        test = randomisation_test(
            sequence_space(as_outcome.with_washout(np.zeros(len(nights), dtype=np.bool_)), space_kind),
            seed=seed,
        )
        p = test.p if test else None
    return Logging(arm(nights.treated), arm(~nights.treated), p)


def sensitivities_of(nights: TrialNights) -> tuple[Sensitivity, ...]:
    """Return the effect under every other reading that these nights allow."""
    readings: list[tuple[str, Callable[[], Effect]]] = []
    if (nights.adhered == 0).any():
        readings.append(("as_done", lambda: estimate(nights, as_done=True)))
    half_life = _half_life(nights)
    if half_life:
        readings.append(("carry_over", lambda: estimate(nights, half_life_nights=half_life)))
    more = _drop_one_more(nights)
    if more is not None:
        readings.append(("drop_more", lambda: estimate(more)))
    found = []
    for name, make in readings:
        effect, _ = try_to_fit(make)
        if effect is not None:
            found.append(Sensitivity(name, effect.value, effect.probability_helps))
    return tuple(found)


def _half_life(nights: TrialNights) -> float:
    """Return the half-life to try: 1.5 nights for long blocks, 0.5 for nightly pairs; 0 when nothing could tell.

    Conditions that strictly take turns night by night have almost the same exposure every night: no answer is there.
    """
    runs = np.flatnonzero(np.diff(nights.treated.astype(int)) != 0)
    lengths = np.diff(np.concatenate(([-1], runs, [len(nights) - 1])))
    if lengths.max() == 1:
        return 0.0
    return USUAL_HALF_LIFE_NIGHTS if np.median(lengths) >= 3 else 0.5


def _drop_one_more(nights: TrialNights) -> TrialNights | None:
    """Return the experiment with one more night of each block dropped; None for blocks of 1 or 2 nights."""
    starts = np.concatenate(
        ([True], (np.diff(nights.treated.astype(int)) != 0) | (np.diff(nights.block) != 0))
    )
    first = nights.evenings[np.flatnonzero(starts)][np.cumsum(starts) - 1]
    position = nights.evenings - first
    length = int(position.max()) + 1
    if length < 3:
        return None
    lived = position[nights.is_washout]
    drop = (int(lived.max()) + 1 if len(lived) else 0) + 1
    washout = nights.is_washout | (position < drop)
    still = ~washout & ~np.isnan(nights.outcome)
    both = (still & nights.treated).any() and (still & ~nights.treated).any()
    return nights.with_washout(washout) if both else None


def periods_of(nights: TrialNights) -> Periods:
    """Return the means of the first and the second half of the counted nights."""
    counted = np.flatnonzero(nights.counted)
    values = nights.outcome[counted]
    half = len(values) // 2
    return Periods(float(values[: half or None].mean()), float(values[half:].mean()))
