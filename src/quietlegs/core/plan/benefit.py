"""What an item may be worth: a prior from the literature, updated by the person's own nights.

The effect of an item is the natural log of a rate ratio: cramps a night with it, divided by without it. 0 is no
change, -0.69 half as many. What is known of it is a normal distribution, the *belief*:

1. The **prior** is that of the evidence entry (``log_rate_ratio``), shrunk for bias and widened between people when
   the entry was written. Many entries give no number for nights, for they measured pain or mood. For them a stand-in
   is used: a small benefit by their certainty where they say that it helps, no effect otherwise. The page that shows
   the arithmetic says which of the two it was.
2. The person's **own result** is a normal likelihood. Two normals combine by their precisions (Gelman 2013, Bayesian
   Data Analysis, section 2.5)::

       1/sd^2 = 1/prior_sd^2 + 1/own_sd^2,    mean = sd^2 (prior_mean/prior_sd^2 + own_mean/own_sd^2)

   A result from the diary alone may be confounded, so its variance is widened by ``CONFOUNDING_SD`` squared; a
   randomised experiment is not.
3. The **gain** is the share of cramps that trying the item is expected to save, if it is kept only when it helps:
   E[max(0, 1 - exp(effect))]. In closed form, with z = mean/sd and the normal distribution function Phi::

       Phi(-z) - exp(mean + sd^2/2) Phi(-z - sd)

   So an uncertain item is worth a try and a proven dud is not.
4. Its **worth** is the gain less what it costs: minutes a day, and risk, which weighs more from 65 years on.

The costs are judgements, chosen once and written here; a page shows every number.
"""

import math
from dataclasses import dataclass

from quietlegs.core.knowledge.evidence import Certainty, Direction, EvidenceEntry, Scale

CONFOUNDING_SD = 0.2  # a diary's association may be off by a fifth either way for reasons other than the item
# Where an entry gives no number for nights: judgements, kept below what the entries with numbers say.
STAND_IN_SD = 0.2
STAND_IN_MEANS = {
    Certainty.HIGH: -0.2,
    Certainty.MODERATE: -0.15,
    Certainty.LOW: -0.1,
    Certainty.VERY_LOW: -0.05,
}
COST_A_MINUTE = 0.002  # 10 minutes a day weigh as much as 2 cramps in 100
COST_OF_RISK = 0.02  # for each step of risk
OLDER_FROM = 65  # years; falls weigh more
OLDER_RISK_FACTOR = 1.5
USEFUL_RATIO = 0.8  # a fifth fewer is the least that is worth a habit
SURE = 0.90  # read aloud as "9 in 10"
LEAST_NIGHTS_TO_DROP = 14  # own nights with it, before anything is called useless


@dataclass(frozen=True, slots=True)
class Belief:
    """A normal distribution on the log rate ratio."""

    mean: float
    sd: float

    def chance_below(self, log_ratio: float) -> float:
        """Return the probability that the effect is below a log rate ratio."""
        return _phi((log_ratio - self.mean) / self.sd)

    @property
    def chance_helps(self) -> float:
        """The probability of any benefit."""
        return self.chance_below(0.0)

    def interval(self, z: float = 1.645) -> tuple[float, float]:
        """Return the rate ratios between which the effect lies with 9 in 10 (by default)."""
        return math.exp(self.mean - z * self.sd), math.exp(self.mean + z * self.sd)


@dataclass(frozen=True, slots=True)
class OwnResult:
    """What the person's own nights say of an item: the data's estimate, with no prior in it.

    ``mean`` and ``sd`` are of the log rate ratio with the item against without. ``nights`` counts the nights with it.
    ``is_randomised``: from an experiment rather than from the diary.
    """

    mean: float
    sd: float
    nights: int
    is_randomised: bool = False


@dataclass(frozen=True, slots=True)
class Worth:
    """Every number behind the place of an item."""

    prior: Belief
    is_stand_in: bool
    own: OwnResult | None
    belief: Belief
    gain: float
    minutes_cost: float
    risk_cost: float
    is_useless: bool
    is_harmful: bool

    @property
    def worth(self) -> float:
        """The gain less the costs."""
        return self.gain - self.minutes_cost - self.risk_cost


def update(prior: Belief, own: OwnResult | None) -> Belief:
    """Return the belief after the person's own nights.

    >>> after = update(Belief(0.0, 0.2), OwnResult(-0.4, 0.2, 40, is_randomised=True))
    >>> round(after.mean, 3), round(after.sd, 3)
    (-0.2, 0.141)
    """
    if own is None:
        return prior
    own_variance = own.sd**2 + (0.0 if own.is_randomised else CONFOUNDING_SD**2)
    variance = 1.0 / (1.0 / prior.sd**2 + 1.0 / own_variance)
    mean = variance * (prior.mean / prior.sd**2 + own.mean / own_variance)
    return Belief(mean, math.sqrt(variance))


def gain(belief: Belief) -> float:
    """Return E[max(0, 1 - exp(effect))], between 0 and 1: what trying saves when only what helps is kept."""
    z = belief.mean / belief.sd
    return _phi(-z) - math.exp(belief.mean + belief.sd**2 / 2) * _phi(-z - belief.sd)


def prior_of(entry: EvidenceEntry, scale: Scale | None) -> tuple[Belief, bool]:
    """Return the prior that an entry gives for nights on a scale, and whether it is only a stand-in.

    Args:
        entry: the evidence entry.
        scale: the scale of the complaint; None for one that has no number for nights.
    """
    given = entry.log_rate_ratio
    if given is not None and given.scale is scale:
        return Belief(given.mean, given.sd), False
    helps = entry.direction is Direction.HELPS
    return Belief(STAND_IN_MEANS[entry.certainty] if helps else 0.0, STAND_IN_SD), True


def weigh(
    prior: Belief,
    own: OwnResult | None,
    *,
    minutes: float,
    risk: int,
    age_years: float | None,
    is_stand_in: bool = False,
) -> Worth:
    """Return what an item is worth to this person, with every number on the way.

    Args:
        prior: what is believed before the person's own nights.
        own: the person's own result, or None.
        minutes: of the day that it takes.
        risk: 0, 1 or 2, as the item has it.
        age_years: from 65 on, risk weighs more. None: not known.
        is_stand_in: the prior comes from the certainty alone, not from a number for nights.
    """
    belief = update(prior, own)
    enough = own is not None and own.nights >= LEAST_NIGHTS_TO_DROP
    older = age_years is not None and age_years >= OLDER_FROM
    return Worth(
        prior=prior,
        is_stand_in=is_stand_in,
        own=own,
        belief=belief,
        gain=gain(belief),
        minutes_cost=COST_A_MINUTE * minutes,
        risk_cost=COST_OF_RISK * risk * (OLDER_RISK_FACTOR if older else 1.0),
        is_useless=enough and 1.0 - belief.chance_below(math.log(USEFUL_RATIO)) > SURE,
        is_harmful=enough and 1.0 - belief.chance_helps > SURE,
    )


def without_prior(mean: float, sd: float, data_sd: float) -> float:
    """Return the data's own mean, from a posterior under a normal prior centred on no effect.

    The nightly model reports a posterior; its prior must not be counted again. Two normals combine by precisions, so
    mean / sd^2 = data_mean / data_sd^2.

    Args:
        mean, sd: of the posterior.
        data_sd: the spread from the nights alone; it is wider than ``sd``.
    """
    return mean * (data_sd / sd) ** 2


def _phi(z: float) -> float:
    """Return the standard normal distribution function."""
    return 0.5 * math.erfc(-z / math.sqrt(2.0))
