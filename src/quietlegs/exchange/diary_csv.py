"""The diary CSV: one row a night, in and out. What goes out comes back in as the same diary.

A file is read whole and every problem is listed with its line. The nights of the good rows are returned beside the
problems; whether to use them is for the caller, who asks the person. Memory is bounded by the limits below.
"""

import csv
import io
import json
from datetime import date
from typing import BinaryIO

from quietlegs.core.base.errors import Problem
from quietlegs.core.base.messages import message
from quietlegs.core.diary.night import OUTCOMES, Diary, Factor, FactorKind, Night
from quietlegs.exchange.cells import guard, write_number
from quietlegs.exchange.diary_columns import NIGHT, SORE, write_column
from quietlegs.exchange.diary_file import DiaryFile, unusable
from quietlegs.exchange.diary_rows import Header, Pile
from quietlegs.exchange.episodes import episode_to_plain
from quietlegs.exchange.observations import observation_to_plain
from quietlegs.exchange.text import DELIMITERS, NotTextError, decode, find_delimiter, rows

# Ten years of nights with 100 factors make 1.5 million bytes and 400,000 values.
MAX_BYTES = 16 * 2**20
MAX_VALUES = 1_000_000


def read_diary_csv(source: bytes | BinaryIO, *, today: date | None = None) -> DiaryFile:
    """Read a diary CSV whole, and list every problem in it.

    Args:
        source: the file's bytes, or a binary stream that is read from where it stands.
        today: nights after it are problems; None lets any date through.

    >>> file = read_diary_csv(b"night,cramps,stretch,water[ml]\\n2026-03-01,2,yes,750\\n2026-03-02,-1,no,\\n")
    >>> file.diary.nights[0].factors
    {'stretch': 1.0, 'water': 750.0}
    >>> print(*file.problems)
    Line 3, column cramps: -1 is not possible. Enter 0 to 100.
    """
    raw = source if isinstance(source, bytes) else source.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        return unusable(
            message(
                "The file is larger than {most} MB; ten years of nights are about 2 MB.",
                most=MAX_BYTES // 2**20,
            ),
            message("Take out columns that are not about nights, or split it by year."),
        )
    try:
        text = decode(raw)
    except NotTextError as error:
        return unusable(error.said, "")
    if not text.text.strip():
        return unusable(
            message("The file is empty."),
            message("A first line with night,cramps and a line for each night are enough."),
        )
    delimiter = find_delimiter(text.text, NIGHT)
    if delimiter is None:
        return DiaryFile(Diary(), (_no_night_column(text.text),), text.notices)
    notices = list(text.notices)
    if delimiter != ",":
        notices.append(_delimiter_notice(delimiter))
    file_rows = rows(text.text, delimiter)
    header = Header.read(next(file_rows))
    if header.problems:
        return DiaryFile(Diary(), header.problems, tuple(notices))
    pile = Pile(header=header, decimal_comma=delimiter != ",", today=today)
    for row in file_rows:
        pile.add(row)
        if pile.values > MAX_VALUES:
            return unusable(
                message("The file holds more than {most} answers.", most=MAX_VALUES),
                message("Split it by year."),
                line=row.line,
            )
    return pile.finish(tuple(notices))


def write_diary_csv(diary: Diary) -> bytes:
    """Return a diary as a CSV file that ``read_diary_csv`` reads back as the same diary."""
    outcomes = [name for name in OUTCOMES if any(name in night.outcomes for night in diary.nights)]
    extras = [
        extra
        for extra, held in (
            ("places", any(night.places for night in diary.nights)),
            (SORE, any(night.sore is not None for night in diary.nights)),
            ("episodes", any(night.episodes for night in diary.nights)),
            ("observations", any(night.seen for night in diary.nights)),
            ("note", any(night.note for night in diary.nights)),
        )
        if held
    ]
    headers = [
        write_column(f, (n.factors[f.name] for n in diary.nights if f.name in n.factors))
        for f in diary.factors
    ]
    out = io.StringIO(newline="")
    # CR LF as RFC 4180 asks; it also makes the writer quote a lone CR in a note.
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([NIGHT, *outcomes, *headers, *extras])
    for night in diary.nights:
        writer.writerow(
            [
                night.evening.isoformat(),
                *(write_number(night.outcomes[name]) if name in night.outcomes else "" for name in outcomes),
                *(_factor_cell(factor, night) for factor in diary.factors),
                *(_extra_cell(extra, night) for extra in extras),
            ]
        )
    return out.getvalue().encode()


def _factor_cell(factor: Factor, night: Night) -> str:
    value = night.factors.get(factor.name)
    if value is None:
        return ""
    if factor.kind is FactorKind.YES_NO:
        return "yes" if value else "no"
    return write_number(value)


def _extra_cell(extra: str, night: Night) -> str:
    match extra:
        case "places":
            return guard(" ".join(night.places))
        case "episodes":
            plain = [episode_to_plain(episode) for episode in night.episodes]
            return json.dumps(plain, ensure_ascii=False) if plain else ""
        case "observations":
            seen = [observation_to_plain(one) for one in night.seen]
            return json.dumps(seen, ensure_ascii=False) if seen else ""
        case "note":
            return guard(night.note)
        case _:
            return {True: "yes", False: "no", None: ""}[night.sore]


def _no_night_column(text: str) -> Problem:
    header = next(rows(text, ","), None)
    if header is None:
        return Problem(
            message("There is no column night: the first line is empty."),
            message("Export the file again."),
            line=1,
        )
    if header.problem:
        return header.problem
    named = [cell.strip() for cell in header.cells if cell.strip()][:8]
    dated = next((cell for cell in named if "date" in cell.casefold() or "day" in cell.casefold()), None)
    mend = (
        message("If {column} is the evening's date, rename that column to night.", column=dated)
        if dated and len(named) > 1
        else message("The first line names the columns, like: night,cramps,stretch,water[ml].")
    )
    what = message("There is no column night. The first line has: {columns}.", columns=", ".join(named)[:200])
    return Problem(what, mend, line=header.line)


def _delimiter_notice(delimiter: str) -> Problem:
    return Problem(
        what=message(
            "The columns are separated by {separator}, not commas.", separator=DELIMITERS[delimiter]
        ),
        mend=message("They were read so, and 6,5 as 6.5."),
        line=1,
    )
