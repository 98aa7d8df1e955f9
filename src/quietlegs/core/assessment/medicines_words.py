"""The words people write medicines with, and the whole table made from its data files."""

from collections.abc import Collection, Iterable, Mapping

from quietlegs.core.assessment.medicines_lines import Stops
from quietlegs.core.assessment.medicines_table import (
    Advice,
    Fields,
    MedicineTable,
    Phrase,
    UrgentRule,
    Words,
    parse_interaction,
    parse_medicine,
    read_text_by_key,
    read_texts_by_key,
)
from quietlegs.core.knowledge.reading import KnowledgeError, Reader


def _phrase(fields: Fields, where: str) -> Phrase:
    read = Reader(fields, where)
    means = read.part("means", _means)
    made = Phrase(
        written=read.texts("written"),
        medicines=means[0] if means else (),
        groups=means[1] if means else (),
        hint=read.text("hint"),
    )
    read.finish()
    return made


def _means(fields: Fields, where: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    read = Reader(fields, where)
    made = read.texts("ids"), read.texts("groups")
    read.finish()
    return made


def _urgent(fields: Fields, where: str) -> UrgentRule:
    read = Reader(fields, where)
    made = UrgentRule(
        id=read.text("id"),
        medicines=read.texts("medicines"),
        groups=read.texts("groups"),
        sentence=read.text("sentence"),
        evidence=read.texts("evidence"),
    )
    read.finish()
    return made


def _advice(fields: Fields, where: str) -> Advice:
    read = Reader(fields, where)
    made = Advice(id=read.text("id"), sentence=read.text("sentence"), evidence=read.texts("evidence"))
    read.finish()
    return made


def _groups(fields: Fields) -> tuple[tuple[str, ...], ...]:
    groups = fields["groups"]
    if not isinstance(groups, list):
        raise KnowledgeError("sound-alike: the field groups must be a list of lists of names.")
    return tuple(tuple(str(name) for name in group) for group in groups)


def parse_words(files: Mapping[str, Fields]) -> Words:
    """Return the words people use, from the files of ``kb/medicine_words`` by name. Raises KnowledgeError."""

    def texts(file: str, name: str = "written") -> tuple[str, ...]:
        return Reader(files[file], file).texts(name)

    def phrases(file: str) -> tuple[Phrase, ...]:
        return Reader(files[file], file).each("items", _phrase)

    return Words(
        class_words=phrases("class-word"),
        combinations=phrases("combination"),
        ambiguous=phrases("ambiguous-brand"),
        shorthand=read_text_by_key(files["shorthand"], "map", "shorthand"),
        class_shorthand=read_text_by_key(files["class-shorthand"], "map", "class-shorthand"),
        forms=texts("dose-form"),
        skin_forms=texts("dose-form", "skin_and_eye"),
        frequencies=texts("frequency"),
        units=texts("strength-unit"),
        salts=texts("salt-name"),
        mineral_salts=read_texts_by_key(files["salt-name"], "minerals_that_are_salts_of", "salt-name"),
        not_taking=Stops(
            phrases=texts("not-taking"),
            lists=texts("not-taking", "of_whole_lists"),
            ends=texts("not-taking", "ended_by"),
            denied_by=texts("not-taking", "denied_by"),
            unless=texts("not-taking", "unless_before"),
        ),
        nothing=texts("not-a-medicine-word"),
        vague=texts("not-a-medicine-word", "ask_for_the_label"),
        look_alikes=_groups(files["sound-alike"]),
        not_held=texts("not-held", "names"),
        everyday=texts("everyday", "words"),
        conditions=read_texts_by_key(files["conditions"], "conditions", "conditions"),
        food_and_drink=read_texts_by_key(files["conditions"], "food_and_drink", "conditions"),
    )


def parse_table(
    *,
    medicines: Iterable[Fields],
    interactions: Iterable[Fields],
    words: Mapping[str, Fields],
    sound_evidence: Collection[str],
) -> MedicineTable:
    """Return the whole table from the plain mappings of the data files.

    Args:
        medicines: the files of ``kb/medicines``.
        interactions: the files of ``kb/interactions``.
        words: the files of ``kb/medicine_words``, by file name without its ending.
        sound_evidence: ids of the evidence entries that stand on at least one source that was read.

    Raises:
        KnowledgeError: a file cannot be read as what it should be.
    """
    held = [parse_medicine(fields, sound_evidence) for fields in medicines]
    return MedicineTable(
        medicines={medicine.id: medicine for medicine in held},
        interactions=tuple(parse_interaction(fields, sound_evidence) for fields in interactions),
        urgent=Reader(words["urgent"], "urgent").each("rules", _urgent),
        advice={one.id: one for one in Reader(words["advice"], "advice").each("sentences", _advice)},
        words=parse_words(words),
        effect_words=read_text_by_key(words["effects"], "effects", "effects"),
        strength_words=read_text_by_key(words["effects"], "strengths", "effects"),
        severity_labels=read_text_by_key(words["severities"], "labels", "severities"),
        severity_words=read_text_by_key(words["severities"], "severities", "severities"),
    )
