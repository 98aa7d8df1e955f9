"""Made-up experiments for tests."""

from datetime import date

import numpy as np

from quietlegs.core.diary.night import OutcomeKind
from quietlegs.core.experiments.nights import TrialNights


def trial(
    outcome: list[float | None],
    conditions: str,
    *,
    block: list[int] | None = None,
    washout: str = "",
    adhered: str = "",
    kind: OutcomeKind = OutcomeKind.COUNT,
    name: str = "cramps",
    lower_is_better: bool = True,
) -> TrialNights:
    """Return an experiment from a row of letters: S for the stretch, n for none. None is a night not logged."""
    letters = [letter for letter in conditions if letter in "Sn"]
    size = len(letters)
    treated = np.array([letter == "S" for letter in letters])
    runs = np.concatenate(([0], np.cumsum(np.diff(treated.astype(int)) != 0))) + 1
    return TrialNights(
        evenings=np.arange(size) + date(2026, 3, 1).toordinal(),
        treated=treated,
        block=np.array(block if block is not None else runs),
        outcome=np.array([np.nan if value is None else value for value in outcome], dtype=float),
        is_washout=np.array([letter == "w" for letter in washout.ljust(size, ".")]),
        adhered=np.array([{"y": 1.0, "n": 0.0}.get(letter, np.nan) for letter in adhered.ljust(size, ".")]),
        reference="none",
        treatment="stretch",
        outcome_name=name,
        kind=kind,
        lower_is_better=lower_is_better,
    )


def nightly(pairs: int, *, ratio: float = 1.0, rate: float = 1.0, seed: int = 1) -> TrialNights:
    """Return coin-ordered nightly pairs with a true rate ratio."""
    generator = np.random.default_rng(seed)
    first = generator.integers(0, 2, pairs)
    letters = "".join("Sn" if one else "nS" for one in first)
    mean = [rate * (ratio if letter == "S" else 1.0) for letter in letters]
    return trial(list(generator.poisson(mean).astype(float)), letters, block=list(range(1, 2 * pairs + 1)))
