"""The claim base: evidence entries and the word lists of ``kb/claims``, compiled once from plain mappings."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from quietlegs.core.articles.grammar import Grammar
from quietlegs.core.articles.words import PhraseBook
from quietlegs.core.knowledge import EvidenceEntry, KnowledgeError


@dataclass(frozen=True, slots=True)
class Pattern:
    """What sells or was dropped in to sell: what it is called, why it matters, how it is told."""

    what: str
    why: str
    expressions: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class Danger:
    """Advice that could hurt: all of ``wanted`` in one sentence, and none of ``sober``.

    ``about`` are the words of its matter: all of them in a sentence that was heard to be harmful make it this danger.
    """

    id: str
    severity: str
    verdict: str
    why: str
    evidence: str
    wanted: tuple[re.Pattern[str], ...]
    sober: tuple[re.Pattern[str], ...]
    about: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class Warnings:
    """Words that warn or tell of harm done, and words beside them that take that away ("no need to ask").

    ``counts``: so much more harmful, of -1 to 1, a sentence that warns must be heard to be.
    """

    warns: re.Pattern[str]
    counts: float
    takes_away: re.Pattern[str]

    def warn_in(self, text: str) -> bool:
        """Return whether a sentence warns."""
        return bool(self.warns.search(self.takes_away.sub(" ", text.replace("’", "'"))))


@dataclass(frozen=True, slots=True)
class SafetyPoint:
    """What a page that speaks of ``when`` should have told, in words such as ``told``."""

    id: str
    sentence: str
    evidence: str | None
    when: tuple[re.Pattern[str], ...]
    told: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class Spun:
    """How drug text that was dropped into a page is told from a sober mention."""

    what: str
    why: str
    mechanism: tuple[re.Pattern[str], ...]
    strength: re.Pattern[str]
    use: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True, eq=False)
class ClaimBase:
    """Everything that judging a page needs. ``subjects`` leads from a concept to the ids of its evidence."""

    grammar: Grammar
    entries: Mapping[str, EvidenceEntry]
    subjects: Mapping[str, tuple[str, ...]]
    concepts: PhraseBook
    targets: PhraseBook
    cues: PhraseBook
    lead_ins: PhraseBook
    promotions: tuple[Pattern, ...]
    spun: Spun
    dangers: tuple[Danger, ...]
    warnings: Warnings
    safety_points: tuple[SafetyPoint, ...]


CUE_LISTS = (
    "advice",
    "negations",
    "negation_exceptions",
    "prohibitions",
    "harms",
    "hedges",
    "boosters",
    "definitions",
    "boilerplate",
)


def claim_base(
    entries: Mapping[str, EvidenceEntry],
    grammar: Grammar,
    *,
    subjects: Mapping[str, object],
    cues: Mapping[str, object],
    promotions: Mapping[str, object],
    dangers: Mapping[str, object],
    missing: Mapping[str, object],
) -> ClaimBase:
    """Compile the word lists of one language against the evidence.

    Raises:
        KnowledgeError: a list refers to evidence that is not there, or has a pattern that cannot be read.
    """
    concepts = {str(item["id"]): item for item in _items(subjects)}
    for name, item in concepts.items():
        _must_exist(f"claims/subjects, {name}", _strings(item["evidence"]), entries)
    relations = _mapping(cues["relations"])
    named_cues = {name: _strings(cues[name]) for name in CUE_LISTS}
    named_cues |= {f"relation:{name}": _strings(words) for name, words in relations.items()}
    return ClaimBase(
        grammar=grammar,
        entries=entries,
        subjects={name: _strings(item["evidence"]) for name, item in concepts.items()},
        concepts=PhraseBook(
            {name: _strings(item["words"]) for name, item in concepts.items()}, grammar.words
        ),
        targets=PhraseBook(
            {name: _strings(words) for name, words in _mapping(cues["targets"]).items()}, grammar.words
        ),
        cues=PhraseBook(named_cues, grammar.words),
        lead_ins=PhraseBook(
            {name: _strings(words) for name, words in _mapping(cues["lead_ins"]).items()}, grammar.words
        ),
        promotions=tuple(
            Pattern(str(item["what"]), str(item["why"]), _expressions(item["any"]))
            for item in _items({"items": promotions["patterns"]})
        ),
        spun=_spun(_mapping(promotions["spun"])),
        dangers=tuple(_danger(item, entries) for item in _items(dangers)),
        warnings=Warnings(
            _any_of(dangers["warns"]), float(str(dangers["warning_counts"])), _any_of(dangers["takes_away"])
        ),
        safety_points=tuple(_safety_point(item, entries) for item in _items(missing)),
    )


def _spun(item: Mapping[str, object]) -> Spun:
    return Spun(
        what=str(item["what"]),
        why=str(item["why"]),
        mechanism=_expressions(item["mechanism"]),
        strength=_expression(str(item["strength"])),
        use=_expressions(item["use"]),
    )


def _danger(item: Mapping[str, object], entries: Mapping[str, EvidenceEntry]) -> Danger:
    _must_exist(f"claims/dangers, {item['id']}", (str(item["evidence"]),), entries)
    any_of = _strings(item.get("any", ()))
    wanted = (*_strings(item["all"]), *(("|".join(f"(?:{part})" for part in any_of),) if any_of else ()))
    return Danger(
        id=str(item["id"]),
        severity=str(item["severity"]),
        verdict=str(item.get("verdict", "unsafe" if item["severity"] == "danger" else "partly")),
        why=str(item["why"]),
        evidence=str(item["evidence"]),
        wanted=tuple(_expression(part) for part in wanted),
        sober=_expressions(item.get("unless", ())),
        about=_expressions(item.get("about", ())),
    )


def _safety_point(item: Mapping[str, object], entries: Mapping[str, EvidenceEntry]) -> SafetyPoint:
    evidence = item["evidence"]
    if evidence is not None:
        _must_exist(f"claims/missing, {item['id']}", (str(evidence),), entries)
    return SafetyPoint(
        id=str(item["id"]),
        sentence=str(item["sentence"]),
        evidence=None if evidence is None else str(evidence),
        when=_expressions(item["when"]),
        told=_expressions(item["told"]),
    )


def _must_exist(where: str, ids: Sequence[str], entries: Mapping[str, EvidenceEntry]) -> None:
    unknown = [one for one in ids if one not in entries]
    if unknown:
        raise KnowledgeError(f"{where}: there is no evidence {', '.join(unknown)}.")


def _items(mapping: Mapping[str, object]) -> list[Mapping[str, object]]:
    items = mapping["items"]
    assert isinstance(items, list)
    return [_mapping(item) for item in items]


def _mapping(value: object) -> Mapping[str, object]:
    assert isinstance(value, Mapping)
    return value


def _strings(value: object) -> tuple[str, ...]:
    assert isinstance(value, list | tuple)
    return tuple(str(part) for part in value)


def _expressions(value: object) -> tuple[re.Pattern[str], ...]:
    return tuple(_expression(part) for part in _strings(value))


def _any_of(value: object) -> re.Pattern[str]:
    """Return one pattern for any of several, or one that nothing fits for none."""
    return _expression("|".join(f"(?:{part})" for part in _strings(value)) or "(?!)")


def _expression(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern, re.IGNORECASE | re.MULTILINE)
    except re.error as error:
        raise KnowledgeError(f"claims: the pattern {pattern!r} cannot be read ({error}).") from error
