"""A judged page and an answer as JSON documents, in the form that docs/reference describes."""

from collections import Counter
from collections.abc import Mapping

from quietlegs.core.articles.ask import Answer
from quietlegs.core.articles.check import CheckedArticle, JudgedClaim
from quietlegs.core.articles.verdicts import Verdict
from quietlegs.core.knowledge import EvidenceEntry, shown_sources

PLACES = 2


def article_json(article: CheckedArticle, *, is_as_given: bool = True) -> dict[str, object]:
    """Return a judged page. ``text`` is there when the places are not those of the text as given."""
    document: dict[str, object] = {
        "title": article.title,
        "claims": [claim_json(claim) for claim in article.claims],
        "promotions": [
            {"start": one.start, "end": one.end, "text": one.text, "what": one.what, "why": one.why}
            for one in article.promotions
        ],
        "missing_safety": [
            {"id": one.id, "sentence": one.sentence, "evidence": one.evidence} for one in article.missing
        ],
        "hazards": [
            {
                "start": one.start,
                "end": one.end,
                "text": one.text,
                "id": one.danger.id,
                "severity": one.danger.severity,
                "why": one.danger.why,
                "evidence": one.danger.evidence,
            }
            for one in article.hazards
        ],
        "summary": summary(article),
    }
    if not is_as_given:
        document["text"] = article.text
    return document


def claim_json(judged: JudgedClaim) -> dict[str, object]:
    """Return one judged claim."""
    return {
        "start": judged.claim.start,
        "end": judged.claim.end,
        "text": judged.claim.text,
        "evidence": judged.evidence.id if judged.evidence else None,
        "also": [entry.id for entry in judged.also],
        "score": round(judged.score, PLACES),
        "verdict": judged.verdict.value,
        "severity": judged.severity,
        "why": judged.why,
    }


def summary(article: CheckedArticle) -> dict[str, object]:
    """Return the report card of a page: claims by verdict, reading age, what sells and what could hurt, a grade."""
    counts = Counter(claim.verdict for claim in article.claims)
    return {
        "claims": len(article.claims),
        **{verdict.value: counts[verdict] for verdict in Verdict},
        "promotions": len(article.promotions),
        "hazards": len(article.hazards),
        "missing_safety": len(article.missing),
        "reading_age": article.reading.age,
        "reading_ease": article.reading.level,
        "language": article.language,
        "grade": grade(article),
    }


def grade(article: CheckedArticle) -> str:
    """Return one word for a page: unsafe, selling, mixed, mostly_sound, or nothing_to_check."""
    if any(hazard.danger.severity == "danger" for hazard in article.hazards):
        return "unsafe"
    if len(article.promotions) >= 3:
        return "selling"
    judged = [claim for claim in article.claims if claim.verdict is not Verdict.NOT_COVERED]
    if not judged:
        return "nothing_to_check"
    sound = sum(claim.verdict is Verdict.SUPPORTED for claim in judged)
    return "mostly_sound" if 3 * sound >= 2 * len(judged) else "mixed"


def answer_json(
    answer: Answer, *, urgent: Mapping[str, object] | None, see_doctor_if: list[str]
) -> dict[str, object]:
    """Return an answer: the sentences are those of the evidence, in a fixed order."""
    best = answer.found[0].entry if answer.found else None
    return {
        "question": answer.question,
        "understood_as": answer.understood_as,
        "in_scope": answer.in_scope,
        "answer": answer.not_ours.sentence if answer.not_ours else best.statement if best else None,
        "direction": best.direction.value if best else None,
        "certainty": best.certainty.value if best else None,
        "certainty_reason": best.certainty_reason if best else None,
        "numbers": list(best.findings) if best else [],
        "evidence": [
            {
                "id": one.entry.id,
                "score": one.score,
                "statement": one.entry.statement,
                "sources": sources_json(one.entry),
            }
            for one in answer.found
        ],
        "safety": " ".join(best.safety) if best else None,
        "see_doctor_if": see_doctor_if,
        "urgent": urgent,
        "turn_to": answer.not_ours.sentence if answer.not_ours else None,
    }


def sources_json(entry: EvidenceEntry) -> list[dict[str, object]]:
    """Return the sources of an entry that may be shown."""
    return [
        {"cite": one.cite, "year": one.year, "doi": one.doi, "pmid": one.pmid, "address": one.address}
        for one in shown_sources(entry)
    ]
