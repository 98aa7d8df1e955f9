"""What the offline pages show. They are made while there is a connection, and kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.formats import date_format

from quietlegs.core.assessment.guidance import Level
from quietlegs.core.assessment.triage_flags import Disposition
from quietlegs.exchange import claim_files
from quietlegs.exchange.checks import load_guidance
from quietlegs.exchange.relief_base import load_when_wrong
from quietlegs.web.check.pages import Calls, calls_for
from quietlegs.web.check.queries import country_of
from quietlegs.web.diary import clock, queries
from quietlegs.web.diary.forms import NightForm
from quietlegs.web.diary.models import Diary, Episode
from quietlegs.web.diary.pages import NightPage, Zone, leg_zones, night_page
from quietlegs.web.experiments import queries as trials
from quietlegs.web.plan import cards as plan_cards
from quietlegs.web.relief.pages import KeptStep, kept_steps

NIGHTS_AHEAD = 3  # a day without a connection has two evenings; more would tell what a trial has in store


@dataclass(frozen=True, slots=True)
class CoreQuestion:
    """A question that is answered without a connection. ``words`` are those by which people ask it."""

    heading: str
    statement: str
    certainty: str
    certainty_reason: str
    safety: Sequence[str]
    words: str


@dataclass(frozen=True, slots=True)
class CoreQuestions:
    """The questions that are answered without a connection."""

    entries: Sequence[CoreQuestion]


@dataclass(frozen=True, slots=True)
class TrialTonight:
    """What a trial plans for one evening. It is shown on that evening only."""

    evening: str
    trial_id: int
    remedy: str
    condition: str
    done: bool | None


@dataclass(frozen=True, slots=True)
class HomePage:
    """The way about without a connection, and tonight's plan as it was when this was kept."""

    as_of: str
    cutoff_hour: int
    plan: Sequence[str]
    trials: Sequence[TrialTonight]


@dataclass(frozen=True, slots=True)
class KeptHelp:
    """Where to get help: after too long, or because something is wrong."""

    long_level: Level
    reason: str
    worse: Sequence[str]
    wrong_level: Level
    emergency: str
    same_day: str
    calls: Calls


@dataclass(frozen=True, slots=True)
class ReliefPage:
    """Every step of a cramp and of restless legs, where to get help, and where it was."""

    cramp: Sequence[KeptStep]
    restless: Sequence[KeptStep]
    help_seconds: int
    help: KeptHelp
    zones: Sequence[Zone]


def core_questions_page() -> CoreQuestions:
    """Return the core set, in the order of its data file."""
    return CoreQuestions(
        [
            CoreQuestion(
                heading=claim_files.heading(entry),
                statement=entry.statement,
                certainty=claim_files.certainty_label(entry),
                certainty_reason=entry.certainty_reason,
                safety=entry.safety,
                words=" ".join(claim_files.asked_by(entry)),
            )
            for entry in claim_files.core_entries()
        ]
    )


def home_page(diary: Diary, *, now: datetime, is_private: bool) -> HomePage:
    """Gather the page that stands in for the home page; a private one does not tell the plan."""
    tonight = clock.tonight(diary, now)
    if is_private:
        return HomePage(as_of="", cutoff_hour=diary.cutoff_hour, plan=(), trials=())
    plan = plan_cards.tonight(diary, tonight)
    return HomePage(
        as_of=date_format(clock.local(diary, now), "l j F, G:i"),
        cutoff_hour=diary.cutoff_hour,
        plan=plan.content.titles if plan else (),
        trials=[
            one for ahead in range(NIGHTS_AHEAD) for one in _trials(diary, tonight + timedelta(days=ahead))
        ],
    )


def _trials(diary: Diary, evening: date) -> list[TrialTonight]:
    return [
        TrialTonight(evening.isoformat(), one.trial.pk, one.trial.remedy, one.condition, one.done)
        for one in trials.tonight(diary, evening)
        if one.planned is not None
    ]


def relief_page(diary: Diary) -> ReliefPage:
    """Gather the steps, in this person's order. Three queries."""
    wrong, guidance = load_when_wrong(), load_guidance()
    flag, levels = guidance.flag(wrong.flag), guidance.levels.levels
    help_ = KeptHelp(
        long_level=levels[flag.disposition],
        reason=flag.reason,
        worse=levels[flag.disposition].points,
        wrong_level=levels[Disposition.EMERGENCY_NOW],
        emergency=wrong.emergency.sentence,
        same_day=wrong.same_day.sentence,
        calls=calls_for(country_of(diary)),
    )
    back, _front = leg_zones([])
    return ReliefPage(
        cramp=kept_steps(diary, Episode.Kind.CRAMP),
        restless=kept_steps(diary, Episode.Kind.RESTLESS),
        help_seconds=wrong.after_minutes * 60,
        help=help_,
        zones=back,
    )


def kept_night_page(diary: Diary, *, now: datetime, is_private: bool) -> NightPage:
    """Gather an empty night's page; a private one does not tell what the person watches. Two queries."""
    factors = [] if is_private else queries.watched_factors(diary)
    form = NightForm(diary=diary, evening=clock.last_night(diary, now), factors=factors)
    form.fill_from(None, {})
    return night_page(form, None, carried={})
