"""The pattern of somebody's nights, counted: how often, when, where, how long, how bad."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

import numpy as np
from scipy.special import betaincinv, chdtri

from quietlegs.core.diary.night import Diary, Episode, Night
from quietlegs.core.triggers.frequencies import neighbour_correlation

MASS = 0.90  # read aloud as "9 in 10"
TREND_NIGHTS = 42  # six weeks against the six before: long enough for weekly habits to even out
FEWEST_TO_COMPARE = 14  # logged nights in each half
HOURS_OF_NIGHT = (
    ("before midnight", range(12, 24)),
    ("0 to 3", range(3)),
    ("3 to 6", range(3, 6)),
    ("after 6", range(6, 12)),
)


@dataclass(frozen=True, slots=True)
class Spread:
    """A middle and the middle half of some numbers: median, lower and upper quartile, and how many there were."""

    middle: float
    low: float
    high: float
    count: int


@dataclass(frozen=True, slots=True)
class Pattern:
    """How often it cramps.

    ``cramp_nights_per_week`` comes with ``low`` and ``high``, which hold the rate 9 times in 10 (Jeffreys interval of the
    share of logged nights, times 7; Brown 2001, doi 10.1214/ss/1009213286). ``before`` and ``lately`` are cramp nights a week in the
    six weeks before the last six and in the last six, None where either has too few logged nights.
    Shares and counts are of logged nights or noted episodes; unknown nights are in none of them but ``unknown``.
    """

    first: date
    last: date
    logged: int
    unknown: int
    cramp_nights: int
    cramps: int
    cramp_nights_per_week: float
    low: float
    high: float
    before: float | None
    lately: float | None
    severity: Spread | None
    minutes: Spread | None
    places: tuple[tuple[str, int], ...]
    hours: tuple[tuple[str, int], ...]
    sore_nights: tuple[int, int] | None
    woken: Spread | None


@dataclass(frozen=True, slots=True)
class RestlessPattern:
    """Restlessness: nights on which it was scored, nights above 0, and how strong on those."""

    scored: int
    restless_nights: int
    strength: Spread | None


def pattern_of(diary: Diary, *, last: date, nights: int) -> Pattern | None:
    """Return the cramp pattern of the ``nights`` that end with ``last``; None where no night says whether it cramped."""
    first = last - timedelta(days=nights - 1)
    chosen = [night for night in diary.nights if first <= night.evening <= last]
    known = [night for night in chosen if night.is_quiet is not None]
    if not known:
        return None
    first = max(first, min(night.evening for night in chosen))
    bad = [night for night in known if not night.is_quiet]
    episodes = [episode for night in chosen for episode in night.episodes if episode.kind == "cramp"]
    low, high = _share_interval(len(bad), len(known))
    before, lately = _halves(known, last)
    told = [night for night in bad if night.sore is not None]
    return Pattern(
        first=first,
        last=last,
        logged=len(known),
        unknown=(last - first).days + 1 - len(known),
        cramp_nights=len(bad),
        cramps=int(sum(night.outcomes["cramps"] for night in bad)),
        cramp_nights_per_week=7 * len(bad) / len(known),
        low=7 * low,
        high=7 * high,
        before=before,
        lately=lately,
        severity=_spread([night.outcomes["severity"] for night in bad if "severity" in night.outcomes]),
        minutes=_spread(_minutes(bad, episodes)),
        places=tuple(Counter(place for night in bad for place in _places(night)).most_common()),
        hours=_hours(episodes),
        sore_nights=(sum(bool(night.sore) for night in told), len(told)) if told else None,
        woken=_spread([night.outcomes["awakenings"] for night in bad if "awakenings" in night.outcomes]),
    )


def restless_pattern_of(diary: Diary, *, last: date, nights: int) -> RestlessPattern | None:
    """Return the pattern of restlessness; None where it was never scored."""
    first = last - timedelta(days=nights - 1)
    scores = [
        n.outcomes["restless"]
        for n in diary.nights
        if first <= n.evening <= last and "restless" in n.outcomes
    ]
    if not scores:
        return None
    above = [score for score in scores if score > 0]
    return RestlessPattern(len(scores), len(above), _spread(above))


def difference(
    diary: Diary, outcome: str, *, last: date, nights: int
) -> tuple[float, float, float, int, int] | None:
    """Return how much an outcome differs between cramp nights and quiet ones: difference, low, high, and both counts.

    A normal approximation of the difference in means with its 90 % interval, at the effective number of nights (nights
    beside each other are alike); None with fewer than 5 nights on a side. It describes; it is not adjusted for anything.
    """
    first = last - timedelta(days=nights - 1)
    sides: dict[bool, list[float]] = {True: [], False: []}
    by_night = np.full(nights, np.nan)
    for night in diary.nights:
        if first <= night.evening <= last and night.is_quiet is not None and outcome in night.outcomes:
            sides[night.is_quiet].append(night.outcomes[outcome])
            by_night[(night.evening - first).days] = night.outcomes[outcome]
    bad, quiet = sides[False], sides[True]
    if min(len(bad), len(quiet)) < 5:
        return None
    gap = sum(bad) / len(bad) - sum(quiet) / len(quiet)
    alike = neighbour_correlation(by_night)
    error = ((_variance(bad) / len(bad) + _variance(quiet) / len(quiet)) * (1 + alike) / (1 - alike)) ** 0.5
    reach = float(chdtri(1, 1 - MASS)) ** 0.5 * error
    return gap, gap - reach, gap + reach, len(bad), len(quiet)


def _variance(values: Sequence[float]) -> float:
    mean = sum(values) / len(values)
    return sum((value - mean) ** 2 for value in values) / (len(values) - 1)


def _share_interval(events: int, known: int) -> tuple[float, float]:
    tail = (1 - MASS) / 2
    low = 0.0 if events == 0 else float(betaincinv(events + 0.5, known - events + 0.5, tail))
    high = 1.0 if events == known else float(betaincinv(events + 0.5, known - events + 0.5, 1 - tail))
    return low, high


def _halves(known: Sequence[Night], last: date) -> tuple[float | None, float | None]:
    cut, start = last - timedelta(days=TREND_NIGHTS), last - timedelta(days=2 * TREND_NIGHTS)
    lately = [night for night in known if night.evening > cut]
    before = [night for night in known if start < night.evening <= cut]
    if min(len(lately), len(before)) < FEWEST_TO_COMPARE:
        return None, None
    return _per_week(before), _per_week(lately)


def _per_week(nights: Sequence[Night]) -> float:
    return 7 * sum(not night.is_quiet for night in nights) / len(nights)


def _spread(values: Sequence[float]) -> Spread | None:
    if not values:
        return None
    ordered = sorted(values)
    half = len(ordered) // 2
    lower, upper = ordered[: half or 1], ordered[-(half or 1) :]
    return Spread(median(ordered), median(lower), median(upper), len(ordered))


def _minutes(bad: Sequence[Night], episodes: Sequence[Episode]) -> list[float]:
    timed = [episode.minutes for episode in episodes if episode.minutes is not None]
    return timed or [night.outcomes["cramp_minutes"] for night in bad if "cramp_minutes" in night.outcomes]


def _places(night: Night) -> tuple[str, ...]:
    noted = tuple(f"{e.side}-{e.muscle}" for e in night.episodes if e.side and e.muscle)
    return tuple(dict.fromkeys(night.places or noted))


def _hours(episodes: Sequence[Episode]) -> tuple[tuple[str, int], ...]:
    counts = Counter(
        name for episode in episodes for name, hours in HOURS_OF_NIGHT if episode.local.hour in hours
    )
    return tuple((name, counts[name]) for name, _ in HOURS_OF_NIGHT if counts[name])
