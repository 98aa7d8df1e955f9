"""Loop Habit Tracker's Checkmarks.csv: a row a day, a column a habit. Yes, no, skipped and unknown are told apart."""

from datetime import date

from quietlegs.core.base.messages import message
from quietlegs.core.diary.night import Factor, FactorKind
from quietlegs.exchange.diary_file import DiaryFile
from quietlegs.exchange.trackers.gather import Gathering
from quietlegs.exchange.trackers.symptoms import outcome_of, plain_name
from quietlegs.exchange.trackers.tables import day, header_of, number, rows_of

NAME = "Loop Habit Tracker"
_NO, _YES = (
    {"0", "no"},
    {"2", "yes", "yes_manual"},
)  # 1 is a yes that Loop filled in, 3 is skipped, -1 unknown
_WORDS = _NO | _YES | {"1", "3", "-1", "yes_auto", "skip", "unknown", ""}
NUMERIC_SCALE = 1000.0  # Loop writes measured habits in thousandths


def recognises(raw: bytes) -> bool:
    """Return whether a file is a table of days with nothing but Loop's marks and measures."""
    header = header_of(raw)
    if len(header) < 2 or header[0] != "date":
        return False
    try:
        cells = [c.casefold() for _, row in list(_first(raw)) for n, c in row.items() if n != "date"]
    except ValueError:
        return False
    marks = {cell for cell in cells if cell}
    return bool(marks) and marks <= _WORDS and bool(marks & {"2", "yes_manual", "-1", "unknown", "skip", "3"})


def _first(raw: bytes) -> list[tuple[int, dict[str, str]]]:
    return [(line, dict(row)) for line, row in rows_of(raw[:65_536].rsplit(b"\n", 1)[0])]


def read(raw: bytes) -> DiaryFile:
    """Read Loop's checkmarks."""
    found = Gathering(NAME)
    for line, row in rows_of(raw):
        on = day(row.get("date", ""))
        if on is None:
            found.problem(message("the date cannot be read."), message("Write it like 2026-03-01."), line)
            continue
        for habit, mark in row.items():
            if habit != "date":
                _habit(found, habit, mark.casefold(), on)
    return found.finish()


def _habit(found: Gathering, habit: str, mark: str, on: date) -> None:
    value = 1.0 if mark in _YES else 0.0 if mark in _NO else None
    amount = number(mark)
    if value is not None and outcome_of(habit) == "cramps":
        found.outcome(on, "cramps", value)
    elif value is not None and plain_name(habit):
        found.factor(on, Factor(plain_name(habit), FactorKind.YES_NO), value, max)
    elif amount is not None and amount > 3 and plain_name(habit):
        found.factor(on, Factor(plain_name(habit), FactorKind.AMOUNT), amount / NUMERIC_SCALE, max)
