"""Checks run on every fit: cheap, and each says what must be held back when it fails."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from quietlegs.core.inference.fit import LatentFit
from quietlegs.core.inference.shrink import Decisions


class Level(StrEnum):
    """How bad it is."""

    FINE = "fine"
    CAUTION = "caution"  # tell the person
    HOLD_BACK = "hold_back"  # do not show what it touches


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One check: its id, level, value and threshold; ``columns`` are those it touches, None for all."""

    id: str
    level: Level
    value: float
    threshold: float
    columns: tuple[int, ...] | None = None


ALIKE = 0.8  # |correlation| from which two columns cannot be told apart yet


def diagnose(fit: LatentFit, decisions: Decisions) -> tuple[Diagnostic, ...]:
    """Return every check's result, failed or not."""
    return (_search(fit), *_collinear(fit))


def _search(fit: LatentFit) -> Diagnostic:
    rim = fit.lattice.rim_weight
    bad = not fit.lattice.converged or rim > 0.05
    return Diagnostic("search", Level.HOLD_BACK if bad else Level.FINE, rim, 0.05)


def _collinear(fit: LatentFit) -> list[Diagnostic]:
    x = np.nan_to_num(fit.data.columns)[fit.data.logged]
    if x.shape[1] < 2:
        return []
    unit = x / np.maximum(np.sqrt((x**2).sum(0)), 1e-12)
    alike = unit.T @ unit
    pairs = np.argwhere(np.triu(np.abs(alike) > ALIKE, 1))
    return [
        Diagnostic("collinear", Level.CAUTION, float(alike[a, b]), ALIKE, (int(a), int(b))) for a, b in pairs
    ]
