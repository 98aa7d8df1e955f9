"""Judges a page: its claims, what sells, what could hurt, what is missing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from quietlegs.core.articles.base import ClaimBase, SafetyPoint
from quietlegs.core.articles.claims import Claim, Relation, Strength, claims_of, page_targets
from quietlegs.core.articles.hearing import Heard
from quietlegs.core.articles.matching import Match, answers_link, matches
from quietlegs.core.articles.reading import ReadingEase
from quietlegs.core.articles.safety import (
    Hazard,
    danger_by_words,
    hazards_of,
    missing_safety,
    told_with_question,
)
from quietlegs.core.articles.selling import Promotion, promotions_of
from quietlegs.core.articles.sentences import Sentence, sentences_of
from quietlegs.core.articles.verdicts import Verdict, judge, together
from quietlegs.core.knowledge import EvidenceEntry, Recommend
from quietlegs.core.knowledge.evidence import Topic

SEE_A_DOCTOR, URGENT_HELP = "see-a-doctor", "urgent-help"  # concepts in kb/claims/subjects.yaml

SEVERITIES = ("info", "caution", "danger")

Piece = TypeVar("Piece", Sentence, Claim, Promotion, Hazard)
Likeness = Callable[[Sequence[str]], Sequence[Mapping[str, float]]]
Senses = Callable[[Sequence[str], Sequence[bool]], Sequence[Heard | None]]
NEAR_IN_MEANING = 0.62  # a cosine from which an entry may speak to a claim that names none of our concepts


@dataclass(frozen=True, slots=True)
class JudgedClaim:
    """A claim, what the evidence says of it, and the evidence. ``score`` is how well they fit, 0 to 1."""

    claim: Claim
    verdict: Verdict
    severity: str
    evidence: EvidenceEntry | None
    also: tuple[EvidenceEntry, ...]
    score: float
    why: str


@dataclass(frozen=True, slots=True)
class CheckedArticle:
    """A page as judged. Places are character offsets into ``text``; ``language`` is the one that it was judged in."""

    title: str
    text: str
    about: tuple[str, ...]
    claims: tuple[JudgedClaim, ...]
    promotions: tuple[Promotion, ...]
    hazards: tuple[Hazard, ...]
    missing: tuple[SafetyPoint, ...]
    reading: ReadingEase
    language: str


def check_article(
    text: str, *, base: ClaimBase, likeness: Likeness | None = None, senses: Senses | None = None
) -> CheckedArticle:
    """Judge a page claim by claim.

    Args:
        text: the page as plain text.
        base: the evidence and word lists.
        likeness: given claims, how near in wording each evidence entry is; None where no language model is there.
        senses: given sentences, and which must be read, what each is heard to be; None likewise.
    """
    page = base.grammar.folded(text)
    sentences = sentences_of(page, base.grammar)
    about = page_targets(sentences, base)
    told = told_with_question(sentences)
    by_words = [danger_by_words(one, base) for one in told]
    heard = senses(told, [danger is not None for danger in by_words]) if senses else ()
    selling = promotions_of(sentences, base, heard)
    hazards = hazards_of(sentences, base, by_words, heard)
    sold = [(one.start, one.end) for one in selling]
    claims = [
        claim
        for claim in claims_of(page, sentences, base=base, page_targets=about)
        if not any(start <= claim.start < end for start, end in sold)
    ]
    claims += _hazards_without_claim(hazards, claims, sold, about)
    claims.sort(key=lambda claim: claim.start)
    near = _nearness(claims, base, likeness)
    judged = [_judge(claim, base, near.get(claim, {}), hazards) for claim in claims]
    missing = missing_safety(page, base, hazards)
    prose = [_as_written(text, one).text for one in sentences if not one.is_heading]
    return CheckedArticle(
        title=_as_written(text, sentences[0]).text[:200] if sentences else "",
        text=text,
        about=about,
        claims=tuple(replace(one, claim=_as_written(text, one.claim)) for one in judged),
        promotions=tuple(_as_written(text, one) for one in selling),
        hazards=tuple(_as_written(text, one) for one in hazards),
        missing=missing,
        reading=base.grammar.readability(prose),
        language=base.grammar.code,
    )


def _as_written(text: str, piece: Piece) -> Piece:
    """Return a piece of a page with its words as the page has them, accents and all."""
    return replace(piece, text=" ".join(text[piece.start : piece.end].split()))


def _hazards_without_claim(
    hazards: Sequence[Hazard],
    claims: Sequence[Claim],
    sold: Sequence[tuple[int, int]],
    about: tuple[str, ...],
) -> list[Claim]:
    """Return harmful advice that speaks in no way we read as a claim: it must be marked all the same."""
    taken = [*sold, *((claim.start, claim.end) for claim in claims)]
    return [
        Claim(
            one.start,
            one.end,
            one.text,
            (),
            about[:1],
            Relation.HELPS,
            Strength.PLAIN,
            is_denied=False,
            is_advice=True,
        )
        for one in hazards
        if not any(start < one.end and one.start < end for start, end in taken)
    ]


def _nearness(
    claims: Sequence[Claim], base: ClaimBase, likeness: Likeness | None
) -> Mapping[Claim, Mapping[str, float]]:
    """Return the likeness of the claims that words alone do not place: the model is slow, so it is asked of them only."""
    open_claims = [claim for claim in dict.fromkeys(claims) if likeness and not matches(claim, base)]
    found = likeness([claim.text for claim in open_claims]) if likeness and open_claims else ()
    return dict(zip(open_claims, found, strict=True))


def _judge(
    claim: Claim, base: ClaimBase, likeness: Mapping[str, float], hazards: Sequence[Hazard]
) -> JudgedClaim:
    hazard = next((one for one in hazards if one.start <= claim.start < one.end), None)
    if hazard:
        entry = base.entries[hazard.danger.evidence]
        return JudgedClaim(
            claim, Verdict(hazard.danger.verdict), hazard.danger.severity, entry, (), 1.0, hazard.danger.why
        )
    found = matches(claim, base) or _near_in_meaning(claim, base, likeness)
    if not found:
        return JudgedClaim(claim, Verdict.NOT_COVERED, "info", None, (), 0.0, "")
    deciding = _deciding(claim, found)
    verdict = together(tuple(judge(claim, match.entry) for match in deciding))
    if verdict is Verdict.NOT_COVERED:
        return JudgedClaim(claim, verdict, "info", None, (), 0.0, "")
    best = deciding[0]
    severity = max((_severity(claim, match, base) for match in found), key=SEVERITIES.index)
    also = tuple(match.entry for match in deciding[1:])
    return JudgedClaim(claim, verdict, severity, best.entry, also, best.score, best.entry.statement)


def _near_in_meaning(claim: Claim, base: ClaimBase, likeness: Mapping[str, float]) -> tuple[Match, ...]:
    """Return the entry nearest in meaning, where it is near enough and about the same complaint."""
    near = [one for one, cosine in likeness.items() if cosine >= NEAR_IN_MEANING]
    fitting = [
        one
        for one in near
        if {str(a) for a in base.entries[one].about} & set(claim.targets)
        and answers_link(claim, base.entries[one])
    ]
    best = max(fitting, key=lambda one: likeness[one], default=None)
    return (Match(base.entries[best], "", likeness[best]),) if best else ()


def _severity(claim: Claim, match: Match, base: ClaimBase) -> str:
    """Return what is at stake: *danger* where ignoring it harms, *caution* where it is not for everybody."""
    entry = match.entry
    is_sign = entry.topic == Topic.RED_FLAG and match.subject != SEE_A_DOCTOR
    if (is_sign or match.subject == URGENT_HELP) and (
        claim.is_advice or claim.relation is not Relation.HELPS
    ):
        return "danger"
    if claim.is_warning and any(
        one.evidence == entry.id and one.severity == "danger" for one in base.dangers
    ):
        return "danger" if entry.topic == Topic.HARM else "caution"
    return (
        "caution"
        if entry.recommend in (Recommend.ASK_FIRST, Recommend.CLINICIAN_ONLY, Recommend.NEVER)
        else "info"
    )


def _deciding(claim: Claim, found: Sequence[Match]) -> list[Match]:
    """Return the matches that decide: the things a claim names, or, where it describes, the best description."""
    doctor = [match for match in found if match.subject in (SEE_A_DOCTOR, URGENT_HELP)]
    flags = [match for match in found if match.entry.topic == Topic.RED_FLAG]
    if flags and doctor and not claim.is_warning:
        return flags  # which sign needs help, before the general advice to seek it
    if claim.relation is Relation.IS:
        return doctor or list(found[:1])
    if doctor and claim.is_advice and not claim.is_warning:
        return doctor  # "discuss supplements with your doctor" advises the doctor, not the supplement
    best = found[0].score
    return [match for match in found if match.score >= best - 0.15]
