"""What to do this week: one to three things, from the literature, the person's own nights, and safety.

``items`` says what a plan can hold, ``benefit`` is the arithmetic, ``week`` chooses, ``exercises`` are done step by
step. Everything clinical comes from data files; these rooms choose and order.
"""

from quietlegs.core.plan.benefit import Belief, OwnResult, Worth
from quietlegs.core.plan.exercises import Exercise, Phase, parse_exercise, timeline
from quietlegs.core.plan.items import LeftOut, PlanItem, parse_item, parse_left_out
from quietlegs.core.plan.week import Offer, Person, PlanBook, WeekPlan, plan_week

__all__ = [
    "Belief",
    "Exercise",
    "LeftOut",
    "Offer",
    "OwnResult",
    "Person",
    "Phase",
    "PlanBook",
    "PlanItem",
    "WeekPlan",
    "Worth",
    "parse_exercise",
    "parse_item",
    "parse_left_out",
    "plan_week",
    "timeline",
]
