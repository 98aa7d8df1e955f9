"""The experiment CSV: one row a night, with its condition. Files of other programs can be read by naming columns.

A file is read whole and every problem is listed with its line. Nothing is guessed silently: what was inferred (blocks
from the order, the outcome's kind, which condition is the reference) comes back as a notice.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import BinaryIO

import numpy as np

from quietlegs.core.base.errors import Problem, QuietlegsError
from quietlegs.core.diary.night import OUTCOMES
from quietlegs.core.experiments.nights import Floats, TrialNights
from quietlegs.exchange.cells import guard, parse_number, parse_yes_no, unguard, write_number
from quietlegs.exchange.text import DELIMITERS, NotTextError, decode, find_delimiter, rows

MAX_BYTES = 16 * 2**20
MAX_NIGHTS = 4_000  # eleven years; the drawn sequences of a test are held at once
_FIXED = ("night", "condition", "block", "washout", "adhered")


class ExperimentFileError(QuietlegsError):
    """A file that cannot be used; ``problems`` lists everything wrong with its line."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        shown = [str(problem) for problem in problems[:20]]
        if len(problems) > len(shown):
            shown.append(f"... and {len(problems) - len(shown)} more.")
        super().__init__("\n".join(shown))
        self.problems = problems


@dataclass(frozen=True, slots=True, eq=False)
class ExperimentFile:
    """An experiment as its file holds it, in order of date. Arrays have shape (nights,), NaN where not known.

    ``conditions`` are labels in order of first use, ``condition`` their numbers. ``has_blocks`` says whether the file
    named blocks; otherwise ``block`` was read from the order. ``columns`` holds every other numeric column.
    """

    evenings: np.ndarray
    conditions: tuple[str, ...]
    condition: np.ndarray
    block: np.ndarray
    has_blocks: bool
    is_washout: np.ndarray
    adhered: Floats
    columns: Mapping[str, Floats]
    notices: tuple[Problem, ...] = ()

    @property
    def default_outcome(self) -> str:
        """The outcome to analyse when none is named: the first that Quietlegs knows, else the only other column."""
        for name in OUTCOMES:
            if name in self.columns:
                return name
        if len(self.columns) == 1:
            return next(iter(self.columns))
        raise ExperimentFileError(
            (
                Problem(
                    f"Which column is the outcome? The file has {', '.join(self.columns) or 'no numbers'}.",
                    "Say it with --outcome NAME.",
                ),
            )
        )


@dataclass(slots=True)
class _Rows:
    evenings: list[date] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    condition: list[str] = field(default_factory=list)
    block: list[float | None] = field(default_factory=list)
    washout: list[float | None] = field(default_factory=list)
    adhered: list[float | None] = field(default_factory=list)
    values: list[list[float | None]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_experiment_csv(
    source: bytes | BinaryIO, *, night: str = "night", condition: str = "condition", block: str = "block"
) -> ExperimentFile:
    """Read an experiment from CSV bytes or a binary stream.

    Args:
        source: the file.
        night, condition, block: what these columns are called in the file.

    Raises:
        ExperimentFileError: with every problem and its line.

    >>> rows = b"night,condition,cramps\\n2026-03-01,none,1\\n2026-03-02,stretch,0\\n"
    >>> read_experiment_csv(rows).conditions
    ('none', 'stretch')
    """
    raw = source if isinstance(source, bytes) else source.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise refused(f"The file is larger than {MAX_BYTES // 2**20} MB.", "Split it by experiment.")
    try:
        text = decode(raw)
    except NotTextError as error:
        raise refused(str(error), "") from error
    if not text.text.strip():
        raise refused("The file is empty.", "Start with a line like: night,condition,block,cramps.")
    delimiter = find_delimiter(text.text, night.casefold())
    if delimiter is None:
        raise refused(
            f"There is no column {night}.",
            "The first line names the columns, like: night,condition,block,cramps. "
            "Is the date called something else? Say --night NAME.",
            1,
        )
    notices = list(text.notices)
    if delimiter != ",":
        notices.append(
            Problem(
                f"The columns are separated by {DELIMITERS[delimiter]}, not commas.", "They were read so.", 1
            )
        )
    every = rows(text.text, delimiter)
    names = [unguard(cell).strip() for cell in next(every).cells]
    places = _places(names, night=night, condition=condition, block=block)
    read = _Rows()
    others = [i for i, name in enumerate(names) if i not in places.values() and name]
    for row in every:
        _read_row(row.line, row.cells, row.problem, places, others, read, decimal_comma=delimiter != ",")
        if len(read.evenings) > MAX_NIGHTS:
            raise refused(f"The file holds more than {MAX_NIGHTS} nights.", "Split it by experiment.")
    if not read.evenings and not read.problems:
        raise refused("The file has a first line and no nights.", "Add a line for each night.")
    _check_doubles(read)
    if read.problems:
        raise ExperimentFileError(tuple(read.problems))
    return _assemble(read, [names[i] for i in others], "block" in places, notices)


def refused(what: str, mend: str, line: int | None = None) -> ExperimentFileError:
    """Return the error for one thing that is wrong with a file."""
    return ExperimentFileError((Problem(what, mend, line),))


def _places(names: list[str], *, night: str, condition: str, block: str) -> dict[str, int]:
    """Return where each fixed column stands."""
    folded = [name.casefold() for name in names]
    double = next((name for i, name in enumerate(folded) if name and name in folded[:i]), None)
    if double:
        raise refused(f"Two columns are named {double}.", "Rename or remove one of them.", 1)
    called = {
        "night": night,
        "condition": condition,
        "block": block,
        "washout": "washout",
        "adhered": "adhered",
    }
    places = {
        role: folded.index(name.casefold()) for role, name in called.items() if name.casefold() in folded
    }
    if "condition" not in places:
        raise refused(
            f"There is no column {condition}. The first line has: {', '.join(names)[:200]}.",
            "Add what was done each night (like none or stretch), or say --condition NAME if it is called "
            "something else.",
            1,
        )
    return places


def _read_row(
    line: int,
    cells: list[str],
    problem: Problem | None,
    places: Mapping[str, int],
    others: list[int],
    read: _Rows,
    *,
    decimal_comma: bool,
) -> None:
    if problem is not None:
        read.problems.append(problem)
        return

    def cell(role: str) -> str:
        place = places.get(role)
        return cells[place].strip() if place is not None and place < len(cells) else ""

    evening = _date(cell("night"))
    if evening is None:
        read.problems.append(
            Problem(f"“{cell('night')[:40]}” is no date.", "Write it like 2026-03-01.", line, "night")
        )
        return
    if not cell("condition"):
        read.problems.append(
            Problem(
                f"The night {evening} has no condition.",
                "Say what was planned for it, or remove the line.",
                line,
                "condition",
            )
        )
        return
    read.evenings.append(evening)
    read.lines.append(line)
    read.condition.append(unguard(cell("condition")))
    read.block.append(_number(cell("block"), "block", line, read.problems))
    for role, pile in (("washout", read.washout), ("adhered", read.adhered)):
        pile.append(_yes_no(cell(role), role, line, read.problems))
    values: list[float | None] = []
    for place in others:
        text = cells[place].strip() if place < len(cells) else ""
        number = parse_number(text, decimal_comma=decimal_comma)
        values.append(parse_yes_no(text) if number is None else number)
        if text and values[-1] is None:
            values[-1] = np.inf  # marks text: such a column is no outcome and no factor
    read.values.append(values)


def _date(cell: str) -> date | None:
    try:
        return datetime.fromisoformat(cell).date() if cell else None
    except ValueError:
        return None


def _number(cell: str, column: str, line: int, problems: list[Problem]) -> float | None:
    number = parse_number(cell)
    if cell and (number is None or number != int(number) or abs(number) > 1e9):
        problems.append(
            Problem(f"“{cell[:40]}” is no whole number.", "Number the blocks 1, 2, 3, …", line, column)
        )
        return None
    return number


def _yes_no(cell: str, column: str, line: int, problems: list[Problem]) -> float | None:
    if not cell:
        return None
    value = parse_yes_no(cell)
    number = parse_number(cell)
    if value is None and number in (0.0, 1.0):
        value = number
    if value is None:
        problems.append(Problem(f"“{cell[:40]}” is neither yes nor no.", "Write yes or no.", line, column))
    return value


def _check_doubles(read: _Rows) -> None:
    seen: dict[date, int] = {}
    for evening, line in zip(read.evenings, read.lines, strict=True):
        if evening in seen:
            read.problems.append(
                Problem(
                    f"The night {evening} stands on line {seen[evening]} too.",
                    "Keep one of the two lines.",
                    line,
                )
            )
        seen.setdefault(evening, line)


def _assemble(read: _Rows, names: list[str], has_blocks: bool, notices: list[Problem]) -> ExperimentFile:
    order = np.argsort([evening.toordinal() for evening in read.evenings], kind="stable")
    evenings = np.array([read.evenings[i].toordinal() for i in order], dtype=np.int64)
    labels = [read.condition[i] for i in order]
    folded: dict[str, str] = {}
    for label in labels:
        folded.setdefault(label.strip().casefold(), label.strip())
    conditions = tuple(folded.values())
    numbers = {key: number for number, key in enumerate(folded)}
    condition = np.array([numbers[label.strip().casefold()] for label in labels], dtype=np.int64)
    table = np.array(read.values, dtype=float).reshape(len(evenings), len(names))[order]
    columns = {
        name: table[:, j]
        for j, name in enumerate(names)
        if not np.isinf(table[:, j]).any() and not np.isnan(table[:, j]).all()
    }
    block = np.array([np.nan if b is None else b for b in read.block])[order]
    named = has_blocks and not np.isnan(block).all()
    if named and np.isnan(block).any():
        lines = [read.lines[i] for i, b in enumerate(read.block) if b is None]
        raise refused(
            "Some nights have a block and some have none.", "Give each night its block, or none.", lines[0]
        )
    if not named:
        block = blocks_from_order(evenings, condition)
        notices.append(Problem("The file names no blocks.", "They were read from the order of the nights."))
    return ExperimentFile(
        evenings,
        conditions,
        condition,
        block.astype(np.int64),
        named,
        np.array([read.washout[i] == 1.0 for i in order], dtype=np.bool_),
        np.array([np.nan if (a := read.adhered[i]) is None else a for i in order]),
        columns,
        tuple(notices),
    )


def blocks_from_order(evenings: np.ndarray, condition: np.ndarray) -> np.ndarray:
    """Return block numbers for nights that have none.

    When the two nights of every pair of calendar nights differ, each night is a block of its own (nightly pairs).
    Otherwise a block is a run of nights under one condition.
    """
    day = evenings - evenings[0]
    pair = day // 2
    both = np.flatnonzero(np.diff(pair) == 0)
    nightly = len(both) >= max(1, len(np.unique(pair)) // 2) and bool(
        np.all(condition[both] != condition[both + 1])
    )
    if nightly:
        return np.asarray(day + 1)
    return np.concatenate(([0], np.cumsum(np.diff(condition) != 0))) + 1


def write_experiment_csv(
    nights: TrialNights, *, lived: Mapping[date, tuple[str, int]] | None = None
) -> bytes:
    """Return an experiment as CSV that :func:`read_experiment_csv` reads back.

    ``lived`` gives each evening another condition and block: the four conditions of two remedies at once.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["night", "condition", "block", nights.outcome_name, "washout", "adhered"])
    for i in range(len(nights)):
        adhered = nights.adhered[i]
        named = nights.treatment if nights.treated[i] else nights.reference
        condition, block = (lived or {}).get(nights.evening(i), (named, int(nights.block[i])))
        writer.writerow(
            [
                nights.evening(i).isoformat(),
                guard(condition),
                block,
                "" if np.isnan(nights.outcome[i]) else write_number(nights.outcome[i]),
                "yes" if nights.is_washout[i] else "no",
                "" if np.isnan(adhered) else ("yes" if adhered else "no"),
            ]
        )
    return out.getvalue().encode()
