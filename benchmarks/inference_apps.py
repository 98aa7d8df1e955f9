"""What apps do against what we do, on the same simulated diaries: power, false share, coverage.

Rules: Pearson p < 0.05 per factor; |r| > 0.2; Welch's t on nights above and below the factor's median, p < 0.05; Poisson
GLM with all factors, p < 0.05 and with Benjamini-Hochberg at 0.10; negative binomial GLM with autocorrelation-robust
errors and Benjamini-Hochberg; lasso by cross-validation (glum); ours at lfsr < 0.30 and < 0.05. Then before/after: a
remedy that does nothing is begun half-way through, and its "effect" is judged by Welch's t before against after.
Argument: diaries per row (60). Needs statsmodels and glum.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import sys
import warnings

import numpy as np
from scipy import stats

from benchmarks.inference_scoring import print_table, truth_of
from quietlegs.core.inference import Scenario, decide, fit_latent, from_table, latent_data, simulate_diary


def benjamini_hochberg(p, share=0.10):
    order = np.argsort(p)
    passed = np.flatnonzero(p[order] <= share * np.arange(1, p.size + 1) / p.size)
    chosen = np.zeros(p.size, dtype=bool)
    chosen[order[: passed.max() + 1 if passed.size else 0]] = True
    return chosen


def per_factor(y, x):
    r = np.array([stats.pearsonr(x[:, j], y) for j in range(x.shape[1])])
    welch = []
    for j in range(x.shape[1]):
        high = x[:, j] > np.median(x[:, j]) if np.unique(x[:, j]).size > 2 else x[:, j] > x[:, j].mean()
        ok = 2 < high.sum() < high.size - 2
        welch.append(stats.ttest_ind(y[high], y[~high], equal_var=False) if ok else (0.0, 1.0))
    welch = np.array(welch)
    yield "Pearson p < 0.05", r[:, 1] < 0.05, np.sign(r[:, 0]), None
    yield "Pearson, abs(r) > 0.2", np.abs(r[:, 0]) > 0.2, np.sign(r[:, 0]), None
    yield "t-test of means, p < 0.05", welch[:, 1] < 0.05, np.sign(welch[:, 0]), None


def regressions(y, x):
    import statsmodels.api as sm

    design = np.column_stack([np.ones(y.size), np.linspace(-0.5, 0.5, y.size), x])
    glm = sm.GLM(y, design, family=sm.families.Poisson()).fit(maxiter=50)
    b, se, p = glm.params[2:], glm.bse[2:], glm.pvalues[2:]
    cover = np.column_stack([b - 1.645 * se, b + 1.645 * se])
    yield "Poisson GLM, p < 0.05", p < 0.05, np.sign(b), cover
    yield "Poisson GLM, BH 0.10", benjamini_hochberg(p), np.sign(b), cover
    try:
        nb = sm.NegativeBinomial(y, design).fit(
            disp=0, maxiter=200, method="bfgs", cov_type="HAC", cov_kwds={"maxlags": 7},
            start_params=np.r_[np.log(y.mean() + 0.01), np.zeros(design.shape[1] - 1), 0.5],
        )  # fmt: skip
        b, se, p = nb.params[2:-1], nb.bse[2:-1], np.nan_to_num(nb.pvalues[2:-1], nan=1.0)
        yield (
            "NB GLM, robust, BH 0.10",
            benjamini_hochberg(p),
            np.sign(b),
            np.column_stack([b - 1.645 * se, b + 1.645 * se]),
        )
    except (np.linalg.LinAlgError, ValueError):
        yield "NB GLM, robust, BH 0.10", np.zeros(b.size, dtype=bool), np.sign(b), None
    try:
        from glum import GeneralizedLinearRegressorCV
    except ImportError:
        return
    lasso = GeneralizedLinearRegressorCV(
        family="poisson",
        l1_ratio=1.0,
        n_alphas=15,
        min_alpha_ratio=0.03,
        cv=4,
        max_iter=60,
        scale_predictors=True,
    )
    lasso.fit(design[:, 1:], y)
    yield "Poisson lasso, cross-validated", lasso.coef_[1:] != 0, np.sign(lasso.coef_[1:]), None


def ours(data):
    fit = fit_latent(data)
    decisions = decide(fit)
    sign = np.where(decisions.positive > decisions.negative, 1.0, -1.0)
    for limit in (0.30, 0.05):
        yield f"Quietlegs, lfsr < {limit:.2f}", decisions.lfsr < limit, sign, fit.interval(0.90)


def main(replicates: int = 60) -> None:
    for nights in (120, 365):
        scores: dict[str, list] = {}
        for seed in range(100_000, 100_000 + replicates):
            simulated = simulate_diary(seed, Scenario(nights=nights))
            data = from_table(simulated.table, lags=(0,))
            truth = truth_of(simulated, data)
            y, x = data.y[data.logged], data.columns[data.logged]
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # the peers' own; ours raise none
                found = [*per_factor(y, x), *regressions(y, x)]
            for name, claim, sign, interval in (*found, *ours(data)):
                right = claim & (truth != 0) & (sign == np.sign(truth))
                held = (
                    ((interval[:, 0] <= truth) & (truth <= interval[:, 1])).mean()
                    if interval is not None
                    else np.nan
                )
                scores.setdefault(name, []).append((right.sum(), claim.sum(), (truth != 0).sum(), held))
        rows = []
        for name, score in scores.items():
            right, claims, true, held = np.array(score).T
            share = f"{1 - right.sum() / claims.sum():.2f}" if claims.sum() else ""
            cover = "" if np.isnan(held).all() else f"{np.nanmean(held):.2f}"
            rows.append([name, f"{right.sum() / true.sum():.2f}", share, f"{claims.mean():.1f}", cover])
        print(f"\n{nights} nights, 8 factors, 2 matter, {replicates} diaries\n")
        print_table(("rule", "power", "false share", "claims a diary", "coverage of 90 % intervals"), rows)
    before_after(replicates)


def before_after(replicates: int) -> None:
    """A remedy without effect, begun half-way: how often is it praised or blamed?"""
    naive, claimed, likely = 0, 0, 0
    for seed in range(110_000, 110_000 + replicates):
        simulated = simulate_diary(seed, Scenario(nights=120, matter=0))
        data = from_table(simulated.table, lags=(0,))
        begun = (np.arange(120) >= 60).astype(float)
        on = data.logged
        y = data.y[on]
        naive += int(stats.ttest_ind(y[begun[on] > 0], y[begun[on] == 0], equal_var=False).pvalue < 0.05)
        lfsr = decide(fit_latent(latent_data(data.y, begun[:, None], first_weekday=data.first_weekday))).lfsr[
            0
        ]
        claimed += int(lfsr < 0.05)
        likely += int(lfsr < 0.30)
    print(f"\nA remedy that does nothing, begun half-way, {replicates} diaries: praised or blamed by before/after (t-test) "
          f"{naive / replicates:.2f}, by Quietlegs at lfsr < 0.30 {likely / replicates:.2f}, < 0.05 {claimed / replicates:.2f}")  # fmt: skip


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
