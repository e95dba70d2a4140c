"""What every answer under ``/api/`` has in common, also where no resource was reached."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags

from booking_site.lib.trace import bound_trace, current_trace_id, new_trace_id
from bookings.api import access, authentication, caller, limits, problems
from bookings.api.etags import etag_of, matches
from bookings.exceptions import BookingError

PREFIX = "/api/"
GetResponse = Callable[[HttpRequest], HttpResponse]


class ApiMiddleware:
    """Trace id, ETag, HEAD, and a problem document for every refusal, of whatever layer.

    Stands before everything that may refuse a request, so that no page in HTML reaches a program.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        trace_id = new_trace_id()
        with bound_trace(trace_id):
            response = self._answer(request)
        response["X-Trace-Id"] = trace_id
        for name, value in limits.headers_of(request).items():
            response[name] = value
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        head = request.method == "HEAD"
        if head:  # the same as GET, and the resources need not know
            request.method = "GET"
        response = _with_etag(request, _as_problem(request, self.get_response(request)))
        if head:
            response["Content-Length"] = str(len(response.content))
            response.content = b""
        return response


class CallerMiddleware:
    """Finds out who calls, and counts the request; stands where the session is known, before any resource.

    Who presents credentials that are no good is counted as the address they come from.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        refusal: BookingError | None = None
        try:
            who = authentication.identify(request)
        except BookingError as error:
            who, refusal = caller.nobody(current_trace_id()), error
        if not limits.take_one(request, who):
            return problems.problem_response(request, "rate_limited")
        if refusal is not None:
            response = problems.on_booking_error(request, refusal)
            if response.status_code == HTTPStatus.UNAUTHORIZED:
                response["WWW-Authenticate"] = f'{access.CHALLENGE}, error="invalid_token"'
            return response
        caller.put(request, who)
        return self.get_response(request)


def _as_problem(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if response.status_code < HTTPStatus.BAD_REQUEST or response.get("Content-Type") == problems.MEDIA_TYPE:
        return response
    problem = problems.from_status(request, response.status_code)
    for name in ("Content-Type", "Content-Length", "Content-Security-Policy"):  # of the page it would have been
        del response[name]
    for name, value in response.items():
        problem[name] = value
    return problem


def _with_etag(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Answers may be kept but must be asked about before each use: a slot can go any second."""
    if response.get("Content-Type", "").startswith("text/html"):
        return response
    # The same in every language, whatever the site's pages are.
    for name in ("Content-Language", "Vary"):
        del response[name]
    etag = etag_of(response.content)
    if response.has_header("ETag"):  # the resource's own version: it comes first, for If-Match
        etag = response["ETag"] = f"{response['ETag'][:-1]}-{etag[1:]}"
    if response.status_code != HTTPStatus.OK:
        response["Cache-Control"] = "no-store"
        return response
    if request.method == "GET" and matches(etag, parse_etags(request.headers.get("If-None-Match", ""))):
        response = HttpResponseNotModified()
    if response.get("Cache-Control") != "no-store":  # what is told once, the resource keeps out of every store
        response["Cache-Control"] = "no-cache" if caller.is_nobody(request) else "private, no-cache"
    response["ETag"] = etag
    return response
