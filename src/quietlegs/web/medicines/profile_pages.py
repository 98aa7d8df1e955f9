"""What the template of the profile gets."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from quietlegs.exchange.medicine_base import load_medicines
from quietlegs.web.library.queries import labels
from quietlegs.web.medicines.forms import ABOUTS, NOT_ASKED, TypedProfile
from quietlegs.web.medicines.models import Profile
from quietlegs.web.shell.fields import FormError, TriField


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
