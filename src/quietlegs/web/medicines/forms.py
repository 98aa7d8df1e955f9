"""What is typed on the pages of profile, medicines and blood tests, checked and kept as typed."""

from dataclasses import dataclass, replace
from datetime import date

from django.http import QueryDict
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from quietlegs.core.assessment.labs import AskAgain, LabTest, LabValue, read_value
from quietlegs.core.knowledge.evidence import About
from quietlegs.exchange.medicine_base import load_labs, load_medicines
from quietlegs.web.medicines.models import LONGEST_LIST, Profile
from quietlegs.web.shell.core_messages import in_language

OLDEST = 120
LIKELY_PREGNANT = range(11, 61)  # outside these ages a pregnancy is asked about again
EARLIEST_TEST = date(1950, 1, 1)
LONGEST_NUMBER = 12
# Ids that the profile works out by itself and does not ask.
NOT_ASKED = frozenset({"age-65-plus", "pregnancy", "restless-legs"})
ABOUTS = (About.CRAMPS, About.RESTLESS_LEGS, About.FIBROMYALGIA)


@dataclass(frozen=True, slots=True)
class TypedProfile:
    """A profile as typed. ``errors`` maps a field to what is wrong with it."""

    age: str
    sex: str
    pregnant: str
    about: tuple[str, ...]
    conditions: tuple[str, ...]
    food_and_drink: tuple[str, ...]
    errors: dict[str, str]

    @property
    def age_years(self) -> int | None:
        """The age, or None where it was left open."""
        return int(self.age) if self.age else None

    @property
    def is_pregnant(self) -> bool | None:
        """The answer, or None where it was left open."""
        return {"yes": True, "no": False}.get(self.pregnant)


def read_profile(data: QueryDict) -> TypedProfile:
    """Return what was typed of a profile, with what is wrong."""
    words = load_medicines().words
    age = data.get("age", "").strip()
    sex, pregnant = data.get("sex", ""), data.get("pregnant", "")
    errors: dict[str, str] = {}
    if age and not (age.isascii() and age.isdigit() and int(age[:4]) <= OLDEST):
        errors["age"] = _("Enter a whole number from 0 to 120, or leave it open.")
    elif pregnant == "yes" and age and int(age) not in LIKELY_PREGNANT:
        errors["pregnant"] = _(
            "Age %(age)s and pregnant: is one of the two a slip? Change one, or leave it open."
        ) % {"age": age}
    if pregnant == "yes" and sex == Profile.Sex.MALE:
        errors["pregnant"] = _("Male and pregnant: is one of the two a slip? Change one, or leave it open.")
    return TypedProfile(
        age=age[:4],
        sex=sex if sex in Profile.Sex.values else "",
        pregnant=pregnant if pregnant in ("yes", "no") else "",
        about=tuple(one for one in data.getlist("about") if one in ABOUTS),
        conditions=tuple(
            one for one in data.getlist("conditions") if one in words.conditions and one not in NOT_ASKED
        ),
        food_and_drink=tuple(one for one in data.getlist("food_and_drink") if one in words.food_and_drink),
        errors=errors,
    )


@dataclass(frozen=True, slots=True)
class TypedLab:
    """A blood test as typed: the test, what was typed, and either a value, a question, or what is wrong."""

    test: LabTest
    figure: str
    unit: str
    taken_on: str
    value: LabValue | None = None
    ask: AskAgain | None = None
    errors: tuple[tuple[str, str], ...] = ()
    day: date | None = None


def read_lab(data: QueryDict, *, today: date, last: float | None) -> TypedLab | None:
    """Return a blood test as typed; None when the test is not one of the data.

    Args:
        data: the form.
        today: no blood test is from the future.
        last: the last value of the same test in its own unit, to notice ten times as much.
    """
    test = load_labs().get(data.get("test", ""))
    if test is None:
        return None
    figure, unit = data.get("figure", "").strip(), data.get("unit", "").strip() or test.unit
    chosen = data.get("could_be", "")
    if "|" in chosen:
        figure, _bar, unit = chosen.partition("|")
    taken_on = data.get("taken_on", "").strip()
    errors: list[tuple[str, str]] = []
    day = _day(taken_on, today, errors)
    typed = TypedLab(test, figure, unit, taken_on, day=day)
    number = _number(figure, errors)
    if number is None or errors:
        return replace(typed, errors=tuple(errors))
    try:
        answer = read_value(
            test, number, unit, last=last, confirmed=data.get("confirmed") == "yes", taken_on=day
        )
    except ValueError as error:
        return replace(typed, errors=(("unit", in_language(error)),))
    return replace(typed, ask=answer) if isinstance(answer, AskAgain) else replace(typed, value=answer)


def _number(figure: str, errors: list[tuple[str, str]]) -> float | None:
    plain = figure.replace(",", ".").lstrip("<>≤≥ ")
    try:
        if len(plain) > LONGEST_NUMBER:
            raise ValueError
        return float(plain)
    except ValueError:
        errors.append(("figure", _("Enter the number from your report, such as 4.2.")))
        return None


def _day(text: str, today: date, errors: list[tuple[str, str]]) -> date | None:
    try:
        day = parse_date(text) if text else today
    except ValueError:
        day = None
    if day is None:
        errors.append(("taken_on", _("Enter the day as year-month-day, such as 2026-03-04.")))
    elif not EARLIEST_TEST <= day <= today:
        errors.append(("taken_on", _("Enter a day that has been.")))
    return day


def read_list(data: QueryDict) -> tuple[str, str]:
    """Return the typed list and what is wrong with it (empty when nothing is)."""
    text = data.get("medicines", "").replace("\r\n", "\n").replace("\x00", "")
    if len(text) > LONGEST_LIST:
        return text, _("This is longer than any list of medicines. Leave out what is not a name and a dose.")
    return text, ""
