"""A pasted list of medicines is read: what is named, what nobody can tell, what is not a medicine."""

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from quietlegs.core.assessment.medicines_names import Line
from quietlegs.exchange.knowledge_base import load_evidence
from quietlegs.exchange.medicine_base import load_recogniser

LINES = yaml.safe_load((Path(__file__).parent / "lines.yaml").read_text(encoding="utf-8"))


def read(text: str) -> tuple[Line, ...]:
    return load_recogniser().read(text)


def named(text: str) -> list[str]:
    return [medicine for line in read(text) for medicine in line.medicines]


@pytest.mark.parametrize("case", LINES["recognised"], ids=lambda case: case["line"])
def test_a_messy_line_is_recognised(case):
    assert sorted(named(case["line"])) == sorted(case["expected"])


@pytest.mark.parametrize("case", LINES["matches_nothing"], ids=lambda case: case["line"])
def test_what_is_no_medicine_matches_nothing(case):
    lines = read(case["line"])
    assert not any(line.medicines or line.did_you_mean for line in lines)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            "amlodipine 5mg, ramipril 10 mg, atorvastatin 20mg nocte",
            ["amlodipine", "ramipril", "atorvastatin"],
        ),
        ("• amlodipine, 2,5 mg, od\n• omeprazole", ["amlodipine", "omeprazole"]),
        ("1) Lasix 40\n2) Slow-K", ["furosemide", "potassium-chloride"]),
        ("1. Amlodipine 5 mg 2. Ramipril 5 mg", ["amlodipine", "ramipril"]),
        ("AMLODIPINE 5MG OD", ["amlodipine"]),
        ("💊 omeprazole 20mg 💊", ["omeprazole"]),
        ("co-amilofruse 5/40", ["amiloride", "furosemide"]),
        ("simvastatin 40 mg + ezetimibe 10mg", ["simvastatin", "ezetimibe"]),
        ("cetirizine for allergies", ["cetirizine"]),
        ("Mg 400", ["magnesium"]),
        ("Tylenol 3", ["codeine", "paracetamol"]),
        ("Tylenol 3 tablets a day", ["paracetamol"]),
        ("iboprufen", ["ibuprofen"]),
        ("metropolol 50", ["metoprolol"]),
        ("pregabalin150mg bd", ["pregabalin"]),
        (
            "aspirin 75, simva 40, ramipril 10 and bendro 2.5",
            ["acetylsalicylic-acid", "simvastatin", "ramipril", "bendroflumethiazide"],
        ),
        ("Bisoprolol 2.5mg tablets - take ONE in the morning", ["bisoprolol"]),
        ("blood thinner - apixaban 5mg bd", ["apixaban"]),
        ("I take levothyroxine for thyroid and sertraline for anxiety", ["levothyroxine", "sertraline"]),
        (
            "Omeprazol 20mg 1-0-0, Simvastatina 20mg cena, Adiro 100",
            ["omeprazole", "simvastatin", "acetylsalicylic-acid"],
        ),
    ],
)
def test_a_list_in_any_common_form_is_read(written, expected):
    assert named(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("losartan potassium 50", ["losartan"]),
        ("atorvastatin calcium", ["atorvastatin"]),
        ("ramipril potassium", ["ramipril", "potassium-chloride"]),
        ("ramipril and potassium", ["ramipril", "potassium-chloride"]),
        ("potassium chloride MR 600mg", ["potassium-chloride"]),
    ],
)
def test_a_salt_is_dropped_only_where_the_medicine_has_that_salt(written, expected):
    assert named(written) == expected


@pytest.mark.parametrize(
    ("typed", "never"),
    [
        ("hydralazine", "hydroxyzine"),
        ("hydralizine", "hydroxyzine"),
        ("quinidine", "quinine"),
        ("clonidine", "clonazepam"),
        ("carbimazole", "carbamazepine"),
        ("Lamisil", "lamotrigine"),
        ("bisacodyl", "bisoprolol"),
        ("nimodipine", "nifedipine"),
        ("chlorpropamide", "chlorpromazine"),
        ("manganese", "magnesium"),
        ("ranitidine", "rivastigmine"),
        ("methimazole", "metamizole"),
    ],
)
def test_a_look_alike_is_never_taken_for_the_other(typed, never):
    assert never not in named(typed)


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("quinadine", {"quinidine", "Quinine"}),
        ("lasic", {"Lasix", "Losec"}),
        ("lamictil", {"Lamictal", "Lamisil"}),
        ("prednisilone", {"Prednisolone", "Prednisone"}),
    ],
)
def test_a_word_near_two_medicines_is_asked_about(typed, offered):
    (line,) = read(typed)
    assert not line.medicines
    assert offered <= set(line.did_you_mean)


def test_a_brand_that_differs_by_country_is_asked_about():
    (line,) = read("Benadryl one at night")
    assert line.did_you_mean == ("Diphenhydramine", "Cetirizine")
    assert "country" in line.hint


def test_a_class_word_asks_which_one():
    (line,) = read("water tablet")
    assert not line.medicines
    assert "thiazide-diuretic" in line.class_named


def test_a_real_medicine_that_is_not_held_is_said_so():
    (line,) = read("montelukast 10mg nocte")
    assert line.not_held.casefold() == "montelukast"


@pytest.mark.parametrize(
    ("written", "taken", "not_taken"),
    [
        ("stopped simvastatin in May", [], ["simvastatin"]),
        ("allergic to penicillin, aspirin", [], ["acetylsalicylic-acid"]),
        ("amlodipine, stopped ramipril, simvastatin", ["amlodipine", "simvastatin"], ["ramipril"]),
        ("wife takes tramadol", [], ["tramadol"]),
        ("simvastatin instead of atorvastatin", ["simvastatin"], ["atorvastatin"]),
        ("Amlodipine was stopped", [], ["amlodipine"]),
        ("dejé la simvastatina", [], ["simvastatin"]),
        ("no longer on aspirin, now on warfarin 5 mg", ["warfarin"], ["acetylsalicylic-acid"]),
        ("I stopped ramipril and started quinine", ["quinine"], ["ramipril"]),
        ("was on ramipril now losartan 50", ["losartan"], ["ramipril"]),
        ("stopped ramipril but takes warfarin", ["warfarin"], ["ramipril"]),
        ("stopped ramipril, switched to losartan", ["losartan"], ["ramipril"]),
        ("Allergies: penicillin. Meds: warfarin 5 mg", ["warfarin"], []),
        ("antes tomaba ramipril, ahora losartán", ["losartan"], ["ramipril"]),
        ("stopped smoking, warfarin 5mg", ["warfarin"], []),
        ("stopped coffee, warfarin", ["warfarin"], []),
        ("atorvastatin 20mg stopped coughing", ["atorvastatin"], []),
        ("simvastatin (never stopped)", ["simvastatin"], []),
        ("warfarin, do not stop", ["warfarin"], []),
        ("apixaban 5mg do not take with grapefruit", ["apixaban"], []),
        ("stopped taking simvastatin", [], ["simvastatin"]),
        ("stopped ramipril and amlodipine", [], ["ramipril", "amlodipine"]),
        ("ramipril: stopped after surgery", [], ["ramipril"]),
        ("simvastatin stopped now", [], ["simvastatin"]),
        ("Allergies: penicillin, aspirin", [], ["acetylsalicylic-acid"]),
    ],
)
def test_what_is_not_taken_stands_apart(written, taken, not_taken):
    lines = read(written)
    assert [one for line in lines if line.taking for one in line.medicines] == taken
    assert [one for line in lines if not line.taking for one in line.medicines] == not_taken


@pytest.mark.parametrize(
    ("written", "unclear"),
    [
        ("stopped ramipril, warfarin", ["warfarin"]),
        ("allergic to penicillin, warfarin 5 mg", ["warfarin"]),
        ("warfarin 5 mg (aspirin stopped)", ["warfarin", "acetylsalicylic-acid"]),
        ("warfarin stopped aspirin", ["warfarin", "acetylsalicylic-acid"]),
        ("stopped ramipril and takes warfarin 5 mg", ["ramipril", "warfarin"]),
    ],
)
def test_words_that_can_be_read_either_way_count_as_taken_and_are_asked_about(written, unclear):
    asked = [line for line in read(written) if line.is_unclear]
    assert [one for line in asked for one in line.medicines] == unclear
    assert all(line.taking for line in asked)


def test_every_name_in_the_table_is_recognised_as_itself():
    recogniser = load_recogniser()
    asked = {name for phrase in recogniser.table.words.ambiguous for name in phrase.written}
    combined = {name for phrase in recogniser.table.words.combinations for name in phrase.written}
    wrong = [
        (name, medicine.id)
        for medicine in recogniser.table.medicines.values()
        for name in medicine.names
        if name not in asked | combined and medicine.id not in named(name)
    ]
    assert wrong == []


def test_no_ordinary_word_is_taken_for_a_misspelt_medicine():
    texts = " ".join(f"{entry.statement} {' '.join(entry.findings)}" for entry in load_evidence().values())
    words = sorted(set(re.findall(r"[a-z]{4,}", texts.casefold())))
    assert len(words) > 1000
    taken = {word: line.spelled for word in words for line in read(word) if line.spelled}
    assert taken == {}


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=400))
def test_anything_can_be_pasted(text):
    for line in read(text):
        assert line.given
        assert all(one in load_recogniser().table.medicines for one in line.medicines)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([case["line"] for case in LINES["recognised"]]), max_size=8))
def test_what_stands_around_a_line_does_not_change_what_it_names(lines):
    assert named("\n".join(lines)) == [one for line in lines for one in named(line)]
