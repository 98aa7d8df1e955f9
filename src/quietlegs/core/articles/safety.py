"""Finds what could hurt somebody who acts on a page, and the warnings that the page should give and does not."""

from collections.abc import Sequence
from dataclasses import dataclass

from quietlegs.core.articles.base import ClaimBase, Danger, SafetyPoint
from quietlegs.core.articles.examples import UNHEARD, Sense, is_of_kind
from quietlegs.core.articles.sentences import Sentence

FAR_OVER = 0.09  # from this margin a sentence need not name the matter: "retire", "K tabs"
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


def hazards_of(
    sentences: Sequence[Sentence], base: ClaimBase, heard: Sequence[Sense] = ()
) -> tuple[Hazard, ...]:
    """Return the sentences that could hurt somebody who acts on them, the first danger of each.

    A sentence is harmful by its words, or by its nearness to harmful examples (``heard``): either is enough.
    """
    found: list[Hazard] = []
    heard = heard or [UNHEARD] * len(sentences)
    for sentence, text, sense in zip(sentences, told_with_question(sentences), heard, strict=True):
        danger = _by_words(text, base) or _by_meaning(text, sense, base, is_heading=sentence.is_heading)
        if danger:
            found.append(Hazard(sentence.start, sentence.end, sentence.text, danger))
    return tuple(found)


def _by_words(text: str, base: ClaimBase) -> Danger | None:
    return next(
        (
            danger
            for danger in base.dangers
            if all(one.search(text) for one in danger.wanted)
            and not any(one.search(text) for one in danger.sober)
        ),
        None,
    )


def _by_meaning(text: str, sense: Sense, base: ClaimBase, *, is_heading: bool) -> Danger | None:
    """Return the danger whose examples a sentence is near to, and whose matter it names. A question advises nothing."""
    leaning = sense.get("danger")
    if leaning is None or len(text.split()) < FEWEST_WORDS or text.endswith("?"):
        return None
    by_id = {danger.id: danger for danger in base.dangers}
    named = (by_id[kind] for kind in leaning.kinds if all(one.search(text) for one in by_id[kind].about))
    danger = next(named, by_id[leaning.kind] if leaning.margin >= FAR_OVER else None)
    if danger is None:
        return None
    warns, names = base.warnings.warn_in(text), not is_heading and bool(danger.wanted[0].search(text))
    return danger if is_of_kind(leaning, base.danger_examples, warns=warns, names=names) else None


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
