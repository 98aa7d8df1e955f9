"""What a red flag is: a question, the parts it is made of, and the rules by which it fires."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from quietlegs.core.assessment.triage_rules import And, Or, Part, Rule, leaves, parse_rule
from quietlegs.core.knowledge.evidence import Source, parse_change, parse_source
from quietlegs.core.knowledge.reading import KnowledgeError, Reader

CHILD_FLAG = "rf-young-child"  # the scope gate: this tool is for adults
UNDER_18 = "rf-young-child.under18"
ADULT_FROM = 18  # years


class Disposition(StrEnum):
    """What to do, from the most urgent to the least."""

    EMERGENCY_NOW = "emergency_now"
    SAME_DAY = "same_day"
    ROUTINE_GP = "routine_gp"
    SELF_CARE = "self_care"

    @property
    def urgency(self) -> int:
        """3 for an emergency, down to 0 for self-care."""
        return _URGENCY[self]


_URGENCY = {
    Disposition.EMERGENCY_NOW: 3,
    Disposition.SAME_DAY: 2,
    Disposition.ROUTINE_GP: 1,
    Disposition.SELF_CARE: 0,
}


class Role(StrEnum):
    """What a part is for."""

    TRIGGER = "trigger"
    TIER = "tier"
    CONTEXT = "context"


@dataclass(frozen=True, slots=True)
class FlagPart:
    """One single question of a red flag. A part with the role ``context`` never makes a flag fire."""

    id: str
    question: str
    role: Role


@dataclass(frozen=True, slots=True)
class Tier:
    """How urgent it is when a rule holds, and what to do then. The first tier of a flag is its main rule."""

    disposition: Disposition
    timeframe: str
    rule: Rule
    advice: str | None


@dataclass(frozen=True, slots=True)
class RedFlag:
    """A warning sign.

    ``tiers`` are the main rule and its tiers. ``applies_if`` names what about a person makes it worth asking; empty
    means everybody. ``needs_no_other``: it fires only when no other flag does.
    """

    id: str
    order: int
    name: str
    question: str
    parts: tuple[FlagPart, ...]
    tiers: tuple[Tier, ...]
    applies_if: tuple[str, ...]
    needs_no_other: bool
    suspected: str
    reason: str
    safety_net: str | None
    sources: tuple[Source, ...]

    @property
    def disposition(self) -> Disposition:
        """The urgency of its main rule."""
        return self.tiers[0].disposition

    @property
    def most_urgent(self) -> Disposition:
        """The highest urgency that it can reach."""
        return max((tier.disposition for tier in self.tiers), key=lambda each: each.urgency)

    @property
    def counting_parts(self) -> tuple[str, ...]:
        """The ids of the parts that stand in a rule, in their order."""
        used = {part for tier in self.tiers for part in leaves(tier.rule)}
        return tuple(part.id for part in self.parts if part.id in used)


def parse_flag(fields: Mapping[str, object]) -> RedFlag:
    """Return the red flag that a plain mapping describes. Raises KnowledgeError."""
    read = Reader(fields, str(fields.get("id")))
    flag = read.text("id")
    order = read.whole_or_none("order")
    parts = read.each("parts", _part, at_least=1)
    ids = [part.id for part in parts]
    for part in ids:
        if part.partition(".")[0] != flag:
            raise KnowledgeError(
                f"{flag}: the part {part} belongs to another flag. Begin its id with {flag}."
            )
    main = Tier(
        disposition=read.word("disposition", Disposition),
        timeframe=read.text("timeframe"),
        rule=_main_rule(read.text("rule"), parts, flag),
        advice=read.text_or_none("advice"),
    )
    tiers = read.each("tiers", lambda one, where: _tier(one, ids, where))
    result = RedFlag(
        id=flag,
        order=order or 0,
        name=read.text("name"),
        question=read.text("question"),
        parts=parts,
        tiers=(main, *tiers),
        applies_if=read.texts("applies_if"),
        needs_no_other=read.text_or_none("requires") == "no_red_flag",
        suspected=read.text("suspected"),
        reason=read.text("reason"),
        safety_net=read.text_or_none("safety_net"),
        sources=read.each("sources", parse_source, at_least=1),
    )
    read.each("changes", parse_change)
    read.day("reviewed_on")
    read.day("review_due")
    read.finish()
    return result


def _part(fields: Mapping[str, object], where: str) -> FlagPart:
    read = Reader(fields, where)
    part = FlagPart(id=read.text("id"), question=read.text("question"), role=read.word("role", Role))
    read.finish()
    return part


def _main_rule(text: str, parts: tuple[FlagPart, ...], where: str) -> Rule:
    triggers = tuple(Part(part.id) for part in parts if part.role is Role.TRIGGER)
    if text in ("any", "all"):
        if not triggers:
            raise KnowledgeError(f"{where}: the rule {text} needs at least one part with the role trigger.")
        return triggers[0] if len(triggers) == 1 else (Or(triggers) if text == "any" else And(triggers))
    return parse_rule(text, [part.id for part in parts if part.role is not Role.CONTEXT], where)


def _tier(fields: Mapping[str, object], parts: list[str], where: str) -> Tier:
    read = Reader(fields, where)
    tier = Tier(
        disposition=read.word("disposition", Disposition),
        timeframe=read.text("timeframe"),
        rule=parse_rule(read.text("rule"), parts, where),
        advice=read.text_or_none("advice"),
    )
    read.finish()
    return tier
