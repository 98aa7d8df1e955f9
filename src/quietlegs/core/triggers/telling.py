"""From a finding's numbers to sentences that a tired person can use.

A sentence never goes further than the verdict does, always gives the nights behind it, and says what would settle it.
Labels are the person's own names for factors; without one, the column's name is used.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from quietlegs.core.diary.night import FactorKind, OutcomeKind
from quietlegs.core.triggers.frequencies import counts_events
from quietlegs.core.triggers.values import Finding, Findings, Health, Reason, Strength, Verdict
from quietlegs.core.triggers.wording import OutcomeWords, Wording, name_words, number

NIGHTS_A_YEAR = 365
NAMES_SHOWN = 4
# Reasons that say how many nights there are themselves, or to which the nights do not matter.
COUNTLESS = frozenset(
    {
        Reason.NEVER_LOGGED,
        Reason.NEVER_VARIES,
        Reason.TOO_FEW_WITH,
        Reason.TOO_FEW_WITHOUT,
        Reason.CONSEQUENCE,
        Reason.SAME_AS_OUTCOME,
        Reason.SEALED,
    }
)


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells the findings of one analysis. ``labels`` gives a factor's own words by its name."""

    wording: Wording
    findings: Findings
    labels: Mapping[str, str]

    @property
    def outcome(self) -> OutcomeWords:
        """The words for the outcome that was asked about."""
        return self.wording.outcome(self.findings.outcome, self.findings.outcome_kind)

    def label(self, name: str) -> str:
        """Return a factor's own words."""
        return self.labels.get(name) or name_words(name)

    def verdict(self, finding: Finding) -> str:
        """Return the two or three words beside a factor's name."""
        words = self.wording.verdicts
        special = {
            Reason.CONSEQUENCE: "not_a_cause",
            Reason.FOLLOWS_BAD_NIGHTS: "follows_bad_nights",
            Reason.CHECK_FAILED: "check_failed",
            Reason.SEALED: "sealed",
        }
        if finding.reason in special:
            return words[special[finding.reason]]
        if finding.strength is Strength.POSSIBLE and finding.estimate is not None:
            return words["possible_raises" if finding.estimate.effect > 0 else "possible_lowers"]
        if finding.verdict in (Verdict.RAISES, Verdict.LOWERS):
            more = self.outcome.more if finding.verdict is Verdict.RAISES else self.outcome.fewer
            return more[:1].upper() + more[1:]
        return words[finding.verdict.value]

    def sentence(self, finding: Finding) -> str:
        """Return everything to be said of a finding, in a few short sentences."""
        parts = [self.effect(finding), self.counts(finding), self.why(finding), *self.cautions(finding)]
        if finding.strength in (Strength.CLEAR, Strength.POSSIBLE):
            parts.append(self.wording.say("pattern_not_proof"))
        parts += [self.known(finding), self.settle(finding)]
        return " ".join(part for part in parts if part)

    def brief(self, finding: Finding) -> str:
        """Return the sentence without what a picture beside it says: counts, cautions, what would settle it."""
        parts = [
            self.claim(finding),
            self.counts(finding),
            self.why(finding),
            *self.cautions(finding),
            self.known(finding),
            self.settle(finding),
        ]
        return " ".join(part for part in parts if part)

    def known(self, finding: Finding) -> str:
        """Return what studies were used and what the answer would be without; empty where they changed nothing."""
        without = finding.without_known
        if without is None:
            return ""
        same = (without.verdict, without.strength) == (finding.verdict, finding.strength)
        if finding.known is None and same:
            return ""
        first = (
            self.wording.say("known_used", title=finding.known.title)
            if finding.known
            else self.wording.say("known_elsewhere")
        )
        plain = replace(finding, verdict=without.verdict, strength=without.strength, reason=None)
        second = (
            self.wording.say("known_same")
            if same
            else self.wording.say("known_differs", verdict=inside_a_sentence(self.verdict(plain)))
        )
        return f"{first} {second}"

    def effect(self, finding: Finding) -> str:
        """Return the effect in frequencies and with its range; empty where there is none to tell."""
        if finding.strength not in (Strength.CLEAR, Strength.POSSIBLE) or finding.estimate is None:
            return ""
        parts = (self.observed(finding), self.size(finding), self.claim(finding))
        return " ".join(part for part in parts if part)

    def claim(self, finding: Finding) -> str:
        """Return which way it goes, as far as the nights allow; empty where they do not."""
        if finding.strength not in (Strength.CLEAR, Strength.POSSIBLE) or finding.estimate is None:
            return ""
        direction = "raises" if finding.estimate.effect > 0 else "lowers"
        which = direction if finding.strength is Strength.CLEAR else f"possible_{direction}"
        return self.wording.say(which, more=self.outcome.more, fewer=self.outcome.fewer)

    def observed(self, finding: Finding) -> str:
        """Return what was logged on nights with and without the factor."""
        seen = finding.comparison
        if seen is None or min(seen.with_it.nights, seen.without.nights) == 0:
            return ""
        with_words = self.with_words(finding)
        if counts_events(self.findings.outcome_kind) and not seen.every_night:
            share_with, share_without = self.wording.shares(seen.with_it.value, seen.without.value)
            return self.wording.say(
                "shares",
                **{"with": with_words, "share_with": share_with, "share_without": share_without},
                event=self.outcome.event,
            )
        unit = self.outcome.many if counts_events(self.findings.outcome_kind) else self.outcome.unit
        return self.wording.say(
            "means",
            **{
                "with": with_words,
                "mean_with": f"{number(seen.with_it.mean)} {unit}".strip(),
                "mean_without": f"{number(seen.without.mean)} {unit}".strip(),
            },
        )

    def with_words(self, finding: Finding) -> str:
        """Return "With standing over 4 h", "With wine the day before"."""
        seen, label = finding.comparison, inside_a_sentence(self.label(finding.factor))
        if seen is None or seen.over is None:
            words = self.wording.say("with_yesno", factor=label)
        elif seen.over == 0:
            words = self.wording.say("with_any", factor=label)
        else:
            words = self.wording.say("with_over", factor=label, over=self.step_words(finding, seen.over))
        if finding.lag == 1:
            return words + self.wording.say("the_day_before")
        return words + (self.wording.say("days_before", lag=finding.lag) if finding.lag else "")

    def size(self, finding: Finding) -> str:
        """Return the size of the effect of one natural step, with its range."""
        estimate = finding.estimate
        if estimate is None:
            return ""
        step = self.step_words(finding, estimate.step)
        yes_no = finding.kind is FactorKind.YES_NO
        low, middle, high = (x * estimate.step for x in (estimate.low, estimate.effect, estimate.high))
        if self.findings.outcome_kind is OutcomeKind.COUNT:
            tens, tens_low, tens_high = (_tens(math.exp(min(x, 20.0))) for x in (middle, low, high))
            return self.wording.say(
                "ratio_yesno" if yes_no else "ratio_step",
                many=self.outcome.many,
                step=step,
                tens=tens,
                tens_low=tens_low,
                tens_high=tens_high,
            )
        if self.findings.outcome_kind is OutcomeKind.YES_NO:
            return self.wording.say(
                "odds_yesno" if yes_no else "odds_step",
                step=step,
                ratio=number(math.exp(middle)),
                low=number(math.exp(low)),
                high=number(math.exp(high)),
            )
        down = middle < 0
        low, high = (-high, -low) if down else (low, high)
        return self.wording.say(
            "difference_yesno" if yes_no else "difference_step",
            step=step,
            size=number(abs(middle)),
            unit=self.outcome.unit,
            direction=(self.outcome.lower if down else self.outcome.higher)
            or self.wording.say("lower" if down else "higher"),
            low=number(low),
            high=number(high),
        ).replace("  ", " ")

    def counts(self, finding: Finding) -> str:
        """Return the nights behind a finding."""
        if finding.reason in (
            Reason.NEVER_LOGGED,
            Reason.NEVER_VARIES,
            Reason.TOO_FEW_WITH,
            Reason.TOO_FEW_WITHOUT,
        ):
            return ""  # the reason itself says how many
        with_it, without = finding.nights_with, finding.nights_without
        return self.wording.say(
            "nights_behind", nights_with=self.wording.nights(with_it), nights_without=without
        )

    def why(self, finding: Finding) -> str:
        """Return why there is no finding, or nothing where there is one."""
        say = self.wording.say
        if finding.reason is None:
            return {Strength.SMALL: say("small"), Strength.OPEN: say("open")}.get(finding.strength, "")
        if finding.reason in (Reason.TOO_FEW_WITH, Reason.TOO_FEW_WITHOUT):
            return say(
                "too_few_with",
                nights_with=self.wording.nights(finding.nights_with),
                nights_without=finding.nights_without,
                least=self.findings.model.settings.get("nights_each_way", 5),
            )
        others = self.listed(finding.confounded_with)
        return say(finding.reason.value, others=others, outcome=self.outcome.many)

    def cautions(self, finding: Finding) -> list[str]:
        """Return what should be kept in mind with a finding."""
        if finding.strength not in (Strength.CLEAR, Strength.POSSIBLE):
            return []
        others = self.listed(finding.confounded_with)
        return [self.wording.say(f"caution_{caution}", others=others) for caution in finding.cautions]

    def settle(self, finding: Finding) -> str:
        """Return what would settle it: more nights with an honest range, or a trial where a person may try it."""
        more = finding.more_nights
        if finding.reason is Reason.ALIKE and finding.is_medicine:
            return self.wording.say("alike_medicine")
        if more is None:
            return (
                self.wording.say("trial") if finding.strength is Strength.POSSIBLE and finding.may_try else ""
            )
        if finding.reason in (Reason.TOO_FEW_WITH, Reason.TOO_FEW_WITHOUT):
            return self.wording.say("too_few_more", nights=more.nights)
        trial = self.wording.say("trial_sooner") if finding.may_try else ""
        if more.nights > 1.5 * NIGHTS_A_YEAR:
            told = self.wording.say("more_years", years=round(more.nights / NIGHTS_A_YEAR))
        elif more.nights > 0.75 * NIGHTS_A_YEAR:
            told = self.wording.say("one_year")
        else:
            return self.wording.say("more_nights", nights=more.nights, low=more.low, high=more.high)
        return f"{told} {trial}".strip()

    def health(self, remark: Health) -> str:
        """Return a remark on the nights as a sentence."""
        template = self.wording.health.get(remark.id) or self.wording.gates[remark.id]
        values = {
            name: self.label(str(value)) if name in ("factor", "other", "outcome") else value
            for name, value in remark.values.items()
        }
        named = remark.values.get("factors")
        if isinstance(named, tuple):
            values["factors"] = self.listed(named)
        return template.format(event_nights=self.outcome.event_nights, **values)

    def listed(self, names: Sequence[str]) -> str:
        """Return names in quotation marks, the first few of many."""
        shown = ", ".join(f"“{self.label(name)}”" for name in names[:NAMES_SHOWN])
        more = len(names) - NAMES_SHOWN
        return shown + (self.wording.say("and_more", count=more) if more > 0 else "")

    def step_words(self, finding: Finding, amount: float) -> str:
        """Return an amount of a factor with its unit: "500 ml", "2 points", "1 glass"."""
        return f"{number(amount)} {self.unit(finding, amount)}".strip()

    def unit(self, finding: Finding, amount: float) -> str:
        """Return a factor's unit as it is said after an amount: "points" for scores, the singular after 1."""
        unit = finding.unit or ""
        if finding.kind is FactorKind.SCALE or re.fullmatch(r"\d+ ?[-–] ?\d+", unit):
            unit = self.wording.say("points")
        elif unit in self.wording.outcomes:  # an outcome that acts on another: "1 cramp more"
            unit = self.wording.outcomes[unit].many
        if amount == 1 and len(unit) > 2 and unit.endswith("s"):
            return unit[:-2] if unit.endswith("sses") else unit[:-1]
        return unit


def inside_a_sentence(label: str) -> str:
    """Return a label with a small first letter, unless it is a name in capitals.

    >>> inside_a_sentence("Evening walk"), inside_a_sentence("PM 2.5")
    ('evening walk', 'PM 2.5')
    """
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def _tens(ratio: float) -> str:
    """Return what becomes of 10: whole numbers, a half where small.

    >>> [_tens(x) for x in (0.04, 0.62, 1.31, 3.2)]
    ['0.4', '6', '13', '32']
    """
    ten = 10 * ratio
    return number(ten) if ten < 1 else f"{ten:.0f}"
