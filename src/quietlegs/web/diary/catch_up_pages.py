"""What the pages show that bring in several nights: nights that were forgotten, and a sheet of paper."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from quietlegs.web.diary import clock, queries, sheet, words
from quietlegs.web.diary.models import Diary
from quietlegs.web.shell.fields import FormError

WEEK = 7
COUNTS = (1, 2, 3, 4, 5)


@dataclass(frozen=True, slots=True)
class ForgottenNight:
    """One night of the week: what is known of it, or the answer that was chosen."""

    evening: date
    name: str
    about: str
    answer: str
    error: str = ""

    @property
    def is_known(self) -> bool:
        """Whether nothing is to be asked."""
        return bool(self.about)


@dataclass(frozen=True, slots=True)
class ForgottenPage:
    """A week in which nights were forgotten. ``later`` is None for the week that ends with last night."""

    until: date
    nights: Sequence[ForgottenNight]
    unknown: int
    earlier: date
    later: date | None
    counts: Sequence[int]
    errors: Sequence[FormError]


def forgotten_page(
    diary: Diary,
    until: date,
    *,
    chosen: Mapping[date, str] | None = None,
    errors: Mapping[date, str] | None = None,
) -> ForgottenPage:
    """Gather a week of nights that ends with ``until``. One query."""
    last = clock.last_night(diary)
    week = queries.last_nights(diary, until=until, count=WEEK)
    nights = [
        ForgottenNight(
            evening=day,
            name=date_format(day, "l j F"),
            about=words.about_night(night) if night and night.cramps is not None else "",
            answer=(chosen or {}).get(day, ""),
            error=(errors or {}).get(day, ""),
        )
        for day, night in reversed(week)
    ]
    later = until + timedelta(days=WEEK)
    return ForgottenPage(
        until=until,
        nights=nights,
        unknown=sum(not night.is_known for night in nights),
        earlier=until - timedelta(days=WEEK),
        later=None if until >= last else min(later, last),
        counts=COUNTS,
        errors=[
            FormError(f"night-{night.evening.isoformat()}", night.name, night.error)
            for night in nights
            if night.error
        ],
    )


@dataclass(frozen=True, slots=True)
class SheetCell:
    """One cell: its name in the form, what it is called for people who hear it, what stands in it."""

    name: str
    label: str
    value: str
    error: str
    is_wide: bool
    is_number: bool


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One night of the sheet. ``has_come`` is false for a night that has not been yet."""

    evening: date
    name: str
    has_come: bool
    cells: Sequence[SheetCell]


@dataclass(frozen=True, slots=True)
class SheetPage:
    """Two weeks to be typed in."""

    first: date
    last: date
    title: str
    columns: Sequence[sheet.Column]
    rows: Sequence[SheetRow]
    letters: str
    was: str
    earlier: date
    later: date | None
    errors: Sequence[FormError]


def cell_name(evening: date, key: str) -> str:
    """Return the name of a cell in the form, which is its id in the page too."""
    return f"c-{evening.isoformat()}-{key}"


def sheet_page(
    diary: Diary,
    first: date,
    columns: Sequence[sheet.Column],
    *,
    typed: Mapping[date, Mapping[str, str]],
    was: str,
    problems: Sequence[sheet.CellProblem] = (),
) -> SheetPage:
    """Gather the sheet. No query."""
    tonight, wrong = clock.tonight(diary), {(p.evening, p.key): p.message for p in problems}
    evenings = sheet.evenings_from(first)
    titles = {column.key: column.title for column in columns}
    rows = [
        SheetRow(
            evening=evening,
            name=date_format(evening, "D j M"),
            has_come=evening <= tonight,
            cells=[
                SheetCell(
                    name=cell_name(evening, column.key),
                    label=_("%(day)s: %(question)s")
                    % {"day": date_format(evening, "l j F"), "question": column.title},
                    value=typed.get(evening, {}).get(column.key, ""),
                    error=wrong.get((evening, column.key), ""),
                    is_wide=column.is_wide,
                    is_number=_is_number(column),
                )
                for column in columns
            ],
        )
        for evening in evenings
    ]
    later = first + timedelta(days=sheet.NIGHTS)
    return SheetPage(
        first=first,
        last=evenings[-1],
        title=_("%(first)s to %(last)s")
        % {"first": date_format(first, "j F"), "last": date_format(evenings[-1], "j F Y")},
        columns=columns,
        rows=rows,
        letters=sheet.letters_in_words(),
        was=was,
        earlier=first - timedelta(days=sheet.NIGHTS),
        later=later if later <= tonight else None,
        errors=[
            FormError(
                cell_name(p.evening, p.key) if p.key in titles else "",
                _("%(day)s: %(question)s")
                % {"day": date_format(p.evening, "D j M"), "question": titles.get(p.key, _("the night"))},
                p.message,
            )
            for p in problems
        ],
    )


def _is_number(column: sheet.Column) -> bool:
    if column.factor is not None:
        return column.factor.kind != column.factor.Kind.YES_NO
    return column.key not in sheet.TEXTS
