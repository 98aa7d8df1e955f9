"""The pages of published criteria: restless legs, night leg cramps, and the fibromyalgia count with its body map."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from quietlegs.core.assessment.check_document import sources_document
from quietlegs.core.assessment.patterns import LARGEST_SCALE, Fit, PainCount, PatternFit
from quietlegs.exchange.checks import load_guidance
from quietlegs.web.check.pages import Choice

BACK_VIEW = {"neck", "upper-back", "lower-back", "hip-left", "hip-right"}


@dataclass(frozen=True, slots=True)
class AreaBox:
    """One painful area on the drawing."""

    id: str
    css_class: str
    name: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class PainPage:
    """The fibromyalgia count."""

    title: str
    about: str
    areas_question: str
    front: tuple[AreaBox, ...]
    back: tuple[AreaBox, ...]
    scales_question: str
    scales: tuple[tuple[str, str, tuple[Choice, ...]], ...]
    symptoms_question: str
    symptoms: tuple[AreaBox, ...]
    months: str
    months_choices: tuple[Choice, ...]
    result: str
    counts: tuple[tuple[str, str], ...]
    always: str
    sources: tuple[Mapping[str, Any], ...]
    error: str


@dataclass(frozen=True, slots=True)
class PatternPage:
    """Published criteria as a list of questions."""

    title: str
    about: str
    questions: tuple[tuple[str, str, str], ...]
    result: str
    sources: tuple[Mapping[str, Any], ...]
    error: str


def pattern_page(fit: PatternFit, typed: Mapping[str, str], error: str = "") -> PatternPage:
    """Return the questions of a pattern, with what was answered and how it fits."""
    return PatternPage(
        title=fit.pattern.title,
        about=fit.pattern.about,
        questions=tuple(
            (item.id, item.question, typed.get(item.id, _word(answer))) for item, answer in fit.answers
        ),
        result="" if fit.fit is Fit.OPEN and not typed else _pattern_words(fit),
        sources=tuple(sources_document(fit.pattern.sources)),
        error=error,
    )


def _pattern_words(fit: PatternFit) -> str:
    core = [item for item, _answer in fit.answers if not item.is_mimic]
    counted = _("%(met)d of %(of)d points fit.") % {"met": fit.met, "of": len(core)}
    mimics = ""
    if fit.explained_by:
        mimics = _("What may feel the same: %(list)s.") % {"list": ", ".join(fit.explained_by)}
    return " ".join(part for part in (fit.sentence, counted, mimics) if part)


def _word(answer: bool | None) -> str:
    return "" if answer is None else "yes" if answer else "no"


def pain_page(
    count: PainCount, answers: Mapping[str, bool | None], scales: Mapping[str, int], error: str = ""
) -> PainPage:
    """Return the fibromyalgia count with what was answered."""
    screen = load_guidance().pain
    boxes = [
        AreaBox(area.id, area.id.partition(".")[2], area.name, answers.get(area.id) is True)
        for area in screen.areas
    ]
    months = answers.get(screen.months[0])
    return PainPage(
        title=screen.title,
        about=screen.about,
        areas_question=screen.areas_question,
        front=tuple(box for box in boxes if box.css_class not in BACK_VIEW),
        back=tuple(box for box in boxes if box.css_class in BACK_VIEW),
        scales_question=screen.scales_question,
        scales=tuple(
            (
                name,
                question,
                tuple(
                    Choice(str(value), screen.scale_words[value], scales.get(name) == value)
                    for value in range(LARGEST_SCALE + 1)
                ),
            )
            for name, question in screen.scales
        ),
        symptoms_question=screen.symptoms_question,
        symptoms=tuple(AreaBox(name, "", text, answers.get(name) is True) for name, text in screen.symptoms),
        months=screen.months[1],
        months_choices=(
            Choice("yes", _("Yes"), months is True),
            Choice("no", _("No"), months is False),
        ),
        result="" if count.fit is Fit.OPEN and count.wpi is None else screen.words[count.fit],
        counts=_counts(count),
        always=screen.words["always"],
        sources=tuple(sources_document(screen.sources)),
        error=error,
    )


def _counts(count: PainCount) -> tuple[tuple[str, str], ...]:
    rows = (
        (_("Painful areas"), count.wpi, 19),
        (_("Regions of the body, of those that count"), count.regions, 5),
        (_("Tiredness, sleep, fog and other symptoms"), count.sss, 12),
    )
    return tuple(
        (label, _("%(value)d of %(of)d") % {"value": value, "of": of})
        for label, value, of in rows
        if value is not None
    )
