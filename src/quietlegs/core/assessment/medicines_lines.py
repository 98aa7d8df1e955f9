"""Taking a pasted list apart: lines, what is written beside the name, and whether it is taken at all."""

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from quietlegs.core.assessment.medicines_spelling import compact

MOST_CHARACTERS_READ = 200_000  # far above any list; keeps a pasted book from costing minutes

_BULLET = re.compile(r"^\s*(?:[-*•◦▪‣·–—>✓✔☐☑]+|\(?\d{1,3}[.)]|\[[ xX]?\])\s+")
_BREAK = re.compile(r"[\n\r;|•◦▪\u2028\u2029]+")
_COMMA = re.compile(r",(?!\d)|,(?<=\D,)(?=\d)")
_INSTEAD = re.compile(r"\b(?:instead of|in place of|rather than|en lugar de|en vez de)\b", re.IGNORECASE)
_GLUED_DOSE = re.compile(r"([^\W\d_]{4,})(?=\d)")  # "pregabalin150mg"; B12 and D3 have fewer letters
_DOSE = re.compile(
    r"(?<![\w.])\d+(?:[.,]\d+)?(?:\s*[/x-]\s*\d+(?:[.,]\d+)?)*\s*"
    r"(?:milligram(?:s|os)?|microgram(?:s|os)?|grams?|gramos?|mgs?|mcgs?|µg|μg|ug|mls?|iu|ui|units?|unidades|mmol|meq|g|u|%)"
    r"(?:\s*/\s*(?:\d+\s*)?(?:ml|hr?|hours?|day|24\s*h|dose|puff))?(?!\w)",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"k\+|[^\W_]+(?:['’][^\W_]+)?")


@dataclass(frozen=True, slots=True)
class Segment:
    """One piece of a list that should name one medicine. ``taking`` is false where the words say it is not taken."""

    given: str
    words: tuple[str, ...]
    dose: str | None
    taking: bool


def split_list(text: str | Iterable[str], not_taking: Collection[str] = ()) -> tuple[Segment, ...]:
    """Return the pieces of a pasted list, in order.

    Args:
        text: any common form: lines, bullets, numbers, commas, semicolons. A sequence is a list of lines.
        not_taking: phrases that say that what follows is not taken ("stopped", "allergic to").
    """
    whole = text if isinstance(text, str) else "\n".join(text)
    markers = _marker_pattern(not_taking)
    segments: list[Segment] = []
    for line in _BREAK.split(whole[:MOST_CHARACTERS_READ]):
        segments.extend(_segments_of(_BULLET.sub("", line).strip(), markers))
    return tuple(segments)


def _segments_of(line: str, markers: re.Pattern[str] | None) -> Iterable[Segment]:
    if not line:
        return
    leads = bool(markers and (found := markers.search(_plain(line))) and found.start() <= 3)
    pieces = [piece.strip() for piece in _split_at_commas(line) if piece.strip()]
    carried: list[str] = []
    for piece in pieces:
        if carried and not _has_a_name(piece):
            carried[-1] = (
                f"{carried[-1]}, {piece}"  # "amlodipine, 5 mg": the dose belongs to the name before it
            )
        else:
            carried.append(piece)
    for piece in carried:
        stopped = leads or bool(markers and markers.search(_plain(piece)))
        taken, *replaced = _INSTEAD.split(piece, maxsplit=1)
        yield _segment(taken.strip() if taken.strip() and replaced else piece, taking=not stopped)
        if replaced and taken.strip():
            yield _segment(replaced[0].strip(), taking=False)


def _segment(piece: str, *, taking: bool) -> Segment:
    piece_apart = _GLUED_DOSE.sub(r"\1 ", piece)
    doses = [found.group(0).strip() for found in _DOSE.finditer(piece_apart)]
    without = _DOSE.sub(" ", piece_apart)
    return Segment(
        given=piece,
        words=tuple(_TOKEN.findall(_plain(without))),
        dose=doses[0] if doses else None,
        taking=taking,
    )


def _split_at_commas(line: str) -> Iterable[str]:
    depth, start = 0, 0
    for found in re.finditer(r"[()\[\]]|" + _COMMA.pattern, line):
        sign = found.group(0)
        if sign in "([":
            depth += 1
        elif sign in ")]":
            depth = max(0, depth - 1)
        elif depth == 0:
            yield line[start : found.start()]
            start = found.end()
    yield line[start:]


def _has_a_name(piece: str) -> bool:
    """Whether anything but doses is left: a word of four letters or more that no unit explains."""
    return bool(re.search(r"[^\W\d_]{3,}|[^\W_]*[a-z]\d", _plain(_DOSE.sub(" ", piece))))


def _plain(text: str) -> str:
    """Return the text in small letters without accents; signs and digits stay."""
    folded = unicodedata.normalize("NFKD", text.replace("’", "'")).casefold()
    return "".join(sign for sign in folded if not unicodedata.combining(sign))


def _marker_pattern(phrases: Collection[str]) -> re.Pattern[str] | None:
    if not phrases:
        return None
    ordered = sorted((re.escape(_plain(phrase)) for phrase in phrases), key=len, reverse=True)
    # "for allergy" says why something is taken, not that it is not.
    return re.compile(r"(?<!for )(?<!for my )(?<!para la )\b(?:" + "|".join(ordered) + r")\b")


def is_only(segment: Segment, phrases: Collection[str]) -> bool:
    """Whether a piece says nothing but one of the phrases."""
    said = compact(segment.given)
    return any(said == compact(phrase) for phrase in phrases)
