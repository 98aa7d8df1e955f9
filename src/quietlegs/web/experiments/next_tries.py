"""What to try next: the remedies in the order of what a trial of each is worth to this person."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from quietlegs.core.experiments.next_try import Candidate, queue
from quietlegs.core.knowledge.evidence import EvidenceEntry, Scale
from quietlegs.core.plan.items import PlanItem
from quietlegs.exchange.experiment_safety import check_remedy
from quietlegs.exchange.plan_base import load_plan_book
from quietlegs.web.diary import queries as diary_queries
from quietlegs.web.diary.models import Diary
from quietlegs.web.experiments.models import Trial
from quietlegs.web.experiments.queries import OWN_NIGHTS_ENOUGH, circumstances, harmed, offered

USUAL_CRAMPS_A_NIGHT = 0.43  # 3 a week, for a person who has not said


@dataclass(frozen=True, slots=True)
class NextTry:
    """A remedy in the queue of what to try next: what the trial is worth, and what it stands on.

    ``saved`` is in cramps over ``HORIZON_NIGHTS``: what knowing would save on average beyond what is known already.
    """

    item: PlanItem
    entry: EvidenceEntry
    saved: float


@dataclass(frozen=True, slots=True)
class NextTries:
    """The queue, the most worth first, at so many cramps a night; ``is_own`` says whether that is from the diary."""

    queue: tuple[NextTry, ...]
    per_night: float
    is_own: bool


def worth_trying(diary: Diary, today: date) -> NextTries:
    """Return the remedies with a prior for nights by the value of trying them, without those tried, harmful or unsafe."""
    known, candidates = {}, []
    for item, _entry in offered():
        for reason in item.why:
            entry = load_plan_book().evidence[reason.evidence]
            given = entry.log_rate_ratio
            if given is not None and given.scale is Scale.CRAMPS_PER_NIGHT:
                candidates.append(Candidate(item.id, given.mean, given.sd, item.minutes))
                known[item.id] = (item, entry)
                break
    tried = set(Trial.objects.filter(diary=diary).values_list("plan_item", flat=True))
    tried |= load_plan_book().harmed_with(harmed(diary))
    person = circumstances(diary, today)
    own = _own_rate(diary)
    ranked = queue(candidates, events_per_night=own or USUAL_CRAMPS_A_NIGHT)
    return NextTries(
        tuple(
            NextTry(*known[worth.id], worth.value)
            for worth in ranked
            if worth.id not in tried and not check_remedy("", plan_item=worth.id, person=person).stopped_by
        ),
        own or USUAL_CRAMPS_A_NIGHT,
        own is not None,
    )


def _own_rate(diary: Diary) -> float | None:
    """Return the person's cramps a night, None with too few nights or no cramp at all."""
    table = diary_queries.night_table(diary)
    column = table.outcome("cramps") if table else None
    values = np.empty(0) if column is None else column.values[~np.isnan(column.values)]
    return float(values.mean()) or None if len(values) >= OWN_NIGHTS_ENOUGH else None
