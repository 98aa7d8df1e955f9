"""The way about: four places on a phone's bar, all of them on the rail and the *More* page."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the app.

    ``on_bar`` says whether a phone's tab bar has it; ``on_rail`` whether the side rail has it, which has room for
    ten; ``hint`` is its line on the *More* page, where every place stands.
    """

    url_name: str
    label: str | Promise
    icon: str
    hint: str | Promise
    on_bar: bool = False
    on_rail: bool = True


@dataclass(frozen=True, slots=True)
class Link:
    """A place as a page shows it."""

    place: Place
    url: str
    is_current: bool


# In the order of the rail. A new place needs a line here and a test of its page.
PLACES: tuple[Place, ...] = (
    Place("diary:tonight", _("Tonight"), "moon", _("Note the night. Cramp now."), on_bar=True),
    Place("diary:nights", _("Nights"), "nights", _("The calendar, and each night"), on_bar=True),
    Place("insights:insights", _("Insights"), "insights", _("What changes your nights"), on_bar=True),
    Place("plan:plan", _("Plan"), "plan", _("What to do this week, and guided exercises"), on_bar=True),
    Place("check:start", _("Is it dangerous?"), "shield", _("Warning signs, and what it may be")),
    Place("library:library", _("Library"), "book", _("What is known, how surely, and from where")),
    Place("ask:ask", _("Ask"), "question", _("Questions, answered from checked sources")),
    Place(
        "relief:relief",
        _("Relief now"),
        "cramp",
        _("A cramp or restless legs, one step at a time"),
        on_rail=False,
    ),
    Place(
        "medicines:list",
        _("Medicines"),
        "pill",
        _("What they may do to legs; blood tests; about you"),
        on_rail=False,
    ),
    Place(
        "ask:article",
        _("Check an article"),
        "search",
        _("What holds, what sells, what could hurt"),
        on_rail=False,
    ),
    Place("experiments:trials", _("Try a remedy"), "scales", _("A fair trial on yourself, decided by coin")),
    Place("diary:factors", _("Factors"), "sliders", _("What you watch besides the cramps"), on_rail=False),
    Place("share:doctor", _("For the doctor"), "report", _("One page to take along")),
    Place("diary:import", _("Import"), "down", _("Bring in nights from a file"), on_rail=False),
    Place("diary:export", _("Export"), "download", _("Take everything with you"), on_rail=False),
    Place("accounts:devices", _("Devices"), "phone", _("Use it on your phone; lock the app"), on_rail=False),
    Place(
        "reminders:reminders",
        _("Reminders"),
        "clock",
        _("A few a day, if you want them"),
        on_rail=False,
    ),
    Place("diary:settings", _("Settings"), "grid", _("Time zone, colours, backup, deleting"), on_rail=False),
)


def items(path: str) -> list[Link]:
    """Return every place in order, with the one at ``path`` marked."""
    links = [(place, reverse(place.url_name)) for place in PLACES]
    current = max(
        (url for _, url in links if path == url or (url != "/" and path.startswith(url))),
        default=None,
        key=len,
    )
    return [Link(place, url, url == current) for place, url in links]
