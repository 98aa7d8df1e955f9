"""Answers as people write them: read gently, refused clearly, never guessed."""

import json

import pytest
from click.testing import CliRunner

import quietlegs
from quietlegs.cli.check import command
from quietlegs.exchange.answer_words import read_answer
from quietlegs.exchange.checks import AnswersError, answer_sheet, load_guidance, parse_answers

ALL_NO = {flag.id: False for flag in load_guidance().flags}


@pytest.mark.parametrize(
    "written",
    ["YES", "Yes!", " y ", "true", "👍", "👍🏾", "✅", 1, True, "yes.", "YES 😢", "yes, a lot", "sí"],
)
def test_yes_is_yes_however_it_is_written(written) -> None:
    assert read_answer(written) == (True, True)


@pytest.mark.parametrize("written", ["NO", "n", "No.", "👎", "❌", 0, False, "never", "no 🙂"])
def test_no_is_no_however_it_is_written(written) -> None:
    assert read_answer(written) == (True, False)


@pytest.mark.parametrize("written", ["Not sure", "don't know", "?", "🤷‍♀️", None, "", "MAYBE"])
def test_not_sure_is_an_answer(written) -> None:
    assert read_answer(written) == (True, None)


@pytest.mark.parametrize(
    "written", ["banana", 7, 0.5, ["yes"], {"a": 1}, "yes and no", "yes 👎", "no, only one", "😢"]
)
def test_what_is_not_clear_is_not_guessed(written) -> None:
    assert read_answer(written)[0] is False


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"age": -1}, "The age is '-1'. Write years from 0 to 120."),
        ({"age": 121}, "0 to 120"),
        ({"age": "old"}, "0 to 120"),
        ({"age": True}, "0 to 120"),
        ({"age": float("nan")}, "0 to 120"),
        ({"age": 10**400}, "far too large"),
        ({"sex": "cat"}, "female or male"),
        ({"sex": ["female"]}, "female or male"),
        ({"pregnant": "purple"}, "yes or no"),
        ({"answers": {"rf-dvt.sweling": True}}, "Did you mean rf-dvt.swelling?"),
        ({"answers": {"rf-dvt.swelling": "blue"}}, "Write yes, no or not sure."),
        ({"answers": ["rf-dvt"]}, "answers must be"),
        ({"anwsers": {}}, "Did you mean answers?"),
        ({"medicines": {"a": 1}}, "medicines must be a list"),
        ({"answers": {"fibromyalgia.wpi": 20}}, "0 to 19"),
        ({"answers": {"fibromyalgia.tired": "²"}}, "0 to 3"),
        ({"conditions": ["x"] * 2000}, "first 1000"),
    ],
)
def test_what_cannot_be_used_is_said_with_how_to_mend_it(document, said) -> None:
    assert said in " ".join(str(problem) for problem in answer_sheet(document).problems)


@pytest.mark.parametrize("age", [0, 17, 18, 120, "67", 67.9])
def test_every_age_of_a_person_is_taken(age) -> None:
    assert answer_sheet({"age": age}).problems == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("age: 5\nanswers: [", "line 2"),
        ("- a\n- b", "must hold fields"),
        ("age: 5\nage: 6", "line 2: age stands twice"),
        ("answers: {rf-dvt: yes, rf-dvt: no}", "rf-dvt stands twice"),
        ("x" * 1_000_001, "larger than 1 MB"),
    ],
)
def test_a_file_that_cannot_be_read_is_said_with_its_line(text, said) -> None:
    with pytest.raises(AnswersError, match=said):
        parse_answers(text, "answers.yaml")


def test_json_is_read_like_yaml() -> None:
    sheet = parse_answers(json.dumps({"age": 40, "answers": {"rf-stroke.face": True}}), "a.json")
    assert sheet.answers == {"rf-stroke.face": True}


@pytest.mark.parametrize("picture", ["\\ud83d\\udc4d", "👍"])
def test_json_may_write_a_picture_as_two_halves(picture) -> None:
    sheet = parse_answers(
        f'{{"medicines": ["{picture} ramipril"], "answers": {{"rf-dvt": "{picture}"}}}}', "x"
    )
    assert sheet.answers == {"rf-dvt": True}
    assert sheet.person.medicines == ("👍 ramipril",)
    assert not sheet.problems


def test_half_a_picture_can_still_be_printed() -> None:
    sheet = parse_answers('{"medicines": ["ramipril \\ud83d"]}', "x")
    assert sheet.person.medicines
    sheet.person.medicines[0].encode()


def test_the_library_answers_like_the_command() -> None:
    document = {"age": 60, "sex": "male", "answers": {"rf-stroke": "yes"}}
    assert quietlegs.triage(document)["disposition"] == "emergency_now"
    with pytest.raises(AnswersError, match="not known"):
        quietlegs.triage({"answers": {"rf-nothing": True}})


def test_the_command_prints_one_document_in_the_agreed_shape(tmp_path) -> None:
    path = tmp_path / "a.yaml"
    answers = {**ALL_NO, "rf-cramps-disturb-sleep": True}
    path.write_text(
        json.dumps(
            {"age": 70, "answers": answers, "medicines": ["bendroflumethiazide 2.5mg od"], "conditions": []}
        )
    )
    result = CliRunner().invoke(command, [str(path), "--json"])
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    assert document["disposition"] == "routine_gp"
    assert {"id", "disposition", "reason", "advice", "sources"} <= set(document["red_flags"][0])
    assert {"condition", "probability", "for", "against"} <= set(document["likely"][0])
    medicine = document["medicines"][0]
    assert medicine["given"] == "bendroflumethiazide 2.5mg od"
    assert medicine["recognised"] == "bendroflumethiazide"
    assert {"class", "effect", "evidence", "advice"} <= set(medicine)
    assert {"irlssg", "fibromyalgia"} <= set(document["screens"])


def test_refused_input_ends_with_1_and_the_rest_is_still_judged(tmp_path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("age: 50\nanswers:\n  rf-stroke.face: YES\n  rf-nonsense: yes\n")
    result = CliRunner().invoke(command, [str(path), "--json"])
    assert result.exit_code == 1
    assert "rf-nonsense" in result.stderr
    assert json.loads(result.stdout)["disposition"] == "emergency_now"


def test_nobody_to_ask_is_said() -> None:
    result = CliRunner().invoke(command, [])
    assert result.exit_code == 2
    assert "Give a file" in result.stderr
