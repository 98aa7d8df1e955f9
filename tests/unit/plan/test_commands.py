"""`quietlegs medicines` and `quietlegs plan`: answers, exit status, and bad input told plainly."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from quietlegs.cli.medicines import command as medicines
from quietlegs.cli.plan import command as plan
from quietlegs.core.base.errors import QuietlegsError
from quietlegs.exchange.plan_files import parse_profile


def run(command, *args: str, stdin: str | bytes | None = None) -> Result:
    result = CliRunner().invoke(command, args, input=stdin)
    if result.exception is not None and not isinstance(result.exception, SystemExit | QuietlegsError):
        raise result.exception
    return result


def document(command, *args: str, stdin: str | None = None) -> dict:
    return json.loads(run(command, *args, "--json", stdin=stdin).stdout)


def test_medicines_answers_in_the_agreed_shape():
    answer = document(medicines, "bendroflumethiazide 2.5mg", "Seretide 250")
    rows = {row["recognised"]: row for row in answer["medicines"]}
    assert set(rows) == {"bendroflumethiazide", "fluticasone", "salmeterol"}
    row = rows["bendroflumethiazide"]
    assert {"given", "recognised", "class", "effect", "evidence", "advice"} <= set(row)
    assert row["given"] == "bendroflumethiazide 2.5mg"
    assert "leg cramps" in row["effect"]
    assert "drug-diuretics" in row["evidence"]


def test_a_name_that_is_not_recognised_is_said_and_ends_with_1():
    assert run(medicines, "omeprazole").exit_code == 0
    result = run(medicines, "foobarium")
    assert result.exit_code == 1
    assert "Not recognised: foobarium" in result.stderr
    (row,) = document(medicines, "foobarium")["medicines"]
    assert row["recognised"] is None


def test_medicines_reads_a_file_and_standard_input(tmp_path: Path):
    listed = tmp_path / "list.txt"
    listed.write_text("• simvastain 40mg\n• stopped ramipril\n", encoding="utf-8")
    answer = document(medicines, str(listed))
    assert [row["recognised"] for row in answer["medicines"]] == ["simvastatin"]
    assert answer["not_taken"] == [{"given": "stopped ramipril", "recognised": ["ramipril"]}]
    assert document(medicines, "-", stdin="lisinopril")["medicines"][0]["recognised"] == "lisinopril"


def test_medicines_takes_illness_age_and_food_into_account():
    alone = document(medicines, "magnesium", "simvastatin")["interactions"]
    told = document(
        medicines, "magnesium", "simvastatin", "--condition", "CKD 3", "--with", "grapefruit", "--age", "70"
    )
    assert alone == []
    assert {one["id"] for one in told["interactions"]} == {
        "magnesium-with-kidney-disease",
        "statin-with-grapefruit",
    }


def test_a_file_that_is_no_text_is_told_plainly(tmp_path: Path):
    broken = tmp_path / "list.pdf"
    broken.write_bytes(b"%PDF\xff\xfe\x00")
    result = run(medicines, str(broken))
    assert result.exit_code == 2
    assert "UTF-8" in result.stderr


def test_plan_offers_three_things_at_most_with_everything_that_belongs_to_an_offer():
    answer = document(plan, "-", stdin="about: [cramps, restless-legs]\nage: 72\nmedicines: [Ventolin]\n")
    assert 1 <= len(answer["items"]) <= 3
    for item in answer["items"]:
        for part in ("what", "when", "how_long", "why", "certainty", "safety", "stop", "evidence"):
            assert item[part], (item["id"], part)
    assert "salbutamol" in next(item["question"] for item in answer["items"] if item["kind"] == "ask")


def test_plan_takes_own_results_and_conditions_from_the_file():
    own = "own: {calf-stretch: {log_ratio: 0.02, log_ratio_sd: 0.05, nights: 90, randomised: true}}"
    answer = document(plan, "-", stdin=f"{own}\nconditions: [CKD, poor balance]\n")
    assert "stretch-calves" in [item["id"] for item in answer["drop"]]
    assert {"drink-by-day", "heel-drops"} <= {item["id"] for item in answer["removed"]}


def test_plan_runs_the_check_first_where_answers_are_given():
    assert document(plan, "-", stdin="age: 60\nanswers: {rf-dvt: true}\n")["doctor_first"]
    assert not document(plan, "-", stdin="age: 60\nanswers: {rf-dvt: false}\n")["doctor_first"]


def test_plan_offers_nothing_to_a_child():
    answer = document(plan, "-", stdin="age: 11\n")
    assert answer["for_adults_only"]
    assert answer["items"] == []


@pytest.mark.parametrize(
    ("profile", "said"),
    [
        ("age: 140", "0 to 120"),
        ("about: [toes]", "cramps, restless-legs or fibromyalgia"),
        ("shoe: 42", "not known"),
        ("medicines: [foobarium]", "not recognised"),
        ("conditions: [dragon pox]", "not known here"),
        ("own: {calf-stretch: 3}", "log_ratio"),
        ("own: {calf-stretch: {log_ratio: .nan, log_ratio_sd: 1, nights: 4}}", "log_ratio"),
        ("pregnant: purple", "true or false"),
        ("disposition: soonish", "emergency_now"),
        ("answers: {rf-dvt: a bit}", "yes, no or not sure"),
        ("kept: [handstand]", "Items are"),
    ],
)
def test_what_cannot_be_used_in_a_profile_is_said_and_the_rest_is_used(profile: str, said: str):
    result = run(plan, "-", stdin=profile)
    assert result.exit_code == 1
    assert said in result.stderr
    assert result.stdout


@pytest.mark.parametrize("profile", ["- a\n- b", "age: [", "just words", b"\xff\xfe\x00"])
def test_a_profile_that_cannot_be_read_is_no_traceback(profile):
    result = run(plan, "-", stdin=profile)
    assert result.exception is not None
    assert result.stdout == ""


def test_plan_asks_in_the_terminal():
    result = run(plan, "--ask", stdin="y\nn\nn\n70\npoor balance\nVentolin\n")
    assert result.exit_code == 0
    assert "Stretch both calves" in result.stdout
    assert "Not for you: Heel drops" in result.stdout
    assert "salbutamol" in result.stdout


def test_help_is_by_example():
    for command in (medicines, plan):
        assert "quietlegs" in run(command, "--help").output


@pytest.mark.parametrize(
    ("profile", "waits"),
    [
        ("{age: 60, disposition: self_care, answers: {rf-dvt: true}}", True),
        ("{age: 60, disposition: SAME_DAY, answers: {rf-dvt: false}}", True),
        ("{age: 60, disposition: self_care, answers: {rf-dvt: false}}", False),
    ],
)
def test_the_more_urgent_of_a_given_disposition_and_the_answers_counts(profile: str, waits: bool):
    assert ("A doctor first" in run(plan, "-", stdin=profile).stdout) is waits


def test_numb_feet_in_the_answers_take_the_warm_pack_away():
    result = run(plan, "-", stdin="{age: 60, answers: {rf-numbness-neuropathy: true}}")
    assert "Not for you: Warm your legs" in result.stdout


@pytest.mark.parametrize(
    ("condition", "not_for_you"),
    [
        ("congestive HFpEF, 1.5 l fluid restricted", "Drink to thirst"),
        ("CKD3b", "Drink to thirst"),
        ("Niereninsuffizienz", "Food with minerals"),
        ("my feet are numb", "Warm your legs"),
        ("poor circulation", "Warm your legs"),
        ("T2DM", "Warm your legs"),
        ("frail, fell twice", "Heel drops"),
        ("pulled calf", "Stretch both calves"),
    ],
)
def test_a_condition_in_other_words_still_counts(condition: str, not_for_you: str):
    result = run(plan, "-", stdin=f'{{age: 70, conditions: ["{condition}"]}}')
    assert f"Not for you: {not_for_you}" in result.stdout


@pytest.mark.parametrize("profile", ["x: 2026-13-45", "[" * 5000, "age: 60\nx: [1"])
def test_a_profile_that_is_no_yaml_is_said(profile: str):
    with pytest.raises(QuietlegsError, match="not YAML"):
        parse_profile(profile, "profile.yaml")
