"""The paper diary of one person: the questions of the morning page and their own factors, two weeks to a sheet."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from quietlegs.exchange.paper_diary import PaperColumn, PaperDiary, PaperSide
from quietlegs.web.diary import queries, sheet
from quietlegs.web.diary.models import Diary

COLUMNS_A_SIDE = 9  # wider than this, names of factors break


def paper_of(diary: Diary, *, first: date | None) -> PaperDiary:
    """Return the sheet of the fortnight that begins with ``first``; None leaves the dates to be written. One query."""
    evenings = sheet.evenings_from(first) if first else []
    day = sheet.day_columns(queries.watched_factors(diary))
    note, own = day[-1], day[:-1]
    parts = [own[i : i + COLUMNS_A_SIDE] for i in range(0, len(own), COLUMNS_A_SIDE)] or [[]]
    parts[-1] = [*parts[-1], note]
    return PaperDiary(
        title=_("My nights"),
        period=_("%(first)s to %(last)s")
        % {"first": date_format(evenings[0], "j F"), "last": date_format(evenings[-1], "j F Y")}
        if evenings
        else "",
        language=(get_language() or "en").partition("-")[0],
        night_title=_("Night of"),
        nights=tuple(date_format(evening, "D j M") for evening in evenings) or ("",) * sheet.NIGHTS,
        sides=(
            PaperSide(_("The night and the morning"), _columns(sheet.night_columns())),
            *(PaperSide(_("The day before"), _columns(part)) for part in parts),
        ),
        lines=(
            _("Fill in each morning. Leave empty what you do not know: empty is unknown, 0 is none."),
            _("A night is named by its evening."),
        ),
        letters=sheet.letters_in_words(),
        footer=_("Quietlegs: paper diary"),
    )


def _columns(columns: list[sheet.Column]) -> tuple[PaperColumn, ...]:
    return tuple(PaperColumn(column.title, column.hint, column.is_wide) for column in columns)
