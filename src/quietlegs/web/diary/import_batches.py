"""Imports that can be taken back: what each one changed, and the way back.

A batch notes every value that an import wrote, with what stood there before. Taking it back puts back what stood
there, where the value is still the import's; what the person or another file said since stays. Where a later import
wrote over it, that import's *before* is mended instead, so that batches may be taken back in any order. Trials that
came with it go too, but for those that went on since.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from quietlegs.core.base.errors import Problem, QuietlegsError
from quietlegs.core.diary.night import OUTCOMES
from quietlegs.core.experiments.record import TrialRecord
from quietlegs.web.diary import history, trial_records
from quietlegs.web.diary.models import (
    BY_HAND,
    Diary,
    Episode,
    Factor,
    FactorValue,
    ImportBatch,
    Night,
    NightChange,
    Observation,
)

TEXTS: dict[str, Any] = {"note": "", "places": [], "sore": None}
_SEEN = ("observer", "kicks", "cramps_heard", "woke_at", "note")
_EPISODE = ("kind", "minutes", "severity", "muscle", "side", "relief")
Effects = dict[str, dict[str, Any]]  # evening -> {"made", "outcomes", "factors", "texts", "episodes", "seen"}


@dataclass(slots=True)
class Recorder:
    """Takes down what an import writes. Factors go by their folded names until they have ids."""

    nights: Effects = field(default_factory=dict)

    def _night(self, evening: date) -> dict[str, Any]:
        return self.nights.setdefault(evening.isoformat(), {})

    def made(self, evening: date) -> None:
        """Note a night that was not there."""
        self._night(evening)["made"] = True

    def outcome(self, evening: date, name: str, before: float | None, source: str, after: float) -> None:
        """Note an outcome, with what it was and who had said so."""
        self._night(evening).setdefault("outcomes", {})[name] = [before, source, after]

    def factor(self, evening: date, name: str, before: float | None, source: str, after: float) -> None:
        """Note a factor's value, as ``outcome`` does."""
        self._night(evening).setdefault("factors", {})[name.casefold()] = [before, source, after]

    def text(self, evening: date, name: str, after: Any) -> None:
        """Note a note, places or soreness where there were none."""
        self._night(evening).setdefault("texts", {})[name] = after

    def episode(self, evening: date, episode: Episode) -> None:
        """Note an episode that was not there."""
        held = {name: getattr(episode, name) for name in _EPISODE}
        self._night(evening).setdefault("episodes", {})[str(episode.client_id)] = held

    def seen(self, evening: date, seen: Observation) -> None:
        """Note what a second person saw, where it was not there."""
        held = {name: getattr(seen, name) for name in _SEEN}
        self._night(evening).setdefault("seen", {})[str(seen.client_id)] = held

    def store(
        self, *, diary: Diary, source: str, file_name: str, factor_ids: dict[str, int], made: Sequence[str]
    ) -> ImportBatch:
        """Store what was taken down as a batch; ``made`` names the factors that came with it."""
        for night in self.nights.values():
            if "factors" in night:
                night["factors"] = {str(factor_ids[name]): v for name, v in night["factors"].items()}
        return ImportBatch.objects.create(
            diary=diary,
            source=source,
            file_name=file_name[:200],
            new_nights=sum("made" in night for night in self.nights.values()),
            changed_nights=sum("made" not in night for night in self.nights.values()),
            effects={"nights": self.nights, "factors": [factor_ids[name] for name in made]},
        )


@dataclass(slots=True)
class TakenBack:
    """What taking an import back did. ``stayed`` and ``trials_stayed`` count what was changed since and stays."""

    batch_id: int
    values: int = 0
    nights_gone: int = 0
    stayed: int = 0
    trials_gone: int = 0
    trials_stayed: int = 0
    was_back_already: bool = False


class NoSuchImportError(QuietlegsError):
    """There is no import of that number."""


def past_imports(diary: Diary) -> list[ImportBatch]:
    """Return the imports, the latest first, without what each wrote but ``trials``, those it brought. One query."""
    batches = ImportBatch.objects.filter(diary=diary).annotate(trials=F("effects__trials"))
    return list(batches.defer("effects").order_by("-pk"))


@transaction.atomic
def import_trials(
    *, diary: Diary, records: Sequence[TrialRecord], batch_id: int | None, source: str, file_name: str = ""
) -> tuple[int, list[Problem]]:
    """Bring in the trials of a file that are not there yet; return how many, and what is wrong with those left out.

    They are taken back with the nights of the same file, the batch ``batch_id``; without one they are a batch by themselves.
    """
    brought, problems = trial_records.take_in(diary, records)
    if brought:
        batch = ImportBatch.objects.filter(diary=diary, pk=batch_id).first() or Recorder().store(
            diary=diary, source=source, file_name=file_name, factor_ids={}, made=()
        )
        batch.effects["trials"] = brought
        batch.save(update_fields=["effects"])
    return len(brought), problems


@transaction.atomic
def take_back_import(*, diary: Diary, batch_id: int, now: datetime | None = None) -> TakenBack:
    """Take an import back. Values it brought go, values it wrote over return, later changes stay.

    Again, it changes nothing. Cost: the nights it touched, and the later imports.

    Raises:
        NoSuchImportError: the diary has no such import.
    """
    batch = ImportBatch.objects.filter(diary=diary, pk=batch_id).first()
    if batch is None:
        raise NoSuchImportError(_("There is no import with the number %(id)s.") % {"id": batch_id})
    if batch.undone_at is not None:
        return TakenBack(batch_id, was_back_already=True)
    done = _Undoing(diary, batch).run()
    brought = batch.effects.get("trials", {})
    done.trials_gone, done.trials_stayed = trial_records.take_away(diary, brought)
    batch.undone_at = now or timezone.now()
    batch.save(update_fields=["undone_at"])
    Diary.objects.filter(pk=diary.pk).update(version=F("version") + 1)
    return done


def forget_what_was(*, now: datetime) -> int:
    """Forget what imports brought to nights that were deleted a week ago, and all of those taken back that long ago.

    What they brought to other nights stays: by it they can be taken back. Return how many imports that changed.
    """
    moment = now - history.DELETED_LASTS
    stored = set(Night.objects.values_list("diary_id", "evening"))
    stored |= set(NightChange.objects.filter(changed_at__gte=moment).values_list("diary_id", "evening"))
    known = {(diary, evening.isoformat()) for diary, evening in stored}
    forgotten = 0
    for batch in ImportBatch.objects.filter(imported_at__lt=moment).iterator():
        is_back = batch.undone_at is not None and batch.undone_at < moment
        nights = {
            evening: effect if (batch.diary_id, evening) in known else {"seen": effect["seen"]}
            for evening, effect in batch.effects["nights"].items()
            if not is_back and ((batch.diary_id, evening) in known or "seen" in effect)
        }
        if nights != batch.effects["nights"]:
            batch.effects["nights"] = nights
            batch.save(update_fields=["effects"])
            forgotten += 1
    return forgotten


class _Undoing:
    """One import on its way back: all that is needed is read once, all that changes is written at the end."""

    def __init__(self, diary: Diary, batch: ImportBatch) -> None:
        self.diary, self.batch = diary, batch
        self.done = TakenBack(batch.pk)
        self.effects: Effects = batch.effects["nights"]
        self.later = list(
            ImportBatch.objects.filter(diary=diary, undone_at=None, pk__gt=batch.pk).order_by("pk")
        )
        self.mended: set[int] = set()
        self.nights = {
            n.evening.isoformat(): n
            for n in Night.objects.filter(diary=diary).iterator()
            if n.evening.isoformat() in self.effects
        }
        ids = {night.pk for night in self.nights.values()}
        self.values: dict[int, dict[str, FactorValue]] = {}
        for value in FactorValue.objects.filter(night__diary=diary).iterator(chunk_size=10_000):
            if value.night_id in ids:
                self.values.setdefault(value.night_id, {})[str(value.factor_id)] = value
        self.episodes: dict[int, dict[str, Episode]] = {}
        for episode in Episode.objects.filter(diary=diary).iterator():
            self.episodes.setdefault(episode.night_id, {})[str(episode.client_id)] = episode
        self.seen = {str(one.client_id): one for one in Observation.objects.filter(diary=diary)}
        self.seen_gone: list[int] = []
        self.values_gone: list[int] = []
        self.values_back: list[FactorValue] = []
        self.episodes_gone: list[int] = []
        self.nights_gone: list[int] = []

    def run(self) -> TakenBack:
        """Work out what returns, then write it."""
        # An older "Undo" must not bring the import's values back.
        history.note_changes(diary=self.diary, evenings={night.evening for night in self.nights.values()})
        for evening, effect in self.effects.items():
            self._take_back_seen(effect)
            night = self.nights.get(evening)
            if night is None:
                self._mend_later(evening, effect)
                continue
            self._take_back_night(night, evening, effect)
        self._write()
        return self.done

    def _mend_later(self, evening: str, effect: dict[str, Any]) -> None:
        for room in ("outcomes", "factors"):
            for name, (before, source, after) in effect.get(room, {}).items():
                self._mended_later(evening, room, name, before, source, after)

    def _mended_later(self, evening: str, room: str, name: str, before: Any, source: str, after: Any) -> bool:
        """Where a later import wrote over this value, let it return to what stood before this one."""
        for batch in self.later:
            entry = batch.effects["nights"].get(evening, {}).get(room, {}).get(name)
            if entry is None:
                continue
            if entry[0] == after and entry[1] == self.batch.source:
                entry[0], entry[1] = before, source
                self.mended.add(batch.pk)
                return True
            return False
        return False

    def _take_back_night(self, night: Night, evening: str, effect: dict[str, Any]) -> None:
        for name, (before, source, after) in effect.get("outcomes", {}).items():
            if self._mended_later(evening, "outcomes", name, before, source, after):
                continue
            if getattr(night, name) != after or night.value_sources.get(name, BY_HAND) != self.batch.source:
                self.done.stayed += 1
                continue
            setattr(night, name, before)
            kept = {key: value for key, value in night.value_sources.items() if key != name}
            night.value_sources = {**kept, name: source} if source and source != BY_HAND else kept
            self.done.values += 1
        self._take_back_factors(night, evening, effect)
        for name, after in effect.get("texts", {}).items():
            if getattr(night, name) == after:
                setattr(night, name, TEXTS[name])
                self.done.values += 1
            else:
                self.done.stayed += 1
        self._take_back_episodes(night, effect)
        self._settle(night, evening, effect)

    def _take_back_factors(self, night: Night, evening: str, effect: dict[str, Any]) -> None:
        there = self.values.get(night.pk, {})
        for factor, (before, source, after) in effect.get("factors", {}).items():
            value = there.get(factor)
            if self._mended_later(evening, "factors", factor, before, source, after):
                continue
            if value is None or value.value != after or value.source != self.batch.source:
                self.done.stayed += 1
                continue
            self.done.values += 1
            if before is None:
                self.values_gone.append(value.pk)
                del there[factor]
            else:
                value.value, value.source = before, source or BY_HAND
                self.values_back.append(value)

    def _take_back_episodes(self, night: Night, effect: dict[str, Any]) -> None:
        there = self.episodes.get(night.pk, {})
        for client_id, held in effect.get("episodes", {}).items():
            episode = there.get(client_id)
            if episode is not None and all(getattr(episode, name) == was for name, was in held.items()):
                self.episodes_gone.append(episode.pk)
                del there[client_id]
                self.done.values += 1
            else:
                self.done.stayed += 1

    def _take_back_seen(self, effect: dict[str, Any]) -> None:
        for client_id, held in effect.get("seen", {}).items():
            seen = self.seen.get(client_id)
            if seen is not None and all(getattr(seen, name) == was for name, was in held.items()):
                self.seen_gone.append(seen.pk)
                self.done.values += 1
            else:
                self.done.stayed += 1

    def _settle(self, night: Night, evening: str, effect: dict[str, Any]) -> None:
        """Let a night go that this import made and of which nothing is left; else it is whoever's values are left."""
        if not effect.get("made"):
            return
        known = [name for name in OUTCOMES if getattr(night, name) is not None]
        texts = [name for name, unknown in TEXTS.items() if getattr(night, name) != unknown]
        if not (known or texts or self.values.get(night.pk) or self.episodes.get(night.pk)):
            self.nights_gone.append(night.pk)
            self.done.nights_gone += 1
            return
        heir = next((b for b in self.later if evening in b.effects["nights"]), None)
        if heir is not None:
            heir.effects["nights"][evening]["made"] = True
            self.mended.add(heir.pk)
        night.source = heir.source if heir else BY_HAND

    def _write(self) -> None:
        gone = set(self.nights_gone)
        left = [night for night in self.nights.values() if night.pk not in gone]
        Night.objects.bulk_update(left, [*OUTCOMES, *TEXTS, "value_sources", "source"], batch_size=50)
        FactorValue.objects.bulk_update(self.values_back, ["value", "source"], batch_size=200)
        for model, keys in (
            (FactorValue, self.values_gone),
            (Episode, self.episodes_gone),
            (Observation, self.seen_gone),
            (Night, self.nights_gone),
        ):
            for start in range(0, len(keys), 500):
                model.objects.filter(pk__in=keys[start : start + 500]).delete()
        ImportBatch.objects.bulk_update([b for b in self.later if b.pk in self.mended], ["effects"])
        self._drop_factors()

    def _drop_factors(self) -> None:
        """Let factors go that came with the import, unless something is known of them or the person set them up."""
        made = Factor.objects.filter(diary=self.diary, pk__in=self.batch.effects["factors"])
        unused = made.filter(values=None, archived_at=None, carry_forward=False, library_id="")
        unused.delete()
