"""Lays the doctor's page out: most needed first, one page, nothing a GP does not need."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from quietlegs.core.diary.night import Diary
from quietlegs.core.report.document import Block, Document, Legs, Lines, NightMark, Section, Strip, Table
from quietlegs.core.report.pattern import (
    Pattern,
    RestlessPattern,
    Spread,
    difference,
    pattern_of,
    restless_pattern_of,
)

STRIP_NIGHTS = 84  # the last 12 weeks
MOST_ROWS = 8  # medicines or remedies on the page; the rest goes to the appendix
MOST_PLACES = 6
MOST_APPENDIX_NIGHTS = 1200

# The sections a person may leave out, in the order of the page.
SECTIONS = (
    "pattern",
    "danger",
    "strip",
    "restless",
    "impact",
    "likely",
    "medicines",
    "tried",
    "conditions",
    "labs",
    "findings",
    "questions",
)

Wording = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class MedicineRow:
    """One medicine: as it was written, what is known of it and legs at night, and whether that is anything."""

    given: str
    effect: str
    is_flagged: bool


@dataclass(frozen=True, slots=True)
class TriedRow:
    """One thing that was tried, and the honest result in words."""

    what: str
    result: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the page may tell. Empty means not known or not wished.

    ``flags_present`` and ``flags_absent`` are names of red flags that were asked and
    settled, ``flags_unsure`` those that "not sure" leaves standing; ``fits`` are sentences of what it may be with
    reasons. ``questions`` are what the person wants to ask. ``findings`` are sentences for the page;
    ``findings_in_full`` are the same for the appendix, with their cautions.
    """

    today: date
    diary: Diary
    nights: int
    name: str = ""
    age: int | None = None
    sex: str = ""
    is_pregnant: bool | None = None
    checked_on: date | None = None
    flags_present: tuple[str, ...] = ()
    flags_unsure: tuple[str, ...] = ()
    flags_absent: tuple[str, ...] = ()
    fits: tuple[tuple[str, str], ...] = ()
    medicines: tuple[MedicineRow, ...] = ()
    conditions: tuple[str, ...] = ()
    labs: tuple[tuple[str, str, str], ...] = ()
    tried: tuple[TriedRow, ...] = ()
    findings: tuple[str, ...] = ()
    findings_in_full: tuple[str, ...] = ()
    data_health: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()

    @property
    def last(self) -> date:
        """The last night to tell of: tonight only where something was said of it; it is not over."""
        told = any(night.evening == self.today and night.is_quiet is not None for night in self.diary.nights)
        return self.today if told else self.today - timedelta(days=1)


def doctor_page(
    facts: Facts, wording: Wording, *, sections: tuple[str, ...] = SECTIONS, with_appendix: bool = False
) -> Document:
    """Return the doctor's page of these facts.

    Args:
        wording: sentences by id, with gaps (``kb/wording/report.yaml``).
        sections: which of ``SECTIONS`` to show; one without facts is left out whatever this says.
        with_appendix: add every night, all findings and data health on pages of their own.
    """
    pattern = pattern_of(facts.diary, last=facts.last, nights=facts.nights)
    restless = restless_pattern_of(facts.diary, last=facts.last, nights=facts.nights)
    made = {
        "pattern": _pattern(facts, pattern, wording),
        "danger": _danger(facts, wording),
        "strip": _strip(facts, wording),
        "restless": _restless(restless, wording),
        "impact": _impact(facts, wording),
        "likely": _section("likely", wording, Lines(facts.fits)) if facts.fits else None,
        "medicines": _medicines(facts, wording),
        "tried": _tried(facts, wording),
        "conditions": _section("conditions", wording, Lines((("", ", ".join(facts.conditions)),)))
        if facts.conditions
        else None,
        "labs": _labs(facts, wording),
        "findings": _plain_lines("findings", facts.findings, wording),
        "questions": _section(
            "questions", wording, Lines(tuple(("", q) for q in facts.questions), is_numbered=True)
        )
        if facts.questions
        else None,
    }
    shown = tuple(section for name in SECTIONS if name in sections and (section := made[name]))
    return Document(
        title=_title(facts, wording),
        kicker=wording["kicker"].format(day=day_words(facts.today, wording)),
        sections=shown or (_section("empty", wording, Lines((("", wording["empty"]),))),),
        appendix=_appendix(facts, wording) if with_appendix else (),
        footer=wording["footer"],
        language=wording["language"],
    )


def day_words(day: date, words: Wording) -> str:
    """Return a date as it is said: 20 November 2026."""
    return words["date"].format(day=day.day, month=words["months"].split()[day.month - 1], year=day.year)


def _title(facts: Facts, words: Wording) -> str:
    who = [facts.name or words["somebody"]]
    if facts.age is not None:
        who.append(str(facts.age))
    if facts.sex:
        who.append(facts.sex)
    if facts.is_pregnant:
        who.append(words["pregnant"])
    return words["title"].format(who=", ".join(who))


def _section(name: str, words: Wording, *blocks: Block, is_wide: bool = False) -> Section:
    return Section(name, words[f"heading_{name}"], blocks, is_wide)


def _plain_lines(name: str, lines: tuple[str, ...], words: Wording) -> Section | None:
    return _section(name, words, Lines(tuple(("", line) for line in lines[:MOST_ROWS]))) if lines else None


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _spread(spread: Spread, words: Wording, unit: str) -> str:
    if spread.low == spread.high:
        return words["spread_one"].format(middle=_number(spread.middle), unit=unit)
    return words["spread"].format(
        middle=_number(spread.middle), low=_number(spread.low), high=_number(spread.high), unit=unit
    )


def _pattern(facts: Facts, pattern: Pattern | None, words: Wording) -> Section | None:
    if pattern is None:
        return None
    lines = [
        (
            words["how_often_strong"].format(bad=pattern.cramp_nights, logged=pattern.logged),
            words["how_often"].format(
                rate=_number(pattern.cramp_nights_per_week),
                low=_number(pattern.low),
                high=_number(pattern.high),
                unknown=pattern.unknown,
                cramps=pattern.cramps,
            ),
        )
    ]
    if pattern.before is not None and pattern.lately is not None:
        lines.append(
            ("", words["trend"].format(before=_number(pattern.before), lately=_number(pattern.lately)))
        )
    if pattern.hours:
        lines.append(
            (
                "",
                words["hours"].format(
                    hours=", ".join(words[f"hours_{h}"].format(n=n) for h, n in pattern.hours)
                ),
            )
        )
    if pattern.minutes:
        lines.append(("", words["minutes"].format(spread=_spread(pattern.minutes, words, " min"))))
    if pattern.severity:
        lines.append(("", words["severity"].format(spread=_spread(pattern.severity, words, "/10"))))
    if pattern.sore_nights:
        lines.append(("", words["sore"].format(sore=pattern.sore_nights[0], told=pattern.sore_nights[1])))
    legs = (_legs(pattern.places, words),) if pattern.places else ()
    return _section("pattern", words, Lines(tuple(lines)), *legs)


def _legs(places: tuple[tuple[str, int], ...], words: Wording) -> Legs:
    said = ", ".join(
        f"{words.get(f'place_{place}', place.replace('-', ' '))} {n}" for place, n in places[:MOST_PLACES]
    )
    return Legs(places, words["places"].format(places=said))


def _danger(facts: Facts, words: Wording) -> Section | None:
    if facts.checked_on is None:
        return None
    lines = [(words["flag_present"], f"{flag}.") for flag in facts.flags_present]
    if facts.flags_unsure:
        lines.append((words["flags_unsure"], f"{', '.join(facts.flags_unsure)}."))
    asked = ", ".join(facts.flags_absent)
    if facts.flags_absent:
        strong = words["flags_none"].format(n=len(facts.flags_absent)) if not lines else words["flags_others"]
        lines.append((strong, words["flags_asked"].format(flags=asked)))
    heading = words["heading_danger"].format(day=day_words(facts.checked_on, words))
    return Section("danger", heading, (Lines(tuple(lines)),)) if lines else None


def _strip(facts: Facts, words: Wording) -> Section | None:
    by_evening = {night.evening: night for night in facts.diary.nights}
    if not by_evening:
        return None
    count = min(STRIP_NIGHTS, facts.nights, (facts.last - min(by_evening)).days + 1)
    if count < 1:
        return None
    evenings = [facts.last - timedelta(days=i) for i in reversed(range(count))]
    marks = tuple(
        NightMark(e, _cramps(by_evening[e].outcomes.get("cramps")) if e in by_evening else None)
        for e in evenings
    )
    bad = sum(bool(mark.cramps) for mark in marks)
    quiet = sum(mark.cramps == 0 for mark in marks)
    said = words["strip_words"].format(n=count, bad=bad, quiet=quiet, unknown=count - bad - quiet)
    strip = Strip(marks, said, (words["legend_cramps"], words["legend_quiet"], words["legend_unknown"]))
    heading = words["heading_strip"].format(
        n=count, first=day_words(evenings[0], words), last=day_words(evenings[-1], words)
    )
    return Section("strip", heading, (strip,), is_wide=True)


def _cramps(value: float | None) -> int | None:
    return None if value is None else int(value)


def _restless(restless: RestlessPattern | None, words: Wording) -> Section | None:
    if restless is None:
        return None
    said = words["restless"].format(nights=restless.restless_nights, scored=restless.scored)
    strength = (
        words["restless_strength"].format(spread=_spread(restless.strength, words, "/10"))
        if restless.strength
        else ""
    )
    return _section("restless", words, Lines((("", f"{said} {strength}".strip()),)))


def _impact(facts: Facts, words: Wording) -> Section | None:
    lines, open_ones = [], []
    for outcome in ("sleep_hours", "pain", "fatigue", "fog", "worry"):
        found = difference(facts.diary, outcome, last=facts.last, nights=facts.nights)
        if found is None:
            continue
        gap, low, high, bad, quiet = found
        if low <= 0 <= high:  # told too: a page of what stood out alone would show chance
            open_ones.append(words[f"impact_name_{outcome}"])
            continue
        nearest, farthest = sorted((abs(low), abs(high)))
        key = f"impact_{outcome}_{'more' if gap > 0 else 'less'}"
        numbers = {"gap": _number(abs(gap)), "low": _number(nearest), "high": _number(farthest)}
        lines.append(("", words[key].format(**numbers, bad=bad, quiet=quiet)))
    if open_ones:
        lines.append(("", words["impact_none"].format(what=", ".join(open_ones))))
    return _section("impact", words, Lines(tuple(lines))) if lines else None


def _medicines(facts: Facts, words: Wording) -> Section | None:
    if not facts.medicines:
        return None
    ordered = sorted(facts.medicines, key=lambda row: not row.is_flagged)
    rows = tuple((row.given, row.effect) for row in ordered[:MOST_ROWS])
    left = len(ordered) - len(rows)
    more: tuple[Lines, ...] = (Lines((("", words["more_rows"].format(n=left)),)),) if left else ()
    return _section("medicines", words, Table((words["column_medicine"], words["column_link"]), rows), *more)


def _tried(facts: Facts, words: Wording) -> Section | None:
    if not facts.tried:
        return None
    rows = tuple((row.what, row.result) for row in facts.tried[:MOST_ROWS])
    return _section("tried", words, Table((words["column_remedy"], words["column_result"]), rows))


def _labs(facts: Facts, words: Wording) -> Section | None:
    if not facts.labs:
        return None
    return _section(
        "labs",
        words,
        Table((words["column_test"], words["column_value"], words["column_day"]), facts.labs[:MOST_ROWS]),
    )


def _appendix(facts: Facts, words: Wording) -> tuple[Section, ...]:
    first = facts.today - timedelta(days=facts.nights - 1)
    nights = [night for night in facts.diary.nights if first <= night.evening <= facts.today][
        -MOST_APPENDIX_NIGHTS:
    ]
    columns = ("cramps", "severity", "restless", "sleep_hours", "pain", "fatigue")
    rows = tuple(
        (
            night.evening.isoformat(),
            *(_number(night.outcomes[c]) if c in night.outcomes else "-" for c in columns),
            night.note,
        )
        for night in nights
    )
    names = tuple(words[f"column_{column}"] for column in columns)
    sections = [
        _section(
            "all_nights",
            words,
            Table((words["column_night"], *names, words["column_note"]), rows),
            is_wide=True,
        )
    ]
    for name, lines in (
        ("all_findings", facts.findings_in_full or facts.findings),
        ("data_health", facts.data_health),
    ):
        if lines:
            sections.append(_section(name, words, Lines(tuple(("", line) for line in lines)), is_wide=True))
    return tuple(sections)
