"""Template tags that every page uses."""

from uuid import uuid4

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from quietlegs.exchange.knowledge_base import ENGLISH, english_texts, language

register = template.Library()

UNMARKED, MARK = SafeString(""), SafeString(' lang="en"')


@register.simple_tag
def icon(name: str, css_class: str = "icon") -> SafeString:
    """Draw an icon of the sprite. It says nothing by itself: words stand beside it."""
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><use href="{}#i-{}"/></svg>',
        css_class,
        static("shell/icons.svg"),
        name,
    )


@register.simple_tag
def language_of(text: object) -> SafeString:
    """Return the attribute that marks a text of the evidence as English where the page is in another language."""
    return MARK if _is_foreign(_joined(text)) else UNMARKED


@register.simple_tag
def foreign() -> SafeString:
    """Return the attribute that marks what is always English, such as the name of a source."""
    return UNMARKED if language() == ENGLISH else MARK


@register.filter
def in_its_language(text: str) -> str:
    """Return a text of the evidence, marked as English where the page is in another language."""
    return format_html('<span lang="en">{}</span>', text) if _is_foreign(text) else text


def _joined(text: object) -> str:
    return text if isinstance(text, str) else "".join(piece.text for piece in text or ())


def _is_foreign(text: str) -> bool:
    return language() != ENGLISH and text in english_texts()


@register.simple_tag
def fresh_id() -> str:
    """Return a new id for a form, so that sending it twice does its work once."""
    return str(uuid4())


@register.simple_tag
def swap_page(target: str = "#main") -> SafeString:
    """Return the attributes by which a form or link swaps a part of the page in place of loading it anew.

    The page that the server answers is the same either way; only the part named is taken from it.
    """
    return format_html(
        'hx-boost="true" hx-target="{0}" hx-select="{0}" hx-swap="outerHTML show:none" hx-push-url="true"',
        target,
    )
