"""One cell of a CSV file: numbers, yes and no, dates, and text that a spreadsheet must not run.

A spreadsheet runs a cell that begins with ``=`` and its like. Such text is written with an apostrophe before it,
as a person would type it; reading takes one apostrophe away again, so what comes back is what was written.
"""

import re
from datetime import date

# What spreadsheets take for the beginning of a formula (OWASP, "CSV Injection"), full-width forms too.
_RISKY = "=+\\-@\t\r\n＝＋－＠"
_TO_GUARD = re.compile(f"'*[{_RISKY}]")
_GUARDED = re.compile(f"'+[{_RISKY}]")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_WORDS = {"yes": 1.0, "true": 1.0, "sí": 1.0, "si": 1.0, "no": 0.0, "false": 0.0}


def guard(text: str) -> str:
    """Return text as a cell that no spreadsheet takes for a formula.

    >>> guard("=1+1"), guard("a = b")
    ("'=1+1", 'a = b')
    """
    return f"'{text}" if _TO_GUARD.match(text) else text


def unguard(cell: str) -> str:
    """Return the text that ``guard`` was given.

    >>> unguard(guard("'=1+1"))
    "'=1+1"
    """
    return cell[1:] if _GUARDED.match(cell) else cell


def parse_number(cell: str, *, decimal_comma: bool = False) -> float | None:
    """Return the number a cell holds, or None when it holds none. NaN and infinity are no numbers here."""
    text = cell.strip()
    if decimal_comma and _DECIMAL_COMMA.fullmatch(text):
        text = text.replace(",", ".")
    return float(text) if _NUMBER.fullmatch(text) else None


def parse_yes_no(cell: str) -> float | None:
    """Return 1.0 for yes (sí) or true and 0.0 for no or false in any capitals; None for anything else."""
    return _WORDS.get(cell.strip().casefold())


def parse_date(cell: str) -> date | None:
    """Return the date of a cell written as 2026-03-01, or None when it is no date."""
    text = cell.strip()
    try:
        return date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None


def write_number(value: float) -> str:
    """Return the shortest text that reads back as the same number.

    >>> write_number(2.0), write_number(0.1)
    ('2', '0.1')
    """
    text = repr(float(value))
    return text.removesuffix(".0")
