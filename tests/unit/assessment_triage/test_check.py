"""The check as a whole: whole questions, contradictions, several conditions together, words from data."""

import re
from pathlib import Path

import pytest

from quietlegs.core.articles.reading import reading_age
from quietlegs.core.assessment.asking import answers_of_screen
from quietlegs.core.assessment.check import Check, Origin, check
from quietlegs.core.assessment.check_document import check_document
from quietlegs.core.assessment.person import Person, Sex
from quietlegs.core.assessment.triage_flags import Disposition
from quietlegs.exchange.checks import answer_sheet, document_of, load_guidance, run_check
from quietlegs.exchange.knowledge_base import KB

GUIDANCE = load_guidance()
NOTHING_SPECIAL = {token.id: False for token in GUIDANCE.tokens}
ADULT = Person(age_years=55, sex=Sex.FEMALE, conditions=(), medicines=(), said=NOTHING_SPECIAL)
ALL_NO = {flag.id: False for flag in GUIDANCE.flags}


def judged(person: Person = ADULT, **answers: bool | None) -> Check:
    return check(GUIDANCE, person, {**ALL_NO, **{key.replace("__", "."): a for key, a in answers.items()}})


@pytest.mark.parametrize("flag", GUIDANCE.flags, ids=lambda flag: flag.id)
def test_yes_to_a_whole_question_gives_its_main_urgency(flag) -> None:
    result = check(GUIDANCE, ADULT, {**ALL_NO, flag.id: True})
    assert result.triage.disposition is flag.disposition
    assert flag.id in {one.flag.id for one in result.triage.sure}


def test_a_whole_no_does_not_silence_a_single_yes() -> None:
    result = check(GUIDANCE, ADULT, {**ALL_NO, "rf-dvt.swelling": True})
    assert result.triage.disposition is Disposition.SAME_DAY
    assert any("rf-dvt" in one.ids for one in result.contradictions)


def test_nothing_answered_is_no_reassurance() -> None:
    result = check(GUIDANCE, Person(), {})
    assert result.triage.disposition is None
    assert result.triage.ask[0] == "rf-young-child.under18"


def test_what_is_not_known_of_a_person_keeps_their_questions_open() -> None:
    answers = {flag.id: False for flag in GUIDANCE.flags if not flag.applies_if}
    unknown = check(GUIDANCE, Person(age_years=40, sex=Sex.FEMALE), answers)
    known = check(
        GUIDANCE,
        Person(
            age_years=40, sex=Sex.FEMALE, pregnant=False, conditions=(), medicines=(), said=NOTHING_SPECIAL
        ),
        answers,
    )
    assert unknown.triage.disposition is None
    assert "rf-pregnancy-leg.pain" in unknown.triage.ask
    assert known.triage.disposition is Disposition.SELF_CARE


def test_medicines_open_their_own_questions() -> None:
    answers = {flag.id: False for flag in GUIDANCE.flags if not flag.applies_if}
    document = {
        "age": 60,
        "sex": "male",
        "conditions": ["Type 2 diabetes"],
        "medicines": ["Atorvastatin 20mg", "cipro 500"],
        "answers": answers,
    }
    asked = set(run_check(answer_sheet(document)).triage.ask)
    for flag in ("rf-statin-muscle", "rf-fluoroquinolone-tendon", "rf-diabetic-foot-active"):
        assert any(part.startswith(flag) for part in asked), flag
    assert not any(part.startswith(("rf-quinine", "rf-cirrhosis", "rf-pregnancy")) for part in asked)


def test_no_diabetes_is_not_diabetes() -> None:
    document = {"age": 60, "sex": "male", "conditions": ["no diabetes", "pre-diabetes"], "medicines": []}
    assert run_check(answer_sheet(document)).tokens["diabetes"] is False


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("Type 2 diabetes (diet)", True),
        ("No allergies. Type 2 diabetes", True),
        ("No longer smoking; diabetes", True),
        ("Allergies: none\nDiabetes", True),
        ("diabetes, no allergies", True),
        ("not controlled diabetes", None),
        ("No allergies, type 2 diabetes", None),
        ("no known problems except diabetes", None),
        ("no heart disease and diabetes", None),
        ("no diabetes", False),
        ("no history of type 2 diabetes", False),
        ("never had diabetes", False),
    ],
)
def test_a_denial_denies_only_what_it_stands_before_and_what_is_unclear_is_asked(written, known) -> None:
    document = {"age": 60, "sex": "male", "conditions": [written], "medicines": []}
    result = run_check(answer_sheet(document))
    assert result.tokens.get("diabetes") is known
    asked = any(part.startswith("rf-diabetic-foot") for part in result.triage.open_parts)
    assert asked is (known is not False)


@pytest.mark.parametrize("age", [0, 4, 17])
def test_a_child_is_sent_to_a_doctor_and_asked_nothing_else(age) -> None:
    result = check(GUIDANCE, Person(age_years=age), {})
    assert result.triage.at_least is Disposition.ROUTINE_GP
    assert {part.partition(".")[0] for part in result.triage.ask} == {"rf-young-child"}
    assert not result.likely


def test_a_child_with_an_emergency_is_an_emergency() -> None:
    result = check(GUIDANCE, Person(age_years=8), {"rf-stroke.face": True})
    assert result.triage.disposition is Disposition.EMERGENCY_NOW


def test_a_pregnant_80_year_old_and_a_pregnant_man_are_asked_again() -> None:
    for person in (
        Person(age_years=80, sex=Sex.FEMALE, pregnant=True),
        Person(age_years=30, sex=Sex.MALE, pregnant=True),
    ):
        result = check(GUIDANCE, person, ALL_NO)
        assert any("pregnant" in one.ids for one in result.contradictions)
        assert result.tokens["pregnant_or_postpartum"] is True  # the safer answer, until it is clear


@pytest.mark.parametrize(
    "answers",
    [
        {"under_10_min": True, "rf-cramp-over-10-min.long": True},
        {"constant": True, "under_10_min": True},
        {"rf-severe-tetany.confused": True, "rf-severe-electrolyte.confused": False},
        {"widespread_3_months": True, "rf-new-widespread-pain.pain": False},
    ],
)
def test_answers_that_do_not_fit_together_are_asked_again(answers) -> None:
    found = check(GUIDANCE, ADULT, answers).contradictions
    assert found
    assert set(answers) <= set(found[0].ids)


def test_ordinary_answers_contradict_nothing() -> None:
    assert judged(sudden_onset=True, under_10_min=True, calf_or_foot=True).contradictions == ()


@pytest.mark.parametrize("condition", GUIDANCE.table.conditions, ids=lambda condition: condition.id)
def test_each_condition_comes_first_for_its_own_description(condition) -> None:
    own = {
        name: often in ("always", "usual")
        for name, often in condition.features.items()
        if often != "sometimes"
    }
    order = [one.condition.id for one in GUIDANCE.model.judge(Person(age_years=55), {}, own)]
    # The two nerve conditions differ in tests, not in words; their order is left to how common they are.
    assert condition.id in order[: 2 if "neuropathy" in condition.id else 1]


def test_cramps_and_restless_legs_can_both_fit() -> None:
    of_cramps = ("visible_hard_muscle", "sudden_onset", "painful", "under_10_min", "relief_by_stretch")
    of_restless = ("urge_to_move", "evening_worse", "relief_by_walking", "night_or_rest", "bilateral")
    neither = ("relief_one_move", "skin_change", "swelling", "constant", "numbness_tingling", "jerks")
    answers = dict.fromkeys(of_cramps + of_restless, True) | dict.fromkeys(neither, False)
    both = check(GUIDANCE, ADULT, answers)
    fits = {one.condition.id: one.probability for one in both.likely}
    assert fits["nocturnal-leg-cramps"] > 0.5
    assert fits["restless-legs-syndrome"] > 0.5
    assert sum(fits.values()) > 1.2  # they are not shares of one whole


def test_a_published_ratio_stands_in_for_judgement() -> None:
    model = GUIDANCE.model
    stenosis = next(one for one in model.conditions if one.id == "lumbar-spinal-stenosis")
    ratio = next(one for one in stenosis.likelihood_ratios if one.feature == "relief_sit_lean")
    row, column = model.conditions.index(stenosis), model.columns.index("relief_sit_lean")
    others = [one for one in model.conditions if one is not stenosis]
    among = sum(one.share * GUIDANCE.table.scale[one.features["relief_sit_lean"]] for one in others) / sum(
        one.share for one in others
    )
    assert model._chances()[row, column] == pytest.approx(min(ratio.plus * among, 0.95))


def test_reasons_for_and_against_follow_the_answers() -> None:
    result = judged(visible_hard_muscle=True, sudden_onset=True, painful=True, constant=True)
    cramps = next(one for one in result.likely if one.condition.id == "nocturnal-leg-cramps")
    assert "visible_hard_muscle" in {reason.question for reason in cramps.reasons_for}
    assert "constant" in {reason.question for reason in cramps.reasons_against}


def test_the_next_question_is_one_not_asked_that_tells_most() -> None:
    first = judged().next_features
    assert [one.bits for one in first] == sorted((one.bits for one in first), reverse=True)
    assert all(one.bits >= 0 for one in first)
    answered = judged(**{first[0].feature: None})
    assert first[0].feature not in {one.feature for one in answered.next_features}


def test_nothing_said_of_the_trouble_names_no_condition() -> None:
    assert judged().likely == ()


def test_age_and_sex_change_what_is_likely() -> None:
    walking = {"pain_on_walking": True, "relief_standing_still": True, "painful": True}
    old, young = (
        {
            one.condition.id: one.probability
            for one in GUIDANCE.model.judge(Person(age_years=age), {}, walking)
        }
        for age in (80, 25)
    )
    assert old["pad-claudication"] > young["pad-claudication"]


def test_a_cause_in_the_answers_makes_it_secondary_and_none_idiopathic() -> None:
    cramp = {"visible_hard_muscle": True, "sudden_onset": True, "painful": True, "under_10_min": True}
    base = {"age": 60, "sex": "male", "conditions": [], "medicines": [], "answers": {**ALL_NO, **cramp}}
    assert run_check(answer_sheet(base)).why[0].origin is Origin.IDIOPATHIC
    liver = run_check(answer_sheet({**base, "conditions": ["liver cirrhosis"]})).why[0]
    assert liver.origin is Origin.SECONDARY
    assert "cirrhosis" in liver.causes[0].say
    tablets = run_check(answer_sheet({**base, "medicines": ["bendroflumethiazide"]})).why[0]
    assert tablets.origin is Origin.SECONDARY
    assert run_check(answer_sheet({**base, "medicines": None})).why[0].origin is Origin.OPEN


def test_what_fits_but_needs_a_doctor_is_not_waved_home() -> None:
    result = judged(
        fixed_posture=True,
        visible_hard_muscle=True,
        under_10_min=False,
        calf_or_foot=True,
        painful=True,
        relief_by_walking=False,
        bilateral=False,
        sudden_onset=False,
        night_or_rest=False,
    )
    assert result.triage.disposition is Disposition.SELF_CARE
    assert "dystonia" in {one.id for one in result.should_be_seen}


def test_not_sure_is_listed_with_advice_of_its_own() -> None:
    document = check_document(GUIDANCE, judged(**{"rf-stroke__face": None}))
    assert document["disposition"] == "same_day"
    assert document["red_flags"] == []
    assert "judge it today" in document["not_ruled_out"][0]["advice"]


def test_a_lower_tier_never_says_call_an_ambulance_and_an_emergency_always_does() -> None:
    for flag in GUIDANCE.flags:
        for tier in flag.tiers:
            advice = tier.advice or ""
            if tier.disposition is Disposition.EMERGENCY_NOW:
                assert re.search(r"emergency|crisis line", advice), flag.id
            elif tier is not flag.tiers[0]:
                assert not advice.startswith(("Call emergency", "Go to an emergency")), flag.id


def test_every_line_of_a_screen_rules_out_its_flags_by_a_no() -> None:
    on_screens = {part for screen in GUIDANCE.screens for line in screen.lines for part in line.parts}
    known = {part for flag in GUIDANCE.flags for part in flag.counting_parts}
    assert on_screens <= known
    for screen in GUIDANCE.screens:
        assert len({line.id for line in screen.lines}) == len(screen.lines)
        assert set(answers_of_screen(screen, (), {})) == screen.parts


def test_a_ticked_line_keeps_its_questions_open() -> None:
    screen = next(one for one in GUIDANCE.screens if one.id == "one-leg")
    gave = answers_of_screen(screen, {"clot"}, {})
    assert "rf-dvt.swelling" not in gave
    assert gave["rf-dvt.warm"] is False


def test_sources_too_weak_to_show_are_not_shown() -> None:
    document = document_of(answer_sheet({"age": 60, "answers": {"rf-stroke.face": True}}))
    shown = {source["cite"] for source in document["red_flags"][0]["sources"]}
    hidden = {s.cite for s in GUIDANCE.flag("rf-stroke").sources if not s.is_citable or s.is_copy}
    assert hidden
    assert not shown & hidden


@pytest.mark.parametrize("flag", GUIDANCE.flags, ids=lambda flag: flag.id)
def test_every_red_flag_has_a_source_that_can_be_shown(flag) -> None:
    assert any(source.is_citable and not source.is_copy for source in flag.sources)


SENTENCE_KEYS = {"name", "reason", "advice", "timeframe", "safety_net", "about", "next_step", "for", "against",
                 "because", "sentence", "guidance", "scope", "say", "suspected"}  # fmt: skip


def _sentences(value: object, key: str = "") -> list[str]:
    if isinstance(value, dict):
        return [text for name, one in value.items() if name != "medicines" for text in _sentences(one, name)]
    if isinstance(value, list):
        return [text for one in value for text in _sentences(one, key)]
    return [value] if isinstance(value, str) and key in SENTENCE_KEYS else []


def test_every_sentence_a_check_can_say_stands_in_a_data_file() -> None:
    data = " ".join(
        " ".join(path.read_text(encoding="utf-8").replace("''", "'").split())
        for folder in ("triage", "conditions", "screens")
        for path in (KB / folder).rglob("*.yaml")
    )
    said: set[str] = set()
    for flag in GUIDANCE.flags:
        for answer in (True, None):
            result = check(GUIDANCE, ADULT, {**ALL_NO, flag.id: answer})
            said.update(_sentences(check_document(GUIDANCE, result)))
    for feature in GUIDANCE.features:
        for answer in (True, False):
            result = judged(**{feature: answer, "painful": True, "urge_to_move": True})
            said.update(_sentences(check_document(GUIDANCE, result)))
    assert len(said) > 250
    assert sorted(text for text in said if " ".join(text.split()) not in data) == []


def test_templates_and_functions_hold_no_medicine() -> None:
    web = Path(check.__code__.co_filename).parents[2] / "web" / "check"
    words = re.compile(
        r"\b(clot|stroke|numb|numbness|swollen|ferritin|statin|magnesium|infection|urine|palpitations?)\b",
        re.I,
    )
    found = [
        f"{path.name}: {match.group()}"
        for path in [*web.rglob("*.html"), *web.glob("*.py")]
        for match in words.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_no_sentence_says_you_have_a_condition() -> None:
    names = [
        word for one in GUIDANCE.table.conditions for word in (one.name.lower(), one.medical_name.lower())
    ]
    for path in (KB / "triage").rglob("*.yaml"):
        text = path.read_text(encoding="utf-8").lower()
        assert not any(f"you have {name}" in text and "?" not in text for name in names), path.name


def test_a_list_names_what_a_tick_forgot() -> None:
    sheet = answer_sheet(
        {"age": 60, "medicines": ["simvastain 40mg"], "conditions": [], "tokens": {"on_statin": False}}
    )
    assert run_check(sheet).tokens["on_statin"] is True


def test_a_medicine_that_nobody_can_read_may_be_any() -> None:
    sheet = answer_sheet({"age": 60, "sex": "male", "medicines": ["zzqxv 5mg"], "conditions": []})
    assert "on_statin" not in run_check(sheet).tokens


def test_what_people_read_in_a_check_is_plain() -> None:
    texts = [flag.reason for flag in GUIDANCE.flags]
    texts += [tier.advice for flag in GUIDANCE.flags for tier in flag.tiers if tier.advice]
    texts += [part.question for flag in GUIDANCE.flags for part in flag.parts]
    texts += [line.text for screen in GUIDANCE.screens for line in screen.lines]
    texts += [f"{one.about} {one.next_step}" for one in GUIDANCE.table.conditions]
    sentences = [one for text in texts for one in re.split(r"(?<=[.?!])\s", text) if one]
    assert reading_age(sentences) <= 11
    assert max(len(one.split()) for one in sentences) <= 25


@pytest.mark.parametrize(
    ("written", "token"),
    [("tonic water", "on_quinine"), ("a statin", "on_statin"), ("Madopar 62.5", "on_dopamine_agonist")],
)
def test_a_drink_a_class_and_a_brand_say_what_is_taken(written, token) -> None:
    tokens = run_check(
        answer_sheet({"age": 60, "sex": "male", "medicines": [written], "conditions": []})
    ).tokens
    assert tokens[token] is True
    assert sum(tokens.values()) == 1
