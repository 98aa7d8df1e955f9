"""What a check came to, as its page shows it: danger first. Made from the document that was kept with the check."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from quietlegs.core.assessment.check import FITS_WELL_FROM
from quietlegs.core.assessment.guidance import Guidance, Level
from quietlegs.core.assessment.triage_flags import Disposition
from quietlegs.exchange.checks import load_guidance
from quietlegs.web.check import queries
from quietlegs.web.check.models import CheckRun
from quietlegs.web.check.pages import Calls, label_of

FITS_SHOWN = 3
REASONS_SHOWN = 4
CARE_CLASS = {
    Disposition.EMERGENCY_NOW: "emergency",
    Disposition.SAME_DAY: "same-day",
    Disposition.ROUTINE_GP: "see-doctor",
    Disposition.SELF_CARE: "self-care",
}
CARE_ICON = {
    Disposition.EMERGENCY_NOW: "stop",
    Disposition.SAME_DAY: "clock",
    Disposition.ROUTINE_GP: "report",
    Disposition.SELF_CARE: "home",
}


@dataclass(frozen=True, slots=True)
class FlagCard:
    """A red flag on the result: what was said, why it matters, what to do, by when."""

    said: tuple[str, ...]
    reason: str
    advice: str
    timeframe: str
    is_unsure: bool
    sources: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class FitRow:
    """One condition: how well it fits, and the reasons for and against."""

    name: str
    fit: str
    about: str
    next_step: str
    reasons_for: tuple[str, ...]
    reasons_against: tuple[str, ...]
    sources: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Why:
    """Whether a cause is known, in words."""

    name: str
    label: str
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Before:
    """What the result before this one said."""

    at: datetime
    label: str
    new: tuple[str, ...]
    gone: tuple[str, ...]
    pk: int


@dataclass(frozen=True, slots=True)
class ResultPage:
    """What a check came to, danger first."""

    pk: int
    at: datetime | None
    headline: str
    advice: str
    level: Level
    best: FitRow | None
    css_class: str
    icon: str
    cards: tuple[FlagCard, ...]
    lesser: tuple[FlagCard, ...]
    calls: Calls
    to_say: str
    safety_net: tuple[str, ...]
    fits: tuple[FitRow, ...]
    fits_note: str
    why: tuple[Why, ...]
    may_ask_more: bool
    may_go_on: bool
    medicines: tuple[Mapping[str, Any], ...]
    screens: tuple[tuple[str, str, str], ...]
    contradictions: tuple[str, ...]
    before: Before | None
    guidance: str
    scope: str
    is_old_data: bool
    answered: int
    links: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_emergency(self) -> bool:
        """Whether the page says call now, and nothing else."""
        return self.css_class == "emergency"


def result_page(run: CheckRun, calls: Calls) -> ResultPage:
    """Return what a check came to, from the document that was kept with it."""
    guidance = load_guidance()
    document = run.result
    level = guidance.levels.levels[Disposition(document["at_least"])]
    urgent, lesser = _flag_cards(document, guidance, level)
    fits = _fits(document)
    # Nothing urgent, but what fits best is for a doctor: the card must not read as "stay at home".
    but = level.disposition is Disposition.SELF_CARE and bool(document["should_be_seen"])
    shown = guidance.levels.levels[Disposition.ROUTINE_GP] if but else level
    return ResultPage(
        pk=run.pk,
        at=run.finished_at,
        headline=level.headline if not but else guidance.levels.but_headline,
        advice=level.advice if not but else guidance.levels.but_advice,
        level=shown,
        best=_best(document, fits),
        css_class=CARE_CLASS[shown.disposition],
        icon=CARE_ICON[shown.disposition],
        cards=tuple(urgent),
        lesser=tuple(lesser),
        calls=calls,
        to_say=_to_say(run, urgent),
        safety_net=tuple(document["safety_net"]),
        fits=fits,
        fits_note=guidance.table.never_certain,
        why=_why(document, guidance),
        may_ask_more=any(name in guidance.features for name in document["ask_next"]),
        may_go_on=bool(document["disposition"]) and level.disposition is Disposition.SAME_DAY,
        medicines=tuple(document["medicines"]),
        screens=_screens(document, guidance),
        contradictions=tuple(one["sentence"] for one in document["contradictions"]),
        before=_before(run),
        guidance=document["guidance"],
        scope=document["scope"] or "",
        is_old_data=run.knowledge != guidance.version,
        answered=sum(len(step["gave"]) for step in run.steps),
        links=links(),
    )


def _flag_cards(
    document: Mapping[str, Any], guidance: Guidance, level: Level
) -> tuple[list[FlagCard], list[FlagCard]]:
    urgent: list[FlagCard] = []
    lesser: list[FlagCard] = []
    for one in [*document["red_flags"], *document["not_ruled_out"]]:
        is_unsure = one in document["not_ruled_out"]
        card = FlagCard(
            said=tuple(guidance.questions.get(part, part) for part in one["because"]),
            reason=one["reason"],
            advice=one["advice"],
            timeframe=one["timeframe"],
            is_unsure=is_unsure,
            sources=tuple(one["sources"]),
        )
        (urgent if one["disposition"] == level.disposition else lesser).append(card)
    return urgent, lesser


def _to_say(run: CheckRun, cards: Sequence[FlagCard]) -> str:
    """Return what to say on the phone: the age and the questions that were answered yes."""
    said = list(dict.fromkeys(question for card in cards if not card.is_unsure for question in card.said))
    if not said:
        return ""
    return _("I am %(age)d. I answered yes to: %(questions)s") % {
        "age": run.age_years,
        "questions": " ".join(said),
    }


def _best(document: Mapping[str, Any], fits: Sequence[FitRow]) -> FitRow | None:
    """Return the condition that fits best, if it fits well."""
    well = {one["name"] for one in document["likely"] if one["probability"] >= FITS_WELL_FROM}
    return next((row for row in fits if row.name in well), None)


def _fits(document: Mapping[str, Any]) -> tuple[FitRow, ...]:
    return tuple(
        FitRow(
            name=one["name"],
            fit=one["fit"],
            about=one["about"],
            next_step=one["next_step"],
            reasons_for=tuple(one["for"][:REASONS_SHOWN]),
            reasons_against=tuple(one["against"][:REASONS_SHOWN]),
            sources=tuple(one["sources"]),
        )
        for one in document["likely"][:FITS_SHOWN]
        if one["for"]  # one that nothing speaks for is only there because it is common
    )


def _why(document: Mapping[str, Any], guidance: Guidance) -> tuple[Why, ...]:
    names = {condition.id: condition.name for condition in guidance.table.conditions}
    labels = {
        "idiopathic": _("No cause in your answers (idiopathic)"),
        "secondary": _("A possible cause in your answers (secondary)"),
        "open": _("Cause not known yet"),
    }
    return tuple(
        Why(names[one["condition"]], labels[one["origin"]], tuple(one["because"])) for one in document["why"]
    )


def _screens(document: Mapping[str, Any], guidance: Guidance) -> tuple[tuple[str, str, str], ...]:
    screens = document["screens"]
    return (
        (reverse("check:restless"), guidance.restless_legs.title, screens["irlssg"]["sentence"]),
        (reverse("check:pain"), guidance.pain.title, screens["fibromyalgia"]["sentence"]),
        (reverse("check:cramps"), guidance.night_leg_cramps.title, screens["night_leg_cramps"]["sentence"]),
    )


def _before(run: CheckRun) -> Before | None:
    earlier = queries.result_before(run)
    if earlier is None:
        return None
    then = {one["id"]: one["name"] for one in earlier.result["red_flags"]}
    now = {one["id"]: one["name"] for one in run.result["red_flags"]}
    return Before(
        at=earlier.started_at,
        label=label_of(earlier),
        new=tuple(name for flag, name in now.items() if flag not in then),
        # A flag is gone when the answers say no to it: not when nobody came to ask, nor when nobody was sure.
        gone=tuple(name for flag, name in then.items() if flag in run.result.get("ruled_out", ())),
        pk=earlier.pk,
    )


def links() -> dict[str, str]:
    """Return where a result leads."""
    return {
        "plan": reverse("plan:plan"),
        "medicines": reverse("medicines:list"),
        "summary": reverse("share:doctor"),
    }
