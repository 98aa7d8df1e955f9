"""The diary as one JSON document, in and out: what the CSV holds, for programs.

``{"format": "quietlegs-diary", "version": 1, "factors": [...], "nights": [...], "trials": [...]}``. A name that is missing, or null,
was not answered. Yes/no factors are true and false. Problems name the place in the document.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, BinaryIO

from quietlegs.core.base.errors import Problem, QuietlegsError
from quietlegs.core.base.messages import message
from quietlegs.core.diary.night import (
    OUTCOMES,
    Diary,
    Factor,
    FactorKind,
    Night,
    diary_of,
    evening_problem,
    factor_problem,
    outcome_problem,
)
from quietlegs.core.experiments.record import TrialRecord
from quietlegs.exchange.cells import parse_date
from quietlegs.exchange.diary_file import DiaryFile, unusable
from quietlegs.exchange.episodes import episode_from_plain, episode_to_plain
from quietlegs.exchange.observations import observation_from_plain, observation_to_plain
from quietlegs.exchange.trial_records import read_records, record_to_plain

FORMAT = "quietlegs-diary"
VERSION = 1
MAX_BYTES = 64 * 2**20  # names are repeated every night, so four times the CSV's
_NIGHT_FIELDS = frozenset(
    {"night", "outcomes", "factors", "note", "places", "sore", "episodes", "observations"}
)


def read_diary_json(source: bytes | BinaryIO, *, today: date | None = None) -> DiaryFile:
    """Read a diary's JSON whole, and list every problem in it. Arguments as for ``read_diary_csv``."""
    raw = source if isinstance(source, bytes) else source.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        return unusable(
            message("The file is larger than {most} MB.", most=MAX_BYTES // 2**20),
            message("Split it by year."),
        )
    try:
        document = json.loads(raw, object_pairs_hook=_without_repeats)
    except QuietlegsError as error:
        return unusable(error.said, message("Keep one of the two."))
    except json.JSONDecodeError as error:
        return unusable(
            message("This is not JSON from this line on."),
            message("Export the diary again."),
            line=error.lineno,
        )
    except (ValueError, RecursionError):
        return unusable(message("This is not JSON that can be read."), message("Export the diary again."))
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        return unusable(
            message("This JSON is not a Quietlegs diary."),
            message('It begins with {{"format": "{format}".', format=FORMAT),
        )
    if document.get("version") != VERSION:
        return unusable(
            message(
                "The diary has format version {found}; this Quietlegs reads {version}.",
                found=repr(document.get("version")),
                version=VERSION,
            ),
            message("Use a newer Quietlegs."),
        )
    return read_diary_document(document, today=today)


def write_diary_json(diary: Diary, trials: Sequence[TrialRecord] = ()) -> bytes:
    """Return a diary, with its trials, as a JSON document that ``read_diary_json`` reads back as the same."""
    kinds = {factor.name: factor.kind for factor in diary.factors}
    document = {
        "format": FORMAT,
        "version": VERSION,
        "factors": [
            {"name": f.name, "kind": f.kind.value, **({} if f.unit is None else {"unit": f.unit})}
            for f in diary.factors
        ],
        "nights": [_night_to_plain(night, kinds) for night in diary.nights],
        **({"trials": [record_to_plain(trial) for trial in trials]} if trials else {}),
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _night_to_plain(night: Night, kinds: Mapping[str, FactorKind]) -> dict[str, Any]:
    plain: dict[str, Any] = {"night": night.evening.isoformat()}
    if night.outcomes:
        plain["outcomes"] = dict(night.outcomes)
    if night.factors:
        plain["factors"] = {
            name: bool(value) if kinds[name] is FactorKind.YES_NO else value
            for name, value in night.factors.items()
        }
    if night.places:
        plain["places"] = list(night.places)
    if night.sore is not None:
        plain["sore"] = night.sore
    if night.episodes:
        plain["episodes"] = [episode_to_plain(episode) for episode in night.episodes]
    if night.seen:
        plain["observations"] = [observation_to_plain(seen) for seen in night.seen]
    if night.note:
        plain["note"] = night.note
    return plain


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        raise QuietlegsError(message("The name {name} stands twice in one object.", name=repr(repeated[:40])))
    return found


def read_diary_document(document: Mapping[str, Any], *, today: date | None = None) -> DiaryFile:
    """Check the ``factors`` and ``nights`` of a document value by value, and list every problem in it.

    Args:
        document: the plain values that ``write_diary_json`` writes; its format and version are not looked at.
        today: nights after it are refused.
    """
    listed, nights = document.get("factors", []), document.get("nights", [])
    if not isinstance(listed, list) or not isinstance(nights, list):
        return unusable(message("factors and nights must be lists."), message("Export the diary again."))
    problems: list[Problem] = []
    factors: dict[str, Factor] = {}
    for at, plain in enumerate(listed):
        try:
            factor = _factor(plain)
        except QuietlegsError as error:
            problems.append(Problem(error.said, "", column=f"factors[{at}]"))
            continue
        if factor.name.casefold() in {name.casefold() for name in factors}:
            problems.append(
                Problem(
                    message("{name} stands twice.", name=factor.name),
                    message("Keep one."),
                    column=f"factors[{at}]",
                )
            )
            continue
        factors[factor.name] = factor
    good: dict[date, Night] = {}
    first: dict[date, int] = {}
    for at, plain in enumerate(nights):
        night, wrong = _night(plain, f"nights[{at}]", factors, today)
        if night and night.evening in first:
            wrong.append(
                Problem(
                    message(
                        "The night of {evening} is nights[{place}] too.",
                        evening=night.evening,
                        place=first[night.evening],
                    ),
                    message("Keep one of the two."),
                    column=f"nights[{at}]",
                )
            )
            good.pop(night.evening, None)  # which of them is right, nobody here can say
        problems += wrong
        if night:
            if not wrong:
                good[night.evening] = night
            first.setdefault(night.evening, at)
    trials, wrong = read_records(document.get("trials", []))
    if not nights and not trials and not problems and not wrong:
        problems.append(Problem(message("The diary has no nights."), ""))
    notices = (
        [
            Problem(
                message("The file holds trials on yourself: {count}.", count=len(trials)),
                message("New ones come in too."),
            )
        ]
        if trials
        else []
    )
    diary = diary_of(good.values(), factors.values())
    return DiaryFile(diary, (*problems, *wrong), tuple(notices), trials)


def _factor(plain: object) -> Factor:
    if not isinstance(plain, Mapping) or not isinstance(plain.get("name"), str):
        raise QuietlegsError(message("A factor needs a name."))
    kinds = [kind.value for kind in FactorKind]
    if plain.get("kind") not in kinds:
        raise QuietlegsError(
            message(
                "A factor's kind is {kind}. Use {kinds}.",
                kind=repr(plain.get("kind")),
                kinds=", ".join(kinds),
            )
        )
    unit = plain.get("unit")
    if unit is not None and not isinstance(unit, str):
        raise QuietlegsError(message("A factor's unit is not a text."))
    return Factor(plain["name"], FactorKind(plain["kind"]), unit)


def _night(
    plain: object, where: str, factors: Mapping[str, Factor], today: date | None
) -> tuple[Night | None, list[Problem]]:
    """Return the night, or None where it has no date; and what is wrong with it."""
    evening = parse_date(str(plain.get("night"))) if isinstance(plain, Mapping) else None
    if not isinstance(plain, Mapping) or evening is None:
        return None, [
            Problem(message("The night has no date."), message('Give "night": "2026-03-01".'), column=where)
        ]
    problems = [
        Problem(
            message("There is no field {name} in a night.", name=repr(name)),
            message("Take it out."),
            column=where,
        )
        for name in sorted(set(map(str, plain)) - _NIGHT_FIELDS)
    ]
    if wrong_date := evening_problem(evening, today):
        problems.append(replace(wrong_date, column=f"{where}.night"))
    outcomes: dict[str, float] = {}
    for name, value in _numbers(plain.get("outcomes"), f"{where}.outcomes", problems):
        if name not in OUTCOMES:
            problems.append(
                _unknown(message("{name} is not an outcome.", name=repr(name[:40])), f"{where}.outcomes")
            )
        elif wrong := outcome_problem(name, value):
            problems.append(replace(wrong, column=f"{where}.outcomes.{name}"))
        else:
            outcomes[name] = value
    answers: dict[str, float] = {}
    for name, value in _numbers(plain.get("factors"), f"{where}.factors", problems):
        if name not in factors:
            problems.append(
                _unknown(
                    message("{name} is not among the diary's factors.", name=repr(name[:40])),
                    f"{where}.factors",
                )
            )
        elif wrong := factor_problem(name, factors[name].kind, value):
            problems.append(replace(wrong, column=f"{where}.factors.{name}"))
        else:
            answers[name] = value
    try:
        return _put_together(evening, outcomes, answers, plain), problems
    except QuietlegsError as error:
        return Night(evening), [*problems, Problem(error.said, "", column=where)]


def _put_together(
    evening: date, outcomes: Mapping[str, float], factors: Mapping[str, float], plain: Mapping[str, Any]
) -> Night:
    note, sore = plain.get("note", ""), plain.get("sore")
    places, episodes = plain.get("places", []), plain.get("episodes", [])
    seen = plain.get("observations", [])
    if not isinstance(note, str):
        raise QuietlegsError(message("The note is not a text."))
    if sore not in (True, False, None) or isinstance(sore, int) != isinstance(sore, bool):
        raise QuietlegsError(message("sore is {sore}. Give true, false, or nothing.", sore=repr(sore)))
    if not isinstance(places, list) or not all(isinstance(place, str) for place in places):
        raise QuietlegsError(message("places is not a list of words."))
    if not isinstance(episodes, list):
        raise QuietlegsError(message("episodes is not a list."))
    if not isinstance(seen, list):
        raise QuietlegsError(message("observations is not a list."))
    return Night(
        evening=evening,
        outcomes=outcomes,
        factors=factors,
        note=note,
        episodes=tuple(map(episode_from_plain, episodes)),
        places=tuple(places),
        sore=sore,
        seen=tuple(map(observation_from_plain, seen)),
    )


def _numbers(plain: object, where: str, problems: list[Problem]) -> Iterator[tuple[str, float]]:
    """Yield names with numbers; true is 1 and false is 0. Null is not known, and left out."""
    if plain is None:
        return
    if not isinstance(plain, Mapping):
        problems.append(
            Problem(message("Names with numbers should stand here."), message("Export again."), column=where)
        )
        return
    for name, value in plain.items():
        if isinstance(value, bool | int | float) and abs(value) < 1e300:
            yield name, float(value)
        elif value is not None:
            problems.append(
                Problem(
                    message("{value} is not a number.", value=repr(str(value)[:40])),
                    "",
                    column=f"{where}.{name}",
                )
            )


def _unknown(what: str, where: str) -> Problem:
    return Problem(what, message("Check how it is written."), column=where)
