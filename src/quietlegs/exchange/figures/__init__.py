"""Pictures of findings as SVG: pure drawings from values, which the app, files and the doctor's page share.

A drawing uses classes and no colours of its own, so a page's theme decides; a file carries the day theme with it
(:mod:`quietlegs.exchange.figures.files`). Nothing here is the only place of a number: text and a table stand beside
every picture.
"""

from quietlegs.exchange.figures.cycle import Arrow, Node, cycle_picture
from quietlegs.exchange.figures.dots import dots_picture, filled_of
from quietlegs.exchange.figures.files import html_file, pdf_file, png_file, svg_file
from quietlegs.exchange.figures.forest import (
    Axis,
    ForestRow,
    difference_axis,
    forest_bar,
    forest_picture,
    ratio_axis,
)
from quietlegs.exchange.figures.nights import NightDot, nights_picture
from quietlegs.exchange.figures.over_time import over_time_picture

__all__ = [
    "Arrow",
    "Axis",
    "ForestRow",
    "NightDot",
    "Node",
    "cycle_picture",
    "difference_axis",
    "dots_picture",
    "filled_of",
    "forest_bar",
    "forest_picture",
    "html_file",
    "nights_picture",
    "over_time_picture",
    "pdf_file",
    "png_file",
    "ratio_axis",
    "svg_file",
]
