"""What a night, an episode, a factor and a diary are.

Yes, no and *not known* are three values everywhere. ``None`` is not known. ``0`` is known, and there was none.
A night without a record is unknown; it is never a quiet one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class FactorKind(StrEnum):
    """How a factor is measured."""

    YES_NO = "yesno"
    COUNT = "count"
    AMOUNT = "amount"
    SCALE = "scale"


class OutcomeKind(StrEnum):
    """How an outcome is measured, which decides the model that fits it."""

    COUNT = "count"
    YES_NO = "yesno"
    SCALE = "scale"
    AMOUNT = "amount"


@dataclass(frozen=True, slots=True)
class OutcomeField:
    """One outcome that Quietlegs knows: its bounds, and whether more is worse."""

    name: str
    kind: OutcomeKind
    low: float
    high: float
    unit: str | None = None
    more_is_worse: bool = True


# Next-morning scores are named by the night before them. Bounds are of the possible, not of the likely.
OUTCOMES: Mapping[str, OutcomeField] = {
    known.name: known
    for known in (
        OutcomeField("cramps", OutcomeKind.COUNT, 0, 100),
        OutcomeField("severity", OutcomeKind.SCALE, 0, 10),
        OutcomeField("cramp_minutes", OutcomeKind.AMOUNT, 0, 720, "min"),
        OutcomeField("woken", OutcomeKind.COUNT, 0, 100),
        OutcomeField("restless", OutcomeKind.SCALE, 0, 10),
        OutcomeField("sleep_hours", OutcomeKind.AMOUNT, 0, 24, "h", more_is_worse=False),
        OutcomeField("awakenings", OutcomeKind.COUNT, 0, 100),
        OutcomeField("sleep_quality", OutcomeKind.SCALE, 0, 10, more_is_worse=False),
        OutcomeField("pain", OutcomeKind.SCALE, 0, 10),
        OutcomeField("fatigue", OutcomeKind.SCALE, 0, 10),
        OutcomeField("fog", OutcomeKind.SCALE, 0, 10),
        OutcomeField("worry", OutcomeKind.SCALE, 0, 10),
    )
}


@dataclass(frozen=True, slots=True)
class Factor:
    """Anything of the day before or the night that might matter.

    ``unit`` is written as the person writes it ("ml", "h"); None for yes/no and scales.
    """

    name: str
    kind: FactorKind
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Night:
    """One night, named by the date of its evening.

    ``outcomes`` and ``factors`` hold only what is known: a name that is missing was not answered.
    Yes/no factors are 1.0 and 0.0.
    """

    evening: date
    outcomes: Mapping[str, float] = field(default_factory=dict)
    factors: Mapping[str, float] = field(default_factory=dict)
    note: str = ""

    @property
    def is_quiet(self) -> bool | None:
        """Whether the night is known to have had no cramp; None when that is not known."""
        cramps = self.outcomes.get("cramps")
        return None if cramps is None else cramps == 0


@dataclass(frozen=True, slots=True)
class Episode:
    """One cramp or bout of restlessness. Instants are UTC, with the offset of the wall clock beside them."""

    started_at: datetime
    utc_offset_minutes: int
    kind: str = "cramp"
    minutes: float | None = None
    severity: int | None = None
    muscle: str | None = None
    side: str | None = None
    relief: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Diary:
    """A person's nights in order of date, and the factors they ask about. No night stands twice."""

    nights: tuple[Night, ...] = ()
    factors: tuple[Factor, ...] = ()
