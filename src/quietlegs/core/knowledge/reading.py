"""Reading plain mappings strictly: a wrong word, a missing field or a stray key is said, with the place.

Every kind of knowledge (evidence, terms, medicines, exercises, ...) is read through a `Reader`, so that all complain
in the same way and none lets an unknown key pass.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import TypeVar

from quietlegs.core.base.errors import QuietlegsError

Word = TypeVar("Word", bound=StrEnum)
Value = TypeVar("Value")


class KnowledgeError(QuietlegsError):
    """A file of the knowledge base cannot be read as what it should be."""


class Reader:
    """Reads the fields of one mapping, each once, and then refuses what is left over.

    >>> reader = Reader({"id": "a", "colour": "red"}, "a")
    >>> reader.text("id")
    'a'
    >>> reader.finish()
    Traceback (most recent call last):
    ...
    quietlegs.core.knowledge.reading.KnowledgeError: a: the field colour is not known. Remove it or mend its spelling.
    """

    def __init__(self, fields: Mapping[str, object], where: str) -> None:
        self.where = where
        self._left = dict(fields)

    def fail(self, name: str, what: str) -> KnowledgeError:
        """Return the error that says what is wrong with a field."""
        return KnowledgeError(f"{self.where}: the field {name} {what}")

    def take(self, name: str) -> object:
        """Return a field as it stands, or None when it is absent."""
        return self._left.pop(name, None)

    def text(self, name: str) -> str:
        """Return a text that must be there."""
        value = self.take(name)
        if not isinstance(value, str) or not value.strip():
            raise self.fail(name, "must be a text. Write one, in quotes if it looks like a number.")
        return value.strip()

    def text_or_none(self, name: str) -> str | None:
        """Return a text, or None when the field is absent."""
        if self._left.get(name) is None:
            self._left.pop(name, None)
            return None
        return self.text(name)

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts; an absent field is an empty list."""
        value = self.take(name) or []
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            raise self.fail(name, "must be a list of texts.")
        return tuple(item.strip() for item in value)

    def number(self, name: str) -> float:
        """Return a number that must be there."""
        value = self.take(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.fail(name, "must be a number.")
        return float(value)

    def number_or_none(self, name: str) -> float | None:
        """Return a number, or None when the field is absent."""
        if self._left.get(name) is None:
            self._left.pop(name, None)
            return None
        return self.number(name)

    def whole_or_none(self, name: str) -> int | None:
        """Return a whole number, or None when the field is absent."""
        value = self.take(name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            raise self.fail(name, "must be a whole number.")
        return value

    def claim(self, name: str, *, default: bool | None = None) -> bool:
        """Return true or false. Without a default the field must be there."""
        value = self.take(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, bool):
            raise self.fail(name, "must be true or false.")
        return value

    def word(self, name: str, words: type[Word]) -> Word:
        """Return one of the words of an enumeration."""
        value = self.take(name)
        try:
            return words(value)  # type: ignore[arg-type]
        except ValueError:
            raise self.fail(name, f"is {value!r}; it must be one of {', '.join(words)}.") from None

    def words(self, name: str, words: type[Word]) -> tuple[Word, ...]:
        """Return a list of at least one word of an enumeration."""
        if not self._left.get(name):
            raise self.fail(name, "must list at least one word.")
        try:
            return tuple(words(text) for text in self.texts(name))
        except ValueError:
            raise self.fail(name, f"has an unknown word; they must be of {', '.join(words)}.") from None

    def day(self, name: str) -> date:
        """Return a date that must be there."""
        value = self.take(name)
        if not isinstance(value, date):
            raise self.fail(name, "must be a date such as 2026-11-20.")
        return value

    def each(
        self, name: str, read: Callable[[Mapping[str, object], str], Value], *, at_least: int = 0
    ) -> tuple[Value, ...]:
        """Return a list of mappings, each read by ``read(fields, where)``."""
        value = self.take(name) or []
        if not isinstance(value, Sequence) or not all(isinstance(item, Mapping) for item in value):
            raise self.fail(name, "must be a list of mappings.")
        if len(value) < at_least:
            raise self.fail(name, f"must list at least {at_least}.")
        return tuple(read(item, f"{self.where}, {name} {place}") for place, item in enumerate(value, start=1))

    def part(self, name: str, read: Callable[[Mapping[str, object], str], Value]) -> Value | None:
        """Return one nested mapping read by ``read(fields, where)``, or None when the field is absent."""
        value = self.take(name)
        if value is None:
            return None
        if not isinstance(value, Mapping):
            raise self.fail(name, "must be a mapping.")
        return read(value, f"{self.where}, {name}")

    def finish(self) -> None:
        """Refuse any field that nobody asked for."""
        for name in self._left:
            raise self.fail(name, "is not known. Remove it or mend its spelling.")
