"""Pages that belong to no single room: health, theme, more, and what is shown when something is wrong."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
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
    """Remember the look in cookies and go back to where the person was. Who asks for day at night gets it at night."""
    response = HttpResponseRedirect(_back(request))
    at_night = request.POST.get("at_night", "")
    if at_night in (themes.DIM, themes.AS_BY_DAY):
        _remember(response, themes.AT_NIGHT_COOKIE, at_night)
        return response
    name = request.POST.get("theme", "")
    if name in themes.THEMES:
        _remember(response, themes.COOKIE, name)
    else:
        response.delete_cookie(themes.COOKIE)
    is_dimmed = themes.dims_at_night(request.COOKIES) and themes.is_night(request.COOKIES, timezone.now())
    if name == "day" and is_dimmed:  # what is pressed is what is seen
        _remember(response, themes.AT_NIGHT_COOKIE, themes.AS_BY_DAY)
        messages.success(request, _("Bright, also at night. Under More you can have it dim again."))
    return response


def _remember(response: HttpResponse, cookie: str, value: str) -> None:
    response.set_cookie(cookie, value, max_age=themes.COOKIE_AGE_SECONDS, samesite="Lax")


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
