"""What each page of relief shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.templatetags.static import static
from django.utils.translation import gettext as _

from quietlegs.core.assessment.guidance import Level
from quietlegs.core.assessment.triage_flags import Disposition
from quietlegs.core.plan.relief import Pace, ReliefKind, ReliefStep, Tried
from quietlegs.exchange.checks import load_guidance
from quietlegs.exchange.relief_base import load_relief_steps, load_when_wrong
from quietlegs.web.check.pages import Calls, calls_for
from quietlegs.web.check.queries import country_of
from quietlegs.web.diary import clock, words
from quietlegs.web.diary.models import Diary, Episode
from quietlegs.web.diary.pages import Zone, leg_zones
from quietlegs.web.medicines.references import Reference, references
from quietlegs.web.relief import queries

FRONT = "front"
OWN_DRAWINGS = frozenset({"pack", "read", "stand-heel", "walk"})  # the others are those of the exercises


@dataclass(frozen=True, slots=True)
class StartPage:
    """The first page: what runs already, if anything."""

    running_cramp: int | None
    running_restless: int | None


@dataclass(frozen=True, slots=True)
class HelpPage:
    """Where to get help: after too long, or because something is wrong."""

    episode_id: int
    is_running: bool
    is_cramp: bool
    is_too_long: bool
    step: str
    level: Level
    reason: str
    emergency: str
    same_day: str
    worse: Sequence[str]
    calls: Calls


@dataclass(frozen=True, slots=True)
class Runs:
    """What runs, as a device needs it to go on without the computer: id, when it began by the wall clock, steps so far."""

    of: str
    kind: str
    began: str
    tried: str


@dataclass(frozen=True, slots=True)
class KeptStep:
    """One step on the page that is kept for when there is no connection."""

    id: str
    do: str
    caution: str
    drawing: str
    pace: Pace | None
    said_before: str


@dataclass(frozen=True, slots=True)
class StepPage:
    """One step, large. ``help_seconds`` is after how many seconds of a cramp help comes by itself; None: never."""

    episode_id: int
    title: str
    seconds: int
    clock: str
    is_cramp: bool
    is_too_long: bool
    help_seconds: int | None
    step: str
    number: int
    of: int
    do: str
    caution: str
    drawing: str
    pace: Pace | None
    said_before: str
    help: HelpPage | None
    runs: Runs


@dataclass(frozen=True, slots=True)
class OverPage:
    """It is over and saved. For a cramp: where it was, by one tap."""

    episode_id: int
    title: str
    is_cramp: bool
    evening: date
    zones: Sequence[Zone]
    is_front: bool
    place: str
    of: str


@dataclass(frozen=True, slots=True)
class ShownStep:
    """One step with what it rests on."""

    do: str
    caution: str
    drawing: str
    references: Sequence[Reference]


@dataclass(frozen=True, slots=True)
class StepsPage:
    """Every step, by what it is for."""

    cramp: Sequence[ShownStep]
    restless: Sequence[ShownStep]


def start_page(diary: Diary) -> StartPage:
    """Gather the first page. Two queries."""
    cramp, restless = (queries.running(diary, kind) for kind in (Episode.Kind.CRAMP, Episode.Kind.RESTLESS))
    return StartPage(cramp.pk if cramp else None, restless.pk if restless else None)


def step_page(diary: Diary, episode: Episode, *, now: datetime) -> StepPage:
    """Gather the page of the step that is on."""
    history = queries.own_history(diary, episode.kind)
    steps = queries.steps_for(episode.kind, history)
    on = step_on(episode, steps)
    seconds = _seconds(episode, now)
    is_cramp = episode.kind == Episode.Kind.CRAMP
    since = _time(episode)
    help_seconds = load_when_wrong().after_minutes * 60 if is_cramp else None
    return StepPage(
        episode_id=episode.pk,
        title=(_("Cramp since %(time)s") if is_cramp else _("Restless since %(time)s")) % {"time": since},
        seconds=seconds,
        clock=f"{seconds // 60}:{seconds % 60:02}",
        is_cramp=is_cramp,
        is_too_long=_is_too_long(episode, now),
        help_seconds=help_seconds,
        step=on.id,
        number=steps.index(on) + 1,
        of=len(steps),
        do=on.do,
        caution=on.caution.sentence,
        drawing=_drawing(on.pose),
        pace=on.pace,
        said_before="" if on is steps[-1] else _said_before(on, history, is_cramp=is_cramp),
        help=help_page(diary, episode, now=now, after_too_long=True) if is_cramp else None,
        runs=Runs(
            of=str(episode.client_id),
            kind=episode.kind,
            began=clock.wall(episode).isoformat(),
            tried=" ".join(episode.relief),
        ),
    )


def kept_steps(diary: Diary, kind: str) -> tuple[KeptStep, ...]:
    """Return every step in the order in which this person meets them. One query."""
    history = queries.own_history(diary, kind)
    steps = queries.steps_for(kind, history)
    is_cramp = kind == Episode.Kind.CRAMP
    return tuple(
        KeptStep(
            id=step.id,
            do=step.do,
            caution=step.caution.sentence,
            drawing=_drawing(step.pose),
            pace=step.pace,
            said_before="" if step is steps[-1] else _said_before(step, history, is_cramp=is_cramp),
        )
        for step in steps
    )


def step_on(episode: Episode, steps: Sequence[ReliefStep]) -> ReliefStep:
    """Return the step that is on: the last that was gone to, or else the first."""
    last = episode.relief[-1] if episode.relief else ""
    return next((step for step in steps if step.id == last), steps[0])


def _said_before(step: ReliefStep, history: Mapping[str, Tried], *, is_cramp: bool) -> str:
    own = history.get(step.id)
    if own is None or not own.is_enough or not own.stopped:
        return ""
    said = (
        _("Your cramp stopped here %(stopped)s of %(times)s times.")
        if is_cramp
        else _("Your legs calmed here %(stopped)s of %(times)s times.")
    )
    return said % {"stopped": own.stopped, "times": own.times}


def help_page(diary: Diary, episode: Episode, *, now: datetime, after_too_long: bool = False) -> HelpPage:
    """Gather where to get help. One query. ``after_too_long`` is for a page that waits until it is needed."""
    wrong, guidance = load_when_wrong(), load_guidance()
    flag = guidance.flag(wrong.flag)
    too_long = after_too_long or _is_too_long(episode, now)
    level = guidance.levels.levels[flag.disposition if too_long else Disposition.EMERGENCY_NOW]
    steps = queries.steps_for(episode.kind, queries.own_history(diary, episode.kind))
    return HelpPage(
        episode_id=episode.pk,
        is_running=episode.minutes is None,
        is_cramp=episode.kind == Episode.Kind.CRAMP,
        is_too_long=too_long,
        step=step_on(episode, steps).id,
        level=level,
        reason=flag.reason if too_long else "",
        emergency=wrong.emergency.sentence,
        same_day=wrong.same_day.sentence,
        worse=level.points if too_long else (),
        calls=calls_for(country_of(diary)),
    )


def over_page(diary: Diary, episode: Episode, view: str) -> OverPage:
    """Gather the page after the end."""
    is_cramp = episode.kind == Episode.Kind.CRAMP
    place = f"{episode.side}-{episode.muscle}" if episode.muscle else ""
    back, front = leg_zones([place])
    chosen_front = any(zone.is_chosen for zone in front)
    is_front = view == FRONT or (chosen_front and not view)
    return OverPage(
        episode_id=episode.pk,
        title=_("Saved: %(length)s, from %(time)s")
        % {"length": words.minutes_in_words(episode.minutes or 0), "time": _time(episode)},
        is_cramp=is_cramp,
        evening=episode.night.evening,
        zones=front if is_front else back,
        is_front=is_front,
        place=next((zone.name for zone in (*back, *front) if zone.is_chosen), ""),
        of=str(episode.client_id),
    )


def steps_page() -> StepsPage:
    """Gather every step with its evidence. No query."""
    by_kind = load_relief_steps()
    return StepsPage(*(tuple(map(_shown, by_kind[kind])) for kind in (ReliefKind.CRAMP, ReliefKind.RESTLESS)))


def _shown(step: ReliefStep) -> ShownStep:
    return ShownStep(step.do, step.caution.sentence, _drawing(step.pose), references(step.evidence))


def _drawing(pose: str) -> str:
    sprite = "relief/steps.svg" if pose in OWN_DRAWINGS else "plan/exercises.svg"
    return f"{static(sprite)}#{pose}"


def _seconds(episode: Episode, now: datetime) -> int:
    return max(0, round((now - episode.started_at).total_seconds()))


def _is_too_long(episode: Episode, now: datetime) -> bool:
    is_cramp = episode.kind == Episode.Kind.CRAMP and episode.minutes is None
    return is_cramp and _seconds(episode, now) >= load_when_wrong().after_minutes * 60


def _time(episode: Episode) -> str:
    at = clock.wall(episode)
    return f"{at.hour}:{at.minute:02}"
