"""Working the mailboxes: order, failure, burial, lost leases and leaving, with real handlers and a real Valkey."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import orjson
import pytest
import pytest_asyncio
from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import Message
from asgiref.sync import sync_to_async

from booking_site.lib import redis_client
from booking_site.lib.rate_limiter import Limit
from booking_site.lib.redis_client import async_client
from notifications import dead_letters
from notifications.models import DeadLetter, OutboxEvent
from telegram_ui import mailbox
from telegram_ui.drainer import Drainer, Pace
from telegram_ui.handling import Handling, Patience
from telegram_ui.leases import LeaseLost, Leases
from telegram_ui.mailbox import Door, Incoming
from telegram_ui.requeue import give_back
from telegram_ui.runtime import Runtime
from tests.telegram_ui.builders import context, text_update
from tests.telegram_ui.fake_bot_api import FakeBotApi

pytestmark = pytest.mark.django_db(transaction=True)

QUICK = Pace(idle_look=0.02, heartbeat=0.05, grace=0.2, sweep=0.05)
PATIENCE = Patience(time_limit=5, pauses_ms=(10, 20), bury_pause_ms=10)
Handler = Callable[[Message, FSMContext], Awaitable[Any]]


def raw_client() -> Any:
    return redis_client.raw_client()


def put(update_id: int, text: str = "hi", *, chat: int = 5, language: str = "en") -> None:
    raw = orjson.dumps(text_update(update_id, text, chat=chat))
    incoming = Incoming(chat, chat, update_id, "a" * 16, raw, private=True)
    user = context(chat, language=language).to_json()
    mailbox.accept(raw_client(), incoming, Door(Limit(1000, 1000)), user)


@pytest_asyncio.fixture
async def pool() -> AsyncIterator[Any]:
    client = async_client(text=False)
    yield client
    await client.aclose()


@asynccontextmanager
async def draining(
    runtime: Runtime,
    pool: Any,
    handler: Handler,
    *,
    patience: Patience = PATIENCE,
    pace: Pace = QUICK,
    lease_ms: int = 8000,
) -> AsyncIterator[Drainer]:
    """A drainer whose only handler is ``handler``."""
    router = Router()
    router.message()(handler)
    runtime.dispatcher.sub_routers.insert(0, router)
    leases = Leases(pool, "test", lease_ms=lease_ms)
    drainer = Drainer(leases, Handling(runtime, patience), pace)
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        group.create_task(drainer.run())
        yield drainer
        drainer.stop()


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


async def test_update_that_killed_its_worker_three_times_is_buried_unseen(runtime: Runtime, pool: Any) -> None:
    seen: list[str] = []
    went_on = asyncio.Event()

    async def handler(message: Message, state: FSMContext) -> None:
        seen.append(message.text or "")
        went_on.set()

    put(1, "killer")
    put(2, "food")
    for worker in range(3):  # each claims it and is never heard of again
        await Leases(pool, f"victim{worker}").claim(1)
        raw_client().zadd("tg:updates:leases", {"5": 1})
    async with draining(runtime, pool, handler):
        await went_on.wait()
    assert seen == ["food"]
    letter = await DeadLetter.objects.aget()
    assert (letter.attempts, letter.error.split(":")[0]) == (3, "WorkerDied")


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
    async with draining(runtime, pool, handler, patience=replace(PATIENCE, time_limit=0.3)):
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


class TestConversation:
    async def test_is_read_once_for_an_update_and_afresh_for_the_next(self, runtime: Runtime, pool: Any) -> None:
        read: list[tuple[str | None, dict[str, Any]]] = []
        fetched: list[int] = []

        def fetches() -> int:
            return int(raw_client().info("commandstats").get("cmdstat_mget", {}).get("calls", 0))

        async def handler(message: Message, state: FSMContext) -> None:
            before = fetches()
            read.append((await state.get_state(), await state.get_data()))
            await state.set_state("asking")
            await state.update_data(step=len(read))
            (await state.get_data())["step"] = "changed, and not written"
            read.append((await state.get_state(), await state.get_data()))
            fetched.append(fetches() - before)

        put(1)
        put(2)
        async with draining(runtime, pool, handler) as drainer:
            await drainer.wait_idle()

        assert read == [(None, {}), ("asking", {"step": 1}), ("asking", {"step": 1}), ("asking", {"step": 3})]
        assert fetched == [0, 0], "all was read before the handler began, with the state the filters ask for"


class TestLostLease:
    async def test_handler_is_cut_off_and_the_new_holder_handles_the_update(
        self, runtime: Runtime, pool: Any
    ) -> None:
        started, cut_off = asyncio.Event(), asyncio.Event()

        async def handler(message: Message, state: FSMContext) -> None:
            started.set()
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                cut_off.set()
                raise

        put(1)
        async with draining(runtime, pool, handler):
            await started.wait()
            raw_client().hset("tg:updates:state:5", "token", "somebody else")
            await cut_off.wait()
        assert raw_client().llen("tg:updates:5") == 1
        assert raw_client().hget("tg:updates:state:5", "token") == b"somebody else"

    async def test_conversation_writes_do_not_land(self, runtime: Runtime, pool: Any) -> None:
        errors: list[BaseException] = []
        tried = asyncio.Event()

        async def handler(message: Message, state: FSMContext) -> None:
            await state.set_state("before")
            await state.update_data(step=1)
            raw_client().hset("tg:updates:state:5", "token", "somebody else")
            writes: list[Callable[[], Awaitable[Any]]] = [
                lambda: state.set_state("after"),
                lambda: state.update_data(step=2),
                state.clear,
            ]
            for write in writes:
                try:
                    await write()
                except LeaseLost as error:
                    errors.append(error)
            tried.set()

        put(1)
        async with draining(runtime, pool, handler, pace=replace(QUICK, heartbeat=10)):
            await tried.wait()
        assert len(errors) == 3
        stored = {key.rsplit(b":", 1)[1]: raw_client().get(key) for key in raw_client().keys("fsm:*")}
        assert stored == {b"state": b"before", b"data": b'{"step":1}'}

    async def test_heartbeat_outlasts_the_lease(self, runtime: Runtime, pool: Any) -> None:
        attempts = 0

        async def handler(message: Message, state: FSMContext) -> None:
            nonlocal attempts
            attempts += 1
            await asyncio.sleep(1.2)  # the server's clock cannot be moved: two leases long and more

        put(1)
        async with draining(runtime, pool, handler, lease_ms=500) as drainer:
            await drainer.wait_idle()
        assert (attempts, drainer.handled) == (1, 1)


class TestLeaving:
    async def test_work_in_hand_is_finished_and_the_rest_left_for_others(
        self, runtime: Runtime, pool: Any
    ) -> None:
        started, leave = asyncio.Event(), asyncio.Event()
        seen: list[str] = []

        async def handler(message: Message, state: FSMContext) -> None:
            started.set()
            await leave.wait()
            seen.append(message.text or "")

        put(1, "a")
        put(2, "b")
        async with draining(runtime, pool, handler) as drainer:
            await started.wait()
            drainer.stop()
            leave.set()
        assert seen == ["a"]
        (claim,) = (await Leases(pool, "other").claim(1)).claims
        assert (claim.attempt, orjson.loads(claim.raw)["update"]["update_id"]) == (1, 2)

    async def test_what_takes_too_long_is_cut_off_and_given_back_uncounted(
        self, runtime: Runtime, pool: Any
    ) -> None:
        started = asyncio.Event()

        async def handler(message: Message, state: FSMContext) -> None:
            started.set()
            await asyncio.Event().wait()

        put(1)
        async with draining(runtime, pool, handler, pace=replace(QUICK, grace=0.05)):
            await started.wait()
        (claim,) = (await Leases(pool, "other").claim(1)).claims
        assert claim.attempt == 1


async def test_emptied_redis_stops_nobody(runtime: Runtime, pool: Any) -> None:
    started, go_on, done = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def handler(message: Message, state: FSMContext) -> None:
        if message.text == "second":
            done.set()
        started.set()
        await go_on.wait()

    put(1, "first")
    async with draining(runtime, pool, handler):
        await started.wait()
        raw_client().flushall()
        raw_client().script_flush()
        go_on.set()
        put(2, "second")
        await done.wait()


async def test_redis_away_for_a_moment_is_waited_out(runtime: Runtime, pool: Any) -> None:
    done = asyncio.Event()

    async def handler(message: Message, state: FSMContext) -> None:
        raw_client().config_set("maxmemory", 1)
        asyncio.get_running_loop().call_later(0.3, raw_client().config_set, "maxmemory", 0)
        done.set()

    put(1)
    async with draining(runtime, pool, handler) as drainer:
        await done.wait()
        await drainer.wait_idle()
    assert drainer.handled == 1


async def test_lost_ready_list_is_found_again(runtime: Runtime, pool: Any) -> None:
    done = asyncio.Event()

    async def handler(message: Message, state: FSMContext) -> None:
        done.set()

    put(1)
    raw_client().delete("tg:updates:ready")
    async with draining(runtime, pool, handler):
        await done.wait()


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
