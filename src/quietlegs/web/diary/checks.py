"""What a night may hold, said to the person: what is wrong, where, and how to mend it. Nothing is stored here."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from quietlegs.core.base.errors import Problem, QuietlegsError
from quietlegs.core.diary import night as core_night
from quietlegs.core.diary.night import FIRST_EVENING, OUTCOMES, factor_problem
from quietlegs.core.diary.night import Factor as CoreFactor
from quietlegs.core.diary.night import Night as CoreNight
from quietlegs.web.diary.models import Muscle, Side

PLACES = frozenset(f"{side}-{muscle}" for side in (Side.LEFT, Side.RIGHT) for muscle in Muscle.values)


class NightRefusedError(QuietlegsError):
    """A night cannot be stored as given. ``problems`` says why, one for each thing to mend."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class CannotUndoError(QuietlegsError):
    """A change cannot be undone; the message says why."""


class FactorRefusedError(QuietlegsError):
    """A factor cannot be stored as given; the message says why and how to mend it."""


def day_name(evening: date) -> str:
    """Return an evening as people say it: "Friday 20 November 2026"."""
    return date_format(evening, "l j F Y")


def outcome_problem(name: str, value: float) -> Problem | None:
    """Return what is wrong with an outcome's value, or None."""
    if name not in OUTCOMES:
        return Problem(
            what=_("“%(name)s” is not an outcome of a night.") % {"name": name},
            mend=_("Use one of: %(names)s.") % {"names": ", ".join(OUTCOMES)},
            column=name,
        )
    return core_night.outcome_problem(name, value)


def evening_problem(evening: date, tonight: date) -> Problem | None:
    """Return what is wrong with the date of a night, or None."""
    if evening > tonight:
        return Problem(
            what=_("The night of %(day)s has not been yet.") % {"day": day_name(evening)},
            mend=_("Choose tonight or a night before it."),
        )
    if evening < FIRST_EVENING:
        return Problem(
            what=_("The year %(year)s is too long ago.") % {"year": evening.year}, mend=_("Check the year.")
        )
    return None


def night_problems(night: CoreNight, *, factors: Mapping[str, CoreFactor], tonight: date) -> list[Problem]:
    """Return everything that is wrong with a night as given, so that it can be mended in one go."""
    problems = [evening_problem(night.evening, tonight)]
    problems += [outcome_problem(name, value) for name, value in night.outcomes.items()]
    for name, value in night.factors.items():
        factor = factors.get(name.casefold())
        problems.append(
            factor_problem(factor.name, factor.kind, value)
            if factor
            else Problem(
                what=_("“%(name)s” is not one of your factors.") % {"name": name},
                mend=_("Add it on the Factors page first, or check how it is written."),
                column=name,
            )
        )
    problems += [
        Problem(
            what=_("“%(place)s” is not a place in the leg.") % {"place": place},
            mend=_("Choose from the drawing."),
        )
        for place in night.places
        if place not in PLACES
    ]
    return [problem for problem in problems if problem is not None]
