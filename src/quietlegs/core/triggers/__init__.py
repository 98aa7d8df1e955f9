"""What changes my nights: findings from a night table, with the nights behind them and how sure they are.

The engine (:mod:`quietlegs.core.inference`) gives effects with local false sign rates. This room decides what may be
asked of a diary, looks at how good its nights are, keeps consequences from posing as causes, says when two things
cannot be told apart, and puts one of five words to each factor::

    findings = find_triggers(table, outcome="cramps", diagram=diagram)
    Teller(wording, findings, labels={}).sentence(findings.findings[0])

The words: *raises* and *lowers* only where the local false sign rate is under 0.05. Between 0.05 and 0.30 the word is
*not_enough_nights* with the strength "possible": worth an experiment. *no_clear_effect* means that a change that
matters is unlikely (chance over 0.90) and the range ends within 1.5 times. *cannot_tell_apart* is for factors that
fall on the same nights, that answer bad nights, or that come after the night. All else is *not_enough_nights*.

An association is not a cause, and no sentence here says that it is.
"""

from quietlegs.core.triggers.causes import Diagram, Family, Role, read_diagram
from quietlegs.core.triggers.cycle import Cycle, CycleArrow, cycle_view
from quietlegs.core.triggers.data_health import data_health
from quietlegs.core.triggers.find import find_triggers
from quietlegs.core.triggers.known import Link, known_effects, read_links
from quietlegs.core.triggers.outcomes import OutcomeError
from quietlegs.core.triggers.sealing import seal
from quietlegs.core.triggers.settings import Settings
from quietlegs.core.triggers.telling import Teller
from quietlegs.core.triggers.values import (
    Comparison,
    Estimate,
    Finding,
    Findings,
    Group,
    Health,
    Known,
    Level,
    MoreNights,
    Reason,
    Strength,
    Verdict,
    WithoutKnown,
)
from quietlegs.core.triggers.wording import OutcomeWords, Wording, name_words, read_wording

__all__ = [
    "Comparison",
    "Cycle",
    "CycleArrow",
    "Diagram",
    "Estimate",
    "Family",
    "Finding",
    "Findings",
    "Group",
    "Health",
    "Known",
    "Level",
    "Link",
    "MoreNights",
    "OutcomeError",
    "OutcomeWords",
    "Reason",
    "Role",
    "Settings",
    "Strength",
    "Teller",
    "Verdict",
    "WithoutKnown",
    "Wording",
    "cycle_view",
    "data_health",
    "find_triggers",
    "known_effects",
    "name_words",
    "read_diagram",
    "read_links",
    "read_wording",
    "seal",
]
