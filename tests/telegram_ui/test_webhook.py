"""The answers of ``POST /tg/webhook``, one by one."""

import io
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiogram.types import Update
from django.db import connection
from django.test import Client, override_settings

from booking_site.embedded_redis import server_command
from booking_site.lib import redis_client
from booking_site.supervisor.ports import free_port
from bookings.models import User
from bookings.services.users import register_telegram_user
from bookings.signals import announce_user_changed
from celery_app import app as celery
from telegram_ui import mailbox
from telegram_ui.gateway.identity import forget
from telegram_ui.webhook import BODY_LIMIT, answer
from tests.telegram_ui.builders import message, person, text_update
from tests.telegram_ui.update_kinds import UPDATES
from tests.timing import quickest

pytestmark = pytest.mark.django_db

SECRET = "the-secret_of-the-tests"


def raw_client() -> Any:
    return redis_client.raw_client()


@pytest.fixture(autouse=True)
def secret() -> Any:
    with override_settings(TELEGRAM_WEBHOOK_SECRET=SECRET):
        yield


def post(client: Client, body: Any, *, secret: str | None = SECRET) -> int:
    raw = body if isinstance(body, bytes) else orjson.dumps(body)
    headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret}
    return client.post("/tg/webhook", data=raw, content_type="application/json", headers=headers).status_code


def queued(chat: int) -> list[int]:
    return [orjson.loads(raw)["update"]["update_id"] for raw in raw_client().lrange(f"tg:updates:{chat}", 0, -1)]


def test_valid_update_is_queued_and_a_worker_is_woken(client: Client) -> None:
    assert post(client, text_update(1)) == 200
    assert queued(1001) == [1]
    (message,) = raw_client().lrange("tg:updates", 0, -1)
    assert orjson.loads(message)["headers"]["task"] == "telegram.drain_updates"


def test_body_over_the_limit_is_refused_unread(client: Client) -> None:
    body = io.BytesIO(b"x" * (BODY_LIMIT + 10))
    environ: dict[str, object] = {"REQUEST_METHOD": "POST", "CONTENT_LENGTH": str(BODY_LIMIT + 1)}
    assert answer(environ, body).status == 413
    assert body.tell() == 0


def test_body_of_undeclared_length_is_read_no_further_than_the_limit() -> None:
    body = io.BytesIO(b"x" * (BODY_LIMIT + 10))
    environ: dict[str, object] = {
        "REQUEST_METHOD": "POST",
        "HTTP_X_TELEGRAM_BOT_API_SECRET_TOKEN": SECRET,
    }
    assert answer(environ, body).status == 413
    assert body.tell() == BODY_LIMIT + 1


def test_body_of_exactly_the_limit_is_read(client: Client) -> None:
    update = text_update(1)
    padding = BODY_LIMIT - len(orjson.dumps(update))
    assert post(client, orjson.dumps(update) + b" " * padding) == 200
    assert post(client, orjson.dumps(text_update(2)) + b" " * (padding + 1)) == 413


@pytest.mark.parametrize("wrong", [None, "", "wrong", SECRET + "x", SECRET[:-1], "sécret"])
def test_wrong_or_missing_secret_is_refused(client: Client, wrong: str | None) -> None:
    assert post(client, text_update(1), secret=wrong) == 403
    assert raw_client().keys("tg:*") == []


def test_without_a_configured_secret_nothing_is_authentic(client: Client) -> None:
    with override_settings(TELEGRAM_WEBHOOK_SECRET=""):
        assert post(client, text_update(1), secret="") == 403


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"message":{}}',
        b'{"update_id":"1"}',
        b'{"update_id":1.5}',
        b'{"update_id":true}',
        b'{"update_id":null}',
        b'{"update_id":' + b"9" * 40 + b"}",
        b"[" * 100_000,
    ],
)
def test_what_is_no_update_is_a_bad_request(client: Client, body: bytes) -> None:
    assert post(client, body) == 400
    assert raw_client().keys("tg:*") == []


@pytest.mark.parametrize("method", ["get", "put", "delete", "head", "patch"])
def test_only_post_is_allowed(client: Client, method: str) -> None:
    response = getattr(client, method)("/tg/webhook")
    assert (response.status_code, response["Allow"]) == (405, "POST")


@pytest.mark.parametrize("kind", sorted(UPDATES))
def test_every_kind_of_update_is_accepted(client: Client, kind: str) -> None:
    update, chat = UPDATES[kind]
    Update.model_validate(update)  # the sample itself is what Telegram sends
    assert post(client, update) == 200
    assert queued(chat) == [update["update_id"]]


def test_the_samples_cover_every_kind_that_aiogram_knows() -> None:
    assert set(UPDATES) == set(Update.model_fields) - {"update_id"}


@pytest.mark.parametrize(
    "strange",
    [
        {"update_id": 1},
        {"update_id": 1, "kind_of_the_future": {"chat": {"id": 5, "type": "private"}, "x": 1}},
        {"update_id": 1, "message": "text"},
        {"update_id": 1, "message": {"chat": {"id": "five"}, "from": {"id": None}}},
        {"update_id": 1, "message": None},
        {"update_id": 1, "callback_query": {"id": "1", "from": [], "message": 3}},
    ],
)
def test_authentic_update_of_a_strange_shape_is_accepted(client: Client, strange: dict[str, Any]) -> None:
    assert post(client, strange) == 200


def test_duplicate_is_answered_and_changes_nothing(client: Client) -> None:
    assert [post(client, text_update(1)) for _ in range(3)] == [200, 200, 200]
    assert queued(1001) == [1]


def test_press_and_message_of_one_chat_keep_their_order_of_arrival(client: Client) -> None:
    press, _chat = UPDATES["callback_query"]
    post(client, text_update(1))
    post(client, {**press, "update_id": 2})
    post(client, text_update(3))
    assert queued(1001) == [1, 2, 3]


def known(tg_id: int = 1001, *, username: str = "") -> User:
    register_telegram_user(tg_id=tg_id, first_name="Anna", username=username, language_code="ru")
    return User.objects.get(tg_id=tg_id)


def test_known_user_is_read_once_and_is_then_known_from_the_cache(
    client: Client, django_assert_num_queries: Any
) -> None:
    user = known()
    with django_assert_num_queries(1):
        post(client, text_update(1))
    with django_assert_num_queries(0):
        post(client, text_update(2))
    for place in (0, 1):
        stored = orjson.loads(raw_client().lindex("tg:updates:1001", place))
        assert stored["user_context"]["user_id"] == user.pk


def test_stranger_is_taken_in_and_left_to_the_worker_to_register(client: Client) -> None:
    assert post(client, text_update(1)) == 200
    assert not User.objects.filter(tg_id=1001).exists()
    assert orjson.loads(raw_client().lindex("tg:updates:1001", 0))["user_context"] is None


def test_changed_username_is_left_to_the_worker_to_write_down(client: Client) -> None:
    known(username="anna_before")
    assert post(client, text_update(1)) == 200
    assert orjson.loads(raw_client().lindex("tg:updates:1001", 0))["user_context"] is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="one lock for all writers is SQLite's alone")
def test_nobody_waits_at_the_door_while_somebody_writes_to_the_database(client: Client) -> None:
    user = known(1002)
    with closing(sqlite3.connect(str(connection.settings_dict["NAME"]), isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE bookings_user SET first_name = 'Other' WHERE id = ?", [user.pk])
        started = time.monotonic()
        assert post(client, text_update(1)) == 200
        assert post(client, text_update(2, chat=1002)) == 200
        assert time.monotonic() - started < 15  # SQLite would give up waiting after 20
        writer.execute("ROLLBACK")
    assert (queued(1001), queued(1002)) == ([1], [2])


def test_user_with_an_odd_name_is_tolerated(client: Client) -> None:
    update = text_update(1)
    update["message"]["from"] |= {"first_name": "\u202e" + "Я" * 300, "username": "new_name", "last_name": None}
    assert post(client, update) == 200
    update["update_id"] = 2
    update["message"]["from"]["first_name"] = ""
    assert post(client, update) == 200


def ban() -> None:
    known()
    User.objects.filter(tg_id=1001).update(is_banned=True)
    raw_client().delete("tg:ctx:1001")


def notices() -> list[tuple[int, str | None]]:
    stored = [orjson.loads(raw) for raw in raw_client().lrange("tg:updates:1001", 0, -1)]
    return [(one["update"]["update_id"], one.get("notice")) for one in stored]


def test_banned_user_is_dropped_counted_and_told_once_a_day(client: Client) -> None:
    ban()
    assert [post(client, text_update(number)) for number in (1, 2, 3)] == [200] * 3
    assert notices() == [(1, "banned")]
    assert mailbox.counters(raw_client())["banned"] == 3


def test_every_press_of_a_banned_user_is_answered_but_no_faster_than_anybodys(client: Client) -> None:
    ban()
    with override_settings(TELEGRAM_USER_BURST=2, TELEGRAM_USER_PER_SECOND=0.001):
        for number in range(1, 6):
            query = {"id": "1", "from": person(), "chat_instance": "1", "message": message(), "data": "g:home"}
            post(client, {"update_id": number, "callback_query": query})
    assert notices() == [(1, "banned"), (2, "banned"), (3, "banned")]  # the third is the word of the day


def test_in_a_group_a_banned_user_is_told_nothing(client: Client) -> None:
    ban()
    post(client, text_update(1, chat=-5, user=1001))
    assert queued(-5) == []


def test_over_the_limit_is_answered_dropped_and_told_once(client: Client) -> None:
    with override_settings(TELEGRAM_USER_BURST=2, TELEGRAM_USER_PER_SECOND=0.001):
        assert [post(client, text_update(i)) for i in range(1, 7)] == [200] * 6
    stored = [orjson.loads(raw) for raw in raw_client().lrange("tg:updates:1001", 0, -1)]
    assert [(one["update"]["update_id"], one.get("notice")) for one in stored] == [
        (1, None),
        (2, None),
        (3, "slow_down"),
    ]


def test_changed_role_is_known_with_the_next_update(
    client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    known()
    post(client, text_update(1))
    with django_capture_on_commit_callbacks(execute=True):
        User.objects.filter(tg_id=1001).update(role="admin")
        announce_user_changed(1001)
    post(client, text_update(2))
    stored = orjson.loads(raw_client().lindex("tg:updates:1001", 1))
    assert stored["user_context"]["role"] == "admin"


def test_context_read_just_before_a_change_is_not_cached_after_it(client: Client) -> None:
    known()
    forget(1001)  # the change
    post(client, text_update(1))  # a request that read the user before it, filling the cache after it
    assert raw_client().get("tg:ctx:1001") == b""


def test_wake_up_that_could_not_be_sent_loses_nothing(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(celery.conf, "broker_url", f"redis://127.0.0.1:{free_port()}/0")
    assert post(client, text_update(1)) == 200
    assert queued(1001) == [1]


def test_redis_that_was_restarted_is_reached_again_at_once(client: Client) -> None:
    post(client, text_update(1))
    raw_client().execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "no")
    assert post(client, text_update(2)) == 200


def test_redis_stopped_is_unavailable_within_a_second(client: Client, tmp_path: Path) -> None:
    port, answers = free_port(), list[int]()
    process = subprocess.Popen(
        server_command(port=port, folder=tmp_path, append_only=False), stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert any("Ready to accept connections" in line for line in process.stdout)
    with override_settings(REDIS_URL=f"redis://127.0.0.1:{port}/0"):
        assert post(client, text_update(1)) == 200
        process.send_signal(19)  # stopped: it accepts connections and never answers
        assert quickest(lambda: answers.append(post(client, text_update(2))), enough=1) < 1
        process.kill()
        process.communicate()
        assert quickest(lambda: answers.append(post(client, text_update(3))), enough=1) < 1
    assert set(answers) == {503}


def test_redis_that_refuses_writes_is_unavailable(client: Client) -> None:
    post(client, text_update(1))
    raw_client().config_set("maxmemory", 1)
    try:
        assert post(client, text_update(2)) == 503
    finally:
        raw_client().config_set("maxmemory", 0)
    assert post(client, text_update(2)) == 200
    assert queued(1001) == [1, 2]


def test_no_csrf_token_is_asked_for() -> None:
    assert post(Client(enforce_csrf_checks=True), text_update(1)) == 200
