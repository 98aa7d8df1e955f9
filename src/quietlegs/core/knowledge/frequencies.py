"""Numbers as people: "30 in 100 people", and how many of a hundred figures to fill.

Only a share of people can be drawn so. An odds ratio or a difference of scores has no natural frequency without a
baseline, and none is invented here: then the numbers stay words.
"""

from dataclasses import dataclass

from quietlegs.core.knowledge.evidence import Arms, Estimate, EvidenceEntry, Measure

FIGURES = 100  # in ten rows of ten: small shares still show, and most people can picture it


@dataclass(frozen=True, slots=True)
class Share:
    """How many of a hundred people something happens to.

    ``filled`` figures surely, and up to ``could_be`` with the upper end of what the studies allow. ``low`` and
    ``high`` are per ``of`` and None where the source gives no range. ``is_range_of_reports``: the two are what
    different studies found, and no interval around ``count``. ``count`` None: there is no single figure.
    """

    who: str
    outcome: str
    count: float | None
    of: int
    low: float | None
    high: float | None
    is_range_of_reports: bool
    filled: int
    could_be: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """The same outcome in two groups, or in one where there was no other."""

    outcome: str
    groups: tuple[Share, ...]


def shares(entry: EvidenceEntry) -> tuple[Comparison, ...]:
    """Return every number of an entry that is a share of people, ready to be drawn. Empty when there is none."""
    from_arms = tuple(_of_arms(arms) for arms in entry.arms)
    from_estimates = tuple(
        Comparison(estimate.outcome, (_of_estimate(estimate),))
        for estimate in entry.estimates
        if is_share(estimate)
    )
    return from_arms + from_estimates


def is_share(estimate: Estimate) -> bool:
    """Whether an estimate is a proportion of people between 0 and 1 with at least one figure."""
    figures = [number for number in (estimate.value, estimate.low, estimate.high) if number is not None]
    return (
        estimate.measure is Measure.PREVALENCE
        and bool(figures)
        and all(0 <= number <= 1 for number in figures)
    )


def _of_arms(arms: Arms) -> Comparison:
    groups = [_group(arms.with_label, arms.outcome, arms.with_it, arms.of)]
    if arms.without is not None and arms.without_label is not None:
        groups.append(_group(arms.without_label, arms.outcome, arms.without, arms.of))
    return Comparison(arms.outcome, tuple(groups))


def _group(who: str, outcome: str, count: float, of: int) -> Share:
    filled = _figures(count / of)
    return Share(who, outcome, count, of, None, None, False, filled, filled)


def _of_estimate(estimate: Estimate) -> Share:
    low, value, high = (
        None if number is None else round(number * FIGURES + 1e-9, 1)  # 5.15 is stored as 5.1499...
        for number in (estimate.low, estimate.value, estimate.high)
    )
    surely = low if low is not None else value
    at_most = high if high is not None else value
    # is_share has seen to it that one of the three is there, and the other two stand in for a missing one.
    surely, at_most = surely if surely is not None else at_most, at_most if at_most is not None else surely
    return Share(
        who=estimate.unit or "",
        outcome=estimate.outcome,
        count=value,
        of=FIGURES,
        low=low,
        high=high,
        is_range_of_reports=low is not None and high is not None and estimate.level is None,
        filled=_figures((surely or 0) / FIGURES),
        could_be=_figures((at_most or 0) / FIGURES),
    )


def _figures(share: float) -> int:
    """Return how many figures stand for a share. A rare thing still gets one, and a common one leaves one open."""
    rounded = int(share * FIGURES + 0.5)
    if 0 < share < 1:
        return min(max(rounded, 1), FIGURES - 1)
    return rounded
