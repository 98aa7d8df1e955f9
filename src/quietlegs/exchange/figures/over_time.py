"""The level over time: what lies behind the nights, with its band, and the logged nights as marks below it."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import pairwise

from quietlegs.exchange.figures.svg import picture, tag

LEFT, RIGHT, TOP, BOTTOM = 58.0, 14.0, 30.0, 40.0  # room for letters that a phone can show
LETTER = 13.0  # width of one, at the size a phone shows
MOST_POINTS = 240  # a phone shows no more; longer diaries are averaged in equal stretches


def over_time_picture(
    first: date,
    level: Sequence[float],
    low: Sequence[float],
    high: Sequence[float],
    *,
    label: str,
    width: float = 520.0,
    height: float = 230.0,
    per: str = "",
    month_names: Sequence[str] = (
        "Jan",
        "Feb",
        "Mar",
        "Apr",
        "May",
        "Jun",
        "Jul",
        "Aug",
        "Sep",
        "Oct",
        "Nov",
        "Dec",
    ),
) -> str:
    """Return the drawing of a level for each calendar night (three sequences of equal length, at least 1).

    ``per`` is written at the top of the axis ("a night").
    """
    days = len(level)
    level, low, high = (_thinned(series) for series in (level, low, high))
    points = len(level)
    top_value = _nice_top(max(max(high), 1e-9))
    bottom_value = min(0.0, min(low))
    across, up = width - LEFT - RIGHT, height - TOP - BOTTOM

    def x(share: float) -> float:
        return LEFT + across * share

    def y(value: float) -> float:
        return TOP + up * (1 - (value - bottom_value) / (top_value - bottom_value))

    places = [x((i + 0.5) / points) for i in range(points)]
    upper, middle, lower = (
        [f"{px:.1f},{y(v):.1f}" for px, v in zip(places, series, strict=True)]
        for series in (high, level, low)
    )
    marks = [
        *(
            tag("line", css="grid", x1=LEFT, x2=width - RIGHT, y1=y(v), y2=y(v))
            + tag("text", css="soft", x=LEFT - 6, y=y(v) + 5, text_anchor="end", text=f"{v:g}")
            for v in (bottom_value, (top_value + bottom_value) / 2, top_value)
        ),
        tag("polygon", css="band", points=" ".join([*upper, *reversed(lower)])),
        tag("polyline", css="level", points=" ".join(middle)),
        *_months(first, days, x, height, month_names),
    ]
    if per:
        marks.append(tag("text", css="soft", x=LEFT, y=TOP - 10, text=per))
    return picture(width, height, *marks, label=label, css="over-time")


def _thinned(series: Sequence[float]) -> list[float]:
    if len(series) <= MOST_POINTS:
        return [float(v) for v in series]
    edges = [round(i * len(series) / MOST_POINTS) for i in range(MOST_POINTS + 1)]
    return [float(sum(series[a:b]) / (b - a)) for a, b in pairwise(edges)]


def _nice_top(value: float) -> float:
    power = 1.0
    while power > value:
        power /= 10
    while power * 10 <= value:
        power *= 10
    return next(power * lead for lead in (1.0, 2.0, 4.0, 6.0, 8.0, 10.0, 20.0) if power * lead >= value)


def _months(
    first: date, days: int, x: Callable[[float], float], height: float, names: Sequence[str]
) -> list[str]:
    """Write the first of each month where there is room, with the year at the first one written of each year."""
    starts = [d for d in range(days) if d == 0 or (first + timedelta(days=d)).day == 1]
    marks: list[str] = []
    free_from, right, year = 0.0, x(1.0) + RIGHT, 0
    for start in starts:
        day = first + timedelta(days=start)
        words = names[day.month - 1] + (f" {day.year}" if day.year != year else "")
        at = x((start + 0.5) / days)
        begin = at - 6 if not marks else at - LETTER * len(words) / 2
        if begin < free_from or begin + LETTER * len(words) > right:
            continue
        anchor, year = "middle" if marks else "start", day.year
        free_from = begin + LETTER * (len(words) + 1.5)
        marks.append(
            tag("line", css="axis", x1=at, x2=at, y1=height - BOTTOM, y2=height - BOTTOM + 6)
            + tag("text", css="soft", x=at if marks else begin, y=height - 8, text_anchor=anchor, text=words)
        )
    return marks
