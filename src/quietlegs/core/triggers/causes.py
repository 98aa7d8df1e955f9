"""What may cause what: a small diagram of factors, given as data, that decides what is asked and adjusted for.

Three roles keep an analysis from fooling a person:

* a *habit* of the day may change the night;
* a *response* is done because of a bad night (a painkiller, a heat pad), so it goes with bad nights and causes none;
* a *consequence* comes after the night (tiredness next day) and is never offered as its cause.

Where one factor acts through another that is logged too, adjusting for the second would hide part of the first.
So the effect of the first is estimated without the second (Pearl 2009, *Causality*, section 3.3: no adjustment for
descendants), while the second keeps the first as a possible confounder.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

MEDICINES = frozenset({"medicine", "painkiller"})


class Role(StrEnum):
    """What a factor is to the night that follows it."""

    HABIT = "habit"
    RESPONSE = "response"
    CONSEQUENCE = "consequence"


@dataclass(frozen=True, slots=True)
class Family:
    """Factors that act alike. ``changes`` names the families it acts on; ``because`` holds evidence ids.

    ``may_try``: a person may try it, or go without it, for themselves.
    """

    id: str
    words: tuple[frozenset[str], ...]
    role: Role
    changes: tuple[str, ...]
    because: tuple[str, ...]
    may_try: bool


@dataclass(frozen=True, slots=True)
class Diagram:
    """Families of factors and the arrows between them. The arrows make no circle."""

    families: tuple[Family, ...] = ()

    def family_of(self, name: str) -> Family | None:
        """Return the family that a factor's name speaks of, the longest phrase first; None when there is none."""
        spoken = words_of(name)
        fitting = [
            (len(phrase), family) for family in self.families for phrase in family.words if phrase <= spoken
        ]
        return max(fitting, key=lambda pair: pair[0], default=(0, None))[1]

    def downstream_of(self, family_id: str) -> frozenset[str]:
        """Return the ids of all families that a family acts on, directly or through others."""
        arrows = {family.id: family.changes for family in self.families}
        found: set[str] = set()
        ahead = list(arrows.get(family_id, ()))
        while ahead:
            here = ahead.pop()
            if here not in found:
                found.add(here)
                ahead.extend(arrows.get(here, ()))
        return frozenset(found)

    def role_of(self, name: str) -> Role:
        """Return a factor's role. What the diagram does not know is taken for a habit."""
        family = self.family_of(name)
        return family.role if family else Role.HABIT

    def may_try(self, name: str) -> bool:
        """Return whether a person may try this factor for themselves. What the diagram does not know may not."""
        family = self.family_of(name)
        return family is not None and family.may_try

    def is_medicine(self, name: str) -> bool:
        """Return whether a factor's name speaks of a medicine."""
        family = self.family_of(name)
        return family is not None and family.id in MEDICINES

    def between(self, names: Sequence[str]) -> dict[str, frozenset[str]]:
        """Return, for each factor that acts through others of ``names``, those others."""
        families = {name: self.family_of(name) for name in names}
        result = {}
        for name, family in families.items():
            if family is None:
                continue
            down = self.downstream_of(family.id)
            through = frozenset(
                n for n, f in families.items() if f is not None and f.id in down and n != name
            )
            if through:
                result[name] = through
        return result


def words_of(name: str) -> frozenset[str]:
    """Return the words of a factor's name, in lower case, a plural s taken off.

    >>> sorted(words_of("Evening_walks (h)"))
    ['evening', 'h', 'walk']
    """
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return frozenset(
        word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
        for word in re.findall(r"[^\W_]+", spaced.lower())
    )


def read_diagram(families: Iterable[Mapping[str, object]]) -> Diagram:
    """Return the diagram that a plain mapping describes.

    Raises:
        ValueError: for an unknown key, an arrow to a family that is not there, or arrows that make a circle.
    """
    read = []
    for given in families:
        unknown = set(given) - {"id", "words", "role", "changes", "because", "why", "may_try"}
        if unknown:
            raise ValueError(f"Family {given.get('id')}: unknown keys {sorted(unknown)}")
        read.append(
            Family(
                id=str(given["id"]),
                words=tuple(words_of(str(phrase)) for phrase in _texts(given["words"])),
                role=Role(str(given["role"])),
                changes=tuple(_texts(given.get("changes", []))),
                because=tuple(_texts(given.get("because", []))),
                may_try=given.get("may_try") is True,
            )
        )
    diagram = Diagram(tuple(read))
    known = {family.id for family in read}
    for family in read:
        for other in family.changes:
            if other not in known:
                raise ValueError(f"Family {family.id} changes {other}, which is no family")
        if family.id in diagram.downstream_of(family.id):
            raise ValueError(f"Family {family.id} would be its own cause")
    return diagram


def _texts(value: object) -> list[str]:
    if not isinstance(value, list):
        raise ValueError(f"{value!r} is no list")
    return [str(item) for item in value]
