"""Every text has its translation, and every translation belongs to a text that is there."""

import re

import pytest
from babel.messages.catalog import Catalog

from quietlegs.exchange import knowledge_base
from quietlegs.exchange.translations import patterns_for, texts_at
from quietlegs.web.formats.es import formats
from tools import words

LANGUAGES = tuple(words.LANGUAGES)


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def kept(language: str) -> Catalog:
    return words.load(language)


def test_the_catalogue_holds_every_text_of_the_app_and_no_other(language: str) -> None:
    path = words.po_path(language)
    assert path.read_bytes() == words.po_bytes(words.collect(language)), "Run: make words"


def test_no_text_of_the_app_is_left_untranslated(language: str) -> None:
    assert list(words.missing(language, "app")) == []


def test_every_date_that_a_page_writes_has_a_form_in_each_language() -> None:
    written = set(words.date_formats())
    assert {form for form in written if set("FM") & set(form)} <= set(vars(formats))


def test_the_app_reads_what_the_catalogue_says(language: str) -> None:
    path = words.po_path(language)
    assert path.with_suffix(".mo").read_bytes() == words.mo_bytes(path.read_bytes(), language), (
        "Run: make words"
    )


def test_no_translation_of_the_app_is_a_guess(kept: Catalog) -> None:
    assert [message.id for message in kept if message.id and message.fuzzy] == []


def test_a_translation_has_the_gaps_of_its_text(kept: Catalog) -> None:
    wrong = []
    for message in (one for one in kept if one.id and words.is_filled(one.string)):
        english = message.id if isinstance(message.id, tuple) else (message.id,)
        spoken = message.string if isinstance(message.id, tuple) else (message.string,)
        # The form for one may leave its number out ("one night"), so the form for many is the measure.
        if words.gaps(english[-1]) != words.gaps(spoken[-1]):
            wrong.append(message.id)
        if any(set(words.gaps(form)) - set(words.gaps(english[-1])) for form in spoken):
            wrong.append(message.id)
    assert wrong == []


def test_a_translation_is_not_the_english_text_again(kept: Catalog) -> None:
    alike = {
        message.id
        for message in kept
        if isinstance(message.id, str) and message.id == message.string and len(message.id.split()) > 3
    }
    assert alike == set()


def test_the_languages_are_those_of_the_knowledge_base() -> None:
    assert knowledge_base.languages() == LANGUAGES


def test_a_text_takes_the_language_of_the_reader_and_falls_back_to_english(tmp_path, monkeypatch) -> None:
    folder = tmp_path / "translations" / "es" / "plan"
    folder.mkdir(parents=True)
    english = knowledge_base.load_folder("plan")["walk-daily"]
    (folder / "walk-daily.yaml").write_text(
        f"id: walk-daily\ntexts:\n  title: {{en: {english['title']!r}, es: Caminar}}\n  what: {{en: Old., es: Viejo.}}\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(knowledge_base, "TRANSLATIONS", tmp_path / "translations")
    knowledge_base._load_folder.cache_clear()
    try:
        spanish = knowledge_base._load_folder("plan", "es")["walk-daily"]
    finally:
        knowledge_base._load_folder.cache_clear()
    assert (spanish["title"], spanish["what"]) == ("Caminar", english["what"])


# What reads as a sentence and is shown to nobody, or is evidence, which stays English.
NOT_SHOWN = re.compile(
    r"^(claims|evidence|heard|known)/|^wording/cent-checklist|^medicine_words/\S+ about$|^conditions/\S+ prevalence$"
    r"|^conditions/index \w+_why$|^factors/index left_out|[ /](sources|how_sources|changes|certainty_source)/"
)


def test_whatever_reads_as_a_sentence_is_declared_to_be_translated() -> None:
    forgotten = []
    for index_path in sorted(
        path for path in words.KB.rglob(words.INDEX) if words.TRANSLATIONS not in path.parents
    ):
        index = words.read_file(index_path)
        for path in sorted(index_path.parent.glob("*.yaml")):
            name = "index" if path == index_path else path.stem
            fields = {
                key: value
                for key, value in words.read_file(path).items()
                if name != "index" or key not in ("schema", "schemas", "holds")
            }
            declared = texts_at(fields, patterns_for(index, name))
            for place, text in texts_at(fields, tuple("/".join("*" * n) for n in range(1, 8))).items():
                where = f"{index_path.parent.relative_to(words.KB)}/{name} {place}"
                if (
                    place not in declared
                    and text[-1] in ".?!"
                    and " " in text
                    and not NOT_SHOWN.search(where)
                ):
                    forgotten.append(where)
    assert forgotten == []
