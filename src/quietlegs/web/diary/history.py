"""A night as it was: taken down before each change, put back when the person says *Undo*, and forgotten in time."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from quietlegs.core.diary.night import OUTCOMES
from quietlegs.web.diary.models import Diary, Episode, FactorValue, Night, NightChange, ObservationChange

_PLAIN = (*OUTCOMES, "places", "sore", "note", "source", "value_sources", "utc_offset_minutes")
_EPISODE_PLAIN = ("kind", "utc_offset_minutes", "minutes", "severity", "muscle", "side", "relief", "source")

DELETED_LASTS = timedelta(days=7)  # how long a night that was deleted can be brought back
CHANGE_LASTS = timedelta(days=90)  # how long any other change can be undone
FORGOTTEN: dict[str, Any] = {}  # in place of what a night was; that it was changed, and when, stays known


def take_down(night: Night) -> dict[str, Any]:
    """Return all that a night holds, as plain values that JSON can keep."""
    return {
        "id": night.pk,
        "client_id": str(night.client_id) if night.client_id else None,
        "created_at": night.created_at.isoformat(),
        **{name: getattr(night, name) for name in _PLAIN},
        "factors": [[v.factor_id, v.value, v.source] for v in night.factor_values.all()],
        "episodes": [
            {
                "id": episode.pk,
                "client_id": str(episode.client_id),
                "started_at": episode.started_at.isoformat(),
                **{name: getattr(episode, name) for name in _EPISODE_PLAIN},
            }
            for episode in night.episodes.all()
        ],
    }


def put_back(diary: Diary, evening: date, before: dict[str, Any] | None) -> Night | None:
    """Make a night what it was. None means that there was no night, and there is none again."""
    if before is None:
        Night.objects.filter(diary=diary, evening=evening).delete()
        return None
    # The row itself stays where it is there: what other rooms hang on it is not part of the change.
    held = {name: before[name] for name in _PLAIN}
    held["client_id"] = UUID(before["client_id"]) if before["client_id"] else None
    night, _made = Night.objects.update_or_create(
        diary=diary, evening=evening, defaults=held, create_defaults={**held, "pk": before["id"]}
    )
    Night.objects.filter(pk=night.pk).update(created_at=datetime.fromisoformat(before["created_at"]))
    night.factor_values.all().delete()
    night.episodes.all().delete()
    FactorValue.objects.bulk_create(
        FactorValue(night=night, factor_id=factor, value=value, source=source)
        for factor, value, source in before["factors"]
    )
    Episode.objects.bulk_create(
        Episode(
            pk=kept["id"],
            diary=diary,
            night=night,
            client_id=UUID(kept["client_id"]),
            started_at=datetime.fromisoformat(kept["started_at"]),
            **{name: kept[name] for name in _EPISODE_PLAIN},
        )
        for kept in before["episodes"]
    )
    return night


def note_change(
    *, diary: Diary, evening: date, night: Night | None, client_id: UUID | None = None
) -> NightChange:
    """Keep what the night is now, before it changes. ``night`` is None where there is none yet."""
    return NightChange.objects.create(
        diary=diary, evening=evening, before=take_down(night) if night else None, client_id=client_id
    )


def note_changes(*, diary: Diary, evenings: Collection[date]) -> None:
    """Keep what nights are now, before a file changes them, where an older *Undo* would pass over the change.

    Nights are read as they are stored. Three queries and one write, whatever their number.
    """
    open_changes = NightChange.objects.filter(diary=diary, undone_at=None)
    undoable = set(open_changes.values_list("evening", flat=True)).intersection(evenings)
    if not undoable:
        return
    stored = Night.objects.filter(diary=diary).prefetch_related("factor_values", "episodes")
    nights = {night.evening: night for night in stored if night.evening in undoable}
    NightChange.objects.bulk_create(
        NightChange(
            diary=diary,
            evening=evening,
            before=take_down(nights[evening]) if evening in nights else None,
        )
        for evening in sorted(undoable)
    )


def has_night() -> Exists:
    """Return the condition that the night of a row (by ``diary`` and ``evening``) is there."""
    return Exists(Night.objects.filter(diary=OuterRef("diary"), evening=OuterRef("evening")))


def forget_what_was(*, now: datetime) -> int:
    """Forget what a deleted night held, after a week, and what any other was before a change, after 90 days.

    Return how many changes are forgotten.
    """
    forgotten = 0
    for changes in (NightChange, ObservationChange):
        kept = changes.objects.filter(before__isnull=False).exclude(before=FORGOTTEN)
        forgotten += kept.filter(changed_at__lt=now - CHANGE_LASTS).update(before=FORGOTTEN)
    kept = NightChange.objects.filter(before__isnull=False).exclude(before=FORGOTTEN)
    deleted = kept.filter(~has_night(), changed_at__lt=now - DELETED_LASTS)
    return forgotten + deleted.update(before=FORGOTTEN)
