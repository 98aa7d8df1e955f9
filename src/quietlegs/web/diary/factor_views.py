"""Factors: choose from the library, add one's own, archive."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from quietlegs.web.diary import access, actions, library, pages
from quietlegs.web.shell.core_messages import in_language

REFUSED = 422


@require_safe
def factors(request: HttpRequest) -> HttpResponse:
    """Show what is watched and what there is to choose from."""
    return render(request, "diary/factors.html", {"page": pages.factors_page(access.own_diary(request))})


@require_POST
def add_factor(request: HttpRequest) -> HttpResponse:
    """Watch a factor of the library, or one of the person's own."""
    diary = access.own_diary(request)
    chosen = request.POST.get("library", "")
    if chosen:
        choice = library.choices().get(chosen)
        if choice is None:
            raise Http404
        asked = {
            "name": choice.name,
            "kind": choice.kind,
            "unit": choice.unit,
            "library_id": choice.id,
            "carry_forward": choice.carry_forward,
        }
    else:
        asked = {name: request.POST.get(name, "") for name in ("name", "kind", "unit")}
        asked["carry_forward"] = bool(request.POST.get("carry_forward"))
    try:
        factor = actions.add_factor(diary=diary, **asked)
    except actions.FactorRefusedError as error:
        page = pages.factors_page(diary, error=in_language(error), typed=asked)
        return render(request, "diary/factors.html", {"page": page}, status=REFUSED)
    messages.success(request, _("You watch “%(name)s” now") % {"name": factor.name})
    return redirect("diary:factors")


@require_http_methods(["GET", "POST"])
def factor(request: HttpRequest, factor_id: int) -> HttpResponse:
    """Show one factor, and store a new name or unit."""
    diary = access.own_diary(request)
    watched = access.own_factor(diary, factor_id)
    typed = {"name": watched.name, "unit": watched.unit, "carry_forward": watched.carry_forward}
    error = ""
    if request.method == "POST":
        typed = {
            "name": request.POST.get("name", ""),
            "unit": request.POST.get("unit", ""),
            "carry_forward": bool(request.POST.get("carry_forward")),
        }
        try:
            changed = actions.change_factor(diary=diary, factor=watched, **typed)
        except actions.FactorRefusedError as refused:
            error = in_language(refused)
            watched.refresh_from_db()
        else:
            messages.success(request, _("“%(name)s” is saved") % {"name": changed.name})
            return redirect("diary:factors")
    page = {"factor": watched, "typed": typed, "error": error, "kind": watched.get_kind_display()}
    return render(request, "diary/factor.html", {"page": page}, status=REFUSED if error else 200)


@require_POST
def archive_factor(request: HttpRequest, factor_id: int) -> HttpResponse:
    """Ask no more about a factor."""
    diary = access.own_diary(request)
    archived = actions.archive_factor(diary=diary, factor=access.own_factor(diary, factor_id))
    messages.success(
        request, _("“%(name)s” is in the archive. Its answers are kept.") % {"name": archived.name}
    )
    return redirect("diary:factors")


@require_POST
def bring_back_factor(request: HttpRequest, factor_id: int) -> HttpResponse:
    """Ask about an archived factor again."""
    diary = access.own_diary(request)
    back = actions.bring_back_factor(diary=diary, factor=access.own_factor(diary, factor_id))
    messages.success(request, _("You watch “%(name)s” again") % {"name": back.name})
    return redirect("diary:factors")
