"""The one reader of the knowledge base: YAML files in, plain mappings and core values out.

``quietlegs/kb`` has a folder for each kind of knowledge. Each folder has an ``index.yaml`` that says what it holds,
and one small file for each item, named by the item's id. Nothing is fetched: the files come with the program.

Everything is read once and kept. Treat what you get as read-only.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

import yaml

from quietlegs.core.knowledge import EvidenceEntry, KnowledgeError, parse_evidence
from quietlegs.core.knowledge.articles import ArticlePart, parse_article_part
from quietlegs.core.knowledge.glossary import Term, parse_term

KB = Path(__file__).resolve().parents[1] / "kb"
INDEX = "index.yaml"

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


@cache
def load_index(kind: str) -> Mapping[str, object]:
    """Return what a folder says of itself. ``kind`` is the folder's name, such as ``evidence``."""
    return MappingProxyType(dict(read_mapping(KB / kind / INDEX)))


@cache
def load_folder(kind: str) -> Mapping[str, Mapping[str, object]]:
    """Return every item of a folder as a plain mapping, by id, in the order of the ids.

    Args:
        kind: the folder's name below ``kb``, such as ``evidence`` or ``triage/flags``.

    Raises:
        KnowledgeError: there is no such folder, a file is not YAML, or its id is not its name.
    """
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


@cache
def load_evidence() -> Mapping[str, EvidenceEntry]:
    """Return the evidence base: every entry, by id."""
    return MappingProxyType(
        {name: parse_evidence(fields) for name, fields in load_folder("evidence").items()}
    )


@cache
def load_terms() -> Mapping[str, Term]:
    """Return the words that are explained where they stand, by id."""
    return MappingProxyType({name: parse_term(fields) for name, fields in load_folder("glossary").items()})


@cache
def load_article_parts() -> tuple[ArticlePart, ...]:
    """Return the parts of the articles in their order."""
    parts = (parse_article_part(fields) for fields in load_folder("articles").values())
    return tuple(sorted(parts, key=lambda part: part.order))
