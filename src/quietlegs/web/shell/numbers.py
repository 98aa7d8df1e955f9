"""Numbers as the reader's language writes them."""

from django.utils.formats import get_format

from quietlegs.core.triggers.wording import number


def spoken(text: str) -> str:
    """Return a number with the decimal sign of the page's language: "6.5" is "6,5" in Spanish. Not for form fields."""
    return text.replace(".", get_format("DECIMAL_SEPARATOR"))


def said_number(value: float) -> str:
    """Return a number with as many digits as a person can use, in the page's language."""
    return spoken(number(value))
