"""The analysis of one experiment: is there an effect, how large, how sure, and what could have spoilt it.

The decision rests on the coin: a randomisation test, spent over planned looks where there were any. The size rests on
the model. Logging is compared between the arms first, for a remedy that only makes people log less would look good.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from quietlegs.core.diary.night import OutcomeKind
from quietlegs.core.experiments.effect import INTERVAL_MASS, Effect, Span, estimate
from quietlegs.core.experiments.monitoring import ALPHA, Look, Wealth, planned_looks, wealth
from quietlegs.core.experiments.nights import Randomised, TrialNights
from quietlegs.core.experiments.randomisation import RandomisationTest, randomisation_test
from quietlegs.core.experiments.sequences import SequenceSpace, SpaceKind, sequence_space
from quietlegs.core.experiments.soundness import (
    Logging,
    Periods,
    Sensitivity,
    logging_of,
    periods_of,
    sensitivities_of,
    try_to_fit,
)

SURE_IT_IS_SMALL = (
    0.97  # with 0.95, a change of just 1 point of 10 was called too small in up to 7 of 100 trials (docs)
)
SURE_WITHOUT_LOTS = 0.995  # an order not drawn by lot gets no benefit of any doubt
FEWEST_SWITCHES = 11  # 12 runs take turns often enough that a season cannot pass for a remedy
LOW_ADHERENCE = 0.7
FEWEST_PAIRS = 6
FEWEST_EVENTS = 5
PRIOR_OF_ANYTIME_SD = 0.5
NO_BET = Wealth(1.0, 1.0, 1.0, False, True)


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
    coin = _judged_by_coin(nights, space_kind, randomised, monitoring, planned_pairs, seed)
    effect, because = try_to_fit(lambda: estimate(nights, important=important))
    log = logging_of(nights, space_kind, by_lot=coin.by_lot, seed=seed)
    return Analysis(
        nights=nights,
        used=int(nights.counted.sum()),
        dropped_washout=int(nights.is_washout.sum()),
        dropped_missing=int((np.isnan(nights.outcome) & ~nights.is_washout).sum()),
        space=coin.space,
        randomised=_told(randomised, by_lot=coin.by_lot),
        randomisation=coin.test,
        monitoring=monitoring,
        planned_pairs=planned_pairs,
        looks=coin.looks,
        anytime=coin.bet,
        anytime_value=anytime_span(effect) if effect else None,
        effect=effect,
        because=because,
        logging=log,
        sensitivities=sensitivities_of(nights),
        periods=periods_of(nights),
        verdict=_verdict(nights, effect, log, coin, coin.is_clear(monitoring)),
        cautions=(
            *_cautions(nights, coin, effect, log),
            *_beyond_the_plan(len(coin.space.strata.strata), planned_pairs),
        ),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Coin:
    """What can be said from the draw alone: ``test`` is None and ``looks`` are empty where the order was not drawn by lot."""

    space: SequenceSpace
    by_lot: bool
    test: RandomisationTest | None
    looks: tuple[Look, ...]
    bet: Wealth

    def is_clear(self, monitoring: Monitoring) -> bool:
        """Whether the arms differ more than the error allows, by the rule that was chosen."""
        if monitoring is Monitoring.OPEN_END:
            return self.bet.may_stop
        if monitoring is Monitoring.PLANNED_LOOKS:
            return bool(self.looks) and self.looks[-1].is_clear
        return self.test is not None and self.test.p <= ALPHA


def _judged_by_coin(
    nights: TrialNights,
    space_kind: SpaceKind | None,
    randomised: Randomised,
    monitoring: Monitoring,
    planned_pairs: int | None,
    seed: int,
) -> _Coin:
    space = sequence_space(nights, space_kind)
    strata = space.strata
    by_lot = _is_by_lot(space, randomised)
    test = randomisation_test(space, seed=seed) if by_lot else None
    looks: tuple[Look, ...] = ()
    bet = NO_BET
    if by_lot and strata.are_pairs:
        bet = wealth(strata.difference, strata.sign, nights.kind, lower_is_better=nights.lower_is_better)
        if monitoring is Monitoring.PLANNED_LOOKS:
            pairs = planned_pairs or len(strata.difference)
            looks = tuple(planned_looks(strata.difference, strata.sign, pairs, seed=seed))
    return _Coin(space, by_lot, test, looks, bet)


def _is_by_lot(space: SequenceSpace, randomised: Randomised) -> bool:
    """Return whether the order counts as drawn by lot: as said, or else where it does not look like taking turns."""
    if randomised is Randomised.UNKNOWN:
        return not space.looks_alternating and len(space.strata.strata) > 0
    return randomised is Randomised.YES


def _told(randomised: Randomised, *, by_lot: bool) -> Randomised:
    if randomised is Randomised.YES:
        return Randomised.YES
    return Randomised.UNKNOWN if by_lot else Randomised.NO


def _verdict(
    nights: TrialNights,
    effect: Effect | None,
    log: Logging,
    coin: _Coin,
    is_clear: bool,
) -> Verdict:
    if effect is None or log.differs:
        return Verdict.CANNOT_SAY_YET
    if effect.probability_small > SURE_IT_IS_SMALL:
        return Verdict.NO_USEFUL_DIFFERENCE
    model_helps = effect.probability_helps > 0.5
    if not coin.by_lot:
        sure = max(effect.probability_helps, 1 - effect.probability_helps) >= SURE_WITHOUT_LOTS
        switches = int(np.sum(np.diff(nights.treated.astype(int)) != 0))
        if not sure or switches < FEWEST_SWITCHES:
            return Verdict.CANNOT_SAY_YET
        return Verdict.HELPS if model_helps else Verdict.HARMS
    coin_helps = (coin.space.strata.statistic < 0) == nights.lower_is_better
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


def _beyond_the_plan(pairs: int, planned: int | None) -> tuple[Caution, ...]:
    """Return a caution when more pairs were lived than planned: the looks count only those that were."""
    if planned is None or pairs <= planned:
        return ()
    return (Caution("beyond_plan", "warning", (("pairs", str(pairs)), ("planned", str(planned)))),)


def _cautions(
    nights: TrialNights,
    coin: _Coin,
    effect: Effect | None,
    log: Logging,
) -> tuple[Caution, ...]:
    found: list[Caution] = []

    def warn(id: str, level: str = "warning", **numbers: object) -> None:
        found.append(Caution(id, level, tuple((name, str(value)) for name, value in numbers.items())))

    strata = len(coin.space.strata.strata)
    if not coin.by_lot:
        warn("not_randomised" if strata else "no_pairs")
    elif coin.test is not None and coin.space.strata.are_pairs and strata < FEWEST_PAIRS:
        warn("few_pairs", pairs=strata, least=FEWEST_PAIRS)
    if log.differs:
        warn(
            "logging_differs",
            treatment_logged=log.treatment.logged,
            treatment_planned=log.treatment.planned,
            reference_logged=log.reference.logged,
            reference_planned=log.reference.planned,
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
