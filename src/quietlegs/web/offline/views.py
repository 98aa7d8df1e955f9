"""What works without a connection: the night's pages, a core set of questions, and the list of what waits.

Pages that are the same for everybody are kept with the app. Pages of this person are kept beside them, and go as soon
as the device may not come in any more: see docs/adr/0005-kept-on-the-device.md.
"""

import hashlib
from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from quietlegs.version import __version__
from quietlegs.web.accounts import queries as account_queries
from quietlegs.web.diary.access import evening_or_404, own_diary
from quietlegs.web.offline import actions, pages
from quietlegs.web.shell.themes import THEMES

KEPT_PAGES = ("/offline/waiting", "/ask/core")  # the same for everybody
OWN_PAGES = ("/offline", "/offline/relief", "/offline/night")
# What runs in the service worker, in order, before its events.
WORKER_SCRIPTS = (
    "offline/store.js",
    "offline/entries.js",
    "offline/sending.js",
    "offline/keeping.js",
    "offline/answering.js",
)
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
    "django_htmx/htmx-2.min.js",
    "relief/relief.css",
    "relief/relief.js",
    "relief/steps.svg",
    "plan/exercises.svg",
    "offline/store.js",
    "offline/entries.js",
    "offline/sending.js",
    "offline/waiting.js",
    "offline/begin.js",
    "offline/relief.js",
    "offline/night.js",
    "offline/list.js",
    "offline/core.js",
)


def _has_lock() -> bool:
    """Return whether the app has a lock. A kept page cannot ask for a PIN, so it then holds nothing that is locked."""
    return account_queries.app_lock() is not None


@require_safe
def core_questions(request: HttpRequest) -> HttpResponse:
    """Show the core questions with their answers: the page that is kept for when there is no connection."""
    return render(request, "offline/core.html", {"page": pages.core_questions_page()})


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Show what works without a connection: relief, the night's page, tonight's plan."""
    page = pages.home_page(own_diary(request), now=timezone.now(), is_private=_has_lock())
    return render(request, "offline/offline.html", {"page": page})


@require_safe
def relief(request: HttpRequest) -> HttpResponse:
    """Show every step of relief, for a script to lead through. In the night theme, as all of relief."""
    page = pages.relief_page(own_diary(request))
    return render(request, "offline/relief.html", {"page": page, "theme": THEMES["night"]})


@require_safe
def night(request: HttpRequest) -> HttpResponse:
    """Show the page of a night, for a script to put what is said down."""
    page = pages.kept_night_page(own_diary(request), now=timezone.now(), is_private=_has_lock())
    return render(request, "offline/night.html", {"page": page})


@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """Show the frame of the list of what waits. What waits is on the device, and this computer does not know it."""
    return render(request, "offline/waiting.html")


@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """Note that the person has seen where two answers for a night differ."""
    evening = evening_or_404(request.POST.get("evening", ""))
    actions.note_seen(diary=own_diary(request), evening=evening, now=timezone.now())
    return redirect("diary:tonight")


@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """Describe the app to a browser that installs it. Black while it starts: no white light at 3 a.m."""
    drawn = {"src": static("shell/logo.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
    icons = [
        {
            "src": static(f"offline/icon-{size}.png"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": why,
        }
        for size, why in ((192, "any"), (512, "any"), (512, "maskable"))
    ]
    return JsonResponse(
        {
            "id": "/",
            "name": "Quietlegs",
            "short_name": "Quietlegs",
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": "#000000",
            "theme_color": "#000000",
            "icons": [drawn, *icons],
            "shortcuts": [{"name": str(_("Cramp now")), "url": "/relief/"}],
        },
        content_type="application/manifest+json",
    )


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """Give the service worker, with the files of this version."""
    response = HttpResponse(_worker(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@cache
def _worker() -> str:
    """Return the script, made once: every page asks whether it has changed."""
    files = [static(name) for name in KEPT_FILES]
    scripts = [static(name) for name in WORKER_SCRIPTS]
    with translation.override(settings.LANGUAGE_CODE):  # one version, whoever asks first
        shown = {"page": pages.core_questions_page()}
        same = "".join(render_to_string(f"offline/{name}.html", shown) for name in ("core", "waiting"))
    digest = hashlib.sha256(f"{__version__}{files}{scripts}{same}".encode()).hexdigest()[:12]
    return render_to_string(
        "offline/sw.js",
        {"files": files, "scripts": scripts, "pages": KEPT_PAGES, "own": OWN_PAGES, "version": digest},
    )
