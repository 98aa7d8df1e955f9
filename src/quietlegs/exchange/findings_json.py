"""Findings as the JSON document that scripts read: the agreed fields, and additions beside them."""

import math
from collections.abc import Mapping

from quietlegs.core.diary.night import FactorKind
from quietlegs.core.triggers import Comparison, Estimate, Finding, Findings, Group, Known, Teller
from quietlegs.core.triggers.estimates import is_ratio
from quietlegs.exchange.findings_words import load_wording

DIGITS = 6  # that count; more would be noise


def findings_json(findings: Findings, *, labels: Mapping[str, str] | None = None) -> dict[str, object]:
    """Return the document of ``quietlegs triggers --json``.

    ``ratio``, ``low`` and ``high`` (or ``difference``) are per one unit for amounts, yes against no for yes/no; null
    where nothing may be said. Beside the agreed fields: ``strength``, ``reason``, ``step`` (a natural amount of the
    factor), ``nights_without``, the nights counted with and without, ``gate``, ``expected_wrong``, ``prior`` (the entry
    of the evidence whose effect informed the decision) and ``without_priors`` (the answer without any), null where none
    was used.
    """
    teller = Teller(load_wording(), findings, labels or {})
    nights, base = findings.nights, findings.baseline
    return {
        "outcome": findings.outcome,
        "outcome_kind": findings.outcome_kind.value,
        "nights": {
            "first": nights.first.isoformat(),
            "last": nights.last.isoformat(),
            "span": nights.span,
            "logged": nights.logged,
            "with_event": nights.with_event,
        },
        "baseline": base
        and {"per_night": _number(base.per_night), "low": _number(base.low), "high": _number(base.high)},
        "findings": [_finding(finding, findings, teller) for finding in findings.findings],
        "expected_wrong": _number(findings.expected_wrong),
        "gate": findings.gate
        and {"id": findings.gate.id, "sentence": teller.health(findings.gate), **findings.gate.values},
        "data_health": [
            {"id": remark.id, "level": remark.level.value, "sentence": teller.health(remark)}
            for remark in findings.health
        ],
        "model": {
            "name": findings.model.name,
            "version": findings.model.version,
            "settings": dict(findings.model.settings),
        },
    }


def _finding(finding: Finding, findings: Findings, teller: Teller) -> dict[str, object]:
    more = finding.more_nights
    return {
        "factor": finding.factor,
        "lag": finding.lag,
        "unit": unit_words(finding),
        "nights_with": finding.nights_with,
        "nights_without": finding.nights_without,
        **_effect(finding.estimate, findings),
        "verdict": finding.verdict.value,
        "strength": finding.strength.value,
        "reason": finding.reason and finding.reason.value,
        "more_nights": more and more.nights,
        "more_nights_low": more and more.low,
        "more_nights_high": more and more.high,
        "confounded_with": list(finding.confounded_with),
        "cautions": list(finding.cautions),
        "compared": finding.comparison and _comparison(finding.comparison),
        "prior": finding.known and _known(finding.known),
        "without_priors": finding.without_known
        and {
            "lfsr": _number(finding.without_known.lfsr),
            "verdict": finding.without_known.verdict.value,
            "strength": finding.without_known.strength.value,
        },
        "sentence": teller.sentence(finding),
    }


def _known(known: Known) -> dict[str, object]:
    return {
        "evidence": known.evidence,
        "title": known.title,
        "certainty": known.certainty,
        "log_ratio": _number(known.log_ratio),
        "sd": _number(known.sd),
        "inclusion": None if known.inclusion is None else _number(known.inclusion),
    }


def unit_words(finding: Finding) -> str:
    """Return what one unit of a factor is: "yes against no", "per ml", "per point"."""
    if finding.kind is FactorKind.YES_NO:
        return "yes against no"
    return f"per {finding.unit or ('point' if finding.kind is FactorKind.SCALE else 'one')}"


def _effect(estimate: Estimate | None, findings: Findings) -> dict[str, object]:
    names = (
        ("log_ratio", "log_ratio_sd") if is_ratio(findings.outcome_kind) else ("difference", "difference_sd")
    )
    mass = findings.model.settings["mass"]
    if estimate is None:
        first = {"ratio": None} if is_ratio(findings.outcome_kind) else {}
        return {
            **first,
            "low": None,
            "high": None,
            "mass": mass,
            names[0]: None,
            names[1]: None,
            "lfsr": None,
            "step": None,
        }
    if is_ratio(findings.outcome_kind):
        shown = {"ratio": _exp(estimate.effect), "low": _exp(estimate.low), "high": _exp(estimate.high)}
    else:
        shown = {"low": _number(estimate.low), "high": _number(estimate.high)}
    return {
        **shown,
        "mass": mass,
        names[0]: _number(estimate.effect),
        names[1]: _number(estimate.sd),
        "lfsr": _number(estimate.lfsr),
        "step": estimate.step,
    }


def _comparison(seen: Comparison) -> dict[str, object]:
    return {"over": seen.over, "with": _group(seen.with_it), "without": _group(seen.without)}


def _group(group: Group) -> dict[str, object]:
    return {
        "nights": group.nights,
        "events": group.events,
        "value": _number(group.value),
        "low": _number(group.low),
        "high": _number(group.high),
    }


def _exp(log_value: float) -> float | None:
    return _number(math.exp(min(log_value, 700.0)))


def _number(value: float) -> float | None:
    """Return a number with six digits that count, or None for what JSON cannot say."""
    return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None
