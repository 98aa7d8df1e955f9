"""Forms: what a person typed, read into core values, or said back with what is wrong and how to mend it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quietlegs.core.base.errors import Problem
from quietlegs.core.diary.night import MAX_NOTE_CHARACTERS, OUTCOMES, FactorKind
from quietlegs.core.diary.night import Night as CoreNight
from quietlegs.web.diary import checks, clock, queries, words
from quietlegs.web.diary.models import Diary, Factor, Night
from quietlegs.web.shell.core_messages import what_to_do
from quietlegs.web.shell.fields import AmountField, Field, ScaleField, StepperField, TriField

FACTOR = "factor-"
MOST_COUNTED = 1000  # of a factor, in one day


@dataclass(frozen=True, slots=True)
class Question:
    """How an outcome is asked."""

    label: str | Promise
    low: str | Promise = ""
    high: str | Promise = ""
    hint: str | Promise = ""
    unit: str | Promise = ""


QUESTIONS: Mapping[str, Question] = {
    "cramps": Question(gettext_lazy("How many in all?")),
    "severity": Question(
        gettext_lazy("The worst cramp"), gettext_lazy("0 none"), gettext_lazy("10 worst I know")
    ),
    "restless": Question(
        gettext_lazy("Urge to move your legs"), gettext_lazy("0 none"), gettext_lazy("10 unbearable")
    ),
    "cramp_minutes": Question(
        gettext_lazy("Minutes of cramp, all together"), hint=gettext_lazy("A guess is fine."), unit="min"
    ),
    "woken": Question(gettext_lazy("How often did your legs wake you?")),
    "sleep_hours": Question(
        gettext_lazy("Hours asleep"), hint=gettext_lazy("A guess is fine. 0 to 24."), unit="h"
    ),
    "awakenings": Question(gettext_lazy("How often were you awake, for any reason?")),
    "sleep_quality": Question(
        gettext_lazy("How good was your sleep?"), gettext_lazy("0 dreadful"), gettext_lazy("10 the best")
    ),
    "pain": Question(
        gettext_lazy("Pain this morning"), gettext_lazy("0 none"), gettext_lazy("10 worst I know")
    ),
    "fatigue": Question(
        gettext_lazy("Tired this morning"), gettext_lazy("0 fresh"), gettext_lazy("10 worn out")
    ),
    "fog": Question(
        gettext_lazy("Brain fog this morning"), gettext_lazy("0 clear"), gettext_lazy("10 cannot think")
    ),
    "worry": Question(
        gettext_lazy("Worry about bedtime"), gettext_lazy("0 none"), gettext_lazy("10 dread it")
    ),
}
STEPPED = ("cramps", "woken", "awakenings")
TYPED = ("sleep_hours", "cramp_minutes")


class NightForm:
    """The morning page: read what was posted, or start from what is stored.

    ``night`` is a core night after ``is_valid()`` is true. What was typed stays in ``typed`` as it was.
    """

    def __init__(
        self, *, diary: Diary, evening: date, factors: list[Factor], posted: Mapping[str, str] | None = None
    ) -> None:
        self.diary, self.evening, self.factors, self.posted = diary, evening, factors, posted
        self.typed: dict[str, str] = {}
        self.errors: dict[str, str] = {}
        self.places: list[str] = []
        self.night: CoreNight | None = None

    def fill_from(self, stored: Night | None, carried: Mapping[int, float]) -> None:
        """Start from what is stored; for a new night, from the answers that are carried forward."""
        if stored is None:
            values = dict(carried)
        else:
            values = {v.factor_id: v.value for v in stored.factor_values.all()}
            self.typed = {name: words.number(getattr(stored, name)) for name in OUTCOMES}
            self.typed["note"] = stored.note
            self.typed["sore"] = {True: "yes", False: "no", None: ""}[stored.sore]
            self.places = list(stored.places)
        for factor in self.factors:
            self.typed[f"{FACTOR}{factor.pk}"] = _as_typed(factor, values.get(factor.pk))

    def is_valid(self) -> bool:
        """Read what was posted; return whether it can be stored as it stands."""
        assert self.posted is not None
        names = [*OUTCOMES, "note", "sore", *(f"{FACTOR}{factor.pk}" for factor in self.factors)]
        self.typed = {name: self.posted.get(name, "").strip() for name in names}
        self.places = [place for place in self.posted.getlist("places") if place in checks.PLACES]
        if self.posted.get("quiet"):
            self.places = []
            self.typed |= {"cramps": "0", "severity": "", "cramp_minutes": "", "woken": "", "sore": ""}
        if self.posted.get("rest_no"):
            self._say_no_to_the_rest()
        outcomes = {n: v for n in OUTCOMES if (v := self._number(n, OUTCOMES[n].kind.value)) is not None}
        answers = {
            factor.name: value
            for factor in self.factors
            if (value := self._number(f"{FACTOR}{factor.pk}", factor.kind)) is not None
        }
        if len(self.typed["note"]) > MAX_NOTE_CHARACTERS:
            self.errors["note"] = _("The note is too long. Use %(most)s letters or fewer.") % {
                "most": MAX_NOTE_CHARACTERS
            }
        self._check_sense(outcomes)
        if not self.errors:
            self.night = CoreNight(
                evening=self.evening,
                outcomes=outcomes,
                factors=answers,
                note=self.typed["note"].replace("\0", ""),
                places=tuple(self.places),
                sore={"yes": True, "no": False}.get(self.typed["sore"]),
            )
            self._check_bounds(self.night)
        return not self.errors

    def _say_no_to_the_rest(self) -> None:
        """Answer no where a yes-or-no question was asked and left open, as the person said with one tap."""
        assert self.posted is not None
        for factor in self.factors:
            name = f"{FACTOR}{factor.pk}"
            if factor.kind == Factor.Kind.YES_NO and name in self.posted and not self.typed[name]:
                self.typed[name] = "no"

    def take_problems(self, problems: tuple[Problem, ...]) -> None:
        """Show what an action refused beside the question that it is about."""
        by_factor = {factor.name: f"{FACTOR}{factor.pk}" for factor in self.factors}
        for problem in problems:
            name = by_factor.get(problem.column or "", problem.column or "")
            self.errors.setdefault(name, what_to_do(problem))

    def _number(self, name: str, kind: str) -> float | None:
        text = self.typed[name].replace(",", ".")
        if kind == FactorKind.YES_NO:
            return {"yes": 1.0, "no": 0.0}.get(text)
        if not text:
            return None
        try:
            return float(text)
        except ValueError:
            self.errors[name] = _("“%(typed)s” is not a number. Enter a number such as 6 or 6.5.") % {
                "typed": self.typed[name][:40]
            }
            return None

    def _check_sense(self, outcomes: Mapping[str, float]) -> None:
        worst = outcomes.get("severity") or outcomes.get("cramp_minutes")
        if outcomes.get("cramps") == 0 and (worst or self.places):
            self.errors["cramps"] = _(
                "This says 0 cramps, and below where or how bad they were. Change one of the two."
            )

    def _check_bounds(self, night: CoreNight) -> None:
        known = {factor.name.casefold(): queries.core_factor(factor) for factor in self.factors}
        tonight = clock.tonight(self.diary)
        self.take_problems(tuple(checks.night_problems(night, factors=known, tonight=tonight)))

    def outcome_field(self, name: str) -> Field:
        """Return one outcome's question with its answer."""
        asked, given = QUESTIONS[name], self.typed.get(name, "")
        common = {"name": name, "label": str(asked.label), "value": given, "hint": str(asked.hint)}
        error = self.errors.get(name, "")
        if name in STEPPED:
            return StepperField(**common, error=error, most=int(OUTCOMES[name].high))
        if name in TYPED:
            return AmountField(**common, error=error, unit=str(asked.unit))
        return ScaleField(**common, error=error, low=str(asked.low), high=str(asked.high))

    def factor_fields(self) -> list[Field]:
        """Return the questions about the day, in the person's order."""
        return [self._factor_field(factor) for factor in self.factors]

    def _factor_field(self, factor: Factor) -> Field:
        name = f"{FACTOR}{factor.pk}"
        common = {"name": name, "label": factor.name, "value": self.typed.get(name, "")}
        error = self.errors.get(name, "")
        match factor.kind:
            case Factor.Kind.YES_NO:
                return TriField(**common, error=error)
            case Factor.Kind.SCALE:
                return ScaleField(**common, error=error, low=_("0 none"), high=_("10 most"))
            case Factor.Kind.COUNT:
                return StepperField(**common, error=error, hint=factor.unit, most=MOST_COUNTED)
            case _:
                return AmountField(**common, error=error, unit=factor.unit)


def _as_typed(factor: Factor, value: float | None) -> str:
    if value is None:
        return ""
    return ("yes" if value else "no") if factor.kind == Factor.Kind.YES_NO else words.number(value)


class QuickForm(forms.Form):
    """Cramps in three taps: that there were some, how many, save."""

    evening = forms.DateField()
    cramps = forms.IntegerField(min_value=1, max_value=100)
    severity = forms.FloatField(min_value=0, max_value=10, required=False)
    client_id = forms.UUIDField(required=False)


class EveningForm(forms.Form):
    """Any night: its date."""

    evening = forms.DateField(
        error_messages={
            "required": gettext_lazy("Choose the date of the evening."),
            "invalid": gettext_lazy("This is not a date. Write it like 2026-11-20."),
        }
    )


class SettingsForm(forms.Form):
    """Where the person lives, and when a night ends."""

    time_zone = forms.CharField(required=False, max_length=64)
    cutoff_hour = forms.IntegerField(
        min_value=0,
        max_value=23,
        error_messages={
            key: gettext_lazy("Choose an hour from 0 to 23.")
            for key in ("required", "invalid", "min_value", "max_value")
        },
    )

    def clean_time_zone(self) -> str:
        """Refuse a name that no clock knows."""
        name = str(self.cleaned_data["time_zone"]).strip()
        if name and not clock.is_time_zone(name):
            raise forms.ValidationError(
                _("“%(name)s” is not a time zone. Choose one from the list, such as Europe/London.")
                % {"name": name}
            )
        return name
