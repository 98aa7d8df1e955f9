"""The morning page: only what is not known yet, in the order in which it is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from quietlegs.core.diary.night import FactorKind
from quietlegs.web.diary import words
from quietlegs.web.diary.forms import QUESTIONS, NightForm
from quietlegs.web.diary.models import Night
from quietlegs.web.diary.open_questions import ASKED, missing
from quietlegs.web.diary.pages import Zone, leg_zones
from quietlegs.web.shell.fields import Field, FormError, ScaleField, TriField, errors_of

HOURS = tuple(str(hours) for hours in range(1, 12))  # one tap each; the page of the night takes halves


@dataclass(frozen=True, slots=True)
class MorningPage:
    """What is left to ask about one night. ``about`` is what is known;"""

    evening: date
    name: str
    about: str
    recorded: Sequence[str]
    asks_cramps: bool
    number: Field | None
    severity: Field | None
    asks_where: bool
    back: Sequence[Zone]
    front: Sequence[Zone]
    front_is_open: bool
    felt: Sequence[Field]
    factors: Sequence[Field]
    is_carried: bool
    may_say_no_to_the_rest: bool
    errors: Sequence[FormError]
    is_complete: bool


def morning_page(form: NightForm, stored: Night | None, *, carried: Mapping[int, float]) -> MorningPage:
    """Gather the page from its form, whose factors are those without an answer."""
    names, factors = missing(stored, form.factors)
    felt: list[Field] = [
        _hours(form) if name == "sleep_hours" else form.outcome_field(name)
        for name in ASKED[2:]
        if name in names
    ]
    if "sore" in names:
        at = next((i for i, one in enumerate(felt) if one.name in ASKED[4:]), len(felt))
        felt.insert(
            at, TriField(name="sore", label=_("Is the muscle still sore?"), value=form.typed.get("sore", ""))
        )
    number = _number(form) if "cramps" in names else None
    severity = form.outcome_field("severity") if "severity" in names else None
    asked_factors = form.factor_fields() if factors else []
    back, front = leg_zones(form.places)
    shown = [field for field in (number, severity, *felt, *asked_factors) if field]
    said = {field.name for field in shown}
    return MorningPage(
        evening=form.evening,
        name=date_format(form.evening, "l j F"),
        about=words.about_night(stored) if stored else "",
        recorded=[words.about_episode(form.diary, episode) for episode in stored.episodes.all()]
        if stored
        else [],
        asks_cramps=bool(number or severity or "places" in names),
        number=number,
        severity=severity,
        asks_where="places" in names,
        back=back,
        front=front,
        front_is_open=any(zone.is_chosen for zone in front),
        felt=felt,
        factors=asked_factors,
        is_carried=any(factor.pk in carried for factor in factors),
        may_say_no_to_the_rest=sum(f.kind == FactorKind.YES_NO for f in factors) > 1,
        errors=[
            *errors_of(shown),
            *(FormError("", "", text) for name, text in form.errors.items() if name not in said),
        ],
        is_complete=not shown and "places" not in names,
    )


def _number(form: NightForm) -> Field:
    name = "cramps"
    return ScaleField(
        name=name,
        label=str(QUESTIONS[name].label),
        value=form.typed.get(name, ""),
        error=form.errors.get(name, ""),
        low=_("0 quiet"),
        high=_("10 cramps"),
    )


def _hours(form: NightForm) -> Field:
    name = "sleep_hours"
    return ScaleField(
        name=name,
        label=str(QUESTIONS[name].label),
        hint=_("A guess is fine."),
        value=form.typed.get(name, ""),
        error=form.errors.get(name, ""),
        values=HOURS,
        low=_("1 hour"),
        high=_("11 hours"),
    )
