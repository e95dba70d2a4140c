"""What a drainer may lose, and what it leaves behind: conversations, leases, Redis, its own time."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import orjson
import pytest
from aiogram.fsm.context import FSMContext
from aiogram.types import Message

from telegram_ui.leases import LeaseLost, Leases
from telegram_ui.runtime import Runtime
from tests.telegram_ui.draining import QUICK, draining
from tests.telegram_ui.mail import put, raw_client

pytestmark = pytest.mark.django_db(transaction=True)


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
