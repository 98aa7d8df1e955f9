"""Pages set as tagged PDF with their fonts inside. Words go in as data; no file format is built from strings of theirs."""

import json
from pathlib import Path
from typing import Literal

TEMPLATES = Path(__file__).resolve().parent
FONTS = TEMPLATES / "fonts"
PAPERS = {"a4": "a4", "letter": "us-letter"}
STANDARD: Literal["ua-1"] = (
    "ua-1"  # PDF/UA-1: tags, a title and words for pictures, for people who hear the page
)


def set_pdf(template: Path, data: object) -> bytes:
    """Return the PDF that a template makes of plain values, which it reads as ``sys.inputs.document``."""
    words = json.dumps(_shown(data))
    made = _compiled(template, words, STANDARD)
    # A sign that no font here can draw breaks the standard, and not the page: it comes as a box, tags and all.
    return made or _compiled(template, words, None) or b""


def _compiled(template: Path, words: str, standard: Literal["ua-1"] | None) -> bytes | None:
    import typst

    try:
        made = typst.compile(
            str(template),
            format="pdf",
            font_paths=[str(FONTS)],
            root=str(TEMPLATES),
            sys_inputs={"document": words},
            pdf_standards=standard or [],
        )
    except typst.TypstError:
        if standard is None:
            raise
        return None
    assert isinstance(made, bytes)
    return made


def _shown(value: object) -> object:
    """Return a value with every text in it freed of signs that cannot be shown: controls, and half characters."""
    if isinstance(value, str):
        return "".join(sign if sign.isprintable() else " " for sign in value)
    if isinstance(value, dict):
        return {name: one if name == "svg" else _shown(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_shown(one) for one in value]
    return value
