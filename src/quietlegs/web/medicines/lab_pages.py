"""What the template of the blood tests gets."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from quietlegs.core.assessment.labs import AskAgain, Band, LabTest, bands_for, egfr
from quietlegs.exchange.medicine_base import load_labs
from quietlegs.web.medicines.forms import TypedLab
from quietlegs.web.medicines.models import LabResult
from quietlegs.web.medicines.queries import ProfileFacts
from quietlegs.web.medicines.references import Reference, ShownSource, references, sources
from quietlegs.web.shell.fields import FormError
from quietlegs.web.shell.numbers import spoken


@dataclass(frozen=True, slots=True)
class LabRow:
    """One blood test of the past."""

    result_id: int
    day: str
    shown: str
    note: str
    bands: tuple[Band, ...]


@dataclass(frozen=True, slots=True)
class LabCard:
    """One kind of blood test, with what was measured and a form for one more."""

    test: LabTest
    rows: tuple[LabRow, ...]
    says: tuple[tuple[str, bool, tuple[Reference, ...], tuple[ShownSource, ...]], ...]
    why_references: tuple[Reference, ...]
    trend: str
    is_open: bool
    typed: TypedLab | None = None
    could_be: tuple[tuple[str, str], ...] = ()
    question: str = ""
    may_confirm: bool = False
    error_of: dict[str, str] = field(default_factory=dict)

    @property
    def figure(self) -> str:
        """The number as typed."""
        return self.typed.figure if self.typed else ""

    @property
    def unit(self) -> str:
        """The unit as chosen."""
        return self.typed.unit if self.typed else self.test.unit


@dataclass(frozen=True, slots=True)
class LabsPage:
    """The page of blood tests: those with results first."""

    measured: tuple[LabCard, ...]
    others: tuple[LabCard, ...]
    today: str
    errors: tuple[FormError, ...] = ()


def labs_page(
    results: dict[str, list[LabResult]],
    facts: ProfileFacts,
    today: date,
    *,
    typed: TypedLab | None = None,
    open_test: str = "",
) -> LabsPage:
    """Return the page of blood tests, with one form as typed where something has to be mended or asked."""
    cards = [
        _lab_card(
            test,
            results.get(name, []),
            facts,
            typed if typed and typed.test.id == name else None,
            is_open=name == open_test,
        )
        for name, test in sorted(load_labs().items(), key=lambda pair: pair[1].name)
    ]
    return LabsPage(
        measured=tuple(card for card in cards if card.rows or card.typed),
        others=tuple(card for card in cards if not card.rows and not card.typed),
        today=today.isoformat(),
        errors=_lab_errors(typed),
    )


def _lab_errors(typed: TypedLab | None) -> tuple[FormError, ...]:
    if typed is None:
        return ()
    label = {"figure": _("Number"), "unit": _("Unit"), "taken_on": _("Day")}
    return tuple(
        FormError(f"{typed.test.id}-{name}", f"{typed.test.name}, {label[name]}", message)
        for name, message in typed.errors
    )


def _lab_card(
    test: LabTest, results: Sequence[LabResult], facts: ProfileFacts, typed: TypedLab | None, *, is_open: bool
) -> LabCard:
    rows = tuple(_lab_row(test, one, facts) for one in reversed(results))
    latest = results[-1] if results else None
    bands = bands_for(test, latest.value, facts.conditions) if latest else ()
    ask = typed.ask if typed else None
    return LabCard(
        test=test,
        rows=rows,
        says=tuple(
            (band.sentence, band.do == "same_day", references(band.evidence), sources(band.sources))
            for band in bands
        ),
        why_references=references(test.why.evidence),
        trend=_trend(test, results),
        is_open=is_open or typed is not None,
        typed=typed,
        could_be=tuple((f"{_plain(n)}|{unit}", f"{_plain(n)} {unit}") for n, unit in ask.could_be)
        if ask
        else (),
        question=_question(test, ask, typed) if ask and typed else "",
        may_confirm=bool(ask and ask.may_confirm),
        error_of=dict(typed.errors) if typed else {},
    )


def _question(test: LabTest, ask: AskAgain, typed: TypedLab) -> str:
    said = f"{typed.figure} {typed.unit}"
    if ask.reason == "impossible":
        return _("%(said)s cannot be right for this test. Check the unit and the decimal point.") % {
            "said": said
        }
    if ask.reason == "ten_times":
        return _("%(said)s is about 10 times your last value, up or down. Is the decimal point right?") % {
            "said": said
        }
    return _("%(said)s is far outside what is usual. Check the unit and the decimal point.") % {"said": said}


def _lab_row(test: LabTest, result: LabResult, facts: ProfileFacts) -> LabRow:
    own = f"{_plain(result.value)} {test.unit}"
    given = f"{_plain(result.as_given)} {result.unit}"
    note = ""
    if test.id == "creatinine" and facts.age_years is not None:
        rate = egfr(result.value, age_years=facts.age_years, sex=facts.sex)
        note = _("eGFR about %(rate)s") % {"rate": round(rate)} if rate is not None else ""
    shown = given if given == own else _("%(given)s (%(own)s)") % {"given": given, "own": own}
    return LabRow(
        result.pk,
        date_format(result.taken_on, "j M Y"),
        shown,
        note,
        bands_for(test, result.value, facts.conditions),
    )


def _trend(test: LabTest, results: Sequence[LabResult]) -> str:
    if len(results) < 2:
        return ""
    before, now = results[-2], results[-1]
    if _plain(before.value) == _plain(now.value):
        return _("The same as the time before.")
    word = (
        _("Up from %(value)s %(unit)s.") if now.value > before.value else _("Down from %(value)s %(unit)s.")
    )
    return word % {"value": _plain(before.value), "unit": test.unit}


def _plain(value: float) -> str:
    """Return a number as a report prints it: 3 figures at most after rounding, no exponent."""
    text = f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}" if abs(value) < 100 else f"{value:.0f}"
    return spoken(text.rstrip("0").rstrip(".") if "." in text else text)
