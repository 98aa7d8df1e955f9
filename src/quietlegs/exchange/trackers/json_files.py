"""Reads JSON of strangers: bounded, and never with NaN taken for a number."""

import json
from typing import Any

from quietlegs.core.base.errors import QuietlegsError
from quietlegs.core.base.messages import message

MOST_BYTES = 200 * 2**20


def load(raw: bytes) -> Any:
    """Return what a JSON file holds.

    Raises:
        QuietlegsError: it is too large, or no JSON.
    """
    if len(raw) > MOST_BYTES:
        raise QuietlegsError(
            message(
                "The file has {size} MB. The most we read is {most} MB.",
                size=len(raw) // 2**20,
                most=MOST_BYTES // 2**20,
            )
        )
    try:
        return json.loads(raw.decode("utf-8-sig", errors="replace"), parse_constant=lambda _: None)
    except (ValueError, RecursionError) as error:
        raise QuietlegsError(message("This file breaks off or is no JSON. Export it again.")) from error


def items(document: Any, *names: str) -> list[dict[str, Any]]:
    """Return the list of mappings in a document: itself, or under the first of the names that it has."""
    if isinstance(document, dict):
        document = next((document[name] for name in names if isinstance(document.get(name), list)), [])
    return [one for one in document if isinstance(one, dict)] if isinstance(document, list) else []


def seconds(value: Any) -> float | None:
    """Return a length of time or a count as a number, or None where it is none."""
    return (
        float(value)
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15
        else None
    )
