"""``python -m benchmarks.peers.aiogram_handlers PORT SECRET``: this bot's own handlers behind aiogram's webhook handler.

The same routers, the same database and Bot API, the menus in the same Redis; but updates and conversations are kept
in memory, so what was accepted is gone with the process. One at a time within a chat, as the menus need it.
"""

import sys
from collections.abc import Awaitable, Callable
from typing import Any

import django
from aiogram import BaseMiddleware, Dispatcher
from aiogram.fsm.storage.memory import MemoryStorage, SimpleEventIsolation
from aiogram.types import TelegramObject, Update
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web
from django.conf import settings
from redis.asyncio import BlockingConnectionPool, Redis


class InMemoryContext(BaseMiddleware):
    """Gives handlers the envelope they expect, with the sender looked up once and remembered."""

    def __init__(self) -> None:
        from telegram_ui.database_threads import DatabaseThreads  # noqa: PLC0415 - needs Django

        self.threads = DatabaseThreads()
        self._known: dict[int, Any] = {}

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        from telegram_ui.envelope import Envelope  # noqa: PLC0415
        from telegram_ui.gateway.identity import identify  # noqa: PLC0415

        assert isinstance(event, Update)
        happened = event.message or event.callback_query
        if happened is None or happened.from_user is None:
            return None
        sender = happened.from_user
        if sender.id not in self._known:
            self._known[sender.id] = await self.threads.run(identify, sender.model_dump())
        data["envelope"] = Envelope(
            trace_id=str(event.update_id),
            update={"update_id": event.update_id},
            user_context=self._known[sender.id],
        )
        return await handler(event, data)


def dispatcher() -> Dispatcher:
    """A dispatcher of the bot's routers that keeps everything but the menus in memory."""
    from telegram_ui.handlers import build_router  # noqa: PLC0415
    from telegram_ui.middlewares import ContextMiddleware  # noqa: PLC0415

    made = Dispatcher(storage=MemoryStorage(), events_isolation=SimpleEventIsolation())
    context = InMemoryContext()
    made.update.outer_middleware(context)
    made.update.outer_middleware(ContextMiddleware(context.threads))
    made.include_router(build_router())
    return made


def main(port: int, secret: str) -> None:
    from booking_site.lib.telegram_bot import make_bot  # noqa: PLC0415

    async def application() -> web.Application:
        made = dispatcher()
        # Nothing here bounds how many updates are handled at once, so handlers have to wait for a connection.
        pool = BlockingConnectionPool.from_url(settings.REDIS_URL, decode_responses=True, timeout=None)
        made["redis"] = Redis(connection_pool=pool)
        served = web.Application()
        handler = SimpleRequestHandler(made, make_bot(), handle_in_background=True, secret_token=secret)
        handler.register(served, path="/tg/webhook")
        return served

    web.run_app(application(), host="127.0.0.1", port=port, print=None, access_log=None)


if __name__ == "__main__":
    django.setup()
    main(int(sys.argv[1]), sys.argv[2])
