"""What an analysis gives back: numbers, and the reasons for them, apart from any sentence.

Sentences are made from these values by :mod:`quietlegs.core.triggers.telling`, with wording that is data.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from quietlegs.core.diary.night import FactorKind, OutcomeKind
from quietlegs.core.diary.table import FloatArray


class Verdict(StrEnum):
    """The word for a factor. Only the first two are findings."""

    RAISES = "raises"
    LOWERS = "lowers"
    NO_CLEAR_EFFECT = "no_clear_effect"
    NOT_ENOUGH_NIGHTS = "not_enough_nights"
    CANNOT_TELL_APART = "cannot_tell_apart"


class Strength(StrEnum):
    """How the verdict came about.

    CLEAR    lfsr under 0.05: "raises" or "lowers"
    POSSIBLE lfsr under 0.30: worth an experiment; the verdict stays "not_enough_nights"
    SMALL    if it changes anything, the change is small: "no_clear_effect"
    OPEN     the nights do not say
    """

    CLEAR = "clear"
    POSSIBLE = "possible"
    SMALL = "small"
    OPEN = "open"


class Reason(StrEnum):
    """Why a factor has no estimate, or one that is held back."""

    TOO_FEW_NIGHTS = "too_few_nights"  # the diary as a whole
    NEVER_LOGGED = "never_logged"
    NEVER_VARIES = "never_varies"
    TOO_FEW_WITH = "too_few_with"
    TOO_FEW_WITHOUT = "too_few_without"
    FOLLOWS_TIME = "follows_time"  # it rose or fell with the calendar
    MIRRORED = "mirrored"  # on and off in turn: this lag is the opposite of the day itself
    ALIKE = "alike"  # falls on the same nights as another factor
    SAME_AS_OUTCOME = "same_as_outcome"
    CONSEQUENCE = "consequence"  # comes after the night
    FOLLOWS_BAD_NIGHTS = "follows_bad_nights"  # its timing says that it answers a bad night
    SEALED = "sealed"  # in a running trial
    CHECK_FAILED = "check_failed"  # a diagnostic of the fit failed


@dataclass(frozen=True, slots=True)
class Group:
    """The nights on one side of a comparison.

    ``value`` is the share of nights with an event (0 to 1) for counts and yes/no, else the mean of the outcome;
    ``low`` and ``high`` are its interval. ``nights`` are logged nights, ``events`` those with an event; ``mean`` is the
    outcome a night.
    """

    nights: int
    events: int
    value: float
    low: float
    high: float
    mean: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Nights with and without a factor, as they were logged: no model, so a person can count them.

    ``over`` is the value above which a night counts as *with*; None for yes/no factors.
    """

    over: float | None
    with_it: Group
    without: Group

    @property
    def every_night(self) -> bool:
        """True where every night on both sides had an event: then shares say nothing, and means do."""
        return all(0 < side.nights == side.events for side in (self.with_it, self.without))


@dataclass(frozen=True, slots=True)
class Estimate:
    """The effect of one unit of a factor.

    For counts and yes/no, ``effect`` is on the log scale (log rate ratio, log odds ratio); for scores and amounts
    it is a difference in the outcome's unit. ``low`` and ``high`` hold ``mass`` of the posterior.
    ``step`` is a natural amount of the factor ("500 ml"), for sentences and pictures; ``swing`` is its full swing, from
    low to high (2 SD). Both are 1 for yes/no.
    ``least`` is the least change that matters: 1.25 times (or 0.22 SD) for the factor's full swing, none to yes or
    2 SD, given per unit; ``small_chance`` is the chance of less. ``data_sd`` is the spread from the nights alone.
    """

    effect: float
    sd: float
    low: float
    high: float
    lfsr: float
    least: float
    small_chance: float
    data_sd: float
    step: float
    swing: float


@dataclass(frozen=True, slots=True)
class MoreNights:
    """How many more calendar nights would settle it, with the range of such forecasts."""

    nights: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Known:
    """What studies found about a factor, as it was used: a prior for the decision. Intervals never use it.

    ``log_ratio`` and ``sd``: natural log of (with / without), or of (full swing / none of it) for an amount, with the
    widened SD. ``inclusion``: the chance that it matters before the diary speaks; None for the usual one.
    """

    evidence: str
    title: str
    certainty: str
    log_ratio: float
    sd: float
    inclusion: float | None


@dataclass(frozen=True, slots=True)
class WithoutKnown:
    """What the answer would be if no study had been used."""

    lfsr: float
    verdict: Verdict
    strength: Strength


@dataclass(frozen=True, slots=True)
class Finding:
    """What the nights say about one factor at one lag.

    ``nights_with`` and ``nights_without`` count logged nights on which the factor is known; for amounts, *with* is
    any amount over the comparison's cut. ``estimate`` is None where nothing may be said (``reason`` says why).
    ``may_try``: it is a habit that a person may try for themselves. ``is_medicine``: it, or what it is confounded
    with, may be a medicine. ``known``: the study that its decision used. ``without_known``: the answer without any
    study, wherever one was used for this factor or another.
    """

    factor: str
    lag: int
    kind: FactorKind
    unit: str | None
    nights_with: int
    nights_without: int
    verdict: Verdict
    strength: Strength
    reason: Reason | None = None
    estimate: Estimate | None = None
    comparison: Comparison | None = None
    more_nights: MoreNights | None = None
    confounded_with: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    may_try: bool = False
    is_medicine: bool = False
    known: Known | None = None
    without_known: WithoutKnown | None = None


class Level(StrEnum):
    """How much a remark on the nights matters."""

    GOOD = "good"
    NOTICE = "notice"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Health:
    """One remark on how good the nights are as evidence. ``values`` fill its sentence."""

    id: str
    level: Level
    values: Mapping[str, str | int | float | tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Baseline:
    """The outcome per logged night: a mean with its interval (events per night, share, or mean score)."""

    per_night: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Nights:
    """The nights an analysis rests on."""

    first: date
    last: date
    span: int
    logged: int
    with_event: int


@dataclass(frozen=True, slots=True, eq=False)
class RateOverTime:
    """The level behind the nights, a week's mean around each calendar night, with its interval. Shapes (span,)."""

    level: FloatArray
    low: FloatArray
    high: FloatArray


@dataclass(frozen=True, slots=True)
class ModelCard:
    """Which model gave the numbers, and with what settings, so that they can be had again."""

    name: str
    version: str
    settings: Mapping[str, object]


@dataclass(frozen=True, slots=True, eq=False)
class Findings:
    """Everything an analysis says about a diary.

    ``findings`` holds every factor exactly once per lag analysed, in the diary's order. ``expected_wrong`` is the
    expected number of wrong entries among those with lfsr under the *possible* threshold: the sum of their lfsr.
    ``gate`` says why no estimate is shown at all, or None.
    """

    outcome: str
    outcome_kind: OutcomeKind
    nights: Nights
    baseline: Baseline | None
    findings: tuple[Finding, ...]
    health: tuple[Health, ...]
    expected_wrong: float
    model: ModelCard
    gate: Health | None = None
    over_time: RateOverTime | None = None

    @property
    def listed(self) -> tuple[Finding, ...]:
        """The findings that are clear or possible, surest first."""
        shown = [f for f in self.findings if f.strength in (Strength.CLEAR, Strength.POSSIBLE)]
        return tuple(sorted(shown, key=lambda f: f.estimate.lfsr if f.estimate else 1.0))
