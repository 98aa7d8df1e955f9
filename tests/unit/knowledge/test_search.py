"""A few words find the entries that speak to them, also misspelt, also by other names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quietlegs.core.knowledge.search import Search
from quietlegs.exchange.knowledge_base import load_evidence

SEARCH = Search(load_evidence().values())


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("stretching before bed", "prev-stretch-bedtime"),
        ("Does magnesium help in pregnancy?", "supp-magnesium-pregnancy"),
        ("tonic water", "tonic-water"),
        ("blood clot", "rf-dvt-evidence"),
        ("pickel juice", "relief-pickle-juice"),
        ("simvastain muscle pain", "drug-statins-cramp"),
        ("RLS pregnant", "rls-pregnancy"),
        ("charley horse right now", "relief-stretch-during"),
        ("plmd how common", "plmd-prevalence"),
        ("HEEL DROPS", "prev-heel-drop-step"),
        ("tapentadol", "opioid-tapentadol"),
    ],
)
def test_the_entry_meant_is_among_the_first_three(query: str, wanted: str) -> None:
    assert wanted in [hit.entry.id for hit in SEARCH.find(query).hits[:3]]


def test_a_misspelt_word_is_mended_and_said() -> None:
    assert SEARCH.find("quinin").mended == (("quinin", "quinine"),)


@pytest.mark.parametrize("query", ["", "   ", "the and of", "zzzzzzzz", "🦵🦵", "!?"])
def test_a_search_without_a_word_of_the_library_finds_nothing(query: str) -> None:
    assert SEARCH.find(query).hits == ()


@given(st.text(max_size=200))
def test_no_words_break_the_search_and_scores_fall(query: str) -> None:
    scores = [hit.score for hit in SEARCH.find(query).hits]
    assert scores == sorted(scores, reverse=True)
    assert all(score > 0 for score in scores)


def test_every_entry_is_among_the_first_three_for_its_own_title() -> None:
    lost = [
        entry.id
        for entry in load_evidence().values()
        if entry.id not in [hit.entry.id for hit in SEARCH.find(entry.title).hits[:3]]
    ]
    assert lost == []
