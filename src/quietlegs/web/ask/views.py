"""Pages: ask a question; check an article. Nothing that is asked or pasted is kept."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_http_methods, require_safe

from quietlegs.core.base.errors import QuietlegsError
from quietlegs.exchange import claim_files, sentence_model
from quietlegs.exchange.article_text import read_article, read_pasted
from quietlegs.web.ask import pages
from quietlegs.web.ask.forms import LONGEST_QUESTION, ArticleForm
from quietlegs.web.shell.core_messages import in_language


@require_safe
def ask(request: HttpRequest) -> HttpResponse:
    """Answer a question; while it is typed, by its words alone until the sentence model is warm."""
    question = " ".join(request.GET.get("q", "").split())[:LONGEST_QUESTION]
    typing = bool(getattr(request, "htmx", False))
    quick = typing and not sentence_model.is_warm()
    page = None
    if question:
        # An answer is told in the language of the question, whatever the rest of the page is in.
        language = claim_files.language_of(question)
        with translation.override(language or translation.get_language()):
            page = pages.ask_page(claim_files.ask(question, by_words_alone=quick), language)
    template = "ask/answer.html" if typing else "ask/ask.html"
    return render(request, template, {"page": page, "question": question})


@require_http_methods(["GET", "POST"])
def article(request: HttpRequest) -> HttpResponse:
    """Check a page that somebody pastes or brings as a file."""
    form = ArticleForm(request.POST or None, request.FILES or None)
    if request.method == "GET":
        return render(request, "ask/article.html", {"form": ArticleForm()})
    if form.is_valid():
        try:
            file = form.cleaned_data["file"]
            given = read_article(file.read()) if file else read_pasted(form.cleaned_data["text"])
        except QuietlegsError as error:
            form.add_error("file" if form.cleaned_data["file"] else "text", in_language(error))
        else:
            checked = claim_files.check(given.text)
            page = pages.article_page(
                checked,
                told=claim_files.language_of(given.text),
                is_mixed=claim_files.is_in_several_languages(given.text, checked.language),
            )
            return render(request, "ask/checked.html", {"page": page})
    return render(request, "ask/article.html", {"form": form}, status=422)
