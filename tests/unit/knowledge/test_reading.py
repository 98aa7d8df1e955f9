"""An entry is read strictly: what is wrong is said with its place, and nothing unknown slips by."""

import pytest

from quietlegs.core.knowledge import KnowledgeError
from tests.unit.knowledge.examples import entry, fields, source


def test_an_entry_keeps_what_its_file_says() -> None:
    read = entry(
        safety=["Hold on."],
        estimates=[{"measure": "risk_ratio", "value": 1.3, "outcome": "falls", "derived": True}],
        log_rate_ratio={"mean": -0.1, "sd": 0.4, "scale": "cramps_per_night", "basis": "One trial."},
    )
    assert (read.statement, read.safety, read.estimates[0].value) == ("It may help.", ("Hold on.",), 1.3)
    assert read.estimates[0].is_derived and not read.estimates[0].may_be_prior
    assert read.log_rate_ratio is not None and read.log_rate_ratio.mean == -0.1


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"colour": "red"}, "colour is not known"),
        ({"direction": "cures"}, "direction is 'cures'; it must be one of"),
        ({"certainty": "sure"}, "certainty is 'sure'"),
        ({"topic": None}, "topic is None"),
        ({"statement": ""}, "statement must be a text"),
        ({"sources": []}, "sources must list at least 1"),
        ({"sources": [source(verified="yes")]}, "sources 1: the field verified must be true or false"),
        ({"safety": "Hold on."}, "safety must be a list of texts"),
        ({"review_due": "soon"}, "review_due must be a date"),
        (
            {"estimates": [{"measure": "risk_ratio", "low": 2, "high": 1, "outcome": "falls"}]},
            "low is above high",
        ),
        (
            {"log_rate_ratio": {"mean": 0, "sd": 0, "scale": "cramps_per_night", "basis": "None."}},
            "sd must be above 0",
        ),
        (
            {"arms": [{"outcome": "fell", "with_it": 30, "of": 20, "with_label": "People"}]},
            "of is smaller than a count",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place(changes: dict[str, object], complaint: str) -> None:
    with pytest.raises(KnowledgeError, match="some-stretch") as error:
        entry(**changes)
    assert complaint in str(error.value)


def test_a_missing_field_is_never_filled_in() -> None:
    for name in fields():
        without = fields()
        del without[name]
        with pytest.raises(KnowledgeError):
            entry(**{**without, name: None})
