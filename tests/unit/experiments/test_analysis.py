import numpy as np
import pytest

from quietlegs.core.diary.night import OutcomeKind
from quietlegs.core.experiments.analysis import Monitoring, Verdict, analyse
from quietlegs.core.experiments.effect import beliefs, likelihood_grid
from quietlegs.core.experiments.extension import chance_that_extending_settles
from quietlegs.core.experiments.nights import Randomised, TrialError, TrialNights
from quietlegs.core.experiments.words import in_twenty, sentence, why
from quietlegs.core.inference import GRID
from quietlegs.exchange.experiment_json import analysis_document, load_wording
from tests.unit.experiments.trials import nightly, trial


def ids(analysis: object) -> set[str]:
    return {caution.id for caution in analysis.cautions}  # type: ignore[attr-defined]


def test_a_remedy_that_halves_cramps_is_found_and_told_in_nights_of_20() -> None:
    found = analyse(nightly(56, ratio=0.3, rate=1.2, seed=2))
    assert found.verdict is Verdict.HELPS and found.effect is not None
    assert found.effect.value.low < 0.3 < found.effect.value.high < 1
    told = sentence(found, load_wording())
    share = found.effect.treatment.share
    assert share is not None and f"about {in_twenty(share.mean)} nights in 20" in told


def test_a_remedy_that_doubles_cramps_harms() -> None:
    assert analyse(nightly(56, ratio=3.0, rate=0.8, seed=3)).verdict is Verdict.HARMS


def test_more_sleep_is_help_when_more_is_better() -> None:
    generator = np.random.default_rng(1)
    letters = "".join("Sn" if one else "nS" for one in generator.integers(0, 2, 40))
    hours = [6.0 + (letter == "S") + 0.7 * generator.normal() for letter in letters]
    found = analyse(
        trial(
            hours,
            letters,
            block=list(range(1, 81)),
            kind=OutcomeKind.AMOUNT,
            name="sleep_hours",
            lower_is_better=False,
        )
    )
    assert found.verdict is Verdict.HELPS and found.effect is not None
    assert not found.effect.is_ratio and found.effect.value.mean == pytest.approx(1.0, abs=0.4)


def test_many_nights_without_a_gap_make_no_useful_difference() -> None:
    found = analyse(nightly(366, ratio=1.0, rate=4, seed=4))
    assert found.verdict is Verdict.NO_USEFUL_DIFFERENCE


def test_five_pairs_never_decide() -> None:
    found = analyse(trial([4, 0] * 5, "nSSnnSSnnS".replace("nSSn", "nSnS"), block=list(range(1, 11))))
    assert found.verdict is Verdict.CANNOT_SAY_YET


def test_conditions_that_take_turns_are_not_called_randomised() -> None:
    found = analyse(trial([2, 0] * 12, "nS" * 12, block=list(range(1, 25))))
    assert found.randomisation is None and "not_randomised" in ids(found)
    assert "not drawn by lot" in sentence(found, load_wording())


def test_a_before_and_after_is_never_an_answer() -> None:
    generator = np.random.default_rng(1)
    outcome = [*generator.poisson(3.0, 40).astype(float), *generator.poisson(0.5, 40).astype(float)]
    found = analyse(trial(outcome, "n" * 40 + "S" * 40))
    assert found.verdict is Verdict.CANNOT_SAY_YET


def test_logging_that_goes_with_the_remedy_stops_the_answer() -> None:
    base = nightly(40, ratio=0.2, rate=2, seed=5)
    generator = np.random.default_rng(2)
    hidden = np.where(base.treated & (generator.random(80) < 0.6), np.nan, base.outcome)
    found = analyse(base.with_outcome(hidden))
    assert found.logging.differs and "logging_differs" in ids(found)
    assert found.verdict is Verdict.CANNOT_SAY_YET


def test_washout_nights_are_counted_apart_and_not_used() -> None:
    letters = "nnnn SSSS nnnn SSSS SSSS nnnn".replace(" ", "")
    outcome = [9.0, 1, 0, None, 9, 0, 0, 0, 9, 1, 2, 1, 9, 0, 0, 1, 9, 0, 1, 0, 9, 1, 1, 2]
    found = analyse(trial(outcome, letters, washout="w..." * 6))
    document = analysis_document(found)
    assert document["nights_dropped"] == {"washout": 6, "missing": 1} and document["nights_used"] == 17
    assert found.effect is not None and found.effect.reference.observed < 2


def test_nights_not_done_as_planned_are_read_both_ways() -> None:
    base = nightly(56, ratio=0.3, rate=1.5, seed=7)
    marks = "".join("n" if treated and i % 10 == 0 else "y" for i, treated in enumerate(base.treated))
    letters = "".join("S" if treated else "n" for treated in base.treated)
    found = analyse(trial(list(base.outcome), letters, block=list(base.block), adhered=marks))
    assert found.sensitivities[0].id == "as_done"
    assert any("what was really done" in line for line in why(found, load_wording()))


def test_all_nights_missing_in_one_arm_is_said_plainly() -> None:
    with pytest.raises(TrialError, match=r'no night with "stretch".*all 3 are missing'):
        trial([1, None, 0, None, 2, None], "nSnSnS")


def test_an_experiment_with_one_night_is_said_plainly() -> None:
    with pytest.raises(TrialError, match='No night has the condition "none"'):
        trial([1.0], "S")


def test_nights_that_are_all_quiet_give_no_size_and_no_answer() -> None:
    found = analyse(trial([0.0] * 24, "nSSnSnSnnSSnnSnSSnnSSnnS", block=list(range(1, 25))))
    assert found.effect is None and found.verdict is Verdict.CANNOT_SAY_YET and "no_model" in ids(found)
    assert analysis_document(found)["ratio"] is None


def test_looking_after_every_pair_needs_more_than_looking_once() -> None:
    nights = nightly(20, ratio=0.35, rate=1.5, seed=8)
    once = analyse(nights, randomised=Randomised.YES)
    looked = analyse(nights, randomised=Randomised.YES, monitoring=Monitoring.PLANNED_LOOKS, planned_pairs=60)
    assert once.randomisation is not None and once.randomisation.p < 0.05
    assert looked.verdict is Verdict.CANNOT_SAY_YET and len(looked.looks) == 18


def test_extending_is_likelier_to_settle_a_large_effect() -> None:
    strong = analyse(nightly(14, ratio=0.4, rate=1.0, seed=3))
    none = analyse(nightly(14, ratio=1.0, rate=1.0, seed=3))
    longer = [chance_that_extending_settles(found, nights=224) for found in (strong, none)]
    assert longer[0] is not None and longer[1] is not None and longer[0].chance > longer[1].chance


def test_before_nights_and_now_come_together() -> None:
    nights = nightly(56, ratio=0.4, rate=1.0, seed=9)
    found = beliefs(likelihood_grid(nights), prior_mean=0.0, prior_sd=0.3)
    assert found.nights_span.mean < found.now_span.mean < found.before_span.mean
    assert float(found.now.sum() * (GRID[1] - GRID[0])) == pytest.approx(1.0)


def test_the_json_has_the_agreed_keys_in_order() -> None:
    document = analysis_document(analyse(nightly(20, seed=1)))
    agreed = ["outcome", "conditions", "nights_used", "nights_dropped", "ratio", "low", "high", "mass",
              "probability_helps", "randomisation_p", "randomisations", "anytime", "verdict", "sentence", "warnings"]  # fmt: skip
    assert list(document)[: len(agreed)] == agreed
    assert set(document["anytime"]) == {"e_value", "p", "low", "high", "may_stop"}
    assert document["conditions"] == ["none", "stretch"] and document["mass"] == 0.9


def _scale(seed: int, shift: float) -> TrialNights:
    generator = np.random.default_rng(seed)
    letters = "".join("Sn" if one else "nS" for one in generator.integers(0, 2, 56))
    felt = [
        float(np.clip(round(5 + shift * (letter == "S") + 2 * generator.normal()), 0, 10))
        for letter in letters
    ]
    return trial(felt, letters, block=list(range(1, 113)), kind=OutcomeKind.SCALE, name="restless")


def test_scales_are_told_as_a_difference_in_points() -> None:
    found = analyse(_scale(1, -2.0))
    document = analysis_document(found)
    assert document["verdict"] == "helps" and "ratio" not in document
    assert document["difference"] == pytest.approx(-2.0, abs=0.7)
