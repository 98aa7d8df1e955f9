"""What is said of a night, in plain sentences. No number is said that is not known."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from quietlegs.web.diary import clock
from quietlegs.web.diary.models import Diary, Episode, Muscle, Night, Side
from quietlegs.web.shell.numbers import spoken


def number(value: float | None) -> str:
    """Return a number as people write it: 7, 7.5; nothing for not known."""
    return "" if value is None else f"{value:g}"


def said_number(value: float | None) -> str:
    """Return a number as sentences and tables say it in the page's language: 7,5 in Spanish."""
    return spoken(number(value))


def place_name(place: str) -> str:
    """Return a place in the leg: "left-calf" as "left calf"."""
    side, _dash, muscle = place.partition("-")
    return on_side(Muscle(muscle).label, Side(side).label)


def on_side(muscle: str, side: str) -> str:
    """Return a muscle with its side, in the order of the page's language."""
    return _("%(side)s %(muscle)s") % {"side": side, "muscle": muscle}


def and_list(names: Iterable[str]) -> str:
    """Return names as a list in words: "a, b and c"."""
    *first, last = list(names) or [""]
    return _("%(first)s and %(last)s") % {"first": ", ".join(first), "last": last} if first else last


def about_night(night: Night) -> str:
    """Return what is known of a night, in two or three short sentences."""
    sentences = [_cramps(night), _sleep(night)]
    if night.restless:
        sentences.append(
            _("The urge to move was %(score)s out of 10.") % {"score": said_number(night.restless)}
        )
    said = " ".join(sentence for sentence in sentences if sentence)
    return said or _("Something is noted, but not whether there were cramps.")


def _cramps(night: Night) -> str:
    if night.cramps is None:
        return ""
    if night.cramps == 0:
        return _("A quiet night: no cramps.")
    said = ngettext("%(count)s cramp", "%(count)s cramps", night.cramps) % {"count": night.cramps}
    if night.places:
        said = _("%(cramps)s in the %(places)s") % {
            "cramps": said,
            "places": and_list(place_name(place) for place in night.places),
        }
    if night.severity is not None:
        return _("%(cramps)s, the worst %(severity)s out of 10.") % {
            "cramps": said,
            "severity": said_number(night.severity),
        }
    return f"{said}."


def _sleep(night: Night) -> str:
    if night.sleep_hours is None:
        return ""
    return _("You slept about %(hours)s hours.") % {"hours": said_number(round(night.sleep_hours, 1))}


def about_episode(diary: Diary, episode: Episode) -> str:
    """Return an episode in a few words: "3:07, left calf, 4 minutes"."""
    at = clock.wall(episode)
    parts = [f"{at.hour}:{at.minute:02}"]
    if episode.kind == Episode.Kind.RESTLESS:
        parts.append(str(episode.get_kind_display()))
    if episode.muscle:
        muscle = episode.get_muscle_display()
        parts.append(on_side(muscle, episode.get_side_display()) if episode.side else muscle)
    if episode.minutes is not None:
        parts.append(minutes_in_words(episode.minutes))
    return ", ".join(parts)


def minutes_in_words(minutes: float) -> str:
    """Return a length of time as people say it."""
    if minutes < 1:
        return _("less than a minute")
    return ngettext("%(count)s minute", "%(count)s minutes", round(minutes)) % {"count": round(minutes)}


def of_twenty(part: int, whole: int) -> int:
    """Return a share as "so many in 20"."""
    return round(20 * part / whole)
