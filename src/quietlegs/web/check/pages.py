"""What each page of the check shows: one value for each template, made from core values. No template works anything out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from quietlegs.core.assessment.asking import Screen, Step, flag_of
from quietlegs.core.assessment.contradictions import Contradiction
from quietlegs.core.assessment.guidance import Country, Guidance
from quietlegs.core.assessment.person import PREGNANCY, Token, may_be_pregnant
from quietlegs.core.assessment.triage_flags import Disposition
from quietlegs.exchange.checks import load_guidance
from quietlegs.web.check import queries
from quietlegs.web.check.models import CheckRun
from quietlegs.web.check.queries import State
from quietlegs.web.diary.models import Diary
from quietlegs.web.shell.fields import FormError


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
class EmergencyPage:
    """Whom to call, and the choice of country."""

    calls: Calls
    countries: tuple[Choice, ...]
    signs: tuple[str, ...]


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
            Earlier(run.pk, run.started_at, label_of(run)) for run in queries.earlier_results(diary)
        ),
        calls=calls_for(queries.country_of(diary)),
        guidance=load_guidance().levels.guidance,
    )


def label_of(run: CheckRun) -> str:
    """Return the words for a result's urgency."""
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


def emergency_page(diary: Diary, error: str = "") -> EmergencyPage:
    """Return whom to call, and the choice of country."""
    country = queries.country_of(diary)
    known = queries.numbers()
    return EmergencyPage(
        calls=calls_for(country),
        countries=tuple(
            Choice(one.code, one.name, country is not None and one.code == country.code)
            for one in sorted(known.countries.values(), key=lambda country: country.name)
        ),
        signs=load_guidance().levels.come_back[-1:],
    )
