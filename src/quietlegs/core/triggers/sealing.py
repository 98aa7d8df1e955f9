"""What is in a running trial stays sealed: a look at the diary would spoil the trial's answer."""

from collections.abc import Collection
from dataclasses import replace

from quietlegs.core.triggers.causes import words_of
from quietlegs.core.triggers.find import expected_wrong
from quietlegs.core.triggers.values import Finding, Findings, Reason, Strength, Verdict

# Words that say when or how, and so do not make two names speak of one thing.
LITTLE_WORDS = words_of(
    "a an the my at in on of to and or for with before after bed bedtime night evening day tablet "
    "el la los las un una mi de del en al y o por para con sin antes después dormir acostarse cama noche tarde día pastilla"
)


def names_one_thing(factor: str, remedy: str) -> bool:
    """Return whether a factor and a remedy share a word that says what they are.

    It errs on the side of sealing: a factor that is hidden for some weeks does less harm than a spoilt trial.

    >>> names_one_thing("calf_stretch", "Stretch before bed"), names_one_thing("evening walk", "Stretch before bed")
    (True, False)
    """
    return bool((words_of(factor) & words_of(remedy)) - LITTLE_WORDS)


def seal(findings: Findings, remedies: Collection[str]) -> Findings:
    """Return the findings with those about a remedy under trial emptied of every number.

    ``remedies`` are names of what is tried, and of factors that are known to be it.
    """
    if not remedies:
        return findings
    sealed = tuple(
        _sealed(finding)
        if finding.factor in remedies or any(names_one_thing(finding.factor, remedy) for remedy in remedies)
        else finding
        for finding in findings.findings
    )
    return replace(findings, findings=sealed, expected_wrong=expected_wrong(sealed))


def _sealed(finding: Finding) -> Finding:
    return replace(
        finding,
        verdict=Verdict.NOT_ENOUGH_NIGHTS,
        strength=Strength.OPEN,
        reason=Reason.SEALED,
        estimate=None,
        comparison=None,
        more_nights=None,
        confounded_with=(),
        cautions=(),
        known=None,
        without_known=None,
    )
