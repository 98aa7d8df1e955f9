"""Trials on oneself: choose, design, live, look when it is time, read the result."""

import csv
import io
from datetime import date
from functools import wraps
from typing import Protocol

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from quietlegs.core.base.errors import QuietlegsError
from quietlegs.core.experiments.analysis import Verdict
from quietlegs.core.experiments.design import Design
from quietlegs.core.experiments.extension import chance_that_extending_settles
from quietlegs.core.experiments.nightmaker import NightModel
from quietlegs.core.experiments.power import Power, power
from quietlegs.core.experiments.safety import Gate
from quietlegs.core.experiments.seal import BrokenSealError
from quietlegs.core.experiments.two_at_once import TwoDesign
from quietlegs.exchange.cells import guard
from quietlegs.exchange.experiment_calendar import reminder
from quietlegs.exchange.experiment_csv import write_experiment_csv
from quietlegs.exchange.experiment_json import write_sealed
from quietlegs.web.diary import clock
from quietlegs.web.diary import queries as diary_queries
from quietlegs.web.diary.access import evening_or_404, own_diary
from quietlegs.web.diary.models import Diary
from quietlegs.web.experiments import actions, next_tries, pages, queries, result_pages, trial_pages
from quietlegs.web.experiments.access import own_trial
from quietlegs.web.experiments.actions import TrialRefusedError
from quietlegs.web.experiments.forms import HOPES, TrialForm
from quietlegs.web.experiments.models import Trial
from quietlegs.web.shell.core_messages import in_language

CSV = "text/csv; charset=utf-8"
ANSWERS: dict[str, bool | None] = {"yes": True, "no": False, "": None}


class _TrialView(Protocol):
    def __call__(self, request: HttpRequest, trial_id: int) -> HttpResponse: ...


def _says_when_broken(view: _TrialView) -> _TrialView:
    """Let a view of one trial say that its order was changed after the start, instead of what it is asked for."""

    @wraps(view)
    def checked(request: HttpRequest, trial_id: int) -> HttpResponse:
        try:
            return view(request, trial_id)
        except BrokenSealError as error:
            page = {"trial": own_trial(own_diary(request), trial_id), "why": in_language(error)}
            return render(request, "experiments/broken.html", {"page": page})

    return checked


def _today(diary: Diary) -> date:
    return clock.local(diary, timezone.now()).date()


@require_safe
def trials(request: HttpRequest) -> HttpResponse:
    """List the trials, or go to the one that runs."""
    diary = own_diary(request)
    page = pages.trials_page(
        queries.running(diary),
        queries.past(diary),
        queries.ready(diary, clock.tonight(diary)),
        next_tries.worth_trying(diary, _today(diary)),
    )
    return render(request, "experiments/trials.html", {"page": page})


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """Show the remedies that may be tried, and a way to one's own."""
    diary = own_diary(request)
    ranked = [one.item.id for one in next_tries.worth_trying(diary, _today(diary)).queue]
    return render(request, "experiments/choose.html", {"page": pages.choose_page(queries.offered(), ranked)})


@require_safe
def design(request: HttpRequest) -> HttpResponse:
    """Show the form of a new trial. With answers in its address it also shows the chances."""
    diary = own_diary(request)
    form = TrialForm.of(request.GET, clock.tonight(diary))
    return _show_design(request, diary, form, status=200)


def _show_design(
    request: HttpRequest, diary: Diary, form: TrialForm, *, status: int, other: Trial | None = None
) -> HttpResponse:
    gate = form.gate(queries.circumstances(diary, _today(diary)))
    asked = "weeks" in form.typed
    made = form.design() if asked else None
    model, own_nights = queries.planning_model(diary, form.outcome, form.weekly)
    chances, basis = _chances(form, model, own_nights) if asked and made is not None else (None, "")
    page = pages.design_page(
        form,
        gate,
        own_nights=own_nights,
        power=chances,
        basis=basis,
        plan_line=_plan_line(made) if made else "",
        is_ready=made is not None and gate.is_open,
        both=_both(other, form),
    )
    return render(request, "experiments/design.html", {"page": page}, status=422 if form.errors else status)


def _both(other: Trial | None, form: TrialForm) -> pages.BothOffer | None:
    """Return the offer to try this remedy and that of a running trial as one trial; None where they cannot be."""
    if other is None or other.part or other.clinician or form.second or form.get("clinician"):
        return None
    if other.remedy.strip().casefold() == form.remedy.strip().casefold():
        return None
    try:
        lingers = queries.schedule_of(other, date.min).design.block_nights > 1
    except BrokenSealError:
        return None  # its own page says what is wrong
    return pages.both_offer(other, form, lingers=lingers)


def _chances(form: TrialForm, model: NightModel | None, own_nights: int) -> tuple[Power | None, str]:
    if model is None:
        return None, ""
    effect = queries.hoped(model, form.outcome, HOPES[form.hope])
    chances = power(model, effect, linger=form.linger, two_at_once=bool(form.second))
    basis = (
        _("Worked out from your own %(nights)s nights.") % {"nights": own_nights}
        if own_nights >= queries.OWN_NIGHTS_ENOUGH
        else _("Worked out from the cramps a week that you said.")
    )
    basis += " " + _("What you hope for: %(hope)s.") % {"hope": pages.HOPE_LABELS[form.hope]}
    return chances, basis


def _plan_line(made: Design | TwoDesign) -> str:
    counts = {"block": made.block_nights, "nights": made.nights}
    if isinstance(made, TwoDesign):
        return _(
            "%(nights)s nights in %(rounds)s rounds. Each round has neither, one, the other, and both, in an order drawn by lot. "
            "Both are judged once, at the end."
        ) % {**counts, "rounds": made.blocks}
    return _("%(pairs)s pairs of %(block)s-night blocks, %(nights)s nights.") % {
        **counts,
        "pairs": made.pairs,
    }


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Draw, seal and start a trial."""
    diary = own_diary(request)
    form = TrialForm.of(request.POST, clock.tonight(diary))
    made = form.design()
    if made is None:
        return _show_design(request, diary, form, status=422)
    gate = form.gate(queries.circumstances(diary, _today(diary)))
    try:
        trial = _start(diary, form, made, gate)
    except actions.SameOutcomeError as error:
        form.errors["remedy"] = in_language(error)
        return _show_design(request, diary, form, status=422, other=error.other)
    except QuietlegsError as error:
        form.errors["remedy"] = in_language(error)
        return _show_design(request, diary, form, status=422)
    messages.success(request, _("Drawn and sealed. Nobody can change the order now."))
    return redirect("experiments:trial", trial.pk)


def _start(diary: Diary, form: TrialForm, made: Design | TwoDesign, gate: Gate) -> Trial:
    if not isinstance(made, TwoDesign):
        return actions.start_trial(diary=diary, design=made, about=form.about(), gate=gate)
    other = form.get("instead_of")
    running = next((t for t in queries.running(diary) if str(t.pk) == other), None)
    about = (form.about(), form.about_second())
    return actions.start_two(diary=diary, design=made, about=about, gate=gate, instead_of=running)[0]


@require_safe
@_says_when_broken
def trial(request: HttpRequest, trial_id: int) -> HttpResponse:
    """Show a running trial; its result stays sealed. One that is clear or complete leads to its result."""
    diary = own_diary(request)
    found = own_trial(diary, trial_id)
    if found.ended:
        return redirect("experiments:result", found.pk)
    evening = clock.tonight(diary)
    schedule = queries.schedule_of(found, evening)
    if queries.due_ending(found, schedule, evening):
        return redirect("experiments:result", found.pk)
    stored = diary_queries.nights_between(diary, schedule.nights[0].evening, evening)
    page = trial_pages.trial_page(
        found,
        schedule,
        evening,
        done=dict(found.nights.values_list("evening", "done")),
        logged={day for day, night in stored.items() if getattr(night, found.outcome, None) is not None},
        is_resting=queries.is_resting(found),
        shown=queries.labels(found),
        advice=queries.advice_of(found),
        partner=queries.partner_of(found),
        stopped=queries.now_against(found, _today(diary)),
    )
    return render(request, "experiments/trial.html", {"page": page})


@require_POST
def note_done(request: HttpRequest, trial_id: int) -> HttpResponse:
    """Note with one tap whether a night was done as planned."""
    found = own_trial(own_diary(request), trial_id)
    answer = request.POST.get("answer", "")
    evening = evening_or_404(request.POST.get("evening", ""))
    if answer in ANSWERS:
        try:
            actions.note_done(trial=found, evening=evening, done=ANSWERS[answer])
        except (TrialRefusedError, BrokenSealError) as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Noted."))
    if request.POST.get("from") == "home":
        return redirect("diary:tonight")
    return redirect("experiments:trial", found.pk)


@require_POST
def rest(request: HttpRequest, trial_id: int) -> HttpResponse:
    """Let the trial rest, or go on with it."""
    diary = own_diary(request)
    found = own_trial(diary, trial_id)
    evening = clock.tonight(diary)
    if request.POST.get("what") == "rest":
        actions.start_rest(trial=found, evening=evening)
        messages.success(request, _("The trial rests. What you have still counts."))
    else:
        actions.end_rest(trial=found, evening=evening)
        messages.success(request, _("The trial goes on."))
    return redirect("experiments:trial", found.pk)


@require_POST
def side_effect(request: HttpRequest, trial_id: int) -> HttpResponse:
    """Note something unwelcome."""
    diary = own_diary(request)
    found = own_trial(diary, trial_id)
    what = request.POST.get("what", "").strip()
    if what:
        actions.note_side_effect(trial=found, evening=clock.tonight(diary), what=what)
        messages.success(request, _("Noted. You can end the trial at any time; what you have is kept."))
    return redirect("experiments:trial", found.pk)


@require_POST
def stop(request: HttpRequest, trial_id: int) -> HttpResponse:
    """Stop a trial; everything is kept."""
    diary = own_diary(request)
    found = own_trial(diary, trial_id)
    evening = clock.tonight(diary)
    if request.POST.get("why") == "harm":
        actions.end_trial(trial=found, evening=evening, why=Trial.Ended.HARM)
    elif not _settled(found, evening):
        actions.end_trial(trial=found, evening=evening, why=Trial.Ended.STOPPED)
    return redirect("experiments:result", found.pk)


@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, trial_id: int) -> HttpResponse:
    """Ask first, then delete one trial; nights of the diary stay."""
    found = own_trial(own_diary(request), trial_id)
    if request.method == "POST":
        actions.delete_trial(trial=found)
        messages.success(request, _("The trial is deleted. Your nights stay."))
        return redirect("experiments:trials")
    page = {"trial": found, "partner": queries.partner_of(found)}
    return render(request, "experiments/delete.html", {"page": page})


def _settled(found: Trial, evening: date) -> bool:
    try:
        return actions.settle(trial=found, evening=evening)
    except BrokenSealError:
        return False  # the page says what is wrong; stopping must still be possible


@require_POST
def guess(request: HttpRequest, trial_id: int) -> HttpResponse:
    """Note the guess and open the result: a trial that is over by its own rule ends here."""
    diary = own_diary(request)
    found = own_trial(diary, trial_id)
    if not _settled(found, clock.tonight(diary)):
        return redirect("experiments:trial", found.pk)
    text = request.POST.get("guess", "")
    if text.isascii() and text.isdigit() and int(text) <= 10:
        actions.guess(trial=found, value=int(text))
    return redirect(f"{request.path.removesuffix('guess')}result?open=1")


@require_safe
@_says_when_broken
def result(request: HttpRequest, trial_id: int) -> HttpResponse:
    """Show the result of a trial that has ended; before, it is sealed. Nothing is stored by looking."""
    diary = own_diary(request)
    found = own_trial(diary, trial_id)
    evening = clock.tonight(diary)
    schedule = queries.schedule_of(found, found.ended_on or evening)
    ending = found.ended or queries.due_ending(found, schedule, evening)
    if not ending:
        return redirect("experiments:trial", found.pk)
    if not found.ended or (found.guess is None and "open" not in request.GET):
        page = result_pages.asks_guess_page(found, Trial.Ended(ending))
        return render(request, "experiments/result.html", {"page": page})
    nights = queries.nights_of(found, schedule, queries.last_counted(found, schedule, evening))
    if nights is None:
        why = _(
            "There is nothing to compare: no pair of nights is complete with a logged night on both sides."
        )
        return render(request, "experiments/result.html", {"page": result_pages.no_result_page(found, why)})
    analysis = queries.result_of(found, nights)
    extension = (
        chance_that_extending_settles(analysis) if analysis.verdict is Verdict.CANNOT_SAY_YET else None
    )
    page = result_pages.result_page(
        found, analysis, extension, queries.beliefs_of(found, analysis), partner=queries.partner_of(found)
    )
    return render(request, "experiments/result.html", {"page": page})


@require_safe
@_says_when_broken
def sealed_file(request: HttpRequest, trial_id: int) -> HttpResponse:
    """Give the sealed experiment as a file: for a pharmacy while it runs, for anyone to check afterwards."""
    found = own_trial(own_diary(request), trial_id)
    return _file(write_sealed(queries.opened(found)), "application/json", f"trial-{found.pk}-sealed.json")


def _file(content: bytes | str, content_type: str, name: str) -> HttpResponse:
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=content_type, headers=disposition)


@require_safe
@_says_when_broken
def nights_file(request: HttpRequest, trial_id: int) -> HttpResponse:
    """Give the nights of an ended trial as the experiment CSV."""
    diary = own_diary(request)
    found = own_trial(diary, trial_id)
    evening = clock.tonight(diary)
    schedule = queries.schedule_of(found, found.ended_on or evening)
    nights = (
        queries.nights_of(found, schedule, queries.last_counted(found, schedule, evening))
        if found.ended
        else None
    )
    if nights is None:
        return redirect("experiments:trial", found.pk)
    lived = queries.conditions_of(found, schedule)
    return _file(write_experiment_csv(nights, lived=lived), CSV, f"trial-{found.pk}.csv")


@require_safe
@_says_when_broken
def reminder_file(request: HttpRequest, trial_id: int) -> HttpResponse:
    """Give a daily reminder for a calendar. It says where to look and never what is on: the order stays sealed."""
    diary = own_diary(request)
    found = own_trial(diary, trial_id)
    evening = clock.tonight(diary)
    schedule = queries.schedule_of(found, evening)
    address = request.build_absolute_uri(reverse("experiments:trial", args=[found.pk]))
    text = reminder(
        uid=f"{found.seal[:32]}@quietlegs",
        first=max(evening, schedule.nights[0].evening),
        last=schedule.last,
        summary=_("Your trial: see what is on tonight"),
        address=address,
        stamp=timezone.now(),
    )
    return _file(text, "text/calendar; charset=utf-8", f"trial-{found.pk}.ics")


@require_safe
@_says_when_broken
def pharmacy_file(request: HttpRequest, trial_id: int) -> HttpResponse:
    """Give whoever fills the boxes of a trial led by a clinician the whole order, with what A and B are."""
    diary = own_diary(request)
    found = own_trial(diary, trial_id)
    if not found.clinician:
        raise Http404
    schedule = queries.schedule_of(found, clock.tonight(diary))
    shown = queries.labels(found)
    rows = [["night", "label", "condition", "block"]]
    rows += [
        [n.evening.isoformat(), guard(shown[n.condition]), guard(n.condition), str(n.block)]
        for n in schedule.nights
    ]
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return _file(out.getvalue(), CSV, f"trial-{found.pk}-pharmacy.csv")
