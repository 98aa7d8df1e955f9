"""What is read from the forms of a check. Refusals keep what was typed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from quietlegs.core.assessment.person import OLDEST

UNSURE = "unsure"
ANSWERS: Mapping[str, bool | None] = {"yes": True, "no": False, UNSURE: None}


class StartForm(forms.Form):
    """Who answers. Age and sex change which questions come and how common things are."""

    age = forms.IntegerField(
        min_value=0,
        max_value=OLDEST,
        error_messages={
            "required": _("Write the age in years, for example 67."),
            "invalid": _("Write the age in whole years, for example 67."),
            "min_value": _("Write an age from 0 to 120."),
            "max_value": _("Write an age from 0 to 120."),
        },
    )
    sex = forms.ChoiceField(
        choices=[("female", ""), ("male", ""), ("", "")],
        required=False,
        error_messages={"invalid_choice": _("Choose one of the answers.")},
    )


@dataclass(frozen=True, slots=True)
class Ticks:
    """What was ticked, and what is wrong with it."""

    ticked: frozenset[str]
    error: str = ""


def read_ticks(posted: QueryDict, allowed: Collection[str]) -> Ticks:
    """Return the lines that were ticked. "None of these" together with ticks is asked again, and so is nothing."""
    ticked = frozenset(posted.getlist("tick")).intersection(allowed)
    says_none = "none" in posted
    if says_none and ticked:
        return Ticks(
            ticked, str(_("You ticked a line and pressed “None of these”. Untick it, or press Next."))
        )
    if not says_none and not ticked:
        return Ticks(ticked, str(_("Tick what is true, or press “None of these”.")))
    return Ticks(ticked)


def read_answer(posted: QueryDict, name: str = "answer") -> tuple[bool, bool | None]:
    """Return whether a question was answered, and the answer; None is "not sure"."""
    given = posted.get(name, "")
    return given in ANSWERS, ANSWERS.get(given)
