"""The steps for the night: evidence decides the order, and the person's own nights only when they are enough."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from quietlegs.core.plan.relief import (
    ENOUGH_TIMES,
    ReliefKind,
    Tried,
    least_difference,
    share_interval,
    tried_before,
    with_own_nights,
)
from quietlegs.exchange.checks import load_guidance
from quietlegs.exchange.knowledge_base import load_evidence
from quietlegs.exchange.relief_base import load_relief_steps, load_when_wrong

STEPS = load_relief_steps()
CRAMP = STEPS[ReliefKind.CRAMP]
PULL, STAND, RUB, WARM = (step.id for step in CRAMP)
counts = st.integers(1, 60).flatmap(lambda n: st.builds(Tried, st.just(n), st.integers(0, n)))


def test_what_evidence_supports_best_comes_first() -> None:
    assert CRAMP[0].id == "cramp-pull-toes"
    assert STEPS[ReliefKind.RESTLESS][0].id == "restless-walk"


def test_no_step_rests_on_evidence_that_says_ask_first_or_leave_it() -> None:
    evidence = load_evidence()
    for step in (step for steps in STEPS.values() for step in steps):
        assert {str(evidence[name].recommend) for name in step.evidence} == {"self_care"}, step.id


def test_each_caution_rests_on_evidence_that_warns() -> None:
    evidence = load_evidence()
    for step in (step for steps in STEPS.values() for step in steps):
        assert all(evidence[name].safety for name in step.caution.evidence), step.id


def test_a_cramp_of_more_than_10_minutes_leads_to_its_red_flag() -> None:
    wrong = load_when_wrong()
    assert wrong.after_minutes == 10
    assert load_guidance().flag(wrong.flag).id == "rf-cramp-over-10-min"


def test_what_was_tried_is_counted_once_a_cramp_and_stopped_where_it_was_last() -> None:
    own = tried_before([[PULL, STAND], [PULL], [PULL, STAND, PULL], []])
    assert own == {PULL: Tried(3, 2), STAND: Tried(2, 1)}


def test_standing_up_comes_first_for_someone_whose_cramps_it_stopped() -> None:
    own = tried_before([[PULL, STAND]] * 8 + [[PULL, STAND, RUB]] * 2)
    assert own[STAND] == Tried(10, 8)
    assert [step.id for step in with_own_nights(CRAMP, own)] == [STAND, PULL, RUB, WARM]


def test_the_last_step_earns_nothing_by_being_on_when_a_cramp_stops_by_itself() -> None:
    own = tried_before([[PULL, STAND, RUB, WARM]] * 40)
    assert with_own_nights(CRAMP, own) == CRAMP


def test_a_few_cramps_change_nothing() -> None:
    own = tried_before([[PULL, STAND]] * (ENOUGH_TIMES - 1))
    assert with_own_nights(CRAMP, own) == CRAMP
    assert not own[STAND].is_enough


@given(st.dictionaries(st.sampled_from([PULL, STAND, RUB, WARM]), counts))
def test_no_history_loses_or_doubles_a_step_or_moves_more_than_one(own: dict[str, Tried]) -> None:
    order = with_own_nights(CRAMP, own)
    assert sorted(step.id for step in order) == sorted(step.id for step in CRAMP)
    assert list(order[1:]) == [step for step in CRAMP if step is not order[0]]


@given(counts, counts)
def test_the_intervals_are_those_of_statsmodels(one: Tried, other: Tried) -> None:
    assert share_interval(one) == pytest.approx(
        proportion_confint(one.stopped, one.times, method="wilson"), abs=1e-4
    )
    low, _high = confint_proportions_2indep(
        one.stopped, one.times, other.stopped, other.times, method="newcomb"
    )
    assert least_difference(one, other) == pytest.approx(low, abs=1e-4)


def test_where_all_steps_are_alike_the_order_changes_for_fewer_than_1_person_in_10() -> None:
    random = np.random.default_rng(20261121)
    changed = 0
    people = 2_000
    for _ in range(people):
        chance = random.uniform(0.2, 0.7)
        # Each step in turn stops the cramp with the same chance; the last one stays on until it stops.
        until = np.minimum(random.geometric(chance, size=random.integers(5, 60)), len(CRAMP))
        own = tried_before([[step.id for step in CRAMP[:number]] for number in until])
        changed += with_own_nights(CRAMP, own) != CRAMP
    assert changed / people < 0.10
