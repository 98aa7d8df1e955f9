"""The questions of a form as templates draw them: one small value each, with the answer as it was typed."""

from dataclasses import dataclass
from typing import ClassVar

SCORES = tuple(str(score) for score in range(11))
LEFT_OPEN = ""  # the answer "leave open", which is never "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """What every question has: its name in the form, its label, the answer as typed, and what is wrong with it."""

    name: str
    label: str
    value: str = LEFT_OPEN
    hint: str = ""
    error: str = ""
    template: ClassVar[str] = ""

    @property
    def anchor(self) -> str:
        """The id in the page that the list of errors links to."""
        return f"q-{self.name}"

    @property
    def is_open(self) -> bool:
        """Whether it was left open."""
        return self.value == LEFT_OPEN

    @property
    def described_by(self) -> str:
        """The ids of the hint and the error, for people who hear the page."""
        parts = [f"{self.anchor}-hint"] if self.hint else []
        return " ".join([*parts, f"{self.anchor}-error"] if self.error else parts)


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of a scale."""

    value: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleField(Field):
    """A scale, from 0 to 10 unless ``values`` says otherwise, with words for its ends."""

    low: str = ""
    high: str = ""
    values: tuple[str, ...] = SCORES
    template: ClassVar[str] = "shell/scale.html"

    @property
    def cells(self) -> list[Cell]:
        """The cells to choose from. An imported 6.5 gets a cell of its own, so that saving does not lose it."""
        values = list(self.values)
        if self.value and self.value not in values:
            values.append(self.value)
        return [Cell(value, value == self.value) for value in values]


@dataclass(frozen=True, slots=True, kw_only=True)
class TriField(Field):
    """Yes, no, or left open."""

    template: ClassVar[str] = "shell/tri.html"

    @property
    def is_yes(self) -> bool:
        """Whether the answer is yes."""
        return self.value == "yes"

    @property
    def is_no(self) -> bool:
        """Whether the answer is no."""
        return self.value == "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepperField(Field):
    """A small count."""

    most: int = 100
    template: ClassVar[str] = "shell/stepper.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class AmountField(Field):
    """A number with a unit."""

    unit: str = ""
    template: ClassVar[str] = "shell/amount.html"


@dataclass(frozen=True, slots=True)
class FormError:
    """One line of the list of what to mend."""

    anchor: str
    label: str
    message: str


def errors_of(fields: list[Field]) -> list[FormError]:
    """Return the list of what to mend, in the order of the page."""
    return [FormError(field.anchor, field.label, field.error) for field in fields if field.error]
