"""The interface as a whole: its doors, its description, and a plain answer to whatever goes wrong."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from quietlegs.core.base.errors import Problem, QuietlegsError
from quietlegs.version import __version__
from quietlegs.web.api import entries, operations
from quietlegs.web.api.access import OwnPages, TokenAuth
from quietlegs.web.diary.checks import NightRefusedError
from quietlegs.web.shell.core_messages import in_language
from quietlegs.web.store import store_fault

api = NinjaAPI(
    title="Quietlegs",
    version=__version__,
    description="A night diary. Times carry their offset; a name that is missing was not answered.",
    docs_url=None,  # the page it would serve loads scripts of other hosts
    auth=[TokenAuth(), OwnPages()],
    urls_namespace="api-v1",
)
api.add_router("", operations.router)
api.add_router("", entries.router)


def _in_english(response: HttpResponse) -> HttpResponse:
    """Say that words for programs are English, whoever asks: a page for people does not show them in another language."""
    response["Content-Language"] = "en"
    return response


def _problems(request: HttpRequest, problems: list[Mapping[str, Any]], status: int = 422) -> HttpResponse:
    return api.create_response(request, {"problems": problems}, status=status)


def _plain(problem: Problem) -> dict[str, Any]:
    return {"where": problem.column, "what": in_language(problem.what), "mend": in_language(problem.mend)}


@api.exception_handler(NightRefusedError)
def _night_refused(request: HttpRequest, error: NightRefusedError) -> HttpResponse:
    return _problems(request, [_plain(problem) for problem in error.problems])


@api.exception_handler(QuietlegsError)
def _refused(request: HttpRequest, error: QuietlegsError) -> HttpResponse:
    return _problems(request, [{"where": None, "what": in_language(error), "mend": ""}])


@api.exception_handler(ValidationError)
def _not_as_described(request: HttpRequest, error: ValidationError) -> HttpResponse:
    # What was sent is not repeated: it is the person's, and may be anything.
    problems = [
        {
            "where": ".".join(str(step) for step in fault["loc"][1:] if step != "given"),
            "what": fault["msg"],
            "mend": "",
        }
        for fault in error.errors
    ]
    return _in_english(_problems(request, problems))


@api.exception_handler(HttpError)
def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    if error.status_code == 400:
        problem = {"where": None, "what": "The body is not JSON.", "mend": "Send one JSON object."}
        return _in_english(_problems(request, [problem], 400))
    return _in_english(api.create_response(request, {"detail": str(error)}, status=error.status_code))


@api.exception_handler(AuthenticationError)
def _stranger(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    response = api.create_response(
        request,
        {"detail": "Send a token: Authorization: Bearer TOKEN. Make one with: quietlegs token NAME."},
        status=401,
    )
    response["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(Http404)
def _not_there(request: HttpRequest, error: Http404) -> HttpResponse:
    return api.create_response(request, {"detail": "There is nothing here."}, status=404)


@api.exception_handler(Exception)
def _store_failed(request: HttpRequest, error: Exception) -> HttpResponse:
    fault = store_fault(error)
    if fault is None:
        raise error
    return api.create_response(request, {"detail": f"{fault.what} {fault.mend}"}, status=fault.status)
