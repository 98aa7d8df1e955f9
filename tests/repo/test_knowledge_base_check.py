"""The check of the data files finds each fault that can slip in by hand."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from tools.check_data import KB, check

TODAY = date(2026, 11, 21)
INDEX = """\
id: remedies
title: Remedies
holds: Things to try.
schema:
  type: object
  additionalProperties: false
  required: [id, effect, evidence, sources, reviewed_on, review_due]
  properties:
    id: {$ref: '#/$defs/id'}
    effect: {enum: [helps, harms]}
    evidence: {$ref: '#/$defs/evidence'}
    sources: {$ref: '#/$defs/sources'}
    reviewed_on: {$ref: '#/$defs/day'}
    review_due: {$ref: '#/$defs/day'}
"""
SOUND = """\
id: stretch
effect: helps
evidence: [trial]
sources: [{cite: Someone 2020, verified: true}]
reviewed_on: 2026-11-20
review_due: 2028-11-20
"""
EVIDENCE_INDEX = "id: evidence\ntitle: Evidence\nholds: Statements.\nschema: {type: object}\n"


@pytest.fixture
def kb(tmp_path: Path) -> Path:
    shutil.copy(KB / "definitions.yaml", tmp_path)
    (tmp_path / "evidence").mkdir()
    (tmp_path / "evidence" / "index.yaml").write_text(EVIDENCE_INDEX)
    (tmp_path / "evidence" / "trial.yaml").write_text("id: trial\n")
    (tmp_path / "remedies").mkdir()
    (tmp_path / "remedies" / "index.yaml").write_text(INDEX)
    (tmp_path / "remedies" / "stretch.yaml").write_text(SOUND)
    return tmp_path


def test_sound_files_pass(kb: Path) -> None:
    found = check(kb, TODAY)
    assert (found.errors, found.warnings) == ([], [])


@pytest.mark.parametrize(
    ("was", "became", "complaint"),
    [
        ("effect: helps", "effect: heals", "'heals' is not one of"),
        ("effect: helps", "effect: helps\ncolour: red", "'colour' was unexpected"),
        ("evidence: [trial]", "evidence: [no-such-trial]", "'no-such-trial' is not in evidence"),
        ("sources: [{cite: Someone 2020, verified: true}]", "sources: []", "sources: [] should be non-empty"),
        ("id: stretch", "id: strech", "its id must be its name, stretch"),
        ("id: stretch\neffect: helps", "effect: helps\nid: stretch", "must stand in this order"),
        ("effect: helps", "effect: helps\nno: 1", "'no' is read as yes or no"),
        ("effect: helps", "effect: helps\non: 1", "'on' is read as yes or no"),
        ("effect: helps", "effect: helps\neffect: harms", "the key effect stands twice"),
        ("effect: helps", "effect: [helps", "this is not YAML"),
        ("review_due: 2028-11-20", "review_due: 2026-01-01", "is not after the last"),
        ("review_due: 2028-11-20", "review_due: soon", "'soon' is not of type 'day'"),
        ("cite: Someone 2020", "site: Someone 2020", "'cite' is a required property"),
    ],
)
def test_each_fault_is_found_and_its_file_named(kb: Path, was: str, became: str, complaint: str) -> None:
    file = kb / "remedies" / "stretch.yaml"
    file.write_text(SOUND.replace(was, became))
    errors = check(kb, TODAY).errors
    assert any(complaint in error and "remedies/stretch" in error for error in errors), errors


def test_a_folder_that_does_not_say_what_it_holds_is_refused(kb: Path) -> None:
    (kb / "remedies" / "index.yaml").unlink()
    assert any("remedies: there is no index.yaml" in error for error in check(kb, TODAY).errors)


@pytest.mark.parametrize(
    ("today", "warnings"),
    [(date(2028, 9, 20), 0), (date(2028, 9, 21), 1), (date(2028, 12, 24), 1)],
    ids=["61 days before", "60 days before", "too late"],
)
def test_a_review_is_announced_60_days_before_it_is_due(kb: Path, today: date, warnings: int) -> None:
    found = check(kb, today)
    assert (len(found.warnings), found.errors) == (warnings, [])


def test_the_knowledge_base_itself_is_sound() -> None:
    assert check(KB, date.today()).errors == []


def translation(kb: Path, text: str) -> list[str]:
    index = kb / "remedies" / "index.yaml"
    index.write_text(
        "id: remedies\ntitle: Remedies\nholds: Things to try.\ntranslated: {items: [do]}\nschema: {type: object}\n"
    )
    (kb / "remedies" / "stretch.yaml").write_text("id: stretch\ndo: Hold it for {n} seconds, then rest.\n")
    folder = kb / "translations" / "es" / "remedies"
    folder.mkdir(parents=True)
    (folder / "stretch.yaml").write_text(text)
    return [error.removeprefix("translations/es/remedies/") for error in check(kb, TODAY).errors]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("id: stretch\ntexts: {}\n", "stretch.yaml: do is not translated."),
        (
            "id: stretch\ntexts: {do: {en: 'Hold it.', es: 'Aguanta {n}.'}}\n",
            "stretch.yaml: do: the English words have changed. Translate them anew.",
        ),
        (
            "id: stretch\ntexts: {do: {en: 'Hold it for {n} seconds, then rest.', es: 'Aguanta {m}.'}}\n",
            "stretch.yaml: do: the gaps in braces are not those of the English text.",
        ),
        (
            "id: stretch\ntexts: {do: {en: 'Hold it for {n} seconds, then rest.', es: 'Hold it for {n} seconds, then rest.'}}\n",
            "stretch.yaml: do is still English.",
        ),
        (
            "id: stretch\ntexts: {do: {en: 'Hold it for {n} seconds, then rest.', es: 'Aguanta {n}.'}, x: {en: a, es: b}}\n",
            "stretch.yaml: x: no text to be read stands there.",
        ),
        (
            "id: other\ntexts: {do: {en: 'Hold it for {n} seconds, then rest.', es: 'Aguanta {n}.'}}\n",
            "stretch.yaml: its id must be its name, stretch.",
        ),
    ],
)
def test_a_translation_that_does_not_fit_its_text_is_refused(kb: Path, text: str, error: str) -> None:
    assert error in translation(kb, text)


def test_a_translation_of_the_words_that_stand_there_is_taken(kb: Path) -> None:
    sound = (
        "id: stretch\ntexts: {do: {en: 'Hold it for {n} seconds, then rest.', es: 'Aguanta {n} segundos.'}}\n"
    )
    assert translation(kb, sound) == []
