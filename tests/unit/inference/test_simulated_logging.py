"""Diaries whose nights are noted for a reason: the simulator does what it says."""

import numpy as np

from quietlegs.core.diary.night import FactorKind
from quietlegs.core.inference import Logging, Scenario, simulate_diary


def test_quiet_nights_with_the_blamed_factor_go_unlogged() -> None:
    """The same seed logged at random has the factor's values on other nights: there it makes no difference."""
    shares = {}
    for logging in (Logging.AT_RANDOM, Logging.BLAMED_FACTOR):
        with_it, without = [], []
        for seed in range(8):
            made = simulate_diary(seed, Scenario(nights=400, logging=logging))
            true = {name for name, *_ in made.truth.effects}
            factor = next(column for column in made.table.factors if column.name not in true)
            cut = 0.5 if factor.kind is FactorKind.YES_NO else np.nanmedian(factor.values)
            logged = ~np.isnan(factor.values)
            with_it.append((made.truth.complete[logged & (factor.values > cut)] == 0).mean())
            without.append((made.truth.complete[logged & (factor.values <= cut)] == 0).mean())
        shares[logging] = np.mean(without) - np.mean(with_it)
    assert shares[Logging.BLAMED_FACTOR] > shares[Logging.AT_RANDOM] + 0.05
