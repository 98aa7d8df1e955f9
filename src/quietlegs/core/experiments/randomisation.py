"""The randomisation test: had the coin fallen otherwise, how often would the arms lie as far apart?

Under the sharp hypothesis that the remedy changes no night, the nights stand and only their labels could have been
others. The share of sequences whose statistic is at least as far from 0 as the one that was drawn is a p-value
exactly, whatever the nights do by themselves: drift, weekdays, runs of bad nights, many zeros.

Sources: Fisher 1935, The Design of Experiments, section 21; Edgington & Onghena 2007, Randomization Tests, 4th ed.;
drawn p-values (1 + b) / (1 + B): Phipson & Smyth 2010, doi 10.2202/1544-6115.1585.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from quietlegs.core.experiments.contrast import Strata, Stratum, contrast
from quietlegs.core.experiments.nights import Floats
from quietlegs.core.experiments.sequences import SequenceSpace

EXACT_PAIRS = 12
EXACT_SEQUENCES = 20_000
DRAWS = 4_000  # standard error of a p-value of 0.05: 0.0034
TIE = 1e-9  # sums of the same numbers in another order differ by rounding


@dataclass(frozen=True, slots=True)
class RandomisationTest:
    """A two-sided p-value, the number of sequences it counts over, and whether it counts over all of them."""

    p: float
    sequences: int
    is_exact: bool


def randomisation_test(
    space: SequenceSpace, *, seed: int = 0, draws: int = DRAWS
) -> RandomisationTest | None:
    """Return the two-sided randomisation test; None when no stratum holds both arms.

    Exact to 12 pairs, and over other spaces to 20,000 sequences; else over ``draws`` drawn sequences.
    O(sequences x units).
    """
    strata = space.strata
    if not strata.strata:
        return None
    if strata.are_pairs:
        return _flip_test(strata.difference, strata.sign, seed=seed, draws=draws)
    observed = abs(strata.statistic)
    exact = space.size <= EXACT_SEQUENCES
    values = _all_statistics(strata) if exact else _drawn_statistics(strata, seed, draws)
    extreme = int(np.sum(np.abs(values) >= observed - TIE))
    if exact:
        return RandomisationTest(extreme / len(values), len(values), True)
    return RandomisationTest((1 + extreme) / (1 + draws), draws, False)


def all_flips(pairs: int) -> Floats:
    """Return every sequence of signs of ``pairs`` pairs, shape (2^pairs, pairs)."""
    return np.asarray(1.0 - 2.0 * ((np.arange(2**pairs)[:, None] >> np.arange(pairs)) & 1), dtype=np.float64)


def drawn_flips(pairs: int, draws: int, seed: int) -> Floats:
    """Return ``draws`` random sequences of signs, shape (draws, pairs)."""
    generator = np.random.Generator(np.random.PCG64(seed))
    return np.asarray(generator.integers(0, 2, (draws, pairs)) * 2.0 - 1.0, dtype=np.float64)


def _flip_test(difference: Floats, sign: Floats, *, seed: int, draws: int) -> RandomisationTest:
    observed = abs(float(sign @ difference))
    exact = len(difference) <= EXACT_PAIRS
    flips = all_flips(len(difference)) if exact else drawn_flips(len(difference), draws, seed)
    extreme = int(np.sum(np.abs(flips @ difference) >= observed - TIE))
    p = extreme / len(flips) if exact else (1 + extreme) / (1 + len(flips))
    return RandomisationTest(p, len(flips), exact)


def _statistics(strata: Strata, stratum: Stratum, labels: np.ndarray) -> Floats:
    """Return the stratum's contrast under each row of ``labels``, shape (rows, units)."""
    total_1, count_1 = labels @ stratum.total, labels @ stratum.count
    return contrast(
        strata.kind, total_1, count_1, stratum.total.sum() - total_1, stratum.count.sum() - count_1
    )


def _labels(units: int, treated: int) -> np.ndarray:
    """Return every way to treat ``treated`` of ``units`` units, shape (ways, units)."""
    chosen = np.array(list(combinations(range(units), treated)), dtype=np.int64)
    labels = np.zeros((len(chosen), units))
    labels[np.arange(len(chosen))[:, None], chosen] = 1.0
    return labels


def _all_statistics(strata: Strata) -> Floats:
    """Return the statistic under every sequence: strata are independent, so their values add up crosswise."""
    values = np.zeros(1)
    for stratum in strata.strata:
        labels = _labels(len(stratum.treated), int(stratum.treated.sum()))
        values = np.add.outer(values, _statistics(strata, stratum, labels)).ravel()
    return values


def _drawn_statistics(strata: Strata, seed: int, draws: int) -> Floats:
    generator = np.random.Generator(np.random.PCG64(seed))
    values = np.zeros(draws)
    for stratum in strata.strata:
        labels = np.tile(stratum.treated.astype(float), (draws, 1))
        values += _statistics(strata, stratum, generator.permuted(labels, axis=1))
    return values
