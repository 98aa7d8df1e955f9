"""Writes of several nights at once: all of them or none, and one *Undo* for all."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from quietlegs.core.base.errors import Problem
from quietlegs.core.diary.night import Night as CoreNight
from quietlegs.web.diary import actions, history, rows
from quietlegs.web.diary.checks import CannotUndoError, NightRefusedError
from quietlegs.web.diary.models import BY_HAND, Diary, Factor, Night, NightChange


@dataclass(frozen=True, slots=True)
class CellChanges:
    """What was changed of one night in a sheet. A name that is missing stays; None is not known any more.

    ``factors`` go by their ids. ``places``, ``sore`` and ``note`` change only where ``texts`` names them.
    """

    evening: date
    outcomes: Mapping[str, float | None] = field(default_factory=dict)
    factors: Mapping[int, float | None] = field(default_factory=dict)
    texts: frozenset[str] = frozenset()
    places: tuple[str, ...] = ()
    sore: bool | None = None
    note: str = ""


class NightsRefusedError(Exception):
    """Nights of a batch cannot be stored. ``problems`` has what is wrong by evening. Nothing was changed."""

    def __init__(self, problems: Mapping[date, Sequence[Problem]]) -> None:
        super().__init__("some nights cannot be stored")
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Counted:
    """What became of the nights of a week: their changes, and the evenings whose count was known already."""

    changes: Sequence[NightChange]
    known: Sequence[date]


@transaction.atomic
def log_counts(
    *, diary: Diary, counts: Mapping[date, int], client_id: UUID | None = None, now: datetime | None = None
) -> Counted:
    """Note how many cramps each night had; 0 is a quiet night. A night that is not named stays as it is.

    So does a night whose count is known: only unknown nights are asked about, so somebody answered it meanwhile.

    Raises:
        NightsRefusedError: saying which nights cannot be so, before anything is stored.
    """
    changes, known, problems = [], [], {}
    for evening, count in counts.items():
        one = uuid5(client_id, evening.isoformat()) if client_id else None
        repeat = one and NightChange.objects.filter(diary=diary, client_id=one).first()
        if repeat:
            changes.append(repeat)
            continue
        if Night.objects.filter(diary=diary, evening=evening).exclude(cramps=None).exists():
            known.append(evening)
            continue
        try:
            if count == 0:
                logged = actions.log_quiet_night(diary=diary, evening=evening, client_id=one, now=now)
            else:
                night = CoreNight(evening, {"cramps": float(count)})
                logged = actions.log_night(diary=diary, night=night, client_id=one, now=now)
        except NightRefusedError as error:
            problems[evening] = error.problems
        else:
            changes.append(logged.change)
    if problems:
        raise NightsRefusedError(problems)
    return Counted(changes, known)


@transaction.atomic
def change_cells(
    *, diary: Diary, given: Iterable[CellChanges], client_id: UUID | None = None, now: datetime | None = None
) -> list[NightChange]:
    """Store what was changed in a sheet of nights, and nothing else. The same ``client_id`` again changes nothing.

    Raises:
        NightsRefusedError: saying which nights cannot be so, before anything is stored.
    """
    changes, problems = [], {}
    for cells in given:
        one = uuid5(client_id, cells.evening.isoformat()) if client_id else None
        repeat = one and NightChange.objects.filter(diary=diary, client_id=one).first()
        if repeat:
            changes.append(repeat)
            continue
        try:
            changes.append(_change(diary, cells, one, now or timezone.now()))
        except NightRefusedError as error:
            problems[cells.evening] = error.problems
    if problems:
        raise NightsRefusedError(problems)
    return changes


def _change(diary: Diary, cells: CellChanges, client_id: UUID | None, now: datetime) -> NightChange:
    stored = rows.night_row(diary, cells.evening)
    names = dict(Factor.objects.filter(diary=diary).values_list("pk", "name"))
    night = CoreNight(
        evening=cells.evening,
        outcomes={name: value for name, value in cells.outcomes.items() if value is not None},
        factors={names[pk]: value for pk, value in cells.factors.items() if value is not None},
        places=cells.places,
    )
    actions.check_night(diary, night, now=now, stored=stored)
    change = history.note_change(diary=diary, evening=cells.evening, night=stored, client_id=client_id)
    stored = stored or rows.new_night(diary, cells.evening, client_id=None, source=BY_HAND, now=now)
    rows.set_outcomes(stored, actions.quieted(cells.outcomes), BY_HAND)
    for name in cells.texts:
        setattr(stored, name, list(cells.places) if name == "places" else getattr(cells, name))
    stored.save()
    gone = [pk for pk, value in cells.factors.items() if value is None]
    stored.factor_values.filter(factor_id__in=gone).delete()
    rows.set_factors(stored, {pk: v for pk, v in cells.factors.items() if v is not None}, BY_HAND)
    rows.touch(diary)
    return change


@transaction.atomic
def undo_changes(*, diary: Diary, change_ids: Sequence[int], now: datetime | None = None) -> list[date]:
    """Make nights what they were before changes that were made together, and return their evenings.

    Raises:
        CannotUndoError: when one of the nights was changed again since; then none is undone.
    """
    if not change_ids:
        raise CannotUndoError(_("There is nothing to undo here."))
    return [actions.undo_change(diary=diary, change_id=pk, now=now) for pk in reversed(change_ids)]
