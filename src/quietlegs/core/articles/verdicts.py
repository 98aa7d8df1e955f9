"""Judges one claim against one piece of evidence: what it says, as it says it.

The evidence has a direction and a certainty, the claim a link and a strength. Overstating weak evidence is not
supported. The table is written out in docs/explanation/articles.md.
"""

from enum import StrEnum

from quietlegs.core.articles.claims import Claim, Relation, Strength
from quietlegs.core.knowledge import Certainty, Direction, EvidenceEntry, Recommend
from quietlegs.core.knowledge.evidence import Topic


class Verdict(StrEnum):
    """What the evidence says of a claim."""

    SUPPORTED = "supported"
    PARTLY = "partly"
    UNSUPPORTED = "unsupported"
    CONTRADICTED = "contradicted"
    UNSAFE = "unsafe"
    NOT_COVERED = "not_covered"


class Support(StrEnum):
    """How far evidence bears out the link that a claim asserts, before its strength is weighed."""

    STRONG = "strong"
    SOME = "some"
    WEAK = "weak"
    NONE = "none"
    AGAINST = "against"


_FOR_HELP = {Direction.HELPS, Direction.LOWERS_RISK}
_FOR_CAUSE = {Direction.RAISES_RISK, Direction.HARMS}
_SURE = {Certainty.HIGH, Certainty.MODERATE}


def judge(claim: Claim, entry: EvidenceEntry) -> Verdict:
    """Return the verdict on a claim from one evidence entry."""
    if claim.is_warning and _warns_of_it_too(claim, entry):
        return Verdict.SUPPORTED
    if entry.topic == Topic.HARM and not (
        claim.is_warning or claim.is_denied or claim.relation is Relation.CAUSES
    ):
        return (
            Verdict.UNSUPPORTED
        )  # what we know only harm of is never borne out by a sentence that does not warn
    if _only_describes(claim, entry):
        return Verdict.NOT_COVERED
    support = _support(claim.relation, entry)
    if claim.is_denied:
        return _judge_denial(support)
    if support is Support.AGAINST:
        return (
            Verdict.CONTRADICTED
            if entry.certainty in _SURE and claim.strength is not Strength.HEDGED
            else Verdict.UNSUPPORTED
        )
    if support is Support.NONE:
        return Verdict.UNSUPPORTED
    if support is Support.WEAK:
        overstated = claim.strength is Strength.STRONG and entry.direction is not Direction.MIXED
        return Verdict.UNSUPPORTED if overstated else Verdict.PARTLY
    if support is Support.SOME:
        return Verdict.SUPPORTED if claim.strength is Strength.HEDGED else Verdict.PARTLY
    return (
        Verdict.PARTLY
        if claim.strength is Strength.STRONG and entry.certainty is not Certainty.HIGH
        else Verdict.SUPPORTED
    )


def _only_describes(claim: Claim, entry: EvidenceEntry) -> bool:
    """Whether the evidence tells what a complaint is, and the claim of what it comes from: another matter."""
    return (
        claim.relation is Relation.CAUSES
        and entry.topic == Topic.DEFINITION
        and entry.direction is Direction.FACT
        and not claim.is_denied
    )


def _warns_of_it_too(claim: Claim, entry: EvidenceEntry) -> bool:
    """Whether the evidence bears out a warning: it tells of harm itself, or keeps the thing for a doctor to decide."""
    if entry.topic in (Topic.HARM, Topic.RED_FLAG) or entry.recommend is Recommend.NEVER:
        return True
    return claim.is_advice and entry.recommend in (Recommend.ASK_FIRST, Recommend.CLINICIAN_ONLY)


def _support(relation: Relation, entry: EvidenceEntry) -> Support:
    sure, direction = entry.certainty in _SURE, entry.direction
    if relation is Relation.HELPS and entry.topic == Topic.EPIDEMIOLOGY:
        return Support.NONE  # how many people try a thing tells nothing of whether it works
    if direction is Direction.FACT:
        return Support.SOME if entry.certainty is Certainty.VERY_LOW else Support.STRONG
    if relation is Relation.IS:
        if direction in (Direction.UNKNOWN, Direction.NO_EFFECT):
            return Support.NONE if direction is Direction.NO_EFFECT else Support.WEAK
        return Support.STRONG if sure else Support.SOME
    wanted, unwanted = (_FOR_HELP, _FOR_CAUSE) if relation is Relation.HELPS else (_FOR_CAUSE, _FOR_HELP)
    if direction in wanted:
        return Support.STRONG if sure else Support.SOME if entry.certainty is Certainty.LOW else Support.WEAK
    if direction in unwanted:
        return Support.AGAINST
    if direction is Direction.MIXED:
        return Support.WEAK
    if direction is Direction.NO_EFFECT:
        return Support.AGAINST
    # Direction unknown: nothing was found. A remedy for the moment that guidance offers all the same is "partly".
    is_offered_relief = entry.topic == "relief" and entry.recommend is Recommend.SELF_CARE
    return Support.WEAK if is_offered_relief else Support.NONE


def _judge_denial(support: Support) -> Verdict:
    """Judge "X does not ...": it holds where evidence is against X, and is too sure where none was found."""
    return {
        Support.AGAINST: Verdict.SUPPORTED,
        Support.NONE: Verdict.SUPPORTED,
        Support.WEAK: Verdict.PARTLY,
        Support.SOME: Verdict.UNSUPPORTED,
        Support.STRONG: Verdict.CONTRADICTED,
    }[support]


def together(verdicts: tuple[Verdict, ...]) -> Verdict:
    """Return the verdict on a sentence that names several things: what most of them get, else *partly*."""
    one = set(verdicts)
    if not one:
        return Verdict.NOT_COVERED
    if len(one) == 1:
        return verdicts[0]
    if one <= {Verdict.UNSUPPORTED, Verdict.CONTRADICTED}:
        return Verdict.UNSUPPORTED
    most = max(one, key=lambda verdict: (verdicts.count(verdict), verdict is Verdict.PARTLY))
    return most if 2 * verdicts.count(most) > len(verdicts) else Verdict.PARTLY
