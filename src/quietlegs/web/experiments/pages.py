"""What the templates of planning get: the list of trials, the remedies, the form with its chances."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from quietlegs.core.diary.night import OUTCOMES
from quietlegs.core.experiments import words
from quietlegs.core.experiments.design import Linger
from quietlegs.core.experiments.next_try import HORIZON_NIGHTS
from quietlegs.core.experiments.power import Chance, Power
from quietlegs.core.experiments.safety import Gate
from quietlegs.core.knowledge.evidence import EvidenceEntry
from quietlegs.core.plan.items import PlanItem
from quietlegs.exchange.experiment_json import load_wording
from quietlegs.exchange.figures.svg import picture, tag
from quietlegs.web.experiments.drawing import drawing
from quietlegs.web.experiments.forms import HOPES, WEEKS, TrialForm
from quietlegs.web.experiments.models import Trial
from quietlegs.web.experiments.next_tries import NextTries
from quietlegs.web.experiments.queries import TRIED, offered
from quietlegs.web.library.pages import Grade, grade
from quietlegs.web.medicines.pages import Reference, references
from quietlegs.web.shell.fields import FormError

NEXT_SHOWN = 3


@dataclass(frozen=True, slots=True)
class TrialLine:
    """A trial in a list."""

    id: int
    title: str
    hint: str


@dataclass(frozen=True, slots=True)
class TrialsPage:
    """The list of trials."""

    running: tuple[TrialLine, ...]
    past: tuple[TrialLine, ...]
    next: tuple["NextLine", ...]
    next_basis: str


@dataclass(frozen=True, slots=True)
class NextLine:
    """A remedy in the queue of what to try next, with its reason."""

    id: str
    title: str
    grade: Grade
    reason: str


def trials_page(
    running: Sequence[Trial], past: Sequence[Trial], ready: frozenset[int], tries: NextTries
) -> TrialsPage:
    """Return the page of all trials, with what is worth trying next."""
    basis = _("your own diary") if tries.is_own else _("a usual week, until your diary has 14 nights")
    return TrialsPage(
        tuple(
            TrialLine(
                t.pk,
                t.remedy,
                _("the result is ready to open") if t.pk in ready else _("runs, the result is sealed"),
            )
            for t in running
        ),
        tuple(TrialLine(t.pk, t.remedy, str(t.get_ended_display())) for t in past),
        tuple(
            NextLine(one.item.id, one.item.title, grade(one.entry), _worth_line(one.saved))
            for one in tries.queue[:NEXT_SHOWN]
        ),
        _("Counted with %(n)s cramps a week, from %(basis)s.")
        % {"n": f"{7 * tries.per_night:.2g}", "basis": basis},
    )


def _worth_line(saved: float) -> str:
    """Say what a trial is worth: what the choice after it saves on average, beyond the choice without it."""
    months = round(HORIZON_NIGHTS / 30)
    if saved < 0.5:
        return _("Knowing would change little: less than 1 cramp in %(months)s months.") % {"months": months}
    return ngettext(
        "Knowing whether it helps you is worth about %(n)s cramp in %(months)s months.",
        "Knowing whether it helps you is worth about %(n)s cramps in %(months)s months.",
        round(saved),
    ) % {"n": round(saved), "months": months}


@dataclass(frozen=True, slots=True)
class RemedyCard:
    """A remedy to choose."""

    id: str
    icon: str
    title: str
    grade: Grade
    statement: str
    safety: tuple[str, ...]
    next_best: str


@dataclass(frozen=True, slots=True)
class ChoosePage:
    """The remedies that may be tried."""

    remedies: tuple[RemedyCard, ...]


def choose_page(remedies: Sequence[tuple[PlanItem, EvidenceEntry]], queue: Sequence[str]) -> ChoosePage:
    """Return the page of remedies, what is most worth trying first."""
    order = {item: place for place, item in enumerate(queue)}
    cards = [
        RemedyCard(
            item.id,
            item.icon,
            item.title,
            grade(entry),
            entry.statement,
            entry.safety,
            _("Most worth trying first, by what is known and how sure it is.")
            if order.get(item.id) == 0
            else "",
        )
        for item, entry in remedies
    ]
    return ChoosePage(tuple(sorted(cards, key=lambda card: (order.get(card.id, len(order)), card.title))))


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of several."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class GateLine:
    """A reason with where it comes from."""

    sentence: str
    references: tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class SafetyQuestion:
    """A question before a trial."""

    name: str
    question: str
    answer: str


NOT_CARRIED = ("belief", "belief_second", "csrfmiddlewaretoken")  # asked once more, or made anew


@dataclass(frozen=True, slots=True)
class BothOffer:
    """The offer to try this remedy and that of a running trial as one trial; ``typed`` is the form that starts it."""

    running: str
    typed: tuple[tuple[str, str], ...]


FEWEST_WEEKS_LINGERING = 16  # four rounds of four weeks


def both_offer(other: Trial, form: TrialForm, *, lingers: bool) -> BothOffer:
    """Return the offer to try both; an effect of the running remedy that lingers decides the blocks of both."""
    typed = {name: value for name, value in form.typed.items() if name != "csrfmiddlewaretoken"}
    typed |= {"instead_of": str(other.pk), "second": other.remedy, "second_item": other.plan_item}
    typed |= {"second_swallowed": "yes" if other.agreed_with else "no", "against": "", "start": ""}
    if other.agreed_with:
        typed["agreed"] = "yes"
    if lingers or form.linger is not Linger.GONE_NEXT_DAY:
        typed |= {"linger": Linger.A_FEW_DAYS.value}
        typed |= {"weeks": str(max(form.weeks, FEWEST_WEEKS_LINGERING))}
    return BothOffer(other.remedy, tuple(typed.items()))


@dataclass(frozen=True, slots=True)
class DesignPage:
    """The form of a new trial."""

    form: TrialForm
    errors: list[FormError]
    stopped: tuple[GateLine, ...]
    grounds: tuple[GateLine, ...]
    questions: tuple[SafetyQuestion, ...]
    asks_agreement: bool
    asks_clinician: bool
    has_own: bool
    outcomes: tuple[Option, ...]
    lingers: tuple[Option, ...]
    lengths: tuple[Option, ...]
    looks: tuple[Option, ...]
    hopes: tuple[Option, ...]
    values: dict[str, str]
    own_nights: int
    power: "PowerPicture | None"
    belief: tuple[Option, ...]
    is_ready: bool
    plan_line: str
    typed: tuple[tuple[str, str], ...]
    seconds: tuple[Option, ...]
    second: str
    belief_second: tuple[Option, ...]
    both: BothOffer | None


@dataclass(frozen=True, slots=True)
class PowerPicture:
    """The chance of a clear answer against the nights."""

    picture: SafeString
    rows: tuple[tuple[int, str, str], ...]
    lines: tuple[str, ...]
    basis: str


HOPE_LABELS = {
    "usual": gettext_lazy("half as many, or a third better on a scale"),
    "quarter": gettext_lazy("better by a quarter"),
    "third": gettext_lazy("better by a third"),
    "half": gettext_lazy("better by half"),
    "most": gettext_lazy("better by three quarters"),
}
OUTCOME_LABELS = {
    "cramps": gettext_lazy("The number of cramps"), "severity": gettext_lazy("How bad the worst cramp is"), "restless": gettext_lazy("Restlessness"),
    "sleep_hours": gettext_lazy("Hours of sleep"), "awakenings": gettext_lazy("Times awake"), "pain": gettext_lazy("Pain next day"),
    "fatigue": gettext_lazy("Tiredness next day"),
}  # fmt: skip


def design_page(
    form: TrialForm,
    gate: Gate,
    *,
    own_nights: int,
    power: Power | None,
    basis: str,
    plan_line: str,
    is_ready: bool,
    both: BothOffer | None = None,
) -> DesignPage:
    """Return the form of a new trial, with the gate's answer and the chances."""
    return DesignPage(
        form=form,
        errors=form.error_list(),
        stopped=tuple(GateLine(g.sentence, references(g.evidence)) for g in gate.stopped_by),
        grounds=tuple(GateLine(g.sentence, references(g.evidence)) for g in gate.grounds)
        if not gate.stopped_by
        else (),
        questions=tuple(
            SafetyQuestion(f"safety-{q.id}", q.question, form.get(f"safety-{q.id}")) for q in gate.questions
        ),
        asks_agreement=gate.allows.value == "ask_first",
        asks_clinician=gate.allows.value == "clinician_led",
        has_own=not form.item,
        outcomes=_options({name: str(OUTCOME_LABELS[name]) for name in TRIED}, form.outcome),
        lingers=_options(_linger_labels(), form.linger.value),
        lengths=_options({str(w): _("%(weeks)s weeks") % {"weeks": w} for w in WEEKS}, str(form.weeks)),
        looks=_options(_looks_labels(), form.get("looks", Trial.Looks.PLANNED) or Trial.Looks.PLANNED),
        hopes=_options({n: words.capital(str(label)) for n, label in HOPE_LABELS.items()}, form.hope),
        values={name: form.get(name) for name in TYPED},
        own_nights=own_nights,
        power=power_picture(power, basis) if power else None,
        belief=_options(_TEN, form.get("belief")),
        is_ready=is_ready,
        plan_line=plan_line,
        typed=tuple((name, value) for name, value in form.typed.items() if name not in NOT_CARRIED),
        seconds=_options({i.id: i.title for i, _entry in offered() if i.id != form.item}, form.second_item),
        second=form.second,
        belief_second=_options(_TEN, form.get("belief_second")),
        both=both,
    )


TYPED = (
    "remedy", "against", "start", "pause_first", "pause_last", "weekly", "clinician", "swallowed", "agreed", "second",
    "second_swallowed",
)  # fmt: skip
_TEN = {str(i): str(i) for i in range(11)}


def _options(labels: Mapping[str, str], chosen: str) -> tuple[Option, ...]:
    return tuple(Option(value, label, value == chosen) for value, label in labels.items())


def _linger_labels() -> dict[str, str]:
    return {
        Linger.GONE_NEXT_DAY.value: _("It is gone by the next night"),
        Linger.A_FEW_DAYS.value: _("It may last for some days"),
        Linger.UNKNOWN.value: _("I do not know"),
    }


def _looks_labels() -> dict[str, str]:
    return {
        Trial.Looks.PLANNED.value: _("After each pair (finds more)"),
        Trial.Looks.OPEN_END.value: _("At any time, with no end set (finds less)"),
    }


def power_picture(power: Power, basis: str) -> PowerPicture:
    """Return the chances as bars, a table and a recommendation."""
    wording = load_wording()
    return PowerPicture(
        _bars(power.chances),
        tuple((c.nights, words.months(c.nights, wording), _in_ten(c.chance)) for c in power.chances),
        tuple(words.recommendation(power, wording)),
        basis,
    )


def _in_ten(chance: float) -> str:
    if chance < 0.05:
        return _("less than 1 in 10")
    if chance > 0.95:
        return _("more than 9 in 10")
    return _("about %(k)s in 10") % {"k": round(chance * 10)}


def _bars(chances: Sequence[Chance]) -> SafeString:
    width, step, base = 320, 320 / max(len(chances), 1), 120
    marks = [tag("line", css="axis", x1=0, x2=width, y1=base, y2=base)]
    for i, one in enumerate(chances):
        height = round(100 * one.chance, 1)
        x = round(i * step + step * 0.2, 1)
        marks.append(
            tag(
                "rect",
                css="sign-quiet-fill",
                x=x,
                y=base - height,
                width=round(step * 0.6, 1),
                height=max(height, 1),
                rx=3,
            )
        )
        marks.append(
            tag(
                "text",
                text=str(one.nights),
                x=round(i * step + step / 2, 1),
                y=base + 20,
                text_anchor="middle",
            )
        )
    label = _("Bars: the chance of a clear answer for %(first)s to %(last)s nights. The table has the numbers.") % {
        "first": chances[0].nights, "last": chances[-1].nights,
    }  # fmt: skip
    return drawing(picture(width, base + 28, *marks, label=label))


assert set(HOPE_LABELS) == set(HOPES)
assert set(OUTCOME_LABELS) == set(TRIED) and set(TRIED) <= set(OUTCOMES)
