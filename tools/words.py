"""The words of every language: `make words` collects them, this says what is missing, and takes translations in.

    python tools/words.py collect            renew the .po files from the code, and the .mo files from them
    python tools/words.py missing es         list what has no translation yet, a key before each text
    python tools/words.py fill es FILE       take in lines of "key | translation"; a folder behind it: only there

The app's own words and the messages of the pure rooms live in ``web/locale``, those of the knowledge base in ``kb/translations``. A key is made from the
English words, so a text that stands in several places is translated once; where one place needs other words, change
its file by hand. ``many`` forms follow `` || ``. A line break is written ``\\n``.
"""

import hashlib
import io
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings as django_settings
from django.utils.translation import template as django_templates

from quietlegs.exchange.translations import patterns_for, texts_at

SRC = Path(__file__).resolve().parents[1] / "src"
WEB = SRC / "quietlegs" / "web"
# Rooms that know no language: what they say is given to ``message``, and the web says it in the person's.
PURE = tuple(SRC / "quietlegs" / room for room in ("core", "exchange"))
LOCALE = WEB / "locale"
KB = SRC / "quietlegs" / "kb"
TRANSLATIONS = KB / "translations"
INDEX = "index.yaml"
LANGUAGES = {"es": "nplurals=2; plural=(n != 1);"}
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "_lazy": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
PURE_KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "message": None,
    "counted_message": (1, 2),
}
Message = tuple[str | tuple[str, ...], str | None]
# What a sentence is filled with: {name} of the knowledge base, %(name)s of the app.
GAPS = re.compile(r"%\(\w+\)[sd]|%[sd]|\{[^{}]*\}")


def messages() -> dict[Message, list[str]]:
    """Return every text of the app that goes through gettext or is a message of the core, with the files that hold it."""
    found: dict[Message, list[str]] = {}
    for path in sorted([*WEB.rglob("*.py"), *WEB.rglob("*.html"), *WEB.rglob("*.js"), *WEB.rglob("*.txt")]):
        if "static" in path.parts or "migrations" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            text = _templatized(text)
        for _, message, _, context in extract("python", io.BytesIO(text.encode()), KEYWORDS):
            found.setdefault((message, context), []).append(path.relative_to(WEB).as_posix())
    for path in sorted(path for room in PURE for path in room.rglob("*.py")):
        for _, message, _, context in extract("python", io.BytesIO(path.read_bytes()), PURE_KEYWORDS):
            found.setdefault((message, context), []).append(path.relative_to(WEB.parent).as_posix())
    return found


def _templatized(text: str) -> str:
    if not django_settings.configured:
        django_settings.configure(USE_I18N=True)
    return f"(\n{django_templates.templatize(text)}\n)"  # in brackets, so that no indentation is looked for


def collect(language: str) -> Catalog:
    """Return the catalogue of a language: every text of the app in a settled order, with what was translated."""
    old = load(language)
    new = _empty(language)
    for (message, context), places in sorted(messages().items(), key=lambda one: (one[1][0], str(one[0]))):
        known = old.get(message, context)
        new.add(
            message,
            known.string if known else None,
            locations=[(place, None) for place in sorted(set(places))],
            context=context,
            flags=("python-format",) if re.search(r"%\(\w+\)[sd]", str(message)) else (),
        )
    return new


def date_formats() -> list[str]:
    """Return every way in which the app writes a date: what stands after ``|date:`` and in ``date_format``."""
    written = re.compile(r"""(?:\|date:|date_format\((?:[^()]|\([^()]*\)|\[[^\]]*\])*?, )["']([^"']+)["']""")
    files = sorted([*WEB.rglob("*.py"), *WEB.rglob("*.html")])
    found = {form for path in files for form in written.findall(path.read_text(encoding="utf-8"))}
    return sorted(form for form in found if form.upper() != form or len(form) < 4)


def load(language: str) -> Catalog:
    """Return the catalogue as it is kept."""
    path = po_path(language)
    return read_po(io.BytesIO(path.read_bytes()), locale=language) if path.exists() else _empty(language)


def po_bytes(catalog: Catalog) -> bytes:
    """Return a catalogue as a .po file; the same words give the same bytes."""
    made = io.BytesIO()
    write_po(made, catalog, omit_header=True, width=0, include_lineno=False)
    header = (
        f'msgid ""\nmsgstr ""\n"Language: {catalog.locale}\\n"\n"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=UTF-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {LANGUAGES[str(catalog.locale)]}\\n"\n\n'
    )
    return header.encode() + made.getvalue()


class _Compiled(Catalog):
    """A catalogue whose head holds what gettext needs and nothing of the day or the tool: the same words, the same bytes."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Content-Type", "text/plain; charset=UTF-8"),
            ("Plural-Forms", LANGUAGES[str(self.locale)]),
        ]


def mo_bytes(po: bytes, language: str) -> bytes:
    """Return what a .po file compiles to."""
    compiled = _Compiled(locale=language, fuzzy=False)
    for message in read_po(io.BytesIO(po), locale=language):
        if message.id and is_filled(message.string):  # an empty form would be shown as nothing
            compiled.add(message.id, message.string, context=message.context)
    made = io.BytesIO()
    write_mo(made, compiled)
    return made.getvalue()


def save(catalog: Catalog) -> None:
    """Write the .po file of a language and the .mo file that the app reads."""
    path = po_path(str(catalog.locale))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(po_bytes(catalog))
    path.with_suffix(".mo").write_bytes(mo_bytes(path.read_bytes(), str(catalog.locale)))


def po_path(language: str) -> Path:
    """Return where the catalogue of a language is kept."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def _empty(language: str) -> Catalog:
    return Catalog(locale=language, fuzzy=False)


def english_texts() -> Iterator[tuple[str, str, dict[str, str]]]:
    """Return every file of the knowledge base that people read: its folder, its name, its texts by place."""
    for index_path in sorted(KB.rglob(INDEX)):
        folder = index_path.parent
        if TRANSLATIONS in index_path.parents:
            continue
        kind = folder.relative_to(KB).as_posix()
        index = read_file(index_path)
        for path in sorted(folder.glob("*.yaml")):
            name = "index" if path == index_path else path.stem
            texts = texts_at(read_file(path), patterns_for(index, name))
            if texts:
                yield kind, name, texts


def kept_texts(language: str, kind: str, name: str) -> dict[str, dict[str, str]]:
    """Return the translated texts that are kept for a file of the knowledge base, by place."""
    path = _translation(language, kind, name)
    return dict(read_file(path).get("texts") or {}) if path.exists() else {}


def _translation(language: str, kind: str, name: str) -> Path:
    return TRANSLATIONS / language / kind / f"{name}.yaml"


def read_file(path: Path) -> Mapping[str, object]:
    """Return what a YAML file holds."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def key_of(*texts: str | None) -> str:
    """Return the key of an English text: the same words always have the same."""
    return hashlib.sha256("\0".join(text or "" for text in texts).encode()).hexdigest()[:7]


def gaps(text: str) -> list[str]:
    """Return what a sentence is filled with.

    >>> gaps("%(n)s of {total}")
    ['%(n)s', '{total}']
    """
    return sorted(set(GAPS.findall(text)))


def missing(language: str, only: str = "") -> Iterator[str]:
    """Return a line for each text that has no translation, or one of other words. ``only`` is a folder, or ``app``."""
    seen: set[str] = set()
    if only in ("", "app"):
        for message in collect(language):
            if message.id and not is_filled(message.string):
                parts = message.id if isinstance(message.id, tuple) else (message.id,)
                context = f" [{message.context}]" if message.context else ""
                place = message.locations[0][0]
                yield f"{key_of(message.context, *parts)} | {_line(parts)}  # {place}{context}"
    for kind, name, texts in english_texts():
        if only and only != kind and not kind.startswith(f"{only}/"):
            continue
        kept = kept_texts(language, kind, name)
        for place, text in texts.items():
            is_kept = kept.get(place, {}).get("en") == text and bool(kept[place].get(language))
            if not is_kept and key_of(text) not in seen:
                seen.add(key_of(text))
                yield f"{key_of(text)} | {_line((text,))}  # {kind}/{name} {place}"


def _line(parts: tuple[str, ...]) -> str:
    return " || ".join(part.replace("\n", "\\n") for part in parts)


def is_filled(string: object) -> bool:
    """Whether a translation has words in each of its forms."""
    return all(string) if isinstance(string, list | tuple) else bool(string)


def read_lines(text: str) -> dict[str, tuple[str, ...]]:
    """Return translations by key from lines of "key | translation". Raises SystemExit for a line that is none."""
    given = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        key, bar, words = line.partition(" | ")
        if not bar or not re.fullmatch(r"[0-9a-f]{7}", key.strip()):
            raise SystemExit(f'Line {number}: write it as "key | translation".')
        given[key.strip()] = tuple(
            part.strip(" ").replace("\\n", "\n") for part in re.sub(r"\s+# \S+/.*$", "", words).split(" || ")
        )
    return given


def fill(language: str, given: Mapping[str, tuple[str, ...]], only: str = "") -> list[str]:
    """Take translations in wherever their English words stand, and return what could not be used."""
    used: set[str] = set()
    wrong: list[str] = []
    catalog = collect(language)
    for message in catalog:
        parts = message.id if isinstance(message.id, tuple) else (message.id,)
        key = key_of(message.context, *parts)
        if not message.id or key not in given:
            continue
        used.add(key)
        words = given[key]
        if len(words) != len(parts) or any(
            gaps(a) != gaps(b) for a, b in zip(parts[::-1], words[::-1], strict=False)
        ):
            wrong.append(f"{key}: the forms or gaps are not those of {_line(parts)!r}")
        else:
            message.string = words if isinstance(message.id, tuple) else words[0]
    save(catalog)
    for kind, name, texts in english_texts():
        if only and kind != only and not kind.startswith(f"{only}/"):
            continue
        kept = kept_texts(language, kind, name)
        moved = {
            pair["en"]: pair for pair in kept.values()
        }  # a text that now stands at another place keeps its words
        chosen: dict[str, dict[str, str]] = {}
        for place, text in texts.items():
            key = key_of(text)
            if key in given:
                used.add(key)
                if gaps(text) != gaps(given[key][0]):
                    wrong.append(f"{key}: the gaps are not those of {text!r}")
                else:
                    chosen[place] = {"en": text, language: given[key][0]}
                    continue
            if text in moved:
                chosen[place] = moved[text]
            elif place in kept:
                chosen[place] = kept[place]
        if chosen and chosen != kept:
            path = _translation(language, kind, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(
                yaml.safe_dump(
                    {"id": name, "texts": chosen}, allow_unicode=True, sort_keys=False, width=1000, indent=2
                ),
                encoding="utf-8",
            )
    return wrong + [f"{key}: no text has this key." for key in given if key not in used]


def main(arguments: list[str]) -> int:
    """Do what the first word asks. Return 1 when something could not be used."""
    match arguments:
        case ["collect"]:
            for language in LANGUAGES:
                save(collect(language))
        case ["missing", language, *only]:
            print("\n".join(missing(language, *only[:1])))
        case ["fill", language, file, *only]:
            wrong = fill(language, read_lines(Path(file).read_text(encoding="utf-8")), *only[:1])
            print("\n".join(wrong))
            return bool(wrong)
        case _:
            print(__doc__)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
