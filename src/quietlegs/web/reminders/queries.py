"""What is read of reminders, as core values; and what was noted, as far as it decides whether one is due."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from urllib.parse import urlsplit

from quietlegs.core import reminders as core
from quietlegs.core.base.errors import QuietlegsError
from quietlegs.core.plan import plan_week
from quietlegs.core.plan.items import Kind as ItemKind
from quietlegs.core.plan.items import PlanItem
from quietlegs.exchange.plan_base import load_plan_book
from quietlegs.web.accounts.queries import revoked_devices
from quietlegs.web.diary import clock
from quietlegs.web.diary.models import Diary, Night
from quietlegs.web.experiments import queries as trials
from quietlegs.web.experiments.models import TrialNight
from quietlegs.web.plan import queries as plan_queries
from quietlegs.web.plan.models import Done
from quietlegs.web.reminders.models import CalendarLink, Reminder, Sending, Way, Wishes

LATE = timedelta(minutes=core.LATE_MINUTES)
_WENT = (Sending.State.SENT, Sending.State.UNSURE)
_DAYS_BACK = 3


def wishes_of(diary: Diary) -> Wishes:
    """Return what holds for all of a diary's reminders, or how it is until they say."""
    return Wishes.objects.filter(diary=diary).first() or Wishes(diary=diary)


def rules_of(wishes: Wishes) -> core.Rules:
    """Return the wishes as the core knows them."""
    return core.Rules(
        quiet_from=wishes.quiet_from,
        quiet_until=wishes.quiet_until,
        most_a_day=wishes.most_a_day,
        is_paused=wishes.is_paused,
        paused_until=wishes.paused_until,
    )


def core_reminder(reminder: Reminder) -> core.Reminder:
    """Return a reminder as the core knows it."""
    return core.Reminder(
        id=reminder.pk,
        kind=core.Kind(reminder.kind),
        at=reminder.at,
        hours=reminder.hours,
        last_done_at=reminder.last_done_at,
        item=reminder.item,
        is_for_bedtime=reminder.is_for_bedtime,
        snoozed_until=reminder.snoozed_until,
        set_at=reminder.changed_at,
    )


def reminders_of(diary: Diary) -> list[Reminder]:
    """Return a diary's reminders by time. One query."""
    return list(Reminder.objects.filter(diary=diary))


def ways_of(diary: Diary) -> list[Way]:
    """Return a diary's ways, those that are gone too: a device that was revoked gets no messages either. Two queries."""
    ways = list(Way.objects.filter(diary=diary))
    revoked = revoked_devices()
    for way in ways:
        way.gone_at = way.gone_at or revoked.get(way.details.get("device"))
    return ways


def live_reminders() -> list[Reminder]:
    """Return every reminder that may sound. One query."""
    found = Reminder.objects.filter(is_on=True, fell_silent_at=None)
    return list(found.select_related("diary").order_by("diary_id", "id"))


def calendar_links(diary: Diary) -> list[CalendarLink]:
    """Return the calendar links that are open. One query."""
    return list(CalendarLink.objects.filter(diary=diary, revoked_at=None))


# What decides ----------------------------------------------------------------------------------------------------


def known_for(diary: Diary, reminders: Sequence[Reminder], now: datetime) -> core.Known:
    """Return what was noted and sent, for deciding about these reminders of a diary. Asks only what they need."""
    kinds = {reminder.kind for reminder in reminders}
    evening, today = clock.tonight(diary, now), clock.local(diary, now).date()
    items = {reminder.item for reminder in reminders if reminder.kind == Reminder.Kind.ITEM}
    return core.Known(
        nights=_nights(diary, today) if kinds & {Reminder.Kind.CHECK_IN, Reminder.Kind.MISSED} else (),
        done=frozenset(plan_queries.done_on(diary, evening)) if items else (),
        resting=items - may_be_spoken_of(diary, today) if items else (),
        is_trial_open=Reminder.Kind.TRIAL in kinds and _is_trial_open(diary, evening),
        passed_by={reminder.pk: passed_by(reminder, now) for reminder in reminders},
        claimed=frozenset(
            Sending.objects.filter(reminder__diary=diary, due_at__gt=now - LATE).values_list(
                "reminder_id", "due_at"
            )
        ),
        sent_today=_sent_today(diary, today, now),
    )


def _nights(diary: Diary, today: date) -> frozenset[date]:
    return frozenset(
        Night.objects.filter(diary=diary, evening__gte=today - timedelta(days=_DAYS_BACK)).values_list(
            "evening", flat=True
        )
    )


def may_be_spoken_of(diary: Diary, today: date) -> frozenset[str]:
    """Return the plan items that a reminder may speak of: offered to this person, in no trial, and no rest of the plan.

    What the last check, a medicine or a condition speaks against is not offered, and so is silent too.
    """
    if plan_queries.pause(diary):
        return frozenset()
    in_trial = plan_queries.in_trial(diary)
    return frozenset(item.id for item in offered_items(diary, today) if item.id not in in_trial)


def offered_items(diary: Diary, today: date) -> list[PlanItem]:
    """Return the plan items that may be offered to this person, by title. What their nights say is left aside here."""
    person, _facts = plan_queries.person_of(diary, today)
    chosen = plan_queries.choices(diary).items()
    plan = plan_week(
        load_plan_book(),
        person,
        kept=[item for item, what in chosen if what == "kept"],
        dropped=[item for item, what in chosen if what == "dropped"],
        harmed=plan_queries.trials.harmed(diary),
    )
    offers = (offer.item for offer in (*plan.offers, *plan.waiting))
    return sorted((item for item in offers if item.kind is not ItemKind.ASK), key=lambda item: item.title)


def _is_trial_open(diary: Diary, evening: date) -> bool:
    try:
        return any(one.planned is not None and one.done is None for one in trials.tonight(diary, evening))
    except QuietlegsError:  # an order that was changed: the trial's own page says so
        return False


def _sent_today(diary: Diary, today: date, now: datetime) -> int:
    begin = core.moment_of(today, time(), clock.zone_of(diary)) or now
    moments = Sending.objects.filter(reminder__diary=diary, due_at__gte=begin, due_at__lte=now)
    moments = moments.exclude(state=Sending.State.FAILED)  # what surely reached nobody takes no one's place
    return moments.order_by().values("reminder_id", "due_at").distinct().count()


def passed_by(reminder: Reminder, now: datetime) -> int:
    """Return how many of a reminder's last messages passed by: not opened, and nothing noted. Two queries."""
    went: dict[datetime, bool] = {}
    rows = Sending.objects.filter(
        reminder=reminder, state__in=_WENT, due_at__gt=reminder.counted_from, due_at__lte=now - LATE
    ).order_by("-due_at")
    for due_at, opened_at in rows.values_list("due_at", "opened_at")[: 12 * core.IGNORED_ENOUGH]:
        went[due_at] = went.get(due_at, False) or opened_at is not None
    noted = _noted(reminder, list(went))
    return core.unanswered_run([was_opened or due_at in noted for due_at, was_opened in went.items()])


def _noted(reminder: Reminder, moments: Sequence[datetime]) -> Collection[datetime]:
    """Return those messages after which what they were about was noted."""
    diary = reminder.diary
    evenings = {moment: clock.evening_of(diary, moment) for moment in moments}
    last_nights = {moment: clock.local(diary, moment).date() - timedelta(days=1) for moment in moments}
    match reminder.kind:
        case Reminder.Kind.ITEM:
            found = Done.objects.filter(diary=diary, item=reminder.item, evening__in=evenings.values())
            named = evenings
        case Reminder.Kind.TRIAL:
            said = TrialNight.objects.exclude(done=None)
            found = said.filter(trial__diary=diary, evening__in=evenings.values())
            named = evenings
        case Reminder.Kind.SINCE:  # doing it begins the count anew
            return ()
        case _:
            found = Night.objects.filter(diary=diary, evening__in=last_nights.values())
            named = last_nights
    days = set(found.values_list("evening", flat=True))
    return {moment for moment, day in named.items() if day in days}


def host_of(address: str) -> str:
    """Return the host of a web address, as a person reads it."""
    return urlsplit(address).hostname or ""
