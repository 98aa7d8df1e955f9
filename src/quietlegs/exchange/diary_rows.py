"""The rows of a diary CSV: from cells to nights, and everything that is wrong on the way.

A column's kind is known only when the last row is in, so rows are drafts until then.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeVar

from quietlegs.core.base.errors import Problem, QuietlegsError
from quietlegs.core.base.messages import message
from quietlegs.core.diary.night import (
    MAX_NOTE_CHARACTERS,
    OUTCOMES,
    Diary,
    Episode,
    Factor,
    FactorKind,
    Night,
    Observation,
    check_name,
    check_unit,
    diary_of,
    evening_problem,
    factor_problem,
    outcome_problem,
)
from quietlegs.exchange.cells import parse_date, parse_number, parse_yes_no, unguard
from quietlegs.exchange.diary_columns import NIGHT, SORE, Column, Role, infer_kind, parse_column
from quietlegs.exchange.diary_file import DiaryFile
from quietlegs.exchange.episodes import episode_from_plain
from quietlegs.exchange.observations import observation_from_plain
from quietlegs.exchange.text import Row

Item = TypeVar("Item")

MAX_COLUMNS = 1_000
MAX_SPAN_NIGHTS = 36_525  # a hundred years: the statistics lay a row for every calendar night between
SHOWN = 40  # letters of a wrong cell that a message repeats


def _shown(cell: str) -> str:
    text = " ".join(cell.split())
    return f"“{text[:SHOWN]}…”" if len(text) > SHOWN else f"“{text}”"


@dataclass(frozen=True, slots=True)
class Header:
    """The columns in the order of the file; None for an unnamed one, which must stay empty."""

    columns: tuple[Column | None, ...]
    problems: tuple[Problem, ...] = ()

    @classmethod
    def read(cls, row: Row) -> "Header":
        """Return the columns that the first row names, with everything that is wrong with them."""
        if len(row.cells) > MAX_COLUMNS:
            what = message(
                "The file has {count} columns; Quietlegs reads {most}.",
                count=len(row.cells),
                most=MAX_COLUMNS,
            )
            return cls(
                (), (Problem(what, message("Take out those that are not about nights."), line=row.line),)
            )
        columns = tuple(parse_column(cell) if cell.strip() else None for cell in row.cells)
        return cls(columns, tuple(_header_problems(columns, row.line)))


def _header_problems(columns: Sequence[Column | None], line: int) -> Iterator[Problem]:
    first: dict[tuple[Role, str], int] = {}
    for at, column in enumerate(columns, start=1):
        if column is None:
            continue
        key = (column.role, column.name.casefold())
        if key in first:
            yield Problem(
                message(
                    "Columns {first} and {at} are both called {name}.",
                    first=first[key],
                    at=at,
                    name=column.name,
                ),
                message("Rename one, or take it out."),
                line=line,
                column=column.name,
            )
        first.setdefault(key, at)
        try:
            if column.role is Role.FACTOR:
                check_name(column.name)
            if column.unit is not None:
                check_unit(column.unit)
        except QuietlegsError as error:
            yield Problem(error.said, "", line=line, column=column.name[:SHOWN])


@dataclass(slots=True)
class _Draft:
    """A night as its row says it, before all columns are known."""

    line: int
    evening: date
    outcomes: dict[str, float] = field(default_factory=dict)
    factors: dict[str, float] = field(default_factory=dict)
    note: str = ""
    episodes: tuple[Episode, ...] = ()
    places: tuple[str, ...] = ()
    sore: bool | None = None
    seen: tuple[Observation, ...] = ()


@dataclass(slots=True)
class _Tally:
    """What the cells of one factor column look like: the lines on which each look occurs."""

    words: list[int] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)  # other than 0 and 1, which may be yes and no
    digits: int = 0  # 0 and 1
    texts: list[tuple[int, str]] = field(default_factory=list)


@dataclass(slots=True)
class Pile:
    """The rows read so far. A column's kind is known when the last row is in."""

    header: Header
    decimal_comma: bool
    today: date | None
    values: int = 0
    drafts: list[_Draft] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    tallies: dict[str, _Tally] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.tallies = {c.name: _Tally() for c in self.header.columns if c and c.role is Role.FACTOR}

    def add(self, row: Row) -> None:
        """Read one row; what is wrong in it goes to the problems."""
        problem = row.problem or self._raggedness(row)
        if problem:
            self.problems.append(problem)
            return
        cells = list(zip(self.header.columns, row.cells, strict=False))
        night_cell = next(cell for column, cell in cells if column and column.role is Role.NIGHT)
        evening = parse_date(night_cell)
        if evening is None:
            self._complain(row.line, NIGHT, *_date_complaint(night_cell))
            evening = date.min  # the rest of the row is looked at all the same
        elif problem := evening_problem(evening, self.today):
            self.problems.append(replace(problem, line=row.line, column=NIGHT))
        draft = _Draft(row.line, evening)
        for column, cell in cells:
            # A note may be a space, if that is what was written.
            if (
                column
                and column.role is not Role.NIGHT
                and (cell.strip() or (column.role is Role.NOTE and cell))
            ):
                self.values += 1
                self._read_cell(draft, column, cell)
        self.drafts.append(draft)

    def _raggedness(self, row: Row) -> Problem | None:
        width = len(self.header.columns)
        unnamed = [at for at, column in enumerate(self.header.columns) if column is None]
        if len(row.cells) < width or any(cell.strip() for cell in row.cells[width:]):
            what = message(
                "This line has {count} cells; the first line has {width}.", count=len(row.cells), width=width
            )
            return Problem(
                what,
                message(
                    "Leave a cell empty where nothing is known, and put text with commas in quotation marks."
                ),
                line=row.line,
            )
        stray = next((row.cells[at] for at in unnamed if row.cells[at].strip()), None)
        if stray is not None:
            return Problem(
                message("{cell} stands in a column without a name.", cell=_shown(stray)),
                message("Name the column."),
                line=row.line,
            )
        return None

    def _complain(self, line: int, column: str, what: str, mend: str) -> None:
        self.problems.append(Problem(what, mend, line=line, column=column))

    def _read_cell(self, draft: _Draft, column: Column, cell: str) -> None:
        match column.role:
            case Role.OUTCOME:
                self._read_outcome(draft, column.name, cell)
            case Role.FACTOR:
                self._read_factor(draft, column, cell)
            case Role.NOTE:
                draft.note = unguard(cell)
                if len(draft.note) > MAX_NOTE_CHARACTERS:
                    self._complain(
                        draft.line,
                        "note",
                        message("The note has {count} letters.", count=len(draft.note)),
                        message("Use at most {most}.", most=MAX_NOTE_CHARACTERS),
                    )
            case Role.PLACES:
                draft.places = tuple(unguard(cell).split())
            case Role.SORE:
                answer = parse_yes_no(cell)
                if answer is None:
                    self._complain(
                        draft.line,
                        SORE,
                        message("{cell} is not yes or no.", cell=_shown(cell)),
                        message("Enter yes or no."),
                    )
                draft.sore = bool(answer)
            case Role.OBSERVATIONS:
                draft.seen = self._read_list(draft, "observations", cell, observation_from_plain)
            case _:
                draft.episodes = self._read_list(draft, "episodes", cell, episode_from_plain)

    def _read_outcome(self, draft: _Draft, name: str, cell: str) -> None:
        value = parse_number(cell, decimal_comma=self.decimal_comma)
        if value is None:
            known = OUTCOMES[name]
            self._complain(
                draft.line,
                name,
                message("{cell} is not a number.", cell=_shown(cell)),
                message("Enter {low} to {high}.", low=f"{known.low:g}", high=f"{known.high:g}"),
            )
        elif problem := outcome_problem(name, value):
            self.problems.append(replace(problem, line=draft.line))
        else:
            draft.outcomes[name] = value

    def _read_factor(self, draft: _Draft, column: Column, cell: str) -> None:
        tally = self.tallies[column.name]
        word = parse_yes_no(cell)
        value = parse_number(cell, decimal_comma=self.decimal_comma) if word is None else word
        if value is None:
            tally.texts.append((draft.line, cell[: SHOWN + 1]))
            return
        if word is not None:
            tally.words.append(draft.line)
        elif value in (0, 1):
            tally.digits += 1
        else:
            tally.numbers.append(draft.line)
        problem = factor_problem(column.name, column.kind or FactorKind.AMOUNT, value)
        if problem:
            self.problems.append(replace(problem, line=draft.line))
        draft.factors[column.name] = value

    def _read_list(
        self, draft: _Draft, column: str, cell: str, read: Callable[[Any], Item]
    ) -> tuple[Item, ...]:
        """What a cell that Quietlegs wrote as JSON holds; nothing, and a complaint, when it does not."""
        try:
            return tuple(read(item) for item in json.loads(cell))
        except (ValueError, TypeError, RecursionError):
            self._complain(
                draft.line,
                column,
                message("{cell} is not a list of {column}.", cell=_shown(cell), column=column),
                message("Leave it empty, or as Quietlegs wrote it."),
            )
        except QuietlegsError as error:
            self._complain(draft.line, column, error.said, "")
        return ()

    def finish(self, notices: tuple[Problem, ...]) -> DiaryFile:
        """Settle what depends on all rows, and return the diary of those in which nothing is wrong."""
        unreadable = {name for name, tally in self.tallies.items() if _holds_only_text(tally)}
        for name, tally in self.tallies.items():
            kind = next(c.kind for c in self.header.columns if c and c.role is Role.FACTOR and c.name == name)
            self.problems += _column_problems(name, kind, tally, whole=name in unreadable)
        self.problems += _repeated(self.drafts)
        bad = {problem.line for problem in self.problems if problem.column not in unreadable}
        bad |= _lines_of_repeats(self.drafts)
        good = [draft for draft in self.drafts if draft.line not in bad]
        if not self.drafts and not self.problems:
            self.problems.append(
                Problem(
                    message("The file names columns and has no nights."),
                    message("Add a line for each night."),
                )
            )
        if good and (max(d.evening for d in good) - min(d.evening for d in good)).days >= MAX_SPAN_NIGHTS:
            self.problems.append(
                Problem(
                    message("The first and last night are more than 100 years apart."),
                    message("Check the years."),
                )
            )
            good = []
        problems = tuple(sorted(self.problems, key=lambda problem: problem.line or 0))
        return DiaryFile(self._diary(good, unreadable), problems, notices)

    def _diary(self, good: Iterable[_Draft], unreadable: set[str]) -> Diary:
        factors = [
            Factor(c.name, c.kind or self._inferred(c.name, good), c.unit)
            for c in self.header.columns
            if c and c.role is Role.FACTOR and c.name not in unreadable
        ]
        return diary_of(
            (
                Night(d.evening, d.outcomes, d.factors, d.note, d.episodes, d.places, d.sore, d.seen)
                for d in good
            ),
            factors,
        )

    def _inferred(self, name: str, good: Iterable[_Draft]) -> FactorKind:
        return infer_kind({draft.factors[name] for draft in good if name in draft.factors})


def _holds_only_text(tally: _Tally) -> bool:
    return bool(tally.texts) and not (tally.words or tally.numbers or tally.digits)


def _date_complaint(cell: str) -> tuple[str, str]:
    mend = message("Write the evening's date like 2026-03-01.")
    if not cell.strip():
        return message("The night has no date."), mend
    return message("{cell} is not a date.", cell=_shown(cell)), mend


def _column_problems(name: str, kind: FactorKind | None, tally: _Tally, *, whole: bool) -> Iterator[Problem]:
    """Yield what is wrong with a factor's column, once it is known what most of its cells are."""
    if whole:
        examples = ", ".join(dict.fromkeys(_shown(cell) for _, cell in tally.texts[:50]))[:80]
        yield Problem(
            message("The column holds words, such as {examples}.", examples=examples),
            message("A factor is yes or no, or a number. Take the column out, or call it note."),
            column=name,
        )
        return
    is_numeric = kind not in (None, FactorKind.YES_NO) or (
        kind is None and len(tally.numbers) > len(tally.words)
    )
    mend = (
        message("Enter a number, or leave it empty.")
        if is_numeric
        else message("Enter yes or no, or leave it empty.")
    )
    for line, cell in tally.texts:
        yield Problem(
            message("{cell} is not a number.", cell=_shown(cell))
            if is_numeric
            else message("{cell} is not yes or no.", cell=_shown(cell)),
            mend,
            line=line,
            column=name,
        )
    if is_numeric:
        for line in tally.words:
            yield Problem(message("Yes or no stands among numbers."), mend, line=line, column=name)
    elif kind is None and tally.words:
        for line in tally.numbers:
            yield Problem(message("A number stands among yes and no."), mend, line=line, column=name)


def _repeated(drafts: Sequence[_Draft]) -> Iterator[Problem]:
    first: dict[date, int] = {}
    for draft in drafts:
        if draft.evening is not date.min and draft.evening in first:
            yield Problem(
                message(
                    "The night of {evening} stands on line {line} too.",
                    evening=draft.evening,
                    line=first[draft.evening],
                ),
                message("Keep one of the two."),
                line=draft.line,
                column=NIGHT,
            )
        first.setdefault(draft.evening, draft.line)


def _lines_of_repeats(drafts: Sequence[_Draft]) -> set[int | None]:
    """Return all lines of nights that stand more than once: which of them is right, nobody here can say."""
    lines: dict[date, list[int]] = {}
    for draft in drafts:
        lines.setdefault(draft.evening, []).append(draft.line)
    return {line for same in lines.values() if len(same) > 1 for line in same}
