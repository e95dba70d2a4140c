"""How updates reach the bot: webhook with order, redelivery and expiry, or long polling."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramConflictError
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from aiohttp import web

from telegram_ui.playground import acts
from telegram_ui.playground.server import PlaygroundServer
from tests.playground.conftest import ANNA, JAMES, until

KEYS = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Yes", callback_data="yes")]])


class Receiver:
    """A webhook whose answers a test decides; ``arrived`` holds (update, secret) in order of arrival."""

    def __init__(self) -> None:
        self.arrived: list[tuple[dict[str, Any], str | None]] = []
        self.answer: Callable[[dict[str, Any]], Awaitable[int]] = self.accept
        self._news = asyncio.Condition()
        self.url = ""

    async def accept(self, _update: dict[str, Any]) -> int:
        return 200

    async def handle(self, request: web.Request) -> web.Response:
        update = await request.json()
        async with self._news:
            self.arrived.append((update, request.headers.get("X-Telegram-Bot-Api-Secret-Token")))
            self._news.notify_all()
        return web.Response(status=await self.answer(update))

    async def wait(self, count: int) -> list[dict[str, Any]]:
        async with asyncio.timeout(60), self._news:
            await self._news.wait_for(lambda: len(self.arrived) >= count)
        return [update for update, _secret in self.arrived]


@pytest_asyncio.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/hook", receiver.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield receiver
    await runner.cleanup()


def say(playground: PlaygroundServer, user_id: int, text: str) -> int:
    update_id = acts.say(playground.api, acts.place(playground.api, user_id), text)["update_id"]
    assert isinstance(update_id, int)
    return update_id


def texts(updates: list[dict[str, Any]]) -> list[str]:
    return [update["message"]["text"] for update in updates]


async def settled(bot: Bot) -> None:
    """Wait until nothing is pending any more."""

    async def nothing_pending() -> bool:
        return (await bot.get_webhook_info()).pending_update_count == 0

    await until(nothing_pending)


async def polling(playground: PlaygroundServer) -> None:
    """Wait until a getUpdates waits."""

    async def waits() -> bool:
        return playground.api.polling.waiting

    await until(waits)


async def test_updates_come_with_the_secret(bot: Bot, playground: PlaygroundServer, receiver: Receiver) -> None:
    await bot.set_webhook(receiver.url, secret_token="s3cret_-")
    update_id = say(playground, ANNA.id, "/start deep")
    (update,) = await receiver.wait(1)
    assert receiver.arrived[0][1] == "s3cret_-"
    assert update["update_id"] == update_id
    assert update["message"]["text"] == "/start deep"
    assert update["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"url": "nonsense"}, "bad webhook: an HTTPS URL must be provided for webhook"),
        ({"url": "http://a/", "secret_token": "sp ace"}, "secret token contains unallowed characters"),
        ({"url": "http://a/", "max_connections": 101}, "max_connections must be between 1 and 100"),
    ],
)
async def test_a_bad_webhook_is_refused(bot: Bot, given: dict[str, Any], reason: str) -> None:
    with pytest.raises(TelegramBadRequest, match=reason):
        await bot.set_webhook(**given)


async def test_a_refused_update_comes_again_unchanged_and_before_its_successors(
    bot: Bot, playground: PlaygroundServer, receiver: Receiver
) -> None:
    refusals = iter([500, 503, 500, 404])

    async def answer(update: dict[str, Any]) -> int:
        return next(refusals, 200) if update["message"]["text"] == "1" else 200

    receiver.answer = answer
    await bot.set_webhook(receiver.url)
    ids = [say(playground, ANNA.id, text) for text in ("1", "2", "3")]
    updates = await receiver.wait(7)
    await settled(bot)
    assert [update["update_id"] for update in updates] == [ids[0]] * 5 + ids[1:]
    info = await bot.get_webhook_info()
    assert info.last_error_message == "Wrong response from the webhook: 404 Not Found"


async def test_one_chats_trouble_delays_no_other(
    bot: Bot, playground: PlaygroundServer, receiver: Receiver
) -> None:
    free = asyncio.Event()

    async def answer(update: dict[str, Any]) -> int:
        if update["message"]["chat"]["id"] == ANNA.id:
            await free.wait()
        return 200

    receiver.answer = answer
    await bot.set_webhook(receiver.url)
    say(playground, ANNA.id, "slow")
    say(playground, ANNA.id, "waits")
    for number in range(3):
        say(playground, JAMES.id, str(number))
    assert texts(await receiver.wait(4)) == ["slow", "0", "1", "2"]
    free.set()
    assert texts(await receiver.wait(5))[-1] == "waits"


async def test_no_more_than_max_connections_at_once(
    bot: Bot, playground: PlaygroundServer, receiver: Receiver
) -> None:
    at_once = peak = 0

    async def answer(_update: dict[str, Any]) -> int:
        nonlocal at_once, peak
        at_once += 1
        peak = max(peak, at_once)
        await asyncio.sleep(0.005)
        at_once -= 1
        return 200

    receiver.answer = answer
    await bot.set_webhook(receiver.url, max_connections=3)
    for number in range(20):
        playground.api.updates.put("message", {"n": number}, f"chat:{number}")
    await receiver.wait(20)
    assert peak == 3


async def test_updates_wait_for_a_web_process_that_is_down(
    bot: Bot, playground: PlaygroundServer, receiver: Receiver
) -> None:
    await bot.set_webhook("http://127.0.0.1:9/")  # nobody listens there
    sent = [say(playground, ANNA.id, str(number)) for number in range(3)]

    async def failed() -> bool:
        return (await bot.get_webhook_info()).last_error_message is not None

    await until(failed)
    info = await bot.get_webhook_info()
    assert (info.pending_update_count, info.last_error_message) == (3, "Connection refused")
    await bot.set_webhook(receiver.url)
    assert [update["update_id"] for update in await receiver.wait(3)] == sent


async def test_an_update_expires_after_a_day_and_a_press_after_150_seconds(
    bot: Bot, playground: PlaygroundServer
) -> None:
    message = await bot.send_message(ANNA.id, "?", reply_markup=KEYS)
    where = acts.place(playground.api, ANNA.id)
    acts.tap(playground.api, where, message.message_id, data="yes", label=None, force=False)
    say(playground, ANNA.id, "text")
    playground.clock.advance(150)
    assert [update.event_type for update in await bot.get_updates()] == ["message"]
    playground.clock.advance(86_400)
    assert await bot.get_updates() == []


async def test_410_removes_the_webhook(bot: Bot, playground: PlaygroundServer, receiver: Receiver) -> None:
    async def gone(_update: dict[str, Any]) -> int:
        return 410

    receiver.answer = gone
    await bot.set_webhook(receiver.url)
    say(playground, ANNA.id, "text")
    await receiver.wait(1)

    async def removed() -> bool:
        return not (await bot.get_webhook_info()).url

    await until(removed)
    assert (await bot.get_webhook_info()).pending_update_count == 1


async def test_only_allowed_updates_are_made_and_pending_ones_can_be_dropped(
    bot: Bot, playground: PlaygroundServer, receiver: Receiver
) -> None:
    say(playground, ANNA.id, "old")
    await bot.set_webhook(receiver.url, allowed_updates=["callback_query"], drop_pending_updates=True)
    assert acts.say(playground.api, acts.place(playground.api, ANNA.id), "unwanted")["update_id"] is None
    message = await bot.send_message(ANNA.id, "?", reply_markup=KEYS)
    where = acts.place(playground.api, ANNA.id)
    acts.tap(playground.api, where, message.message_id, data="yes", label=None, force=False)
    assert [set(update) for update in await receiver.wait(1)] == [{"update_id", "callback_query"}]


async def test_a_delivered_update_can_come_twice(
    bot: Bot, playground: PlaygroundServer, receiver: Receiver
) -> None:
    await bot.set_webhook(receiver.url)
    update_id = say(playground, ANNA.id, "text")
    await receiver.wait(1)
    await settled(bot)
    assert playground.api.updates.repeat() == update_id
    first, second = await receiver.wait(2)
    assert first == second


async def test_long_polling_confirms_by_offset(bot: Bot, playground: PlaygroundServer) -> None:
    ids = [say(playground, ANNA.id, str(number)) for number in range(3)]
    assert [update.update_id for update in await bot.get_updates(limit=2)] == ids[:2]
    assert [update.update_id for update in await bot.get_updates(offset=ids[1])] == ids[1:]
    assert [update.update_id for update in await bot.get_updates(offset=-1)] == ids[2:]
    waiting = asyncio.create_task(bot.get_updates(offset=ids[2] + 1, timeout=30))
    await polling(playground)
    last = say(playground, ANNA.id, "news")
    assert [update.update_id for update in await waiting] == [last]


async def test_polling_and_webhook_exclude_each_other(
    bot: Bot, playground: PlaygroundServer, receiver: Receiver
) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=30))
    await polling(playground)
    assert await bot.get_updates() == []
    with pytest.raises(TelegramConflictError, match="terminated by other getUpdates request"):
        await first
    await bot.set_webhook(receiver.url)
    with pytest.raises(TelegramConflictError, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates() == []
