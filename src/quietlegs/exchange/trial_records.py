"""Trials in the JSON of a diary. The order of a trial that runs is not to be read off the file, and a changed one is refused.

What was sealed is encoded (base64) as in a sealed file of its own, with the SHA-256 that was shown: opening the document does
not show what is on tonight or tomorrow, a restore goes on where the trial was, and anyone can check the seal. It is a curtain
and no lock: who decodes it spoils their own trial, as who opens the envelope does.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from quietlegs.core.base.errors import Problem, QuietlegsError
from quietlegs.core.base.messages import message
from quietlegs.core.diary.night import OUTCOMES
from quietlegs.core.experiments.record import TrialRecord
from quietlegs.core.experiments.two_at_once import is_two, open_any

MOST_TRIALS = 1_000
LONGEST_TEXT = 64 * 1024
LONGEST_NAME, LONGEST_NOTE = 80, 200
ENDINGS = ("", "clear", "complete", "stopped", "harm")
LOOKS = ("planned_looks", "open_end")


def record_to_plain(trial: TrialRecord) -> dict[str, Any]:
    """Return a trial as JSON values. What is empty or not known is left out."""
    plain = {
        "remedy": trial.remedy,
        "plan_item": trial.plan_item,
        "outcome": trial.outcome,
        "part": trial.part,
        "started_at": trial.started_at.isoformat(),
        "looks": trial.looks,
        "clinician": trial.clinician,
        "agreed_with": trial.agreed_with,
        "belief": trial.belief,
        "guess": trial.guess,
        "ended": trial.ended,
        "ended_on": trial.ended_on.isoformat() if trial.ended_on else None,
        "seal": trial.seal,
        "sealed": base64.b64encode(trial.sealed_text.encode()).decode("ascii"),
        "done": {evening.isoformat(): done for evening, done in trial.done},
        "rests": [[first.isoformat(), last.isoformat() if last else None] for first, last in trial.rests],
        "side_effects": [[evening.isoformat(), what] for evening, what in trial.side_effects],
    }
    return {
        name: value for name, value in plain.items() if value or (value == 0 and name in ("belief", "guess"))
    }


def read_records(listed: object) -> tuple[tuple[TrialRecord, ...], list[Problem]]:
    """Return the trials of a document, and what is wrong with those that are left out."""
    if not isinstance(listed, list) or len(listed) > MOST_TRIALS:
        return (), [
            Problem(
                message("trials is not a list of trials."),
                message("Export the diary again."),
                column="trials",
            )
        ]
    found: list[TrialRecord] = []
    problems: list[Problem] = []
    for at, plain in enumerate(listed):
        try:
            found.append(_record(plain))
        except QuietlegsError as error:
            problems.append(Problem(error.said, "", column=f"trials[{at}]"))
        except (TypeError, ValueError, KeyError, AttributeError):
            problems.append(
                Problem(
                    message("This is not a trial that can be read."),
                    message("Export the diary again."),
                    column=f"trials[{at}]",
                )
            )
    return tuple(found), problems


def _record(plain: Mapping[str, Any]) -> TrialRecord:
    try:
        text = base64.b64decode(plain["sealed"], validate=True).decode("utf-8")
    except binascii.Error as error:
        raise QuietlegsError(message("What was sealed is not encoded as base64.")) from error
    seal, part = _words(plain, "seal", 64), plain.get("part", 0)
    sealed = open_any(text, seal)  # refuses a text that was changed
    if part not in ((1, 2) if is_two(text) else (0,)) or len(text) > LONGEST_TEXT:
        raise QuietlegsError(message("The trial's part does not go with what was sealed."))
    outcome = _words(plain, "outcome", LONGEST_NAME)
    if outcome not in OUTCOMES or sealed.schedule.design.outcome != outcome:
        raise QuietlegsError(
            message("{outcome} is not the outcome that was sealed.", outcome=repr(outcome[:40]))
        )
    ended, ended_on = _of(plain, "ended", ENDINGS), plain.get("ended_on")
    if bool(ended) != bool(ended_on):
        raise QuietlegsError(message("A trial that has ended needs the evening on which it ended."))
    return TrialRecord(
        remedy=_words(plain, "remedy", LONGEST_NAME),
        plan_item=_words(plain, "plan_item", 60, may_be_empty=True),
        outcome=outcome,
        part=part,
        sealed_text=text,
        seal=seal,
        started_at=_moment(plain["started_at"]),
        looks=_of(plain, "looks", LOOKS),
        clinician=_words(plain, "clinician", LONGEST_NAME, may_be_empty=True),
        agreed_with=plain.get("agreed_with") is True,
        belief=_of_ten(plain.get("belief")),
        guess=_of_ten(plain.get("guess")),
        ended=ended,
        ended_on=date.fromisoformat(ended_on) if ended_on else None,
        done=tuple(
            (date.fromisoformat(evening), done is True) for evening, done in plain.get("done", {}).items()
        ),
        rests=tuple(_rest(first, last) for first, last in plain.get("rests", [])),
        side_effects=tuple(
            (date.fromisoformat(evening), str(what)[:LONGEST_NOTE])
            for evening, what in plain.get("side_effects", [])
        ),
    )


def _words(plain: Mapping[str, Any], name: str, most: int, *, may_be_empty: bool = False) -> str:
    value = plain.get(name, "")
    if not isinstance(value, str) or len(value) > most or not (value or may_be_empty):
        raise QuietlegsError(message("{name} must be a text of 1 to {most} letters.", name=name, most=most))
    return value


def _of(plain: Mapping[str, Any], name: str, words: Sequence[str]) -> str:
    value = plain.get(name, words[0])
    if value not in words:
        raise QuietlegsError(
            message(
                "{name} is {value}. It is one of {known}.",
                name=name,
                value=repr(str(value)[:40]),
                known=", ".join(word for word in words if word),
            )
        )
    return str(value)


def _of_ten(value: object) -> int | None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 10):
        return value
    raise QuietlegsError(message("belief and guess are whole numbers from 0 to 10."))


def _rest(first: str, last: str | None) -> tuple[date, date | None]:
    rest = date.fromisoformat(first), date.fromisoformat(last) if last else None
    if rest[1] and rest[1] < rest[0]:
        raise QuietlegsError(message("A rest ends before it starts."))
    return rest


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise QuietlegsError(message("started_at needs its offset from UTC."))
    return moment
