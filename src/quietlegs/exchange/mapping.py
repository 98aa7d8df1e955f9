"""What the columns of somebody's own table mean: a guess to begin with, the person's word, and the nights it gives."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from quietlegs.core.base.errors import Problem, QuietlegsError
from quietlegs.core.base.messages import message
from quietlegs.core.diary.night import (
    FIRST_EVENING,
    MAX_NAME_CHARACTERS,
    MAX_NOTE_CHARACTERS,
    OUTCOMES,
    Factor,
    FactorKind,
    Night,
    check_name,
    check_unit,
    diary_of,
    factor_problem,
    outcome_problem,
)
from quietlegs.exchange.any_table import Table
from quietlegs.exchange.cells import parse_number
from quietlegs.exchange.diary_file import DiaryFile
from quietlegs.exchange.trackers.tables import clock, day

NIGHT, NOTE, LEAVE, FACTOR = "night", "note", "leave", "factor"
USES = (NIGHT, *OUTCOMES, FACTOR, NOTE, LEAVE)
DATE_ORDERS = ("ymd", "dmy", "mdy")
NAMED_BY = ("evening", "morning")
MOST_PROBLEMS = 1_000
_SLASHED = re.compile(r"(\d{1,4})[./-](\d{1,2})[./-](\d{2,4})(?:[ T].*)?")
# Thousands, by whether the decimal sign is a comma: 8.532 or 1.204,5 there, 8,532 elsewhere. 0,532 groups nothing.
_GROUPED = {
    True: re.compile(r"[+-]?[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?"),
    False: re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?"),
}
_YES = {"yes", "y", "true", "x", "✓", "✔", "ja", "oui", "sí", "si", "sim", "tak", "да"}
_NO = {"no", "n", "false", "-", "nein", "non", "não", "nie", "нет"}

# Words by which people name these columns, in the tongues whose trackers and spreadsheets we have met.
_WORDS: dict[str, tuple[str, ...]] = {
    "cramps": ("cramp", "krämpf", "kraempf", "krampf", "crampe", "calambre", "crampi", "kramp"),
    "severity": ("severity", "worst", "intens", "stärke", "schwere", "how bad"),
    "cramp_minutes": ("duration", "dauer", "minutes of cramp", "durée", "duración"),
    "restless": ("restless", "rls", "unruh"),
    "sleep_hours": ("sleep hours", "hours of sleep", "hours slept", "slept", "schlafdauer", "sleep", "schlaf", "sommeil", "sueño"),
    "sleep_quality": ("quality", "qualität", "qualité", "calidad"),
    "awakenings": ("awakening", "wakings", "times awake", "aufgewacht", "réveil"),
    "pain": ("pain", "schmerz", "douleur", "dolor", "ache"),
    "fatigue": ("fatigue", "tired", "müde", "erschöpf", "cansancio"),
    "fog": ("fog", "nebel", "brouillard"),
    "worry": ("worry", "worried", "sorge", "anxi"),
    NOTE: ("note", "comment", "notiz", "bemerkung", "remarque", "nota"),
}  # fmt: skip
_NIGHT_WORDS = ("night", "date", "day", "datum", "nacht", "tag", "jour", "fecha", "data")


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """What one column is. ``name``, ``kind`` and ``unit`` are a factor's."""

    column: str
    use: str
    name: str = ""
    kind: FactorKind = FactorKind.AMOUNT
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Mapping:
    """What a table's columns are, and how its dates and numbers are written.

    ``date_order`` is None while the dates fit more than one and the person has not said. ``named_by`` says whether
    a date is that of the night's evening, or of the morning after it.
    """

    columns: tuple[ColumnUse, ...]
    date_order: str | None = None
    named_by: str = "evening"
    decimal_comma: bool = False


def guess(table: Table) -> Mapping:
    """Return what the columns seem to be, from their names and cells."""
    at = _night_column(table)
    comma = _has_decimal_comma(table, at)
    taken = {NIGHT}
    uses = []
    for place, column in enumerate(table.columns):
        use = NIGHT if place == at else _guess_use(column, table.cells(place), comma, taken)
        taken.add(use)
        uses.append(
            _as_factor(column, table.cells(place), comma) if use == FACTOR else ColumnUse(column, use)
        )
    orders = date_orders(table.cells(at)) if at is not None else []
    return Mapping(tuple(uses), orders[0] if len(orders) == 1 else None, decimal_comma=comma)


def _has_decimal_comma(table: Table, night: int | None) -> bool:
    """Return whether 6,5 is six and a half here. 8,532 says nothing of it: it may be eight thousand."""
    cells = [
        cell
        for place in range(len(table.columns))
        for cell in table.cells(place)
        if place != night and not any(grouped.fullmatch(cell) for grouped in _GROUPED.values())
    ]
    commas = sum(bool(re.fullmatch(r"[+-]?\d+,\d+", cell)) for cell in cells)
    points = sum(bool(re.fullmatch(r"[+-]?\d+\.\d+", cell)) for cell in cells)
    # Programs put semicolons between cells where the comma is in the numbers.
    return commas > points if commas != points else table.delimiter == ";"


def _night_column(table: Table) -> int | None:
    """Return the column whose cells are dates; where several are, the one that is named like it."""
    dated = [
        place
        for place in range(len(table.columns))
        if (cells := table.cells(place)) and 5 * sum(_is_date(cell) for cell in cells) >= 4 * len(cells)
    ]
    named = [place for place in dated if _has_word(table.columns[place], _NIGHT_WORDS)]
    return next(iter([*named, *dated]), None)


def _has_word(column: str, words: Iterable[str]) -> bool:
    return any(word in column.casefold().replace("_", " ") for word in words)


def _is_date(cell: str) -> bool:
    return any(read_date(cell, order) for order in DATE_ORDERS)


def _guess_use(column: str, cells: Sequence[str], comma: bool, taken: set[str]) -> str:
    numbers = [value for cell in cells if (value := read_value(cell, comma, hours=False)) is not None]
    if cells and 2 * len(numbers) < len(cells):
        return LEAVE if NOTE in taken or not _has_word(column, _WORDS[NOTE]) else NOTE
    exact = column.casefold().replace(" ", "_")
    if exact in OUTCOMES and exact not in taken:
        return exact
    for use, words in _WORDS.items():
        fits = use not in taken and _has_word(column, words)
        if fits and use in OUTCOMES and all(_fits(use, cell, comma) for cell in cells):
            return use
    return FACTOR if cells else LEAVE


def _fits(use: str, cell: str, comma: bool) -> bool:
    value = read_value(cell, comma, hours=OUTCOMES[use].unit == "h")
    return value is not None and outcome_problem(use, value) is None


def _as_factor(column: str, cells: Sequence[str], comma: bool) -> ColumnUse:
    match = re.fullmatch(r"(.+?)\s*[(\[]\s*([^()\[\]]{1,20}?)\s*[)\]]", column)
    name, unit = (match[1], match[2]) if match else (column, None)
    values = {read_value(cell, comma, hours=False) for cell in cells}
    kind = FactorKind.YES_NO if values <= {0.0, 1.0} and not unit else FactorKind.AMOUNT
    return ColumnUse(column, FACTOR, name[:MAX_NAME_CHARACTERS], kind, unit)


def date_orders(cells: Sequence[str]) -> list[str]:
    """Return the orders in which every date can be read; where some cells are none, those that read the most.

    >>> date_orders(["01/03/2026", "02/03/2026"]), date_orders(["13/03/2026"]), date_orders(["2026-03-01"])
    (['dmy', 'mdy'], ['dmy'], ['ymd'])
    """
    read = {order: sum(read_date(cell, order) is not None for cell in cells) for order in DATE_ORDERS}
    most = max(read.values(), default=0)
    found = [order for order in DATE_ORDERS if read[order] == most and most]
    if len(found) > 1 and all(
        [read_date(cell, order) for order in found] == [day(cell)] * len(found) for cell in cells
    ):
        return found[:1]  # words for months: they say the same in every order
    return found


def read_date(cell: str, order: str) -> date | None:
    """Return the date in a cell whose numbers stand in this order, or whose month is a word."""
    match = _SLASHED.fullmatch(cell.strip())
    if not match:
        return day(cell)
    parts = [int(match[1]), int(match[2]), int(match[3])]
    year_first = len(match[1]) == 4
    if year_first != (order == "ymd") or ("." in match[0] and order == "mdy"):
        return None  # with points between them, the day comes first everywhere
    year, month, of_month = (parts[order.index(letter)] for letter in "ymd")
    if year < 100:
        year += 2000
    try:
        return date(year, month, of_month)
    except ValueError:
        return None


def read_value(cell: str, decimal_comma: bool, *, hours: bool) -> float | None:
    """Return the number in a cell; yes is 1, no is 0, and 1:30 is in hours or in minutes.

    >>> read_value("6,5", True, hours=False), read_value("00:08", False, hours=False), read_value("7:30", False, hours=True)
    (6.5, 8.0, 7.5)
    >>> read_value("8.532", True, hours=False), read_value("8.532", False, hours=False), read_value("1,204.5", False, hours=False)
    (8532.0, 8.532, 1204.5)
    """
    plain = cell.strip().casefold()
    if plain in _YES or plain in _NO:
        return float(plain in _YES)
    if re.fullmatch(r"\d{1,2}:\d{2}(:\d{2})?", plain) and (read := clock(plain)):
        minutes = read[0] * 60 + read[1]
        return minutes / 60 if hours else float(minutes)
    plain = plain.replace("\u00a0", "").replace(" ", "")
    if _GROUPED[decimal_comma].fullmatch(plain):
        plain = plain.replace("." if decimal_comma else ",", "")
    number = parse_number(plain, decimal_comma=decimal_comma)
    return number if number is not None and abs(number) < 1e300 else None


def mapping_problems(mapping: Mapping, table: Table) -> list[Problem]:
    """Return what keeps a mapping from being used: no night, two of one thing, a factor without a name."""
    problems = []
    uses = Counter(column.use for column in mapping.columns)
    if uses[NIGHT] != 1:
        problems.append(
            Problem(
                message("No column is the night.")
                if not uses[NIGHT]
                else message("Two columns are the night."),
                message("Choose one column for it."),
            )
        )
    elif mapping.date_order is None:
        problems.append(
            Problem(
                message("The dates can be read in two ways."),
                message("Say which comes first, the day or the month."),
            )
        )
    for use, count in uses.items():
        if use in OUTCOMES and count > 1:
            problems.append(
                Problem(
                    message("{count} columns are {use}.", count=count, use=use.replace("_", " ")),
                    message("Choose one of them."),
                )
            )
    known = set(table.columns)
    names: set[str] = set()
    for column in mapping.columns:
        if column.column not in known:
            problems.append(
                Problem(
                    message("The table has no such column."),
                    message("Look at its first line."),
                    column=column.column,
                )
            )
        if column.use != FACTOR:
            continue
        try:
            check_name(column.name)
            if column.unit:
                check_unit(column.unit)
        except QuietlegsError as error:
            problems.append(Problem(error.said, "", column=column.column))
        if column.name.casefold() in names or column.name.casefold() in OUTCOMES:
            problems.append(
                Problem(
                    message("The name {name} stands twice.", name=column.name),
                    message("Give each its own."),
                    column=column.column,
                )
            )
        names.add(column.name.casefold())
    return problems


def read_mapped(table: Table, mapping: Mapping, *, today: date | None = None) -> DiaryFile:
    """Read a table's nights as a mapping says. Everything wrong is a problem with its line; the rest comes in."""
    problems = mapping_problems(mapping, table)
    if problems:
        return DiaryFile(diary_of([]), tuple(problems))
    notices = []
    if table.other_sheets:
        notices.append(
            Problem(
                message("Only the sheet {sheet} was read.", sheet=table.sheet),
                message("Save another sheet as its own file."),
            )
        )
    reader = _Reader(table, mapping, today)
    nights = reader.read()
    factors = [Factor(c.name, c.kind, c.unit) for c in mapping.columns if c.use == FACTOR]
    return DiaryFile(diary_of(nights, factors), tuple(reader.problems[:MOST_PROBLEMS]), tuple(notices))


class _Reader:
    """Goes down the rows of a table once."""

    def __init__(self, table: Table, mapping: Mapping, today: date | None) -> None:
        self.table, self.mapping, self.today = table, mapping, today
        places = {column: place for place, column in enumerate(table.columns)}
        self.uses = [(places[use.column], use) for use in mapping.columns if use.use != LEAVE]
        self.problems: list[Problem] = []

    def read(self) -> list[Night]:
        """Return the nights of the good rows."""
        at = next(place for place, use in self.uses if use.use == NIGHT)
        column = self.table.columns[at]
        nights: dict[date, tuple[int, Night]] = {}
        for line, row in self.table.rows:
            evening = read_date(row[at], self.mapping.date_order or "ymd") if row[at] else None
            if evening and self.mapping.named_by == "morning":
                evening -= timedelta(days=1)
            if evening is None or evening < FIRST_EVENING or (self.today and evening > self.today):
                what = (
                    message("“{cell}” is no date.", cell=row[at][:40])
                    if evening is None
                    else message("“{cell}” is no night of this diary yet.", cell=row[at][:40])
                )
                self._complain(
                    line,
                    column,
                    what,
                    message("Mend the date, or leave the line out."),
                )
                continue
            if evening in nights:
                mend = message("Keep one line for each night.")
                self._complain(
                    line,
                    column,
                    message(
                        "{evening} stands on line {line} already.", evening=evening, line=nights[evening][0]
                    ),
                    mend,
                )
                continue
            nights[evening] = (line, self._night(line, evening, row))
        return [night for _line, night in nights.values()]

    def _complain(self, line: int, column: str, what: str, mend: str) -> None:
        self.problems.append(Problem(what, mend, line=line, column=column))

    def _night(self, line: int, evening: date, row: tuple[str, ...]) -> Night:
        outcomes: dict[str, float] = {}
        factors: dict[str, float] = {}
        notes = []
        for place, use in self.uses:
            cell = row[place]
            if not cell or use.use == NIGHT:
                continue
            if use.use == NOTE:
                notes.append(cell.replace("\0", ""))
                continue
            is_hours = use.unit == "h" if use.use == FACTOR else OUTCOMES[use.use].unit == "h"
            value = read_value(cell, self.mapping.decimal_comma, hours=is_hours)
            problem = self._problem(use, value)
            if value is None or problem:
                what = problem.what if problem else message("“{cell}” is no number.", cell=cell[:40])
                mend = problem.mend if problem else message("Mend it, or leave the cell empty.")
                self._complain(line, use.column, what, mend)
            elif use.use == FACTOR:
                factors[use.name] = value
            else:
                outcomes[use.use] = value
        return Night(evening, outcomes, factors, note="\n".join(notes)[:MAX_NOTE_CHARACTERS])

    def _problem(self, use: ColumnUse, value: float | None) -> Problem | None:
        if value is None:
            return None
        if use.use == FACTOR:
            return factor_problem(use.name, use.kind, value)
        return outcome_problem(use.use, value)


def with_answers(mapping: Mapping, answer: Callable[[str], str]) -> Mapping:
    """Return a mapping with what a form says, by field: ``use-0``, ``name-0``, ``kind-0``, ``unit-0``, ``dates``, ..."""
    kinds = {kind.value: kind for kind in FactorKind}
    columns = []
    for place, column in enumerate(mapping.columns):
        use = answer(f"use-{place}")
        columns.append(
            replace(
                column,
                use=use if use in USES else column.use,
                name=answer(f"name-{place}").strip() or column.name or column.column,
                kind=kinds.get(answer(f"kind-{place}"), column.kind),
                unit=answer(f"unit-{place}").strip() or None,
            )
        )
    order, named_by = answer("dates"), answer("named_by")
    return Mapping(
        tuple(columns),
        order if order in DATE_ORDERS else mapping.date_order,
        named_by if named_by in NAMED_BY else mapping.named_by,
        answer("decimal_comma") == "yes",
    )
