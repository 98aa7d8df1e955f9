"""The header of a diary CSV: what each column holds.

``night`` names the night. The known outcomes stand under their bare names. Any other column is a factor:
``NAME``, ``NAME[unit]``, and where the cells alone would not say the kind, ``NAME[kind]`` or ``NAME[unit][kind]``
with a kind of ``yes/no``, ``count``, ``amount`` or ``0-10``. An empty bracket means "no unit"; it lets a factor's
name end in a bracket, or be the name of an outcome.

``note``, ``places``, ``episodes``, ``observations`` and ``sore[next morning]`` carry what is neither an outcome nor a factor.
"""

import re
from collections.abc import Iterable, Set
from dataclasses import dataclass
from enum import Enum, auto

from quietlegs.core.diary.night import OUTCOMES, Factor, FactorKind, OutcomeKind
from quietlegs.exchange.cells import guard, unguard

NIGHT = "night"
SORE = "sore[next morning]"
KIND_WORDS = {
    FactorKind.YES_NO: "yes/no",
    FactorKind.COUNT: "count",
    FactorKind.AMOUNT: "amount",
    FactorKind.SCALE: "0-10",
}
_KINDS = {word: kind for kind, word in KIND_WORDS.items()}
_BRACKET = re.compile(r"(?P<name>.*)\[(?P<inside>[^\[\]]*)\]", re.DOTALL)


class Role(Enum):
    """What a column is for."""

    NIGHT = auto()
    OUTCOME = auto()
    FACTOR = auto()
    NOTE = auto()
    PLACES = auto()
    SORE = auto()
    EPISODES = auto()
    OBSERVATIONS = auto()


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``kind`` is None for a factor whose cells must say it."""

    role: Role
    name: str
    unit: str | None = None
    kind: FactorKind | None = None


_PLAIN = {
    NIGHT: Column(Role.NIGHT, NIGHT),
    "note": Column(Role.NOTE, "note"),
    "notes": Column(Role.NOTE, "note"),
    "places": Column(Role.PLACES, "places"),
    "episodes": Column(Role.EPISODES, "episodes"),
    "observations": Column(Role.OBSERVATIONS, "observations"),
    SORE: Column(Role.SORE, "sore"),
    **{name: Column(Role.OUTCOME, name) for name in OUTCOMES},
}


def parse_column(header: str) -> Column:
    """Return what a header cell says. Capitals do not matter in the names that Quietlegs knows.

    >>> parse_column("water[ml]")
    Column(role=<Role.FACTOR: 3>, name='water', unit='ml', kind=<FactorKind.AMOUNT: 'amount'>)
    """
    text = unguard(header).strip()
    plain = _PLAIN.get(text.casefold())
    if plain is not None:
        return plain
    name, kind_word = _split(text)
    kind = _KINDS.get((kind_word or "").casefold())
    if kind is None:
        name, unit = name, kind_word
    else:
        name, unit = _split(name)
        if unit is None and _is_outcomes_own(name, kind):
            return _PLAIN[name.casefold()]
    if kind is None and unit and _is_outcomes_unit(name, unit):
        return _PLAIN[name.casefold()]
    return Column(Role.FACTOR, name, unit or None, kind or (FactorKind.AMOUNT if unit else None))


def write_column(factor: Factor, values: Iterable[float]) -> str:
    """Return a factor's header cell: the plainest that reads back as this factor, with ``values`` all that is known."""
    known = set(values)
    kind = KIND_WORDS[factor.kind]
    with_unit = f"{factor.name}[{factor.unit or ''}]"
    for header in (factor.name, with_unit, f"{factor.name}[{kind}]"):
        column = parse_column(guard(header))
        read_kind = column.kind or infer_kind(known)
        if (column.role, column.name, column.unit, read_kind) == (
            Role.FACTOR,
            factor.name,
            factor.unit,
            factor.kind,
        ):
            return guard(header)
    return guard(f"{with_unit}[{kind}]")


def infer_kind(values: Set[float]) -> FactorKind:
    """Return the kind that a factor's known values say where its header does not: all 0 and 1 is yes or no."""
    return FactorKind.YES_NO if values <= {0.0, 1.0} else FactorKind.AMOUNT


def _split(text: str) -> tuple[str, str | None]:
    """Return a header without its last bracket, and what the bracket holds."""
    match = _BRACKET.fullmatch(text)
    # "[ml]" alone is a name: a column must have one.
    return (
        (match["name"].rstrip(), match["inside"].strip()) if match and match["name"].strip() else (text, None)
    )


def _is_outcomes_own(name: str, kind: FactorKind) -> bool:
    outcome = OUTCOMES.get(name.casefold())
    return outcome is not None and outcome.kind is OutcomeKind(kind.value)


def _is_outcomes_unit(name: str, unit: str) -> bool:
    outcome = OUTCOMES.get(name.casefold())
    return outcome is not None and outcome.unit == unit
