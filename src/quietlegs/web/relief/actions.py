"""Writes of the night: begin, go to the next step, stop. Each goes through the diary's own writes."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from quietlegs.core.diary.night import Episode as CoreEpisode
from quietlegs.web.diary import clock
from quietlegs.web.diary.episode_actions import change_episode, end_episode, record_episode
from quietlegs.web.diary.models import Diary, Episode
from quietlegs.web.relief import queries

ONE_BOUT_MINUTES = 120  # a second press within it means the same bout of restless legs
MOST_STEPS = 20  # as many as an episode may name in the open formats


@transaction.atomic
def begin_restless(*, diary: Diary, client_id: UUID | None, now: datetime) -> Episode:
    """Record that restless legs began now; give back the bout that runs already, if there is one."""
    running = queries.running(diary, Episode.Kind.RESTLESS)
    if running and (now - running.started_at).total_seconds() < ONE_BOUT_MINUTES * 60:
        return running
    beginning = CoreEpisode(
        started_at=now,
        utc_offset_minutes=clock.offset_minutes(diary, now),
        kind=Episode.Kind.RESTLESS.value,
    )
    recorded = record_episode(diary=diary, episode=beginning, client_id=client_id, now=now)
    if recorded.minutes is None:
        return recorded
    # The form was sent again from a page that was kept open: that bout is over, so this is another.
    return record_episode(diary=diary, episode=beginning, now=now)


@transaction.atomic
def go_on_from(*, diary: Diary, episode: Episode, step: str, order: Sequence[str], now: datetime) -> Episode:
    """Note that ``step`` was tried and that the next one is on; after the last comes the first again.

    A form that is sent twice, or from an older page, changes nothing. So does one after the end.
    """
    tried = episode.relief or [step]
    if step not in order or tried[-1] != step or episode.minutes is not None or len(tried) >= MOST_STEPS:
        return episode
    following = order[(order.index(step) + 1) % len(order)]
    return change_episode(diary=diary, episode=episode, relief=[*tried, following], now=now)


@transaction.atomic
def stop(*, diary: Diary, episode: Episode, step: str, order: Sequence[str], now: datetime) -> Episode:
    """Store how long it lasted, and the step that was on. One that has ended stays as it is."""
    if episode.minutes is not None:
        return episode
    if not episode.relief and step in order:
        episode.relief = [step]
    return end_episode(diary=diary, episode=episode, ended_at=now)
