"""What it may be: a transparent Bayesian score in which several conditions may hold together.

Model. A person has some set of conditions, most often none or one. Each condition has a prior share (adjusted to age,
sex and what is known of the person), some pairs come together more often than by chance, and sets of more than
``MOST_TOGETHER`` are left out. Each answer of yes can be caused by any condition of the set, or by none of them (the
background): a *noisy or*. So someone with cramps and restless legs may have both a hard knot and an urge to move,
and neither speaks against the other. With p(c) the chance that condition c alone brings a yes,

    P(no | set) = (1 - background) * product over c in set of (1 - p(c)).

The chance of each condition is the sum over the sets that hold it. All sets are added up; nothing is sampled.

The numbers p(c) are judgement on a scale of five words, except where a likelihood ratio is published. Because the
questions overlap, each answer counts for a part of its weight only (``ConditionTable.weight``). What comes out ranks
the conditions and says what speaks for and against; it is no measured probability.

Source of the form: noisy-or networks of diseases and findings, Shwe et al. 1991, Methods Inf Med 30:241-255.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from quietlegs.core.assessment.conditions import Condition, ConditionTable, Feature
from quietlegs.core.assessment.person import Person

MOST_TOGETHER = 3  # four conditions at once are too rare to change the order, and there would be 5,000 sets
REASON_FROM = 0.2  # in log odds: below it an answer hardly speaks for or against
FLAG_BACKGROUND = 0.02  # how often a red flag fires that no condition of the set explains; judgement
LARGEST_SHARE = 0.9  # no prior is more certain than this, whatever adjustments meet

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Reason:
    """One answer that speaks for (positive) or against a condition; ``weight`` is the change in its log odds."""

    question: str
    answer: bool
    weight: float


@dataclass(frozen=True, slots=True)
class Likely:
    """One condition: how well the answers fit it, 0 to 1, and which answers speak for and against."""

    condition: Condition
    probability: float
    reasons_for: tuple[Reason, ...]
    reasons_against: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class NextQuestion:
    """A feature that was not asked, and the information (in bits) that its answer is expected to bring."""

    feature: str
    bits: float


class ConditionModel:
    """The condition table made ready to be asked. Make it once; asking it changes nothing."""

    def __init__(self, table: ConditionTable, features: Sequence[Feature]) -> None:
        self.table = table
        self.conditions = table.conditions
        self.questions = [feature.id for feature in features]
        flags = sorted({flag for condition in self.conditions for flag in condition.flags})
        self.columns = [*self.questions, *flags]
        self._column = {name: place for place, name in enumerate(self.columns)}
        count = len(self.conditions)
        sets = [chosen for size in range(MOST_TOGETHER + 1) for chosen in combinations(range(count), size)]
        self._members = np.zeros((len(sets), count))
        for row, chosen in enumerate(sets):
            self._members[row, list(chosen)] = 1.0
        self._pair_bonus = self._bonus()
        chances = self._chances()
        background = np.array([table.background] * len(self.questions) + [FLAG_BACKGROUND] * len(flags))
        log_no = self._members @ np.log1p(-chances) + np.log1p(-background)
        self._log_no = log_no
        self._log_yes = np.log(-np.expm1(log_no))

    def posterior(self, person: Person, tokens: Mapping[str, bool], answers: Mapping[str, bool]) -> Floats:
        """Return how well the answers fit each condition, in the order of ``conditions``.

        ``answers`` are yes or no by feature id or red-flag id. Others are passed over.
        """
        return self._marginals(self._log_prior(person, tokens) + self._evidence(answers).sum(axis=1))

    def judge(
        self, person: Person, tokens: Mapping[str, bool], answers: Mapping[str, bool]
    ) -> tuple[Likely, ...]:
        """Return every condition, the best fit first, with the answers that speak for and against it."""
        known = [name for name in self.columns if name in answers]
        evidence = self._evidence(answers)
        total = self._log_prior(person, tokens) + evidence.sum(axis=1)
        with_all = self._marginals(total)
        without = np.array([self._marginals(total - evidence[:, place]) for place in range(len(known))])
        weights = (
            _log_odds(with_all)[None, :] - _log_odds(without)
            if known
            else np.zeros((0, len(self.conditions)))
        )
        found = []
        for place, condition in enumerate(self.conditions):
            reasons = [
                Reason(name, answers[name], float(weights[row, place])) for row, name in enumerate(known)
            ]
            reasons.sort(key=lambda reason: -abs(reason.weight))
            found.append(
                Likely(
                    condition,
                    float(with_all[place]),
                    tuple(reason for reason in reasons if reason.weight >= REASON_FROM),
                    tuple(reason for reason in reasons if reason.weight <= -REASON_FROM),
                )
            )
        return tuple(sorted(found, key=lambda one: (-one.probability, one.condition.id)))

    def next_questions(
        self, person: Person, tokens: Mapping[str, bool], answers: Mapping[str, bool | None]
    ) -> tuple[NextQuestion, ...]:
        """Return the features that were not asked, the one that is expected to tell most first.

        The measure is the mutual information between the answer and the set of conditions. A feature answered
        "not sure" (None) counts as asked.
        """
        given = {name: answer for name, answer in answers.items() if answer is not None}
        logs = self._log_prior(person, tokens) + self._evidence(given).sum(axis=1)
        weights = np.exp(logs - logs.max())
        weights /= weights.sum()
        yes = np.exp(self._log_yes)
        expected = weights @ yes
        bits = _entropy(expected) - weights @ _entropy(yes)
        return tuple(
            NextQuestion(name, float(bits[place]))
            for name, place in sorted(
                ((name, self._column[name]) for name in self.questions if name not in answers),
                key=lambda pair: -bits[pair[1]],
            )
        )

    def _chances(self) -> Floats:
        """Return P(yes | the condition alone), conditions by columns."""
        scale = self.table.scale
        chances = np.full((len(self.conditions), len(self.columns)), 0.0)
        for row, condition in enumerate(self.conditions):
            for name, often in condition.features.items():
                chances[row, self._column[name]] = scale[often]
            for name, often in condition.flags.items():
                chances[row, self._column[name]] = scale[often]
        published = chances.copy()
        shares = np.array([condition.share for condition in self.conditions])
        for row, condition in enumerate(self.conditions):
            others = np.where(np.arange(len(shares)) == row, 0.0, shares)
            for ratio in condition.likelihood_ratios:
                column = self._column[ratio.feature]
                among_others = float(others @ chances[:, column] / others.sum())
                published[row, column] = _sensitivity(ratio.plus, ratio.minus, among_others)
        return published

    def _bonus(self) -> Floats:
        place = {condition.id: row for row, condition in enumerate(self.conditions)}
        bonus = np.zeros(len(self._members))
        for pair in self.table.pairs:
            first, second = (place[one] for one in pair.between)
            bonus += np.log(pair.times) * self._members[:, first] * self._members[:, second]
        return bonus

    def _log_prior(self, person: Person, tokens: Mapping[str, bool]) -> Floats:
        shares = np.array([share_for(condition, person, tokens) for condition in self.conditions])
        prior: Floats = self._members @ _log_odds(shares) + self._pair_bonus
        return prior

    def _evidence(self, answers: Mapping[str, bool]) -> Floats:
        known = [name for name in self.columns if name in answers]
        columns = [self._column[name] for name in known]
        yes = np.array([answers[name] for name in known], dtype=bool)
        evidence: Floats = self.table.weight * np.where(
            yes[None, :], self._log_yes[:, columns], self._log_no[:, columns]
        )
        return evidence

    def _marginals(self, logs: Floats) -> Floats:
        weights = np.exp(logs - logs.max())
        shares: Floats = (weights / weights.sum()) @ self._members
        return shares


def share_for(condition: Condition, person: Person, tokens: Mapping[str, bool]) -> float:
    """Return the share of people like this one who have the condition, 0 to 1: a multiple of the odds."""
    odds = condition.share / (1 - condition.share)
    for adjustment in condition.adjustments:
        if adjustment.when.holds(person, tokens):
            odds *= adjustment.times
    return min(odds / (1 + odds), LARGEST_SHARE)


def _sensitivity(plus: float, minus: float | None, among_others: float) -> float:
    """Return the chance of yes with the condition that a published likelihood ratio implies.

    With both ratios it follows from them alone; with one it is the ratio times the chance among the others.
    """
    share = plus * (1 - minus) / (plus - minus) if minus is not None else plus * among_others
    return float(np.clip(share, 0.02, 0.95))


def _log_odds(shares: Floats) -> Floats:
    clipped = np.clip(shares, 1e-12, 1 - 1e-12)
    odds: Floats = np.log(clipped) - np.log1p(-clipped)
    return odds


def _entropy(shares: Floats) -> Floats:
    p = np.clip(shares, 1e-12, 1 - 1e-12)
    bits: Floats = -(p * np.log2(p) + (1 - p) * np.log2(1 - p))
    return bits
