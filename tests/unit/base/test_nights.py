"""Which night an instant belongs to, also when the clocks change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quietlegs.core.base.nights import clock_exists, night_bounds, night_of, split_instant, wall_clock
from quietlegs.core.diary.night import Episode

ZONES = ["Europe/Berlin", "Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]
HOURS = {  # the evening before the clocks change, and how long its night is
    ("Europe/Berlin", date(2026, 3, 28)): 23,
    ("Europe/Berlin", date(2026, 10, 24)): 25,
    ("America/New_York", date(2026, 3, 7)): 23,
    ("America/New_York", date(2026, 10, 31)): 25,
    ("Australia/Lord_Howe", date(2026, 4, 4)): 24.5,  # half an hour
    ("Australia/Lord_Howe", date(2026, 10, 3)): 23.5,
    ("Asia/Kathmandu", date(2026, 3, 28)): 24,
    ("Pacific/Apia", date(2011, 12, 28)): 24,  # 30 December 2011 was left out there
}


@pytest.mark.parametrize(("place", "hours"), HOURS.items())
def test_a_night_in_which_clocks_change_is_longer_or_shorter_and_has_one_name(place, hours):
    zone, evening = ZoneInfo(place[0]), place[1]
    begin, end = night_bounds(evening, zone)
    assert (end - begin) / timedelta(hours=1) == hours
    assert night_of(begin.astimezone(zone)) == evening
    assert night_of((end - timedelta(microseconds=1)).astimezone(zone)) == evening
    assert night_of(end.astimezone(zone)) == evening + timedelta(days=1)


@settings(deadline=None)
@given(
    st.datetimes(datetime(1975, 1, 1), datetime(2037, 12, 31), timezones=st.just(UTC)),
    st.sampled_from(ZONES),
    st.integers(0, 23),
)
def test_every_instant_lies_within_the_bounds_of_its_night(at, zone_name, cutoff):
    zone = ZoneInfo(zone_name)
    evening = night_of(at.astimezone(zone), cutoff)
    begin, end = night_bounds(evening, zone, cutoff)
    # Where a cut-off hour comes twice, the clock shows the old night's hours once more after it.
    assert begin - timedelta(hours=1) <= at < end + timedelta(hours=1)
    if cutoff in (0, 6, 12, 18):  # clocks change at other hours in these zones
        assert begin <= at < end


def test_the_hour_that_comes_twice_keeps_two_cramps_apart():
    first = split_instant(datetime.fromisoformat("2026-10-25T02:30:00+02:00"))
    second = split_instant(datetime.fromisoformat("2026-10-25T02:30:00+01:00"))
    assert second[0] - first[0] == timedelta(hours=1)
    episodes = [Episode(at, offset) for at, offset in (first, second)]
    assert [episode.local.strftime("%H:%M") for episode in episodes] == ["02:30", "02:30"]
    assert {episode.evening() for episode in episodes} == {date(2026, 10, 24)}


def test_the_hour_that_is_left_out_does_not_happen():
    berlin = ZoneInfo("Europe/Berlin")
    assert not clock_exists(datetime(2026, 3, 29, 2, 30), berlin)
    assert clock_exists(datetime(2026, 3, 29, 3, 30), berlin)
    assert clock_exists(datetime(2026, 10, 25, 2, 30), berlin)


def test_a_cramp_keeps_its_night_when_the_person_travels():
    at, offset = split_instant(datetime.fromisoformat("2026-03-04T03:07:00+01:00"))
    assert Episode(at, offset).evening() == date(2026, 3, 3)
    assert wall_clock(at, offset).isoformat() == "2026-03-04T03:07:00+01:00"


@pytest.mark.parametrize("cutoff", [-1, 24])
def test_a_cut_off_hour_is_an_hour(cutoff):
    with pytest.raises(ValueError, match="0 to 23"):
        night_of(datetime(2026, 3, 4), cutoff)
