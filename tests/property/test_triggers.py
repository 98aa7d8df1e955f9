"""Laws of the findings, for diaries of every shape."""

import json
import math
import warnings
from dataclasses import replace

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quietlegs.core.diary.night import FactorKind, OutcomeKind
from quietlegs.core.diary.table import FactorColumn, NightTable, OutcomeColumn
from quietlegs.core.triggers import Verdict, cycle_view, find_triggers
from quietlegs.exchange.findings_json import findings_json
from quietlegs.exchange.findings_lines import lay_out, page_of
from quietlegs.exchange.findings_words import load_causes
from tests.unit.triggers.tables import FIRST, coin, counts, table_of

FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
BLANK = float("nan")
NAMES = ["walk", "wine", "next day fatigue", "painkiller", "work", "standing", "été {x}", "<b>"]
FIELDS = {
    "outcome", "outcome_kind", "nights", "baseline", "findings", "data_health", "model", "expected_wrong", "gate",
}  # fmt: skip


@st.composite
def tables(draw: st.DrawFn) -> NightTable:
    """Any night table: short or long, with gaps, constant columns, copies, mirrors, huge and tiny amounts."""
    nights = draw(st.integers(1, 90))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    kind = draw(st.sampled_from(list(OutcomeKind)))
    values = {
        OutcomeKind.COUNT: rng.poisson(draw(st.sampled_from([0.0, 0.3, 2.0])), nights),
        OutcomeKind.YES_NO: rng.random(nights) < 0.4,
        OutcomeKind.SCALE: rng.integers(0, 11, nights),
        OutcomeKind.AMOUNT: rng.normal(0, 1, nights) * draw(st.sampled_from([1e-3, 1.0, 1e5])),
    }[kind].astype(float)
    gaps = draw(st.sampled_from([0.0, 0.3, 0.95]))
    made = []
    for name in draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=5)):
        shape = draw(
            st.sampled_from(["coin", "amount", "constant", "outcome", "copy", "mirror", "time", "blank"])
        )
        column = {
            "coin": (rng.random(nights) < 0.5).astype(float),
            "amount": rng.normal(0, 1, nights) * draw(st.sampled_from([1e-6, 1.0, 1e6])),
            "constant": np.ones(nights),
            "outcome": values.copy(),
            "copy": made[-1].values.copy() if made else np.zeros(nights),
            "mirror": 1 - made[-1].values if made else np.zeros(nights),
            "time": np.arange(nights, dtype=float),
            "blank": np.full(nights, BLANK),
        }[shape]
        column = np.where(rng.random(nights) < draw(st.sampled_from([0.0, 0.4])), BLANK, column)
        yes_no = bool(np.isin(column[~np.isnan(column)], (0, 1)).all())
        made.append(FactorColumn(name, FactorKind.YES_NO if yes_no else FactorKind.AMOUNT, None, column))
    outcome = np.where(rng.random(nights) < gaps, BLANK, values)
    return NightTable(FIRST, nights, (OutcomeColumn("burden", kind, outcome),), tuple(made))


@FEW
@given(tables())
def test_any_diary_gets_an_answer_in_the_agreed_form(table: NightTable) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # no warning of a numerical library reaches a person
        findings = find_triggers(table, outcome="burden", diagram=load_causes())
    document = findings_json(findings)
    assert set(document) == FIELDS
    json.dumps(document, allow_nan=False)
    lags = findings.model.settings["lags"]
    assert isinstance(lags, list)
    expected = [(factor.name, lag) for factor in table.factors for lag in lags]
    assert [(f.factor, f.lag) for f in findings.findings] == expected
    for finding in findings.findings:
        estimate = finding.estimate
        assert finding.verdict in Verdict
        if finding.verdict in (Verdict.RAISES, Verdict.LOWERS):
            assert estimate is not None and estimate.lfsr < 0.05
            assert (estimate.effect > 0) == (finding.verdict is Verdict.RAISES)
        if estimate is not None:
            assert estimate.low <= estimate.effect <= estimate.high
            assert 0 <= estimate.lfsr <= 1 and math.isfinite(estimate.sd)
    page_of(lay_out(findings))
    assert cycle_view(table) is None


def _small_diary() -> NightTable:
    walk, wine, water = coin(1, 120), coin(2, 120, 0.2), np.random.default_rng(3).normal(1500, 300, 120)
    cramps = counts(4, lambda t: 1.0 if wine[t] else 0.5, 120)
    return table_of(cramps, walk=walk, wine=wine, water=water)


@FEW
@given(st.permutations(range(3)))
def test_the_order_of_factors_changes_nothing(order: list[int]) -> None:
    table = _small_diary()
    shuffled = replace(table, factors=tuple(table.factors[i] for i in order))
    one = {(f.factor, f.lag): f for f in find_triggers(table).findings}
    other = {(f.factor, f.lag): f for f in find_triggers(shuffled).findings}
    for key, finding in one.items():
        assert finding.verdict is other[key].verdict
        assert finding.estimate is not None and other[key].estimate is not None
        assert np.isclose(finding.estimate.effect, other[key].estimate.effect, rtol=1e-4, atol=1e-8)


@FEW
@given(st.sampled_from([0.001, 1000.0]))
def test_a_change_of_unit_changes_the_effect_of_one_unit_and_nothing_else(factor: float) -> None:
    table = _small_diary()
    water = replace(table.factors[2], values=table.factors[2].values * factor)
    one = find_triggers(table).findings[4]
    other = find_triggers(replace(table, factors=(*table.factors[:2], water))).findings[4]
    assert one.factor == other.factor == "water"
    assert one.estimate is not None and other.estimate is not None
    assert np.isclose(one.estimate.effect, other.estimate.effect * factor, rtol=1e-6)
    assert np.isclose(one.estimate.lfsr, other.estimate.lfsr, atol=1e-9)
