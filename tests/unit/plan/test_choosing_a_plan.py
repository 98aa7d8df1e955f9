"""This week's plan: what may be offered, to whom, in which order, and what is left out with its reason."""

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quietlegs.core.knowledge import is_verified, may_recommend
from quietlegs.core.knowledge.evidence import About, Recommend
from quietlegs.core.plan import OwnResult, Person, plan_week
from quietlegs.core.plan.items import Kind
from quietlegs.core.plan.week import MOST_ITEMS, MOST_MINUTES, PlanBook
from quietlegs.exchange.checks import load_guidance
from quietlegs.exchange.plan_base import load_exercises, load_plan_book

BOOK = load_plan_book()
CONDITIONS = sorted(
    {one for item in BOOK.items.values() for rule in item.not_with for one in rule.conditions}
    | {one for item in BOOK.items.values() for one in item.only_with}
)
GROUPS = sorted({one for item in BOOK.items.values() for rule in item.not_with for one in rule.groups})
ABOUTS = [About.CRAMPS, About.RESTLESS_LEGS, About.FIBROMYALGIA]
USELESS = OwnResult(0.02, 0.05, 90, is_randomised=True)
HELPFUL = OwnResult(-0.7, 0.1, 60, is_randomised=True)

people = st.builds(
    Person,
    about=st.lists(st.sampled_from(ABOUTS), min_size=1, unique=True).map(tuple),
    age_years=st.none() | st.floats(18, 110),
    pregnant=st.none() | st.booleans(),
    conditions=st.frozensets(st.sampled_from(CONDITIONS)),
    medicine_groups=st.frozensets(st.sampled_from(GROUPS)),
    linked_medicines=st.sampled_from([(), ("Bendroflumethiazide",)]),
    has_ferritin=st.booleans(),
)
results = st.dictionaries(
    st.sampled_from(sorted({item.factor for item in BOOK.items.values() if item.factor})),
    st.builds(OwnResult, st.floats(-1, 1), st.floats(0.05, 0.6), st.integers(5, 300), st.booleans()),
)


def offered(person: Person, *args, **kwargs) -> list[str]:
    return [offer.item.id for offer in plan_week(BOOK, person, *args, **kwargs).offers]


@settings(max_examples=150, deadline=None)
@given(people, results)
def test_every_offer_may_be_made_and_nothing_is_offered_that_is_against_the_person(person, own):
    plan = plan_week(BOOK, person, own)
    assert len(plan.offers) <= MOST_ITEMS
    assert sum(offer.item.kind is Kind.ASK for offer in plan.offers) <= 1
    assert sum(offer.item.minutes for offer in plan.offers if offer.item.kind is not Kind.ASK) <= MOST_MINUTES
    for offer in (*plan.offers, *plan.waiting):
        if offer.item.kind is not Kind.ASK:
            assert offer.entry.recommend is Recommend.SELF_CARE
            assert may_recommend(offer.entry)
            assert offer.worth is not None
        for rule in offer.item.not_with:
            assert not person.conditions & set(rule.conditions)
            assert not person.medicine_groups & set(rule.groups)
    for removed in plan.removed:
        assert removed.reason.sentence
        assert removed.reason.evidence


@settings(max_examples=60, deadline=None)
@given(people, st.randoms(use_true_random=False))
def test_the_order_of_the_files_does_not_matter(person, random):
    ids = list(BOOK.items)
    random.shuffle(ids)
    shuffled = PlanBook({name: BOOK.items[name] for name in ids}, BOOK.left_out, BOOK.evidence)
    assert plan_week(shuffled, person) == plan_week(BOOK, person)


@settings(max_examples=60, deadline=None)
@given(people, st.sampled_from(CONDITIONS))
def test_one_more_condition_never_brings_back_what_was_removed(person, condition):
    before = {one.item.id for one in plan_week(BOOK, person).removed}
    more = replace(person, conditions=person.conditions | {condition})
    assert before <= {one.item.id for one in plan_week(BOOK, more).removed}


def test_cramps_begin_with_the_stretch_that_was_tested():
    assert offered(Person())[0] == "stretch-calves"


def test_poor_balance_takes_the_step_away_and_says_why():
    plan = plan_week(BOOK, Person(conditions=frozenset({"poor-balance"})))
    reasons = {one.item.id: one.reason.sentence for one in plan.removed}
    assert "poor balance" in reasons["heel-drops"]


@pytest.mark.parametrize(
    ("about", "gone", "item"),
    [
        (About.CRAMPS, {"conditions": frozenset({"kidney-disease"})}, "drink-by-day"),
        (About.CRAMPS, {"medicine_groups": frozenset({"ace-inhibitor"})}, "food-minerals"),
        (About.CRAMPS, {"medicine_groups": frozenset({"antibiotic-fluoroquinolone"})}, "heel-drops"),
        (About.CRAMPS, {"conditions": frozenset({"numb-feet"})}, "warm-legs"),
        (About.CRAMPS, {"conditions": frozenset({"possible-clot"})}, "stretch-calves"),
        (About.RESTLESS_LEGS, {"medicine_groups": frozenset({"doac"})}, "massage-calves"),
        (About.FIBROMYALGIA, {"conditions": frozenset({"pad"})}, "walk-daily"),
    ],
)
def test_a_contra_indication_removes_the_item(about, gone, item):
    before, after = Person(about=(about,)), Person(about=(about,), **gone)
    assert item in {
        one.item.id for one in (*plan_week(BOOK, before).offers, *plan_week(BOOK, before).waiting)
    }
    assert item in {one.item.id for one in plan_week(BOOK, after).removed}


def test_own_nights_change_the_order_and_show_a_dud():
    lifted = plan_week(BOOK, Person(), {"loose-covers": HELPFUL})
    assert lifted.offers[0].item.id == "loose-covers"
    dud = plan_week(BOOK, Person(), {"calf-stretch": USELESS})
    assert "stretch-calves" in [one.item.id for one in dud.useless]
    assert "stretch-calves" not in [one.item.id for one in (*dud.offers, *dud.waiting)]


def test_more_cramps_on_nights_with_wine_speaks_for_leaving_it_out():
    drinker = Person(about=(About.RESTLESS_LEGS,), conditions=frozenset({"drinks-alcohol"}))
    worse_with_wine = OwnResult(0.7, 0.1, 60, is_randomised=True)
    plan = plan_week(BOOK, drinker, {"alcohol": worse_with_wine})
    assert plan.offers[0].item.id == "less-alcohol"


def test_a_kept_item_keeps_its_place_and_a_dropped_one_does_not_come_back():
    assert offered(Person(), kept=["shoes"])[0] == "shoes"
    assert "stretch-calves" not in offered(Person(), dropped=["stretch-calves"])


def test_of_one_family_only_one_is_offered():
    for offers in (offered(Person(), kept=["stretch-calves", "heel-drops"]),):
        assert {"stretch-calves", "heel-drops"} - set(offers)


def test_an_urgent_check_puts_the_doctor_before_any_plan():
    plan = plan_week(BOOK, Person(disposition="same_day"))
    assert plan.doctor_first
    assert plan.offers == ()


@pytest.mark.parametrize(
    ("answer", "gone"),
    [
        ("rf-numbness-neuropathy", {"warm-legs", "cool-legs", "heel-drops"}),
        ("numbness_tingling", {"warm-legs", "cool-legs", "heel-drops"}),
        ("rf-claudication", {"walk-daily", "warm-legs", "cool-legs"}),
        ("pain_on_walking", {"walk-daily"}),
        (
            "rf-calf-injury.pop",
            {"stretch-calves", "heel-drops", "massage-calves", "foam-roll", "gentle-yoga"},
        ),
        ("swelling", {"stretch-calves", "heel-drops", "massage-calves", "foam-roll", "gentle-yoga"}),
    ],
)
def test_what_a_check_found_takes_away_what_it_speaks_against(answer, gone):
    plan = plan_week(BOOK, Person(about=tuple(ABOUTS), conditions=BOOK.conditions_of({answer})))
    assert gone <= {one.item.id for one in plan.removed}
    assert not gone & {offer.item.id for offer in (*plan.offers, *plan.waiting)}


def test_every_answer_that_counts_as_a_condition_is_a_question_of_the_check():
    guidance = load_guidance()
    known = {
        *guidance.questions,
        *(flag.id for flag in guidance.flags),
        *(token.id for token in guidance.tokens),
    }
    for condition, answers in BOOK.conditions_by_answer.items():
        assert answers <= known, condition
        assert condition in CONDITIONS


def test_pregnancy_leaves_the_hot_bath_to_be_asked_about():
    plan = plan_week(BOOK, Person(about=tuple(ABOUTS), pregnant=True))
    assert "warm-legs" in {one.item.id for one in plan.removed}


def test_a_medicine_linked_with_cramps_becomes_a_question_with_its_name():
    plan = plan_week(BOOK, Person(linked_medicines=("Salbutamol",)))
    (question,) = (offer for offer in plan.offers if offer.item.kind is Kind.ASK)
    assert "Salbutamol" in question.question
    assert all(offer.item.id != "ask-medicines" for offer in plan_week(BOOK, Person()).offers)


def test_restless_legs_without_a_known_ferritin_asks_for_one():
    assert "ask-iron" in offered(Person(about=(About.RESTLESS_LEGS,)))
    assert "ask-iron" not in offered(Person(about=(About.RESTLESS_LEGS,), has_ferritin=True))


def test_quinine_is_named_as_not_worth_it_and_never_offered():
    assert "quinine" in [one.left_out.id for one in plan_week(BOOK, Person()).not_worth]
    assert not any("quinine" in item.title.casefold() for item in BOOK.items.values())


def test_magnesium_is_not_called_useless_in_pregnancy_where_trials_disagree():
    assert "magnesium" in [one.left_out.id for one in plan_week(BOOK, Person()).not_worth]
    assert "magnesium" not in [one.left_out.id for one in plan_week(BOOK, Person(pregnant=True)).not_worth]


def test_everyone_gets_something_to_do_unless_a_doctor_comes_first():
    for size in (1, 2, 3):
        for about in combinations(ABOUTS, size):
            assert offered(Person(about=about))


def test_every_sentence_of_a_plan_stands_on_evidence_that_was_read():
    for item in BOOK.items.values():
        names = {
            *(reason.evidence for reason in item.why),
            *item.stop.evidence,
            *(name for rule in item.not_with for name in rule.evidence),
        }
        assert all(is_verified(BOOK.evidence[name]) for name in names), item.id
    for exercise in load_exercises().values():
        assert all(caution.evidence for caution in exercise.cautions)
        assert all(is_verified(BOOK.evidence[name]) for name in exercise.evidence), exercise.id
        assert any(source.is_verified for source in exercise.how_sources), exercise.id
