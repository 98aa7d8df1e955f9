"""The forest plot: for every factor the best guess as a dot and its range as a bar, on one axis.

Clear findings have a thick bar in the colour of their direction; open ones a thin dashed bar without colour.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from quietlegs.exchange.figures.svg import picture, tag

BAR_HEIGHT = 36
WIDEST_RATIO = 4.0  # the axis goes from a quarter to four times; what lies beyond ends in an arrow


@dataclass(frozen=True, slots=True)
class Axis:
    """A symmetric axis: ``reach`` is the value at its right end, ``ticks`` are values with their words.

    ``more_is_worse`` decides the colours of its two halves.
    """

    reach: float
    ticks: tuple[tuple[float, str], ...]
    more_is_worse: bool = True

    @property
    def zones(self) -> tuple[str, str]:
        """The classes of the left and the right half."""
        return ("zone-fewer", "zone-more") if self.more_is_worse else ("zone-more", "zone-fewer")

    def at(self, value: float) -> float:
        """Return a value's place as a share of the width, kept inside 0 to 1."""
        return min(1.0, max(0.0, 0.5 + 0.5 * value / self.reach))


def ratio_axis(half: str, same: str, double: str) -> Axis:
    """Return the axis of log ratios, from a quarter to four times, with its three words."""
    return Axis(math.log(WIDEST_RATIO), ((-math.log(2), half), (0.0, same), (math.log(2), double)))


def difference_axis(values: Sequence[float], same: str, unit: str, *, more_is_worse: bool = True) -> Axis:
    """Return an axis of differences that holds ``values``, with a round number at each side."""
    largest = max((abs(v) for v in values if math.isfinite(v)), default=1.0) or 1.0
    power = 10.0 ** math.floor(math.log10(largest))
    tick = max((power * lead for lead in (0.5, 1.0, 2.0, 5.0) if power * lead <= largest), default=largest)
    words = f"{tick:g} {unit}".strip()
    return Axis(
        max(largest * 1.1, tick * 1.5),
        ((-tick, f"−{words}"), (0.0, same), (tick, f"+{words}")),
        more_is_worse,
    )


@dataclass(frozen=True, slots=True)
class ForestRow:
    """One factor: its words, its range and best guess on the axis' scale (None: nothing may be shown).

    ``tone`` is "more", "fewer" or "" (no colour); ``is_open`` draws the thin dashed bar.
    """

    label: str
    verdict: str
    low: float | None
    middle: float | None
    high: float | None
    tone: str = ""
    is_open: bool = True


def forest_bar(row: ForestRow, axis: Axis, *, label: str | None = None) -> str:
    """Return one row's bar, as wide as its place: positions are percentages. Without a label it is decoration."""
    marks = [
        tag("rect", css=axis.zones[0], x=0, y=0, width="50%", height=BAR_HEIGHT, opacity=0.55),
        tag("rect", css=axis.zones[1], x="50%", y=0, width="50%", height=BAR_HEIGHT, opacity=0.55),
        tag("line", css="same-line", x1="50%", x2="50%", y1=0, y2=BAR_HEIGHT),
    ]
    if row.low is not None and row.high is not None and row.middle is not None:
        low, middle, high = (f"{100 * axis.at(v):.1f}%" for v in (row.low, row.middle, row.high))
        css = " ".join(part for part in ("interval", row.tone, "thin" if row.is_open else "") if part)
        marks.append(tag("line", css=css, x1=low, x2=high, y1=18, y2=18))
        marks.append(tag("circle", css=f"estimate {row.tone}".strip(), cx=middle, cy=18, r=7))
    known = {"aria_label": label, "role": "img"} if label else {"aria_hidden": "true"}
    return tag("svg", *marks, css="bar-svg", height=BAR_HEIGHT, focusable="false", **known)


def forest_picture(
    rows: Sequence[ForestRow], axis: Axis, *, title: str, note: str, label: str, width: float = 900.0
) -> str:
    """Return the whole plot as one drawing, for a file or print. ``title`` and ``note`` may be empty."""
    left, right, top, step = 360.0, 30.0, 84.0 if title else 48.0, 44.0
    across = width - left - right
    height = top + step * max(1, len(rows)) + (60 if note else 16)

    def x(value: float) -> float:
        return left + across * axis.at(value)

    bottom = top + step * max(1, len(rows))
    marks = [
        tag("rect", css="paper", x=0, y=0, width=width, height=height),
        *([tag("text", css="title", x=24, y=38, text=title)] if title else []),
        tag(
            "rect",
            css=axis.zones[0],
            x=left,
            y=top - 8,
            width=across / 2,
            height=bottom - top + 8,
            opacity=0.55,
        ),
        tag(
            "rect",
            css=axis.zones[1],
            x=left + across / 2,
            y=top - 8,
            width=across / 2,
            height=bottom - top + 8,
            opacity=0.55,
        ),
        *(
            tag("text", css="soft", x=x(v), y=top - 16, text_anchor="middle", text=words)
            for v, words in axis.ticks
        ),
        tag("line", css="same-line", x1=x(0), x2=x(0), y1=top - 8, y2=bottom),
    ]
    for place, row in enumerate(rows):
        y = top + step * place + step / 2
        marks += _row_marks(row, axis, y, left, across)
    if note:
        marks.append(tag("text", css="soft small", x=24, y=bottom + 36, text=note))
    return picture(width, height, *marks, label=label, css="quietlegs-figure")


def _row_marks(row: ForestRow, axis: Axis, y: float, left: float, across: float) -> list[str]:
    marks = [
        tag("text", css="strong", x=24, y=y - 3, text=_shortened(row.label, 40)),
        tag("text", css=f"soft small {row.tone}".strip(), x=24, y=y + 16, text=row.verdict),
    ]
    if row.low is None or row.middle is None or row.high is None:
        return marks
    css = " ".join(part for part in ("interval", row.tone, "thin" if row.is_open else "") if part)
    low, middle, high = (left + across * axis.at(v) for v in (row.low, row.middle, row.high))
    marks.append(tag("line", css=css, x1=low, x2=high, y1=y, y2=y))
    for end, outside, point in ((low, row.low < -axis.reach, -9), (high, row.high > axis.reach, 9)):
        if outside:  # the range goes on beyond the picture
            marks.append(
                tag("path", css="beyond", d=f"M{end:g} {y - 7:g}L{end + point:g} {y:g}L{end:g} {y + 7:g}z")
            )
    marks.append(tag("circle", css=f"estimate {row.tone}".strip(), cx=middle, cy=y, r=7))
    return marks


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
