"""Changes to what was recorded in the night, at its time. Pages and commands find these in ``actions``."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from quietlegs.core.base.errors import Problem
from quietlegs.core.diary.night import MAX_EPISODE_MINUTES
from quietlegs.core.diary.night import Episode as CoreEpisode
from quietlegs.web.diary import history, queries, rows
from quietlegs.web.diary.checks import NightRefusedError
from quietlegs.web.diary.import_actions import stored_episode
from quietlegs.web.diary.models import BY_HAND, Diary, Episode, NightChange


@transaction.atomic
def record_episode(
    *,
    diary: Diary,
    episode: CoreEpisode,
    client_id: UUID | None = None,
    source: str = BY_HAND,
    now: datetime | None = None,
) -> Episode:
    """Record one cramp or bout at its time. Its night then has at least as many cramps as were recorded.

    The same ``client_id`` again changes nothing: use ``end_episode`` or ``change_episode`` for what comes later.

    Raises:
        NightRefusedError: when it lies in the future or its kind is not known.
    """
    if client_id:
        known = Episode.objects.filter(diary=diary, client_id=client_id).first()
        if known:
            return known
    now = now or timezone.now()
    _check_episode(episode, now)
    evening = episode.evening(diary.cutoff_hour)
    night = rows.night_row(diary, evening)
    history.note_change(diary=diary, evening=evening, night=night)
    night = night or rows.new_night(diary, evening, client_id=None, source=source, now=now)
    stored = stored_episode(night, episode, source, client_id)
    stored.save()
    rows.agree_with_episodes(night, source)
    rows.touch(diary)
    return stored


@transaction.atomic
def change_episode(
    *, diary: Diary, episode: Episode, now: datetime | None = None, **values: object
) -> Episode:
    """Change what is known of an episode: ``minutes``, ``severity``, ``muscle``, ``side``, ``relief``, ``kind``.

    Raises:
        QuietlegsError: when a value is out of bounds.
    """
    unknown = set(values) - {"minutes", "severity", "muscle", "side", "relief", "kind"}
    if unknown:
        raise TypeError(f"an episode has no {', '.join(sorted(unknown))} to change")
    history.note_change(diary=diary, evening=episode.night.evening, night=episode.night)
    for name, value in values.items():
        setattr(episode, name, value)
    _check_episode(queries.core_episode(episode), now or timezone.now())
    episode.save()
    rows.agree_with_episodes(episode.night, BY_HAND)
    rows.touch(diary)
    return episode


def end_episode(*, diary: Diary, episode: Episode, ended_at: datetime) -> Episode:
    """Store how long an episode lasted. One that has ended stays as it is."""
    if episode.minutes is not None:
        return episode
    longest = MAX_EPISODE_MINUTES
    minutes = max(0.0, (ended_at - episode.started_at).total_seconds() / 60)
    return change_episode(diary=diary, episode=episode, minutes=round(min(minutes, longest), 1), now=ended_at)


@transaction.atomic
def delete_episode(*, diary: Diary, episode: Episode) -> NightChange:
    """Delete an episode that was none. The night's count goes down with it where it rested on episodes alone."""
    night = episode.night
    change = history.note_change(diary=diary, evening=night.evening, night=night)
    recorded = night.episodes.filter(kind=Episode.Kind.CRAMP).count()
    if episode.kind == Episode.Kind.CRAMP and night.cramps == recorded:
        night.cramps = recorded - 1 or None  # no cramp recorded is not a quiet night
        night.save()
    episode.delete()
    rows.touch(diary)
    return change


def _check_episode(episode: CoreEpisode, now: datetime) -> None:
    """Refuse an episode of the future or of no known kind; a core episode has checked its bounds itself."""
    problems = []
    if episode.started_at > now:
        problems.append(Problem(what=_("This cramp has not been yet."), mend=_("Check its date and time.")))
    if episode.kind not in Episode.Kind.values:
        problems.append(
            Problem(what=_("Not a kind of episode."), mend=_("Use cramp or restless."), column="kind")
        )
    if problems:
        raise NightRefusedError(problems)
