"""An episode as plain values that JSON carries, and back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from quietlegs.core.base.errors import QuietlegsError
from quietlegs.core.base.messages import message
from quietlegs.core.base.nights import split_instant
from quietlegs.core.diary.night import Episode

_FIELDS = frozenset({"started_at", "kind", "minutes", "severity", "muscle", "side", "relief"})


def episode_to_plain(episode: Episode) -> dict[str, Any]:
    """Return an episode as JSON values; what is not known is left out."""
    plain: dict[str, Any] = {"started_at": episode.local.isoformat(), "kind": episode.kind}
    for name in ("minutes", "severity", "muscle", "side"):
        value = getattr(episode, name)
        if value is not None:
            plain[name] = value
    if episode.relief:
        plain["relief"] = list(episode.relief)
    return plain


def episode_from_plain(plain: object) -> Episode:
    """Return the episode that ``episode_to_plain`` was given.

    Raises:
        QuietlegsError: saying what is wrong and how to mend it.
    """
    if not isinstance(plain, Mapping):
        raise QuietlegsError(message("An episode is not an object with names and values."))
    unknown = sorted(set(map(str, plain)) - _FIELDS)
    if unknown:
        raise QuietlegsError(
            message(
                "An episode has no field {unknown}. Use {fields}.",
                unknown=unknown[0][:40],
                fields=", ".join(sorted(_FIELDS)),
            )
        )
    started_at, offset = _instant(plain.get("started_at"))
    relief = plain.get("relief", [])
    if not isinstance(relief, list):
        raise QuietlegsError(message("An episode's relief is not a list of words."))
    severity = _number(plain, "severity")
    if severity is not None and severity != int(severity):
        raise QuietlegsError(
            message(
                "An episode's severity is {severity}. Give a whole number, 0 to 10.", severity=f"{severity:g}"
            )
        )
    return Episode(
        started_at=started_at,
        utc_offset_minutes=offset,
        kind=_word(plain, "kind") or "cramp",
        minutes=_number(plain, "minutes"),
        severity=None if severity is None else int(severity),
        muscle=_word(plain, "muscle"),
        side=_word(plain, "side"),
        relief=tuple(_text(item, "relief") for item in relief),
    )


def _instant(text: object) -> tuple[datetime, int]:
    try:
        return split_instant(datetime.fromisoformat(text if isinstance(text, str) else ""))
    except (ValueError, OverflowError) as error:
        raise QuietlegsError(
            message(
                "An episode starts at {text}. Write the instant with its offset: 2026-03-04T03:07:00+01:00.",
                text=repr(text),
            )
        ) from error


def _word(plain: Mapping[str, Any], name: str) -> str | None:
    value = plain.get(name)
    return None if value is None else _text(value, name)


def _text(value: object, name: str) -> str:
    if not isinstance(value, str) or "\0" in value or len(value) > 200:
        raise QuietlegsError(message("An episode's {name} is not a short text.", name=name))
    return value


def _number(plain: Mapping[str, Any], name: str) -> float | None:
    value = plain.get(name)
    if value is None:
        return None
    # bool is an int to Python, and no number to a person.
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e9:
        raise QuietlegsError(
            message("An episode's {name} is {value}. Give a number.", name=name, value=repr(value))
        )
    return float(value)
