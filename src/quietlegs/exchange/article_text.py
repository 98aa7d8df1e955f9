"""Gets the text out of a page that somebody brings: plain text, Markdown, HTML or PDF. Nothing of it is ever run or fetched."""

import io
import re
from dataclasses import dataclass

from quietlegs.core.base.errors import QuietlegsError
from quietlegs.core.base.messages import message
from quietlegs.exchange.article_markdown import is_markdown, markdown_text

MOST_TEXT = 1_000_000  # characters; a long book chapter has a tenth of it
MOST_FILE = 20 * 2**20  # bytes; a saved page or a PDF carries pictures
MOST_PDF_PAGES = 200


FEW_ODD_SIGNS, MOST_ODD_SHARE = 8, 0.02  # a text from an old machine has a few
_ARCHIVES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"Rar!")
# Signs that a terminal or a page would obey rather than show: control signs, and those that turn the direction of writing.
_ESCAPE = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[@-_]?")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")


class ArticleError(QuietlegsError):
    """A page cannot be read; the message says why and how to mend it."""


@dataclass(frozen=True, slots=True)
class Article:
    """The text of a page; ``is_as_given`` says whether it is the very text that was given."""

    text: str
    is_as_given: bool


def read_article(data: bytes) -> Article:
    """Return the text of a page, its kind told from what it holds.

    Raises:
        ArticleError: it is empty, too long, or has no text.
    """
    if len(data) > MOST_FILE:
        raise ArticleError(
            message(
                "The file has {size} MB. The most we read is {most} MB.",
                size=len(data) // 2**20,
                most=MOST_FILE // 2**20,
            )
        )
    if data.lstrip()[:5] == b"%PDF-":
        return _checked(_pdf_text(data), is_as_given=False)
    if data.lstrip()[:5].startswith(_ARCHIVES):
        raise ArticleError(
            message(
                "This is a packed file or an office document. Save the page as PDF or text, or paste its words."
            )
        )
    text = decode(data)
    if _is_no_text(text):
        raise ArticleError(
            message(
                "This file holds no text: it may be a picture, a sound or a program. Give a text, HTML, Markdown or PDF file."
            )
        )
    return read_pasted(text)


def read_pasted(text: str) -> Article:
    """Return pasted text as an article, or the main text of a pasted page source. Raises ArticleError."""
    if is_html(text):
        return _checked(_html_text(text), is_as_given=False)
    if is_markdown(text):
        return _checked(markdown_text(text), is_as_given=False)
    return _checked(text, is_as_given=True)


def _is_no_text(text: str) -> bool:
    """Whether bytes were read that are no text: a zero, or many control and replacement signs."""
    head = text[:20_000]
    odd = sum(sign == "\ufffd" or bool(_CONTROL.match(sign)) for sign in head)
    return "\0" in head or odd > max(FEW_ODD_SIGNS, MOST_ODD_SHARE * len(head))


def _checked(text: str, *, is_as_given: bool) -> Article:
    clean = _CONTROL.sub("", _ESCAPE.sub("", text))
    is_as_given, text = is_as_given and len(clean) == len(text), clean
    if not text.strip():
        raise ArticleError(
            message(
                "There is no text here. Paste the words of the page, or save the page and give that file."
            )
        )
    if len(text) > MOST_TEXT:
        raise ArticleError(
            message(
                "The text has {count} characters. The most we read is {most_text}. Give the part that you ask about.",
                count=f"{len(text):,}",
                most_text=f"{MOST_TEXT:,}",
            )
        )
    return Article(text, is_as_given)


def decode(data: bytes) -> str:
    """Return the text of bytes in whatever encoding they are; what cannot be read becomes a replacement sign."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    from charset_normalizer import from_bytes

    best = from_bytes(data[:200_000]).best()
    return data.decode(best.encoding if best else "cp1252", errors="replace")


def is_html(text: str) -> bool:
    """Return whether a text is the source of a web page."""
    head = text[:5_000].lower()
    return (
        "<html" in head
        or "<!doctype html" in head
        or len(re.findall(r"</?(?:p|div|span|h[1-6]|li|br|a)\b[^>]*>", head)) >= 4
    )


def _html_text(source: str) -> str:
    """Return the main text of a page; all its text where no main part can be told."""
    import trafilatura
    from lxml import html

    main = trafilatura.extract(
        source, include_comments=True, include_tables=True, favor_recall=True, no_fallback=False
    )
    if main and len(main) > 200:
        return str(main)
    try:
        tree = html.document_fromstring(
            source.encode("utf-8"), parser=html.HTMLParser(encoding="utf-8", no_network=True)
        )
    except (ValueError, html.etree.ParserError) as error:
        raise ArticleError(
            message("This page has no text that can be read. Paste its words instead.")
        ) from error
    for unwanted in tree.xpath("//script|//style|//noscript|//template|//svg|//head"):
        unwanted.drop_tree()
    blocks = tree.xpath("//p|//li|//h1|//h2|//h3|//h4|//h5|//h6|//td|//blockquote")
    lines = [" ".join(block.text_content().split()) for block in blocks]
    return "\n\n".join(line for line in lines if line) or " ".join(tree.text_content().split())


def _pdf_text(data: bytes) -> str:
    import logging

    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    # What is odd in a stranger's PDF is not for our log.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)

    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise ArticleError(message("This PDF has a password. Save it without one, or paste its words."))
        if len(reader.pages) > MOST_PDF_PAGES:
            raise ArticleError(
                message(
                    "This PDF has {count} pages. The most we read is {most_pdf_pages}.",
                    count=len(reader.pages),
                    most_pdf_pages=MOST_PDF_PAGES,
                )
            )
        text = "\n\n".join(page.extract_text() for page in reader.pages)
    except ArticleError:
        raise
    except (
        PyPdfError,
        ValueError,
        KeyError,
        TypeError,
        RecursionError,
        OSError,
        IndexError,
        AttributeError,
    ) as error:
        raise ArticleError(
            message("This PDF cannot be read: it is damaged. Paste its words instead.")
        ) from error
    if not text.strip():
        raise ArticleError(
            message("This PDF holds pictures and no text. Paste the words of the page instead.")
        )
    return text
