"""What the template of the medicines gets."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from quietlegs.core.assessment.medicines import FiredInteraction, MedicineReview, ReviewedMedicine
from quietlegs.core.assessment.medicines_names import Line
from quietlegs.exchange.medicine_base import load_medicines
from quietlegs.web.medicines.queries import ProfileFacts
from quietlegs.web.medicines.references import Reference, ShownSource, references, sources
from quietlegs.web.shell.fields import FormError

MOST_LINES_ECHOED = 500


@dataclass(frozen=True, slots=True)
class EffectRow:
    """One thing that a medicine may do."""

    text: str
    strength: str
    checked: bool


@dataclass(frozen=True, slots=True)
class MedicineCard:
    """One medicine as the page shows it."""

    name: str
    given: str
    spelled: str | None
    drug_class: str
    form_note: bool
    effects: tuple[EffectRow, ...]
    matters: bool
    advice: str | None
    cautions: tuple[str, ...]
    checked: bool
    references: tuple[Reference, ...]
    sources: tuple[ShownSource, ...]


@dataclass(frozen=True, slots=True)
class TogetherCard:
    """A combination that matters."""

    severity: str
    severity_words: str
    names: str
    sentence: str
    checked: bool
    references: tuple[Reference, ...]
    sources: tuple[ShownSource, ...]


@dataclass(frozen=True, slots=True)
class UnreadLine:
    """A piece of the list that was not recognised, with why and what to do."""

    given: str
    why: str
    choices: tuple[tuple[str, str], ...]
    hint: str | None


@dataclass(frozen=True, slots=True)
class MedicinesPage:
    """The page of medicines."""

    text: str
    error: str
    is_empty: bool
    advice: tuple[tuple[str, tuple[Reference, ...]], ...] = ()
    urgent: tuple[tuple[str, tuple[Reference, ...]], ...] = ()
    together: tuple[TogetherCard, ...] = ()
    matter: tuple[MedicineCard, ...] = ()
    others: tuple[MedicineCard, ...] = ()
    unread: tuple[UnreadLine, ...] = ()
    unclear: tuple[str, ...] = ()
    not_taken: tuple[str, ...] = ()
    profile_is_open: bool = False
    errors: tuple[FormError, ...] = ()


# These are why someone looks at this page; a medicine without any of them is listed more quietly.
_MATTERS = frozenset(
    {
        "may-cause-cramps",
        "may-worsen-rls",
        "akathisia",
        "augmentation",
        "lowers-potassium",
        "raises-potassium",
        "lowers-magnesium",
        "lowers-calcium",
        "lowers-sodium",
        "muscle-damage",
        "treats-cramps-not-advised",
    }
)


def medicines_page(
    text: str, review: MedicineReview, facts: ProfileFacts, *, error: str = ""
) -> MedicinesPage:
    """Return the page for a list and its review."""
    cards = [_medicine_card(one) for one in review.medicines]
    return MedicinesPage(
        text=text,
        error=error,
        errors=(FormError("q-medicines", _("Your list"), error),) if error else (),
        is_empty=not text.strip(),
        advice=tuple((one.sentence, references(one.evidence)) for one in review.advice),
        urgent=tuple((rule.sentence, references(rule.evidence)) for rule in review.urgent),
        together=tuple(_together_card(one) for one in review.interactions),
        matter=tuple(card for card in cards if card.matters),
        others=tuple(card for card in cards if not card.matters),
        unread=tuple(_unread(line) for line in review.not_recognised[:MOST_LINES_ECHOED]),
        unclear=tuple(line.given for line in review.unclear[:MOST_LINES_ECHOED]),
        not_taken=tuple(line.given for line in review.not_taken),
        profile_is_open=facts.age_years is None and not facts.conditions,
    )


def _medicine_card(one: ReviewedMedicine) -> MedicineCard:
    table = load_medicines()
    return MedicineCard(
        name=one.medicine.name,
        given=one.line.given,
        spelled=one.line.spelled,
        drug_class=one.medicine.drug_class,
        form_note=one.line.on_skin_or_eye,
        effects=tuple(
            EffectRow(
                table.effect_words[effect.effect], table.strength_words[effect.strength], effect.checked
            )
            for effect in one.effects
        ),
        matters=any(effect.effect in _MATTERS for effect in one.effects),
        advice=one.advice,
        cautions=one.cautions,
        checked=one.checked,
        references=references([name for effect in one.effects for name in effect.evidence]),
        sources=tuple(dict.fromkeys(source for effect in one.effects for source in sources(effect.sources))),
    )


def _together_card(fired: FiredInteraction) -> TogetherCard:
    interaction = fired.interaction
    return TogetherCard(
        severity=interaction.severity.value,
        severity_words=load_medicines().severity_labels[interaction.severity],
        names=" + ".join(" / ".join(side) for side in fired.met_by),
        sentence=interaction.sentence,
        checked=interaction.checked,
        references=references(interaction.evidence),
        sources=sources(interaction.sources),
    )


def _unread(line: Line) -> UnreadLine:
    if line.did_you_mean:
        why = _("Did you mean one of these?")
    elif line.class_named:
        why = _("This names a kind of medicine. Which one is it?")
    elif line.hint == "label":
        why = _("Write the names on the labels.")
    elif line.not_held:
        why = _("We know the name %(name)s, but hold nothing about it.") % {"name": line.not_held}
    else:
        why = _("We do not know this one. Check the spelling, or write the name in small print on the box.")
    choices = tuple((name, f"{line.given}\n{name}") for name in line.did_you_mean)
    hint = line.hint if (line.did_you_mean or line.class_named) and line.hint != "label" else None
    return UnreadLine(line.given, why, choices, hint)
