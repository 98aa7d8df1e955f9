"""Finds what could hurt somebody who acts on a page, and the warnings that the page should give and does not."""

from collections.abc import Sequence
from dataclasses import dataclass

from quietlegs.core.articles.base import ClaimBase, Danger, SafetyPoint
from quietlegs.core.articles.hearing import HARMFUL, Heard
from quietlegs.core.articles.sentences import Sentence

# What a sentence is heard to be, from -1 to 1. Chosen on pages that were not learned from, by writers of no other text:
# where a sentence names the matter of a harm that it may be, less is enough; where it is of no kind that we know, more is needed.
HARMFUL_FROM, HARMFUL_UNNAMED_FROM, GENERAL_FROM = 0.1, 0.25, 0.6
WARNING_BELOW = -0.1  # harmful words beside a warning are sober below: "I binned my tablets and had a stroke"
BESIDE, BESIDE_DANGER = 3, 0.3  # so many sentences around a danger; so much less is enough there
# How likely a kind must be, likewise; else we say only that it can harm.
KIND_FROM, KIND_UNNAMED_FROM = 0.25, 0.5
GENERAL = "other-danger"  # in kb/claims/dangers.yaml: harm of no kind that we know
FEWEST_WORDS = 4  # a shorter piece is a label: its meaning alone says nothing


@dataclass(frozen=True, slots=True)
class Hazard:
    """A sentence that gives advice that could hurt."""

    start: int
    end: int
    text: str
    danger: Danger


def told_with_question(sentences: Sequence[Sentence]) -> list[str]:
    """Return each sentence after the question that leads to it: "Got a hot, swollen calf? Rub it." is one piece of advice."""
    told, asked = [], ""
    for sentence in sentences:
        told.append(f"{asked} {sentence.text}" if asked else sentence.text)
        asked = sentence.text if sentence.is_question and not sentence.is_heading else ""
    return told


def danger_by_words(text: str, base: ClaimBase) -> Danger | None:
    """Return the first danger whose words a sentence has, and none of those that make it sober."""
    return next(
        (
            danger
            for danger in base.dangers
            if all(one.search(text) for one in danger.wanted)
            and not any(one.search(text) for one in danger.sober)
        ),
        None,
    )


def hazards_of(
    sentences: Sequence[Sentence],
    base: ClaimBase,
    by_words: Sequence[Danger | None],
    heard: Sequence[Heard | None] = (),
) -> tuple[Hazard, ...]:
    """Return the sentences that could hurt somebody who acts on them, one danger of each.

    A sentence is harmful by its words, or by what it was heard to be (``heard``): either is enough, but words beside
    a warning that are heard as sober do not count. On a bad page one piece of bad advice leads to the next, so that
    beside one less is enough.
    """
    heard = heard or [None] * len(sentences)
    told = told_with_question(sentences)
    warns = [
        sense is not None and base.warnings.warn_in(text) for text, sense in zip(told, heard, strict=True)
    ]

    def danger_of(i: int, *, more: float = 0.0) -> Danger | None:
        sense = heard[i]
        if warns[i] and sense is not None and sense.sides[HARMFUL] < WARNING_BELOW:
            return None
        less = base.warnings.counts if warns[i] else 0.0
        return by_words[i] or _by_meaning(told[i], sense, base, more=more - less)

    dangers = [danger_of(i) for i in range(len(told))]
    beside = [any(dangers[max(i - BESIDE, 0) : i + BESIDE + 1]) for i in range(len(dangers))]
    dangers = [
        one or (danger_of(i, more=BESIDE_DANGER) if beside[i] else None) for i, one in enumerate(dangers)
    ]
    return tuple(
        Hazard(sentence.start, sentence.end, sentence.text, danger)
        for sentence, danger in zip(sentences, dangers, strict=True)
        if danger
    )


def _by_meaning(text: str, sense: Heard | None, base: ClaimBase, *, more: float) -> Danger | None:
    """Return the danger that a sentence is heard to be, ``more`` harmful for what is around it. A question advises nothing."""
    if sense is None or len(text.split()) < FEWEST_WORDS or text.endswith("?"):
        return None
    over = sense.sides[HARMFUL] + more
    if over < HARMFUL_FROM:
        return None
    by_id = {danger.id: danger for danger in base.dangers}
    for kind, likely in sense.kinds[HARMFUL]:
        if likely >= KIND_FROM and _names(text, by_id[kind]):
            return by_id[kind]
    if over < HARMFUL_UNNAMED_FROM:
        return None
    likeliest = next(
        (by_id[kind] for kind, likely in sense.kinds[HARMFUL] if likely >= KIND_UNNAMED_FROM), by_id[GENERAL]
    )
    return likeliest if likeliest.id != GENERAL or over >= GENERAL_FROM else None


def _names(text: str, danger: Danger) -> bool:
    return bool(danger.about) and all(one.search(text) for one in danger.about)


def missing_safety(text: str, base: ClaimBase, hazards: Sequence[Hazard] = ()) -> tuple[SafetyPoint, ...]:
    """Return what a page should have told and does not. Harmful advice on a matter is no warning of it."""
    sober = text
    for one in reversed(hazards):
        sober = f"{sober[: one.start]}\n{sober[one.end :]}"
    return tuple(
        point
        for point in base.safety_points
        if any(one.search(text) for one in point.when) and not any(one.search(sober) for one in point.told)
    )
