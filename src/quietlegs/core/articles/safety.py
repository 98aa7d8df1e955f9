"""Finds what could hurt somebody who acts on a page, and the warnings that the page should give and does not."""

from collections.abc import Sequence
from dataclasses import dataclass

from quietlegs.core.articles.base import ClaimBase, Danger, SafetyPoint
from quietlegs.core.articles.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Hazard:
    """A sentence that gives advice that could hurt."""

    start: int
    end: int
    text: str
    danger: Danger


def hazards_of(sentences: Sequence[Sentence], base: ClaimBase) -> tuple[Hazard, ...]:
    """Return the sentences that could hurt somebody who acts on them, the first danger of each."""
    found: list[Hazard] = []
    asked = ""
    for sentence in sentences:
        # "Got a hot, swollen calf? Rub it." is one piece of advice.
        text = f"{asked} {sentence.text}" if asked else sentence.text
        asked = sentence.text if sentence.is_question and not sentence.is_heading else ""
        for danger in base.dangers:
            if all(one.search(text) for one in danger.wanted) and not any(
                one.search(text) for one in danger.sober
            ):
                found.append(Hazard(sentence.start, sentence.end, sentence.text, danger))
                break
    return tuple(found)


def missing_safety(text: str, base: ClaimBase) -> tuple[SafetyPoint, ...]:
    """Return what a page should have told and does not."""
    return tuple(
        point
        for point in base.safety_points
        if any(one.search(text) for one in point.when) and not any(one.search(text) for one in point.told)
    )
