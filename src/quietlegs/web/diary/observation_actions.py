"""What a second person saw of a night: written beside the person's own answers, never over them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from quietlegs.core.diary.night import Observation as CoreObservation
from quietlegs.web.diary import checks, clock, history, queries, rows
from quietlegs.web.diary.checks import CannotUndoError, NightRefusedError
from quietlegs.web.diary.models import BY_HAND, Diary, Observation, ObservationChange

_PLAIN = ("observer", "kicks", "cramps_heard", "woke_at", "note", "source")


@transaction.atomic
def note_observation(
    *,
    diary: Diary,
    evening: date,
    seen: CoreObservation,
    client_id: UUID | None = None,
    source: str = BY_HAND,
    now: datetime | None = None,
) -> tuple[Observation | None, bool]:
    """Store what one observer saw of a night, and say whether it is new.

    Each observer has one entry a night: what they say later takes the place of what they said before. Nobody else's
    word changes, and the night itself stays as it was: what another person saw does not make it known.
    A ``client_id`` that came before changes nothing: then what stands now is returned, or None when it was deleted.

    Raises:
        NightRefusedError: when the night has not been yet.
    """
    came_before = client_id and _came_before(diary, client_id)
    if came_before:
        return _stored(diary, *came_before), False
    problem = checks.evening_problem(evening, clock.tonight(diary, now or timezone.now()))
    if problem:
        raise NightRefusedError([problem])
    there = _stored(diary, evening, seen.observer)
    own_id = client_id or uuid4()
    _note_change(diary, evening, seen.observer, there, own_id)
    stored = there or Observation(diary=diary, evening=evening, observer=seen.observer, source=source)
    stored.client_id = own_id
    stored.kicks, stored.cramps_heard = seen.kicks, seen.cramps_heard
    stored.woke_at, stored.note = list(seen.woke_at), seen.note
    stored.save()
    rows.touch(diary)
    return stored, there is None


@transaction.atomic
def delete_observation(*, observation: Observation) -> ObservationChange:
    """Delete what one observer said of a night. Return the change that undoes it."""
    diary = observation.diary
    change = _note_change(diary, observation.evening, observation.observer, observation)
    observation.delete()
    rows.touch(diary)
    return change


@transaction.atomic
def undo_observation_change(
    *, diary: Diary, change_id: int, now: datetime | None = None
) -> ObservationChange:
    """Let one observer's word be as it was before it was written, changed or deleted. Again, it changes nothing more.

    Raises:
        CannotUndoError: when they said something else since, or there is no such change.
    """
    change = ObservationChange.objects.filter(diary=diary, pk=change_id).first()
    if change is None or change.before == history.FORGOTTEN:
        raise CannotUndoError(_("There is nothing to undo here."))
    if change.undone_at is not None:
        return change
    stands = _stored(diary, change.evening, change.observer)
    # A deletion has no id and leaves nothing; what was written stands under the id it was written with.
    if (stands and stands.client_id) != change.client_id:
        raise CannotUndoError(_("This night was changed again since. Open the night to change it."))
    if stands:
        stands.delete()
    if change.before:
        Observation.objects.create(diary=diary, evening=change.evening, **change.before)
    change.undone_at = now or timezone.now()
    change.save(update_fields=["undone_at"])
    rows.touch(diary)
    return change


def change_under(*, diary: Diary, client_id: UUID) -> ObservationChange | None:
    """Return the change that was made under an id, so that it can be undone."""
    return ObservationChange.objects.filter(diary=diary, client_id=client_id).first()


def _came_before(diary: Diary, client_id: UUID) -> tuple[date, str] | None:
    """Return the night and the observer of an id that was taken already."""
    taken = {"diary": diary, "client_id": client_id}
    change = ObservationChange.objects.filter(**taken).first() or Observation.objects.filter(**taken).first()
    return change and (change.evening, change.observer)


def _stored(diary: Diary, evening: date, observer: str) -> Observation | None:
    there = queries.observations(diary, evening)
    return next((one for one in there if one.observer.casefold() == observer.casefold()), None)


def _note_change(
    diary: Diary, evening: date, observer: str, there: Observation | None, client_id: UUID | None = None
) -> ObservationChange:
    before = there and _take_down(there)
    return ObservationChange.objects.create(
        diary=diary, evening=evening, observer=observer, before=before, client_id=client_id
    )


def _take_down(stored: Observation) -> dict[str, Any]:
    held = {name: getattr(stored, name) for name in _PLAIN}
    return {**held, "pk": stored.pk, "client_id": str(stored.client_id)}
