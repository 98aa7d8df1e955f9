"""Every change to a diary: one function each, one transaction each, on the disk before the person is told.

Pages, the command line, the HTTP interface and the tests all write through these. A repeat of the same ``client_id``
changes nothing and returns what is there. Each change of a night can be undone with ``undo_change``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from quietlegs.core.base.errors import Problem
from quietlegs.core.diary.night import MAX_EPISODE_MINUTES, OUTCOMES, OutcomeKind
from quietlegs.core.diary.night import Episode as CoreEpisode
from quietlegs.core.diary.night import Night as CoreNight
from quietlegs.web.diary import checks, clock, history, queries
from quietlegs.web.diary.checks import CannotUndoError, FactorRefusedError, NightRefusedError
from quietlegs.web.diary.factor_actions import add_factor, archive_factor, bring_back_factor, change_factor
from quietlegs.web.diary.import_actions import ImportPlan, import_nights, plan_import, stored_episode
from quietlegs.web.diary.models import BY_HAND, Diary, Episode, FactorValue, Night, NightChange

QUIET_CLEARS = ("severity", "cramp_minutes", "woken")  # what a quiet night cannot have


@dataclass(frozen=True, slots=True)
class Logged:
    """What became of a night: the night, the change that undoes it, and whether it was only a repeat."""

    night: Night
    change: NightChange
    is_repeat: bool = False


@transaction.atomic
def log_night(
    *,
    diary: Diary,
    night: CoreNight,
    client_id: UUID | None = None,
    source: str = BY_HAND,
    now: datetime | None = None,
) -> Logged:
    """Store what is given of a night and keep what is known already.

    Raises:
        NightRefusedError: when a value is out of bounds, a factor is not known or the night has not been yet.
    """
    repeat = _repeat(diary, client_id)
    if repeat:
        return repeat
    now = now or timezone.now()
    stored = _night(diary, night.evening)
    factors = _check(diary, night, now=now, stored=stored)
    change = history.note_change(diary=diary, evening=night.evening, night=stored, client_id=client_id)
    stored = stored or _new_night(diary, night.evening, client_id=client_id, source=source, now=now)
    _set_outcomes(stored, night.outcomes, source)
    stored.places = list(night.places) or stored.places
    stored.sore = stored.sore if night.sore is None else night.sore
    stored.note = night.note or stored.note
    stored.save()
    _set_factors(stored, {factors[name.casefold()]: value for name, value in night.factors.items()}, source)
    _add_episodes(stored, night.episodes, source)
    _touch(diary)
    return Logged(stored, change)


@transaction.atomic
def change_night(
    *,
    diary: Diary,
    night: CoreNight,
    client_id: UUID | None = None,
    source: str = BY_HAND,
    now: datetime | None = None,
) -> Logged:
    """Make a night exactly what is given: what is not given is not known any more.

    Episodes stay, since they were recorded at their time, and so do answers to archived factors, which no page
    asks about. Raises as ``log_night``.
    """
    repeat = _repeat(diary, client_id)
    if repeat:
        return repeat
    now = now or timezone.now()
    stored = _night(diary, night.evening)
    factors = _check(diary, night, now=now, stored=stored)
    change = history.note_change(diary=diary, evening=night.evening, night=stored, client_id=client_id)
    stored = stored or _new_night(diary, night.evening, client_id=client_id, source=source, now=now)
    gone = {name: None for name in OUTCOMES if name not in night.outcomes}
    _set_outcomes(stored, {**night.outcomes, **gone}, source)
    stored.places, stored.sore, stored.note = list(night.places), night.sore, night.note
    stored.save()
    values = {factors[name.casefold()]: value for name, value in night.factors.items()}
    stored.factor_values.filter(factor__archived_at=None).exclude(factor_id__in=values).delete()
    _set_factors(stored, values, source)
    _touch(diary)
    return Logged(stored, change)


@transaction.atomic
def log_quiet_night(
    *,
    diary: Diary,
    evening: date,
    client_id: UUID | None = None,
    source: str = BY_HAND,
    now: datetime | None = None,
) -> Logged:
    """Note that a night had no cramp. What else is known of it stays.

    Raises:
        NightRefusedError: when the night has not been yet, or a cramp in it was recorded at its time.
    """
    repeat = _repeat(diary, client_id)
    if repeat:
        return repeat
    now = now or timezone.now()
    quiet = CoreNight(evening=evening, outcomes={"cramps": 0})
    stored = _night(diary, evening)
    _check(diary, quiet, now=now, stored=stored)
    change = history.note_change(diary=diary, evening=evening, night=stored, client_id=client_id)
    stored = stored or _new_night(diary, evening, client_id=client_id, source=source, now=now)
    _set_outcomes(stored, {"cramps": 0, **dict.fromkeys(QUIET_CLEARS)}, source)
    stored.places, stored.sore = [], None
    stored.save()
    _touch(diary)
    return Logged(stored, change)


@transaction.atomic
def delete_night(*, diary: Diary, evening: date) -> NightChange | None:
    """Delete a night; it is unknown again. Return the change that undoes it, or None when there was no night."""
    stored = _night(diary, evening)
    if stored is None:
        return None
    change = history.note_change(diary=diary, evening=evening, night=stored)
    stored.delete()
    _touch(diary)
    return change


@transaction.atomic
def undo_change(*, diary: Diary, change_id: int, now: datetime | None = None) -> date:
    """Make a night what it was before a change, and return its evening. Undoing twice changes nothing more.

    Raises:
        CannotUndoError: when the night was changed again since, or there is no such change.
    """
    change = NightChange.objects.filter(diary=diary, pk=change_id).first()
    if change is None:
        raise CannotUndoError(_("There is nothing to undo here."))
    if change.undone_at is not None:
        return change.evening
    later = NightChange.objects.filter(
        diary=diary, evening=change.evening, pk__gt=change.pk, undone_at=None
    ).exists()
    if later:
        raise CannotUndoError(_("This night was changed again since. Open the night to change it."))
    history.put_back(diary, change.evening, change.before)
    change.undone_at = now or timezone.now()
    change.save(update_fields=["undone_at"])
    _touch(diary)
    return change.evening


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
    night = _night(diary, evening)
    history.note_change(diary=diary, evening=evening, night=night)
    night = night or _new_night(diary, evening, client_id=None, source=source, now=now)
    stored = stored_episode(night, episode, source, client_id)
    stored.save()
    _agree_with_episodes(night, source)
    _touch(diary)
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
    _agree_with_episodes(episode.night, BY_HAND)
    _touch(diary)
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
    _touch(diary)
    return change


@transaction.atomic
def change_settings(*, diary: Diary, time_zone: str, cutoff_hour: int) -> Diary:
    """Set where the person lives and when a night ends. Nights already logged keep their names."""
    diary.time_zone, diary.cutoff_hour = time_zone, cutoff_hour
    diary.save(update_fields=["time_zone", "cutoff_hour"])
    _touch(diary)
    return diary


@transaction.atomic
def delete_everything(*, diary: Diary) -> None:
    """Delete a diary with all that hangs on it. There is no way back but a backup."""
    diary.delete()


def _night(diary: Diary, evening: date) -> Night | None:
    return Night.objects.filter(diary=diary, evening=evening).first()


def _new_night(diary: Diary, evening: date, *, client_id: UUID | None, source: str, now: datetime) -> Night:
    return Night.objects.create(
        diary=diary,
        evening=evening,
        client_id=client_id,
        source=source,
        utc_offset_minutes=clock.offset_minutes(diary, now),
    )


def _repeat(diary: Diary, client_id: UUID | None) -> Logged | None:
    change = client_id and NightChange.objects.filter(diary=diary, client_id=client_id).first()
    night = change and _night(diary, change.evening)
    if not change:
        return None
    # A repeat of a night that was deleted since does not bring it back: the deletion was the later word.
    return Logged(night or Night(diary=diary, evening=change.evening), change, is_repeat=True)


def _touch(diary: Diary) -> None:
    Diary.objects.filter(pk=diary.pk).update(version=F("version") + 1)


def _check(diary: Diary, night: CoreNight, *, now: datetime, stored: Night | None) -> dict[str, int]:
    """Refuse a night that cannot be; return the ids of the diary's factors by their folded names."""
    factors = list(diary.factors.all()) if night.factors else []
    problems = checks.night_problems(
        night,
        factors={factor.name.casefold(): queries.core_factor(factor) for factor in factors},
        tonight=clock.tonight(diary, now),
    )
    problems += _contradictions(diary, night, stored)
    if problems:
        raise NightRefusedError(problems)
    return {factor.name.casefold(): factor.pk for factor in factors}


def _contradictions(diary: Diary, night: CoreNight, stored: Night | None) -> list[Problem]:
    cramps = night.outcomes.get("cramps")
    if cramps is None or stored is None:
        return []
    recorded = list(stored.episodes.filter(kind=Episode.Kind.CRAMP))
    if cramps >= len(recorded):
        return []
    times = ", ".join(date_format(clock.local(diary, episode.started_at), "G:i") for episode in recorded)
    said = ngettext(
        "A cramp was recorded in this night, at %(times)s.",
        "%(count)s cramps were recorded in this night, at %(times)s.",
        len(recorded),
    ) % {"count": len(recorded), "times": times}
    mend = _("Enter %(count)s or more, or delete the recorded one on the night's page.") % {
        "count": len(recorded)
    }
    return [Problem(what=said, mend=mend, column="cramps")]


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


def _set_outcomes(night: Night, outcomes: Mapping[str, float | None], source: str) -> None:
    sources = dict(night.value_sources)
    for name, value in outcomes.items():
        if getattr(night, name) != value:
            sources.pop(name, None)
            if source != BY_HAND and value is not None:
                sources[name] = source
        counts = OUTCOMES[name].kind is OutcomeKind.COUNT
        setattr(night, name, int(value) if counts and value is not None else value)
    night.value_sources = sources


def _set_factors(night: Night, values: Mapping[int, float], source: str) -> None:
    FactorValue.objects.bulk_create(
        [
            FactorValue(night=night, factor_id=factor, value=value, source=source)
            for factor, value in values.items()
        ],
        update_conflicts=True,
        unique_fields=["night", "factor"],
        update_fields=["value", "source"],
    )


def _add_episodes(night: Night, episodes: Iterable[CoreEpisode], source: str) -> None:
    there = set(night.episodes.values_list("started_at", "kind"))
    Episode.objects.bulk_create(
        stored_episode(night, episode, source)
        for episode in episodes
        if (episode.started_at, episode.kind) not in there
    )
    if episodes:
        _agree_with_episodes(night, source)


def _agree_with_episodes(night: Night, source: str) -> None:
    """Raise a night's count and worst cramp to what its episodes say; never lower what the person said."""
    cramps = list(night.episodes.filter(kind=Episode.Kind.CRAMP))
    worst = max((episode.severity for episode in cramps if episode.severity is not None), default=None)
    raised: dict[str, float | None] = {}
    if cramps and len(cramps) > (night.cramps or 0):
        raised["cramps"] = len(cramps)
    if worst is not None and worst > (night.severity or 0):
        raised["severity"] = worst
    if raised:
        _set_outcomes(night, raised, source)
        night.save()


__all__ = [
    "CannotUndoError",
    "FactorRefusedError",
    "ImportPlan",
    "Logged",
    "NightRefusedError",
    "add_factor",
    "archive_factor",
    "bring_back_factor",
    "change_episode",
    "change_factor",
    "change_night",
    "change_settings",
    "delete_episode",
    "delete_everything",
    "delete_night",
    "end_episode",
    "import_nights",
    "log_night",
    "log_quiet_night",
    "plan_import",
    "record_episode",
    "undo_change",
]
