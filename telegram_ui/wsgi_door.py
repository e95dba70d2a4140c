"""The webhook's short way in: past Django, which would cost as much again as all that the update needs."""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

import structlog

from telegram_ui.webhook import PATH, Answer, answer

log = structlog.get_logger(__name__)

StartResponse = Callable[[str, list[tuple[str, str]]], Any]
#: A WSGI application; Django's own stubs call its answer by another name than an iterable of bytes.
Application = Callable[[dict[str, Any], Any], Any]


class WebhookDoor:
    """A WSGI application: answers ``POST /tg/webhook`` itself and leaves everything else to ``site``.

    The answers are those of the Django view, which stays for servers that are not started through it.
    """

    def __init__(self, site: Application) -> None:
        self._site = site

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO") != PATH or environ["REQUEST_METHOD"] != "POST":
            passed_on: Iterable[bytes] = self._site(environ, start_response)
            return passed_on
        given = _answer(environ)
        body = given.reason.encode()
        start_response(
            f"{given.status.value} {given.status.phrase}",
            [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))],
        )
        return [body]


def _answer(environ: dict[str, Any]) -> Answer:
    try:
        return answer(environ, environ["wsgi.input"])
    except Exception:  # a mistake of ours: Telegram is told to offer the update again
        log.exception("webhook_broke")
        return Answer(HTTPStatus.INTERNAL_SERVER_ERROR)
