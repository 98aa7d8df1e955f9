"""What a document is made of. Each piece holds plain words, so that any format can be made of it."""

from dataclasses import dataclass
from datetime import date

Cell = str


@dataclass(frozen=True, slots=True)
class Lines:
    """Short lines, one below the other. ``strong`` is what each begins with, set in bold; it may be empty."""

    lines: tuple[tuple[str, str], ...]
    is_numbered: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells below their column names."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class NightMark:
    """One night of a strip: ``cramps`` None is unknown, 0 is quiet."""

    evening: date
    cramps: int | None


@dataclass(frozen=True, slots=True)
class Strip:
    """A picture of nights in order, with the words that say the same."""

    nights: tuple[NightMark, ...]
    words: str
    legend: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Legs:
    """A picture of two legs from behind with counts of nights, and the words that say the same.

    ``places`` are like ``left-calf``; those that cannot be seen from behind stand in the words alone.
    """

    places: tuple[tuple[str, int], ...]
    words: str


Block = Lines | Table | Strip | Legs


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands below it. ``is_wide`` asks for the whole width of the page."""

    id: str
    heading: str
    blocks: tuple[Block, ...]
    is_wide: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A page with its sections in order, and appendix sections that begin on a page of their own."""

    title: str
    kicker: str
    sections: tuple[Section, ...]
    appendix: tuple[Section, ...]
    footer: str
    language: str = "en"
