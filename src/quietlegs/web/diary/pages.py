"""What each template gets: one value a page, worked out before the template sees it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from quietlegs.web.diary import clock, library, open_questions, pictures, queries, tonight_cards, words
from quietlegs.web.diary.forms import NightForm
from quietlegs.web.diary.models import Diary, Episode, Factor, Muscle, Night, Side
from quietlegs.web.diary.observation_pages import SeenLine, seen_lines
from quietlegs.web.shell.fields import Field, FormError, TriField

STRIP_NIGHTS = 14
PICTURE_NIGHTS = 90
UNKNOWN_SHOWN = 3  # nights to fill in, offered beside the calendar
EARLY_HOURS = 5  # before this the night is not over, and the page does not ask how it was
RUNNING_HOURS = 12  # a cramp that was never ended is not running for ever
MORE_QUESTIONS = (
    ("sleep_hours", "sleep_quality", "awakenings", "woken", "cramp_minutes"),
    ("fatigue", "pain", "fog", "worry"),
)


@dataclass(frozen=True, slots=True)
class RunningCramp:
    """A cramp that began and has no end yet."""

    episode_id: int
    since: str


@dataclass(frozen=True, slots=True)
class TonightPage:
    """The home page. ``is_first_start``: nothing has ever been noted."""

    evening: date
    evening_name: str
    tonight_name: str
    is_first_start: bool
    is_noted: bool
    is_early: bool
    may_add: bool
    about: str
    strip: pictures.StripRow
    strip_words: str
    running: RunningCramp | None
    errors: Sequence[FormError] = ()
    chosen_cramps: str = ""
    cards: Sequence[tonight_cards.Card] = ()
    counts_offered: Sequence[int] = (1, 2, 3, 4, 5)


def tonight_page(
    diary: Diary, *, now: datetime | None = None, errors: Sequence[FormError] = (), chosen: str = ""
) -> TonightPage:
    """Gather the home page. A fixed number of queries."""
    now = now or timezone.now()
    evening = clock.last_night(diary, now)
    nights = queries.last_nights(diary, until=evening, count=STRIP_NIGHTS)
    night = nights[-1][1]
    is_noted = night is not None and night.cramps is not None
    return TonightPage(
        evening=evening,
        evening_name=date_format(evening, "l j F"),
        tonight_name=date_format(clock.tonight(diary, now), "l j F"),
        is_first_start=not any(night for _day, night in nights) and not diary.nights.exists(),
        is_noted=is_noted,
        is_early=clock.local(diary, now).hour < EARLY_HOURS,
        may_add=bool(
            night and is_noted and not open_questions.is_begun(night, queries.watched_factors(diary))
        ),
        about=words.about_night(night) if night else "",
        strip=pictures.strip_rows(nights, row_nights=STRIP_NIGHTS, labels=False)[0],
        strip_words=pictures.count_states(night for _day, night in nights).sentence,
        running=_running(diary, now),
        errors=errors,
        chosen_cramps=chosen,
        cards=tonight_cards.gather(diary, clock.tonight(diary, now)),
    )


def _running(diary: Diary, now: datetime) -> RunningCramp | None:
    episode = queries.running_episode(diary)
    if episode is None or now - episode.started_at > timedelta(hours=RUNNING_HOURS):
        return None
    at = clock.wall(episode)
    return RunningCramp(episode.pk, f"{at.hour}:{at.minute:02}")


@dataclass(frozen=True, slots=True)
class NightLine:
    """One night of the table beside the picture."""

    evening: date
    name: str
    cramps: str
    severity: str
    sleep_hours: str


@dataclass(frozen=True, slots=True)
class NightsPage:
    """The calendar, the picture of the last 90 nights, and the same nights as a table."""

    summary: str
    rows: Sequence[pictures.StripRow]
    counts: pictures.Counts
    table: Sequence[NightLine]
    month: pictures.Month
    unknown: Sequence[tuple[date, str]]
    is_empty: bool
    tonight: date
    error: str = ""
    typed: str = ""


def nights_page(diary: Diary, *, month: date | None = None, error: str = "", typed: str = "") -> NightsPage:
    """Gather the Nights page. Four queries, however long the diary."""
    tonight, last = clock.tonight(diary), clock.last_night(diary)
    nights = queries.last_nights(diary, until=last, count=PICTURE_NIGHTS)
    first = queries.first_evening(diary)
    earliest = first or last
    shown = min(month or tonight, tonight).replace(day=1)
    in_month = queries.nights_between(diary, *pictures.month_span(shown))
    # Before the first night there was no diary: those evenings are not called unknown.
    since = [(day, night) for day, night in nights if day >= earliest]
    counts = pictures.count_states(night for _day, night in since)
    unknown = [day for day, night in reversed(since) if pictures.state_of(night) == pictures.UNKNOWN]
    return NightsPage(
        summary=_summary(len(since), counts, has_some=first is not None),
        rows=pictures.strip_rows(nights),
        counts=counts,
        table=[_line(day, night) for day, night in reversed(since)],
        month=pictures.month_of(shown, in_month, tonight=tonight, earliest=earliest),
        unknown=[(day, date_format(day, "l j F")) for day in unknown[:UNKNOWN_SHOWN]],
        is_empty=first is None,
        tonight=tonight,
        error=error,
        typed=typed,
    )


def _summary(nights: int, counts: pictures.Counts, *, has_some: bool) -> str:
    if not counts.known and has_some:
        # The picture ends with last night: what is noted is tonight's, or of long ago.
        return (
            _("The cramps of the last nights are not noted yet.")
            if nights
            else _("Only tonight is noted so far.")
        )
    if not counts.known:
        return _("No night is noted yet.")
    if nights == 1:
        return _("Your first night is noted.")
    said = _("In the last %(nights)s nights you noted %(known)s. %(cramps)s had cramps") % {
        "nights": nights,
        "known": counts.known,
        "cramps": counts.cramps,
    }
    if counts.known < 20:  # a share of so few nights would say more than they do
        return f"{said}."
    return _("%(said)s: about %(share)s in 20.") % {
        "said": said,
        "share": words.of_twenty(counts.cramps, counts.known),
    }


def _line(day: date, night: Night | None) -> NightLine:
    return NightLine(
        evening=day,
        name=date_format(day, "D j M"),
        cramps=_("unknown") if night is None or night.cramps is None else str(night.cramps),
        severity=words.said_number(night.severity) if night else "",
        sleep_hours=words.said_number(night.sleep_hours) if night else "",
    )


@dataclass(frozen=True, slots=True)
class Zone:
    """One place of the drawing of the legs."""

    value: str
    name: str
    side: str
    height: str
    is_chosen: bool


_BACK = ((Muscle.BACK_OF_THIGH, "thigh"), (Muscle.CALF, "lower"), (Muscle.SOLE, "foot"))
_FRONT = ((Muscle.FRONT_OF_THIGH, "thigh"), (Muscle.SHIN, "lower"), (Muscle.FOOT, "foot"))


def _zones(view: Sequence[tuple[Muscle, str]], chosen: Sequence[str]) -> list[Zone]:
    return [
        Zone(
            f"{side}-{muscle}",
            words.place_name(f"{side}-{muscle}").capitalize(),
            side,
            height,
            f"{side}-{muscle}" in chosen,
        )
        for side in (Side.LEFT.value, Side.RIGHT.value)
        for muscle, height in ((m.value, h) for m, h in view)
    ]


def leg_zones(chosen: Sequence[str]) -> tuple[list[Zone], list[Zone]]:
    """Return the places of the drawing, back and front, with the chosen ones marked."""
    return _zones(_BACK, chosen), _zones(_FRONT, chosen)


@dataclass(frozen=True, slots=True)
class EpisodeLine:
    """One recorded cramp of a night."""

    id: int
    words: str


@dataclass(frozen=True, slots=True)
class NightPage:
    """The morning page of one night."""

    evening: date
    title: str
    name: str
    is_stored: bool
    is_carried: bool
    cramps: Field
    severity: Field
    restless: Field
    sore: Field
    back: Sequence[Zone]
    front: Sequence[Zone]
    front_is_open: bool
    factors: Sequence[Field]
    more: Sequence[Sequence[Field]]
    more_is_open: bool
    note: str
    note_error: str
    episodes: Sequence[EpisodeLine]
    before: date
    after: date | None
    seen: Sequence[SeenLine]
    errors: Sequence[FormError] = field(default_factory=list)
    may_be_quiet: bool = True


def night_page(form: NightForm, stored: Night | None, *, carried: Mapping[int, float]) -> NightPage:
    """Gather the morning page from its form."""
    diary, evening = form.diary, form.evening
    cramps, severity, restless = (form.outcome_field(name) for name in ("cramps", "severity", "restless"))
    sore = TriField(name="sore", label=_("Is the muscle still sore?"), value=form.typed.get("sore", ""))
    factors = form.factor_fields()
    more = [[form.outcome_field(name) for name in names] for names in MORE_QUESTIONS]
    note_error = form.errors.get("note", "")
    front = _zones(_FRONT, form.places)
    episodes = list(stored.episodes.all()) if stored else []
    asked = [cramps, severity, restless, *factors, *more[0], *more[1]]
    tonight = clock.tonight(diary)
    named = {question.name for question in asked}
    return NightPage(
        evening=evening,
        title=_("How was the night?") if evening < tonight else _("Tonight"),
        name=date_format(evening, "l j F Y"),
        is_stored=stored is not None,
        is_carried=stored is None and bool(carried),
        cramps=cramps,
        severity=severity,
        restless=restless,
        sore=sore,
        back=_zones(_BACK, form.places),
        front=front,
        front_is_open=any(zone.is_chosen for zone in front),
        factors=factors,
        more=more,
        more_is_open=bool(note_error) or any(f.value or f.error for column in more for f in column),
        note=form.typed.get("note", ""),
        note_error=note_error,
        episodes=[EpisodeLine(episode.pk, words.about_episode(diary, episode)) for episode in episodes],
        seen=seen_lines(queries.observations(diary, evening)),
        before=evening - timedelta(days=1),
        after=evening + timedelta(days=1) if evening < tonight else None,
        errors=[
            *(FormError(f.anchor, f.label, f.error) for f in asked if f.error),
            *([FormError("q-note", _("Note"), note_error)] if note_error else []),
            *(FormError("", "", text) for name, text in form.errors.items() if name not in {*named, "note"}),
        ],
        may_be_quiet=not any(episode.kind == Episode.Kind.CRAMP for episode in episodes),
    )


@dataclass(frozen=True, slots=True)
class FactorsPage:
    """What the person watches, what is in the archive, and what there is to choose from."""

    watched: Sequence[Factor]
    archived: Sequence[Factor]
    first: Sequence[library.Choice]
    groups: Sequence[library.Group]
    kinds: Sequence[tuple[str, str]]
    error: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)


def factors_page(diary: Diary, *, error: str = "", typed: Mapping[str, str] | None = None) -> FactorsPage:
    """Gather the Factors page. One query."""
    factors = list(diary.factors.all())
    groups = library.groups(without={factor.name.casefold() for factor in factors})
    return FactorsPage(
        watched=[factor for factor in factors if factor.archived_at is None],
        archived=[factor for factor in factors if factor.archived_at is not None],
        first=[choice for group in groups for choice in group.choices if choice.is_first],
        groups=groups,
        kinds=[(str(value), str(label)) for value, label in Factor.Kind.choices],
        error=error,
        typed=typed or {"kind": Factor.Kind.YES_NO.value},
    )
