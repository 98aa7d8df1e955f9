"""Pages of reminders: what comes when, by which ways, and the rest from all of it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from quietlegs.web.accounts.access import own_device
from quietlegs.web.accounts.secrets import digest
from quietlegs.web.diary import clock
from quietlegs.web.diary.access import own_diary
from quietlegs.web.diary.models import Diary
from quietlegs.web.reminders import actions, feed, pages, queries, sending
from quietlegs.web.reminders import messages as texts
from quietlegs.web.reminders.forms import WAY_FORMS, PauseForm, PushForm, ReminderForm, WishesForm
from quietlegs.web.reminders.models import CalendarLink, Reminder, Sending, Way
from quietlegs.web.reminders.ways import Ended

REFUSED = 422
SNOOZES = (30, 60, 120)  # minutes


def _today(diary: Diary) -> object:
    return clock.local(diary, timezone.now()).date()


def _remember_where(request: HttpRequest, diary: Diary) -> None:
    """Keep where the app is reached and in which language: messages lead there."""
    actions.set_wishes(
        diary=diary, address=request.build_absolute_uri("/")[:300], language=get_language() or ""
    )


def _list(
    request: HttpRequest,
    diary: Diary,
    *,
    wishes_form: WishesForm | None = None,
    pause_form: PauseForm | None = None,
) -> HttpResponse:
    wishes = queries.wishes_of(diary)
    initial = {name: getattr(wishes, name) for name in WishesForm.base_fields}
    page = pages.reminders_page(
        diary,
        now=timezone.now(),
        wishes_form=wishes_form or WishesForm(initial=initial),
        pause_form=pause_form or PauseForm(today=_today(diary)),
        new_calendar=request.session.pop("new_calendar_link", ""),
    )
    status = REFUSED if wishes_form or pause_form else 200
    return render(request, "reminders/reminders.html", {"page": page}, status=status)


@require_safe
def reminders(request: HttpRequest) -> HttpResponse:
    """Show the reminders, the ways they come, and the rest."""
    return _list(request, own_diary(request))


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Choose what to be reminded of, then when."""
    kind = request.POST.get("kind") or request.GET.get("kind", "")
    if kind not in Reminder.Kind.values:
        return render(request, "reminders/choose.html", {"kinds": pages.kinds_to_choose()})
    return _edit(request, own_diary(request), kind, None)


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, reminder_id: int) -> HttpResponse:
    """Change a reminder."""
    diary = own_diary(request)
    reminder = get_object_or_404(Reminder, diary=diary, pk=reminder_id)
    return _edit(request, diary, reminder.kind, reminder)


def _edit(request: HttpRequest, diary: Diary, kind: str, reminder: Reminder | None) -> HttpResponse:
    items = queries.offered_items(diary, _today(diary)) if kind == Reminder.Kind.ITEM else []
    form = ReminderForm(
        kind,
        request.POST if request.method == "POST" else None,
        items=items,
        rules=queries.rules_of(queries.wishes_of(diary)),
        item=request.GET.get("item", "") if reminder is None else reminder.item,
        initial={} if reminder is None else _initial_of(reminder),
    )
    if form.is_bound and form.is_valid():
        actions.set_reminder(
            diary=diary, now=timezone.now(), kind=kind, reminder=reminder, **form.cleaned_data
        )
        _remember_where(request, diary)
        messages.success(request, _("Your reminder is set"))
        return redirect("reminders:reminders")
    context = {
        "form": form,
        "kind": kind,
        "title": pages.kind_title(kind),
        "hint": pages.kind_hint(kind),
        "reminder": reminder,
        "nothing": kind == Reminder.Kind.ITEM and not items,
    }
    return render(request, "reminders/edit.html", context, status=REFUSED if form.errors else 200)


def _initial_of(reminder: Reminder) -> dict[str, object]:
    names = ("item", "own_words", "at", "hours", "is_for_bedtime")
    return {name: getattr(reminder, name) for name in names}


@require_POST
def switch(request: HttpRequest, reminder_id: int) -> HttpResponse:
    """Turn a reminder on or off; or answer the question of one that fell silent."""
    reminder = get_object_or_404(Reminder, diary=own_diary(request), pk=reminder_id)
    actions.switch(reminder=reminder, is_on=request.POST.get("on") == "yes", now=timezone.now())
    return redirect("reminders:reminders")


@require_POST
def remove(request: HttpRequest, reminder_id: int) -> HttpResponse:
    """Delete a reminder."""
    actions.remove(reminder=get_object_or_404(Reminder, diary=own_diary(request), pk=reminder_id))
    messages.success(request, _("The reminder is deleted"))
    return redirect("reminders:reminders")


@require_POST
def snooze(request: HttpRequest, reminder_id: int) -> HttpResponse:
    """Let a reminder come again in a while."""
    reminder = get_object_or_404(Reminder, diary=own_diary(request), pk=reminder_id)
    given = request.POST.get("minutes", "")
    if given not in map(str, SNOOZES):
        raise Http404
    actions.snooze(reminder=reminder, minutes=int(given), now=timezone.now())
    messages.success(request, _("It comes again later"))
    return redirect("diary:tonight")


@require_POST
def done(request: HttpRequest, reminder_id: int) -> HttpResponse:
    """Note that what a reminder of hours is about was done now."""
    reminder = get_object_or_404(Reminder, diary=own_diary(request), pk=reminder_id, kind=Reminder.Kind.SINCE)
    actions.mark_done(reminder=reminder, now=timezone.now())
    messages.success(request, _("Noted. The hours begin now"))
    return redirect("reminders:reminders")


@require_safe
def now(request: HttpRequest, sending_id: int) -> HttpResponse:
    """Show what a message is about. That it was opened shows that it did not pass by."""
    diary = own_diary(request)
    sent = (
        Sending.objects.select_related("reminder__diary").filter(reminder__diary=diary, pk=sending_id).first()
    )
    if sent is None:  # a test, a reminder deleted since, or long ago
        return redirect("reminders:reminders")
    actions.note_opened(sending=sent, now=timezone.now())
    page = pages.now_page(diary, sent.reminder, timezone.now())
    return render(request, "reminders/now.html", {"page": page})


@require_POST
def wishes(request: HttpRequest) -> HttpResponse:
    """Keep quiet hours and how many a day."""
    diary = own_diary(request)
    form = WishesForm(request.POST)
    if not form.is_valid():
        return _list(request, diary, wishes_form=form)
    actions.set_wishes(diary=diary, **form.cleaned_data)
    messages.success(request, _("Your wishes are kept"))
    return redirect("reminders:reminders")


@require_POST
def pause(request: HttpRequest) -> HttpResponse:
    """Let all reminders rest, or go on with them."""
    diary = own_diary(request)
    if not request.POST.get("why"):
        actions.resume(diary=diary)
        return redirect("reminders:reminders")
    form = PauseForm(request.POST, today=_today(diary))
    if not form.is_valid():
        return _list(request, diary, pause_form=form)
    actions.pause_all(diary=diary, why=form.cleaned_data["why"], until=form.cleaned_data["until"])
    return redirect("reminders:reminders")


# The ways ---------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def new_way(request: HttpRequest, kind: str) -> HttpResponse:
    """Add e-mail, ntfy or Gotify."""
    if kind not in WAY_FORMS:
        raise Http404
    diary = own_diary(request)
    form = WAY_FORMS[kind](request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        actions.set_way(diary=diary, kind=kind, now=timezone.now(), **form.way())
        _remember_where(request, diary)
        messages.success(request, _("It is added. Send yourself one now, to see that it works."))
        return redirect("reminders:reminders")
    context = {"form": form, "kind": kind, "title": Way.Kind(kind).label}
    return render(request, "reminders/new_way.html", context, status=REFUSED if form.errors else 200)


@require_POST
def add_push(request: HttpRequest) -> HttpResponse:
    """Add the device whose browser agreed to get messages."""
    diary = own_diary(request)
    form = PushForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("This browser gave something that cannot be used. Nothing was added."))
        return redirect("reminders:reminders")
    given, device = form.cleaned_data, own_device(request)
    actions.set_way(
        diary=diary,
        kind=Way.Kind.PUSH,
        address=given["endpoint"],
        name=given["name"],
        details={"p256dh": given["p256dh"], "auth": given["auth"], "device": device and device.pk},
        now=timezone.now(),
    )
    _remember_where(request, diary)
    messages.success(request, _("This device is added. Send yourself one now, to see that it works."))
    return redirect("reminders:reminders")


@require_POST
def remove_way(request: HttpRequest, way_id: int) -> HttpResponse:
    """Delete a way: nothing is sent there any more."""
    actions.remove_way(way=get_object_or_404(Way, diary=own_diary(request), pk=way_id))
    messages.success(request, _("It is removed. Nothing goes there any more."))
    return redirect("reminders:reminders")


@require_POST
def send_one_now(request: HttpRequest, way_id: int) -> HttpResponse:
    """Send one message now, and say how that went."""
    diary = own_diary(request)
    way = get_object_or_404(Way, diary=diary, pk=way_id)
    message = texts.first_message(reverse("reminders:reminders"))
    ended = sending.deliver(way, message, queries.wishes_of(diary))
    sending.note_way(way, ended, now=timezone.now())
    if ended is Ended.SENT:
        messages.success(request, _("It is sent. It should be there in a moment."))
    else:
        messages.error(request, pages.problem_text(ended, way))
    return redirect("reminders:reminders")


@require_POST
def calendar(request: HttpRequest) -> HttpResponse:
    """Make a link for calendars, or close it."""
    diary = own_diary(request)
    if request.POST.get("what") == "close":
        actions.revoke_calendar_link(diary=diary, now=timezone.now())
        messages.success(request, _("The link is closed"))
        return redirect("reminders:reminders")
    token = actions.make_calendar_link(diary=diary, now=timezone.now())
    _remember_where(request, diary)
    address = reverse("reminders:calendar_file", args=[token])
    request.session["new_calendar_link"] = request.build_absolute_uri(address)
    return redirect("reminders:reminders")


@require_safe
def calendar_file(request: HttpRequest, token: str) -> HttpResponse:
    """Give the calendar to whoever has the link: it can be read, and nothing can be changed by it."""
    link = (
        CalendarLink.objects.select_related("diary")
        .filter(token_digest=digest(token), revoked_at=None)
        .first()
    )
    if link is None:
        raise Http404
    now_is = timezone.now()
    actions.note_calendar_read(link=link, today=now_is.date())
    response = HttpResponse(feed.calendar_of(link.diary, now_is), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="reminders.ics"'
    response["Referrer-Policy"] = "no-referrer"
    return response
