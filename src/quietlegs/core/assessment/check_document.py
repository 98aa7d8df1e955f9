"""The check as a plain document: the agreed shape of ``quietlegs check --json``."""

from collections.abc import Sequence

from quietlegs.core.assessment.check import Check
from quietlegs.core.assessment.guidance import Guidance
from quietlegs.core.assessment.likely import Likely, Reason
from quietlegs.core.assessment.medicines import MedicineReview, effect_sentence
from quietlegs.core.assessment.medicines_table import MedicineTable
from quietlegs.core.assessment.patterns import PatternFit
from quietlegs.core.assessment.triage import FiredFlag
from quietlegs.core.assessment.triage_flags import Disposition
from quietlegs.core.knowledge.evidence import Source

Document = dict[str, object]

FEATURES_TO_ASK = 5  # the next questions about what it may be; more would not be answered in one go


def check_document(guidance: Guidance, check: Check, medicines: MedicineTable | None = None) -> Document:
    """Return the check as a document of plain values, in the agreed shape.

    ``ask_next`` are the questions that could raise the disposition, the most serious first; once it is settled, those
    that would tell most about what it may be. ``not_ruled_out`` are flags that "not sure" leaves standing; ``ruled_out`` are ids
    of those to which the answers say no. A flag in none of the lists was not asked to its end, and is not known.
    ``should_be_seen`` are conditions that fit well and need a doctor although no red flag says so.
    ``medicines`` gives the words for the review; without it the list is empty.
    """
    triage = check.triage
    ask = list(triage.ask or triage.may_sharpen)
    if triage.disposition and triage.disposition is not Disposition.EMERGENCY_NOW:
        ask += [one.feature for one in check.next_features[:FEATURES_TO_ASK]]
    return {
        "disposition": triage.disposition,
        "at_least": triage.at_least,
        "ask_next": ask,
        "red_flags": [_flag(guidance, one) for one in triage.sure],
        "not_ruled_out": [_flag(guidance, one) for one in triage.not_ruled_out],
        "ruled_out": sorted(triage.ruled_out),
        "contradictions": [{"ids": list(one.ids), "sentence": one.say} for one in check.contradictions],
        "likely": [_likely(guidance, one) for one in check.likely],
        "should_be_seen": [
            {"condition": one.id, "name": one.name, "usually": one.disposition, "next_step": one.next_step}
            for one in check.should_be_seen
        ],
        "why": [
            {
                "condition": one.condition.id,
                "origin": one.origin,
                "because": [cause.say for cause in one.causes] or [one.sentence],
                "evidence": sorted({entry for cause in one.causes for entry in cause.evidence}),
            }
            for one in check.why
        ],
        "medicines": _medicines(check.review, medicines),
        "screens": {
            "irlssg": pattern_document(check.restless_legs),
            "fibromyalgia": {
                "fit": check.pain.fit,
                "wpi": check.pain.wpi,
                "sss": check.pain.sss,
                "severity": check.pain.severity,
                "regions": check.pain.regions,
                "three_months": check.pain.long_enough,
                "sentence": guidance.pain.words[check.pain.fit],
            },
            "night_leg_cramps": pattern_document(check.night_leg_cramps),
        },
        "safety_net": list(check.safety_net),
        "guidance": guidance.levels.guidance,
        "scope": guidance.levels.child if triage.is_child else None,
        "knowledge": guidance.version,
    }


def advice_for(guidance: Guidance, fired: FiredFlag) -> str:
    """Return what to do about a flag: its own advice, or that of its urgency; "not sure" has advice of its own."""
    if fired.is_unsure:
        return guidance.levels.unsure[fired.tier.disposition]
    return fired.tier.advice or guidance.levels.levels[fired.disposition].advice


def reason_sentences(guidance: Guidance, reasons: Sequence[Reason]) -> list[str]:
    """Return answers as reasons in words. A red flag is named where it fired; that it did not is no reason to read."""
    said = []
    for reason in reasons:
        if reason.question in guidance.features:
            feature = guidance.features[reason.question]
            said.append(feature.if_true if reason.answer else feature.if_false)
        elif reason.answer:
            said.append(guidance.flag(reason.question).question)
    return said


def sources_document(sources: tuple[Source, ...]) -> list[Document]:
    """Return the sources that may be shown: no copies without their original, none too weak to cite."""
    return [
        {
            "cite": source.cite,
            "address": source.address,
            "doi": source.doi,
            "pmid": source.pmid,
            "verified": source.is_verified,
        }
        for source in sources
        if source.is_citable and not source.is_copy
    ]


def pattern_document(fit: PatternFit) -> Document:
    """Return how answers fit a pattern as plain values."""
    return {
        "fit": fit.fit,
        "met": fit.met,
        "of": sum(not item.is_mimic for item, _ in fit.answers),
        "answers": {item.id: answer for item, answer in fit.answers},
        "explained_by": list(fit.explained_by),
        "sentence": fit.sentence,
    }


def _flag(guidance: Guidance, fired: FiredFlag) -> Document:
    flag = fired.flag
    return {
        "id": flag.id,
        "disposition": fired.disposition,
        "timeframe": fired.tier.timeframe,
        "name": flag.name,
        "suspected": flag.suspected,
        "because": list(fired.because),
        "reason": flag.reason,
        "advice": advice_for(guidance, fired),
        "safety_net": flag.safety_net,
        "sources": sources_document(flag.sources),
    }


def _likely(guidance: Guidance, likely: Likely) -> Document:
    condition = likely.condition
    return {
        "condition": condition.id,
        "name": condition.name,
        "probability": round(likely.probability, 3),
        "fit": guidance.table.word_for(likely.probability),
        "about": condition.about,
        "next_step": condition.next_step,
        "for": reason_sentences(guidance, likely.reasons_for),
        "against": reason_sentences(guidance, likely.reasons_against),
        "sources": sources_document(condition.sources),
    }


def _medicines(review: MedicineReview | None, table: MedicineTable | None) -> list[Document]:
    if review is None or table is None:
        return []
    known: list[Document] = [
        {
            "given": one.line.given,
            "recognised": one.medicine.id,
            "name": one.medicine.name,
            "class": one.medicine.drug_class,
            "effect": effect_sentence(table, one),
            "evidence": sorted({entry for effect in one.effects for entry in effect.evidence}),
            "advice": one.advice,
        }
        for one in review.medicines
    ]
    unknown: list[Document] = [
        {
            "given": line.given,
            "recognised": None,
            "name": None,
            "class": None,
            "effect": None,
            "evidence": [],
            "advice": None,
        }
        for line in review.not_recognised
        if line.taking
    ]
    return known + unknown
