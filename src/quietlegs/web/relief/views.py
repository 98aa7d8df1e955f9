"""Relief in the night. Every page is in the night theme, whatever the setting: no white light at 3 a.m."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from quietlegs.web.diary import access, checks
from quietlegs.web.diary.episode_actions import change_episode, delete_episode
from quietlegs.web.diary.models import Diary, Episode
from quietlegs.web.relief import actions, pages, queries
from quietlegs.web.shell.themes import THEMES


def _in_the_dark(request: HttpRequest, template: str, page: object) -> HttpResponse:
    return render(request, f"relief/{template}.html", {"page": page, "theme": THEMES["night"]})


@require_safe
def relief(request: HttpRequest) -> HttpResponse:
    """Ask what it is: cramp, restless legs or something else."""
    return _in_the_dark(request, "start", pages.start_page(access.own_diary(request)))


@require_safe
def steps(request: HttpRequest) -> HttpResponse:
    """Show every step with what it rests on."""
    return render(request, "relief/steps.html", {"page": pages.steps_page()})


@require_POST
def restless_now(request: HttpRequest) -> HttpResponse:
    """Note that restless legs began now, and show the first step."""
    sent = access.uuid_or_none(request.POST.get("client_id"))
    begun = actions.begin_restless(diary=access.own_diary(request), client_id=sent, now=timezone.now())
    return redirect("relief:episode", episode_id=begun.pk)


@require_safe
def episode(request: HttpRequest, episode_id: int) -> HttpResponse:
    """Show the step that is on; after the end, that it is saved; after too long, where to get help."""
    diary = access.own_diary(request)
    shown = access.own_episode(diary, episode_id)
    if shown.minutes is not None:
        return _in_the_dark(request, "over", pages.over_page(diary, shown, request.GET.get("view", "")))
    page = pages.step_page(diary, shown, now=timezone.now())
    if page.is_too_long and "steps" not in request.GET:
        return _in_the_dark(request, "help", pages.help_page(diary, shown, now=timezone.now()))
    return _in_the_dark(request, "step", page)


@require_safe
def get_help(request: HttpRequest, episode_id: int) -> HttpResponse:
    """Show what to do when something is wrong."""
    diary = access.own_diary(request)
    page = pages.help_page(diary, access.own_episode(diary, episode_id), now=timezone.now())
    return _in_the_dark(request, "help", page)


def _order(diary: Diary, episode: Episode) -> list[str]:
    history = queries.own_history(diary, episode.kind)
    return [step.id for step in queries.steps_for(episode.kind, history)]


@require_POST
def next_step(request: HttpRequest, episode_id: int) -> HttpResponse:
    """Go to the next step."""
    diary = access.own_diary(request)
    shown = access.own_episode(diary, episode_id)
    step = request.POST.get("step", "")
    actions.go_on_from(diary=diary, episode=shown, step=step, order=_order(diary, shown), now=timezone.now())
    answer = redirect("relief:episode", episode_id=episode_id)
    if "steps" in request.POST:  # the person has seen where to get help, and goes on with the steps
        answer["Location"] += "?steps"
    return answer


@require_POST
def over(request: HttpRequest, episode_id: int) -> HttpResponse:
    """Note that it is over now."""
    diary = access.own_diary(request)
    shown = access.own_episode(diary, episode_id)
    step = request.POST.get("step", "")
    actions.stop(diary=diary, episode=shown, step=step, order=_order(diary, shown), now=timezone.now())
    return redirect("relief:episode", episode_id=episode_id)


@require_POST
def goes_on(request: HttpRequest, episode_id: int) -> HttpResponse:
    """Take back that it is over."""
    diary = access.own_diary(request)
    change_episode(diary=diary, episode=access.own_episode(diary, episode_id), minutes=None)
    return redirect("relief:episode", episode_id=episode_id)


@require_POST
def place(request: HttpRequest, episode_id: int) -> HttpResponse:
    """Note where a cramp was, with one tap on the drawing."""
    diary = access.own_diary(request)
    shown = access.own_episode(diary, episode_id)
    chosen = request.POST.get("place", "")
    if chosen in checks.PLACES:
        side, _dash, muscle = chosen.partition("-")
        change_episode(diary=diary, episode=shown, side=side, muscle=muscle)
    answer = redirect("relief:episode", episode_id=episode_id)
    if request.POST.get("view") == pages.FRONT:
        answer["Location"] += f"?view={pages.FRONT}"
    return answer


@require_POST
def delete(request: HttpRequest, episode_id: int) -> HttpResponse:
    """Delete what was none; the message offers to undo it. In the night the person stays in the dark."""
    diary = access.own_diary(request)
    shown = access.own_episode(diary, episode_id)
    evening = shown.night.evening
    change = delete_episode(diary=diary, episode=shown)
    messages.success(request, _("What was recorded is deleted"), extra_tags=str(change.pk))
    if request.POST.get("stay") == "dark":
        return redirect("relief:relief")
    return redirect("diary:night", evening=evening.isoformat())
