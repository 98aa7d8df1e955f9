"""Whatever the text, every mark stands where it says, and nothing breaks."""

from hypothesis import given, settings
from hypothesis import strategies as st

from quietlegs.core.articles.check import check_article
from quietlegs.core.articles.sentences import sentences_of
from quietlegs.exchange.article_text import ArticleError, read_article
from quietlegs.exchange.claim_files import load_claim_base

PIECES = [
    "Leg cramps",
    "magnesium",
    "may help",
    "prevent",
    "quinine",
    "does not",
    "Buy now",
    ".",
    ":",
    "\n",
    "\n\n",
    " ",
    "- ",
    "1. ",
    "Dr. ",
    "e.g. ",
    "“",
    "”",
    "\u2028",
    "\x0b",
    "é",
    "\u202e",
    "🌙",
    "restless legs",
    "cause",
    ";",
    ", but ",
]
pages = st.one_of(st.text(max_size=300), st.lists(st.sampled_from(PIECES), max_size=60).map("".join))


@given(pages)
@settings(max_examples=150, deadline=None)
def test_every_mark_stands_in_the_text_as_given(text: str) -> None:
    article = check_article(text, base=load_claim_base())
    for start, end in [
        *((c.claim.start, c.claim.end) for c in article.claims),
        *((p.start, p.end) for p in article.promotions),
        *((h.start, h.end) for h in article.hazards),
    ]:
        assert 0 <= start < end <= len(text)
    for claim in article.claims:
        assert claim.claim.text == " ".join(text[claim.claim.start : claim.claim.end].split())


@given(pages)
@settings(max_examples=150, deadline=None)
def test_sentences_stand_in_order_and_do_not_overlap(text: str) -> None:
    at = 0
    for sentence in sentences_of(text, load_claim_base().grammar):
        assert at <= sentence.start < sentence.end <= len(text)
        assert sentence.text == " ".join(text[sentence.start : sentence.end].split())
        at = sentence.end


@given(
    st.binary(max_size=400)
    | st.binary(max_size=200).map(lambda raw: b"%PDF-1.7\n" + raw)
    | st.binary(max_size=200).map(lambda raw: b"<html><p>" + raw)
)
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_read_or_refused_with_a_message(data: bytes) -> None:
    try:
        article = read_article(data)
    except ArticleError as error:
        assert str(error)
    else:
        assert article.text.strip()
