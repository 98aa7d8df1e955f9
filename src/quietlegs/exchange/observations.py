"""What a second person saw of a night, as plain values that JSON carries, and back."""

from collections.abc import Mapping
from typing import Any

from quietlegs.core.base.errors import QuietlegsError
from quietlegs.core.base.messages import message
from quietlegs.core.diary.night import Observation

_FIELDS = frozenset({"observer", "kicks", "cramps_heard", "woke_at", "note"})


def observation_to_plain(seen: Observation) -> dict[str, Any]:
    """Return an observation as JSON values; what is not known is left out."""
    plain: dict[str, Any] = {"observer": seen.observer}
    for name in ("kicks", "cramps_heard"):
        if getattr(seen, name) is not None:
            plain[name] = getattr(seen, name)
    if seen.woke_at:
        plain["woke_at"] = list(seen.woke_at)
    if seen.note:
        plain["note"] = seen.note
    return plain


def observation_from_plain(plain: object) -> Observation:
    """Return the observation that ``observation_to_plain`` was given.

    Raises:
        QuietlegsError: saying what is wrong and how to mend it.
    """
    if not isinstance(plain, Mapping):
        raise QuietlegsError(message("An observation is not an object with names and values."))
    unknown = sorted(set(map(str, plain)) - _FIELDS)
    if unknown:
        raise QuietlegsError(
            message(
                "An observation has no field {unknown}. Use {fields}.",
                unknown=unknown[0][:40],
                fields=", ".join(sorted(_FIELDS)),
            )
        )
    woke_at = plain.get("woke_at", [])
    if not isinstance(woke_at, list):
        raise QuietlegsError(message('An observation\'s woke_at is not a list. Write it like ["02:30"].'))
    return Observation(
        observer=_text(plain, "observer"),
        kicks=_count(plain, "kicks"),
        cramps_heard=_count(plain, "cramps_heard"),
        woke_at=tuple(_time(item) for item in woke_at),
        note=_text(plain, "note"),
    )


def _text(plain: Mapping[str, Any], name: str) -> str:
    value = plain.get(name, "")
    if not isinstance(value, str):
        raise QuietlegsError(message("An observation's {name} is not a text.", name=name))
    return value


def _time(item: object) -> str:
    if not isinstance(item, str):
        raise QuietlegsError(message("A time in woke_at is not a text. Write it like 02:30."))
    return item


def _count(plain: Mapping[str, Any], name: str) -> int | None:
    value = plain.get(name)
    if value is None:
        return None
    # bool is an int to Python, and no number to a person.
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
        raise QuietlegsError(
            message(
                "An observation's {name} is {value}. Give a whole number.", name=name, value=str(value)[:40]
            )
        )
    return int(value)
