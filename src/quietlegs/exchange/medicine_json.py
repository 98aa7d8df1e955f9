"""A medicine review as JSON values."""

from collections.abc import Sequence
from typing import Any

from quietlegs.core.assessment.medicines import MedicineReview, effect_sentence
from quietlegs.core.assessment.medicines_names import Line
from quietlegs.core.assessment.medicines_table import MedicineTable, is_sound
from quietlegs.core.knowledge.evidence import Source

Document = dict[str, Any]


def medicine_rows(table: MedicineTable, review: MedicineReview) -> list[Document]:
    """Return one row for each ingredient that is taken, and one for each line that was not recognised.

    What the list says is not taken, such as an allergy, is no row: see :func:`lines_not_taken`.

    The shape is that of ``medicines`` in ``check --json``; ``recognised`` is the id of the medicine, or None.
    """
    reviewed = {one.medicine.id: one for one in review.medicines}
    rows: list[Document] = []
    for line in review.lines:
        for name in line.medicines if line.taking else ():
            one = reviewed[name]
            rows.append(
                {
                    "given": line.given,
                    "recognised": name,
                    "name": one.medicine.name,
                    "class": one.medicine.drug_class,
                    "group": one.medicine.group,
                    "atc": one.medicine.atc,
                    "effect": effect_sentence(table, one) or None,
                    "effects": [
                        {
                            "effect": effect.effect,
                            "strength": effect.strength.value,
                            "basis": effect.basis.value,
                            "verified": effect.checked,
                        }
                        for effect in one.effects
                    ],
                    "evidence": list(dict.fromkeys(e for effect in one.effects for e in effect.evidence)),
                    "advice": one.advice,
                    "cautions": list(one.cautions),
                    "verified": one.checked,
                    "spelled": line.spelled,
                }
            )
        if line.taking and not line.medicines and not line.says_nothing:
            rows.append(_not_recognised(line))
    return rows


def lines_not_taken(review: MedicineReview) -> tuple[Line, ...]:
    """Return the lines of what is not taken now, recognised or not: stopped, allergic to, somebody else's."""
    return tuple(line for line in review.lines if not line.taking and not line.says_nothing)


def _not_recognised(line: Line) -> Document:
    return {
        "given": line.given,
        "recognised": None,
        "class": None,
        "effect": None,
        "evidence": [],
        "advice": None,
        "did_you_mean": list(line.did_you_mean),
        "which_of": list(line.class_named),
        "known_name": line.not_held,
        "hint": None if line.hint == "label" else line.hint,
    }


def medicines_document(table: MedicineTable, review: MedicineReview) -> Document:
    """Return the whole review."""
    return {
        "medicines": medicine_rows(table, review),
        "not_taken": [
            {"given": line.given, "recognised": list(line.medicines)} for line in lines_not_taken(review)
        ],
        "unclear": [{"given": line.given, "recognised": list(line.medicines)} for line in review.unclear],
        "interactions": [
            {
                "id": fired.interaction.id,
                "severity": fired.interaction.severity.value,
                "between": [list(side) for side in fired.met_by],
                "sentence": fired.interaction.sentence,
                "verified": fired.interaction.checked,
                "evidence": list(fired.interaction.evidence),
                "sources": source_rows(fired.interaction.sources),
            }
            for fired in review.interactions
        ],
        "urgent": [
            {"id": rule.id, "sentence": rule.sentence, "evidence": list(rule.evidence)}
            for rule in review.urgent
        ],
        "advice": [{"sentence": one.sentence, "evidence": list(one.evidence)} for one in review.advice],
    }


def source_rows(sources: Sequence[Source]) -> list[Document]:
    """Return the sources that may be shown."""
    return [
        {"cite": one.cite, "year": one.year, "pmid": one.pmid, "doi": one.doi, "address": one.address}
        for one in sources
        if is_sound(one)
    ]
