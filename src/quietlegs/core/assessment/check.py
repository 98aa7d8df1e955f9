"""The check as a whole: how urgent it is, what it may be and why, and how the answers fit published criteria.

>>> from quietlegs.exchange.checks import load_guidance
>>> result = check(load_guidance(), Person(age_years=70), {"rf-stroke.face": True})
>>> result.triage.disposition
<Disposition.EMERGENCY_NOW: 'emergency_now'>
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from quietlegs.core.assessment.asking import with_age
from quietlegs.core.assessment.conditions import Cause, Condition
from quietlegs.core.assessment.contradictions import Contradiction, find_contradictions
from quietlegs.core.assessment.guidance import Guidance
from quietlegs.core.assessment.likely import Likely, NextQuestion
from quietlegs.core.assessment.medicines import MedicineReview
from quietlegs.core.assessment.patterns import (
    PainCount,
    PatternFit,
    count_pain,
    night_leg_cramps,
    restless_legs,
)
from quietlegs.core.assessment.person import Mention, Person, Taken, mention, tokens_of
from quietlegs.core.assessment.triage import Answers, Triage, triage
from quietlegs.core.assessment.triage_flags import Disposition

SHOWN_FROM = 0.03  # below it a condition is not named, unless too few are
SHOWN_AT_LEAST = 3
FITS_WELL_FROM = 0.5  # from here what fits decides whether a doctor should see it
FITS_FROM = 0.25  # from here a condition is worth saying why, and can explain another
DRINKS = ("tonic water", "bitter lemon")  # with quinine; people list them among their medicines
WORTH_ASKING_BITS = 0.02  # an answer that is expected to tell less is not worth a tap


class Origin(StrEnum):
    """Whether a cause is known."""

    IDIOPATHIC = "idiopathic"
    SECONDARY = "secondary"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Why:
    """Whether a cause of a condition is in the answers, and which. ``sentence`` says it where there is none."""

    condition: Condition
    origin: Origin
    causes: tuple[Cause, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class Check:
    """What a person's answers come to.

    ``likely`` has the best fit first, and is empty where there is nothing to go by. ``next_features`` are the questions
    that would tell most about what it may be. ``safety_net`` says when to come back, and stands with every result that
    is no emergency.
    """

    person: Person
    answers: Answers
    tokens: Mapping[str, bool]
    triage: Triage
    contradictions: tuple[Contradiction, ...]
    likely: tuple[Likely, ...]
    next_features: tuple[NextQuestion, ...]
    why: tuple[Why, ...]
    restless_legs: PatternFit
    night_leg_cramps: PatternFit
    pain: PainCount
    safety_net: tuple[str, ...]
    review: MedicineReview | None

    @property
    def should_be_seen(self) -> tuple[Condition, ...]:
        """The conditions that fit well and should be seen sooner than the red flags alone ask for.

        They do not change the disposition: it rests on red flags only, so that no later answer can lower it.
        """
        return tuple(
            one.condition
            for one in self.likely
            if one.probability >= FITS_WELL_FROM
            and one.condition.disposition.urgency > self.triage.at_least.urgency
        )


@dataclass(frozen=True, slots=True)
class Amounts:
    """Answers that are numbers: ``scales`` 0 to 3 by id, ``totals`` of the fibromyalgia count made elsewhere."""

    scales: Mapping[str, int] = field(default_factory=dict)
    totals: Mapping[str, int] = field(default_factory=dict)


def check(
    guidance: Guidance,
    person: Person,
    answers: Answers,
    *,
    amounts: Amounts | None = None,
    review: MedicineReview | None = None,
) -> Check:
    """Return what a person's answers come to.

    Args:
        guidance: the data of the check.
        person: who answers.
        answers: yes (True), no (False) or not sure (None), by question id. Absent: not asked.
        amounts: answers that are numbers.
        review: the review of ``person.medicines``; None where no list was given.

    The cost is that of 52 rules and one product of matrices: about 3 ms.
    """
    numbers = amounts or Amounts()
    full = with_age(answers, person)
    tokens = tokens_of(guidance.tokens, person, _taken(person, review))
    judged = triage(guidance.flags, full, tokens)
    likely, next_features = _what_it_may_be(guidance, person, tokens, full, judged)
    return Check(
        person=person,
        answers=full,
        tokens=tokens,
        triage=judged,
        contradictions=find_contradictions(
            guidance.contradictions, guidance.flags, guidance.questions, person, answers
        ),
        likely=likely,
        next_features=next_features,
        why=tuple(_why(guidance, person, tokens, likely, review)),
        restless_legs=restless_legs(guidance.restless_legs, full),
        night_leg_cramps=night_leg_cramps(guidance.night_leg_cramps, full),
        pain=count_pain(guidance.pain, full, numbers.scales, numbers.totals),
        safety_net=_safety_net(guidance, judged),
        review=review,
    )


def _taken(person: Person, review: MedicineReview | None) -> Taken | None:
    """Return what the list of medicines says of tokens. A class that is named ("a statin") counts as taken."""
    if person.medicines is None or review is None:
        return None
    drinks = {
        line.given: drink
        for line in review.lines
        for drink in DRINKS
        if mention([line.given], drink) >= Mention.UNCLEAR
    }
    unread = [line for line in review.not_recognised if line.given not in drinks and not line.class_named]
    return Taken(
        ids=review.ids,
        groups=review.groups_named,
        food_and_drink=frozenset(drink.replace(" ", "-") for drink in drinks.values()),
        has_unknown=bool(unread),
        past_ids=frozenset(name for line in review.lines if not line.taking for name in line.medicines),
    )


def _what_it_may_be(
    guidance: Guidance, person: Person, tokens: Mapping[str, bool], answers: Answers, judged: Triage
) -> tuple[tuple[Likely, ...], tuple[NextQuestion, ...]]:
    """Return what it may be. Nothing for a child, and nothing where no answer says what the trouble is like."""
    if judged.is_child or judged.at_least is Disposition.EMERGENCY_NOW:
        further: tuple[NextQuestion, ...] = ()
    else:
        further = tuple(
            one
            for one in guidance.model.next_questions(person, tokens, answers)
            if one.bits >= WORTH_ASKING_BITS
        )
    if judged.is_child:
        return (), further
    known = {
        name: answer for name, answer in answers.items() if name in guidance.features and answer is not None
    }
    fired = {one.flag.id: True for one in judged.sure}
    ruled_out = dict.fromkeys(judged.ruled_out, False)
    if not any(known.values()) and not any(flag in guidance.model.columns for flag in fired):
        return (), further
    everything = guidance.model.judge(person, tokens, {**ruled_out, **fired, **known})
    shown = [one for one in everything if one.probability >= SHOWN_FROM]
    return tuple(everything[: max(len(shown), SHOWN_AT_LEAST)]), further


def _why(
    guidance: Guidance,
    person: Person,
    tokens: Mapping[str, bool],
    likely: tuple[Likely, ...],
    review: MedicineReview | None,
) -> list[Why]:
    """Return, for each condition that fits and can have causes, whether a cause is in the answers."""
    chances = {one.condition.id: one.probability for one in likely}
    found = []
    for one in likely:
        if not one.condition.causes or one.probability < FITS_FROM:
            continue
        causes = tuple(
            cause for cause in one.condition.causes if _is_present(cause, person, tokens, chances, review)
        )
        is_open = any(cause.token is not None and cause.token not in tokens for cause in one.condition.causes)
        is_open = is_open or (review is None and any(cause.effect for cause in one.condition.causes))
        if causes:
            found.append(Why(one.condition, Origin.SECONDARY, causes, ""))
        elif is_open:
            found.append(Why(one.condition, Origin.OPEN, (), guidance.table.cause_open))
        else:
            found.append(Why(one.condition, Origin.IDIOPATHIC, (), guidance.table.unexplained))
    return found


def _is_present(
    cause: Cause,
    person: Person,
    tokens: Mapping[str, bool],
    chances: Mapping[str, float],
    review: MedicineReview | None,
) -> bool:
    if cause.token:
        return tokens.get(cause.token, False)
    if cause.condition:
        return chances.get(cause.condition, 0.0) >= FITS_FROM
    if cause.effect:
        return review is not None and bool(review.with_effect(cause.effect))
    return person.conditions is not None and any(
        mention(person.conditions, word) is Mention.SAID for word in cause.words
    )


def _safety_net(guidance: Guidance, judged: Triage) -> tuple[str, ...]:
    """Return when to come back: what the flags that fired say, and always the general words."""
    if judged.at_least is Disposition.EMERGENCY_NOW:
        return ()
    of_flags = [one.flag.safety_net for one in judged.fired if one.flag.safety_net]
    return tuple(dict.fromkeys([*of_flags, *guidance.levels.come_back]))
