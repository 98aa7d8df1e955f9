"""The language of this computer, for what is written before anybody has opened a page."""

import os

from django.conf import settings
from django.utils.translation import get_supported_language_variant


def of_this_computer() -> str:
    """Return the language that the computer is set to where the app speaks it, else English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        code = os.environ.get(name, "").partition(".")[0].replace("_", "-")
        if code:
            try:
                return get_supported_language_variant(code.lower())
            except LookupError:
                break
    return settings.LANGUAGE_CODE
