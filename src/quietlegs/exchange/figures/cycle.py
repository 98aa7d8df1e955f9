"""The cycle: cramps, sleep and the next day in a ring, with the arrows that a person's nights support and no others."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from quietlegs.exchange.figures.svg import picture, tag

WIDTH, HEIGHT = 340.0, 300.0
NODE_WIDTH, NODE_HEIGHT = 108.0, 50.0


@dataclass(frozen=True, slots=True)
class Node:
    """One station of the ring: its id, its word, and a smaller second line (may be empty)."""

    id: str
    word: str
    small: str = ""


@dataclass(frozen=True, slots=True)
class Arrow:
    """An arrow between two stations. ``is_clear`` draws it thick and whole; otherwise thinner and dashed (perhaps)."""

    source: str
    target: str
    is_clear: bool


def cycle_picture(nodes: Sequence[Node], arrows: Sequence[Arrow], *, label: str) -> str:
    """Return the ring, the first station on top, going round with the clock."""
    centres = {
        node.id: (
            WIDTH / 2 + 108 * math.sin(2 * math.pi * place / max(1, len(nodes))),
            HEIGHT / 2 - 112 * math.cos(2 * math.pi * place / max(1, len(nodes))),
        )
        for place, node in enumerate(nodes)
    }
    both_ways = {(a.source, a.target) for a in arrows} & {(a.target, a.source) for a in arrows}
    drawn = [
        mark
        for arrow in arrows
        for mark in _arrow(
            centres[arrow.source],
            centres[arrow.target],
            arrow.is_clear,
            22.0 if (arrow.source, arrow.target) in both_ways else 0.0,
        )
    ]
    for node in nodes:
        x, y = centres[node.id]
        drawn.append(
            tag(
                "rect",
                css="node",
                x=x - NODE_WIDTH / 2,
                y=y - NODE_HEIGHT / 2,
                width=NODE_WIDTH,
                height=NODE_HEIGHT,
                rx=NODE_HEIGHT / 2,
            )
        )
        drawn.append(
            tag(
                "text",
                css="strong",
                x=x,
                y=y + (0 if node.small else 6),
                text_anchor="middle",
                text=node.word,
            )
        )
        if node.small:
            drawn.append(
                tag("text", css="soft node-small", x=x, y=y + 17, text_anchor="middle", text=node.small)
            )
    return picture(WIDTH, HEIGHT, *drawn, label=label)


def _arrow(start: tuple[float, float], end: tuple[float, float], is_clear: bool, aside: float) -> list[str]:
    """Draw from edge to edge of two stations, moved aside where another arrow comes back."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = math.hypot(dx, dy) or 1.0
    ux, uy = dx / length, dy / length
    ox, oy = -uy * aside, ux * aside
    x1, y1 = start[0] + ux * _reach(ux, uy) + ox, start[1] + uy * _reach(ux, uy) + oy
    x2, y2 = end[0] - ux * (_reach(ux, uy) + 4) + ox, end[1] - uy * (_reach(ux, uy) + 4) + oy
    neck_x, neck_y = x2 - ux * 20, y2 - uy * 20
    head = (
        f"M{x2:.1f} {y2:.1f}L{neck_x - uy * 11:.1f} {neck_y + ux * 11:.1f}"
        f"L{neck_x + uy * 11:.1f} {neck_y - ux * 11:.1f}z"
    )
    kind = "clear" if is_clear else "maybe"
    return [
        tag("path", css=f"arrow {kind}", d=f"M{x1:.1f} {y1:.1f}L{neck_x:.1f} {neck_y:.1f}"),
        tag("path", css="head", d=head),
    ]


def _reach(ux: float, uy: float) -> float:
    """Return the way from a station's middle to its edge in a direction, with a little air."""
    return min(NODE_WIDTH / 2 / max(abs(ux), 1e-6), NODE_HEIGHT / 2 / max(abs(uy), 1e-6)) + 5
