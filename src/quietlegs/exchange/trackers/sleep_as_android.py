"""Sleep as Android's CSV: each sleep is a line of names and a line of values, with a zone of its own."""

import csv
import io
import re
from datetime import datetime

from quietlegs.core.base.messages import message
from quietlegs.exchange.diary_file import DiaryFile
from quietlegs.exchange.trackers.gather import Gathering, night_at
from quietlegs.exchange.trackers.tables import decode, head_of, number

NAME = "Sleep as Android"


def recognises(raw: bytes) -> bool:
    """Return whether a file begins as Sleep as Android's does."""
    return head_of(raw, 200).replace('"', "").startswith("Id,Tz,From,To,Sched,Hours")


def read(raw: bytes) -> DiaryFile:
    """Read a Sleep as Android backup."""
    found = Gathering(NAME)
    names: list[str] = []
    reader = csv.reader(io.StringIO(decode(raw), newline=""))
    try:
        for row in reader:
            if row[:2] == ["Id", "Tz"]:
                names = [name.casefold() for name in row]
            elif row and row[0] and names:
                _sleep(found, dict(zip(names, row, strict=False)), reader.line_num)
    except csv.Error:
        found.problem(
            message("the file breaks off here."),
            message("Export it again."),
            reader.line_num,
        )
    return found.finish()


def _sleep(found: Gathering, row: dict[str, str], line: int) -> None:
    start, end = _local(row.get("from", "")), _local(row.get("to", ""))
    hours = number(row.get("hours", ""))
    if start is None or end is None or hours is None:
        found.problem(message("the times of this sleep cannot be read."), message("Export it again."), line)
        return
    found.sleep(start, hours)
    evening = night_at(start + (end - start) / 2)
    rating = number(row.get("rating", ""))
    if rating:  # 0 is "not rated" there
        found.outcome(evening, "sleep_quality", round(2 * rating))
    if row.get("comment"):
        found.note(evening, re.sub(r"#\w+", "", row["comment"]))


def _local(text: str) -> datetime | None:
    match = re.fullmatch(r"(\d{1,2})\. ?(\d{1,2})\. ?(\d{4}) (\d{1,2}):(\d{2})", text.strip())
    try:
        return (
            datetime(int(match[3]), int(match[2]), int(match[1]), int(match[4]), int(match[5]))
            if match
            else None
        )
    except ValueError:
        return None
