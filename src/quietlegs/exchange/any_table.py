"""Tables of any make, read as text: CSV in any encoding, and spreadsheets (xlsx).

A spreadsheet's formulas are not run: the result that stands in the file is read, and none is an empty cell.
"""

import csv
import io
import zipfile
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from quietlegs.core.base.errors import QuietlegsError
from quietlegs.core.base.messages import message
from quietlegs.exchange import archive
from quietlegs.exchange.text import decode, delimiter_of

MOST_BYTES = 20 * 2**20  # a table of nights, a hundred years of them, has less
MOST_UNPACKED = 200 * 2**20
MOST_ROWS = 40_000
MOST_COLUMNS = 200
_SHEETS = "xl/workbook.xml"


@dataclass(frozen=True, slots=True)
class Table:
    """The columns of a table and its rows, each with its line in the file. Every row has a cell for every column.

    ``delimiter`` is the sign between the cells; a spreadsheet has none.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    sheet: str = ""
    other_sheets: tuple[str, ...] = ()
    delimiter: str = ""

    def cells(self, place: int) -> list[str]:
        """Return the cells of a column that are not empty."""
        return [row[place] for _line, row in self.rows if row[place]]


def is_spreadsheet(path: Path) -> bool:
    """Return whether a file is an xlsx workbook, from what it holds.

    Raises:
        UnsafeFileError: it is a zip that was made to do harm.
    """
    try:
        return _SHEETS in archive.member_names(path)
    except archive.UnsafeFileError:
        raise
    except QuietlegsError:
        return False


def read_table(path: Path) -> Table:
    """Read a table whole.

    Raises:
        QuietlegsError: it cannot be read, is too large, or is no table.
    """
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise QuietlegsError(
                message(
                    "The table has {size} MB. The most we read is {most} MB.",
                    size=size // 2**20,
                    most=MOST_BYTES // 2**20,
                )
            )
        table = _read_spreadsheet(path) if is_spreadsheet(path) else _read_text(path.read_bytes())
    except OSError as error:
        raise QuietlegsError(
            message("The file cannot be read ({why}). Check its name.", why=error.strerror)
        ) from error
    return table


def _read_text(raw: bytes) -> Table:
    text = decode(raw).text
    if (
        text.startswith(("{", "[", "<"))
        or sum(sign < " " and sign not in "\t\r\n" for sign in text[:4096]) > 8
    ):
        raise QuietlegsError(message("This file is no table of nights that we can read."))
    delimiter = delimiter_of(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        found = _table((reader.line_num, [cell.strip() for cell in row]) for row in reader)
        return replace(found, delimiter=delimiter)
    except csv.Error as error:
        raise QuietlegsError(message("Line {line}: this is not a table.", line=reader.line_num)) from error


def _read_spreadsheet(path: Path) -> Table:
    import openpyxl  # a second that only spreadsheets need to wait

    archive.member_names(path, most_in_all=MOST_UNPACKED)
    try:
        # From memory: the name of a file says nothing, and openpyxl would go by it.
        book = openpyxl.load_workbook(
            io.BytesIO(path.read_bytes()), read_only=True, data_only=True, keep_links=False
        )
    except Exception as error:  # a damaged workbook can fail anywhere in the reader
        raise QuietlegsError(message("This is a damaged spreadsheet. Save it again as xlsx.")) from error
    try:
        names = [sheet.title for sheet in book.worksheets]
        for sheet in book.worksheets:
            found = (
                (line, [_as_text(value) for value in row])
                for line, row in enumerate(
                    sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS + 1, max_row=MOST_ROWS + 2), 1
                )
            )
            try:
                table = _table(found)
            except QuietlegsError:
                if len(names) == 1:
                    raise
                continue
            others = tuple(name for name in names if name != sheet.title)
            return Table(table.columns, table.rows, sheet.title, others)
    except (
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        ParseError,
        zipfile.BadZipFile,
    ) as error:
        raise QuietlegsError(message("This is a damaged spreadsheet. Save it again as xlsx.")) from error
    finally:
        book.close()
    raise QuietlegsError(
        message("This spreadsheet has no table: a line of names with lines of nights below it.")
    )


def _as_text(value: Any) -> str:
    """Return a cell as a person would type it, days as 2026-03-01 and yes or no as those words."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
        case date():
            return value.isoformat()
        case time():
            return value.isoformat("minutes")
        case timedelta():
            minutes = round(value.total_seconds() / 60)
            return f"{minutes // 60:02}:{minutes % 60:02}"
        case float() if abs(value) < 1e15 and value == int(value):
            return str(int(value))
        case _:
            return str(value).strip()


def _table(rows: Any) -> Table:
    header: list[str] = []
    found: list[tuple[int, tuple[str, ...]]] = []
    for line, row in rows:
        if not any(row):
            continue
        if not header:
            header = _names(row)
            continue
        if len(found) >= MOST_ROWS:
            raise QuietlegsError(
                message(
                    "The table has more than {most} lines. No diary has so many nights.",
                    most=f"{MOST_ROWS:,}",
                )
            )
        found.append((line, (*row[: len(header)], *[""] * (len(header) - len(row)))))
    if len(header) < 2 or not found:
        raise QuietlegsError(
            message("This file has no table: a line of names with lines of nights below it.")
        )
    return Table(tuple(header), tuple(found))


def _names(row: list[str]) -> list[str]:
    """Return the columns' names, each once; one without a name is called by its place."""
    while row and not row[-1]:
        row = row[:-1]
    if len(row) > MOST_COLUMNS:
        raise QuietlegsError(
            message(
                "The table has {count} columns. The most we read is {most}.",
                count=len(row),
                most=MOST_COLUMNS,
            )
        )
    names: list[str] = []
    taken: set[str] = set()
    for place, cell in enumerate(row, 1):
        name = " ".join(cell.split())[:60] or message("column {place}", place=place)
        if name.casefold() in taken:
            name = f"{name} ({place})"
        taken.add(name.casefold())
        names.append(name)
    return names
