"""Updates that are fetched reach the same mailboxes as those that are delivered, and none is confirmed too early."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import orjson
import pytest
import pytest_asyncio
import redis
from django.conf import settings
from django.test import override_settings

from booking_site.lib.redis_client import client, raw_client
from telegram_ui import polling
from telegram_ui.gateway.intake import take_in
from telegram_ui.mailbox import Verdict
from telegram_ui.playground import acts
from telegram_ui.playground.server import PlaygroundServer
from telegram_ui.playground.webhook import WebhookConfig
from telegram_ui.playground.world import Person
from tests.telegram_ui.builders import context

ANNA = Person(1001, "Anna", language_code="ru")


@pytest_asyncio.fixture
async def playground() -> AsyncIterator[PlaygroundServer]:
    client().set(f"tg:ctx:{ANNA.id}", context(ANNA.id).to_json())  # known: no database is asked
    async with PlaygroundServer(settings.TELEGRAM_BOT_TOKEN, people=(ANNA,), pause_unit=0.001) as server:
        with override_settings(TELEGRAM_API_URL=server.url):
            yield server


def say(playground: PlaygroundServer, text: str) -> int:
    update = acts.say(playground.api, acts.place(playground.api, ANNA.id), text)
    return int(update["update_id"])


def mail() -> list[str]:
    return [
        orjson.loads(raw)["update"]["message"]["text"] for raw in raw_client().lrange("tg:updates:1001", 0, -1)
    ]


@asynccontextmanager
async def polled() -> AsyncIterator[None]:
    stop = asyncio.Event()
    running = asyncio.create_task(polling.poll(stop, allowed_updates=["message"]))
    yield
    stop.set()
    async with asyncio.timeout(15):  # though a request may be held open for 25 s
        await running


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(60):
        while not await condition():  # noqa: ASYNC110 - Redis and the Bot API tell only when asked
            await asyncio.sleep(0.01)


async def until_mail(*texts: str) -> None:
    async def there() -> bool:
        return await asyncio.to_thread(mail) == list(texts)

    await until(there)


async def test_what_was_said_before_and_while_polling_is_in_the_mailbox_in_order(
    playground: PlaygroundServer,
) -> None:
    say(playground, "one")
    async with polled():
        await until_mail("one")
        say(playground, "two")
        await until_mail("one", "two")


async def test_nothing_is_fetched_twice(playground: PlaygroundServer) -> None:
    say(playground, "one")
    async with polled():
        await until_mail("one")
        say(playground, "two")
        await until_mail("one", "two")
    async with polled():
        say(playground, "three")
        await until_mail("one", "two", "three")


async def test_an_update_that_no_mailbox_took_is_fetched_again(
    playground: PlaygroundServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[bytes] = []

    def at_first_without_redis(raw: bytes) -> Verdict:
        tries.append(raw)
        if len(tries) == 1:
            raise redis.ConnectionError("away")
        return take_in(raw)

    monkeypatch.setattr(polling, "take_in", at_first_without_redis)
    monkeypatch.setattr(polling, "_PAUSES", (0.01,))
    say(playground, "one")
    async with polled():
        await until_mail("one")
    assert len(tries) == 2
    assert tries[0] == tries[1]


async def test_a_webhook_that_is_still_set_only_delays_it(
    playground: PlaygroundServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "_PAUSES", (0.01,))
    await playground.api.webhook.set(WebhookConfig("http://127.0.0.1:9/", "", 1, None))

    async def refused() -> bool:
        return playground.calls.counts["getUpdates", 409] > 1

    async with polled():
        await until(refused)
        await playground.api.webhook.set(None)
        say(playground, "one")
        await until_mail("one")


async def test_an_unknown_token_ends_it(playground: PlaygroundServer) -> None:
    with override_settings(TELEGRAM_BOT_TOKEN="1:nobody"), pytest.raises(polling.NoSuchBot):
        await polling.poll(asyncio.Event(), allowed_updates=[])
