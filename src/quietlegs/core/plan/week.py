"""This week's plan: what is offered, what is left out, and why.

An item may be offered when an evidence entry that the house allows to recommend (``may_recommend``) speaks to one of
the person's complaints, nothing about the person speaks against it, and their own nights have not shown it useless.
What may be offered is put in the order of its worth (``benefit``). A plan holds three things at most, one of them a
question for the doctor or pharmacist.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from quietlegs.core.knowledge import may_recommend
from quietlegs.core.knowledge.evidence import About, EvidenceEntry, Scale
from quietlegs.core.knowledge.not_with import NotWith
from quietlegs.core.plan.benefit import OwnResult, Worth, prior_of, weigh
from quietlegs.core.plan.items import Kind, LeftOut, PlanItem, Reason

MOST_ITEMS = 3
MOST_MINUTES = 25  # a day, all items together: a plan that is done beats a plan that is full
ADULT_FROM = 18  # years; the evidence is about adults
URGENT = frozenset({"emergency_now", "same_day"})  # a doctor comes before any plan

# On which scale an entry's number speaks to a complaint.
_SCALES = {About.CRAMPS: Scale.CRAMPS_PER_NIGHT, About.RESTLESS_LEGS: Scale.RLS_SEVERITY}


@dataclass(frozen=True, slots=True)
class PlanBook:
    """All that a plan can be made of."""

    items: Mapping[str, PlanItem]
    left_out: tuple[LeftOut, ...]
    evidence: Mapping[str, EvidenceEntry]
    conditions_by_answer: Mapping[str, frozenset[str]] = field(default_factory=dict)
    # Of these conditions, those that a check speaks for after it is old.
    lasting: frozenset[str] = frozenset()
    harmed: NotWith | None = None  # why what did the person harm in a trial is left out

    def conditions_of(self, yes: Collection[str]) -> frozenset[str]:
        """Return the conditions that a check speaks of: ``yes`` are ids of red flags and questions that were so."""
        return frozenset(
            name for name, questions in self.conditions_by_answer.items() if not questions.isdisjoint(yes)
        )

    def harmed_with(self, items: Collection[str]) -> frozenset[str]:
        """Return what is left out when these items did harm: they, and of an exercise all of its family."""
        families = {
            self.items[one].family
            for one in items
            if one in self.items and self.items[one].kind is Kind.EXERCISE and self.items[one].family
        }
        alike = {
            one.id for one in self.items.values() if one.kind is Kind.EXERCISE and one.family in families
        }
        return frozenset(alike.union(items).intersection(self.items))


@dataclass(frozen=True, slots=True)
class Person:
    """What a plan needs to know of someone. What is not known is empty or None, and never taken as "no risk".

    ``conditions`` are ids such as ``kidney-disease`` or ``poor-balance``. ``linked_medicines`` are names of their
    medicines that are linked with their complaint. ``disposition`` is that of the last check.
    """

    about: tuple[About, ...] = (About.CRAMPS,)
    age_years: float | None = None
    pregnant: bool | None = None
    conditions: frozenset[str] = frozenset()
    medicines: frozenset[str] = frozenset()
    medicine_groups: frozenset[str] = frozenset()
    linked_medicines: tuple[str, ...] = ()
    has_ferritin: bool = False
    disposition: str | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """An item with why it is for this person, the entry it stands on, and its numbers (None for a question)."""

    item: PlanItem
    reasons: tuple[Reason, ...]
    entry: EvidenceEntry
    worth: Worth | None
    question: str | None = None


@dataclass(frozen=True, slots=True)
class Removed:
    """An item that is not for this person, with the reason. ``may_return``: they may take it back themselves."""

    item: PlanItem
    reason: NotWith
    may_return: bool = False


@dataclass(frozen=True, slots=True)
class NotWorth:
    """What is not worth this person's time, with the entry that says so."""

    left_out: LeftOut
    entry: EvidenceEntry


@dataclass(frozen=True, slots=True)
class WeekPlan:
    """The plan.

    ``offers`` are for this week, ``waiting`` come after them in order. ``removed`` are against something about the
    person. ``useless`` are shown by the person's own nights to do nothing useful, or harm; those they do now are
    offered for dropping. ``doctor_first``: nothing is offered until a doctor was seen; ``is_for_adults`` is false for
    someone under 18, to whom nothing is offered.
    """

    offers: tuple[Offer, ...] = ()
    waiting: tuple[Offer, ...] = ()
    removed: tuple[Removed, ...] = ()
    useless: tuple[Offer, ...] = ()
    not_worth: tuple[NotWorth, ...] = ()
    doctor_first: bool = False
    is_for_adults: bool = True


@dataclass(slots=True)
class _Sorted:
    remedies: list[Offer] = field(default_factory=list)
    questions: list[Offer] = field(default_factory=list)
    useless: list[Offer] = field(default_factory=list)
    removed: list[Removed] = field(default_factory=list)


def plan_week(
    book: PlanBook,
    person: Person,
    own: Mapping[str, OwnResult] | None = None,
    *,
    kept: Collection[str] = (),
    dropped: Collection[str] = (),
    harmed: Collection[str] = (),
) -> WeekPlan:
    """Return this week's plan.

    Args:
        book: what a plan can be made of.
        person: what is known of them.
        own: their own results by factor id (``calf-stretch``), as the factor was recorded: an item that avoids a
            factor turns the sign round.
        kept: ids of items the person has said they go on with; they keep their place while they may be offered.
        dropped: ids of items the person does not want, or has asked about already.
        harmed: ids of items that did them harm in a trial. These stay out, with the family of an exercise, until the
            person says that they go on with one (``kept``).

    The order of ``book.items`` does not matter. The cost is in proportion to the number of items.
    """
    if person.age_years is not None and person.age_years < ADULT_FROM:
        return WeekPlan(is_for_adults=False)
    if person.disposition in URGENT:
        return WeekPlan(doctor_first=True, not_worth=_not_worth(book, person))
    found = _sort(book, person, own or {}, dropped, book.harmed_with(harmed).difference(kept))
    found.remedies.sort(key=lambda offer: (offer.item.id not in kept, -_worth(offer), offer.item.id))
    found.questions.sort(key=lambda offer: (offer.item.rank, offer.item.id))
    questions = found.questions[:1]
    chosen = _choose(found.remedies, MOST_ITEMS - len(questions))
    return WeekPlan(
        offers=(*chosen, *questions),
        waiting=(*(offer for offer in found.remedies if offer not in chosen), *found.questions[1:]),
        removed=tuple(found.removed),
        useless=tuple(found.useless),
        not_worth=_not_worth(book, person),
    )


def _sort(
    book: PlanBook,
    person: Person,
    own: Mapping[str, OwnResult],
    dropped: Collection[str],
    harmed: Collection[str],
) -> _Sorted:
    found = _Sorted()
    for item in book.items.values():
        reasons = _reasons(item, person)
        if not reasons or item.id in dropped or not _is_called_for(item, person):
            continue
        against = _against(item, person)
        offer = (
            _ask(book, item, reasons, person)
            if item.kind is Kind.ASK
            else _weigh(book, item, reasons, person, own)
        )
        if offer is None:
            continue
        if against:
            found.removed.append(Removed(item, against))
        elif item.id in harmed and book.harmed:
            found.removed.append(Removed(item, book.harmed, may_return=True))
        elif offer.worth is None:
            found.questions.append(offer)
        elif offer.worth.is_useless or offer.worth.is_harmful:
            found.useless.append(offer)
        else:
            found.remedies.append(offer)
    found.removed.sort(key=lambda one: one.item.id)
    return found


def _reasons(item: PlanItem, person: Person) -> tuple[Reason, ...]:
    return tuple(reason for about in person.about for reason in item.why if reason.about is about)


def _is_called_for(item: PlanItem, person: Person) -> bool:
    """Whether what the item needs is there: a condition, or one of two things that the plan works out itself."""
    there = set(person.conditions)
    if person.linked_medicines:
        there.add("linked-medicine")
    if not person.has_ferritin:
        there.add("no-ferritin")
    return not item.only_with or not there.isdisjoint(item.only_with)


def _against(item: PlanItem, person: Person) -> NotWith | None:
    conditions = person.conditions | ({"pregnancy"} if person.pregnant else set())
    for rule in item.not_with:
        if rule.is_about(conditions=conditions, groups=person.medicine_groups, medicines=person.medicines):
            return rule
    return None


def _ask(book: PlanBook, item: PlanItem, reasons: tuple[Reason, ...], person: Person) -> Offer:
    question = (item.question or "").replace("{medicines}", ", ".join(person.linked_medicines))
    return Offer(item, reasons, book.evidence[reasons[0].evidence], None, question)


def _weigh(
    book: PlanBook, item: PlanItem, reasons: tuple[Reason, ...], person: Person, own: Mapping[str, OwnResult]
) -> Offer | None:
    """Return the item's best standing for this person, or None when no entry may recommend it."""
    result = own.get(item.factor) if item.factor else None
    if result is not None and item.avoid:
        result = OwnResult(-result.mean, result.sd, result.nights, result.is_randomised)
    standings = []
    for reason in reasons:
        entry = book.evidence[reason.evidence]
        if may_recommend(entry):
            prior, is_stand_in = prior_of(entry, _SCALES.get(reason.about))
            worth = weigh(
                prior,
                result,
                minutes=item.minutes,
                risk=item.risk,
                age_years=person.age_years,
                is_stand_in=is_stand_in,
            )
            standings.append(Offer(item, reasons, entry, worth))
    return max(standings, key=_worth, default=None)


def _worth(offer: Offer) -> float:
    return offer.worth.worth if offer.worth else 0.0


def _choose(remedies: Iterable[Offer], most: int) -> tuple[Offer, ...]:
    """Return the first offers that fit a day: one of a family, and not too many minutes together."""
    chosen: list[Offer] = []
    for offer in remedies:
        families = {one.item.family for one in chosen if one.item.family}
        minutes = sum(one.item.minutes for one in chosen) + offer.item.minutes
        if (
            len(chosen) < most
            and offer.item.family not in families
            and minutes <= MOST_MINUTES
            and _worth(offer) > 0
        ):
            chosen.append(offer)
    return tuple(chosen)


def _not_worth(book: PlanBook, person: Person) -> tuple[NotWorth, ...]:
    conditions = person.conditions | ({"pregnancy"} if person.pregnant else set())
    return tuple(
        NotWorth(one, book.evidence[one.evidence])
        for one in book.left_out
        if any(about in person.about for about in one.about) and not conditions.intersection(one.not_with)
    )
