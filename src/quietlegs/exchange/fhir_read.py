"""The nights in a FHIR document that we wrote. What is not ours is passed over.

The observations become the plain document of ``diary_json``, whose reader then checks every value as it checks its own.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, BinaryIO

from quietlegs.core.base.messages import message
from quietlegs.core.diary.night import OUTCOMES
from quietlegs.exchange import fhir_codes as codes
from quietlegs.exchange.diary_file import DiaryFile, unusable
from quietlegs.exchange.diary_json import MAX_BYTES, read_diary_document

Plain = dict[str, Any]


def read_diary_fhir(source: bytes | BinaryIO, *, today: date | None = None) -> DiaryFile:
    """Read the nights of a FHIR Bundle, and list every problem. Arguments as for ``read_diary_csv``."""
    raw = source if isinstance(source, bytes) else source.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        return unusable(
            message("The file is larger than {most} MB.", most=MAX_BYTES // 2**20),
            message("Export a shorter time."),
        )
    try:
        bundle = json.loads(raw)
    except (ValueError, RecursionError):
        return unusable(message("This is not JSON that can be read."), message("Export it again."))
    if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle":
        return unusable(message("This JSON is no FHIR Bundle."), message("Export it again."))
    ours = [
        one for one in map(_resource, _items(bundle.get("entry"))) if one.get("resourceType") == "Observation"
    ]
    episodes = {f"urn:uuid:{one.get('id')}": _episode(one) for one in ours if _own_code(one) == codes.EPISODE}
    seen = {f"urn:uuid:{one.get('id')}": _seen(one) for one in ours if _own_code(one) == codes.SEEN}
    nights = [_night(one, episodes, seen) for one in ours if _own_code(one) == codes.NIGHT]
    if not nights:
        return unusable(
            message("This FHIR document holds no nights of Quietlegs."),
            message("Choose one that Quietlegs wrote."),
        )
    return read_diary_document({"factors": _factors(ours), "nights": nights}, today=today)


def _night(one: Plain, episodes: Mapping[str, Plain], seen: Mapping[str, Plain]) -> Plain:
    outcomes: Plain = {}
    answers: Plain = {}
    members = [str(member.get("reference")) for member in _items(one.get("hasMember"))]
    night: Plain = {
        "night": one.get("effectiveDateTime"),
        "outcomes": outcomes,
        "factors": answers,
        "episodes": [episodes[member] for member in members if member in episodes],
        "observations": [seen[member] for member in members if member in seen],
    }
    for name, part in _parts(one):
        if name in OUTCOMES:
            outcomes[name] = _value(part)
        elif name.startswith(codes.FACTOR):
            answers[_words(part)] = _value(part)
        elif name == codes.PLACE:
            night.setdefault("places", []).append(_value(part))
        elif name == codes.SORE:
            night["sore"] = _value(part)
    night["note"] = _note(one)
    return night


def _note(one: Plain) -> str:
    notes = [said.get("text") for said in _items(one.get("note"))]
    return "\n".join(text for text in notes if isinstance(text, str))


def _factors(ours: list[Plain]) -> list[Plain]:
    """Return the factors that the nights name, each once, in the order in which they first stand."""
    found: dict[str, Plain] = {}
    for one in ours:
        for name, part in _parts(one):
            if name.startswith(codes.FACTOR):
                unit = _mapping(part.get("valueQuantity")).get("unit")
                found.setdefault(
                    _words(part),
                    {"name": _words(part), "kind": name.removeprefix(codes.FACTOR), "unit": unit},
                )
    return list(found.values())


def _episode(one: Plain) -> Plain:
    parts = list(_parts(one))
    told = {name: _value(part) for name, part in parts if name in ("minutes", "severity", "muscle", "side")}
    restless = any(
        coding.get("code") == codes.RESTLESS["code"] and coding.get("system") == codes.SNOMED
        for coding in _codings(one)
    )
    return {
        "started_at": one.get("effectiveDateTime"),
        "kind": "restless" if restless else "cramp",
        "relief": [_value(part) for name, part in parts if name == codes.RELIEF],
        **told,
    }


def _seen(one: Plain) -> Plain:
    parts = list(_parts(one))
    names = {codes.KICKS: "kicks", codes.HEARD: "cramps_heard"}
    performers = [one.get("display") for one in _items(one.get("performer"))]
    return {
        "observer": next((name for name in performers if isinstance(name, str)), ""),
        "woke_at": [_value(part) for name, part in parts if name == codes.WOKE],
        "note": _note(one),
        **{names[name]: _value(part) for name, part in parts if name in names},
    }


def _value(part: Plain) -> Any:
    for name in ("valueBoolean", "valueString"):
        if name in part:
            return part[name]
    return _mapping(part.get("valueQuantity")).get("value")


def _parts(one: Plain) -> Iterator[tuple[str, Plain]]:
    for part in _items(one.get("component")):
        yield _own_code(part), part


def _own_code(one: Plain) -> str:
    return next(
        (str(coding.get("code", "")) for coding in _codings(one) if coding.get("system") == codes.OWN), ""
    )


def _codings(one: Plain) -> list[Plain]:
    return _items(_mapping(one.get("code")).get("coding"))


def _words(part: Plain) -> str:
    return str(_mapping(part.get("code")).get("text", ""))


def _resource(entry: Plain) -> Plain:
    return _mapping(entry.get("resource"))


def _items(value: object) -> list[Plain]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _mapping(value: object) -> Plain:
    return value if isinstance(value, dict) else {}
