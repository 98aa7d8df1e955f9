"""How good the nights are: each remark where it belongs, and none where it does not."""

import numpy as np

from quietlegs.core.diary.night import OutcomeKind
from quietlegs.core.triggers import Level, data_health
from quietlegs.core.triggers.data_health import correlation, correlations
from quietlegs.core.triggers.outcomes import choose_outcome
from tests.unit.triggers.tables import BLANK, coin, table_of


def remarks(table, *, outcome: str = "cramps", **given) -> dict[str, Level]:
    return {r.id: r.level for r in data_health(table, choose_outcome(table, outcome, None), **given)}


def test_a_full_diary_is_good() -> None:
    assert remarks(table_of(coin(1, 90), walk=coin(2, 90))) == {"nights_answered": Level.GOOD}


def test_a_diary_of_few_nights_among_many_is_not() -> None:
    cramps = np.where(coin(1, 200, 0.4) > 0, coin(2, 200), BLANK)
    assert remarks(table_of(cramps))["few_nights_answered"] is Level.WARNING


def test_bad_nights_noted_at_once_and_good_ones_only_when_asked_are_seen() -> None:
    rng = np.random.default_rng(1)
    cramps = coin(2, 200, 0.3)
    at_once = rng.random(200) < np.where(cramps > 0, 0.9, 0.1)
    asked = ~at_once & (rng.random(200) < 0.25)
    logged = np.where(at_once | asked, cramps, BLANK)
    late = np.where(at_once, 0.0, np.where(asked, 2.0, BLANK))
    assert remarks(table_of(logged), days_late=late)["only_bad_nights_logged"] is Level.WARNING


def test_nights_missing_by_chance_raise_no_such_suspicion() -> None:
    rng = np.random.default_rng(1)
    logged = np.where(rng.random(200) < 0.5, coin(2, 200, 0.3), BLANK)
    late = np.where(rng.random(200) < 0.3, 2.0, 0.0)
    found = remarks(table_of(logged), days_late=late)
    assert not {"only_bad_nights_logged", "mostly_bad_nights_logged"} & set(found)


def test_a_habit_that_began_once_and_stayed_is_said_to_be_like_anything_else_that_changed() -> None:
    assert "habit_changed" in remarks(table_of(coin(1, 80), pillow=np.r_[np.zeros(40), np.ones(40)]))
    assert "habit_changed" not in remarks(table_of(coin(1, 80), pillow=coin(3, 80)))


def test_the_same_numbers_from_two_sources_are_noticed() -> None:
    steps = np.random.default_rng(1).normal(6000, 2000, 80)
    assert "sources_overlap" in remarks(table_of(coin(1, 80), steps=steps, walked=steps * 0.0008 + 0.001))


def test_late_entries_are_told() -> None:
    assert "late_entries" in remarks(table_of(coin(1, 60)), days_late=np.full(60, 3.0))
    assert "written_in_time" in remarks(table_of(coin(1, 60)), days_late=np.zeros(60))


def test_missing_weekends_are_told() -> None:
    cramps = coin(1, 140)
    cramps[np.isin(np.arange(140) % 7, (4, 5, 6))] = BLANK
    assert "weekends_missing" in remarks(table_of(cramps))


def test_a_score_read_as_a_count_is_questioned() -> None:
    soreness = np.random.default_rng(1).integers(1, 4, 90).astype(float)
    assert "looks_like_a_score" in remarks(table_of(coin(1, 90), soreness=soreness), outcome="soreness")


def test_whole_numbers_that_are_never_small_are_read_as_an_amount_and_told_so() -> None:
    minutes = np.random.default_rng(1).integers(300, 480, 90).astype(float)
    table = table_of(coin(1, 90), minutes=minutes)
    assert choose_outcome(table, "minutes", None).kind is OutcomeKind.AMOUNT
    assert "read_as_an_amount" in remarks(table, outcome="minutes")
    minutes[40] = 3
    assert choose_outcome(table_of(coin(1, 90), minutes=minutes), "minutes", None).kind is OutcomeKind.COUNT


def test_warnings_come_first() -> None:
    cramps = np.where(coin(1, 100, 0.4) > 0, coin(2, 100, 0.2), BLANK)
    table = table_of(cramps, walk=coin(3, 100))
    levels = [r.level for r in data_health(table, choose_outcome(table, "cramps", None))]
    assert levels == sorted(levels, key=[Level.WARNING, Level.NOTICE, Level.GOOD].index)


def test_all_factors_are_compared_at_once_as_two_by_two() -> None:
    rng = np.random.default_rng(1)
    columns = [rng.normal(50.0, 10.0 ** rng.uniform(-2, 3), 90) for _ in range(6)]
    columns += [(rng.random(90) < 0.3).astype(float) for _ in range(3)]
    columns = [np.where(rng.random(90) < 0.2, np.nan, column) for column in columns]
    columns += [
        2.0 * columns[0] + 1.0,
        np.full(90, 3.3),
        np.full(90, np.nan),
        np.append(np.full(86, np.nan), [1, 2, 3, 4]),
    ]
    two_by_two = [[correlation(one, other) for other in columns] for one in columns]
    assert np.allclose(correlations(columns), two_by_two, atol=1e-12)
    assert correlations([]).shape == (0, 0)
