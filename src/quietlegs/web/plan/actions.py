"""Every change to a plan: one function, one transaction each."""

from datetime import date, datetime

from django.db import transaction

from quietlegs.core.diary.night import Night as CoreNight
from quietlegs.core.plan import PlanItem
from quietlegs.web.diary import actions as diary_actions
from quietlegs.web.diary import library, queries
from quietlegs.web.diary.models import Diary, Factor
from quietlegs.web.plan.models import Choice, Done, Pause


@transaction.atomic
def note_done(
    *, diary: Diary, item: PlanItem, evening: date, done: bool | None, now: datetime | None = None
) -> None:
    """Note whether an item was done on a night; None leaves it open again.

    An item that has a yes-or-no factor is noted as that factor too, so that the nights can tell what it does.
    """
    if done is None:
        gone, _ = Done.objects.filter(diary=diary, item=item.id, evening=evening).delete()
        if gone:
            _forget_factor(diary=diary, item=item, evening=evening, now=now)
        return
    Done.objects.update_or_create(diary=diary, item=item.id, evening=evening, defaults={"done": done})
    choice = library.choices().get(item.factor or "")
    if choice is None or choice.kind != Factor.Kind.YES_NO:
        return
    factor = _factor(diary, choice)
    value = float(done != item.avoid)
    night = CoreNight(evening=evening, factors={factor.name: value})
    diary_actions.log_night(diary=diary, night=night, now=now)


def _factor(diary: Diary, choice: library.Choice) -> Factor:
    """Return the diary's own factor for a choice of the library, watched from now on."""
    known = next(
        (
            factor
            for factor in diary.factors.filter(archived_at=None)
            if factor.library_id == choice.id or factor.name.casefold() == choice.name.casefold()
        ),
        None,
    )
    return known or diary_actions.add_factor(
        diary=diary, name=choice.name, kind=choice.kind, library_id=choice.id
    )


def _forget_factor(*, diary: Diary, item: PlanItem, evening: date, now: datetime | None) -> None:
    choice = library.choices().get(item.factor or "")
    stored = queries.find_night(diary, evening)
    if choice is None or stored is None or choice.kind != Factor.Kind.YES_NO:
        return
    night = queries.core_night(stored)
    mine = {
        factor.name
        for factor in diary.factors.all()
        if factor.library_id == choice.id or factor.name.casefold() == choice.name.casefold()
    }
    left = {name: value for name, value in night.factors.items() if name not in mine}
    changed = CoreNight(
        evening=evening,
        outcomes=night.outcomes,
        factors=left,
        note=night.note,
        places=night.places,
        sore=night.sore,
    )
    diary_actions.change_night(diary=diary, night=changed, now=now)


@transaction.atomic
def choose(*, diary: Diary, item: PlanItem, what: str) -> None:
    """Keep or drop an item; anything else gives it back to the order of the plan."""
    if what in Choice.What.values:
        Choice.objects.update_or_create(diary=diary, item=item.id, defaults={"what": what})
    else:
        Choice.objects.filter(diary=diary, item=item.id).delete()


@transaction.atomic
def pause_plan(*, diary: Diary, why: str, since: date) -> Pause:
    """Rest from the whole plan. A pause that lasts already keeps its first day."""
    pause, _ = Pause.objects.update_or_create(
        diary=diary, defaults={"why": why}, create_defaults={"why": why, "since": since}
    )
    return pause


@transaction.atomic
def resume_plan(*, diary: Diary) -> None:
    """Go on with the plan."""
    Pause.objects.filter(diary=diary).delete()
