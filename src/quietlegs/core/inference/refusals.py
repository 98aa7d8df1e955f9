"""Why a model cannot be fitted, as a value: a reason for programs and a sentence for people."""

from enum import StrEnum

from quietlegs.core.base.errors import QuietlegsError


class Refusal(StrEnum):
    """The reasons for which the engine declines to give numbers."""

    NO_OUTCOME = "no_outcome"  # the diary has no such outcome
    TOO_FEW_NIGHTS = "too_few_nights"  # fewer logged nights than any model can use
    OUTCOME_NEVER_CHANGES = "outcome_never_changes"  # all quiet, or the same number every night
    NOT_A_NUMBER = "not_a_number"  # infinities or text where numbers belong
    IMPOSSIBLE_VALUE = "impossible_value"  # a negative count, half a cramp
    TOO_LONG = "too_long"  # dates further apart than a life
    WRONG_SHAPE = "wrong_shape"  # arrays that do not fit together
    NOTHING_TO_COMPARE = "nothing_to_compare"  # an exposure that is the same on every logged night
    NUMERICAL = "numerical"  # the search found no sound answer


class CannotFit(QuietlegsError):  # noqa: N818 (reads as a sentence where it is caught)
    """The data cannot carry the model. ``reason`` is for programs; the message is for the person."""

    def __init__(self, reason: Refusal, message: str) -> None:
        super().__init__(message)
        self.reason = reason
