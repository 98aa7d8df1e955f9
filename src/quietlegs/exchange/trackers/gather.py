"""Gathers readings into nights: sleep, steps and scores land on the night they belong to.

A reading of the *day* (steps, drinks) belongs to the night that the day leads into; a walk at 2 in the morning still
belongs to the day before. A *sleep* belongs to the night in whose noon-to-noon its middle lies. A score of the *morning* is named by the
night before it. Several readings of one thing are summed, or the worst is kept, as suits what they measure.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import isfinite

from quietlegs.core.base.errors import Problem
from quietlegs.core.base.messages import counted_message, message
from quietlegs.core.base.nights import night_of
from quietlegs.core.diary.night import OUTCOMES, Factor, FactorKind, Night, OutcomeKind, diary_of
from quietlegs.exchange.diary_file import DiaryFile

DAY_STARTS_AT = 4  # steps before 4 in the morning end the day before; few people's day begins earlier
NAP_FROM, NAP_TO = 9, 20  # a short sleep that begins in these hours of the clock is a nap
LONGEST_NAP_HOURS = 3.0
LONGEST_NOTE = 2_000
MOST_NIGHTS = 40_000  # 100 years; a file with more is not a diary
MOST_FACTORS = 300
LONGEST_IN_BED_HOURS = 36.0  # a longer one is a slip of the program
# No such program is older. A watch that lost its time writes 1970 or 2000; beyond the last year no diary goes.
FIRST_NIGHT, LAST_NIGHT = date(2001, 1, 1), date(2100, 12, 30)
_BEFORE, _AFTER = datetime(2000, 6, 1), datetime(2101, 6, 1)  # the wall's clock; far from a calendar's ends


def _within(local: datetime) -> datetime:
    """Return the time, or one just outside the years that we take, so that reckoning never runs off the calendar."""
    return min(max(local, _BEFORE), _AFTER)


def day_of(local: datetime) -> date:
    """Return the night that a reading of the day leads into, from the clock on the person's wall."""
    return (_within(local) - timedelta(hours=DAY_STARTS_AT)).date()


def night_at(local: datetime) -> date:
    """Return the night that an instant on the person's wall clock falls in."""
    return night_of(_within(local))


def night_of_score(outcome: str, local: datetime) -> date:
    """Return the night that a score tells of: a cramp or restlessness its own; pain, fatigue and the like of a day the night before."""
    if outcome in ("cramps", "severity", "restless"):
        return night_at(local)
    return day_of(local) - timedelta(days=1)


def is_nap(local_start: datetime, hours: float) -> bool:
    """Return whether a sleep is a nap and no night's sleep."""
    return hours < LONGEST_NAP_HOURS and NAP_FROM <= local_start.hour < NAP_TO


def night_of_sleep(local_start: datetime, hours: float) -> date:
    """Return the night of a sleep from its local start and its length."""
    return night_at(_within(local_start) + timedelta(hours=hours / 2))


def _is_kept(evening: date) -> bool:
    return FIRST_NIGHT <= evening <= LAST_NIGHT


@dataclass(slots=True)
class Gathering:
    """Readings as they come in. ``finish`` makes the nights."""

    source: str
    outcomes: dict[date, dict[str, float]] = field(default_factory=dict)
    factors: dict[date, dict[str, float]] = field(default_factory=dict)
    notes: dict[date, list[str]] = field(default_factory=dict)
    kinds: dict[str, Factor] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notices: list[Problem] = field(default_factory=list)
    naps: int = 0
    skipped: int = 0

    def outcome(
        self, evening: date, name: str, value: float, how: Callable[[float, float], float] = max
    ) -> None:
        """Note an outcome of a night; ``how`` joins it with one that is there already."""
        known = OUTCOMES[name]
        if not _is_kept(evening) or not isfinite(value) or not known.low <= value <= known.high:
            self.skipped += 1
            return
        if known.kind is OutcomeKind.COUNT:
            value = float(round(value))
        night = self.outcomes.setdefault(evening, {})
        joined = how(night[name], value) if name in night else value
        night[name] = min(joined, known.high)

    def factor(
        self,
        evening: date,
        factor: Factor,
        value: float,
        how: Callable[[float, float], float] = lambda a, b: a + b,
    ) -> None:
        """Note a factor of the day that leads into a night."""
        if not _is_kept(evening) or not isfinite(value) or value < 0 or value > 1e9:
            self.skipped += 1
            return
        if factor.name not in self.kinds and len(self.kinds) >= MOST_FACTORS:
            self.skipped += 1
            return
        kept = self.kinds.setdefault(factor.name, factor)
        night = self.factors.setdefault(evening, {})
        joined = how(night[factor.name], value) if factor.name in night else value
        night[factor.name] = min(joined, 1.0) if kept.kind is FactorKind.YES_NO else joined

    def sleep(self, local_start: datetime, hours_asleep: float, hours_in_bed: float | None = None) -> None:
        """Note a sleep, unless it is a nap. Two sleeps of one night are summed."""
        if not 0 < hours_asleep <= 24:
            self.skipped += 1
        elif is_nap(local_start, hours_asleep):
            self.naps += 1
        else:
            in_bed = hours_in_bed if hours_in_bed and hours_in_bed <= LONGEST_IN_BED_HOURS else hours_asleep
            evening = night_of_sleep(local_start, in_bed)
            self.outcome(evening, "sleep_hours", round(hours_asleep, 3), lambda a, b: a + b)

    def note(self, evening: date, text: str) -> None:
        """Keep what the person wrote."""
        plain = "".join(sign for sign in text.strip() if sign >= " " or sign == "\n")
        if plain and _is_kept(evening):
            self.notes.setdefault(evening, []).append(plain)

    def problem(self, what: str, mend: str, line: int | None = None) -> None:
        """Name something in the file that is wrong."""
        self.problems.append(Problem(what, mend, line=line))

    def finish(self) -> DiaryFile:
        """Make the nights, in order, and say what was left out."""
        evenings = sorted({*self.outcomes, *self.factors, *self.notes})
        if len(evenings) > MOST_NIGHTS:
            self.problem(
                message("The file holds {count} nights.", count=f"{len(evenings):,}"),
                message("The most we read is {most}.", most=f"{MOST_NIGHTS:,}"),
            )
            evenings = evenings[-MOST_NIGHTS:]
        nights = [
            Night(
                evening=evening,
                outcomes=self.outcomes.get(evening, {}),
                factors=self.factors.get(evening, {}),
                note="\n".join(self.notes.get(evening, []))[:LONGEST_NOTE],
            )
            for evening in evenings
        ]
        if not nights and not self.problems:
            self.problem(
                message("This {source} file has no sleep, steps, symptoms or the like.", source=self.source),
                message("Export it again with them."),
            )
        left_out = (
            counted_message(
                "{count} nap was left out: it is no night's sleep.",
                "{count} naps were left out: they are no night's sleep.",
                count=self.naps,
            ),
            counted_message(
                "{count} reading was left out: it cannot be true.",
                "{count} readings were left out: they cannot be true.",
                count=self.skipped,
            ),
        )
        self.notices += [Problem(said, "") for said in left_out if said.number]
        return DiaryFile(diary_of(nights, self.kinds.values()), tuple(self.problems), tuple(self.notices))


# What several programs measure, under one name each.
STEPS = Factor("steps", FactorKind.COUNT)
WATER = Factor("water", FactorKind.AMOUNT, "ml")
CAFFEINE = Factor("caffeine", FactorKind.AMOUNT, "mg")
RESTING_HEART_RATE = Factor("resting heart rate", FactorKind.AMOUNT, "bpm")


def last(_: float, value: float) -> float:
    """Join two readings by keeping the later one."""
    return value


def union_hours(stretches: Iterable[tuple[datetime, datetime]]) -> float:
    """Return the hours that stretches of time cover together, each hour once.

    >>> union_hours([(datetime(2026, 3, 1, 22), datetime(2026, 3, 2, 2)), (datetime(2026, 3, 2, 1), datetime(2026, 3, 2, 3))])
    5.0
    """
    total, end = 0.0, None
    for start, stop in sorted(stretches):
        if end is None or start > end:
            total += (stop - start).total_seconds()
            end = stop
        elif stop > end:
            total += (stop - end).total_seconds()
            end = stop
    return total / 3600
