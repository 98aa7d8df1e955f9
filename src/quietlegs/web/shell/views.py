"""Pages that belong to no single room: health, theme, more, and what is shown when something is wrong."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from quietlegs.version import __version__
from quietlegs.web.shell import gallery, themes


@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """Say that the app answers, and which version it is."""
    return JsonResponse({"status": "ok", "version": __version__})


@require_safe
def more(request: HttpRequest) -> HttpResponse:
    """List every place in the app, with the choice of theme."""
    return render(request, "shell/more.html")


@require_safe
def component_gallery(request: HttpRequest) -> HttpResponse:
    """Show every component in every state."""
    shown = {"specimens": gallery.specimens(), "errors": gallery.errors()}
    return render(request, "shell/gallery.html", shown)


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Remember the theme in a cookie and go back to where the person was."""
    response = HttpResponseRedirect(_back(request))
    name = request.POST.get("theme", "")
    if name in themes.THEMES:
        response.set_cookie(themes.COOKIE, name, max_age=themes.COOKIE_AGE_SECONDS, samesite="Lax")
    else:
        response.delete_cookie(themes.COOKIE)
    return response


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Remember the language in a cookie and go back to where the person was."""
    response = HttpResponseRedirect(_back(request))
    code = request.POST.get("language", "")
    if code in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            code,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            samesite=settings.LANGUAGE_COOKIE_SAMESITE,
            secure=settings.LANGUAGE_COOKIE_SECURE,
        )
    else:
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
    return response


def _back(request: HttpRequest) -> str:
    back = request.POST.get("next", "")
    return back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else "/"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that cannot be read."""
    return render(request, "shell/fault.html", {"fault": "bad_request"}, status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request for what is not the person's to see."""
    return render(request, "shell/fault.html", {"fault": "forbidden"}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request for what is not there."""
    return render(request, "shell/fault.html", {"fault": "not_found"}, status=404)


def server_fault(request: HttpRequest) -> HttpResponse:
    """Answer when the app itself failed. The page leans on nothing that could have failed too."""
    return HttpResponse(get_template("shell/server_fault.html").render(), status=500)
