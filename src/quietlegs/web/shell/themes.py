"""The three looks: day, evening (dim) and night. Cookies remember what was chosen, so the first paint is right.

A bright page at 3 a.m. hurts and wakes. So from 22:00 to 6:00 whatever would be bright is dim, also for who chose the day
look: they chose it by day. Who does not want that says so once, and keeps the look of the day at night too. What was
chosen dark stays as it is. The hour is that of the device's own clock, which a script notes; before that, this computer's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone

from quietlegs.core.base.nights import MAX_OFFSET_MINUTES

COOKIE = "quietlegs_theme"
AT_NIGHT_COOKIE = "quietlegs_at_night"
CLOCK_COOKIE = "quietlegs_clock"  # minutes that the device's clock is ahead of UTC
COOKIE_AGE_SECONDS = 400 * 24 * 3600  # the longest a browser keeps one
DIM, AS_BY_DAY = "dim", "as_by_day"
NIGHT_FROM, NIGHT_TO = 22, 6


@dataclass(frozen=True, slots=True)
class Theme:
    """One look: its word in the page, its colour in the browser's bar.

    ``by_day`` is the name of the look that this page has by day, where its look goes by the clock; else None.
    """

    name: str
    color_scheme: str
    bar_color: str
    by_day: str | None = None


THEMES = {
    "day": Theme("day", "light", "#ffffff"),
    "dim": Theme("dim", "dark", "#17130f"),
    "night": Theme("night", "dark", "#000000"),
}
SYSTEM = Theme("", "light dark", "")  # nothing was chosen: the system's own setting decides


def chosen(cookies: Mapping[str, str]) -> Theme:
    """Return the theme that the person chose, or ``SYSTEM``."""
    return THEMES.get(cookies.get(COOKIE, ""), SYSTEM)


def shown(cookies: Mapping[str, str], now: datetime) -> Theme:
    """Return the theme of a page at an instant: the chosen one, or dim where that would be bright at night."""
    theme = chosen(cookies)
    if theme.color_scheme == "dark" or not dims_at_night(cookies):
        return theme
    return replace(THEMES["dim"] if is_night(cookies, now) else theme, by_day=theme.name)


def dims_at_night(cookies: Mapping[str, str]) -> bool:
    """Return whether bright pages are dim at night: yes, unless the person said no."""
    return cookies.get(AT_NIGHT_COOKIE) != AS_BY_DAY


def is_night(cookies: Mapping[str, str], now: datetime) -> bool:
    """Return whether it is night by the clock of the device, or of this computer where that is not known."""
    noted = cookies.get(CLOCK_COOKIE, "")
    ahead = int(noted) if noted.removeprefix("-").isdecimal() and len(noted) < 6 else None
    is_known = ahead is not None and abs(ahead) <= MAX_OFFSET_MINUTES
    local = now.astimezone(timezone(timedelta(minutes=ahead or 0)) if is_known else None)
    return local.hour >= NIGHT_FROM or local.hour < NIGHT_TO
