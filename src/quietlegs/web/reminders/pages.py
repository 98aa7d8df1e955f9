"""What the templates of reminders get."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.forms import Form
from django.urls import reverse
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from quietlegs.core import reminders as core
from quietlegs.exchange.plan_base import load_plan_book
from quietlegs.web.diary import clock
from quietlegs.web.diary.models import Diary
from quietlegs.web.reminders import keys, queries
from quietlegs.web.reminders.forms import WishesForm
from quietlegs.web.reminders.models import CalendarLink, Reminder, Way, Wishes
from quietlegs.web.reminders.ways import Ended

# Whose the push services are that browsers use, by the end of the host's name.
_PUSH_OWNERS = {
    "googleapis.com": "Google",
    "google.com": "Google",
    "push.apple.com": "Apple",
    "mozilla.com": "Mozilla",
    "mozilla.org": "Mozilla",
    "notify.windows.com": "Microsoft",
}


@dataclass(frozen=True, slots=True)
class ReminderLine:
    """One reminder of the list. ``state`` is on, off, silent (it asks) or resting."""

    id: int
    title: str
    when: str
    state: str
    state_text: str
    has_hours: bool


@dataclass(frozen=True, slots=True)
class WayLine:
    """One way of the list."""

    id: int
    title: str
    sees: str
    state_text: str
    is_gone: bool
    icon: str


@dataclass(frozen=True, slots=True)
class RemindersPage:
    """The page of reminders."""

    lines: tuple[ReminderLine, ...]
    silent: tuple[ReminderLine, ...]
    ways: tuple[WayLine, ...]
    wishes: Wishes
    pause_line: str
    quiet_line: str
    wishes_form: WishesForm
    pause_form: Form
    calendar: CalendarLink | None
    new_calendar: str
    push_key: str
    zone: str
    sounds_nowhere: bool


@dataclass(frozen=True, slots=True)
class NowPage:
    """The page that a message leads to."""

    id: int
    title: str
    when: str
    lead: str
    link: str
    link_text: str
    has_hours: bool


def reminders_page(
    diary: Diary,
    *,
    now: datetime,
    wishes_form: WishesForm,
    pause_form: Form,
    new_calendar: str = "",
) -> RemindersPage:
    """Return the page of reminders."""
    wishes, reminders, ways = queries.wishes_of(diary), queries.reminders_of(diary), queries.ways_of(diary)
    today = clock.local(diary, now).date()
    has_items = any(one.kind == Reminder.Kind.ITEM for one in reminders)
    spoken = queries.may_be_spoken_of(diary, today) if has_items else frozenset()
    lines = tuple(reminder_line(one, queries.rules_of(wishes), spoken) for one in reminders)
    links = queries.calendar_links(diary)
    is_paused = _is_paused(wishes, today)
    return RemindersPage(
        lines=lines,
        silent=tuple(line for line in lines if line.state == "silent"),
        ways=tuple(map(way_line, ways)),
        wishes=wishes,
        pause_line=_pause_line(wishes) if is_paused else "",
        quiet_line=_quiet_line(wishes),
        wishes_form=wishes_form,
        pause_form=pause_form,
        calendar=links[0] if links else None,
        new_calendar=new_calendar,
        push_key=keys.push_public_key(),
        zone=str(clock.zone_of(diary)),
        sounds_nowhere=any(line.state == "on" for line in lines)
        and not any(way.gone_at is None for way in ways)
        and not links,
    )


def _quiet_line(wishes: Wishes) -> str:
    return _("At most %(count)s a day, quiet from %(from)s to %(until)s") % {
        "from": time_format(wishes.quiet_from),
        "until": time_format(wishes.quiet_until),
        "count": wishes.most_a_day,
    }


def _is_paused(wishes: Wishes, today: date) -> bool:
    return wishes.is_paused and (wishes.paused_until is None or today < wishes.paused_until)


def _pause_line(wishes: Wishes) -> str:
    if wishes.paused_until is None:
        return _("Every reminder rests until you say so.")
    return _("Every reminder rests until %(day)s.") % {"day": date_format(wishes.paused_until, "l j F")}


def reminder_line(
    reminder: Reminder, rules: core.Rules, spoken: frozenset[str] = frozenset()
) -> ReminderLine:
    """Return a reminder as a line of the list."""
    state, text = _state(reminder, rules, spoken)
    return ReminderLine(
        reminder.pk, title_of(reminder), when_of(reminder), state, text, reminder.hours is not None
    )


def title_of(reminder: Reminder) -> str:
    """Return what a reminder is for, as the app itself may say it."""
    if reminder.kind == Reminder.Kind.ITEM:
        item = load_plan_book().items.get(reminder.item)
        return item.title if item else _("Something that is in the plan no more")
    if reminder.kind == Reminder.Kind.SINCE:
        return reminder.own_words
    return kind_title(reminder.kind)


def kind_title(kind: str) -> str:
    """Return the title of a kind of reminder."""
    return {
        Reminder.Kind.ITEM: _("Something of your plan"),
        Reminder.Kind.CHECK_IN: _("Morning check-in"),
        Reminder.Kind.MISSED: _("A night that was left open"),
        Reminder.Kind.TRIAL: _("Tonight's part of your trial"),
        Reminder.Kind.SINCE: _("Some hours after the last time"),
    }[Reminder.Kind(kind)]


def kind_hint(kind: str) -> str:
    """Return what a kind of reminder does."""
    return {
        Reminder.Kind.ITEM: _("A stretch in the evening, a drink by day: at a time that you choose"),
        Reminder.Kind.CHECK_IN: _("Comes only when last night is not noted yet"),
        Reminder.Kind.MISSED: _("Asks once, in the evening. After that it stays open"),
        Reminder.Kind.TRIAL: _("Says that it is time, never what is on"),
        Reminder.Kind.SINCE: _("You say when it was done; it comes once, that many hours later"),
    }[Reminder.Kind(kind)]


def when_of(reminder: Reminder) -> str:
    """Return when a reminder comes."""
    if reminder.at is not None:
        return _("Every day at %(time)s") % {"time": time_format(reminder.at)}
    hours = reminder.hours or 0
    shown = f"{hours:g}"
    return ngettext(
        "%(hours)s hour after the last time", "%(hours)s hours after the last time", 1 if hours == 1 else 2
    ) % {"hours": shown}


def _state(reminder: Reminder, rules: core.Rules, spoken: frozenset[str]) -> tuple[str, str]:
    if not reminder.is_on:
        return "off", _("Off")
    if reminder.fell_silent_at:
        return "silent", _("Silent, until you say what suits you")
    if reminder.kind == Reminder.Kind.ITEM and reminder.item not in spoken:
        return "resting", _("Rests: it is not in your plan just now, or in your trial")
    if reminder.at and not reminder.is_for_bedtime and core.is_quiet(reminder.at, rules):
        return "resting", _("Rests: its time lies in your quiet hours")
    return "on", _("On")


# The ways ---------------------------------------------------------------------------------------------------------


def way_line(way: Way) -> WayLine:
    """Return a way as a line of the list."""
    is_wrong = bool(way.problem) or way.gone_at is not None
    icon = "alert" if is_wrong else "check" if way.worked_at else "open"
    return WayLine(way.pk, way_title(way), who_sees(way), _way_state(way), way.gone_at is not None, icon)


def way_title(way: Way) -> str:
    """Return a way's name."""
    if way.kind == Way.Kind.PUSH:
        return way.name or _("A device")
    if way.kind == Way.Kind.EMAIL:
        return _("E-mail to %(address)s") % {"address": way.address}
    name = Way.Kind(way.kind).label
    return _("%(name)s at %(host)s") % {"name": name, "host": queries.host_of(way.address)}


def who_sees(way: Way) -> str:
    """Return which host sees what of a message that goes this way."""
    if way.kind == Way.Kind.EMAIL:
        return _(
            "%(host)s sees the address, the time and the few neutral words of each message. So does whoever runs the mailbox."
        ) % {"host": way.details.get("host", "")}
    host = queries.host_of(way.address)
    if way.kind == Way.Kind.PUSH:
        owner = next(
            (name for end, name in _PUSH_OWNERS.items() if host == end or host.endswith(f".{end}")), ""
        )
        said = {"host": host, "owner": owner}
        if owner:
            return (
                _(
                    "Messages go through %(host)s, which belongs to %(owner)s. It sees this home's internet address and when a message comes. It cannot read a word: messages are encrypted."
                )
                % said
            )
        return (
            _(
                "Messages go through %(host)s. It sees this home's internet address and when a message comes. It cannot read a word: messages are encrypted."
            )
            % said
        )
    text = _("%(host)s sees the time and the few neutral words of each message.") % {"host": host}
    if way.address.startswith("http://"):
        text += " " + _("The address begins with http, so anybody on the way there can read them too.")
    return text


def _way_state(way: Way) -> str:
    if way.gone_at:
        return _("This device gets messages no more: it left, or its browser forgot. Add it again there.")
    if way.problem:
        return problem_text(Ended(way.problem), way)
    if way.worked_at:
        return _("It worked last on %(day)s.") % {"day": date_format(way.worked_at, "j F")}
    return _("Not tried yet.")


def problem_text(ended: Ended, way: Way) -> str:
    """Return why a message did not come, and how to mend it. Nothing of the far end's own words is in it."""
    is_push = way.kind == Way.Kind.PUSH
    return {
        Ended.UNREACHED: _("It could not be reached. Check the address, and whether it is on."),
        Ended.BUSY: _("It said that it is too busy. Try again later."),
        Ended.GONE: _("This device gets messages no more. Add it again there.")
        if is_push
        else _("Nothing is there. Check the address."),
        Ended.REFUSED: _("It refused the message. Check the address."),
        Ended.MOVED: _(
            "It answered that it has moved. Give the address that it leads to: it is not followed by itself."
        ),
        Ended.UNSAFE: _("There is no secure connection to it, or its certificate is not trusted."),
        Ended.SIGN_IN: _("It does not know this device any more. Remove it, then add it again there.")
        if is_push
        else _("It refused the password or token. Type it again."),
        Ended.LATE: _("The message was late, and was dropped."),
        Ended.UNSURE: _("The connection broke. The message may have come, or not. It is not sent twice."),
    }.get(ended, "")


# The page of one message ------------------------------------------------------------------------------------------


def now_page(diary: Diary, reminder: Reminder, now: datetime) -> NowPage:
    """Return the page that a message leads to: what it is about, and one way on."""
    link, text = _way_on(diary, reminder, now)
    return NowPage(
        id=reminder.pk,
        title=title_of(reminder),
        when=when_of(reminder),
        lead=_("Do it now, later, or not at all. Nothing is counted."),
        link=link,
        link_text=text,
        has_hours=reminder.hours is not None,
    )


def _way_on(diary: Diary, reminder: Reminder, now: datetime) -> tuple[str, str]:
    last_night = clock.local(diary, now).date() - date.resolution
    match reminder.kind:
        case Reminder.Kind.ITEM:
            item = load_plan_book().items.get(reminder.item)
            if item and item.exercise:
                return reverse("plan:exercise", args=[item.exercise]), _("Guide me")
            return f"{reverse('plan:plan')}#{reminder.item}", _("To the plan")
        case Reminder.Kind.TRIAL:
            return reverse("experiments:trials"), _("See what is on tonight")
        case Reminder.Kind.SINCE:
            return "", ""
        case _:
            return reverse("diary:night", args=[last_night.isoformat()]), _("Note last night")


def kinds_to_choose() -> Sequence[tuple[str, str, str]]:
    """Return the kinds of reminders that may be added: word, title, hint."""
    return [(kind.value, kind_title(kind), kind_hint(kind)) for kind in Reminder.Kind]
