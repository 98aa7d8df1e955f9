"""The FHIR document is sound by two validators that know nothing of us, and what we write we read back."""

import gzip
import json
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import jsonschema_rs
import pytest
from fhir.resources.R4B.bundle import Bundle
from hypothesis import given, settings
from hypothesis import strategies as st

from quietlegs.core.base.errors import QuietlegsError
from quietlegs.core.diary.night import Diary, Episode, Factor, FactorKind, Night, diary_of
from quietlegs.exchange.fhir import FhirFacts, fhir_bundle, write_fhir
from quietlegs.exchange.fhir_read import read_diary_fhir

SEED = UUID(int=7)
MADE = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
SCHEMA = Path(__file__).parents[1] / "samples" / "fhir" / "r4.schema.json.gz"

WALK = Factor("evening walk", FactorKind.YES_NO)
WATER = Factor("water", FactorKind.AMOUNT, "ml")
CRAMP = Episode(
    datetime(2026, 11, 19, 2, 7, tzinfo=UTC),
    60,
    minutes=4.0,
    severity=7,
    muscle="calf",
    side="left",
    relief=("stretch",),
)
DIARY = diary_of(
    [
        Night(date(2026, 11, 17), {"cramps": 0.0, "sleep_hours": 7.5}, {"evening walk": 1.0, "water": 500.0}),
        Night(
            date(2026, 11, 18),
            {"cramps": 1.0, "severity": 7.0},
            {"evening walk": 0.0},
            "a bad one",
            (CRAMP,),
            ("left-calf",),
            True,
        ),
        Night(date(2026, 11, 19), note="nothing answered"),
    ],
    (WALK, WATER),
)
FULL = FhirFacts(
    diary=DIARY,
    made_at=MADE,
    name="Ruth Calder",
    born_in=1959,
    sex="female",
    medicines=(("bendroflumethiazide 2.5 mg", "C03AA01"), ("something of my own", None)),
    conditions=(("restless-legs", "restless legs"), ("gout", "gout")),
    labs=(("potassium", "Potassium", 3.9, "mmol/L", date(2026, 11, 3)),),
    answered_at=MADE,
    answers=(("rf-dvt.swelling", "Is one calf swollen?", False), ("rf-dvt.pain", "Is there pain?", None)),
    plan=("Stretch both calves before bed.",),
    tried=(("Calf stretch", "1.0 times as many (0.8 to 1.3)"),),
)


@cache
def validator() -> jsonschema_rs.Draft6Validator:
    return jsonschema_rs.Draft6Validator(json.loads(gzip.decompress(SCHEMA.read_bytes())))


def faults(bundle: dict) -> list[str]:
    return [str(error.message)[:200] for error in validator().iter_errors(bundle)]


@pytest.mark.parametrize(
    "facts", [FULL, FhirFacts(diary=DIARY, made_at=MADE), FhirFacts(diary=Diary(), made_at=MADE)]
)
def test_the_document_is_sound_by_hl7_s_schema_and_by_fhir_resources(facts: FhirFacts) -> None:
    bundle = json.loads(write_fhir(facts, seed=SEED))
    assert not faults(bundle)
    Bundle.model_validate(bundle)


def test_the_schema_does_find_faults() -> None:
    for field, value in (("status", "bogus"), ("effectiveDateTime", "yesterday"), ("unheard_of", 1)):
        broken = fhir_bundle(FULL, seed=SEED)
        night = next(e["resource"] for e in broken["entry"] if e["resource"]["resourceType"] == "Observation")
        night[field] = value
        assert faults(broken), field


def test_the_composition_stands_first_and_every_reference_leads_somewhere() -> None:
    bundle = fhir_bundle(FULL, seed=SEED)
    assert bundle["entry"][0]["resource"]["resourceType"] == "Composition"
    there = {entry["fullUrl"] for entry in bundle["entry"]}
    wanted = set()

    def walk(value: object) -> None:
        if isinstance(value, dict):
            if "reference" in value:
                wanted.add(value["reference"])
            for one in value.values():
                walk(one)
        elif isinstance(value, list):
            for one in value:
                walk(one)

    walk(bundle)
    assert wanted <= there
    assert len(there) == len(bundle["entry"])


def test_sections_that_a_summary_must_have_say_when_nothing_is_known() -> None:
    composition = fhir_bundle(FhirFacts(diary=Diary(), made_at=MADE), seed=SEED)["entry"][0]["resource"]
    assert {part["title"] for part in composition["section"]} >= {"Medicines", "Allergies"}
    assert all("emptyReason" in part for part in composition["section"])


def test_nothing_that_a_person_noted_becomes_a_confirmed_diagnosis() -> None:
    for entry in fhir_bundle(FULL, seed=SEED)["entry"]:
        if entry["resource"]["resourceType"] == "Condition":
            assert entry["resource"]["verificationStatus"]["coding"][0]["code"] == "unconfirmed"


def test_no_name_leaves_unless_it_is_given() -> None:
    patient = fhir_bundle(FhirFacts(diary=DIARY, made_at=MADE), seed=SEED)["entry"][1]["resource"]
    assert set(patient) == {"resourceType", "id", "identifier"}


def test_every_code_has_words_beside_it() -> None:
    def walk(value: object) -> None:
        if isinstance(value, dict):
            if "coding" in value:
                assert value.get("text")
            for one in value.values():
                walk(one)
        elif isinstance(value, list):
            for one in value:
                walk(one)

    walk(fhir_bundle(FULL, seed=SEED))


def test_the_same_diary_gives_the_same_document() -> None:
    assert write_fhir(FULL, seed=SEED) == write_fhir(FULL, seed=SEED)


def test_what_we_write_we_read_back() -> None:
    file = read_diary_fhir(write_fhir(FULL, seed=SEED))
    assert file.problems == ()
    assert file.diary == DIARY


evenings = st.dates(date(2020, 1, 1), date(2026, 12, 31))
made_nights = st.builds(
    Night,
    evenings,
    st.dictionaries(st.sampled_from(["cramps", "restless", "pain"]), st.integers(0, 10).map(float)),
    st.dictionaries(st.just("water"), st.floats(0, 5000, allow_nan=False)),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), max_size=40),
)


@given(st.lists(made_nights, min_size=1, max_size=6, unique_by=lambda night: night.evening))
@settings(max_examples=15, deadline=None)
def test_any_diary_comes_back_as_it_was(nights: list[Night]) -> None:
    used = (WATER,) if any(night.factors for night in nights) else ()
    diary = diary_of(nights, used)
    raw = write_fhir(FhirFacts(diary=diary, made_at=MADE), seed=SEED)
    assert read_diary_fhir(raw).diary == diary
    assert not faults(json.loads(raw))


@pytest.mark.parametrize(
    "raw", [b"", b"{}", b"[]", b'{"resourceType": "Patient"}', b"\xff\xfe", b"[" * 100_000]
)
def test_what_is_no_bundle_is_refused_with_a_message(raw: bytes) -> None:
    assert str(read_diary_fhir(raw).problems[0])


@given(st.randoms(use_true_random=False), st.sampled_from([None, "x", 7, -1e300, [], {}, "2026-13-40", True]))
@settings(max_examples=150, deadline=None)
def test_a_value_that_was_spoilt_is_a_problem_or_passed_over_and_never_a_fault(
    chance: Random, bad: object
) -> None:
    bundle = fhir_bundle(FULL, seed=SEED)
    here: Any = bundle
    while True:
        key = chance.choice(list(here) if isinstance(here, dict) else range(len(here)))
        if not isinstance(here[key], dict | list) or not here[key] or chance.random() < 0.1:
            break
        here = here[key]
    here[key] = bad
    file = read_diary_fhir(json.dumps(bundle).encode())
    assert all(str(problem) for problem in file.problems)
    assert {night.evening for night in file.diary.nights} <= {night.evening for night in DIARY.nights}


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(QuietlegsError, match="zone"):
        fhir_bundle(FhirFacts(diary=DIARY, made_at=datetime(2026, 11, 20)), seed=SEED)
