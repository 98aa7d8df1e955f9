"""What the page of a result gets."""

from dataclasses import dataclass

import numpy as np
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quietlegs.core.experiments import words
from quietlegs.core.experiments.analysis import Analysis, Verdict
from quietlegs.core.experiments.effect import Arm, Beliefs
from quietlegs.core.experiments.effect import Span as EffectSpan
from quietlegs.core.experiments.nights import Floats
from quietlegs.core.experiments.power import Chance
from quietlegs.core.experiments.safety import Standing
from quietlegs.core.knowledge.evidence import EvidenceEntry
from quietlegs.exchange.experiment_json import load_wording
from quietlegs.exchange.figures import dots_picture, filled_of
from quietlegs.exchange.figures.svg import picture, tag
from quietlegs.exchange.plan_base import load_plan_book
from quietlegs.web.experiments import queries
from quietlegs.web.experiments.drawing import drawing
from quietlegs.web.experiments.models import SideEffect, Trial
from quietlegs.web.medicines.pages import Reference, references
from quietlegs.web.shell.numbers import spoken

GRID_WIDTH, GRID_HEIGHT = 400.0, 64.0
SHOWN_LOG_RATIO = 1.3863  # the picture goes from a quarter to four times


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
    what_now_from: tuple[Reference, ...]
    expectation: str
    side_effects: tuple[SideEffect, ...]
    seal: str
    helps: bool
    asks_guess: bool
    no_result: str
    plan_item: str
    partner: Trial | None = None


def asks_guess_page(trial: Trial, ending: Trial.Ended) -> ResultPage:
    """Return the page that asks for a guess before it shows anything; ``ending`` may not be stored yet."""
    return _empty_result(trial, str(ending.label), asks_guess=True)


def no_result_page(trial: Trial, why: str) -> ResultPage:
    """Return the page of a trial that has nothing to compare."""
    return _empty_result(trial, str(trial.get_ended_display()), no_result=why)


def _empty_result(trial: Trial, kicker: str, *, asks_guess: bool = False, no_result: str = "") -> ResultPage:
    return ResultPage(
        trial.pk, kicker, trial.remedy, "", (), (), (), (), "", "", (), (), (), "",
        tuple(trial.side_effects.all()), trial.seal, False, asks_guess, no_result, trial.plan_item,
    )  # fmt: skip


def result_page(
    trial: Trial,
    found: Analysis,
    extension: Chance | None,
    known: tuple[Beliefs, EvidenceEntry] | None,
    *,
    partner: Trial | None = None,
) -> ResultPage:
    """Return the page of a result."""
    advice = queries.advice_of(trial)
    wording = load_wording()
    effect = found.effect
    number = _in_hundred(effect.probability_helps) if effect else ""
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
        partner=partner,
        what_now=tuple(words.what_now(found, extension, wording, advice)),
        what_now_from=references(advice.evidence) if advice.standing is Standing.MEDICINE else (),
        expectation=_expectation(trial),
        side_effects=tuple(trial.side_effects.all()),
        seal=trial.seal,
        helps=found.verdict is Verdict.HELPS,
        asks_guess=False,
        no_result="",
        plan_item=trial.plan_item
        if trial.plan_item in load_plan_book().items
        else "",  # it may be gone by now
    )


def _in_hundred(share: float) -> str:
    """Return a probability as so many in 100, never as certain."""
    if share > 0.99:
        return _("more than 99 in 100")
    return _("fewer than 1 in 100") if share < 0.01 else _("%(n)s in 100") % {"n": round(100 * share)}


def _expectation(trial: Trial) -> str:
    if trial.belief is None and trial.guess is None:
        return ""
    said = []
    if trial.belief is not None:
        said.append(_("Before the start you thought %(n)s of 10 that it would help.") % {"n": trial.belief})
    if trial.guess is not None:
        said.append(_("Before you opened this you guessed %(n)s of 10.") % {"n": trial.guess})
    if not trial.clinician:  # with one, the labels were blinded
        said.append(_("You knew which night was which, so hope is part of what was tried."))
    return " ".join(said)


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
    # A quarter to four times is enough for most; what lies beyond gets the whole grid.
    edge = SHOWN_LOG_RATIO if abs(known.nights_span.mean) < 1.1 else float(known.grid[-1])
    return tuple(
        _belief_row(name, said, known.grid, density, span, css, edge)
        for name, said, density, span, css in rows
    )


_NARROW = ((gettext_lazy("half"), -0.6931), (gettext_lazy("the same"), 0.0), (gettext_lazy("double"), 0.6931))
_WIDE = (
    (gettext_lazy("a quarter"), -1.3863),
    (gettext_lazy("the same"), 0.0),
    (gettext_lazy("4 times"), 1.3863),
)


def _belief_row(
    name: str, said: str, grid: Floats, density: Floats, span: EffectSpan, css: str, edge: float
) -> BeliefRow:
    shown = np.abs(grid) <= edge + 1e-9
    x = (grid[shown] + edge) / (2 * edge) * GRID_WIDTH
    y = GRID_HEIGHT - 2 - density[shown] / float(density.max()) * (GRID_HEIGHT - 8)
    path = (
        "M0 63L" + "L".join(f"{a:.1f} {b:.1f}" for a, b in zip(x, y, strict=True)) + f"L{GRID_WIDTH:.0f} 63Z"
    )

    def place(value: float) -> float:
        return float(np.clip((value + edge) / (2 * edge), 0.02, 0.98) * GRID_WIDTH)

    ratio, low, high = (float(np.exp(v)) for v in (span.mean, span.low, span.high))
    marks = [
        tag("line", css="same-line", x1=GRID_WIDTH / 2, x2=GRID_WIDTH / 2, y1=0, y2=88),
        tag("path", css=css, d=path),
        tag(
            "line", css="interval", x1=round(place(span.low), 1), x2=round(place(span.high), 1), y1=76, y2=76
        ),
        tag("circle", css="estimate", cx=round(place(span.mean), 1), cy=76, r=7),
    ]
    marks += [
        tag("text", text=str(word), x=round(place(at), 1), y=108, text_anchor="middle")
        for word, at in (_WIDE if edge > SHOWN_LOG_RATIO else _NARROW)
    ]
    label = _("%(name)s: %(ratio)s times as many, it could be %(low)s to %(high)s.") % {
        "name": name, "ratio": spoken(words.number(ratio)), "low": spoken(words.number(low)), "high": spoken(words.number(high)),
    }  # fmt: skip
    return BeliefRow(
        name,
        said,
        drawing(picture(GRID_WIDTH, 114, *marks, label=label)),
        spoken(words.number(ratio)),
        _("%(low)s to %(high)s") % {"low": spoken(words.number(low)), "high": spoken(words.number(high))},
    )
