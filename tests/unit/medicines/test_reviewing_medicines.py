"""The review says what a medicine may do, which combinations matter, and never tells anyone to stop by themselves."""

import re
from itertools import product

import pytest

from quietlegs.core.assessment.medicines import MedicineReview, conditions_from, effect_sentence, review
from quietlegs.core.knowledge import is_verified
from quietlegs.exchange.knowledge_base import load_evidence
from quietlegs.exchange.medicine_base import load_medicines, load_recogniser


def reviewed(medicines: str, **about) -> MedicineReview:
    return review(load_recogniser(), medicines, **about)


def fired(medicines: str, **about) -> set[str]:
    return {one.interaction.id for one in reviewed(medicines, **about).interactions}


def test_a_water_tablet_is_linked_with_cramps_and_low_potassium():
    result = reviewed("bendroflumethiazide 2.5mg od")
    (one,) = result.medicines
    assert one.medicine.drug_class.startswith("thiazide")
    assert {"may-cause-cramps", "lowers-potassium"} <= {effect.effect for effect in one.effects}
    assert "linked with muscle or leg cramps" in effect_sentence(load_medicines(), one)
    assert "Do not stop a prescribed medicine on your own" in result.advice[0].sentence


@pytest.mark.parametrize(
    ("medicines", "about", "expected"),
    [
        ("Slow-K, ramipril", {}, "potassium-with-potassium-raisers"),
        ("Slow-K", {"conditions": ["CKD stage 3"]}, "potassium-with-kidney-disease"),
        ("magnesium citrate", {"conditions": ["kidney-disease"]}, "magnesium-with-kidney-disease"),
        ("vitamin K2, warfarin", {}, "vitamin-k-with-warfarin"),
        ("quinine 200mg, citalopram", {}, "quinine-with-heart-rhythm-medicines"),
        ("quinine", {"pregnant": True}, "quinine-never-groups"),
        ("simvastatin", {"food_and_drink": ["grapefruit juice"]}, "statin-with-grapefruit"),
        ("quinine\ntonic water", {}, "quinine-with-tonic-water"),
        ("baclofen", {"age_years": 65}, "muscle-relaxant-over-65"),
        ("ibuprofen, ramipril, furosemide", {}, "triple-whammy"),
        ("Nytol", {"conditions": ["restless legs"]}, "restless-legs-with-sedating-antihistamine"),
    ],
)
def test_a_combination_that_matters_fires(medicines, about, expected):
    assert expected in fired(medicines, **about)


def test_a_combination_needs_every_side():
    assert "triple-whammy" not in fired("ibuprofen, ramipril")
    assert "muscle-relaxant-over-65" not in fired("baclofen", age_years=64)
    assert "quinine-never-groups" not in fired("quinine", pregnant=None)


def test_a_medicine_no_longer_taken_fires_nothing():
    assert fired("potassium chloride, stopped ramipril") == set()


def test_every_combination_in_the_table_can_fire():
    table = load_medicines()
    of_group = {medicine.group: medicine.name for medicine in table.medicines.values()}
    for interaction in table.interactions:
        ways = [
            [
                *(("medicine", table.medicines[one].name) for one in side.medicines),
                *(("medicine", of_group[one]) for one in side.groups),
                *(("condition", one) for one in side.conditions),
                *(("food", one) for one in side.food_and_drink),
            ]
            for side in interaction.between
        ]
        for way in product(*(side[:2] for side in ways)):
            medicines = "\n".join(name for kind, name in way if kind == "medicine")
            found = fired(
                medicines,
                conditions=[name for kind, name in way if kind == "condition"],
                food_and_drink=[name for kind, name in way if kind == "food"],
            )
            assert interaction.id in found, (interaction.id, way)


def test_a_statin_and_no_other_medicine_brings_the_statin_warning():
    assert [rule.id for rule in reviewed("simvastain").urgent] == ["statin-muscle-damage"]
    assert reviewed("omeprazole").urgent == ()


def test_no_sentence_tells_anyone_to_stop_outside_the_three_urgent_rules():
    table = load_medicines()
    sentences = [
        *(medicine.advice for medicine in table.medicines.values()),
        *(caution for medicine in table.medicines.values() for caution in medicine.cautions),
        *(interaction.sentence for interaction in table.interactions),
        *(advice.sentence for advice in table.advice.values()),
    ]
    stops = re.compile(r"(?:^|[.;:,] )(?:stop|quit|come off)\b", re.IGNORECASE)
    assert [sentence for sentence in sentences if stops.search(sentence)] == []
    assert len(table.urgent) == 3


def test_what_nobody_read_never_reassures():
    (one,) = reviewed("loperamide").medicines
    assert not one.checked
    assert one.effects == ()
    assert one.advice is None


def test_every_statement_of_the_table_names_a_source_or_an_evidence_entry():
    evidence = load_evidence()
    table = load_medicines()
    for medicine in table.medicines.values():
        for effect in medicine.effects:
            assert effect.sources or effect.evidence, medicine.id
            assert set(effect.evidence) <= set(evidence)
    for one in (*table.interactions, *table.urgent, *table.advice.values()):
        assert set(one.evidence) <= set(evidence)
        assert one.evidence or getattr(one, "sources", ()), one.id
    for rule in table.urgent:
        assert all(is_verified(evidence[name]) for name in rule.evidence)


def test_a_persons_own_words_for_a_condition_are_understood():
    table = load_medicines()
    assert conditions_from(table, ["CKD stage 3", "RLS", "gout"]) == {"kidney-disease", "restless-legs"}


def test_five_hundred_medicines_are_reviewed_once_each():
    table = load_medicines()
    lines = [f"{medicine.name} 5mg od" for medicine in table.medicines.values()] * 2
    result = reviewed("\n".join(lines))
    assert len(result.lines) >= 500
    assert len(result.medicines) == len(result.ids) > 250
