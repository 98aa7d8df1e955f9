"""Twenty dots: a chance as 20 nights that a person can count."""

from quietlegs.exchange.figures.svg import picture, tag

DOTS = 20
PER_ROW = 10
STEP, RADIUS = 32.0, 11.5


def filled_of(share: float, low: float, high: float) -> tuple[int, int, int]:
    """Return how many of 20 dots are filled, half filled (could be either) and open.

    ``low <= share <= high``, each 0 to 1: filled up to the low end of the range, half filled up to its high end.
    """
    full = round(DOTS * max(0.0, min(low, share)))
    either = round(DOTS * min(1.0, max(high, share))) - full
    return full, either, DOTS - full - either


def dots_picture(share: float, low: float, high: float, *, label: str) -> str:
    """Return the drawing of a share of nights with its range."""
    full, either, _ = filled_of(share, low, high)
    marks = []
    for place in range(DOTS):
        x, y = 16.0 + STEP * (place % PER_ROW), 16.0 + 34.0 * (place // PER_ROW)
        if place < full:
            marks.append(tag("circle", css="sign-cramp", cx=x, cy=y, r=RADIUS, stroke_width=2))
        elif place < full + either:
            marks.append(tag("circle", css="sign-either", cx=x, cy=y, r=RADIUS, stroke_width=2))
            half = f"M{x:g} {y - RADIUS:g}a{RADIUS:g} {RADIUS:g} 0 0 0 0 {2 * RADIUS:g}z"
            marks.append(tag("path", css="sign-cramp", d=half, stroke="none"))
        else:
            marks.append(tag("circle", css="sign-quiet", cx=x, cy=y, r=RADIUS, stroke_width=2))
    return picture(STEP * PER_ROW, 66, *marks, label=label)
