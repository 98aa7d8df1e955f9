"""The reminders as a calendar that any program may read again and again (iCalendar, RFC 5545).

Times are of the person's clock, with the rules of their time zone in the file. What depends on the diary (a night left
open, hours since) is not in it: a calendar cannot know. Titles say as little as every message does.
"""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from icalendar import Alarm, Calendar, Event

from quietlegs.core.base.errors import QuietlegsError
from quietlegs.core.base.nights import clock_exists
from quietlegs.core.reminders import moment_of
from quietlegs.web.diary import clock
from quietlegs.web.diary.models import Diary
from quietlegs.web.experiments import queries as trials
from quietlegs.web.reminders import messages, queries
from quietlegs.web.reminders.models import Reminder, Wishes

LASTS = timedelta(minutes=5)
IN_CALENDARS = (Reminder.Kind.ITEM, Reminder.Kind.CHECK_IN, Reminder.Kind.TRIAL)


def calendar_of(diary: Diary, now: datetime) -> bytes:
    """Return the reminders that are on as daily events, each with an alarm."""
    wishes = queries.wishes_of(diary)
    calendar = Calendar()
    calendar.add("prodid", "-//Quietlegs//reminders//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Quietlegs")
    first = _first_day(wishes, clock.local(diary, now).date())
    if first is not None:
        for reminder in queries.reminders_of(diary):
            event = _event(diary, reminder, wishes, first)
            if event is not None:
                calendar.add_component(event)
    calendar.add_missing_timezones(first_date=date(now.year - 1, 1, 1), last_date=date(now.year + 5, 1, 1))
    return bytes(calendar.to_ical())


def _first_day(wishes: Wishes, today: date) -> date | None:
    """Return the first day with reminders; None in a pause without an end."""
    if not wishes.is_paused:
        return today
    return max(today, wishes.paused_until) if wishes.paused_until else None


def _event(diary: Diary, reminder: Reminder, wishes: Wishes, first: date) -> Event | None:
    if (
        not reminder.is_on
        or reminder.fell_silent_at
        or reminder.kind not in IN_CALENDARS
        or reminder.at is None
    ):
        return None
    last = _last_evening(diary, first) if reminder.kind == Reminder.Kind.TRIAL else None
    if reminder.kind == Reminder.Kind.TRIAL and (last is None or last < first):
        return None
    # A series must begin on a time that its first day has.
    zone = clock.zone_of(diary)
    starts = _clear_start(first, reminder.at, zone)
    title = messages.title_of(reminder.kind, reminder.at)
    event = Event()
    event.add("uid", f"reminder-{reminder.pk}@quietlegs")
    event.add("dtstamp", reminder.changed_at)
    event.add("dtstart", starts)
    event.add("duration", LASTS)
    event.add("summary", title)
    if wishes.address:
        event.add("url", wishes.address)
    rule: dict[str, object] = {"freq": "daily"}
    if last is not None:
        until = moment_of(last, reminder.at, zone)
        rule["until"] = until or datetime.combine(last, time(), UTC)
    event.add("rrule", rule)
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", timedelta(0))
    event.add_component(alarm)
    return event


def _clear_start(first: date, at: time, zone: tzinfo) -> datetime:
    day = first
    while not clock_exists(datetime.combine(day, at), zone):
        day -= timedelta(days=1)
    return datetime.combine(day, at, zone)


def _last_evening(diary: Diary, today: date) -> date | None:
    """Return the last evening of the trials that run, or None."""
    last = None
    for trial in trials.running(diary):
        try:
            ends = trials.schedule_of(trial, today).last
        except QuietlegsError:  # an order that was changed: its own page says so
            continue
        last = max(last or ends, ends)
    return last
