"""The diary as JSON: every problem is named with its place."""

import json
from datetime import date

import pytest

from quietlegs.exchange.diary_json import FORMAT, read_diary_json
from quietlegs.exchange.experiment_json import write_sealed
from quietlegs.exchange.experiments import plan_experiment

WATER = {"name": "water", "kind": "amount", "unit": "ml"}


def document(**fields) -> bytes:
    return json.dumps({"format": FORMAT, "version": 1, "factors": [WATER], "nights": [], **fields}).encode()


def test_every_problem_of_a_document_is_named_and_the_good_nights_are_kept():
    file = read_diary_json(
        document(
            nights=[
                {"night": "2026-03-01", "outcomes": {"cramps": 2}, "factors": {"water": 500}, "sore": False},
                {"night": "2026-02-30"},
                {"night": "2026-03-03", "outcomes": {"cramps": -1, "dreams": 3}, "factors": {"tea": 1}},
                {"night": "2026-03-04", "mood": 3, "sore": "no"},
                {"night": "2026-03-05", "outcomes": {"pain": "3"}, "episodes": [{"started_at": "3 am"}]},
                {"night": "2026-03-06"},
                {"night": "2026-03-06", "outcomes": {"cramps": 1}},
                "not a night",
            ]
        )
    )
    assert [night.evening.day for night in file.diary.nights] == [1]
    assert [problem.column for problem in file.problems] == [
        "nights[1]",
        "nights[2].outcomes.cramps",
        "nights[2].outcomes",
        "nights[2].factors",
        "nights[3]",
        "nights[3]",
        "nights[4].outcomes.pain",
        "nights[4]",
        "nights[6]",
        "nights[7]",
    ]
    assert "nights[5] too" in str(file.problems[8])


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"{", "not JSON"),
        (b"[" * 200_000, "not JSON that can be read"),
        (b"[1]", "not a Quietlegs diary"),
        (b'{"format": "other"}', "not a Quietlegs diary"),
        (document(version=2), "Use a newer Quietlegs"),
        (document(nights={}), "must be lists"),
        (document(nights=[]), "no nights"),
        (
            document(factors=[WATER, {**WATER, "name": "Water"}], nights=[{"night": "2026-03-01"}]),
            "stands twice",
        ),
        (
            document(factors=[{"name": "x", "kind": "colour"}], nights=[{"night": "2026-03-01"}]),
            "kind is 'colour'",
        ),
        (b'{"format": "quietlegs-diary", "format": "x"}', "stands twice in one object"),
        (document(nights=[{"night": "2026-03-01", "outcomes": {"cramps": 1e400}}]), "not a number"),
        (document(nights=[{"night": "2026-03-01", "note": "a\0b"}]), "NUL"),
        ("é".encode("latin-1"), "not JSON"),
    ],
)
def test_a_document_that_cannot_be_used_says_why(raw, words):
    assert words in "\n".join(str(problem) for problem in read_diary_json(raw).problems)


TRIAL = {"remedy": "Bath", "outcome": "cramps", "started_at": "2026-03-01T20:00:00+00:00"}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"seal": "0" * 64}, "changed after it started"),
        ({"sealed": "###"}, "not encoded as base64"),
        ({"outcome": "sleep_hours"}, "not the outcome that was sealed"),
        ({"part": 1}, "does not go with what was sealed"),
        ({"ended": "clear"}, "the evening on which it ended"),
        ({"ended": "won", "ended_on": "2026-04-01"}, "It is one of clear"),
        ({"belief": 11}, "from 0 to 10"),
        ({"rests": [["2026-03-04", "2026-03-02"]]}, "ends before it starts"),
        ({"started_at": "2026-03-01T20:00:00"}, "offset from UTC"),
        ({"done": {"soon": True}}, "not a trial that can be read"),
        ({"remedy": "x" * 81}, "1 to 80 letters"),
    ],
)
def test_a_trial_that_cannot_be_trusted_is_told_with_its_place(change: dict, told: str):
    sealed = plan_experiment(treatment="Bath", nights=12, start=date(2026, 3, 1), seed=1)
    encoded = json.loads(write_sealed(sealed))
    trial = {**TRIAL, "seal": sealed.seal, "sealed": encoded["sealed"]}
    document = {"format": FORMAT, "version": 1, "nights": [{"night": "2026-03-01"}], "trials": [trial]}
    assert len(read_diary_json(json.dumps(document).encode()).trials) == 1
    document["trials"] = [{**trial, **change}]
    file = read_diary_json(json.dumps(document).encode())
    assert file.trials == () and [p.column for p in file.problems] == ["trials[0]"]
    assert told in str(file.problems[0])
