"""Finds the evidence that speaks to a claim: the same concept, the same complaint, the same kind of link."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from quietlegs.core.articles.base import ClaimBase
from quietlegs.core.articles.claims import Claim, Relation
from quietlegs.core.knowledge import EvidenceEntry
from quietlegs.core.knowledge.evidence import Topic

# How well each kind of statement answers each kind of link: 2 is what it is for, 1 is beside it, 0 is another matter.
_FITS: Mapping[Relation, Mapping[str, int]] = {
    Relation.CAUSES: {
        "cause": 2,
        "drug-trigger": 2,
        "condition": 2,
        "epidemiology": 1,
        "harm": 1,
        "definition": 1,
        "differential": 1,
    },
    Relation.HELPS: {
        "prevention": 2,
        "relief": 2,
        "treatment": 2,
        "harm": 1,
        "investigation": 2,
        "red-flag": 2,
        "definition": 1,
        "cause": 1,
    },
    Relation.IS: {
        "definition": 2,
        "epidemiology": 2,
        "differential": 1,
        "condition": 1,
        "cause": 1,
        "red-flag": 1,
        "investigation": 1,
        "drug-trigger": 1,
    },
}
RELATION_WEIGHT, TARGET_WEIGHT, ORDER_WEIGHT, WARNING_WEIGHT = 1.0, 2.0, 0.3, 1.0
_WARNS = (Topic.HARM, Topic.RED_FLAG)


@dataclass(frozen=True, slots=True)
class Match:
    """An evidence entry that speaks to a claim, with the concept that led there and how well it fits (0 to 1)."""

    entry: EvidenceEntry
    subject: str
    score: float


def matches(claim: Claim, base: ClaimBase) -> tuple[Match, ...]:
    """Return the best evidence for each concept of a claim, best first; empty where nothing speaks to it."""
    found: list[Match] = []
    for subject in claim.subjects:
        ranked = sorted(
            (
                (_fit(claim, base.entries[one], place), one)
                for place, one in enumerate(base.subjects[subject])
                if _speaks_of(base.entries[one], claim.targets)
            ),
            key=lambda pair: (-pair[0], pair[1]),
        )
        if ranked:
            score, one = ranked[0]
            found.append(Match(base.entries[one], subject, min(score, 1.0)))
    return tuple(sorted(found, key=lambda match: -match.score))


def _speaks_of(entry: EvidenceEntry, targets: Sequence[str]) -> bool:
    about = {str(one) for one in entry.about}
    complaints = {target for target in targets if target in ("cramps", "restless-legs", "fibromyalgia")}
    return not complaints or bool(about & complaints) or (not about)


def answers_link(claim: Claim, entry: EvidenceEntry) -> bool:
    """Return whether a kind of statement can answer the link of a claim at all: a cause says nothing of a remedy."""
    return _FITS[claim.relation].get(str(entry.topic), 0) >= (2 if claim.relation is Relation.HELPS else 1)


def _fit(claim: Claim, entry: EvidenceEntry, place: int) -> float:
    about = {str(one) for one in entry.about}
    target = (
        1.0 if claim.targets and claim.targets[0] in about else 0.5 if about & set(claim.targets) else 0.0
    )
    relation = _FITS[claim.relation].get(str(entry.topic), 0) / 2
    if claim.relation is Relation.CAUSES and entry.topic == Topic.HARM and not claim.is_warning:
        relation = 0.0  # what a remedy can harm is no cause of the complaint
    whole = RELATION_WEIGHT + TARGET_WEIGHT + ORDER_WEIGHT
    warning = WARNING_WEIGHT * (claim.is_warning and entry.topic in _WARNS)
    score = RELATION_WEIGHT * relation + TARGET_WEIGHT * target + ORDER_WEIGHT / (1 + place) + warning
    return score / whole
