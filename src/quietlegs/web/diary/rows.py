"""How a night is written, one step each. Only actions call these, inside their transaction."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from uuid import UUID

from django.db.models import F

from quietlegs.core.diary.night import OUTCOMES, OutcomeKind
from quietlegs.core.diary.night import Episode as CoreEpisode
from quietlegs.web.diary import clock
from quietlegs.web.diary.import_actions import stored_episode
from quietlegs.web.diary.models import BY_HAND, Diary, Episode, FactorValue, Night


def night_row(diary: Diary, evening: date) -> Night | None:
    """Return the stored night, or None."""
    return Night.objects.filter(diary=diary, evening=evening).first()


def new_night(diary: Diary, evening: date, *, client_id: UUID | None, source: str, now: datetime) -> Night:
    """Store a night of which nothing is known yet."""
    return Night.objects.create(
        diary=diary,
        evening=evening,
        client_id=client_id,
        source=source,
        utc_offset_minutes=clock.offset_minutes(diary, now),
    )


def touch(diary: Diary) -> None:
    """Move the diary's version on: what was worked out from it is old now."""
    Diary.objects.filter(pk=diary.pk).update(version=F("version") + 1)


def set_outcomes(night: Night, outcomes: Mapping[str, float | None], source: str) -> None:
    """Set outcomes of a night, not stored yet, and note which did not come from the person's hand."""
    sources = dict(night.value_sources)
    for name, value in outcomes.items():
        if source == BY_HAND or value is None:
            sources.pop(name, None)  # what the person saved is theirs, even where a file said the same
        elif getattr(night, name) != value:
            sources[name] = source
        counts = OUTCOMES[name].kind is OutcomeKind.COUNT
        setattr(night, name, int(value) if counts and value is not None else value)
    night.value_sources = sources


def set_factors(night: Night, values: Mapping[int, float], source: str) -> None:
    """Store answers about factors by their ids; an answer already there is replaced."""
    FactorValue.objects.bulk_create(
        [
            FactorValue(night=night, factor_id=factor, value=value, source=source)
            for factor, value in values.items()
        ],
        update_conflicts=True,
        unique_fields=["night", "factor"],
        update_fields=["value", "source"],
    )


def add_episodes(night: Night, episodes: Iterable[CoreEpisode], source: str) -> None:
    """Store episodes that are not there yet: one that began at the same instant is the same."""
    there = set(night.episodes.values_list("started_at", "kind"))
    Episode.objects.bulk_create(
        stored_episode(night, episode, source)
        for episode in episodes
        if (episode.started_at, episode.kind) not in there
    )
    if episodes:
        agree_with_episodes(night, source)


def agree_with_episodes(night: Night, source: str) -> None:
    """Raise a night's count and worst cramp to what its episodes say; never lower what the person said."""
    cramps = list(night.episodes.filter(kind=Episode.Kind.CRAMP))
    worst = max((episode.severity for episode in cramps if episode.severity is not None), default=None)
    raised: dict[str, float | None] = {}
    if cramps and len(cramps) > (night.cramps or 0):
        raised["cramps"] = len(cramps)
    if worst is not None and worst > (night.severity or 0):
        raised["severity"] = worst
    if raised:
        set_outcomes(night, raised, source)
        night.save()
