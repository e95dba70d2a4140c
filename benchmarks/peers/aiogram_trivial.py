"""``python -m benchmarks.peers.aiogram_trivial PORT SECRET``: aiogram's own webhook handler, and nothing behind it.

As its documentation shows it: aiohttp in one process, updates kept in memory, handled in the background.
"""

import sys
from typing import Any

from aiogram import Bot, Dispatcher, Router
from aiogram.types import Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

_TOKEN = "1000000001:no-call-is-made-with-it"  # noqa: S105 - nobody is asked


async def _ignore(_message: Message) -> Any:
    return None


def main(port: int, secret: str) -> None:
    router = Router()
    router.message.register(_ignore)
    dispatcher = Dispatcher()
    dispatcher.include_router(router)
    application = web.Application()
    handler = SimpleRequestHandler(dispatcher, Bot(_TOKEN), handle_in_background=True, secret_token=secret)
    handler.register(application, path="/tg/webhook")
    web.run_app(application, host="127.0.0.1", port=port, print=None, access_log=None)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
