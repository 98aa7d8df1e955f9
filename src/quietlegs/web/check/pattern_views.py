"""Published criteria in the app: restless legs, night leg cramps, and the fibromyalgia count."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from quietlegs.core.assessment.check import Check
from quietlegs.core.assessment.patterns import LARGEST_SCALE, PatternFit
from quietlegs.exchange.checks import load_guidance
from quietlegs.web.check import access, actions, pattern_pages, queries
from quietlegs.web.check.forms import read_answer

REFUSED = 422


@require_http_methods(["GET", "POST"])
def restless(request: HttpRequest) -> HttpResponse:
    """Compare with the pattern of restless legs."""
    return _pattern(request, "irlssg", lambda result: result.restless_legs)


@require_http_methods(["GET", "POST"])
def cramps(request: HttpRequest) -> HttpResponse:
    """Compare with the pattern of night leg cramps."""
    return _pattern(request, "cramps", lambda result: result.night_leg_cramps)


def _pattern(request: HttpRequest, step_id: str, fit_of: Callable[[Check], PatternFit]) -> HttpResponse:
    """Show the questions; keep the answers with the newest result, because they belong to it."""
    run = access.latest_result(access.own_diary(request))
    if run is None:
        return redirect("check:start")
    fit = fit_of(queries.judge(queries.state_of(run)))
    error, typed = "", {}
    if request.method == "POST":
        typed = {item.id: request.POST.get(item.id, "") for item, _answer in fit.answers}
        answers = {item.id: read_answer(request.POST, item.id) for item, _answer in fit.answers}
        missing = [item.question for item, _answer in fit.answers if not answers[item.id][0]]
        if not missing:
            gave = {name: answer for name, (_given, answer) in answers.items()}
            changed = actions.add_step(run=run, kind="pattern", step_id=step_id, gave=gave)
            kept = queries.judge(queries.state_of(changed))
            actions.keep_result(run=changed, result=kept, now=timezone.now())
            return redirect(request.path)
        error = _("Still open: %(questions)s") % {"questions": " ".join(missing)}
    page = pattern_pages.pattern_page(fit, typed, error)
    return render(request, "check/pattern.html", {"page": page}, status=REFUSED if error else 200)


@require_http_methods(["GET", "POST"])
def pain(request: HttpRequest) -> HttpResponse:
    """Count painful areas and symptoms, with a drawing."""
    run = access.latest_result(access.own_diary(request))
    if run is None:
        return redirect("check:start")
    state = queries.state_of(run)
    answers, scales, error = state.answers, dict(state.amounts.scales), ""
    if request.method == "POST":
        answers, scales, error = _read_pain(request)
        if not error:
            changed = actions.add_step(run=run, kind="pain", step_id="pain", gave=answers, scales=scales)
            kept = queries.judge(queries.state_of(changed))
            actions.keep_result(run=changed, result=kept, now=timezone.now())
            return redirect("check:pain")
    count = queries.judge(state).pain
    page = pattern_pages.pain_page(count, answers, scales, error)
    return render(request, "check/pain.html", {"page": page}, status=REFUSED if error else 200)


def _read_pain(request: HttpRequest) -> tuple[dict[str, bool | None], dict[str, int], str]:
    screen = load_guidance().pain
    ticked = set(request.POST.getlist("area"))
    answers: dict[str, bool | None] = {area.id: area.id in ticked for area in screen.areas}
    answers |= {name: name in set(request.POST.getlist("symptom")) for name, _text in screen.symptoms}
    scales = {}
    for name, _question in screen.scales:
        value = request.POST.get(name, "")
        if value.isdecimal() and int(value) <= LARGEST_SCALE:
            scales[name] = int(value)
    given, answers[screen.months[0]] = read_answer(request.POST, screen.months[0])
    if len(scales) < len(screen.scales) or not given:
        return answers, scales, _("Answer the questions below the drawing too. Your ticks are kept.")
    return answers, scales, ""
