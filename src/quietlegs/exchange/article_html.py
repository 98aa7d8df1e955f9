"""A judged page as one HTML file with marks, to keep or print. Nothing of the page's own code is in it."""

from html import escape

from quietlegs.core.articles.check import CheckedArticle, JudgedClaim
from quietlegs.core.articles.safety import Hazard
from quietlegs.core.articles.selling import Promotion
from quietlegs.core.knowledge import shown_sources
from quietlegs.exchange.article_json import grade
from quietlegs.exchange.claim_files import wording

# A sign beside each mark: colour is never the only one.
SIGNS = {
    "supported": "✓",
    "partly": "◐",
    "unsupported": "?",
    "contradicted": "✗",
    "unsafe": "!",
    "not_covered": "·",
    "sells": "$",
}
_STYLE = """
body{font:1.1rem/1.6 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color:#16181d;background:#fff}
mark{background:none;color:inherit;padding-block-end:2px;border-block-end:2px solid}
mark sup{font-weight:700;padding-inline:.15em}
.supported{border-color:#0b6b4f}.partly{border-block-end-style:dashed;border-color:#7a5200}
.unsupported{border-block-end-style:dotted;border-color:#5a5f6b}.contradicted{border-block-end-style:double;border-block-end-width:4px;border-color:#8a1c1c}
.unsafe{border-block-end-width:4px;border-color:#8a1c1c;font-weight:700}.not_covered{border-color:#c5c9d3}
.sells{border:2px dashed #6a2e8a;border-radius:4px}
li{margin-block:.6rem}.page{white-space:pre-wrap;overflow-wrap:anywhere}
@media print{body{margin:0}}
"""


def marked_page(article: CheckedArticle) -> str:
    """Return the page with every claim, offer and danger marked, and below it what we know of each."""
    grades, verdicts = wording("grades"), wording("verdicts")
    notes: list[str] = []
    parts: list[str] = []
    at = 0
    for start, end, css, note in _marks(article, verdicts):
        if start < at:
            continue
        parts.append(escape(article.text[at:start]))
        notes.append(note)
        parts.append(
            f'<mark class="{css}">{escape(article.text[start:end])}<sup>{SIGNS[css]}'
            f'<a href="#n{len(notes)}" id="m{len(notes)}">{len(notes)}</a></sup></mark>'
        )
        at = end
    parts.append(escape(article.text[at:]))
    listed = "".join(f'<li id="n{i}">{note} <a href="#m{i}">back</a></li>' for i, note in enumerate(notes, 1))
    missing = "".join(f"<li>{escape(point.sentence)}</li>" for point in article.missing)
    return (
        f'<!doctype html><html lang="{article.language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(article.title)} - checked</title><style>{_STYLE}</style></head><body>"
        f"<h1>{escape(article.title)}</h1><p><strong>{escape(grades[grade(article)])}</strong></p>"
        + (f"<h2>What it should tell and does not</h2><ul>{missing}</ul>" if missing else "")
        + f'<h2>The page</h2><div class="page">{"".join(parts)}</div><h2>What we know</h2><ol>{listed}</ol></body></html>'
    )


def _marks(article: CheckedArticle, verdicts: dict[str, str] | object) -> list[tuple[int, int, str, str]]:
    assert isinstance(verdicts, dict)
    marks = [_sold(one) for one in article.promotions]
    judged = [_judged(one, verdicts) for one in article.claims]
    taken = [(start, end) for start, end, _, _ in (*marks, *judged)]
    marks += [
        _hazard(one) for one in article.hazards if not any(s < one.end and one.start < e for s, e in taken)
    ]
    return sorted([*marks, *judged])


def _sold(one: Promotion) -> tuple[int, int, str, str]:
    return one.start, one.end, "sells", f"<strong>{escape(one.what)}.</strong> {escape(one.why)}"


def _hazard(one: Hazard) -> tuple[int, int, str, str]:
    return one.start, one.end, "unsafe", f"<strong>This could hurt.</strong> {escape(one.danger.why)}"


def _judged(one: JudgedClaim, verdicts: dict[str, str]) -> tuple[int, int, str, str]:
    note = f"<strong>{escape(verdicts[one.verdict.value])}</strong> {escape(one.why)}"
    if one.evidence:
        cites = "; ".join(escape(source.cite) for source in shown_sources(one.evidence)[:3])
        note += f" <em>How sure: {escape(one.evidence.certainty.value.replace('-', ' '))}.</em> {cites}"
    return one.claim.start, one.claim.end, one.verdict.value, note
