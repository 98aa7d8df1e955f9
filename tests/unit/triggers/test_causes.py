"""The diagram of factors: names, roles, and what acts through what."""

import pytest

from quietlegs.core.triggers import Role, read_diagram
from quietlegs.exchange.findings_words import load_causes


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("wine", "alcohol"),
        ("Evening walks", "exercise"),
        ("minutesAsleep", "sleep-measured"),
        ("magnesium_tablet", "minerals"),
        ("water tablet", "medicine"),
        ("calf stretch", "stretching"),
        ("next-day fatigue", "next-day"),
        ("zumba", None),
    ],
)
def test_a_factor_is_known_by_its_words(name: str, family: str | None) -> None:
    found = load_causes().family_of(name)
    assert (found.id if found else None) == family


def test_what_is_not_known_is_a_habit_that_nobody_is_told_to_try() -> None:
    assert load_causes().role_of("zumba") is Role.HABIT
    assert not load_causes().may_try("zumba")


def test_no_medicine_or_painkiller_may_be_tried() -> None:
    for name in ("statin", "blood pressure tablet", "paracetamol", "insulin", "my new pills"):
        assert not load_causes().may_try(name)


def test_what_acts_through_others_is_listed_with_them() -> None:
    assert load_causes().between(["work", "standing", "zumba"]) == {"work": frozenset({"standing"})}


def test_arrows_may_not_make_a_circle() -> None:
    families = [
        {"id": "a", "words": ["a"], "role": "habit", "changes": ["b"]},
        {"id": "b", "words": ["b"], "role": "habit", "changes": ["a"]},
    ]
    with pytest.raises(ValueError, match="own cause"):
        read_diagram(families)


def test_a_slip_in_the_diagram_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown keys"):
        read_diagram([{"id": "a", "words": ["a"], "role": "habit", "chagnes": []}])
    with pytest.raises(ValueError, match="no family"):
        read_diagram([{"id": "a", "words": ["a"], "role": "habit", "changes": ["b"]}])
