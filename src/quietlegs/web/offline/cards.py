"""What the home page shows when two devices did not say the same of a night: what was said, and what stands."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from quietlegs.web.diary import clock, queries, words
from quietlegs.web.diary.forms import FACTOR, QUESTIONS
from quietlegs.web.diary.models import Diary
from quietlegs.web.diary.tonight_cards import Card
from quietlegs.web.offline.models import Entry

SHOWN_FOR = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Difference:
    """One question with two answers."""

    question: str
    sentence: str


@dataclass(frozen=True, slots=True)
class TwoAnswers:
    """One night, and where its answers differ. ``device`` is what this computer calls the device, if it knows it."""

    evening: date
    name: str
    device: str
    at: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Differing:
    """The nights with two answers that the person has not seen yet."""

    nights: tuple[TwoAnswers, ...]


def tonight(diary: Diary, evening: date) -> Card | None:
    """Return the nights that were answered in two ways, or None. Two queries."""
    since = timezone.now() - SHOWN_FOR
    unseen = Entry.objects.filter(diary=diary, seen_at=None, received_at__gte=since).exclude(differs={})
    entries = list(unseen)
    if not entries:
        return None
    factors = {f"{FACTOR}{factor.pk}": factor.name for factor in queries.watched_factors(diary)}
    return Card(
        "offline/two_answers.html", Differing(tuple(_night(diary, entry, factors) for entry in entries))
    )


def _night(diary: Diary, entry: Entry, factors: dict[str, str]) -> TwoAnswers:
    return TwoAnswers(
        evening=entry.evening,
        name=date_format(entry.evening, "l j F"),
        device=entry.device_name,
        at=date_format(clock.local(diary, entry.made_at), "j F, G:i"),
        differences=tuple(
            Difference(_question(name, factors), _sentence(name, **told))
            for name, told in entry.differs.items()
        ),
    )


def _question(name: str, factors: dict[str, str]) -> str:
    if name in QUESTIONS:
        return str(QUESTIONS[name].label)
    return {"places": _("Where?"), "sore": _("Is the muscle still sore?")}.get(name, factors.get(name, ""))


def _sentence(name: str, *, was: Any, said: Any, stands: Any) -> str:
    shown = {key: _value(name, value) for key, value in (("was", was), ("said", said), ("stands", stands))}
    if was in (None, [], said):
        return _("%(said)s was said. %(stands)s stands, as recorded in the night.") % shown
    return _("%(was)s was there and %(said)s was said. %(stands)s stands.") % shown


def _value(name: str, value: Any) -> str:
    if name == "places":
        return words.and_list(words.place_name(place) for place in value or ())
    if name == "sore":
        return _("Yes") if value else _("No")
    return words.number(value) if value is not None else _("Open")
