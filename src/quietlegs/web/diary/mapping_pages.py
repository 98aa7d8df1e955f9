"""What the template of the mapping page gets: each column with a guess, and the first rows to look at."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from quietlegs.core.diary.night import OUTCOMES
from quietlegs.exchange.any_table import Table
from quietlegs.exchange.mapping import FACTOR, LEAVE, NIGHT, NOTE, Mapping, date_orders, read_date
from quietlegs.web.diary.data_pages import Lines
from quietlegs.web.diary.models import Factor
from quietlegs.web.shell.core_messages import in_language

ROWS_SHOWN = 4
_OUTCOMES = {
    "cramps": _lazy("how many cramps"),
    "severity": _lazy("how bad the worst cramp was, 0 to 10"),
    "cramp_minutes": _lazy("how long the cramps lasted, in minutes"),
    "woken": _lazy("how often a cramp woke you"),
    "restless": _lazy("restless legs, 0 to 10"),
    "sleep_hours": _lazy("hours of sleep"),
    "awakenings": _lazy("how often you woke"),
    "sleep_quality": _lazy("how good the sleep was, 0 to 10"),
    "pain": _lazy("pain next day, 0 to 10"),
    "fatigue": _lazy("tiredness next day, 0 to 10"),
    "fog": _lazy("foggy head next day, 0 to 10"),
    "worry": _lazy("worry next day, 0 to 10"),
}
CELL_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to choose, and whether it is chosen."""

    value: str
    text: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class ColumnCard:
    """One column: its name, some of its cells, and what it may be."""

    place: int
    column: str
    examples: str
    uses: Sequence[Choice]
    name: str
    kinds: Sequence[Choice]
    unit: str


@dataclass(frozen=True, slots=True)
class MappingPage:
    """The whole page. ``orders`` is empty where the dates can be read in one way only."""

    file: str
    file_name: str
    nights: int
    columns: Sequence[str]
    rows: Sequence[Sequence[tuple[str, str]]]
    cards: Sequence[ColumnCard]
    orders: Sequence[Choice]
    named_by: Sequence[Choice]
    decimal_comma: bool
    problems: Lines = field(default_factory=Lines)


def mapping_page(
    file: str, file_name: str, table: Table, mapping: Mapping, problems: Lines | None = None
) -> MappingPage:
    """Gather what is known of a table and its columns."""
    return MappingPage(
        file=file,
        file_name=file_name,
        nights=len(table.rows),
        columns=[in_language(name) for name in table.columns],
        rows=[
            [(name, cell[:CELL_SHOWN]) for name, cell in zip(table.columns, row, strict=True)]
            for _line, row in table.rows[:ROWS_SHOWN]
        ],
        cards=[_card(place, table, mapping) for place in range(len(mapping.columns))],
        orders=_orders(table, mapping),
        named_by=[
            Choice(value, text, value == mapping.named_by)
            for value, text in (
                ("evening", _("the evening on which the night began")),
                ("morning", _("the morning after the night")),
            )
        ],
        decimal_comma=mapping.decimal_comma,
        problems=problems or Lines(),
    )


def _card(place: int, table: Table, mapping: Mapping) -> ColumnCard:
    column = mapping.columns[place]
    labels = {
        NIGHT: _("the night's date"),
        FACTOR: _("a factor: something that may matter"),
        NOTE: _("the note"),
        LEAVE: _("nothing, leave it out"),
        **{name: _OUTCOMES[name] for name in OUTCOMES},
    }
    return ColumnCard(
        place=place,
        column=in_language(table.columns[place]),
        examples=", ".join(cell[:CELL_SHOWN] for cell in table.cells(place)[:3]),
        uses=[Choice(value, str(text), value == column.use) for value, text in labels.items()],
        name=column.name or in_language(table.columns[place]),
        kinds=[Choice(value, str(text), value == column.kind) for value, text in Factor.Kind.choices],
        unit=column.unit or "",
    )


def _orders(table: Table, mapping: Mapping) -> Sequence[Choice]:
    """Return the ways to read the dates, with the first one read so; none where there is one way only."""
    at = next((place for place, use in enumerate(mapping.columns) if use.use == NIGHT), None)
    cells = table.cells(at) if at is not None else []
    found = date_orders(cells)
    if len(found) < 2:
        return []
    return [
        Choice(
            order,
            _("%(cell)s is %(date)s") % {"cell": cells[0][:CELL_SHOWN], "date": date_format(read, "j F Y")},
            order == mapping.date_order,
        )
        for order in found
        if (read := read_date(cells[0], order))
    ]
