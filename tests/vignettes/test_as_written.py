"""People as an answers file gives them, in other words and with gaps: nobody is sent less far than the sources say."""

from pathlib import Path

import pytest
import yaml

from quietlegs.core.assessment.triage_flags import CHILD_FLAG, Disposition
from quietlegs.exchange.checks import answer_sheet, document_of, load_guidance

SHEETS = yaml.safe_load((Path(__file__).parent / "sheets" / "as_written.yaml").read_text(encoding="utf-8"))
KEYS = ("age", "sex", "pregnant", "conditions", "medicines")


def document(person: dict) -> tuple[dict, bool]:
    answers = dict(person["answers"])
    touched = {question.split(".")[0] for question in answers} | {person.get("left_open")}
    if person.get("rest") == "no":
        answers |= {
            flag.id: False
            for flag in load_guidance().flags
            if flag.id not in touched and flag.id != CHILD_FLAG and not flag.needs_no_other
        }
    sheet = answer_sheet({key: person[key] for key in KEYS if key in person} | {"answers": answers})
    return document_of(sheet), bool(sheet.problems)


@pytest.mark.parametrize("person", SHEETS, ids=lambda person: person["who"])
def test_a_person_as_written_is_sent_where_the_sources_say(person):
    result, refused = document(person)
    expect = Disposition(person["expect"])
    assert refused is person.get("refused", False)
    if person.get("open"):
        assert result["disposition"] is None
        assert result["ask_next"]
        assert max(flag["disposition"].urgency for flag in result["red_flags"]) == expect.urgency
    else:
        assert result["disposition"] == expect
    if "first" in person:
        assert result["likely"][0]["condition"] == person["first"]
    if result["disposition"] in ("self_care", "routine_gp"):
        assert result["safety_net"]


@pytest.mark.parametrize(
    ("said", "flag"),
    [
        ({"medicines": ["stopped ciprofloxacin 3 days ago"]}, "rf-fluoroquinolone-tendon"),
        ({"medicines": ["moxifloxacin 400"]}, "rf-fluoroquinolone-tendon"),
        ({"medicines": ["Lantus 20u"]}, "rf-diabetic-foot-active"),
        ({"conditions": ["cáncer de mama"]}, "rf-spinal-cord-compression"),
        ({"conditions": ["Hodgkin's, in remission"]}, "rf-spinal-cord-compression"),
        ({"conditions": ["c-section last month"], "pregnant": False, "age": 33}, "rf-pregnancy-leg"),
        ({"conditions": ["kidney transplant"]}, "rf-dialysis-kidney"),
        ({"conditions": ["CAPD"]}, "rf-dialysis-kidney"),
        ({"conditions": ["Leberzirrhose"]}, "rf-cirrhosis-emergency"),
    ],
)
def test_what_a_list_hints_at_is_asked_about(said, flag):
    person = {"age": 60, "sex": "male", "conditions": [], "medicines": [], "answers": {}, "left_open": flag}
    result, _ = document({**person, **said, "rest": "no"})
    assert result["disposition"] is None
    assert {question.split(".")[0] for question in result["ask_next"]} == {flag}


def test_a_list_that_hints_at_nothing_leaves_nothing_to_ask():
    person = {"age": 60, "sex": "male", "conditions": ["hypertension"], "medicines": ["ramipril"]}
    result, _ = document({**person, "answers": {}, "left_open": "rf-diabetic-foot-active", "rest": "no"})
    assert result["disposition"] == "self_care"
