"""The level over time: what lies behind the nights, with its band, and the logged nights as marks below it."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise

from quietlegs.exchange.figures.svg import picture, tag

LEFT, RIGHT, TOP, BOTTOM = 58.0, 14.0, 30.0, 64.0  # room for letters that a phone can show
YEARS = 34.0  # room for the line of years below that of months
LETTER = 13.0  # width of one, at the size a phone shows
SHORT = 70  # days that are named by days, not by months
MOST_POINTS = 240  # a phone shows no more; longer diaries are averaged in equal stretches


def over_time_picture(
    first: date,
    level: Sequence[float],
    low: Sequence[float],
    high: Sequence[float],
    *,
    label: str,
    width: float = 520.0,
    height: float = 254.0,
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
        *_time_marks(first, days, x, height, month_names),
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


def _time_marks(
    first: date, days: int, x: Callable[[float], float], height: float, names: Sequence[str]
) -> list[str]:
    """Write days or months at even steps below the axis, and each year once below the first of them.

    The step is the shortest at which no name runs into the next.
    """
    room, right = (x(1.0) - x(0.0)) / days, x(1.0) + RIGHT
    words: dict[int, str] = {}
    starts: list[int] = []
    for words in _steps(first, days, names):
        wide = LETTER * (max(4, *map(len, words.values())) + 1)  # a year has 4
        starts = sorted(words)
        if all((b - a) * room >= wide for a, b in pairwise(starts)):
            break
    marks: list[str] = []
    year = 0
    for start in starts:
        at, of_day = x((start + 0.5) / days), (first + timedelta(days=start)).year
        half = LETTER * max(4, len(words[start])) / 2
        at_word = max(at, half)  # the first may stand at the picture's edge
        if at_word + half > right:
            continue
        marks.append(
            tag("line", css="axis", x1=at, x2=at, y1=height - BOTTOM, y2=height - BOTTOM + 6)
            + tag("text", css="soft", x=at_word, y=height - YEARS, text_anchor="middle", text=words[start])
        )
        if of_day != year and words[start] != str(of_day):
            year = of_day
            below = {"y": height - YEARS, "dy": "1.1em"}  # close below, whatever the size of the letters
            marks.append(tag("text", css="soft", x=at_word, **below, text_anchor="middle", text=str(year)))
    return marks


def _steps(first: date, days: int, names: Sequence[str]) -> Iterator[dict[int, str]]:
    """Yield ways to name even steps, the closest first: {day: words}. The last always fits."""
    if days <= SHORT:
        for step in (1, 2, 3, 7, 14):
            at = range(0, days, step)
            dates = [first + timedelta(days=day) for day in at]
            yield {day: f"{on.day} {names[on.month - 1]}" for day, on in zip(at, dates, strict=True)}
    begins = [day for day in range(days) if (first + timedelta(days=day)).day == 1]
    for months in (1, 2, 3, 4, 6, 12, 24, 60, 120, 240):
        chosen = {}
        for day in begins:
            on = first + timedelta(days=day)
            if (on.year * 12 + on.month - 1) % months == 0:
                chosen[day] = names[on.month - 1] if months < 12 else str(on.year)
        if chosen:
            yield chosen
    yield {0: names[first.month - 1]}
