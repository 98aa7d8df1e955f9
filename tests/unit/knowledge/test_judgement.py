"""What rests on nothing that was seen is never offered, and never used to calm anybody."""

import pytest

from quietlegs.core.knowledge import is_verified, may_reassure, may_recommend, shown_sources
from tests.unit.knowledge.examples import entry, source


def test_self_care_from_a_verified_source_may_be_offered() -> None:
    assert may_recommend(entry())


@pytest.mark.parametrize(
    "weak",
    [
        source(verified=False),
        source(citable=False),
        source(copy=True),
    ],
    ids=["not seen", "too weak to show", "a copy without its original"],
)
def test_an_entry_on_weak_sources_alone_is_neither_offered_nor_calming(weak: dict[str, object]) -> None:
    doubtful = entry(sources=[weak])
    assert not is_verified(doubtful)
    assert not may_recommend(doubtful, has_agreement=True)
    assert not may_reassure(doubtful)


def test_one_good_source_beside_a_weak_one_is_enough_and_is_the_one_shown() -> None:
    both = entry(sources=[source(citable=False, cite="Blog 2020"), source()])
    assert is_verified(both)
    assert [shown.cite for shown in shown_sources(both)] == ["Someone 2020"]


@pytest.mark.parametrize(
    ("recommend", "alone", "agreed"),
    [
        ("self_care", True, True),
        ("ask_first", False, True),
        ("clinician_only", False, False),
        ("never", False, False),
        ("info", False, False),
    ],
)
def test_to_whom_something_may_be_offered(recommend: str, alone: bool, agreed: bool) -> None:
    judged = entry(recommend=recommend)
    assert may_recommend(judged) is alone
    assert may_recommend(judged, has_agreement=True) is agreed


@pytest.mark.parametrize("direction", ["harms", "raises-risk"])
def test_what_harms_is_never_offered(direction: str) -> None:
    assert not may_recommend(entry(direction=direction), has_agreement=True)


@pytest.mark.parametrize(
    ("certainty", "calms"), [("high", True), ("moderate", True), ("low", False), ("very-low", False)]
)
def test_a_doubtful_study_never_keeps_anybody_from_a_doctor(certainty: str, calms: bool) -> None:
    assert may_reassure(entry(certainty=certainty)) is calms
