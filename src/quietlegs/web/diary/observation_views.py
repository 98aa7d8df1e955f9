"""What a second person saw of a night: a partner who was kicked awake counts what the sleeper cannot."""

from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from quietlegs.web.diary import access, actions, checks, clock
from quietlegs.web.diary.models import Observation
from quietlegs.web.diary.observation_pages import ObservationForm, observations_page
from quietlegs.web.diary.views import REFUSED, SEEN_CHANGE, day_name


@require_http_methods(["GET", "POST"])
def seen(request: HttpRequest, evening: str) -> HttpResponse:
    """Show what others saw of a night, and take down what one of them says."""
    diary = access.own_diary(request)
    day = access.evening_or_404(evening)
    if checks.evening_problem(day, clock.tonight(diary)):
        raise Http404
    form = ObservationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        found = form.read()
        if found:
            own_id = access.uuid_or_none(request.POST.get("client_id")) or uuid4()
            actions.note_observation(diary=diary, evening=day, seen=found, client_id=own_id)
            change = actions.change_under(diary=diary, client_id=own_id)
            said = _("%(day)s: what %(name)s saw is saved") % {"day": day_name(day), "name": found.observer}
            messages.success(request, said, extra_tags=f"{SEEN_CHANGE}{change.pk}" if change else "")
            return redirect("diary:night", evening=day.isoformat())
    page = observations_page(diary, day, form, of=request.GET.get("of", ""))
    return render(request, "diary/seen.html", {"page": page}, status=REFUSED if form.errors else 200)


@require_POST
def delete_seen(request: HttpRequest, observation_id: int) -> HttpResponse:
    """Delete what one person saw of a night."""
    diary = access.own_diary(request)
    found = get_object_or_404(Observation, diary=diary, pk=observation_id)
    change = actions.delete_observation(observation=found)
    said = _("What %(name)s saw is deleted") % {"name": found.observer}
    messages.success(request, said, extra_tags=f"{SEEN_CHANGE}{change.pk}")
    return redirect("diary:seen", evening=found.evening.isoformat())
