"""The doctor's page as a document: headings, lines, tables and a strip of nights; no PDF, HTML or FHIR.

``doctor_page(facts, wording)`` lays out what is known of a person for a reader with seven minutes: what, how often,
what danger was asked about, which medicines can do this, what was tried. A section without facts is left out, and
nothing is guessed. The formats are made from the document elsewhere (``quietlegs.exchange.report_files``).
"""

from quietlegs.core.report.document import (
    Block,
    Cell,
    Document,
    Legs,
    Lines,
    NightMark,
    Section,
    Strip,
    Table,
)
from quietlegs.core.report.page import SECTIONS, Facts, MedicineRow, TriedRow, doctor_page
from quietlegs.core.report.pattern import Pattern, RestlessPattern, Spread, pattern_of, restless_pattern_of

__all__ = [
    "SECTIONS",
    "Block",
    "Cell",
    "Document",
    "Facts",
    "Legs",
    "Lines",
    "MedicineRow",
    "NightMark",
    "Pattern",
    "RestlessPattern",
    "Section",
    "Spread",
    "Strip",
    "Table",
    "TriedRow",
    "doctor_page",
    "pattern_of",
    "restless_pattern_of",
]
