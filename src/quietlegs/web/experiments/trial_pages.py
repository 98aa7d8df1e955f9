"""What the page of a running trial gets. Nothing of the outcome is on it."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from quietlegs.core.experiments.design import Design, PlannedNight, Schedule
from quietlegs.core.experiments.safety import Advice
from quietlegs.web.experiments.drawing import day
from quietlegs.web.experiments.models import SideEffect, Trial
from quietlegs.web.medicines.pages import Reference, references


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
    partner: Trial | None
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
    opens: str
    as_planned: str
    logged: str
    washout_line: str
    seal: str
    side_effects: tuple[SideEffect, ...]
    clinician: str
    stopped: tuple[str, ...]
    before_change: str
    before_change_from: tuple[Reference, ...]


def trial_page(
    trial: Trial,
    schedule: Schedule,
    evening: date,
    *,
    done: dict[date, bool],
    logged: set[date],
    is_resting: bool,
    shown: dict[str, str],
    advice: Advice,
    partner: Trial | None = None,
    stopped: tuple[str, ...] = (),
) -> TrialPage:
    """Return the page of a running trial. Nothing of the outcome is on it."""
    design = schedule.design
    planned = None if is_resting else schedule.on(evening)
    before = [n for n in schedule.nights if n.evening < evening]
    last = before[-1] if before else None
    block_now = planned.block if planned else (last.block if last else 0)
    letters = _letters(shown[design.treatment], shown[design.reference])
    before_change = advice.sentence(harmed=True)
    return TrialPage(
        id=trial.pk,
        title=_("Does this help me: %(remedy)s?") % {"remedy": trial.remedy},
        partner=partner,
        condition=shown[planned.condition] if planned else "",
        letter=letters[planned.condition == design.treatment] if planned else "",
        tonight_line=_tonight_line(planned, schedule, evening),
        evening=evening.isoformat(),
        last_evening=last.evening.isoformat() if last else "",
        last_condition=shown[last.condition] if last else "",
        done_last={True: "yes", False: "no", None: ""}[done.get(last.evening) if last else None],
        is_resting=is_resting,
        nights_done=len(before),
        nights_all=len(schedule.nights),
        progress_line=_("Block %(now)s of %(all)s") % {"now": block_now, "all": 2 * design.pairs},
        ends_line=_("ends about %(day)s") % {"day": day(schedule.last)},
        blocks=_blocks(schedule, evening, block_now, letters, shown),
        legend=_legend(design, letters, shown),
        next_look="" if trial.part else _next_look(schedule, evening),
        opens=_opens(trial),
        as_planned=_as_planned([said for n in before if (said := done.get(n.evening)) is not None]),
        logged=_("%(logged)s of %(all)s nights logged")
        % {"logged": sum(n.evening in logged for n in before), "all": len(before)},
        washout_line=_washout_line(design.washout_nights),
        seal=trial.seal,
        side_effects=tuple(trial.side_effects.all()),
        clinician=trial.clinician,
        stopped=stopped,
        before_change=before_change,
        before_change_from=references(advice.evidence) if before_change else (),
    )


def _legend(design: Design, letters: tuple[str, str], shown: dict[str, str]) -> str:
    if set(letters) == set(shown.values()):  # A and B stand for nothing that may be said
        return _("Envelope: drawn, not opened.")
    return _("%(t)s: %(treatment)s. %(r)s: %(reference)s. Envelope: drawn, not opened.") % {
        "t": letters[1],
        "r": letters[0],
        "treatment": shown[design.treatment],
        "reference": shown[design.reference],
    }


def _opens(trial: Trial) -> str:
    """Say when the result opens."""
    if trial.part:
        return _(
            "It opens when all nights are lived. One of the two may be clear before then. Stopping at that point would leave the "
            "other without an answer."
        )
    if trial.looks == Trial.Looks.OPEN_END:
        return _("It opens by itself as soon as the bet against luck is won.")
    return _("It opens by itself after a pair of blocks, if the answer is clear by then.")


def _as_planned(said: list[bool]) -> str:
    if not said:
        return _("Nothing said yet of nights done as planned")
    return _("%(kept)s of %(asked)s nights as planned") % {"kept": sum(said), "asked": len(said)}


def _washout_line(nights: int) -> str:
    if not nights:
        return ""
    return ngettext(
        "The first night of each block does not count, so that one does not spill into the next.",
        "The first %(nights)s nights of each block do not count, so that one does not spill into the next.",
        nights,
    ) % {"nights": nights}


def _letters(treatment: str, reference: str) -> tuple[str, str]:
    """Return letters of reference and treatment that differ."""
    first, second = reference[:1].upper(), treatment[:1].upper()
    return (first, second) if first != second else ("A", "B")


def _tonight_line(planned: PlannedNight | None, schedule: Schedule, evening: date) -> str:
    if planned is None:
        if evening < schedule.nights[0].evening:
            return _("It starts on %(day)s.") % {"day": day(schedule.nights[0].evening)}
        return _("Nothing is planned tonight.")
    if schedule.design.block_nights == 1:
        return _("The coin, not the week, chose it.")
    return _("Night %(n)s of this block. The coin, not the week, chose it.") % {"n": planned.position}


def _next_look(schedule: Schedule, evening: date) -> str:
    ends = {n.pair: n.evening for n in schedule.nights}
    coming = [end for pair, end in ends.items() if end >= evening and pair >= 3]
    return day(min(coming) + timedelta(days=1)) if coming else ""


MOST_MARKS = 28


def _blocks(
    schedule: Schedule, evening: date, now: int, letters: tuple[str, str], shown: dict[str, str]
) -> tuple[BlockMark, ...]:
    """Return the blocks around now: at most 28, the later ones sealed."""
    starts = [n for n in schedule.nights if n.position == 1]
    begin = max(0, min(now - 1 - MOST_MARKS // 2, len(starts) - MOST_MARKS))
    treatment = schedule.design.treatment
    marked = (
        max(shown.values()) if set(shown.values()) == {"A", "B"} else treatment
    )  # letters give nothing away
    return tuple(
        BlockMark(
            shown[n.condition] if n.evening <= evening else "",
            letters[n.condition == treatment] if n.evening <= evening else "",
            date_format(n.evening, "j M") if n.evening <= evening else "",
            shown[n.condition] == marked and n.evening <= evening,
            n.block == now,
            n.evening > evening,
            n.block,
        )
        for n in starts[begin : begin + MOST_MARKS]
    )
