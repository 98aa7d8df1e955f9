"""Texts of the knowledge base in another language: read from beside the English ones and put in their place.

``kb/translations/es/plan/walk-daily.yaml`` holds the Spanish texts of ``kb/plan/walk-daily.yaml``: the id, and for each
text its place, the English words that were translated, and the words that stand for them. Ids, numbers, rules and
sources are those of the English file, so a translation can change nothing but words. Where the English words have
changed since, the old translation is not used: the English text stands until somebody has looked.

Which texts a person reads is said by each folder's ``index.yaml`` under ``translated``: places with ``/`` between the
steps and ``*`` for any one step. ``items`` is for every item, ``index`` for the index itself, an id for one item.
"""

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy

Places = Mapping[str, Mapping[str, str]]
SEPARATOR = "/"
DECIMAL_SIGNS = {"es": ","}
# A number as the core writes it, by itself or with its unit: 0.5, -1.2, 12.4 ml.
_DECIMAL = re.compile(r"[-\u2212+]?\d+\.\d+(?: [^\d.]*)?")


class Sentence(str):
    """A translated text. Where it is filled, numbers get the decimal sign of its language.

    >>> Sentence("De media, {n}. {name}", "es").format(n="6.5 h", name="PM 2.5")
    'De media, 6,5 h. PM 2.5'
    """

    language: str

    def __new__(cls, text: str, language: str) -> "Sentence":
        """Return the text with its language."""
        made = super().__new__(cls, text)
        made.language = language
        return made

    def __str__(self) -> str:
        return self

    def format(self, *args: object, **values: object) -> str:
        """Return the text with its gaps filled."""
        return super().format(
            *map(self._said, args), **{name: self._said(value) for name, value in values.items()}
        )

    def _said(self, value: object) -> object:
        said = f"{value}" if isinstance(value, float) else value
        if isinstance(said, str) and _DECIMAL.fullmatch(said):
            return said.replace(".", DECIMAL_SIGNS.get(self.language, "."))
        return value


def patterns_for(index: Mapping[str, object], name: str) -> tuple[str, ...]:
    """Return the places of an item (or of ``index``) that hold words to be read, as patterns."""
    declared = index.get("translated")
    if not isinstance(declared, Mapping):
        return ()
    own = declared.get(name, () if name == "index" else declared.get("items", ()))
    return tuple(map(str, own))


def texts_at(fields: object, patterns: tuple[str, ...]) -> dict[str, str]:
    """Return every text of a file that one of the patterns names, by its place, in the order of the file.

    >>> texts_at({"do": "Walk.", "steps": [{"do": "Stand."}]}, ("do", "steps/*/do"))
    {'do': 'Walk.', 'steps/0/do': 'Stand.'}
    """
    wanted = [pattern.split(SEPARATOR) for pattern in patterns]
    return {
        SEPARATOR.join(place): text
        for place, text in _texts(fields, ())
        if text.strip() and any(_fits(place, pattern) for pattern in wanted)
    }


def translated(fields: Mapping[str, object], texts: Places, language: str) -> Mapping[str, object]:
    """Return a file's fields with the translated texts in place of the English ones that they were made from.

    >>> translated({"do": "Walk."}, {"do": {"en": "Walk.", "es": "Camina."}}, "es")
    {'do': 'Camina.'}
    >>> translated({"do": "Walk slowly."}, {"do": {"en": "Walk.", "es": "Camina."}}, "es")
    {'do': 'Walk slowly.'}
    """
    changed = deepcopy(dict(fields))
    for place, pair in texts.items():
        *steps, last = place.split(SEPARATOR)
        holder: object = changed
        for step in steps:
            holder = _inside(holder, step)
        if pair.get(language) and _inside(holder, last) == pair["en"]:
            _put(holder, last, Sentence(pair[language], language))
    return changed


def _texts(value: object, place: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _texts(inner, (*place, str(key)))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _texts(inner, (*place, str(number)))


def _fits(place: tuple[str, ...], pattern: list[str]) -> bool:
    return len(place) == len(pattern) and all(
        wanted in ("*", step) for step, wanted in zip(place, pattern, strict=True)
    )


def _inside(holder: object, step: str) -> object:
    if isinstance(holder, Mapping):
        return holder.get(step)
    if isinstance(holder, list) and step.isdecimal() and int(step) < len(holder):
        return holder[int(step)]
    return None


def _put(holder: object, step: str, text: str) -> None:
    if isinstance(holder, dict):
        holder[step] = text
    elif isinstance(holder, list):
        holder[int(step)] = text
