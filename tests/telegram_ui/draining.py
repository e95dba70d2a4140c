"""A drainer at work in a test, with a handler of its own."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import orjson
from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import Message

from booking_site.lib import redis_client
from booking_site.lib.rate_limiter import Limit
from telegram_ui import mailbox
from telegram_ui.drainer import Drainer, Pace
from telegram_ui.handling import Handling, Patience
from telegram_ui.leases import Leases
from telegram_ui.mailbox import Door, Incoming
from telegram_ui.runtime import Runtime
from tests.telegram_ui.builders import context, text_update

QUICK = Pace(idle_look=0.02, heartbeat=0.05, grace=0.2, sweep=0.05)
PATIENCE = Patience(time_limit=60, pauses_ms=(10, 20), bury_pause_ms=10)
Handler = Callable[[Message, FSMContext], Awaitable[Any]]


def raw_client() -> Any:
    return redis_client.raw_client()


def put(update_id: int, text: str = "hi", *, chat: int = 5, language: str = "en") -> None:
    raw = orjson.dumps(text_update(update_id, text, chat=chat))
    incoming = Incoming(chat, chat, update_id, "a" * 16, raw, private=True)
    user = context(chat, language=language).to_json()
    mailbox.accept(raw_client(), incoming, Door(Limit(1000, 1000)), user)


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
    async with asyncio.timeout(90), asyncio.TaskGroup() as group:
        group.create_task(drainer.run())
        yield drainer
        drainer.stop()
