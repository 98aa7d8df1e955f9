"""What studies found about a factor, as a cautious prior: used for the decision only, always told, easily left out.

A link says which entry of the evidence base speaks of which factor. An entry is used when

* its statement was seen on a page fit to be shown,
* it gives a log rate ratio on the scale of the outcome (cramps a night, or how bad restless legs is), and
* that points a way: its mean is not 0, and its direction is not "unknown".

The prior is tempered, since studies are about other people: SDs are widened by half, the usual slab keeps 7 parts in 10,
and an entry may raise the chance that a factor matters to 1 in 3 at most, and only when its certainty is low or better.
The docs have what that gains when the literature is right, and what it costs when it is wrong.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtr

from quietlegs.core.diary.night import OutcomeKind
from quietlegs.core.diary.table import OutcomeColumn
from quietlegs.core.inference import IMPORTANT, EffectPrior
from quietlegs.core.knowledge import Certainty, Direction, EvidenceEntry, is_verified
from quietlegs.core.knowledge.evidence import Scale
from quietlegs.core.triggers.causes import words_of
from quietlegs.core.triggers.values import Finding, Known, WithoutKnown

MOST_INCLUSION = 1 / 3
WIDER = 1.5
WEIGHT = 0.3
SCALES = {
    "cramps": (Scale.CRAMPS_PER_NIGHT, OutcomeKind.COUNT),
    "restless": (Scale.RLS_SEVERITY, OutcomeKind.SCALE),
}


@dataclass(frozen=True, slots=True)
class Link:
    """Which entries speak of a factor, by outcome.

    ``names`` are the words by which it is known, ``library`` its ids among the factors to choose from. ``is_less``: the
    entries are about less of it.
    """

    id: str
    names: frozenset[frozenset[str]]
    library: frozenset[str]
    entries: Mapping[str, str]
    is_less: bool


def read_links(given: Iterable[Mapping[str, object]], library_names: Mapping[str, str]) -> tuple[Link, ...]:
    """Return links from plain mappings; ``library_names`` are the names of library factors by id."""
    links = []
    for fields in given:
        library = [str(name) for name in _list(fields.get("factors", []))]
        names = [*(library_names[name] for name in library), *map(str, _list(fields.get("also_called", [])))]
        links.append(
            Link(
                id=str(fields["id"]),
                names=frozenset(words_of(name) for name in names),
                library=frozenset(library),
                entries={outcome: str(fields[outcome]) for outcome in SCALES if outcome in fields},
                is_less=fields.get("about_less") is True,
            )
        )
    return tuple(links)


def known_effects(
    factors: Mapping[str, str],
    outcome: str,
    links: Sequence[Link],
    evidence: Mapping[str, EvidenceEntry],
) -> dict[str, Known]:
    """Return what studies found, by the diary's name of a factor.

    Args:
        factors: the diary's factors by name, each with its id in the library or "".
        outcome: what is asked about; other outcomes than cramps and restless have no entries.
        links: which entry speaks of what.
        evidence: the entries by id.

    A name must be all of one known name, in any order. What two links could mean, or what two factors of the diary
    share, is ambiguous and left alone.
    """
    found: dict[str, tuple[str, Known]] = {}
    for name, library_id in factors.items():
        spoken = words_of(name)
        fitting = [link for link in links if library_id in link.library or spoken in link.names]
        if len(fitting) != 1 or outcome not in fitting[0].entries:
            continue
        link = fitting[0]
        known = _known(evidence[link.entries[outcome]], outcome, is_less=link.is_less)
        if known is not None:
            found[name] = (link.id, known)
    shared = [link for link, _ in found.values()]
    return {name: known for name, (link, known) in found.items() if shared.count(link) == 1}


def _known(entry: EvidenceEntry, outcome: str, *, is_less: bool) -> Known | None:
    given = entry.log_rate_ratio
    if given is None or given.scale is not SCALES[outcome][0] or not is_verified(entry):
        return None
    if given.mean == 0 or entry.direction is Direction.UNKNOWN:
        return None
    chance = None
    if entry.certainty is not Certainty.VERY_LOW:
        matters = ndtr((-IMPORTANT - given.mean) / given.sd) + ndtr((given.mean - IMPORTANT) / given.sd)
        chance = min(MOST_INCLUSION, float(matters))
    return Known(
        evidence=entry.id,
        title=entry.title,
        certainty=entry.certainty.value,
        log_ratio=-given.mean if is_less else given.mean,
        sd=WIDER * given.sd,
        inclusion=chance,
    )


def prior_of(known: Known, outcome: OutcomeColumn, *, scale: float, to_outcome: float) -> EffectPrior | None:
    """Return the prior of one natural unit of a factor; None where the outcome is measured otherwise than the entry.

    ``scale`` is the factor's full swing (2 SD; 1 for yes/no), for which the entry's ratio is taken. A ratio of a score is
    made a difference at the person's own mean score, and that a log odds by ``to_outcome``.
    """
    if outcome.name not in SCALES or SCALES[outcome.name][1] is not outcome.kind:
        return None
    size = 1.0
    if outcome.kind is OutcomeKind.SCALE:
        size = float(np.nanmean(outcome.values)) / to_outcome
    return EffectPrior(known.inclusion, known.log_ratio * size / scale, known.sd * size / scale, WEIGHT)


def with_and_without(
    findings: Sequence[Finding], plain: Sequence[Finding], used: Mapping[str, Known]
) -> tuple[Finding, ...]:
    """Return findings that say what studies were used and what the answer would be without any.

    A study speaks of the day itself. It counts for an earlier day too where both are one claim.
    """
    days = {f.factor: f.estimate.lfsr for f in findings if f.lag == 0 and f.estimate is not None}
    return tuple(
        replace(
            finding,
            known=used.get(finding.factor) if finding.estimate.lfsr == days.get(finding.factor) else None,
            without_known=WithoutKnown(other.estimate.lfsr, other.verdict, other.strength),
        )
        if finding.estimate is not None and other.estimate is not None
        else finding
        for finding, other in zip(findings, plain, strict=True)
    )


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise ValueError(f"{value!r} is no list")
    return value
