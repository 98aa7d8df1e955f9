"""What is said of a factor, and what is not."""

import numpy as np
import pytest

from quietlegs.core.diary.night import OutcomeKind
from quietlegs.core.triggers import (
    Finding,
    Findings,
    OutcomeError,
    Reason,
    Settings,
    Strength,
    Teller,
    Verdict,
    find_triggers,
)
from quietlegs.core.triggers.wording import number
from quietlegs.exchange.findings_words import load_causes, load_wording
from tests.unit.triggers.tables import BLANK, coin, counts, table_of


def of(findings: Findings, factor: str, lag: int = 0) -> Finding:
    return next(f for f in findings.findings if (f.factor, f.lag) == (factor, lag))


def told(findings: Findings, factor: str, lag: int = 0) -> str:
    return Teller(load_wording(), findings, {}).sentence(of(findings, factor, lag))


@pytest.fixture(scope="module")
def strong() -> Findings:
    """300 nights on which standing trebles the cramps and tea does nothing."""
    standing, tea = coin(1, 300), coin(2, 300)
    cramps = counts(3, lambda t: 0.4 * (3.0 if standing[t] else 1.0), 300)
    return find_triggers(table_of(cramps, standing=standing, tea=tea), diagram=load_causes())


def test_a_strong_factor_raises_and_a_useless_one_does_not(strong: Findings) -> None:
    assert of(strong, "standing").verdict is Verdict.RAISES
    assert of(strong, "tea").verdict in (Verdict.NO_CLEAR_EFFECT, Verdict.NOT_ENOUGH_NIGHTS)


def test_the_estimate_holds_the_truth(strong: Findings) -> None:
    estimate = of(strong, "standing").estimate
    assert estimate is not None
    assert estimate.low < np.log(3.0) < estimate.high


def test_every_factor_comes_back_once_for_each_lag(strong: Findings) -> None:
    assert [(f.factor, f.lag) for f in strong.findings] == [
        ("standing", 0), ("standing", 1), ("tea", 0), ("tea", 1),
    ]  # fmt: skip


def test_the_sentence_counts_nights_and_gives_the_range(strong: Findings) -> None:
    sentence = told(strong, "standing")
    assert "nights had a cramp. Otherwise" in sentence
    assert "It could be" in sentence
    assert "This is a pattern, not proof." in sentence
    assert str(of(strong, "standing").nights_with) in sentence


def test_the_nights_counted_are_the_nights_logged(strong: Findings) -> None:
    seen = of(strong, "tea").comparison
    assert seen is not None
    assert seen.with_it.nights + seen.without.nights == strong.nights.logged


def test_the_same_diary_gives_the_same_answer_to_the_last_digit(strong: Findings) -> None:
    standing, tea = coin(1, 300), coin(2, 300)
    cramps = counts(3, lambda t: 0.4 * (3.0 if standing[t] else 1.0), 300)
    again = find_triggers(table_of(cramps, standing=standing, tea=tea), diagram=load_causes())
    assert again.findings == strong.findings


def test_a_possible_effect_is_no_finding_yet() -> None:
    """Of some seed the lfsr falls between 0.05 and 0.30; then the word is still *not enough nights*."""
    for seed in range(40):
        walk = coin(seed, 150)
        cramps = counts(seed + 100, lambda t, walk=walk: 0.5 * (0.5 if walk[t] else 1.0), 150)
        finding = of(find_triggers(table_of(cramps, walk=walk)), "walk")
        assert finding.estimate is not None
        if 0.05 <= finding.estimate.lfsr < 0.30:
            assert (finding.verdict, finding.strength) == (Verdict.NOT_ENOUGH_NIGHTS, Strength.POSSIBLE)
            return
    pytest.fail("no diary of 40 gave a possible effect")


def test_nothing_is_estimated_below_ten_cramp_nights() -> None:
    cramps = np.zeros(60)
    cramps[::7] = 1  # 9 cramp nights
    findings = find_triggers(table_of(cramps, walk=coin(1, 60)))
    assert findings.gate is not None and findings.gate.id == "too_few_events"
    assert of(findings, "walk").estimate is None
    assert of(findings, "walk").reason is Reason.TOO_FEW_NIGHTS


@pytest.mark.parametrize(
    ("cramps", "gate"),
    [
        (np.zeros(50), "all_quiet"),
        (np.ones(50), "always_the_same"),
        ([1.0], "too_few_events"),
        ([BLANK] * 30, "no_nights"),
        (np.r_[np.ones(40), np.zeros(5)], "too_few_others"),
    ],
)
def test_a_diary_that_cannot_say_anything_says_why(cramps: np.ndarray, gate: str) -> None:
    findings = find_triggers(table_of(cramps, walk=coin(1, len(cramps))))
    assert findings.gate is not None and findings.gate.id == gate
    assert Teller(load_wording(), findings, {}).health(findings.gate)


def test_cramps_on_every_night_can_still_be_compared_by_their_number() -> None:
    walk = coin(1, 120)
    cramps = 1 + counts(2, lambda t: 4.0 if walk[t] else 1.0, 120)
    assert of(find_triggers(table_of(cramps, walk=walk)), "walk").verdict is Verdict.RAISES


def test_with_cramps_on_every_night_the_sentence_gives_their_number_and_no_share() -> None:
    wine = coin(1, 200)
    cramps = 1.0 + counts(2, lambda t: 1.0 + 3.0 * wine[t], 200)
    findings = find_triggers(table_of(cramps, wine=wine))
    told = Teller(load_wording(), findings, {}).sentence(findings.findings[0])
    assert "all nights" not in told
    assert f"With wine: {number(cramps[wine > 0].mean())} cramps on average." in told


def test_a_factor_that_never_varies_is_not_compared() -> None:
    findings = find_triggers(table_of(coin(1, 80), tablet=np.ones(80), other=coin(3, 80)))
    assert of(findings, "tablet").reason is Reason.NEVER_VARIES


def test_a_rare_factor_says_how_many_more_nights_without_asking_for_them() -> None:
    wine = np.zeros(80)
    wine[[3, 30, 60]] = 1
    findings = find_triggers(table_of(coin(1, 80), wine=wine, other=coin(3, 80)))
    assert of(findings, "wine").reason is Reason.TOO_FEW_WITH
    assert "Nobody asks you" in told(findings, "wine")


def test_factors_on_the_same_nights_are_one_group() -> None:
    coffee = coin(1, 150)
    late = coffee.copy()
    late[[5, 50, 100]] = 1 - late[[5, 50, 100]]
    findings = find_triggers(table_of(coin(2, 150, 0.4), coffee=coffee, late_night=late, walk=coin(4, 150)))
    assert of(findings, "coffee").verdict is Verdict.CANNOT_TELL_APART
    assert of(findings, "coffee").confounded_with == ("late_night",)
    assert of(findings, "late_night").confounded_with == ("coffee",)
    assert of(findings, "walk").confounded_with == ()


def test_a_copy_and_a_mirror_image_answer_as_the_original_does() -> None:
    one = coin(1, 200)
    cramps = counts(2, lambda t: 1.2 if one[t] else 0.4, 200)
    findings = find_triggers(
        table_of(cramps, one=one, copy=one, mirror=1 - one), settings=Settings(lags=(0,))
    )
    effects = [of(findings, name).estimate.effect for name in ("one", "copy", "mirror")]  # type: ignore[union-attr]
    assert effects[0] == effects[1] == -effects[2]
    assert effects[0] > 0


def test_a_medicine_that_cannot_be_told_apart_is_not_to_be_changed_to_find_out() -> None:
    coffee = coin(1, 150)
    findings = find_triggers(
        table_of(coin(2, 150, 0.4), coffee=coffee, water_tablet=coffee), diagram=load_causes()
    )
    assert "Do not change a medicine to find out." in told(findings, "coffee")


def test_no_trial_is_suggested_of_a_medicine_or_a_drink() -> None:
    nights = 120
    findings = find_triggers(
        table_of(coin(2, nights, 0.3), statin=coin(1, nights), wine=coin(3, nights), stretch=coin(4, nights)),
        diagram=load_causes(),
    )
    assert "trial" not in told(findings, "statin")
    assert "trial" not in told(findings, "wine")
    assert of(findings, "stretch").may_try


def test_the_outcome_under_another_name_is_not_its_cause() -> None:
    cramps = counts(1, lambda t: 0.8, 120)
    any_cramp = (cramps > 0).astype(float)
    findings = find_triggers(table_of(cramps, again=cramps, any_cramp=any_cramp, walk=coin(2, 120)))
    for name in ("again", "any_cramp"):
        assert of(findings, name).reason is Reason.SAME_AS_OUTCOME
        assert of(findings, name).estimate is None


def test_what_comes_after_the_night_is_never_offered_as_its_cause() -> None:
    cramps = counts(1, lambda t: 0.8, 120)
    findings = find_triggers(
        table_of(cramps, next_day_fatigue=cramps + coin(3, 120) + 0.5, walk=coin(2, 120)),
        diagram=load_causes(),
    )
    finding = of(findings, "next_day_fatigue")
    assert (finding.reason, finding.estimate) == (Reason.CONSEQUENCE, None)


def test_a_tablet_taken_after_bad_nights_is_not_said_to_cause_them() -> None:
    """Bad spells bring the tablet; within a spell the next night is bad too."""
    rng = np.random.default_rng(5)
    bad_spell = np.repeat(rng.random(60) < 0.4, 5)
    cramps = rng.poisson(np.where(bad_spell, 2.0, 0.15)).astype(float)
    tablet = np.r_[0.0, ((cramps[:-1] > 0) & (rng.random(299) < 0.8)).astype(float)]
    findings = find_triggers(table_of(cramps, tablet=tablet, walk=coin(2, 300)))
    assert of(findings, "tablet").verdict is not Verdict.RAISES


def test_a_habit_on_and_off_in_turn_is_still_found() -> None:
    """Then the day before is the opposite of the day itself, and must not hide it."""
    purifier = np.arange(120) % 2.0
    cramps = counts(7, lambda t: 0.3 if purifier[t] else 1.5, 120)
    findings = find_triggers(table_of(cramps, purifier=purifier))
    assert of(findings, "purifier").verdict is Verdict.LOWERS
    assert of(findings, "purifier", 1).reason is Reason.MIRRORED


def test_both_lags_of_a_lasting_habit_are_one_claim() -> None:
    phase = np.repeat(coin(4, 30), 10)
    cramps = counts(7, lambda t: 1.5 if phase[t] else 0.4, 300)
    findings = find_triggers(table_of(cramps, phase=phase))
    today, day_before = of(findings, "phase"), of(findings, "phase", 1)
    assert today.estimate is not None and day_before.estimate is not None
    assert today.estimate == day_before.estimate
    assert findings.expected_wrong == pytest.approx(today.estimate.lfsr)


def test_an_amount_that_only_rises_cannot_be_told_from_time() -> None:
    findings = find_triggers(table_of(coin(1, 100), dose=np.linspace(1, 9, 100), walk=coin(2, 100)))
    assert of(findings, "dose").reason is Reason.FOLLOWS_TIME


def test_what_acts_through_another_factor_is_not_robbed_of_its_effect() -> None:
    """Work makes one stand; standing brings cramps. Work's own line counts what goes through standing."""
    work = coin(1, 400)
    standing = np.where(work > 0, coin(2, 400, 0.9), coin(3, 400, 0.1))
    cramps = counts(4, lambda t: 1.6 if standing[t] else 0.4, 400)
    table = table_of(cramps, work=work, standing=standing)
    knowing = of(find_triggers(table, diagram=load_causes(), settings=Settings(lags=(0,))), "work").estimate
    ignorant = of(find_triggers(table, settings=Settings(lags=(0,))), "work").estimate
    assert knowing is not None and ignorant is not None
    truth = np.log((0.9 * 1.6 + 0.1 * 0.4) / (0.1 * 1.6 + 0.9 * 0.4))
    assert abs(knowing.effect - truth) < 0.35
    assert ignorant.effect < truth - 0.5


def test_a_score_is_told_as_a_difference_in_points() -> None:
    rng = np.random.default_rng(1)
    walk = coin(2, 200)
    restless = np.clip(np.round(5 - 2.0 * walk + rng.normal(0, 1.2, 200)), 0, 10)
    finding = of(find_triggers(table_of(restless, name="restless", walk=walk), outcome="restless"), "walk")
    assert finding.estimate is not None
    assert finding.verdict is Verdict.LOWERS
    assert finding.estimate.low < -2.0 < finding.estimate.high


def test_a_score_that_hardly_moves_has_no_clear_effect() -> None:
    rng = np.random.default_rng(3)
    score = np.where(rng.random(150) < 0.1, 2.0, 3.0)
    table = table_of(score, name="soreness", kind=OutcomeKind.SCALE, walk=coin(2, 150))
    finding = of(find_triggers(table, outcome="soreness"), "walk")
    assert (finding.verdict, finding.strength) == (Verdict.NO_CLEAR_EFFECT, Strength.SMALL)


def test_any_column_of_numbers_may_be_the_outcome() -> None:
    table = table_of(coin(1, 60), minutes=np.random.default_rng(1).normal(50, 10, 60), walk=coin(2, 60))
    findings = find_triggers(table, outcome="minutes")
    assert findings.outcome_kind is OutcomeKind.AMOUNT
    assert [f.factor for f in findings.findings if f.lag == 0] == ["walk"]


def test_an_unknown_outcome_names_the_columns_there_are() -> None:
    with pytest.raises(OutcomeError, match="It has: cramps, walk"):
        find_triggers(table_of(coin(1, 60), walk=coin(2, 60)), outcome="cramp")


def test_a_score_with_fractions_is_no_count() -> None:
    table = table_of(coin(1, 60), depth=np.random.default_rng(1).normal(5, 1, 60))
    with pytest.raises(OutcomeError, match="--outcome-kind amount"):
        find_triggers(table, outcome="depth", outcome_kind=OutcomeKind.COUNT)


def test_every_reason_has_its_words() -> None:
    sentences = load_wording().sentences
    assert [
        reason
        for reason in Reason
        if reason.value not in sentences and not reason.value.startswith("too_few_w")
    ] == []


def test_lags_must_be_days() -> None:
    for lags in ((), (8,), (0, 0), (-1,)):
        with pytest.raises(ValueError, match="lags"):
            Settings(lags=lags)
