"""A share of people drawn as a hundred figures in ten rows: filled, perhaps, open."""

from dataclasses import dataclass

from quietlegs.core.knowledge.frequencies import FIGURES, Comparison, Share
from quietlegs.web.library.wording import say_share

_PER_ROW = 10
_STEP = 20  # units of the drawing from one figure to the next


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the drawing. ``kind`` is ``is``, ``maybe`` or ``open``."""

    x: int
    y: int
    kind: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A group of people drawn. ``sentence`` says all that the drawing shows."""

    who: str
    sentence: str
    figures: tuple[Figure, ...]
    has_maybe: bool


@dataclass(frozen=True, slots=True)
class DrawnComparison:
    """One outcome in one group of people, or in two beside each other."""

    outcome: str
    drawings: tuple[Drawing, ...]

    @property
    def is_pair(self) -> bool:
        """Whether two groups stand beside each other."""
        return len(self.drawings) > 1


def draw(comparison: Comparison) -> DrawnComparison:
    """Return the drawing of a comparison."""
    return DrawnComparison(comparison.outcome, tuple(_draw_share(share) for share in comparison.groups))


def _draw_share(share: Share) -> Drawing:
    kinds = ["is"] * share.filled + ["maybe"] * (share.could_be - share.filled)
    kinds += ["open"] * (FIGURES - len(kinds))
    figures = tuple(
        Figure(place % _PER_ROW * _STEP + _STEP // 2, place // _PER_ROW * _STEP + _STEP // 2, kind)
        for place, kind in enumerate(kinds)
    )
    who = share.who[:1].upper() + share.who[1:]
    return Drawing(who, say_share(share), figures, share.could_be > share.filled)
