"""What works without a connection: the app's shell, and a core set of questions with their answers.

Only what is the same for everybody is kept in the browser: no page with anything of a person's in it.
"""

import hashlib
from functools import cache

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from quietlegs.version import __version__
from quietlegs.web.diary.access import evening_or_404, own_diary
from quietlegs.web.offline import actions
from quietlegs.web.offline.pages import core_questions_page

KEPT_PAGES = ("/offline", "/ask/core")
KEPT_FILES = (
    "shell/tokens.css",
    "shell/base.css",
    "shell/components.css",
    "shell/charts.css",
    "shell/pages.css",
    "shell/controls.js",
    "shell/icons.svg",
    "shell/logo.svg",
    "shell/favicon.svg",
    "shell/fonts/atkinson-hyperlegible-next-latin-wght-normal.woff2",
    "offline/register.js",
    "offline/core.js",
)


@require_GET
def core_questions(request: HttpRequest) -> HttpResponse:
    """Show the core questions with their answers: the page that is kept for when there is no connection."""
    return render(request, "offline/core.html", {"page": core_questions_page()})


@require_GET
def offline(request: HttpRequest) -> HttpResponse:
    """Say that there is no connection, and what works without one."""
    return render(request, "offline/offline.html")


@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """Note that the person has seen where two answers for a night differ."""
    evening = evening_or_404(request.POST.get("evening", ""))
    actions.note_seen(diary=own_diary(request), evening=evening, now=timezone.now())
    return redirect("diary:tonight")


@require_GET
def manifest(request: HttpRequest) -> JsonResponse:
    """Describe the app to a browser that installs it."""
    icons = [{"src": static("shell/logo.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}]
    return JsonResponse(
        {
            "name": "Quietlegs",
            "short_name": "Quietlegs",
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": "#000000",
            "theme_color": "#000000",
            "icons": icons,
        },
        content_type="application/manifest+json",
    )


@require_GET
def service_worker(request: HttpRequest) -> HttpResponse:
    """Give the service worker, with the files of this version."""
    response = HttpResponse(_worker(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@cache
def _worker() -> str:
    """Return the script, made once: every page asks whether it has changed."""
    files = [*KEPT_PAGES, *(static(name) for name in KEPT_FILES)]
    pages = "".join(
        render_to_string(f"offline/{name}.html", {"page": core_questions_page()})
        for name in ("core", "offline")
    )
    digest = hashlib.sha256(f"{__version__}{files}{pages}".encode()).hexdigest()[:12]
    return render_to_string("offline/sw.js", {"files": files, "version": digest})
