"""A sheet of two weeks: its columns, as they are printed on paper and as they are typed in again.

A cell is text. Empty is not known. What a cell says is read against what the page showed when it was opened, so that
only what the person changed is written: an answer that came from another device meanwhile stays.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from quietlegs.core.base.errors import Problem
from quietlegs.core.diary.night import MAX_NOTE_CHARACTERS, factor_problem, outcome_problem
from quietlegs.web.diary import queries, words
from quietlegs.web.diary.batch_actions import CellChanges
from quietlegs.web.diary.models import Factor, Muscle, Night, Side
from quietlegs.web.shell.core_messages import what_to_do

NIGHTS = 14  # what one printed side holds in letters large enough
FACTOR = "f"  # "f12" is the column of the factor with the id 12
TEXTS = ("places", "sore", "note")


@dataclass(frozen=True, slots=True)
class Column:
    """One question of the sheet. ``hint`` says what may stand in it."""

    key: str
    title: str
    hint: str
    factor: Factor | None = None
    is_wide: bool = False


def night_columns() -> list[Column]:
    """Return the columns about the night and the morning: the questions of the morning page, in its order."""
    score = _("0 to 10")
    return [
        Column("cramps", _("Cramps"), _("how many")),
        Column("severity", _("Worst"), score),
        Column("places", _("Where"), _("see below"), is_wide=True),
        Column("restless", _("Restless"), score),
        Column("sleep_hours", _("Asleep"), _("hours")),
        Column("sore", _("Sore"), _("yes or no")),
        Column("pain", _("Pain"), score),
        Column("fatigue", _("Tired"), score),
        Column("fog", _("Fog"), score),
        Column("worry", _("Worry"), score),
    ]


def day_columns(factors: Sequence[Factor]) -> list[Column]:
    """Return the columns about the day before: the person's own factors, and a note."""
    hints = {
        Factor.Kind.YES_NO.value: _("yes or no"),
        Factor.Kind.SCALE.value: _("0 to 10"),
        Factor.Kind.COUNT.value: _("how many"),
        Factor.Kind.AMOUNT.value: _("how much"),
    }
    own = [Column(f"{FACTOR}{f.pk}", f.name, f.unit or hints[f.kind], factor=f) for f in factors]
    return [*own, Column("note", _("Note"), "", is_wide=True)]


def evenings_from(first: date) -> list[date]:
    """Return the evenings of a sheet."""
    return [first + timedelta(days=i) for i in range(NIGHTS)]


def side_letters() -> dict[str, str]:
    """Return the letter of each leg, as the sheet prints it."""
    return {
        Side.LEFT.value: pgettext("letter for the left leg", "L"),
        Side.RIGHT.value: pgettext("letter for the right leg", "R"),
    }


def muscle_letters() -> dict[str, str]:
    """Return the letters of each place in the leg, as the sheet prints them."""
    return {
        Muscle.CALF.value: pgettext("letter for calf", "c"),
        Muscle.FOOT.value: pgettext("letter for foot or toes", "f"),
        Muscle.SOLE.value: pgettext("letter for heel or sole", "h"),
        Muscle.SHIN.value: pgettext("letter for shin", "s"),
        Muscle.BACK_OF_THIGH.value: pgettext("letters for back of thigh", "bt"),
        Muscle.FRONT_OF_THIGH.value: pgettext("letters for front of thigh", "ft"),
        Muscle.OTHER.value: pgettext("letter for somewhere else", "o"),
    }


def letters_in_words() -> str:
    """Return the key to the letters, in one line: "L left, R right; c calf, ..."."""
    legs = ", ".join(f"{letter} {Side(side).label}" for side, letter in side_letters().items())
    muscles = ", ".join(f"{letter} {Muscle(muscle).label}" for muscle, letter in muscle_letters().items())
    return _("Where: %(legs)s; then %(muscles)s. So %(example)s is the left calf.") % {
        "legs": legs,
        "muscles": muscles,
        "example": _place_letters(f"{Side.LEFT.value}-{Muscle.CALF.value}"),
    }


def _place_letters(place: str) -> str:
    side, _dash, muscle = place.partition("-")
    return f"{side_letters().get(side, side)}{muscle_letters().get(muscle, muscle)}"


def _places(text: str) -> tuple[str, ...]:
    """Return the places that a cell names. Raises ValueError with the word that names none."""
    known = {
        f"{side_letter}{muscle_letter}".casefold(): f"{side}-{muscle}"
        for side, side_letter in side_letters().items()
        for muscle, muscle_letter in muscle_letters().items()
    }
    found = []
    for word in text.replace(",", " ").replace(";", " ").split():
        place = known.get(word.casefold())
        if place is None:
            raise ValueError(word)
        found.append(place)
    return tuple(dict.fromkeys(found))


def shown_cells(night: Night | None) -> dict[str, str]:
    """Return what is known of a night as the cells of its row; what is not known is left out."""
    if night is None:
        return {}
    cells = {
        column.key: words.number(getattr(night, column.key))
        for column in night_columns()
        if column.key not in TEXTS
    }
    cells["places"] = " ".join(map(_place_letters, night.places))
    cells["sore"] = {True: _("yes"), False: _("no"), None: ""}[night.sore]
    cells["note"] = " ".join(night.note.split())
    for value in night.factor_values.all():
        is_yes_no = value.factor.kind == Factor.Kind.YES_NO
        said = (_("yes") if value.value else _("no")) if is_yes_no else words.number(value.value)
        cells[f"{FACTOR}{value.factor_id}"] = said
    return {key: text for key, text in cells.items() if text}


@dataclass(frozen=True, slots=True)
class CellProblem:
    """What is wrong in one cell."""

    evening: date
    key: str
    message: str


class RowReader:
    """Reads the changed cells of one night."""

    def __init__(self, evening: date, columns: Sequence[Column]) -> None:
        self.evening = evening
        self.columns = {column.key: column for column in columns}
        self.problems: list[CellProblem] = []
        self.outcomes: dict[str, float | None] = {}
        self.factors: dict[int, float | None] = {}
        self.texts: dict[str, object] = {}

    def read(self, key: str, text: str) -> None:
        """Take one changed cell, or note what is wrong with it."""
        column = self.columns.get(key)
        if column is None:
            return
        if key == "places":
            self._read_places(text)
        elif key == "note":
            self._read_note(text)
        elif key == "sore":
            answer = self._yes_no(key, text)
            self.texts["sore"] = None if answer is None else bool(answer)
        elif column.factor is not None and column.factor.kind == Factor.Kind.YES_NO:
            self.factors[column.factor.pk] = self._yes_no(key, text)
        else:
            self._read_number(column, text)

    def changes(self) -> CellChanges:
        """Return what is to be written."""
        places, sore, note = (self.texts.get(name) for name in TEXTS)
        return CellChanges(
            evening=self.evening,
            outcomes=self.outcomes,
            factors=self.factors,
            texts=frozenset(self.texts),
            places=places if isinstance(places, tuple) else (),
            sore=sore if isinstance(sore, bool) else None,
            note=note if isinstance(note, str) else "",
        )

    def _wrong(self, key: str, message: str) -> None:
        self.problems.append(CellProblem(self.evening, key, message))

    def _read_places(self, text: str) -> None:
        try:
            self.texts["places"] = _places(text)
        except ValueError as error:
            said = _("“%(word)s” is not a place. Write it like %(example)s.")
            example = _place_letters(f"{Side.LEFT.value}-{Muscle.CALF.value}")
            self._wrong("places", said % {"word": str(error)[:20], "example": example})

    def _read_note(self, text: str) -> None:
        if len(text) > MAX_NOTE_CHARACTERS:
            said = _("The note is too long. Use %(most)s letters or fewer.")
            self._wrong("note", said % {"most": MAX_NOTE_CHARACTERS})
        else:
            self.texts["note"] = text.replace("\0", "")

    def _yes_no(self, key: str, text: str) -> float | None:
        """Return 1 or 0, or None for an empty cell or one that says neither, which is noted."""
        if not text:
            return None
        yes, no = _("yes").casefold(), _("no").casefold()
        answer = {yes: 1.0, yes[0]: 1.0, "1": 1.0, "x": 1.0, no: 0.0, no[0]: 0.0, "0": 0.0, "-": 0.0}
        said = answer.get(text.casefold())
        if said is None:
            wrong = _("“%(typed)s” is not yes or no. Write %(yes)s or %(no)s, or leave it empty.")
            self._wrong(key, wrong % {"typed": text[:20], "yes": yes[0], "no": no[0]})
        return said

    def _read_number(self, column: Column, text: str) -> None:
        value: float | None = None
        problem: Problem | None = None
        if text:
            try:
                value = float(text.replace(",", "."))
            except ValueError:
                wrong = _("“%(typed)s” is not a number. Enter a number such as 6 or 6.5.")
                self._wrong(column.key, wrong % {"typed": text[:20]})
                return
            if column.factor is None:
                problem = outcome_problem(column.key, value)
            else:
                known = queries.core_factor(column.factor)
                problem = factor_problem(known.name, known.kind, value)
        if problem:
            self._wrong(column.key, what_to_do(problem))
        elif column.factor is None:
            self.outcomes[column.key] = value
        else:
            self.factors[column.factor.pk] = value


def read_rows(
    columns: Sequence[Column], typed: Mapping[date, Mapping[str, str]], was: Mapping[date, Mapping[str, str]]
) -> tuple[list[CellChanges], list[CellProblem]]:
    """Return what was changed, night by night, and every cell that cannot be read.

    Args:
        typed: the cells of each evening as they are now.
        was: the cells as the page showed them at first; what is missing was empty.
    """
    changes, problems = [], []
    for evening, cells in typed.items():
        reader = RowReader(evening, columns)
        before = was.get(evening, {})
        for key, text in cells.items():
            if text.strip() != before.get(key, ""):
                reader.read(key, text.strip())
        problems += reader.problems + _contradictions(evening, cells)
        if reader.outcomes or reader.factors or reader.texts:
            changes.append(reader.changes())
    return changes, problems


def _contradictions(evening: date, cells: Mapping[str, str]) -> list[CellProblem]:
    is_quiet = cells.get("cramps", "").strip() in ("0", "0.0", "0,0")
    worst = cells.get("severity", "").strip()
    if not is_quiet or (worst in ("", "0") and not cells.get("places", "").strip()):
        return []
    said = _("This says 0 cramps, and beside it where or how bad they were. Change one of the two.")
    return [CellProblem(evening, "cramps", said)]
