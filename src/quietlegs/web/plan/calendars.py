"""This week's plan as a file for any calendar (iCalendar, RFC 5545)."""

from datetime import datetime, time, timedelta

from django.utils import timezone
from icalendar import Calendar, Event

from quietlegs.core.plan.items import PlanItem, Slot
from quietlegs.web.diary import clock
from quietlegs.web.diary.models import Diary
from quietlegs.web.plan import queries

DAYS = 7
# Hours of the wall clock, wherever the calendar is: times without a zone, so that no change of the clock moves them.
_HOURS = {Slot.DAY: time(15), Slot.EVENING: time(20), Slot.BEDTIME: time(22)}


def plan_calendar(diary: Diary) -> bytes:
    """Return the week's offers as events that come back every day for a week; what is done once stands on the first day."""
    today = clock.tonight(diary)
    plan, _facts = queries.week_plan(diary, today)
    calendar = Calendar()
    calendar.add("prodid", "-//Quietlegs//plan//EN")
    calendar.add("version", "2.0")
    for offer in plan.offers:
        calendar.add_component(
            _event(offer.item, datetime.combine(today, _HOURS.get(offer.item.slot, time(10))))
        )
    return bytes(calendar.to_ical())


def _event(item: PlanItem, starts: datetime) -> Event:
    event = Event()
    event.add("uid", f"{item.id}-{starts:%Y%m%d}@quietlegs")
    event.add("dtstamp", timezone.now())
    event.add("dtstart", starts)
    event.add("duration", timedelta(minutes=max(item.minutes, 5)))
    event.add("summary", item.title)
    event.add("description", f"{item.what} {item.when}")
    if item.slot is not Slot.ONCE:
        event.add("rrule", {"freq": "daily", "count": DAYS})
    return event
