"""Working the mailboxes: order, failure and burial, with real handlers and a real Valkey."""

import asyncio
from dataclasses import replace
from typing import Any

import orjson
import pytest
from aiogram.fsm.context import FSMContext
from aiogram.types import Message
from asgiref.sync import sync_to_async

from booking_site.lib.rate_limiter import Limit
from notifications import dead_letters
from notifications.models import DeadLetter, OutboxEvent
from telegram_ui import mailbox
from telegram_ui.mailbox import Door, Incoming
from telegram_ui.requeue import give_back
from telegram_ui.runtime import Runtime
from tests.telegram_ui.builders import context, text_update
from tests.telegram_ui.draining import PATIENCE, QUICK, draining
from tests.telegram_ui.fake_bot_api import FakeBotApi
from tests.telegram_ui.mail import put, raw_client

pytestmark = pytest.mark.django_db(transaction=True)


async def test_chats_are_worked_at_once_each_in_its_order(runtime: Runtime, pool: Any) -> None:
    seen: dict[int, list[str]] = {}
    everybody_in = asyncio.Barrier(5)

    async def handler(message: Message, state: FSMContext) -> None:
        if message.text == "0":
            await everybody_in.wait()
        seen.setdefault(message.chat.id, []).append(message.text or "")

    for number in range(4):
        for chat in range(1, 6):
            put(number * 10 + chat, str(number), chat=chat)
    async with draining(runtime, pool, handler) as drainer:
        await drainer.wait_idle()
    assert seen == {chat: ["0", "1", "2", "3"] for chat in range(1, 6)}
    assert drainer.handled == 20


async def test_slow_chat_delays_nobody(runtime: Runtime, pool: Any) -> None:
    others_done = asyncio.Event()
    count = 0

    async def handler(message: Message, state: FSMContext) -> None:
        nonlocal count
        if message.chat.id == 1:
            await others_done.wait()
            return
        count += 1
        if count == 100:
            others_done.set()

    put(1, chat=1)
    for update_id in range(2, 102):
        put(update_id, chat=update_id)
    async with draining(runtime, pool, handler, pace=replace(QUICK, capacity=3)) as drainer:
        await drainer.wait_idle()
    assert (count, drainer.handled) == (100, 101)


async def test_work_starts_without_any_wake_up(runtime: Runtime, pool: Any) -> None:
    done = asyncio.Event()

    async def handler(message: Message, state: FSMContext) -> None:
        done.set()

    async with draining(runtime, pool, handler) as drainer:
        await drainer.wait_idle()
        put(1)
        await done.wait()


async def test_update_that_fails_is_tried_again_before_the_next_one(runtime: Runtime, pool: Any) -> None:
    seen: list[str] = []
    went_on = asyncio.Event()

    async def handler(message: Message, state: FSMContext) -> None:
        seen.append(message.text or "")
        if len(seen) == 1:
            raise RuntimeError("the first time")

        if message.text == "b":
            went_on.set()

    put(1, "a")
    put(2, "b")
    async with draining(runtime, pool, handler):
        await went_on.wait()
    assert seen == ["a", "a", "b"]
    assert await sync_to_async(DeadLetter.objects.count)() == 0


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Sorry, something went wrong"), ("ru", "Простите, у нас что-то")]
)
async def test_update_that_keeps_failing_is_buried_told_and_the_chat_goes_on(
    runtime: Runtime, pool: Any, bot_api: FakeBotApi, language: str, words: str
) -> None:
    seen: list[str] = []
    went_on = asyncio.Event()

    async def handler(message: Message, state: FSMContext) -> None:
        seen.append(message.text or "")
        if message.text == "poison":
            raise ValueError("cannot digest")
        went_on.set()

    put(1, "poison", language=language)
    put(2, "food", language=language)
    async with draining(runtime, pool, handler):
        await went_on.wait()
    assert seen == ["poison"] * 3 + ["food"]
    letter = await DeadLetter.objects.aget()
    assert (letter.task, letter.source, letter.attempts) == ("telegram.update", "telegram.update", 3)
    assert (letter.error, letter.trace_id) == ("ValueError: cannot digest", "a" * 16)
    assert letter.payload["envelope"]["update"] == text_update(1, "poison", chat=5)
    assert "cannot digest" in letter.traceback
    (dead,) = raw_client().lrange("tg:updates:dead", 0, -1)
    assert orjson.loads(dead)["dead_letter"] == letter.pk
    assert [text[: len(words)] for text in bot_api.texts(5)] == [words]


async def test_user_who_cannot_be_told_does_not_hold_the_chat_up(
    runtime: Runtime, pool: Any, bot_api: FakeBotApi
) -> None:
    bot_api.errors["sendMessage"] = (403, "Forbidden: bot was blocked by the user")
    went_on = asyncio.Event()

    async def handler(message: Message, state: FSMContext) -> None:
        if message.text == "poison":
            raise ValueError
        went_on.set()

    put(1, "poison")
    put(2, "food")
    async with draining(runtime, pool, handler):
        await went_on.wait()
    assert await DeadLetter.objects.acount() == 1


async def test_hanging_handler_is_cut_off_and_counted(runtime: Runtime, pool: Any) -> None:
    attempts = 0
    went_on = asyncio.Event()

    async def handler(message: Message, state: FSMContext) -> None:
        nonlocal attempts
        if message.text == "hang":
            attempts += 1
            await asyncio.Event().wait()
        went_on.set()

    put(1, "hang")
    put(2, "food")
    async with draining(runtime, pool, handler, patience=replace(PATIENCE, time_limit=1)):
        await went_on.wait()
    assert attempts == 3
    assert (await DeadLetter.objects.aget()).error.startswith("TimeoutError")


@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt(), asyncio.CancelledError()])
async def test_handler_cannot_take_the_worker_down(runtime: Runtime, pool: Any, error: BaseException) -> None:
    went_on = asyncio.Event()

    async def handler(message: Message, state: FSMContext) -> None:
        if message.text == "poison":
            raise error
        went_on.set()

    put(1, "poison")
    put(2, "food")
    async with draining(runtime, pool, handler):
        await went_on.wait()


async def test_update_that_does_not_fit_aiograms_types_is_buried_at_once_and_quietly(
    runtime: Runtime, pool: Any, bot_api: FakeBotApi
) -> None:
    went_on = asyncio.Event()

    async def handler(message: Message, state: FSMContext) -> None:
        went_on.set()

    odd = b'{"update_id":1,"message":{"chat":5}}'
    press = b'{"update_id":2,"callback_query":{"id":"77"}}'
    for update_id, raw in ((1, odd), (2, press)):
        incoming = Incoming(5, 5, update_id, "b" * 16, raw, private=True)
        mailbox.accept(raw_client(), incoming, Door(Limit(10, 10)), context(5).to_json())
    put(3)
    async with draining(runtime, pool, handler):
        await went_on.wait()
    assert [letter.attempts async for letter in DeadLetter.objects.all()] == [1, 1]
    assert raw_client().hget("metrics:counters", mailbox.UNREADABLE) == b"2"
    assert await OutboxEvent.objects.filter(kind="dead_letters").acount() == 1, "one alarm a day"
    # The user's words are not at fault: nothing is said, and the button comes to rest.
    assert [(method, form.get("text")) for method, form in bot_api.calls] == [("answerCallbackQuery", None)]


async def test_burial_waits_for_the_database_and_the_update_with_it(
    runtime: Runtime, pool: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    went_on = asyncio.Event()
    bury, refused = dead_letters.bury, 0

    def away(**values: Any) -> int:
        nonlocal refused
        refused += 1
        if refused < 3:
            raise OSError("the database is away")
        return bury(**values)

    async def handler(message: Message, state: FSMContext) -> None:
        if message.text == "poison":
            raise ValueError
        went_on.set()

    monkeypatch.setattr(dead_letters, "bury", away)
    put(1, "poison")
    put(2, "food")
    async with draining(runtime, pool, handler):
        await went_on.wait()
    assert (refused, await DeadLetter.objects.acount()) == (3, 1)


async def test_requeued_letter_is_handled_and_can_die_again(runtime: Runtime, pool: Any) -> None:
    seen: list[str] = []
    went_on = asyncio.Queue[None]()

    async def handler(message: Message, state: FSMContext) -> None:
        seen.append(message.text or "")
        if message.text == "poison":
            raise ValueError
        went_on.put_nowait(None)

    put(1, "poison")
    put(2, "food")
    async with draining(runtime, pool, handler):
        await went_on.get()
        first = await DeadLetter.objects.aget()
        letter = dead_letters.Letter(first.pk, first.task, first.payload, first.trace_id)
        await sync_to_async(give_back)(letter)
        put(3, "food")
        await went_on.get()
    assert seen == (["poison"] * 3 + ["food"]) * 2
    assert await DeadLetter.objects.acount() == 2


async def test_user_over_the_limit_is_told_in_order_by_the_worker(
    runtime: Runtime, pool: Any, bot_api: FakeBotApi
) -> None:
    async def handler(message: Message, state: FSMContext) -> None:
        await message.answer("handled")

    for update_id in range(1, 5):
        raw = orjson.dumps(text_update(update_id, chat=5))
        incoming = Incoming(5, 5, update_id, "a" * 16, raw, private=True)
        mailbox.accept(raw_client(), incoming, Door(Limit(1, 0.001)), context(5).to_json())
    async with draining(runtime, pool, handler) as drainer:
        await drainer.wait_idle()
    assert bot_api.texts(5) == [
        "handled",
        "You are going a little too fast for me. Please wait a moment and try again.",
    ]
