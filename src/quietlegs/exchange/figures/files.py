"""Pictures as files: SVG with the day theme inside, PNG and PDF through Typst, HTML with text and table beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

PIXELS_PER_INCH = 192.0  # twice the screen's: sharp on a phone and in print

# The day theme of the app's design, for drawings that leave it.
STYLE = """
.paper{fill:#fff}text{font-family:"Atkinson Hyperlegible Next","Liberation Sans","DejaVu Sans",Arial,sans-serif;
font-size:17px;fill:#161c33}.title{font-size:24px;font-weight:700}.strong{font-weight:700}.soft{fill:#3f4866}
.small{font-size:14px}.more{stroke:#832f05}.fewer{stroke:#0a5151}text.more{stroke:none;fill:#832f05}
text.fewer{stroke:none;fill:#0a5151}.zone-fewer{fill:#d3ecea}.zone-more{fill:#fce4d2}
.same-line,.axis{stroke:#5d6889;stroke-width:1.5}.interval{stroke:#161c33;stroke-width:8;stroke-linecap:round}
.interval.thin{stroke-width:3;stroke-dasharray:2 6}.interval.more{stroke:#832f05}.interval.fewer{stroke:#0a5151}
.estimate{fill:#fff;stroke:#161c33;stroke-width:3}.estimate.more{stroke:#832f05}.estimate.fewer{stroke:#0a5151}
.beyond{fill:#5d6889}.sign-cramp{fill:#832f05;stroke:#832f05}.sign-quiet{fill:none;stroke:#0a5151}
.sign-either{fill:none;stroke:#832f05}.sign-cramp-text{fill:#fff;font-size:13px}.night-room{fill:none}
.band{fill:#e1e6f9}.level{fill:none;stroke:#2d3a8c;stroke-width:3}.grid{stroke:#cbd2e4;stroke-width:1}
.node{fill:#fff;stroke:#5d6889;stroke-width:2}.node-small{font-size:14px}
.arrow{fill:none;stroke:#161c33;stroke-width:6}.arrow.maybe{stroke-width:4;stroke-dasharray:9 9}.head{fill:#161c33}
""".replace("\n", "")

PAGE_STYLE = """
body{font:18px/1.5 "Atkinson Hyperlegible Next",system-ui,sans-serif;color:#161c33;background:#f1f3f9;margin:0}
main{max-width:62rem;margin:0 auto;padding:1.5rem}figure{margin:1rem 0;background:#fff;border-radius:.9rem;
overflow-x:auto}figure svg{display:block;width:100%;min-width:34rem;height:auto}
section{background:#fff;border-radius:.9rem;padding:.25rem 1.25rem;margin:1rem 0}
table{border-collapse:collapse;width:100%}caption{text-align:left;font-weight:700;padding:.5rem 0}
th,td{text-align:left;padding:.4rem .75rem .4rem 0;border-bottom:1px solid #cbd2e4;vertical-align:top}
.wrap{overflow-x:auto}@media print{body{background:#fff}}
""".replace("\n", "")


def svg_file(drawing: str) -> str:
    """Return a drawing as the text of an SVG file that looks right by itself."""
    end = drawing.index(">") + 1
    head = drawing[: end - 1]
    view = head.split('viewBox="0 0 ')[1].split('"')[0].split()
    sized = f'{head} width="{view[0]}" height="{view[1]}">'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{sized}<style>{STYLE}</style>{drawing[end:]}\n'


def png_file(drawing: str) -> bytes:
    """Return a drawing as the bytes of a PNG, at twice the size of the screen."""
    import typst

    source = b'#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.at("svg")), format: "svg")'
    made = typst.compile(source, format="png", ppi=PIXELS_PER_INCH, sys_inputs={"svg": svg_file(drawing)})
    assert isinstance(made, bytes)
    return made


@dataclass(frozen=True, slots=True)
class Page:
    """A page of findings: a title, a lead, drawings with a caption each, a table, and sentences under headings."""

    title: str
    lead: str
    drawings: tuple[tuple[str, str], ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    sections: tuple[tuple[str, tuple[str, ...]], ...]
    language: str = "en"


def html_file(page: Page) -> str:
    """Return a page as one HTML file: no script, nothing from elsewhere."""
    figures = "".join(
        f"<figure>{svg_in_page(drawing)}<figcaption>{escape(caption)}</figcaption></figure>"
        for caption, drawing in page.drawings
    )
    sections = "".join(
        f"<section><h2>{escape(heading)}</h2><ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul></section>"
        for heading, lines in page.sections
        if lines
    )
    return (
        f'<!doctype html>\n<html lang="{escape(page.language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(page.title)}</title><style>{PAGE_STYLE}{STYLE}</style></head><body><main>"
        f"<h1>{escape(page.title)}</h1><p>{escape(page.lead)}</p>{figures}"
        f'<section><div class="wrap" tabindex="0" role="region" aria-label="{escape(page.title)}">'
        f"{_html_table(page.columns, page.rows)}</div></section>{sections}</main></body></html>\n"
    )


def svg_in_page(drawing: str) -> str:
    """Return a drawing as it stands inside HTML, where the namespace is known."""
    return drawing.replace(' xmlns="http://www.w3.org/2000/svg"', "", 1)


def _html_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in row[1:])}</tr>'
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def pdf_file(page: Page) -> bytes:
    """Return a page as a tagged PDF on A4. Texts are given as data, so none of them can be read as markup."""
    import json

    import typst

    data = {
        "language": page.language,
        "title": page.title,
        "lead": page.lead,
        "drawings": [[caption, svg_file(drawing)] for caption, drawing in page.drawings],
        "columns": page.columns,
        "rows": page.rows,
        "sections": [[heading, list(lines)] for heading, lines in page.sections if lines],
    }
    made = typst.compile(_PDF_SOURCE, format="pdf", sys_inputs={"page": json.dumps(data)})
    assert isinstance(made, bytes)
    return made


_PDF_SOURCE = b"""
#let page-data = json(bytes(sys.inputs.at("page")))
#set document(title: page-data.title)
#set page(paper: "a4", margin: 18mm, numbering: "1 / 1")
#set text(font: ("Atkinson Hyperlegible Next", "Liberation Sans", "DejaVu Sans", "Libertinus Serif"), size: 10.5pt, lang: page-data.language)
#set par(leading: 0.65em)
= #page-data.title
#page-data.lead
#for drawing in page-data.drawings {
  figure(image(bytes(drawing.at(1)), format: "svg", width: 100%, alt: drawing.at(0)), caption: drawing.at(0), numbering: none)
}
#table(
  columns: page-data.columns.len(),
  stroke: (x, y) => (bottom: 0.5pt + luma(180)),
  inset: (x: 4pt, y: 5pt),
  table.header(..page-data.columns.map(c => strong(c))),
  ..page-data.rows.flatten(),
)
#for section in page-data.sections {
  heading(level: 2, section.at(0))
  list(..section.at(1))
}
"""
