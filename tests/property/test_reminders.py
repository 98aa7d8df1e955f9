"""Laws of reminders: one moment a day in every zone of the world, and one message a moment however the clock is asked."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quietlegs.core.reminders import (
    LATE_MINUTES,
    Kind,
    Known,
    Reminder,
    Rules,
    decide,
    is_quiet,
    moment_of,
    moments_between,
)

ZONES = sorted(
    name for name in available_timezones() if "/" in name and not name.startswith(("posix", "right"))
)
FIRST, LAST = datetime(1995, 1, 1, tzinfo=UTC), datetime(2037, 12, 1, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
TIMES = tuple(time(minute // 60, minute % 60) for minute in range(0, 24 * 60, 15))


def offset(at: datetime, zone: ZoneInfo) -> timedelta:
    found = at.astimezone(zone).utcoffset()
    assert found is not None
    return found


@cache
def clock_changes(name: str) -> tuple[datetime, ...]:
    """Return the instants, to the minute, at which a zone's clocks change: found by halving, not by any table."""
    zone, found = ZoneInfo(name), []
    at = FIRST
    while at < LAST:
        after = at + timedelta(days=12)
        if offset(at, zone) != offset(after, zone):
            low, high = at, after
            while high - low > MINUTE:
                middle = low + (high - low) // 2
                same = offset(middle, zone) == offset(low, zone)
                low, high = (middle, high) if same else (low, middle)
            found.append(high.replace(second=0, microsecond=0))
        at = after
    return tuple(found)


def walked(zone: ZoneInfo, around: datetime) -> dict[date, dict[time, datetime]]:
    """Walk two days before and after an instant minute by minute, and note when each wall time first came on each day."""
    seen: dict[date, dict[time, datetime]] = {}
    at = around.replace(minute=0) - 2 * DAY  # Casey's clocks once changed at one past midnight
    while at < around + 2 * DAY:
        local = at.astimezone(zone)
        seen.setdefault(local.date(), {}).setdefault(local.time(), at)
        at += 15 * MINUTE
    return seen


@pytest.mark.parametrize("start", range(0, len(ZONES), 60))
def test_every_day_has_each_time_of_the_clock_once_in_every_zone_at_every_change(start: int) -> None:
    for name in ZONES[start : start + 60]:
        zone = ZoneInfo(name)
        for change in clock_changes(name)[-6:]:
            seen = walked(zone, change)
            days = sorted(seen)[1:-1]  # the first and the last were seen in part
            for at in TIMES:
                expected = [seen[day][at] for day in days if at in seen[day]]
                moments = [moment_of(day, at, zone) for day in days]
                assert None not in moments, (name, at)
                assert len(set(moments)) == len(days), (name, at)
                assert moments == sorted(moments), (name, at)
                assert set(expected) <= set(moments), (name, at)
                # What the clock jumps over comes as much later as it jumps.
                for day, moment in zip(days, moments, strict=True):
                    if at not in seen[day]:
                        jump = offset(change, zone) - offset(change - MINUTE, zone)
                        shown = moment.astimezone(zone).replace(tzinfo=None)
                        assert shown - datetime.combine(day, at) == jump, (name, at)


def test_the_zones_have_changes_to_be_tested_on() -> None:
    assert sum(bool(clock_changes(name)) for name in ZONES) > 300


@given(
    zone=st.sampled_from(ZONES),
    at=st.times(),
    begin=st.datetimes(datetime(1995, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC)),
    cuts=st.lists(st.integers(0, 20 * 24 * 60), min_size=1, max_size=8),
)
def test_moments_do_not_depend_on_how_time_is_cut(
    zone: str, at: time, begin: datetime, cuts: list[int]
) -> None:
    edges = [begin, *(begin + minutes * MINUTE for minutes in sorted(cuts))]
    pieces = [
        moment
        for first, last in pairwise(edges)
        for moment in moments_between(at, ZoneInfo(zone), after=first, until=last)
    ]
    assert pieces == list(moments_between(at, ZoneInfo(zone), after=edges[0], until=edges[-1]))


REMINDERS = st.lists(
    st.builds(Reminder, st.integers(1, 5), st.just(Kind.SINCE), at=st.times(), is_for_bedtime=st.booleans()),
    min_size=1,
    max_size=4,
    unique_by=lambda one: one.id,
)
RULES = st.builds(
    Rules,
    quiet_from=st.times(),
    quiet_until=st.times(),
    most_a_day=st.integers(1, 4),
    is_paused=st.just(False),
)


@given(
    reminders=REMINDERS,
    rules=RULES,
    zone=st.sampled_from(ZONES),
    change=st.integers(0, 500),
    steps=st.lists(st.integers(1, 90), min_size=20, max_size=120),
)
def test_however_often_and_late_the_clock_is_asked_each_moment_is_sent_once_or_is_late(
    reminders: list[Reminder], rules: Rules, zone: str, change: int, steps: list[int]
) -> None:
    where, changes = ZoneInfo(zone), clock_changes(zone)
    now = (changes[change % len(changes)] if changes else FIRST) - DAY
    asked, sent = [now], []
    for step in steps:
        now += step * MINUTE
        asked.append(now)
        today = now.astimezone(where).date()
        known = Known(
            claimed=frozenset(sent),
            sent_today=sum(due.astimezone(where).date() == today for _, due in sent),
        )
        decided = decide(reminders, rules, known, zone=where, now=now)
        assert decided == decide(reminders[::-1], rules, known, zone=where, now=now)
        sent += [(one.reminder, one.due_at) for one in decided.due if (one.reminder, one.due_at) not in sent]
        for _, due_at in [pair for pair in sent if pair[1] > now - MINUTE * LATE_MINUTES]:
            assert due_at <= now
    assert len(sent) == len(set(sent))
    by_day: dict[date, int] = {}
    for number, due_at in sent:
        reminder = next(one for one in reminders if one.id == number)
        local = due_at.astimezone(where)
        by_day[local.date()] = by_day.get(local.date(), 0) + 1
        assert reminder.is_for_bedtime or not is_quiet(local.time(), rules)
        assert any(due_at <= at < due_at + LATE_MINUTES * MINUTE for at in asked)
    assert all(count <= rules.most_a_day for count in by_day.values())
    # Where the day is not full, nothing that was asked for in time is left out.
    for reminder in reminders:
        for moment in moments_between(reminder.at, where, after=asked[0], until=asked[-1]):
            local = moment.astimezone(where)
            in_time = any(moment <= at < moment + LATE_MINUTES * MINUTE for at in asked[1:])
            wanted = reminder.is_for_bedtime or not is_quiet(local.time(), rules)
            if in_time and wanted and by_day.get(local.date(), 0) < rules.most_a_day:
                assert (reminder.id, moment) in sent
