"""What a symptom's name in somebody's own words stands for in a diary."""

import re

# In order: "restless leg pain" is restlessness, "leg cramps" are cramps and not pain.
_OUTCOMES = (
    ("restless", re.compile(r"restless|jumpy leg|\brls\b", re.IGNORECASE)),
    ("cramps", re.compile(r"cramp|charl(?:ey|ie) horse|leg spasm|muscle spasm", re.IGNORECASE)),
    ("fog", re.compile(r"\bfog|concentrat|cognitive", re.IGNORECASE)),
    ("fatigue", re.compile(r"fatigue|tired|exhaust", re.IGNORECASE)),
    ("worry", re.compile(r"\bworry|anxi", re.IGNORECASE)),
    ("pain", re.compile(r"\bpain|\bache|aching|\bsore", re.IGNORECASE)),
)


def outcome_of(symptom: str) -> str | None:
    """Return the outcome that a symptom's name stands for, or None: then it is a factor of its own.

    >>> outcome_of("Leg cramps (Severe)"), outcome_of("Brain fog"), outcome_of("Hiccups")
    ('cramps', 'fog', None)
    """
    return next((name for name, pattern in _OUTCOMES if pattern.search(symptom)), None)


def plain_name(text: str) -> str:
    """Return a factor's name: without signs that cannot be shown, without brackets at its end, at most 60 letters."""
    shown = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(re.sub(r"\s*[(\[].*?[)\]]\s*$", "", shown).split()).casefold()[:60].strip()
