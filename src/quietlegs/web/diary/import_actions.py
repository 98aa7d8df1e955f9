"""Bringing nights in from a file: first what would change, then the change, by the same reckoning.

An import fills what is unknown. It never replaces what the person or another file said, unless told to: what it
leaves as it was is listed. The same file twice changes nothing the second time.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from quietlegs.core.base.errors import Problem
from quietlegs.core.diary import units
from quietlegs.core.diary.night import FIRST_EVENING, OUTCOMES, OutcomeKind, factor_problem
from quietlegs.core.diary.night import Diary as CoreDiary
from quietlegs.core.diary.night import Episode as CoreEpisode
from quietlegs.core.diary.night import Factor as CoreFactor
from quietlegs.core.diary.night import Night as CoreNight
from quietlegs.core.diary.night import Observation as CoreObservation
from quietlegs.web.diary import checks, clock, history, queries
from quietlegs.web.diary.import_batches import Recorder
from quietlegs.web.diary.models import Diary, Episode, Factor, FactorValue, Night, Observation
from quietlegs.web.shell.core_messages import in_language

BATCH = 1_000  # rows in one statement


@dataclass(frozen=True, slots=True)
class Kept:
    """A value in the diary that differs from the file's and stays as it is."""

    evening: date
    name: str
    own: float
    offered: float


@dataclass(slots=True)
class ImportPlan:
    """What an import would do. ``filled`` counts values that are unknown now in nights already there."""

    new_nights: list[date] = field(default_factory=list)
    changed_nights: list[date] = field(default_factory=list)
    same_nights: int = 0
    filled: int = 0
    replaced: int = 0
    kept: list[Kept] = field(default_factory=list)
    new_factors: list[CoreFactor] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    batch_id: int | None = field(default=None, compare=False)  # once done, and if it changed anything

    @property
    def changes_nothing(self) -> bool:
        """Whether everything in the file is in the diary already."""
        return not (self.new_nights or self.changed_nights or self.new_factors)


class _Reckoning:
    """Goes through a file's nights once, beside what the diary has; fills a plan and the rows to write."""

    def __init__(self, diary: Diary, given: CoreDiary, source: str, replace: bool) -> None:
        self.diary, self.source, self.replace = diary, source, replace
        self.plan = ImportPlan()
        self.recorder = Recorder()
        self.factors = {f.name.casefold(): f for f in diary.factors.all()}
        self.given, self.other_units = self._in_own_units(given)
        self.stored = {n.evening: n for n in Night.objects.filter(diary=diary).iterator()}
        self.values: dict[tuple[int, int], tuple[float, str]] = {
            (night, factor): (value, source)
            for night, factor, value, source in FactorValue.objects.filter(night__diary=diary)
            .values_list("night_id", "factor_id", "value", "source")
            .iterator(chunk_size=10_000)
        }
        self.episodes = set(Episode.objects.filter(diary=diary).values_list("started_at", "kind"))
        self.refused_columns = self._weigh_factors()
        self.seen = {
            (one.evening, one.observer.casefold()): one for one in Observation.objects.filter(diary=diary)
        }
        self.new_seen: list[Observation] = []
        self.new: list[tuple[Night, dict[str, float]]] = []
        self.changed: list[Night] = []
        self.factor_values: list[tuple[Night, str, float]] = []
        self.new_episodes: list[Episode] = []
        for night in self.given.nights:
            self._weigh(night)

    def _in_own_units(self, given: CoreDiary) -> tuple[CoreDiary, dict[str, str]]:
        """Return the nights with each factor in the diary's unit, and the units of those that cannot be put in it."""
        ratios: dict[str, float] = {}
        other_units = {}
        for factor in given.factors:
            own = self.factors.get(factor.name.casefold())
            if own is None or not own.unit or not factor.unit:
                continue  # a value without a unit is taken as the diary's
            by = units.ratio(factor.unit, own.unit)
            if by is None:
                other_units[factor.name] = factor.unit
            elif by != 1.0:
                ratios[factor.name] = by
        if not ratios:
            return given, other_units
        nights = tuple(
            replace(night, factors={name: v * ratios.get(name, 1.0) for name, v in night.factors.items()})
            for night in given.nights
        )
        return replace(given, nights=nights), other_units

    def _refuse(self, factor: CoreFactor, what: str) -> None:
        mend = _("Rename the column in the file, then choose it again. The other columns can come in.")
        self.plan.problems.append(Problem(what, mend, column=factor.name))

    def _weigh_factors(self) -> set[str]:
        """Say which factors are new, and refuse those whose values or unit do not fit the diary's factor of that name."""
        refused = set()
        for factor in self.given.factors:
            own = self.factors.get(factor.name.casefold())
            if own is None:
                self.plan.new_factors.append(factor)
                continue
            ours = queries.core_factor(own)
            given = [n.factors[factor.name] for n in self.given.nights if factor.name in n.factors]
            if any(factor_problem(ours.name, ours.kind, value) for value in given):
                what = _("In your diary “%(name)s” is %(kind)s, and the file has values that do not fit.")
                self._refuse(factor, what % {"name": own.name, "kind": own.get_kind_display()})
                refused.add(factor.name)
            elif factor.name in self.other_units:
                what = _("In your diary “%(name)s” is in %(unit)s, and in the file in %(other)s.")
                told = {"name": own.name, "unit": own.unit, "other": self.other_units[factor.name]}
                self._refuse(factor, what % told)
                refused.add(factor.name)
        return refused

    def _weigh(self, night: CoreNight) -> None:
        problems = [checks.outcome_problem(name, value) for name, value in night.outcomes.items()]
        if night.evening < FIRST_EVENING:
            problems.append(checks.evening_problem(night.evening, night.evening))
        if any(problems):
            self.plan.problems += [
                Problem(f"{checks.day_name(night.evening)}: {in_language(p.what)}", p.mend, column=p.column)
                for p in problems
                if p
            ]
            return
        outcomes = dict(night.outcomes)
        factors = {name: v for name, v in night.factors.items() if name not in self.refused_columns}
        stored = self.stored.get(night.evening)
        seen = self._weigh_seen(night)
        if stored is None and night.is_only_seen:  # what others saw makes no night known
            if seen:
                self.plan.changed_nights.append(night.evening)
            else:
                self.plan.same_nights += 1
            return
        if stored is None:
            row = Night(
                diary=self.diary,
                evening=night.evening,
                note=night.note,
                places=list(night.places),
                sore=night.sore,
                source=self.source,
                value_sources=dict.fromkeys(outcomes, self.source),
                utc_offset_minutes=clock.offset_minutes(self.diary, timezone.now()),
                **{name: _as_stored(name, value) for name, value in outcomes.items()},
            )
            self.new.append((row, factors))
            self._record_new(row, outcomes, factors)
            self._weigh_episodes(row, night)
            self.plan.new_nights.append(night.evening)
            return
        changed = self._merge_outcomes(stored, outcomes)
        changed |= self._merge_factors(stored, factors)
        changed |= self._weigh_episodes(stored, night)
        for name, unknown in (("note", ""), ("places", []), ("sore", None)):
            offered = list(night.places) if name == "places" else getattr(night, name)
            if offered != unknown and getattr(stored, name) == unknown:
                setattr(stored, name, offered)
                self.recorder.text(stored.evening, name, offered)
                changed = True
        if changed:
            self.changed.append(stored)
        if changed or seen:
            self.plan.changed_nights.append(night.evening)
        else:
            self.plan.same_nights += 1

    def _record_new(self, row: Night, outcomes: dict[str, float], factors: dict[str, float]) -> None:
        self.recorder.made(row.evening)
        for name in outcomes:
            self.recorder.outcome(row.evening, name, None, "", getattr(row, name))
        for name, value in factors.items():
            self.recorder.factor(row.evening, name, None, "", value)
        for name, unknown in (("note", ""), ("places", []), ("sore", None)):
            if getattr(row, name) != unknown:
                self.recorder.text(row.evening, name, getattr(row, name))

    def _merge_outcomes(self, stored: Night, outcomes: dict[str, float]) -> bool:
        changed = False
        for name, value in outcomes.items():
            own = getattr(stored, name)
            if own == value or not self._may_write(
                stored.evening, name, own, value, stored.value_sources.get(name, "")
            ):
                continue
            before = stored.value_sources.get(name, "")
            self.recorder.outcome(stored.evening, name, own, before, _as_stored(name, value))
            setattr(stored, name, _as_stored(name, value))
            stored.value_sources = {**stored.value_sources, name: self.source}
            changed = True
        return changed

    def _merge_factors(self, stored: Night, factors: dict[str, float]) -> bool:
        changed = False
        for name, value in factors.items():
            factor = self.factors.get(name.casefold())
            own, source = self.values.get((stored.pk, factor.pk), (None, "")) if factor else (None, "")
            if own == value or not self._may_write(stored.evening, name, own, value, source):
                continue
            self.factor_values.append((stored, name, value))
            self.recorder.factor(stored.evening, name, own, source, value)
            changed = True
        return changed

    def _weigh_episodes(self, stored: Night, night: CoreNight) -> bool:
        """Take the episodes that are not there yet: one that began at the same instant is the same."""
        new = [e for e in night.episodes if (e.started_at, e.kind) not in self.episodes]
        rows = [stored_episode(stored, episode, self.source) for episode in new]
        for row in rows:
            self.recorder.episode(stored.evening, row)
        self.new_episodes += rows
        return bool(new)

    def _weigh_seen(self, night: CoreNight) -> bool:
        """Take what others saw, where they said nothing of that night yet. Nobody's word is replaced."""
        rows = []
        for one in night.seen:
            if (night.evening, one.observer.casefold()) in self.seen:
                continue
            row = stored_observation(self.diary, night.evening, one, self.source)
            self.seen[night.evening, one.observer.casefold()] = row
            rows.append(row)
        for row in rows:
            self.recorder.seen(night.evening, row)
        self.new_seen += rows
        return bool(rows)

    def _may_write(self, evening: date, name: str, own: float | None, offered: float, source: str) -> bool:
        """Count what happens to one value that differs; return whether the file's value comes in."""
        if own is None:
            self.plan.filled += 1
            return True
        if self.replace or source == self.source:
            self.plan.replaced += 1
            return True
        self.plan.kept.append(Kept(evening, name, own, offered))
        return False


def stored_episode(night: Night, episode: CoreEpisode, source: str, client_id: UUID | None = None) -> Episode:
    """Return an episode as the store keeps it, not stored yet."""
    return Episode(
        diary=night.diary,
        night=night,
        client_id=client_id or uuid4(),
        kind=episode.kind,
        started_at=episode.started_at,
        utc_offset_minutes=episode.utc_offset_minutes,
        minutes=episode.minutes,
        severity=episode.severity,
        muscle=episode.muscle or "",
        side=episode.side or "",
        relief=list(episode.relief),
        source=source,
    )


def stored_observation(diary: Diary, evening: date, seen: CoreObservation, source: str) -> Observation:
    """Return what a second person saw as the store keeps it, not stored yet."""
    return Observation(
        diary=diary,
        evening=evening,
        observer=seen.observer,
        client_id=uuid4(),
        kicks=seen.kicks,
        cramps_heard=seen.cramps_heard,
        woke_at=list(seen.woke_at),
        note=seen.note,
        source=source,
    )


def _as_stored(name: str, value: float) -> float | int:
    return int(value) if OUTCOMES[name].kind is OutcomeKind.COUNT else value


def plan_import(*, diary: Diary, given: CoreDiary, source: str, replace: bool = False) -> ImportPlan:
    """Return what ``import_nights`` would do, and change nothing. Four queries."""
    return _Reckoning(diary, given, source, replace).plan


@transaction.atomic
def import_nights(
    *, diary: Diary, given: CoreDiary, source: str, replace: bool = False, file_name: str = ""
) -> ImportPlan:
    """Bring nights in and return what was done. The same nights again change nothing.

    What was done is one batch, which ``take_back_import`` takes back.

    Args:
        source: where they come from, such as ``"diary_csv"``; at most 40 letters. A value that came from here
            before is brought up to date; any other value that differs stays, and is listed in ``kept``.
        replace: the person said that the file is right where it differs.
        file_name: what the list of past imports calls it.
    """
    work = _Reckoning(diary, given, source, replace)
    if work.plan.changes_nothing:
        return work.plan
    factors = {key: factor.pk for key, factor in work.factors.items()}
    factors.update(_make_factors(diary, work.plan.new_factors))
    written = {night.evening for night in (*work.changed, *(night for night, _values in work.new))}
    history.note_changes(diary=diary, evenings=written)  # an older "Undo" must not take what the file brings
    Night.objects.bulk_create([night for night, _values in work.new], batch_size=BATCH)
    Night.objects.bulk_update(
        work.changed, [*OUTCOMES, "value_sources", "note", "places", "sore"], batch_size=50
    )
    Episode.objects.bulk_create(work.new_episodes, batch_size=BATCH)
    Observation.objects.bulk_create(work.new_seen, batch_size=BATCH)
    rows: Iterable[tuple[Night, str, float]] = [
        *((night, name, value) for night, values in work.new for name, value in values.items()),
        *work.factor_values,
    ]
    FactorValue.objects.bulk_create(
        [
            FactorValue(night=night, factor_id=factors[name.casefold()], value=value, source=source)
            for night, name, value in rows
        ],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["night", "factor"],
        update_fields=["value", "source"],
    )
    batch = work.recorder.store(
        diary=diary,
        source=source,
        file_name=file_name,
        factor_ids=factors,
        made=[factor.name.casefold() for factor in work.plan.new_factors],
    )
    work.plan.batch_id = batch.pk
    Diary.objects.filter(pk=diary.pk).update(version=F("version") + 1)
    return work.plan


def _make_factors(diary: Diary, given: list[CoreFactor]) -> dict[str, int]:
    last = diary.factors.aggregate(last=Max("position"))["last"]
    start = 0 if last is None else last + 1
    made = Factor.objects.bulk_create(
        Factor(diary=diary, name=f.name, kind=f.kind.value, unit=f.unit or "", position=start + place)
        for place, f in enumerate(given)
    )
    return {factor.name.casefold(): factor.pk for factor in made}
