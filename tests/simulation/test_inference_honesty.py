"""Is the engine wrong as often as it says? A short version of benchmarks/inference_calibration.py, seeds fixed.

Limits leave room for simulation error: a share s over k claims has standard error sqrt(s (1 - s) / k).
"""

import numpy as np
import pytest

from benchmarks.inference_scoring import tally
from quietlegs.core.inference import Logging, Mechanism, Noted, Scenario

YEAR = 365


def claims(total, limit):
    lfsr, wrong = np.array(total.lfsr), np.array(total.wrong)
    chosen = lfsr < limit
    return int(chosen.sum()), int(wrong[chosen].sum()), float(lfsr[chosen].sum())


def test_claims_on_a_year_of_nights_are_found_and_are_as_wrong_as_they_say():
    total = tally(Scenario(nights=YEAR), 40, first_seed=500)
    count, wrong, expected = claims(total, 0.30)
    assert wrong <= expected + 3.0 * np.sqrt(expected + 1.0)
    assert (count - wrong) / np.sum(total.matters) > 0.33  # 0.45 to 0.50 in the long run, SE 0.056 here
    assert 0.85 < np.mean(total.covered) <= 1.0
    assert claims(total, 0.05)[1] <= 2


@pytest.mark.parametrize(
    "scenario",
    [
        Scenario(matter=0),
        Scenario(matter=0, logging=Logging.BAD_NIGHTS),
        Scenario(matter=0, mechanism=Mechanism.EPISODES),
    ],
    ids=["the model", "only bad nights logged", "episodes that excite themselves"],
)
def test_where_nothing_matters_next_to_nothing_is_claimed(scenario):
    total = tally(scenario, 25, first_seed=900)
    assert claims(total, 0.05)[0] <= 1  # 0.01 a diary in the long run
    assert claims(total, 0.30)[0] <= 3


@pytest.mark.parametrize("mechanism", [Mechanism.CLUSTERS, Mechanism.THRESHOLD])
def test_claims_stay_honest_where_the_world_is_not_the_model(mechanism):
    total = tally(Scenario(nights=YEAR, mechanism=mechanism), 12, first_seed=300)
    count, wrong, expected = claims(total, 0.30)
    assert count >= 5
    assert wrong <= expected + 3.0 * np.sqrt(expected + 1.0)


def test_missing_answers_cost_power_and_not_honesty():
    total = tally(Scenario(nights=YEAR, missing_answers=0.2), 20, first_seed=700)
    count, wrong, expected = claims(total, 0.30)
    assert count >= 8
    assert wrong <= expected + 3.0 * np.sqrt(expected + 1.0)


@pytest.mark.parametrize("noted", [kind for kind in Noted if kind is not Noted.CRAMPS])
def test_claims_about_every_other_kind_of_outcome_are_as_wrong_as_they_say(noted):
    """Short and wide too: an amount's noise is guessed from the same nights, and 30 columns leave few to guess it from."""
    wide = Scenario(nights=60, factors=15, matter=4, lagged=True, noted=noted)
    for scenario, diaries, lags in ((Scenario(noted=noted), 30, (0,)), (wide, 15, (0, 1))):
        count, wrong, expected = claims(tally(scenario, diaries, first_seed=610, lags=lags), 0.30)
        assert wrong <= expected + 3.0 * np.sqrt(expected + 1.0), (scenario, count)


def test_claims_about_amounts_are_found():
    total = tally(Scenario(noted=Noted.HOURS), 30, first_seed=610)
    count, wrong, _ = claims(total, 0.30)
    assert (count - wrong) / np.sum(total.matters) > 0.30  # 0.51 in the long run, SE 0.065 here
