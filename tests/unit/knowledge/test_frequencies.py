"""A share of people is drawn as a hundred figures, and nothing is drawn that the source does not give."""

from hypothesis import given
from hypothesis import strategies as st

from quietlegs.core.knowledge.frequencies import FIGURES, shares
from tests.unit.knowledge.examples import entry

SHARE = st.floats(0, 1, allow_nan=False)


def prevalence(**numbers: object) -> dict[str, object]:
    return {"measure": "prevalence", "outcome": "cramps", "unit": "adults", **numbers}


def test_a_share_with_an_interval_fills_up_to_its_low_end_and_rings_up_to_its_high_end() -> None:
    ((comparison,),) = (shares(entry(estimates=[prevalence(value=0.46, low=0.38, high=0.53, level=95)])),)
    (group,) = comparison.groups
    assert (group.count, group.low, group.high, group.of) == (46, 38, 53, 100)
    assert (group.filled, group.could_be, group.is_range_of_reports) == (38, 53, False)


def test_a_range_of_reports_has_no_single_figure_and_says_so() -> None:
    (comparison,) = shares(entry(estimates=[prevalence(low=0.33, high=0.86)]))
    (group,) = comparison.groups
    assert (group.count, group.is_range_of_reports, group.filled, group.could_be) == (None, True, 33, 86)


def test_two_groups_stand_beside_each_other_on_the_same_hundred() -> None:
    arms = {
        "outcome": "ran",
        "with_it": 644,
        "without": 31,
        "of": 1000,
        "with_label": "A",
        "without_label": "B",
    }
    (comparison,) = shares(entry(arms=[arms]))
    assert [(group.who, group.count, group.filled) for group in comparison.groups] == [
        ("A", 644, 64),
        ("B", 31, 3),
    ]


def test_an_odds_ratio_or_a_difference_is_never_turned_into_people() -> None:
    estimates = [
        {"measure": measure, "value": 0.5, "low": 0.2, "high": 0.9, "level": 95, "outcome": "cramps"}
        for measure in ("odds_ratio", "risk_ratio", "rate_ratio", "hazard_ratio", "mean_difference", "smd")
    ]
    assert shares(entry(estimates=estimates)) == ()


@given(numbers=st.lists(SHARE, min_size=3, max_size=3).map(sorted))
def test_figures_never_run_out_of_order_and_rare_is_not_never(numbers: list[float]) -> None:
    low, value, high = numbers
    (comparison,) = shares(entry(estimates=[prevalence(value=value, low=low, high=high, level=95)]))
    (group,) = comparison.groups
    assert 0 <= group.filled <= group.could_be <= FIGURES
    if 0.001 < high < 0.999:  # nearer to none or all than any study can tell
        assert 1 <= group.could_be < FIGURES
