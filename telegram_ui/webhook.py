"""``POST /tg/webhook``: Telegram hands over an update, and gets its answer from one look into Redis."""

import hmac
from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol

import redis
import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from telegram_ui.gateway.intake import NotAnUpdate, take_in

log = structlog.get_logger(__name__)

PATH = "/tg/webhook"
BODY_LIMIT = 1024 * 1024
_SECRET_HEADER = "HTTP_X_TELEGRAM_BOT_API_SECRET_TOKEN"  # noqa: S105 - the name of a header


class Body(Protocol):
    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Answer:
    status: HTTPStatus
    reason: str = ""


_OK = Answer(HTTPStatus.OK)


def answer(environ: dict[str, object], body: Body) -> Answer:
    """Decide about one request from its WSGI ``environ``. Reads no more of ``body`` than the limit and one byte."""
    if environ["REQUEST_METHOD"] != "POST":
        return Answer(HTTPStatus.METHOD_NOT_ALLOWED, "POST only")
    declared = str(environ.get("CONTENT_LENGTH") or "")
    if declared and not declared.isdecimal():
        return Answer(HTTPStatus.BAD_REQUEST, "Content-Length is not a number")
    if declared and int(declared) > BODY_LIMIT:
        return Answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "over 1 MiB")
    if not _authentic(str(environ.get(_SECRET_HEADER) or "")):
        return Answer(HTTPStatus.FORBIDDEN, "wrong secret token")
    raw = body.read(int(declared) if declared else BODY_LIMIT + 1)
    if len(raw) > BODY_LIMIT:
        return Answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "over 1 MiB")
    try:
        take_in(raw)
    except NotAnUpdate as error:
        return Answer(HTTPStatus.BAD_REQUEST, str(error))
    except redis.RedisError as error:
        log.warning("webhook_without_redis", error=str(error))
        return Answer(HTTPStatus.SERVICE_UNAVAILABLE, "try again")
    return _OK


def _authentic(given: str) -> bool:
    expected = settings.TELEGRAM_WEBHOOK_SECRET
    return bool(expected) and hmac.compare_digest(given.encode("latin-1", "replace"), expected.encode())


@csrf_exempt
def webhook(request: HttpRequest) -> HttpResponse:
    """The same as a Django view."""
    given = answer(request.META, request)
    response = HttpResponse(given.reason, status=given.status, content_type="text/plain; charset=utf-8")
    if given.status is HTTPStatus.METHOD_NOT_ALLOWED:
        response["Allow"] = "POST"
    return response
