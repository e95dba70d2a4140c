"""The real Celery worker with handlers that note what they were given, when they begin and when they end.

``app`` is the application of the Procfile's workers; only the bot's own handlers are replaced. A message is a number,
and after it what to do: nothing more (answer at once), ``stopping`` (answer only after this process was told to end),
``hang`` (wait for ever), ``cling`` (wait for ever, whoever cancels it) or ``die`` (and take the process along).
"""

import asyncio
import os
import signal
import time
from typing import Any

import django
from aiogram import Router
from aiogram.types import Message
from celery import signals

from booking_site.lib.redis_client import client
from booking_site.lib.shutdown import stopping
from celery_app import app

django.setup()  # Celery would do it later than the handlers' imports need it

from telegram_ui import handlers  # noqa: E402

__all__ = ["NOTES", "READY", "app"]

#: Stream of ``{event, chat, number, at, pid}``, and the process ids of workers that are up.
NOTES, READY = "chaos:notes", "chaos:ready"


def _router() -> Router:
    router = Router(name="noting")
    router.message.register(_handle)
    return router


async def _handle(message: Message, redis: Any) -> None:
    number, _space, wish = (message.text or "").partition(" ")

    async def note(event: str) -> None:
        said = {"event": event, "chat": message.chat.id, "number": number, "at": time.time(), "pid": os.getpid()}
        await redis.xadd(NOTES, said)

    await note("began")
    await _fulfil(wish)
    await message.answer(number)
    await note("ended")


async def _fulfil(wish: str) -> None:
    while wish == "stopping" and not stopping():  # noqa: ASYNC110 - it is set from a signal handler
        await asyncio.sleep(0.01)
    if wish == "stopping":
        await asyncio.sleep(0.3)  # well after the drainer heard of it
    if wish == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if wish == "hang":
        await asyncio.Event().wait()
    while wish == "cling":
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            continue


handlers.build_router = _router


@signals.worker_ready.connect
def _say_ready(**_kwargs: Any) -> None:
    client().sadd(READY, os.getpid())
