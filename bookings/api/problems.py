"""Refusals as problem documents (RFC 9457): one table of codes, one way to answer with them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from ninja import Schema
from ninja.errors import HttpError, ValidationError
from pydantic import Field
from redis import RedisError

from booking_site.lib.trace import current_trace_id
from bookings.api.times import Moment, moment
from bookings.api.values import as_json
from bookings.exceptions import BookingError, Busy, NotAllowed, NotFound, SlotTaken
from bookings.services.resources.refusals import InvalidFields

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"
#: Where the description of a code is found; the rest of the path is the code.
TYPE_PREFIX = "/api/v1/problems/"
#: After how many seconds trying again makes sense where the database was too busy.
BUSY_RETRY_SECONDS = 1


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem. ``title`` is for developers, in English; programs go by the code."""

    status: HTTPStatus
    title: str


KINDS: Mapping[str, Kind] = {
    "bad_request": Kind(HTTPStatus.BAD_REQUEST, "The request is not understood at all"),
    "invalid_request": Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "A parameter is missing or has a wrong form"),
    "range_too_long": Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "The range has more days than one answer gives"),
    "range_reversed": Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "The range ends before it begins"),
    "hours_reversed": Kind(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "The hours end before they begin; over_midnight says that the next day is meant",
    ),
    "path_not_found": Kind(HTTPStatus.NOT_FOUND, "There is nothing at this address"),
    "method_not_allowed": Kind(HTTPStatus.METHOD_NOT_ALLOWED, "The address does not know this method"),
    "rate_limited": Kind(HTTPStatus.TOO_MANY_REQUESTS, "Too many requests; wait as Retry-After says"),
    "internal_error": Kind(HTTPStatus.INTERNAL_SERVER_ERROR, "Something broke here; the trace id finds it"),
    "refused": Kind(HTTPStatus.CONFLICT, "A rule of the business does not allow it"),
    "not_found": Kind(HTTPStatus.NOT_FOUND, "It does not exist, or not for you"),
    "not_allowed": Kind(HTTPStatus.FORBIDDEN, "You may not do this"),
    "unauthenticated": Kind(HTTPStatus.UNAUTHORIZED, "Credentials are missing, or not valid (any more)"),
    "insufficient_scope": Kind(HTTPStatus.FORBIDDEN, "The API key has not the scope for this"),
    "csrf_failed": Kind(HTTPStatus.FORBIDDEN, "With a session, X-CSRFToken must hold the value of its cookie"),
    "banned": Kind(HTTPStatus.FORBIDDEN, "The person is banned"),
    "service_unavailable": Kind(
        HTTPStatus.UNPROCESSABLE_ENTITY, "The service, specialist or location is gone, or they do not go together"
    ),
    "slot_taken": Kind(HTTPStatus.CONFLICT, "The time was free and has been taken; see alternatives"),
    "slot_unavailable": Kind(HTTPStatus.CONFLICT, "The time is not on offer; see alternatives"),
    "too_late": Kind(HTTPStatus.CONFLICT, "It is too close to the visit for that"),
    "too_early": Kind(HTTPStatus.CONFLICT, "The visit has not begun yet"),
    "outcome_settled": Kind(HTTPStatus.CONFLICT, "How the visit went stays as it was noted"),
    "wrong_status": Kind(HTTPStatus.CONFLICT, "The booking's status does not allow it"),
    "stale_version": Kind(HTTPStatus.CONFLICT, "It has changed since you read it"),
    "too_many_bookings": Kind(HTTPStatus.CONFLICT, "The client has as many open bookings as are allowed"),
    "idempotency_conflict": Kind(HTTPStatus.CONFLICT, "The idempotency key came before with other content"),
    "invalid_value": Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "A value is out of its range; see details.field"),
    "promotion_refused": Kind(HTTPStatus.CONFLICT, "The promotion code does not apply; see details.reason"),
    "offer_over": Kind(HTTPStatus.CONFLICT, "The waitlist's offer was answered or has run out"),
    "already_waiting": Kind(HTTPStatus.CONFLICT, "The client is on the waitlist for that, or for enough else"),
    "already_reviewed": Kind(HTTPStatus.CONFLICT, "The visit was reviewed before"),
    "series_conflict": Kind(HTTPStatus.CONFLICT, "Some dates of the series are not free; see details.conflicts"),
    "invite_refused": Kind(HTTPStatus.CONFLICT, "The invitation lets this person in nowhere; see details.reason"),
    "session_begun": Kind(HTTPStatus.CONFLICT, "The group session has begun"),
    "invalid_contact": Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "The name or phone number cannot be one"),
    "invalid_address": Kind(
        HTTPStatus.UNPROCESSABLE_ENTITY, "No e-mail address or Telegram username, or codes do not go there"
    ),
    "invalid_code": Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "The code is wrong, used, or too old"),
    "too_many_codes": Kind(HTTPStatus.TOO_MANY_REQUESTS, "Too many codes; wait as Retry-After says"),
    "invalid_text": Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "The text is empty or too long"),
    "invalid_fields": Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "Fields have values that cannot be; see errors"),
    "in_use": Kind(HTTPStatus.CONFLICT, "Other rows need it, so it cannot be deleted"),
    "row_changed": Kind(HTTPStatus.CONFLICT, "The row has changed since it was read"),
    "letter_settled": Kind(HTTPStatus.CONFLICT, "The dead letter was requeued or discarded before"),
    "cannot_requeue": Kind(HTTPStatus.CONFLICT, "Nobody takes this work back; see detail"),
    "wrong_campaign_status": Kind(
        HTTPStatus.CONFLICT, "The campaign's status does not allow it; see details.status"
    ),
    "nobody_to_tell": Kind(HTTPStatus.CONFLICT, "Nobody fits the audience, or the caller cannot be reached"),
    "precondition_failed": Kind(HTTPStatus.PRECONDITION_FAILED, "It is not what If-Match says any more"),
    "busy": Kind(HTTPStatus.SERVICE_UNAVAILABLE, "Too busy; nothing was written, try again"),
}

#: Web servers hand on nothing of a header that has other characters: of its length and form nothing would be told.
_PLAINER = {("header", "Idempotency-Key"): "1 to 200 visible ASCII characters"}
#: What a status means that was given before any resource was asked.
_BY_STATUS = {404: "path_not_found", 405: "method_not_allowed"}


class FieldError(Schema):
    """One thing that is wrong with the request."""

    location: str = Field(alias="in", description="query, path, header or body")
    name: str = Field(
        description="The parameter, or the place in the body with dots: items.0.service_id; empty: several of them"
    )
    detail: str


class Problem(Schema):
    """Why a request was refused (RFC 9457). Programs go by `code`, people read `title` and `detail`."""

    type: str = Field(description="Address of the code's description", examples=[TYPE_PREFIX + "not_found"])
    title: str
    status: int
    code: str = Field(description="Stable", examples=["not_found"])
    detail: str = Field(description="About this very request, in English")
    instance: str = Field(description="The path that was asked for")
    trace_id: str = Field(description="Also in X-Trace-Id: name it when you ask for help")
    details: dict[str, Any] = Field(
        default={}, description="Values that belong to the code; instants are given as everywhere"
    )
    errors: list[FieldError] = Field(
        default=[],
        description="With `invalid_request`, `invalid_fields` and whatever is about a field: what is wrong",
    )
    alternatives: list[Moment] = Field(default=[], description="With `slot_*`: other starts, nearest first")


def problem_response(
    request: HttpRequest, code: str, detail: str = "", *, headers: Mapping[str, str] | None = None, **more: object
) -> HttpResponse:
    """A problem document. ``code`` is one of ``KINDS``; ``more`` are members of their own (RFC 9457, 3.2)."""
    kind = KINDS[code]
    document = {
        "type": TYPE_PREFIX + code,
        "title": kind.title,
        "status": kind.status.value,
        "code": code,
        "detail": detail or kind.title,
        "instance": request.path,
        "trace_id": current_trace_id(),
        **more,
    }
    body = as_json(document)
    response = HttpResponse(body, status=kind.status, content_type=MEDIA_TYPE)
    for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
        response[name] = value
    return response


def from_status(request: HttpRequest, status: int) -> HttpResponse:
    """For refusals of the framework, which have no code of their own."""
    return problem_response(request, _code_of(status))


def _code_of(status: int) -> str:
    return _BY_STATUS.get(status, "bad_request" if status < HTTPStatus.INTERNAL_SERVER_ERROR else "internal_error")


def on_booking_error(request: HttpRequest, error: BookingError) -> HttpResponse:
    more: dict[str, object] = {"details": _told(error.details, error.zone)} if error.details else {}
    if isinstance(error, SlotTaken):
        more["alternatives"] = _told(error.alternatives, error.zone)
    if isinstance(error, InvalidFields):
        more["errors"] = [
            {"in": "body", "name": name, "detail": sentence}
            for name, sentences in error.errors.items()
            for sentence in sentences
        ]
    said = str(error) if str(error) != error.code else ""
    field = error.details.get("field")
    if isinstance(field, str) and KINDS[error.code].status == HTTPStatus.UNPROCESSABLE_ENTITY:
        source = "query" if request.method == "GET" else "body"
        more["errors"] = [{"in": source, "name": field, "detail": said or KINDS[error.code].title}]
    if isinstance(error, NotFound | NotAllowed) and not said[:1].isupper():
        # A word for developers. That for what was looked for first, "client" where somebody else's booking was asked
        # for, would even tell that there is one. What may be told is a sentence.
        said = ""
    wait = BUSY_RETRY_SECONDS if error.code == "busy" else error.details.get("retry_after")
    headers = None if wait is None else {"Retry-After": str(wait)}
    return problem_response(request, error.code, said, headers=headers, **more)


def _told(value: object, zone: str) -> object:
    """With every instant in it given as everywhere in the API."""
    match value:
        case datetime():
            return vars(moment(value, zone))
        case dict():
            return {name: _told(one, zone) for name, one in value.items()}
        case list() | tuple():
            return [_told(one, zone) for one in value]
    return value


def on_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    """A body that is no JSON, and the like."""
    return problem_response(request, _code_of(error.status_code), str(error))


def on_redis_error(request: HttpRequest, error: RedisError) -> HttpResponse:
    log.warning("redis_needed_and_unreachable", error=str(error), path=request.path)
    return on_booking_error(request, Busy("A part of the service that this needs is away; nothing was written"))


def on_validation_error(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = [_field_error(found) for found in error.errors]
    said = "; ".join(f"{one['name']}: {one['detail']}" for one in errors)
    return problem_response(request, "invalid_request", said, errors=errors)


def _field_error(found: Mapping[str, Any]) -> dict[str, str]:
    source, *path = found["loc"]
    # The first name is that of the function's parameter, of which nobody knows.
    if source == "body" and len(path) == 1:
        path = ["body"]  # all of it: missing, or no object
    if source in ("query", "body") and len(path) > 1 and isinstance(path[1], str):
        path = path[1:]
    name, said = ".".join(map(str, path)), str(found["msg"]).removeprefix("Value error, ")
    return {"in": str(source), "name": name, "detail": _PLAINER.get((str(source), name), said)}
