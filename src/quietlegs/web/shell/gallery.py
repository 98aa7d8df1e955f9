"""Every component in every state, for the page /_gallery: what is drawn there is what the pages draw."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from quietlegs.web.shell.fields import AmountField, Field, FormError, ScaleField, StepperField, TriField


@dataclass(frozen=True, slots=True)
class Specimen:
    """One component: its name and its states, each a question of a form."""

    name: str
    fields: tuple[Field, ...]


def specimens() -> tuple[Specimen, ...]:
    """Return the questions of forms in every state."""
    return (
        Specimen(
            _("Yes, no, or left open"),
            (
                TriField(name="tri-open", label=_("Did you nap?")),
                TriField(name="tri-yes", label=_("Water tablet"), value="yes", hint=_("Taken that day.")),
                TriField(name="tri-no", label=_("Evening walk"), value="no"),
            ),
        ),
        Specimen(
            _("A scale from 0 to 10"),
            (
                ScaleField(
                    name="scale-open", label=_("Urge to move"), low=_("0 none"), high=_("10 unbearable")
                ),
                ScaleField(
                    name="scale-6", label=_("The worst cramp"), value="6", low=_("0 none"), high=_("10 worst")
                ),
                ScaleField(
                    name="scale-65", label=_("Imported"), value="6.5", low=_("0 none"), high=_("10 worst")
                ),
                ScaleField(
                    name="scale-wrong",
                    label=_("Pain"),
                    value="11",
                    low=_("0 none"),
                    high=_("10 worst"),
                    error=_("11 is not possible. Enter 0 to 10."),
                ),
            ),
        ),
        *_numbers(),
    )


def _numbers() -> tuple[Specimen, ...]:
    return (
        Specimen(
            _("A small count"),
            (
                StepperField(name="step-open", label=_("How many in all?")),
                StepperField(name="step-2", label=_("How many in all?"), value="2"),
                StepperField(
                    name="step-wrong",
                    label=_("Coffee"),
                    value="-1",
                    hint=_("cups"),
                    error=_("Enter 0 or more."),
                ),
            ),
        ),
        Specimen(
            _("A number with its unit"),
            (
                AmountField(name="amount-open", label=_("Water"), unit="ml"),
                AmountField(
                    name="amount-wrong",
                    label=_("Hours asleep"),
                    value="27",
                    unit="h",
                    hint=_("A guess is fine."),
                    error=_("27 is not possible. Enter 0 to 24."),
                ),
            ),
        ),
    )


def errors() -> list[FormError]:
    """Return what a form to be mended lists."""
    return [FormError("q-amount-wrong", _("Hours asleep"), _("27 is not possible. Enter 0 to 24."))]
