"""A paper diary as a tagged PDF, in large type: one row a night, one column a question, two weeks a sheet.

The words are data. Nothing of a person is ever part of the program that sets them.
"""

import json
from dataclasses import asdict, dataclass

from quietlegs.core.base.errors import QuietlegsError
from quietlegs.core.base.messages import message
from quietlegs.exchange.typesetting import PAPERS, TEMPLATES, set_pdf


@dataclass(frozen=True, slots=True)
class PaperColumn:
    """One question. ``hint`` says what may be written; a wide column gets twice the room."""

    title: str
    hint: str
    is_wide: bool = False


@dataclass(frozen=True, slots=True)
class PaperSide:
    """One printed side: the same nights, other questions."""

    heading: str
    columns: tuple[PaperColumn, ...]


@dataclass(frozen=True, slots=True)
class PaperDiary:
    """A sheet. ``nights`` are the names of its rows; an empty name leaves the date to be written."""

    title: str
    period: str
    language: str
    night_title: str
    nights: tuple[str, ...]
    sides: tuple[PaperSide, ...]
    lines: tuple[str, ...]
    letters: str
    footer: str


def paper_pdf(diary: PaperDiary, *, paper: str = "a4") -> bytes:
    """Return the sheet as a tagged PDF with its fonts inside, one side a page.

    Raises:
        QuietlegsError: the paper is neither a4 nor letter.
    """
    if paper not in PAPERS:
        raise QuietlegsError(
            message("We do not know the paper {paper}. Choose a4 or letter.", paper=repr(paper))
        )
    return set_pdf(
        TEMPLATES / "paper_diary.typ", json.loads(json.dumps({**asdict(diary), "paper": PAPERS[paper]}))
    )


__all__ = ["PAPERS", "PaperColumn", "PaperDiary", "PaperSide", "paper_pdf"]
