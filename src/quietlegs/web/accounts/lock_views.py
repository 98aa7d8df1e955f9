"""Pages of the app's lock: set it, change it, open it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from quietlegs.web.accounts import lock as locking
from quietlegs.web.accounts import lock_actions, queries
from quietlegs.web.accounts.forms import LockForm, UnlockForm
from quietlegs.web.accounts.models import AppLock


@require_http_methods(["GET", "POST"])
def lock(request: HttpRequest) -> HttpResponse:
    """Set the lock or change it. A change asks for the PIN that is in use."""
    now, present = timezone.now(), queries.app_lock()
    form = LockForm(
        request.POST if request.method == "POST" else None,
        initial={"idle_minutes": present.idle_minutes} if present else None,
    )
    current = UnlockForm(request.POST if request.method == "POST" else None, prefix="current")
    if request.method == "POST" and form.is_valid() and _may_change(present, current):
        fresh = lock_actions.set_lock(
            secret=form.cleaned_data["secret"], idle_minutes=form.cleaned_data["idle_minutes"], now=now
        )
        locking.keep_open(request.session, fresh, now)
        messages.success(request, _("The app has a lock now"))
        return redirect("accounts:lock")
    wrong = bool(form.errors or (present and request.method == "POST"))
    page = {"form": form, "current": current, "lock": present}
    return render(request, "accounts/lock.html", page, status=422 if wrong else 200)


@require_POST
def remove(request: HttpRequest) -> HttpResponse:
    """Take the lock off, for whoever knows its PIN."""
    present = queries.app_lock()
    current = UnlockForm(request.POST, prefix="current")
    if present and not _may_change(present, current):
        page = {"form": LockForm(), "current": current, "lock": present}
        return render(request, "accounts/lock.html", page, status=422)
    lock_actions.remove_lock()
    messages.success(request, _("The app has no lock any more"))
    return redirect("accounts:lock")


@require_POST
def lock_now(request: HttpRequest) -> HttpResponse:
    """Lock this browser at once."""
    locking.shut(request.session)
    return HttpResponseRedirect("/")


@require_http_methods(["GET", "POST"])
def unlock(request: HttpRequest) -> HttpResponse:
    """Open the lock, go back, and send on what was typed when it fell."""
    present, now, held = queries.app_lock(), timezone.now(), locking.held_still(request)
    if present is None:
        return _go_on(request, held)
    form = UnlockForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if lock_actions.try_secret(lock=present, secret=form.cleaned_data["lock_pin"], now=now):
            request.session.cycle_key()
            locking.keep_open(request.session, present, now)
            return _go_on(request, held)
        form.add_error("lock_pin", _why_not(present))
    return locking.locked_page(request, present, form, held)


def _go_on(request: HttpRequest, held: locking.Held) -> HttpResponse:
    """Go back, or let the browser send on a form that was held: one that never had the PIN in it."""
    if held.fields is None:
        return HttpResponseRedirect(held.back)
    return render(request, "accounts/send_on.html", {"held": held})


def _may_change(present: AppLock | None, current: UnlockForm) -> bool:
    if present is None:
        return True
    if not current.is_valid():
        return False
    if lock_actions.try_secret(lock=present, secret=current.cleaned_data["lock_pin"], now=timezone.now()):
        return True
    current.add_error("lock_pin", _why_not(present))
    return False


def _why_not(present: AppLock) -> str:
    present.refresh_from_db()
    if present.wait_until is None or present.wait_until <= timezone.now():
        return _("That is not it. Try again.")
    minutes = -(-int((present.wait_until - timezone.now()).total_seconds()) // 60) or 1
    return ngettext(
        "That was not it too often. Wait 1 minute, then try again.",
        "That was not it too often. Wait %(minutes)s minutes, then try again.",
        minutes,
    ) % {"minutes": minutes}
