"""The fast ways against slow, plain ones: every completion of the missing answers, every set of conditions."""

import math
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quietlegs.core.assessment.likely import FLAG_BACKGROUND, MOST_TOGETHER, share_for
from quietlegs.core.assessment.person import Person, Sex
from quietlegs.core.assessment.triage import triage
from quietlegs.exchange.checks import load_guidance

GUIDANCE = load_guidance()
MODEL = GUIDANCE.model
VALUES = (False, None, True)


@pytest.mark.parametrize(
    "flag", [one for one in GUIDANCE.flags if not one.needs_no_other], ids=lambda one: one.id
)
@given(data=st.data())
@settings(max_examples=3, deadline=None)
def test_triage_commits_exactly_when_every_completion_agrees(flag, data) -> None:
    parts = flag.counting_parts
    # Leave at most 4 of them out, so that all completions (3 to the 4th) can be tried.
    missing = data.draw(st.sets(st.sampled_from(parts), max_size=4))
    given_parts = {part: data.draw(st.sampled_from(VALUES)) for part in parts if part not in missing}
    base = {one.id: False for one in GUIDANCE.flags if one.id != flag.id and one.id != "rf-young-child"}
    if flag.id != "rf-young-child":
        base["rf-young-child.under18"] = False
    partial = triage(GUIDANCE.flags, {**base, **given_parts})
    outcomes = set()
    for values in product(VALUES, repeat=len(missing)):
        full = triage(
            GUIDANCE.flags, {**base, **given_parts, **dict(zip(sorted(missing), values, strict=True))}
        )
        assert full.disposition is not None
        outcomes.add(full.disposition)
    least = min(outcomes, key=lambda one: one.urgency)
    assert partial.at_least is least
    if partial.disposition is not None:
        assert outcomes == {partial.disposition}
    else:
        assert len(outcomes) > 1


def slow_posterior(person: Person, tokens: dict, answers: dict) -> dict[str, float]:
    """Add up all sets of conditions one by one, as the formula in ``likely`` is written."""
    chances = MODEL._chances()
    pairs = {frozenset(pair.between): pair.times for pair in GUIDANCE.table.pairs}
    odds = [(share := share_for(one, person, tokens)) / (1 - share) for one in MODEL.conditions]
    total, with_it = 0.0, dict.fromkeys((one.id for one in MODEL.conditions), 0.0)
    for size in range(MOST_TOGETHER + 1):
        for chosen in combinations(range(len(MODEL.conditions)), size):
            weight = math.prod(odds[one] for one in chosen)
            for two in combinations(chosen, 2):
                weight *= pairs.get(frozenset(MODEL.conditions[one].id for one in two), 1.0)
            for name, answer in answers.items():
                column = MODEL.columns.index(name)
                background = GUIDANCE.table.background if name in GUIDANCE.features else FLAG_BACKGROUND
                no = (1 - background) * math.prod(1 - chances[one, column] for one in chosen)
                weight *= ((1 - no) if answer else no) ** GUIDANCE.table.weight
            total += weight
            for one in chosen:
                with_it[MODEL.conditions[one].id] += weight
    return {name: weight / total for name, weight in with_it.items()}


@given(
    age=st.integers(18, 100),
    sex=st.sampled_from([None, *Sex]),
    answers=st.dictionaries(st.sampled_from(MODEL.columns), st.booleans(), max_size=6),
    token=st.sampled_from(["diabetes", "on_statin", "fibromyalgia"]),
)
@settings(max_examples=8, deadline=None)
def test_what_fits_is_the_sum_over_all_sets(age, sex, answers, token) -> None:
    person, tokens = Person(age_years=age, sex=sex), {token: True}
    fast = dict(
        zip((one.id for one in MODEL.conditions), MODEL.posterior(person, tokens, answers), strict=True)
    )
    assert fast == pytest.approx(slow_posterior(person, tokens, answers), rel=1e-9, abs=1e-12)
