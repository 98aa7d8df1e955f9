"""What is bright by day is dim at night, for who chose the day look too; who does not want that says so once."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.utils import timezone

from quietlegs.web.shell.themes import shown

pytestmark = pytest.mark.django_db

NOON_IN_LONDON = datetime(2026, 3, 4, 12, tzinfo=UTC)
THREE_IN_THE_MORNING = datetime(2026, 3, 4, 3, tzinfo=UTC)
HERE = {"quietlegs_clock": "0"}


def look(now: datetime, **cookies: str) -> str:
    return shown({**HERE, **{f"quietlegs_{name}": value for name, value in cookies.items()}}, now).name


@pytest.mark.parametrize(
    ("theme", "by_day", "at_night"),
    [("", "", "dim"), ("day", "day", "dim"), ("dim", "dim", "dim"), ("night", "night", "night")],
)
def test_only_what_would_be_bright_is_dimmed(theme: str, by_day: str, at_night: str) -> None:
    assert look(NOON_IN_LONDON, theme=theme) == by_day
    assert look(THREE_IN_THE_MORNING, theme=theme) == at_night
    assert look(THREE_IN_THE_MORNING, theme=theme, at_night="as_by_day") == by_day


@pytest.mark.parametrize(("hour", "name"), [(21, "day"), (22, "dim"), (0, "dim"), (5, "dim"), (6, "day")])
def test_the_night_is_from_22_to_6(hour: int, name: str) -> None:
    assert look(datetime(2026, 3, 4, hour, 30, tzinfo=UTC), theme="day") == name


@pytest.mark.parametrize(("clock", "name"), [("-600", "dim"), ("600", "dim"), ("60", "day"), ("-60", "day")])
def test_the_hour_is_that_of_the_device(clock: str, name: str) -> None:
    assert look(NOON_IN_LONDON, theme="day", clock=clock) == name


@pytest.mark.parametrize("clock", ["", "soon", "99999", "-", "1e3", "-99999", "٣٠"])
def test_a_clock_that_says_nothing_is_passed_over(clock: str) -> None:
    assert look(NOON_IN_LONDON, theme="day", clock=clock) in ("day", "dim")


def at_hour(client: Client, hour: int) -> None:
    """Let it be that hour by the clock of the device."""
    client.cookies["quietlegs_clock"] = str(((hour - timezone.now().hour + 12) % 24 - 12) * 60)


def test_the_first_page_at_night_is_dim_from_its_first_byte(client: Client) -> None:
    client.cookies["quietlegs_theme"] = "day"
    at_hour(client, 3)
    page = client.get("/").content.decode()
    assert '<html lang="en-gb" data-theme="dim" data-by-day="day">' in page
    assert '<meta name="color-scheme" content="dark">' in page
    assert '<html lang="en-gb" data-theme="night">' in client.get("/relief/").content.decode()
    at_hour(client, 12)
    page = client.get("/").content.decode()
    assert '<html lang="en-gb" data-theme="day" data-by-day="day">' in page
    assert '<meta name="color-scheme" content="light">' in page


def test_who_presses_day_at_night_sees_day_and_may_have_it_dim_again(client: Client) -> None:
    at_hour(client, 3)
    page = client.post("/theme", {"theme": "day", "next": "/more"}, follow=True).content.decode()
    assert '<html lang="en-gb" data-theme="day">' in page
    assert "Bright, also at night." in page and "Dim them at night" in page
    page = client.post("/theme", {"at_night": "dim", "next": "/more"}, follow=True).content.decode()
    assert 'data-theme="dim" data-by-day="day"' in page
    assert 'value="day" aria-pressed="true"' in page  # the choice stands, for the day


def test_who_presses_day_by_day_is_not_dazzled_at_night(client: Client) -> None:
    at_hour(client, 12)
    client.post("/theme", {"theme": "day"})
    at_hour(client, 3)
    assert 'data-theme="dim"' in client.get("/").content.decode()
