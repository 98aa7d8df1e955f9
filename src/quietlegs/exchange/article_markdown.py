"""Reads Markdown as the words it shows: its marks are for a machine, and a sentence has none of them.

Only marks are taken away. List items keep their dash or number, headings their own line: by these the sentences of a
page are told apart.
"""

import re

FEWEST_SIGNS = 2  # one star or bracket alone says nothing of how a text was written

_SIGNS = (
    re.compile(r"^#{1,6}\s+\S", re.MULTILINE),
    re.compile(r"!?\[[^\]\n]+\]\([^)\s]+[^)\n]*\)"),
    re.compile(r"\*\*[^*\n]+\*\*|__[^_\n]+__"),
    re.compile(r"^(?:```|~~~)", re.MULTILINE),
    re.compile(r"^[ \t]*[*+-][ \t]+\S", re.MULTILINE),
    re.compile(r"^[^\n]+\n(?:={3,}|-{3,})[ \t]*$", re.MULTILINE),
    re.compile(r"^\|.+\|[ \t]*$", re.MULTILINE),
    re.compile(r"(?<![\w*])\*[^*\s][^*\n]*\*(?![\w*])"),
)
_CERTAIN = 5  # the first of them are no habit of plain text

_STEPS = (
    (
        re.compile(r"\A---[ \t]*\n.*?\n---[ \t]*(?:\n|\Z)", re.DOTALL),
        "",
    ),  # what a page tells the program that shows it
    (re.compile(r"<!--.*?-->", re.DOTALL), ""),
    (re.compile(r"^[ \t]*(?:```|~~~).*$", re.MULTILINE), ""),
    (
        re.compile(r"^[ \t]*\[[^\]\n]+\]:[ \t]*\S+.*$", re.MULTILINE),
        "",
    ),  # where a link leads, told at the foot
    (re.compile(r"^[ \t]*(?:[-*_][ \t]*){3,}$|^[ \t]*=+[ \t]*$", re.MULTILINE), ""),  # rules and underlines
    (re.compile(r"^[ \t]*\|?(?:[ \t]*:?-{2,}:?[ \t]*\|)+[ \t]*:?-*:?[ \t]*$", re.MULTILINE), ""),
    (re.compile(r"^[ \t]{0,3}#{1,6}[ \t]+(.*?)[ \t]*#*[ \t]*$", re.MULTILINE), r"\n\1\n"),
    (re.compile(r"^[ \t]*(?:>[ \t]?)+", re.MULTILINE), ""),
    (re.compile(r"^([ \t]*)[*+][ \t]+", re.MULTILINE), r"\1- "),
    (re.compile(r"!\[([^\]\n]*)\](?:\([^)\n]*\)|\[[^\]\n]*\])"), r"\1"),
    (re.compile(r"\[([^\]\n]+)\](?:\([^)\n]*\)|\[[^\]\n]*\])"), r"\1"),
    (re.compile(r"<(https?://[^>\s]+)>"), r"\1"),
    (re.compile(r"`+([^`\n]+)`+"), r"\1"),
    (re.compile(r"(?<!\\)(\*{1,3}|~~)(?=\S)(.+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![\w\\])(_{1,3})(?=\S)(.+?)(?<=\S)\1(?!\w)"), r"\2"),
    (re.compile(r"[ \t]*\|[ \t]*"), " "),
    (re.compile(r"\\([\\`*_{}\[\]()#+.!|>~-])"), r"\1"),
    (re.compile(r"\n{3,}"), "\n\n"),
)


def is_markdown(text: str) -> bool:
    """Return whether a text is written in Markdown: two kinds of its marks, one of them no habit of plain text."""
    found = [bool(sign.search(text)) for sign in _SIGNS]
    return any(found[: _CERTAIN - 1]) and (sum(found) >= FEWEST_SIGNS or found[0] or found[1])


def markdown_text(source: str) -> str:
    """Return the words of a Markdown page without its marks.

    >>> markdown_text("# Cramps\\n\\n**Magnesium** does [not](https://x.org) help.").strip()
    'Cramps\\n\\nMagnesium does not help.'
    """
    text = source.replace("\r\n", "\n")
    for pattern, put in _STEPS:
        text = pattern.sub(put, text)
    return text.strip("\n")
