"""What the templates of asking and of the article check get."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from quietlegs.core.articles.ask import Answer
from quietlegs.core.articles.check import CheckedArticle
from quietlegs.core.articles.verdicts import Verdict
from quietlegs.core.knowledge import EvidenceEntry, shown_sources
from quietlegs.core.knowledge.evidence import Topic
from quietlegs.exchange import claim_files, knowledge_base
from quietlegs.exchange.article_json import summary

# The worst first: what could hurt must not stand below what is right.
ORDER = (
    Verdict.UNSAFE,
    Verdict.CONTRADICTED,
    Verdict.UNSUPPORTED,
    Verdict.PARTLY,
    Verdict.SUPPORTED,
    Verdict.NOT_COVERED,
)


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the checked text: plain, a claim with its number, or something that sells."""

    text: str
    kind: str = "plain"
    number: int = 0
    label: str = ""


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """One claim in the list: its number in the text, the verdict in a word, what we know, how sure, and from where."""

    number: int
    css: str
    word: str
    why: str
    certainty: str
    entry_id: str
    numbers: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """A checked page. ``title`` is the answer; ``lead`` the counts; ``card`` the report card of article_json.summary."""

    title: str
    lead: str
    name: str
    card: Mapping[str, Any]
    grade: str
    dangers: tuple[str, ...]
    parts: tuple[Part, ...]
    rows: tuple[ClaimRow, ...]
    missing: tuple[str, ...]
    legend: tuple[tuple[str, str], ...]
    is_understood: bool
    judged_in: str
    is_mixed: bool
    uses_words_alone: bool
    ease: str


def verdict_words() -> dict[Verdict, str]:
    """Return the word for each verdict."""
    return {
        Verdict.SUPPORTED: _("Supported"),
        Verdict.PARTLY: _("Partly true"),
        Verdict.UNSUPPORTED: _("No good evidence"),
        Verdict.CONTRADICTED: _("Contradicted"),
        Verdict.UNSAFE: _("Unsafe"),
        Verdict.NOT_COVERED: _("We do not know"),
    }


def article_page(article: CheckedArticle, *, told: str | None, is_mixed: bool) -> ArticlePage:
    """Lay a checked page out.

    Args:
        article: the page as judged.
        told: the language that it is in; None for one that we do not understand.
        is_mixed: a good part of it is in another language.
    """
    words = verdict_words()
    card = summary(article)
    rows = [
        ClaimRow(
            number=number,
            css=judged.verdict.value,
            word=words[judged.verdict],
            why=judged.why,
            certainty=claim_files.certainty_label(judged.evidence) if judged.evidence else "",
            entry_id=judged.evidence.id if judged.evidence else "",
            numbers=judged.evidence.findings[:2] if judged.evidence else (),
            sources=_cites(judged.evidence),
        )
        for number, judged in enumerate(article.claims, 1)
    ]
    order = [verdict.value for verdict in ORDER]
    dangers = dict.fromkeys(one.danger.why for one in article.hazards if one.danger.severity == "danger")
    return ArticlePage(
        title=_title(card, len(dangers)),
        lead=_lead(card, words),
        name=article.title,
        card=card,
        grade=claim_files.wording("grades")[str(card["grade"])],
        dangers=tuple(dangers),
        parts=_parts(article, words),
        rows=tuple(sorted(rows, key=lambda row: (order.index(row.css), row.number))),
        missing=tuple(point.sentence for point in article.missing),
        legend=tuple((verdict.value, words[verdict]) for verdict in reversed(ORDER[:-1])),
        is_understood=told == article.language,
        judged_in=article.language,
        is_mixed=is_mixed,
        uses_words_alone=not claim_files.is_compared_by_meaning(article.language),
        ease=_ease(article),
    )


def _ease(article: CheckedArticle) -> str:
    """Return how easy a page reads where its language has a scale of words and no age."""
    return {
        "very_easy": _("It is very easy to read."),
        "fairly_easy": _("It is fairly easy to read."),
        "normal": _("It is of normal difficulty to read."),
        "somewhat_hard": _("It is somewhat hard to read."),
        "very_hard": _("It is very hard to read."),
    }.get(article.reading.level or "", "")


def _cites(entry: EvidenceEntry | None) -> tuple[str, ...]:
    return tuple(source.cite for source in shown_sources(entry)[:2]) if entry else ()


def _title(card: Mapping[str, object], dangers: int) -> str:
    if dangers:
        return ngettext("%(n)s thing here could hurt you", "%(n)s things here could hurt you", dangers) % {
            "n": dangers
        }
    return {
        "selling": _("This page sells"),
        "mixed": _("Some of this holds"),
        "mostly_sound": _("Most of this holds"),
        "nothing_to_check": _("Nothing here that we can check"),
        "unsafe": _("This page could hurt"),
    }[str(card["grade"])]


def _lead(card: Mapping[str, Any], words: Mapping[Verdict, str]) -> str:
    counts = [f"{card[verdict.value]} {words[verdict].lower()}" for verdict in ORDER if card[verdict.value]]
    total = ngettext("%(n)s claim", "%(n)s claims", card["claims"]) % {"n": card["claims"]}
    return f"{total}: {', '.join(counts)}." if counts else f"{total}."


def _parts(article: CheckedArticle, words: Mapping[Verdict, str]) -> tuple[Part, ...]:
    marks = [
        (one.start, one.end, Part(article.text[one.start : one.end], "sells")) for one in article.promotions
    ]
    for number, judged in enumerate(article.claims, 1):
        claim = judged.claim
        part = Part(
            article.text[claim.start : claim.end], judged.verdict.value, number, words[judged.verdict]
        )
        marks.append((claim.start, claim.end, part))
    parts: list[Part] = []
    at = 0
    for start, end, part in sorted(marks, key=lambda mark: mark[0]):
        if start < at:
            continue
        if start > at:
            parts.append(Part(article.text[at:start]))
        parts.append(part)
        at = end
    parts.append(Part(article.text[at:]))
    return tuple(parts)


@dataclass(frozen=True, slots=True)
class Related:
    """Another entry that speaks to a question."""

    entry_id: str
    heading: str


@dataclass(frozen=True, slots=True)
class AskPage:
    """An answer, in ``language``. ``urgent`` is the red flag that the words sound like, as its data file says it.

    ``heading`` is what the evidence answers: its question, or its title where only that is translated.
    """

    language: str
    question: str
    understood_as: str
    urgent: Mapping[str, object] | None
    not_ours: str
    entry: EvidenceEntry | None
    heading: str
    certainty: str
    sources: tuple[Any, ...]
    related: tuple[Related, ...]
    see_doctor_if: tuple[str, ...]
    may_try: bool
    is_understood: bool
    goes_by_words: bool
    is_partly_english: bool


def ask_page(answer: Answer, told: str | None) -> AskPage:
    """Lay an answer out: the evidence's own sentences in a fixed order.

    ``told`` is the language that the question is in, None for one that we do not understand.
    """
    urgent = claim_files.urgent_card(answer)
    # Beside a danger, an answer about something else could calm: only what speaks of danger too may stand there.
    found = [one for one in answer.found if not urgent or one.entry.topic is Topic.RED_FLAG]
    best = found[0].entry if found else None
    mended = answer.understood_as if answer.is_put_otherwise else ""
    see_doctor_if = tuple(claim_files.see_doctor_if(answer)) if best else ()
    language = knowledge_base.language()
    return AskPage(
        language=language,
        question=answer.question,
        understood_as=mended,
        urgent=urgent,
        not_ours=answer.not_ours.sentence if answer.not_ours else "",
        entry=best,
        heading=claim_files.heading(best) if best else "",
        certainty=claim_files.certainty_label(best) if best else "",
        sources=shown_sources(best) if best else (),
        related=tuple(Related(one.entry.id, claim_files.heading(one.entry)) for one in found[1:]),
        see_doctor_if=see_doctor_if,
        may_try=bool(best and best in answer.offers),
        is_understood=told is not None,
        goes_by_words=bool(best) and not claim_files.is_compared_by_meaning(language),
        is_partly_english=bool(best)
        and language != knowledge_base.ENGLISH
        and any(text in knowledge_base.english_texts() for text in (best.statement, *see_doctor_if)),
    )
