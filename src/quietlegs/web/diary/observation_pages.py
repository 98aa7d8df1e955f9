"""The page on which a second person says what they saw, and the lines that stand beside the person's own."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from quietlegs.core.diary.night import (
    MAX_CRAMPS_HEARD,
    MAX_KICKS,
    MAX_NAME_CHARACTERS,
    MAX_NOTE_CHARACTERS,
    MAX_TIMES_AWAKE,
)
from quietlegs.core.diary.night import Observation as CoreObservation
from quietlegs.web.diary import queries, words
from quietlegs.web.diary.models import Diary, Observation
from quietlegs.web.shell.fields import FormError, StepperField

_TIME = re.compile(r"(\d{1,2})[:.h]?(\d{2})?")


@dataclass(frozen=True, slots=True)
class SeenLine:
    """What one person saw of a night, in words."""

    id: int
    observer: str
    words: str


@dataclass(frozen=True, slots=True)
class ObservationsPage:
    """What others saw of one night, and the form. ``names`` are people who wrote before."""

    evening: date
    name: str
    lines: Sequence[SeenLine]
    typed: Mapping[str, str]
    error_of: Mapping[str, str]
    kicks: StepperField
    heard: StepperField
    names: Sequence[str]
    errors: Sequence[FormError]


class ObservationForm:
    """Reads what a second person typed. ``errors`` are by field."""

    def __init__(self, posted: Mapping[str, str] | None) -> None:
        self.typed: dict[str, str] = {
            name: (posted or {}).get(name, "").strip()
            for name in ("observer", "kicks", "cramps_heard", "woke_at", "note")
        }
        self.errors: dict[str, str] = {}

    def read(self) -> CoreObservation | None:
        """Return what was seen, or None where something is to be mended."""
        observer = " ".join(self.typed["observer"].replace("\0", "").split())
        if not observer:
            self.errors["observer"] = _("Who saw it? Write a name, or “my partner”.")
        elif len(observer) > MAX_NAME_CHARACTERS:
            self.errors["observer"] = _("The name is too long. Use %(most)s letters or fewer.") % {
                "most": MAX_NAME_CHARACTERS
            }
        kicks, heard = self._count("kicks", MAX_KICKS), self._count("cramps_heard", MAX_CRAMPS_HEARD)
        woke_at = self._times()
        note = self.typed["note"].replace("\0", "")
        if len(note) > MAX_NOTE_CHARACTERS:
            said = _("The note is too long. Use %(most)s letters or fewer.")
            self.errors["note"] = said % {"most": MAX_NOTE_CHARACTERS}
        if not self.errors and kicks is None and heard is None and not woke_at and not note:
            self.errors["kicks"] = _("Nothing is filled in yet. One answer is enough.")
        return None if self.errors else CoreObservation(observer, kicks, heard, woke_at, note)

    def _count(self, name: str, most: int) -> int | None:
        text = self.typed[name]
        if not text:
            return None
        if not text.isascii() or not text.isdecimal() or int(text.lstrip("0")[:9] or 0) > most:
            said = _("“%(typed)s” cannot be. Enter a whole number from 0 to %(most)s.")
            self.errors[name] = said % {"typed": text[:20], "most": most}
            return None
        return int(text.lstrip("0") or 0)

    def _times(self) -> tuple[str, ...]:
        found = []
        for word in re.split(r"[,;\s]+", self.typed["woke_at"]):
            if not word:
                continue
            match = _TIME.fullmatch(word)
            hour, minute = (int(match[1]), int(match[2] or 0)) if match else (99, 0)
            if hour > 23 or minute > 59:
                said = _("“%(typed)s” is not a time. Write it like 2:30, with a comma between two.")
                self.errors["woke_at"] = said % {"typed": word[:20]}
                return ()
            found.append(f"{hour:02}:{minute:02}")
        if len(found) > MAX_TIMES_AWAKE:
            self.errors["woke_at"] = _("Give at most %(most)s times.") % {"most": MAX_TIMES_AWAKE}
        return tuple(dict.fromkeys(found))


def observations_page(
    diary: Diary, evening: date, form: ObservationForm, *, of: str = ""
) -> ObservationsPage:
    """Gather the page. Two queries. ``of`` names an observer whose entry is to be changed."""
    there = queries.observations(diary, evening)
    names = queries.observers(diary)
    typed = dict(form.typed)
    if not any(typed.values()):
        chosen = next((one for one in there if one.observer == of), None)
        typed["observer"] = of or (names[0] if names else "")
        if chosen:
            typed |= {
                "kicks": words.number(chosen.kicks),
                "cramps_heard": words.number(chosen.cramps_heard),
                "woke_at": ", ".join(chosen.woke_at),
                "note": chosen.note,
            }
    labels = {
        "observer": _("Who saw it?"),
        "kicks": _("Kicks or jerks seen"),
        "cramps_heard": _("Cramps heard or seen"),
        "woke_at": _("Woke at"),
        "note": _("A note"),
    }
    return ObservationsPage(
        evening=evening,
        name=date_format(evening, "l j F"),
        lines=seen_lines(there),
        typed=typed,
        error_of=form.errors,
        kicks=_stepper("kicks", labels, typed, form, MAX_KICKS),
        heard=_stepper("cramps_heard", labels, typed, form, MAX_CRAMPS_HEARD),
        names=names,
        errors=[
            FormError(f"q-{name}", label, form.errors[name])
            for name, label in labels.items()
            if name in form.errors
        ],
    )


def _stepper(
    name: str, labels: Mapping[str, str], typed: Mapping[str, str], form: ObservationForm, most: int
) -> StepperField:
    return StepperField(
        name=name, label=labels[name], value=typed.get(name, ""), error=form.errors.get(name, ""), most=most
    )


def seen_lines(observations: Sequence[Observation]) -> list[SeenLine]:
    """Return what was seen of a night in words, one line a person."""
    return [SeenLine(one.pk, one.observer, _in_words(one)) for one in observations]


def _in_words(seen: Observation) -> str:
    parts = []
    if seen.kicks is not None:
        parts.append(ngettext("%(count)s kick", "%(count)s kicks", seen.kicks) % {"count": seen.kicks})
    if seen.cramps_heard is not None:
        heard = ngettext("%(count)s cramp heard", "%(count)s cramps heard", seen.cramps_heard)
        parts.append(heard % {"count": seen.cramps_heard})
    if seen.woke_at:
        parts.append(_("woke at %(times)s") % {"times": words.and_list(seen.woke_at)})
    if seen.note:
        parts.append(seen.note)
    return "; ".join(parts)
