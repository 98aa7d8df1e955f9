"""What is not known yet of a night, among what every morning asks."""

from collections.abc import Sequence

from quietlegs.web.diary.models import Episode, Factor, Night

ASKED = ("cramps", "severity", "restless", "sleep_hours", "pain", "fatigue", "fog", "worry")
OF_CRAMPS = ("severity", "places", "sore")  # a quiet night is not asked for these
OF_MORNINGS = frozenset(ASKED) - {"cramps", "severity"}


def missing(night: Night | None, factors: Sequence[Factor]) -> tuple[frozenset[str], list[Factor]]:
    """Return the names of the outcomes that are not known of a night, and the factors without an answer.

    ``places`` and ``sore`` stand among the names. What only a night with cramps has is not missing of a quiet one.
    """
    if night is None:
        return frozenset({*ASKED, "places", "sore"}), list(factors)
    names = {name for name in ASKED if getattr(night, name) is None}
    if not night.places and not _all_places_recorded(night):
        names.add("places")
    if night.sore is None:
        names.add("sore")
    if night.cramps == 0:
        names -= set(OF_CRAMPS)
    answered = {value.factor_id for value in night.factor_values.all()}
    return frozenset(names), [factor for factor in factors if factor.pk not in answered]


def is_begun(night: Night, factors: Sequence[Factor]) -> bool:
    """Whether any question of the morning was answered: then what is open was left open, and is not asked again."""
    names, open_factors = missing(night, factors)
    return not names >= OF_MORNINGS or len(open_factors) < len(factors)


def _all_places_recorded(night: Night) -> bool:
    cramps = [e for e in night.episodes.all() if e.kind == Episode.Kind.CRAMP]
    return len(cramps) == night.cramps and all(episode.muscle for episode in cramps)
