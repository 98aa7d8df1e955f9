"""Laws of triage, tried on answers of every kind."""

from hypothesis import given, settings
from hypothesis import strategies as st

from quietlegs.core.assessment.asking import (
    StepKind,
    answer_question,
    answers_of_screen,
    next_step,
    screens_for,
    with_age,
)
from quietlegs.core.assessment.person import Person, Sex, tokens_of
from quietlegs.core.assessment.triage import flags_passed_over, triage
from quietlegs.core.assessment.triage_flags import Disposition
from quietlegs.core.assessment.triage_rules import negated_parts
from quietlegs.exchange.checks import load_guidance

GUIDANCE = load_guidance()
FLAGS = GUIDANCE.flags
PARTS = [part for flag in FLAGS for part in flag.counting_parts]
IDS = [*PARTS, *(flag.id for flag in FLAGS)]
GOOD_NEWS = {part for flag in FLAGS for tier in flag.tiers for part in negated_parts(tier.rule)}
TOKENS = [token.id for token in GUIDANCE.tokens]

# Mostly no, as in life, so that the answers do not all end in an emergency.
ANSWER = st.sampled_from([False] * 12 + [True, None])
SOME_ANSWERS = st.dictionaries(st.sampled_from(IDS), ANSWER, max_size=40)
ALL_PARTS = st.fixed_dictionaries(dict.fromkeys(PARTS, st.sampled_from([False] * 60 + [True, None])))
ANSWERS = st.one_of(
    SOME_ANSWERS, ALL_PARTS, st.tuples(ALL_PARTS, SOME_ANSWERS).map(lambda two: two[0] | two[1])
)
SAID = st.dictionaries(st.sampled_from(TOKENS), st.booleans())


@given(answers=ANSWERS, tokens=SAID, order=st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_the_flags_does_not_matter(answers, tokens, order) -> None:
    shuffled = list(FLAGS)
    order.shuffle(shuffled)
    assert triage(shuffled, answers, tokens) == triage(FLAGS, answers, tokens)


@given(answers=ANSWERS, tokens=SAID, part=st.sampled_from(sorted(set(IDS) - GOOD_NEWS)))
@settings(max_examples=120, deadline=None)
def test_yes_never_makes_it_less_urgent(answers, tokens, part) -> None:
    before = triage(FLAGS, answers, tokens)
    after = triage(FLAGS, {**answers, part: True}, tokens)
    assert after.at_least.urgency >= before.at_least.urgency


@given(answers=ANSWERS, further=ANSWERS, tokens=SAID)
@settings(max_examples=120, deadline=None)
def test_once_committed_no_further_answer_lowers_it(answers, further, tokens) -> None:
    before = triage(FLAGS, answers, tokens)
    new_parts = {part: answer for part, answer in further.items() if part not in answers and "." in part}
    after = triage(FLAGS, {**new_parts, **answers}, tokens)
    assert after.at_least.urgency >= before.at_least.urgency
    if before.disposition and not any(flag.id in answers for flag in FLAGS):
        relevant = {
            part: a
            for part, a in new_parts.items()
            if part.partition(".")[0] not in flags_passed_over(FLAGS, tokens)
        }
        committed = triage(FLAGS, {**relevant, **answers}, tokens).disposition
        assert committed == before.disposition


@given(answers=ANSWERS, tokens=SAID, gone=st.sets(st.sampled_from(PARTS), max_size=30))
@settings(max_examples=120, deadline=None)
def test_an_unanswered_question_never_reassures(answers, tokens, gone) -> None:
    full = triage(FLAGS, answers, tokens)
    fewer = triage(FLAGS, {part: a for part, a in answers.items() if part not in gone}, tokens)
    if fewer.disposition:
        assert fewer.disposition.urgency >= full.at_least.urgency or any(flag.id in answers for flag in FLAGS)


@given(answers=ANSWERS, tokens=SAID)
@settings(max_examples=120, deadline=None)
def test_it_is_open_exactly_while_a_question_could_raise_it(answers, tokens) -> None:
    result = triage(FLAGS, answers, tokens)
    assert (result.disposition is None) is bool(result.ask)
    assert not set(result.ask) & set(answers)
    if result.ask:
        worst = {part: part not in GOOD_NEWS for part in result.ask}
        assert triage(FLAGS, {**answers, **worst}, tokens).at_least.urgency > result.at_least.urgency


@given(answers=ANSWERS, tokens=SAID, part=st.sampled_from(PARTS))
@settings(max_examples=120, deadline=None)
def test_not_sure_is_never_a_no_and_never_more_than_a_yes(answers, tokens, part) -> None:
    low, high = (False, True) if part not in GOOD_NEWS else (True, False)
    no, unsure, yes = (
        triage(FLAGS, {**answers, part: answer}, tokens).at_least.urgency for answer in (low, None, high)
    )
    assert no <= unsure <= yes


@given(
    age=st.integers(0, 120),
    sex=st.sampled_from([None, *Sex]),
    said=st.fixed_dictionaries(dict.fromkeys(TOKENS, st.booleans())),
    ticks=st.sets(
        st.tuples(st.sampled_from([s.id for s in GUIDANCE.screens]), st.integers(0, 5)), max_size=6
    ),
    replies=st.lists(ANSWER, min_size=60, max_size=60),
)
@settings(max_examples=80, deadline=None)
def test_the_questions_always_end_in_a_settled_result(age, sex, said, ticks, replies) -> None:
    person = Person(age_years=age, sex=sex, conditions=(), medicines=(), said=said)
    tokens = tokens_of(GUIDANCE.tokens, person)
    screens = screens_for(GUIDANCE.screens, person, tokens)
    passed_over = flags_passed_over(FLAGS, tokens)
    answers: dict[str, bool | None] = {}
    done: set[str] = set()
    for turn in range(200):
        result = triage(FLAGS, with_age(answers, person), tokens)
        step = next_step(screens, result, done)
        if step.kind is StepKind.RESULT:
            assert result.disposition is not None
            break
        if result.at_least is Disposition.EMERGENCY_NOW:
            raise AssertionError("an emergency did not end the questions")
        if step.screen:
            ticked = {
                line.id for place, line in enumerate(step.screen.lines) if (step.screen.id, place) in ticks
            }
            answers.update(answers_of_screen(step.screen, ticked, answers))
            done.add(step.screen.id)
        else:
            assert step.part not in answers
            answers = answer_question(GUIDANCE.questions, step.part, replies[turn % 60], answers, passed_over)
    else:
        raise AssertionError("the questions never end")


@given(
    age=st.integers(18, 120),
    sex=st.sampled_from([None, *Sex]),
    said=st.fixed_dictionaries(dict.fromkeys(TOKENS, st.booleans())),
)
@settings(max_examples=60, deadline=None)
def test_none_of_these_on_every_screen_settles_triage_for_everybody(age, sex, said) -> None:
    person = Person(age_years=age, sex=sex, conditions=(), medicines=(), said=said)
    tokens = tokens_of(GUIDANCE.tokens, person)
    answers: dict[str, bool | None] = {}
    for screen in screens_for(GUIDANCE.screens, person, tokens):
        answers.update(answers_of_screen(screen, (), answers))
    result = triage(FLAGS, with_age(answers, person), tokens)
    assert result.disposition is Disposition.SELF_CARE
    assert not result.open_parts


def test_good_news_is_one_known_question() -> None:
    # Yes lowers urgency only here; anything new under "not" must be thought about.
    assert {"rf-new-widespread-pain.known"} == GOOD_NEWS
