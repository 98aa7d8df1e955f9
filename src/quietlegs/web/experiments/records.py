"""Trials as values, out of the store and into it: for the diary's JSON. The diary names these functions, it does not know trials."""

import hashlib
import json
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from quietlegs.core.base.errors import Problem
from quietlegs.core.experiments.record import TrialRecord
from quietlegs.exchange.trial_records import record_to_plain
from quietlegs.web.diary.models import Diary
from quietlegs.web.experiments.models import Rest, SideEffect, Trial, TrialNight

_PLAIN = (
    "remedy", "plan_item", "outcome", "part", "sealed_text", "seal", "looks", "clinician", "agreed_with", "belief", "guess",
    "ended", "ended_on",
)  # fmt: skip


def records_of(diary: Diary) -> tuple[TrialRecord, ...]:
    """Return all trials of a diary, the oldest first. Four queries."""
    return tuple(_by_id(Trial.objects.filter(diary=diary)).values())


def _by_id(stored: QuerySet[Trial]) -> dict[int, TrialRecord]:
    ordered = stored.order_by("created_at", "id").prefetch_related("nights", "rests", "side_effects")
    return {
        trial.pk: TrialRecord(
            **{name: getattr(trial, name) for name in _PLAIN},
            started_at=trial.created_at,
            done=tuple(
                sorted((night.evening, night.done) for night in trial.nights.all() if night.done is not None)
            ),
            rests=tuple((rest.first, rest.last) for rest in trial.rests.all()),
            side_effects=tuple((one.evening, one.what) for one in trial.side_effects.all()),
        )
        for trial in ordered
    }


def _mark(record: TrialRecord) -> str:
    """Return a number that changes with anything that is said of a trial."""
    return hashlib.sha256(json.dumps(record_to_plain(record), sort_keys=True).encode()).hexdigest()


@transaction.atomic
def take_in(diary: Diary, records: Sequence[TrialRecord]) -> tuple[dict[str, str], list[Problem]]:
    """Bring in the trials that are not there yet; return them for ``take_away``, and what is wrong with those left out.

    One that is there already (by its seal) stays as it is. One that runs is left out where another runs on the same outcome.
    """
    there = set(Trial.objects.filter(diary=diary).values_list("seal", "part"))
    busy = dict(Trial.objects.filter(diary=diary, ended="").values_list("outcome", "seal"))
    new: list[int] = []
    problems: list[Problem] = []
    for record in records:
        if (record.seal, record.part) in there:
            continue
        if not record.ended and busy.setdefault(record.outcome, record.seal) != record.seal:
            problems.append(
                Problem(
                    _("The trial of %(remedy)s still runs, and another one runs on the same thing here.")
                    % {"remedy": record.remedy},
                    _("End that one, then bring the file in again."),
                )
            )
            continue
        there.add((record.seal, record.part))
        new.append(_store(diary, record))
    brought = _by_id(Trial.objects.filter(pk__in=new))
    return {str(pk): _mark(record) for pk, record in brought.items()}, problems


@transaction.atomic
def take_away(diary: Diary, brought: Mapping[str, str]) -> tuple[int, int]:
    """Delete the trials that ``take_in`` brought; return how many went, and how many stay because they went on since."""
    there = _by_id(Trial.objects.filter(diary=diary, pk__in=[int(pk) for pk in brought]))
    same = [pk for pk, record in there.items() if _mark(record) == brought[str(pk)]]
    Trial.objects.filter(pk__in=same).delete()
    return len(same), len(there) - len(same)


def _store(diary: Diary, record: TrialRecord) -> int:
    trial = Trial.objects.create(diary=diary, **{name: getattr(record, name) for name in _PLAIN})
    Trial.objects.filter(pk=trial.pk).update(created_at=record.started_at)
    TrialNight.objects.bulk_create(
        TrialNight(trial=trial, evening=evening, done=done) for evening, done in record.done
    )
    Rest.objects.bulk_create(Rest(trial=trial, first=first, last=last) for first, last in record.rests)
    SideEffect.objects.bulk_create(
        SideEffect(trial=trial, evening=evening, what=what) for evening, what in record.side_effects
    )
    return trial.pk
