"""What a diary may hold, and what the statistics read of it."""

from datetime import UTC, date, datetime

import numpy as np
import pytest

from quietlegs.core.base.errors import QuietlegsError
from quietlegs.core.diary.night import Diary, Episode, Factor, FactorKind, Night, diary_of, evening_problem
from quietlegs.core.diary.table import night_table

WALK = Factor("walk", FactorKind.YES_NO)
FIRST, THIRD = date(2026, 3, 1), date(2026, 3, 3)


def test_yes_no_and_not_known_are_three_values():
    nights = [Night(FIRST), Night(FIRST, {"cramps": 0}), Night(FIRST, {"cramps": 2})]
    assert [night.is_quiet for night in nights] == [None, True, False]


def test_a_night_without_a_record_is_a_row_of_not_known_values():
    table = night_table(
        diary_of([Night(THIRD, {"cramps": 1}, {"walk": 0}), Night(FIRST, {"cramps": 0})], [WALK])
    )
    assert table is not None and table.span == 3
    np.testing.assert_array_equal(table.outcome("cramps").values, [0, np.nan, 1])
    np.testing.assert_array_equal(table.factor("walk").values, [np.nan, np.nan, 0])
    assert table.evening(2) == THIRD


def test_an_empty_diary_has_no_table():
    assert night_table(Diary()) is None


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: diary_of([Night(FIRST), Night(FIRST)]), "stands twice"),
        (lambda: Diary((Night(THIRD), Night(FIRST))), "out of order"),
        (lambda: diary_of([Night(FIRST, factors={"run": 1})], [WALK]), "not among the diary's factors"),
        (lambda: Diary(factors=(WALK, Factor("Walk", FactorKind.COUNT))), "same name"),
        (lambda: Factor(" walk", FactorKind.YES_NO), "spaces around"),
        (lambda: Factor("x" * 81, FactorKind.YES_NO), "too long"),
        (lambda: Factor("water", FactorKind.AMOUNT, "m[l"), "square bracket"),
        (lambda: Night(FIRST, note="a\0b"), "NUL"),
        (lambda: Night(FIRST, places=("left calf",)), "left-calf"),
        (lambda: Episode(datetime(2026, 3, 1), 0), "UTC"),
        (lambda: Episode(datetime(2026, 3, 1, tzinfo=UTC), 0, severity=11), "0 to 10"),
        (lambda: Episode(datetime(2026, 3, 1, tzinfo=UTC), 0, minutes=float("nan")), "0 to 720"),
    ],
)
def test_what_cannot_be_is_refused_with_a_message(make, words):
    with pytest.raises(QuietlegsError, match=words.replace("[", r"\[")):
        make()


def test_a_night_that_has_not_come_is_a_problem_and_tomorrow_may_be_here_already():
    today = date(2026, 3, 1)
    assert evening_problem(date(2026, 3, 2), today) is None
    assert "has not come" in str(evening_problem(date(2026, 3, 3), today))
    assert "1826" in str(evening_problem(date(1826, 3, 3), today))
