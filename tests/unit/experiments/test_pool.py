import numpy as np
import pytest
from scipy.stats import norm

from quietlegs.core.experiments.pool import (
    GRID,
    PoolError,
    coarse_lattice,
    evidence,
    inclusion_rate,
    pool,
    pool_in_parts,
    pool_strata,
    shrink,
)


def people(
    count: int, mean: float, spread: float, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return true effects, estimates, their standard deviations, and normal likelihood grids."""
    generator = np.random.default_rng(seed)
    truth = generator.normal(mean, spread, count)
    sd = generator.uniform(0.3, 0.8, count)
    estimate = truth + generator.normal(0, sd)
    grids = -0.5 * ((GRID - estimate[:, None]) / sd[:, None]) ** 2
    return truth, estimate, sd, grids.astype(np.float32)


def brute(estimate: np.ndarray, sd: np.ndarray) -> tuple[float, float, np.ndarray]:
    """Return posterior means of (mu, tau) and of each person by plain quadrature with closed-form normal marginals."""
    mu, tau = (
        a.ravel() for a in np.meshgrid(np.linspace(-2, 2, 161), np.linspace(0.005, 2, 160), indexing="ij")
    )
    log = norm.logpdf(mu, 0, 0.5) + np.log(tau) - 2 * tau
    for e, s in zip(estimate, sd, strict=True):
        log = log + norm.logpdf(e, mu, np.sqrt(tau**2 + s**2))
    weight = np.exp(log - log.max())
    weight /= weight.sum()
    shrunk = [
        weight @ ((e / s**2 + mu / tau**2) / (1 / s**2 + 1 / tau**2))
        for e, s in zip(estimate, sd, strict=True)
    ]
    return float(weight @ mu), float(weight @ tau), np.array(shrunk)


@pytest.mark.parametrize(("count", "seed"), [(5, 1), (40, 2)])
def test_the_pool_agrees_with_plain_quadrature(count: int, seed: int) -> None:
    _, estimate, sd, grids = people(count, -0.35, 0.3, seed)
    pooled = pool(grids)
    mu, tau, shrunk = brute(estimate, sd)
    assert pooled.mean.mean == pytest.approx(mu, abs=0.02)
    assert pooled.spread.mean == pytest.approx(tau, abs=0.03)
    assert shrink(grids, pooled).mean == pytest.approx(shrunk, abs=0.03)


def test_intervals_of_50_people_hold_what_they_say() -> None:
    held = []
    for seed in range(60):
        truth, _, _, grids = people(50, -0.35, 0.3, seed)
        found = shrink(grids, pool(grids), mass=0.95)
        held.append(np.mean((found.low <= truth) & (truth <= found.high)))
    assert 0.93 <= np.mean(held) <= 0.97


def test_the_order_of_people_and_of_parts_does_not_matter() -> None:
    _, _, _, grids = people(64, -0.2, 0.2, 3)
    whole = pool(grids)
    turned = pool(grids[::-1])
    apart = pool_in_parts(lambda: iter(np.array_split(grids, 7)))
    for other in (turned, apart):
        assert other.mean.mean == pytest.approx(whole.mean.mean, abs=1e-9)
        assert other.new_person.low == pytest.approx(whole.new_person.low, abs=1e-9)


def test_a_constant_added_to_a_person_changes_nothing() -> None:
    _, _, _, grids = people(10, 0.0, 0.3, 4)
    assert evidence(grids.astype(float) + 123.0, coarse_lattice()) == pytest.approx(
        evidence(grids, coarse_lattice()), abs=1e-6
    )


def test_people_who_say_nothing_leave_the_prior() -> None:
    pooled = pool(np.zeros((20, 101), dtype=np.float32))
    assert pooled.mean.mean == pytest.approx(0, abs=1e-6) and pooled.probability_new_below_0 == pytest.approx(
        0.5
    )


def test_strata_stand_apart_and_small_ones_are_not_pooled() -> None:
    _, _, _, low = people(80, -0.8, 0.1, 5)
    _, _, _, none = people(80, 0.0, 0.1, 6)
    grids = np.concatenate([low, none])
    first = np.arange(160) < 80
    found = pool_strata(grids, {"rls": first, "cramps": ~first, "pregnancy": np.arange(160) < 2})
    assert found["rls"] is not None and found["cramps"] is not None and found["pregnancy"] is None
    assert found["rls"].mean.high < found["cramps"].mean.low


def test_a_factor_that_does_nothing_has_a_low_inclusion_rate() -> None:
    generator = np.random.default_rng(7)
    sd = np.full(300, 0.15)
    does = np.where(np.arange(300) < 60, generator.normal(0.6, 0.2, 300), 0.0)
    estimate = does + generator.normal(0, sd)
    grids = -0.5 * ((GRID - estimate[:, None]) / sd[:, None]) ** 2
    rate = inclusion_rate(grids)
    assert rate.low < 0.25 and rate.high < 0.6


def test_what_cannot_be_pooled_is_refused() -> None:
    with pytest.raises(PoolError, match="at least 3"):
        pool(np.zeros((2, 101), dtype=np.float32))
    with pytest.raises(PoolError, match="101"):
        pool(np.zeros((5, 99), dtype=np.float32))
    with pytest.raises(PoolError, match="not finite"):
        pool(np.full((5, 101), np.nan, dtype=np.float32))
