"""What may be done with an entry: show a source, offer a remedy, reassure."""

from quietlegs.core.knowledge.evidence import Certainty, Direction, EvidenceEntry, Recommend, Source

# Nothing that points these ways is offered, whatever else the entry says.
_HARMFUL = (Direction.HARMS, Direction.RAISES_RISK)


def shown_sources(entry: EvidenceEntry) -> tuple[Source, ...]:
    """Return the sources fit to be shown: no copies without their original, nothing too weak to cite."""
    return tuple(source for source in entry.sources if source.is_citable and not source.is_copy)


def is_verified(entry: EvidenceEntry) -> bool:
    """Whether the statement was seen on at least one page that is fit to be shown."""
    return any(source.is_verified for source in shown_sources(entry))


def may_recommend(entry: EvidenceEntry, *, has_agreement: bool = False) -> bool:
    """Whether an entry may stand behind an offer to this person. Its ``safety`` is shown with every offer.

    Args:
        entry: the entry behind the offer.
        has_agreement: a pharmacist, midwife or doctor has agreed. Without it, only self-care is offered.
    """
    if not is_verified(entry) or entry.direction in _HARMFUL:
        return False
    if entry.recommend is Recommend.ASK_FIRST:
        return has_agreement
    return entry.recommend is Recommend.SELF_CARE


def may_reassure(entry: EvidenceEntry) -> bool:
    """Whether an entry may stand behind "this is nothing to fear".

    It takes a verified source and at least moderate certainty: a doubtful study must not keep a person from a doctor.
    """
    return is_verified(entry) and entry.certainty in (Certainty.HIGH, Certainty.MODERATE)
