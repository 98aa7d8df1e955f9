"""What the plan puts on the home page."""

from dataclasses import dataclass
from datetime import date

from quietlegs.exchange.plan_base import load_plan_book
from quietlegs.web.diary.models import Diary
from quietlegs.web.diary.tonight_cards import Card
from quietlegs.web.plan import queries
from quietlegs.web.plan.models import Choice


@dataclass(frozen=True, slots=True)
class TonightPlan:
    """The titles of what the person goes on with."""

    titles: tuple[str, ...]


def tonight(diary: Diary, evening: date) -> Card | None:
    """Return the items that the person has kept, or None when they kept none or the plan rests. Two queries."""
    if queries.pause(diary):
        return None
    items = load_plan_book().items
    titles = tuple(
        items[name].title
        for name, what in queries.choices(diary).items()
        if what == Choice.What.KEPT and name in items
    )
    return Card("plan/tonight_card.html", TonightPlan(titles)) if titles else None
