"""A cramp, now: its start is noted with one tap. What follows is the relief app."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from quietlegs.core.diary.night import Episode as CoreEpisode
from quietlegs.web.diary import access, actions, clock, queries
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
