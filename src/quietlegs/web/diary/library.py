"""The factors to choose from, as the knowledge base holds them."""

from collections.abc import Sequence, Set
from dataclasses import dataclass

from quietlegs.exchange.knowledge_base import load_folder, load_index


@dataclass(frozen=True, slots=True)
class Choice:
    """One factor to choose. ``is_first``: offered first, since many people watch it."""

    id: str
    name: str
    kind: str
    unit: str
    hint: str
    icon: str
    carry_forward: bool
    is_first: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Choices that belong together."""

    title: str
    choices: Sequence[Choice]


def choices() -> dict[str, Choice]:
    """Return every factor of the library by its id."""
    return {name: _choice(name, fields) for name, fields in load_folder("factors").items()}


def groups(*, without: Set[str] = frozenset()) -> list[Group]:
    """Return the library in groups, without factors of the names given (in folded case)."""
    items = load_folder("factors")
    listed = load_index("factors")["groups"]
    assert isinstance(listed, list)
    found = []
    for group in listed:
        inside = [_choice(name, fields) for name, fields in items.items() if fields["group"] == group["id"]]
        inside = sorted(
            (choice for choice in inside if choice.name.casefold() not in without),
            key=lambda choice: (not choice.is_first, choice.name),
        )
        if inside:
            found.append(Group(str(group["title"]), inside))
    return found


def _choice(name: str, fields: object) -> Choice:
    assert hasattr(fields, "get")
    return Choice(
        id=name,
        name=str(fields.get("name")),
        kind=str(fields.get("kind")),
        unit=str(fields.get("unit") or ""),
        hint=str(fields.get("hint")),
        icon=str(fields.get("icon")),
        carry_forward=bool(fields.get("carry_forward")),
        is_first=bool(fields.get("first")),
    )
