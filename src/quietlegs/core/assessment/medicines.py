"""The medicine review: what each medicine may do to legs at night, and which combinations matter.

It informs and asks people to talk with their doctor or pharmacist. Every sentence comes from the table, which is
data with sources; this module chooses which apply. It never says to start or stop anything; the few urgent rules of
the table are the evidence's own.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from quietlegs.core.assessment.medicines_names import Line, Recogniser
from quietlegs.core.assessment.medicines_table import (
    NO_KNOWN_LINK,
    Advice,
    Effect,
    Interaction,
    Medicine,
    MedicineTable,
    Severity,
    UrgentRule,
)

OLDER_FROM = 65  # years; the age from which the table's condition "age-65-plus" holds


@dataclass(frozen=True, slots=True)
class ReviewedMedicine:
    """One recognised medicine with what is known of it.

    ``effects`` are what may be shown, the best known first. ``advice`` is None where it would reassure on a source
    that nobody has read. ``checked`` is false when no statement about it stands on a source that was read.
    """

    line: Line
    medicine: Medicine
    effects: tuple[Effect, ...]
    advice: str | None
    cautions: tuple[str, ...]
    checked: bool


@dataclass(frozen=True, slots=True)
class FiredInteraction:
    """A combination that applies, with the medicines, conditions, foods and drinks that met each side."""

    interaction: Interaction
    met_by: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class MedicineReview:
    """What a list of medicines may mean for legs at night.

    ``lines`` are all pieces of the list in order, recognised or not. ``not_taken`` are recognised and not reviewed.
    ``interactions`` come with the most serious first. ``urgent`` are the rules that belong to these medicines.
    ``advice`` stands with every review that names a medicine.
    """

    lines: tuple[Line, ...]
    medicines: tuple[ReviewedMedicine, ...]
    interactions: tuple[FiredInteraction, ...]
    urgent: tuple[UrgentRule, ...]
    advice: tuple[Advice, ...]

    @property
    def not_recognised(self) -> tuple[Line, ...]:
        """The pieces in which no medicine was recognised for certain."""
        return tuple(line for line in self.lines if not line.is_recognised and not line.says_nothing)

    @property
    def unclear(self) -> tuple[Line, ...]:
        """The pieces that name a medicine beside words of stopping that can be read either way. They count as taken."""
        return tuple(line for line in self.lines if line.is_recognised and line.is_unclear)

    @property
    def not_taken(self) -> tuple[Line, ...]:
        """The pieces that name a medicine that is not taken now."""
        return tuple(line for line in self.lines if line.is_recognised and not line.taking)

    @property
    def ids(self) -> frozenset[str]:
        """The ids of the medicines taken."""
        return frozenset(one.medicine.id for one in self.medicines)

    @property
    def groups(self) -> frozenset[str]:
        """The groups of the medicines taken, such as ``statin``."""
        return frozenset(one.medicine.group for one in self.medicines)

    @property
    def groups_named(self) -> frozenset[str]:
        """The groups of the medicines taken, and those that a kind of medicine may be ("blood thinner")."""
        named = {group for line in self.lines if line.taking for group in line.class_named}
        return self.groups | named

    def with_effect(self, effect: str, *, checked: bool = False) -> tuple[ReviewedMedicine, ...]:
        """Return the medicines taken that may do this, such as ``may-cause-cramps``.

        With ``checked``, only those of which it stands on a source that was read.
        """
        return tuple(
            one
            for one in self.medicines
            if any(each.effect == effect and (each.checked or not checked) for each in one.effects)
        )


def review(
    recogniser: Recogniser,
    medicines: str | Iterable[str],
    *,
    conditions: Collection[str] = (),
    food_and_drink: Collection[str] = (),
    age_years: float | None = None,
    pregnant: bool | None = None,
) -> MedicineReview:
    """Return what a list of medicines may mean for this person.

    Args:
        recogniser: knows the names (``quietlegs.exchange.medicine_base.load_recogniser()``). Make it once.
        medicines: the list as typed or pasted, in any common form, or a sequence of lines.
        conditions: ids of the table (``kidney-disease``) or the person's own words ("CKD"). Unknown words are
            passed over: see ``conditions_from``.
        food_and_drink: ids of the table (``grapefruit``) or the person's own words.
        age_years: adds ``age-65-plus`` from 65 years. None: not known.
        pregnant: adds ``pregnancy`` when true. None: not known.

    Returns:
        A review. An empty list gives an empty review. The cost is in proportion to the length of the list.
    """
    table = recogniser.table
    lines = recogniser.read(medicines)
    reviewed = tuple(_reviewed(line, table.medicines[one]) for line, one in _each_taken(lines))
    met = set(conditions_from(table, conditions))
    if age_years is not None and age_years >= OLDER_FROM:
        met.add("age-65-plus")
    if pregnant:
        met.add("pregnancy")
    ids = frozenset(one.medicine.id for one in reviewed)
    groups = frozenset(one.medicine.group for one in reviewed)
    return MedicineReview(
        lines=lines,
        medicines=reviewed,
        interactions=_fired(
            table, reviewed, met, food_from(table, (*food_and_drink, *_not_medicines(lines)))
        ),
        urgent=tuple(
            rule
            for rule in table.urgent
            if ids.intersection(rule.medicines) or groups.intersection(rule.groups)
        ),
        advice=tuple(table.advice.values()) if reviewed else (),
    )


def conditions_from(table: MedicineTable, said: Iterable[str]) -> frozenset[str]:
    """Return the table's conditions that a person's words name ("CKD stage 3" is kidney disease)."""
    return _named(table.words.conditions, said)


def food_from(table: MedicineTable, said: Iterable[str]) -> frozenset[str]:
    """Return the table's foods and drinks that a person's words name."""
    return _named(table.words.food_and_drink, said)


def effect_sentence(table: MedicineTable, medicine: ReviewedMedicine) -> str:
    """Return what a medicine may do in one line, each part with how sure it is."""
    return "; ".join(
        f"{table.effect_words[effect.effect]} ({table.strength_words[effect.strength]})"
        for effect in medicine.effects
    )


def _named(known: Mapping[str, tuple[str, ...]], said: Iterable[str]) -> frozenset[str]:
    ways = {key: {_words(key.replace("-", " ")), *map(_words, written)} for key, written in known.items()}
    spoken = [_words(words) for words in said]
    return frozenset(
        key for key, written in ways.items() if any(way in one for way in written for one in spoken)
    )


def _words(text: str) -> str:
    """Return the words of a text in small letters, with a space around each, so that whole words are compared."""
    words = re.findall(r"[^\W_]+", text.casefold())
    return f" {' '.join(words)} "


def _not_medicines(lines: Iterable[Line]) -> Iterable[str]:
    """Return what else the list says is taken: tonic water among the tablets counts as a drink."""
    return (line.given for line in lines if line.taking and not line.medicines)


def _each_taken(lines: Iterable[Line]) -> Iterable[tuple[Line, str]]:
    """Yield each medicine taken once, with the first piece of the list that names it."""
    seen: set[str] = set()
    for line in lines:
        for medicine in line.medicines if line.taking else ():
            if medicine not in seen:
                seen.add(medicine)
                yield line, medicine


_BEST_KNOWN_FIRST = ("strong", "moderate", "weak", "reported")


def _reviewed(line: Line, medicine: Medicine) -> ReviewedMedicine:
    checked = any(effect.checked for effect in medicine.effects)
    reassures = all(effect.effect == NO_KNOWN_LINK for effect in medicine.effects)
    shown = [effect for effect in medicine.effects if effect.checked or effect.effect != NO_KNOWN_LINK]
    return ReviewedMedicine(
        line=line,
        medicine=medicine,
        effects=tuple(sorted(shown, key=lambda effect: _BEST_KNOWN_FIRST.index(effect.strength))),
        advice=None if reassures and not checked else medicine.advice,
        cautions=medicine.cautions,
        checked=checked,
    )


def _fired(
    table: MedicineTable,
    reviewed: Iterable[ReviewedMedicine],
    conditions: Collection[str],
    food_and_drink: Collection[str],
) -> tuple[FiredInteraction, ...]:
    taken = [one.medicine for one in reviewed]
    fired = []
    for interaction in table.interactions:
        met_by = tuple(
            (
                *(one.name for one in taken if one.id in side.medicines or one.group in side.groups),
                *(table.words.conditions[one][0] for one in side.conditions if one in conditions),
                *(table.words.food_and_drink[one][0] for one in side.food_and_drink if one in food_and_drink),
            )
            for side in interaction.between
        )
        if all(met_by):
            fired.append(FiredInteraction(interaction, met_by))
    order = list(Severity)
    return tuple(sorted(fired, key=lambda one: order.index(one.interaction.severity)))
