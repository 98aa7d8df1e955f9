"""Sentences that the core raises, in English, that know how they were made: so any shell can say them in another language.

The core stays pure: it knows no language but its own, and no catalogue. A ``Message`` is the English sentence, a text as
any other. Beside it stand the sentence before its gaps were filled, which is its key in a catalogue, and the values. The
web looks the key up and fills the gaps anew (``quietlegs.web.shell.core_messages``); who does not care, such as the command
line, takes the text as it is. ``tools/words.py`` collects what is given to ``message`` and ``counted_message``, so both
want their sentence written out, with {gaps}, and never an f-string.
"""

from collections.abc import Mapping
from typing import Self


class Message(str):
    """An English sentence, filled. ``text`` is it before that; ``many`` too where it depends on ``number``."""

    text: str
    many: str
    number: int
    values: Mapping[str, object]

    def __new__(
        cls, text: str, many: str = "", number: int = 1, values: Mapping[str, object] | None = None
    ) -> Self:
        """Return the sentence, filled with its values."""
        chosen = many if many and number != 1 else text
        made = super().__new__(cls, chosen.format(**(values or {})))
        made.text, made.many, made.number, made.values = text, many, number, values or {}
        return made

    def __getnewargs__(self) -> tuple[str, str, int, Mapping[str, object]]:  # type: ignore[override]
        """Return what a copy is made of, so that it goes whole to another process."""
        return self.text, self.many, self.number, self.values


def message(text: str, /, **values: object) -> Message:
    """Return a sentence with its gaps filled by name.

    >>> said = message("{name} stands twice.", name="tea")
    >>> said, said.text, said.values
    ('tea stands twice.', '{name} stands twice.', {'name': 'tea'})
    """
    return Message(text, values=values)


def counted_message(one: str, many: str, /, *, count: int, **values: object) -> Message:
    """Return the sentence for one, or for any other number, with its gaps filled; ``count`` is one of them.

    >>> counted_message("{count} nap was left out.", "{count} naps were left out.", count=1)
    '1 nap was left out.'
    """
    return Message(one, many, count, {"count": count, **values})
