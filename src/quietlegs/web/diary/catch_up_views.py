"""Several nights at once: a week that was forgotten, and a paper diary, to print and to type in."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from quietlegs.core.base.errors import Problem
from quietlegs.exchange.paper_diary import PAPERS, paper_pdf
from quietlegs.web.diary import access, batch_actions, checks, clock, paper, queries, sheet
from quietlegs.web.diary.batch_actions import NightsRefusedError
from quietlegs.web.diary.catch_up_pages import COUNTS, WEEK, cell_name, forgotten_page, sheet_page
from quietlegs.web.diary.models import Diary, NightChange
from quietlegs.web.diary.views import REFUSED, diary_with_zone
from quietlegs.web.shell.core_messages import what_to_do


def _day_asked(text: str, otherwise: date, diary: Diary) -> date:
    """Return the day that an address names, or ``otherwise`` where it names none; 404 for one that cannot be."""
    if not text:
        return otherwise
    day = access.evening_or_404(text)
    if checks.evening_problem(day, clock.tonight(diary)) or checks.evening_problem(
        day - timedelta(days=3 * sheet.NIGHTS), clock.tonight(diary)
    ):
        raise Http404
    return day


@require_http_methods(["GET", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask about the unknown nights of one week, and store what is remembered. The others stay unknown."""
    diary = diary_with_zone(request) if request.method == "POST" else access.own_diary(request)
    until = _day_asked(
        request.POST.get("until", "") or request.GET.get("until", ""), clock.last_night(diary), diary
    )
    if request.method == "GET":
        return render(request, "diary/forgotten.html", {"page": forgotten_page(diary, until)})
    week = [until - timedelta(days=i) for i in range(WEEK)]
    chosen = {day: said for day in week if (said := request.POST.get(f"night-{day.isoformat()}", ""))}
    known = {"quiet": 0, **{str(count): count for count in COUNTS}}
    counts = {day: known[said] for day, said in chosen.items() if said in known}
    client_id = access.uuid_or_none(request.POST.get("client_id"))
    try:
        done = batch_actions.log_counts(diary=diary, counts=counts, client_id=client_id)
    except NightsRefusedError as error:
        wrong = {day: _said(problems) for day, problems in error.problems.items()}
        page = forgotten_page(diary, until, chosen=chosen, errors=wrong)
        return render(request, "diary/forgotten.html", {"page": page}, status=REFUSED)
    if done.changes or not done.known:
        _say_saved(request, list(done.changes))
    if done.known:
        messages.error(request, _already_known(done.known))
    return redirect(f"{reverse('diary:forgotten')}?until={until.isoformat()}")


@require_http_methods(["GET", "POST"])
def copy_sheet(request: HttpRequest) -> HttpResponse:
    """Show two weeks as a grid to type a paper diary into, and store all of it at once."""
    diary = diary_with_zone(request) if request.method == "POST" else access.own_diary(request)
    start = clock.last_night(diary) - timedelta(days=sheet.NIGHTS - 1)
    first = _day_asked(request.POST.get("first", "") or request.GET.get("first", ""), start, diary)
    columns = [*sheet.night_columns(), *sheet.day_columns(queries.watched_factors(diary))]
    evenings = [day for day in sheet.evenings_from(first) if day <= clock.tonight(diary)]
    if request.method == "GET":
        stored = queries.nights_of(diary, evenings)
        shown = {day: sheet.shown_cells(stored.get(day)) for day in evenings}
        was = json.dumps({day.isoformat(): cells for day, cells in shown.items() if cells})
        page = sheet_page(diary, first, columns, typed=shown, was=was)
        return render(request, "diary/sheet.html", {"page": page})
    typed = {day: {c.key: request.POST.get(cell_name(day, c.key), "") for c in columns} for day in evenings}
    was = request.POST.get("was", "")
    changes, problems = sheet.read_rows(columns, typed, _cells_before(was))
    if not problems:
        try:
            client_id = access.uuid_or_none(request.POST.get("client_id"))
            done = batch_actions.change_cells(diary=diary, given=changes, client_id=client_id)
        except NightsRefusedError as error:
            problems = [
                sheet.CellProblem(day, problem.column or "", _said([problem]))
                for day, found in error.problems.items()
                for problem in found
            ]
        else:
            _say_saved(request, done)
            return redirect(f"{reverse('diary:sheet')}?first={first.isoformat()}")
    page = sheet_page(diary, first, columns, typed=typed, was=was, problems=problems)
    return render(request, "diary/sheet.html", {"page": page}, status=REFUSED)


def _cells_before(text: str) -> dict[date, Mapping[str, str]]:
    """Return the cells that the page showed at first; nothing where the form does not say so in our words."""
    try:
        given = json.loads(text or "{}")
        return {
            date.fromisoformat(day): {str(key): str(value) for key, value in cells.items()}
            for day, cells in given.items()
        }
    except (ValueError, AttributeError, RecursionError):
        return {}


def _said(problems: object) -> str:
    assert isinstance(problems, list | tuple)
    return " ".join(what_to_do(p) for p in problems if isinstance(p, Problem))


def _already_known(evenings: Sequence[date]) -> str:
    said = ngettext(
        "This night was answered meanwhile and stays as it is: %(days)s.",
        "These nights were answered meanwhile and stay as they are: %(days)s.",
        len(evenings),
    )
    return said % {"days": ", ".join(date_format(day, "l j F") for day in sorted(evenings))}


def _say_saved(request: HttpRequest, changes: list[NightChange]) -> None:
    if not changes:
        messages.success(request, _("Nothing was changed. What is unknown stays unknown."))
        return
    said = ngettext("%(count)s night is saved", "%(count)s nights are saved", len(changes))
    undo = ",".join(str(change.pk) for change in changes)
    messages.success(request, said % {"count": len(changes)}, extra_tags=undo)


@require_safe
def paper_page(request: HttpRequest) -> HttpResponse:
    """Say what the paper diary is, and let the person choose its first night and its paper."""
    diary = access.own_diary(request)
    page = {"tonight": clock.tonight(diary), "factors": len(queries.watched_factors(diary))}
    return render(request, "diary/paper.html", {"page": page})


@require_safe
def paper_file(request: HttpRequest) -> HttpResponse:
    """Send two weeks of paper diary, to print."""
    diary = access.own_diary(request)
    size = request.GET.get("paper", "a4")
    if size not in PAPERS:
        raise Http404
    named = request.GET.get("first", "")
    first = access.evening_or_404(named) if named else clock.tonight(diary)
    if not abs((first - clock.tonight(diary)).days) < 366:
        raise Http404
    made = paper.paper_of(diary, first=None if request.GET.get("dates") == "no" else first)
    answer = HttpResponse(paper_pdf(made, paper=size), content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="paper-diary.pdf"'
    return answer
