"""Results of experiments as JSON, and sealed experiments as files. The keys of ``analyse`` are agreed and stay put."""

import base64
import json
from collections.abc import Sequence
from typing import Any, cast

from quietlegs.core.base.errors import Problem, QuietlegsError
from quietlegs.core.experiments import words
from quietlegs.core.experiments.analysis import Analysis
from quietlegs.core.experiments.effect import Arm, Span
from quietlegs.core.experiments.power import Chance, Power
from quietlegs.core.experiments.seal import Sealed
from quietlegs.core.experiments.soundness import ArmLogging
from quietlegs.core.experiments.two_at_once import SealedTwo, open_any
from quietlegs.exchange.experiment_safety import advice_for
from quietlegs.exchange.knowledge_base import kept_by_language, load_folder

DIGITS = 6
LARGEST_WHOLE = 2**53  # beyond, readers of JSON elsewhere would round


@kept_by_language
def load_wording() -> words.Wording:
    """Return the sentences of experiments."""
    return cast(words.Wording, load_folder("wording")["experiments"])


def _round(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


def span_document(span: Span | None) -> dict[str, float] | None:
    """Return an interval as JSON values."""
    if span is None:
        return None
    return {"mean": _round(span.mean), "low": _round(span.low), "high": _round(span.high)}


def _arm(arm: Arm, log: ArmLogging) -> dict[str, Any]:
    return {
        "nights": arm.nights,
        "observed": _round(arm.observed),
        "per_night": span_document(arm.per_night),
        "share_with_event": span_document(arm.share),
        "planned": log.planned,
        "logged": log.logged,
        "done_as_planned": log.done,
        "asked": log.asked,
    }


def analysis_document(
    analysis: Analysis, *, notices: Sequence[Problem] = (), extension: Chance | None = None
) -> dict[str, Any]:
    """Return an analysis as ``experiment analyse --json`` prints it: the agreed keys first, then more."""
    document = {**_agreed(analysis), **_more(analysis)}
    document["notices"] = [str(notice) for notice in notices]
    wording, nights = load_wording(), analysis.nights
    advice = advice_for(nights.treatment, nights.reference)
    document["why"] = words.why(analysis, wording)
    document["what_now"] = words.what_now(analysis, extension, wording, advice)
    if extension is not None:
        document["extension"] = chance_document(extension)
    return document


def _agreed(analysis: Analysis) -> dict[str, Any]:
    """Return the keys that are agreed, in their order."""
    wording, nights, effect = load_wording(), analysis.nights, analysis.effect
    name = "ratio" if effect is None or effect.is_ratio else "difference"
    value = effect.value if effect else None
    anytime = analysis.anytime_value
    return {
        "outcome": nights.outcome_name,
        "conditions": [nights.reference, nights.treatment],
        "nights_used": analysis.used,
        "nights_dropped": {"washout": analysis.dropped_washout, "missing": analysis.dropped_missing},
        name: _round(value.mean) if value else None,
        "low": _round(value.low) if value else None,
        "high": _round(value.high) if value else None,
        "mass": analysis.mass,
        "probability_helps": _round(effect.probability_helps) if effect else None,
        "randomisation_p": _round(analysis.randomisation.p) if analysis.randomisation else None,
        "randomisations": analysis.randomisation.sequences if analysis.randomisation else None,
        "anytime": {
            "e_value": _round(analysis.anytime.e_value),
            "p": _round(analysis.anytime.p),
            "low": _round(anytime.low) if anytime else None,
            "high": _round(anytime.high) if anytime else None,
            "may_stop": analysis.anytime.may_stop,
        },
        "verdict": analysis.verdict.value,
        "sentence": words.sentence(analysis, wording),
        "warnings": words.cautions(analysis, wording),
    }


def _more(analysis: Analysis) -> dict[str, Any]:
    """Return what is told beyond: the design, the looks, both arms, other readings."""
    nights, effect = analysis.nights, analysis.effect
    document: dict[str, Any] = {
        "warning_ids": [caution.id for caution in analysis.cautions],
        "outcome_kind": nights.kind.value,
        "lower_is_better": nights.lower_is_better,
        "randomised": analysis.randomised.value,
        "monitoring": {
            "rule": analysis.monitoring.value,
            "planned_pairs": analysis.planned_pairs,
            "looks": [
                {"pair": look.pair, "error_spent": _round(look.error_spent), "is_clear": look.is_clear}
                for look in analysis.looks
            ],
        },
        "logging_p": _round(analysis.logging.p) if analysis.logging.p is not None else None,
        "sensitivity": [
            {
                "id": reading.id,
                **(span_document(reading.value) or {}),
                "probability_helps": _round(reading.probability_helps),
            }
            for reading in analysis.sensitivities
        ],
    }
    if analysis.space is not None:
        document["design"] = {
            "kind": analysis.space.kind.value,
            "strata": len(analysis.space.strata.strata),
            "sequences": analysis.space.size if analysis.space.size <= LARGEST_WHOLE else None,
            "exact": analysis.randomisation.is_exact if analysis.randomisation else None,
        }
    if effect is not None:
        document["arms"] = {
            nights.reference: _arm(effect.reference, analysis.logging.reference),
            nights.treatment: _arm(effect.treatment, analysis.logging.treatment),
        }
        if effect.reference.observed:
            change = 100 * (effect.treatment.observed / effect.reference.observed - 1)
            document["percent_change_of_observed_means"] = _round(change)
        document["probability_small"] = _round(effect.probability_small)
    if effect is not None and effect.together is not None:
        document["together"] = {
            "other": nights.other_name,
            **(span_document(effect.together.value) or {}),
            "probability_above": _round(effect.together.probability_above),
        }
    return document


def chance_document(chance: Chance) -> dict[str, Any]:
    """Return a chance as JSON values."""
    return {
        "nights": chance.nights,
        "pairs": chance.pairs,
        "chance": _round(chance.chance),
        "standard_error": _round(chance.standard_error),
        "median_stop": chance.median_stop,
    }


def power_document(power: Power, *, baseline: float | None, effect: float) -> dict[str, Any]:
    """Return chances as ``experiment power --json`` prints them."""
    wording = load_wording()
    return {
        "baseline": baseline,
        "ratio": effect,
        "block_nights": power.block_nights,
        "washout_nights": power.washout_nights,
        "chances": [chance_document(chance) for chance in power.chances],
        "enough_nights": power.enough.nights if power.enough else None,
        "fair_nights": power.fair.nights if power.fair else None,
        "sentence": " ".join(words.recommendation(power, wording)),
    }


class SealedFileError(QuietlegsError):
    """A sealed file that cannot be read."""


def write_sealed(sealed: Sealed | SealedTwo) -> bytes:
    """Return a sealed experiment as a file. The order is encoded, so that opening the file does not show it."""
    document = {
        "format": "quietlegs sealed experiment",
        "seal": sealed.seal,
        "how_to_check": "Decode `sealed` from base64 and take the SHA-256 of the bytes: it is `seal`.",
        "sealed": base64.b64encode(sealed.text.encode("ascii")).decode("ascii"),
    }
    return json.dumps(document, indent=2).encode() + b"\n"


def read_sealed(raw: bytes) -> Sealed | SealedTwo:
    """Return the experiment of a sealed file, of one remedy or of two at once, checked against its seal.

    Raises:
        SealedFileError: when it is no such file.
        BrokenSealError: when it was changed.
    """
    try:
        document = json.loads(raw)
        text = base64.b64decode(document["sealed"], validate=True).decode("utf-8")
        seal = str(document["seal"])
    except (ValueError, KeyError, TypeError) as error:
        raise SealedFileError(
            "This is not a sealed experiment. Give the file that `quietlegs experiment new` wrote."
        ) from error
    return open_any(text, seal)
