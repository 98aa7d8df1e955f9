"""The analysis of one experiment: is there an effect, how large, how sure, and what could have spoilt it.

The decision rests on the coin: a randomisation test, spent over planned looks where there were any. The size rests on
the model. Logging is compared between the arms first, for a remedy that only makes people log less would look good.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from quietlegs.core.diary.night import OutcomeKind
from quietlegs.core.experiments.effect import INTERVAL_MASS, USUAL_HALF_LIFE_NIGHTS, Effect, Span, estimate
from quietlegs.core.experiments.monitoring import ALPHA, Look, Wealth, planned_looks, wealth
from quietlegs.core.experiments.nights import Randomised, TrialNights
from quietlegs.core.experiments.randomisation import RandomisationTest, randomisation_test
from quietlegs.core.experiments.sequences import SequenceSpace, SpaceKind, sequence_space
from quietlegs.core.inference import CannotFit

SURE_IT_IS_SMALL = (
    0.97  # with 0.95, a change of just 1 point of 10 was called too small in up to 7 of 100 trials (docs)
)
SURE_WITHOUT_LOTS = 0.995  # an order not drawn by lot gets no benefit of any doubt
FEWEST_SWITCHES = 11  # 12 runs take turns often enough that a season cannot pass for a remedy
LOGGING_GAP = 0.15
LOGGING_ALPHA = 0.05
LOW_ADHERENCE = 0.7
FEWEST_PAIRS = 6
FEWEST_EVENTS = 5
PRIOR_OF_ANYTIME_SD = 0.5


class Verdict(StrEnum):
    """The four answers."""

    HELPS = "helps"
    HARMS = "harms"
    NO_USEFUL_DIFFERENCE = "no_useful_difference"
    CANNOT_SAY_YET = "cannot_say_yet"


class Monitoring(StrEnum):
    """When the result is looked at."""

    ONCE = "once"  # at the end
    PLANNED_LOOKS = "planned_looks"
    OPEN_END = "open_end"


@dataclass(frozen=True, slots=True)
class Caution:
    """Something to know about a result: an id of the wording data, its level, and the numbers it names."""

    id: str
    level: str = "warning"
    numbers: tuple[tuple[str, str], ...] = ()


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
    """What the nights did by themselves: mean outcome in the first and the second half, and in first and second blocks."""

    first_half: float
    second_half: float
    first_blocks: float | None
    second_blocks: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Analysis:
    """The whole result. ``effect`` is None when the nights cannot carry a model; ``because`` then says why."""

    nights: TrialNights
    used: int
    dropped_washout: int
    dropped_missing: int
    space: SequenceSpace | None
    randomised: Randomised
    randomisation: RandomisationTest | None
    monitoring: Monitoring
    planned_pairs: int | None
    looks: tuple[Look, ...]
    anytime: Wealth
    anytime_value: Span | None
    effect: Effect | None
    because: str
    logging: Logging
    sensitivities: tuple[Sensitivity, ...]
    periods: Periods
    verdict: Verdict
    cautions: tuple[Caution, ...]
    mass: float = INTERVAL_MASS


def analyse(
    nights: TrialNights,
    *,
    space_kind: SpaceKind | None = None,
    randomised: Randomised = Randomised.UNKNOWN,
    monitoring: Monitoring = Monitoring.ONCE,
    planned_pairs: int | None = None,
    important: float | None = None,
    seed: int = 0,
) -> Analysis:
    """Analyse an experiment.

    Args:
        nights: what came back.
        space_kind: how the order was drawn, where the order does not say it.
        randomised: whether it was drawn by lot. Unknown orders that take strict turns are treated as not drawn.
        monitoring: when the result is looked at.
        planned_pairs: pairs fixed before the start, for planned looks.
        important: the smallest change worth an effort (ratio above 1, or difference).
        seed: of drawn sequences, where they are too many to count.
    """
    space = sequence_space(nights, space_kind)
    strata = space.strata
    by_lot = _is_by_lot(space, randomised)
    test = randomisation_test(space, seed=seed) if by_lot else None
    looks: tuple[Look, ...] = ()
    bet = Wealth(1.0, 1.0, 1.0, False, True)
    if by_lot and strata.are_pairs:
        bet = wealth(strata.difference, strata.sign, nights.kind, lower_is_better=nights.lower_is_better)
        if monitoring is Monitoring.PLANNED_LOOKS:
            pairs = planned_pairs or len(strata.difference)
            looks = tuple(planned_looks(strata.difference, strata.sign, pairs, seed=seed))
    effect, because = _try(lambda: estimate(nights, important=important))
    log = _logging(nights, space_kind, by_lot, seed)
    verdict = _verdict(
        nights, effect, log, _is_clear(monitoring, test, looks, bet), strata.statistic, by_lot=by_lot
    )
    return Analysis(
        nights=nights,
        used=int(nights.counted.sum()),
        dropped_washout=int(nights.is_washout.sum()),
        dropped_missing=int((np.isnan(nights.outcome) & ~nights.is_washout).sum()),
        space=space,
        randomised=_told(randomised, by_lot=by_lot),
        randomisation=test,
        monitoring=monitoring,
        planned_pairs=planned_pairs,
        looks=looks,
        anytime=bet,
        anytime_value=anytime_span(effect) if effect else None,
        effect=effect,
        because=because,
        logging=log,
        sensitivities=_sensitivities(nights),
        periods=_periods(nights),
        verdict=verdict,
        cautions=(
            *_cautions(nights, space, effect, log, test, by_lot=by_lot),
            *_beyond_the_plan(len(strata.strata), planned_pairs),
        ),
    )


def _is_by_lot(space: SequenceSpace, randomised: Randomised) -> bool:
    """Return whether the order counts as drawn by lot: as said, or else where it does not look like taking turns."""
    if randomised is Randomised.UNKNOWN:
        return not space.looks_alternating and len(space.strata.strata) > 0
    return randomised is Randomised.YES


def _told(randomised: Randomised, *, by_lot: bool) -> Randomised:
    if randomised is Randomised.YES:
        return Randomised.YES
    return Randomised.UNKNOWN if by_lot else Randomised.NO


def _try(make: Callable[[], Effect]) -> tuple[Effect | None, str]:
    try:
        return make(), ""
    except CannotFit as refusal:
        return None, str(refusal)


def _is_clear(
    monitoring: Monitoring, test: RandomisationTest | None, looks: tuple[Look, ...], bet: Wealth
) -> bool:
    if monitoring is Monitoring.OPEN_END:
        return bet.may_stop
    if monitoring is Monitoring.PLANNED_LOOKS:
        return bool(looks) and looks[-1].is_clear
    return test is not None and test.p <= ALPHA


def _verdict(
    nights: TrialNights,
    effect: Effect | None,
    log: Logging,
    is_clear: bool,
    statistic: float,
    *,
    by_lot: bool,
) -> Verdict:
    if effect is None or log.differs:
        return Verdict.CANNOT_SAY_YET
    if effect.probability_small > SURE_IT_IS_SMALL:
        return Verdict.NO_USEFUL_DIFFERENCE
    model_helps = effect.probability_helps > 0.5
    if not by_lot:
        sure = max(effect.probability_helps, 1 - effect.probability_helps) >= SURE_WITHOUT_LOTS
        switches = int(np.sum(np.diff(nights.treated.astype(int)) != 0))
        if not sure or switches < FEWEST_SWITCHES:
            return Verdict.CANNOT_SAY_YET
        return Verdict.HELPS if model_helps else Verdict.HARMS
    coin_helps = (statistic < 0) == nights.lower_is_better
    if not is_clear or coin_helps != model_helps:
        return Verdict.CANNOT_SAY_YET
    return Verdict.HELPS if coin_helps else Verdict.HARMS


def anytime_span(effect: Effect, mass: float = INTERVAL_MASS) -> Span:
    """Return an interval that holds at all looks together with probability ``mass``, however often one looks.

    The normal-mixture confidence sequence on the model's estimate with its prior divided out (Robbins 1970,
    doi 10.1214/aoms/1177696786; asymptotic use: Waudby-Smith et al. 2024, doi 10.1214/24-AOS2408).
    """
    mean, sd = effect.data_only
    information, mixing = sd**-2.0, (PRIOR_OF_ANYTIME_SD if effect.is_ratio else sd) ** -2.0
    total = information + mixing
    reach = np.sqrt(total * (np.log(total / mixing) - 2 * np.log(1 - mass))) / information
    return Span(*(effect.to_value(float(v)) for v in (mean, mean - reach, mean + reach)))


def _logging(nights: TrialNights, space_kind: SpaceKind | None, by_lot: bool, seed: int) -> Logging:
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


def _sensitivities(nights: TrialNights) -> tuple[Sensitivity, ...]:
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
        effect, _ = _try(make)
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


def _periods(nights: TrialNights) -> Periods:
    counted = np.flatnonzero(nights.counted)
    values = nights.outcome[counted]
    half = len(values) // 2
    second_block = (nights.block[counted] % 2) == 0
    even, odd = values[second_block], values[~second_block]
    return Periods(
        float(values[:half].mean()) if half else float(values.mean()),
        float(values[half:].mean()),
        float(odd.mean()) if len(odd) and len(even) else None,
        float(even.mean()) if len(odd) and len(even) else None,
    )


def _beyond_the_plan(pairs: int, planned: int | None) -> tuple[Caution, ...]:
    """Return a caution when more pairs were lived than planned: the looks count only those that were."""
    if planned is None or pairs <= planned:
        return ()
    return (Caution("beyond_plan", "warning", (("pairs", str(pairs)), ("planned", str(planned)))),)


def _cautions(
    nights: TrialNights,
    space: SequenceSpace,
    effect: Effect | None,
    log: Logging,
    test: RandomisationTest | None,
    *,
    by_lot: bool,
) -> tuple[Caution, ...]:
    found: list[Caution] = []

    def warn(id: str, level: str = "warning", **numbers: object) -> None:
        found.append(Caution(id, level, tuple((name, str(value)) for name, value in numbers.items())))

    strata = len(space.strata.strata)
    if not by_lot:
        warn("not_randomised" if strata else "no_pairs")
    elif test is not None and space.strata.are_pairs and strata < FEWEST_PAIRS:
        warn("few_pairs", pairs=strata, least=FEWEST_PAIRS)
    if log.differs:
        warn(
            "logging_differs",
            treatment=f"{log.treatment.logged} of {log.treatment.planned}",
            reference=f"{log.reference.logged} of {log.reference.planned}",
        )
    for arm, name in ((log.treatment, nights.treatment), (log.reference, nights.reference)):
        if arm.asked and arm.done / arm.asked < LOW_ADHERENCE:
            warn("low_adherence", condition=name, done=arm.done, asked=arm.asked)
    if effect is None:
        warn("no_model")
    elif nights.kind in (OutcomeKind.COUNT, OutcomeKind.YES_NO):
        events = int((nights.outcome[nights.counted] > 0).sum())
        if events < FEWEST_EVENTS:
            warn("few_events", events=events)
    gaps = int(np.sum(np.diff(nights.evenings) > 1))
    if gaps:
        warn("gaps", "info", gaps=gaps)
    return tuple(found)
