"""Findings laid out for people: one line to a factor, surest first, the same in the terminal, in files and in the app."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from quietlegs.core.diary.night import OUTCOMES, FactorKind, OutcomeKind
from quietlegs.core.triggers import Finding, Findings, Reason, Strength, Teller, Verdict
from quietlegs.core.triggers.estimates import is_ratio
from quietlegs.core.triggers.frequencies import counts_events
from quietlegs.core.triggers.telling import COUNTLESS, inside_a_sentence
from quietlegs.core.triggers.wording import number
from quietlegs.exchange.figures import Axis, ForestRow, difference_axis, forest_picture, ratio_axis
from quietlegs.exchange.figures.files import Page
from quietlegs.exchange.findings_words import load_wording

FEW = 5  # logged nights, below which no average is told


@dataclass(frozen=True, slots=True)
class Line:
    """One factor as people read it. ``best`` and ``could_be`` are empty where nothing may be shown."""

    finding: Finding
    label: str
    verdict: str
    tone: str
    per: str
    best: str
    could_be: str
    nights: str
    sentence: str
    brief: str
    row: ForestRow
    studies: str


@dataclass(frozen=True, slots=True)
class Lines:
    """All factors in reading order, with the axis that their bars share."""

    lines: tuple[Line, ...]
    axis: Axis
    teller: Teller

    def picture(self, *, by_itself: bool = True) -> str:
        """Return the forest plot; ``by_itself`` with its title and note, for a file of its own."""
        rows = [line.row for line in self.lines]
        words = self.teller.wording.title
        return forest_picture(
            rows,
            self.axis,
            title=words("title") if by_itself else "",
            note=words("forest_note") if by_itself else "",
            label=words("forest_label", count=len(rows)),
        )


def lay_out(findings: Findings, *, labels: Mapping[str, str] | None = None) -> Lines:
    """Return the lines of an analysis. ``labels`` gives factors their own words by name."""
    teller = Teller(load_wording(), findings, labels or {})
    chosen = [_for_people(group) for group in _by_factor(findings).values()]
    chosen.sort(key=_reading_order)
    axis = _axis(findings, chosen, teller)
    return Lines(tuple(_line(finding, teller) for finding in chosen), axis, teller)


def _by_factor(findings: Findings) -> dict[str, list[Finding]]:
    groups: dict[str, list[Finding]] = {}
    for finding in findings.findings:
        groups.setdefault(finding.factor, []).append(finding)
    return groups


def _for_people(lags: list[Finding]) -> Finding:
    """Return the lag that says most, the day itself where none does."""
    telling = [f for f in lags if f.strength in (Strength.CLEAR, Strength.POSSIBLE) and f.estimate]
    if not telling:
        return min(lags, key=lambda f: f.lag)
    return min(telling, key=lambda f: (f.estimate.lfsr if f.estimate else 1.0, f.lag))


def _reading_order(finding: Finding) -> tuple[int, float]:
    rank = {Strength.CLEAR: 0, Strength.POSSIBLE: 1}.get(finding.strength)
    if rank is None:
        if finding.reason in (Reason.ALIKE, Reason.FOLLOWS_BAD_NIGHTS):
            rank = 2
        elif finding.strength is Strength.SMALL:
            rank = 3
        else:
            rank = 4 if finding.estimate else 5
    return rank, finding.estimate.lfsr if finding.estimate else 1.0


def _line(finding: Finding, teller: Teller) -> Line:
    estimate, words = finding.estimate, teller.wording.title
    label = label_of(finding, teller)
    verdict = teller.verdict(finding)
    low = middle = high = None
    best = could_be = ""
    if estimate is not None:
        low, middle, high = (v * estimate.step for v in (estimate.low, estimate.effect, estimate.high))
        ratio = is_ratio(teller.findings.outcome_kind)
        said = [number(math.exp(min(v, 20.0)) if ratio else v) for v in (low, middle, high)]
        best, could_be = words("figure", value=said[1]), words("range", low=said[0], high=said[2])
    step = teller.step_words(finding, estimate.step) if estimate else ""
    tone = tone_of(finding, more_is_worse=more_is_worse(teller.findings.outcome))
    return Line(
        finding=finding,
        label=label,
        verdict=verdict,
        tone=tone,
        per=words("yes_against_no")
        if finding.kind is FactorKind.YES_NO
        else words("more_of", step=step)
        if step
        else "",
        best=best,
        could_be=could_be,
        nights="" if finding.reason in COUNTLESS else f"{finding.nights_with}, {finding.nights_without}",
        sentence=teller.sentence(finding),
        brief=teller.brief(finding),
        row=ForestRow(label, verdict, low, middle, high, tone, finding.strength is not Strength.CLEAR),
        studies=_studies(finding, teller),
    )


def _studies(finding: Finding, teller: Teller) -> str:
    """Return whether a study was used, in two words for the table; empty where none was."""
    without = finding.without_known
    if finding.known is None or without is None:
        return ""
    same = (without.verdict, without.strength) == (finding.verdict, finding.strength)
    return teller.wording.title("studies_same" if same else "studies_differ")


def studies_used(lines: Lines) -> str:
    """Return for which factors studies were used; empty where for none."""
    names = [inside_a_sentence(line.label) for line in lines.lines if line.finding.known]
    return lines.teller.wording.title("known_on", names=", ".join(names)) if names else ""


def label_of(finding: Finding, teller: Teller) -> str:
    """Return a factor's words with its lag, the first letter large."""
    label = teller.label(finding.factor)
    if finding.lag == 1:
        label = teller.wording.title("day_before", factor=label)
    elif finding.lag > 1:
        label = teller.wording.title("days_before", factor=label, lag=finding.lag)
    return label[:1].upper() + label[1:]


def more_is_worse(outcome: str) -> bool:
    """Return whether more of an outcome is worse; so it is taken for outcomes that Quietlegs does not know."""
    return outcome not in OUTCOMES or OUTCOMES[outcome].more_is_worse


def tone_of(finding: Finding, *, more_is_worse: bool) -> str:
    """Return the colour's class: "more" for worse nights, "fewer" for better ones; none for what is not clear."""
    if finding.verdict not in (Verdict.RAISES, Verdict.LOWERS):
        return ""
    return "more" if (finding.verdict is Verdict.RAISES) == more_is_worse else "fewer"


def _axis(findings: Findings, chosen: list[Finding], teller: Teller) -> Axis:
    words = teller.wording.title
    if is_ratio(findings.outcome_kind):
        return ratio_axis(words("half"), words("same"), words("double"))
    # The reach follows the best guesses and clear ranges: one wild range must not flatten all others.
    ends = [
        value * f.estimate.step
        for f in chosen
        if f.estimate
        for value in (
            (f.estimate.low, f.estimate.high) if f.strength is Strength.CLEAR else (f.estimate.effect,)
        )
    ]
    return difference_axis(
        [2 * e for e in ends],
        words("same"),
        teller.outcome.unit,
        more_is_worse=more_is_worse(findings.outcome),
    )


def lead(lines: Lines) -> str:
    """Return the answer in two or three sentences, before any number."""
    findings, teller = lines.teller.findings, lines.teller
    words = teller.wording.title
    if findings.gate is not None:
        return teller.health(findings.gate)
    nights = teller.wording.nights(findings.nights.logged)
    by_strength = {
        strength: [inside_a_sentence(line.label) for line in lines.lines if line.finding.strength is strength]
        for strength in (Strength.CLEAR, Strength.POSSIBLE)
    }
    parts = []
    for strength, kind in ((Strength.CLEAR, "lead_clear"), (Strength.POSSIBLE, "lead_possible")):
        names = by_strength[strength]
        if names:
            which = f"{kind}_one" if len(names) == 1 else f"{kind}_many"
            parts.append(words(which, count=len(names), names=", ".join(names)))
    if not parts:
        return words("lead_none", nights=nights)
    if len(lines.lines) > sum(len(names) for names in by_strength.values()):
        parts.append(words("lead_rest", nights=nights))
    return " ".join(parts)


def honest_list(lines: Lines) -> str:
    """Return how many of the listed findings are expected to be chance."""
    words = lines.teller.wording.title
    count = sum(line.finding.strength in (Strength.CLEAR, Strength.POSSIBLE) for line in lines.lines)
    wrong = lines.teller.findings.expected_wrong
    if count == 0:
        return words("wrong_none")
    if count == 1:
        tens = round(10 * wrong)
        return words("wrong_one", tens=tens) if tens >= 1 else words("wrong_one_few")
    return (
        words("wrong", count=count, wrong=round(wrong)) if wrong >= 0.8 else words("wrong_few", count=count)
    )


def nights_told(lines: Lines) -> str:
    """Return what the nights are: how many, from when to when, and the outcome on a usual night."""
    findings, teller = lines.teller.findings, lines.teller
    nights, base, words = findings.nights, findings.baseline, teller.wording.title
    parts = [
        words(
            "nights_line_one" if nights.span == 1 else "nights_line",
            logged=nights.logged,
            span=nights.span,
            first=teller.wording.day(nights.first),
            last=teller.wording.day(nights.last),
        )
    ]
    if counts_events(findings.outcome_kind) and nights.with_event < nights.logged:
        named = teller.outcome.event_nights
        parts.append(
            words("events_line", events=nights.with_event, event_nights=named[:1].upper() + named[1:])
        )
    if base is None or nights.logged < FEW:
        return parts[0]
    values = {"per": number(base.per_night), "low": number(base.low), "high": number(base.high)}
    if findings.outcome_kind is OutcomeKind.COUNT:
        parts.append(words("base_count", many=teller.outcome.many, **values))
    elif findings.outcome_kind is OutcomeKind.YES_NO:
        share = teller.wording.share(base.per_night)
        parts.append(words("base_share", share=share[:1].upper() + share[1:], event=teller.outcome.event))
    elif not teller.outcome.unit:
        name = teller.outcome.many
        parts.append(words("base_plain", many=name[:1].upper() + name[1:], **values))
    else:
        told = words("base_mean", many=teller.outcome.many, unit=teller.outcome.unit, **values)
        parts.append(
            told.replace("  ", " ").replace(
                f" {teller.outcome.unit} of {teller.outcome.unit} of", f" {teller.outcome.unit} of"
            )
        )
    return " ".join(parts)


def table_head(lines: Lines) -> tuple[str, ...]:
    """Return the heads of the table that stands beside the picture."""
    kind, words = lines.teller.findings.outcome_kind, lines.teller.wording.title
    best = {OutcomeKind.COUNT: "best_ratio", OutcomeKind.YES_NO: "best_odds"}.get(kind, "best_difference")
    head = (
        "factor",
        "says",
        "per",
        best,
        "could_be",
        "nights",
        *(("studies",) if _any_studies(lines) else ()),
    )
    return tuple(words(part) for part in head)


def table_row(line: Line, lines: Lines) -> tuple[str, ...]:
    """Return a line as cells under ``table_head``."""
    cells = (line.label, line.verdict, line.per, line.best, line.could_be, line.nights)
    return (*cells, line.studies) if _any_studies(lines) else cells


def _any_studies(lines: Lines) -> bool:
    return any(line.studies for line in lines.lines)


def page_of(lines: Lines) -> Page:
    """Return everything as a page for an HTML file, print or PDF."""
    teller, words = lines.teller, lines.teller.wording.title
    shown = [f"{line.label}. {line.verdict}. {line.sentence}" for line in lines.lines]
    return Page(
        title=words("title"),
        lead=f"{lead(lines)} {nights_told(lines)}",
        drawings=((words("forest_note"), lines.picture(by_itself=False)),) if lines.lines else (),
        columns=table_head(lines),
        rows=tuple(table_row(line, lines) for line in lines.lines),
        sections=(
            (words("found"), tuple(filter(None, (honest_list(lines), studies_used(lines))))),
            (words("all_factors"), tuple(shown)),
            (words("health"), tuple(teller.health(remark) for remark in teller.findings.health)),
        ),
        language=words("language"),
    )
