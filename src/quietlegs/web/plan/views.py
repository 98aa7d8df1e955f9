"""The plan and the guided exercises."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from quietlegs.core.plan import PlanItem
from quietlegs.exchange.plan_base import load_exercises, load_plan_book
from quietlegs.web.diary import clock
from quietlegs.web.diary.access import evening_or_404, own_diary
from quietlegs.web.diary.checks import FactorRefusedError, NightRefusedError
from quietlegs.web.diary.models import Diary
from quietlegs.web.plan import actions, exercise_pages, pages, queries
from quietlegs.web.plan.calendars import plan_calendar
from quietlegs.web.plan.models import Pause
from quietlegs.web.shell.core_messages import in_language

ANSWERS: dict[str, bool | None] = {"yes": True, "no": False, "": None}


def _today(diary: Diary) -> date:
    return clock.local(diary, timezone.now()).date()


def _item_or_404(request: HttpRequest) -> PlanItem:
    item = load_plan_book().items.get(request.POST.get("item", ""))
    if item is None:
        raise Http404
    return item


@require_safe
def plan(request: HttpRequest) -> HttpResponse:
    """Show this week's plan."""
    diary = own_diary(request)
    tonight = clock.tonight(diary)
    week, facts = queries.week_plan(diary, _today(diary))
    page = pages.plan_page(
        week,
        facts,
        tonight=tonight,
        done=queries.done_on(diary, tonight),
        chosen=queries.choices(diary),
        pause=queries.pause(diary),
        in_trial=queries.in_trial(diary),
    )
    return render(request, "plan/plan.html", {"page": page})


@require_POST
def note_done(request: HttpRequest) -> HttpResponse:
    """Note whether an item was done tonight, with one tap."""
    diary = own_diary(request)
    item = _item_or_404(request)
    answer = request.POST.get("answer", "")
    if answer not in ANSWERS:
        raise Http404
    evening = evening_or_404(request.POST.get("evening", ""))
    try:
        actions.note_done(diary=diary, item=item, evening=evening, done=ANSWERS[answer])
    except (NightRefusedError, FactorRefusedError) as error:
        messages.error(request, in_language(error))
    else:
        messages.success(request, _("Noted."))
    return redirect(f"{reverse('plan:plan')}#{item.id}")


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Keep or drop an item, or give it back to the order of the plan."""
    item = _item_or_404(request)
    what = request.POST.get("what", "")
    actions.choose(diary=own_diary(request), item=item, what=what)
    said = {"dropped": _("%(item)s is dropped."), "kept": _("You go on with: %(item)s.")}
    messages.success(request, said.get(what, _("%(item)s is back in the order.")) % {"item": item.title})
    return redirect("plan:plan")


@require_POST
def pause(request: HttpRequest) -> HttpResponse:
    """Rest from the plan, or go on with it."""
    diary = own_diary(request)
    why = request.POST.get("why", "")
    if why in Pause.Why.values:
        actions.pause_plan(diary=diary, why=why, since=_today(diary))
        messages.success(request, _("Your plan rests."))
    else:
        actions.resume_plan(diary=diary)
        messages.success(request, _("Your plan goes on."))
    return redirect("plan:plan")


@require_safe
def arithmetic(request: HttpRequest) -> HttpResponse:
    """Show how the order was worked out."""
    diary = own_diary(request)
    week, _facts = queries.week_plan(diary, _today(diary))
    return render(request, "plan/arithmetic.html", {"page": pages.arithmetic_page(week)})


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """Give this week's plan for a calendar."""
    return HttpResponse(
        plan_calendar(own_diary(request)),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="quietlegs-plan.ics"'},
    )


@require_safe
def exercises(request: HttpRequest) -> HttpResponse:
    """List the guided exercises."""
    return render(request, "plan/exercises.html", {"page": exercise_pages.exercises_page()})


@require_safe
def exercise(request: HttpRequest, exercise_id: str) -> HttpResponse:
    """Show one guided exercise."""
    found = load_exercises().get(exercise_id)
    if found is None:
        raise Http404
    return render(request, "plan/exercise.html", {"page": exercise_pages.exercise_page(found)})
