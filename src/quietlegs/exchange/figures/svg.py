"""The little SVG that the drawings need: elements from names and values, every text escaped."""

from html import escape


def tag(name: str, *children: str, text: str | None = None, **attributes: object) -> str:
    """Return an element. ``css`` stands for class, underscores for hyphens; None leaves an attribute out.

    >>> tag("circle", css="dot", cx=1.50, r=2)
    '<circle class="dot" cx="1.5" r="2"/>'
    """
    written = "".join(
        f' {"class" if key == "css" else key.replace("_", "-")}="{escape(_plain(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    inside = "".join(children) + (escape(text) if text is not None else "")
    return f"<{name}{written}>{inside}</{name}>" if inside else f"<{name}{written}/>"


def picture(width: float, height: float, *children: str, label: str, css: str | None = None) -> str:
    """Return a whole drawing with its spoken label."""
    return tag(
        "svg",
        *children,
        css=css,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {_plain(width)} {_plain(height)}",
        role="img",
        aria_label=label,
    )


def _plain(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return str(value)
