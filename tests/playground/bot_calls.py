"""Calls of a bot without aiogram, for tests that are not asynchronous."""

import http.client
from typing import Any
from urllib.parse import urlsplit

import orjson

from telegram_ui.playground.threaded import PlaygroundThread
from tests.playground.conftest import TOKEN


def raw(
    thread: PlaygroundThread, method: str, path: str, body: bytes | None = None, **headers: str
) -> tuple[int, bytes, dict[str, str]]:
    connection = http.client.HTTPConnection(urlsplit(thread.url).netloc, timeout=60)
    connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    response = connection.getresponse()
    answer = response.status, response.read(), dict(response.getheaders())
    connection.close()
    return answer


def call(thread: PlaygroundThread, method: str, **params: Any) -> Any:
    """A call of the bot."""
    status, body, _headers = raw(
        thread, "POST", f"/bot{TOKEN}/{method}", orjson.dumps(params), Content_Type="application/json"
    )
    answer = orjson.loads(body)
    assert status == 200, answer
    return answer["result"]


def updates(thread: PlaygroundThread, offset: int = 0) -> list[dict[str, Any]]:
    return list(call(thread, "getUpdates", offset=offset))
