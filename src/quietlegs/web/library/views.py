"""Pages of the library. All of them only read."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from quietlegs.core.knowledge.evidence import About, Topic
from quietlegs.web.library import entry_pages, pages, queries


@require_safe
def library(request: HttpRequest) -> HttpResponse:
    """Show the shelves, or what a search found."""
    return render(request, "library/library.html", {"page": pages.library_page(request.GET.get("q", ""))})


@require_safe
def topic(request: HttpRequest, name: str) -> HttpResponse:
    """Show the entries of one topic."""
    try:
        page = pages.topic_page(Topic(name))
    except ValueError:
        raise Http404 from None
    return render(request, "library/shelf.html", {"page": page})


@require_safe
def about(request: HttpRequest, name: str) -> HttpResponse:
    """Show the entries about one trouble."""
    try:
        page = pages.about_page(About(name))
    except ValueError:
        raise Http404 from None
    return render(request, "library/shelf.html", {"page": page})


@require_safe
def entry(request: HttpRequest, entry_id: str) -> HttpResponse:
    """Show one statement with all that stands behind it."""
    found = queries.entries().get(entry_id)
    if found is None:
        raise Http404
    return render(request, "library/entry.html", {"page": entry_pages.entry_page(found)})


@require_safe
def articles(request: HttpRequest) -> HttpResponse:
    """Show what was made of the articles people may have read."""
    return render(request, "library/articles.html", {"page": pages.articles_page()})


@require_safe
def words(request: HttpRequest) -> HttpResponse:
    """Show every word that is explained."""
    return render(request, "library/words.html", {"page": pages.words_page()})


@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """Show what changed and when, and what was left out on purpose."""
    return render(request, "library/changes.html", {"page": pages.changes_page()})
