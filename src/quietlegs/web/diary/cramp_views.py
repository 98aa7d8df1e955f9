"""A cramp, now: its start noted with one tap, its end with another, the rest in the morning."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from quietlegs.core.diary.night import Episode as CoreEpisode
from quietlegs.web.diary import access, actions, checks, clock, pages, queries
from quietlegs.web.diary.models import Diary, Episode

ONE_CRAMP_MINUTES = 30  # a second press within it means the same cramp


@require_POST
def cramp_now(request: HttpRequest) -> HttpResponse:
    """Note that a cramp began now, before anything else, and show the first step of relief."""
    diary = access.own_diary(request)
    return redirect("relief:episode", episode_id=_this_cramp(request, diary).pk)


def _this_cramp(request: HttpRequest, diary: Diary) -> Episode:
    now = timezone.now()
    running = queries.running_episode(diary)
    if running and (now - running.started_at).total_seconds() < ONE_CRAMP_MINUTES * 60:
        return running
    beginning = CoreEpisode(started_at=now, utc_offset_minutes=clock.offset_minutes(diary, now))
    sent = access.uuid_or_none(request.POST.get("client_id"))
    episode = actions.record_episode(diary=diary, episode=beginning, client_id=sent, now=now)
    if episode.minutes is None:
        return episode
    # The form was sent again from a page that was kept open: that cramp is over, so this is another.
    return actions.record_episode(diary=diary, episode=beginning, now=now)


@require_GET
def cramp(request: HttpRequest, episode_id: int) -> HttpResponse:
    """Show one cramp: the time it has lasted, and *It is over*; then where it was."""
    diary = access.own_diary(request)
    page = pages.cramp_page(diary, access.own_episode(diary, episode_id))
    template = "diary/cramp.html" if page.is_running else "diary/cramp_over.html"
    return render(request, template, {"page": page})


@require_POST
def cramp_over(request: HttpRequest, episode_id: int) -> HttpResponse:
    """Note that a cramp is over now."""
    diary = access.own_diary(request)
    actions.end_episode(diary=diary, episode=access.own_episode(diary, episode_id), ended_at=timezone.now())
    return redirect("diary:cramp", episode_id=episode_id)


@require_POST
def cramp_goes_on(request: HttpRequest, episode_id: int) -> HttpResponse:
    """Take back that a cramp is over."""
    diary = access.own_diary(request)
    actions.change_episode(diary=diary, episode=access.own_episode(diary, episode_id), minutes=None)
    return redirect("diary:cramp", episode_id=episode_id)


@require_POST
def cramp_place(request: HttpRequest, episode_id: int) -> HttpResponse:
    """Note where a cramp was."""
    diary = access.own_diary(request)
    episode = access.own_episode(diary, episode_id)
    place = request.POST.get("place", "")
    if place in checks.PLACES:
        side, _dash, muscle = place.partition("-")
        actions.change_episode(diary=diary, episode=episode, side=side, muscle=muscle)
    return redirect("diary:cramp", episode_id=episode_id)


@require_POST
def delete_cramp(request: HttpRequest, episode_id: int) -> HttpResponse:
    """Delete a cramp that was none; the message offers to undo it."""
    diary = access.own_diary(request)
    episode = access.own_episode(diary, episode_id)
    evening = episode.night.evening
    change = actions.delete_episode(diary=diary, episode=episode)
    messages.success(request, _("The recorded cramp is deleted"), extra_tags=str(change.pk))
    return redirect("diary:night", evening=evening.isoformat())
