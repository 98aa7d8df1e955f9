"""A Frictionless data package: the nights as CSV, with what every column is, its unit and its meaning, in one zip.

Data Package and Table Schema, version 1 (specs.frictionlessdata.io). Not known is an empty cell, and never 0.
"""

import csv
import io
import json
import zipfile
from collections.abc import Mapping
from datetime import date
from typing import Any

from quietlegs.core.diary.night import OUTCOMES, Diary, FactorKind, OutcomeKind
from quietlegs.exchange.diary_csv import write_diary_csv
from quietlegs.exchange.fhir_codes import OUTCOME_CODES

NAME = "quietlegs-diary"
_FIXED_TIME = (2020, 1, 1, 0, 0, 0)  # the same diary gives the same bytes
_FACTOR_WORDS = {
    FactorKind.YES_NO: "Factor of the day that leads into the night: yes or no.",
    FactorKind.COUNT: "Factor of the day that leads into the night: how many.",
    FactorKind.AMOUNT: "Factor of the day that leads into the night: how much.",
    FactorKind.SCALE: "Factor of the day that leads into the night: 0 to 10.",
}


def write_datapackage(diary: Diary, *, made_on: date, more: Mapping[str, bytes] | None = None) -> bytes:
    """Return the zip of the package: ``datapackage.json``, ``nights.csv``, and ``more`` files by their names."""
    nights = write_diary_csv(diary)
    header = next(csv.reader(io.StringIO(nights.decode("utf-8-sig"))))
    package = {
        "profile": "tabular-data-package",
        "name": NAME,
        "title": "A night diary kept with Quietlegs",
        "created": made_on.isoformat(),
        "licenses": [],
        "resources": [
            {
                "profile": "tabular-data-resource",
                "name": "nights",
                "path": "nights.csv",
                "encoding": "utf-8",
                "mediatype": "text/csv",
                "schema": {
                    "fields": [_field(name, diary) for name in header],
                    "primaryKey": "night",
                    "missingValues": [""],
                },
            }
        ],
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (
            ("datapackage.json", json.dumps(package, ensure_ascii=False, indent=1).encode()),
            ("nights.csv", nights),
            *(more or {}).items(),
        ):
            archive.writestr(zipfile.ZipInfo(name, _FIXED_TIME), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _field(column: str, diary: Diary) -> dict[str, Any]:
    if column == "night":
        return {
            "name": column,
            "type": "date",
            "description": "The date of the night's evening.",
            "constraints": {"required": True},
        }
    known = OUTCOMES.get(column)
    if known:
        field: dict[str, Any] = {
            "name": column,
            "type": "integer" if known.kind is OutcomeKind.COUNT else "number",
            "description": f"{OUTCOME_CODES[column][0]}.",
            "constraints": {"minimum": known.low, "maximum": known.high},
        }
        return field | ({"unit": known.unit} if known.unit else {})
    factor = next((f for f in diary.factors if column in (f.name, f"{f.name}[{f.unit}]")), None)
    if factor is None:
        return {
            "name": column,
            "type": "string",
            "description": "Words, places or episodes as the person noted them.",
        }
    field = {
        "name": column,
        "type": "string" if factor.kind is FactorKind.YES_NO else "number",
        "description": _FACTOR_WORDS[factor.kind],
    }
    return field | ({"unit": factor.unit} if factor.unit else {})
