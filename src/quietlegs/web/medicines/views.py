"""Medicines, blood tests and the profile."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from quietlegs.web.diary.access import own_diary
from quietlegs.web.diary.clock import local
from quietlegs.web.diary.models import Diary
from quietlegs.web.medicines import actions, forms, lab_pages, pages, profile_pages, queries
from quietlegs.web.medicines.models import LabResult, Profile

REFUSED = 422


def _today(diary: Diary) -> date:
    return local(diary, timezone.now()).date()


@require_http_methods(["GET", "POST"])
def medicines(request: HttpRequest) -> HttpResponse:
    """Show the list and what it may mean; keep a new list."""
    diary = own_diary(request)
    facts = queries.profile_facts(diary, _today(diary))
    if request.method == "POST":
        text, error = forms.read_list(request.POST)
        mended = request.POST.get("mend", "")
        if "\n" in mended.replace("\r\n", "\n"):
            given, name = mended.replace("\r\n", "\n").split("\n", 1)
            text = text.replace(given, name, 1)
        if error:
            review = queries.medicine_review(diary, facts, "")
            page = pages.medicines_page(text, review, facts, error=error)
            return render(request, "medicines/medicines.html", {"page": page}, status=REFUSED)
        actions.save_medicines(diary=diary, text=text)
        messages.success(request, _("Your list is saved."))
        return redirect("medicines:list")
    text = queries.medicine_text(diary)
    review = queries.medicine_review(diary, facts, text)
    return render(request, "medicines/medicines.html", {"page": pages.medicines_page(text, review, facts)})


@require_http_methods(["GET", "POST"])
def labs(request: HttpRequest) -> HttpResponse:
    """Show the blood tests; keep one more, or ask again."""
    diary = own_diary(request)
    today = _today(diary)
    facts = queries.profile_facts(diary, today)
    results = queries.lab_results(diary)
    typed = None
    if request.method == "POST":
        before = results.get(request.POST.get("test", ""), [])
        typed = forms.read_lab(request.POST, today=today, last=before[-1].value if before else None)
        if typed is None:
            raise Http404
        if typed.value is not None and typed.day is not None:
            actions.add_lab_result(diary=diary, value=typed.value, taken_on=typed.day)
            messages.success(request, _("%(test)s is saved.") % {"test": typed.test.name})
            return redirect(f"{reverse('medicines:labs')}#{typed.test.id}")
    page = lab_pages.labs_page(results, facts, today, typed=typed, open_test=request.GET.get("test", ""))
    return render(request, "medicines/labs.html", {"page": page}, status=REFUSED if typed else 200)


@require_POST
def delete_lab(request: HttpRequest, result_id: int) -> HttpResponse:
    """Forget one blood test."""
    result = get_object_or_404(LabResult, diary=own_diary(request), pk=result_id)
    actions.delete_lab_result(result=result)
    messages.success(request, _("The blood test is deleted."))
    return redirect("medicines:labs")


@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Show and keep what the person says of themselves."""
    diary = own_diary(request)
    today = _today(diary)
    if request.method == "POST":
        typed = forms.read_profile(request.POST)
        if typed.errors:
            page = profile_pages.profile_page(typed)
            return render(request, "medicines/profile.html", {"page": page}, status=REFUSED)
        actions.save_profile(
            diary=diary,
            born_in=None if typed.age_years is None else today.year - typed.age_years,
            sex=typed.sex,
            pregnant=typed.is_pregnant,
            about=typed.about,
            conditions=typed.conditions,
            food_and_drink=typed.food_and_drink,
        )
        messages.success(request, _("Saved."))
        return redirect("medicines:profile")
    stored = Profile.objects.filter(diary=diary).first()
    page = profile_pages.profile_page(profile_pages.stored_profile(stored, today))
    return render(request, "medicines/profile.html", {"page": page})
