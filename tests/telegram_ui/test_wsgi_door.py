"""The webhook as the web process serves it: the same answers as the Django view, without Django around them."""

import io
from collections.abc import Iterable
from typing import Any

import orjson
import pytest
from django.test import override_settings

from booking_site.lib.redis_client import raw_client
from telegram_ui import wsgi_door
from telegram_ui.webhook import BODY_LIMIT, PATH
from telegram_ui.wsgi_door import StartResponse, WebhookDoor
from tests.telegram_ui.builders import text_update

pytestmark = pytest.mark.django_db

SECRET = "the-secret_of-the-tests"


@pytest.fixture(autouse=True)
def configured() -> Any:
    with override_settings(TELEGRAM_WEBHOOK_SECRET=SECRET):
        yield


def site(_environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    start_response("299 The Site", [])
    return [b"site"]


def ask(body: bytes = b"", *, path: str = PATH, method: str = "POST", secret: str = SECRET) -> int:
    environ = {
        "REQUEST_METHOD": method, "PATH_INFO": path, "CONTENT_LENGTH": str(len(body)),
        "HTTP_X_TELEGRAM_BOT_API_SECRET_TOKEN": secret, "wsgi.input": io.BytesIO(body),
    }  # fmt: skip
    said: list[str] = []

    def start_response(status: str, headers: list[tuple[str, str]]) -> None:
        said.append(status)
        length.extend(int(value) for name, value in headers if name == "Content-Length")

    length: list[int] = []
    answer = b"".join(WebhookDoor(site)(environ, start_response))
    assert length in ([len(answer)], [])
    return int(said[0].split()[0])


def test_update_of_a_stranger_is_taken_in() -> None:
    assert ask(orjson.dumps(text_update(1))) == 200
    (envelope,) = raw_client().lrange("tg:updates:1001", 0, -1)
    assert orjson.loads(envelope)["user_context"] is None  # the worker registers them


@pytest.mark.parametrize(
    ("body", "secret", "status"),
    [
        (b"{}", "wrong", 403),
        (b"{}", "", 403),
        (b"{", SECRET, 400),
        (b"[]", SECRET, 400),
        (b"x" * (BODY_LIMIT + 1), SECRET, 413),
    ],
    ids=["wrong secret", "no secret", "broken JSON", "no object", "over the limit"],
)
def test_refusals_are_those_of_the_view(body: bytes, secret: str, status: int) -> None:
    assert ask(body, secret=secret) == status


@pytest.mark.parametrize(("path", "method"), [("/", "POST"), ("/tg/webhook/", "POST"), (PATH, "GET")])
def test_everything_else_is_the_sites(path: str, method: str) -> None:
    assert ask(path=path, method=method) == 299


def test_a_mistake_of_ours_asks_telegram_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: Any) -> Any:
        raise LookupError("a mistake")

    monkeypatch.setattr(wsgi_door, "answer", broken)
    assert ask(b"{}") == 500
