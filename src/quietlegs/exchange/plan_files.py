"""Profiles for plans, and plans as JSON values.

A profile is YAML or JSON. All fields may be left out::

    about: [cramps, restless-legs]     # what troubles the legs; cramps when left out
    age: 67
    sex: female
    pregnant: false
    conditions: [kidney-disease, numb feet]
    medicines: [bendroflumethiazide 2.5mg, Ventolin]
    food_and_drink: [grapefruit]
    ferritin_known: false
    disposition: self_care             # of the last check
    own:                               # what the person's own nights say, by factor
      calf-stretch: {log_ratio: -0.3, log_ratio_sd: 0.15, nights: 40, randomised: true}
    kept: [loose-covers]
    dropped: [shoes]

``answers`` of a file for ``quietlegs check`` may stand beside them; the check is then run first.
"""

import reprlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import yaml

from quietlegs.core.assessment.check import Check
from quietlegs.core.assessment.medicines import conditions_from, food_from, review
from quietlegs.core.assessment.triage_flags import Disposition
from quietlegs.core.base.errors import Problem, QuietlegsError
from quietlegs.core.knowledge.evidence import About
from quietlegs.core.plan import Offer, OwnResult, Person, WeekPlan
from quietlegs.exchange.answer_words import read_answer
from quietlegs.exchange.medicine_base import load_medicines, load_recogniser
from quietlegs.exchange.plan_base import load_plan_book
from quietlegs.exchange.text import whole_characters

OLDEST = 120
LARGEST_EFFECT = 5.0  # a log rate ratio beyond it is 150 times as many: a slip
FIELDS = frozenset(
    {
        "about",
        "age",
        "sex",
        "pregnant",
        "conditions",
        "medicines",
        "food_and_drink",
        "ferritin_known",
        "disposition",
        "own",
        "kept",
        "dropped",
        "answers",
    }
)
LINKED = {About.CRAMPS: "may-cause-cramps", About.RESTLESS_LEGS: "may-worsen-rls"}


@dataclass(frozen=True, slots=True)
class ProfileFile:
    """A profile as read. ``problems`` lists what was not used."""

    person: Person
    own: Mapping[str, OwnResult] = field(default_factory=dict)
    kept: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    has_answers: bool = False


def parse_profile(text: str, name: str) -> ProfileFile:
    """Return a profile from its text.

    Raises:
        QuietlegsError: it is not YAML, or not a mapping. What is wrong within is listed in ``problems``.
    """
    try:
        given = yaml.safe_load(whole_characters(text))
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise QuietlegsError(
            f"{name}{line}: this is not YAML. Mend the indentation or quotes there."
        ) from error
    if given is None:
        given = {}
    if not isinstance(given, dict):
        raise QuietlegsError(f"{name}: it must hold fields such as “age: 67”, not a list or a single word.")
    return profile_from(given)


def profile_from(given: Mapping[object, Any]) -> ProfileFile:
    """Return a profile from its fields. What is wrong within is listed in ``problems``."""
    return _profile(_Reader(given))


def with_check(read: ProfileFile, checked: Check, answers: Mapping[str, bool | None]) -> ProfileFile:
    """Return a profile with what a check of the same person says: how urgent it is, and conditions it speaks of.

    What holds already counts, even while more questions are open, and what nobody is sure of counts: a plan errs to
    the safe side. A disposition that the file itself gives is kept where it is the more urgent.
    """
    given = Disposition(read.person.disposition) if read.person.disposition else None
    urgent = max(
        [checked.triage.at_least, *([given] if given else [])], key=lambda disposition: disposition.urgency
    )
    yes = {one.flag.id for one in checked.triage.fired} | {name for name, said in answers.items() if said}
    spoken = load_plan_book().conditions_of(yes)
    person = replace(read.person, disposition=urgent.value, conditions=read.person.conditions | spoken)
    return replace(read, person=person)


class _Reader:
    """Takes the fields of a profile one by one and notes what cannot be used."""

    def __init__(self, given: Mapping[object, Any]) -> None:
        self.given = given
        self.problems = [
            Problem(f"the field {reprlib.repr(key)} is not known.", f"Known are {', '.join(sorted(FIELDS))}.")
            for key in given
            if key not in FIELDS
        ]

    def refuse(self, name: str, mend: str) -> None:
        """Note that a field cannot be used."""
        self.problems.append(Problem(f"{name}: {reprlib.repr(self.given.get(name))} cannot be used.", mend))

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts; a single text is a list of one."""
        value = self.given.get(name)
        if value is None:
            return ()
        if isinstance(value, str):
            return (value,)
        if isinstance(value, list) and all(isinstance(one, str | int | float) for one in value):
            return tuple(str(one) for one in value)
        self.refuse(name, "Give a list of words.")
        return ()

    def claim(self, name: str) -> bool | None:
        """Return true or false, or None where it is left open."""
        known, answer = read_answer(self.given.get(name))
        if not known:
            self.refuse(name, "Give true or false, or leave it out.")
        return answer

    def disposition(self) -> str | None:
        """Return what the last check came to. A word that is not known holds nothing back, so it is refused."""
        value = self.given.get("disposition")
        text = value.strip().lower().replace(" ", "_") if isinstance(value, str) else value
        if text is None or text in set(Disposition):
            return text
        self.refuse("disposition", f"Give {', '.join(Disposition)}, or leave it out.")
        return None

    def age(self) -> float | None:
        """Return the age in years, or None where it is left open."""
        value = self.given.get("age")
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= OLDEST:
            self.refuse("age", f"Give 0 to {OLDEST}.")
            return None
        return float(value)


def _profile(read: _Reader) -> ProfileFile:
    table = load_medicines()
    age, pregnant = read.age(), read.claim("pregnant")
    about = tuple(About(one) for one in read.texts("about") if one in LINKED or one == About.FIBROMYALGIA)
    if len(about) < len(read.texts("about")):
        read.refuse("about", "Give cramps, restless-legs or fibromyalgia.")
    conditions = read.texts("conditions")
    known = conditions_from(table, conditions)
    for one in conditions:
        if not conditions_from(table, [one]):
            read.problems.append(Problem(f"the condition {one!r} is not known here.", "It is passed over."))
    restless = {"restless-legs"} if About.RESTLESS_LEGS in about else set()
    taken = review(
        load_recogniser(),
        read.texts("medicines"),
        conditions=known | restless,
        food_and_drink=food_from(table, read.texts("food_and_drink")),
        age_years=age,
        pregnant=pregnant,
    )
    for line in taken.not_recognised:
        read.problems.append(
            Problem(f"the medicine {line.given!r} was not recognised.", "Check it: quietlegs medicines NAME")
        )
    complaints = about or (About.CRAMPS,)
    linked = [
        one.medicine.name.split(" (")[0].lower()
        for complaint in complaints
        if complaint in LINKED
        for one in taken.with_effect(LINKED[complaint], checked=True)
    ]
    person = Person(
        about=complaints,
        age_years=age,
        pregnant=pregnant,
        conditions=known | restless,
        medicines=taken.ids,
        medicine_groups=taken.groups,
        linked_medicines=tuple(dict.fromkeys(linked)),
        has_ferritin=bool(read.claim("ferritin_known")),
        disposition=read.disposition(),
    )
    return ProfileFile(
        person,
        _own(read),
        _items(read, "kept"),
        _items(read, "dropped"),
        tuple(read.problems),
        has_answers=isinstance(read.given.get("answers"), dict),
    )


def _items(read: _Reader, name: str) -> tuple[str, ...]:
    known = load_plan_book().items
    wanted = read.texts(name)
    if any(one not in known for one in wanted):
        read.refuse(name, f"Items are {', '.join(known)}.")
    return tuple(one for one in wanted if one in known)


def _own(read: _Reader) -> dict[str, OwnResult]:
    given = read.given.get("own") or {}
    if not isinstance(given, dict):
        read.refuse("own", "Give factors with log_ratio, log_ratio_sd and nights.")
        return {}
    found: dict[str, OwnResult] = {}
    for factor, fields in given.items():
        try:
            mean, sd = float(fields["log_ratio"]), float(fields["log_ratio_sd"])
            nights = int(fields["nights"])
            if not (abs(mean) <= LARGEST_EFFECT and 0 < sd <= LARGEST_EFFECT and nights >= 0):
                raise ValueError
        except (TypeError, KeyError, ValueError):
            read.problems.append(
                Problem(
                    f"own, {factor}: it needs log_ratio (-5 to 5), log_ratio_sd (above 0) and nights.",
                    "Mend or remove it.",
                )
            )
            continue
        found[str(factor)] = OwnResult(mean, sd, nights, fields.get("randomised") is True)
    return found


def plan_document(plan: WeekPlan) -> dict[str, Any]:
    """Return a plan as JSON values."""
    return {
        "doctor_first": plan.doctor_first,
        "for_adults_only": not plan.is_for_adults,
        "items": [_offer(offer) for offer in plan.offers],
        "later": [_offer(offer) for offer in plan.waiting],
        "removed": [
            {
                "id": one.item.id,
                "title": one.item.title,
                "reason": one.reason.sentence,
                "evidence": list(one.reason.evidence),
            }
            for one in plan.removed
        ],
        "drop": [_offer(offer) for offer in plan.useless],
        "not_worth_your_time": [
            {
                "id": one.left_out.id,
                "title": one.left_out.title,
                "kind": one.left_out.kind,
                "statement": one.entry.statement,
                "evidence": one.entry.id,
            }
            for one in plan.not_worth
        ],
    }


def _offer(offer: Offer) -> dict[str, Any]:
    item, worth = offer.item, offer.worth
    return {
        "id": item.id,
        "title": item.title,
        "kind": item.kind.value,
        "what": item.what,
        "when": item.when,
        "how_long": item.how_long,
        "minutes_a_day": item.minutes,
        "why": [{"sentence": one.sentence, "evidence": one.evidence} for one in offer.reasons],
        "question": offer.question,
        "evidence": offer.entry.id,
        "direction": offer.entry.direction.value,
        "certainty": offer.entry.certainty.value,
        "findings": list(offer.entry.findings),
        "safety": list(offer.entry.safety),
        "stop": item.stop.sentence,
        "exercise": item.exercise,
        "arithmetic": None
        if worth is None
        else {
            "prior": {"mean": worth.prior.mean, "sd": worth.prior.sd, "stand_in": worth.is_stand_in},
            "own": None
            if worth.own is None
            else {"mean": worth.own.mean, "sd": worth.own.sd, "nights": worth.own.nights},
            "belief": {"mean": worth.belief.mean, "sd": worth.belief.sd},
            "chance_helps": worth.belief.chance_helps,
            "gain": worth.gain,
            "cost": worth.minutes_cost + worth.risk_cost,
            "worth": worth.worth,
        },
    }
