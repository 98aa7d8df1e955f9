"""What a cohort says: pooled series as JSON, people as Parquet, and a report to read."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from quietlegs.cohort.report import report_html
from quietlegs.cohort.series import Cohort, Series
from quietlegs.core.experiments import pool as pooling
from quietlegs.core.experiments.pool import FEWEST_PEOPLE, GRID_POINTS, Pool, Span
from quietlegs.version import __version__

if TYPE_CHECKING:
    import pyarrow

DIGITS = 12  # beyond what two orders of adding up could change


def read_tables(files: Sequence[Path]) -> Iterator["pyarrow.Table"]:
    """Yield the finished parts in order."""
    import pyarrow.parquet as parquet

    for file in files:
        yield parquet.read_table(file)


def gather(files: Sequence[Path], strata: Mapping[str, frozenset[str]]) -> Cohort:
    """Pool every series of the finished parts. Memory: about 450 bytes a person and series."""
    grids: dict[tuple[str, ...], list[np.ndarray]] = {}
    about: dict[tuple[str, ...], list[tuple[str, float, float]]] = {}
    skipped: list[tuple[str, str]] = []
    people: set[str] = set()
    for table in read_tables(files):
        for row in table.to_pylist():
            if row["problem"] is not None:
                skipped.append((row["person"], row["problem"]))
                continue
            people.add(row["person"])
            key = (row["series"], row["source"], row["outcome"], row["kind"], str(row["lower_is_better"]))
            grids.setdefault(key, []).append(np.array(row["grid"], dtype=np.float32))
            about.setdefault(key, []).append((row["person"], row["mean"], row["sd"]))
    series = tuple(_series(key, np.array(grids[key]), about[key], strata) for key in sorted(grids))
    return Cohort(len(people), series, tuple(sorted(skipped)))


def _series(
    key: tuple[str, ...],
    grids: np.ndarray,
    about: Sequence[tuple[str, float, float]],
    strata: Mapping[str, frozenset[str]],
) -> Series:
    name, source, outcome, kind, lower = key
    codes = tuple(code for code, _, _ in about)
    enough = len(codes) >= FEWEST_PEOPLE
    pooled = pooling.pool(grids) if enough else None
    named = sorted({stratum for code in codes for stratum in strata.get(code, ())})
    masks = {stratum: np.array([stratum in strata.get(code, ()) for code in codes]) for stratum in named}
    return Series(
        name,
        source,
        outcome,
        kind,
        lower == "True",
        codes,
        np.array([mean for _, mean, _ in about]),
        np.array([sd for _, _, sd in about]),
        pooled,
        pooling.shrink(grids, pooled) if pooled else None,
        pooling.pool_strata(grids, masks) if enough else {},
        pooling.inclusion_rate(grids) if pooled else None,
    )


def _number(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


def _span(span: Span | None, *, ratio: bool = False) -> dict[str, float] | None:
    if span is None:
        return None
    numbers = {"mean": span.mean, "low": span.low, "high": span.high}
    return {name: _number(float(np.exp(v)) if ratio else v) for name, v in numbers.items()}


def pool_document(pooled: Pool | None, kind: str, *, lower_is_better: bool) -> dict[str, Any] | None:
    """Return a pool as JSON values: log scale, and ratios for counts and yes/no."""
    if pooled is None:
        return None
    below, new_below = pooled.probability_mean_below_0, pooled.probability_new_below_0
    document: dict[str, Any] = {
        "people": pooled.people,
        "mean": _span(pooled.mean),
        "between_person_sd": _span(pooled.spread),
        "new_person": _span(pooled.new_person),
        "probability_mean_helps": _number(below if lower_is_better else 1 - below),
        "probability_helps_a_new_person": _number(new_below if lower_is_better else 1 - new_below),
    }
    if kind in ("count", "yesno"):
        document["mean_ratio"] = _span(pooled.mean, ratio=True)
        document["new_person_ratio"] = _span(pooled.new_person, ratio=True)
    return document


def cohort_document(cohort: Cohort) -> dict[str, Any]:
    """Return everything pooled as one JSON document."""
    return {
        "format": "quietlegs cohort",
        "version": __version__,
        "people": cohort.people,
        "skipped": [{"person": code, "why": why} for code, why in cohort.skipped],
        "mass": pooling.INTERVAL_MASS,
        "series": [
            {
                "name": one.name,
                "source": one.source,
                "outcome": one.outcome,
                "outcome_kind": one.kind,
                "lower_is_better": one.lower_is_better,
                "people": len(one.codes),
                "pooled": pool_document(one.pool, one.kind, lower_is_better=one.lower_is_better),
                "strata": {
                    name: pool_document(pooled, one.kind, lower_is_better=one.lower_is_better)
                    for name, pooled in one.strata.items()
                },
                "inclusion_rate": _span(one.inclusion),
            }
            for one in cohort.series
        ],
        "model": {
            "name": "normal between people, likelihood grids, hyper-parameters integrated",
            "grid_points": GRID_POINTS,
            "prior_of_mean_sd": pooling.MU_SD,
            "prior_of_spread": "gamma(2, 2)",
        },
    }


def people_table(cohort: Cohort) -> "pyarrow.Table":
    """Return each person's own and shrunk result, one row for each series."""
    import pyarrow as pa

    columns: dict[str, list[Any]] = {
        name: []
        for name in (
            "person",
            "series",
            "own_mean",
            "own_sd",
            "mean",
            "low",
            "high",
            "probability_helps",
            "lfsr",
        )
    }
    for one in cohort.series:
        columns["person"] += one.codes
        columns["series"] += [one.name] * len(one.codes)
        columns["own_mean"] += one.own_mean.tolist()
        columns["own_sd"] += one.own_sd.tolist()
        empty = [None] * len(one.codes)
        shrunk = one.shrunk
        for name in ("mean", "low", "high", "lfsr"):
            columns[name] += getattr(shrunk, name).tolist() if shrunk else empty
        helps = (shrunk.below_0 if one.lower_is_better else 1 - shrunk.below_0).tolist() if shrunk else empty
        columns["probability_helps"] += helps
    return pa.table(columns)


def write(cohort: Cohort, out: Path) -> Iterable[Path]:
    """Write ``people.parquet``, ``cohort.json`` and ``report.html``; return their paths."""
    import pyarrow.parquet as parquet

    files = [out / "people.parquet", out / "cohort.json", out / "report.html"]
    parquet.write_table(people_table(cohort), files[0])
    files[1].write_text(json.dumps(cohort_document(cohort), indent=2, ensure_ascii=False), encoding="utf-8")
    files[2].write_text(report_html(cohort), encoding="utf-8")
    return files
