"""Words that need explaining, and where they stand in a text.

A word is explained once a page, where it first stands. The longest way of writing it wins, so that "restless legs
syndrome" is not explained as "restless legs" with a word left over.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from quietlegs.core.knowledge.evidence import Source, parse_source
from quietlegs.core.knowledge.reading import Reader


@dataclass(frozen=True, slots=True)
class Term:
    """A word and what it means. ``forms`` are the ways it is written."""

    id: str
    term: str
    forms: tuple[str, ...]
    meaning: str
    evidence: tuple[str, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text, with the term it names if it is to be explained there."""

    text: str
    term: Term | None = None


def parse_term(fields: Mapping[str, object]) -> Term:
    """Return the term that a plain mapping describes. Raises KnowledgeError."""
    read = Reader(fields, str(fields.get("id", "a term without id")))
    term = Term(
        id=read.text("id"),
        term=read.text("term"),
        forms=read.texts("forms"),
        meaning=read.text("meaning"),
        evidence=read.texts("evidence"),
        sources=read.each("sources", parse_source),
    )
    read.day("reviewed_on")
    read.day("review_due")
    read.finish()
    return term


@lru_cache(maxsize=256)  # the same few sets of words on every page, and compiling costs more than a page
def _any_of(longest_first: tuple[str, ...]) -> re.Pattern[str]:
    if not longest_first:
        return re.compile(r"(?!)")
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?![\w-])", re.IGNORECASE)


class Explainer:
    """Cuts the texts of one page into pieces, and remembers which words were explained already.

    >>> cramp = Term("odds", "Odds", ("odds",), "How often.", ("x",), ())
    >>> page = Explainer([cramp])
    >>> [piece.text for piece in page.cut("Twice the odds, and odds again.")]
    ['Twice the ', 'odds', ', and odds again.']
    >>> [term.id for term in page.explained]
    ['odds']
    """

    def __init__(self, terms: Iterable[Term], skip: Iterable[str] = ()) -> None:
        """Take the terms to explain. ``skip`` holds ids not to explain, such as the subject of the page."""
        self._by_form = {
            form.lower(): term for term in terms for form in term.forms if term.id not in set(skip)
        }
        self._pattern = _any_of(tuple(sorted(self._by_form, key=lambda form: (-len(form), form))))
        self.explained: list[Term] = []

    def cut(self, text: str) -> tuple[Piece, ...]:
        """Return the text in pieces. Joined again they are the text, letter by letter."""
        pieces: list[Piece] = []
        done = 0
        for found in self._pattern.finditer(text):
            term = self._by_form[found.group().lower()]
            # An abbreviation is written in capitals: "arb" inside a sentence is not ARB.
            if term in self.explained or (term.term.isupper() and found.group() not in term.forms):
                continue
            self.explained.append(term)
            pieces += [Piece(text[done : found.start()]), Piece(found.group(), term)]
            done = found.end()
        pieces.append(Piece(text[done:]))
        return tuple(piece for piece in pieces if piece.text)
