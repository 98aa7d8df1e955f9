"""Every change to a trial: one function, one transaction each. A sealed text is never changed."""

import secrets
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from quietlegs.core.base.errors import QuietlegsError
from quietlegs.core.experiments.design import Design
from quietlegs.core.experiments.safety import Gate
from quietlegs.core.experiments.seal import SEED_BITS, BrokenSealError, canonical, seal
from quietlegs.web.diary import clock
from quietlegs.web.diary.models import Diary
from quietlegs.web.experiments import queries
from quietlegs.web.experiments.models import Rest, SideEffect, Trial, TrialNight


class TrialRefusedError(QuietlegsError):
    """A change to a trial that cannot be made; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What is noted of a trial besides its design."""

    remedy: str
    plan_item: str = ""
    clinician: str = ""
    agreed_with: bool = False
    belief: int | None = None
    looks: str = Trial.Looks.PLANNED


@transaction.atomic
def start_trial(*, diary: Diary, design: Design, about: About, gate: Gate, seed: int | None = None) -> Trial:
    """Draw and seal a trial. One on the same outcome that is over, though not opened yet, is ended first.

    Raises:
        TrialRefusedError: the safety gate is closed, or another trial runs on the same outcome.
    """
    if not gate.is_open:
        raise TrialRefusedError(" ".join(ground.sentence for ground in gate.stopped_by or gate.grounds))
    other = Trial.objects.filter(diary=diary, outcome=design.outcome, ended="").first()
    if other is not None and not _is_over(other):
        raise TrialRefusedError(
            _(
                "A trial of %(remedy)s runs already and is judged by the same thing. Two at once could not be told apart. "
                "End that one first, or choose another outcome. "
                "To try both at once, fairly, plan them on the command line: quietlegs experiment new --and."
            )
            % {"remedy": other.remedy}
        )
    sealed = seal(design, secrets.randbits(SEED_BITS) if seed is None else seed)
    return Trial.objects.create(
        diary=diary,
        remedy=about.remedy,
        plan_item=about.plan_item,
        outcome=design.outcome,
        sealed_text=canonical(design, sealed.seed),
        seal=sealed.seal,
        looks=about.looks,
        clinician=about.clinician,
        agreed_with=about.agreed_with,
        belief=about.belief,
    )


def _is_over(trial: Trial) -> bool:
    try:
        return settle(trial=trial, evening=clock.tonight(trial.diary))
    except BrokenSealError:
        return False  # whoever sees its page is told what is wrong, and can stop it


@transaction.atomic
def note_done(*, trial: Trial, evening: date, done: bool | None) -> None:
    """Note whether a night was done as planned; None leaves it open again."""
    if done is None:
        trial.nights.filter(evening=evening).delete()
    else:
        TrialNight.objects.update_or_create(trial=trial, evening=evening, defaults={"done": done})


@transaction.atomic
def start_rest(*, trial: Trial, evening: date) -> None:
    """Let the trial rest from an evening on. A rest that lasts stays as it is."""
    if not trial.ended and not trial.rests.filter(last=None).exists():
        Rest.objects.create(trial=trial, first=evening)


@transaction.atomic
def end_rest(*, trial: Trial, evening: date) -> None:
    """Go on with the trial tonight. A rest that began tonight never was."""
    for rest in trial.rests.filter(last=None):
        if rest.first >= evening:
            rest.delete()
        else:
            rest.last = evening - timedelta(days=1)
            rest.save(update_fields=["last"])


@transaction.atomic
def note_side_effect(*, trial: Trial, evening: date, what: str) -> SideEffect:
    """Note something unwelcome."""
    return SideEffect.objects.create(trial=trial, evening=evening, what=what.strip()[:200])


@transaction.atomic
def end_trial(*, trial: Trial, evening: date, why: str) -> None:
    """End a trial; nights before ``evening`` count. A trial that has ended stays as it ended."""
    if Trial.objects.filter(pk=trial.pk, ended="").update(ended=why, ended_on=evening):
        trial.rests.filter(last=None, first__lt=evening).update(last=evening - timedelta(days=1))
        trial.rests.filter(last=None).delete()
        trial.refresh_from_db()


@transaction.atomic
def settle(*, trial: Trial, evening: date) -> bool:
    """Keep the ending of a trial that is over by its own rule; return whether it has ended.

    Raises:
        BrokenSealError: the order was changed after the start.
    """
    if not trial.ended:
        why = queries.due_ending(trial, queries.schedule_of(trial, evening), evening)
        if why:
            end_trial(trial=trial, evening=evening, why=why)
    return bool(trial.ended)


@transaction.atomic
def guess(*, trial: Trial, value: int) -> None:
    """Note what the person guesses before the result is opened. It can be said once."""
    Trial.objects.filter(pk=trial.pk, guess=None).update(guess=value)
    trial.refresh_from_db()
