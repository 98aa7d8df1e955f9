"""Real diaries with the outcome shifted in time: whatever is claimed is wrong, because the days no longer belong together.

Needs a folder of real data, which is never part of the project: set QUIETLEGS_REAL_DATA to the folder that holds
pmdata_days.csv (PMData, Thambawita et al. 2020: 16 people, about 5 months of soreness 1-5 with daily factors).
Also the unshifted diaries, for comparison. Argument: shifts per person (6).
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import csv
import sys
from collections import defaultdict
from datetime import date
from pathlib import Path

import numpy as np

from quietlegs.core.diary.night import OutcomeKind
from quietlegs.core.inference import CannotFit, decide, diagnose, fit_latent, latent_data
from quietlegs.core.inference.diagnostics import held_back

FACTORS = ("fluid", "alcohol", "load", "stress", "mood", "sleep_duration_h")


def people(folder):
    """Return {participant: (first date, {column: values over calendar days})}."""
    found = defaultdict(dict)
    with (folder / "pmdata_days.csv").open(newline="", encoding="utf-8") as file:
        for line in csv.DictReader(file):
            found[line["participant"]][date.fromisoformat(line["date"])] = line
    out = {}
    for person, days in sorted(found.items()):
        first, span = min(days), (max(days) - min(days)).days + 1
        columns = {name: np.full(span, np.nan) for name in (*FACTORS, "soreness")}
        for day, line in days.items():
            for name, column in columns.items():
                if line[name]:
                    column[(day - first).days] = float(line[name])
        out[person] = (first, columns)
    return out


def main(shifts: int = 6) -> None:
    where = os.environ.get("QUIETLEGS_REAL_DATA")
    if not where:
        print("QUIETLEGS_REAL_DATA is not set: not run.")
        return
    counts = defaultdict(lambda: np.zeros(5))
    for first, columns in people(Path(where)).values():
        x = np.column_stack([columns[name] for name in FACTORS])
        spread = 2.0 * np.nanstd(np.where(np.isnan(x).all(0), 0.0, x), axis=0)
        x = x / np.where(spread > 0, spread, 1.0)
        # Soreness of the next morning belongs to the day: the outcome of day t is noted on day t + 1.
        after = np.append(columns["soreness"][1:], np.nan)
        for kind, y in (
            ("scale 1-5", after),
            ("sore (3 or more)", np.where(np.isnan(after), np.nan, after >= 3)),
        ):
            family = OutcomeKind.SCALE if kind == "scale 1-5" else OutcomeKind.YES_NO
            for shift in (0, *np.linspace(21, y.size - 21, shifts).astype(int)):
                moved = np.roll(y, shift)
                try:
                    data = latent_data(moved, x, kind=family, first_weekday=first.weekday())
                    fit = fit_latent(data)
                except CannotFit:
                    continue
                decisions = decide(fit)
                back = held_back(diagnose(fit, decisions), len(data.labels))
                shown = np.array([j not in back for j in range(len(data.labels))], dtype=bool)
                lfsr = decisions.lfsr
                counts[kind, "shifted" if shift else "as it was"] += (
                    1, lfsr.size, (lfsr < 0.05).sum(), (lfsr < 0.30).sum(), ((lfsr < 0.30) & shown).sum(),
                )  # fmt: skip
    print(
        "| outcome | diaries | columns | claims a diary, lfsr < 0.05 | lfsr < 0.30 | lfsr < 0.30 after checks |"
    )
    print("|---|---|---|---|---|---|")
    for (kind, how), (diaries, columns, sure, likely, shown) in counts.items():
        print(
            f"| {kind}, {how} | {diaries:.0f} | {columns:.0f} | {sure / diaries:.3f} | {likely / diaries:.3f} | {shown / diaries:.3f} |"
        )


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
