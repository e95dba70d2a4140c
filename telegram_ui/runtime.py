"""What a worker process keeps on its event loop: the Bot, the dispatcher, the FSM storage and Redis.

All of it is made on the loop of the process (``booking_site.lib.background_loop``) on first use, after any fork,
and closed there at shutdown.
"""

import asyncio
from typing import Any

import orjson
import structlog
from aiogram import Bot, Dispatcher
from aiogram.fsm.storage.base import DefaultKeyBuilder
from aiogram.methods.base import TelegramMethod
from aiogram.types import Update
from pydantic import ValidationError
from redis.asyncio import Redis

from booking_site.lib import background_loop
from booking_site.lib.redis_client import async_client
from booking_site.lib.telegram_bot import make_bot
from booking_site.lib.trace import bound_trace
from telegram_ui import handlers, notices
from telegram_ui.database_threads import DatabaseThreads
from telegram_ui.envelope import Envelope
from telegram_ui.fencing import FencedStorage
from telegram_ui.middlewares import ContextMiddleware

log = structlog.get_logger(__name__)

#: Seconds a conversation may rest: a form half filled in is still there after a long pause, and then forgets itself.
FSM_TTL = 7 * 24 * 3600


class UnreadableUpdate(Exception):
    """A lawful update that aiogram's types do not take: a field is missing or unknown, as between Bot API versions."""


class Runtime:
    """Use :func:`get_runtime`; made by hand only in tests, on the loop that will use it."""

    def __init__(self) -> None:
        self.bot: Bot = make_bot()
        self.redis: Redis = async_client()
        self.threads = DatabaseThreads()
        storage = FencedStorage(
            self.redis,
            key_builder=DefaultKeyBuilder(prefix="fsm"),
            state_ttl=FSM_TTL,
            data_ttl=FSM_TTL,
            json_loads=orjson.loads,
            json_dumps=lambda data: orjson.dumps(data, option=orjson.OPT_NON_STR_KEYS).decode(),
        )
        self.dispatcher = Dispatcher(storage=storage)
        self.dispatcher["redis"] = self.redis
        self.dispatcher.update.outer_middleware(ContextMiddleware(self.threads))
        self.dispatcher.include_router(handlers.build_router())

    async def process(self, envelope: Envelope) -> Any:
        """Run the handlers for one update; returns what the handler returned, raises what it raised.

        Raises:
            UnreadableUpdate: the update is not of a shape that aiogram knows.
        """
        with bound_trace(envelope.trace_id):
            if envelope.notice:
                await notices.tell(self.bot, envelope, notices.BY_NAME[envelope.notice])
                return None
            try:
                update = Update.model_validate(envelope.update, context={"bot": self.bot})
            except ValidationError as error:
                raise UnreadableUpdate(str(error)) from error
            result = await self.dispatcher.feed_update(self.bot, update, envelope=envelope)
            if isinstance(result, TelegramMethod):
                # aiogram lets a handler return a call instead of making it; over a webhook it would be the answer.
                await self.bot(result)
            return result

    async def aclose(self) -> None:
        """Close connections and threads; waits for services that have begun."""
        await asyncio.to_thread(self.threads.close)
        await self.bot.session.close()
        await self.redis.aclose()


def build_models() -> None:
    """Build aiogram's models of what comes in (decision 0013), so that the first update does not wait for it."""
    Update.model_validate({"update_id": 0})


_runtimes: dict[asyncio.AbstractEventLoop, Runtime] = {}


async def get_runtime() -> Runtime:
    """The runtime of the running loop, made on the first call."""
    loop = asyncio.get_running_loop()
    if loop not in _runtimes:
        _runtimes[loop] = Runtime()
    return _runtimes[loop]


async def close_runtime() -> None:
    """Close the runtime of the running loop, if one was made; the next ``get_runtime`` makes a new one."""
    runtime = _runtimes.pop(asyncio.get_running_loop(), None)
    if runtime is not None:
        await runtime.aclose()


async def process(envelope: Envelope) -> Any:
    """Run the handlers for one update on the runtime of the running loop."""
    return await (await get_runtime()).process(envelope)


def process_blocking(envelope: Envelope, *, timeout: float = 60.0) -> Any:
    """:func:`process` from a synchronous thread, on the background loop; ``timeout`` in seconds."""
    return background_loop.submit(process(envelope)).result(timeout)
