"""The language of triage rules: part ids joined by and, or, not and parentheses.

A rule is evaluated in three values, because "not sure" is neither yes nor no (strong Kleene logic: *and* takes the
lower value, *or* the higher, *not* turns it round). A question that was not asked could still get any answer, so a
rule gives two values: the lowest and the highest that the missing answers could make it.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from quietlegs.core.knowledge.reading import KnowledgeError


class Truth(IntEnum):
    """How true an answer or a rule is."""

    NO = 0
    UNSURE = 1
    YES = 2


# The lowest and the highest truth that is still possible.
Bounds = tuple[Truth, Truth]
OPEN: Bounds = (Truth.NO, Truth.YES)

# What is known of a part: its bounds.
Lookup = Callable[[str], Bounds]


@dataclass(frozen=True, slots=True)
class Part:
    """A question by its id."""

    id: str

    def bounds(self, look_up: Lookup) -> Bounds:
        """Return the lowest and highest truth that is still possible."""
        return look_up(self.id)


@dataclass(frozen=True, slots=True)
class Not:
    """True where its rule is not."""

    rule: "Rule"

    def bounds(self, look_up: Lookup) -> Bounds:
        """Return the lowest and highest truth that is still possible."""
        low, high = self.rule.bounds(look_up)
        return Truth(Truth.YES - high), Truth(Truth.YES - low)


@dataclass(frozen=True, slots=True)
class And:
    """As true as its least true rule."""

    rules: tuple["Rule", ...]

    def bounds(self, look_up: Lookup) -> Bounds:
        """Return the lowest and highest truth that is still possible."""
        each = [rule.bounds(look_up) for rule in self.rules]
        return min(low for low, _ in each), min(high for _, high in each)


@dataclass(frozen=True, slots=True)
class Or:
    """As true as its most true rule."""

    rules: tuple["Rule", ...]

    def bounds(self, look_up: Lookup) -> Bounds:
        """Return the lowest and highest truth that is still possible."""
        each = [rule.bounds(look_up) for rule in self.rules]
        return max(low for low, _ in each), max(high for _, high in each)


Rule = Part | Not | And | Or

_TOKEN = re.compile(r"\s*(?:(\(|\))|([A-Za-z0-9_][A-Za-z0-9_.-]*))")
_WORDS = {"and", "or", "not"}


def parse_rule(text: str, parts: Sequence[str], where: str) -> Rule:
    """Return the rule that a text states.

    Args:
        text: such as ``a.x and (a.y or not a.z)``; *not* binds before *and*, *and* before *or*.
        parts: the ids that may stand in it.
        where: named in errors.

    Raises:
        KnowledgeError: the text is not a rule, names an unknown part, or uses one part both plainly and under *not*
            (the bounds above are exact only where each part pulls in one direction).

    >>> parse_rule("a.x and not a.y", ["a.x", "a.y"], "a")
    And(rules=(Part(id='a.x'), Not(rule=Part(id='a.y'))))
    """
    tokens = _tokens(text, where)
    rule, rest = _either(tokens, where)
    if rest:
        raise KnowledgeError(f"{where}: the rule cannot go on with {rest[0]!r}. Mend the parentheses.")
    unknown = set(leaves(rule)) - set(parts)
    if unknown:
        raise KnowledgeError(f"{where}: the rule names {sorted(unknown)[0]}, which is none of its parts.")
    directions: dict[str, set[bool]] = {}
    for part, negated in _directions(rule, negated=False):
        directions.setdefault(part, set()).add(negated)
    for part, both in directions.items():
        if len(both) > 1:
            raise KnowledgeError(f"{where}: the rule uses {part} both plainly and under 'not'. Split it.")
    return rule


def leaves(rule: Rule) -> Iterator[str]:
    """Return the ids of a rule's parts, from left to right."""
    return (part for part, _ in _directions(rule, negated=False))


def negated_parts(rule: Rule) -> frozenset[str]:
    """Return the parts for which *yes* makes the rule less true."""
    return frozenset(part for part, negated in _directions(rule, negated=False) if negated)


def undecided(rule: Rule, look_up: Lookup) -> Iterator[str]:
    """Return the parts that could still change what the rule says. Branches that are settled are passed over."""
    low, high = rule.bounds(look_up)
    if low == high:
        return
    match rule:
        case Part(id=part):
            yield part
        case Not(rule=inner):
            yield from undecided(inner, look_up)
        case And(rules=rules) | Or(rules=rules):
            for each in rules:
                yield from undecided(each, look_up)


def _directions(rule: Rule, *, negated: bool) -> Iterator[tuple[str, bool]]:
    match rule:
        case Part(id=part):
            yield part, negated
        case Not(rule=inner):
            yield from _directions(inner, negated=not negated)
        case And(rules=rules) | Or(rules=rules):
            for each in rules:
                yield from _directions(each, negated=negated)


def _tokens(text: str, where: str) -> list[str]:
    found, at = [], 0
    stripped = text.strip()
    while at < len(stripped):
        match = _TOKEN.match(stripped, at)
        if not match:
            raise KnowledgeError(f"{where}: the rule has {stripped[at]!r}, which is no part of the language.")
        found.append(match.group(1) or match.group(2))
        at = match.end()
    return found


def _either(tokens: list[str], where: str) -> tuple[Rule, list[str]]:
    rule, rest = _both(tokens, where)
    rules = [rule]
    while rest and rest[0] == "or":
        rule, rest = _both(rest[1:], where)
        rules.append(rule)
    return (rules[0] if len(rules) == 1 else Or(tuple(rules))), rest


def _both(tokens: list[str], where: str) -> tuple[Rule, list[str]]:
    rule, rest = _one(tokens, where)
    rules = [rule]
    while rest and rest[0] == "and":
        rule, rest = _one(rest[1:], where)
        rules.append(rule)
    return (rules[0] if len(rules) == 1 else And(tuple(rules))), rest


def _one(tokens: list[str], where: str) -> tuple[Rule, list[str]]:
    if not tokens:
        raise KnowledgeError(f"{where}: the rule ends too early. Name a part.")
    first, rest = tokens[0], tokens[1:]
    if first == "not":
        rule, rest = _one(rest, where)
        return Not(rule), rest
    if first == "(":
        rule, rest = _either(rest, where)
        if not rest or rest[0] != ")":
            raise KnowledgeError(f"{where}: a parenthesis is not closed.")
        return rule, rest[1:]
    if first in _WORDS or first == ")":
        raise KnowledgeError(f"{where}: the rule has {first!r} where a part should stand.")
    return Part(first), rest
