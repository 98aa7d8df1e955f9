"""Trials as values, out of the store and into it: for the diary's JSON. The diary names these functions, it does not know trials."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from quietlegs.core.base.errors import Problem
from quietlegs.core.experiments.record import TrialRecord
from quietlegs.web.diary.models import Diary
from quietlegs.web.experiments.models import Rest, SideEffect, Trial, TrialNight

_PLAIN = (
    "remedy", "plan_item", "outcome", "part", "sealed_text", "seal", "looks", "clinician", "agreed_with", "belief", "guess",
    "ended", "ended_on",
)  # fmt: skip


def records_of(diary: Diary) -> tuple[TrialRecord, ...]:
    """Return all trials of a diary, the oldest first. Four queries."""
    stored = Trial.objects.filter(diary=diary).order_by("created_at", "id")
    return tuple(
        TrialRecord(
            **{name: getattr(trial, name) for name in _PLAIN},
            started_at=trial.created_at,
            done=tuple(sorted((night.evening, night.done) for night in trial.nights.all())),
            rests=tuple((rest.first, rest.last) for rest in trial.rests.all()),
            side_effects=tuple((one.evening, one.what) for one in trial.side_effects.all()),
        )
        for trial in stored.prefetch_related("nights", "rests", "side_effects")
    )


@transaction.atomic
def take_in(diary: Diary, records: Sequence[TrialRecord]) -> tuple[int, list[Problem]]:
    """Bring in the trials that are not there yet; return how many, and what is wrong with those left out.

    One that is there already (by its seal) stays as it is. One that runs is left out where another runs on the same outcome.
    """
    there = set(Trial.objects.filter(diary=diary).values_list("seal", "part"))
    busy = dict(Trial.objects.filter(diary=diary, ended="").values_list("outcome", "seal"))
    new, problems = 0, []
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
        _store(diary, record)
        new += 1
    return new, problems


def _store(diary: Diary, record: TrialRecord) -> None:
    trial = Trial.objects.create(diary=diary, **{name: getattr(record, name) for name in _PLAIN})
    Trial.objects.filter(pk=trial.pk).update(created_at=record.started_at)
    TrialNight.objects.bulk_create(
        TrialNight(trial=trial, evening=evening, done=done) for evening, done in record.done
    )
    Rest.objects.bulk_create(Rest(trial=trial, first=first, last=last) for first, last in record.rests)
    SideEffect.objects.bulk_create(
        SideEffect(trial=trial, evening=evening, what=what) for evening, what in record.side_effects
    )
