"""What the templates of the trials get."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quietlegs.core.diary.night import OUTCOMES
from quietlegs.core.experiments import words
from quietlegs.core.experiments.analysis import Analysis, Verdict
from quietlegs.core.experiments.design import Schedule
from quietlegs.core.experiments.effect import Arm, Beliefs
from quietlegs.core.experiments.effect import Span as EffectSpan
from quietlegs.core.experiments.power import Chance, Power
from quietlegs.core.experiments.safety import Gate
from quietlegs.core.knowledge.evidence import EvidenceEntry
from quietlegs.exchange.experiment_json import load_wording
from quietlegs.exchange.figures import dots_picture, filled_of
from quietlegs.exchange.figures.svg import picture, tag
from quietlegs.web.experiments.forms import WEEKS, TrialForm
from quietlegs.web.experiments.models import SideEffect, Trial
from quietlegs.web.experiments.queries import TRIED
from quietlegs.web.library.pages import Grade, grade
from quietlegs.web.medicines.pages import Reference, references
from quietlegs.web.shell.fields import FormError

GRID_WIDTH, GRID_HEIGHT = 400.0, 64.0
SHOWN_LOG_RATIO = 1.3863  # the picture goes from a quarter to four times


def day(evening: date) -> str:
    """Return a date as a person says it."""
    return date_format(evening, "j F")


def drawing(svg: str) -> SafeString:
    """Return a drawing for a template. It is built of escaped parts."""
    return mark_safe(svg)  # noqa: S308


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


def trials_page(running: Sequence[Trial], past: Sequence[Trial]) -> TrialsPage:
    """Return the page of all trials."""
    return TrialsPage(
        tuple(TrialLine(t.pk, t.remedy, _("runs, the result is sealed")) for t in running),
        tuple(TrialLine(t.pk, t.remedy, str(t.get_ended_display())) for t in past),
    )


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


def choose_page(offered: Sequence[tuple[object, EvidenceEntry]], queue: Sequence[str]) -> ChoosePage:
    """Return the page of remedies, what is most worth trying first."""
    order = {item: place for place, item in enumerate(queue)}
    cards = [
        RemedyCard(
            item.id,  # type: ignore[attr-defined]
            item.icon,  # type: ignore[attr-defined]
            item.title,  # type: ignore[attr-defined]
            grade(entry),
            entry.statement,
            entry.safety,
            _("Most worth trying first, by what is known and how sure it is.")
            if order.get(item.id) == 0  # type: ignore[attr-defined]
            else "",
        )
        for item, entry in offered
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
    values: dict[str, str]
    own_nights: int
    power: "PowerPicture | None"
    belief: tuple[Option, ...]
    is_ready: bool
    plan_line: str


@dataclass(frozen=True, slots=True)
class PowerPicture:
    """The chance of a clear answer against the nights."""

    picture: SafeString
    rows: tuple[tuple[int, str, str], ...]
    lines: tuple[str, ...]
    basis: str


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
) -> DesignPage:
    """Return the form of a new trial, with the gate's answer and the chances."""

    def options(values: Sequence[tuple[str, str]], chosen: str) -> tuple[Option, ...]:
        return tuple(Option(value, label, value == chosen) for value, label in values)

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
        outcomes=options([(name, str(OUTCOME_LABELS[name])) for name in TRIED], form.outcome),
        lingers=options(
            [
                ("gone_next_day", _("It is gone the next day, as with a stretch")),
                ("a_few_days", _("It may last for some days, as with a supplement")),
                ("unknown", _("I do not know")),
            ],
            form.linger.value,
        ),
        lengths=options([(str(w), _("%(weeks)s weeks") % {"weeks": w}) for w in WEEKS], str(form.weeks)),
        looks=options(
            [
                (Trial.Looks.PLANNED, _("After each pair (finds more)")),
                (Trial.Looks.OPEN_END, _("At any time, with no end set (finds less)")),
            ],
            form.get("looks", Trial.Looks.PLANNED) or Trial.Looks.PLANNED,
        ),
        values={
            name: form.get(name)
            for name in (
                "remedy",
                "against",
                "start",
                "pause_first",
                "pause_last",
                "weekly",
                "clinician",
                "swallowed",
                "agreed",
            )
        },
        own_nights=own_nights,
        power=power_picture(power, basis) if power else None,
        belief=options([(str(i), str(i)) for i in range(11)], form.get("belief")),
        is_ready=is_ready,
        plan_line=plan_line,
    )


def power_picture(power: Power, basis: str) -> PowerPicture:
    """Return the chances as bars, a table and a recommendation."""
    wording = load_wording()
    return PowerPicture(
        _bars(power.chances),
        tuple((c.nights, words.months(c.nights), _in_ten(c.chance)) for c in power.chances),
        tuple(words.recommendation(power, wording)),
        basis,
    )


def _in_ten(chance: float) -> str:
    if chance < 0.05:
        return _("less than 1 in 10")
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


@dataclass(frozen=True, slots=True)
class BlockMark:
    """A block in the row of blocks."""

    label: str
    letter: str
    day: str
    is_treated: bool
    is_now: bool
    is_later: bool
    number: int


@dataclass(frozen=True, slots=True)
class TrialPage:
    """A running trial."""

    id: int
    title: str
    is_broken: str
    condition: str
    letter: str
    tonight_line: str
    evening: str
    last_evening: str
    last_condition: str
    done_last: str
    is_resting: bool
    nights_done: int
    nights_all: int
    progress_line: str
    ends_line: str
    blocks: tuple[BlockMark, ...]
    legend: str
    next_look: str
    looks_open_end: bool
    as_planned: str
    logged: str
    washout_line: str
    seal: str
    side_effects: tuple[SideEffect, ...]
    clinician: str


def trial_page(
    trial: Trial,
    schedule: Schedule,
    evening: date,
    *,
    done: dict[date, bool],
    logged: set[date],
    is_resting: bool,
) -> TrialPage:
    """Return the page of a running trial. Nothing of the outcome is on it."""
    design = schedule.design
    planned = None if is_resting else schedule.on(evening)
    before = [n for n in schedule.nights if n.evening < evening]
    last = before[-1] if before else None
    asked = [n for n in before if n.evening in done]
    kept = sum(done[n.evening] for n in asked)
    block_now = planned.block if planned else (last.block if last else 0)
    letters = _letters(design.treatment, design.reference)
    return TrialPage(
        id=trial.pk,
        title=_("Does this help me: %(remedy)s?") % {"remedy": trial.remedy},
        is_broken="",
        condition=planned.condition if planned else "",
        letter=letters[planned.condition == design.treatment] if planned else "",
        tonight_line=_tonight_line(planned, design.block_nights, schedule, evening),
        evening=evening.isoformat(),
        last_evening=last.evening.isoformat() if last else "",
        last_condition=last.condition if last else "",
        done_last={True: "yes", False: "no"}.get(done.get(last.evening), "") if last else "",  # type: ignore[arg-type]
        is_resting=is_resting,
        nights_done=len(before),
        nights_all=len(schedule.nights),
        progress_line=_("Block %(now)s of %(all)s") % {"now": block_now, "all": 2 * design.pairs},
        ends_line=_("ends about %(day)s") % {"day": day(schedule.last)},
        blocks=_blocks(schedule, evening, block_now, letters),
        legend=_("%(t)s: %(treatment)s. %(r)s: %(reference)s. Envelope: drawn, not opened.")
        % {"t": letters[1], "r": letters[0], "treatment": design.treatment, "reference": design.reference},
        next_look=_next_look(schedule, evening),
        looks_open_end=trial.looks == Trial.Looks.OPEN_END,
        as_planned=_("%(kept)s of %(asked)s nights as planned") % {"kept": kept, "asked": len(asked)},
        logged=_("%(logged)s of %(all)s nights logged")
        % {"logged": sum(n.evening in logged for n in before), "all": len(before)},
        washout_line=_(
            "The first %(nights)s nights of each block do not count, so that one does not spill into the next."
        )
        % {"nights": design.washout_nights}
        if design.washout_nights
        else "",
        seal=trial.seal,
        side_effects=tuple(trial.side_effects.all()),
        clinician=trial.clinician,
    )


def _letters(treatment: str, reference: str) -> tuple[str, str]:
    """Return letters of reference and treatment that differ."""
    first, second = reference[:1].upper(), treatment[:1].upper()
    return (first, second) if first != second else ("A", "B")


def _tonight_line(planned: object, block_nights: int, schedule: Schedule, evening: date) -> str:
    if planned is None:
        if evening < schedule.nights[0].evening:
            return _("It starts on %(day)s.") % {"day": day(schedule.nights[0].evening)}
        return _("Nothing is planned tonight.")
    if block_nights == 1:
        return _("The coin, not the week, chose it.")
    return _("Night %(n)s of this block. The coin, not the week, chose it.") % {"n": planned.position}  # type: ignore[attr-defined]


def _next_look(schedule: Schedule, evening: date) -> str:
    ends = {n.pair: n.evening for n in schedule.nights}
    coming = [end for pair, end in ends.items() if end >= evening and pair >= 3]
    return day(min(coming) + timedelta(days=1)) if coming else ""


MOST_MARKS = 28


def _blocks(schedule: Schedule, evening: date, now: int, letters: tuple[str, str]) -> tuple[BlockMark, ...]:
    """Return the blocks around now: at most 28, the later ones sealed."""
    starts = [n for n in schedule.nights if n.position == 1]
    begin = max(0, min(now - 1 - MOST_MARKS // 2, len(starts) - MOST_MARKS))
    treatment = schedule.design.treatment
    return tuple(
        BlockMark(
            n.condition if n.evening <= evening else "",
            letters[n.condition == treatment] if n.evening <= evening else "",
            date_format(n.evening, "j M") if n.evening <= evening else "",
            n.condition == treatment and n.evening <= evening,
            n.block == now,
            n.evening > evening,
            n.block,
        )
        for n in starts[begin : begin + MOST_MARKS]
    )


@dataclass(frozen=True, slots=True)
class DotsSide:
    """Twenty nights under one condition."""

    heading: str
    sentence: str
    picture: SafeString | None


@dataclass(frozen=True, slots=True)
class BeliefRow:
    """Before, your nights, or now."""

    name: str
    sentence: str
    picture: SafeString
    ratio: str
    could_be: str


@dataclass(frozen=True, slots=True)
class ResultPage:
    """The result of an ended trial."""

    id: int
    kicker: str
    headline: str
    sentence: str
    cautions: tuple[str, ...]
    sides: tuple[DotsSide, ...]
    beliefs: tuple[BeliefRow, ...]
    beliefs_from: tuple[Reference, ...]
    sure: str
    sure_number: str
    why: tuple[str, ...]
    what_now: tuple[str, ...]
    expectation: str
    side_effects: tuple[SideEffect, ...]
    seal: str
    helps: bool
    asks_guess: bool
    no_result: str
    plan_item: str


def asks_guess_page(trial: Trial) -> ResultPage:
    """Return the page that asks for a guess before it shows anything."""
    return _empty_result(trial, asks_guess=True)


def no_result_page(trial: Trial, why: str) -> ResultPage:
    """Return the page of a trial that has nothing to compare."""
    return _empty_result(trial, no_result=why)


def _empty_result(trial: Trial, *, asks_guess: bool = False, no_result: str = "") -> ResultPage:
    return ResultPage(
        trial.pk, str(trial.get_ended_display()), trial.remedy, "", (), (), (), (), "", "", (), (), "",
        tuple(trial.side_effects.all()), trial.seal, False, asks_guess, no_result, trial.plan_item,
    )  # fmt: skip


def result_page(
    trial: Trial, found: Analysis, extension: Chance | None, known: tuple[Beliefs, EvidenceEntry] | None
) -> ResultPage:
    """Return the page of a result."""
    wording = load_wording()
    effect = found.effect
    number = f"{round(100 * effect.probability_helps)} in 100" if effect else ""
    return ResultPage(
        id=trial.pk,
        kicker=_("%(why)s %(nights)s nights counted.")
        % {"why": trial.get_ended_display(), "nights": found.used},
        headline=words.headline(found, wording),
        sentence=words.sentence(found, wording),
        cautions=tuple(words.cautions(found, wording)),
        sides=tuple(_sides(found)) if effect else (),
        beliefs=_belief_rows(found, *known) if known else (),
        beliefs_from=references([known[1].id]) if known else (),
        sure_number=number,
        sure=_("of the explanations that fit your nights say that it helps."),
        why=tuple(words.why(found, wording)),
        what_now=tuple(words.what_now(found, extension, wording)),
        expectation=_expectation(trial),
        side_effects=tuple(trial.side_effects.all()),
        seal=trial.seal,
        helps=found.verdict is Verdict.HELPS,
        asks_guess=False,
        no_result="",
        plan_item=trial.plan_item,
    )


def _expectation(trial: Trial) -> str:
    if trial.belief is None and trial.guess is None:
        return ""
    said = []
    if trial.belief is not None:
        said.append(_("Before the start you thought %(n)s of 10 that it would help.") % {"n": trial.belief})
    if trial.guess is not None:
        said.append(_("Before you opened this you guessed %(n)s of 10.") % {"n": trial.guess})
    return " ".join(said) + " " + _("You knew which night was which, so hope is part of what was tried.")


def _sides(found: Analysis) -> list[DotsSide]:
    assert found.effect is not None
    nights = found.nights
    event = words.outcome_words(load_wording(), nights.outcome_name, nights.kind)["event"]
    heads = (
        (_("20 nights with: %(name)s"), nights.treatment, found.effect.treatment),
        (_("20 nights with: %(name)s"), nights.reference, found.effect.reference),
    )
    return [_side(text % {"name": name}, arm, event) for text, name, arm in heads if arm.share is not None]


def _side(heading: str, arm: Arm, event: str) -> DotsSide:
    assert arm.share is not None
    share = arm.share
    full, half, empty = filled_of(share.mean, share.low, share.high)
    label = _("20 dots for 20 nights: %(full)s filled, %(half)s half filled, %(open)s open.") % {
        "full": full,
        "half": half,
        "open": empty,
    }
    sentence = _("About %(k)s %(event)s. It could be %(low)s to %(high)s.") % {
        "k": words.in_twenty(share.mean), "event": event, "low": words.in_twenty(share.low), "high": words.in_twenty(share.high),
    }  # fmt: skip
    return DotsSide(heading, sentence, drawing(dots_picture(share.mean, share.low, share.high, label=label)))


def _belief_rows(found: Analysis, known: Beliefs, entry: EvidenceEntry) -> tuple[BeliefRow, ...]:
    rows = (
        (
            _("Before: other people"),
            entry.certainty_reason,
            known.before,
            known.before_span,
            "density-before",
        ),
        (_("Your %(n)s nights") % {"n": found.used}, "", known.nights, known.nights_span, "zone-fewer"),
        (_("Now: both together"), "", known.now, known.now_span, "sign-quiet-fill"),
    )
    return tuple(
        _belief_row(name, said, known.grid, density, span, css) for name, said, density, span, css in rows
    )


def _belief_row(name: str, said: str, grid: object, density: object, span: EffectSpan, css: str) -> BeliefRow:
    import numpy as np

    shown = np.abs(np.asarray(grid)) <= SHOWN_LOG_RATIO
    x = (np.asarray(grid)[shown] + SHOWN_LOG_RATIO) / (2 * SHOWN_LOG_RATIO) * GRID_WIDTH
    y = GRID_HEIGHT - 2 - np.asarray(density)[shown] / float(np.max(density)) * (GRID_HEIGHT - 8)
    path = (
        "M0 63L" + "L".join(f"{a:.1f} {b:.1f}" for a, b in zip(x, y, strict=True)) + f"L{GRID_WIDTH:.0f} 63Z"
    )

    def place(value: float) -> float:
        return float(np.clip((value + SHOWN_LOG_RATIO) / (2 * SHOWN_LOG_RATIO), 0, 1) * GRID_WIDTH)

    ratio, low, high = (float(np.exp(v)) for v in (span.mean, span.low, span.high))
    marks = [
        tag("line", css="same-line", x1=GRID_WIDTH / 2, x2=GRID_WIDTH / 2, y1=0, y2=88),
        tag("path", css=css, d=path),
        tag(
            "line", css="interval", x1=round(place(span.low), 1), x2=round(place(span.high), 1), y1=76, y2=76
        ),
        tag("circle", css="estimate", cx=round(place(span.mean), 1), cy=76, r=7),
    ]
    label = _("%(name)s: %(ratio)s times as many, it could be %(low)s to %(high)s.") % {
        "name": name, "ratio": words.number(ratio), "low": words.number(low), "high": words.number(high),
    }  # fmt: skip
    return BeliefRow(
        name,
        said,
        drawing(picture(GRID_WIDTH, 88, *marks, label=label)),
        words.number(ratio),
        _("%(low)s to %(high)s") % {"low": words.number(low), "high": words.number(high)},
    )


assert set(OUTCOME_LABELS) == set(TRIED) and set(TRIED) <= set(OUTCOMES)
