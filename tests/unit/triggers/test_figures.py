"""The pictures: what they draw is what the numbers say, and text stays text."""

import itertools
import math
import re
import xml.etree.ElementTree as ET
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quietlegs.exchange.figures import (
    Arrow,
    ForestRow,
    NightDot,
    Node,
    cycle_picture,
    difference_axis,
    dots_picture,
    filled_of,
    forest_bar,
    forest_picture,
    nights_picture,
    over_time_picture,
    png_file,
    ratio_axis,
    svg_file,
)

AXIS = ratio_axis("half", "the same", "double")
SHARES = st.floats(0, 1)


@given(SHARES, SHARES, SHARES)
def test_twenty_dots_are_always_twenty(a: float, b: float, c: float) -> None:
    low, share, high = sorted((a, b, c))
    counts = filled_of(share, low, high)
    assert sum(counts) == 20
    assert min(counts) >= 0
    drawn = dots_picture(share, low, high, label="x")
    assert len(re.findall("<circle", drawn)) == 20
    assert len(re.findall("<path", drawn)) == counts[1]


def test_the_middle_of_the_axis_is_no_change_and_half_mirrors_double() -> None:
    assert AXIS.at(0) == 0.5
    assert AXIS.at(math.log(2)) == pytest.approx(1 - AXIS.at(-math.log(2)))
    assert AXIS.at(100.0) == 1.0


def test_a_difference_axis_has_round_numbers_inside_its_reach() -> None:
    axis = difference_axis([0.37, -1.4], "the same", "points")
    assert [words for _, words in axis.ticks] == ["−1 points", "the same", "+1 points"]
    assert axis.reach > 1.4


def test_a_bar_covers_its_range() -> None:
    row = ForestRow("Walk", "Fewer cramps", -math.log(2), 0.0, math.log(2), "fewer", False)
    line = re.search(r'<line class="interval fewer"[^>]*', forest_bar(row, AXIS))
    assert line and 'x1="25.0%"' in line[0] and 'x2="75.0%"' in line[0]


def test_a_range_that_goes_on_beyond_the_picture_ends_in_an_arrow() -> None:
    inside = ForestRow("a", "b", -0.1, 0.0, 0.1)
    outside = ForestRow("a", "b", -9.0, 0.0, 9.0)
    drawn = [forest_picture([row], AXIS, title="t", note="n", label="l") for row in (inside, outside)]
    assert [picture.count("beyond") for picture in drawn] == [0, 2]


def test_what_may_not_be_shown_has_no_dot() -> None:
    row = ForestRow("Walk", "Not enough nights yet", None, None, None)
    assert "estimate" not in forest_bar(row, AXIS)
    assert "estimate" not in forest_picture([row], AXIS, title="t", note="n", label="l")


def test_names_are_text_in_every_drawing() -> None:
    name = '<script>alert("x")</script>&'
    row = ForestRow(name, name, 0.0, 0.1, 0.2)
    drawings = [
        forest_picture([row], AXIS, title=name, note=name, label=name),
        nights_picture([NightDot(name, 1, f"/{name}")], label=name),
        cycle_picture([Node("a", name), Node("b", "B")], [Arrow("a", "b", True)], label=name),
        dots_picture(0.5, 0.2, 0.8, label=name),
        over_time_picture(date(2026, 1, 1), [1.0], [0.5], [2.0], label=name, per=name),
    ]
    for drawing in drawings:
        assert "<script" not in drawing
        ET.fromstring(svg_file(drawing).encode())  # it is sound XML


def test_no_drawing_asks_for_an_inline_style() -> None:
    row = ForestRow("a", "b", 0.0, 0.1, 0.2)
    assert " style=" not in forest_picture([row], AXIS, title="t", note="n", label="l")
    assert " style=" not in over_time_picture(date(2026, 1, 1), [1.0] * 90, [0.5] * 90, [2.0] * 90, label="x")


def test_every_night_is_one_mark_and_one_door() -> None:
    nights = [NightDot(f"night {i}", i % 3, f"/nights/{i}") for i in range(37)]
    drawn = nights_picture(nights, label="x")
    assert re.findall(r'href="(/nights/\d+)"', drawn) == [night.href for night in nights]
    assert drawn.count("sign-quiet") == 13
    assert 'role="group"' in drawn


@pytest.mark.parametrize("days", [1, 10, 40, 75, 120, 200, 365, 1000, 4000, 10_000])
@pytest.mark.parametrize("first", [date(2025, 1, 1), date(2025, 1, 6), date(2025, 6, 30), date(2025, 11, 20)])
def test_time_is_named_at_even_steps_that_never_run_into_each_other(first: date, days: int) -> None:
    drawn = over_time_picture(first, [1.0] * days, [0.5] * days, [2.0] * days, label="x")
    for below in ("", ' dy="1.1em"'):  # days or months, and years
        written = re.findall(rf'x="([\d.]+)" y="220"{below} text-anchor="middle">([^<]+)<', drawn)
        assert written or below
        places, words = [float(x) for x, _ in written], [words for _, words in written]
        halves = [13 * len(word) / 2 for word in words]
        gaps = [b - a for a, b in itertools.pairwise(places)]
        assert all(gap >= a + b for gap, (a, b) in zip(gaps, itertools.pairwise(halves), strict=True))
        assert all(x - half >= 0 and x + half <= 520 for x, half in zip(places, halves, strict=True))
        if not below:  # months have 28 to 31 days
            assert max(gaps, default=1) <= 1.12 * min(gaps, default=1)


def test_only_the_arrows_given_are_drawn() -> None:
    nodes = [Node("cramps", "Cramps"), Node("sleep", "Sleep"), Node("pain", "Pain")]
    arrows = [Arrow("cramps", "sleep", True), Arrow("sleep", "pain", False)]
    drawn = cycle_picture(nodes, arrows, label="x")
    assert (drawn.count("arrow clear"), drawn.count("arrow maybe"), drawn.count('class="head"')) == (1, 1, 2)


def test_a_picture_becomes_a_png_of_twice_its_size() -> None:
    made = png_file(dots_picture(0.4, 0.2, 0.6, label="x"))
    assert made.startswith(b"\x89PNG")
    assert int.from_bytes(made[16:20], "big") == pytest.approx(2 * 320, rel=0.35)


def test_over_years_every_year_is_named_once() -> None:
    drawn = over_time_picture(date(2024, 2, 26), [1.0] * 999, [0.5] * 999, [2.0] * 999, label="x")
    assert [drawn.count(f">{year}<") for year in (2024, 2025, 2026)] == [1, 1, 1]
