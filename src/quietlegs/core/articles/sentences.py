"""Cuts a page into sentences without moving a character: every sentence knows where it stands.

Pages come broken in many ways: lines cut in mid-sentence, headings glued to text, list items without a full stop.
A line break is taken for a space when the next line goes on in small letters, or when the line before stops short of
a full stop at about the width of the page; otherwise it ends a piece. A piece without a full stop that is short is a
heading; after a line that ends in a colon it is a list item and keeps that line as its lead-in.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from quietlegs.core.articles.grammar import Grammar

_FULL_STOP = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s|$)")
BARE_WORDS = 60  # a page with fewer full stops than one in so many words is written without them
_BULLET = re.compile(r"\s*(?:[-*•·–▪◦‣]|\d{1,2}[.)])\s+")
LABEL_WORDS = 6  # "Dehydration and Electrolyte Imbalance:" before the text it labels
BARE_HEADING_WORDS = 3  # where no sentence has a full stop, only so few words are surely a heading
HEADING_WORDS = 9  # a longer piece without a full stop is a sentence that lost it
LONGEST = 1_200  # letters: what goes on longer is cut between words, as nobody reads it in one breath


@dataclass(frozen=True, slots=True)
class Sentence:
    """A stretch of the text: ``text[start:end]``, the heading above it and the line that leads into its list.

    ``is_question``: it asks rather than says, with a question mark, or as a heading that begins like a question.
    """

    start: int
    end: int
    text: str
    heading: str = ""
    lead_in: str = ""
    is_heading: bool = False
    is_question: bool = False


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    text: str


def sentences_of(text: str, grammar: Grammar) -> tuple[Sentence, ...]:
    """Return the sentences of a page in order, headings and list items among them. O(length)."""
    found: list[Sentence] = []
    heading, lead_in = "", ""
    is_bare, end = _is_bare(text), _sentence_end(text, grammar)
    for piece in _pieces(text, grammar, is_bare=is_bare):
        is_heading = _looks_like_heading(piece.text, grammar, is_bare=is_bare) and not (
            lead_in and _looks_like_item(piece.text)
        )
        parts = [piece] if is_heading else _split(piece, end, grammar)
        for part in parts:
            plain = " ".join(part.text.split())
            is_label = is_heading or (plain.endswith(":") and len(plain.split()) <= LABEL_WORDS)
            asks = plain.endswith("?") or (is_label and bool(grammar.question.match(plain)))
            lead = "" if is_heading else lead_in
            found.append(Sentence(part.start, part.end, plain, heading, lead, is_label, asks))
        last = " ".join(parts[-1].text.split())
        if is_heading and not last.endswith(":"):
            # A heading cut over two lines ("Stay / Hydrated") is one heading.
            cut = found[-2].is_heading and found[-2].text == heading if len(found) > 1 else False
            heading, lead_in = (f"{heading} {last}" if cut and len(heading.split()) <= 3 else last), ""
        elif last.endswith(":"):
            lead_in = last
        elif piece.text.rstrip().endswith((".", "!", "?")) and len(parts) > 2:
            lead_in = ""  # a paragraph of prose ends the list before it
    return tuple(found)


def _is_bare(text: str) -> bool:
    """Whether a page is written without full stops: then a capital at the start of a line begins a sentence."""
    return len(_FULL_STOP.findall(text)) * BARE_WORDS < len(text.split())


def _sentence_end(text: str, grammar: Grammar) -> re.Pattern[str]:
    """Return what ends a sentence: on a page that begins most of them in small letters, any full stop."""
    small, capital = (
        len(re.findall(r"\w\w[.!?]+\s+[a-z]", text)),
        len(re.findall(r"\w\w[.!?]+\s+[A-Z]", text)),
    )
    return grammar.casual_end if small > max(capital, 1) else grammar.sentence_end


def _pieces(text: str, grammar: Grammar, *, is_bare: bool) -> list[_Line]:
    """Return runs of lines that belong together."""
    lines = [_Line(m.start(), m.end(), m.group()) for m in re.finditer(r"[^\n\r\u2028\u2029\v\f]+", text)]
    width = _page_width(lines)
    spans: list[tuple[int, int]] = []
    before: _Line | None = None
    for line in lines:
        if not line.text.strip():
            continue
        if before and _goes_on(text, before, line, width, grammar, is_bare=is_bare):
            spans[-1] = (spans[-1][0], line.end)
            before = line
        else:
            before = _trim(line)
            spans.append((before.start, before.end))
    return [_trim(_Line(start, end, text[start:end])) for start, end in spans]


def _page_width(lines: list[_Line]) -> int:
    lengths = sorted(len(line.text.strip()) for line in lines if line.text.strip())
    return lengths[int(0.8 * (len(lengths) - 1))] if lengths else 0


def _goes_on(text: str, before: _Line, line: _Line, width: int, grammar: Grammar, *, is_bare: bool) -> bool:
    if re.search(r"\n\s*\n|\r\s*\r", text[before.end : line.start]):
        return False
    first = line.text.strip()
    last_line = before.text.strip()
    if _BULLET.match(line.text) or last_line.endswith((".", "!", "?", ":", "…")):
        return False
    if grammar.question.match(last_line) and first[:1].isupper():
        return False
    if first[:1].islower() or last_line.endswith((",", ";", "-", "(")):
        return True
    return not is_bare and len(last_line) >= 0.6 * width and 40 <= width <= 120


def _trim(line: _Line) -> _Line:
    bullet = _BULLET.match(line.text)
    skip = (
        bullet.end() if bullet and bullet.end() < len(line.text) else len(line.text) - len(line.text.lstrip())
    )
    tail = len(line.text) - len(line.text.rstrip())
    start, end = line.start + skip, line.end - tail
    return _Line(start, end, line.text[skip : len(line.text) - tail])


def _looks_like_heading(piece: str, grammar: Grammar, *, is_bare: bool) -> bool:
    words = piece.split()
    if piece[:1].islower():
        return False
    capitals = sum(word[0].isupper() for word in words if len(word) > 3)
    is_title = capitals >= 0.7 * sum(len(word) > 3 for word in words)
    if is_bare and len(words) > BARE_HEADING_WORDS and not is_title:
        return False
    limit = 2 * HEADING_WORDS if grammar.question.match(piece) or is_title else HEADING_WORDS
    return (
        bool(words)
        and len(words) <= limit
        and piece.rstrip()[-1] not in ".!…"
        and not grammar.sentence_end.search(piece)
    )


def _looks_like_item(piece: str) -> bool:
    """Whether a short line below a lead-in goes on with its list: headings capitalise most of their words."""
    long_words = [word for word in piece.split() if len(word) > 3]
    capitals = sum(word[0].isupper() for word in long_words)
    return not piece.rstrip().endswith((":", "?")) and capitals <= max(1, 0.5 * len(long_words))


def _split(piece: _Line, end: re.Pattern[str], grammar: Grammar) -> list[_Line]:
    cuts = [0, *(m.end() for m in end.finditer(piece.text)), len(piece.text)]
    parts: list[_Line] = []
    for a, b in pairwise(cuts):
        label = grammar.label.match(piece.text, a, b)
        for x, y in ((a, label.end()), (label.end(), b)) if label and label.end() < b else ((a, b),):
            for p, q in _breaths(piece.text, x, y):
                chunk = piece.text[p:q]
                if chunk.strip():
                    lead = len(chunk) - len(chunk.lstrip())
                    tail = len(chunk) - len(chunk.rstrip())
                    parts.append(_Line(piece.start + p + lead, piece.start + q - tail, chunk.strip()))
    return parts or [piece]


def _breaths(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield a stretch in parts of at most ``LONGEST`` letters, cut after a comma, else between words, else anywhere."""
    while end - start > LONGEST:
        half = start + LONGEST // 2
        cut = max(text.rfind(sign, half, start + LONGEST) for sign in (", ", "; "))
        if cut < 0:
            cut = text.rfind(" ", half, start + LONGEST)
        cut = start + LONGEST if cut < 0 else cut + 1
        yield start, cut
        start = cut
    yield start, end
