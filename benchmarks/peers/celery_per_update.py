"""A Celery application as many bots have it: one task for each update, and ``asyncio.run`` within.

Run with ``celery -A benchmarks.peers.celery_per_update worker --pool=prefork``. The dispatcher is made once for a
process; the Bot and the Redis client belong to an event loop and so have to be made for each update.
"""

import asyncio
import os
from functools import lru_cache
from typing import Any

import django
from celery import Celery

QUEUE = "peer:updates"
TASK = "peer.process_update"

app = Celery("peer", set_as_current=False)
app.conf.update(
    broker_url=os.environ.get("PEER_BROKER_URL", ""),
    task_default_queue=QUEUE,
    task_ignore_result=True,
    worker_hijack_root_logger=False,
)


@lru_cache(maxsize=1)
def _dispatcher() -> Any:
    from benchmarks.peers.aiogram_handlers import dispatcher  # noqa: PLC0415 - after Django, after the fork

    return dispatcher()


async def _process(update: dict[str, Any]) -> None:
    from booking_site.lib.redis_client import async_client  # noqa: PLC0415
    from booking_site.lib.telegram_bot import make_bot  # noqa: PLC0415

    redis = async_client()
    async with make_bot() as bot:
        await _dispatcher().feed_raw_update(bot, update, redis=redis)
    await redis.aclose()


@app.task(name=TASK)
def process_update(update: dict[str, Any]) -> None:
    """Handle one update (Telegram's JSON) on an event loop of its own."""
    asyncio.run(_process(update))


if "DJANGO_SETTINGS_MODULE" in os.environ:
    django.setup()
