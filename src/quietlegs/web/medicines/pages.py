"""What the templates of profile, medicines and blood tests get."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.urls import NoReverseMatch, reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from quietlegs.core.assessment.labs import AskAgain, Band, LabTest, bands_for, egfr
from quietlegs.core.assessment.medicines import FiredInteraction, MedicineReview, ReviewedMedicine
from quietlegs.core.assessment.medicines_names import Line
from quietlegs.core.assessment.medicines_table import is_sound
from quietlegs.core.knowledge import shown_sources
from quietlegs.core.knowledge.evidence import Source
from quietlegs.exchange.knowledge_base import load_evidence
from quietlegs.exchange.medicine_base import load_labs, load_medicines
from quietlegs.web.library.queries import labels
from quietlegs.web.medicines.forms import ABOUTS, NOT_ASKED, TypedLab, TypedProfile
from quietlegs.web.medicines.models import LabResult, Profile
from quietlegs.web.medicines.queries import ProfileFacts
from quietlegs.web.shell.fields import FormError, TriField

MOST_LINES_ECHOED = 500


@dataclass(frozen=True, slots=True)
class ShownSource:
    """A source as a page names it; ``url`` is empty where there is no address."""

    cite: str
    url: str


@dataclass(frozen=True, slots=True)
class Reference:
    """An evidence entry as a link; ``url`` is empty where the library is not served."""

    title: str
    url: str


def entry_url(entry_id: str) -> str:
    """Return the address of an entry's page in the library, or nothing where the library is not served."""
    try:
        return reverse("library:entry", args=[entry_id])
    except NoReverseMatch:
        return ""


def references(ids: Sequence[str]) -> tuple[Reference, ...]:
    """Return the entries behind a sentence as links."""
    evidence = load_evidence()
    return tuple(Reference(evidence[one].title, entry_url(one)) for one in dict.fromkeys(ids))


def sources(given: Sequence[Source]) -> tuple[ShownSource, ...]:
    """Return the sources that may be shown."""
    return tuple(
        ShownSource(one.cite, one.address or (f"https://doi.org/{one.doi}" if one.doi else ""))
        for one in given
        if is_sound(one)
    )


def entry_sources(entry_id: str) -> tuple[ShownSource, ...]:
    """Return the sources of an entry that may be shown."""
    return sources(shown_sources(load_evidence()[entry_id]))


# Medicines ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EffectRow:
    """One thing that a medicine may do."""

    text: str
    strength: str
    checked: bool


@dataclass(frozen=True, slots=True)
class MedicineCard:
    """One medicine as the page shows it."""

    name: str
    given: str
    spelled: str | None
    drug_class: str
    form_note: bool
    effects: tuple[EffectRow, ...]
    matters: bool
    advice: str | None
    cautions: tuple[str, ...]
    checked: bool
    references: tuple[Reference, ...]
    sources: tuple[ShownSource, ...]


@dataclass(frozen=True, slots=True)
class TogetherCard:
    """A combination that matters."""

    severity: str
    severity_words: str
    names: str
    sentence: str
    checked: bool
    references: tuple[Reference, ...]
    sources: tuple[ShownSource, ...]


@dataclass(frozen=True, slots=True)
class UnreadLine:
    """A piece of the list that was not recognised, with why and what to do."""

    given: str
    why: str
    choices: tuple[tuple[str, str], ...]
    hint: str | None


@dataclass(frozen=True, slots=True)
class MedicinesPage:
    """The page of medicines."""

    text: str
    error: str
    is_empty: bool
    advice: tuple[tuple[str, tuple[Reference, ...]], ...] = ()
    urgent: tuple[tuple[str, tuple[Reference, ...]], ...] = ()
    together: tuple[TogetherCard, ...] = ()
    matter: tuple[MedicineCard, ...] = ()
    others: tuple[MedicineCard, ...] = ()
    unread: tuple[UnreadLine, ...] = ()
    not_taken: tuple[str, ...] = ()
    profile_is_open: bool = False
    errors: tuple[FormError, ...] = ()


# These are why someone looks at this page; a medicine without any of them is listed more quietly.
_MATTERS = frozenset(
    {
        "may-cause-cramps",
        "may-worsen-rls",
        "akathisia",
        "augmentation",
        "lowers-potassium",
        "raises-potassium",
        "lowers-magnesium",
        "lowers-calcium",
        "lowers-sodium",
        "muscle-damage",
        "treats-cramps-not-advised",
    }
)


def medicines_page(
    text: str, review: MedicineReview, facts: ProfileFacts, *, error: str = ""
) -> MedicinesPage:
    """Return the page for a list and its review."""
    cards = [_medicine_card(one) for one in review.medicines]
    return MedicinesPage(
        text=text,
        error=error,
        errors=(FormError("q-medicines", _("Your list"), error),) if error else (),
        is_empty=not text.strip(),
        advice=tuple((one.sentence, references(one.evidence)) for one in review.advice),
        urgent=tuple((rule.sentence, references(rule.evidence)) for rule in review.urgent),
        together=tuple(_together_card(one) for one in review.interactions),
        matter=tuple(card for card in cards if card.matters),
        others=tuple(card for card in cards if not card.matters),
        unread=tuple(_unread(line) for line in review.not_recognised[:MOST_LINES_ECHOED]),
        not_taken=tuple(line.given for line in review.not_taken),
        profile_is_open=facts.age_years is None and not facts.conditions,
    )


def _medicine_card(one: ReviewedMedicine) -> MedicineCard:
    table = load_medicines()
    return MedicineCard(
        name=one.medicine.name,
        given=one.line.given,
        spelled=one.line.spelled,
        drug_class=one.medicine.drug_class,
        form_note=one.line.on_skin_or_eye,
        effects=tuple(
            EffectRow(
                table.effect_words[effect.effect], table.strength_words[effect.strength], effect.checked
            )
            for effect in one.effects
        ),
        matters=any(effect.effect in _MATTERS for effect in one.effects),
        advice=one.advice,
        cautions=one.cautions,
        checked=one.checked,
        references=references([name for effect in one.effects for name in effect.evidence]),
        sources=tuple(dict.fromkeys(source for effect in one.effects for source in sources(effect.sources))),
    )


def _together_card(fired: FiredInteraction) -> TogetherCard:
    interaction = fired.interaction
    return TogetherCard(
        severity=interaction.severity.value,
        severity_words=load_medicines().severity_labels[interaction.severity],
        names=" + ".join(" / ".join(side) for side in fired.met_by),
        sentence=interaction.sentence,
        checked=interaction.checked,
        references=references(interaction.evidence),
        sources=sources(interaction.sources),
    )


def _unread(line: Line) -> UnreadLine:
    if line.did_you_mean:
        why = _("Did you mean one of these?")
    elif line.class_named:
        why = _("This names a kind of medicine. Which one is it?")
    elif line.hint == "label":
        why = _("Write the names on the labels.")
    elif line.not_held:
        why = _("We know the name %(name)s, but hold nothing about it.") % {"name": line.not_held}
    else:
        why = _("We do not know this one. Check the spelling, or write the name in small print on the box.")
    choices = tuple((name, f"{line.given}\n{name}") for name in line.did_you_mean)
    hint = line.hint if (line.did_you_mean or line.class_named) and line.hint != "label" else None
    return UnreadLine(line.given, why, choices, hint)


# Blood tests ----------------------------------------------------------------------------------------------------


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
    return text.rstrip("0").rstrip(".") if "." in text else text


# Profile --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Choice:
    """One box to tick."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class ProfilePage:
    """The page about the person."""

    age: str
    sexes: tuple[Choice, ...]
    sex_is_open: bool
    pregnant: TriField
    about: tuple[Choice, ...]
    conditions: tuple[Choice, ...]
    food_and_drink: tuple[Choice, ...]
    error_of: dict[str, str]
    errors: tuple[FormError, ...]


def profile_page(typed: TypedProfile) -> ProfilePage:
    """Return the page with a profile as it was typed or stored."""
    words = load_medicines().words
    names = labels()["about"]
    conditions = sorted((ways[0], key) for key, ways in words.conditions.items() if key not in NOT_ASKED)
    error_labels = {"age": _("Age"), "pregnant": _("Pregnant")}
    return ProfilePage(
        age=typed.age,
        sexes=tuple(Choice(value, label, value == typed.sex) for value, label in Profile.Sex.choices),
        sex_is_open=not typed.sex,
        pregnant=TriField(
            name="pregnant",
            label=_("Pregnant?"),
            value=typed.pregnant,
            error=typed.errors.get("pregnant", ""),
        ),
        about=tuple(Choice(one.value, names[one.value]["label"], one.value in typed.about) for one in ABOUTS),
        conditions=tuple(
            Choice(key, label[:1].upper() + label[1:], key in typed.conditions) for label, key in conditions
        ),
        food_and_drink=tuple(
            Choice(key, ways[0][:1].upper() + ways[0][1:], key in typed.food_and_drink)
            for key, ways in words.food_and_drink.items()
        ),
        error_of=typed.errors,
        errors=tuple(FormError(f"q-{name}", error_labels[name], text) for name, text in typed.errors.items()),
    )


def stored_profile(profile: Profile | None, today: date) -> TypedProfile:
    """Return a stored profile as it would be typed."""
    if profile is None:
        return TypedProfile("", "", "", (), (), (), {})
    return TypedProfile(
        age="" if profile.born_in is None else str(max(0, today.year - profile.born_in)),
        sex=profile.sex,
        pregnant={True: "yes", False: "no", None: ""}[profile.pregnant],
        about=tuple(profile.about),
        conditions=tuple(profile.conditions),
        food_and_drink=tuple(profile.food_and_drink),
        errors={},
    )
