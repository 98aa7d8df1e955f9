"""What each page of the check shows: one value for each template, made from core values. No template works anything out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from quietlegs.core.assessment.asking import Screen, Step, flag_of
from quietlegs.core.assessment.check import FITS_WELL_FROM
from quietlegs.core.assessment.contradictions import Contradiction
from quietlegs.core.assessment.guidance import Complaint, Country, Guidance, Level
from quietlegs.core.assessment.person import PREGNANCY, Token, may_be_pregnant
from quietlegs.core.assessment.triage_flags import Disposition
from quietlegs.exchange.checks import load_guidance
from quietlegs.web.check import queries
from quietlegs.web.check.models import CheckRun
from quietlegs.web.check.queries import State
from quietlegs.web.diary.models import Diary
from quietlegs.web.shell.fields import FormError

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
class Call:
    """A number to call, as a button."""

    number: str
    label: str


@dataclass(frozen=True, slots=True)
class Calls:
    """Whom to call here. ``words`` explain the numbers until a country is chosen."""

    first: Call
    others: tuple[Call, ...]
    words: str
    country: str
    urgent: str
    crisis: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One line that can be ticked or chosen."""

    value: str
    text: str
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Earlier:
    """A result that was kept."""

    pk: int
    at: datetime
    label: str


@dataclass(frozen=True, slots=True)
class StartPage:
    """The first page: who answers, and what was kept before."""

    age: str
    sexes: tuple[Choice, ...]
    errors: tuple[FormError, ...]
    open_since: datetime | None
    earlier: tuple[Earlier, ...]
    calls: Calls
    guidance: str


@dataclass(frozen=True, slots=True)
class AskPage:
    """One page of questions: lines to tick, or one question with three answers.

    ``step`` names it in the form, so that an old page cannot answer a new question. ``groups`` are lines to tick, with
    a heading each ("" for none).
    """

    step: str
    title: str
    number: int
    of: int
    groups: tuple[tuple[str, tuple[Choice, ...]], ...] = ()
    why: str = ""
    hint: str = ""
    error: str = ""
    calls: Calls | None = None
    may_go_back: bool = False
    questions: tuple[Choice, ...] = ()

    @property
    def done(self) -> int:
        """How many screens are behind."""
        return max(self.number - 1, 0)


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


@dataclass(frozen=True, slots=True)
class EmergencyPage:
    """Whom to call, and the choice of country."""

    calls: Calls
    countries: tuple[Choice, ...]
    signs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AreaBox:
    """One painful area on the drawing."""

    id: str
    css_class: str
    name: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class PainPage:
    """The fibromyalgia count."""

    title: str
    about: str
    areas_question: str
    front: tuple[AreaBox, ...]
    back: tuple[AreaBox, ...]
    scales_question: str
    scales: tuple[tuple[str, str, tuple[Choice, ...]], ...]
    symptoms_question: str
    symptoms: tuple[AreaBox, ...]
    months: str
    months_choices: tuple[Choice, ...]
    result: str
    counts: tuple[tuple[str, str], ...]
    always: str
    sources: tuple[Mapping[str, Any], ...]
    error: str


@dataclass(frozen=True, slots=True)
class PatternPage:
    """Published criteria as a list of questions."""

    title: str
    about: str
    questions: tuple[tuple[str, str, str], ...]
    result: str
    sources: tuple[Mapping[str, Any], ...]
    error: str


def calls_for(country: Country | None) -> Calls:
    """Return whom to call: the chosen country's numbers, or the common ones with words."""
    known = queries.numbers()
    numbers = country.call if country else known.until_chosen
    buttons = [Call(number, _("Call %(number)s") % {"number": number}) for number in numbers]
    return Calls(
        first=buttons[0],
        others=tuple(buttons[1:]),
        words="" if country else known.until_chosen_words,
        country=country.name if country else "",
        urgent=(country.urgent or "") if country else "",
        crisis=(country.crisis or "") if country else "",
    )


def start_page(
    diary: Diary,
    *,
    age: str,
    sex: str,
    errors: Sequence[FormError] = (),
    open_since: datetime | None = None,
) -> StartPage:
    """Return the first page."""
    sexes = [("female", _("Female")), ("male", _("Male")), ("", _("Neither, or not said"))]
    return StartPage(
        age=age,
        sexes=tuple(Choice(value, text, value == sex) for value, text in sexes),
        errors=tuple(errors),
        open_since=open_since,
        earlier=tuple(
            Earlier(run.pk, run.started_at, _label_of(run)) for run in queries.earlier_results(diary)
        ),
        calls=calls_for(queries.country_of(diary)),
        guidance=load_guidance().levels.guidance,
    )


def _label_of(run: CheckRun) -> str:
    return load_guidance().levels.levels[Disposition(run.result["at_least"])].label


def about_page(state: State, known: Mapping[str, bool], calls: Calls, error: str = "") -> AskPage:
    """Return the page about the person: what decides which questions come."""
    guidance = load_guidance()
    offered = tokens_offered(state, guidance)
    groups = [("health", _("Health")), ("medicines", _("Medicines"))]
    return AskPage(
        step="about:about",
        title=guidance.tokens_title,
        number=1,
        of=screens_to_come(state),
        groups=tuple(
            (
                label,
                tuple(
                    Choice(token.id, token.text, known.get(token.id, False))
                    for token in offered
                    if token.group == group
                ),
            )
            for group, label in groups
        ),
        hint=_("Tick all that are true. They decide which questions come next."),
        error=error,
        calls=calls,
    )


def screens_to_come(state: State) -> int:
    """Return how many pages a person with nothing special meets."""
    return sum(not screen.applies_if and screen.age_from >= 18 for screen in load_guidance().screens) + 2


def tokens_offered(state: State, guidance: Guidance) -> list[Token]:
    """Return what is asked about this person."""
    return [token for token in guidance.tokens if token.id != PREGNANCY or may_be_pregnant(state.person)]


def screen_page(
    screen: Screen, step: Step, calls: Calls, *, ticked: Sequence[str] = (), error: str = ""
) -> AskPage:
    """Return a short screen."""
    return AskPage(
        step=f"screen:{screen.id}",
        title=screen.title,
        number=step.number + 1,
        of=step.of + 2,
        groups=(("", tuple(Choice(line.id, line.text, line.id in ticked) for line in screen.lines)),),
        hint=_("Tick what is true, or what you are not sure of."),
        error=error,
        calls=calls,
        may_go_back=True,
    )


def question_page(part: str, step: Step, calls: Calls, error: str = "") -> AskPage:
    """Return one question with three answers."""
    guidance = load_guidance()
    flag = guidance.flag(flag_of(part))
    return AskPage(
        step=f"question:{part}",
        title=guidance.questions[part],
        number=step.number + 1,
        of=step.of + 2,
        why=flag.reason,
        error=error,
        calls=calls,
        may_go_back=True,
    )


def feature_page(feature: str, calls: Calls, error: str = "") -> AskPage:
    """Return one question about what it may be."""
    return AskPage(
        step=f"feature:{feature}",
        title=load_guidance().questions[feature],
        number=0,
        of=0,
        why=_("Of the questions that are left, this one tells most about what it may be."),
        error=error,
        calls=calls,
    )


def again_page(contradiction: Contradiction, state: State, calls: Calls, error: str = "") -> AskPage:
    """Return the questions whose answers do not fit together."""
    guidance = load_guidance()
    return AskPage(
        step=f"again:{queries.key_of(contradiction)}",
        title=contradiction.say,
        number=0,
        of=0,
        hint=guidance.contradictions.again,
        questions=tuple(
            Choice(part, guidance.questions[part], state.answers.get(part) is True)
            for part in contradiction.ids
        ),
        error=error,
        calls=calls,
        may_go_back=True,
    )


def complaints_page(state: State, calls: Calls, *, ticked: Sequence[str] = (), error: str = "") -> AskPage:
    """Return "what is it like?"."""
    guidance = load_guidance()
    total = screens_to_come(state)
    return AskPage(
        step="complaints:complaints",
        title=guidance.complaints_title,
        number=total,
        of=total,
        groups=(("", tuple(Choice(one.id, one.text, one.id in ticked) for one in guidance.complaints)),),
        error=error,
        calls=calls,
        may_go_back=True,
    )


def answers_of_complaints(complaints: Sequence[Complaint], ticked: Sequence[str]) -> dict[str, bool]:
    """Return the features that "what is it like?" answers."""
    gave = {
        name: False
        for one in complaints
        if one.no_if_unticked and one.id not in ticked
        for name in one.features
    }
    return gave | {name: True for one in complaints if one.id in ticked for name in one.features}


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
        best=fits[0] if fits and document["likely"][0]["probability"] >= FITS_WELL_FROM else None,
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
        label=_label_of(earlier),
        new=tuple(name for flag, name in now.items() if flag not in then),
        gone=tuple(name for flag, name in then.items() if flag not in now),
        pk=earlier.pk,
    )


def links() -> dict[str, str]:
    """Return where a result leads, as far as those rooms are there."""
    found = {}
    for key, name in (
        ("plan", "plan:plan"),
        ("medicines", "medicines:medicines"),
        ("summary", "share:report"),
    ):
        try:
            found[key] = reverse(name)
        except NoReverseMatch:
            continue
    return found


def emergency_page(diary: Diary, error: str = "") -> EmergencyPage:
    """Return whom to call, and the choice of country."""
    country = queries.country_of(diary)
    known = queries.numbers()
    return EmergencyPage(
        calls=calls_for(country),
        countries=tuple(
            Choice(one.code, one.name, country is not None and one.code == country.code)
            for one in known.countries.values()
        ),
        signs=load_guidance().levels.come_back[-1:],
    )
