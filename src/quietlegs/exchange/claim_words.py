"""Reads the word lists by which pages and questions are understood, in each language that has them.

``kb/claims`` is English and holds what belongs to no language: which evidence speaks to a concept, why a danger is one, who
can help. ``kb/claims/es`` holds the Spanish words for the same ids, and nothing else, so that a language can change how a
thing is told and never what it means. ``<name>`` in a pattern stands for the words that ``parts`` gives that name.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache

from quietlegs.core.articles.grammar import Grammar, grammar_of
from quietlegs.core.knowledge import KnowledgeError
from quietlegs.exchange import knowledge_base
from quietlegs.exchange.knowledge_base import ENGLISH, KB

FOLDER = KB / "claims"
_MERGED = ("spun",)  # mappings of which a language gives its own words, and keeps the sentences
_PART = re.compile(r"<([a-z_]+)>")
# Where a file has things with an id or a name: in a language, those named take its words and keep all else.
_LISTS = {
    "subjects": ("items",),
    "dangers": ("items",),
    "missing": ("items",),
    "promotions": ("patterns",),
    "questions": ("out_of_scope", "asked"),
}


@cache
def languages() -> tuple[str, ...]:
    """Return the languages in which pages and questions are understood, English first."""
    return (ENGLISH, *sorted(path.parent.name for path in FOLDER.glob("*/grammar.yaml")))


@cache
def load_grammar(language: str) -> Grammar:
    """Return what a language asks of the code. Raises KnowledgeError."""
    return grammar_of(words("grammar", language))


@cache
def grammars() -> tuple[Grammar, ...]:
    """Return every language that is understood."""
    return tuple(map(load_grammar, languages()))


def words(name: str, language: str) -> Mapping[str, object]:
    """Return one file of word lists in the words of ``language``, its sentences for people in the reader's language.

    Raises:
        KnowledgeError: a list names an id or a part that is not there.
    """
    common = knowledge_base.load_folder("claims")[name]
    if language == ENGLISH:
        return common
    own = knowledge_base.load_folder(f"claims/{language}")[name]
    parts = own.get("parts", {})
    assert isinstance(parts, Mapping)
    said = {
        key: _filled(value, parts, f"claims/{language}/{name}")
        for key, value in own.items()
        if key != "parts"
    }
    lists = _LISTS.get(name, ())
    if not lists:
        return said
    merged = {**common, **said}
    for key in lists:
        merged[key] = _with_words(common[key], said[key], f"claims/{language}/{name}")
    for key, value in said.items():
        if isinstance(value, Mapping) and isinstance(kept := common.get(key), Mapping) and key in _MERGED:
            merged[key] = {**kept, **value}
    return merged


def _with_words(common: object, own: object, where: str) -> list[Mapping[str, object]]:
    assert isinstance(common, list) and isinstance(own, list)
    by_id = {str(item["id"]): item for item in common}
    merged: list[Mapping[str, object]] = []
    for item in own:
        if item["id"] not in by_id:
            raise KnowledgeError(f"{where}: there is no {item['id']} in the English file.")
        kept = {key: value for key, value in by_id[item["id"]].items() if key not in _WORDS}
        merged.append({**kept, **item})
    return merged


# What a language says in its own words: of these nothing English is kept.
_WORDS = frozenset({"words", "about", "all", "any", "unless", "when", "told"})


def _filled(value: object, parts: Mapping[str, object], where: str) -> object:
    """Return a value with the named parts in its texts; parts may hold parts."""
    if isinstance(value, str):
        text, rounds = value, 0
        while _PART.search(text) and rounds <= len(parts):
            text, rounds = _PART.sub(lambda match: _part(match.group(1), parts, where), text), rounds + 1
        return text
    if isinstance(value, Mapping):
        return {key: _filled(inner, parts, where) for key, inner in value.items()}
    if isinstance(value, Sequence):
        return [_filled(inner, parts, where) for inner in value]
    return value


def _part(name: str, parts: Mapping[str, object], where: str) -> str:
    if name not in parts:
        raise KnowledgeError(f"{where}: there are no words for <{name}>.")
    return str(parts[name])
