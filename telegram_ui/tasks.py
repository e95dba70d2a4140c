"""Celery's part: waking a worker, and looking after mailboxes that nobody works."""

from collections.abc import Coroutine
from typing import Any

import structlog
from celery import shared_task
from redis import RedisError

from booking_site.lib import background_loop
from booking_site.lib.publishing import publish
from booking_site.lib.redis_client import async_client
from telegram_ui.gateway.intake import DRAIN, QUEUE, WAKE_UP_EXPIRES
from telegram_ui.leases import Leases

log = structlog.get_logger(__name__)


@shared_task(name=DRAIN, ignore_result=True)
def drain_updates() -> int:
    """Work every ready chat; returns how many updates were handled meanwhile.

    Losing this message loses nothing, and getting it twice does nothing twice.
    """
    # Importing aiogram takes seconds; beat, Flower and the other workers only need this task's name.
    from telegram_ui import station  # noqa: PLC0415

    return station.drain()


@shared_task(name="telegram.sweep_mailboxes", ignore_result=True)
def sweep_mailboxes() -> int:
    """Free the chats of dead workers, find mailboxes outside every list, and wake somebody; returns chats ready."""
    ready = _ticked(_sweep())
    if ready:
        publish(DRAIN, queue=QUEUE, expires=WAKE_UP_EXPIRES)
    return ready


@shared_task(name="telegram.refresh_following", ignore_result=True)
def refresh_following() -> int:
    """Edit the messages that follow a campaign, where something has changed; returns how many.

    Beat ticks it; a tick that dies is made up for by the next.
    """
    from telegram_ui import following  # noqa: PLC0415 - as in drain_updates

    return _ticked(following.tick())


def _ticked(work: Coroutine[Any, Any, int]) -> int:
    """What ``work`` returns, 0 where Redis went away meanwhile: that is no failure of the tick, and the next one does it."""
    try:
        return background_loop.submit(work).result(30)
    except (RedisError, ConnectionError) as error:
        log.warning("tick_without_redis", error=str(error))
        return 0


async def _sweep() -> int:
    redis = async_client(text=False)
    try:
        return await Leases(redis, "beat").sweep()
    finally:
        await redis.aclose()
