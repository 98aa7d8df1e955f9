"""What a second person saw of a night: written beside the person's own answers, never over them."""

from datetime import date, datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from quietlegs.core.diary.night import Observation as CoreObservation
from quietlegs.web.diary import checks, clock, queries, rows
from quietlegs.web.diary.checks import NightRefusedError
from quietlegs.web.diary.models import BY_HAND, Diary, Observation


@transaction.atomic
def note_observation(
    *,
    diary: Diary,
    evening: date,
    seen: CoreObservation,
    client_id: UUID | None = None,
    source: str = BY_HAND,
    now: datetime | None = None,
) -> tuple[Observation, bool]:
    """Store what one observer saw of a night, and say whether it is new.

    Each observer has one entry a night: what they say later takes the place of what they said before. Nobody else's
    word changes, and the night itself stays as it was: what another person saw does not make it known.
    The same ``client_id`` again changes nothing.

    Raises:
        NightRefusedError: when the night has not been yet.
    """
    if client_id:
        known = Observation.objects.filter(diary=diary, client_id=client_id).first()
        if known:
            return known, False
    problem = checks.evening_problem(evening, clock.tonight(diary, now or timezone.now()))
    if problem:
        raise NightRefusedError([problem])
    there = {one.observer.casefold(): one for one in queries.observations(diary, evening)}
    stored = there.get(seen.observer.casefold()) or Observation(
        diary=diary, evening=evening, observer=seen.observer, source=source
    )
    is_new = stored.pk is None
    stored.client_id = client_id or uuid4()
    stored.kicks, stored.cramps_heard = seen.kicks, seen.cramps_heard
    stored.woke_at, stored.note = list(seen.woke_at), seen.note
    stored.save()
    rows.touch(diary)
    return stored, is_new


@transaction.atomic
def delete_observation(*, observation: Observation) -> None:
    """Delete what one observer said of a night."""
    observation.delete()
    rows.touch(observation.diary)
