"""What a cohort holds: the pooled series, and who was skipped."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from quietlegs.core.experiments.pool import Pool, Shrunk, Span


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """One pooled series: a remedy against another, or a factor."""

    name: str
    source: str
    outcome: str
    kind: str
    lower_is_better: bool
    codes: tuple[str, ...]
    own_mean: np.ndarray
    own_sd: np.ndarray
    pool: Pool | None
    shrunk: Shrunk | None
    strata: Mapping[str, Pool | None]
    inclusion: Span | None


@dataclass(frozen=True, slots=True, eq=False)
class Cohort:
    """All series, and the people who were skipped with the reason."""

    people: int
    series: tuple[Series, ...]
    skipped: tuple[tuple[str, str], ...]
