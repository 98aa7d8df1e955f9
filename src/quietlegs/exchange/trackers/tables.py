"""Reads tables of text as they come: any encoding, any delimiter, with or without a byte-order mark."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime

from quietlegs.core.base.errors import QuietlegsError
from quietlegs.core.base.messages import message
from quietlegs.exchange.text import NotTextError, delimiter_of, read_as_text

MOST_BYTES = 200 * 2**20


def decode(raw: bytes) -> str:
    """Return the text of a tracker's file, without the NUL characters that some exports hold.

    Raises:
        NotTextError: it is a file of another kind.
    """
    return read_as_text(raw).text.replace("\0", "")


def head_of(raw: bytes, most: int = 65_536) -> str:
    """Return how a file begins, to tell whose it is; empty where it is no text."""
    try:
        return decode(raw[:most])
    except NotTextError:
        return ""


def rows_of(raw: bytes) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield each row below the header with its line number, by column name in small letters.

    Raises:
        QuietlegsError: the file is too large or no text, or a cell is longer than the csv module reads (131,072 letters).
    """
    if len(raw) > MOST_BYTES:
        raise QuietlegsError(
            message(
                "The file has {size} MB. The most we read is {most} MB.",
                size=len(raw) // 2**20,
                most=MOST_BYTES // 2**20,
            )
        )
    text = decode(raw)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text))
    try:
        header = [name.strip().casefold() for name in next(reader, [])]
        for row in reader:
            if any(cell.strip() for cell in row):
                yield reader.line_num, {n: c.strip() for n, c in zip(header, row, strict=False) if n}
    except csv.Error as error:
        raise QuietlegsError(message("Line {line}: this is not a table.", line=reader.line_num)) from error


def header_of(raw: bytes) -> tuple[str, ...]:
    """Return the column names of a table's first line, in small letters."""
    text = head_of(raw)
    first = text.lstrip("\r\n").split("\n", 1)[0]
    try:
        cells = next(csv.reader([first], delimiter=delimiter_of(text)), [])
    except csv.Error:
        return ()
    return tuple(cell.strip().casefold() for cell in cells)


def number(text: str) -> float | None:
    """Return the number in a cell, with a decimal point or comma, or None where there is none.

    >>> number("6,5"), number(" 1 204 "), number("n/a"), number("")
    (6.5, 1204.0, None, None)
    """
    plain = text.replace("\u00a0", "").replace(" ", "").replace("%", "")
    if (
        re.fullmatch(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?", plain)
        and plain.count(",") * 4 < len(plain) + 1
        and "." in plain
    ):
        plain = plain.replace(",", "")
    match = re.fullmatch(r"-?\d{1,15}(?:[.,]\d{1,12})?", plain)
    return float(plain.replace(",", ".")) if match else None


def whole_number(text: str) -> float | None:
    """Return the number in a cell that counts something, so that a sign before three digits parts thousands.

    >>> whole_number("8,532"), whole_number("10.204"), whole_number("950"), whole_number("6,5")
    (8532.0, 10204.0, 950.0, 6.5)
    """
    grouped = re.fullmatch(r"[1-9]\d{0,2}(?:[.,]\d{3})+", text.strip())
    return float(re.sub(r"[.,]", "", grouped[0])) if grouped else number(text)


_DATE_FORMS = (
    "%Y-%m-%d",
    "%d.%m.%Y",
    "%d. %m. %Y",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%d %b %Y",
    "%d %B %Y",
    "%b %d, %Y",
    "%B %d, %Y",
)


def day(text: str) -> date | None:
    """Return the date in a cell, when it can be read in one way only; 03/04/2026 cannot.

    >>> day("8th Dec 2025"), day("2025-12-08T10:00"), day("01.03.2026"), day("03/04/2026")
    (datetime.date(2025, 12, 8), datetime.date(2025, 12, 8), datetime.date(2026, 3, 1), None)
    """
    plain = re.sub(r"(\d)(?:st|nd|rd|th)\b", r"\1", text.strip())
    plain = re.sub(r"^(\d{4}-\d{2}-\d{2})[T ].*$", r"\1", plain)
    for form in _DATE_FORMS:
        try:
            return _possible(datetime.strptime(plain, form).date())  # a date has no zone
        except ValueError:
            continue
    return None


def _possible(found: date) -> date | None:
    return found if 1950 <= found.year <= 2100 else None


def clock(text: str) -> tuple[int, int] | None:
    """Return the hour and minute in a cell, in 12 or 24 hours.

    >>> clock("10:30 PM"), clock("06:05"), clock("12:10 am"), clock("noon")
    ((22, 30), (6, 5), (0, 10), None)
    """
    match = re.match(r"\s*(\d{1,2}):(\d{2})(?::\d{2})?\s*([ap]m)?", text, re.IGNORECASE)
    if not match:
        return None
    hour, minute = int(match[1]), int(match[2])
    if match[3]:
        hour = hour % 12 + (12 if match[3].casefold() == "pm" else 0)
    return (hour, minute) if hour < 24 and minute < 60 else None
