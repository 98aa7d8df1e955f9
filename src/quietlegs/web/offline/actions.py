"""Writes: take what a device said while it had no connection, once, however often it is sent."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from quietlegs.core.base.errors import Problem
from quietlegs.core.base.nights import split_instant
from quietlegs.web.diary import actions as diary_actions
from quietlegs.web.diary import clock
from quietlegs.web.diary.checks import NightRefusedError
from quietlegs.web.diary.models import Diary, NightChange
from quietlegs.web.experiments.actions import note_done
from quietlegs.web.experiments.models import Trial
from quietlegs.web.offline.episode_entries import take_began, take_over, take_place
from quietlegs.web.offline.models import DEVICE_LENGTH, Entry
from quietlegs.web.offline.night_entries import take_night
from quietlegs.web.offline.said import AboutEpisode, Began, NightSaid, Over, PlaceSaid, Said, TrialDone

CLOCKS_AGREE = timedelta(minutes=2)  # less is the time that sending takes, and no wrong clock


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an entry: its receipt, and whether it was there already."""

    entry: Entry
    is_repeat: bool


@transaction.atomic
def take(*, diary: Diary, said: Said, now: datetime | None = None) -> Taken:
    """Store what a device said. The same id again changes nothing.

    Raises:
        QuietlegsError: when it cannot be; nothing is stored then, not even the receipt.
    """
    known = Entry.objects.filter(diary=diary, client_id=said.id).first()
    if known:
        return Taken(known, is_repeat=True)
    now = now or timezone.now()
    _learn_time_zone(diary, said)
    said = _by_our_clock(said, now)
    made_at, offset = split_instant(said.at)
    entry = Entry(
        diary=diary,
        client_id=said.id,
        made_at=made_at,
        utc_offset_minutes=offset,
        device=said.device,
        device_name=said.device_name[:DEVICE_LENGTH],
    )
    match said:
        case Began():
            entry.what = said.kind
            take_began(diary, entry, said, now)
        case Over():
            entry.what = Entry.What.OVER
            take_over(diary, entry, said, now)
        case PlaceSaid():
            entry.what = Entry.What.PLACE
            take_place(diary, entry, said, now)
        case NightSaid():
            entry.what = Entry.What.NIGHT
            if not NightChange.objects.filter(diary=diary, client_id=said.id).exists():
                take_night(diary, entry, said, now)  # else a page has taken it, and its answer was lost
        case TrialDone():
            entry.what = Entry.What.DONE
            _take_done(diary, entry, said, now)
    entry.save()
    return Taken(entry, is_repeat=False)


@transaction.atomic
def note_seen(*, diary: Diary, evening: date, now: datetime) -> None:
    """Note that the person has seen what two devices said of a night."""
    Entry.objects.filter(diary=diary, evening=evening, seen_at=None).update(seen_at=now)


def _take_done(diary: Diary, entry: Entry, said: TrialDone, now: datetime) -> None:
    """Note whether a trial's night was done as planned; the last word stands, wherever it was said."""
    trial = Trial.objects.filter(diary=diary, pk=said.trial).first()
    if trial is None:
        raise NightRefusedError(
            [Problem(what=_("This trial was deleted. Nothing is noted for it."), mend="")]
        )
    note_done(trial=trial, evening=said.evening, done=said.done, said_at=entry.made_at, now=now)
    entry.evening, entry.trial, entry.said = said.evening, trial.pk, {"done": said.done}


def _learn_time_zone(diary: Diary, said: Said) -> None:
    """On its first night a diary learns where the person lives, as from the pages."""
    if not diary.time_zone and clock.is_time_zone(said.time_zone) and not diary.nights.exists():
        diary_actions.change_settings(diary=diary, time_zone=said.time_zone, cutoff_hour=diary.cutoff_hour)


def _by_our_clock(said: Said, now: datetime) -> Said:
    """Return the entry with its times by this computer's clock.

    A device whose clock is an hour fast says so by the time at which it sends. One that does not say is believed.

    Raises:
        NightRefusedError: when it was made in the future all the same.
    """
    ahead = (said.sent_at - now) if said.sent_at else timedelta()
    if abs(ahead) > CLOCKS_AGREE:
        said = replace(said, at=said.at - ahead)
        if isinstance(said, AboutEpisode) and said.began:
            said = replace(said, began=said.began - ahead)
    if said.at > now + CLOCKS_AGREE:
        problem = Problem(
            what=_("This has not been yet, by the clock of the computer."), mend=_("Check both clocks.")
        )
        raise NightRefusedError([problem])
    return replace(said, at=min(said.at, now.astimezone(said.at.tzinfo)))
