"""The app's lock: everything that was written is behind it, but relief and quick logging never are.

A device that was paired stays paired; the lock comes on top, for the phone that somebody else picks up. What is open is
listed here by name; every page that is not listed is locked. What was typed when the lock fell is kept on the page
that asks for the PIN. After it the browser sends that on as a form of its own: the PIN goes to ``unlock`` alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit, urlunsplit

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import ResolverMatch
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from quietlegs.web.accounts import queries
from quietlegs.web.accounts.access import OPEN_BELOW
from quietlegs.web.accounts.forms import UnlockForm
from quietlegs.web.accounts.models import AppLock
from quietlegs.web.diary import clock
from quietlegs.web.diary.access import own_diary
from quietlegs.web.diary.models import Episode

LOCKED, SERVER_FAULT = 423, 500
OPEN_ROOMS = frozenset({"relief"})
# Of what was recorded, relief shows and changes this night's alone, and takes back only what was pressed by mistake.
THIS_NIGHT = timedelta(hours=12)
SLIP = timedelta(minutes=30)
TAKES_BACK = "relief:delete"
OPEN_PAGES = frozenset(
    {
        "diary:cramp_now",
        "diary:log_quiet",
        "check:emergency",
        "offline:core",
        "offline:offline",  # with a lock, without the plan and without what the person watches
        "offline:night",
        "offline:relief",
        "offline:waiting",  # shows what is on the device, which the computer does not know
        "offline:manifest",
        "offline:worker",
        "shell:health",
        "shell:theme",
        "accounts:pair",
        "accounts:unlock",
    }
)
API_PATH = "/api/"
# What waited on a phone is taken without the PIN: it adds to the diary, and the answer holds nothing of it.
OPEN_CALL = ("PUT", "api-v1:put_entry")
ASKED_BY_ITSELF = frozenset({"accounts:paired"})  # a page asks for it again and again, with nobody there
NOTE_SEEN_EVERY_SECONDS = 20  # being here is noted in the session, which is a write
OPENED = "lock_opened"  # in the session: [when the lock was set, when the person was last seen], in seconds
OWN_FIELDS = "lock_"  # how the names of the lock's own fields begin; no other form has such
# Fields that hold a password or a key. A page that anybody may look at does not keep them.
SECRET_FIELDS = frozenset({"secret", "again", "auth", "p256dh"})


@dataclass(frozen=True, slots=True)
class Held:
    """What was asked for when the lock fell: where to go after the PIN, and the fields of a form that go with it.

    ``fields`` is None for what is no form. ``is_lost`` says of a form that it is not kept: it held a password or a file.
    """

    back: str
    fields: tuple[tuple[str, str], ...] | None = None
    is_lost: bool = False


def is_open(session: SessionBase, lock: AppLock, now: datetime) -> bool:
    """Return whether this session has opened the lock and was not away for too long since."""
    opened = session.get(OPENED)
    if not opened or opened[0] != lock.set_at.timestamp():
        return False
    return 0 <= now.timestamp() - opened[1] < lock.idle_minutes * 60


def keep_open(session: SessionBase, lock: AppLock, now: datetime) -> None:
    """Note that the person is here."""
    session[OPENED] = [lock.set_at.timestamp(), now.timestamp()]


def shut(session: SessionBase) -> None:
    """Lock this session."""
    session.pop(OPENED, None)


def locked_page(request: HttpRequest, lock: AppLock, form: UnlockForm, held: Held) -> HttpResponse:
    """Return the page that asks for the PIN, with what is open beside it."""
    context = {"form": form, "held": held, "lock": lock, "evening": clock.tonight(own_diary(request))}
    return render(request, "accounts/locked.html", context, status=LOCKED)


def held_by(request: HttpRequest) -> Held:
    """Return what the lock holds back of a request."""
    if request.method != "POST":
        return Held(request.get_full_path())
    if request.FILES or any(map(_is_secret, request.POST)):
        return Held(_where_it_stood(request), is_lost=True)
    return Held(request.get_full_path(), _fields(request))


def held_still(request: HttpRequest) -> Held:
    """Return what the form that brings the PIN holds back since before."""
    back = request.POST.get("lock_back", "/")
    if not back.startswith("/") or not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = "/"
    what = request.POST.get("lock_held")
    return Held(back, _fields(request) if what == "form" else None, is_lost=what == "lost")


def _where_it_stood(request: HttpRequest) -> str:
    referrer = urlsplit(request.headers.get("Referer", ""))
    is_ours = referrer.netloc == request.get_host()
    return urlunsplit(("", "", referrer.path, referrer.query, "")) if is_ours else "/"


def _is_secret(name: str) -> bool:
    own = name.rpartition("-")[2]  # without the prefix of a form that stands beside another
    return own in SECRET_FIELDS or own.startswith(OWN_FIELDS)


def _fields(request: HttpRequest) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken" and not _is_secret(name)
        for value in values
    )


class LockedPages:
    """Ask for the PIN before any page that is not open to everybody on a paired device."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on. Of a quick note that is refused nothing is shown; that the disk is full, is."""
        answer = self.get_response(request)
        lock: AppLock | None = getattr(request, "hidden_by", None)
        if lock is None or answer.has_header("Location") or answer.status_code >= SERVER_FAULT:
            return answer
        return locked_page(request, lock, UnlockForm(), held_by(request))

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: list[object], kwargs: object
    ) -> HttpResponse | None:
        """Return the locked page, or None to show the page that was asked for."""
        match = request.resolver_match
        lock = queries.app_lock()
        if lock is None or match is None:
            return None
        now = timezone.now()
        if is_open(request.session, lock, now):
            seen_before_seconds = now.timestamp() - request.session[OPENED][1]
            if seen_before_seconds >= NOTE_SEEN_EVERY_SECONDS and match.view_name not in ASKED_BY_ITSELF:
                keep_open(request.session, lock, now)
            if not is_open_page(match):
                request.lock_minutes = lock.idle_minutes  # type: ignore[attr-defined]  # for the page's own watch
            return None
        if request.path.startswith(API_PATH):
            return None if _is_open_call(request) else _locked_call()
        if request.path.startswith(OPEN_BELOW):
            return None  # made for somebody without the PIN: a doctor, a calendar
        if is_open_page(match) and _is_of_now(match, now):
            if _may_show_more(match):
                request.hidden_by = lock  # type: ignore[attr-defined]
            return None
        if request.method == "GET" and request.headers.get("HX-Request"):
            return _reload()  # a part of a page has no room for the lock
        return locked_page(request, lock, UnlockForm(), held_by(request))


def is_open_page(match: ResolverMatch) -> bool:
    """Return whether a page is open while the app is locked."""
    return match.view_name in OPEN_PAGES or bool(OPEN_ROOMS.intersection(match.namespaces))


def _is_of_now(match: ResolverMatch, now: datetime) -> bool:
    episode_id = match.kwargs.get("episode_id")
    if episode_id is None:
        return True
    since = now - (SLIP if match.view_name == TAKES_BACK else THIS_NIGHT)
    return Episode.objects.filter(pk=episode_id, started_at__gte=since).exists()


def _may_show_more(match: ResolverMatch) -> bool:
    # The diary's own quick notes answer with the first page when something is wrong with them.
    return "diary" in match.namespaces


def _is_open_call(request: HttpRequest) -> bool:
    has_token = request.headers.get("Authorization", "").startswith("Bearer ")  # a wrong one is refused there
    match = request.resolver_match
    return has_token or (match is not None and (request.method, match.view_name) == OPEN_CALL)


def _reload() -> HttpResponse:
    return HttpResponse(status=LOCKED, headers={"HX-Refresh": "true"})


def _locked_call() -> HttpResponse:
    return HttpResponse(
        "The app is locked. Unlock it, or send a token.\n", status=LOCKED, content_type="text/plain"
    )
