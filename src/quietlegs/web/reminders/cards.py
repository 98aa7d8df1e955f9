"""What the home page says of reminders: the one question of those that fell silent, and nothing else."""

from dataclasses import dataclass
from datetime import date

from quietlegs.web.diary.models import Diary
from quietlegs.web.diary.tonight_cards import Card
from quietlegs.web.reminders import pages
from quietlegs.web.reminders.models import Reminder


@dataclass(frozen=True, slots=True)
class Silent:
    """The titles of reminders that fell silent."""

    titles: tuple[str, ...]


def tonight(diary: Diary, evening: date) -> Card | None:
    """Return the question, or None when none fell silent. One query."""
    silent = Reminder.objects.filter(diary=diary, is_on=True, fell_silent_at__isnull=False)
    titles = tuple(map(pages.title_of, silent))
    return Card("reminders/silent_card.html", Silent(titles)) if titles else None
