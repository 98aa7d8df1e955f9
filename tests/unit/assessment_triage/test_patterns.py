"""Published criteria at their thresholds."""

import pytest

from quietlegs.core.assessment.patterns import Fit, count_pain, night_leg_cramps, restless_legs
from quietlegs.exchange.checks import load_guidance

GUIDANCE = load_guidance()
PAIN = GUIDANCE.pain
CORE = [item.id for item in GUIDANCE.restless_legs.items if not item.is_mimic]
MIMICS = [item.id for item in GUIDANCE.restless_legs.items if item.is_mimic]
LONG = {PAIN.months[0]: True}


@pytest.mark.parametrize(
    ("wpi", "sss", "regions", "long", "fit"),
    [
        (7, 5, 4, True, Fit.FITS),
        (6, 8, 5, True, Fit.DOES_NOT_FIT),
        (4, 9, 4, True, Fit.FITS),
        (3, 12, 5, True, Fit.DOES_NOT_FIT),
        (7, 5, 3, True, Fit.DOES_NOT_FIT),
        (7, 5, 4, False, Fit.DOES_NOT_FIT),
        (7, 4, 5, True, Fit.DOES_NOT_FIT),
        (19, 12, 5, None, Fit.OPEN),
    ],
)
def test_the_fibromyalgia_numbers_decide_as_published(wpi, sss, regions, long, fit) -> None:
    totals = {"wpi": wpi, "sss": sss, "regions": regions}
    count = count_pain(PAIN, {PAIN.months[0]: long}, {}, totals)
    assert count.fit is fit
    assert count.severity == wpi + sss


def test_jaw_chest_and_tummy_count_as_areas_and_as_no_region() -> None:
    spots = {f"fibromyalgia.{name}": True for name in ("jaw-left", "jaw-right", "chest", "abdomen")}
    count = count_pain(PAIN, {**spots, **LONG}, {})
    assert (count.wpi, count.regions) == (4, 0)


def test_all_areas_are_19_in_5_regions_and_the_symptoms_reach_12() -> None:
    answers = {area.id: True for area in PAIN.areas} | {name: True for name, _ in PAIN.symptoms} | LONG
    count = count_pain(PAIN, answers, {name: 3 for name, _ in PAIN.scales})
    assert (count.wpi, count.sss, count.regions, count.fit) == (19, 12, 5, Fit.FITS)


def test_pain_in_the_legs_alone_cannot_reach_it() -> None:
    legs = (
        {area.id: "leg" in area.id for area in PAIN.areas} | {name: True for name, _ in PAIN.symptoms} | LONG
    )
    assert count_pain(PAIN, legs, {name: 3 for name, _ in PAIN.scales}).fit is Fit.DOES_NOT_FIT


def test_nothing_asked_is_no_zero() -> None:
    count = count_pain(PAIN, {}, {})
    assert (count.wpi, count.sss, count.fit) == (None, None, Fit.OPEN)


def test_the_four_points_alone_fit_restless_legs_only_in_part() -> None:
    four = dict.fromkeys(CORE, True)
    assert restless_legs(GUIDANCE.restless_legs, four).fit is Fit.PARTLY
    assert restless_legs(GUIDANCE.restless_legs, {**four, **dict.fromkeys(MIMICS, False)}).fit is Fit.FITS
    one = restless_legs(GUIDANCE.restless_legs, {**four, **dict.fromkeys(MIMICS, False), MIMICS[1]: True})
    assert one.fit is Fit.PARTLY
    assert one.explained_by == ("one change of position ends it",)


@pytest.mark.parametrize("point", CORE)
def test_each_of_the_four_points_is_needed_for_restless_legs(point) -> None:
    others = dict.fromkeys([*CORE, *MIMICS], True) | dict.fromkeys(MIMICS, False)
    assert restless_legs(GUIDANCE.restless_legs, {**others, point: False}).fit is Fit.DOES_NOT_FIT
    assert restless_legs(GUIDANCE.restless_legs, {**others, point: None}).fit is Fit.OPEN


def test_night_leg_cramps_are_counted_from_seven() -> None:
    all_seven = {item.id: True for item in GUIDANCE.night_leg_cramps.items}
    assert night_leg_cramps(GUIDANCE.night_leg_cramps, all_seven).fit is Fit.FITS
    few = dict.fromkeys(all_seven, False) | dict.fromkeys(list(all_seven)[:4], True)
    assert night_leg_cramps(GUIDANCE.night_leg_cramps, few).fit is Fit.DOES_NOT_FIT
    assert night_leg_cramps(GUIDANCE.night_leg_cramps, {}).fit is Fit.OPEN
