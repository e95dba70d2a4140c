"""A drainer at work in a test, with a handler of its own."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import Message

from telegram_ui.drainer import Drainer, Pace
from telegram_ui.handling import Handling, Patience
from telegram_ui.leases import Leases
from telegram_ui.runtime import Runtime

QUICK = Pace(idle_look=0.02, heartbeat=0.05, grace=0.2, sweep=0.05)
PATIENCE = Patience(time_limit=60, pauses_ms=(10, 20), bury_pause_ms=10)
Handler = Callable[[Message, FSMContext], Awaitable[Any]]


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
