"""What the home page and the calendar show of trials: tonight's condition, and one tap for done."""

from dataclasses import dataclass
from datetime import date

from quietlegs.web.diary.models import Diary
from quietlegs.web.diary.tonight_cards import Card
from quietlegs.web.experiments import queries
from quietlegs.web.experiments.queries import Tonight


@dataclass(frozen=True, slots=True)
class TonightTrials:
    """Tonight's condition of each running trial."""

    trials: tuple[Tonight, ...]
    evening: str


def tonight(diary: Diary, evening: date) -> Card | None:
    """Return tonight's conditions, or None when nothing runs."""
    planned = tuple(one for one in queries.tonight(diary, evening) if one.planned is not None)
    if not planned:
        return None
    return Card("experiments/tonight_card.html", TonightTrials(planned, evening.isoformat()))
