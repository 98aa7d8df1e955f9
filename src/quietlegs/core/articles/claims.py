"""Finds what a page claims: which sentences can be checked, and how each speaks.

A claim says of something that it causes, helps or is something. Definitions, questions, headings, boilerplate and
chat are not claims. A sentence that says two things is two claims.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from quietlegs.core.articles.base import ClaimBase
from quietlegs.core.articles.sentences import Sentence
from quietlegs.core.articles.words import Hit, Word

FEWEST_WORDS = 4  # shorter clauses stay with the clause before them
COMPLAINTS = ("cramps", "restless-legs", "fibromyalgia")  # what a page or claim may be about
DENIAL_REACH = 3  # words between "not" and the verb that it denies


class Relation(StrEnum):
    """The link that a claim asserts between what it names and the complaint."""

    CAUSES = "causes"
    HELPS = "helps"
    IS = "is"


class Strength(StrEnum):
    """How strongly it is said."""

    HEDGED = "hedged"
    PLAIN = "plain"
    STRONG = "strong"


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim with its place in the text (``start`` to ``end``, end excluded) and how it speaks.

    ``is_warning``: it warns of harm, or tells not to do something.
    """

    start: int
    end: int
    text: str
    subjects: tuple[str, ...]
    targets: tuple[str, ...]
    relation: Relation
    strength: Strength
    is_denied: bool
    is_advice: bool
    is_warning: bool = False


def claims_of(
    text: str, sentences: Sequence[Sentence], *, base: ClaimBase, page_targets: Sequence[str]
) -> tuple[Claim, ...]:
    """Return the claims of a page in order.

    Args:
        text: the page.
        sentences: its sentences.
        base: the word lists.
        page_targets: what the page is about, most first; a sentence that names no complaint speaks of the first.
    """
    found: list[Claim] = []
    for sentence in sentences:
        if sentence.is_heading or sentence.is_question or _is_no_claim(sentence, base):
            continue
        for start, end in _clauses(text, sentence, base):
            claim = _claim(text, start, end, sentence, base, page_targets)
            if claim:
                found.append(claim)
    return tuple(found)


def _is_no_claim(sentence: Sentence, base: ClaimBase) -> bool:
    words = base.grammar.words(sentence.text)
    cues = {hit.name for hit in base.cues.find(words)}
    if "boilerplate" in cues:
        return True
    return (
        "definitions" in cues and "boosters" not in cues and not cues & {"relation:helps", "relation:causes"}
    )


def _clauses(text: str, sentence: Sentence, base: ClaimBase) -> list[tuple[int, int]]:
    inside = text[sentence.start : sentence.end]
    cuts = [0, *(match.end() for match in base.grammar.clause.finditer(inside)), len(inside)]
    spans: list[tuple[int, int]] = []
    for a, b in pairwise(cuts):
        if spans and len(inside[a:b].split()) < FEWEST_WORDS:
            spans[-1] = (spans[-1][0], b)
        else:
            spans.append((a, b))
    if len(spans) > 1 and len(inside[slice(*spans[0])].split()) < FEWEST_WORDS:
        spans[:2] = [(spans[0][0], spans[1][1])]
    return [(sentence.start + a, sentence.start + b) for a, b in spans]


def _claim(
    text: str, start: int, end: int, sentence: Sentence, base: ClaimBase, page_targets: Sequence[str]
) -> Claim | None:
    start += len(text[start:end]) - len(text[start:end].lstrip(" ,;\n\t"))
    plain = text[start:end].strip(" ,;\n\t")
    words = base.grammar.words(plain)
    subjects = _subjects(words, base)
    cues = base.cues.find(words)
    names = {hit.name for hit in cues}
    is_advice = _is_advice(plain, words, cues, base)
    is_warning = "harms" in names or (is_advice and _begins_denied(cues, "negations", "prohibitions"))
    in_list = _list_relation(sentence, base)
    relation = _relation(cues, subjects, is_advice=is_advice, is_warning=is_warning, in_list=in_list)
    targets = _targets(words, cues, relation, base)
    if relation is None or not (subjects or (targets and names & {"relation:causes", "relation:helps"})):
        return None
    if not set(targets) & set(COMPLAINTS):
        targets = (*_page_target(subjects, page_targets, base), *targets)
    lead_in = {hit.name for hit in base.cues.find(base.grammar.words(sentence.lead_in))} if in_list else set()
    return Claim(
        start=start,
        end=start + len(text[start:end].rstrip(" ,;\n\t")),
        text=" ".join(plain.split()),
        subjects=tuple(dict.fromkeys(hit.name for hit in subjects)),
        targets=targets,
        relation=relation,
        strength=_strength(names | (lead_in & {"hedges"})),
        is_denied=_begins_denied(cues, "negations") if is_advice else _is_denied(cues, subjects),
        is_advice=is_advice,
        is_warning=is_warning,
    )


def _page_target(subjects: Sequence[Hit], page_targets: Sequence[str], base: ClaimBase) -> tuple[str, ...]:
    """Return the complaint that a claim which names none speaks of: those of the page that evidence on its matter has."""
    known = {
        str(about) for hit in subjects for one in base.subjects[hit.name] for about in base.entries[one].about
    }
    return tuple(one for one in page_targets if one in known) or tuple(page_targets[:1])


def _is_advice(plain: str, words: Sequence[Word], cues: Sequence[Hit], base: ClaimBase) -> bool:
    """Whether it tells to do something: a verb of advice at its start, after a comma, or after "please" or "should"."""
    for hit in cues:
        if hit.name != "advice" or plain[: words[hit.first].end].lower().endswith(base.grammar.no_advice):
            continue
        if hit.first <= 1 or words[hit.first - 1].stem in base.grammar.before_advice:
            return True
        if "," in plain[words[hit.first - 1].end : words[hit.first].start]:
            return True
    return False


def _begins_denied(cues: Sequence[Hit], *lists: str) -> bool:
    """Whether advice tells not to: "do not take", "never stop", "please don't"; not "call if it does not ease"."""
    return any(hit.name in lists and hit.first <= 2 for hit in cues)


def _targets(
    words: Sequence[Word], cues: Sequence[Hit], relation: Relation | None, base: ClaimBase
) -> tuple[str, ...]:
    """Return the complaints named, those that the link leads to ("... causes cramps") before the others."""
    hits = base.targets.find(words)
    at = min((hit.end for hit in cues if relation and hit.name == f"relation:{relation}"), default=0)
    after = [hit.name for hit in hits if hit.first >= at and relation is not Relation.IS]
    return tuple(dict.fromkeys([*after, *(hit.name for hit in hits)]))


def _is_denied(cues: Sequence[Hit], subjects: Sequence[Hit]) -> bool:
    """Whether the link is denied: a "not" shortly before its verb, or "no evidence", and not within a concept's name."""
    spared = [*(hit for hit in cues if hit.name == "negation_exceptions"), *subjects]
    for hit in cues:
        if hit.name != "negations" or any(one.first <= hit.first < one.end for one in spared):
            continue
        if hit.end - hit.first > 1 or any(
            0 <= verb.first - hit.end < DENIAL_REACH for verb in cues if verb.name.startswith("relation:")
        ):
            return True
    return False


def _subjects(words: Sequence[Word], base: ClaimBase) -> list[Hit]:
    """Return the concepts named, without those that lie within a longer phrase."""
    hits = base.concepts.find(words)
    return [
        hit
        for hit in hits
        if not any(
            other is not hit
            and other.first <= hit.first
            and hit.end <= other.end
            and other.end - other.first > hit.end - hit.first
            for other in hits
        )
    ]


def _list_relation(sentence: Sentence, base: ClaimBase) -> Relation | None:
    """Return the link that a list's lead-in, or the heading above it, lends to its items."""
    for above in (sentence.lead_in, sentence.heading):
        hits = base.lead_ins.find(base.grammar.words(above))
        if sentence.lead_in and hits:
            return Relation(hits[0].name)
    return None


def _relation(
    cues: Sequence[Hit],
    subjects: Sequence[Hit],
    *,
    is_advice: bool,
    is_warning: bool,
    in_list: Relation | None,
) -> Relation | None:
    relations = sorted(
        (hit for hit in cues if hit.name.startswith("relation:")), key=lambda hit: (hit.first, -hit.end)
    )
    strong = [hit for hit in relations if hit.name != "relation:is"]
    if in_list and not strong:
        return in_list
    if strong:
        return Relation(strong[0].name.removeprefix("relation:"))
    if is_advice:
        return Relation.HELPS
    if is_warning and subjects:
        return Relation.CAUSES
    if subjects and any(hit.name == "negations" and hit.end - hit.first > 1 for hit in cues):
        return Relation.HELPS  # "has not been shown to make a difference"
    return Relation.IS if subjects else None


def _strength(names: set[str]) -> Strength:
    if "boosters" in names:
        return Strength.STRONG
    return Strength.HEDGED if "hedges" in names else Strength.PLAIN


def page_targets(sentences: Sequence[Sentence], base: ClaimBase) -> tuple[str, ...]:
    """Return what a page is about, the complaint it names most (headings count thrice) first."""
    counts: dict[str, int] = {}
    for sentence in sentences:
        weight = 3 if sentence.is_heading else 1
        for hit in base.targets.find(base.grammar.words(sentence.text)):
            counts[hit.name] = counts.get(hit.name, 0) + weight
    main = [name for name in COMPLAINTS if counts.get(name)]
    return tuple(sorted(main, key=lambda name: -counts[name]))
