"""People in YAML, answered by the check."""

import pytest

from quietlegs.core.assessment.triage_flags import CHILD_FLAG
from quietlegs.exchange.checks import load_guidance
from tests.vignettes.people import Vignette, answered, vignettes
from tests.vignettes.table import PAGE, page

TOO_MANY_OVER = 0.25  # of people; the aim


@pytest.mark.parametrize("place", range(len(vignettes())), ids=[f"{v.file}: {v.who}" for v in vignettes()])
def test_a_person_is_sent_to_the_right_place(place: int) -> None:
    one: Vignette = vignettes()[place]
    result = answered(place)
    assert result.triage.disposition is not None, result.triage.ask
    assert result.triage.disposition.urgency >= one.expect.urgency
    if one.flag:
        assert (one.flag in {fired.flag.id for fired in result.triage.sure}) is one.fires
    if one.condition:
        assert one.condition in [like.condition.id for like in result.likely[:3]]


def test_few_people_are_sent_further_than_they_need() -> None:
    over = [
        one.who
        for place, one in enumerate(vignettes())
        if answered(place).triage.at_least.urgency > one.expect.urgency
    ]
    assert len(over) <= TOO_MANY_OVER * len(vignettes()), over


def test_every_flag_is_tried_on_both_sides_and_every_condition_twice() -> None:
    guidance = load_guidance()
    for flag in guidance.flags:
        assert {one.fires for one in vignettes() if one.flag == flag.id} == {True, False}, flag.id
    for condition in guidance.table.conditions:
        assert sum(one.condition == condition.id for one in vignettes()) >= 2
    assert sum(one.file == "self_care" for one in vignettes()) >= 20


def test_what_fits_comes_first_for_nearly_everybody() -> None:
    tried = [(one, answered(place)) for place, one in enumerate(vignettes()) if one.condition]
    first = [one.condition == result.likely[0].condition.id for one, result in tried]
    assert sum(first) >= 0.8 * len(first)


def test_a_result_without_emergency_always_says_when_to_come_back() -> None:
    for place in range(len(vignettes())):
        result = answered(place)
        assert bool(result.safety_net) is (result.triage.at_least.urgency < 3)


def test_a_child_is_never_told_to_stay_at_home_nor_what_it_may_be() -> None:
    children = [place for place, one in enumerate(vignettes()) if one.flag == CHILD_FLAG and one.fires]
    assert children
    for place in children:
        assert answered(place).triage.at_least.urgency >= 1
        assert not answered(place).likely


def test_the_page_of_results_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tests.vignettes.table"
