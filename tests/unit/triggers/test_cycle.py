"""The cycle: an arrow where the nights support one, none where they do not."""

import numpy as np

from quietlegs.core.diary.night import OUTCOMES
from quietlegs.core.diary.table import NightTable, OutcomeColumn
from quietlegs.core.triggers import cycle_view
from tests.unit.triggers.tables import BLANK, FIRST


def diary_of(**outcomes: np.ndarray) -> NightTable:
    columns = tuple(OutcomeColumn(name, OUTCOMES[name].kind, values) for name, values in outcomes.items())
    return NightTable(FIRST, columns[0].values.size, columns, ())


def a_diary(nights: int = 250) -> NightTable:
    """Cramps cost sleep, short sleep brings pain, pain brings cramps; worry has no part in it."""
    rng = np.random.default_rng(11)
    cramps, sleep, pain = np.zeros(nights), np.zeros(nights), np.zeros(nights)
    for t in range(nights):
        before = pain[t - 1] if t else 3.0
        cramps[t] = rng.poisson(np.exp(-1.0 + 0.35 * (before - 3)))
        sleep[t] = np.clip(7.5 - 0.8 * min(cramps[t], 3) + rng.normal(0, 0.6), 2, 10)
        pain[t] = np.clip(np.round(3 + 1.2 * (7 - sleep[t]) + rng.normal()), 0, 10)
    worry = rng.integers(0, 8, nights).astype(float)
    return diary_of(cramps=cramps, sleep_hours=sleep, pain=pain, worry=worry)


def test_each_link_of_the_circle_is_drawn_and_nothing_else() -> None:
    cycle = cycle_view(a_diary())
    assert cycle is not None
    assert {(a.source, a.target) for a in cycle.drawn} == {
        ("cramps", "sleep_hours"), ("sleep_hours", "pain"), ("pain", "cramps"),
    }  # fmt: skip


def test_the_arrow_from_the_morning_reaches_the_next_night_not_its_own() -> None:
    """Pain that follows cramps of its own night, and brings none, has no arrow to cramps."""
    rng = np.random.default_rng(3)
    cramps = rng.poisson(0.7, 250).astype(float)
    pain = np.clip(2 + 2 * cramps + rng.normal(0, 1, 250), 0, 10).round()
    cycle = cycle_view(diary_of(cramps=cramps, pain=pain))
    assert cycle is not None
    assert [(a.source, a.target) for a in cycle.drawn] == [("cramps", "pain")]


def test_few_nights_give_no_arrow_and_say_how_many() -> None:
    table = a_diary(60)
    short = {
        c.name: np.where(np.arange(60) < 15, c.values, BLANK) for c in table.outcomes if c.name != "cramps"
    }
    assert cycle_view(diary_of(cramps=table.outcomes[0].values, **short)) is None
    cycle = cycle_view(
        diary_of(
            cramps=table.outcomes[0].values, sleep_hours=short["sleep_hours"], worry=table.outcomes[3].values
        )
    )
    assert cycle is not None
    assert "sleep_hours" not in cycle.stations


def test_a_diary_of_cramps_alone_has_no_cycle() -> None:
    assert cycle_view(diary_of(cramps=np.ones(50))) is None
