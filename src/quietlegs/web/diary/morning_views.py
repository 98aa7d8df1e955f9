"""The morning: what is still open of a night, and nothing else. In bed, with one thumb, under half a minute."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from quietlegs.web.diary import access, actions, checks, clock, queries
from quietlegs.web.diary.forms import NightForm
from quietlegs.web.diary.morning_pages import missing, morning_page
from quietlegs.web.diary.views import REFUSED, after, day_name, diary_with_zone, say_saved


@require_http_methods(["GET", "POST"])
def morning(request: HttpRequest, evening: str) -> HttpResponse:
    """Ask what is not known yet of a night, and add the answers. What was known stays as it is."""
    diary = diary_with_zone(request) if request.method == "POST" else access.own_diary(request)
    day = access.evening_or_404(evening)
    if checks.evening_problem(day, clock.tonight(diary)):
        raise Http404
    stored = queries.find_night(diary, day)
    factors = queries.factors_last_used_first(diary, day)
    carried = queries.carried_forward(diary, day)
    if request.method == "GET":
        form = NightForm(diary=diary, evening=day, factors=missing(stored, factors)[1])
        form.fill_from(None, carried)
    else:
        # What another page answered meanwhile is still read here, so that nothing that was sent is dropped.
        form = NightForm(diary=diary, evening=day, factors=factors, posted=request.POST)
        if form.is_valid() and form.night:
            try:
                logged = actions.log_night(
                    diary=diary,
                    night=form.night,
                    client_id=access.uuid_or_none(request.POST.get("client_id")),
                )
            except actions.NightRefusedError as error:
                form.take_problems(error.problems)
            else:
                say_saved(request, logged.change, _("%(day)s is saved") % {"day": day_name(day)})
                return HttpResponseRedirect(after(request, "/"))
        form.factors = missing(stored, factors)[1]
    page = morning_page(form, stored, carried=carried)
    status = REFUSED if form.errors else 200
    return render(request, "diary/morning.html", {"page": page, "next": after(request, "")}, status=status)
