"""Triage: how urgent it is, and what must be asked before anyone can say.

Each red flag gives two urgencies: the least that the answers so far allow, and the most that the missing answers could
still make of it. Over all flags, the highest of the first is the *floor* and the highest of the second the *ceiling*.
When they meet, triage is committed. From this three laws follow: the order of the flags does not matter; more answers
can only raise the floor and lower the ceiling, so that nothing committed is ever lowered; and a question that nobody
answered keeps the ceiling up, so that it never reassures.

"Not sure" is an answer, but never a no. A flag that "not sure" leaves standing asks for someone to look: the same day
where yes would be an emergency or same-day, otherwise an ordinary appointment.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from quietlegs.core.assessment.triage_flags import CHILD_FLAG, UNDER_18, Disposition, RedFlag, Tier
from quietlegs.core.assessment.triage_rules import OPEN, Bounds, Lookup, Truth, leaves, undecided

# An answer: yes, no, or None for "not sure". A question that is not in the mapping was not asked.
Answers = Mapping[str, bool | None]
# What is known of a person: a token of ``applies_if`` is true, false, or absent when nobody has said.
Tokens = Mapping[str, bool]

UNSURE_AT_MOST = Disposition.SAME_DAY  # "not sure" asks for a look today, not for an ambulance


@dataclass(frozen=True, slots=True)
class FiredFlag:
    """A red flag that fired, at which urgency, by which answers.

    ``is_unsure``: it fired only because someone was not sure, and ``tier`` is what a yes would have meant.
    """

    flag: RedFlag
    disposition: Disposition
    tier: Tier
    because: tuple[str, ...]
    is_unsure: bool


@dataclass(frozen=True, slots=True)
class Triage:
    """What the answers to the red flags come to.

    ``disposition`` is None only while an unanswered question could raise it; ``at_least`` holds already.
    ``ask`` are the questions that could raise it, the most serious first. ``may_sharpen`` could raise a flag whose whole
    question was answered at once; they do not hold up the disposition. ``ruled_out`` are the flags to which the answers
    say no. ``open_parts`` are all questions that could still change a flag, whether or not it matters for the disposition.
    """

    disposition: Disposition | None
    at_least: Disposition
    fired: tuple[FiredFlag, ...]
    ask: tuple[str, ...]
    may_sharpen: tuple[str, ...]
    ruled_out: frozenset[str]
    open_parts: tuple[str, ...]
    is_child: bool

    @property
    def sure(self) -> tuple[FiredFlag, ...]:
        """The flags that fired by a clear yes, the most urgent first."""
        return tuple(one for one in self.fired if not one.is_unsure)

    @property
    def not_ruled_out(self) -> tuple[FiredFlag, ...]:
        """The flags that "not sure" leaves standing."""
        return tuple(one for one in self.fired if one.is_unsure)


@dataclass(frozen=True, slots=True)
class _Judged:
    flag: RedFlag
    low: int
    high: int
    fired: FiredFlag | None
    ask: tuple[str, ...]
    sharpen: tuple[str, ...]


def triage(flags: Sequence[RedFlag], answers: Answers, tokens: Tokens | None = None) -> Triage:
    """Return the urgency that the answers amount to, or what must be asked before anyone can say.

    Args:
        flags: the red flags, in any order.
        answers: by part id. A flag's own id stands for its whole question. None: not sure. Absent: not asked.
        tokens: what is known of the person, by token of ``applies_if``. Absent: not known, so the flag is asked.

    A missing answer is never read as "no". An emergency ends the questions.
    """
    known = tokens or {}
    ordered = sorted(flags, key=_seriousness)
    is_child = answers.get(UNDER_18, answers.get(CHILD_FLAG)) is True
    judged = [_judge(flag, answers, applies=_applies(flag, known, is_child=is_child)) for flag in ordered]
    others = [one for one in judged if not one.flag.needs_no_other]
    floor = max((one.low for one in others), default=0)
    ceiling = max((one.high for one in others), default=0)
    at_least = _disposition(floor)
    is_over = at_least is Disposition.EMERGENCY_NOW
    committed = is_over or ceiling <= floor
    any_other = any(one.fired for one in others)
    fired = [one.fired for one in judged if one.fired and not (one.flag.needs_no_other and any_other)]
    if not committed:
        fired = [one for one in fired if not one.flag.needs_no_other]
    return Triage(
        disposition=at_least if committed else None,
        at_least=at_least,
        fired=tuple(sorted(fired, key=lambda one: (-one.disposition.urgency, one.is_unsure, one.flag.order))),
        ask=() if committed else _unique(part for one in others if one.high > floor for part in one.ask),
        may_sharpen=() if is_over else _unique(part for one in others for part in one.sharpen),
        open_parts=() if is_over else _unique(part for one in others for part in one.ask),
        ruled_out=frozenset(one.flag.id for one in judged if one.high < 0 and _was_asked(one.flag, answers)),
        is_child=is_child,
    )


def _was_asked(flag: RedFlag, answers: Answers) -> bool:
    return flag.id in answers or any(part in answers for part in flag.counting_parts)


def _seriousness(flag: RedFlag) -> tuple[bool, int, int, str]:
    """Order flags for asking: the scope gate, then the most serious first."""
    return flag.id != CHILD_FLAG, -flag.most_urgent.urgency, flag.order, flag.id


def flags_passed_over(flags: Iterable[RedFlag], tokens: Tokens) -> frozenset[str]:
    """Return the ids of the flags that do not concern a person of whom this is known."""
    return frozenset(flag.id for flag in flags if not _applies(flag, tokens, is_child=False))


def _applies(flag: RedFlag, tokens: Tokens, *, is_child: bool) -> bool:
    """Return whether a flag is to be asked. What was answered counts in any case."""
    if is_child:
        return flag.id == CHILD_FLAG  # an adult tool stops here
    return not flag.applies_if or any(tokens.get(token, True) for token in flag.applies_if)


def _judge(flag: RedFlag, answers: Answers, *, applies: bool) -> _Judged:
    whole_given, whole = flag.id in answers, answers.get(flag.id)
    missing = _bounds_of_missing(whole_given=whole_given, whole=whole, applies=applies)
    look_up = _reader(answers, missing)
    low = high = -1
    best: FiredFlag | None = None
    for tier in flag.tiers:
        tier_low, tier_high = tier.rule.bounds(look_up)
        low = max(low, _urgency(tier, tier_low))
        high = max(high, _urgency(tier, tier_high))
        best = _better(best, _fired(flag, tier, tier_low, answers))
    if whole_given and whole is True:
        main = flag.tiers[0]
        best = _better(best, FiredFlag(flag, main.disposition, main, (flag.id,), is_unsure=False))
        low = max(low, main.disposition.urgency)
        high = max(high, low)
    ask = _open_parts(flag, look_up, above=low)
    sharpen: tuple[str, ...] = ()
    if whole_given and whole is True:
        sharpen = _open_parts(flag, _reader(answers, OPEN), above=low)
    return _Judged(flag, low, high, best, ask, sharpen)


def _bounds_of_missing(*, whole_given: bool, whole: bool | None, applies: bool) -> Bounds:
    """Return what a part without an answer can be, given what was said of the whole question."""
    if whole_given and whole is None:
        return Truth.UNSURE, Truth.UNSURE
    if whole_given or not applies:
        return Truth.NO, Truth.NO
    return OPEN


def _reader(answers: Answers, missing: Bounds) -> Lookup:
    def look_up(part: str) -> Bounds:
        if part not in answers:
            return missing
        answer = answers[part]
        truth = Truth.UNSURE if answer is None else Truth.YES if answer else Truth.NO
        return truth, truth

    return look_up


def _urgency(tier: Tier, truth: Truth) -> int:
    """Return the urgency that a tier gives at this truth; -1 for none."""
    if truth is Truth.YES:
        return tier.disposition.urgency
    if truth is Truth.UNSURE:
        return min(tier.disposition.urgency, UNSURE_AT_MOST.urgency)
    return -1


def _fired(flag: RedFlag, tier: Tier, truth: Truth, answers: Answers) -> FiredFlag | None:
    if truth is Truth.NO or (truth is Truth.UNSURE and tier.disposition is Disposition.SELF_CARE):
        return None  # not being sure of what is harmless is nothing to act on
    wanted = (True,) if truth is Truth.YES else (True, None)
    parts = tuple(
        part for part in dict.fromkeys(leaves(tier.rule)) if part in answers and answers[part] in wanted
    )
    if not parts and flag.id in answers:
        parts = (flag.id,)
    return FiredFlag(flag, _disposition(_urgency(tier, truth)), tier, parts, is_unsure=truth is Truth.UNSURE)


def _better(first: FiredFlag | None, second: FiredFlag | None) -> FiredFlag | None:
    """Return the more urgent of two; at the same urgency the one that is sure."""
    if first is None or second is None:
        return first or second
    key = [(one.disposition.urgency, not one.is_unsure) for one in (first, second)]
    return second if key[1] > key[0] else first


def _open_parts(flag: RedFlag, look_up: Lookup, *, above: int) -> tuple[str, ...]:
    wanted = {
        part
        for tier in flag.tiers
        if _urgency(tier, tier.rule.bounds(look_up)[1]) > above
        for part in undecided(tier.rule, look_up)
    }
    return tuple(part for part in flag.counting_parts if part in wanted)


def _disposition(urgency: int) -> Disposition:
    return next((each for each in Disposition if each.urgency == urgency), Disposition.SELF_CARE)


def _unique(parts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(parts))
