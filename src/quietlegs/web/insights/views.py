"""The insights as pages, and as files to keep."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from quietlegs.core.diary.night import OUTCOMES
from quietlegs.exchange.figures import pdf_file
from quietlegs.exchange.findings_json import findings_json
from quietlegs.exchange.findings_lines import lay_out, page_of
from quietlegs.web.diary import access
from quietlegs.web.insights import factor_pages, pages, queries


@require_safe
def insights(request: HttpRequest) -> HttpResponse:
    """Show what changes the nights."""
    page = pages.insights_page(
        access.own_diary(request), outcome=_outcome(request), studies=_with_studies(request)
    )
    return render(request, "insights/insights.html", {"page": page})


@require_safe
def factor(request: HttpRequest, factor_id: int) -> HttpResponse:
    """Show the nights behind one finding."""
    diary = access.own_diary(request)
    page = factor_pages.factor_page(
        diary,
        access.own_factor(diary, factor_id),
        outcome=_outcome(request),
        studies=_with_studies(request),
    )
    return render(request, "insights/factor.html", {"page": page})


@require_safe
def findings_pdf(request: HttpRequest) -> HttpResponse:
    """Give the findings as a PDF."""
    analysis = _analysis_or_404(request)
    answer = HttpResponse(pdf_file(page_of(lay_out(analysis.findings))), content_type="application/pdf")
    answer["Content-Disposition"] = 'attachment; filename="quietlegs-findings.pdf"'
    return answer


@require_safe
def findings_as_json(request: HttpRequest) -> JsonResponse:
    """Give the findings as ``quietlegs triggers --json`` does."""
    return JsonResponse(findings_json(_analysis_or_404(request).findings))


def _analysis_or_404(request: HttpRequest) -> queries.Analysis:
    diary = access.own_diary(request)
    analysis = queries.analysis_of(diary, outcome=_outcome(request), studies=_with_studies(request))
    if analysis is None:
        raise Http404
    return analysis


def _with_studies(request: HttpRequest) -> bool:
    """Return whether to use what studies found: yes, unless the address says ``studies=off``."""
    return request.GET.get("studies") != "off"


def _outcome(request: HttpRequest) -> str:
    """Return the outcome that is asked about; 404 for a word that is none."""
    outcome = request.GET.get("outcome", "cramps")
    if outcome not in OUTCOMES:
        raise Http404
    return outcome
