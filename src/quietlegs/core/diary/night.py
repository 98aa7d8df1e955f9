"""What a night, an episode, a factor and a diary are.

Yes, no and *not known* are three values everywhere. ``None`` is not known. ``0`` is known, and there was none.
A night without a record is unknown; it is never a quiet one.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from itertools import pairwise

from quietlegs.core.base.errors import Problem, QuietlegsError
from quietlegs.core.base.messages import message
from quietlegs.core.base.nights import DEFAULT_CUTOFF_HOUR, MAX_OFFSET_MINUTES, night_of, wall_clock

MAX_NAME_CHARACTERS = 80
MAX_UNIT_CHARACTERS = 20
MAX_EPISODE_MINUTES = 12 * 60  # a whole night
MAX_KICKS = 10_000  # one a few seconds, the whole night
MAX_CRAMPS_HEARD = 100  # as many as a night may have
MAX_TIMES_AWAKE = 50
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
MAX_NOTE_CHARACTERS = 20_000  # ten pages about one night
MAX_AMOUNT = 1e9  # beyond any dose, distance or step count; keeps sums of squares finite
FIRST_EVENING = date(1900, 1, 1)  # a diary is of a living person
LAST_EVENING = date(2199, 12, 31)


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

    def __post_init__(self) -> None:
        """Refuse names and units that no file could carry."""
        check_name(self.name)
        if self.unit is not None:
            check_unit(self.unit)


@dataclass(frozen=True, slots=True)
class Episode:
    """One cramp or bout of restlessness. Instants are UTC, with the offset of the wall clock beside them.

    ``minutes`` is how long it lasted, 0 or more; ``severity`` is 0 to 10; ``side`` is "left", "right" or "both".
    """

    started_at: datetime
    utc_offset_minutes: int
    kind: str = "cramp"
    minutes: float | None = None
    severity: int | None = None
    muscle: str | None = None
    side: str | None = None
    relief: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an instant that is not UTC, and values that cannot be."""
        if self.started_at.tzinfo is None or self.started_at.utcoffset() != UTC.utcoffset(None):
            raise QuietlegsError(
                message(
                    "An episode starts at {started_at}. Give the instant in UTC.", started_at=self.started_at
                )
            )
        # A year within the evenings' bounds, so that every time zone's evening is within them too.
        if not FIRST_EVENING.year < self.started_at.year <= LAST_EVENING.year:
            raise QuietlegsError(
                message("An episode starts in the year {year}. Check the year.", year=self.started_at.year)
            )
        if abs(self.utc_offset_minutes) > MAX_OFFSET_MINUTES:
            raise QuietlegsError(
                message(
                    "An episode's clock is {utc_offset_minutes} minutes from UTC. Give at most 18 hours.",
                    utc_offset_minutes=self.utc_offset_minutes,
                )
            )
        if self.minutes is not None and not 0 <= self.minutes <= MAX_EPISODE_MINUTES:
            raise QuietlegsError(
                message(
                    "An episode lasts {minutes} minutes. Give 0 to {most}.",
                    minutes=self.minutes,
                    most=MAX_EPISODE_MINUTES,
                )
            )
        if self.severity is not None and not 0 <= self.severity <= 10:
            raise QuietlegsError(
                message("An episode's severity is {severity}. Give 0 to 10.", severity=self.severity)
            )

    @property
    def local(self) -> datetime:
        """What the person's clock showed when it began."""
        return wall_clock(self.started_at, self.utc_offset_minutes)

    def evening(self, cutoff_hour: int = DEFAULT_CUTOFF_HOUR) -> date:
        """Return the date that names the night it belongs to."""
        return night_of(self.local, cutoff_hour)


@dataclass(frozen=True, slots=True)
class Observation:
    """What a second person saw or heard of a night. It stands beside the person's own answers and never replaces them.

    ``kicks`` and ``cramps_heard`` are counts; None was not said. ``woke_at`` are times of the clock on the wall ("02:30").
    """

    observer: str
    kicks: int | None = None
    cramps_heard: int | None = None
    woke_at: tuple[str, ...] = ()
    note: str = ""

    def __post_init__(self) -> None:
        """Refuse what cannot be, and what no file could carry."""
        check_name(self.observer)
        check_note(self.note)
        if self.kicks is not None and not 0 <= self.kicks <= MAX_KICKS:
            raise QuietlegsError(
                message(
                    "{observer} counted {count} kicks. Give 0 to {most}.",
                    observer=self.observer,
                    count=self.kicks,
                    most=MAX_KICKS,
                )
            )
        if self.cramps_heard is not None and not 0 <= self.cramps_heard <= MAX_CRAMPS_HEARD:
            raise QuietlegsError(
                message(
                    "{observer} heard {count} cramps. Give 0 to {most}.",
                    observer=self.observer,
                    count=self.cramps_heard,
                    most=MAX_CRAMPS_HEARD,
                )
            )
        if len(self.woke_at) > MAX_TIMES_AWAKE:
            raise QuietlegsError(
                message(
                    "{observer} gave {count} times. Give at most {most}.",
                    observer=self.observer,
                    count=len(self.woke_at),
                    most=MAX_TIMES_AWAKE,
                )
            )
        for time in self.woke_at:
            if not _CLOCK.fullmatch(time):
                raise QuietlegsError(
                    message("{time} is not a time of the clock. Write it like 02:30.", time=repr(time[:20]))
                )


@dataclass(frozen=True, slots=True)
class Night:
    """One night, named by the date of its evening.

    ``outcomes`` and ``factors`` hold only what is known: a name that is missing was not answered.
    Yes/no factors are 1.0 and 0.0. ``episodes`` are those that were noted one by one; ``cramps`` may count more.
    ``places`` are where it cramped ("left-calf"; none = not said); ``sore`` is whether the leg was sore next day.
    ``seen`` is what other people saw of it.
    """

    evening: date
    outcomes: Mapping[str, float] = field(default_factory=dict)
    factors: Mapping[str, float] = field(default_factory=dict)
    note: str = ""
    episodes: tuple[Episode, ...] = ()
    places: tuple[str, ...] = ()
    sore: bool | None = None
    seen: tuple[Observation, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a note that no file could carry."""
        check_note(self.note)
        if any(not place or any(letter.isspace() for letter in place) for place in self.places):
            raise QuietlegsError(message("A place in the leg has a space in it. Write it like left-calf."))

    @property
    def is_only_seen(self) -> bool:
        """Whether the person said nothing of it: all that is known is what others saw."""
        own = self.outcomes or self.factors or self.note or self.episodes or self.places
        return bool(self.seen) and not own and self.sore is None

    @property
    def is_quiet(self) -> bool | None:
        """Whether the night is known to have had no cramp; None when that is not known."""
        cramps = self.outcomes.get("cramps")
        return None if cramps is None else cramps == 0


@dataclass(frozen=True, slots=True)
class Diary:
    """A person's nights in order of date, and the factors they ask about. No night stands twice.

    Make one from nights in any order with ``diary_of``.
    """

    nights: tuple[Night, ...] = ()
    factors: tuple[Factor, ...] = ()

    def __post_init__(self) -> None:
        """Refuse nights out of order, factors of one name (capitals or not), and answers to factors that nobody asks about."""
        for before, after in pairwise(self.nights):
            if before.evening >= after.evening:
                raise QuietlegsError(
                    message(
                        "The night of {evening} stands twice or out of order. Give each night once.",
                        evening=after.evening,
                    )
                )
        names = {factor.name for factor in self.factors}
        if len({name.casefold() for name in names}) != len(self.factors):
            raise QuietlegsError(
                message("Two factors have the same name. Give each factor a name of its own.")
            )
        for night in self.nights:
            if not names.issuperset(night.factors):
                unknown = sorted(set(night.factors) - names)[0]
                raise QuietlegsError(
                    message(
                        "The night of {evening} answers {unknown}, which is not among the diary's factors.",
                        evening=night.evening,
                        unknown=unknown,
                    )
                )


def diary_of(nights: Iterable[Night], factors: Iterable[Factor] = ()) -> Diary:
    """Return a diary of nights given in any order.

    Raises:
        QuietlegsError: when a night stands twice, or answers a factor that is not given.
    """
    return Diary(nights=tuple(sorted(nights, key=lambda night: night.evening)), factors=tuple(factors))


def check_name(name: str) -> None:
    """Refuse a factor's name that is empty, padded, too long or holds a NUL character.

    Raises:
        QuietlegsError: saying what is wrong and how to mend it.
    """
    if not name or name != name.strip():
        raise QuietlegsError(
            message("The name {name} is empty or has spaces around it. Give a plain name.", name=repr(name))
        )
    if len(name) > MAX_NAME_CHARACTERS:
        raise QuietlegsError(
            message(
                "The name {name}... is too long. Use at most {most} letters.",
                name=repr(name[:30]),
                most=MAX_NAME_CHARACTERS,
            )
        )
    if "\0" in name:
        raise QuietlegsError(message("The name {name} holds a NUL character. Remove it.", name=repr(name)))


def check_unit(unit: str) -> None:
    """Refuse a unit that is empty, padded, too long, or holds a bracket or a NUL character.

    Raises:
        QuietlegsError: saying what is wrong and how to mend it.
    """
    check_name(unit)
    if len(unit) > MAX_UNIT_CHARACTERS:
        raise QuietlegsError(
            message(
                "The unit {unit} is too long. Use at most {most} letters.",
                unit=repr(unit),
                most=MAX_UNIT_CHARACTERS,
            )
        )
    if "[" in unit or "]" in unit:
        raise QuietlegsError(
            message("The unit {unit} holds a square bracket. Leave it out.", unit=repr(unit))
        )


def check_note(note: str) -> None:
    """Refuse a note that is too long or holds a NUL character.

    Raises:
        QuietlegsError: saying what is wrong and how to mend it.
    """
    if len(note) > MAX_NOTE_CHARACTERS:
        raise QuietlegsError(
            message(
                "A note has {count} letters. Use at most {most}.", count=len(note), most=MAX_NOTE_CHARACTERS
            )
        )
    if "\0" in note:
        raise QuietlegsError(message("A note holds a NUL character. Remove it."))


def outcome_problem(name: str, value: float) -> Problem | None:
    """Return what is wrong with a known outcome's value, or None when it is possible.

    >>> str(outcome_problem("sleep_hours", 27))
    'Column sleep_hours: 27 is not possible. Enter 0 to 24.'
    """
    known = OUTCOMES[name]
    mend = message("Enter {low} to {high}.", low=f"{known.low:g}", high=f"{known.high:g}")
    if not known.low <= value <= known.high:  # also refuses NaN
        return Problem(message("{value} is not possible.", value=f"{value:g}"), mend, column=name)
    if known.kind is OutcomeKind.COUNT and value != int(value):
        return Problem(message("{value} is not a whole number.", value=f"{value:g}"), mend, column=name)
    return None


def factor_problem(name: str, kind: FactorKind, value: float) -> Problem | None:
    """Return what is wrong with a factor's value for its kind, or None when it is possible.

    >>> str(factor_problem("coffees", FactorKind.COUNT, -1))
    'Column coffees: -1 is not a count. Enter a whole number, 0 or more.'
    """
    if not abs(value) <= MAX_AMOUNT:  # also refuses NaN
        return Problem(
            message("{value} is too large.", value=f"{value:g}"),
            message("Enter at most {most}.", most=f"{MAX_AMOUNT:.0f}"),
            column=name,
        )
    if kind is FactorKind.YES_NO and value not in (0, 1):
        return Problem(
            message("{value} is not yes or no.", value=f"{value:g}"),
            message("Enter yes or no, or leave it empty."),
            column=name,
        )
    if kind is FactorKind.COUNT and (value < 0 or value != int(value)):
        return Problem(
            message("{value} is not a count.", value=f"{value:g}"),
            message("Enter a whole number, 0 or more."),
            column=name,
        )
    if kind is FactorKind.SCALE and not 0 <= value <= 10:
        return Problem(
            message("{value} is not on the scale.", value=f"{value:g}"),
            message("Enter 0 to 10."),
            column=name,
        )
    return None


def evening_problem(evening: date, today: date | None = None) -> Problem | None:
    """Return what is wrong with a night's date, or None when it is possible.

    Tomorrow is let through: it may be tomorrow already where the person is.
    """
    if not FIRST_EVENING <= evening <= LAST_EVENING:
        return Problem(
            message("The year {year} is not possible.", year=evening.year), message("Check the year.")
        )
    if today is not None and (evening - today).days > 1:
        return Problem(message("{evening} has not come yet.", evening=evening), message("Check the date."))
    return None
