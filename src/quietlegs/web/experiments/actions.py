"""Every change to a trial: one function, one transaction each. A sealed text is never changed."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from quietlegs.core.base.errors import QuietlegsError
from quietlegs.core.experiments.design import Design
from quietlegs.core.experiments.safety import Gate
from quietlegs.core.experiments.seal import SEED_BITS, BrokenSealError, Sealed, seal
from quietlegs.core.experiments.two_at_once import SealedTwo, TwoDesign, seal_two
from quietlegs.exchange.plan_base import load_plan_book
from quietlegs.web.diary import clock
from quietlegs.web.diary.models import Diary
from quietlegs.web.experiments import queries
from quietlegs.web.experiments.models import Rest, SideEffect, Trial, TrialNight
from quietlegs.web.plan.models import Choice


class TrialRefusedError(QuietlegsError):
    """A change to a trial that cannot be made; the message says why."""


class SameOutcomeError(TrialRefusedError):
    """Another trial runs and is judged by the same thing; ``other`` is that trial."""

    def __init__(self, other: Trial) -> None:
        super().__init__(
            _(
                "A trial of %(remedy)s runs already and is judged by the same thing. Two at once, each by itself, could not be "
                "told apart. End that one first, or choose another outcome."
            )
            % {"remedy": other.remedy}
        )
        self.other = other


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
    _check_start(diary, design.outcome, gate)
    sealed = seal(design, secrets.randbits(SEED_BITS) if seed is None else seed)
    return _stored(diary, sealed, about, Trial.Part.WHOLE)


@transaction.atomic
def start_two(
    *,
    diary: Diary,
    design: TwoDesign,
    about: tuple[About, About],
    gate: Gate,
    instead_of: Trial | None = None,
    seed: int | None = None,
) -> tuple[Trial, Trial]:
    """Draw and seal two remedies tried at once, as two trials with one sealed text.

    ``instead_of`` is a running trial that ends with it, where both can be started.

    Raises:
        TrialRefusedError: as :func:`start_trial`; nothing has changed then.
    """
    if instead_of is not None:
        end_trial(trial=instead_of, evening=clock.tonight(diary), why=Trial.Ended.STOPPED)
    _check_start(diary, design.outcome, gate)
    sealed = seal_two(design, secrets.randbits(SEED_BITS) if seed is None else seed)
    first, second = (
        _stored(diary, sealed, one, part)
        for one, part in zip(about, (Trial.Part.FIRST, Trial.Part.SECOND), strict=True)
    )
    return first, second


def _check_start(diary: Diary, outcome: str, gate: Gate) -> None:
    if not gate.is_open:
        raise TrialRefusedError(" ".join(ground.sentence for ground in gate.stopped_by or gate.grounds))
    for other in Trial.objects.filter(diary=diary, outcome=outcome, ended=""):
        other.refresh_from_db()  # its partner may have ended it just now
        if not other.ended and not _is_over(other):
            raise SameOutcomeError(other)


def _stored(diary: Diary, sealed: Sealed | SealedTwo, about: About, part: int) -> Trial:
    return Trial.objects.create(
        diary=diary,
        part=part,
        remedy=about.remedy,
        plan_item=about.plan_item,
        outcome=sealed.schedule.design.outcome,
        sealed_text=sealed.text,
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
def note_done(
    *,
    trial: Trial,
    evening: date,
    done: bool | None,
    said_at: datetime | None = None,
    now: datetime | None = None,
) -> None:
    """Note whether a night was done as planned; None leaves it open again. What was said later stands.

    Args:
        said_at: when it was said, where that was before ``now``.

    Raises:
        TrialRefusedError: the trial has ended, or the evening is not one of its, or has not been yet.
        BrokenSealError: the order was changed after the start.
    """
    if trial.ended:
        raise TrialRefusedError(_("This trial has ended. Nothing more is noted for it."))
    now = now or timezone.now()
    said_at, tonight = said_at or now, clock.tonight(trial.diary, now)
    schedule = queries.schedule_of(trial, tonight)
    if evening > tonight:
        raise TrialRefusedError(_("That night has not been yet. Nothing was noted."))
    if not schedule.nights[0].evening <= evening <= schedule.last:
        raise TrialRefusedError(_("That night is not one of this trial. Nothing was noted."))
    if not trial.nights.filter(evening=evening, said_at__gt=said_at).exists():
        TrialNight.objects.update_or_create(
            trial=trial, evening=evening, defaults={"done": done, "said_at": said_at}
        )


@transaction.atomic
def start_rest(*, trial: Trial, evening: date) -> None:
    """Let the trial rest from an evening on, with its partner. A rest that lasts stays as it is."""
    for one in _together(trial):
        if not one.ended and not one.rests.filter(last=None).exists():
            Rest.objects.create(trial=one, first=evening)


def _together(trial: Trial) -> QuerySet[Trial]:
    """Return the trial, and its partner where two remedies are tried at once."""
    return Trial.objects.filter(diary=trial.diary_id, seal=trial.seal)


@transaction.atomic
def end_rest(*, trial: Trial, evening: date) -> None:
    """Go on with the trial tonight. A rest that began tonight never was."""
    for rest in Rest.objects.filter(trial__in=_together(trial), last=None):
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
    """End a trial, with its partner; nights before ``evening`` count. A trial that has ended stays as it ended."""
    if _together(trial).filter(ended="").update(ended=why, ended_on=evening):
        rests = Rest.objects.filter(trial__in=_together(trial), last=None)
        rests.filter(first__lt=evening).update(last=evening - timedelta(days=1))
        rests.filter(first__gte=evening).delete()
        trial.refresh_from_db()
        if why == Trial.Ended.HARM:
            _take_back_what_was_kept(trial)


def _take_back_what_was_kept(trial: Trial) -> None:
    """Forget that the person goes on with what has done harm since, so that the plan leaves it out."""
    items = _together(trial).values_list("plan_item", flat=True)
    harmed = load_plan_book().harmed_with([item for item in items if item])
    Choice.objects.filter(diary=trial.diary_id, item__in=harmed, what=Choice.What.KEPT).delete()


@transaction.atomic
def delete_trial(*, trial: Trial) -> None:
    """Delete a trial with all that was noted of it, and its partner, for they share one order. Nights of the diary stay."""
    _together(trial).delete()


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
