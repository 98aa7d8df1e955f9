"""A diary for research without what tells who it is of: dates moved, free text gone, rare values coarsened.

It is de-identified, not anonymous: whoever knows some of the nights may know them again. What was done and what is
left to know somebody by stands in ``release.json`` beside the nights.
"""

import hmac
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, timedelta
from math import floor, log10
from typing import Any

from quietlegs.core.diary.night import (
    FIRST_EVENING,
    OUTCOMES,
    Diary,
    Episode,
    Factor,
    FactorKind,
    Night,
    OutcomeKind,
    diary_of,
)
from quietlegs.exchange.datapackage import write_datapackage

FEWEST_NIGHTS = 5  # a value of a factor that is rarer than this is joined with its neighbours, or left out
MOST_CRAMPS = 10  # more in a night are told as 10: few people have them
OLDEST = 90  # ages from here on are one band
BAND_YEARS = 10
FEWEST_WEEKS, MOST_WEEKS = 26, 520
_COMMON_UNITS = ("ml", "mg", "g", "h", "min", "km", "bpm", "kcal", "ug", "µg", "l", "cl")


@dataclass(frozen=True, slots=True)
class QuasiIdentifiers:
    """What may tell one person from others: a band of ages such as ``60-69``, the sex, and factors that are rare."""

    age_band: str
    sex: str
    rare_factors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Release:
    """A diary ready to give, and what was left out of it."""

    diary: Diary
    person: QuasiIdentifiers
    factors_renamed: int
    values_left_out: int


def shift_of(secret: str, diary_id: int) -> timedelta:
    """Return by how much a diary's dates move back: always the same, whole weeks, known to this data folder alone."""
    made = hmac.digest(secret.encode(), f"research shift of diary {diary_id}".encode(), "sha256")
    weeks = FEWEST_WEEKS + int.from_bytes(made[:8], "big") % (MOST_WEEKS - FEWEST_WEEKS + 1)
    return timedelta(weeks=weeks)


def age_band(age: int | None) -> str:
    """Return an age as a band of ten years.

    >>> age_band(67), age_band(93), age_band(None)
    ('60-69', '90 or more', 'not said')
    """
    if age is None:
        return "not said"
    if age >= OLDEST:
        return f"{OLDEST} or more"
    low = age // BAND_YEARS * BAND_YEARS
    return f"{low}-{low + BAND_YEARS - 1}"


def de_identified(
    diary: Diary, *, shift: timedelta, age: int | None, sex: str, known_factors: frozenset[str]
) -> Release:
    """Return a diary without notes, words of episodes, own names of factors, and rare values.

    Args:
        shift: whole weeks, so that weekdays stay.
        known_factors: names of the app's own library, in small letters. A factor of any other name is called by a number,
            since a name that somebody made up can say who they are.
    """
    names, kept, rare = _factors(diary, known_factors)
    allowed = {name: _allowed(diary, name, kept[name].kind) for name in kept}
    nights, left_out = [], 0
    for night in diary.nights:
        if night.evening - shift < FIRST_EVENING:
            continue
        factors = {}
        for name, value in night.factors.items():
            told = _coarse(value, kept[name].kind) if name in kept else None
            if told is None or told not in allowed[name]:
                left_out += 1
            else:
                factors[names[name]] = told
        nights.append(
            Night(
                night.evening - shift,
                {name: _coarse_outcome(name, value) for name, value in night.outcomes.items()},
                factors,
                episodes=tuple(_bare(episode, shift) for episode in night.episodes),
                places=night.places,
                sore=night.sore,
            )
        )
    told_factors = [replace(factor, name=names[name]) for name, factor in kept.items()]
    renamed = sum(names[name] != name for name in kept)
    person = QuasiIdentifiers(age_band(age), sex or "not said", tuple(names[n] for n in rare if n in names))
    return Release(diary_of(nights, told_factors), person, renamed, left_out)


def _factors(
    diary: Diary, known: frozenset[str]
) -> tuple[dict[str, str], dict[str, Factor], tuple[str, ...]]:
    """Return the factors' new names, the factors that stay, and those answered on few nights."""
    answered = Counter(name for night in diary.nights for name in night.factors)
    names: dict[str, str] = {}
    kept: dict[str, Factor] = {}
    for factor in diary.factors:
        if answered[factor.name] < FEWEST_NIGHTS:
            continue
        is_known = factor.name.casefold() in known
        names[factor.name] = factor.name if is_known else f"factor {len(names) + 1}"
        unit = factor.unit if is_known or (factor.unit or "").casefold() in _COMMON_UNITS else None
        kept[factor.name] = replace(factor, unit=unit)
    rare = tuple(name for name in kept if 2 * answered[name] < len(diary.nights))
    return names, kept, rare


def _allowed(diary: Diary, name: str, kind: FactorKind) -> frozenset[float]:
    values = (_coarse(night.factors[name], kind) for night in diary.nights if name in night.factors)
    return frozenset(value for value, nights in Counter(values).items() if nights >= FEWEST_NIGHTS)


def _coarse(value: float, kind: FactorKind) -> float:
    """Return an amount or a count in one figure (1,240 as 1,000): the rest would tell nights apart."""
    if kind in (FactorKind.YES_NO, FactorKind.SCALE) or value == 0:
        return float(round(value))
    size = 10.0 ** floor(log10(abs(value)))
    return round(value / size) * size


def _coarse_outcome(name: str, value: float) -> float:
    known = OUTCOMES[name]
    if known.kind is OutcomeKind.COUNT:
        return min(value, float(MOST_CRAMPS))
    return round(value * 2) / 2 if known.unit == "h" else float(round(value))


def _bare(episode: Episode, shift: timedelta) -> Episode:
    """Return an episode at the full hour of the clock on its wall, without what was written of it.

    The hour is told as if it were UTC: an offset names the zone, and the night on which it changes names the date.
    """
    at = (episode.local - shift).replace(minute=0, second=0, microsecond=0, tzinfo=UTC)
    return Episode(
        at, 0, episode.kind,
        minutes=None if episode.minutes is None else float(round(episode.minutes)),
        severity=episode.severity, muscle=episode.muscle, side=episode.side,
    )  # fmt: skip


def k_anonymity(people: Iterable[QuasiIdentifiers]) -> int:
    """Return how many people share the rarest combination of quasi-identifiers (Sweeney 2002,
    doi 10.1142/S0218488502001648); 0 for nobody.

    >>> k_anonymity([QuasiIdentifiers("60-69", "female"), QuasiIdentifiers("60-69", "female")])
    2
    """
    return min(Counter(people).values(), default=0)


def write_research(release: Release, *, others: Sequence[QuasiIdentifiers] = (), made_on: date) -> bytes:
    """Return the zip: the data package of the nights, with ``release.json`` on what was done and how rare the person is.

    Args:
        others: the other people whose diaries are given with this one; alone, k is 1.
        made_on: a day moved like the nights.
    """
    people = [release.person, *others]
    told: dict[str, Any] = {
        "person": {
            "age_band": release.person.age_band,
            "sex": release.person.sex,
            "rare_factors": list(release.person.rare_factors),
        },
        "k_anonymity": {
            "people": len(people),
            "k": k_anonymity(people),
            "quasi_identifiers": ["age_band", "sex", "rare_factors"],
        },
        "changed": {
            "dates": "Moved back by a secret number of whole weeks, the same for every night. Weekdays stay; seasons do not.",
            "times": "The full hour on the person's own clock, told as if it were UTC. The time zone is left out.",
            "left_out": [
                "notes",
                "what was tried in an episode",
                "names",
                "where values came from",
                "the time zone",
            ],
            "factors_renamed": release.factors_renamed,
            "factor_values_left_out": release.values_left_out,
            "fewest_nights_of_a_value": FEWEST_NIGHTS,
        },
        "limits": "De-identified, not anonymous. A run of nights may be known again by somebody who knows it. "
        "Whoever knows on which day the last night was can undo the move of the dates.",
    }
    text = json.dumps(told, ensure_ascii=False, indent=1).encode()
    return write_datapackage(release.diary, made_on=made_on, more={"release.json": text})
