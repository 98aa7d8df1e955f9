"""Pages: pair this device; see and revoke the devices that are paired."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from quietlegs.web.accounts import access, actions, pages, queries
from quietlegs.web.accounts.forms import PairForm
from quietlegs.web.accounts.models import Device
from quietlegs.web.diary.access import uuid_or_none


@require_http_methods(["GET", "POST"])
def pair(request: HttpRequest) -> HttpResponse:
    """Ask for the code that the computer shows, and remember this device."""
    if request.method == "POST":
        form = PairForm(request.POST)
    else:
        form = PairForm(initial={"name": _usual_name(request.headers.get("User-Agent", ""))})
    if form.is_valid():
        name = form.cleaned_data["name"] or _("A device")
        token = actions.pair_device(
            typed_code=form.cleaned_data["code"],
            name=name,
            now=timezone.now(),
            form_id=uuid_or_none(request.POST.get("form_id")),
        )
        if token:
            response = HttpResponseRedirect("/")
            response.set_cookie(
                access.COOKIE,
                token,
                max_age=access.COOKIE_AGE_SECONDS,
                httponly=True,
                samesite="Lax",
                secure=request.is_secure(),
            )
            return response
        form.add_error(
            "code",
            _(
                "No open code is that one. Codes last 10 minutes and work once. Make a new one. "
                "If this code was used before, the device that used it is out again, to be safe."
            ),
        )
    return render(request, "accounts/pair.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def devices(request: HttpRequest) -> HttpResponse:
    """List the paired devices; a POST makes a code for one more. Codes are made on this computer alone."""
    code = None
    if request.method == "POST":
        if not access.is_this_computer(request):
            raise Http404
        code = actions.make_pairing_code(now=timezone.now())
    page = pages.devices_page(
        code=code,
        is_this_computer=access.is_this_computer(request),
        is_encrypted=request.is_secure(),
    )
    return render(request, "accounts/devices.html", {"page": page})


@require_safe
def paired(request: HttpRequest) -> HttpResponse:
    """Give the list of paired devices alone, for the page that waits for a new one."""
    return render(request, "accounts/paired.html", {"devices": queries.paired_devices()})


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a device out."""
    actions.revoke_device(device=get_object_or_404(Device, pk=pk), now=timezone.now())
    return redirect("accounts:devices")


def _usual_name(browser: str) -> str:
    """Return what most people would call a device, by what its browser says of itself."""
    if "iPad" in browser:
        return _("My tablet")
    return (
        _("My phone")
        if any(word in browser for word in ("iPhone", "Android", "Mobile"))
        else _("My computer")
    )
