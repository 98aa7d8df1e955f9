"""What studies found helps when it is right and does little harm when it is wrong: the short version of the benchmark."""

import numpy as np
import pytest

from quietlegs.core.inference import EffectPrior, Scenario, decide, fit_latent, from_table, simulate_diary
from quietlegs.core.triggers.known import MOST_INCLUSION, WEIGHT, WIDER

DIARIES = 60
CLAIMED = 0.30


@pytest.fixture(scope="module")
def claims() -> dict[str, np.ndarray]:
    """Return, by kind of literature, one row for each column of 60 diaries: lfsr, whether wrong, whether it matters."""
    rows: dict[str, list[tuple[float, bool, bool]]] = {"none": [], "right": [], "wrong": []}
    for seed in range(90_000, 90_000 + DIARIES):
        made = simulate_diary(seed, Scenario(nights=150))
        data = from_table(made.table, lags=(0,))
        fit = fit_latent(data)
        truth = np.array([made.truth.effect(label.factor, label.lag) for label in data.labels])
        idle = np.flatnonzero(truth == 0)[:2]
        for kind, sign in (("none", 0.0), ("right", 1.0), ("wrong", -1.0)):
            told = sign * truth
            if kind == "wrong":
                told[idle] = 0.5
            priors = {
                label.name: EffectPrior(
                    MOST_INCLUSION, effect / label.scale, WIDER * 0.3 / label.scale, WEIGHT
                )
                for label, effect in zip(data.labels, told, strict=True)
                if effect
            }
            answer = decide(fit, priors)
            wrong = np.where(answer.positive > answer.negative, 1, -1) != np.sign(truth)
            rows[kind] += zip(answer.lfsr, wrong, truth != 0, strict=True)
    return {kind: np.array(told, dtype=float) for kind, told in rows.items()}


def power(told: np.ndarray) -> float:
    right = (told[:, 0] < CLAIMED) & (told[:, 1] == 0)
    return float(right.sum() / told[:, 2].sum())


def test_right_literature_finds_more(claims: dict[str, np.ndarray]) -> None:
    assert power(claims["right"]) > power(claims["none"]) + 0.03


def test_wrong_literature_neither_hides_nor_invents_much(claims: dict[str, np.ndarray]) -> None:
    assert power(claims["wrong"]) > power(claims["none"]) - 0.05
    shown = claims["wrong"][claims["wrong"][:, 0] < CLAIMED]
    announced = shown[:, 0].mean()
    error = np.sqrt(announced * (1 - announced) / len(shown))
    assert shown[:, 1].mean() < announced + 2.5 * error
