"""Where each sign of a picture stands: worked out here, so that templates only draw.

Three signs: a filled shape for cramps, taller for more; an open ring for a quiet night; dots for one that is unknown.
"""

from calendar import Calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from quietlegs.web.diary.models import Night

STEP = 12  # width of one night in the strip
FLOOR = 46  # the bottom of a bar
TALLEST = 44  # 4 cramps or more
ROW_NIGHTS = 30

QUIET, CRAMPS, UNKNOWN, LATER, TONIGHT, BLANK = "quiet", "cramps", "unknown", "later", "tonight", "blank"


def state_of(night: Night | None) -> str:
    """Return what is known of a night: quiet, cramps or unknown."""
    if night is None or night.cramps is None:
        return UNKNOWN
    return CRAMPS if night.cramps else QUIET


def said(night: Night | None) -> str:
    """Return what is known of a night in a word or two."""
    if night is None or night.cramps is None:
        return _("unknown")
    if night.cramps == 0:
        return _("quiet")
    return ngettext("%(count)s cramp", "%(count)s cramps", night.cramps) % {"count": night.cramps}


@dataclass(frozen=True, slots=True)
class Sign:
    """One night of a strip, in the units of its picture."""

    state: str
    left: int
    middle: int
    top: int
    height: int


@dataclass(frozen=True, slots=True)
class StripRow:
    """Some nights side by side. ``label`` names the first of them."""

    signs: tuple[Sign, ...]
    width: int
    label: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many nights of each kind."""

    cramps: int
    quiet: int
    unknown: int

    @property
    def known(self) -> int:
        """Nights of which the cramps are known."""
        return self.cramps + self.quiet

    @property
    def sentence(self) -> str:
        """The three numbers as a sentence."""
        return _("%(cramps)s with cramps, %(quiet)s quiet, %(unknown)s unknown.") % {
            "cramps": self.cramps,
            "quiet": self.quiet,
            "unknown": self.unknown,
        }


def count_states(nights: Iterable[Night | None]) -> Counts:
    """Count quiet nights, nights with cramps and unknown ones."""
    states = [state_of(night) for night in nights]
    return Counts(states.count(CRAMPS), states.count(QUIET), states.count(UNKNOWN))


def strip_rows(
    nights: Sequence[tuple[date, Night | None]], *, row_nights: int = ROW_NIGHTS, labels: bool = True
) -> list[StripRow]:
    """Lay nights out in rows, oldest first."""
    rows = []
    for start in range(0, len(nights), row_nights):
        part = nights[start : start + row_nights]
        rows.append(
            StripRow(
                signs=tuple(_sign(place, night) for place, (_day, night) in enumerate(part)),
                width=row_nights * STEP,
                label=date_format(part[0][0], "j M") if labels else "",
            )
        )
    return rows


def _sign(place: int, night: Night | None) -> Sign:
    cramps = (night.cramps if night else 0) or 0
    height = min(TALLEST, 5 + 10 * cramps)
    return Sign(state_of(night), place * STEP + 2, place * STEP + STEP // 2, FLOOR - height, height)


@dataclass(frozen=True, slots=True)
class Day:
    """One cell of a month."""

    evening: date
    state: str
    cramps: int | None = None
    words: str = ""

    @property
    def has_page(self) -> bool:
        """Whether the night can be opened."""
        return self.state not in (LATER, BLANK)


@dataclass(frozen=True, slots=True)
class Month:
    """One month of nights, in weeks from Monday."""

    first: date
    title: str
    weeks: tuple[tuple[Day, ...], ...]
    counts: Counts
    before: date | None
    after: date | None


def month_span(day: date) -> tuple[date, date]:
    """Return the first and the last day of a day's month."""
    first = day.replace(day=1)
    return first, next_month(first) - timedelta(days=1)


def next_month(first: date) -> date:
    """Return the first day of the month that follows."""
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1)


def month_of(first: date, nights: Mapping[date, Night], *, tonight: date, earliest: date) -> Month:
    """Lay out the nights of a month."""
    weeks = tuple(
        tuple(_day(day, first, nights.get(day), tonight) for day in week)
        for week in Calendar(firstweekday=0).monthdatescalendar(first.year, first.month)
    )
    days = [day for week in weeks for day in week if day.state not in (LATER, BLANK, TONIGHT)]
    past = [day.evening for day in days if day.evening >= earliest]
    before = (first - timedelta(days=1)).replace(day=1)
    after = next_month(first)
    return Month(
        first=first,
        title=date_format(first, "F Y"),
        weeks=weeks,
        counts=count_states(nights.get(evening) for evening in past),
        before=before if before >= earliest.replace(day=1) else None,
        after=after if after <= tonight else None,
    )


def _day(day: date, first: date, night: Night | None, tonight: date) -> Day:
    if day.month != first.month:
        return Day(day, BLANK)
    if day > tonight:
        return Day(day, LATER)
    words = f"{date_format(day, 'l j F')}: {said(night)}"
    if day == tonight and state_of(night) == UNKNOWN:
        return Day(day, TONIGHT, words=_("%(day)s: tonight") % {"day": date_format(day, "l j F")})
    return Day(day, state_of(night), night.cramps if night else None, words)
