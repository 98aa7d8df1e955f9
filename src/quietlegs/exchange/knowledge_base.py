"""The one reader of the knowledge base: YAML files in, plain mappings and core values out.

``quietlegs/kb`` has a folder for each kind of knowledge. Each folder has an ``index.yaml`` that says what it holds,
and one small file for each item, named by the item's id. Nothing is fetched: the files come with the program.

Everything is read once in each language and kept. Treat what you get as read-only. Whoever shows texts to a person
says once, with :func:`speak`, how to learn that person's language; until then everything is English.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, wraps
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

import yaml

from quietlegs.core.knowledge import EvidenceEntry, KnowledgeError, parse_evidence
from quietlegs.core.knowledge.articles import ArticlePart, parse_article_part
from quietlegs.core.knowledge.glossary import Term, parse_term
from quietlegs.exchange.translations import translated

KB = Path(__file__).resolve().parents[1] / "kb"
INDEX = "index.yaml"
TRANSLATIONS = KB / "translations"
ENGLISH = "en"

Loaded = TypeVar("Loaded")

_asked: list[Callable[[], str | None]] = []
_now: ContextVar[str | None] = ContextVar("language of texts now", default=None)

# libyaml reads the whole base about ten times as fast; the Python reader stands in where it is not built.
_LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(path: Path) -> object:
    """Return what one YAML file holds.

    Raises:
        KnowledgeError: it is not there or not YAML, with the line.
    """
    try:
        return yaml.load(path.read_bytes(), Loader=_LOADER)  # noqa: S506  # a safe loader, either way
    except OSError as error:
        raise KnowledgeError(
            f"{path.parent.name}/{path.name} cannot be read: install Quietlegs again."
        ) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise KnowledgeError(
            f"{path.name}{line}: this is not YAML. Mend the indentation or quotes there."
        ) from error


def read_mapping(path: Path) -> Mapping[str, object]:
    """Return the mapping that one YAML file holds. Raises KnowledgeError."""
    fields = read_yaml(path)
    if not isinstance(fields, dict):
        raise KnowledgeError(f"{path.name}: the file must hold one mapping of fields.")
    return fields


def speak(language_of: Callable[[], str | None]) -> None:
    """Let ``language_of`` say, at every reading, in which language texts are wanted, such as ``es`` or ``en-gb``."""
    _asked[:] = [language_of]


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Let texts be in one language for as long as this lasts, whatever else was said.

    >>> with speaking("es"):
    ...     language()
    'es'
    """
    token = _now.set(language)
    try:
        yield
    finally:
        _now.reset(token)


def language() -> str:
    """Return the language of texts at this moment: one that has translations, else English.

    >>> language()
    'en'
    """
    wanted = _now.get() or (_asked[0]() if _asked else None) or ENGLISH
    base = wanted.replace("_", "-").split("-")[0].lower()
    return base if base in languages() else ENGLISH


@cache
def languages() -> tuple[str, ...]:
    """Return the languages that have translations, besides English."""
    return tuple(sorted(folder.name for folder in TRANSLATIONS.glob("*") if folder.is_dir()))


def kept_by_language(load: Callable[[], Loaded]) -> Callable[[], Loaded]:
    """Return a reader that reads once in each language, for readers whose values hold texts."""

    @cache
    def kept(_: str) -> Loaded:
        return load()

    @wraps(load)
    def loaded() -> Loaded:
        return kept(language())

    loaded.cache_clear = kept.cache_clear  # type: ignore[attr-defined]
    return loaded


def load_index(kind: str) -> Mapping[str, object]:
    """Return what a folder says of itself. ``kind`` is the folder's name, such as ``evidence``."""
    return _load_index(kind, language())


@cache
def _load_index(kind: str, language: str) -> Mapping[str, object]:
    fields = _in_language(kind, "index", read_mapping(KB / kind / INDEX), language)
    return MappingProxyType({name: value for name, value in fields.items() if name != "translated"})


def load_folder(kind: str) -> Mapping[str, Mapping[str, object]]:
    """Return every item of a folder as a plain mapping, by id, in the order of the ids.

    Args:
        kind: the folder's name below ``kb``, such as ``evidence`` or ``triage/flags``.

    Raises:
        KnowledgeError: there is no such folder, a file is not YAML, or its id is not its name.
    """
    return _load_folder(kind, language())


@cache
def _load_folder(kind: str, language: str) -> Mapping[str, Mapping[str, object]]:
    if language != ENGLISH:
        english = _load_folder(kind, ENGLISH)
        return MappingProxyType(
            {name: _in_language(kind, name, fields, language) for name, fields in english.items()}
        )
    folder = KB / kind
    if not folder.is_dir():
        raise KnowledgeError(f"The knowledge base has no folder {kind}.")
    items: dict[str, Mapping[str, object]] = {}
    for path in sorted(folder.glob("*.yaml")):
        if path.name == INDEX:
            continue
        fields = read_mapping(path)
        if fields.get("id") != path.stem:
            raise KnowledgeError(
                f"{kind}/{path.name}: its id is {fields.get('id')!r}; it must be {path.stem}."
            )
        items[path.stem] = fields
    return MappingProxyType(items)


def _in_language(kind: str, name: str, fields: Mapping[str, object], language: str) -> Mapping[str, object]:
    path = TRANSLATIONS / language / kind / f"{name}.yaml"
    if language == ENGLISH or not path.exists():
        return fields
    texts = read_mapping(path).get("texts")
    if not isinstance(texts, dict):
        raise KnowledgeError(f"translations/{language}/{kind}/{path.name}: it needs texts.")
    return translated(fields, texts, language)


@kept_by_language
def load_evidence() -> Mapping[str, EvidenceEntry]:
    """Return the evidence base: every entry, by id. Texts without a translation stay English."""
    return _evidence(language())


@cache
def load_english_evidence() -> Mapping[str, EvidenceEntry]:
    """Return the evidence base in English, in whatever language pages are: words are compared with it."""
    return _evidence(ENGLISH)


def _evidence(language: str) -> Mapping[str, EvidenceEntry]:
    return MappingProxyType(
        {name: parse_evidence(fields) for name, fields in _load_folder("evidence", language).items()}
    )


@cache
def english_texts() -> frozenset[str]:
    """Return every text of the evidence as it stands in English, so that pages can mark what has no translation."""

    def texts(value: object) -> Iterator[str]:
        if isinstance(value, str):
            yield value
        elif isinstance(value, Mapping):
            for inner in value.values():
                yield from texts(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from texts(inner)

    return frozenset(texts(list(_load_folder("evidence", ENGLISH).values())))


@kept_by_language
def load_terms() -> Mapping[str, Term]:
    """Return the words that are explained where they stand, by id."""
    return MappingProxyType({name: parse_term(fields) for name, fields in load_folder("glossary").items()})


@kept_by_language
def load_article_parts() -> tuple[ArticlePart, ...]:
    """Return the parts of the articles in their order."""
    parts = (parse_article_part(fields) for fields in load_folder("articles").values())
    return tuple(sorted(parts, key=lambda part: part.order))
