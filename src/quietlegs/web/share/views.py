"""Pages: choose and preview the doctor's page, take it along, show it by a link."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from quietlegs.exchange.report_files import html_block, report_pdf, report_text
from quietlegs.web.diary import clock
from quietlegs.web.diary.access import own_diary
from quietlegs.web.share import actions, pages, queries
from quietlegs.web.share.forms import DoctorPageForm, LinkForm
from quietlegs.web.share.models import ShareLink


@require_http_methods(["GET", "POST"])
def doctor(request: HttpRequest) -> HttpResponse:
    """Show the page as it would be printed, and let the person choose what is on it."""
    diary = own_diary(request)
    form = DoctorPageForm(request.POST) if request.method == "POST" else None
    if form and form.is_valid():
        actions.set_page(diary=diary, **form.cleaned_data)
        return redirect("share:doctor")
    wish = queries.page_of(diary)
    today = clock.tonight(diary)
    facts = queries.facts_of(diary, wish, today)
    form = form or DoctorPageForm(initial=pages.initial_of(wish, facts.questions))
    page = pages.DoctorView(
        form=form,
        link_form=LinkForm(),
        sections=pages.shown_sections(queries.document_of(diary, wish, today), html_block),
        document=queries.document_of(diary, wish, today),
        links=queries.links_of(diary, timezone.now()),
        new_link=request.session.pop("new_share_link", ""),
    )
    return render(request, "share/doctor.html", {"page": page}, status=422 if form.errors else 200)


@require_safe
def doctor_file(request: HttpRequest, kind: str) -> HttpResponse:
    """Give the page as a PDF or as plain text."""
    diary = own_diary(request)
    wish = queries.page_of(diary)
    document = queries.document_of(diary, wish, clock.tonight(diary))
    if kind == "pdf":
        response = HttpResponse(report_pdf(document, paper=wish.paper), content_type="application/pdf")
    elif kind == "txt":
        response = HttpResponse(report_text(document), content_type="text/plain; charset=utf-8")
    else:
        raise Http404
    response["Content-Disposition"] = f'inline; filename="for-the-doctor.{kind}"'
    return response


@require_POST
def make_link(request: HttpRequest) -> HttpResponse:
    """Make a link. It is shown once, as only its digest is kept."""
    form = LinkForm(request.POST)
    if form.is_valid():
        diary = own_diary(request)
        _, token = actions.make_link(
            diary=diary, label=form.cleaned_data["label"], days=form.cleaned_data["days"], now=timezone.now()
        )
        request.session["new_share_link"] = request.build_absolute_uri(f"/shared/{token}")
    return redirect("share:doctor")


@require_POST
def revoke_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a link."""
    actions.revoke_link(
        link=get_object_or_404(ShareLink, diary=own_diary(request), pk=pk), now=timezone.now()
    )
    return redirect("share:doctor")


@require_safe
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """Show the page to whoever has the link: nothing but the page, and nothing can be changed there."""
    link = queries.link_with(token, timezone.now())
    if link is None:
        raise Http404
    actions.note_opening(link=link, now=timezone.now())
    document = queries.document_of(link.diary, queries.page_of(link.diary), clock.tonight(link.diary))
    response = render(
        request,
        "share/shared.html",
        {"document": document, "sections": pages.shown_sections(document, html_block)},
    )
    response["Referrer-Policy"] = "no-referrer"
    return response
