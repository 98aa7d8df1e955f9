"""What the templates of the plan get."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from quietlegs.core.knowledge.evidence import EvidenceEntry
from quietlegs.core.plan import Exercise, Offer, OwnResult, WeekPlan, Worth
from quietlegs.core.plan.benefit import Belief
from quietlegs.core.plan.items import Kind
from quietlegs.exchange.knowledge_base import load_index
from quietlegs.exchange.plan_base import load_exercises
from quietlegs.web.library.pages import Grade, grade
from quietlegs.web.medicines.queries import ProfileFacts
from quietlegs.web.medicines.references import Reference, ShownSource, entry_sources, references
from quietlegs.web.plan.models import Pause
from quietlegs.web.shell.numbers import spoken

OWN_INTERVAL_Z = 1.645  # 9 in 10


@dataclass(frozen=True, slots=True)
class ItemCard:
    """One thing to do this week."""

    id: str
    icon: str
    title: str
    minutes: int
    is_question: bool
    question: str
    grade: Grade
    what: str
    when: str
    how_long: str
    reasons: tuple[str, ...]
    findings: tuple[str, ...]
    own: str
    safety: tuple[str, ...]
    stop: str
    exercise: Exercise | None
    answer: str | None
    is_kept: bool
    trial: int | None
    references: tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class LeftOutLine:
    """Something that is left out, with why and where that comes from."""

    icon: str
    title: str
    why: tuple[str, ...]
    item: str
    references: tuple[Reference, ...]
    sources: tuple[ShownSource, ...]


@dataclass(frozen=True, slots=True)
class PlanPage:
    """The page of the plan."""

    kicker: str
    lead: str
    tonight: str
    evening: str
    pause: Pause | None
    is_child: bool
    doctor_first: bool
    items: tuple[ItemCard, ...]
    useless: tuple[LeftOutLine, ...]
    removed: tuple[LeftOutLine, ...]
    not_worth: tuple[LeftOutLine, ...]
    waiting: tuple[ItemCard, ...]
    profile_is_open: bool
    knows_complaint: bool
    words: object


def plan_page(
    plan: WeekPlan,
    facts: ProfileFacts,
    *,
    tonight: date,
    done: dict[str, bool],
    chosen: dict[str, str],
    pause: Pause | None,
    in_trial: dict[str, int],
) -> PlanPage:
    """Return the page of the plan."""
    monday = tonight - timedelta(days=tonight.weekday())
    items = tuple(_card(offer, done, chosen, in_trial) for offer in plan.offers)
    return PlanPage(
        kicker=_("Week of %(day)s") % {"day": date_format(monday, "j F")},
        lead=_lead(items),
        tonight=date_format(tonight, "l j F"),
        evening=tonight.isoformat(),
        pause=pause,
        is_child=not plan.is_for_adults,
        doctor_first=plan.doctor_first,
        items=items,
        useless=tuple(_useless(offer) for offer in plan.useless),
        removed=tuple(
            LeftOutLine(
                "stop",
                one.item.title,
                (one.reason.sentence,),
                one.item.id if one.may_return else "",
                references(one.reason.evidence),
                (),
            )
            for one in plan.removed
        ),
        not_worth=tuple(
            LeftOutLine(
                "stop" if one.left_out.kind == "unsafe" else "equal",
                one.left_out.title,
                (one.entry.statement,),
                "",
                references([one.entry.id]),
                entry_sources(one.entry.id),
            )
            for one in plan.not_worth
        ),
        waiting=tuple(_card(offer, done, chosen, in_trial) for offer in plan.waiting),
        profile_is_open=facts.age_years is None and not facts.conditions,
        knows_complaint=bool(facts.about),
        words=load_index("plan")["words"],
    )


def _lead(items: Sequence[ItemCard]) -> str:
    things = sum(not item.is_question for item in items)
    questions = len(items) - things
    said = []
    if things:
        said.append(ngettext("One thing to try", "%(count)s things to try", things) % {"count": things})
    if questions:
        said.append(_("one question for your doctor or pharmacist"))
    return _("%(things)s. No more than that.") % {"things": ", ".join(said)} if said else ""


def _card(offer: Offer, done: dict[str, bool], chosen: dict[str, str], in_trial: dict[str, int]) -> ItemCard:
    item = offer.item
    entries = list(dict.fromkeys([offer.entry.id, *(reason.evidence for reason in offer.reasons)]))
    answered = {True: "yes", False: "no", None: ""}[done.get(item.id)]
    return ItemCard(
        id=item.id,
        icon=item.icon,
        title=item.title,
        minutes=item.minutes,
        is_question=item.kind is Kind.ASK,
        question=offer.question or "",
        grade=grade(offer.entry),
        what=item.what,
        when=item.when,
        how_long=item.how_long,
        reasons=tuple(reason.sentence for reason in offer.reasons),
        findings=_findings(offer.entry),
        own=say_own(offer.worth.own if offer.worth else None, avoid=item.avoid),
        safety=offer.entry.safety,
        stop=item.stop.sentence,
        exercise=load_exercises()[item.exercise] if item.exercise else None,
        answer=None if item.kind is Kind.ASK else answered,
        is_kept=chosen.get(item.id) == "kept",
        trial=in_trial.get(item.id),
        references=references(entries),
    )


def _findings(entry: EvidenceEntry) -> tuple[str, ...]:
    return entry.findings[:1]


def say_own(own: OwnResult | None, *, avoid: bool) -> str:
    """Return what the person's own nights say of an item, with the nights behind it. An association, no more."""
    if own is None:
        return ""
    low = math.exp(own.mean - OWN_INTERVAL_Z * own.sd)
    high = math.exp(own.mean + OWN_INTERVAL_Z * own.sd)
    nights = ngettext("%(count)s night", "%(count)s nights", own.nights) % {"count": own.nights}
    said = {"nights": nights, "low": _tenths(low), "high": _tenths(high)}
    if avoid:
        text = _(
            "In your %(nights)s with it: where there were 10 cramps, leaving it out went with %(low)s to %(high)s."
        )
    else:
        text = _("In your %(nights)s with it: where there were 10 cramps, it went with %(low)s to %(high)s.")
    return text % said


def _tenths(ratio: float) -> str:
    return str(min(99, round(10 * ratio)))


def _useless(offer: Offer) -> LeftOutLine:
    worth = offer.worth
    harmful = worth is not None and worth.is_harmful
    verdict = (
        _("Your nights with it had more cramps. You could drop it.")
        if harmful
        else _("Your nights show no useful change with it. You could drop it.")
    )
    own = say_own(worth.own if worth else None, avoid=offer.item.avoid)
    return LeftOutLine(
        "equal", offer.item.title, tuple(one for one in (verdict, own) if one), offer.item.id, (), ()
    )


# The arithmetic -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ArithmeticRow:
    """The numbers behind one item, as text."""

    title: str
    is_offered: bool
    entry: Reference
    prior: str
    is_stand_in: bool
    own: str
    belief: str
    chance: str
    gain: str
    cost: str
    worth: str


@dataclass(frozen=True, slots=True)
class ArithmeticPage:
    """How the order of the plan was worked out."""

    rows: tuple[ArithmeticRow, ...]


def arithmetic_page(plan: WeekPlan) -> ArithmeticPage:
    """Return the numbers of every item that could be offered, in the order of their worth."""
    offers = [
        (offer.worth, offer)
        for offer in (*plan.offers, *plan.waiting, *plan.useless)
        if offer.worth is not None
    ]
    offers.sort(key=lambda pair: -pair[0].worth)
    return ArithmeticPage(tuple(_row(offer, worth, offer in plan.offers) for worth, offer in offers))


def _row(offer: Offer, worth: Worth, is_offered: bool) -> ArithmeticRow:
    own = worth.own
    return ArithmeticRow(
        title=offer.item.title,
        is_offered=is_offered,
        entry=references([offer.entry.id])[0],
        prior=_belief(worth.prior),
        is_stand_in=worth.is_stand_in,
        own=""
        if own is None
        else _("%(range)s, from %(nights)s nights")
        % {"range": _belief(Belief(own.mean, own.sd)), "nights": own.nights},
        belief=_belief(worth.belief),
        chance=_("%(tenths)s in 20") % {"tenths": round(20 * worth.belief.chance_helps)},
        gain=_hundredths(worth.gain),
        cost=_hundredths(worth.minutes_cost + worth.risk_cost),
        worth=_hundredths(worth.worth),
    )


def _belief(belief: Belief) -> str:
    low, high = belief.interval()
    middle = math.exp(belief.mean)
    return _("%(middle)s (%(low)s to %(high)s)") % {
        "middle": round(20 * middle),
        "low": round(20 * low),
        "high": round(20 * high),
    }


def _hundredths(share: float) -> str:
    return spoken(f"{100 * share:.1f}".replace("-", "\N{MINUS SIGN}"))
