"""A series of experiments as a study package: what a report by CONSORT-CENT needs, with de-identified data.

CENT 2015 (Vohra et al., BMJ 2015;350:h1738, doi 10.1136/bmj.h1738) asks a report of N-of-1 trials for the design with periods and
how the order was drawn, what was done in each period, outcomes and analysis, the data of each participant, and harms. The
package holds them as open files: a protocol and results as JSON, sequences, data and a data dictionary as CSV, and a
checklist that says where each item is found and which a person still has to write.

De-identified: people get new codes in an order that tells nothing, dates become numbers of the night, and only the columns of
the experiment itself are kept: no notes, no factors, no words of anybody's own.
"""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from quietlegs.core.experiments.nights import TrialNights, blocks_of
from quietlegs.exchange.cells import guard, write_number
from quietlegs.exchange.knowledge_base import load_folder

EPOCH = (1980, 1, 1, 0, 0, 0)  # the same series gives the same bytes


@dataclass(frozen=True, slots=True)
class Protocol:
    """What the people who ran the series say of it; empty where they have not."""

    title: str = ""
    question: str = ""
    who_took_part: str = ""
    ethics: str = ""
    registration: str = ""


DICTIONARY = (
    ("person", "code of the person; not the code they had", "text", ""),
    (
        "night",
        "night of the experiment, counted from 1; gaps are nights without a record",
        "whole number",
        "1 and up",
    ),
    ("condition", "what was assigned", "text", "the two conditions of the protocol"),
    ("block", "block of nights under one condition", "whole number", "1 and up"),
    ("outcome", "the outcome named in outcome_name; empty where not logged", "number", ""),
    ("outcome_name", "what was measured", "text", ""),
    ("washout", "lived and not counted", "yes or no", "yes, no"),
    ("adhered", "done as assigned; empty where not said", "yes or no", "yes, no, empty"),
)


def study_package(
    trials: Mapping[str, TrialNights],
    results: Mapping[str, Any],
    *,
    protocol: Protocol | None = None,
    secret: bytes,
    seals: Mapping[str, str] | None = None,
) -> bytes:
    """Return a study package as the bytes of a zip.

    Args:
        trials: each person's experiment by their code.
        results: the pooled results, as ``cohort.json`` has them.
        protocol: what was planned, in the words of those who ran it.
        secret: random bytes; without them nobody can tell which new code was whose. Do not keep them with the package.
        seals: the seal of each person's order, where there is one.
    """
    codes = _new_codes(list(trials), secret)
    seals = seals or {}
    files = {
        "protocol.json": _json(_protocol(trials, protocol or Protocol())),
        "sequences.csv": _table(
            ["person", "block", "condition", "nights", "counted", "seal"], _sequences(trials, codes, seals)
        ),
        "data.csv": _table([row[0] for row in DICTIONARY], _data(trials, codes)),
        "data-dictionary.csv": _table(["column", "meaning", "kind", "values"], DICTIONARY),
        "results.json": _json(_without_people(results)),
        "CENT-checklist.csv": _table(["item", "what is asked", "where"], _checklist()),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(zipfile.ZipInfo(name, EPOCH), content.encode("utf-8"), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _new_codes(people: Sequence[str], secret: bytes) -> dict[str, str]:
    """Return new codes P001, P002, ... in the order of a keyed hash, which nobody can redo without the key."""
    ranked = sorted(people, key=lambda code: hashlib.blake2b(code.encode(), key=secret[:64]).digest())
    width = max(3, len(str(len(ranked))))
    return {code: f"P{place:0{width}}" for place, code in enumerate(ranked, start=1)}


def _protocol(trials: Mapping[str, TrialNights], said: Protocol) -> dict[str, Any]:
    first = next(iter(trials.values()))
    return {
        "title": said.title,
        "question": said.question,
        "who_took_part": said.who_took_part,
        "ethics": said.ethics,
        "registration": said.registration,
        "people": len(trials),
        "conditions": sorted({name for t in trials.values() for name in (t.reference, t.treatment)}),
        "primary_outcome": first.outcome_name,
        "outcome_kind": first.kind.value,
        "lower_is_better": first.lower_is_better,
        "order": "pairs of blocks, a fair coin for each pair, unless sequences.csv shows another",
        "analysis": "randomisation test; latent autoregressive model; hierarchical pooling of likelihood grids",
    }


def _sequences(
    trials: Mapping[str, TrialNights], codes: Mapping[str, str], seals: Mapping[str, str]
) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for code in sorted(trials, key=lambda one: codes[one]):
        nights = trials[code]
        blocks = blocks_of(nights)
        rows += [
            (
                codes[code],
                i + 1,
                guard(nights.treatment if blocks.treated[i] else nights.reference),
                int(blocks.end[i] - blocks.start[i]),
                int(blocks.count[i]),
                seals.get(code, ""),
            )
            for i in range(len(blocks))
        ]
    return rows


def _data(trials: Mapping[str, TrialNights], codes: Mapping[str, str]) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for code in sorted(trials, key=lambda one: codes[one]):
        nights = trials[code]
        for i in range(len(nights)):
            value, done = nights.outcome[i], nights.adhered[i]
            rows.append(
                (
                    codes[code],
                    int(nights.evenings[i] - nights.evenings[0]) + 1,
                    guard(nights.treatment if nights.treated[i] else nights.reference),
                    int(nights.block[i]),
                    "" if np.isnan(value) else write_number(float(value)),
                    guard(nights.outcome_name),
                    "yes" if nights.is_washout[i] else "no",
                    "" if np.isnan(done) else ("yes" if done else "no"),
                )
            )
    return rows


def _without_people(results: Mapping[str, Any]) -> dict[str, Any]:
    """Return the results without anybody's own code: who was skipped becomes how many."""
    kept = {name: value for name, value in results.items() if name != "skipped"}
    return {**kept, "skipped_people": len(results.get("skipped", []))}


def _checklist() -> list[tuple[object, ...]]:
    items = load_folder("wording")["cent-checklist"]["items"]
    assert isinstance(items, list)
    return [(one["item"], one["asks"], one["where"]) for one in items]


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows(rows)
    return out.getvalue()
