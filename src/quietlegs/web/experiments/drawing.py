"""Dates in words, and drawings for templates."""

from datetime import date

from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe


def day(evening: date) -> str:
    """Return a date as a person says it."""
    return date_format(evening, "j F")


def drawing(svg: str) -> SafeString:
    """Return a drawing for a template. It is built of escaped parts."""
    return mark_safe(svg)  # noqa: S308
