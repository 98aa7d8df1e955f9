"""Published criteria as counts: restless legs (IRLSSG 2014), night leg cramps (Hallegraeff 2017), fibromyalgia (ACR 2016).

They report whether answers fit a pattern. They never say that someone has a condition.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from quietlegs.core.knowledge.evidence import Source, parse_change, parse_source
from quietlegs.core.knowledge.reading import KnowledgeError, Reader

Answers = Mapping[str, bool | None]

# ACR 2016 (Wolfe et al., Semin Arthritis Rheum 2016;46:319-329): either of these, in 4 of 5 regions, for 3 months.
WIDE_WPI, WIDE_SSS = 7, 5
NARROW_WPI, NARROW_SSS = 4, 9
REGIONS_NEEDED = 4
LARGEST_SCALE = 3
LARGEST_WPI, LARGEST_SSS, ALL_REGIONS = 19, 12, 5

CRAMP_FEATURES_FOR_PARTLY = 5  # of 7; our reading, the authors give no cut-off


class Fit(StrEnum):
    """How answers fit a pattern."""

    FITS = "fits"
    PARTLY = "partly"
    DOES_NOT_FIT = "does_not_fit"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Item:
    """One point of a pattern. ``also`` is a question whose answer stands in where this one was not asked."""

    id: str
    is_mimic: bool
    question: str
    says: str
    also: str | None


@dataclass(frozen=True, slots=True)
class Pattern:
    """A list of points, with the words for how answers fit it."""

    id: str
    title: str
    about: str
    published: str
    items: tuple[Item, ...]
    words: Mapping[str, str]
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class PatternFit:
    """How answers fit a pattern: each point with its answer (None: open), and the whole."""

    pattern: Pattern
    fit: Fit
    answers: tuple[tuple[Item, bool | None], ...]

    @property
    def sentence(self) -> str:
        """The sentence that says it."""
        return self.pattern.words[self.fit]

    @property
    def met(self) -> int:
        """How many points are met; look-alikes do not count."""
        return sum(answer is True for item, answer in self.answers if not item.is_mimic)

    @property
    def explained_by(self) -> tuple[str, ...]:
        """The look-alikes that were answered yes."""
        return tuple(item.says for item, answer in self.answers if item.is_mimic and answer is True)


def restless_legs(pattern: Pattern, answers: Answers) -> PatternFit:
    """Return how answers fit restless legs.

    All four core points and no look-alike: fits. All four with a look-alike, or with look-alikes not asked: partly,
    because 16 in 100 people without restless legs meet the four. A clear no to a core point: does not fit.
    """
    given = tuple((item, _answer(item, answers)) for item in pattern.items)
    core = [answer for item, answer in given if not item.is_mimic]
    mimics = [answer for item, answer in given if item.is_mimic]
    if False in core:
        fit = Fit.DOES_NOT_FIT
    elif None in core:
        fit = Fit.OPEN
    else:
        fit = Fit.FITS if all(answer is False for answer in mimics) else Fit.PARTLY
    return PatternFit(pattern, fit, given)


def night_leg_cramps(pattern: Pattern, answers: Answers) -> PatternFit:
    """Return how answers fit night leg cramps: all 7 features fit, 5 or 6 fit partly, fewer do not."""
    given = tuple((item, _answer(item, answers)) for item in pattern.items)
    met = sum(answer is True for _, answer in given)
    could = met + sum(answer is None for _, answer in given)
    if could < CRAMP_FEATURES_FOR_PARTLY:
        fit = Fit.DOES_NOT_FIT
    elif met == len(given):
        fit = Fit.FITS
    elif could > met:
        fit = Fit.OPEN
    else:
        fit = Fit.PARTLY
    return PatternFit(pattern, fit, given)


def _answer(item: Item, answers: Answers) -> bool | None:
    if item.id in answers:
        return answers[item.id]
    return answers.get(item.also) if item.also else None


@dataclass(frozen=True, slots=True)
class Area:
    """One area of the body. Jaw, chest and tummy count as painful areas, but not for the regions."""

    id: str
    name: str
    region: str
    counts_for_region: bool


@dataclass(frozen=True, slots=True)
class PainScreen:
    """The fibromyalgia count: areas, three scales of 0 to 3, three yes-or-no symptoms, and how long."""

    title: str
    about: str
    published: str
    areas_question: str
    areas: tuple[Area, ...]
    scales_question: str
    scales: tuple[tuple[str, str], ...]
    scale_words: tuple[str, ...]
    symptoms_question: str
    symptoms: tuple[tuple[str, str], ...]
    months: tuple[str, str]
    words: Mapping[str, str]
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class PainCount:
    """What the fibromyalgia count comes to.

    ``wpi`` is the number of painful areas, 0 to 19; ``sss`` the symptom score, 0 to 12; ``regions`` 0 to 5.
    ``long_enough``: 3 months or more; None: not said. ``fit`` is open while something is missing.
    """

    wpi: int | None
    sss: int | None
    regions: int | None
    long_enough: bool | None
    fit: Fit

    @property
    def severity(self) -> int | None:
        """WPI and SSS together, 0 to 31."""
        return None if self.wpi is None or self.sss is None else self.wpi + self.sss


def count_pain(
    screen: PainScreen, answers: Answers, scales: Mapping[str, int], totals: Mapping[str, int] | None = None
) -> PainCount:
    """Return the fibromyalgia count.

    Args:
        screen: the areas and questions.
        answers: yes or no by the ids of areas, symptoms and ``months``. An area that was not ticked is a no as soon as
            one area was answered.
        scales: 0 to 3 by the ids of the scales.
        totals: ``wpi``, ``sss`` or ``regions`` that were counted elsewhere; they go before what is counted here.

    Source: Wolfe et al. 2016, Semin Arthritis Rheum 46:319-329.
    """
    given = totals or {}
    painful = [area for area in screen.areas if answers.get(area.id)]
    asked_areas = any(area.id in answers for area in screen.areas)
    asked_rest = all(name in scales for name, _ in screen.scales) and all(
        answers.get(name) is not None for name, _ in screen.symptoms
    )
    wpi = given.get("wpi", len(painful) if asked_areas else None)
    regions = given.get(
        "regions",
        len({area.region for area in painful if area.counts_for_region}) if asked_areas else None,
    )
    score = sum(scales.get(name, 0) for name, _ in screen.scales) + sum(
        bool(answers.get(name)) for name, _ in screen.symptoms
    )
    sss = given.get("sss", score if asked_rest else None)
    long_enough = answers.get(screen.months[0])
    return PainCount(wpi, sss, regions, long_enough, _fit_of_pain(wpi, sss, regions, long_enough))


def _fit_of_pain(wpi: int | None, sss: int | None, regions: int | None, long_enough: bool | None) -> Fit:
    if (
        (wpi is not None and wpi < NARROW_WPI)
        or (sss is not None and sss < WIDE_SSS)
        or (regions is not None and regions < REGIONS_NEEDED)
        or long_enough is False
    ):
        return Fit.DOES_NOT_FIT
    if wpi is None or sss is None or regions is None or long_enough is None:
        return Fit.OPEN
    reaches = (wpi >= WIDE_WPI and sss >= WIDE_SSS) or (wpi >= NARROW_WPI and sss >= NARROW_SSS)
    return Fit.FITS if reaches else Fit.DOES_NOT_FIT


def parse_pattern(fields: Mapping[str, object]) -> Pattern:
    """Return the pattern that a plain mapping describes. Raises KnowledgeError."""
    read = Reader(fields, str(fields.get("id")))
    pattern = Pattern(
        id=read.text("id"),
        title=read.text("title"),
        about=read.text("about"),
        published=read.text("published"),
        items=read.each("items", _item, at_least=1),
        words=read.part("words", _words) or {},
        sources=read.each("sources", parse_source, at_least=1),
    )
    _finish(read)
    return pattern


def parse_pain_screen(fields: Mapping[str, object]) -> PainScreen:
    """Return the fibromyalgia count that a plain mapping describes. Raises KnowledgeError."""
    read = Reader(fields, str(fields.get("id")))
    read.text("id")
    months = read.part("months", _question)
    if months is None:
        raise read.fail("months", "must hold a question.")
    screen = PainScreen(
        title=read.text("title"),
        about=read.text("about"),
        published=read.text("published"),
        areas_question=read.text("areas_question"),
        areas=read.each("areas", _area, at_least=LARGEST_WPI),
        scales_question=read.text("scales_question"),
        scales=read.each("scales", _question, at_least=3),
        scale_words=read.texts("scale_words"),
        symptoms_question=read.text("symptoms_question"),
        symptoms=read.each("symptoms", _question, at_least=3),
        months=months,
        words=read.part("words", _words) or {},
        sources=read.each("sources", parse_source, at_least=1),
    )
    _finish(read)
    return screen


def _finish(read: Reader) -> None:
    read.each("changes", parse_change)
    read.day("reviewed_on")
    read.day("review_due")
    read.finish()


def _item(fields: Mapping[str, object], where: str) -> Item:
    read = Reader(fields, where)
    group = read.text("group")
    if group not in ("core", "mimic"):
        raise KnowledgeError(f"{where}: the group is {group!r}; it must be core or mimic.")
    item = Item(
        read.text("id"), group == "mimic", read.text("question"), read.text("says"), read.text_or_none("also")
    )
    read.finish()
    return item


def _area(fields: Mapping[str, object], where: str) -> Area:
    read = Reader(fields, where)
    area = Area(read.text("id"), read.text("name"), read.text("region"), read.claim("counts_for_region"))
    read.finish()
    return area


def _question(fields: Mapping[str, object], where: str) -> tuple[str, str]:
    read = Reader(fields, where)
    question = (read.text("id"), read.text("question"))
    read.finish()
    return question


def _words(fields: Mapping[str, object], where: str) -> dict[str, str]:
    return {name: str(value) for name, value in fields.items()}
