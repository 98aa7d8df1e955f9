"""Check every file of the knowledge base: `make check` runs this.

What each folder must hold is declared in its own ``index.yaml``; how, is told in ``src/quietlegs/kb/README.md``.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import yaml
from jsonschema import Draft202012Validator, SchemaError, ValidationError, validators

from quietlegs.exchange.translations import patterns_for, texts_at, translated

KB = Path(__file__).resolve().parents[1] / "src" / "quietlegs" / "kb"
INDEX = "index.yaml"
DEFINITIONS = "definitions.yaml"
TRANSLATIONS = "translations"
GAPS = re.compile(r"\{[^{}]*\}")  # what a sentence is filled with
SAME_IN_BOTH = 3  # words: names and units may be alike in two languages, sentences are not
WARN_BEFORE = timedelta(days=60)  # long enough to read the sources again before the date
# YAML 1.1 reads these bare words as true or false, and a key of that kind is lost without a sound.
TREACHEROUS_KEYS = {"yes", "no", "on", "off", "true", "false", "y", "n", "null", "~", ""}


@dataclass
class Findings:
    """What is wrong, and what will be soon."""

    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


@dataclass
class Folder:
    """One folder of the knowledge base, read."""

    kind: str
    index: Mapping[str, object]
    items: dict[str, object]


def check(kb: Path, today: date) -> Findings:
    """Return everything wrong in the knowledge base at ``kb``, as seen on ``today``."""
    found = Findings()
    folders = list(_read_folders(kb, found))
    ids = {folder.kind: set(folder.items) for folder in folders}
    definitions = _read(kb / DEFINITIONS, found)
    for folder in folders:
        for name, item in folder.items.items():
            place = f"{folder.kind}/{name}.yaml"
            found.errors += [
                f"{place}: {text}" for text in _schema_errors(folder, name, item, definitions, ids)
            ]
            if isinstance(item, Mapping):
                _check_review(place, item, today, found)
    for language in sorted(path.name for path in (kb / TRANSLATIONS).glob("*") if path.is_dir()):
        found.errors += _translation_errors(kb / TRANSLATIONS / language, language, folders, definitions, ids)
    return found


def _read_folders(kb: Path, found: Findings) -> Iterator[Folder]:
    for path in sorted({file.parent for file in kb.rglob("*.yaml")} - {kb}):
        if kb / TRANSLATIONS in path.parents:
            continue
        kind = path.relative_to(kb).as_posix()
        if not (path / INDEX).exists():
            found.errors.append(f"{kind}: there is no {INDEX} that says what the folder holds.")
            continue
        index = _read(path / INDEX, found)
        if not isinstance(index, Mapping) or not {"id", "title", "holds"} <= set(index):
            found.errors.append(f"{kind}/{INDEX}: it needs id, title and holds.")
            continue
        if index["id"] != kind:
            found.errors.append(f"{kind}/{INDEX}: its id is {index['id']!r}; it must be {kind}.")
        items = {}
        for file in sorted(path.glob("*.yaml")):
            if file.name != INDEX:
                items[file.stem] = _read(file, found)
                if isinstance(items[file.stem], Mapping) and items[file.stem].get("id") != file.stem:
                    found.errors.append(f"{kind}/{file.name}: its id must be its name, {file.stem}.")
        yield Folder(kind, index, items)


def _read(path: Path, found: Findings) -> object:
    place = f"{path.parent.name}/{path.name}"
    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
        found.errors += [f"{place}, line {line}: {what}" for line, what in _bad_keys(node)]
        return yaml.load(text, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        found.errors.append(f"{place}: this is not YAML: {' '.join(str(error).split())}")
        return None


def _bad_keys(node: yaml.Node | None) -> Iterator[tuple[int, str]]:
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _bad_keys(item)
    if not isinstance(node, yaml.MappingNode):
        return
    seen: set[str] = set()
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode) or (key.value.lower() in TREACHEROUS_KEYS and not key.style):
            yield line, f"the key {key.value!r} is read as yes or no. Choose another word."
        elif key.value in seen:
            yield line, f"the key {key.value} stands twice. Keep one."
        else:
            seen.add(key.value)
        yield from _bad_keys(value)


def _schema_errors(
    folder: Folder, name: str, item: object, definitions: object, ids: Mapping[str, set[str]]
) -> Iterator[str]:
    own = folder.index.get("schemas")
    schema = own[name] if isinstance(own, Mapping) and name in own else folder.index.get("schema")
    if not isinstance(schema, Mapping):
        yield f"{folder.kind}/{INDEX} declares no schema for it."
        return
    validator = _validator(ids)({**schema, "$defs": definitions})
    try:
        for error in sorted(validator.iter_errors(item), key=lambda error: list(map(str, error.path))):
            where = ".".join(map(str, error.absolute_path))
            yield f"{where}: {error.message[:300]}" if where else error.message[:300]
    except SchemaError as error:
        yield f"the schema in {folder.kind}/{INDEX} is wrong: {error.message}"


def _validator(ids: Mapping[str, set[str]]) -> type:
    base = Draft202012Validator

    def refers_to(_: object, kind: str, value: object, __: object) -> Iterator[ValidationError]:
        if isinstance(value, str) and value not in ids.get(kind, set()):
            yield ValidationError(f"{value!r} is not in {kind}.")

    def in_order(
        validator: object, properties: Mapping[str, object], value: object, schema: object
    ) -> Iterator[ValidationError]:
        yield from base.VALIDATORS["properties"](validator, properties, value, schema)
        if isinstance(value, Mapping):
            written = [key for key in value if key in properties]
            wanted = [key for key in properties if key in value]
            if written != wanted:
                yield ValidationError(f"the fields must stand in this order: {', '.join(wanted)}.")

    return validators.extend(
        base,
        {"refers_to": refers_to, "properties": in_order},
        type_checker=base.TYPE_CHECKER.redefine("day", lambda _, value: isinstance(value, date)),
    )


def _translation_errors(
    root: Path,
    language: str,
    folders: list[Folder],
    definitions: object,
    ids: Mapping[str, set[str]],
) -> Iterator[str]:
    """Return what is wrong with the translations: each text has one, made from the words that stand there now."""
    wanted = set()
    for folder in folders:
        for name, item in [("index", folder.index), *folder.items.items()]:
            path = root / folder.kind / f"{name}.yaml"
            english = texts_at(item, patterns_for(folder.index, name))
            if not english:
                continue
            wanted.add(path)
            place = path.relative_to(root.parents[1]).as_posix()
            held = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader) if path.exists() else {}
            if path.exists() and held.get("id") != name:
                yield f"{place}: its id must be its name, {name}."
            texts = held.get("texts") or {}
            yield from (f"{place}: {text}" for text in _text_errors(texts, english, language))
            if name != "index" and isinstance(item, Mapping):
                spoken = translated(item, texts, language)
                yield from (
                    f"{place}: {text}" for text in _schema_errors(folder, name, spoken, definitions, ids)
                )
    for path in sorted(set(root.rglob("*.yaml")) - wanted):
        yield f"{path.relative_to(root.parents[1]).as_posix()}: it translates nothing. Remove it."


def _text_errors(
    texts: Mapping[str, Mapping[str, str]], english: Mapping[str, str], language: str
) -> Iterator[str]:
    for place, text in english.items():
        pair = texts.get(place, {})
        words = pair.get(language, "")
        if not words:
            yield f"{place} is not translated."
        elif pair.get("en") != text:
            yield f"{place}: the English words have changed. Translate them anew."
        elif set(GAPS.findall(words)) != set(GAPS.findall(text)):
            yield f"{place}: the gaps in braces are not those of the English text."
        elif words == text and len(text.split()) > SAME_IN_BOTH:
            yield f"{place} is still English."
    for place in texts:
        if place not in english:
            yield f"{place}: no text to be read stands there."


def _check_review(place: str, item: Mapping[str, object], today: date, found: Findings) -> None:
    reviewed, due = item.get("reviewed_on"), item.get("review_due")
    if isinstance(reviewed, date) and isinstance(due, date) and due <= reviewed:
        found.errors.append(f"{place}: the next review ({due}) is not after the last ({reviewed}).")
    if isinstance(due, date) and due - today <= WARN_BEFORE:
        when = "was due" if due < today else "is due"
        found.warnings.append(f"{place}: a review {when} on {due}. Read its sources again.")


def main() -> int:
    """Print what is wrong and return 1, or return 0 when all data files are sound. Warnings do not fail."""
    found = check(KB, date.today())
    for warning in found.warnings:
        print(f"warning: {warning}")
    for error in found.errors:
        print(f"error: {error}")
    return 1 if found.errors else 0


if __name__ == "__main__":
    sys.exit(main())
