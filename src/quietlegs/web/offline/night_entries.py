"""A night that was noted without a connection, and perhaps on two devices.

The rule, for each question by itself:

1. What only one of them answered is kept.
2. Of two answers the one that was **said** later stands, not the one that was sent later. A file that was let to
   replace an answer counts as said then; what a file only filled in gives way to the person.
3. Cramps that were recorded at their time count: the number is never lower than they are.
4. Notes are put one below the other.
5. A night that was deleted since stays deleted.

Every entry keeps what was said in full, and ``differs`` what did not agree, so that it can be shown to the person.
"""

from datetime import date, datetime
from typing import Any

from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from quietlegs.core.base.errors import Problem
from quietlegs.core.diary.night import MAX_NOTE_CHARACTERS, OUTCOMES
from quietlegs.web.diary import history, queries, rows
from quietlegs.web.diary.actions import QUIET_CLEARS
from quietlegs.web.diary.checks import NightRefusedError
from quietlegs.web.diary.forms import FACTOR, NightForm
from quietlegs.web.diary.models import BY_HAND, Diary, Night, NightChange
from quietlegs.web.offline.models import Entry
from quietlegs.web.offline.said import NightSaid

RECORDED = ("cramps", "severity")  # what episodes raise by themselves


def take_night(diary: Diary, entry: Entry, said: NightSaid, now: datetime) -> None:
    """Merge what was said of a night into the diary.

    Raises:
        NightRefusedError: when an answer cannot be; ``column`` is the name of its field in the form.
    """
    entry.evening, entry.said = said.evening, _answers(diary, said)
    stored = queries.find_night(diary, said.evening)
    others = list(Entry.objects.filter(diary=diary, evening=said.evening, what=Entry.What.NIGHT))
    before = answers_of(stored) if stored else {}
    theirs = _said_later(entry, others) | _changed_later(diary, entry)
    mine = {name: value for name, value in entry.said.items() if name not in theirs}
    if entry.said.get("note"):
        mine["note"] = _notes(before.get("note", ""), entry, others)
    if mine and not _is_deleted(diary, entry, stored):
        history.note_change(diary=diary, evening=said.evening, night=stored, client_id=entry.client_id)
        stored = stored or _new_night(diary, entry, now)
        _write(stored, mine)
        rows.touch(diary)
    entry.differs = _differing(entry, others, before, answers_of(stored) if stored else {})


def _answers(diary: Diary, said: NightSaid) -> dict[str, Any]:
    """Return what was said, by name, as plain values; None says that there was nothing, as after a quiet night."""
    posted = MultiValueDict({name: [text] for name, text in said.answers.items()})
    posted.setlist("places", list(said.places))
    if said.quiet:
        posted["quiet"] = "yes"
    factors = queries.watched_factors(diary)
    form = NightForm(diary=diary, evening=said.evening, factors=factors, posted=posted)
    if not form.is_valid() or form.night is None:
        raise NightRefusedError(
            Problem(what=text, mend="", column=name or "evening") for name, text in form.errors.items()
        )
    unknown = [name for name in said.answers if name.startswith(FACTOR) and name not in form.typed]
    if unknown:
        raise NightRefusedError([_gone(unknown[0])])
    ids = {factor.name: f"{FACTOR}{factor.pk}" for factor in factors}
    night = form.night
    answers: dict[str, Any] = {**night.outcomes, **{ids[name]: v for name, v in night.factors.items()}}
    answers |= {"places": list(night.places)} if night.places else {}
    answers |= {"sore": night.sore} if night.sore is not None else {}
    answers |= {"note": night.note} if night.note else {}
    if said.quiet:
        answers |= {**dict.fromkeys(QUIET_CLEARS), "places": [], "sore": None}
    return answers


def _gone(name: str) -> Problem:
    return Problem(
        what=_("One answer is about something you do not watch any more."),
        mend=_("Watch it again on the Factors page, or take the answer out."),
        column=name,
    )


def answers_of(night: Night) -> dict[str, Any]:
    """Return what is known of a night, by the names that entries use."""
    known = {name: value for name in OUTCOMES if (value := getattr(night, name)) is not None}
    known |= {f"{FACTOR}{v.factor_id}": v.value for v in night.factor_values.all()}
    known |= {"places": night.places} if night.places else {}
    known |= {"sore": night.sore} if night.sore is not None else {}
    return known | ({"note": night.note} if night.note else {})


def _said_later(entry: Entry, others: list[Entry]) -> set[str]:
    mine = (entry.made_at, str(entry.client_id))
    return {name for one in others if (one.made_at, str(one.client_id)) > mine for name in one.said}


def _changed_later(diary: Diary, entry: Entry) -> set[str]:
    """Return the names of what was answered in another way, on a page or by a file, after the entry was made."""
    changes = list(
        NightChange.objects.filter(diary=diary, evening=entry.evening, changed_at__gt=entry.made_at)
    )
    receipts = set(
        Entry.objects.filter(diary=diary, evening=entry.evening).values_list("client_id", flat=True)
    )
    stored = queries.find_night(diary, entry.evening) if changes else None
    states = [change.before for change in changes] + [history.take_down(stored) if stored else None]
    names: set[str] = set()
    for change, before, after in zip(changes, states, states[1:], strict=False):
        if change.client_id not in receipts and change.undone_at is None:
            names |= _changed(before or {}, after or {}) - _filled_in(before or {}, after or {})
    return names


def _changed(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    names = {name for name in (*OUTCOMES, "sore") if before.get(name) != after.get(name)}
    names |= {"places"} if (before.get("places") or []) != (after.get("places") or []) else set()
    if before.get("episodes", []) != after.get("episodes", []):
        names -= set(RECORDED)  # a cramp was recorded: it says nothing about what else was answered
    factors = [{row[0]: row[1] for row in state.get("factors", ())} for state in (before, after)]
    return names | {
        f"{FACTOR}{pk}"
        for pk in factors[0].keys() | factors[1].keys()
        if factors[0].get(pk) != factors[1].get(pk)
    }


def _filled_in(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    """Return the names of what a file knows where nobody had answered, or the same source had before."""
    was, now = _sources(before), _sources(after)
    return {name for name, source in now.items() if source != BY_HAND and was.get(name, source) == source}


def _sources(state: dict[str, Any]) -> dict[str, str]:
    """Return who said each answer of a night that was taken down."""
    named = state.get("value_sources", {})
    said = {name: named.get(name, BY_HAND) for name in OUTCOMES if state.get(name) is not None}
    return said | {f"{FACTOR}{pk}": source for pk, _value, source in state.get("factors", ())}


def _is_deleted(diary: Diary, entry: Entry, stored: Night | None) -> bool:
    if stored is not None:
        return False
    last = NightChange.objects.filter(diary=diary, evening=entry.evening, undone_at=None).last()
    return last is not None and last.before is not None and last.changed_at > entry.made_at


def _notes(current: str, entry: Entry, others: list[Entry]) -> str:
    """Return all notes, in the order in which they were said; one that was written on a page stands first."""

    def joined(entries: list[Entry]) -> str:
        return "\n".join(dict.fromkeys(one.said["note"] for one in entries if one.said.get("note")))

    in_order = sorted([*others, entry], key=lambda one: (one.made_at, str(one.client_id)))
    if current in ("", joined(others)):
        return joined(in_order)[:MAX_NOTE_CHARACTERS]
    mine = entry.said["note"]
    return current if mine in current else f"{current}\n{mine}"[:MAX_NOTE_CHARACTERS]


def _new_night(diary: Diary, entry: Entry, now: datetime) -> Night:
    evening: date = entry.evening
    night = rows.new_night(diary, evening, client_id=entry.client_id, source=BY_HAND, now=now)
    night.utc_offset_minutes = entry.utc_offset_minutes
    return night


def _write(night: Night, mine: dict[str, Any]) -> None:
    rows.set_outcomes(night, {name: mine[name] for name in OUTCOMES if name in mine}, BY_HAND)
    night.places = mine.get("places", night.places)
    night.sore = mine.get("sore", night.sore)
    night.note = mine.get("note", night.note)
    night.save()
    rows.set_factors(
        night, {int(n.removeprefix(FACTOR)): v for n, v in mine.items() if n.startswith(FACTOR)}, BY_HAND
    )
    rows.agree_with_episodes(night, BY_HAND)


def _differing(
    entry: Entry, others: list[Entry], before: dict[str, Any], after: dict[str, Any]
) -> dict[str, Any]:
    """Return, by name, what was there, what this device said and what stands, where these do not agree.

    A device that changes its own mind does not disagree with anybody; a cramp recorded at its time may, with all.
    """
    last = {name: one.device for one in others for name in one.said}
    differing = {}
    for name, said in entry.said.items():
        was, stands = before.get(name), after.get(name)
        is_own = name in last and last[name] == entry.device and stands == said
        if name == "note" or said in (None, []) or is_own:
            continue
        if was not in (None, [], said) or stands not in (None, [], said):
            differing[name] = {"was": was, "said": said, "stands": stands}
    return differing
