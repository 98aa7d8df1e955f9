"""Every change to a diary: one function each, one transaction each, on the disk before the person is told.

Pages, the command line, the HTTP interface and the tests all write through these. A repeat of the same ``client_id``
changes nothing and returns what is there. Each change of a night can be undone with ``undo_change``.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from quietlegs.core.base.errors import Problem
from quietlegs.core.diary.night import OUTCOMES
from quietlegs.core.diary.night import Night as CoreNight
from quietlegs.web.diary import checks, clock, history, queries, rows
from quietlegs.web.diary.checks import CannotUndoError, FactorRefusedError, NightRefusedError
from quietlegs.web.diary.episode_actions import (
    change_episode,
    delete_episode,
    end_episode,
    record_episode,
)
from quietlegs.web.diary.factor_actions import add_factor, archive_factor, bring_back_factor, change_factor
from quietlegs.web.diary.import_actions import ImportPlan, import_nights, plan_import
from quietlegs.web.diary.import_batches import (
    NoSuchImportError,
    TakenBack,
    import_trials,
    past_imports,
    take_back_import,
)
from quietlegs.web.diary.models import BY_HAND, Diary, Episode, Night, NightChange
from quietlegs.web.diary.observation_actions import (
    change_under,
    delete_observation,
    note_observation,
    undo_observation_change,
)

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
    stored = rows.night_row(diary, night.evening)
    factors = check_night(diary, night, now=now, stored=stored)
    change = history.note_change(diary=diary, evening=night.evening, night=stored, client_id=client_id)
    stored = stored or rows.new_night(diary, night.evening, client_id=client_id, source=source, now=now)
    rows.set_outcomes(stored, quieted(night.outcomes), source)
    stored.places = list(night.places) or stored.places
    stored.sore = stored.sore if night.sore is None else night.sore
    stored.note = night.note or stored.note
    stored.save()
    rows.set_factors(
        stored, {factors[name.casefold()]: value for name, value in night.factors.items()}, source
    )
    rows.add_episodes(stored, night.episodes, source)
    rows.touch(diary)
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
    stored = rows.night_row(diary, night.evening)
    factors = check_night(diary, night, now=now, stored=stored)
    change = history.note_change(diary=diary, evening=night.evening, night=stored, client_id=client_id)
    stored = stored or rows.new_night(diary, night.evening, client_id=client_id, source=source, now=now)
    gone = {name: None for name in OUTCOMES if name not in night.outcomes}
    rows.set_outcomes(stored, {**night.outcomes, **gone}, source)
    stored.places, stored.sore, stored.note = list(night.places), night.sore, night.note
    stored.save()
    values = {factors[name.casefold()]: value for name, value in night.factors.items()}
    stored.factor_values.filter(factor__archived_at=None).exclude(factor_id__in=values).delete()
    rows.set_factors(stored, values, source)
    rows.touch(diary)
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
    stored = rows.night_row(diary, evening)
    check_night(diary, quiet, now=now, stored=stored)
    change = history.note_change(diary=diary, evening=evening, night=stored, client_id=client_id)
    stored = stored or rows.new_night(diary, evening, client_id=client_id, source=source, now=now)
    rows.set_outcomes(stored, {"cramps": 0, **dict.fromkeys(QUIET_CLEARS)}, source)
    stored.places, stored.sore = [], None
    stored.save()
    rows.touch(diary)
    return Logged(stored, change)


@transaction.atomic
def delete_night(*, diary: Diary, evening: date) -> NightChange | None:
    """Delete a night; it is unknown again. Return the change that undoes it, or None when there was no night."""
    stored = rows.night_row(diary, evening)
    if stored is None:
        return None
    change = history.note_change(diary=diary, evening=evening, night=stored)
    stored.delete()
    rows.touch(diary)
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
    if change.before == history.FORGOTTEN:
        raise CannotUndoError(_("There is nothing to undo here."))
    history.put_back(diary, change.evening, change.before)
    change.undone_at = now or timezone.now()
    change.save(update_fields=["undone_at"])
    rows.touch(diary)
    return change.evening


@transaction.atomic
def change_settings(*, diary: Diary, time_zone: str, cutoff_hour: int) -> Diary:
    """Set where the person lives and when a night ends. Nights already logged keep their names."""
    diary.time_zone, diary.cutoff_hour = time_zone, cutoff_hour
    diary.save(update_fields=["time_zone", "cutoff_hour"])
    rows.touch(diary)
    return diary


@transaction.atomic
def delete_everything(*, diary: Diary) -> None:
    """Delete a diary with all that hangs on it, and its traces in the file. There is no way back but a backup."""
    diary.delete()
    transaction.on_commit(scrub)


def scrub() -> None:
    """Write the database anew: SQLite leaves what was deleted in the file until something is written over it."""
    with suppress(OperationalError), connection.cursor() as cursor:  # busy: the next deletion does it
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def quieted(outcomes: Mapping[str, float | None]) -> dict[str, float | None]:
    """Return outcomes to store; where they say 0 cramps, what was known of cramps goes unless it is said anew."""
    cleared = dict.fromkeys(QUIET_CLEARS) if outcomes.get("cramps") == 0 else {}
    return {**cleared, **outcomes}


def _repeat(diary: Diary, client_id: UUID | None) -> Logged | None:
    change = client_id and NightChange.objects.filter(diary=diary, client_id=client_id).first()
    night = change and rows.night_row(diary, change.evening)
    if not change:
        return None
    # A repeat of a night that was deleted since does not bring it back: the deletion was the later word.
    return Logged(night or Night(diary=diary, evening=change.evening), change, is_repeat=True)


def check_night(diary: Diary, night: CoreNight, *, now: datetime, stored: Night | None) -> dict[str, int]:
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


__all__ = [
    "CannotUndoError",
    "FactorRefusedError",
    "ImportPlan",
    "Logged",
    "NightRefusedError",
    "NoSuchImportError",
    "TakenBack",
    "add_factor",
    "archive_factor",
    "bring_back_factor",
    "change_episode",
    "change_factor",
    "change_night",
    "change_settings",
    "change_under",
    "check_night",
    "delete_episode",
    "delete_everything",
    "delete_night",
    "delete_observation",
    "end_episode",
    "import_nights",
    "import_trials",
    "log_night",
    "log_quiet_night",
    "note_observation",
    "past_imports",
    "plan_import",
    "quieted",
    "record_episode",
    "scrub",
    "take_back_import",
    "undo_change",
    "undo_observation_change",
]
