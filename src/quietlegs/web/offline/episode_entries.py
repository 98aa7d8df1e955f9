"""Cramps and restless legs that were noted without a connection: begun, over, where.

Entries may come in any order, twice, or in part, and the same is stored at the end: whichever comes first records
the episode, the earliest end stands, and the last word on where it was.
"""

from datetime import datetime

from quietlegs.core.base.nights import split_instant
from quietlegs.core.diary.night import MAX_EPISODE_MINUTES
from quietlegs.core.diary.night import Episode as CoreEpisode
from quietlegs.web.diary import checks
from quietlegs.web.diary.episode_actions import change_episode, record_episode
from quietlegs.web.diary.models import Diary, Episode
from quietlegs.web.offline.models import Entry
from quietlegs.web.offline.said import AboutEpisode, Began, Over, PlaceSaid


def take_began(diary: Diary, entry: Entry, said: Began, now: datetime) -> None:
    """Record that an episode began, unless what came before has recorded it already."""
    entry.of = said.id
    _note(entry, _recorded(diary, entry, kind=said.kind, began=said.at, now=now))


def take_over(diary: Diary, entry: Entry, said: Over, now: datetime) -> None:
    """Store how long an episode lasted and what was tried. Of several ends the earliest stands."""
    entry.of, entry.said = said.of, {"tried": list(said.tried)}
    episode = _episode(diary, entry, said, now)
    if episode is None:
        return
    _note(entry, episode)
    ends = Entry.objects.filter(diary=diary, of=said.of, what=Entry.What.OVER)
    first = ends.first()
    if (episode.minutes is not None and first is None) or (first and _order(first) < _order(entry)):
        return  # it ended before: on a page, or by an earlier word
    lasted = (entry.made_at - episode.started_at).total_seconds() / 60
    minutes = round(min(max(lasted, 0.0), MAX_EPISODE_MINUTES), 1)
    # An end without steps keeps those that a page has noted, but not those of an end that does not stand.
    tried = {"relief": list(said.tried)} if said.tried or first else {}
    change_episode(diary=diary, episode=episode, minutes=minutes, now=now, **tried)


def take_place(diary: Diary, entry: Entry, said: PlaceSaid, now: datetime) -> None:
    """Store where an episode was. Of several places the last word stands."""
    entry.of, entry.said = said.of, {"place": said.place}
    episode = _episode(diary, entry, said, now)
    if episode is None or said.place not in checks.PLACES:
        return
    _note(entry, episode)
    last = Entry.objects.filter(diary=diary, of=said.of, what=Entry.What.PLACE).last()
    if last is None or _order(last) < _order(entry):
        side, _dash, muscle = said.place.partition("-")
        change_episode(diary=diary, episode=episode, side=side, muscle=muscle, now=now)


def _episode(diary: Diary, entry: Entry, said: AboutEpisode, now: datetime) -> Episode | None:
    known = Episode.objects.select_related("night").filter(diary=diary, client_id=said.of).first()
    if known or said.began is None:
        return known
    return _recorded(diary, entry, kind=said.kind, began=said.began, now=now)


def _recorded(diary: Diary, entry: Entry, *, kind: str, began: datetime, now: datetime) -> Episode | None:
    """Return the episode, recorded if need be; None when it was recorded before and deleted since."""
    known = Episode.objects.select_related("night").filter(diary=diary, client_id=entry.of).first()
    was_there = Entry.objects.filter(diary=diary, of=entry.of).exclude(evening=None).exists()
    if known or was_there:
        return known
    started_at, offset = split_instant(began)
    episode = CoreEpisode(started_at=started_at, utc_offset_minutes=offset, kind=kind)
    return record_episode(diary=diary, episode=episode, client_id=entry.of, now=now)


def _note(entry: Entry, episode: Episode | None) -> None:
    entry.evening = episode.night.evening if episode else None


def _order(entry: Entry) -> tuple[datetime, str]:
    return entry.made_at, str(entry.client_id)
