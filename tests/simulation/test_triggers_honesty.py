"""How often the findings are wrong, on diaries whose truth is known: short runs of the tables in the docs."""

import numpy as np

from quietlegs.core.diary.night import OutcomeKind
from quietlegs.core.inference import Logging, Scenario, simulate_diary
from quietlegs.core.triggers import Settings, Strength, data_health, find_triggers
from quietlegs.core.triggers.frequencies import neighbour_correlation, share_interval
from quietlegs.core.triggers.outcomes import choose_outcome
from quietlegs.core.triggers.timing import follows_bad_nights
from tests.unit.triggers.tables import coin


def test_diaries_in_which_nothing_matters_bring_no_finding() -> None:
    """30 diaries of 120 nights and 8 factors at two lags: 480 chances to be wrong."""
    claims = [
        finding
        for seed in range(30)
        for finding in find_triggers(simulate_diary(seed, Scenario(matter=0)).table).listed
    ]
    assert sum(f.strength is Strength.CLEAR for f in claims) == 0
    assert len(claims) <= 3


def test_no_clear_effect_means_that_large_effects_are_rare_among_them() -> None:
    wrong, said, inside, estimates = 0, 0, 0, 0
    for seed in range(100, 115):
        simulated = simulate_diary(seed, Scenario(nights=365, cramps_per_week=5.0))
        findings = find_triggers(simulated.table, settings=Settings(lags=(0,)))
        for finding in findings.findings:
            if finding.estimate is None:
                continue
            truth = simulated.truth.effect(finding.factor) / finding.estimate.swing
            estimates += 1
            inside += finding.estimate.low <= truth <= finding.estimate.high
            if finding.strength is Strength.SMALL:
                said += 1
                wrong += abs(truth) * finding.estimate.swing > np.log(1.5)
    assert said >= 15
    assert wrong <= 0.1 * said
    assert inside / estimates > 0.85  # 90 in 100 are promised; 120 intervals tell that to 3 in 100


def test_the_range_of_counted_nights_holds_the_truth_on_nights_that_are_alike() -> None:
    """Nights in spells, true share 0.3: the 90 % interval covers it about 9 times in 10."""
    rng, held = np.random.default_rng(1), 0
    for _ in range(300):
        level = np.zeros(120)
        for t in range(1, 120):
            level[t] = 0.6 * level[t - 1] + 0.8 * rng.normal()
        events = (level > 0.5244).astype(float)
        low, high = share_interval(int(events.sum()), 120, neighbour_correlation(events), 0.90)
        held += low <= 0.3 <= high
    assert 0.84 <= held / 300 <= 0.99


def _suspected(scenario: Scenario, seeds: range) -> float:
    """Return the share of diaries whose logging is suspected."""
    found = 0
    for seed in seeds:
        table = simulate_diary(seed, scenario).table
        remarks = data_health(table, choose_outcome(table, "cramps", None))
        found += any(remark.id == "mostly_bad_nights_logged" for remark in remarks)
    return found / len(seeds)


def test_bad_nights_only_is_suspected_where_it_is_so_and_hardly_where_it_is_not() -> None:
    """From the nights alone it can only be suspected: 4 in 10 diaries; with late entries it is seen (unit tests)."""
    seeds = range(200)
    assert _suspected(Scenario(logging=Logging.BAD_NIGHTS, factors=1, matter=0), seeds) > 0.3
    assert _suspected(Scenario(missing_nights=0.55, factors=1, matter=0), seeds) < 0.05


def test_factors_that_answer_nothing_are_seldom_called_answers() -> None:
    """1 in 100 is the promise for one factor that lasts from day to day, on cramps that come in spells."""
    called = 0
    for seed in range(300):
        table = simulate_diary(seed, Scenario(nights=150, factors=1, matter=0, missing_nights=0.0)).table
        factor, cramps = table.factors[0], table.outcome("cramps")
        assert cramps is not None
        called += follows_bad_nights(cramps.values, factor.values, factor.kind)
    assert called / 300 < 0.03


def test_forecasts_of_more_nights_come_true() -> None:
    """From 120 nights: the spread at 365 is what the square root of nights says, within a third, at the median."""
    ratios = []
    for seed in range(8):
        table = simulate_diary(seed, Scenario(nights=365, factors=4, cramps_per_week=5.0)).table
        short = type(table)(
            table.first,
            120,
            tuple(type(c)(c.name, c.kind, c.values[:120]) for c in table.outcomes),
            tuple(type(f)(f.name, f.kind, f.unit, f.values[:120]) for f in table.factors),
        )
        early, late = (find_triggers(t, settings=Settings(lags=(0,))).findings for t in (short, table))
        for one, other in zip(early, late, strict=True):
            if one.estimate and other.estimate:
                forecast = one.estimate.data_sd * np.sqrt(120 / 365)
                ratios.append(other.estimate.data_sd / forecast)
    assert 0.75 < float(np.median(ratios)) < 1.33


def test_differences_of_scores_are_in_the_points_of_the_score() -> None:
    """A factor that moves a 0-10 score by 1.5 points is said to: the log odds are turned into points rightly."""
    from tests.unit.triggers.tables import table_of

    estimates = []
    for seed in range(10):
        rng = np.random.default_rng(seed)
        walk = coin(seed, 200)
        score = np.clip(np.round(5 - 1.5 * walk + rng.normal(0, 2, 200)), 0, 10)
        table = table_of(score, name="restless", kind=OutcomeKind.SCALE, walk=walk)
        finding = find_triggers(table, outcome="restless", settings=Settings(lags=(0,))).findings[0]
        assert finding.estimate is not None
        estimates.append(finding.estimate.effect)
    assert -1.8 < float(np.mean(estimates)) < -1.1
