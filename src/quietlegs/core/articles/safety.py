"""Finds what could hurt somebody who acts on a page, and the warnings that the page should give and does not."""

from collections.abc import Sequence
from dataclasses import dataclass

from quietlegs.core.articles.base import ClaimBase, Danger, SafetyPoint
from quietlegs.core.articles.hearing import Heard
from quietlegs.core.articles.sentences import Sentence

# What a sentence is heard to be, from -1 to 1. Chosen by learning from some authors and trying on another: where a
# sentence names the matter of a harm that it may be, less is enough.
HARMFUL_FROM, HARMFUL_UNNAMED_FROM = 0.15, 0.4
BESIDE_WARNING = 0.3  # so much more where a sentence warns or tells of harm done
SOBER_BELOW = (
    -0.25
)  # harmful words beside a warning are sober below this: "I binned my tablets and had a stroke"
KIND_FROM, KIND_UNNAMED_FROM = (
    0.25,
    0.5,
)  # how likely a kind must be, likewise; else we say only that it can harm
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
    a warning that are heard as sober do not count.
    """
    found: list[Hazard] = []
    heard = heard or [None] * len(sentences)
    told = told_with_question(sentences)
    for sentence, text, named, sense in zip(sentences, told, by_words, heard, strict=True):
        warns = base.warnings.warn_in(text)
        is_sober = warns and sense is not None and sense.harmful < SOBER_BELOW
        danger = None if is_sober else named or _by_meaning(text, sense, base, warns=warns)
        if danger:
            found.append(Hazard(sentence.start, sentence.end, sentence.text, danger))
    return tuple(found)


def _by_meaning(text: str, sense: Heard | None, base: ClaimBase, *, warns: bool) -> Danger | None:
    """Return the danger that a sentence is heard to be. A question advises nothing."""
    if sense is None or len(text.split()) < FEWEST_WORDS or text.endswith("?"):
        return None
    over = sense.harmful - (BESIDE_WARNING if warns else 0.0)
    if over < HARMFUL_FROM:
        return None
    by_id = {danger.id: danger for danger in base.dangers}
    for kind, likely in sense.kinds:
        if likely >= KIND_FROM and _names(text, by_id[kind]):
            return by_id[kind]
    if over < HARMFUL_UNNAMED_FROM:
        return None
    return next((by_id[kind] for kind, likely in sense.kinds if likely >= KIND_UNNAMED_FROM), by_id[GENERAL])


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
