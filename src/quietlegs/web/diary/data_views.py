"""What comes in and what goes out: import with a look first, export, settings, deleting everything."""

import tempfile
from datetime import date
from pathlib import Path

from django.conf import settings as app_settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from quietlegs.core.base.errors import QuietlegsError
from quietlegs.exchange.any_file import AnyFile, read_any, read_with_mapping, unknown_table
from quietlegs.exchange.diary_csv import write_diary_csv
from quietlegs.exchange.diary_json import write_diary_json
from quietlegs.exchange.mapping import mapping_problems, with_answers
from quietlegs.exchange.mapping_file import read_mapping, write_mapping
from quietlegs.web.accounts.lock import OPENED
from quietlegs.web.backup import back_up
from quietlegs.web.diary import access, actions, clock, data_pages, queries, trial_records, waiting_files
from quietlegs.web.diary.forms import SettingsForm
from quietlegs.web.diary.mapping_pages import mapping_page
from quietlegs.web.diary.models import Diary
from quietlegs.web.shell.core_messages import in_language

REFUSED, NO_ROOM = 422, 507
DELETE_WORD = "delete"
MOST_UPLOADED = 2 * 2**30  # bytes; an Apple Health zip of ten years has some hundred megabytes


@require_http_methods(["GET", "POST"])
def import_file(request: HttpRequest) -> HttpResponse:
    """Ask for a file; show what would come in and every problem. Nothing is changed yet."""
    diary = access.own_diary(request)
    if request.method == "GET":
        page = data_pages.UploadPage(past=data_pages.past_lines(actions.past_imports(diary)))
        return render(request, "diary/import.html", {"page": page})
    given = request.FILES.get("file")
    if given is None:
        return _upload_again(request, _("No file was chosen. Choose one, then press Look at it."))
    if given.size > MOST_UPLOADED:
        return _upload_again(request, _("This file is too large for the browser. Use: quietlegs import FILE"))
    try:
        name = waiting_files.keep(given.chunks())
    except OSError:
        return _upload_again(request, _("The disk is full. Make some room, then try again."), NO_ROOM)
    try:
        path = waiting_files.find(name)
        assert path is not None
        unknown = unknown_table(path)
        if unknown:
            return render(
                request, "diary/import_map.html", {"page": mapping_page(str(name), given.name, *unknown)}
            )
        found = _read(diary, path)
    except QuietlegsError as error:
        waiting_files.drop(name)
        return _upload_again(request, in_language(error))
    if not found.file.diary.nights and not found.file.trials:
        waiting_files.drop(name)
        lines = data_pages.problem_lines(found.file.problems)
        page = data_pages.UploadPage(file_name=given.name, problems=lines)
        return render(request, "diary/import.html", {"page": page}, status=REFUSED)
    plan = actions.plan_import(diary=diary, given=found.file.diary, source=found.source)
    shown = data_pages.preview_page(str(name), given.name, found.file, plan)
    return render(request, "diary/import_preview.html", {"page": shown})


@require_POST
def map_import(request: HttpRequest) -> HttpResponse:
    """Read a table as the person says what its columns are, and show what would come in."""
    diary = access.own_diary(request)
    name = access.uuid_or_none(request.POST.get("file"))
    path = waiting_files.find(name) if name else None
    unknown = unknown_table(path) if path else None
    if path is None or unknown is None:
        return _upload_again(request, _("This file is not here any more. Choose it again."))
    table, guessed = unknown
    file_name = request.POST.get("file_name", "")
    mapping = with_answers(guessed, lambda field: request.POST.get(field, ""))
    problems = mapping_problems(mapping, table)
    found = read_with_mapping(path, mapping, today=clock.tonight(diary)) if not problems else None
    if found is None or not found.file.diary.nights:
        wrong = problems or list(found.file.problems if found else ())
        page = mapping_page(str(name), file_name, table, mapping, data_pages.problem_lines(wrong))
        return render(request, "diary/import_map.html", {"page": page}, status=REFUSED)
    plan = actions.plan_import(diary=diary, given=found.file.diary, source=found.source)
    shown = data_pages.preview_page(str(name), file_name, found.file, plan, map=write_mapping(mapping))
    return render(request, "diary/import_preview.html", {"page": shown})


def _read(diary: Diary, path: Path, map: str = "") -> AnyFile:
    if map:
        return read_with_mapping(path, read_mapping(map), today=clock.tonight(diary))
    return read_any(path, zone=clock.zone_of(diary), today=clock.tonight(diary))


def _upload_again(request: HttpRequest, error: str, status: int = REFUSED) -> HttpResponse:
    return render(request, "diary/import.html", {"page": data_pages.UploadPage(error=error)}, status=status)


@require_POST
def confirm_import(request: HttpRequest) -> HttpResponse:
    """Bring the good nights of the file in, or leave it, as the person said."""
    diary = access.own_diary(request)
    name = access.uuid_or_none(request.POST.get("file"))
    path = waiting_files.find(name) if name else None
    if name is None or path is None:
        return _upload_again(request, _("This file is not here any more. Choose it again."))
    if request.POST.get("answer") != "yes":
        waiting_files.drop(name)
        messages.success(request, _("Nothing was brought in"))
        return redirect("diary:import")
    try:
        found = _read(diary, path, request.POST.get("map", ""))
    except QuietlegsError as error:
        return _upload_again(request, in_language(error))
    plan = actions.import_nights(
        diary=diary,
        given=found.file.diary,
        source=found.source,
        replace=request.POST.get("replace") == "yes",
        file_name=request.POST.get("file_name", ""),
    )
    new_trials, problems = actions.import_trials(
        diary=diary,
        records=found.file.trials,
        batch_id=plan.batch_id,
        source=found.source,
        file_name=request.POST.get("file_name", ""),
    )
    waiting_files.drop(name)
    messages.success(request, _said(plan, new_trials))
    for problem in problems:
        messages.error(request, in_language(problem))
    return redirect("diary:nights")


@require_POST
def take_back_import(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Take one past import back."""
    diary = access.own_diary(request)
    try:
        done = actions.take_back_import(diary=diary, batch_id=batch_id)
    except actions.NoSuchImportError as error:
        raise Http404 from error
    said = _("The import is taken back.")
    if done.stayed:
        said += " " + ngettext(
            "%(count)s value was changed since, and stays.",
            "%(count)s values were changed since, and stay.",
            done.stayed,
        ) % {"count": done.stayed}
    if done.trials_stayed:
        said += " " + _("Trials that went on since stay: %(count)s.") % {"count": done.trials_stayed}
    messages.success(request, said)
    return redirect("diary:import")


def _said(plan: actions.ImportPlan, new_trials: int) -> str:
    changed = len(plan.new_nights) + len(plan.changed_nights)
    if new_trials:
        return _("Brought in. Nights: %(nights)s. Trials on yourself: %(trials)s.") % {
            "nights": changed, "trials": new_trials,
        }  # fmt: skip
    if not changed:
        return _("Everything in the file was in your diary already")
    return ngettext("%(count)s night is brought in", "%(count)s nights are brought in", changed) % {
        "count": changed
    }


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """Show the files in which the diary can be taken away."""
    return render(request, "diary/export.html")


@require_safe
def export_csv(request: HttpRequest) -> HttpResponse:
    """Send the diary as a CSV file."""
    diary = access.own_diary(request)
    return _download(
        diary, write_diary_csv(queries.read_whole_diary(diary)), "text/csv; charset=utf-8", "csv"
    )


@require_safe
def export_json(request: HttpRequest) -> HttpResponse:
    """Send the diary as a JSON document."""
    diary = access.own_diary(request)
    written = write_diary_json(queries.read_whole_diary(diary), trial_records.records_of(diary))
    return _download(diary, written, "application/json", "json")


@require_safe
def backup(request: HttpRequest) -> HttpResponse:
    """Send a checked, consistent copy of everything, made while the app runs."""
    now = timezone.now()
    with tempfile.TemporaryDirectory(dir=app_settings.DATA) as folder:
        target = Path(folder) / "quietlegs.backup"
        try:
            back_up(target, now=now)
        except QuietlegsError as error:
            messages.error(request, in_language(error))
            return redirect("diary:settings")
        # Unlinked with its folder when this returns; the open file is sent from the disk, not from memory.
        return FileResponse(
            target.open("rb"), as_attachment=True, filename=f"quietlegs-{now:%Y-%m-%d}.backup"
        )


def _download(diary: Diary, content: bytes, content_type: str, ending: str) -> HttpResponse:
    day: date = clock.tonight(diary)
    return HttpResponse(
        content,
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="quietlegs-{day.isoformat()}.{ending}"'},
    )


@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """Show and store where the person lives and when a night ends."""
    diary = access.own_diary(request)
    if request.method == "GET":
        typed = {"time_zone": diary.time_zone, "cutoff_hour": str(diary.cutoff_hour)}
        return render(request, "diary/settings.html", {"page": data_pages.settings_page(diary, typed)})
    form = SettingsForm(request.POST)
    if form.is_valid():
        actions.change_settings(diary=diary, **form.cleaned_data)
        messages.success(request, _("Your settings are saved"))
        return redirect("diary:settings")
    typed = {name: request.POST.get(name, "") for name in ("time_zone", "cutoff_hour")}
    errors = {name: " ".join(said) for name, said in form.errors.items()}
    page = data_pages.settings_page(diary, typed, errors=errors)
    return render(request, "diary/settings.html", {"page": page}, status=REFUSED)


@require_http_methods(["GET", "POST"])
def delete_everything(request: HttpRequest) -> HttpResponse:
    """Delete the whole diary, once the person has typed the word."""
    diary = access.own_diary(request)
    word, nights = _(DELETE_WORD), diary.nights.count()
    typed = request.POST.get("word", "")
    if request.method == "POST" and typed.strip().casefold() == word.casefold():
        actions.delete_everything(diary=diary)
        opened = request.session.get(OPENED)
        request.session.flush()
        if opened:  # who has just given the PIN is told that all is deleted, and not asked for it again
            request.session[OPENED] = opened
        messages.success(request, _("Everything is deleted"))
        return redirect("diary:tonight")
    is_wrong = request.method == "POST"
    page = {"word": word, "typed": typed, "is_wrong": is_wrong, "nights": nights, "folder": app_settings.DATA}
    return render(
        request, "diary/delete_everything.html", {"page": page}, status=REFUSED if is_wrong else 200
    )
