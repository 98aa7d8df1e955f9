"""What relief reads of a diary: what runs now, and what stopped it before."""

from collections.abc import Mapping
from datetime import timedelta

from django.utils import timezone

from quietlegs.core.plan.relief import ReliefKind, ReliefStep, Tried, tried_before, with_own_nights
from quietlegs.exchange.relief_base import load_relief_steps
from quietlegs.web.diary.models import Diary, Episode

LOOKED_BACK = (
    200  # cramps; what helped years ago may not be what helps now, and a page at 3 a.m. must be quick
)
RUNNING = timedelta(hours=12)  # one that was never ended is not running for ever
STOPPED_WITHIN_MINUTES = 30  # one that was "over" hours later was forgotten: what stopped it is not known


def running(diary: Diary, kind: str) -> Episode | None:
    """Return the episode of this kind that began last and has no end yet, or None. One query."""
    since = timezone.now() - RUNNING
    runs = Episode.objects.filter(diary=diary, minutes=None, kind=kind, started_at__gte=since)
    return runs.order_by("-started_at").first()


def own_history(diary: Diary, kind: str) -> Mapping[str, Tried]:
    """Return what became of each step in the last episodes of this kind that stopped. One query."""
    ended = (
        Episode.objects.filter(diary=diary, kind=kind, minutes__lte=STOPPED_WITHIN_MINUTES)
        .exclude(relief=[])
        .order_by("-started_at")
        .values_list("relief", flat=True)[:LOOKED_BACK]
    )
    return tried_before(ended)


def steps_for(kind: str, history: Mapping[str, Tried]) -> tuple[ReliefStep, ...]:
    """Return the steps in the order in which this person meets them."""
    return with_own_nights(load_relief_steps()[ReliefKind(kind)], history)
