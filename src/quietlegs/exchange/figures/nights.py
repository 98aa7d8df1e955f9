"""The dot plot of nights: every logged night as one mark, with and without a factor, each a door to its night."""

from collections.abc import Sequence
from dataclasses import dataclass

from quietlegs.exchange.figures.svg import picture, tag

STEP = 26.0  # room for a finger's width at the sizes it is shown; the table beside it has bigger doors
PER_ROW = 20


@dataclass(frozen=True, slots=True)
class NightDot:
    """One night: its words for a screen reader, how much happened (0 is quiet), and its address or None."""

    words: str
    amount: float
    href: str | None = None


def nights_picture(nights: Sequence[NightDot], *, label: str, per_row: int = PER_ROW) -> str:
    """Return the nights in the order given: filled signs for cramps with their number, rings for quiet ones."""
    rows = max(1, -(-len(nights) // per_row))
    marks = []
    for place, night in enumerate(nights):
        x, y = STEP * (place % per_row) + STEP / 2, STEP * (place // per_row) + STEP / 2
        if night.amount > 0:
            sign = tag("circle", css="sign-cramp", cx=x, cy=y, r=9, stroke_width=2)
            if night.amount >= 2:
                shown = f"{night.amount:g}" if night.amount < 10 else "9+"
                sign += tag("text", css="sign-cramp-text", x=x, y=y + 4.5, text_anchor="middle", text=shown)
        else:
            sign = tag("circle", css="sign-quiet", cx=x, cy=y, r=9, stroke_width=2)
        room = tag("rect", css="night-room", x=x - STEP / 2, y=y - STEP / 2, width=STEP, height=STEP)
        inside = tag("title", text=night.words) + room + sign
        marks.append(
            tag("a", inside, href=night.href, aria_label=night.words) if night.href else tag("g", inside)
        )
    # A picture with doors in it is a group, not an image: an image would hide its links from a screen reader.
    drawn = picture(
        STEP * min(per_row, max(1, len(nights))), STEP * rows, *marks, label=label, css="nights-dots"
    )
    return drawn.replace('role="img"', 'role="group"', 1) if any(n.href for n in nights) else drawn
