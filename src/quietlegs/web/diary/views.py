"""Tonight and the nights: the pages that a diary is kept with."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from quietlegs.core.diary.night import Night as CoreNight
from quietlegs.web.diary import access, actions, batch_actions, checks, clock, pages, queries
from quietlegs.web.diary.forms import EveningForm, NightForm, QuickForm
from quietlegs.web.diary.models import Diary, NightChange
from quietlegs.web.shell.core_messages import what_to_do
from quietlegs.web.shell.fields import FormError

REFUSED = 422
SEEN_CHANGE = "seen-"  # before the number of a change to what another person saw
MOST_DIGITS = 18  # of a number that the database can hold
MOST_UNDONE = 100  # nights that one form may have changed


@require_safe
def tonight(request: HttpRequest) -> HttpResponse:
    """Show the home page; on the very first visit, the welcome."""
    page = pages.tonight_page(access.own_diary(request))
    template = "diary/welcome.html" if page.is_first_start else "diary/tonight.html"
    return render(request, template, {"page": page})


@require_POST
def log_quiet(request: HttpRequest) -> HttpResponse:
    """Note a quiet night with one tap."""
    diary = diary_with_zone(request)
    evening = access.evening_or_404(request.POST.get("evening", ""))
    form = QuickForm({"evening": evening, "cramps": 1, "client_id": request.POST.get("client_id", "")})
    form.is_valid()
    try:
        logged = actions.log_quiet_night(
            diary=diary, evening=evening, client_id=form.cleaned_data.get("client_id")
        )
    except actions.NightRefusedError as error:
        return _tonight_again(request, diary, error)
    say_saved(request, logged.change, _("%(day)s is noted as quiet") % {"day": day_name(evening)})
    return redirect("diary:tonight")


@require_POST
def log_cramps(request: HttpRequest) -> HttpResponse:
    """Note how many cramps there were, and how bad the worst was."""
    diary = diary_with_zone(request)
    form = QuickForm(request.POST)
    if not form.is_valid():
        errors = [FormError("cramps", _("How many?"), _("Choose how many cramps there were."))]
        page = pages.tonight_page(diary, errors=errors, chosen=request.POST.get("cramps", ""))
        return render(request, "diary/tonight.html", {"page": page}, status=REFUSED)
    outcomes = {"cramps": float(form.cleaned_data["cramps"])}
    if form.cleaned_data["severity"] is not None:
        outcomes["severity"] = form.cleaned_data["severity"]
    night = CoreNight(evening=form.cleaned_data["evening"], outcomes=outcomes)
    try:
        logged = actions.log_night(diary=diary, night=night, client_id=form.cleaned_data["client_id"])
    except actions.NightRefusedError as error:
        return _tonight_again(request, diary, error)
    say_saved(request, logged.change, _("%(day)s is saved") % {"day": day_name(night.evening)})
    return redirect("diary:tonight")


def _tonight_again(request: HttpRequest, diary: Diary, error: actions.NightRefusedError) -> HttpResponse:
    errors = [FormError("", "", what_to_do(problem)) for problem in error.problems]
    page = pages.tonight_page(diary, errors=errors)
    return render(request, "diary/tonight.html", {"page": page}, status=REFUSED)


@require_safe
def nights(request: HttpRequest) -> HttpResponse:
    """Show the calendar, the picture and the table of nights."""
    month = _month(request.GET.get("month", ""))
    return render(
        request, "diary/nights.html", {"page": pages.nights_page(access.own_diary(request), month=month)}
    )


@require_safe
def find_night(request: HttpRequest) -> HttpResponse:
    """Lead to the night of a date that was chosen."""
    diary = access.own_diary(request)
    form = EveningForm(request.GET)
    if form.is_valid():
        evening = form.cleaned_data["evening"]
        problem = checks.evening_problem(evening, clock.tonight(diary))
        if problem is None:
            return redirect("diary:night", evening=evening.isoformat())
        error = what_to_do(problem)
    else:
        error = " ".join(form.errors["evening"])
    page = pages.nights_page(diary, error=error, typed=request.GET.get("evening", ""))
    return render(request, "diary/nights.html", {"page": page}, status=REFUSED)


@require_http_methods(["GET", "POST"])
def night(request: HttpRequest, evening: str) -> HttpResponse:
    """Show one night to be filled in or changed, and store what was said."""
    diary = diary_with_zone(request) if request.method == "POST" else access.own_diary(request)
    day = access.evening_or_404(evening)
    if checks.evening_problem(day, clock.tonight(diary)):
        raise Http404
    stored = queries.find_night(diary, day)
    carried = {} if stored else queries.carried_forward(diary, day)
    factors = queries.factors_last_used_first(diary, day)
    form = NightForm(diary=diary, evening=day, factors=factors, posted=request.POST)
    if request.method == "GET":
        form.fill_from(stored, carried)
    elif form.is_valid() and form.night:
        try:
            logged = actions.change_night(
                diary=diary, night=form.night, client_id=access.uuid_or_none(request.POST.get("client_id"))
            )
        except actions.NightRefusedError as error:
            form.take_problems(error.problems)
        else:
            say_saved(request, logged.change, _("%(day)s is saved") % {"day": day_name(day)})
            return HttpResponseRedirect(after(request, f"{reverse('diary:nights')}?month={day:%Y-%m}"))
    page = pages.night_page(form, stored, carried=carried)
    return render(
        request,
        "diary/night.html",
        {"page": page, "next": after(request, "")},
        status=REFUSED if form.errors else 200,
    )


@require_POST
def delete_night(request: HttpRequest, evening: str) -> HttpResponse:
    """Delete a night; the message offers to undo it."""
    diary = access.own_diary(request)
    day = access.evening_or_404(evening)
    change = actions.delete_night(diary=diary, evening=day)
    if change is None:
        raise Http404
    say_saved(request, change, _("%(day)s is deleted, and unknown again") % {"day": day_name(day)})
    return redirect("diary:nights")


@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Make nights what they were before the changes named."""
    diary = access.own_diary(request)
    named = request.POST.get("change", "").split(",")
    if named[0].startswith(SEEN_CHANGE):
        return _undo_seen(request, diary, named[0].removeprefix(SEEN_CHANGE))
    try:
        days = batch_actions.undo_changes(
            diary=diary, change_ids=[_number(one) for one in named[:MOST_UNDONE]]
        )
    except actions.CannotUndoError as error:
        messages.error(request, str(error))
    else:
        one = _("Undone: %(day)s is as it was") % {"day": day_name(days[0])}
        many = _("Undone: the nights are as they were")
        messages.success(request, one if len(days) == 1 else many)
    return HttpResponseRedirect(after(request, reverse("diary:tonight")))


def _undo_seen(request: HttpRequest, diary: Diary, named: str) -> HttpResponse:
    try:
        change = actions.undo_observation_change(diary=diary, change_id=_number(named))
    except actions.CannotUndoError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Undone: what %(name)s saw is as it was") % {"name": change.observer})
    return HttpResponseRedirect(after(request, reverse("diary:tonight")))


def _number(text: str) -> int:
    return int(text[:MOST_DIGITS]) if text.isdecimal() else 0


def diary_with_zone(request: HttpRequest) -> Diary:
    """Return the person's diary; on its first night it learns the time zone of their browser."""
    diary = access.own_diary(request)
    named = request.POST.get("time_zone", "")
    if not diary.time_zone and named and clock.is_time_zone(named) and not diary.nights.exists():
        actions.change_settings(diary=diary, time_zone=named, cutoff_hour=diary.cutoff_hour)
    return diary


def say_saved(request: HttpRequest, change: NightChange, text: str) -> None:
    """Say what was done. The tag names the change that *Undo* takes back."""
    messages.success(request, text, extra_tags=str(change.pk))


def day_name(evening: object) -> str:
    """Return an evening as the messages name it."""
    return date_format(evening, "l j F")


def after(request: HttpRequest, otherwise: str) -> str:
    """Return where to go next: where the person came from, when that is in this app."""
    named = request.POST.get("next") or request.GET.get("next") or ""
    return named if url_has_allowed_host_and_scheme(named, allowed_hosts=None) else otherwise


def _month(text: str) -> object:
    return parse_date(f"{text}-01") if len(text) == 7 else None
