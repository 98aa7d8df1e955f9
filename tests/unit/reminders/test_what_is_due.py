"""What is due, and what stays silent."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from quietlegs.core.reminders import Kind, Known, Reminder, Rules, decide, unanswered_run

BERLIN = ZoneInfo("Europe/Berlin")
TODAY = date(2026, 11, 21)
LAST_NIGHT, BEFORE = TODAY - timedelta(days=1), TODAY - timedelta(days=2)
STRETCH = Reminder(1, Kind.ITEM, at=time(20), item="stretch-calves")
CHECK_IN = Reminder(2, Kind.CHECK_IN, at=time(8))
MISSED = Reminder(3, Kind.MISSED, at=time(18))
TRIAL = Reminder(4, Kind.TRIAL, at=time(19))
DRINK = Reminder(5, Kind.SINCE, hours=2)


def at(hour: int, minute: int = 0, day: date = TODAY) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=BERLIN).astimezone(UTC)


def due(*reminders: Reminder, now: datetime, rules: Rules | None = None, **known: object) -> list[int]:
    decided = decide(reminders, rules or Rules(), Known(**known), zone=BERLIN, now=now)
    return [one.reminder for one in decided.due]


def test_a_reminder_is_due_at_its_time_and_not_before() -> None:
    assert due(STRETCH, now=at(19, 59)) == []
    assert due(STRETCH, now=at(20)) == [1]


def test_what_is_later_than_twenty_minutes_is_dropped() -> None:
    assert due(STRETCH, now=at(20, 19)) == [1]
    assert due(STRETCH, now=at(20, 20)) == []


def test_setting_a_reminder_for_a_time_that_has_just_gone_by_sounds_nothing() -> None:
    assert due(replace(STRETCH, set_at=at(20, 5)), now=at(20, 6)) == []
    assert due(replace(STRETCH, set_at=at(19, 55)), now=at(20, 6)) == [1]


def test_what_was_noted_or_rests_needs_no_reminder() -> None:
    assert due(STRETCH, now=at(20), done={"stretch-calves"}) == []
    assert due(STRETCH, now=at(20), resting={"stretch-calves"}) == []
    assert due(CHECK_IN, now=at(8)) == [2]
    assert due(CHECK_IN, now=at(8), nights={LAST_NIGHT}) == []
    assert due(TRIAL, now=at(19)) == []
    assert due(TRIAL, now=at(19), is_trial_open=True) == [4]


def test_a_run_of_open_nights_is_asked_for_once() -> None:
    assert due(MISSED, now=at(18), nights={BEFORE}) == [3]
    assert due(MISSED, now=at(18), nights={BEFORE, LAST_NIGHT}) == []
    assert due(MISSED, now=at(18, day=TODAY + timedelta(days=1)), nights={BEFORE}) == []


def test_hours_since_count_hours_and_not_the_clock() -> None:
    marked = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)  # 1:30; at 2 the clocks go to 3
    free = Rules(quiet_from=time(0), quiet_until=time(0))
    drunk = replace(DRINK, last_done_at=marked)
    assert due(drunk, now=marked + timedelta(minutes=119), rules=free) == []
    assert due(drunk, now=marked + timedelta(minutes=120), rules=free) == [5]
    assert due(DRINK, now=at(20)) == []  # never done, so no hours since


def test_quiet_hours_are_quiet_but_for_what_was_set_for_bedtime() -> None:
    late = replace(STRETCH, at=time(22, 30))
    assert due(late, now=at(22, 30)) == []
    assert due(replace(late, is_for_bedtime=True), now=at(22, 30)) == [1]
    assert due(replace(DRINK, last_done_at=at(21)), now=at(23)) == []


def test_a_snooze_is_the_persons_own_wish() -> None:
    snoozed = replace(STRETCH, snoozed_until=at(22, 15))
    assert due(snoozed, now=at(22, 15), sent_today=3, passed_by={1: 5}) == [1]
    assert due(snoozed, now=at(22, 15), done={"stretch-calves"}) == []


def test_a_few_a_day_the_earlier_first() -> None:
    evening = replace(TRIAL, at=time(20, 5))
    assert due(evening, STRETCH, now=at(20, 6), is_trial_open=True, sent_today=2) == [1]
    claimed = {(1, at(20))}
    assert due(evening, STRETCH, now=at(20, 6), is_trial_open=True, sent_today=3, claimed=claimed) == [1]


@pytest.mark.parametrize(
    ("until", "expected"), [(None, []), (TODAY + timedelta(days=1), []), (TODAY, [1]), (LAST_NIGHT, [1])]
)
def test_a_pause_lasts_until_the_day_that_was_said(until: date | None, expected: list[int]) -> None:
    assert due(STRETCH, now=at(20), rules=Rules(is_paused=True, paused_until=until)) == expected


def test_after_five_that_passed_by_it_falls_silent() -> None:
    decided = decide([STRETCH], Rules(), Known(passed_by={1: 4}), zone=BERLIN, now=at(20))
    assert [one.reminder for one in decided.due] == [1]
    decided = decide([STRETCH], Rules(), Known(passed_by={1: 5}), zone=BERLIN, now=at(20))
    assert (decided.due, decided.falls_silent) == ((), (1,))


def test_only_the_last_in_a_row_count_as_passed_by() -> None:
    assert unanswered_run([]) == 0
    assert unanswered_run([False, True, False, False]) == 1
    assert unanswered_run([False] * 5) == 5
