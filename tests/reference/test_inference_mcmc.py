"""The engine's posterior against full MCMC (NUTS) on 14 small diaries of all outcome kinds.

The reference was made by make_inference_mcmc.py with an independent implementation of the same models.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from quietlegs.core.inference import Family, fit_latent, latent_data

DIARIES = json.loads((Path(__file__).parent / "inference_mcmc.json").read_text())["diaries"]


def engine_fit(diary):
    y = np.array([np.nan if value is None else value for value in diary["y"]])
    return fit_latent(latent_data(y, np.array(diary["x"]), family=Family(diary["family"]), first_weekday=2))


@pytest.mark.parametrize("diary", DIARIES, ids=lambda diary: diary["name"])
def test_effects_agree_with_mcmc_in_mean_and_spread(diary):
    fit = engine_fit(diary)
    mean, sd = np.array(diary["mean"]), np.array(diary["sd"])
    stretch = fit.prepared.stretch
    assert np.abs((fit.mean / stretch - mean) / sd).max() < 0.15
    ratio = fit.sd / stretch / sd
    assert 0.9 < ratio.min() <= ratio.max() < 1.1


@pytest.mark.parametrize("diary", DIARIES, ids=lambda diary: diary["name"])
def test_the_latent_level_of_every_night_agrees_with_mcmc(diary):
    fit = engine_fit(diary)
    assert np.abs((fit.eta - diary["eta_mean"]) / np.array(diary["eta_sd"])).max() < 0.25


@pytest.mark.parametrize("diary", [d for d in DIARIES if d["mean_rate"]], ids=lambda diary: diary["name"])
def test_absolute_rates_are_means_and_not_modes(diary):
    assert engine_fit(diary).fitted.mean.mean() == pytest.approx(diary["mean_rate"], rel=0.03)


def test_the_reference_covers_every_family_and_its_chains_had_mixed():
    assert {diary["family"] for diary in DIARIES} == {family.value for family in Family}
    assert len(DIARIES) >= 12
    assert all(diary["r_hat"] < 1.02 and diary["effective_draws"] > 400 for diary in DIARIES)
