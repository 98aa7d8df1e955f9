"""The page that gives a de-identified diary to research, after a clear yes."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from quietlegs.web.diary.access import own_diary
from quietlegs.web.share import pages
from quietlegs.web.share import research as files

REFUSED = 422


@require_http_methods(["GET", "POST"])
def research(request: HttpRequest) -> HttpResponse:
    """Say what is in the file and what is not; make it only after a yes."""
    diary = own_diary(request)
    if request.method == "POST" and request.POST.get("consent") == "yes":
        return HttpResponse(
            files.research_file(diary),
            content_type="application/zip",
            headers={"Content-Disposition": 'attachment; filename="quietlegs-research.zip"'},
        )
    asked_again = request.method == "POST"
    page = pages.research_page(
        files.release_of(diary),
        error=_("Tick that you want to give it, or leave this page.") if asked_again else "",
    )
    return render(request, "share/research.html", {"page": page}, status=REFUSED if asked_again else 200)
