"""Pages: pair this device; see and revoke the devices that are paired."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from quietlegs.web.accounts import access, actions, queries
from quietlegs.web.accounts.forms import PairForm
from quietlegs.web.accounts.models import Device


@require_http_methods(["GET", "POST"])
def pair(request: HttpRequest) -> HttpResponse:
    """Ask for the code that the computer shows, and remember this device."""
    form = PairForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        name = form.cleaned_data["name"] or _("A device")
        token = actions.pair_device(typed_code=form.cleaned_data["code"], name=name, now=timezone.now())
        if token:
            response = HttpResponseRedirect("/")
            response.set_cookie(
                access.COOKIE,
                token,
                max_age=access.COOKIE_AGE_SECONDS,
                httponly=True,
                samesite="Lax",
                secure=settings.BEHIND_TLS,
            )
            return response
        form.add_error(
            "code", _("No open code is that one. Codes last 10 minutes and work once. Make a new one.")
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
    return render(
        request,
        "accounts/devices.html",
        {
            "code": code,
            "devices": queries.paired_devices(),
            "may_make_code": access.is_this_computer(request),
        },
    )


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a device out."""
    actions.revoke_device(device=get_object_or_404(Device, pk=pk), now=timezone.now())
    return redirect("accounts:devices")
