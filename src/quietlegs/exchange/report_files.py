"""The doctor's page as a file: tagged PDF, HTML, plain text. The words stay data; no file format is built from strings of theirs."""

from collections.abc import Sequence
from html import escape

from quietlegs.core.base.errors import QuietlegsError
from quietlegs.core.base.messages import message
from quietlegs.core.report import Block, Document, Legs, Lines, NightMark, Section, Table
from quietlegs.exchange import knowledge_base
from quietlegs.exchange.typesetting import PAPERS, TEMPLATES, set_pdf

TEMPLATE = TEMPLATES / "report.typ"
NIGHT_WIDTH, TALLEST = 8.0, 26.0
LEGS_LINES = 6  # how tall the drawn legs are, in printed lines
FULL_STRIP = 84  # fewer nights are drawn at the same scale, not stretched
HALF_PAGE_LETTERS = 46  # about how many letters fit across half the page


@knowledge_base.kept_by_language
def report_wording() -> dict[str, str]:
    """Return the words of the doctor's page by id. Raises KnowledgeError."""
    page = knowledge_base.load_folder("wording")["report"]["page"]
    assert isinstance(page, dict)
    return {str(name): str(text) for name, text in page.items()}


def report_pdf(document: Document, *, paper: str = "a4") -> bytes:
    """Return the page as a tagged PDF with its fonts inside.

    Raises:
        QuietlegsError: the paper is neither a4 nor letter.
    """
    if paper not in PAPERS:
        raise QuietlegsError(
            message("We do not know the paper {paper}. Choose a4 or letter.", paper=repr(paper))
        )
    data = {
        "title": document.title,
        "kicker": document.kicker,
        "footer": document.footer,
        "language": document.language,
        "paper": PAPERS[paper],
        "groups": _groups(document.sections),
        "appendix": [_section(section, breakable=True) for section in document.appendix],
    }
    return set_pdf(TEMPLATE, data)


def _groups(sections: Sequence[Section]) -> list[dict[str, object]]:
    """Return the sections as rows of the page: a wide one alone, the others between in two columns of like height."""
    groups: list[dict[str, object]] = []
    run: list[Section] = []
    for section in [*sections, None]:
        if section is not None and not section.is_wide:
            run.append(section)
            continue
        if run:
            columns: tuple[list[object], list[object]] = ([], [])
            heights = [0, 0]
            for one in run:
                side = int(heights[1] < heights[0])
                columns[side].append(_section(one, breakable=False))
                heights[side] += _height(one)
            groups.append({"wide": False, "columns": columns})
            run = []
        if section is not None:
            groups.append({"wide": True, "sections": [_section(section, breakable=False)]})
    return groups


def _height(section: Section) -> int:
    """Return about how many printed lines a section takes in half the width of the page."""
    lines = 2
    for block in section.blocks:
        if isinstance(block, Lines):
            lines += sum(1 + len(a + b) // 52 for a, b in block.lines)
        elif isinstance(block, Table):
            lines += sum(1 + max((len(cell) for cell in row), default=0) // 26 for row in block.rows) + 1
        elif isinstance(block, Legs):
            lines += LEGS_LINES
    return lines


def _section(section: Section, *, breakable: bool) -> dict[str, object]:
    return {
        "heading": section.heading,
        "breakable": breakable,
        "blocks": [_block(block) for block in section.blocks],
    }


def _block(block: Block) -> dict[str, object]:
    if isinstance(block, Lines):
        return {"kind": "lines", "numbered": block.is_numbered, "lines": [list(pair) for pair in block.lines]}
    if isinstance(block, Table):
        return {"kind": "table", "columns": block.columns, "rows": block.rows, "widths": _widths(block)}
    if isinstance(block, Legs):
        return {"kind": "legs", "svg": legs_svg(block.places), "words": block.words}
    return {"kind": "strip", "svg": strip_svg(block.nights), "words": block.words}


def _widths(table: Table) -> list[float]:
    """Return the share of the width that each column needs: by its longest cell, and never less than its longest word."""
    columns = [[name, *(row[i] for row in table.rows)] for i, name in enumerate(table.columns)]
    cells = [min(max(map(len, column)), 60) for column in columns]
    words = [max((len(word) for cell in column for word in cell.split()), default=1) for column in columns]
    share = HALF_PAGE_LETTERS / max(sum(cells), 1)
    return [
        max(cell * min(share, 1.0), min(word, 24) * 1.15, 3) for cell, word in zip(cells, words, strict=True)
    ]


def strip_svg(nights: Sequence[NightMark], *, ink: str = "#000") -> str:
    """Return the strip of nights as SVG in one ink: a bar for cramps, a ring for quiet, dots for unknown. It reads in grey."""
    height, most = TALLEST + 10, max([1, *(mark.cramps or 0 for mark in nights)])
    parts = []
    for i, mark in enumerate(nights):
        x = i * NIGHT_WIDTH + NIGHT_WIDTH / 2
        if mark.cramps is None:
            parts += [
                f'<circle cx="{x:.1f}" cy="{TALLEST - 2 - 6 * k}" r="0.9" fill="{ink}"/>' for k in range(2)
            ]
        elif mark.cramps == 0:
            parts.append(
                f'<circle cx="{x:.1f}" cy="{TALLEST - 4}" r="2.2" fill="none" stroke="{ink}" stroke-width="1"/>'
            )
        else:
            tall = 7 + (TALLEST - 7) * (mark.cramps - 1) / max(most - 1, 1)
            parts.append(
                f'<rect x="{x - 2.2:.1f}" y="{TALLEST - tall:.1f}" width="4.4" height="{tall:.1f}" rx="1.4" fill="{ink}"/>'
            )
        if mark.evening.day == 1 or (i == 0 and not any(one.evening.day == 1 for one in nights[1:6])):
            parts.append(
                f'<text x="{x - 2:.1f}" y="{height - 1:.1f}" font-size="7" fill="{ink}" font-family="Atkinson Hyperlegible Next">'
                f"{mark.evening.day} {mark.evening:%b}</text>"
            )
    width = max(len(nights), FULL_STRIP) * NIGHT_WIDTH
    axis = f'<path d="M0 {TALLEST + 0.8}H{width}" stroke="{ink}" stroke-width="0.7"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">{axis}{"".join(parts)}</svg>'
    )


# One leg from behind in a box of 100 by 340, the left one; the right one is its mirror image.
_LEG = (
    "M22 4C12 60 22 104 33 148C37 168 26 190 26 222C26 256 41 276 42 302C42 312 37 320 38 330"
    "C40 340 77 340 79 331C80 320 70 312 70 302C71 274 91 256 89 220C88 190 78 168 82 148C91 104 104 60 98 4"
)
_MUSCLES = (
    "M56 176C41 180 36 202 38 224C40 244 47 256 55 266ZM60 176C75 180 80 202 78 222C76 242 69 256 61 266Z"
)
_SPOTS = {"back-of-thigh": 84.0, "thigh": 84.0, "calf": 216.0, "sole": 322.0, "foot": 322.0}
_APART = 130.0


def legs_svg(places: Sequence[tuple[str, int]], *, ink: str = "#000", paper: str = "#fff") -> str:
    """Return two legs from behind in one ink, with the nights counted on each muscle; left is left."""
    parts = []
    for side, shift in (("left", 0.0), ("right", _APART)):
        flip = "" if side == "left" else " scale(-1 1) translate(-118 0)"
        parts.append(
            f'<g transform="translate({shift:g} 0){flip}" fill="none" stroke="{ink}" stroke-width="3">'
            f'<path d="{_LEG}"/><path d="{_MUSCLES}" stroke-width="1.5"/></g>'
        )
        for y, count in _counts(places, side).items():
            x = shift + 58
            parts.append(
                f'<circle cx="{x:g}" cy="{y:g}" r="24" fill="{ink}"/><text x="{x:g}" y="{y + 10:g}" font-size="28"'
                f' text-anchor="middle" fill="{paper}" font-family="Atkinson Hyperlegible Next">{count}</text>'
            )
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 248 348">{"".join(parts)}</svg>'


def _counts(places: Sequence[tuple[str, int]], side: str) -> dict[float, int]:
    """Return the nights at each height of one leg's drawing."""
    found: dict[float, int] = {}
    for place, count in places:
        of, _, muscle = place.partition("-")
        if of in (side, "both") and muscle in _SPOTS:
            found[_SPOTS[muscle]] = found.get(_SPOTS[muscle], 0) + count
    return found


def report_text(document: Document) -> str:
    """Return the page as plain text, to paste into a message."""
    lines = [document.title, document.kicker, ""]
    for section in (*document.sections, *document.appendix):
        lines.append(section.heading.upper())
        for block in section.blocks:
            lines += _text_lines(block)
        lines.append("")
    return "\n".join([*lines, document.footer, ""])


def _text_lines(block: Block) -> list[str]:
    if isinstance(block, Lines):
        marks = [f"{i}." if block.is_numbered else "-" for i in range(1, len(block.lines) + 1)]
        return [
            f"{mark} {strong} {words}".replace("  ", " ")
            for mark, (strong, words) in zip(marks, block.lines, strict=True)
        ]
    if isinstance(block, Table):
        return [f"- {row[0]}: {', '.join(cell for cell in row[1:] if cell)}" for row in block.rows]
    return [block.words]


_STYLE = """
body{font:1rem/1.45 "Atkinson Hyperlegible Next",system-ui,sans-serif;max-width:50rem;margin:1.5rem auto;padding:0 1rem;color:#000;background:#fff}
h1{font-size:1.5rem;border-bottom:3px solid;padding-bottom:.4rem}h2{font-size:1.05rem;margin:1.2rem 0 .3rem}
.two{display:grid;grid-template-columns:repeat(auto-fit,minmax(18rem,1fr));gap:0 2rem}.wide{grid-column:1/-1}
table{border-collapse:collapse;width:100%}th,td{text-align:start;vertical-align:top;padding:.25rem .5rem .25rem 0;border-bottom:1px solid #aaa;overflow-wrap:anywhere}
svg{width:100%;height:auto}.legs-row{display:flex;gap:1rem;align-items:center}svg.legs{width:7.25rem;flex:none}p,li{margin:.15rem 0}footer,.kicker{color:#444;font-size:.85rem}@media print{body{margin:0;max-width:none}}
"""


def report_html(document: Document) -> str:
    """Return the page as one HTML file."""
    body = "".join(_html_section(section) for section in (*document.sections, *document.appendix))
    return (
        f'<!doctype html><html lang="{escape(document.language)}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(document.title)}</title><style>{_STYLE}</style></head>'
        f'<body><p class="kicker">{escape(document.kicker)}</p><h1>{escape(document.title)}</h1>'
        f'<div class="two">{body}</div><footer>{escape(document.footer)}</footer></body></html>'
    )


def _html_section(section: Section) -> str:
    wide = ' class="wide"' if section.is_wide else ""
    return f"<section{wide}><h2>{escape(section.heading)}</h2>{''.join(html_block(block) for block in section.blocks)}</section>"


def html_block(block: Block) -> str:
    """Return one block as HTML. A cell may be in another script: each says its own direction."""
    if isinstance(block, Lines):
        tag = "ol" if block.is_numbered else "ul"
        lines = [
            f"{f'<strong>{escape(strong)}</strong> ' if strong else ''}{escape(words)}"
            for strong, words in block.lines
        ]
        if len(lines) == 1 and not block.is_numbered:
            return f'<p dir="auto">{lines[0]}</p>'
        items = "".join(f'<li dir="auto">{line}</li>' for line in lines)
        return f"<{tag}>{items}</{tag}>"
    if isinstance(block, Table):
        head = "".join(f'<th scope="col">{escape(name)}</th>' for name in block.columns)
        rows = "".join("<tr>" + "".join(_cell(cell) for cell in row) + "</tr>" for row in block.rows)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    if isinstance(block, Legs):
        # The words beside it say the same, so the picture itself is for eyes only.
        drawn = legs_svg(block.places, ink="currentColor", paper="Canvas").replace(
            "<svg ", '<svg class="legs" aria-hidden="true" width="116" height="164" ', 1
        )
        return f'<div class="legs-row">{drawn}<p>{escape(block.words)}</p></div>'
    picture = strip_svg(block.nights, ink="currentColor").replace(
        "<svg ", f'<svg role="img" aria-label="{escape(block.words)}" ', 1
    )
    return f"{picture}<p>{escape(block.words)}</p>"


def _cell(cell: str) -> str:
    return f'<td dir="auto">{escape(cell)}</td>'
