"""A trial of a diary as a value: what was sealed, what was said of its nights, and how it ended. For taking it out and in."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialRecord:
    """Everything of one trial but the diary's own nights.

    Attributes:
        remedy: in the person's words; ``plan_item`` is the plan's id, empty for one of their own.
        outcome: the one that decides.
        part: 0, or 1 and 2 for the two remedies that share a sealed text.
        sealed_text, seal: what was sealed before the first night, and its SHA-256.
        looks: when the result may be seen: ``planned_looks`` or ``open_end``.
        belief, guess: 0 to 10, before the start and before the result was opened; None where not said.
        ended: why, empty while it runs; ``ended_on`` is the evening from which no night counts.
        done: evenings with whether it was done as planned. Evenings of which nothing was said are left out.
        rests: first and last evening; the last is None while the rest lasts.
        side_effects: evenings with what was noticed.
    """

    remedy: str
    outcome: str
    sealed_text: str
    seal: str
    started_at: datetime
    part: int = 0
    plan_item: str = ""
    looks: str = "planned_looks"
    clinician: str = ""
    agreed_with: bool = False
    belief: int | None = None
    guess: int | None = None
    ended: str = ""
    ended_on: date | None = None
    done: tuple[tuple[date, bool], ...] = ()
    rests: tuple[tuple[date, date | None], ...] = ()
    side_effects: tuple[tuple[date, str], ...] = ()
