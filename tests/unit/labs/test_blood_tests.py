"""Blood tests: units are made one, slips are asked about, and only sourced thresholds speak."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quietlegs.core.assessment.labs import AskAgain, LabValue, bands_for, change, convert, egfr, read_value
from quietlegs.core.assessment.medicines_table import is_sound
from quietlegs.core.knowledge import is_verified
from quietlegs.exchange.knowledge_base import load_evidence
from quietlegs.exchange.medicine_base import load_labs

LABS = load_labs()


def taken(test: str, figure: float, unit: str, **more) -> LabValue | AskAgain:
    return read_value(LABS[test], figure, unit, **more)


@pytest.mark.parametrize(
    ("test", "figure", "unit", "expected", "within"),
    [
        ("potassium", 16.4, "mg/dL", 4.19, 0.01),  # 39.10 g/mol
        ("magnesium", 2.0, "mg/dL", 0.823, 0.001),  # 24.305 g/mol
        ("magnesium", 1.6, "mEq/L", 0.8, 0.001),  # two charges
        ("calcium", 9.4, "mg/dl", 2.345, 0.001),  # 40.08 g/mol
        ("creatinine", 1.0, "mg/dL", 88.42, 0.01),
        ("hba1c", 6.5, "%", 47.5, 0.1),  # NGSP master equation
        ("hba1c", 5.0, "%", 31.2, 0.2),
        ("vitamin-d", 20, "ng/mL", 49.9, 0.05),
        ("vitamin-b12", 133, "pmol/L", 180, 0.5),
        ("ferritin", 75, "ng/mL", 75, 0),
    ],
)
def test_a_unit_is_converted_as_reference_tables_have_it(test, figure, unit, expected, within):
    assert convert(LABS[test], figure, unit) == pytest.approx(expected, abs=within)


@pytest.mark.parametrize("unit", ["µmol/L", "μmol/L", "umol/l", "UMOL / L"])
def test_a_unit_may_be_written_in_any_common_way(unit):
    assert convert(LABS["creatinine"], 80, unit) == 80


def test_an_unknown_unit_is_refused_with_the_units_that_would_do():
    with pytest.raises(ValueError, match="mmol/L"):
        convert(LABS["potassium"], 4, "pints")


@pytest.mark.parametrize(
    ("test", "figure", "unit", "meant"),
    [
        ("potassium", 42, "mmol/L", (4.2, "mmol/L")),
        ("sodium", 1400, "mmol/L", (140.0, "mmol/L")),
        ("calcium", 9.4, "mmol/L", (9.4, "mg/dL")),
        ("creatinine", 0.9, "µmol/L", (0.9, "mg/dL")),
        ("hba1c", 6.5, "mmol/mol", (6.5, "%")),
    ],
)
def test_a_wrong_unit_or_ten_times_too_much_is_asked_again_with_what_was_meant(test, figure, unit, meant):
    answer = taken(test, figure, unit)
    assert isinstance(answer, AskAgain)
    assert meant in answer.could_be


def test_an_impossible_figure_is_refused_even_when_confirmed():
    assert isinstance(taken("potassium", 42, "mmol/L", confirmed=True), AskAgain)
    assert isinstance(taken("potassium", math.nan, "mmol/L", confirmed=True), AskAgain)


def test_an_unusual_figure_is_taken_once_the_person_says_it_is_right():
    assert taken("potassium", 6.4, "mmol/L").may_confirm
    assert taken("potassium", 6.4, "mmol/L", confirmed=True).value == 6.4


def test_ten_times_the_last_value_is_asked_about():
    answer = taken("ferritin", 450, "ng/mL", last=45.0)
    assert isinstance(answer, AskAgain)
    assert answer.reason == "ten_times"
    assert (45.0, "ng/mL") in answer.could_be


@pytest.mark.parametrize(
    ("test", "value", "conditions", "expected"),
    [
        ("ferritin", 75.0, {"restless-legs"}, ["rls-iron-75"]),
        ("ferritin", 76.0, {"restless-legs"}, ["rls-iron-100"]),
        ("ferritin", 100.5, {"restless-legs"}, []),
        ("ferritin", 40.0, set(), []),
        ("potassium", 3.5, set(), []),
        ("potassium", 3.4, set(), ["low"]),
        ("potassium", 2.4, set(), ["low-severe"]),
        ("potassium", 6.0, set(), ["high-severe"]),
        ("sodium", 124.0, set(), ["low-severe"]),
        ("egfr", 59.0, set(), ["low"]),
        ("egfr", 60.0, set(), []),
        ("hba1c", 47.545, set(), ["diabetes-48"]),
        ("vitamin-b12", 179.0, set(), ["low-180"]),
    ],
)
def test_a_threshold_speaks_on_its_own_side_only(test, value, conditions, expected):
    assert [band.id for band in bands_for(LABS[test], value, conditions)] == expected


@pytest.mark.parametrize(
    ("creatinine_mg_dl", "age", "sex", "expected"),
    [(1.0, 50, "male", 91.7), (1.0, 50, "female", 68.6), (0.5, 30, "female", 129.2), (2.5, 70, "male", 27.0)],
)
def test_kidney_function_follows_the_published_equation(creatinine_mg_dl, age, sex, expected):
    # Worked by hand from Inker 2021, for both branches of each sex.
    assert egfr(creatinine_mg_dl * 88.42, age_years=age, sex=sex) == pytest.approx(expected, abs=0.3)


def test_kidney_function_is_not_worked_out_for_a_child_or_without_the_sex():
    assert egfr(60, age_years=12, sex="female") is None
    assert egfr(60, age_years=40, sex="") is None


def test_every_threshold_and_reason_stands_on_something_that_was_read():
    evidence = load_evidence()
    for lab in LABS.values():
        assert all(is_verified(evidence[name]) for name in lab.why.evidence), lab.id
        for band in lab.bands:
            assert any(map(is_sound, band.sources)) or any(
                is_verified(evidence[name]) for name in band.evidence
            )


def test_the_change_since_the_last_test_needs_two():
    first, second = taken("ferritin", 30, "ng/mL"), taken("ferritin", 62, "ng/mL")
    assert change([first]) is None
    assert change([first, second]) == 32


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(LABS)), st.floats(allow_nan=True), st.data())
def test_any_number_in_any_known_unit_is_taken_or_asked_about(test, figure, data):
    unit = data.draw(st.sampled_from([one.unit for one in LABS[test].units]))
    answer = taken(test, figure, unit)
    if isinstance(answer, LabValue):
        assert LABS[test].usual.holds(answer.value)
        assert bands_for(LABS[test], answer.value, {"restless-legs"}) is not None
