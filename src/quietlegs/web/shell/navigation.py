"""The way about: four places on a phone's bar, all of them on the rail and the *More* page."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the app.

    ``on_bar`` says whether a phone's tab bar has it; ``hint`` is its line on the *More* page.
    """

    url_name: str
    label: str | Promise
    icon: str
    hint: str | Promise
    on_bar: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A place as a page shows it."""

    place: Place
    url: str
    is_current: bool


PLACES: tuple[Place, ...] = ()


def items(path: str) -> list[Link]:
    """Return every place in order, with the one at ``path`` marked."""
    links = [(place, reverse(place.url_name)) for place in PLACES]
    current = max(
        (url for _, url in links if path == url or (url != "/" and path.startswith(url))),
        default=None,
        key=len,
    )
    return [Link(place, url, url == current) for place, url in links]
