"""The three looks: day, evening (dim) and night. A cookie remembers the choice, so the first paint is right."""

from dataclasses import dataclass

COOKIE = "quietlegs_theme"
COOKIE_AGE_SECONDS = 400 * 24 * 3600  # the longest a browser keeps one


@dataclass(frozen=True, slots=True)
class Theme:
    """One look: its word in the page, its colour in the browser's bar."""

    name: str
    color_scheme: str
    bar_color: str


THEMES = {
    "day": Theme("day", "light", "#ffffff"),
    "dim": Theme("dim", "dark", "#17130f"),
    "night": Theme("night", "dark", "#000000"),
}


def chosen(cookies: dict[str, str]) -> Theme | None:
    """Return the theme that the person chose, or None: then the system's own setting decides."""
    return THEMES.get(cookies.get(COOKIE, ""))
