"""What other rooms put on the home page: each names a function here that gives a card, or None for nothing to say."""

from dataclasses import dataclass
from datetime import date

from django.utils.module_loading import import_string

from quietlegs.web.diary.models import Diary

# "quietlegs.web.plan.cards.tonight": (diary, evening) -> Card | None
SOURCES: tuple[str, ...] = (
    "quietlegs.web.offline.cards.tonight",
    "quietlegs.web.experiments.cards.tonight",
    "quietlegs.web.plan.cards.tonight",
    "quietlegs.web.reminders.cards.tonight",
)


@dataclass(frozen=True, slots=True)
class Card:
    """A part of the home page: a template of its own, and the one value it gets, as ``card``."""

    template: str
    content: object


def gather(diary: Diary, evening: date) -> list[Card]:
    """Return the cards of tonight, in order."""
    found = (import_string(source)(diary, evening) for source in SOURCES)
    return [card for card in found if card is not None]
