"""Blood tests over time: units made one, slips of typing asked about, and the thresholds that matter.

The factors between units are exact ratios from molar masses, kept in the data with each test. A figure outside the
*possible* range is refused; outside the *usual* range, or far from the last figure, it is asked about once and taken
when the person says that it is right. Both ranges only catch slips; the thresholds with their sources are the
``bands``.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from quietlegs.core.base.messages import message
from quietlegs.core.knowledge.evidence import Source, parse_source
from quietlegs.core.knowledge.reading import KnowledgeError, Reader

TENFOLD_LOW, TENFOLD_HIGH = (
    7.0,
    14.0,
)  # a slip of the decimal point is 10 times, and the value itself moves a little
UMOL_PER_MG_DL = 88.42  # creatinine, molar mass 113.12 g/mol
ADULT_FROM_YEARS = 18  # the kidney equation is made for adults


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit a laboratory uses: figure in the test's own unit = figure * factor + offset."""

    unit: str
    factor: float
    offset: float


@dataclass(frozen=True, slots=True)
class Range:
    """A closed range in the test's own unit."""

    low: float
    high: float

    def holds(self, value: float) -> bool:
        """Whether a value lies within."""
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with the evidence behind it."""

    sentence: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """A threshold that matters. It holds where the value is within all of the bounds given.

    ``only_with``: it holds only for people with one of these conditions. ``do`` is ``same_day`` or ``ask_doctor``.
    """

    id: str
    below: float | None
    up_to: float | None
    at_least: float | None
    above: float | None
    only_with: tuple[str, ...]
    do: str
    sentence: str
    evidence: tuple[str, ...]
    sources: tuple[Source, ...]

    def holds(self, value: float, conditions: Collection[str]) -> bool:
        """Whether this threshold applies to a value of a person with these conditions."""
        return (
            (self.below is None or value < self.below)
            and (self.up_to is None or value <= self.up_to)
            and (self.at_least is None or value >= self.at_least)
            and (self.above is None or value > self.above)
            and (not self.only_with or any(one in conditions for one in self.only_with))
        )


@dataclass(frozen=True, slots=True)
class LabTest:
    """A blood test. ``unit`` is the test's own unit, in which ranges and thresholds stand."""

    id: str
    name: str
    plain: str
    words: tuple[str, ...]
    unit: str
    units: tuple[Unit, ...]
    usual: Range
    possible: Range
    why: Sentence
    note: Sentence | None
    bands: tuple[Band, ...]
    sources: tuple[Source, ...]
    reviewed_on: date
    review_due: date


@dataclass(frozen=True, slots=True)
class LabValue:
    """A figure that was accepted, in the test's own unit. ``as_given`` is the figure in the unit it was given in."""

    test: str
    value: float
    as_given: float
    unit: str
    taken_on: date | None = None


@dataclass(frozen=True, slots=True)
class AskAgain:
    """A figure that may be a slip. ``could_be`` are readings that would be usual, as (figure, unit).

    ``may_confirm`` says whether the figure is taken when the person says that it is right.
    """

    test: str
    reason: str
    could_be: tuple[tuple[float, str], ...]
    may_confirm: bool


def parse_lab(fields: Mapping[str, object]) -> LabTest:
    """Return the blood test that a data file describes. Raises KnowledgeError."""
    read = Reader(fields, str(fields.get("id")))
    why = read.part("why", _sentence)
    usual, possible = read.part("usual", _range), read.part("possible", _range)
    if why is None or usual is None or possible is None:
        raise KnowledgeError(f"{read.where}: it needs why, usual and possible.")
    made = LabTest(
        id=read.text("id"),
        name=read.text("name"),
        plain=read.text("plain"),
        words=read.texts("words"),
        unit=read.text("unit"),
        units=read.each("units", _unit, at_least=1),
        usual=usual,
        possible=possible,
        why=why,
        note=read.part("note", _sentence),
        bands=read.each("bands", _band),
        sources=read.each("sources", parse_source),
        reviewed_on=read.day("reviewed_on"),
        review_due=read.day("review_due"),
    )
    read.finish()
    return made


def _sentence(fields: Mapping[str, object], where: str) -> Sentence:
    read = Reader(fields, where)
    made = Sentence(read.text("sentence"), read.texts("evidence"))
    read.finish()
    return made


def _range(fields: Mapping[str, object], where: str) -> Range:
    read = Reader(fields, where)
    made = Range(read.number("low"), read.number("high"))
    read.finish()
    return made


def _unit(fields: Mapping[str, object], where: str) -> Unit:
    read = Reader(fields, where)
    made = Unit(read.text("unit"), read.number("factor"), read.number_or_none("offset") or 0.0)
    read.finish()
    return made


def _band(fields: Mapping[str, object], where: str) -> Band:
    read = Reader(fields, where)
    made = Band(
        id=read.text("id"),
        below=read.number_or_none("below"),
        up_to=read.number_or_none("up_to"),
        at_least=read.number_or_none("at_least"),
        above=read.number_or_none("above"),
        only_with=read.texts("only_with"),
        do=read.text("do"),
        sentence=read.text("sentence"),
        evidence=read.texts("evidence"),
        sources=read.each("sources", parse_source),
    )
    read.finish()
    return made


def convert(test: LabTest, figure: float, unit: str) -> float:
    """Return a figure in the test's own unit.

    Raises:
        ValueError: the test is not reported in that unit.
    """
    wanted = _plain_unit(unit)
    for one in test.units:
        if _plain_unit(one.unit) == wanted:
            return figure * one.factor + one.offset
    known = ", ".join(one.unit for one in test.units)
    raise ValueError(
        message(
            "{test} is not reported in {unit}. Choose one of: {known}.",
            test=test.name,
            unit=unit,
            known=known,
        )
    )


def _plain_unit(unit: str) -> str:
    """Return a unit without the ways in which people write it apart (µ or u, case, spaces, square)."""
    plain = unit.casefold().replace("µ", "u").replace("μ", "u").replace("mc", "u").replace("²", "2")
    return "".join(sign for sign in plain if not sign.isspace() and sign not in "^*.")


def read_value(
    test: LabTest,
    figure: float,
    unit: str,
    *,
    last: float | None = None,
    confirmed: bool = False,
    taken_on: date | None = None,
) -> LabValue | AskAgain:
    """Return the value, or what has to be asked again.

    Args:
        test: which blood test.
        figure: the number as printed, in ``unit``.
        unit: the unit as printed. ValueError when the test is not reported in it.
        last: the person's last value in the test's own unit, if there is one: ten times as much is asked about.
        confirmed: the person has seen the question and says that the figure is right.
        taken_on: the day of the blood test.
    """
    value = convert(test, figure, unit)
    if not math.isfinite(value) or not test.possible.holds(value):
        return AskAgain(test.id, "impossible", _could_be(test, figure, unit, last), may_confirm=False)
    if not confirmed and not test.usual.holds(value):
        return AskAgain(test.id, "unusual", _could_be(test, figure, unit, last), may_confirm=True)
    if not confirmed and last and value > 0 and _is_tenfold(value / last):
        return AskAgain(test.id, "ten_times", _could_be(test, figure, unit, last), may_confirm=True)
    return LabValue(test.id, value, figure, unit, taken_on)


def _is_tenfold(ratio: float) -> bool:
    return TENFOLD_LOW <= max(ratio, 1 / ratio) <= TENFOLD_HIGH


def _could_be(test: LabTest, figure: float, unit: str, last: float | None) -> tuple[tuple[float, str], ...]:
    """Return the readings of the same digits that would be usual: another unit, or the point elsewhere."""
    given = _plain_unit(unit)
    other_units = [(figure, one.unit) for one in test.units if _plain_unit(one.unit) != given]
    moved = [(figure / 10, unit), (figure * 10, unit), (figure / 100, unit), (figure / 1000, unit)]
    likely = [
        (number, name)
        for number, name in (*moved[:1], *other_units, *moved[1:])
        if math.isfinite(number)
        and test.usual.holds(convert(test, number, name))
        and not (last and _is_tenfold(convert(test, number, name) / last))
    ]
    return tuple(dict.fromkeys((float(f"{number:.6g}"), name) for number, name in likely))[:3]


def bands_for(test: LabTest, value: float, conditions: Collection[str] = ()) -> tuple[Band, ...]:
    """Return the thresholds that a value meets, those for the same day first.

    Args:
        test: which blood test.
        value: in the test's own unit.
        conditions: ids such as ``restless-legs``; some thresholds matter only with one of them.
    """
    met = [band for band in test.bands if band.holds(value, conditions)]
    return tuple(sorted(met, key=lambda band: band.do != "same_day"))


def egfr(creatinine_umol_l: float, *, age_years: float, sex: str) -> float | None:
    """Return the estimated filtration rate in mL/min/1.73 m2, or None where the equation is not made for the person.

    CKD-EPI 2021 without race (Inker 2021, doi 10.1056/NEJMoa2102953). For adults whose kidney function is steady.

    Args:
        creatinine_umol_l: creatinine in the blood, in micromoles a litre, above 0.
        age_years: the age at the blood test.
        sex: ``female`` or ``male``; anything else gives None, for the equation knows no other.

    >>> round(egfr(0.9 * 88.42, age_years=55, sex="female"))
    75
    """
    if age_years < ADULT_FROM_YEARS or sex not in ("female", "male") or creatinine_umol_l <= 0:
        return None
    female = sex == "female"
    kappa, alpha = (0.7, -0.241) if female else (0.9, -0.302)
    relative = creatinine_umol_l / UMOL_PER_MG_DL / kappa
    rate = 142 * min(relative, 1.0) ** alpha * max(relative, 1.0) ** -1.2 * 0.9938**age_years
    return float(rate * (1.012 if female else 1.0))


def change(values: Sequence[LabValue]) -> float | None:
    """Return the last value minus the one before it, in the test's own unit. None with fewer than two."""
    return values[-1].value - values[-2].value if len(values) >= 2 else None
