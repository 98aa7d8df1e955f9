"""Taking a pasted list apart: lines, what is written beside the name, and whether it is taken at all."""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable
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
_SENTENCE_END = re.compile(r"(?<!\bdr)(?<!\bst)[.!?]\s+", re.IGNORECASE)
_TOKEN = re.compile(r"k\+|[^\W_]+(?:['’][^\W_]+)?")


@dataclass(frozen=True, slots=True)
class Stops:
    """How people say that something is not taken.

    ``lists`` are the phrases among ``phrases`` that speak of a whole list ("allergic to"). ``ends`` say that what
    follows is taken ("now"). ``denied_by`` before a phrase takes it back ("never stopped"), and so does ``unless``
    after one that ends in "take" ("do not take with milk").
    """

    phrases: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    denied_by: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Segment:
    """One piece of a list that should name one medicine.

    ``taking`` is false where the words say it is not taken. ``is_unclear``: the words can be read either way; it then
    counts as taken, for that is the safe side, and is asked about.
    """

    given: str
    words: tuple[str, ...]
    dose: str | None
    taking: bool
    is_unclear: bool = False


def split_list(
    text: str | Iterable[str], stops: Stops | None = None, count_names: Callable[[str], int] | None = None
) -> tuple[Segment, ...]:
    """Return the pieces of a pasted list, in order.

    Args:
        text: any common form: lines, bullets, numbers, commas, semicolons. A sequence is a list of lines.
        stops: how people say that something is not taken ("stopped", "allergic to").
        count_names: how many medicines a piece names; without it, each piece is taken to name one.
    """
    whole = text if isinstance(text, str) else "\n".join(text)
    reader = _Reader(stops or Stops(), count_names or (lambda piece: 1))
    segments: list[Segment] = []
    for line in _BREAK.split(whole[:MOST_CHARACTERS_READ]):
        segments.extend(reader.segments_of(_BULLET.sub("", line).strip()))
    return tuple(segments)


class _Reader:
    """Reads one line after the other, and knows how far a "stopped" reaches."""

    def __init__(self, stops: Stops, count_names: Callable[[str], int]) -> None:
        self._count_names = count_names
        self._marker = _marker_pattern(stops)
        self._list = _any_of(stops.lists)
        self._end = _any_of(stops.ends)

    def segments_of(self, line: str) -> Iterable[Segment]:
        carries = False  # whether a stop at the line's start still reaches as far as here
        is_list = False
        for place, part in enumerate(self._parts_of(line)):
            marker = self._marker and self._marker.search(part)
            if marker:
                taking, unclear = self._judge(part, marker)
                if place == 0 and marker.start() <= 3:
                    carries = bool(
                        self._count_names(part)
                    )  # "stopped coffee, warfarin" says nothing of warfarin
                    is_list = bool(self._list and self._list.search(part)) or ":" in part
            elif carries and not (self._end and self._end.search(part)):
                dosed = bool(_DOSE.search(part))
                unclear = dosed or not is_list
                taking, carries = unclear, not dosed
            else:
                taking, unclear, carries = True, False, False
            kept, *replaced = _INSTEAD.split(part, maxsplit=1)
            is_swap = bool(kept.strip() and replaced)
            yield _segment(kept.strip() if is_swap else part, taking=taking, is_unclear=unclear)
            if is_swap:
                yield _segment(replaced[0].strip(), taking=False)

    def _judge(self, part: str, marker: re.Match[str]) -> tuple[bool, bool]:
        """Return whether a part that says "stopped" is taken, and whether that is unclear.

        With one name it is not taken. Two names may be stopped both, or one of them: "stopped ramipril and amlodipine"
        is read as both, and everything else as unclear.
        """
        before, after = self._count_names(part[: marker.start()]), self._count_names(part[marker.end() :])
        mixed = before > 1 or bool(before and after) or (after > 1 and bool(_DOSE.search(part)))
        return mixed, mixed

    def _parts_of(self, line: str) -> Iterable[str]:
        """Yield the pieces between commas, each cut again where a stop in it ends ("was on X, now Y")."""
        carried: list[str] = []
        for piece in (piece.strip() for piece in _split_at_commas(line)):
            if carried and piece and not _has_a_name(piece):
                carried[-1] = (
                    f"{carried[-1]}, {piece}"  # "amlodipine, 5 mg": the dose belongs to the name before it
                )
            elif piece:
                carried.append(piece)
        for piece in carried:
            yield from self._cut_where_a_stop_ends(piece)

    def _cut_where_a_stop_ends(self, piece: str) -> Iterable[str]:
        marker = self._marker.search(piece) if self._marker else None
        if marker and self._end:
            for pattern in (self._end, _SENTENCE_END):
                for end in pattern.finditer(piece, marker.end()):
                    head, tail = piece[: end.start()].strip(" .(["), piece[end.start() :].strip(" .)]")
                    if self._count_names(tail) and self._count_names(head):
                        yield head
                        yield from self._cut_where_a_stop_ends(tail)
                        return
        yield piece


def _segment(piece: str, *, taking: bool, is_unclear: bool = False) -> Segment:
    doses, words = _doses_and_words(piece)
    return Segment(piece, words, doses[0] if doses else None, taking, is_unclear)


def _doses_and_words(piece: str) -> tuple[list[str], tuple[str, ...]]:
    piece_apart = _GLUED_DOSE.sub(r"\1 ", piece)
    doses = [found.group(0).strip() for found in _DOSE.finditer(piece_apart)]
    return doses, tuple(_TOKEN.findall(_plain(_DOSE.sub(" ", piece_apart))))


def words_of(piece: str) -> tuple[str, ...]:
    """Return the words of a piece in small letters without accents, without its doses."""
    return _doses_and_words(piece)[1]


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


def _any_of(phrases: Collection[str]) -> re.Pattern[str] | None:
    """Return a pattern for any of the phrases as whole words, with its accents or without."""
    both = {form for phrase in phrases for form in (phrase.casefold(), _plain(phrase))}
    ordered = sorted((re.escape(form).replace("'", "['’]") for form in both), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(ordered)})\b", re.IGNORECASE) if ordered else None


def _marker_pattern(stops: Stops) -> re.Pattern[str] | None:
    phrases = _any_of(stops.phrases)
    if phrases is None:
        return None
    denied = "".join(rf"(?<!\b{re.escape(word)} )" for word in stops.denied_by)
    unless = _any_of(stops.unless)
    taken_back = rf"(?!(?<=take)\W+{unless.pattern})" if unless else ""
    # What was stopped is something done ("stopped smoking"), unless that is the taking itself.
    done = r"(?!\s+(?!taking\b|using\b|having\b)[^\W\d_]+ing\b)"
    return re.compile(denied + phrases.pattern + done + taken_back, re.IGNORECASE)


def is_only(segment: Segment, phrases: Collection[str]) -> bool:
    """Whether a piece says nothing but one of the phrases."""
    said = compact(segment.given)
    return any(said == compact(phrase) for phrase in phrases)
