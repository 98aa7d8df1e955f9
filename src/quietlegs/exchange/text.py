"""From bytes to text: which encoding, which delimiter, and what is no text at all.

What can be told for certain is read and said in a notice; what cannot is refused with a message.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from quietlegs.core.base.errors import Problem, QuietlegsError
from quietlegs.core.base.messages import message

DELIMITERS = {
    ",": message("commas"),
    ";": message("semicolons"),
    "\t": message("tabs"),
    "|": message("upright strokes"),
}
UTF8 = message("Save it as “CSV UTF-8 (comma delimited)”.")
# A pair of halves of one character as JSON escapes them, or a half alone.
_HALVES = re.compile(
    r"(?<!\\)(?:\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)
_BYTE_ORDER_MARKS = (
    # UTF-32 first: its mark begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OTHER_FILES = (
    (b"PK\x03\x04", message("a zip or a spreadsheet (.xlsx, .ods)")),
    (b"\xd0\xcf\x11\xe0", message("an old spreadsheet (.xls)")),
    (b"SQLite format 3\x00", message("a database")),
    (b"%PDF", message("a PDF")),
    (b"\x1f\x8b", message("a compressed file (.gz)")),
    (b"\x89PNG", message("a picture")),
    (b"\xff\xd8\xff", message("a picture")),
)
_QUOTED = re.compile(r'"[^"]*"')
_HEADER_SAMPLE = 65_536  # letters; more than any line of names has
_UTF16_SAMPLE = 4096  # bytes; enough to tell every other byte NUL from a stray one


class NotTextError(QuietlegsError):
    """The bytes are not text that can be read."""


@dataclass(frozen=True, slots=True)
class Text:
    """A file's text, and what had to be done to read it."""

    text: str
    notices: tuple[Problem, ...] = ()


def decode(raw: bytes) -> Text:
    """Return the text that bytes hold: UTF-8, UTF-16, UTF-32, or else Windows-1252.

    Raises:
        NotTextError: when it is a file of another kind, or holds NUL characters.
    """
    return _without_nul(read_as_text(raw))


def read_as_text(raw: bytes) -> Text:
    """Return the text that bytes hold, as ``decode`` does, with the NUL characters that may be in it.

    Raises:
        NotTextError: when it is a file of another kind.
    """
    for magic, name in _OTHER_FILES:
        if raw.startswith(magic):
            raise NotTextError(
                message(
                    "This is {name}, not a CSV file. Open it in its own program. {mend}", name=name, mend=UTF8
                )
            )
    encoding = next((name for mark, name in _BYTE_ORDER_MARKS if raw.startswith(mark)), _unmarked_utf16(raw))
    if encoding is not None and encoding != "utf-8-sig":
        try:
            return Text(raw.decode(encoding), (_encoding_notice(encoding.upper()),))
        except UnicodeDecodeError as error:
            raise NotTextError(
                message(
                    "This looks like {encoding} and breaks off in a character. {mend}",
                    encoding=encoding.upper(),
                    mend=UTF8,
                )
            ) from error
    try:
        return Text(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        # Every byte is a character in Latin-1, which Windows-1252 agrees with but for 27 signs.
        try:
            text = raw.decode("cp1252")
        except UnicodeDecodeError:
            text = raw.decode("latin-1")
        return Text(text, (_encoding_notice("Windows-1252 (Latin-1)", line),))


def _unmarked_utf16(raw: bytes) -> str | None:
    sample = raw[:_UTF16_SAMPLE]
    pairs = len(sample) // 2
    if pairs and sample[1::2].count(0) > 0.7 * pairs and not sample[0::2].count(0):
        return "utf-16-le"
    if pairs and sample[0::2].count(0) > 0.7 * pairs and not sample[1::2].count(0):
        return "utf-16-be"
    return None


def _encoding_notice(name: str, line: int | None = None) -> Problem:
    return Problem(
        what=message("This is not UTF-8. It was read as {name}.", name=name),
        mend=message(
            "Check names and notes with accents. If they look wrong: save it as “CSV UTF-8 (comma delimited)”."
        ),
        line=line,
    )


def _without_nul(text: Text) -> Text:
    at = text.text.find("\0")
    if at < 0:
        return text
    line = text.text.count("\n", 0, at) + 1
    raise NotTextError(
        message(
            "Line {line}: the file holds NUL characters, so it is damaged or no CSV file. {mend}",
            line=line,
            mend=UTF8,
        )
    )


def find_delimiter(text: str, required: str) -> str | None:
    """Return the sign that separates the columns: the one by which the header has the required column.

    >>> find_delimiter("night;cramps", "night")
    ';'
    """
    for delimiter in DELIMITERS:
        header = next(rows(text, delimiter), None)
        if header and required in (cell.strip().casefold() for cell in header.cells):
            return delimiter
    return None


def delimiter_of(text: str) -> str:
    """Return the sign that separates the columns where no column's name is known: the most frequent outside quotation marks.

    >>> delimiter_of('night;"cramps, left";"cramps, right, and so on"')
    ';'
    """
    bare = _QUOTED.sub("", text[:_HEADER_SAMPLE])
    header = next((line for line in bare.splitlines() if line.strip()), "")
    return max(DELIMITERS, key=header.count)


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it stands in the file: ``line`` is where it begins, counted from 1."""

    line: int
    cells: list[str]
    problem: Problem | None = None


def rows(text: str, delimiter: str) -> Iterator[Row]:
    """Yield the rows of a CSV text, with a problem in place of a row whose quotation marks do not close.

    Lines may end in LF, CR LF or CR, also within quotation marks.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Row(line, [], _quote_problem(line, str(error)))
            continue
        if any(cell.strip() for cell in cells):
            yield Row(line, cells)


def _quote_problem(line: int, error: str) -> Problem:
    if "field limit" in error:
        return Problem(what=message("A cell is far too long."), mend=message("Shorten it."), line=line)
    return Problem(
        what=message("A quotation mark stands inside a cell, or one is opened and never closed."),
        mend=message('Close it, or write two of them ("") for one.'),
        line=line,
    )


def whole_characters(text: str) -> str:
    """Return a text with JSON's escapes in two halves (pictures are written so) as the one character each stands for.

    A YAML reader takes the halves for two characters, which nothing can print.
    """

    def character(found: re.Match[str]) -> str:
        units = b"".join(int(unit, 16).to_bytes(2, "big") for unit in found[0].split("\\u")[1:])
        return units.decode("utf-16-be", "replace")

    return _HALVES.sub(character, text)
